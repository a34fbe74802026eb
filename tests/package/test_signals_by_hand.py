"""Convolution, correlation, shifts and impulses of plain arrays, on numbers that can be followed."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from cnn_course import convolve, correlate, flip, impulse, impulse_response, shift


def test_convolve_adds_shifted_copies_of_the_kernel():
    assert_array_equal(convolve([1, 2], [1, 10, 100]), [1, 10 + 2, 100 + 20, 200])


def test_correlate_reads_the_kernel_unflipped():
    assert_array_equal(correlate([3, 0, 5], [1, 2]), [2 * 3, 1 * 3 + 2 * 0, 1 * 0 + 2 * 5, 1 * 5])


def test_correlate_does_not_commute():
    assert_array_equal(correlate([1, 2], [3, 0, 5]), [5 * 1, 0 * 1 + 5 * 2, 3 * 1 + 0 * 2, 3 * 2])


def test_correlate_conjugates_the_kernel_and_not_the_signal():
    assert_array_equal(correlate([1 + 2j], [3 + 4j]), [(1 + 2j) * (3 - 4j)])
    assert_array_equal(correlate([1j, 0], [1, 1j], "valid"), [1j])


def test_convolve_conjugates_nothing():
    assert_array_equal(convolve([1 + 2j], [3 + 4j]), [(1 + 2j) * (3 + 4j)])


@pytest.mark.parametrize(
    ("kernel", "same", "valid"),
    [
        ([1], [1, 2, 3, 4], [1, 2, 3, 4]),
        ([1, 10], [1, 12, 23, 34], [12, 23, 34]),
        ([1, 10, 100], [12, 123, 234, 340], [123, 234]),
        ([1, 10, 100, 1000], [12, 123, 1234, 2340], [1234]),
    ],
)
def test_modes_cut_the_middle_out_of_the_full_convolution(kernel, same, valid):
    assert_array_equal(convolve([1, 2, 3, 4], kernel, "same"), same)
    assert_array_equal(convolve([1, 2, 3, 4], kernel, "valid"), valid)
    assert_array_equal(correlate([1, 2, 3, 4], kernel[::-1], "same"), same)
    assert_array_equal(correlate([1, 2, 3, 4], kernel[::-1], "valid"), valid)


def test_convolve_in_two_dimensions():
    f, h = [[1, 2], [3, 4]], [[1, 10], [100, 1000]]
    assert_array_equal(convolve(f, h), [[1, 12, 20], [103, 1234, 2040], [300, 3400, 4000]])


def test_flip_reverses_every_axis():
    assert_array_equal(flip([[1, 2, 3], [4, 5, 6]]), [[6, 5, 4], [3, 2, 1]])


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, [1, 2, 3]),
        (1, [0, 1, 2]),
        (-1, [2, 3, 0]),
        (2, [0, 0, 1]),
        (3, [0, 0, 0]),
        (-3, [0, 0, 0]),
        (7, [0, 0, 0]),
        (-7, [0, 0, 0]),
        ((1,), [0, 1, 2]),
        (np.int64(-2), [3, 0, 0]),
    ],
)
def test_shift(offset, expected):
    assert_array_equal(shift(np.array([1, 2, 3]), offset), expected, strict=True)


def test_shift_moves_each_axis_by_its_own_offset():
    assert_array_equal(shift([[1, 2, 3], [4, 5, 6]], (1, -2)), [[0, 0, 0], [3, 0, 0]])


@pytest.mark.parametrize("offset", [-2, 0, 1])
def test_shift_is_convolution_with_a_shifted_impulse(offset):
    x, delta = np.array([3, 1, 4, 1, 5]), impulse(5, at=2 + offset)
    assert_array_equal(convolve(x, delta, "same"), shift(x, offset))


def test_impulse():
    assert_array_equal(impulse(3), np.array([1.0, 0, 0]), strict=True)
    assert_array_equal(impulse((2, 3)), [[1, 0, 0], [0, 0, 0]])
    assert_array_equal(impulse((2, 3), at=1), [[0, 0, 0], [0, 1, 0]])
    assert_array_equal(impulse((2, 3), at=(0, 2)), [[0, 0, 1], [0, 0, 0]])


def test_impulse_response_of_a_convolution_is_its_kernel():
    kernel = np.array([[2.0, 0.0, -1.0], [5.0, 3.0, 7.0]])
    response = impulse_response(lambda x: convolve(x, kernel), (4, 2))
    assert_array_equal(response, np.pad(kernel, ((0, 3), (0, 1))))

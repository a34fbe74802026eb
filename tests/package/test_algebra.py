"""The laws of convolution and correlation hold exactly on whole numbers, in one, two and three dimensions."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from cnn_course import (
    Sequence,
    convolve,
    equivariance_defect,
    flip,
    invariance_defect,
    linearity_defect,
    shift,
)

SHAPES = [((5,), (3,), (4,)), ((4, 3), (2, 5), (3, 1)), ((3, 2, 4), (2, 3, 1), (1, 2, 3))]


@pytest.fixture(params=SHAPES, ids=["1", "2", "3"])
def f_g_h(request):
    rng = np.random.default_rng(11)
    return [rng.integers(-9, 10, shape) for shape in request.param]


@pytest.fixture
def sequences(f_g_h):
    """The same arrays, somewhere on the lattice."""
    return [Sequence(values, start) for values, start in zip(f_g_h, (-2, 3, 1), strict=True)]


def test_convolution_commutes(f_g_h):
    f, g, _ = f_g_h
    assert_array_equal(convolve(f, g), convolve(g, f))


def test_convolution_is_associative(f_g_h):
    f, g, h = f_g_h
    assert_array_equal(convolve(convolve(f, g), h), convolve(f, convolve(g, h)))


def test_convolution_is_linear_in_both_arguments(f_g_h):
    f, g, h = f_g_h
    other = flip(f) * 2 + 1
    assert_array_equal(convolve(3 * f - 2 * other, h), 3 * convolve(f, h) - 2 * convolve(other, h))
    assert_array_equal(convolve(g, 3 * f - 2 * other), 3 * convolve(g, f) - 2 * convolve(g, other))


def test_flipping_both_arguments_flips_the_convolution(f_g_h):
    f, g, _ = f_g_h
    assert_array_equal(convolve(flip(f), flip(g)), flip(convolve(f, g)))


def test_convolution_of_sequences_commutes_and_is_associative(sequences):
    f, g, h = sequences
    assert f.convolve(g) == g.convolve(f)
    assert f.convolve(g).convolve(h) == f.convolve(g.convolve(h))


def test_correlation_is_convolution_with_the_reflected_kernel(sequences):
    f, _, h = sequences
    assert f.correlate(h) == h.flip().convolve(f)


def test_correlation_the_other_way_is_reflected(sequences):
    f, _, h = sequences
    assert f.correlate(h) == h.correlate(f).flip()


def test_complex_correlation_conjugates_the_kernel():
    f, h = Sequence([1 + 2j, 3 - 1j], 4), Sequence([2j, 1 + 1j, 5], -3)
    assert f.correlate(h) == Sequence(h.values.conj(), h.start).flip().convolve(f)
    swapped = h.correlate(f).flip()
    assert f.correlate(h) == Sequence(swapped.values.conj(), swapped.start)


def test_correlating_twice_is_correlating_with_the_convolution_of_the_kernels(sequences):
    f, g, h = sequences
    assert f.correlate(g).correlate(h) == f.correlate(h.convolve(g))


def test_correlation_is_not_associative():
    f, g, h = Sequence([1]), Sequence([1]), Sequence([1, 2])
    assert f.correlate(g.correlate(h)) == Sequence([1, 2])
    assert f.correlate(g).correlate(h) == Sequence([2, 1], start=-1)


def test_shifts_pass_through_convolution(sequences):
    f, g, _ = sequences
    offset = (5, -7, 2)[: f.values.ndim]
    assert f.shift(offset).convolve(g) == f.convolve(g.shift(offset)) == f.convolve(g).shift(offset)


def test_a_shifted_kernel_shifts_a_correlation_the_other_way(sequences):
    f, _, h = sequences
    assert f.shift(3).correlate(h) == f.correlate(h).shift(3)
    assert f.correlate(h.shift(3)) == f.correlate(h).shift(-3)


def test_defects_of_a_convolution_are_zero(f_g_h):
    f, _, h = f_g_h
    x, y = np.pad(f, 3), np.pad(flip(f), 3)  # far enough from the border for the kernel and the shift
    offset = (1, -2, 1)[: x.ndim]
    assert linearity_defect(lambda x: convolve(x, h, "same"), x, y, 3, -2) == 0
    assert equivariance_defect(lambda x: convolve(x, h, "same"), lambda x: shift(x, offset), x) == 0
    assert invariance_defect(lambda x: convolve(x, h).sum(), lambda x: shift(x, offset), x) == 0


def test_defects_measure_the_largest_difference():
    f, g = np.array([1.0, -2.0]), np.array([3.0, 5.0])
    # (2 f + g)^2 = (25, 1), and 2 f^2 + g^2 = (11, 33)
    assert linearity_defect(np.square, f, g, 2, 1) == max(abs(25 - 11), abs(1 - 33))
    # cumsum of the flipped f = (-2, -1), and its cumsum flipped = (-1, 1)
    assert equivariance_defect(np.cumsum, np.flip, f) == max(abs(-2 + 1), abs(-1 - 1))
    # cumsum of f = (1, -1)
    assert invariance_defect(np.cumsum, np.flip, f) == max(abs(-2 - 1), abs(-1 + 1))


def test_defects_are_python_floats():
    assert type(linearity_defect(np.cumsum, np.ones(2), np.ones(2), 1, 1)) is float


def test_a_defect_finds_a_sum_that_notices_the_border():
    x = np.array([1, 0, 0])
    assert equivariance_defect(lambda x: convolve(x, [1, 1], "same"), lambda x: shift(x, -1), x) == 1

"""Sums that can be trusted: integers never wrap, half precision is refused, means are as exact in any memory order."""

import numpy as np
import pytest
from array_rules import images_last
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal
from test_odd_values import CALLS

import cnn_course
from cnn_course import batch_statistics, convolve, correlate, fold, global_avg_pool, impulse, max_pool2d, nn

MOVED_ONLY = {"circulant", "circulant_matrix", "convolution_matrix", "flip", "is_toeplitz", "shift", "toeplitz"} | {
    "Sequence",
    "adjoint_check",
    "equivariance_defect",
    "invariance_defect",
    "linearity_defect",
    "random_shifts",
    "sliding_windows",
    "unfold",
}


def halved(value):
    """The argument in half precision, if it is an array of floats."""
    return value.astype(np.float16) if isinstance(value, np.ndarray) and value.dtype == np.float64 else value


def takes_floats(name):
    return any(halved(value) is not value for value in CALLS[name].values())


@pytest.mark.parametrize("name", sorted(filter(takes_floats, set(CALLS) - MOVED_ONLY - {"fit", "evaluate", "save"})))
def test_functions_that_sum_refuse_half_precision(name):
    arguments = {argument: halved(value) for argument, value in CALLS[name].items()}
    changed = [argument for argument in arguments if arguments[argument] is not CALLS[name][argument]]
    with pytest.raises(ValueError, match=rf"^{name}: ({'|'.join(changed)}) must be of float32 or float64, got float16"):
        getattr(cnn_course, name)(**arguments)


def test_layers_refuse_half_precision():
    with raises("Linear: dtype must be of float32 or float64, got float16"):
        nn.Linear(2, 3, rng=np.random.default_rng(0), dtype=np.float16)


@pytest.mark.parametrize(
    ("f", "h", "expected"),
    [
        (np.array([200, 10, 200], np.uint8), np.array([1, 1], np.uint8), [200, 210, 210, 200]),
        (np.array([-128], np.int8), np.array([1], np.int8), [-128]),
        (np.array([2**62, -(2**62)]), np.array([1, 1]), [2**62, 0, -(2**62)]),
        (np.array([-(2**62)]), np.array([2]), [-(2**63)]),
        (np.array([2**63], np.uint64), np.array([1], np.uint64), [2**63]),
    ],
)
def test_integers_are_convolved_exactly_in_their_dtype(f, h, expected):
    result = convolve(f, h)
    assert_array_equal(result, np.array(expected, dtype=f.dtype), strict=True)
    assert_array_equal(correlate(f, h[::-1]), result, strict=True)


@pytest.mark.parametrize(
    ("f", "h", "message"),
    [
        (np.array([200, 100], np.uint8), np.array([1, 1], np.uint8), "values from 100 to 300, more than uint8 holds"),
        (np.array([-128], np.int8), np.array([-1], np.int8), "values from 128 to 128, more than int8 holds"),
        (np.array([2**62]), np.array([2]), f"values from {2**63} to {2**63}, more than int64 holds"),
        (np.array([2**62]), np.array([4]), f"values from {2**64} to {2**64}, more than int64 holds"),
    ],
)
def test_integers_that_would_wrap_are_an_error(f, h, message):
    with raises(f"convolve: the result has {message}"):
        convolve(f, h)
    with raises(f"correlate: the result has {message}"):
        correlate(f, h[::-1])


def test_what_a_mode_cuts_off_may_not_fit():
    f, h = np.array([1, 1, 1, 200, 200], np.uint8), np.array([1, 1], np.uint8)
    with raises("convolve: the result has values from 1 to 400"):
        convolve(f, h)
    assert_array_equal(convolve(f[:4], h, "valid"), np.array([2, 2, 201], np.uint8), strict=True)


def test_integers_without_a_common_dtype():
    with raises("convolve: f and h must have a common integer dtype, got uint64 and int64, which have none"):
        convolve(np.array([1], np.uint64), np.array([1], np.int64))


def test_fold_of_integers_does_not_wrap():
    columns = np.full((1, 2, 2), 100, np.uint8)
    assert_array_equal(fold(columns, (3,), 2), np.array([[[100, 200, 100]]], np.uint8), strict=True)
    with raises("fold: the result has values from 150 to 300, more than uint8 holds"):
        fold(columns // 2 * 3, (3,), 2)


@pytest.mark.parametrize("shape", [(2, 3, 224, 224), (2, 1, 1024, 1023), (3, 2, 100_001)])
def test_means_are_as_exact_with_the_images_last(shape):
    # NumPy 2.0 adds two million numbers with a relative error of 2.4e-6, in C order too; one by one it is 5e-4.
    x = np.full(shape, 0.1, np.float32)
    for layout in (np.asarray, images_last, np.asfortranarray):
        assert_allclose(global_avg_pool(layout(x)), np.float32(0.1), rtol=5e-6)
        assert_allclose(batch_statistics(layout(x))[0], np.float32(0.1), rtol=5e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: max_pool2d(np.ones((1, 1, 4, 4)), 2**32, padding=2**31), "max_pool2d: the padded input (kernel_size="),
        (lambda: cnn_course.conv2d(np.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2)), padding=2**31), "conv2d: the padded"),
        (lambda: cnn_course.conv_output_size(5, 3, padding=2**31), "conv_output_size: the padded input (kernel_size="),
        (lambda: impulse((2**20, 2**20)), f"impulse: an array of shape {(2**20, 2**20)} would have {2**40} places"),
    ],
)
def test_sizes_that_no_array_has(call, message):
    with raises(message):
        call()

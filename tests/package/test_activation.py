"""Activations against SciPy and sums by hand, at sizes where the naive formulas overflow; gradients by differences."""

import math

import numpy as np
import pytest
import scipy.special
from array_rules import assert_array_rules, assert_images_stay_last
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import gradient_check
from cnn_course.functional.activation import (
    log_softmax,
    log_softmax_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    tanh,
    tanh_backward,
)

PAIRS = {
    "relu": (relu, relu_backward),
    "sigmoid": (sigmoid, sigmoid_backward),
    "tanh": (tanh, tanh_backward),
    "softmax": (softmax, softmax_backward),
    "log_softmax": (log_softmax, log_softmax_backward),
}
ALONG_AN_AXIS = ["softmax", "log_softmax"]

every_function = pytest.mark.parametrize(("function", "backward"), PAIRS.values(), ids=PAIRS)
along_an_axis = pytest.mark.parametrize(
    ("function", "backward"), [PAIRS[name] for name in ALONG_AN_AXIS], ids=ALONG_AN_AXIS
)
floats = pytest.mark.parametrize("dtype", [np.float32, np.float64])

SHAPES = [(), (7,), (3, 5), (2, 3, 5), (2, 3, 5, 7), (2, 3, 2, 5, 3)]
AXES = [
    ((7,), 0),
    ((2, 3, 5), -3),
    ((3, 5), 0),
    ((3, 5), 1),
    ((3, 5), -1),
    ((2, 3, 5, 7), 1),
    ((2, 3, 5, 7), -2),
    ((2, 3, 2, 5, 3), 4),
]


def values(shape, seed=0):
    """Normal numbers of standard deviation 3, no nearer to 0 than 0.1."""
    x = 3 * np.random.default_rng(seed).standard_normal(shape)
    return x + np.copysign(0.1, x)


def a_hundred_roundings(dtype):
    """Relative tolerance for a few operations, each accurate to a few roundings."""
    return 100 * np.finfo(dtype).eps


def test_relu():
    x = np.array([[-np.inf, -2.0, -1e-300, -0.0], [0.0, 1e-300, 2.0, np.inf]])
    assert_array_equal(relu(x), [[0, 0, 0, 0], [0, 1e-300, 2, np.inf]])


def test_relu_backward_passes_where_x_is_positive_and_is_0_at_0():
    x = np.array([-np.inf, -2.0, -0.0, 0.0, 1e-300, 2.0, np.inf])
    assert_array_equal(relu_backward(np.arange(1.0, 8.0), x), [0, 0, 0, 0, 5, 6, 7])


def test_relu_backward_blocks_a_nan_from_above_and_passes_at_a_nan_of_its_input():
    assert_array_equal(relu_backward([np.nan, np.inf, np.nan, 5.0], [-1.0, 0.0, 1.0, np.nan]), [0, 0, np.nan, 5])


@floats
def test_sigmoid_is_accurate_in_both_tails(dtype):
    x = np.concatenate([np.linspace(-80, 80, 1001), [-1000, -90, 90, 1000, -np.inf, np.inf]]).astype(dtype)
    expected = scipy.special.expit(x.astype(np.float64))
    tiny = np.finfo(dtype).tiny  # numbers below it have few digits left, or none
    assert_allclose(sigmoid(x), expected, rtol=a_hundred_roundings(dtype), atol=tiny)


@floats
@pytest.mark.parametrize("backward", [sigmoid_backward, tanh_backward])
def test_derivatives_are_accurate_in_both_tails(backward, dtype):
    x = np.concatenate([np.linspace(-40, 40, 1001), [-1000, 1000, -np.inf, np.inf]]).astype(dtype)
    wide = x.astype(np.float64)
    u = wide / 2 if backward is sigmoid_backward else wide
    with np.errstate(over="ignore"):
        expected = 1 / np.cosh(u) ** 2 / (4 if backward is sigmoid_backward else 1)
    tiny = np.finfo(dtype).tiny
    assert_allclose(backward(np.ones_like(x), x), expected, rtol=a_hundred_roundings(dtype), atol=tiny)


@floats
def test_tanh(dtype):
    x = np.array([-1000, -3, -1e-5, 0, 0.5, 2, 1000], dtype=dtype)
    assert_allclose(tanh(x), [math.tanh(number) for number in x.tolist()], rtol=a_hundred_roundings(dtype))


@pytest.mark.parametrize(("shape", "axis"), AXES)
def test_softmax_by_its_definition(shape, axis):
    x = values(shape)
    lines, expected = np.moveaxis(x, axis, -1), np.empty(shape)
    for at in np.ndindex(lines.shape[:-1]):
        powers = [math.exp(number) for number in lines[at]]
        np.moveaxis(expected, axis, -1)[at] = [power / math.fsum(powers) for power in powers]
    assert_allclose(softmax(x, axis=axis), expected, rtol=a_hundred_roundings(np.float64))
    logarithms = np.log(expected)
    # an absolute error of the logarithm is a relative one of the probability
    assert_allclose(log_softmax(x, axis=axis), logarithms, rtol=0, atol=a_hundred_roundings(np.float64))


@along_an_axis
@floats
@pytest.mark.parametrize("scale", [1e-3, 1, 1e3, 1e30])
def test_softmax_against_scipy_at_any_scale(function, backward, dtype, scale):
    x = (scale * values((3, 11, 2))).astype(dtype)
    expected = getattr(scipy.special, function.__name__)(x.astype(np.float64), axis=1)
    # log_softmax is a difference of numbers of the size of `scale`
    limits = {"rtol": a_hundred_roundings(dtype), "atol": np.finfo(dtype).eps * max(1, scale)}
    assert_allclose(function(x), expected, **limits)


def test_the_axis_of_softmax_is_by_default_that_of_the_channels():
    x = values((2, 3, 5))
    assert_allclose(softmax(x).sum(axis=1), np.ones((2, 5)), rtol=a_hundred_roundings(np.float64))
    assert_array_equal(softmax(x), softmax(x, axis=1))
    assert_array_equal(log_softmax(x), log_softmax(x, axis=-2))


def test_softmax_does_not_notice_a_shift():
    x = np.array([[1.0, 2.0, 5.0]])
    assert_array_equal(softmax(x + 1024), softmax(x))  # these sums are exact
    assert_array_equal(log_softmax(x - 1024), log_softmax(x))


def test_minus_infinity_has_probability_0():
    x = np.array([[np.log(3), -np.inf, 0]])
    assert_allclose(softmax(x), [[3 / 4, 0, 1 / 4]], rtol=a_hundred_roundings(np.float64))
    assert_allclose(log_softmax(x), np.log([[3, 1, 1]]) - np.log([[4, np.inf, 4]]), rtol=1e-13)


@along_an_axis
@pytest.mark.parametrize("line", [[-np.inf] * 3, [0.0, np.inf, 1.0]], ids=["all minus infinity", "plus infinity"])
def test_softmax_of_a_line_without_a_finite_maximum_is_nan_and_warns_as_numpy_does(function, backward, line):
    with pytest.warns(RuntimeWarning, match="invalid value encountered in subtract"):
        y = function(np.array([line, [0.0, 0.0, 0.0]]))
    assert_array_equal(np.isnan(y), [[True] * 3, [False] * 3])


@along_an_axis
def test_softmax_with_a_nan_is_nan_along_the_axis_and_nowhere_else(function, backward):
    x, nan_at = values((2, 3, 5)), np.zeros((2, 3, 5), dtype=bool)
    x[1, 2, 3], nan_at[1, :, 3] = np.nan, True
    assert_array_equal(np.isnan(function(x)), nan_at)
    assert_array_equal(np.isnan(backward(np.ones_like(x), x)), nan_at)


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh"])
def test_a_nan_stays_where_it_is(name):
    x = values((3, 5))
    x[1, 2] = np.nan
    assert_array_equal(np.isnan(PAIRS[name][0](x)), np.isnan(x))


@every_function
@pytest.mark.parametrize("shape", [(3, 5), (2, 3, 5), (2, 3, 5, 7)])
def test_gradients(function, backward, shape):
    (result,) = gradient_check(function, backward, [values(shape)], rng=np.random.default_rng(1))
    assert result.relative_error < 1e-7


@along_an_axis
@pytest.mark.parametrize(("shape", "axis"), AXES)
def test_gradients_along_any_axis(function, backward, shape, axis):
    (result,) = gradient_check(
        lambda x: function(x, axis=axis),
        lambda g, x: backward(g, x, axis=axis),
        [values(shape)],
        rng=np.random.default_rng(1),
    )
    assert result.relative_error < 1e-7


@pytest.mark.parametrize(
    ("name", "derivative"),
    [
        ("relu", lambda x: float(x > 0)),
        ("sigmoid", lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2),
        ("tanh", lambda x: 1 - math.tanh(x) ** 2),
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_of_functions_of_one_number(name, derivative, shape):
    x, grad = values(shape), np.random.default_rng(2).standard_normal(shape)
    expected = np.reshape([g * derivative(number) for g, number in zip(grad.flat, x.flat, strict=True)], shape)
    # 1 - tanh^2 cancels: an absolute error
    assert_allclose(PAIRS[name][1](grad, x), expected, rtol=1e-13, atol=1e-14)


def test_softmax_backward_by_its_matrix_of_derivatives():
    x, grad = values((3, 4)), np.random.default_rng(2).standard_normal((3, 4))
    y = scipy.special.softmax(x, axis=1)
    matrices = [np.diag(line) - np.outer(line, line) for line in y]
    assert_allclose(softmax_backward(grad, x), [m @ g for m, g in zip(matrices, grad, strict=True)], atol=1e-14)
    matrices = [np.eye(4) - np.outer(line, np.ones(4)) for line in y]
    assert_allclose(log_softmax_backward(grad, x), [m @ g for m, g in zip(matrices, grad, strict=True)], atol=1e-14)


@every_function
def test_what_it_does_with_arrays(function, backward):
    x, grad = values((2, 3, 5, 7)), np.random.default_rng(2).standard_normal((2, 3, 5, 7))
    assert_array_rules(function, x=x)
    assert_array_rules(backward, grad_output=grad, x=x)
    assert_images_stay_last(function, x=x)
    assert_images_stay_last(backward, grad_output=grad, x=x)


@every_function
@pytest.mark.parametrize("dtype", [np.int64, np.bool_, np.complex128])
def test_dtypes_that_are_not_floating(function, backward, dtype):
    x = np.ones((2, 3), dtype=dtype)
    with raises(f"{function.__name__}: x must have a floating dtype such as float64, got {np.dtype(dtype)}"):
        function(x)
    with raises(f"{backward.__name__}: x must have a floating dtype such as float64, got {np.dtype(dtype)}"):
        backward(np.ones((2, 3)), x)
    with raises(f"{backward.__name__}: grad_output must have a floating dtype such as float64, got {np.dtype(dtype)}"):
        backward(x, np.ones((2, 3)))


@every_function
def test_upstream_gradients_that_do_not_fit(function, backward):
    with raises(f"{backward.__name__}: x and grad_output must have one dtype, got float64 and float32"):
        backward(np.ones((2, 3), dtype=np.float32), np.ones((2, 3)))
    with raises(f"{backward.__name__}: grad_output must have shape (2, 3), got (3,)"):
        backward(np.ones(3), np.ones((2, 3)))


@along_an_axis
@pytest.mark.parametrize(
    ("shape", "axis", "message"),
    [
        ((2, 3), 2, "axis must be an axis of x, which has 2, got axis=2 (x.shape=(2, 3))"),
        ((2, 3), -3, "axis must be an axis of x, which has 2, got axis=-3 (x.shape=(2, 3))"),
        ((3,), 1, "axis must be an axis of x, which has 1, got axis=1 (x.shape=(3,))"),
        ((), 0, "axis must be an axis of x, which has 0, got axis=0 (x.shape=())"),
        ((2, 3), 1.0, "axis must be made of integers, got 1.0"),
        ((2, 3), None, "axis must be made of integers, got None"),
        ((2, 0), 1, "x has size 0 on axis 1, expected at least 1 (x.shape=(2, 0))"),
    ],
)
def test_axes(function, backward, shape, axis, message):
    with raises(f"{function.__name__}: {message}"):
        function(np.ones(shape), axis=axis)
    with raises(f"{backward.__name__}: {message}"):
        backward(np.ones(shape), np.ones(shape), axis=axis)


@every_function
def test_no_numbers_give_no_numbers(function, backward):
    empty = np.ones((0, 3))
    assert function(empty).shape == backward(empty, empty).shape == (0, 3)

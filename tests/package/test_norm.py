"""Normalizations against loops and the standard library's statistics; their gradients by differences and by hand."""

from functools import partial
from statistics import fmean, pvariance

import numpy as np
import pytest
from array_rules import assert_array_rules, assert_images_stay_last
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import gradient_check
from cnn_course.functional.norm import (
    batch_norm,
    batch_norm_backward,
    batch_statistics,
    local_response_norm,
    local_response_norm_backward,
)

SHAPES = [(7, 3), (2, 3, 5), (2, 3, 5, 7), (2, 3, 2, 5, 3)]
EPS = 0.37  # not small, so that a wrong place for it shows

every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)


def normal(shape, seed=0):
    """Normal numbers with another mean and deviation in each channel."""
    rng = np.random.default_rng(seed)
    one_a_channel = (1, shape[1], *(1,) * (len(shape) - 2))
    return 5 * rng.standard_normal(one_a_channel) + rng.standard_normal(shape) * rng.uniform(0.5, 3, one_a_channel)


def parameters(channels):
    """Weight, bias, mean and variance."""
    rng = np.random.default_rng(7)
    return *rng.standard_normal((3, channels)), rng.uniform(0.5, 3, channels)


def channel(x, c):
    return x[:, c].ravel().tolist()


@every_shape
def test_batch_statistics(shape):
    x = normal(shape)
    mean, var = batch_statistics(x)
    assert_allclose(mean, [fmean(channel(x, c)) for c in range(3)], rtol=1e-13)
    assert_allclose(var, [pvariance(channel(x, c)) for c in range(3)], rtol=1e-13)


@every_shape
def test_batch_norm_in_training(shape):
    x, (weight, bias, *_) = normal(shape), parameters(3)
    expected = np.empty_like(x)
    for c in range(3):
        mean, var = fmean(channel(x, c)), pvariance(channel(x, c))
        expected[:, c] = (x[:, c] - mean) / (var + EPS) ** 0.5 * weight[c] + bias[c]
    assert_allclose(batch_norm(x, weight, bias, eps=EPS), expected, rtol=1e-12, atol=1e-14)


@every_shape
def test_batch_norm_in_evaluation(shape):
    x, (weight, bias, mean, var) = normal(shape), parameters(3)
    expected = np.empty_like(x)
    for c in range(3):
        expected[:, c] = (x[:, c] - mean[c]) / (var[c] + EPS) ** 0.5 * weight[c] + bias[c]
    assert_allclose(batch_norm(x, weight, bias, mean=mean, var=var, eps=EPS), expected, rtol=1e-12, atol=1e-14)


def test_batch_norm_by_hand():
    x = np.array([[[1.0, 3.0]], [[5.0, 7.0]]])  # mean 4, variance (9 + 1 + 1 + 9) / 4 = 5
    y = batch_norm(x, np.array([6.0]), np.array([100.0]), eps=4)
    assert_array_equal(y, [[[100 - 6 * 3 / 3, 100 - 6 * 1 / 3]], [[100 + 6 * 1 / 3, 100 + 6 * 3 / 3]]])


def test_weight_and_bias_are_ones_and_zeros_where_they_are_not_given_and_eps_is_1e_5():
    x, grad = normal((2, 3, 5)), normal((2, 3, 5), 1)
    given = {"weight": np.ones(3), "bias": np.zeros(3), "eps": 1e-5}
    assert_array_equal(batch_norm(x), batch_norm(x, **given))
    for one, other in zip(batch_norm_backward(grad, x), batch_norm_backward(grad, x, **given), strict=True):
        assert_array_equal(one, other)


def test_evaluation_with_the_statistics_of_the_batch_is_training():
    x, (weight, bias, *_) = normal((2, 3, 5, 7)), parameters(3)
    mean, var = batch_statistics(x)
    assert_array_equal(batch_norm(x, weight, bias, mean=mean, var=var), batch_norm(x, weight, bias))


@pytest.mark.parametrize("var", [5.0, 0.0])
def test_evaluation_takes_a_single_value(var):
    y = batch_norm(np.array([[7.0]]), mean=np.array([1.0]), var=np.array([var]), eps=4)
    assert_allclose(y, [[(7 - 1) / (var + 4) ** 0.5]], rtol=1e-15)


def test_a_constant_channel_becomes_the_bias():
    x = np.full((2, 1, 3), 0.1)
    assert_allclose(batch_norm(x, np.array([3.0]), np.array([5.0])), np.full((2, 1, 3), 5.0), rtol=1e-12)


@pytest.mark.parametrize("shape", [(200_003, 2), (3, 2, 70_001)])
def test_statistics_are_accurate_in_float32(shape):
    """Added up one after the other, these would be off by 1e-4 and more."""
    x = (100 + np.random.default_rng(0).standard_normal(shape)).astype(np.float32)
    mean, var = batch_statistics(x)
    assert_allclose(mean, [fmean(channel(x, c)) for c in range(2)], rtol=5e-7)
    # the mean's rounding to float32 adds its square, (100 * 2^-24)^2 = 4e-11, to a variance of 1
    assert_allclose(var, [pvariance(channel(x, c)) for c in range(2)], rtol=2e-6)


@every_shape
@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
def test_batch_norm_gradients(shape, training):
    x, (weight, bias, mean, var) = normal(shape), parameters(3)
    numbers = {"eps": EPS} | ({} if training else {"mean": mean, "var": var})
    results = gradient_check(
        partial(batch_norm, **numbers),
        partial(batch_norm_backward, **numbers),
        [x, weight, bias],
        rng=np.random.default_rng(1),
    )
    assert max(result.relative_error for result in results) < 1e-7


def test_batch_norm_backward_by_the_matrix_of_derivatives():
    """The derivative of x_hat[i] in x[j] is ([i = j] - 1 / M) / s - x_hat[i] x_hat[j] / (M s), with s the root."""
    x, grad, weight = np.array([1.0, 2.0, 4.0, 9.0]), np.array([3.0, -1.0, 0.5, 2.0]), 5.0
    s = (pvariance(x) + EPS) ** 0.5
    x_hat = (x - fmean(x)) / s
    matrix = [[((i == j) - 1 / 4) / s - x_hat[i] * x_hat[j] / (4 * s) for j in range(4)] for i in range(4)]
    grad_x, grad_weight, grad_bias = batch_norm_backward(grad[:, None], x[:, None], np.array([weight]), eps=EPS)
    expected = [sum(grad[i] * weight * matrix[i][j] for i in range(4)) for j in range(4)]
    assert_allclose(grad_x[:, 0], expected, rtol=1e-13)
    assert_allclose(grad_weight, [sum(grad * x_hat)], rtol=1e-13)
    assert_allclose(grad_bias, [sum(grad)], rtol=1e-13)


def test_gradients_of_weight_and_bias_sum_over_images_and_positions():
    x, (_, _, mean, var) = normal((2, 3, 5, 7)), parameters(3)
    grad = normal((2, 3, 5, 7), 1)
    _, grad_weight, grad_bias = batch_norm_backward(grad, x, mean=mean, var=var, eps=EPS)
    for c in range(3):
        x_hat = (x[:, c] - mean[c]) / (var[c] + EPS) ** 0.5
        assert_allclose(grad_weight[c], sum((grad[:, c] * x_hat).flat), rtol=1e-12)
        assert_allclose(grad_bias[c], sum(grad[:, c].flat), rtol=1e-12)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_nan_or_an_infinity_spoils_its_channel_in_training(value):
    x = normal((2, 3, 5))
    x[1, 2, 3] = value
    with np.errstate(invalid="ignore"):  # inf - inf
        y, (grad_x, *sums) = batch_norm(x), batch_norm_backward(np.ones_like(x), x)
    spoilt = np.arange(3) == 2
    for array in (y, grad_x):
        assert_array_equal(np.isnan(array), np.broadcast_to(spoilt[:, None], x.shape))
    assert_array_equal(np.isnan(sums[0]), spoilt)


def test_a_nan_stays_where_it_is_in_evaluation():
    x, (weight, bias, mean, var) = normal((2, 3, 5)), parameters(3)
    x[1, 2, 3] = np.nan
    assert_array_equal(np.isnan(batch_norm(x, weight, bias, mean=mean, var=var)), np.isnan(x))


BATCH_NORM = {"x": normal((2, 3, 5)), "eps": 1e-5} | dict(
    zip(("weight", "bias", "mean", "var"), parameters(3), strict=True)
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": np.ones((2, 3, 5), dtype=int)}, "x must have a floating dtype such as float64, got int64"),
        ({"x": np.ones(3)}, "x must have 2 axes (N, C), got 1 (x.shape=(3,))"),
        ({"x": np.ones((2, 3, 5, 0))}, "x is empty: axis W has size 0, expected at least 1 (x.shape=(2, 3, 5, 0))"),
        ({"weight": np.ones(2)}, "weight must have shape (3,), got (2,)"),
        ({"bias": np.ones((3, 1))}, "bias must have shape (3,), got (3, 1)"),
        ({"mean": np.ones(1)}, "mean must have shape (3,), got (1,)"),
        ({"var": np.ones(5)}, "var must have shape (3,), got (5,)"),
        ({"weight": np.float32([1, 2, 3])}, "x and weight must have one dtype, got float64 and float32"),
        ({"var": np.float32([1, 2, 3])}, "x and var must have one dtype, got float64 and float32"),
        ({"bias": np.array([1, 2, 3])}, "bias must have a floating dtype such as float64, got int64"),
        ({"mean": None}, "mean and var must be given together, got only var"),
        ({"var": None}, "mean and var must be given together, got only mean"),
        ({"var": np.array([1.0, -0.5, 2.0])}, "var must be at least 0, got -0.5"),
        ({"eps": -1e-5}, "eps must be a finite number and at least 0, got -1e-05"),
        ({"eps": np.inf}, "eps must be a finite number and at least 0, got inf"),
        ({"eps": np.nan}, "eps must be a finite number and at least 0, got nan"),
        ({"eps": "1e-5"}, "eps must be a finite number and at least 0, got '1e-5'"),
        ({"eps": True}, "eps must be a finite number and at least 0, got True"),
    ],
)
def test_errors_of_batch_norm(changes, message):
    with raises(f"batch_norm: {message}"):
        batch_norm(**BATCH_NORM | changes)
    with raises(f"batch_norm_backward: {message}"):
        batch_norm_backward(np.ones((2, 3, 5)), **BATCH_NORM | changes)


@pytest.mark.parametrize("shape", [(1, 3), (1, 3, 1), (1, 3, 1, 1)])
def test_a_batch_of_one_value_has_no_statistics(shape):
    x = np.ones(shape)
    message = f"the statistics of a batch need at least 2 values in each channel, got 1 (x.shape={shape})"
    with raises(f"batch_norm: {message}"):
        batch_norm(x)
    with raises(f"batch_norm_backward: {message}"):
        batch_norm_backward(x, x)
    with raises(f"batch_statistics: {message}"):
        batch_statistics(x)


def test_errors_of_batch_statistics():
    with raises("batch_statistics: x must have 2 axes (N, C), got 1 (x.shape=(3,))"):
        batch_statistics(np.ones(3))
    with raises("batch_statistics: x must have a floating dtype such as float64, got bool"):
        batch_statistics(np.ones((2, 3), dtype=bool))


def test_upstream_gradients_that_do_not_fit():
    x = np.ones((2, 3, 5))
    for backward in (batch_norm_backward, partial(local_response_norm_backward, size=3)):
        name = getattr(backward, "func", backward).__name__
        with raises(f"{name}: grad_output must have shape (2, 3, 5), got (2, 3, 1)"):
            backward(np.ones((2, 3, 1)), x)
        with raises(f"{name}: x and grad_output must have one dtype, got float64 and float32"):
            backward(np.ones((2, 3, 5), dtype=np.float32), x)


@pytest.mark.parametrize("number", [np.float64(0.5), np.float32(0.5), 1, np.int64(1)])
def test_a_number_leaves_the_dtype_of_an_array_alone(number):
    x, grad = np.ones((2, 3, 5), dtype=np.float32), np.ones((2, 3, 5), dtype=np.float32)
    constants = {"alpha": number, "beta": number, "k": number}
    assert batch_norm(x, eps=number).dtype == np.float32
    assert {gradient.dtype for gradient in batch_norm_backward(grad, x, eps=number)} == {np.dtype(np.float32)}
    assert local_response_norm(x, 3, **constants).dtype == np.float32
    assert local_response_norm_backward(grad, x, 3, **constants).dtype == np.float32


def test_what_batch_norm_does_with_arrays():
    x, grad, (weight, bias, mean, var) = normal((2, 3, 5, 7)), normal((2, 3, 5, 7), 1), parameters(3)
    arrays = {"x": x, "weight": weight, "bias": bias}
    statistics = {"mean": mean, "var": var}
    assert_array_rules(batch_statistics, x=x)
    for more in ({}, statistics):
        assert_array_rules(batch_norm, **arrays, **more)
        assert_array_rules(batch_norm_backward, grad_output=grad, **arrays, **more)
        assert_array_rules(batch_norm, x=x, **more)
        assert_array_rules(batch_norm_backward, grad_output=grad, x=x, **more)
    assert_images_stay_last(batch_norm, x=x)
    assert_images_stay_last(batch_norm_backward, grad_output=grad, x=x)


def test_results_share_no_memory_where_there_is_nothing_to_do():
    x, zero, one = normal((2, 3, 5)), np.zeros(3), np.ones(3)
    images_last = np.moveaxis(np.moveaxis(x, 0, -1).copy(), -1, 0)
    for y in (batch_norm(images_last, mean=zero, var=one, eps=0), local_response_norm(x, 1, alpha=0)):
        assert_array_equal(y, x)
        assert not np.shares_memory(y, images_last)
        assert not np.shares_memory(y, x)
    grad_x, *_ = batch_norm_backward(images_last, images_last, mean=zero, var=one, eps=0)
    assert not np.shares_memory(grad_x, images_last)


def response_by_loops(x, size, alpha, beta, k):
    """PyTorch's window: size // 2 channels before, (size - 1) // 2 after."""
    y = np.empty_like(x)
    for n, c, *u in np.ndindex(*x.shape):
        squares = [x[(n, j, *u)] ** 2 for j in range(c - size // 2, c + (size - 1) // 2 + 1) if 0 <= j < x.shape[1]]
        y[(n, c, *u)] = x[(n, c, *u)] / (k + alpha / size * sum(squares)) ** beta
    return y


CONSTANTS = {"alpha": 0.8, "beta": 0.6, "k": 1.3}

every_window = pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 12])
channels = pytest.mark.parametrize("shape", [(2, 5), (2, 7, 3), (2, 5, 2, 3), (1, 1, 2, 2), (2, 3, 2, 2, 3)], ids=str)


@every_window
@channels
def test_local_response_norm(shape, size):
    x = normal(shape)
    assert_allclose(local_response_norm(x, size, **CONSTANTS), response_by_loops(x, size, **CONSTANTS), rtol=1e-13)


def test_defaults_of_local_response_norm():
    x, grad = 100 * normal((2, 5, 3)), normal((2, 5, 3), 1)
    defaults = {"alpha": 1e-4, "beta": 0.75, "k": 1}
    assert_allclose(local_response_norm(x, 3), response_by_loops(x, 3, **defaults), rtol=1e-13)
    assert_array_equal(local_response_norm_backward(grad, x, 3), local_response_norm_backward(grad, x, 3, **defaults))


def test_local_response_norm_with_an_even_window_by_hand():
    y = local_response_norm(np.array([[1.0, 2.0, 3.0]]), 2, alpha=2, beta=1, k=1)
    assert_array_equal(y, [[1 / (1 + 1), 2 / (1 + 1 + 4), 3 / (1 + 4 + 9)]])  # a channel and the one before it


def test_local_response_norm_as_in_alexnet():
    """k = 2, n = 5, alpha = 1e-4 and not divided by n, beta = 0.75, over the channels from c - 2 to c + 2."""
    x = 300 * np.random.default_rng(0).standard_normal((1, 11, 1))
    squares = [sum(x[0, max(0, c - 2) : c + 3, 0] ** 2) for c in range(11)]
    expected = [x[0, c, 0] / (2 + 1e-4 * squares[c]) ** 0.75 for c in range(11)]
    assert_allclose(local_response_norm(x, 5, alpha=5e-4, beta=0.75, k=2)[0, :, 0], expected, rtol=1e-13)


@every_window
@channels
def test_local_response_norm_gradient(shape, size):
    (result,) = gradient_check(
        lambda x: local_response_norm(x, size, **CONSTANTS),
        lambda g, x: local_response_norm_backward(g, x, size, **CONSTANTS),
        [normal(shape)],
        rng=np.random.default_rng(1),
    )
    assert result.relative_error < 1e-7


@pytest.mark.parametrize(("size", "reached"), [(1, [3]), (2, [3, 4]), (3, [2, 3, 4]), (4, [2, 3, 4, 5])])
def test_a_nan_reaches_the_channels_whose_windows_hold_it(size, reached):
    x = normal((2, 7, 3))
    x[1, 3, 2] = np.nan
    expected = np.zeros(x.shape, dtype=bool)
    expected[1, reached, 2] = True
    assert_array_equal(np.isnan(local_response_norm(x, size)), expected)


def test_infinity_silences_its_neighbours():
    x = np.array([[1.0, np.inf, 2.0, 3.0]])
    with np.errstate(invalid="ignore"):  # inf / inf
        y = local_response_norm(x, 3, alpha=3, beta=1, k=1)
    assert_array_equal(y, [[0, np.nan, 0, 3 / (1 + 4 + 9)]])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": np.ones((2, 3), dtype=int)}, "x must have a floating dtype such as float64, got int64"),
        ({"x": np.ones(3)}, "x must have 2 axes (N, C), got 1 (x.shape=(3,))"),
        ({"x": np.ones((2, 0, 3))}, "x is empty: axis C has size 0, expected at least 1 (x.shape=(2, 0, 3))"),
        ({"size": 0}, "size must be at least 1, got 0"),
        ({"size": 3.0}, "size must be made of integers, got 3.0"),
        ({"alpha": -1}, "alpha must be a finite number and at least 0, got -1"),
        ({"beta": np.nan}, "beta must be a finite number and at least 0, got nan"),
        ({"k": None}, "k must be a finite number and at least 0, got None"),
    ],
)
def test_errors_of_local_response_norm(changes, message):
    legal = {"x": np.ones((2, 3)), "size": 3}
    with raises(f"local_response_norm: {message}"):
        local_response_norm(**legal | changes)
    with raises(f"local_response_norm_backward: {message}"):
        local_response_norm_backward(np.ones((2, 3)), **legal | changes)


def test_what_local_response_norm_does_with_arrays():
    x, grad = normal((2, 3, 5, 7)), normal((2, 3, 5, 7), 1)
    function, backward = (partial(f, size=3, **CONSTANTS) for f in (local_response_norm, local_response_norm_backward))
    assert_array_rules(function, x=x)
    assert_array_rules(backward, grad_output=grad, x=x)
    assert_images_stay_last(function, x=x)
    assert_images_stay_last(backward, grad_output=grad, x=x)

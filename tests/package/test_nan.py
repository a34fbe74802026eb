"""NaN and infinity reach the results that depend on them, and no others."""

import numpy as np
import pytest
from calls import CALLS
from geometries import on_1_2_and_3_axes
from numpy.testing import assert_array_equal

from cnn_course import max_pool1d, max_pool1d_backward, max_pool2d_backward, reference


def spot(shape):
    """An indicator of one element, not at a border, of the second image and the last channel."""
    indicator = np.zeros(shape)
    indicator[(1, -1, *(n // 3 for n in shape[2:]))] = 1
    return indicator


def at_the_spot(value, shape):
    return np.where(spot(shape), value, 0.0)


@on_1_2_and_3_axes
@pytest.mark.parametrize("name", ["conv{}d", "conv_transpose{}d"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_convolutions(name, ndim, value):
    call = CALLS[name.format(ndim)]
    x, weight, bias = call.shapes.values()
    ones, zero = np.ones(weight), np.zeros(bias)
    (reached,) = call(x=spot(x), weight=ones, bias=zero)
    assert 0 < np.count_nonzero(reached) < reached.size
    assert_array_equal(call(x=at_the_spot(value, x), weight=ones, bias=zero)[0], np.where(reached, value, 0))


@on_1_2_and_3_axes
def test_a_weight_of_zero_does_not_hide_a_nan(ndim):
    call = CALLS[f"conv{ndim}d"]
    x, weight, bias = call.shapes.values()
    (reached,) = call(x=spot(x), weight=np.ones(weight), bias=np.zeros(bias))
    (y,) = call(x=at_the_spot(np.nan, x), weight=np.zeros(weight), bias=np.zeros(bias))
    assert_array_equal(np.isnan(y), reached > 0)


@on_1_2_and_3_axes
@pytest.mark.parametrize("name", ["max_pool{}d", "avg_pool{}d"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_pools(name, ndim, value):
    call = CALLS[name.format(ndim)]
    (reached,) = call(x=spot(call.shapes["x"]))
    assert 0 < np.count_nonzero(reached) < reached.size
    assert_array_equal(call(x=at_the_spot(value, call.shapes["x"]))[0], np.where(reached, value, 0))


def test_max_pool_of_nan_next_to_infinity():
    assert_array_equal(max_pool1d([[[np.inf, np.nan, np.inf, 1.0]]], 2), [[[np.nan, np.inf]]])


@pytest.mark.parametrize(
    ("x", "expected"), [([1, np.nan, 5, np.nan], [0, 7, 0, 0]), ([np.nan, np.inf, 5, 2], [7, 0, 0, 0])]
)
def test_gradient_of_a_maximum_goes_to_the_first_nan(x, expected):
    assert_array_equal(max_pool1d_backward([[[7.0]]], np.array([[x]]), 4), [[expected]])


def test_gradient_of_a_maximum_goes_to_the_first_nan_in_row_major_order():
    x = np.array([[[[1.0, 2.0, np.nan], [np.nan, 9.0, 3.0]]]])
    assert_array_equal(max_pool2d_backward([[[[7.0]]]], x, (2, 3)), [[[[0, 0, 7], [0, 0, 0]]]])


def test_a_nan_takes_no_gradient_of_windows_without_it():
    grad_x = max_pool1d_backward([[[1.0, 10.0, 100.0]]], [[[np.nan, 2.0, 5.0, 3.0]]], 2, stride=1)
    assert_array_equal(grad_x, [[[1, 0, 10 + 100, 0]]])


@pytest.mark.parametrize(("before", "expected"), [(0, [1, 10, 0]), (1, [1 + 10, 100, 0])], ids=["unpadded", "padded"])
@pytest.mark.parametrize("backward", [max_pool1d_backward, reference.max_pool_backward], ids=["fast", "reference"])
def test_minus_infinity_in_the_input_ties_with_itself_and_beats_the_padding(backward, before, expected):
    x, grad = np.full((1, 1, 3), -np.inf), np.array([[[1.0, 10.0, 100.0][: 2 + before]]])
    grad_x = backward(grad, x, (2,), stride=(1,), padding=((before, 0),), dilation=(1,))
    assert_array_equal(grad_x, [[expected]])

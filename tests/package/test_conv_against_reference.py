"""Convolutions, transposed convolutions and their gradients equal the definition in loops, to the last bit.

No tolerance: on whole numbers below 2^13 every sum is exact (see `geometries.whole_numbers`), in whatever order the
fast code adds, so that any difference is a mistake and none is rounding.
"""

from itertools import product

import numpy as np
import pytest
from geometries import layers, on_1_2_and_3_axes, whole_numbers
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import cnn_course
from cnn_course import reference


def with_output_padding(layer):
    """Keyword arguments of the transposed convolution that gives the layer's input size back."""
    return layer.written | {"output_padding": layer.windows.remainder}


@on_1_2_and_3_axes
@given(data=st.data())
def test_conv(ndim, data):
    layer = data.draw(layers(ndim))
    x, weight = whole_numbers(layer.x_shape, 0), whole_numbers(layer.weight_shape, 1)
    outputs = weight.shape[0]
    bias = data.draw(st.sampled_from([None, whole_numbers(outputs, 2)]))

    y = getattr(cnn_course, f"conv{ndim}d")(x, weight, bias, **layer.written)

    assert_array_equal(
        y, reference.conv(x, weight, np.zeros(outputs) if bias is None else bias, **layer.exact), strict=True
    )


@on_1_2_and_3_axes
@given(data=st.data())
def test_conv_backward(ndim, data):
    layer = data.draw(layers(ndim))
    x, weight, grad = map(whole_numbers, (layer.x_shape, layer.weight_shape, layer.y_shape), range(3))

    gradients = getattr(cnn_course, f"conv{ndim}d_backward")(grad, x, weight, **layer.written)

    for actual, desired in zip(gradients, reference.conv_backward(grad, x, weight, **layer.exact), strict=True):
        assert_array_equal(actual, desired, strict=True)


@on_1_2_and_3_axes
@given(data=st.data())
def test_conv_transpose(ndim, data):
    layer = data.draw(layers(ndim))
    y, weight = whole_numbers(layer.y_shape, 0), whole_numbers(layer.weight_shape, 1)
    outputs = layer.x_shape[1]
    bias = data.draw(st.sampled_from([None, whole_numbers(outputs, 2)]))

    z = getattr(cnn_course, f"conv_transpose{ndim}d")(y, weight, bias, **with_output_padding(layer))

    added = np.zeros(outputs) if bias is None else bias
    assert_array_equal(
        z, reference.conv_transpose(y, weight, added, size=layer.windows.size, **layer.exact), strict=True
    )


@on_1_2_and_3_axes
@given(data=st.data())
def test_conv_transpose_backward(ndim, data):
    layer = data.draw(layers(ndim))
    y, weight, grad = map(whole_numbers, (layer.y_shape, layer.weight_shape, layer.x_shape), range(3))

    gradients = getattr(cnn_course, f"conv_transpose{ndim}d_backward")(grad, y, weight, **with_output_padding(layer))

    desired = reference.conv_transpose_backward(grad, y, weight, **layer.exact)
    for actual, expected in zip(gradients, desired, strict=True):
        assert_array_equal(actual, expected, strict=True)


@pytest.mark.parametrize("output_padding", list(product(range(3), range(2), range(4))))
def test_every_output_padding_adds_positions_at_the_end(output_padding):
    stride, padding, dilation = (3, 2, 4), ((1, 0), (0, 2), (1, 1)), (1, 2, 1)
    x, weight, bias = whole_numbers((2, 4, 2, 3, 1), 0), whole_numbers((4, 3, 2, 2, 3), 1), whole_numbers(6, 2)
    smallest = (4, 5, 1)  # (n - 1) s + d (k - 1) + 1 - p - p' = 1*3+1+1-1, 2*2+2+1-2, 0*4+2+1-2
    size = tuple(np.add(smallest, output_padding).tolist())
    numbers = {"stride": stride, "padding": padding, "dilation": dilation, "groups": 2}

    z = cnn_course.conv_transpose3d(x, weight, bias, output_padding=output_padding, **numbers)

    assert_array_equal(z, reference.conv_transpose(x, weight, bias, size=size, **numbers), strict=True)

"""Every pair of maps that the course calls adjoint satisfies <A x, y> = <x, A* y>, exactly.

Both inner products add up whole numbers that stay below 2^53 (see `geometries.whole_numbers`), so they have to be
equal without any tolerance: a relative error of 0.
"""

import pytest
from geometries import DIVISIBLE, layers, on_1_2_and_3_axes, pools, whole_numbers
from hypothesis import given
from hypothesis import strategies as st

import cnn_course
from cnn_course import adjoint_check, fold, unfold


def operation(name, ndim):
    return getattr(cnn_course, name.format(ndim))


@on_1_2_and_3_axes
@given(data=st.data())
def test_fold_is_the_adjoint_of_unfold(ndim, data):
    w = data.draw(layers(ndim)).windows
    x = whole_numbers((2, 3, *w.size), 0)
    columns = whole_numbers(unfold(x, w.kernel_size, **w.written).shape, 1)
    check = adjoint_check(
        lambda x: unfold(x, w.kernel_size, **w.written),
        lambda columns: fold(columns, w.size, w.kernel_size, **w.written),
        x,
        columns,
    )
    assert check.relative_error == 0


@on_1_2_and_3_axes
@given(data=st.data())
def test_gradient_in_the_input_is_the_adjoint_of_conv_in_the_input(ndim, data):
    layer = data.draw(layers(ndim))
    conv, backward = operation("conv{}d", ndim), operation("conv{}d_backward", ndim)
    x, weight, y = map(whole_numbers, (layer.x_shape, layer.weight_shape, layer.y_shape), range(3))
    check = adjoint_check(
        lambda x: conv(x, weight, **layer.written), lambda y: backward(y, x, weight, **layer.written)[0], x, y
    )
    assert check.relative_error == 0


@on_1_2_and_3_axes
@given(data=st.data())
def test_gradient_in_the_weight_is_the_adjoint_of_conv_in_the_weight(ndim, data):
    layer = data.draw(layers(ndim))
    conv, backward = operation("conv{}d", ndim), operation("conv{}d_backward", ndim)
    x, weight, y = map(whole_numbers, (layer.x_shape, layer.weight_shape, layer.y_shape), range(3))
    check = adjoint_check(
        lambda weight: conv(x, weight, **layer.written), lambda y: backward(y, x, weight, **layer.written)[1], weight, y
    )
    assert check.relative_error == 0


@on_1_2_and_3_axes
@given(data=st.data())
def test_transposed_convolution_is_the_adjoint_of_conv(ndim, data):
    layer = data.draw(layers(ndim))
    conv, transpose = operation("conv{}d", ndim), operation("conv_transpose{}d", ndim)
    restoring = layer.written | {"output_padding": layer.windows.remainder}
    x, weight, y = map(whole_numbers, (layer.x_shape, layer.weight_shape, layer.y_shape), range(3))
    check = adjoint_check(lambda x: conv(x, weight, **layer.written), lambda y: transpose(y, weight, **restoring), x, y)
    assert check.relative_error == 0


@on_1_2_and_3_axes
@pytest.mark.parametrize("argument", [0, 1], ids=["input", "weight"])
@given(data=st.data())
def test_gradients_of_a_transposed_convolution_are_its_adjoints(ndim, argument, data):
    layer = data.draw(layers(ndim))
    transpose, backward = operation("conv_transpose{}d", ndim), operation("conv_transpose{}d_backward", ndim)
    numbers = layer.written | {"output_padding": layer.windows.remainder}
    y, weight, z = map(whole_numbers, (layer.y_shape, layer.weight_shape, layer.x_shape), range(3))
    check = adjoint_check(
        lambda a: transpose(*((a, weight) if argument == 0 else (y, a)), **numbers),
        lambda z: backward(z, y, weight, **numbers)[argument],
        (y, weight)[argument],
        z,
    )
    assert check.relative_error == 0


@on_1_2_and_3_axes
@given(data=st.data(), count_include_pad=st.booleans())
def test_gradient_of_average_pooling_is_its_adjoint(ndim, data, count_include_pad):
    pool = data.draw(pools(ndim, dilated=False))
    numbers = pool.written | {"count_include_pad": count_include_pad}
    forward, backward = operation("avg_pool{}d", ndim), operation("avg_pool{}d_backward", ndim)
    x, y = DIVISIBLE * whole_numbers(pool.x_shape, 0), DIVISIBLE * whole_numbers(pool.y_shape, 1)
    check = adjoint_check(
        lambda x: forward(x, pool.kernel_size, **numbers), lambda y: backward(y, x, pool.kernel_size, **numbers), x, y
    )
    assert check.relative_error == 0

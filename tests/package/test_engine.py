"""Columns made block by block are those of `unfold` and `fold`, however many blocks it takes."""

import numpy as np
import pytest
from geometries import layers, on_1_2_and_3_axes, whole_numbers
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import cnn_course
from cnn_course import engine, fold, unfold
from cnn_course.shape import Geometry


@pytest.fixture(autouse=True, scope="module")
def _one_row_a_block():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "BLOCK_BYTES", 1)
        patch.setattr(engine, "FOLD_BLOCK_BYTES", 1)
        patch.setattr(engine, "BLOCK_WINDOWS", 1)
        yield


def numbers(layer):
    """Keyword arguments without `groups`."""
    return {name: value for name, value in layer.written.items() if name != "groups"}


def by_group(matrix, groups):
    """(N, rows, L) as (N, G, rows / G, L), or (O, CK/G) as (G, O/G, CK/G)."""
    return matrix.reshape(*matrix.shape[:-2], groups, matrix.shape[-2] // groups, matrix.shape[-1])


@on_1_2_and_3_axes
@given(data=st.data())
def test_a_convolution_is_a_matrix_times_unfold(ndim, data):
    layer = data.draw(layers(ndim))
    x, weight = whole_numbers(layer.x_shape, 0), whole_numbers(layer.weight_shape, 1)
    groups, kernel = layer.written["groups"], layer.windows.kernel_size

    y = getattr(cnn_course, f"conv{ndim}d")(x, weight, **layer.written)

    matrix = by_group(weight.reshape(weight.shape[0], -1), groups)
    product = matrix @ by_group(unfold(x, kernel, **numbers(layer)), groups)
    assert_array_equal(y, product.reshape(layer.y_shape))


@on_1_2_and_3_axes
@given(data=st.data())
def test_its_gradients_are_fold_and_unfold(ndim, data):
    layer = data.draw(layers(ndim))
    x, weight, grad = map(whole_numbers, (layer.x_shape, layer.weight_shape, layer.y_shape), range(3))
    groups, kernel = layer.written["groups"], layer.windows.kernel_size

    grad_x, grad_weight, _ = getattr(cnn_course, f"conv{ndim}d_backward")(grad, x, weight, **layer.written)

    matrix = by_group(weight.reshape(weight.shape[0], -1), groups)
    g = by_group(grad.reshape(*grad.shape[:2], -1), groups)
    back = (matrix.swapaxes(1, 2) @ g).reshape(x.shape[0], -1, g.shape[-1])
    assert_array_equal(grad_x, fold(back, layer.windows.size, kernel, **numbers(layer)))
    per_image = g @ by_group(unfold(x, kernel, **numbers(layer)), groups).swapaxes(2, 3)
    assert_array_equal(grad_weight, per_image.sum(axis=0).reshape(weight.shape))


@on_1_2_and_3_axes
@given(data=st.data())
def test_blocks_of_columns_are_those_of_unfold_and_fold(ndim, data):
    layer = data.draw(layers(ndim))
    (images, _, *size), kernel = layer.x_shape, layer.windows.kernel_size
    x, groups, written = whole_numbers(layer.x_shape), layer.written["groups"], numbers(layer)
    geometry = Geometry.of("test", kernel, **written)

    blocks = [columns.copy() for _, columns in engine.column_blocks(x, geometry, groups)]

    whole = unfold(x, kernel, **written)
    images_last = by_group(whole, groups).transpose(1, 2, 3, 0).reshape(groups, -1, whole.shape[2] * images)
    assert_array_equal(np.concatenate(blocks, axis=2), images_last, strict=True)
    back = engine.fold_blocks(lambda where: images_last[:, :, where], x.shape, geometry, x.dtype)
    assert_array_equal(back, fold(whole, size, kernel, **written), strict=True)


def test_results_have_the_images_last_in_memory():
    y = cnn_course.conv2d(np.ones((5, 2, 4, 4)), np.ones((3, 2, 2, 2)))
    assert y.shape == (5, 3, 3, 3)
    assert np.moveaxis(y, 0, -1).flags.c_contiguous


def test_only_an_array_with_the_images_last_is_not_copied():
    x = np.moveaxis(np.ones((2, 4, 4, 5)), -1, 0)
    assert np.shares_memory(engine.batch_last(x), x)
    copy = engine.batch_last(np.ones((5, 2, 4, 4)))
    assert np.moveaxis(copy, 0, -1).flags.c_contiguous

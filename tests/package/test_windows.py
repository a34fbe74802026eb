"""`sliding_windows` and `unfold` read, and `fold` adds to, the elements that their formulas name, one by one."""

import numpy as np
import pytest
from geometries import layers, on_1_2_and_3_axes, whole_numbers
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from cnn_course import fold, sliding_windows, unfold


def without_groups(numbers):
    return {name: value for name, value in numbers.items() if name != "groups"}


def padded(x, pairs):
    return np.pad(x, ((0, 0), (0, 0), *pairs))


def taps_of_windows(layer):
    """Each window u and tap v with the position u s + v d of the padded input."""
    stride, dilation = layer.exact["stride"], layer.exact["dilation"]
    for u in np.ndindex(*layer.windows.output_size):
        for v in np.ndindex(*layer.windows.kernel_size):
            yield u, v, tuple(a * s + b * d for a, s, b, d in zip(u, stride, v, dilation, strict=True))


@on_1_2_and_3_axes
@given(data=st.data())
def test_sliding_windows(ndim, data):
    layer = data.draw(layers(ndim))
    x = whole_numbers(layer.x_shape)

    windows = sliding_windows(x, layer.windows.kernel_size, **without_groups(layer.written))

    assert windows.shape == (*x.shape[:2], *layer.windows.output_size, *layer.windows.kernel_size)
    x_padded = padded(x, layer.exact["padding"])
    for u, v, position in taps_of_windows(layer):
        assert_array_equal(windows[(..., *u, *v)], x_padded[(..., *position)])


@on_1_2_and_3_axes
@given(data=st.data())
def test_unfold_has_a_row_for_each_channel_and_tap_and_a_column_for_each_window(ndim, data):
    layer = data.draw(layers(ndim))
    x, kernel_size, output_size = whole_numbers(layer.x_shape), layer.windows.kernel_size, layer.windows.output_size

    columns = unfold(x, kernel_size, **without_groups(layer.written))

    x_padded, images, channels = padded(x, layer.exact["padding"]), *x.shape[:2]
    expected = np.full((images, channels, *kernel_size, *output_size), np.nan)
    for u, v, position in taps_of_windows(layer):
        expected[(slice(None), slice(None), *v, *u)] = x_padded[(..., *position)]
    assert_array_equal(columns, expected.reshape(images, channels * np.prod(kernel_size), np.prod(output_size)))


@on_1_2_and_3_axes
@given(data=st.data())
def test_fold_adds_every_column_where_unfold_read_it(ndim, data):
    layer = data.draw(layers(ndim))
    (images, channels, *size), kernel_size = layer.x_shape, layer.windows.kernel_size
    taps, windows = np.prod(kernel_size), np.prod(layer.windows.output_size)
    columns = whole_numbers((images, channels * taps, windows))

    y = fold(columns, tuple(size), kernel_size, **without_groups(layer.written))

    split = columns.reshape(images, channels, *kernel_size, *layer.windows.output_size)
    expected = padded(np.zeros(layer.x_shape), layer.exact["padding"])
    for u, v, position in taps_of_windows(layer):
        expected[(..., *position)] += split[(..., *v, *u)]
    inside = tuple(slice(before, before + n) for (before, _), n in zip(layer.exact["padding"], size, strict=True))
    assert_array_equal(y, expected[(..., *inside)], strict=True)


def test_an_integer_stands_for_every_axis():
    x = whole_numbers((2, 3, 5, 4))
    assert_array_equal(sliding_windows(x, 3), sliding_windows(x, (3, 3)))
    assert_array_equal(fold(unfold(x, 2), (5, 4), 2), fold(unfold(x, (2, 2)), (5, 4), (2, 2)))


def test_any_number_of_axes():
    x = whole_numbers((1, 2, 2, 3, 2, 3))
    windows = sliding_windows(x, (1, 2, 2, 3))
    assert windows.shape == (1, 2, 2, 2, 1, 1, 1, 2, 2, 3)
    assert_array_equal(windows[0, 1, 1, 1, 0, 0], x[0, 1, 1:2, 1:3, :, :])


@pytest.mark.parametrize("padding", [0, 1])
def test_sliding_windows_is_a_view_that_cannot_be_written_to(padding):
    x = whole_numbers((1, 2, 5))
    windows = sliding_windows(x, 3, padding=padding)
    assert not windows.flags.writeable
    assert np.shares_memory(windows, x) == (padding == 0)


@pytest.mark.parametrize("kernel_size", [1, 2])
def test_unfold_is_a_copy_that_can_be_written_to(kernel_size):
    x = whole_numbers((1, 2, 5))
    columns = unfold(x, kernel_size)
    assert columns.flags.writeable
    assert not np.shares_memory(columns, x)


@pytest.mark.parametrize("dtype", [np.int16, np.float32, np.complex128])
def test_windows_keep_any_dtype(dtype):
    x = np.arange(12).reshape(1, 2, 6).astype(dtype)
    columns = unfold(x, 2, padding=1)
    assert columns.dtype == sliding_windows(x, 2, padding=1).dtype == fold(columns, (6,), 2, padding=1).dtype == dtype

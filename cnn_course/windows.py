"""Sliding windows, `unfold` (im2col) and its adjoint `fold` (col2im): the only index arithmetic of the package.

Write tap v of window u. On each axis it lies at position u s + v d of the padded input. `unfold` reads that element,
`fold` adds to it; everything else that convolution and pooling do is linear algebra on the result.
"""

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.shape import Geometry
from cnn_course.types import Ints, Padding
from cnn_course.validate import (
    accumulator,
    as_array,
    axes,
    check_layout,
    check_places,
    check_precision,
    check_shape,
    entries,
    layout,
    magnitude,
    narrowed,
    per_axis,
)


def pad(x, pairs, value=0):
    """Surround the trailing axes of `x`, one for each pair (before, after), with `value`; no padding, no copy."""
    if not any(map(any, pairs)):
        return x
    lead = x.shape[: x.ndim - len(pairs)]
    sizes = x.shape[x.ndim - len(pairs) :]
    shape = lead + tuple(n + b + a for n, (b, a) in zip(sizes, pairs, strict=True))
    padded = np.full_like(x, value, shape=shape)  # in the memory order of x
    padded[interior(sizes, pairs)] = x
    return padded


def interior(sizes, pairs):
    """Index of the unpadded part of an array with padding."""
    return (..., *(slice(before, before + n) for n, (before, _) in zip(sizes, pairs, strict=True)))


def tap_slices(geometry, output_size):
    """Iterate, tap by tap in row-major order, the index of that tap's elements for all windows of a padded array."""
    along = (taps_along(geometry, axis, windows) for axis, windows in enumerate(output_size))
    return ((..., *slices) for slices in product(*along))


def taps_along(geometry, axis, windows):
    """List, tap by tap, the slice of that tap's elements on one spatial axis for so many windows."""
    step, apart = geometry.stride[axis], geometry.dilation[axis]
    starts = range(0, geometry.kernel_size[axis] * apart, apart)
    return [slice(start, start + step * (windows - 1) + 1, step) for start in starts]


def window_view(x, geometry):
    """Read-only view of all windows of `x` (N, C, *spatial) under a geometry, of shape (N, C, *output, *kernel)."""
    geometry.output_size(x.shape[2:])
    return windows_of_padded(pad(x, geometry.padding), geometry)


def windows_of_padded(padded, geometry):
    """`window_view` of an array that has its padding already."""
    size = padded.shape[2:]
    windows = ((n - e) // s + 1 for n, e, s in zip(size, geometry.extent, geometry.stride, strict=True))
    axes = zip(geometry.stride + geometry.dilation, size * 2, padded.strides[2:] * 2, strict=True)
    steps = (min(step, n) * bytes_on for step, n, bytes_on in axes)  # a single window or tap takes none, however large
    shape, strides = (*padded.shape[:2], *windows, *geometry.kernel_size), (*padded.strides[:2], *steps)
    return np.lib.stride_tricks.as_strided(padded, shape, strides, writeable=False)


def sliding_windows(
    x: ArrayLike, kernel_size: Ints, *, stride: Ints = 1, padding: Padding = 0, dilation: Ints = 1
) -> np.ndarray:
    r"""Show every window of an array without copying any.

    .. math:: \text{windows}[n, c, u, v] = x_{\text{padded}}[n, c, u s + v d] .

    Parameters
    ----------
    x : array_like, shape (N, C, *spatial)
        Numbers of any dtype, any number of spatial axes.
    kernel_size : int or tuple of int
        Number of taps on each axis.
    stride, dilation : int or tuple of int, default 1
        Step of the window, and distance between its taps.
    padding : int, tuple, 'valid', 'same' or 'full', default 0
        Zeros around the spatial axes, as in `conv_output_size`.

    Returns
    -------
    ndarray, shape (N, C, *output_size, *kernel_size)
        A read-only view of `x`, or of a padded copy of it.

    Raises
    ------
    ValueError
        If `x` has no spatial axis or is empty, or the kernel does not fit the padded input.

    Notes
    -----
    The view costs nothing; reading it costs prod(kernel_size) times the memory traffic of reading `x`.

    References
    ----------
    The windows of Hofmann, equation (1.17), with stride, padding and dilation.

    Examples
    --------
    >>> x = np.array([[[1, 2, 3, 4, 5]]])
    >>> sliding_windows(x, 3, stride=2)[0, 0]
    array([[1, 2, 3],
           [3, 4, 5]])
    """
    return window_view(*_input("sliding_windows", x, kernel_size, stride, padding, dilation))


def unfold(
    x: ArrayLike, kernel_size: Ints, *, stride: Ints = 1, padding: Padding = 0, dilation: Ints = 1
) -> np.ndarray:
    r"""Copy every window into a column: im2col.

    .. math:: \text{columns}[n, (c, v), u] = x_{\text{padded}}[n, c, u s + v d] .

    Parameters
    ----------
    x, kernel_size, stride, padding, dilation
        As for `sliding_windows`.

    Returns
    -------
    ndarray, shape (N, C * prod(kernel_size), prod(output_size))
        Rows in the order of a weight `w[o].ravel()`, columns in the order of the output: both row-major.

    Raises
    ------
    ValueError
        As `sliding_windows`.

    Notes
    -----
    With `W = weight.reshape(O, -1)`, a convolution is `W @ unfold(x)`. The copy is prod(kernel_size) times as large
    as the output's grid times C; the adjoint of this linear map is `fold`.

    References
    ----------
    The matrix form is that of Chen's slides; PyTorch calls it `unfold`.

    Examples
    --------
    >>> x = np.arange(6.0).reshape(1, 1, 2, 3)
    >>> unfold(x, 2)[0]
    array([[0., 1.],
           [1., 2.],
           [3., 4.],
           [4., 5.]])
    """
    view = window_view(*_input("unfold", x, kernel_size, stride, padding, dilation))
    (n, c, *_), ndim = view.shape, view.ndim // 2 - 1
    windows, taps = range(2, 2 + ndim), range(2 + ndim, view.ndim)
    check_places("unfold", "a channel's columns", view.shape[2:], kernel_size=view.shape[2 + ndim :])
    columns = view.transpose(0, 1, *taps, *windows).reshape(
        n, c * prod(view.shape[2 + ndim :]), prod(view.shape[2 : 2 + ndim])
    )
    return columns if columns.flags.writeable else columns.copy()  # a view where nothing had to move


def fold(
    columns: ArrayLike,
    output_size: Sequence[int],
    kernel_size: Ints,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
) -> np.ndarray:
    r"""Add every column back at the window it came from: col2im, the adjoint of `unfold`.

    .. math:: y_{\text{padded}}[n, c, i] = \sum_{(u, v)\,:\, u s + v d = i} \text{columns}[n, (c, v), u] ,

    with the padding cut off at the end.

    Parameters
    ----------
    columns : array_like, shape (N, C * prod(kernel_size), L)
        One column for each of the L windows.
    output_size : tuple of int
        Spatial size of the array to add into, with an entry for each axis.
    kernel_size, stride, padding, dilation
        As for `unfold`.

    Returns
    -------
    ndarray, shape (N, C, *output_size)
        For all `x` and `columns`, `(unfold(x) * columns).sum() == (x * fold(columns)).sum()` up to rounding.

    Raises
    ------
    ValueError
        If `output_size` is an integer, which would not say how many axes there are, or the number of columns, or of
        their entries, does not match the windows, they are of float16, or a sum is more than their integers hold.

    Notes
    -----
    `fold` does not invert `unfold`: where windows overlap, an element comes back once for each of them.

    Examples
    --------
    >>> fold(np.ones((1, 2, 4)), (5,), 2)[0, 0]
    array([1., 2., 2., 2., 1.])
    """
    columns = as_array("fold", "columns", columns, "iufc")
    check_layout("fold", "columns", columns, "N CK L")
    check_precision("fold", "columns", columns.dtype)
    if entries(output_size) is None:
        raise ValueError(
            f"fold: output_size must have an entry for each axis, such as (28,) or (28, 28), got {output_size!r}"
        )
    ndim = axes("fold", output_size=output_size, kernel_size=kernel_size)
    output_size = per_axis("fold", "output_size", output_size, ndim, minimum=1)
    kernel_size = per_axis("fold", "kernel_size", kernel_size, ndim, minimum=1)
    geometry = Geometry.of("fold", kernel_size, stride=stride, padding=padding, dilation=dilation)
    taps = prod(kernel_size)
    if columns.shape[1] % taps:
        raise ValueError(
            f"fold: columns must have a multiple of prod(kernel_size)={taps} rows, got {columns.shape[1]} "
            f"(columns.shape={columns.shape})"
        )
    windows = geometry.output_size(output_size)
    check_shape("fold", "columns", columns, (*columns.shape[:2], prod(windows)))
    wide = accumulator(columns.dtype, taps * magnitude(columns))
    dtype, columns = columns.dtype, columns.reshape(columns.shape[0], columns.shape[1] // taps, taps, *windows)
    padded = np.zeros((*columns.shape[:2], *geometry.padded_size(output_size)), dtype=wide)
    for tap, index in enumerate(tap_slices(geometry, windows)):
        padded[index] += columns[:, :, tap]
    return narrowed("fold", padded[interior(output_size, geometry.padding)], dtype)


def _input(function, x, kernel_size, stride, padding, dilation):
    x = as_array(function, "x", x)
    ndim = max(x.ndim - 2, 1) if entries(kernel_size) is None else axes(function, kernel_size=kernel_size)
    check_layout(function, "x", x, layout("N C", ndim))
    kernel_size = per_axis(function, "kernel_size", kernel_size, ndim, minimum=1)
    return x, Geometry.of(function, kernel_size, stride=stride, padding=padding, dilation=dilation)

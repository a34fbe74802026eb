"""Max-pooling, average pooling and global pooling with their gradients, for any number of spatial axes.

A maximum over a box is the maximum along one axis of the maxima along the others, and so is a sum. On each axis, tap v
of all windows is one strided slice: k elementwise operations on slices, axis after axis, and no window is copied out.
"""

from math import prod

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.functional.activation import masked
from cnn_course.shape import Geometry
from cnn_course.types import Ints, Padding
from cnn_course.validate import as_floats, as_upstream, check_layout, flag, layout, per_axis
from cnn_course.windows import interior, pad, tap_slices, taps_along

BLOCK_BYTES = 1 << 21  # of the input, in the gradient of a maximum: what comes in between stays in the cache


def pool_geometry(function, ndim, kernel_size, stride, padding, dilation=1):
    """The windows of a pool: one after the other where no stride is given, and at least half of each in the input."""
    kernel_size = per_axis(function, "kernel_size", kernel_size, ndim, minimum=1, one_for_all=True)
    stride = kernel_size if stride is None else stride
    geometry = Geometry.of(function, kernel_size, stride=stride, padding=padding, dilation=dilation)
    for axis, (pads, extent, k, d) in enumerate(
        zip(geometry.padding, geometry.extent, geometry.kernel_size, geometry.dilation, strict=True)
    ):
        if 2 * max(pads) > extent:
            raise ValueError(
                f"{function}: padding must be at most half of the kernel's extent, "
                f"got padding={pads} with extent {extent} on spatial axis {axis} (kernel_size={k}, dilation={d})"
            )
    return geometry


def _operands(function, ndim, x, kernel_size, stride, padding, dilation, ceil_mode):
    """Return x, the geometry as it is written, and the geometry of the windows, which `ceil_mode` may pad further."""
    (x,) = as_floats(function, x=x)
    check_layout(function, "x", x, layout("N C", ndim))
    geometry = pool_geometry(function, ndim, kernel_size, stride, padding, dilation)
    rounded_up = flag(function, "ceil_mode", ceil_mode)
    return x, geometry, geometry.rounded_up(x.shape[2:]) if rounded_up else geometry


def _over_windows(ufunc, padded, geometry, output_size):
    """Combine the elements of each window, by `np.maximum` or `np.add`: axis after axis, tap after tap."""
    y = padded
    for axis, windows in enumerate(output_size):
        before = (slice(None),) * (2 + axis)
        first, *others = (y[*before, tap] for tap in taps_along(geometry, axis, windows))
        y = first.copy(order="K")  # in the memory order of x
        for tap in others:
            ufunc(y, tap, out=y)
    return y


def _max_pool(ndim, x, kernel_size, stride, padding, dilation, ceil_mode):
    x, _, geometry = _operands(f"max_pool{ndim}d", ndim, x, kernel_size, stride, padding, dilation, ceil_mode)
    output_size = geometry.output_size(x.shape[2:])
    return _over_windows(np.maximum, pad(x, geometry.padding, -np.inf), geometry, output_size)


def _max_pool_backward(ndim, grad_output, x, kernel_size, stride, padding, dilation, ceil_mode):
    function = f"max_pool{ndim}d_backward"
    x, _, geometry = _operands(function, ndim, x, kernel_size, stride, padding, dilation, ceil_mode)
    grad_output = as_upstream(function, grad_output, x, (*x.shape[:2], *geometry.output_size(x.shape[2:])))
    grad_padded = np.zeros_like(x, shape=(*x.shape[:2], *geometry.padded_size(x.shape[2:])))
    for block in _blocks(x):
        _to_maxima(grad_padded[block], grad_output[block], x[block], geometry)
    return grad_padded[interior(x.shape[2:], geometry.padding)]


def _blocks(x):
    """Yield indices that cut `x` along the images or the channels, whichever lie further apart in memory."""
    axis = max((0, 1), key=lambda axis: (x.shape[axis] > 1, x.strides[axis]))
    step = max(1, BLOCK_BYTES * x.shape[axis] // max(x.nbytes, 1))
    for start in range(0, x.shape[axis], step):
        yield (*(slice(None),) * axis, slice(start, start + step))


def _to_maxima(grad_padded, grad_output, x, geometry):
    """Add each upstream number to `grad_padded`, zeros so far, where its window of `x` has the maximum first."""
    padded, output_size = pad(x, geometry.padding, -np.inf), geometry.output_size(x.shape[2:])
    y = _over_windows(np.maximum, padded, geometry, output_size)
    any_nan, disjoint = np.isnan(y).any(), geometry.disjoint
    inside = pad(np.ones(x.shape[2:], dtype=bool), geometry.padding, False)  # minus infinity may tie with the padding
    open_windows = np.ones_like(y, dtype=bool)  # those whose maximum no earlier tap holds
    for index in tap_slices(geometry, output_size):
        holds = padded[index] == y
        if any_nan:
            holds |= np.isnan(padded[index])
        if padded is not x:
            holds &= inside[index]
        holds &= open_windows
        open_windows ^= holds
        _add(grad_padded, index, masked(grad_output, holds), disjoint)


def _add(grad_padded, index, values, disjoint):
    """Add the values of one tap; where no windows meet, there are zeros, and writing is half of the work."""
    if disjoint:
        grad_padded[index] = values
    else:
        grad_padded[index] += values


def _avg_pool(ndim, x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    function = f"avg_pool{ndim}d"
    x, written, geometry = _operands(function, ndim, x, kernel_size, stride, padding, 1, ceil_mode)
    output_size, counts = geometry.output_size(x.shape[2:]), _counts(function, x, written, geometry, count_include_pad)
    y = _over_windows(np.add, pad(x, geometry.padding), geometry, output_size)
    y /= counts
    return y


def _avg_pool_backward(ndim, grad_output, x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    function = f"avg_pool{ndim}d_backward"
    x, written, geometry = _operands(function, ndim, x, kernel_size, stride, padding, 1, ceil_mode)
    grad_output = as_upstream(function, grad_output, x, (*x.shape[:2], *geometry.output_size(x.shape[2:])))
    share = grad_output / _counts(function, x, written, geometry, count_include_pad)
    grad_padded = np.zeros_like(x, shape=(*x.shape[:2], *geometry.padded_size(x.shape[2:])))
    disjoint = geometry.disjoint
    for index in tap_slices(geometry, share.shape[2:]):
        _add(grad_padded, index, share, disjoint)
    return grad_padded[interior(x.shape[2:], geometry.padding)]


def _counts(function, x, written, geometry, count_include_pad):
    """Number of elements that each window averages, in the dtype of `x`; what `ceil_mode` has padded never counts."""
    padding_counts = flag(function, "count_include_pad", count_include_pad)
    counted = pad(np.ones((1, 1, *x.shape[2:]), dtype=int), written.padding, padding_counts)
    beyond = tuple((0, a - b) for (_, a), (_, b) in zip(geometry.padding, written.padding, strict=True))
    return _over_windows(np.add, pad(counted, beyond), geometry, geometry.output_size(x.shape[2:])).astype(x.dtype)


def max_pool2d(
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    r"""Largest element of each window, channel by channel.

    .. math:: y[n, c, i, j] = \max_{k, l} x[n, c, i s + k d - p, j s + l d - p] .

    Parameters
    ----------
    x : array_like of float, shape (N, C, H, W)
    kernel_size : int or (int, int)
        Number of taps of the window on each axis.
    stride : int or (int, int), optional
        Step of the window; the size of the kernel where it is not given.
    padding : int, tuple, 'valid' or 'same', default 0
        Positions around the image; they hold minus infinity, and never win. At most half of the kernel's extent.
    dilation : int or (int, int), default 1
        Distance between the taps.
    ceil_mode : bool, default False
        Round the number of windows up instead of down: where a last step leaves positions over, one more window
        takes them in and ends beyond the padding, unless it would start beyond the image.

    Returns
    -------
    ndarray, shape (N, C, H', W'), the dtype of `x`
        With the sizes of `conv_output_size`, unless `ceil_mode` adds a window. NaN propagates: a window that holds one
        gives NaN.

    Raises
    ------
    ValueError
        If `x` has the wrong rank, is empty or is not of floats, a number is out of range, the padding is too large,
        or the kernel exceeds the padded image.

    References
    ----------
    Hofmann, equation (1.17), and Wichmann, equations (5.2) and (5.3), whose stride is kept.

    Examples
    --------
    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    >>> max_pool2d(np.arange(6.0).reshape(1, 1, 2, 3), 2, ceil_mode=True)
    array([[[[4., 5.]]]])
    """
    return _max_pool(2, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Gradient of `max_pool2d`: each upstream number goes to the maximum of its window, and adds up where two meet.

    Parameters
    ----------
    grad_output : array_like of float, shape (N, C, H', W')
        Gradient of the loss in the output of `max_pool2d`.
    x, kernel_size, stride, padding, dilation, ceil_mode
        As they were given to `max_pool2d`.

    Returns
    -------
    ndarray, the shape and dtype of `x`
        Of several equal maxima the first in row-major order takes all, and so does the first NaN.

    Raises
    ------
    ValueError
        As `max_pool2d`, and if `grad_output` does not have the shape of its output.

    References
    ----------
    Wichmann, equation (5.5), with its ranges corrected, for any stride.

    Examples
    --------
    >>> x = np.array([[[[1.0, 3.0, 2.0]]]])
    >>> max_pool2d_backward(np.array([[[[1.0, 10.0]]]]), x, (1, 2), stride=1)
    array([[[[ 0., 11.,  0.]]]])
    """
    return _max_pool_backward(2, grad_output, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool1d(
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Largest element of each window of sequences (N, C, L); all else as in `max_pool2d`.

    Examples
    --------
    >>> max_pool1d(np.array([[[5.0, 4.0, 3.0, 2.0, 1.0, 0.0]]]), 3)
    array([[[5., 2.]]])
    """
    return _max_pool(1, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool1d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Gradient of `max_pool1d`; all else as in `max_pool2d_backward`.

    Examples
    --------
    >>> max_pool1d_backward(np.array([[[1.0, 10.0]]]), np.array([[[2.0, 2.0, 0.0, 7.0]]]), 2)
    array([[[ 1.,  0.,  0., 10.]]])
    """
    return _max_pool_backward(1, grad_output, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool3d(
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Largest element of each window of volumes (N, C, D, H, W); all else as in `max_pool2d`.

    Examples
    --------
    >>> max_pool3d(np.arange(8.0).reshape(1, 1, 2, 2, 2), 2).ravel()
    array([7.])
    """
    return _max_pool(3, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool3d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Gradient of `max_pool3d`; all else as in `max_pool2d_backward`.

    Examples
    --------
    >>> x = np.arange(8.0).reshape(1, 1, 2, 2, 2)
    >>> max_pool3d_backward(np.full((1, 1, 1, 1, 1), 5.0), x, 2).ravel()
    array([0., 0., 0., 0., 0., 0., 0., 5.])
    """
    return _max_pool_backward(3, grad_output, x, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool2d(
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> np.ndarray:
    r"""Mean of each window, channel by channel.

    .. math:: y[n, c, i, j] = \frac{1}{k_H k_W} \sum_{k, l} x[n, c, i s + k - p, j s + l - p] .

    Parameters
    ----------
    x : array_like of float, shape (N, C, H, W)
    kernel_size : int or (int, int)
        Number of taps of the window on each axis.
    stride : int or (int, int), optional
        Step of the window; the size of the kernel where it is not given.
    padding : int, tuple, 'valid' or 'same', default 0
        Zeros around the image, at most half of the kernel on a side.
    ceil_mode : bool, default False
        As for `max_pool2d`. Positions beyond the padding are never counted.
    count_include_pad : bool, default True
        Whether the zeros of the padding count as elements, or the mean is of the image's own elements alone.

    Returns
    -------
    ndarray, shape (N, C, H', W'), the dtype of `x`
        With the sizes of `conv_output_size`, unless `ceil_mode` adds a window.

    Raises
    ------
    ValueError
        As `max_pool2d`.

    References
    ----------
    Wichmann, equation (5.6), with the stride that it leaves out.

    Examples
    --------
    >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """
    return _avg_pool(2, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> np.ndarray:
    """Gradient of `avg_pool2d`: each upstream number is shared out equally in its window.

    Parameters
    ----------
    grad_output : array_like of float, shape (N, C, H', W')
        Gradient of the loss in the output of `avg_pool2d`.
    x, kernel_size, stride, padding, ceil_mode, count_include_pad
        As they were given to `avg_pool2d`; only the shape and the dtype of `x` matter.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        As `avg_pool2d`, and if `grad_output` does not have the shape of its output.

    References
    ----------
    Wichmann, equation (5.8), with its ranges corrected, for any stride.

    Examples
    --------
    >>> avg_pool2d_backward(np.array([[[[2.0, 20.0]]]]), np.zeros((1, 1, 1, 3)), (1, 2), stride=1)
    array([[[[ 1., 11., 10.]]]])
    """
    return _avg_pool_backward(2, grad_output, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool1d(
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> np.ndarray:
    """Mean of each window of sequences (N, C, L); all else as in `avg_pool2d`.

    Examples
    --------
    >>> avg_pool1d(np.array([[[2.0, 4.0]]]), 2, stride=1, padding=((1, 0),), count_include_pad=False)
    array([[[2., 3.]]])
    >>> avg_pool1d(np.array([[[2.0, 4.0, 9.0]]]), 2, ceil_mode=True)
    array([[[3., 9.]]])
    """
    return _avg_pool(1, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool1d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> np.ndarray:
    """Gradient of `avg_pool1d`; all else as in `avg_pool2d_backward`.

    Examples
    --------
    >>> avg_pool1d_backward(np.array([[[2.0, 20.0]]]), np.zeros((1, 1, 3)), 2, stride=1)
    array([[[ 1., 11., 10.]]])
    """
    return _avg_pool_backward(1, grad_output, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool3d(
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> np.ndarray:
    """Mean of each window of volumes (N, C, D, H, W); all else as in `avg_pool2d`.

    Examples
    --------
    >>> avg_pool3d(np.arange(8.0).reshape(1, 1, 2, 2, 2), 2).ravel()
    array([3.5])
    """
    return _avg_pool(3, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool3d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    kernel_size: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> np.ndarray:
    """Gradient of `avg_pool3d`; all else as in `avg_pool2d_backward`.

    Examples
    --------
    >>> avg_pool3d_backward(np.full((1, 1, 1, 1, 1), 8.0), np.zeros((1, 1, 2, 2, 2)), 2).ravel()
    array([1., 1., 1., 1., 1., 1., 1., 1.])
    """
    return _avg_pool_backward(3, grad_output, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def _global_operand(function, x):
    (x,) = as_floats(function, x=x)
    check_layout(function, "x", x, layout("N C", max(x.ndim - 2, 1)))
    return x


def global_max_pool(x: ArrayLike) -> np.ndarray:
    r"""Largest element of each channel.

    .. math:: y[n, c] = \max_u x[n, c, u] .

    Parameters
    ----------
    x : array_like of float, shape (N, C, *spatial)
        With any number of spatial axes.

    Returns
    -------
    ndarray, shape (N, C, 1, ..., 1), the dtype of `x`
        NaN propagates.

    Raises
    ------
    ValueError
        If `x` has no spatial axis, is empty or is not of floats.

    Examples
    --------
    >>> global_max_pool(np.array([[[1.0, 4.0, 2.0], [5.0, 3.0, 5.0]]]))
    array([[[4.],
            [5.]]])
    """
    x = _global_operand("global_max_pool", x)
    return x.max(axis=tuple(range(2, x.ndim)), keepdims=True)


def global_max_pool_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Gradient of `global_max_pool`: each upstream number goes to the maximum of its channel.

    Parameters
    ----------
    grad_output : array_like of float, shape (N, C, 1, ..., 1)
        Gradient of the loss in the output of `global_max_pool`.
    x
        As it was given to `global_max_pool`.

    Returns
    -------
    ndarray, the shape and dtype of `x`
        Of several equal maxima the first in row-major order takes all, and so does the first NaN.

    Raises
    ------
    ValueError
        As `global_max_pool`, and if `grad_output` does not have the shape of its output.

    Examples
    --------
    >>> global_max_pool_backward(np.array([[[7.0]]]), np.array([[[1.0, 4.0, 4.0]]]))
    array([[[0., 7., 0.]]])
    """
    x = _global_operand("global_max_pool_backward", x)
    grad_output = as_upstream("global_max_pool_backward", grad_output, x, (*x.shape[:2], *(1,) * (x.ndim - 2)))
    channels = x.reshape(*x.shape[:2], prod(x.shape[2:]))
    grad_x = np.zeros_like(channels)
    np.put_along_axis(grad_x, channels.argmax(axis=2, keepdims=True), grad_output.reshape(*x.shape[:2], 1), axis=2)
    return grad_x.reshape(x.shape)


def global_avg_pool(x: ArrayLike) -> np.ndarray:
    r"""Mean of each channel.

    .. math:: y[n, c] = \frac{1}{L} \sum_u x[n, c, u] , \qquad L \text{ the number of positions } u.

    Parameters
    ----------
    x : array_like of float, shape (N, C, *spatial)
        With any number of spatial axes.

    Returns
    -------
    ndarray, shape (N, C, 1, ..., 1), the dtype of `x`

    Raises
    ------
    ValueError
        As `global_max_pool`.

    References
    ----------
    Lin, Chen and Yan (2014), *Network in network*, section 3.2.

    Examples
    --------
    >>> global_avg_pool(np.array([[[1.0, 4.0, 4.0], [5.0, 3.0, 1.0]]]))
    array([[[3.],
            [3.]]])
    """
    x = _global_operand("global_avg_pool", x)
    sums = _sums_of_channels(x) / prod(x.shape[2:])
    return sums.reshape(*x.shape[:2], *(1,) * (x.ndim - 2))


def _sums_of_channels(x):
    """Sum over the places, (N, C), pairwise whatever the order of memory.

    So NumPy sums along memory, but across it one number after the other: there a million float32 can be off by 1 %.
    """
    if x.flags.c_contiguous:
        return x.reshape(*x.shape[:2], prod(x.shape[2:])).sum(axis=2)
    rows = np.moveaxis(x, 0, -1)
    rows = rows.reshape(rows.shape[0], prod(x.shape[2:]), rows.shape[-1])  # a view, if the images are last in memory
    while (places := rows.shape[1]) > 1:
        halves = rows[:, : places // 2] + rows[:, places // 2 : places // 2 * 2]
        if places % 2:
            halves[:, 0] += rows[:, -1]
        rows = halves
    return rows[:, 0].T


def global_avg_pool_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Gradient of `global_avg_pool`: each upstream number is shared out equally in its channel.

    Parameters
    ----------
    grad_output : array_like of float, shape (N, C, 1, ..., 1)
        Gradient of the loss in the output of `global_avg_pool`.
    x
        As it was given to `global_avg_pool`; only its shape and dtype matter.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        As `global_avg_pool`, and if `grad_output` does not have the shape of its output.

    Examples
    --------
    >>> global_avg_pool_backward(np.array([[[6.0], [3.0]]]), np.zeros((1, 2, 3)))
    array([[[2., 2., 2.],
            [1., 1., 1.]]])
    """
    x = _global_operand("global_avg_pool_backward", x)
    grad_output = as_upstream("global_avg_pool_backward", grad_output, x, (*x.shape[:2], *(1,) * (x.ndim - 2)))
    return np.full_like(x, grad_output / prod(x.shape[2:]))

"""Max-pooling and average pooling with their gradients, over an engine for any number of spatial axes.

Both work tap by tap: tap v of all windows is one strided slice of the padded input, so a maximum or a mean over
windows is an elementwise maximum or sum of k^d slices, and no window is ever copied out.
"""

from math import prod

import numpy as np

from cnn_course.shape import geometry, per_axis
from cnn_course.validate import as_floats, check_layout, check_shape, layout
from cnn_course.windows import interior, pad, tap_slices


def _operands(function, ndim, x, kernel_size, stride, padding, dilation):
    (x,) = as_floats(function, x=x)
    check_layout(function, "x", x, layout("N C", ndim))
    kernel_size = per_axis(function, "kernel_size", kernel_size, ndim, minimum=1)
    stride = kernel_size if stride is None else stride
    g = geometry(function, kernel_size, stride=stride, padding=padding, dilation=dilation)
    for axis, (pads, extent) in enumerate(zip(g.padding, g.extent, strict=True)):
        if 2 * max(pads) > extent:
            raise ValueError(
                f"{function}: padding must be at most half of the kernel's extent, "
                f"got padding={pads} with extent {extent} on spatial axis {axis}"
            )
    return x, g


def _upstream(function, grad_output, x, g):
    _, grad_output = as_floats(function, x=x, grad_output=grad_output)
    check_shape(function, "grad_output", grad_output, (*x.shape[:2], *g.output_size(x.shape[2:])))
    return grad_output


def _max_pool(function, ndim, x, kernel_size, stride, padding, dilation):
    x, g = _operands(function, ndim, x, kernel_size, stride, padding, dilation)
    return _window_maximum(pad(x, g.padding, -np.inf), g, g.output_size(x.shape[2:]))


def _window_maximum(padded, g, output_size):
    first, *others = tap_slices(g, output_size)
    y = padded[first].copy()
    for index in others:
        np.maximum(y, padded[index], out=y)
    return y


def _max_pool_backward(function, ndim, grad_output, x, kernel_size, stride, padding, dilation):
    x, g = _operands(function, ndim, x, kernel_size, stride, padding, dilation)
    grad_output = _upstream(function, grad_output, x, g)
    padded, output_size = pad(x, g.padding, -np.inf), g.output_size(x.shape[2:])
    y = _window_maximum(padded, g, output_size)
    grad_padded = np.zeros_like(padded)
    inside = pad(np.ones(x.shape[2:], dtype=bool), g.padding, False)  # minus infinity may tie with the padding
    open_windows = np.ones(y.shape, dtype=bool)  # those whose maximum no earlier tap holds
    for index in tap_slices(g, output_size):
        holds = open_windows & inside[index] & ((padded[index] == y) | np.isnan(padded[index]))
        grad_padded[index] += np.where(holds, grad_output, 0)
        open_windows &= ~holds
    return grad_padded[interior(x.shape[2:], g.padding)]


def _avg_pool(function, ndim, x, kernel_size, stride, padding, count_include_pad):
    x, g = _operands(function, ndim, x, kernel_size, stride, padding, 1)
    padded, output_size = pad(x, g.padding), g.output_size(x.shape[2:])
    y = sum(padded[index] for index in tap_slices(g, output_size))
    return y / _counts(x, g, count_include_pad)


def _avg_pool_backward(function, ndim, grad_output, x, kernel_size, stride, padding, count_include_pad):
    x, g = _operands(function, ndim, x, kernel_size, stride, padding, 1)
    share = _upstream(function, grad_output, x, g) / _counts(x, g, count_include_pad)
    grad_padded = np.zeros((*x.shape[:2], *g.padded_size(x.shape[2:])), dtype=x.dtype)
    for index in tap_slices(g, share.shape[2:]):
        grad_padded[index] += share
    return grad_padded[interior(x.shape[2:], g.padding)]


def _counts(x, g, count_include_pad):
    """Number of elements that each window averages, in the dtype of `x`."""
    if count_include_pad:
        return x.dtype.type(prod(g.kernel_size))
    inside = pad(np.ones(x.shape[2:], dtype=x.dtype), g.padding)
    return sum(inside[index] for index in tap_slices(g, g.output_size(x.shape[2:])))


def max_pool2d(x, kernel_size, *, stride=None, padding=0, dilation=1):
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

    Returns
    -------
    ndarray, shape (N, C, H', W'), the dtype of `x`
        With the sizes of `conv_output_size`. NaN propagates: a window that holds one gives NaN.

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
    """
    return _max_pool("max_pool2d", 2, x, kernel_size, stride, padding, dilation)


def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0, dilation=1):
    """Gradient of `max_pool2d`: each upstream number goes to the maximum of its window, and adds up where two meet.

    Parameters
    ----------
    grad_output : array_like of float, shape (N, C, H', W')
        Gradient of the loss in the output of `max_pool2d`.
    x, kernel_size, stride, padding, dilation
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
    return _max_pool_backward("max_pool2d_backward", 2, grad_output, x, kernel_size, stride, padding, dilation)


def max_pool1d(x, kernel_size, *, stride=None, padding=0, dilation=1):
    """Largest element of each window of sequences (N, C, L); all else as in `max_pool2d`.

    Examples
    --------
    >>> max_pool1d(np.array([[[5.0, 4.0, 3.0, 2.0, 1.0, 0.0]]]), 3)
    array([[[5., 2.]]])
    """
    return _max_pool("max_pool1d", 1, x, kernel_size, stride, padding, dilation)


def max_pool1d_backward(grad_output, x, kernel_size, *, stride=None, padding=0, dilation=1):
    """Gradient of `max_pool1d`; all else as in `max_pool2d_backward`.

    Examples
    --------
    >>> max_pool1d_backward(np.array([[[1.0, 10.0]]]), np.array([[[2.0, 2.0, 0.0, 7.0]]]), 2)
    array([[[ 1.,  0.,  0., 10.]]])
    """
    return _max_pool_backward("max_pool1d_backward", 1, grad_output, x, kernel_size, stride, padding, dilation)


def max_pool3d(x, kernel_size, *, stride=None, padding=0, dilation=1):
    """Largest element of each window of volumes (N, C, D, H, W); all else as in `max_pool2d`.

    Examples
    --------
    >>> max_pool3d(np.arange(8.0).reshape(1, 1, 2, 2, 2), 2).ravel()
    array([7.])
    """
    return _max_pool("max_pool3d", 3, x, kernel_size, stride, padding, dilation)


def max_pool3d_backward(grad_output, x, kernel_size, *, stride=None, padding=0, dilation=1):
    """Gradient of `max_pool3d`; all else as in `max_pool2d_backward`.

    Examples
    --------
    >>> x = np.arange(8.0).reshape(1, 1, 2, 2, 2)
    >>> max_pool3d_backward(np.full((1, 1, 1, 1, 1), 5.0), x, 2).ravel()
    array([0., 0., 0., 0., 0., 0., 0., 5.])
    """
    return _max_pool_backward("max_pool3d_backward", 3, grad_output, x, kernel_size, stride, padding, dilation)


def avg_pool2d(x, kernel_size, *, stride=None, padding=0, count_include_pad=True):
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
    count_include_pad : bool, default True
        Whether the zeros of the padding count as elements, or the mean is of the image's own elements alone.

    Returns
    -------
    ndarray, shape (N, C, H', W'), the dtype of `x`
        With the sizes of `conv_output_size`.

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
    return _avg_pool("avg_pool2d", 2, x, kernel_size, stride, padding, count_include_pad)


def avg_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0, count_include_pad=True):
    """Gradient of `avg_pool2d`: each upstream number is shared out equally in its window.

    Parameters
    ----------
    grad_output : array_like of float, shape (N, C, H', W')
        Gradient of the loss in the output of `avg_pool2d`.
    x, kernel_size, stride, padding, count_include_pad
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
    return _avg_pool_backward("avg_pool2d_backward", 2, grad_output, x, kernel_size, stride, padding, count_include_pad)


def avg_pool1d(x, kernel_size, *, stride=None, padding=0, count_include_pad=True):
    """Mean of each window of sequences (N, C, L); all else as in `avg_pool2d`.

    Examples
    --------
    >>> avg_pool1d(np.array([[[2.0, 4.0]]]), 2, stride=1, padding=((1, 0),), count_include_pad=False)
    array([[[2., 3.]]])
    """
    return _avg_pool("avg_pool1d", 1, x, kernel_size, stride, padding, count_include_pad)


def avg_pool1d_backward(grad_output, x, kernel_size, *, stride=None, padding=0, count_include_pad=True):
    """Gradient of `avg_pool1d`; all else as in `avg_pool2d_backward`.

    Examples
    --------
    >>> avg_pool1d_backward(np.array([[[2.0, 20.0]]]), np.zeros((1, 1, 3)), 2, stride=1)
    array([[[ 1., 11., 10.]]])
    """
    return _avg_pool_backward("avg_pool1d_backward", 1, grad_output, x, kernel_size, stride, padding, count_include_pad)


def avg_pool3d(x, kernel_size, *, stride=None, padding=0, count_include_pad=True):
    """Mean of each window of volumes (N, C, D, H, W); all else as in `avg_pool2d`.

    Examples
    --------
    >>> avg_pool3d(np.arange(8.0).reshape(1, 1, 2, 2, 2), 2).ravel()
    array([3.5])
    """
    return _avg_pool("avg_pool3d", 3, x, kernel_size, stride, padding, count_include_pad)


def avg_pool3d_backward(grad_output, x, kernel_size, *, stride=None, padding=0, count_include_pad=True):
    """Gradient of `avg_pool3d`; all else as in `avg_pool2d_backward`.

    Examples
    --------
    >>> avg_pool3d_backward(np.full((1, 1, 1, 1, 1), 8.0), np.zeros((1, 1, 2, 2, 2)), 2).ravel()
    array([1., 1., 1., 1., 1., 1., 1., 1.])
    """
    return _avg_pool_backward("avg_pool3d_backward", 3, grad_output, x, kernel_size, stride, padding, count_include_pad)

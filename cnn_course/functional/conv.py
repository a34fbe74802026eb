"""Convolution layers and their gradients, on one, two and three spatial axes: the engine, with checked arguments."""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course import engine
from cnn_course.shape import Geometry
from cnn_course.types import InputGrad, Ints, Padding
from cnn_course.validate import as_conv_operands, as_upstream, check_bias, check_channels, flag


def _conv(ndim, x, weight, bias, stride, padding, dilation, groups):
    function = f"conv{ndim}d"
    x, weight, bias = as_conv_operands(function, ndim, x, weight, bias, groups)
    check_channels(function, x, weight, groups)
    check_bias(function, bias, weight.shape[0])
    geometry = Geometry.of(function, weight.shape[2:], stride=stride, padding=padding, dilation=dilation)
    return engine.forward(x, weight, geometry, groups, bias)


def _conv_backward(ndim, grad_output, x, weight, stride, padding, dilation, groups, needs_input_grad):
    function = f"conv{ndim}d_backward"
    x, weight, _ = as_conv_operands(function, ndim, x, weight, None, groups)
    check_channels(function, x, weight, groups)
    geometry = Geometry.of(function, weight.shape[2:], stride=stride, padding=padding, dilation=dilation)
    size, needed = x.shape[2:], flag(function, "needs_input_grad", needs_input_grad)
    g = as_upstream(function, grad_output, x, (x.shape[0], weight.shape[0], *geometry.output_size(size)))
    return (
        engine.input_gradient(g, weight, geometry, groups, size) if needed else None,
        engine.weight_gradient(x, g, geometry, groups),
        engine.bias_gradient(g),
    )


def conv2d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""Convolution layer on images: cross-correlate with each filter, add its bias.

    With one group, zeros around the input, and stride :math:`s`, dilation :math:`d`, padding :math:`p` on each axis,

    .. math:: y[n, o, i, j] = b[o] + \sum_{c, k, l} w[o, c, k, l]\; x[n, c, i s + k d - p, j s + l d - p] .

    Parameters
    ----------
    x : array_like of float, shape (N, C, H, W)
        Images, zero outside their borders.
    weight : array_like of float, shape (O, C / groups, kH, kW)
        One filter for each of the O output channels. It is not flipped.
    bias : array_like of float, shape (O,), optional
        One number for each output channel.
    stride : int or (int, int), default 1
        Step of the window.
    padding : int, tuple, 'valid', 'same' or 'full', default 0
        Zeros around the image: an integer for all sides, or for each axis an integer or a pair (before, after).
        'valid' adds none, 'same' keeps the size at stride 1, 'full' visits every window that touches the image.
    dilation : int or (int, int), default 1
        Distance between the taps of the kernel; 1 means that they are adjacent.
    groups : int, default 1
        The channels are cut into that many groups, of which each feeds its own share of the outputs.

    Returns
    -------
    ndarray, shape (N, O, H', W'), the dtype of `x`
        With the sizes of `conv_output_size`.

    Raises
    ------
    ValueError
        If ranks, channels, groups, dtypes or the size of the bias do not fit together, an array is empty or is not of
        floats, or the kernel exceeds the padded image.

    See Also
    --------
    conv2d_backward : its gradients.
    conv_transpose2d : its adjoint.

    References
    ----------
    Hofmann, equation (1.20), with bias, stride, padding, dilation and groups.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d(x, np.array([[[[-1.0, 1.0]]]]))[0, 0]
    array([[1., 1.],
           [1., 1.],
           [1., 1.]])
    """
    return _conv(2, x, weight, bias, stride, padding, dilation, groups)


def conv2d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    groups: int = 1,
    needs_input_grad: bool = True,
) -> tuple[InputGrad, np.ndarray, np.ndarray]:
    r"""Gradients of `conv2d`, for a loss whose gradient in the output is given.

    With :math:`g` the gradient in the output, zero outside its grid,

    .. math::

        \frac{\partial L}{\partial w[o, c, k, l]} &= \sum_{n, i, j}
            g[n, o, i, j]\; x[n, c, i s + k d - p, j s + l d - p] ,\\
        \frac{\partial L}{\partial x[n, c, a, b]} &= \sum_{o, k, l} \;
            \sum_{\substack{i\,:\, i s + k d - p = a \\ j\,:\, j s + l d - p = b}} w[o, c, k, l]\; g[n, o, i, j] ,\\
        \frac{\partial L}{\partial b[o]} &= \sum_{n, i, j} g[n, o, i, j] .

    Parameters
    ----------
    grad_output : array_like of float, shape (N, O, H', W')
        Gradient of the loss in the output of `conv2d`.
    x, weight, stride, padding, dilation, groups
        As they were given to `conv2d`.
    needs_input_grad : bool, default True
        Whether the gradient in `x` is computed: the first layer of a network, whose input is data, has no use for it.

    Returns
    -------
    grad_x : ndarray, the shape of `x`, or None where it is not needed
    grad_weight : ndarray, the shape of `weight`
        Summed over the images.
    grad_bias : ndarray, shape (O,)

    Raises
    ------
    ValueError
        As `conv2d`, and if `grad_output` does not have the shape of its output.

    References
    ----------
    Wichmann, equations (4.7), (4.8) and (4.15), with channels, images, padding, dilation and groups.

    Examples
    --------
    >>> x, weight = np.ones((1, 1, 2, 3)), np.array([[[[2.0, 5.0]]]])
    >>> grad_x, grad_weight, grad_bias = conv2d_backward(np.ones((1, 1, 2, 2)), x, weight)
    >>> grad_x[0, 0]
    array([[2., 7., 5.],
           [2., 7., 5.]])
    >>> grad_weight, grad_bias
    (array([[[[4., 4.]]]]), array([4.]))
    """
    return _conv_backward(2, grad_output, x, weight, stride, padding, dilation, groups, needs_input_grad)


def conv1d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""Convolution layer on sequences: `conv2d` with one spatial axis.

    .. math:: y[n, o, i] = b[o] + \sum_{c, k} w[o, c, k]\; x[n, c, i s + k d - p] .

    Parameters
    ----------
    x : array_like of float, shape (N, C, L)
    weight : array_like of float, shape (O, C / groups, k)
    bias, stride, padding, dilation, groups
        As for `conv2d`. A `padding` of ``((1, 2),)`` is a pair for the one axis.

    Returns
    -------
    ndarray, shape (N, O, L'), the dtype of `x`

    Raises
    ------
    ValueError
        As `conv2d`.

    Examples
    --------
    >>> conv1d(np.array([[[1.0, 2.0, 4.0, 8.0]]]), np.array([[[-1.0, 1.0]]]), padding="same")
    array([[[ 1.,  2.,  4., -8.]]])
    """
    return _conv(1, x, weight, bias, stride, padding, dilation, groups)


def conv1d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    groups: int = 1,
    needs_input_grad: bool = True,
) -> tuple[InputGrad, np.ndarray, np.ndarray]:
    """Gradients (x, weight, bias) of `conv1d`; the arguments, results and errors are those of `conv2d_backward`.

    Examples
    --------
    >>> conv1d_backward(np.array([[[1.0, 10.0]]]), np.array([[[3.0, 5.0, 7.0]]]), np.array([[[-1.0, 1.0]]]))
    (array([[[-1., -9., 10.]]]), array([[[53., 75.]]]), array([11.]))
    """
    return _conv_backward(1, grad_output, x, weight, stride, padding, dilation, groups, needs_input_grad)


def conv3d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""Convolution layer on volumes or films: `conv2d` with three spatial axes.

    .. math::

        y[n, o, i, j, k] = b[o] + \sum_{c, a, b', e} w[o, c, a, b', e]\;
            x[n, c, i s + a d - p, j s + b' d - p, k s + e d - p] .

    Parameters
    ----------
    x : array_like of float, shape (N, C, D, H, W)
    weight : array_like of float, shape (O, C / groups, kD, kH, kW)
    bias, stride, padding, dilation, groups
        As for `conv2d`, with three entries where there were two.

    Returns
    -------
    ndarray, shape (N, O, D', H', W'), the dtype of `x`

    Raises
    ------
    ValueError
        As `conv2d`.

    Examples
    --------
    >>> conv3d(np.ones((1, 2, 3, 3, 3)), np.ones((1, 2, 2, 2, 2)), stride=(1, 2, 1))[0, 0]
    array([[[16., 16.]],
    <BLANKLINE>
           [[16., 16.]]])
    """
    return _conv(3, x, weight, bias, stride, padding, dilation, groups)


def conv3d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    groups: int = 1,
    needs_input_grad: bool = True,
) -> tuple[InputGrad, np.ndarray, np.ndarray]:
    """Gradients (x, weight, bias) of `conv3d`; the arguments, results and errors are those of `conv2d_backward`.

    Examples
    --------
    >>> x, weight = np.ones((1, 1, 2, 1, 1)), np.full((1, 1, 2, 1, 1), 3.0)
    >>> grad_x, grad_weight, grad_bias = conv3d_backward(np.ones((1, 1, 1, 1, 1)), x, weight)
    >>> grad_x.ravel(), grad_weight.ravel(), grad_bias
    (array([3., 3.]), array([1., 1.]), array([1.]))
    """
    return _conv_backward(3, grad_output, x, weight, stride, padding, dilation, groups, needs_input_grad)

"""Transposed convolutions: a convolution's gradient in its input, used as a layer.

They take the weight and the geometry of the convolution that they transpose, so that for all x and y

    <conv2d(x, w, ...), y> = <x, conv_transpose2d(y, w, ...)> .

The three maps of `cnn_course.engine` serve again, in exchanged roles.
"""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course import engine
from cnn_course.shape import Geometry
from cnn_course.types import InputGrad, Ints, Padding
from cnn_course.validate import as_conv_operands, as_upstream, check_bias, flag, per_axis
from cnn_course.windows import pad


def _conv_transpose(ndim, x, weight, bias, stride, padding, output_padding, groups, dilation):
    function = f"conv_transpose{ndim}d"
    x, weight, bias = as_conv_operands(function, ndim, x, weight, bias, groups)
    geometry, size = _transposed(function, x, weight, stride, padding, output_padding, groups, dilation)
    check_bias(function, bias, weight.shape[1] * groups)
    z = engine.input_gradient(_filled(x, geometry, size), weight, geometry, groups, size)
    return z if bias is None else z + bias.reshape(-1, *(1,) * ndim)


def _conv_transpose_backward(
    ndim, grad_output, x, weight, stride, padding, output_padding, groups, dilation, needs_input_grad
):
    function = f"conv_transpose{ndim}d_backward"
    x, weight, _ = as_conv_operands(function, ndim, x, weight, None, groups)
    geometry, size = _transposed(function, x, weight, stride, padding, output_padding, groups, dilation)
    g = as_upstream(function, grad_output, x, (x.shape[0], weight.shape[1] * groups, *size))
    needed = flag(function, "needs_input_grad", needs_input_grad)
    windows = (..., *map(slice, x.shape[2:]))
    return (
        engine.forward(g, weight, geometry, groups)[windows] if needed else None,
        engine.weight_gradient(g, _filled(x, geometry, size), geometry, groups),
        engine.bias_gradient(g),
    )


def _transposed(function, x, weight, stride, padding, output_padding, groups, dilation):
    """Geometry of the convolution that is transposed, and the size that it is applied to."""
    if x.shape[1] != weight.shape[0]:
        raise ValueError(
            f"{function}: x has {x.shape[1]} channels but weight expects {weight.shape[0]} "
            f"(x.shape={x.shape}, weight.shape={weight.shape}, groups={groups})"
        )
    geometry = Geometry.of(function, weight.shape[2:], stride=stride, padding=padding, dilation=dilation)
    extra = per_axis(function, "output_padding", output_padding, x.ndim - 2, minimum=0, one_for_all=True)
    return geometry, geometry.transposed_size(x.shape[2:], extra)


def _filled(x, geometry, size):
    """Put zeros behind `x` where `output_padding` makes room for further windows, as it can below a dilation."""
    windows = geometry.output_size(size)
    return pad(x, tuple((0, w - n) for w, n in zip(windows, x.shape[2:], strict=True)))


def conv_transpose2d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> np.ndarray:
    r"""Transposed convolution on images: every input element adds a copy of the kernel to the output.

    With one group, and stride :math:`s`, dilation :math:`d`, padding :math:`p` on each axis,

    .. math::

        z[n, c, a, b] = b[c] + \sum_{o, k, l} \;
            \sum_{\substack{i\,:\, i s + k d - p = a \\ j\,:\, j s + l d - p = b}} w[o, c, k, l]\; x[n, o, i, j] .

    Parameters
    ----------
    x : array_like of float, shape (N, O, H, W)
        Shaped like the output of the convolution that is transposed.
    weight : array_like of float, shape (O, C / groups, kH, kW)
        The weight of that convolution, as it is.
    bias : array_like of float, shape (C,), optional
        One number for each output channel.
    stride, padding, dilation, groups
        Those of that convolution; see `conv2d`. Padding makes this output smaller.
    output_padding : int or (int, int), default 0
        Rows and columns to add at the end, which the convolution's floor had dropped; smaller than the larger of
        stride and dilation.

    Returns
    -------
    ndarray, shape (N, C, H', W'), the dtype of `x`
        With the sizes of `conv_transpose_output_size`.

    Raises
    ------
    ValueError
        If ranks, channels, groups, dtypes or the size of the bias do not fit together, an array is empty or is not of
        floats, `output_padding` is not below the larger of stride and dilation, or the output would be empty.

    Notes
    -----
    It is the adjoint of `conv2d`, not its inverse, whatever the name "deconvolution" suggests.

    References
    ----------
    Chen's last slides, with the size formula corrected.

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0]]]])
    >>> conv_transpose2d(x, np.array([[[[1.0, 10.0, 100.0]]]]), stride=(1, 2))
    array([[[[  1.,  10., 102.,  20., 200.]]]])
    """
    return _conv_transpose(2, x, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
    needs_input_grad: bool = True,
) -> tuple[InputGrad, np.ndarray, np.ndarray]:
    r"""Gradients of `conv_transpose2d`: the input's is a convolution of the upstream gradient.

    Parameters
    ----------
    grad_output : array_like of float, shape (N, C, H', W')
        Gradient of the loss in the output of `conv_transpose2d`.
    x, weight, stride, padding, output_padding, groups, dilation
        As they were given to `conv_transpose2d`.
    needs_input_grad : bool, default True
        As for `conv2d_backward`.

    Returns
    -------
    grad_x : ndarray, the shape of `x`, or None where it is not needed
        `conv2d(grad_output, weight)` with the same geometry.
    grad_weight : ndarray, the shape of `weight`
        Summed over the images.
    grad_bias : ndarray, shape (C,)

    Raises
    ------
    ValueError
        As `conv_transpose2d`, and if `grad_output` does not have the shape of its output.

    Examples
    --------
    >>> x, weight = np.array([[[[1.0, 2.0]]]]), np.array([[[[1.0, 10.0]]]])
    >>> grad_x, grad_weight, grad_bias = conv_transpose2d_backward(np.ones((1, 1, 1, 3)), x, weight)
    >>> grad_x, grad_weight, grad_bias
    (array([[[[11., 11.]]]]), array([[[[3., 3.]]]]), array([3.]))
    """
    return _conv_transpose_backward(
        2, grad_output, x, weight, stride, padding, output_padding, groups, dilation, needs_input_grad
    )


def conv_transpose1d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> np.ndarray:
    r"""Transposed convolution on sequences: `conv_transpose2d` with one spatial axis.

    .. math:: z[n, c, a] = b[c] + \sum_{o, k} \sum_{i\,:\, i s + k d - p = a} w[o, c, k]\; x[n, o, i] .

    Parameters
    ----------
    x : array_like of float, shape (N, O, L)
    weight : array_like of float, shape (O, C / groups, k)
    bias, stride, padding, output_padding, groups, dilation
        As for `conv_transpose2d`.

    Returns
    -------
    ndarray, shape (N, C, L'), the dtype of `x`

    Raises
    ------
    ValueError
        As `conv_transpose2d`.

    Examples
    --------
    >>> conv_transpose1d(np.array([[[1.0, 2.0]]]), np.array([[[1.0, 10.0]]]), stride=2, output_padding=1)
    array([[[ 1., 10.,  2., 20.,  0.]]])
    """
    return _conv_transpose(1, x, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose1d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
    needs_input_grad: bool = True,
) -> tuple[InputGrad, np.ndarray, np.ndarray]:
    """Gradients (x, weight, bias) of `conv_transpose1d`; all else as in `conv_transpose2d_backward`.

    Examples
    --------
    >>> x, weight = np.array([[[1.0, 2.0]]]), np.array([[[1.0, 10.0]]])
    >>> conv_transpose1d_backward(np.array([[[1.0, 2.0, 3.0]]]), x, weight)
    (array([[[21., 32.]]]), array([[[5., 8.]]]), array([6.]))
    """
    return _conv_transpose_backward(
        1, grad_output, x, weight, stride, padding, output_padding, groups, dilation, needs_input_grad
    )


def conv_transpose3d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> np.ndarray:
    r"""Transposed convolution on volumes or films: `conv_transpose2d` with three spatial axes.

    .. math::

        z[n, c, a, b, e] = b[c] + \sum_{o, k, l, m} w[o, c, k, l, m]\; x[n, o, i, j, h]
        \quad\text{over}\quad i s + k d - p = a,\; j s + l d - p = b,\; h s + m d - p = e .

    Parameters
    ----------
    x : array_like of float, shape (N, O, D, H, W)
    weight : array_like of float, shape (O, C / groups, kD, kH, kW)
    bias, stride, padding, output_padding, groups, dilation
        As for `conv_transpose2d`, with three entries where there were two.

    Returns
    -------
    ndarray, shape (N, C, D', H', W'), the dtype of `x`

    Raises
    ------
    ValueError
        As `conv_transpose2d`.

    Examples
    --------
    >>> conv_transpose3d(np.ones((1, 1, 1, 1, 2)), np.ones((1, 1, 1, 1, 2))).ravel()
    array([1., 2., 1.])
    """
    return _conv_transpose(3, x, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
    needs_input_grad: bool = True,
) -> tuple[InputGrad, np.ndarray, np.ndarray]:
    """Gradients (x, weight, bias) of `conv_transpose3d`; all else as in `conv_transpose2d_backward`.

    Examples
    --------
    >>> x, weight = np.ones((1, 1, 1, 1, 2)), np.full((1, 1, 1, 1, 2), 3.0)
    >>> grad_x, grad_weight, grad_bias = conv_transpose3d_backward(np.ones((1, 1, 1, 1, 3)), x, weight)
    >>> grad_x.ravel(), grad_weight.ravel(), grad_bias
    (array([6., 6.]), array([2., 2.]), array([3.]))
    """
    return _conv_transpose_backward(
        3, grad_output, x, weight, stride, padding, output_padding, groups, dilation, needs_input_grad
    )

"""Activation functions and their gradients, on arrays of any shape, without overflow at any size of the input.

Four of them act on each number alone; `softmax` and `log_softmax` act along one axis, by default that of the channels.
"""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.validate import as_floats, as_upstream, integer


def _upstream(function, grad_output, x):
    (x,) = as_floats(function, x=x)
    return as_upstream(function, grad_output, x, x.shape), x


def _check_axis(function, x, axis):
    if not -x.ndim <= integer(function, "axis", axis) < x.ndim:
        raise ValueError(
            f"{function}: axis must be an axis of x, which has {x.ndim}, got axis={axis} (x.shape={x.shape})"
        )
    if x.shape[axis] == 0:
        raise ValueError(f"{function}: x has size 0 on axis {axis}, expected at least 1 (x.shape={x.shape})")


def masked(values, mask):
    """Return `values` where `mask` is True, and 0 elsewhere: the gradient of a ReLU, and of a maximum.

    A product with the mask is many times as fast as a choice, whose branches a processor cannot predict. But infinity
    or NaN times 0 is NaN, so where there are any the choice it is.
    """
    return values * mask if np.isfinite(values).all() else np.where(mask, values, values.dtype.type(0))


def relu(x: ArrayLike) -> np.ndarray:
    r"""Rectified linear unit: negative numbers become 0.

    .. math:: y = \max(x, 0) .

    Parameters
    ----------
    x : array_like of float, any shape

    Returns
    -------
    ndarray, the shape and dtype of `x`
        NaN propagates.

    Raises
    ------
    ValueError
        If `x` is not of floats.

    References
    ----------
    Hofmann, after equation (1.21), and the detector stage of the bullet notes.

    Examples
    --------
    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    (x,) = as_floats("relu", x=x)
    return np.maximum(x, 0)


def relu_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Gradient of `relu`: it passes where x is positive.

    Parameters
    ----------
    grad_output : array_like of float, the shape of `x`
        Gradient of the loss in the output of `relu`.
    x
        As it was given to `relu`.

    Returns
    -------
    ndarray, the shape and dtype of `x`
        0 at 0, where there is no derivative, as in PyTorch. It passes where x is NaN.

    Raises
    ------
    ValueError
        As `relu`, and if `grad_output` does not have the shape of `x`.

    Examples
    --------
    >>> relu_backward(np.array([5.0, 6.0, 7.0]), np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 7.])
    """
    grad_output, x = _upstream("relu_backward", grad_output, x)
    return masked(grad_output, ~(x <= 0))


def sigmoid(x: ArrayLike) -> np.ndarray:
    r"""Logistic function, from 0 to 1.

    .. math:: y = \sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x} .

    Parameters
    ----------
    x : array_like of float, any shape

    Returns
    -------
    ndarray, the shape and dtype of `x`
        Accurate also where it is close to 0. NaN propagates.

    Raises
    ------
    ValueError
        If `x` is not of floats.

    Notes
    -----
    The first fraction serves for positive x and the second for negative x, so that no exponential overflows.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    (x,) = as_floats("sigmoid", x=x)
    z = np.exp(-np.abs(x))
    return np.where(x < 0, z, 1) / (1 + z)


def sigmoid_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    r"""Gradient of `sigmoid`, by :math:`\sigma'(x) = \sigma(x)\, \sigma(-x)`.

    Parameters
    ----------
    grad_output : array_like of float, the shape of `x`
        Gradient of the loss in the output of `sigmoid`.
    x
        As it was given to `sigmoid`.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        As `sigmoid`, and if `grad_output` does not have the shape of `x`.

    Examples
    --------
    >>> sigmoid_backward(np.array([8.0, 8.0]), np.array([0.0, 1000.0]))
    array([2., 0.])
    """
    grad_output, x = _upstream("sigmoid_backward", grad_output, x)
    z = np.exp(-np.abs(x))
    return grad_output * (z / (1 + z) ** 2)


def tanh(x: ArrayLike) -> np.ndarray:
    r"""Hyperbolic tangent, from -1 to 1.

    .. math:: y = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2 \sigma(2 x) - 1 .

    Parameters
    ----------
    x : array_like of float, any shape

    Returns
    -------
    ndarray, the shape and dtype of `x`
        NaN propagates.

    Raises
    ------
    ValueError
        If `x` is not of floats.

    Examples
    --------
    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    (x,) = as_floats("tanh", x=x)
    return np.tanh(x)


def tanh_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    r"""Gradient of `tanh`, by :math:`\tanh' x = 1 - \tanh^2 x = 1 / \cosh^2 x`.

    Parameters
    ----------
    grad_output : array_like of float, the shape of `x`
        Gradient of the loss in the output of `tanh`.
    x
        As it was given to `tanh`.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        As `tanh`, and if `grad_output` does not have the shape of `x`.

    Examples
    --------
    >>> tanh_backward(np.array([8.0, 8.0]), np.array([0.0, 1000.0]))
    array([8., 0.])
    """
    grad_output, x = _upstream("tanh_backward", grad_output, x)
    z = np.exp(-np.abs(x))
    return grad_output * (2 * z / (1 + z**2)) ** 2  # 1 / cosh x = 2 z / (1 + z^2), which cannot overflow


def softmax(x: ArrayLike, *, axis: int = 1) -> np.ndarray:
    r"""Turn the numbers along an axis into probabilities: positive, with sum 1.

    .. math:: y_i = \frac{e^{x_i}}{\sum_j e^{x_j}} = \frac{e^{x_i - m}}{\sum_j e^{x_j - m}} ,
        \qquad m = \max_j x_j .

    Parameters
    ----------
    x : array_like of float, any shape
    axis : int, default 1
        The axis that is summed over; 1 is that of the channels, or of the classes.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        If `x` is not of floats, or has no such axis, or nothing on it.

    Notes
    -----
    Minus infinity has the probability 0. A NaN, plus infinity, or minus infinity everywhere make the probabilities
    NaN, all those along the axis; the latter two with NumPy's warning of an invalid value, for they are inf - inf.

    Examples
    --------
    >>> softmax(np.log(np.array([[1.0, 2.0, 5.0]])))
    array([[0.125, 0.25 , 0.625]])
    """
    (x,) = as_floats("softmax", x=x)
    _check_axis("softmax", x, axis)
    z = np.exp(x - x.max(axis=axis, keepdims=True))
    return z / z.sum(axis=axis, keepdims=True)


def softmax_backward(grad_output: ArrayLike, x: ArrayLike, *, axis: int = 1) -> np.ndarray:
    r"""Gradient of `softmax`, whose matrix of derivatives is :math:`\operatorname{diag}(y) - y y^{\top}`.

    .. math:: \frac{\partial L}{\partial x_i} = y_i \Bigl( g_i - \sum_j g_j y_j \Bigr) .

    Parameters
    ----------
    grad_output : array_like of float, the shape of `x`
        Gradient :math:`g` of the loss in the output :math:`y` of `softmax`.
    x, axis
        As they were given to `softmax`.

    Returns
    -------
    ndarray, the shape and dtype of `x`
        Along the axis it sums to 0, because the probabilities sum to 1.

    Raises
    ------
    ValueError
        As `softmax`, and if `grad_output` does not have the shape of `x`.

    Examples
    --------
    >>> softmax_backward(np.array([[16.0, 0.0]]), np.zeros((1, 2)))
    array([[ 4., -4.]])
    """
    grad_output, x = _upstream("softmax_backward", grad_output, x)
    _check_axis("softmax_backward", x, axis)
    y = softmax(x, axis=axis)
    return y * (grad_output - (grad_output * y).sum(axis=axis, keepdims=True))


def log_softmax(x: ArrayLike, *, axis: int = 1) -> np.ndarray:
    r"""Logarithm of `softmax`, accurate also where a probability is too small for a number.

    .. math:: y_i = x_i - \log \sum_j e^{x_j} = (x_i - m) - \log \sum_j e^{x_j - m} , \qquad m = \max_j x_j .

    Parameters
    ----------
    x : array_like of float, any shape
    axis : int, default 1
        The axis that is summed over; 1 is that of the channels, or of the classes.

    Returns
    -------
    ndarray, the shape and dtype of `x`
        With infinity and NaN as in `softmax`.

    Raises
    ------
    ValueError
        As `softmax`.

    Examples
    --------
    >>> log_softmax(np.array([[0.0, 1000.0]]))
    array([[-1000.,     0.]])
    """
    (x,) = as_floats("log_softmax", x=x)
    _check_axis("log_softmax", x, axis)
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def log_softmax_backward(grad_output: ArrayLike, x: ArrayLike, *, axis: int = 1) -> np.ndarray:
    r"""Gradient of `log_softmax`, by :math:`\partial y_j / \partial x_i = [i = j] - p_i` with the softmax :math:`p`.

    .. math:: \frac{\partial L}{\partial x_i} = g_i - p_i \sum_j g_j .

    Parameters
    ----------
    grad_output : array_like of float, the shape of `x`
        Gradient :math:`g` of the loss in the output of `log_softmax`.
    x, axis
        As they were given to `log_softmax`.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        As `log_softmax`, and if `grad_output` does not have the shape of `x`.

    Examples
    --------
    >>> log_softmax_backward(np.array([[16.0, 0.0]]), np.zeros((1, 2)))
    array([[ 8., -8.]])
    """
    grad_output, x = _upstream("log_softmax_backward", grad_output, x)
    _check_axis("log_softmax_backward", x, axis)
    return grad_output - softmax(x, axis=axis) * grad_output.sum(axis=axis, keepdims=True)

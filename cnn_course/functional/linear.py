"""The fully connected layer: every output is a weighted sum of all inputs."""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.types import InputGrad
from cnn_course.validate import as_operands, as_upstream, check_bias, check_layout, flag


def linear(x: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None) -> np.ndarray:
    r"""Fully connected layer, a matrix product.

    .. math:: y[n, o] = b[o] + \sum_i w[o, i]\, x[n, i] .

    Parameters
    ----------
    x : array_like of float, shape (N, I)
    weight : array_like of float, shape (O, I)
    bias : array_like of float, shape (O,), optional

    Returns
    -------
    ndarray, shape (N, O), the dtype of `x`

    Raises
    ------
    ValueError
        If ranks, features, dtypes or the size of the bias do not fit together, or an array is empty or not of floats.

    See Also
    --------
    linear_backward : its gradients.

    Notes
    -----
    It is a convolution whose kernel is as large as its input.

    References
    ----------
    Cheng, equations (1) and (2), for a whole batch, and without the activation.

    Examples
    --------
    >>> linear(np.array([[1.0, 2.0]]), np.array([[1.0, 10.0], [100.0, 1.0]]), np.array([0.5, 0.0]))
    array([[ 21.5, 102. ]])
    """
    x, weight, bias = _operands("linear", x, weight, bias)
    check_bias("linear", bias, weight.shape[0])
    y = x @ weight.T
    if bias is not None:
        y += bias
    return y


def linear_backward(
    grad_output: ArrayLike, x: ArrayLike, weight: ArrayLike, *, needs_input_grad: bool = True
) -> tuple[InputGrad, np.ndarray, np.ndarray]:
    r"""Gradients of `linear`: the products g W, g^T x, and the column sums of g.

    Parameters
    ----------
    grad_output : array_like of float, shape (N, O)
        Gradient of the loss in the output of `linear`.
    x, weight
        As they were given to `linear`.
    needs_input_grad : bool, default True
        As for `conv2d_backward`.

    Returns
    -------
    grad_x : ndarray, shape (N, I), or None where it is not needed
    grad_weight : ndarray, shape (O, I)
        Summed over the batch.
    grad_bias : ndarray, shape (O,)

    Raises
    ------
    ValueError
        As `linear`, and if `grad_output` does not have the shape of its output.

    Examples
    --------
    >>> linear_backward(np.array([[1.0, 2.0]]), np.array([[3.0]]), np.array([[5.0], [7.0]]))
    (array([[19.]]), array([[3.],
           [6.]]), array([1., 2.]))
    """
    x, weight, _ = _operands("linear_backward", x, weight, None)
    grad_output = as_upstream("linear_backward", grad_output, x, (x.shape[0], weight.shape[0]))
    grad_x = grad_output @ weight if flag("linear_backward", "needs_input_grad", needs_input_grad) else None
    return grad_x, grad_output.T @ x, grad_output.sum(axis=0)


def _operands(function, x, weight, bias):
    x, weight, bias = as_operands(function, x, weight, bias)
    check_layout(function, "x", x, "N I")
    check_layout(function, "weight", weight, "O I")
    if x.shape[1] != weight.shape[1]:
        raise ValueError(
            f"{function}: x has {x.shape[1]} features but weight expects {weight.shape[1]} "
            f"(x.shape={x.shape}, weight.shape={weight.shape})"
        )
    return x, weight, bias

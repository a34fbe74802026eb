"""Losses, each a mean that is one number, and their gradients in the prediction.

A loss is where the chain rule starts: its upstream gradient is a number, 1 if nothing comes after it.
"""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.functional.activation import softmax
from cnn_course.validate import as_array, as_floats, check_layout, check_shape


def _upstream(function, grad_output, dtype):
    """Return the number in the dtype given, as NumPy treats Python's numbers."""
    grad_output = as_array(function, "grad_output", grad_output, "iuf")
    check_shape(function, "grad_output", grad_output, ())
    return grad_output.astype(dtype)


def _mean(terms):
    """Mean of the terms; of none NaN, as in PyTorch."""
    return terms.mean() if terms.size else terms.dtype.type(np.nan)


def _classes(function, logits, target):
    (logits,), target = as_floats(function, logits=logits), as_array(function, "target", target)
    check_layout(function, "logits", logits, "N C")
    if not np.issubdtype(target.dtype, np.integer):
        raise ValueError(f"{function}: target must have an integer dtype such as int64, got {target.dtype}")
    check_shape(function, "target", target, logits.shape[:1])
    outside = np.flatnonzero((target < 0) | (target >= logits.shape[1]))
    if outside.size:
        raise ValueError(
            f"{function}: target must be classes from 0 to {logits.shape[1] - 1}, as logits has {logits.shape[1]} "
            f"classes, got class {target[outside[0]]} for image {outside[0]}"
        )
    return logits, target


def cross_entropy(logits: ArrayLike, target: ArrayLike) -> np.floating:
    r"""Softmax cross-entropy: minus the mean logarithm of the probability of the true class.

    With the logits :math:`z` and the classes :math:`t`,

    .. math:: L = \frac{1}{N} \sum_n \Bigl( \log \sum_c e^{z[n, c]} - z[n, t_n] \Bigr) .

    Parameters
    ----------
    logits : array_like of float, shape (N, C)
        Scores of the classes; `softmax` makes probabilities of them.
    target : array_like of int, shape (N,)
        The true classes, from 0 to C - 1.

    Returns
    -------
    NumPy scalar, the dtype of `logits`
        NaN propagates, and is the mean over no images. Infinite where a true class has the logit minus infinity. A
        logit of plus infinity makes it NaN, as in `softmax`.

    Raises
    ------
    ValueError
        If a shape or a dtype is wrong, there are no classes, or a class is not among the C.

    Notes
    -----
    The largest logit of each image is subtracted first, which changes nothing but keeps the exponentials below 1.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), *Deep Learning*, section 6.2.2.3.

    Examples
    --------
    >>> logits = np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]])
    >>> print(cross_entropy(logits, [1, 2]), (np.log(8 / 2) + np.log(4 / 2)) / 2)
    1.0397207708399179 1.0397207708399179
    """
    logits, target = _classes("cross_entropy", logits, target)
    shifted = logits - logits.max(axis=1, keepdims=True)
    of_the_target = shifted[np.arange(len(target)), target]
    return _mean(np.log(np.exp(shifted).sum(axis=1)) - of_the_target)


def cross_entropy_backward(grad_output: float, logits: ArrayLike, target: ArrayLike) -> np.ndarray:
    r"""Gradient of `cross_entropy` in the logits: softmax minus one-hot target, over the number of images.

    .. math:: \frac{\partial L}{\partial z[n, c]} = \frac{g}{N} \Bigl( \frac{e^{z[n, c]}}{\sum_j e^{z[n, j]}}
        - [c = t_n] \Bigr) .

    Parameters
    ----------
    grad_output : number
        Upstream gradient :math:`g`: 1 if the cross-entropy is all of the loss.
    logits, target
        As they were given to `cross_entropy`.

    Returns
    -------
    ndarray, the shape and dtype of `logits`
        It sums to 0 for each image.

    Raises
    ------
    ValueError
        As `cross_entropy`, and if `grad_output` is not one real number.

    Examples
    --------
    >>> cross_entropy_backward(1.0, np.log([[1.0, 2.0, 5.0]]), [1])
    array([[ 0.125, -0.75 ,  0.625]])
    """
    logits, target = _classes("cross_entropy_backward", logits, target)
    grad_output = _upstream("cross_entropy_backward", grad_output, logits.dtype)
    grad_logits = softmax(logits)
    grad_logits[np.arange(len(target)), target] -= 1
    return grad_logits * (grad_output / max(len(target), 1))


def _pair(function, input, target):
    input, target = as_floats(function, input=input, target=target)
    check_shape(function, "target", target, input.shape)
    return input, target


def mse_loss(input: ArrayLike, target: ArrayLike) -> np.floating:
    r"""Mean squared error over all entries.

    .. math:: L = \frac{1}{M} \sum_i (x_i - t_i)^2 , \qquad M \text{ the number of entries.}

    Parameters
    ----------
    input : array_like of float, any shape
        The prediction :math:`x`.
    target : array_like of float, the shape of `input`
        What it should be, :math:`t`.

    Returns
    -------
    NumPy scalar, the dtype of `input`
        NaN where there is no entry.

    Raises
    ------
    ValueError
        If the shapes or the dtypes differ.

    Examples
    --------
    >>> print(mse_loss(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 2.0])))
    1.6666666666666667
    """
    input, target = _pair("mse_loss", input, target)
    return _mean((input - target) ** 2)


def mse_loss_backward(grad_output: float, input: ArrayLike, target: ArrayLike) -> np.ndarray:
    r"""Gradient of `mse_loss` in the input.

    .. math:: \frac{\partial L}{\partial x_i} = \frac{2 g}{M} (x_i - t_i) .

    Parameters
    ----------
    grad_output : number
        Upstream gradient :math:`g`: 1 if this is all of the loss.
    input, target
        As they were given to `mse_loss`.

    Returns
    -------
    ndarray, the shape and dtype of `input`

    Raises
    ------
    ValueError
        As `mse_loss`, and if `grad_output` is not one real number.

    Examples
    --------
    >>> mse_loss_backward(1.0, np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    array([ 0., -2.])
    """
    input, target = _pair("mse_loss_backward", input, target)
    grad_output = _upstream("mse_loss_backward", grad_output, input.dtype)
    return (input - target) * (2 * grad_output / max(input.size, 1))

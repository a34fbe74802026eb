"""Batch normalization and local response normalization, with their gradients.

Batch normalization sees its input as a matrix with one row for each channel, and its statistics are those of the rows.
NumPy sums along a row pairwise, so that they stay accurate in float32.
"""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.engine import from_matrix, to_matrix
from cnn_course.validate import as_floats, as_upstream, check_layout, check_places, check_shape, integer, layout, number
from cnn_course.windows import pad


def _statistics(function, rows, shape):
    if rows.shape[1] < 2:
        raise ValueError(
            f"{function}: the statistics of a batch need at least 2 values in each channel, got {rows.shape[1]} "
            f"(x.shape={shape}); `fit` leaves out a last batch that is too small with drop_last=True"
        )
    return rows.mean(axis=1), rows.var(axis=1)


def batch_statistics(x: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    r"""Mean and variance of each channel, over the images and their positions.

    With :math:`M` values in a channel,

    .. math:: \mu[c] = \frac{1}{M} \sum_{n, u} x[n, c, u] , \qquad
        \sigma^2[c] = \frac{1}{M} \sum_{n, u} (x[n, c, u] - \mu[c])^2 .

    Parameters
    ----------
    x : array_like of float, shape (N, C, *spatial)
        With any number of spatial axes, also none.

    Returns
    -------
    mean, var : ndarray, shape (C,), the dtype of `x`
        The variance is the biased one; the unbiased one is M / (M - 1) times as large.

    Raises
    ------
    ValueError
        If `x` is empty or is not of floats, float32 or float64, or has only one value in each channel.

    References
    ----------
    Ioffe and Szegedy (2015), *Batch normalization*, algorithm 1.

    Examples
    --------
    >>> batch_statistics(np.array([[1.0, 5.0], [3.0, 5.0]]))
    (array([2., 5.]), array([1., 0.]))
    """
    (x,) = as_floats("batch_statistics", x=x)
    check_layout("batch_statistics", "x", x, layout("N C", max(x.ndim - 2, 0)))
    return _statistics("batch_statistics", to_matrix(x, 1)[0], x.shape)


def _standardize(function, x, weight, bias, mean, var, eps):
    """Return x; its rows with mean 0 and variance 1; and by row the factor that this took, the weight and the bias."""
    if (mean is None) != (var is None):
        raise ValueError(
            f"{function}: mean and var must be given together, got only {'mean' if var is None else 'var'}"
        )
    given = {"weight": weight, "bias": bias, "mean": mean, "var": var}
    given = {name: array for name, array in given.items() if array is not None}
    x, *arrays = as_floats(function, x=x, **given)
    check_layout(function, "x", x, layout("N C", max(x.ndim - 2, 0)))
    given = dict(zip(given, arrays, strict=True))
    for name, array in given.items():
        check_shape(function, name, array, x.shape[1:2])
    rows = to_matrix(x, 1)[0]
    if mean is None and x.shape[0] == 0:
        mean = var = np.zeros(x.shape[1], dtype=x.dtype)  # whatever they are, there is nothing to normalize
    elif mean is None:
        mean, var = _statistics(function, rows, x.shape)
    else:
        mean, var = given["mean"], given["var"]
        if (var < 0).any():
            raise ValueError(f"{function}: var must be at least 0, got {var.min()}")
    factor = 1 / np.sqrt(var + number(function, "eps", eps))
    x_hat = (rows - mean[:, None]) * factor[:, None]
    return x, x_hat, factor, given.get("weight", np.ones_like(factor)), given.get("bias", np.zeros_like(factor))


def batch_norm(
    x: ArrayLike,
    weight: ArrayLike | None = None,
    bias: ArrayLike | None = None,
    *,
    mean: ArrayLike | None = None,
    var: ArrayLike | None = None,
    eps: float = 1e-5,
) -> np.ndarray:
    r"""Bring each channel to mean 0 and variance 1, then to a scale and a shift of its own.

    .. math:: y[n, c, u] = w[c]\, \hat x[n, c, u] + b[c] , \qquad
        \hat x[n, c, u] = \frac{x[n, c, u] - \mu[c]}{\sqrt{\sigma^2[c] + \varepsilon}} .

    Parameters
    ----------
    x : array_like of float, shape (N, C, *spatial)
        With any number of spatial axes, also none.
    weight, bias : array_like of float, shape (C,), optional
        Scale :math:`w` and shift :math:`b`; ones and zeros where they are not given.
    mean, var : array_like of float, shape (C,), optional
        The statistics :math:`\mu` and :math:`\sigma^2` of evaluation, which are the running ones. Where they are not
        given, they are those of the batch itself, with the biased variance, as `batch_statistics` returns them.
    eps : float, default 1e-5
        The number :math:`\varepsilon` that keeps the root away from 0.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        If a shape or a dtype is wrong, only one of `mean` and `var` is given, a variance is negative, `eps` is not a
        number of at least 0, or the statistics of the batch are wanted and it has only one value in each channel. An
        empty batch needs none.

    See Also
    --------
    batch_statistics : the statistics, for a running mean and variance.

    References
    ----------
    Ioffe and Szegedy (2015), *Batch normalization*, algorithms 1 and 2.

    Examples
    --------
    >>> x = np.array([[1.0, 5.0], [3.0, 5.0]])
    >>> batch_norm(x, eps=0.5625)
    array([[-0.8,  0. ],
           [ 0.8,  0. ]])
    >>> batch_norm(x, mean=np.array([1.0, 1.0]), var=np.array([4.0, 1.0]), eps=0)
    array([[0., 4.],
           [1., 4.]])
    """
    x, x_hat, _, weight, bias = _standardize("batch_norm", x, weight, bias, mean, var, eps)
    y = x_hat * weight[:, None] + bias[:, None]
    return from_matrix(y, x.shape[2:], x.shape[0])


def batch_norm_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike | None = None,
    bias: ArrayLike | None = None,
    *,
    mean: ArrayLike | None = None,
    var: ArrayLike | None = None,
    eps: float = 1e-5,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Gradients of `batch_norm`.

    With :math:`g` the gradient in the output and :math:`M` the number of values in a channel,

    .. math::

        \frac{\partial L}{\partial w[c]} &= \sum_{n, u} g[n, c, u]\, \hat x[n, c, u] ,\\
        \frac{\partial L}{\partial b[c]} &= \sum_{n, u} g[n, c, u] ,\\
        \frac{\partial L}{\partial x[n, c, u]} &= \frac{w[c]}{\sqrt{\sigma^2[c] + \varepsilon}} \Bigl( g[n, c, u]
            - \frac{1}{M} \frac{\partial L}{\partial b[c]}
            - \frac{\hat x[n, c, u]}{M} \frac{\partial L}{\partial w[c]} \Bigr) .

    The last two terms are how the batch's own mean and variance move with x. Given statistics are constants, without
    these terms.

    Parameters
    ----------
    grad_output : array_like of float, the shape of `x`
        Gradient of the loss in the output of `batch_norm`.
    x, weight, bias, mean, var, eps
        As they were given to `batch_norm`.

    Returns
    -------
    grad_x : ndarray, the shape of `x`
    grad_weight, grad_bias : ndarray, shape (C,)
        Also where `weight` or `bias` were not given.

    Raises
    ------
    ValueError
        As `batch_norm`, and if `grad_output` does not have the shape of `x`.

    References
    ----------
    Ioffe and Szegedy (2015), section 3, in one formula.

    Examples
    --------
    >>> batch_norm_backward(np.array([[1.0], [2.0]]), np.array([[1.0], [3.0]]), eps=3)
    (array([[-0.1875],
           [ 0.1875]]), array([0.5]), array([3.]))
    """
    function = "batch_norm_backward"
    x, x_hat, factor, weight, _ = _standardize(function, x, weight, bias, mean, var, eps)
    g = to_matrix(as_upstream(function, grad_output, x, x.shape), 1)[0]
    grad_weight, grad_bias = (g * x_hat).sum(axis=1), g.sum(axis=1)
    if mean is None:
        g = g - (x_hat * grad_weight[:, None] + grad_bias[:, None]) / g.shape[1]
    grad_x = g * (weight * factor)[:, None]
    return from_matrix(grad_x, x.shape[2:], x.shape[0]), grad_weight, grad_bias


def neighbours_of(function, x, size, alpha, beta, k):
    """Return x, the numbers of channels before and after in a window, and alpha / size, beta and k."""
    (x,) = as_floats(function, x=x)
    check_layout(function, "x", x, layout("N C", max(x.ndim - 2, 0)))
    size = integer(function, "size", size, minimum=1)
    check_places(function, f"a window of size={size}", (size,))
    slope = number(function, "alpha", alpha) / size
    window = tuple(min(neighbours, x.shape[1] - 1) for neighbours in (size // 2, (size - 1) // 2))
    return x, window, slope, number(function, "beta", beta), number(function, "k", k)


def over_channels(x, before, after):
    """Sum over the channels from c - before to c + after, of those that there are."""
    padded = pad(x, ((before, after), *((0, 0),) * (x.ndim - 2)))
    return sum(padded[:, start : start + x.shape[1]] for start in range(before + after + 1))


def local_response_norm(
    x: ArrayLike, size: int, *, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> np.ndarray:
    r"""Damp each number by the squares of its neighbours, which are at its place in nearby channels.

    With the :math:`n` channels :math:`W(c) = \{ c - \lfloor n / 2 \rfloor, \dots, c + \lfloor (n - 1) / 2 \rfloor \}`,
    of those that there are,

    .. math:: y[c, u] = x[c, u] \Bigl( k + \frac{\alpha}{n} \sum_{j \in W(c)} x[j, u]^2 \Bigr)^{-\beta} .

    Parameters
    ----------
    x : array_like of float, shape (N, C, *spatial)
        With any number of spatial axes, also none.
    size : int
        Number :math:`n` of channels in a window.
    alpha, beta, k : float, default 1e-4, 0.75 and 1
        The constants, none below 0.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        If `x` is empty or is not of floats, or a number is out of range.

    Notes
    -----
    This is PyTorch's function. The window of an even size has one more channel before c than after it; in ONNX it has
    one more after it. The constants of AlexNet are n = 5, alpha = 1e-4, beta = 0.75 and k = 2, but there alpha is not
    divided by n: here it has to be 5e-4.

    References
    ----------
    Krizhevsky, Sutskever and Hinton (2012), *ImageNet classification with deep convolutional neural networks*,
    section 3.3.

    Examples
    --------
    >>> local_response_norm(np.array([[1.0, 2.0, 2.0]]), 3, alpha=3.0, beta=0.5, k=4.0)
    array([[0.33333333, 0.5547002 , 0.57735027]])
    """
    x, window, slope, beta, k = neighbours_of("local_response_norm", x, size, alpha, beta, k)
    return x * (k + slope * over_channels(x**2, *window)) ** -beta


def local_response_norm_backward(
    grad_output: ArrayLike, x: ArrayLike, size: int, *, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> np.ndarray:
    r"""Gradient of `local_response_norm`: a number divides itself and its neighbours, whose windows are mirrored.

    With the sum :math:`s[c] = k + \frac{\alpha}{n} \sum_{j \in W(c)} x[j]^2` at one place,

    .. math:: \frac{\partial L}{\partial x[j]} = g[j]\, s[j]^{-\beta}
        - \frac{2 \alpha \beta}{n}\, x[j] \sum_{c\,:\, j \in W(c)} g[c]\, x[c]\, s[c]^{-\beta - 1} .

    Parameters
    ----------
    grad_output : array_like of float, the shape of `x`
        Gradient :math:`g` of the loss in the output of `local_response_norm`.
    x, size, alpha, beta, k
        As they were given to `local_response_norm`.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        As `local_response_norm`, and if `grad_output` does not have the shape of `x`.

    Examples
    --------
    >>> local_response_norm_backward(np.array([[8.0, 0.0]]), np.array([[1.0, 1.0]]), 3, alpha=3.0, beta=1.0, k=2.0)
    array([[ 1., -1.]])
    """
    function = "local_response_norm_backward"
    x, window, slope, beta, k = neighbours_of(function, x, size, alpha, beta, k)
    grad_output = as_upstream(function, grad_output, x, x.shape)
    s = k + slope * over_channels(x**2, *window)
    through_s = over_channels(grad_output * x * s ** (-beta - 1), *window[::-1])
    return grad_output * s**-beta - 2 * slope * beta * x * through_s

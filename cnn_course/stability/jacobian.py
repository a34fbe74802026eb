"""How far a network moves its output for very small moves of one input, and in which direction most."""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.nn.layer import Layer
from cnn_course.stability.lanczos import NormBounds, operator_norm
from cnn_course.stability.tangent import tangent_map
from cnn_course.validate import as_floats


def jacobian_norm(
    network: Layer,
    x: ArrayLike,
    *,
    rng: np.random.Generator,
    failure: float = 1e-9,
    tolerance: float = 1e-3,
    max_steps: int = 200,
) -> NormBounds:
    r"""Bounds of the norm of the Jacobian at one input: how far the output moves, at most, for very small moves.

    .. math:: \lVert J(x) \rVert = \lim_{r \to 0} \max_{0 < \lVert v \rVert \le r}
        \frac{\lVert f(x + v) - f(x) \rVert}{\lVert v \rVert}

    where f is differentiable at x. It says nothing of larger moves, and is no certificate for them.

    Parameters
    ----------
    network : Layer
        Taken in evaluation mode.
    x : array_like of float, shape (1, ...)
        One input, as a batch; all is computed in float64.
    rng, failure, tolerance, max_steps
        As for `operator_norm`.

    Returns
    -------
    NormBounds
        Its `attained_at` has the shape of `x`. For a layer that is linear up to a bias, these are the bounds of its
        norm, at every input.

    Raises
    ------
    ValueError
        As `linearize` and `operator_norm`, and if there is not exactly one input.

    Examples
    --------
    >>> from cnn_course.nn import Linear, ReLU, Sequential
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Linear(3, 4, rng=rng), ReLU(), Linear(4, 2, rng=rng))
    >>> bounds = jacobian_norm(network, np.ones((1, 3)), rng=rng)
    >>> bounds.lower <= bounds.upper <= 1.001 * bounds.lower
    True
    """
    options = {"rng": rng, "failure": failure, "tolerance": tolerance, "max_steps": max_steps}
    return _norm("jacobian_norm", network, x, options)


def worst_direction(network: Layer, x: ArrayLike, *, rng: np.random.Generator) -> np.ndarray:
    r"""The direction in which a small move of one input moves the output most: the first right singular vector.

    .. math:: v = \operatorname{argmax}_{\lVert v \rVert_2 = 1} \lVert J(x) v \rVert_2 .

    Parameters
    ----------
    network : Layer
        Taken in evaluation mode.
    x : array_like of float, shape (1, ...)
        One input, as a batch.
    rng : numpy.random.Generator
        Draws the start of Lanczos' method.

    Returns
    -------
    ndarray of float64, the shape of `x`
        Of norm 1; its sign is arbitrary.

    Raises
    ------
    ValueError
        As `jacobian_norm`.

    Examples
    --------
    >>> from cnn_course.nn import Linear
    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer.weight.data[:] = [[0, 5, 0], [1, 0, 0]]
    >>> abs(worst_direction(layer, np.zeros((1, 3)), rng=np.random.default_rng(1))).round(6)
    array([[0., 1., 0.]])
    """
    # a direction is less accurate than its gain, whose error is about the square of its own
    return _norm("worst_direction", network, x, {"rng": rng, "tolerance": 1e-6}).attained_at


def _norm(function, network, x, options):
    """`operator_norm` of the Jacobian at one input, with errors of the function that was called."""
    (x,) = as_floats(function, x=x)
    if x.ndim == 0 or len(x) != 1:
        raise ValueError(f"{function}: x must hold one input, of shape (1, ...), got shape {x.shape}")
    near = tangent_map(function, network, x.astype(np.float64))
    try:
        return operator_norm(near.jvp, near.vjp, x.shape, **options)
    except ValueError as error:
        raise ValueError(str(error).replace("operator_norm", function, 1)) from None

"""Two inner-product tests that a gradient or an adjoint has to pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.types import ArrayMap
from cnn_course.validate import as_array, check_callable, check_rng, number


@dataclass(frozen=True)
class InnerProducts:
    """Two numbers that should be equal, and how far apart they are relative to `scale`."""

    left: float
    right: float
    scale: float

    @property
    def relative_error(self) -> float:
        """`abs(left - right) / scale`; infinite where two different numbers have a scale of 0."""
        if self.left == self.right:
            return 0.0
        return abs(self.left - self.right) / self.scale if self.scale else float("inf")


def adjoint_check(forward: ArrayMap, adjoint: ArrayMap, x: ArrayLike, y: ArrayLike) -> InnerProducts:
    r"""Compare :math:`\langle A x, y \rangle` with :math:`\langle x, A^* y \rangle`.

    Parameters
    ----------
    forward, adjoint : callable
        The linear maps :math:`A` and :math:`A^*`.
    x, y : ndarray
        Random arrays, in the shapes that `forward` and `adjoint` take.

    Returns
    -------
    InnerProducts
        Its `scale` is :math:`\lVert A x \rVert \lVert y \rVert`, which bounds both numbers.

    Raises
    ------
    ValueError
        If a map cannot be called, an array does not hold numbers, `forward(x)` does not have the shape of `y`, or
        `adjoint(y)` not that of `x`.

    Examples
    --------
    >>> A = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> adjoint_check(lambda x: A @ x, lambda y: A.T @ y, np.array([1.0, 1.0]), np.array([1.0, 0.0])).left
    3.0
    """
    check_callable("adjoint_check", forward=forward, adjoint=adjoint)
    x, y = (as_array("adjoint_check", name, array, "iufc") for name, array in (("x", x), ("y", y)))
    image, back = (
        as_array("adjoint_check", "forward(x)", forward(x)),
        as_array("adjoint_check", "adjoint(y)", adjoint(y)),
    )
    _same_shape("adjoint_check", "forward(x)", image, "y", y)
    _same_shape("adjoint_check", "adjoint(y)", back, "x", x)
    scale = np.linalg.norm(image) * np.linalg.norm(y)
    return InnerProducts(float(np.vdot(image, y)), float(np.vdot(x, back)), float(scale))


def gradient_check(
    function: Callable[..., ArrayLike],
    backward: Callable[..., ArrayLike | tuple[ArrayLike, ...]],
    arrays: Sequence[ArrayLike],
    *,
    rng: np.random.Generator,
    step: float = 1e-6,
) -> list[InnerProducts]:
    r"""Compare a gradient with central differences, in one random direction for each argument.

    For a random upstream gradient :math:`g` and a random direction :math:`v` of one argument,

    .. math:: \Bigl\langle g, \frac{F(x + \varepsilon v) - F(x - \varepsilon v)}{2 \varepsilon} \Bigr\rangle
        \quad\text{and}\quad \langle \text{backward}(g, x), v \rangle

    are equal up to :math:`O(\varepsilon^2)` and rounding. A random g is what makes the test strict: with ones, a
    flipped or permuted gradient would pass.

    Check small arrays. The error is relative to norms that grow with the number of entries: a mistake in one of n
    entries that a layer passes on is missed with a probability of about n times the tolerance, times a logarithm. With
    a tolerance of 1e-6 that is about 1 in 1000 for a hundred entries, and most of the time for a million. Inputs of
    size 1 fit the step; beside much larger ones it loses its digits, and a right gradient may seem wrong.

    Parameters
    ----------
    function : callable
        Maps `*arrays` to one array.
    backward : callable
        Maps `(grad_output, *arrays)` to the gradients of all the arrays, as a tuple, or as an array if there is one.
    arrays : sequence of float64 ndarray
        Where to check.
    rng : numpy.random.Generator
        Draws g and the directions.
    step : float, default 1e-6
        The step :math:`\varepsilon`: near the cube root of the rounding unit, where both errors are small.

    Returns
    -------
    list of InnerProducts
        For each argument: `left` by differences, `right` by the gradient. Their `scale` is the norm of g times that
        of the difference quotient.

    Raises
    ------
    ValueError
        If an array is not of float64, `backward` does not return one gradient for each, or one has another shape.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> (result,) = gradient_check(np.sin, lambda g, x: g * np.cos(x), [np.array([0.0, 1.0])], rng=rng)
    >>> result.relative_error < 1e-8
    True
    """
    check_callable("gradient_check", function=function, backward=backward)
    check_rng("gradient_check", rng)
    if not number("gradient_check", "step", step):
        raise ValueError(f"gradient_check: step must be above 0, got {step!r}")
    if not isinstance(arrays, list | tuple) or not arrays:
        raise ValueError(f"gradient_check: arrays must be a list or a tuple of at least 1 array, got {arrays!r}")
    arrays = [as_array("gradient_check", f"arrays[{i}]", array) for i, array in enumerate(arrays)]
    for i, array in enumerate(arrays):
        if array.dtype != np.float64:
            raise ValueError(f"gradient_check: arrays[{i}] must be of float64, got {array.dtype}")
    grad_output = rng.standard_normal(as_array("gradient_check", "function(*arrays)", function(*arrays)).shape)
    gradients = backward(grad_output, *arrays)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    if len(gradients) != len(arrays):
        raise ValueError(f"gradient_check: backward must return {len(arrays)} gradients, got {len(gradients)}")
    results = []
    for i, (array, gradient) in enumerate(zip(arrays, gradients, strict=True)):
        gradient = as_array("gradient_check", f"gradient {i} that backward returns", gradient, "iufc")
        _same_shape("gradient_check", f"gradient {i}", gradient, f"arrays[{i}]", array)
        direction = rng.standard_normal(array.shape)
        ahead, behind = ([*arrays[:i], array + e * direction, *arrays[i + 1 :]] for e in (step, -step))
        quotient = (function(*ahead) - function(*behind)) / (2 * step)
        scale = np.linalg.norm(grad_output) * np.linalg.norm(quotient)
        results.append(
            InnerProducts(float(np.vdot(grad_output, quotient)), float(np.vdot(gradient, direction)), float(scale))
        )
    return results


def _same_shape(function, name, array, other_name, other):
    if array.shape != other.shape:
        raise ValueError(f"{function}: {name} has shape {array.shape} but {other_name} has {other.shape}")

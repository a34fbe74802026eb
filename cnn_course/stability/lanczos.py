r"""The norm of a linear map that is given by what it does: a vector that attains almost all of it, and a bound above.

Lanczos' method finds the best vector in the space of :math:`x, B x, \dots, B^{k-1} x` with :math:`B = A^* A`. What it
has found can only be too small. That it is not much too small follows from the start, which is random, and therefore
not orthogonal to the vector that is looked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, log, pi, prod, sqrt

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.types import ArrayMap, Ints
from cnn_course.validate import (
    as_array,
    axes,
    check_callable,
    check_finite,
    check_places,
    check_rng,
    check_shape,
    integer,
    number,
    per_axis,
)

ROUNDING = 1e-9  # the share by which upper bounds are raised, many times what rounding in float64 can take from them
ADJOINT = 1e-6  # by which <A x, A x> and <x, A* A x> may differ, relative to either
LOST = 1e-13  # of the norm of B: a vector from which projections leave no more than this has lost its digits
LEAST = 1e-15  # and of what is left, rounding leaves at least this


@dataclass(frozen=True)
class NormBounds:
    """A norm between two numbers.

    Attributes
    ----------
    lower, upper : float
        The two numbers.
    attained_at : ndarray
        Where the lower one is attained: a vector of norm 1, or a frequency.
    """

    lower: float
    upper: float
    attained_at: np.ndarray


def operator_norm(
    forward: ArrayMap,
    adjoint: ArrayMap,
    shape: Ints,
    *,
    rng: np.random.Generator,
    failure: float = 1e-9,
    tolerance: float = 1e-3,
    max_steps: int = 200,
) -> NormBounds:
    r"""Bounds of the norm of a linear map of arrays, by Lanczos' method.

    .. math:: \lVert A \rVert = \max_{\lVert x \rVert_2 = 1} \lVert A x \rVert_2 .

    Parameters
    ----------
    forward, adjoint : callable
        The maps :math:`A` and :math:`A^*`, of float64 arrays. That they are linear is not checked.
    shape : int or tuple of int
        Shape of the arrays that `forward` takes.
    rng : numpy.random.Generator
        Draws the start.
    failure : float, default 1e-9
        The probability with which the upper bound may be too small, above 0 and below 1.
    tolerance : float, default 1e-3
        Stop when `upper / lower - 1` is no larger.
    max_steps : int, default 200
        Stop after so many steps in any case; one step calls each of the maps once.

    Returns
    -------
    NormBounds
        Its `lower` is :math:`\lVert A v \rVert` for the unit vector v, `attained_at`; its `upper` holds with
        probability at least 1 - `failure`, whatever the map.

    Raises
    ------
    ValueError
        If a map cannot be called or returns another shape, or numbers that are not finite; if `adjoint` is not the
        adjoint of `forward`, or a number is out of range.

    Notes
    -----
    After k steps there are orthonormal :math:`q_1, \dots, q_{k+1}` with :math:`q_{j+1} = \pi_j(B) q_1`, where
    :math:`\pi_0 = 1` and, with the coefficients of the method,

    .. math:: \beta_j \pi_j(t) = (t - \alpha_j) \pi_{j-1}(t) - \beta_{j-1} \pi_{j-2}(t) .

    Let v be a unit eigenvector of B for :math:`\lambda = \lVert A \rVert^2`. Then
    :math:`\langle v, q_{j+1} \rangle = \langle \pi_j(B) v, q_1 \rangle = \pi_j(\lambda) \langle v, q_1 \rangle`, and by
    Bessel's inequality

    .. math:: \langle v, q_1 \rangle^2 \sum_{j=0}^{k} \pi_j(\lambda)^2 \le 1 .

    The start :math:`q_1` is uniformly distributed on the unit sphere of the n-dimensional space. For :math:`n \ge 3`
    the density of :math:`\langle v, q_1 \rangle` is at most
    :math:`\Gamma(n/2) / (\sqrt{\pi}\, \Gamma((n-1)/2)) \le \sqrt{n / (2 \pi)}`, so that

    .. math:: P(|\langle v, q_1 \rangle| \le \delta) \le \delta \sqrt{2 n / \pi} ,

    which also holds for n = 1 and n = 2, where the probability is 0 for :math:`\delta < 1`, and
    :math:`\frac{2}{\pi} \arcsin \delta \le \delta`. With :math:`\delta = \text{failure}\, \sqrt{\pi / (2 n)}`, the sum
    above is therefore at most :math:`\delta^{-2}`, except with probability `failure`. It increases for
    :math:`\lambda \ge \theta`, the largest eigenvalue of the method's matrix, because all zeros of the
    :math:`\pi_j` that occur are at most :math:`\theta`. The upper bound is the root of the number at which it reaches
    :math:`\delta^{-2}`, which is :math:`\theta` once the vectors span the whole space.

    Every vector is made orthogonal to all before it, twice. The proof is about exact numbers. For rounding, no
    :math:`\beta` is taken to be below 1e-15 of the norm of B, and the upper bound is raised by 1e-9 of itself.

    References
    ----------
    Golub and Van Loan (2013), chapter 10, for the method; Kuczynski and Wozniakowski (1992), *Estimating the largest
    eigenvalue by the power and Lanczos algorithms with a random start*, who ask how fast it is.

    Examples
    --------
    >>> A = np.array([[3.0, 0.0], [4.0, 5.0]])
    >>> norm = operator_norm(lambda x: A @ x, lambda y: A.T @ y, 2, rng=np.random.default_rng(0))
    >>> round(norm.lower, 6), round(norm.upper, 6), round(float(np.linalg.norm(A, 2)), 6)
    (6.708204, 6.708204, 6.708204)
    """
    name = "operator_norm"
    check_callable(name, forward=forward, adjoint=adjoint)
    shape = per_axis(name, "shape", shape, axes(name, shape=shape), minimum=1)
    check_places(name, f"an array of shape {shape}", shape)
    check_rng(name, rng)
    failure, tolerance = _between_0_and_1(name, failure), number(name, "tolerance", tolerance)
    max_steps = integer(name, "max_steps", max_steps, minimum=1)
    n = prod(shape)

    def apply(q):
        """The vectors A q and B q."""
        image = _image(name, "forward", forward, q.reshape(shape))
        back = _image(name, "adjoint", adjoint, image)
        check_shape(name, "what adjoint returns", back, shape)
        return image, back.ravel()

    krylov = _Krylov(rng.standard_normal(n), min(max_steps, n))
    required = log(2 * n / pi) / 2 - log(failure)  # the logarithm of 1 / delta
    for steps in range(1, min(max_steps, n) + 1):
        image, back = apply(krylov.last)
        energy, product = float(np.vdot(image, image)), float(krylov.last @ back)
        if abs(energy - product) > ADJOINT * max(energy, abs(product), *krylov.alphas):
            raise ValueError(
                f"{name}: adjoint must be the adjoint of forward, but <A x, A x> is {energy:.6g} "
                f"and <x, A* A x> is {product:.6g}"
            )
        krylov.extend(back, energy)
        # the bounds cost as much as a small eigenvalue problem: not after every step when there are many
        if krylov.invariant or steps == min(max_steps, n) or steps % (1 + steps // 16) == 0:
            theta, vector = krylov.largest()
            upper = sqrt(krylov.bound(theta, required))
            if krylov.invariant or upper <= (1 + tolerance) * sqrt(theta):
                break
    lower = float(np.linalg.norm(apply(vector)[0]))
    return NormBounds(lower, max(upper, lower) * (1 + ROUNDING), vector.reshape(shape))


class _Krylov:
    """The orthonormal vectors of Lanczos' method, and its tridiagonal matrix."""

    def __init__(self, start, max_steps):
        self.basis = np.empty((max_steps + 1, start.size))
        self.basis[0] = start / np.linalg.norm(start)
        self.alphas, self.betas, self.invariant = [], [], False

    @property
    def last(self):
        """The vector that comes next under the map."""
        return self.basis[len(self.alphas)]

    def extend(self, image, alpha):
        """Take B q for the last vector q, with alpha = <q, B q>, and add the next vector."""
        self.alphas.append(alpha)
        steps = len(self.alphas)
        basis = self.basis[:steps]
        for _ in range(2):
            image = image - basis.T @ (basis @ image)
        beta, scale = float(np.linalg.norm(image)), max([*self.alphas, *self.betas])
        self.invariant = steps == image.size or beta <= LOST * scale
        self.betas.append(0.0 if steps == image.size else max(beta, LEAST * scale))
        if not self.invariant:
            self.basis[steps] = image / beta

    def largest(self):
        """The largest Ritz value, and its unit vector."""
        steps, off = len(self.alphas), self.betas[:-1]
        values, vectors = np.linalg.eigh(np.diag(self.alphas) + np.diag(off, 1) + np.diag(off, -1))
        vector = vectors[:, -1] @ self.basis[:steps]
        return max(float(values[-1]), 0.0), vector / np.linalg.norm(vector)

    def bound(self, theta, required):
        """The number from theta on at which half the logarithm of the sum of squares is `required`."""
        if self.betas[-1] == 0:  # the basis is complete, or B is 0
            return theta
        alphas, betas = np.array(self.alphas) / theta, np.array(self.betas) / theta
        low, high = 1.0, 2.0
        while _half_log(high, alphas, betas) < required:
            low, high = high, 2 * high
            if high > 1e300:
                return inf
        while high - low > 1e-12 * high:
            middle = (low + high) / 2
            low, high = (middle, high) if _half_log(middle, alphas, betas) < required else (low, middle)
        return high * theta


def _half_log(t, alphas, betas):
    """Half the logarithm of the sum of the squares of all pi_j(t)."""
    before, value, scale, total = 0.0, 1.0, 0.0, 1.0
    for alpha, beta, beta_before in zip(alphas.tolist(), betas.tolist(), [0.0, *betas.tolist()], strict=False):
        before, value = value, (t - alpha) / beta * value - beta_before / beta * before
        if abs(value) > 1e50:  # all is scaled down, so that nothing overflows
            scale += log(abs(value))
            before, value, total = before / abs(value), value / abs(value), total / value / value
        total += value * value
    return scale + log(total) / 2


def _between_0_and_1(function, failure):
    failure = number(function, "failure", failure)
    if not 0 < failure < 1:
        raise ValueError(f"{function}: failure must be above 0 and below 1, got {failure!r}")
    return failure


def _image(function, argument, transform: Callable[[np.ndarray], ArrayLike], x):
    what = f"what {argument} returns"
    image = as_array(function, what, transform(x), "fiu").astype(np.float64, copy=False)
    check_finite(function, what, image)
    return image

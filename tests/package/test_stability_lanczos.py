"""The bounds of a norm hold: the lower one always, the upper one whenever the start is as random as it should be."""

from math import pi, sqrt

import numpy as np
import pytest
from messages import raises
from scipy.stats import beta

from cnn_course.stability import operator_norm


class Given(np.random.Generator):
    """A generator that draws one given vector."""

    def __init__(self, start):
        super().__init__(np.random.PCG64(0))
        self.start = start

    def standard_normal(self, size):
        assert size == self.start.size
        return self.start


def norm_of(matrix, **arguments):
    arguments.setdefault("rng", np.random.default_rng(0))
    return operator_norm(lambda x: matrix @ x, lambda y: matrix.T @ y, matrix.shape[1], **arguments)


def of_spectrum(values, rng):
    """A matrix with these singular values, and its first right singular vector."""
    left, right = (np.linalg.qr(rng.standard_normal((len(values), len(values))))[0] for _ in range(2))
    return left @ np.diag(values) @ right.T, right[:, 0]


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (5, 5), (9, 30), (30, 9), (80, 80)])
def test_bounds_of_random_matrices(shape):
    rng = np.random.default_rng(1)
    for _ in range(10):
        matrix = rng.standard_normal(shape)
        true, found = np.linalg.norm(matrix, 2), norm_of(matrix, rng=rng)
        assert true * (1 - 1e-3) <= found.lower <= true * (1 + 1e-12)
        assert true <= found.upper <= true * (1 + 2.1e-3)
        assert np.linalg.norm(found.attained_at) == pytest.approx(1, abs=1e-12)
        assert np.linalg.norm(matrix @ found.attained_at) == pytest.approx(found.lower, rel=1e-12)


SPECTRA = {
    "one large": [3.0] + [1.0] * 39,
    "a hidden one": [1.001] + [1.0] * 39,
    "dense at the top": list(np.linspace(1, 0, 40) ** 0.1),
    "from 1 to 0": list(np.linspace(1, 0, 40)),
    "two equal": [2.0, 2.0, *np.linspace(1.9, 0, 38)],
    "of rank 2": [5.0, 4.0] + [0.0] * 38,
}


@pytest.mark.parametrize("spectrum", SPECTRA)
@pytest.mark.parametrize("steps", [1, 2, 5, 15, 40])
def test_a_start_that_is_less_orthogonal_than_assumed_is_covered_and_one_that_is_more_is_not_always(spectrum, steps):
    """The upper bound assumes that <v, q> is more than failure * sqrt(pi / (2 n)): no luck is needed."""
    rng = np.random.default_rng(2)
    matrix, v = of_spectrum(SPECTRA[spectrum], rng)
    n, failure = len(v), 1e-3
    delta = failure * sqrt(pi / (2 * n))
    across = rng.standard_normal(n)
    across -= v * (v @ across)
    across /= np.linalg.norm(across)
    true, bounds = np.linalg.norm(matrix, 2), {}
    for factor in (1e-12, 1.001, 30):
        start = factor * delta * v + sqrt(1 - (factor * delta) ** 2) * across
        bounds[factor] = norm_of(matrix, rng=Given(start), failure=failure, max_steps=steps, tolerance=0).upper
    assert min(bounds[1.001], bounds[30]) >= true
    if spectrum == "one large":  # it stays hidden, and what is then said of the norm is wrong
        assert bounds[1e-12] < 0.5 * true


@pytest.mark.parametrize("n", [1, 2, 3, 4, 10, 1000])
def test_a_random_start_is_as_orthogonal_as_the_proof_allows(n):
    """The square of one coordinate on the sphere has the beta distribution with 1/2 and (n - 1)/2."""
    t = np.logspace(-12, -0.001, 200)
    probability = np.zeros_like(t) if n == 1 else beta.cdf(t**2, 0.5, (n - 1) / 2)
    assert (probability <= t * sqrt(2 * n / pi)).all()
    if n >= 1000:  # and it is no waste
        assert probability[0] > 0.99 * t[0] * sqrt(2 * n / pi)


def test_a_smaller_probability_of_failure_costs_some_of_the_bound():
    matrix, _ = of_spectrum(SPECTRA["from 1 to 0"], np.random.default_rng(3))
    uppers = [norm_of(matrix, failure=failure, max_steps=10).upper for failure in (0.5, 1e-3, 1e-9, 1e-300)]
    assert uppers == sorted(uppers)
    assert uppers[0] < uppers[1] < uppers[3]


def test_it_stops_when_the_bounds_are_close_enough():
    matrix, _ = of_spectrum(list(np.linspace(1, 0, 300) ** 0.1), np.random.default_rng(4))
    calls = []

    def forward(x):
        calls.append(0)
        return matrix @ x

    for tolerance in (0.1, 0.01, 0.001):
        calls.clear()
        found = operator_norm(forward, lambda y: matrix.T @ y, 300, rng=np.random.default_rng(5), tolerance=tolerance)
        assert found.upper / found.lower - 1 < 1.1 * tolerance
        steps = len(calls)
        fewer = norm_of(matrix, rng=np.random.default_rng(5), max_steps=steps // 2, tolerance=0)
        assert fewer.upper / fewer.lower - 1 > tolerance
    assert len(calls) < 202


def test_maps_whose_space_is_soon_invariant():
    rng = np.random.default_rng(6)
    u, v = rng.standard_normal((2, 50))
    for matrix in (np.eye(50), -3 * np.eye(50), np.outer(u, v), np.diag(np.repeat([1.0, 2.0], 25))):
        true, found = np.linalg.norm(matrix, 2), norm_of(matrix, rng=rng)
        assert found.lower == pytest.approx(true, rel=1e-12)
        assert true <= found.upper <= true * (1 + 1e-5)
    zero = norm_of(np.zeros((3, 4)))
    assert zero.lower == zero.upper == 0


def test_images_have_any_shape_and_large_or_small_numbers():
    for scale in (1e-60, 1.0, 1e60):
        found = operator_norm(lambda x, s=scale: s * x[:, ::2], lambda y, s=scale: _spread(s * y), (2, 4), **rng())
        assert found.lower == pytest.approx(scale, rel=1e-12)
        assert scale <= found.upper <= scale * (1 + 1e-4)
        assert found.attained_at.shape == (2, 4)


def _spread(y):
    x = np.zeros((2, 4))
    x[:, ::2] = y
    return x


def rng():
    return {"rng": np.random.default_rng(0)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"adjoint": lambda y: 2 * y}, "adjoint must be the adjoint of forward, but <A x, A x> is "),
        ({"adjoint": lambda y: y[:2]}, "what adjoint returns must have shape (3,), got (2,)"),
        ({"forward": lambda x: x * np.nan}, "what forward returns must hold finite numbers, got NaN"),
        ({"forward": lambda x: x * 1j}, "what forward returns must hold real numbers, got dtype complex128"),
        ({"forward": None}, "forward must be a function, got None"),
        ({"failure": 0}, "failure must be above 0 and below 1, got 0.0"),
        ({"failure": 1}, "failure must be above 0 and below 1, got 1.0"),
        ({"tolerance": -1}, "tolerance must be a finite number and at least 0, got -1"),
        ({"max_steps": 0}, "max_steps must be at least 1, got 0"),
        ({"rng": 3}, "rng must be a numpy.random.Generator, got 3"),
        ({"shape": 0}, "shape must be at least 1, got 0"),
    ],
)
def test_errors(arguments, message):
    given = {"forward": np.negative, "adjoint": np.negative, "shape": 3} | rng() | arguments
    with raises(f"operator_norm: {message}"):
        operator_norm(**given)

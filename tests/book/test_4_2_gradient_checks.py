"""The statements of the chapter on how to check a gradient, and its gallery of wrong ones."""

from itertools import pairwise
from math import sqrt
from pathlib import Path

import nbformat
import numpy as np
import pytest

from cnn_course import (
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    batch_norm,
    batch_norm_backward,
    cross_entropy,
    cross_entropy_backward,
    gradient_check,
    max_pool1d,
    max_pool1d_backward,
    relu,
    relu_backward,
    softmax,
    softmax_backward,
    tanh,
    tanh_backward,
)

CHAPTER = Path(__file__).parents[2] / "book" / "4-2-gradients-of-pooling-and-loss.ipynb"


@pytest.fixture
def rng():
    return np.random.default_rng(20260402)


@pytest.mark.checks("thm-one-direction", "eq-directional-check")
def test_a_fixed_upstream_gradient_sees_one_combination_of_rows(rng):
    jacobian = rng.standard_normal((4, 6))
    ones, g = np.ones(4), rng.standard_normal(4)
    same_sums = jacobian[[2, 0, 3, 1]]
    for wrong, seen_by_ones in ((same_sums, False), (1.01 * jacobian, True)):
        for upstream, seen in ((ones, seen_by_ones), (g, True)):
            left, right = wrong.T @ upstream, jacobian.T @ upstream
            gap = max(abs((left - right) @ v) for v in rng.standard_normal((20, 6)))
            assert (gap > 1e-9) == seen


def share_missed(g, v, jacobian, error, tolerance):
    """In how many draws, the rows of g and v, the error is below the tolerance times the check's own scale."""
    numbers = np.abs(((g @ error) * v).sum(axis=1))
    scale = np.linalg.norm(g, axis=1) * np.linalg.norm(v @ jacobian.T, axis=1)
    return (numbers <= tolerance * scale).mean()


def within(share, bound, draws):
    """At most the bound, apart from four standard deviations of a share in so many draws."""
    return share <= bound + 4 * sqrt(bound / draws)


@pytest.mark.checks("prop-missed-error")
@pytest.mark.parametrize(("outputs", "inputs"), [(1, 1), (1, 5), (2, 3), (7, 5), (31, 31)])
def test_how_often_an_error_is_missed(rng, outputs, inputs):
    draws = 20_000
    g, v = rng.standard_normal((draws, outputs)), rng.standard_normal((draws, inputs))
    jacobian = rng.standard_normal((outputs, inputs))
    one_entry = np.zeros((outputs, inputs))
    one_entry[-1, -1] = 1
    for error in (one_entry, rng.standard_normal((outputs, inputs)), 0.01 * jacobian):
        for tolerance in (0.1, 1e-2, 1e-3, 1e-4):
            root = tolerance * sqrt(outputs)
            q = root * np.linalg.norm(jacobian) / np.linalg.norm(error, 2)
            if q <= 1:
                share = share_missed(g, v, jacobian, error, tolerance)
                assert within(share, q * (3 + np.log(1 / q)), draws)
            for direction in v[:3]:
                bound = root * np.linalg.norm(jacobian @ direction) / np.linalg.norm(error @ direction)
                share = share_missed(g, direction[None], jacobian, error, tolerance)
                assert within(share, min(bound, 1), draws)


@pytest.mark.checks("prop-missed-error")
def test_large_arrays_hide_one_wrong_entry(rng):
    def missed(n, draws):
        results = (
            gradient_check(np.copy, lambda g, x: np.where(np.arange(n) == 0, 0, g), [np.zeros(n)], rng=rng)[0]
            for _ in range(draws)
        )
        return sum(result.relative_error < 1e-6 for result in results) / draws

    # The share is that of a product of two normal numbers below 1e-6 n: 0.0007, 0.040 and 0.79.
    assert missed(100, 4000) < 0.0012 + 4 * sqrt(0.0012 / 4000)
    assert 0.02 < missed(10_000, 1000) < 0.076
    assert missed(1_000_000, 20) > 0.4
    assert 0.0012 < 1e-4 * (3 + np.log(1e4)) < 0.00125
    assert 0.076 < 1e-2 * (3 + np.log(1e2)) < 0.0765


@pytest.mark.checks("thm-one-direction")
def test_a_clipped_gradient_shows_at_a_large_upstream_gradient_only(rng):
    def passed(factor, bound):
        results = (
            gradient_check(
                lambda x: factor * relu(x),
                lambda g, x: relu_backward(np.clip(factor * g, -bound, bound), x),
                [rng.standard_normal((5, 7))],
                rng=rng,
            )[0]
            for _ in range(100)
        )
        return sum(result.relative_error < 1e-6 for result in results)

    assert passed(1, 4) > 90  # of 35 normal numbers one is beyond 4 with a probability of 0.0022
    assert passed(1000, 4) == 0
    assert passed(1000, np.inf) == 100


def to_each_maximum(g, x):
    """The full amount for each of several equal maxima, in windows of 2 values side by side."""
    pairs = x.reshape(*x.shape[:-1], -1, 2)
    return ((pairs == pairs.max(axis=-1, keepdims=True)) * g[..., None]).reshape(x.shape)


@pytest.mark.checks("prop-ties", "prop-step")
def test_kinks_rules_at_kinks_and_tiny_steps(rng):
    def error(backward, x, step=1e-6):
        (result,) = gradient_check(lambda x: max_pool1d(x, 2), backward, [x], rng=rng, step=step)
        return result.relative_error

    def right(g, x):
        return max_pool1d_backward(g, x, 2)

    tied = np.repeat(rng.standard_normal((1, 3, 10)), 2, axis=2)
    moved = tied + rng.standard_normal(tied.shape) / 10
    for step in (1e-6, 1e-9):
        assert min(error(backward, tied, step) for backward in (right, to_each_maximum)) > 1e-6
        assert max(error(backward, moved, step) for backward in (right, to_each_maximum)) < 1e-6
    assert max(error(right, moved, 1e-12) for _ in range(20)) > 1e-6  # rounding, 1e-16 / 1e-12 and more
    x = np.zeros(1)  # relu(x) - relu(-x) is x
    assert relu_backward(np.ones(1), x) + relu_backward(-np.ones(1), -x) * -1 == 0


@pytest.mark.checks("prop-step")
def test_a_step_in_proportion_to_large_inputs(rng):
    def errors(size, step):
        draws = [[size * rng.standard_normal((20, 2))] for _ in range(20)]
        function, backward = (
            lambda x: batch_norm(x, eps=0.01),
            lambda g, x: batch_norm_backward(g, x, eps=0.01)[0],
        )
        return [gradient_check(function, backward, x, rng=rng, step=step)[0].relative_error for x in draws]

    assert max(errors(1, 1e-6)) < 1e-8
    assert max(errors(1e5, 1e-6)) > 1e-6
    assert max(errors(1e5, 0.1)) < 1e-8


@pytest.mark.checks("prop-step")
def test_bounds_of_the_three_ways():
    # exp at 0, where all derivatives are 1, with values that are wrong by e on purpose
    for e in (1e-4, 1e-6, 1e-8):
        for h in np.geomspace(1e-4, 0.5, 30):
            m = np.exp(h)  # bounds all derivatives between -h and h
            one = (np.exp(h) + e - (1 - e)) / h - 1
            two = (np.exp(h) + e - (np.exp(-h) - e)) / (2 * h) - 1
            slack = 1e-11  # rounding of the quotients themselves
            assert abs(one) <= m * h / 2 + 2 * e / h + slack
            assert abs(two) <= m * h**2 / 6 + e / h + slack
            complex_step = np.exp(1j * h).imag / h - 1
            assert abs(complex_step + h**2 / 6) <= h**4 / 120 + 1e-15
        grid = np.geomspace(1e-6, 10, 40_001)
        for bound, best, least in (
            (3 * grid / 2 + 2 * e / grid, 2 * sqrt(e / 3), 2 * sqrt(3 * e)),
            (3 * grid**2 / 6 + e / grid, (e) ** (1 / 3), (9 * e**2 * 3) ** (1 / 3) / 2),
        ):
            assert np.isclose(grid[bound.argmin()], best, rtol=1e-3)
            assert np.isclose(bound.min(), least, rtol=1e-6)


@pytest.mark.checks("prop-step")
def test_the_exercise_on_a_better_quotient():
    def better(phi, h):
        return (8 * (phi(h) - phi(-h)) - (phi(2 * h) - phi(-2 * h))) / (12 * h)

    for degree in range(5):
        assert np.isclose(better(lambda t, degree=degree: (t + 1.0) ** degree, 0.5), degree, rtol=0, atol=1e-12)
    assert np.isclose(better(lambda t: t**5, 0.5), -4 * 0.5**4)
    for h in (0.4, 0.2, 0.05):
        assert abs(better(np.exp, h) - 1) <= np.exp(2 * h) * h**4 / 18 + 1e-13
    e, grid = 1.1e-16, np.geomspace(1e-5, 1e-1, 100_001)
    bound = grid**4 / 18 + 1.5 * e / grid
    best = (27 * e / 4) ** 0.2
    assert np.isclose(grid[bound.argmin()], best, rtol=1e-3)
    assert np.isclose(bound.min(), 15 / 8 * e / best, rtol=1e-6)
    assert 8.5e-4 < best < 9.5e-4
    assert 2e-13 < bound.min() < 2.5e-13


@pytest.mark.checks("thm-one-direction")
def test_the_exercise_on_shuffled_channels():
    def shuffle(c, groups):
        return np.arange(c).reshape(groups, c // groups).T.ravel()

    for c in range(1, 25):
        for groups in (g for g in range(1, c + 1) if c % g == 0):
            once = shuffle(c, groups)
            back = once[shuffle(c, c // groups)]
            assert back.tolist() == list(range(c))
            own_inverse = once[once].tolist() == list(range(c))
            assert own_inverse == (groups in (1, c) or groups**2 == c)
    assert shuffle(6, 2).tolist() == [0, 3, 1, 4, 2, 5]
    assert shuffle(6, 2)[shuffle(6, 2)].tolist() == [0, 4, 3, 2, 1, 5]


@pytest.mark.checks("thm-one-direction")
def test_a_network_passes_and_learns(rng):
    dtype = np.float64
    network = Sequential(Conv2d(1, 3, 3, rng=rng, dtype=dtype), ReLU(), MaxPool2d(3, 2), Flatten())
    network = Sequential(*network, Linear(3 * 2 * 3, 4, rng=rng, dtype=dtype))
    x, labels = rng.standard_normal((6, 1, 7, 9)), rng.integers(0, 4, 6)
    parameters = [parameter for _, parameter in network.named_parameters()]

    def forward(x, *values):
        for parameter, value in zip(parameters, values, strict=True):
            parameter.data = value
        return network(x)

    def backward(g, x, *values):
        forward(x, *values)
        return (network.backward(g), *(parameter.grad for parameter in parameters))

    results = gradient_check(forward, backward, [x, *(parameter.data for parameter in parameters)], rng=rng)
    assert all(result.relative_error < 1e-6 for result in results)
    losses = []
    for _ in range(10):
        logits = network(x)
        losses.append(cross_entropy(logits, labels))
        for parameter in parameters:
            parameter.grad = None
        network.backward(cross_entropy_backward(1.0, logits, labels))
        for parameter in parameters:
            parameter.data = parameter.data - 0.02 * parameter.grad
    assert all(after < before for before, after in pairwise(losses))


@pytest.fixture(scope="module")
def gallery():
    """The names that the chapter's cells of the gallery define."""
    cells = [cell for cell in nbformat.read(CHAPTER, as_version=4).cells if cell.cell_type == "code"]
    names = {}
    exec("import numpy as np\nfrom cnn_course import *", names)
    for cell in cells:
        if any(f"def {name}(" in cell.source for name in ("popular_check", "nothing", "slope_at_output")):
            exec(cell.source, names)
        if any(f"{name}(" in cell.source for name in ("def overwriting", "def square_share", "def channels_last")):
            exec(cell.source, names)
        if cell.source.startswith("labels, kernel"):
            exec(cell.source, names)
    return names


@pytest.mark.checks("thm-one-direction")
@pytest.mark.parametrize("seed", range(4))
def test_the_gallery_in_other_draws(gallery, seed):
    rng = gallery["rng"] = np.random.default_rng([seed, 7])
    accepted = {  # by ones, the easy input, the loose tolerance
        "softmax: zeros": (True, None, False),
        "batch norm: two paths": (True, None, None),  # loose: when the missing path happens to be small
        "flatten: reshaped": (True, None, False),
        "max-pool: overwrites": (False, True, False),
        "relu: passes all": (False, True, False),
        "tanh: slope at y": (False, True, False),
        "cross-entropy: no 1/N": (False, True, False),
        "mean: square share": (False, True, False),
        "convolution: not turned": (False, True, False),
        "batch norm: M - 1": (True, None, True),
        "batch norm: no ε": (True, True, True),
    }
    assert list(accepted) == list(gallery["gallery"])
    for name, (usual, easy) in gallery["gallery"].items():
        function, backward, shape = usual
        x = gallery["draw_input"](shape)
        check = gallery["popular_check"]
        found = [check(function, backward, x, ones=True)]
        found += [easy and check(*easy[:2], gallery["draw_input"](easy[2]))]
        found += [check(function, backward, x, loose=True)]
        for expected, result in zip(accepted[name], found, strict=True):
            assert expected is None or bool(result) == expected, (name, found)
        (ours,) = gradient_check(function, backward, [x], rng=rng)
        assert ours.relative_error > 1e-6, name


@pytest.mark.checks("thm-one-direction")
def test_the_popular_checks_accept_what_is_right(gallery):
    right = [
        (softmax, softmax_backward, (5, 4)),
        (tanh, tanh_backward, (5, 7)),
        (lambda x: batch_norm(x, eps=0.01), lambda g, x: batch_norm_backward(g, x, eps=0.01)[0], (20, 2)),
    ]
    gallery["rng"] = np.random.default_rng(5)
    for function, backward, shape in right:
        for options in ({}, {"ones": True}, {"loose": True}):
            assert gallery["popular_check"](function, backward, gallery["draw_input"](shape), **options)

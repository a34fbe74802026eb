"""The statements of the chapter on training: exactly where expectations are finite sums, and on real networks."""

import re
from itertools import pairwise, product
from math import log, sqrt
from pathlib import Path

import nbformat
import numpy as np
import pytest

from cnn_course import (
    SGD,
    Adam,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    Parameter,
    ReLU,
    Sequential,
    cross_entropy,
    cross_entropy_backward,
    digits,
    fit,
    relu,
)

CHAPTER = Path(__file__).parents[2] / "book" / "4-3-training.ipynb"

RULES = {
    "SGD": lambda p: SGD(p, lr=0.1, weight_decay=0.01),
    "momentum": lambda p: SGD(p, lr=0.1, momentum=0.9),
    "Nesterov": lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda p: Adam(p, lr=0.01, weight_decay=0.01),
}


@pytest.fixture
def rng():
    return np.random.default_rng(20260403)


def dense(widths, rng):
    """Fully connected layers with a relu between them, in float64."""
    layers = []
    for inputs, outputs in pairwise(widths):
        layers += [Linear(inputs, outputs, rng=rng, dtype=np.float64), ReLU()]
    return Sequential(*layers[:-1])


def gradients(network, x, labels):
    """The loss of a batch; every parameter has its gradient afterwards."""
    scores = network(x)
    network.backward(cross_entropy_backward(1.0, scores, labels), needs_input_grad=False)
    return float(cross_entropy(scores, labels))


def parameters(network):
    return dict(network.named_parameters())


@pytest.mark.checks("lem-equal-units")
@pytest.mark.parametrize("rule", RULES)
def test_equal_units_stay_equal(rule, rng):
    network = dense((5, 7, 3), rng)
    first, second = network[0], network[2]
    first.weight.data[4], first.bias.data[4] = first.weight.data[1], first.bias.data[1]
    second.weight.data[:, 4] = second.weight.data[:, 1]
    optimizer = RULES[rule](network.named_parameters())
    start = first.weight.data[1].copy()
    for _ in range(20):
        gradients(network, rng.standard_normal((11, 5)), rng.integers(3, size=11))
        optimizer.step()
    np.testing.assert_allclose(first.weight.data[4], first.weight.data[1], rtol=1e-9)
    np.testing.assert_allclose(second.weight.data[:, 4], second.weight.data[:, 1], rtol=1e-9)
    assert np.abs(first.weight.data[1] - start).max() > 0.01  # they have moved
    assert np.abs(first.weight.data[2] - first.weight.data[1]).max() > 0.01  # and others differ


@pytest.mark.checks("lem-equal-units")
def test_zero_weights_leave_a_gradient_in_the_last_biases_alone(rng):
    network = dense((5, 7, 6, 3), rng)
    for parameter in parameters(network).values():
        parameter.data[:] = 0
    assert gradients(network, rng.standard_normal((11, 5)), np.arange(11) % 2) == pytest.approx(log(3))
    moved = [name for name, parameter in network.named_parameters() if parameter.grad.any()]
    assert moved == ["4.bias"]


def expectations(values, probabilities, x, tau_bias=0.0):
    """E z^2 and E max(z, 0)^2 over all choices of independent weights, exactly."""
    square = half = 0.0
    for chosen in product(range(len(values)), repeat=len(x)):
        weight = np.prod([probabilities[i] for i in chosen])
        z = sum(values[i] * t for i, t in zip(chosen, x, strict=True)) + tau_bias
        square, half = square + weight * z**2, half + weight * max(z, 0) ** 2
    return square, half


@pytest.mark.checks("prop-initial-variance")
@pytest.mark.parametrize("n", [1, 2, 5, 7])
def test_variance_of_an_output_for_weights_that_are_no_normal_ones(n, rng):
    x = rng.standard_normal(n)
    values, probabilities = (-3.0, -0.5, 0.0, 0.5, 3.0), (0.1, 0.2, 0.4, 0.2, 0.1)
    variance = sum(p * v**2 for v, p in zip(values, probabilities, strict=True))
    square, half = expectations(values, probabilities, x)
    assert square == pytest.approx(n * variance * (x**2).mean())
    assert half == pytest.approx(n * variance * (x**2).mean() / 2)


@pytest.mark.checks("prop-initial-variance")
def test_variance_needs_each_hypothesis():
    n, tau = 5, 0.5
    square, _ = expectations((1 - tau, 1 + tau), (0.5, 0.5), np.ones(n))  # mean 1
    assert square == pytest.approx(n * tau**2 + n**2)
    x = np.array([1.0, -1, -1, 1, -1])
    w = x / np.linalg.norm(x)  # depends on x; with random signs its entries have mean 0 and variance 1 / n
    assert (w @ x) ** 2 == pytest.approx(n)
    square, half = expectations((2.0, -1.0), (1 / 3, 2 / 3), np.ones(1))  # not symmetric
    assert square == pytest.approx(2)
    assert half == pytest.approx(4 / 3)
    square, _ = expectations((-tau, tau), (0.5, 0.5), np.ones(n), tau_bias=3.0)
    assert square == pytest.approx(n * tau**2 + 9)
    assert np.mean([(s * tau + s * tau) ** 2 for s in (-1, 1)]) == 2 * (2 * tau**2)  # two equal weights
    layers = [(w, sign * abs(w)) for w in (-2, -1, 1, 2) for sign in (-1, 1)]  # the second depends on the first
    assert np.mean([w**2 for w, _ in layers]) == np.mean([v**2 for _, v in layers]) == 2.5
    assert np.mean([(v * max(w, 0)) ** 2 for w, v in layers]) == pytest.approx(34 / 8)
    assert 2.5**2 / 2 == 25 / 8


@pytest.mark.checks("prop-initial-variance")
def test_random_scores_cost_more_than_equal_ones(rng):
    scores = rng.standard_normal((20_000, 10))  # the labels may as well be the first class
    losses = np.log(np.exp(scores).sum(axis=1)) - scores[:, 0]
    assert losses.mean() > log(10) + 0.1
    assert (np.log(np.exp(scores).mean(axis=1)) >= scores.mean(axis=1)).all()


@pytest.mark.checks("rem-backward-variance")
def test_the_forward_rule_scales_gradients_by_one_factor_for_the_whole_stack(rng):
    widths = (211, 397, 307, 503)
    a, weights, outputs = rng.standard_normal((600, widths[0])), [], []
    for n, o in pairwise(widths):
        weights.append(rng.normal(0, sqrt(2 / n), (o, n)))
        outputs.append(a @ weights[-1].T)
        a = relu(outputs[-1])
    g = rng.standard_normal(a.shape)
    for w, z in zip(weights[::-1], outputs[::-1], strict=True):
        g = (g * (z > 0)) @ w
    assert (g**2).mean() == pytest.approx(widths[-1] / widths[0], rel=0.1)  # sampling: a few percent


@pytest.mark.checks("def-update-rules")
def test_rules_are_those_of_the_definition(rng):
    steps, eta, mu, beta1, beta2, eps = rng.standard_normal((6, 4)), 0.1, 0.9, 0.9, 0.999, 1e-8
    ends = {}
    for name in ("SGD", "momentum", "Nesterov", "Adam"):
        w, v, m = np.ones(4), np.zeros(4), np.zeros(4)
        for t, g in enumerate(steps, start=1):
            if name == "Adam":
                m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
                w = w - eta * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
            else:
                v = (mu if name != "SGD" else 0) * v + g
                w = w - eta * (g + mu * v if name == "Nesterov" else v)
        ends[name] = w
    made = {
        "SGD": lambda p: SGD(p, lr=eta),
        "momentum": lambda p: SGD(p, lr=eta, momentum=mu),
        "Nesterov": lambda p: SGD(p, lr=eta, momentum=mu, nesterov=True),
        "Adam": lambda p: Adam(p, lr=eta),
    }
    for name, make in made.items():
        w = Parameter(np.ones(4))
        optimizer = make([("w", w)])
        for g in steps:
            w.grad = g.copy()
            optimizer.step()
        np.testing.assert_allclose(w.data, ends[name], rtol=1e-12)


@pytest.mark.checks("def-update-rules")
@pytest.mark.parametrize("scale", [1e-3, 7.0, 1e4])
def test_steps_of_adam_do_not_depend_on_the_scale_of_the_loss(scale, rng):
    ends = []
    steps = rng.standard_normal((9, 5))
    for factor in (1.0, scale):
        w = Parameter(np.ones(5))
        optimizer = Adam([("w", w)], lr=0.1, eps=0)
        for g in steps:
            w.grad = factor * g
            optimizer.step()
        ends.append(w.data)
    np.testing.assert_allclose(*ends, rtol=1e-10)


def bowl(rng, eigenvalues):
    """A symmetric matrix with these eigenvalues, and its eigenvectors in columns."""
    basis, _ = np.linalg.qr(rng.standard_normal((len(eigenvalues),) * 2))
    return basis @ np.diag(eigenvalues) @ basis.T, basis


@pytest.mark.checks("prop-descent-on-a-bowl")
def test_descent_on_a_bowl(rng):
    eigenvalues = np.array([0.7, 1.3, 2.9, 4.1])
    matrix, basis = bowl(rng, eigenvalues)
    goal, w = rng.standard_normal((2, 4))
    for eta in (0.1, 0.4, 0.6):
        after = w - eta * matrix @ (w - goal)
        np.testing.assert_allclose(basis.T @ (after - goal), (1 - eta * eigenvalues) * (basis.T @ (w - goal)))
    for eta, converges in ((0.99 * 2 / 4.1, True), (2 / 4.1, False), (1.01 * 2 / 4.1, False)):
        e = w - goal
        for _ in range(2000):
            e = e - eta * matrix @ e
        assert (np.linalg.norm(e) < 1e-6) == converges
    rates = np.linspace(0.01, 0.6, 2000)
    worst = np.abs(1 - np.outer(rates, eigenvalues)).max(axis=1)
    kappa = 4.1 / 0.7
    assert worst.min() >= (kappa - 1) / (kappa + 1) - 1e-12
    assert np.abs(1 - 2 / 4.8 * eigenvalues).max() == pytest.approx((kappa - 1) / (kappa + 1))


def radius(eta, mu, eigenvalues):
    return max(np.abs(np.roots([1, -(1 + mu - eta * a), mu])).max() for a in eigenvalues)


@pytest.mark.checks("prop-heavy-ball")
@pytest.mark.parametrize("kappa", [1.5, 9.0, 400.0])
def test_no_momentum_is_better_than_the_best(kappa, rng):
    a = 0.3
    eigenvalues = (a, a * sqrt(kappa), a * kappa)
    best = (sqrt(kappa) - 1) / (sqrt(kappa) + 1)
    eta = 4 / (sqrt(a * kappa) + sqrt(a)) ** 2
    assert radius(eta, best**2, eigenvalues) == pytest.approx(best, abs=1e-6)  # double roots: half of the digits
    for _ in range(3000):
        assert radius(eta * rng.uniform(0, 3), rng.uniform(0, 1), eigenvalues) >= best - 1e-6
    e = [1.0, 1 - eta * a]  # the recursion is that of the package's steps
    w = Parameter(np.ones(1))
    optimizer = SGD([("w", w)], lr=eta, momentum=best**2)
    for t in range(1, 40):
        w.grad = a * w.data
        optimizer.step()
        assert w.data.item() == pytest.approx(e[t], abs=1e-12)
        e.append((1 + best**2 - eta * a) * e[t] - best**2 * e[t - 1])
        assert abs(e[t]) <= 2 * (t + 1) * best**t


@pytest.mark.checks("prop-heavy-ball")
@pytest.mark.parametrize("mu", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("nesterov", [False, True])
def test_rates_at_which_momentum_converges(mu, nesterov):
    curvature = np.array([0.7, 1.9, 4.1])
    limit = 2 * (1 + mu) / ((1 + 2 * mu) if nesterov else 1) / 4.1
    for eta, converges in ((0.05 * limit, True), (0.97 * limit, True), (1.03 * limit, False)):
        w = Parameter(np.ones(3))
        optimizer = SGD([("w", w)], lr=eta, momentum=mu, nesterov=nesterov and mu > 0)
        for _ in range(2000):
            w.grad = curvature * w.data
            optimizer.step()
        assert (np.abs(w.data).max() < 1e-6) == converges


@pytest.mark.checks("def-update-rules")
def test_steps_of_adam_for_random_signs_are_about_a_quarter_of_the_rate(rng):
    w = Parameter(np.zeros(4000))
    optimizer = Adam([("w", w)], lr=0.1)
    for _ in range(100):
        before = w.data.copy()
        w.grad = rng.choice([-1.0, 1.0], 4000)
        optimizer.step()
    step = np.sqrt(((w.data - before) ** 2).mean())
    assert step == pytest.approx(0.1 * sqrt(0.1 / 1.9), rel=0.05)  # 0.23 of the rate


@pytest.mark.checks("eq-noise-floor")
def test_floor_of_the_noise():
    for eta, a, r in ((0.5, 1.0, 2.0), (0.1, 3.0, 0.7), (0.9, 2.0, 1.0)):
        square = 100.0
        for _ in range(5000):
            square = (1 - eta * a) ** 2 * square + eta**2 * r
        assert square == pytest.approx(eta * r / (a * (2 - eta * a)))


@pytest.mark.checks("rem-decay-of-adam")
def test_decay_and_penalty_in_sgd_and_in_adam(rng):
    start, steps = rng.standard_normal(4), rng.standard_normal((5, 4)) * [0.01, 0.1, 1, 10]
    ends = {}
    for name, make in (("SGD", SGD), ("Adam", Adam)):
        decayed, multiplied = Parameter(start.copy()), Parameter(start.copy())
        with_decay = make([("w", decayed)], 0.01, weight_decay=0.5)
        without = make([("w", multiplied)], 0.01)
        for g in steps:
            decayed.grad = multiplied.grad = g
            with_decay.step()
            multiplied.data *= 1 - 0.01 * 0.5  # decoupled: the factor first, then the step from there
            without.step()
        ends[name] = np.abs(decayed.data - multiplied.data)
    assert ends["SGD"].max() < 1e-12
    assert ends["Adam"].max() > 1e-3


@pytest.mark.checks("rem-decay-of-adam")
def test_momentum_adds_up_the_penalty():
    w = Parameter(np.ones(1))
    optimizer = SGD([("w", w)], lr=0.001, momentum=0.9, weight_decay=0.1)
    for _ in range(3000):
        w.grad = np.zeros(1)
        optimizer.step()
    assert -log(w.data.item()) == pytest.approx(10 * 3000 * 0.001 * 0.1, rel=0.01)  # 1 / (1 - 0.9) times as fast


@pytest.fixture
def normed(rng):
    """A network whose first weight stands before a batch normalisation with eps = 0, with a batch."""
    drawn = {"rng": rng, "dtype": np.float64}
    first = Conv2d(2, 3, 3, bias=False, **drawn)
    network = Sequential(
        first, BatchNorm2d(3, eps=0, dtype=np.float64), ReLU(), MaxPool2d(2), Flatten(), Linear(12, 4, **drawn)
    )
    return network, first.weight, rng.standard_normal((7, 2, 7, 7)), rng.integers(4, size=7)


@pytest.mark.checks("prop-weights-without-a-size")
@pytest.mark.parametrize("alpha", [0.01, 3.0, 50.0])
def test_weights_before_a_normalisation_have_no_size(normed, alpha):
    network, weight, x, labels = normed
    w = weight.data.copy()
    loss = gradients(network, x, labels)
    g = weight.grad.copy()
    assert np.vdot(g, w) == pytest.approx(0, abs=1e-12)
    weight.data[:] = alpha * w
    assert gradients(network, x, labels) == pytest.approx(loss)
    np.testing.assert_allclose(weight.grad, g / alpha, rtol=1e-6, atol=1e-12)
    eta, decay = 0.3, 0.1
    np.testing.assert_allclose(alpha * w - alpha**2 * eta * weight.grad, alpha * (w - eta * g), rtol=1e-6)
    new = (1 - eta * decay) * w - eta * g
    assert (new**2).sum() == pytest.approx((1 - eta * decay) ** 2 * (w**2).sum() + eta**2 * (g**2).sum())


@pytest.mark.checks("prop-weights-without-a-size")
def test_with_an_epsilon_or_in_evaluation_the_size_counts(normed):
    network, weight, x, labels = normed
    loss = gradients(network, x, labels)
    network[1].eps = 0.1
    losses = []
    for alpha in (1.0, 3.0):
        weight.data *= alpha
        losses.append(gradients(network, x, labels))
    assert abs(losses[0] - losses[1]) > 1e-4
    assert abs(losses[0] - loss) > 1e-4


@pytest.mark.checks("prop-weights-without-a-size")
def test_a_bias_before_a_normalisation_has_no_gradient(rng):
    drawn = {"rng": rng, "dtype": np.float64}
    network = Sequential(Linear(5, 7, **drawn), BatchNorm1d(7, dtype=np.float64), ReLU(), Linear(7, 3, **drawn))
    gradients(network, rng.standard_normal((11, 5)), rng.integers(3, size=11))
    assert np.abs(network[0].bias.grad).max() < 1e-12
    assert np.abs(network[0].weight.grad).max() > 1e-3


def wilson(wrong, n, z=1.96):
    share, extra = wrong / n, z**2 / n
    half = z * np.sqrt(share * (1 - share) / n + extra / (4 * n))
    return (share + extra / 2 - half) / (1 + extra), (share + extra / 2 + half) / (1 + extra)


@pytest.mark.checks("prop-counted-errors")
@pytest.mark.parametrize("p", [0.003, 0.006, 0.02, 0.3])
def test_counted_errors(p, rng):
    n = 10_000
    wrong = (rng.random((200, n)) < p).sum(axis=1)
    assert wrong.mean() / n == pytest.approx(p, abs=4 * sqrt(p * (1 - p) / n / 200))
    assert wrong.std() / n == pytest.approx(sqrt(p * (1 - p) / n), rel=0.2)
    for count in (0, 3, 60, n):
        for end in wilson(count, n):  # the ends are where the count is 1.96 standard deviations away
            distance = abs(count / n - end)
            assert distance == pytest.approx(1.96 * sqrt(max(end * (1 - end), 0) / n), rel=1e-6, abs=1e-9)
    low, high = wilson(rng.binomial(n, p, 20_000), n)
    assert 0.94 < np.mean((low <= p) & (p <= high)) < 0.965  # a discrete distribution: not exactly 95 %


def dead_unit(network, layer, unit):
    network[layer].bias.data[unit] = -100.0


@pytest.mark.checks("prop-dead-relu")
def test_a_dead_unit_has_no_gradient(rng):
    network = dense((5, 7, 6, 3), rng)
    dead_unit(network, 2, 4)
    x, labels = rng.standard_normal((11, 5)), rng.integers(3, size=11)
    gradients(network, x, labels)
    assert not network[2].weight.grad[4].any()
    assert not network[2].bias.grad[4]
    assert network[2].weight.grad.any()


@pytest.mark.checks("prop-dead-relu")
def test_behind_a_dead_layer_nothing_sees_the_image(rng):
    network = dense((5, 7, 6, 3), rng)
    network[2].bias.data[:] = -100.0
    x, labels = rng.standard_normal((23, 5)), np.arange(23) % 3
    before = {name: p.data.copy() for name, p in network.named_parameters()}
    optimizer = SGD(network.named_parameters(), lr=0.5)
    for _ in range(400):
        loss = gradients(network, x, labels)
        optimizer.step()
    after = {name: p.data for name, p in network.named_parameters()}
    for name in ("0.weight", "0.bias", "2.weight", "2.bias", "4.weight"):
        assert np.array_equal(before[name], after[name]), name
    assert not np.array_equal(before["4.bias"], after["4.bias"])
    assert np.ptp(network(x), axis=0).max() == 0
    share = np.bincount(labels) / len(labels)
    entropy = -(share * np.log(share)).sum()
    assert loss == pytest.approx(entropy)
    assert entropy < log(3)


@pytest.mark.checks("prop-dead-relu")
def test_decay_of_the_layers_before_may_bring_a_unit_back():
    factor, w1, w2, b = 0.99, 1.0, -2.0, 1.0  # one unit, behind x = relu(w1): no gradient, all decay alike
    signs = []
    for _ in range(100):
        signs.append(w2 * max(w1, 0) + b > 0)
        w1, w2, b = factor * w1, factor * w2, factor * b
    assert not any(signs[:69])
    assert all(signs[69:])


def digits_network(rng):
    """The network of the chapter."""
    layers, drawn = [], {"rng": rng, "dtype": np.float64}
    for inputs, outputs in ((1, 8), (8, 16)):
        layers += [Conv2d(inputs, outputs, 3, padding=1, **drawn), ReLU(), MaxPool2d(2)]
    network = Sequential(*layers, Flatten(), Linear(64, 10, **drawn))
    for parameter in parameters(network).values():
        weight = parameter.data
        weight[:] = rng.normal(0, sqrt(2 / weight[0].size), weight.shape) if weight.ndim > 1 else 0
    return network


@pytest.mark.checks("prop-dead-relu")
@pytest.mark.parametrize(("rule", "rate", "options"), [(SGD, 3.0, {}), (SGD, 1.0, {"momentum": 0.9}), (Adam, 1.0, {})])
@pytest.mark.parametrize("seed", range(3))
def test_the_runs_of_the_chapter_with_a_large_rate_end_with_a_dead_layer(seed, rule, rate, options):
    images, labels = digits()
    training = np.random.default_rng(2026).permutation(len(images))[:1000]
    images, labels = images[training].astype(np.float64), labels[training]
    network = digits_network(np.random.default_rng(seed))
    optimizer = rule(network.named_parameters(), lr=rate, **options)
    options = {"epochs": 4, "batch_size": 50, "rng": np.random.default_rng(1), "progress": False}
    history = fit(network, optimizer, images, labels, **options)
    assert (network[:5](images).max(axis=(0, 2, 3)) == 0).all()  # up to the second relu
    assert abs(history[-1]["loss"] - log(10)) < 0.2  # the last biases are still thrown about


@pytest.mark.checks("prop-dead-relu")
def test_no_constant_scores_have_a_smaller_loss_than_the_entropy(rng):
    for _ in range(200):
        share = rng.dirichlet(np.ones(5))
        scores = rng.normal(0, 2, 5)
        softmax = np.exp(scores) / np.exp(scores).sum()
        loss = -(share * np.log(softmax)).sum()
        assert loss >= -(share * np.log(share)).sum()
    assert -(np.full(10, 0.1) * np.log(0.1)).sum() == pytest.approx(log(10))


@pytest.mark.checks("prop-dead-relu")
def test_what_may_bring_a_dead_unit_back(rng):
    x, labels = rng.standard_normal((23, 5)), np.arange(23) % 3

    network = dense((5, 7, 3), rng)  # a velocity from before its death moves the unit on
    optimizer = SGD(network.named_parameters(), lr=0.1, momentum=0.9)
    gradients(network, x, labels)
    optimizer.step()
    network[0].bias.data[4] = -100.0
    w = network[0].weight.data[4].copy()
    gradients(network, x, labels)
    assert not network[0].weight.grad[4].any()
    optimizer.step()
    assert not np.array_equal(network[0].weight.data[4], w)
    for decayed_bias, comes_back in ((True, False), (False, True)):  # decay of w alone lets a positive b through
        network = dense((5, 7, 3), rng)
        images = np.abs(x) + 1
        network[0].weight.data[4], network[0].bias.data[4] = -1.0, 0.5
        names = [("w", network[0].weight)] + ([("b", network[0].bias)] if decayed_bias else [])
        optimizer = SGD(names, lr=0.1, weight_decay=1.0)
        for _ in range(60):
            gradients(network, images, labels)
            optimizer.step()
        assert (network[0](images)[:, 4].max() > 0) == comes_back


@pytest.mark.checks("prop-dead-relu")
def test_a_new_batch_normalisation_revives_a_dead_layer(rng):
    x, labels = rng.standard_normal((23, 5)), np.arange(23) % 3
    first, last = dense((5, 7, 3), rng)[::2]
    first.bias.data[:] = -100.0
    for layers, alive in (([], False), ([BatchNorm1d(7, dtype=np.float64)], True)):
        network = Sequential(first, *layers, ReLU(), last)
        gradients(network, x, labels)
        assert bool(first.weight.grad.any()) == alive


@pytest.mark.checks("def-update-rules")
def test_momentum_adds_up_a_constant_gradient():
    w = Parameter(np.zeros(1))
    optimizer = SGD([("w", w)], lr=0.1, momentum=0.9)
    for _ in range(400):
        before = w.data.item()
        w.grad = np.ones(1)
        optimizer.step()
    assert before - w.data.item() == pytest.approx(1.0)  # as a rate of 1 without momentum


def test_the_chapter_looks_at_its_test_images_once():
    cells = [cell.source for cell in nbformat.read(CHAPTER, as_version=4).cells if cell.cell_type == "code"]
    assert sum("images[test]" in source for source in cells) == 1
    slices = {found for source in cells for found in re.findall(r"order\[[^]]*\]", source)}
    assert slices == {"order[:1000]", "order[1000:1400]", "order[1400:]", "order[:1400]"}

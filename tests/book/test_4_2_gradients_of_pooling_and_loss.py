"""The statements of the chapter on the gradients of poolings, activations and losses."""

from itertools import product
from math import ceil, floor, pi, sqrt

import numpy as np
import pytest

from cnn_course import (
    avg_pool1d,
    avg_pool1d_backward,
    avg_pool2d_backward,
    batch_norm,
    batch_norm_backward,
    cross_entropy,
    cross_entropy_backward,
    gradient_check,
    max_pool1d,
    max_pool1d_backward,
    max_pool2d_backward,
    mse_loss,
    mse_loss_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    tanh,
    tanh_backward,
)

GEOMETRIES = [(n, r, s) for n, r, s in product(range(1, 12), range(1, 6), range(1, 5)) if r <= n]


@pytest.fixture
def rng():
    return np.random.default_rng(20260402)


def row(values):
    """A signal as one image with one channel."""
    return np.array(values, dtype=float)[None, None]


def windows_of(k, n, r, s):
    """The formula of the theorem."""
    outputs = (n - r) // s + 1
    return range(max(0, ceil((k - r + 1) / s)), min(outputs - 1, floor(k / s)) + 1)


@pytest.mark.checks("def-layer-errors", "eq-two-errors")
def test_the_second_error_is_the_first_times_the_slope(rng):
    z, g = rng.standard_normal((3, 5)), 1 + rng.random((3, 5))  # positive, so that a wrong factor cannot cancel
    slopes = {
        (sigmoid, sigmoid_backward): sigmoid(z) * (1 - sigmoid(z)),
        (tanh, tanh_backward): 1 - tanh(z) ** 2,
        (relu, relu_backward): (z > 0) * 1.0,
    }
    for (function, backward), slope in slopes.items():
        y, by_y = function(z), {sigmoid: lambda y: y * (1 - y), tanh: lambda y: 1 - y**2, relu: lambda y: y > 0}
        assert np.allclose(backward(g, z), g * slope, rtol=0, atol=1e-14)
        assert np.allclose(by_y[function](y), slope, rtol=0, atol=1e-14)
        # moving all entries together is moving one bias, whose gradient is the sum of the second error
        quotient = (g * (function(z + 1e-6) - function(z - 1e-6))).sum() / 2e-6
        assert np.isclose(quotient, backward(g, z).sum(), atol=1e-7)
        if function is not relu:
            assert not np.isclose(quotient, g.sum(), atol=1e-2)
            assert not np.isclose(quotient, (g * slope * slope).sum(), atol=1e-2)
    assert not np.allclose(tanh_backward(g, tanh(z)), g * (1 - tanh(z) ** 2), atol=1e-2)
    assert relu_backward(np.ones(1), np.zeros(1)).item() == 0


@pytest.mark.checks("thm-pooling-gradient", "eq-windows-of-position")
def test_which_windows_contain_a_position():
    for n, r, s in GEOMETRIES:
        outputs = range((n - r) // s + 1)
        for k in range(n):
            assert list(windows_of(k, n, r, s)) == [i for i in outputs if i * s <= k <= i * s + r - 1]
        if r == s:
            assert all(list(windows_of(k, n, r, s)) == [k // r] for k in range(len(outputs) * r))


@pytest.mark.checks("thm-pooling-gradient", "eq-max-pool-gradient", "eq-avg-pool-gradient")
def test_gradients_of_pooling_by_the_formulas(rng):
    for n, r, s in GEOMETRIES:
        x = row(rng.permutation(n))
        outputs = (n - r) // s + 1
        g = rng.standard_normal((1, 1, outputs))
        winner = [i * s + x[0, 0, i * s : i * s + r].argmax() for i in range(outputs)]
        largest = [sum(g[0, 0, i] for i in windows_of(k, n, r, s) if winner[i] == k) for k in range(n)]
        mean = [sum(g[0, 0, i] for i in windows_of(k, n, r, s)) / r for k in range(n)]
        found = max_pool1d_backward(g, x, r, stride=s), avg_pool1d_backward(g, x, r, stride=s)
        assert np.allclose(found[0].ravel(), largest, rtol=0, atol=1e-14)
        assert np.allclose(found[1].ravel(), mean, rtol=0, atol=1e-14)
        assert np.allclose([gradient.sum() for gradient in found], g.sum(), rtol=0, atol=1e-13)


@pytest.mark.checks("thm-pooling-gradient")
def test_the_derivatives_of_pooling_are_those_of_the_forward_pass(rng):
    for n, r, s in ((7, 3, 2), (7, 2, 2), (9, 2, 3), (6, 3, 1)):
        x = row(rng.permutation(n))
        for pool, backward in ((max_pool1d, max_pool1d_backward), (avg_pool1d, avg_pool1d_backward)):
            for i in range((n - r) // s + 1):
                g = np.zeros((1, 1, (n - r) // s + 1))
                g[0, 0, i] = 1
                derivatives = [
                    (pool(x + 0.25 * unit, r, stride=s) - pool(x - 0.25 * unit, r, stride=s))[0, 0, i] / 0.5
                    for unit in np.eye(n)  # exact: the values are at least 1 apart, and the means linear
                ]
                assert np.allclose(backward(g, x, r, stride=s).ravel(), derivatives, rtol=0, atol=1e-14)


@pytest.mark.checks("thm-pooling-gradient")
def test_ranges_and_strides_of_the_notes(rng):
    for r, s in ((2, 1), (3, 1), (2, 2), (3, 2), (2, 3)):
        n = r + 3 * s
        x, g = row(rng.permutation(n)), rng.standard_normal((1, 1, 4))
        right = avg_pool1d_backward(g, x, r, stride=s).ravel()
        wrong = np.array([g[0, 0, k : k + r].sum() / r for k in range(n)])
        assert np.abs(wrong - right).max() > 0.01
        without_stride = [x[0, 0, i : i + r].mean() for i in range(4)]
        assert np.allclose(avg_pool1d(x, r, stride=s).ravel(), without_stride) == (s == 1)
        before = np.array([g[0, 0, max(0, k - r + 1) : k + 1].sum() / r for k in range(n)])
        assert np.allclose(before, right) == (s == 1)


@pytest.mark.checks("thm-pooling-gradient")
def test_images_take_one_range_on_each_axis(rng):
    height, width, size, stride = 7, 8, (3, 2), (2, 3)
    x = rng.permutation(height * width).reshape(1, 1, height, width).astype(float)
    g = rng.standard_normal((1, 1, 3, 3))
    mean, largest = np.zeros((2, height, width))
    for k, l in np.ndindex(height, width):
        for i, j in product(windows_of(k, height, 3, 2), windows_of(l, width, 2, 3)):
            window = x[0, 0, 2 * i : 2 * i + 3, 3 * j : 3 * j + 2]
            mean[k, l] += g[0, 0, i, j] / 6
            largest[k, l] += g[0, 0, i, j] * (window.max() == x[0, 0, k, l])
    assert np.allclose(avg_pool2d_backward(g, x, size, stride=stride)[0, 0], mean, rtol=0, atol=1e-14)
    assert np.allclose(max_pool2d_backward(g, x, size, stride=stride)[0, 0], largest, rtol=0, atol=1e-14)
    side_by_side = avg_pool2d_backward(g, np.zeros((1, 1, 6, 6)), 2)
    assert np.allclose(side_by_side[0, 0], np.kron(g[0, 0], np.full((2, 2), 1 / 4)))


@pytest.mark.checks("prop-ties")
def test_subgradients_of_a_maximum(rng):
    x = np.array([2.0, 7, 7, 1])
    directions = np.concatenate(
        [rng.standard_normal((200, 4)), np.ones((1, 4)), -np.ones((1, 4)), np.eye(4), -np.eye(4)]
    )
    candidates = {
        "first": ([0, 1, 0, 0], True),
        "equal": ([0, 0.5, 0.5, 0], True),
        "uneven": ([0, 0.2, 0.8, 0], True),
        "full": ([0, 1, 1, 0], False),
        "too little": ([0, 0.4, 0.4, 0], False),
        "negative": ([0, -0.5, 1.5, 0], False),
        "elsewhere": ([0.1, 0.9, 0, 0], False),
    }
    for q, legitimate in candidates.values():
        holds = [(x + t * v).max() >= 7 + t * np.dot(q, v) - 1e-12 for v in directions for t in (0.01, 1, 10)]
        assert all(holds) == legitimate
    assert (np.add(x, [0, 1, 0, 0]).max() - 7, np.subtract(x, [0, 1, 0, 0]).max() - 7) == (1, 0)
    assert max_pool1d_backward(np.ones((1, 1, 1)), row(x), 4).ravel().tolist() == [0, 1, 0, 0]
    zeros = max_pool1d_backward(np.ones((1, 1, 2)), row([0, 0, 0, 0]), 2).ravel()  # behind a relu
    assert zeros.tolist() == [1, 0, 1, 0]


@pytest.mark.checks("def-losses")
def test_losses_by_their_definitions(rng):
    z, labels = rng.standard_normal((5, 4)), rng.integers(0, 4, 5)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert np.isclose(cross_entropy(z, labels), -np.log([p[n, t] for n, t in enumerate(labels)]).mean())
    y, t = rng.standard_normal((2, 5, 3))
    half = sum(((y[n] - t[n]) ** 2).sum() / 2 for n in range(5)) / 5
    assert np.isclose(half, mse_loss(y, t) * 3 / 2)
    (check,) = gradient_check(
        lambda y: np.float64(((y - t) ** 2).sum() / 10), lambda g, y: g * (y - t) / 5, [y], rng=rng
    )
    assert check.relative_error < 1e-8
    assert np.allclose(mse_loss_backward(1.0, y, t), 2 * (y - t) / 15)
    density = [np.exp(-((a - b) ** 2) / 2) / sqrt(2 * pi) for a, b in zip(y.ravel(), t.ravel(), strict=True)]
    constant = 15 * np.log(sqrt(2 * pi))
    assert np.isclose(-np.log(density).sum(), ((y - t) ** 2).sum() / 2 + constant)


@pytest.mark.checks("thm-cross-entropy", "eq-log-sum-exp", "eq-cross-entropy-gradient")
def test_cross_entropy_in_the_logits(rng):
    z, labels = 3 * rng.standard_normal((7, 5)), rng.integers(0, 5, 7)
    (check,) = gradient_check(
        lambda z: cross_entropy(z, labels), lambda g, z: cross_entropy_backward(g, z, labels), [z], rng=rng
    )
    assert check.relative_error < 1e-8
    gradient = cross_entropy_backward(1.0, z, labels)
    assert np.allclose(gradient, (softmax(z) - np.eye(5)[labels]) / 7, rtol=0, atol=1e-15)
    assert np.allclose(gradient.sum(axis=1), 0, atol=1e-15)
    assert np.abs(gradient).max() <= 1 / 7
    for m in (-2.0, 0.0, 5.0):
        terms = np.log(np.exp(z - m).sum(axis=1)) - (z[np.arange(7), labels] - m)
        assert np.isclose(terms.mean(), cross_entropy(z, labels))
    sums = np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)
    assert ((sums >= 1) & (sums <= 5)).all()
    for size in (1e4, 1e8):
        large = size * z
        assert np.isfinite(cross_entropy(large, labels))
        assert np.isfinite(cross_entropy_backward(1.0, large, labels)).all()


@pytest.mark.checks("prop-softmax-jacobian")
def test_derivatives_of_the_softmax(rng):
    z, g = rng.standard_normal((2, 3, 5))
    (check,) = gradient_check(softmax, softmax_backward, [z], rng=rng)
    assert check.relative_error < 1e-8
    p = softmax(z)
    for n in range(3):
        jacobian = np.diag(p[n]) - np.outer(p[n], p[n])
        assert np.allclose(softmax_backward(g, z)[n], jacobian.T @ g[n], rtol=0, atol=1e-15)
    assert np.allclose(softmax_backward(g, z).sum(axis=1), 0, atol=1e-15)
    assert np.allclose(softmax_backward(np.full((3, 5), 4.0), z), 0, atol=1e-15)
    labels = np.array([4, 0, 2])
    upstream = np.zeros((3, 5))
    upstream[range(3), labels] = -1 / p[range(3), labels] / 3
    assert np.allclose(softmax_backward(upstream, z), cross_entropy_backward(1.0, z, labels), rtol=0, atol=1e-15)


@pytest.mark.checks("thm-batch-norm-gradient", "eq-batch-norm-gradient")
def test_the_three_paths_of_batch_norm(rng):
    x, g = rng.standard_normal((2, 3, 2, 5, 7))
    weight, bias = rng.standard_normal((2, 2))
    for eps in (0.0, 1e-5, 0.7):
        checks = gradient_check(
            lambda x, w, b, eps=eps: batch_norm(x, w, b, eps=eps),
            lambda g, x, w, b, eps=eps: batch_norm_backward(g, x, w, b, eps=eps),
            [x, weight, bias],
            rng=rng,
        )
        assert all(check.relative_error < 1e-8 for check in checks)
        in_x, in_weight, in_bias = batch_norm_backward(g, x, weight, bias, eps=eps)
        for c in range(2):
            u, v, m = x[:, c].ravel(), g[:, c].ravel(), 105
            rho = np.sqrt(u.var() + eps)
            x_hat = (u - u.mean()) / rho
            formula = weight[c] / rho * (v - v.mean() - x_hat * (v * x_hat).mean())
            assert np.allclose(in_x[:, c].ravel(), formula, rtol=0, atol=1e-13)
            assert np.isclose(in_bias[c], m * v.mean())
            assert np.isclose(in_weight[c], m * (v * x_hat).mean())
            assert np.isclose(formula.sum(), 0, atol=1e-12)
            inner = weight[c] * eps / rho**3 * m * (v * x_hat).mean()
            assert np.isclose(formula @ x_hat, inner, atol=1e-11)


@pytest.mark.checks("thm-batch-norm-gradient")
def test_in_evaluation_one_path_is_left(rng):
    x, g = rng.standard_normal((2, 4, 2))
    mean, var = rng.random((2, 2))
    gradient, _, _ = batch_norm_backward(g, x, mean=mean, var=var, eps=0.1)
    assert np.allclose(gradient, g / np.sqrt(var + 0.1))

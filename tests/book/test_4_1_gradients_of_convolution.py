"""The statements of the chapter on gradients of a convolutional layer, from their definitions, over many geometries."""

from itertools import product
from math import ceil, floor

import numpy as np
import pytest

from cnn_course import (
    conv1d,
    conv1d_backward,
    conv2d,
    conv2d_backward,
    convolve,
    fold,
    gradient_check,
    is_toeplitz,
    matrix_of,
    pad,
    pad_backward,
    relu,
    sigmoid,
    unfold,
)
from cnn_course.exercises import find

GEOMETRIES = [  # n, k, s, p, d where the window fits
    (n, k, s, p, d)
    for n, k, s, p, d in product(range(1, 9), range(1, 5), range(1, 5), range(3), range(1, 4))
    if n + 2 * p >= d * (k - 1) + 1
]
IMAGES = [  # H, W, kH, kW, s where the window fits
    (h, w, kh, kw, s)
    for h, w, kh, kw, s in product((3, 5, 7), (4, 5, 8), (1, 2, 3), (1, 3, 4), (1, 2, 3))
    if h >= kh and w >= kw
]


@pytest.fixture
def rng():
    return np.random.default_rng(41)


def one_channel(x, w, b, s):
    """z of a layer with one channel, from its definition."""
    (kh, kw), (h, width) = w.shape, x.shape
    z = np.zeros(((h - kh) // s + 1, (width - kw) // s + 1))
    for i, j, k, l in np.ndindex(*z.shape, kh, kw):
        z[i, j] += w[k, l] * x[i * s + k, j * s + l]
    return z + b


def input_gradient(g, w, size, s):
    """The sum over the outputs in the ranges of the proposition, term by term."""
    result = np.zeros(size)
    for t, r in np.ndindex(*size):
        rows = range(max(0, ceil((t - w.shape[0] + 1) / s)), min(g.shape[0] - 1, floor(t / s)) + 1)
        columns = range(max(0, ceil((r - w.shape[1] + 1) / s)), min(g.shape[1] - 1, floor(r / s)) + 1)
        for i, j in product(rows, columns):
            assert t - i * s >= 0
            assert r - j * s >= 0
            result[t, r] += g[i, j] * w[t - i * s, r - j * s]
    return result


def weight_gradient(g, x, kernel, s):
    result = np.zeros(kernel)
    for k, l, i, j in np.ndindex(*kernel, *g.shape):
        result[k, l] += g[i, j] * x[i * s + k, j * s + l]
    return result


def quotients(loss, array, step=1e-6):
    """Central differences of a loss in all entries of an array."""
    result = np.zeros(array.shape)
    for index in np.ndindex(*array.shape):
        change = np.zeros(array.shape)
        change[index] = step
        result[index] = (loss(array + change) - loss(array - change)) / (2 * step)
    return result


def test_there_are_enough_geometries():
    assert len(GEOMETRIES) > 700
    assert len(IMAGES) > 150
    assert any((n + 2 * p - d * (k - 1) - 1) % s for n, k, s, p, d in GEOMETRIES)  # positions that no window reaches


@pytest.mark.checks(
    "eq-one-channel-layer",
    "eq-weight-gradient",
    "eq-bias-gradient",
    "eq-input-gradient",
    "prop-one-channel-gradients",
)
def test_index_sums_are_the_gradients_of_the_package(rng):
    for h, width, kh, kw, s in IMAGES:
        x, w, b = rng.standard_normal((h, width)), rng.standard_normal((kh, kw)), rng.standard_normal()
        z = one_channel(x, w, b, s)
        np.testing.assert_allclose(
            z, conv2d(x[None, None], w[None, None], np.array([b]), stride=s)[0, 0], rtol=0, atol=1e-13
        )
        g = rng.standard_normal(z.shape)
        grad_x, grad_w, grad_b = conv2d_backward(g[None, None], x[None, None], w[None, None], stride=s)
        np.testing.assert_allclose(input_gradient(g, w, x.shape, s), grad_x[0, 0], rtol=0, atol=1e-13)
        np.testing.assert_allclose(weight_gradient(g, x, w.shape, s), grad_w[0, 0], rtol=0, atol=1e-13)
        np.testing.assert_allclose(g.sum(), grad_b[0], rtol=0, atol=1e-13)


@pytest.mark.checks("eq-through-activation", "prop-one-channel-gradients")
@pytest.mark.parametrize("s", [1, 2, 3])
def test_with_an_activation_the_sums_are_derivatives(rng, s):
    x, w, b = rng.standard_normal((9, 7)), rng.standard_normal((3, 2)), 0.7
    upstream = rng.standard_normal(one_channel(x, w, b, s).shape)

    def loss(x, w, b):
        return np.vdot(upstream, sigmoid(one_channel(x, w, b, s)))

    slope = sigmoid(one_channel(x, w, b, s)) * (1 - sigmoid(one_channel(x, w, b, s)))
    g = upstream * slope
    by_differences = quotients(lambda v: loss(v, w, b), x), quotients(lambda v: loss(x, v, b), w)
    np.testing.assert_allclose(input_gradient(g, w, x.shape, s), by_differences[0], rtol=0, atol=1e-8)
    np.testing.assert_allclose(weight_gradient(g, x, w.shape, s), by_differences[1], rtol=0, atol=1e-8)
    np.testing.assert_allclose(g.sum(), (loss(x, w, b + 1e-6) - loss(x, w, b - 1e-6)) / 2e-6, rtol=0, atol=1e-8)

    bare = sigmoid(one_channel(x, w, 0, s))  # E53: the slope without the bias
    wrong = weight_gradient(upstream * bare * (1 - bare), x, w.shape, s)
    assert np.abs(wrong - by_differences[1]).max() > 1e-2


@pytest.mark.checks("eq-through-activation")
def test_the_jacobian_matrix_of_an_activation_is_diagonal(rng):
    z = rng.standard_normal(6)
    jacobian = np.array([(sigmoid(z + e) - sigmoid(z - e)) / 2e-6 for e in 1e-6 * np.eye(6)])
    np.testing.assert_allclose(jacobian, np.diag(sigmoid(z) * (1 - sigmoid(z))), rtol=0, atol=1e-9)


def test_the_sizes_of_the_errata():
    x = np.zeros((1, 1, 9, 7))
    assert conv2d(x, np.zeros((1, 1, 3, 3))).shape[2:] == (7, 5)  # E54: rows to 6, columns to 4
    assert conv2d(x, np.zeros((1, 1, 3, 3)), stride=3).shape[2:] == (3, 2)  # E55: not 9 and 7
    padded, *_ = conv2d_backward(np.ones((1, 1, 6, 6)), np.zeros((1, 1, 8, 8)), np.ones((1, 1, 3, 3)))
    cropped, *_ = conv2d_backward(np.ones((1, 1, 6, 6)), np.zeros((1, 1, 6, 6)), np.ones((1, 1, 3, 3)), padding=1)
    np.testing.assert_array_equal(padded[:, :, 1:-1, 1:-1], cropped)  # E58


@pytest.mark.checks("thm-tied-weights", "eq-shared-weight")
def test_the_gradient_of_a_shared_number_is_the_sum_over_untied_copies(rng):
    x, w, g = rng.standard_normal((6, 7)), rng.standard_normal((3, 2)), rng.standard_normal((4, 6))

    def untied(copies):  # an own kernel for every output
        y = [np.vdot(copies[i, j], x[i : i + 3, j : j + 2]) for i, j in np.ndindex(4, 6)]
        return np.vdot(g, np.reshape(y, (4, 6)))

    copies = quotients(untied, np.broadcast_to(w, (4, 6, 3, 2)).copy())
    np.testing.assert_allclose(
        copies.sum(axis=(0, 1)),
        conv2d_backward(g[None, None], x[None, None], w[None, None])[1][0, 0],
        rtol=0,
        atol=1e-7,
    )
    for q in ([0, 1, 0, 0, 2], [1, 1, 1, 1, 1]):  # any copying: F(v) = sum of products of neighbours, squared

        def function(v):
            return np.sum(v[1:] * v[:-1]) ** 2

        theta, total = rng.standard_normal(3), np.zeros(3)
        np.add.at(total, q, quotients(function, theta[q]))
        np.testing.assert_allclose(total, quotients(lambda t, q=q: function(t[q]), theta), rtol=0, atol=1e-6)


def test_without_differentiability_the_sum_fails():
    def root(u, v):
        return np.sqrt(abs(u * v))

    assert root(0.1, 0) == root(0, 0.1) == root(0, 0) == 0  # both partial derivatives at 0 are 0
    assert root(-0.1, -0.1) / -0.1 == pytest.approx(-1)
    assert root(0.1, 0.1) / 0.1 == pytest.approx(1)


@pytest.mark.checks("prop-sparse-jacobian")
def test_the_jacobian_matrix_holds_the_windows(rng):
    for h, width, kh, kw, s in IMAGES[::5]:
        w = rng.standard_normal((kh, kw))
        J = matrix_of(lambda x, w=w, s=s: conv2d(x[None, None], w[None, None], stride=s)[0, 0], (h, width))
        rows, columns = (h - kh) // s + 1, (width - kw) // s + 1
        expected = np.zeros((rows, columns, h, width))
        for i, j in np.ndindex(rows, columns):
            expected[i, j, i * s : i * s + kh, j * s : j * s + kw] = w
        np.testing.assert_array_equal(J, expected.reshape(rows * columns, -1))


@pytest.mark.checks("prop-sparse-jacobian")
def test_a_weight_of_zero_has_a_gradient():
    x, w = np.arange(1.0, 8)[None, None], np.array([[[1.0, 0, 2]]])
    assert conv1d_backward(np.ones((1, 1, 3)), x, w, stride=2)[1].tolist() == [[[9, 12, 15]]]
    assert not is_toeplitz(matrix_of(lambda x: conv1d(x[None, None], w, stride=2)[0, 0], 7))


@pytest.mark.checks("prop-sparse-jacobian", "eq-through-activation")
def test_a_closed_gate_is_a_row_of_zeros():
    w, x = np.array([1.0, -2, 3]), np.array([1.0, 5, 2, 4, 1])  # z = -3, 13, -3: both signs
    z = conv1d(x[None, None], w[None, None])[0, 0]
    A = matrix_of(lambda v: conv1d(v[None, None], w[None, None])[0, 0], 5)
    changes = 1e-6 * np.eye(5)
    J = np.transpose([(relu(A @ (x + e)) - relu(A @ (x - e))) / 2e-6 for e in changes])
    assert {True, False} == set((z > 0).tolist())
    assert not J[z < 0].any()
    np.testing.assert_allclose(J, (z > 0)[:, None] * A, rtol=0, atol=1e-8)


@pytest.mark.checks("thm-layer-gradients")
def test_the_jacobian_matrix_has_a_block_for_each_pair(rng):
    N, C, O, groups, n, p = 2, 4, 6, 2, 5, 1
    w = rng.standard_normal((O, C // groups, 3))
    J = matrix_of(lambda x: conv1d(x, w, padding=p, groups=groups), (N, C, n)).reshape(N, O, n, N, C, n)
    expected = np.zeros(J.shape)
    for a, o, c in np.ndindex(N, O, C // groups):
        m = o * groups // O * (C // groups) + c
        band = [[w[o, c, t - i + p] if 0 <= t - i + p < 3 else 0 for t in range(n)] for i in range(n)]
        expected[a, o, :, a, m] = band
    np.testing.assert_array_equal(J, expected)
    inside, border = (np.count_nonzero(J[0, 0, i]) for i in (2, 0))
    assert (inside, border) == (2 * 3, 2 * 2)  # two channels; the first tap of the first window meets no pixel


@pytest.mark.checks("thm-three-views")
def test_three_views(rng):
    for h, width, kh, kw, s in IMAGES:
        x, w = rng.standard_normal((h, width)), rng.standard_normal((kh, kw))

        def matrix(kernel, size=(h, width), s=s):
            return matrix_of(lambda v: conv2d(v[None, None], kernel[None, None], stride=s)[0, 0], size)

        g = rng.standard_normal(((h - kh) // s + 1, (width - kw) // s + 1))
        U, row = unfold(x[None, None], (kh, kw), stride=s)[0], g.reshape(1, -1)
        by_indices = input_gradient(g, w, x.shape, s)
        by_fold = fold((w.reshape(-1, 1) @ row)[None], x.shape, (kh, kw), stride=s)[0, 0]
        np.testing.assert_allclose((matrix(w).T @ g.ravel()).reshape(x.shape), by_indices, rtol=0, atol=1e-13)
        np.testing.assert_allclose(by_fold, by_indices, rtol=0, atol=1e-13)
        weights = weight_gradient(g, x, w.shape, s)
        np.testing.assert_allclose((row @ U.T).reshape(w.shape), weights, rtol=0, atol=1e-13)
        for k, l in np.ndindex(kh, kw):
            unit = np.zeros((kh, kw))
            unit[k, l] = 1
            assert g.ravel() @ matrix(unit) @ x.ravel() == pytest.approx(weights[k, l], abs=1e-12)


def terms(g, w, x, s, p, d, groups):
    """All terms of the sum of three factors, as indices into g, w and x; those in the padding are left out."""
    O, c = w.shape[:2]
    for n, o, i, j, c, k, l in np.ndindex(*g.shape, *w.shape[1:]):
        m = o * groups // O * w.shape[1] + c
        t, r = i * s[0] + k * d[0] - p[0], j * s[1] + l * d[1] - p[1]
        if 0 <= t < x.shape[2] and 0 <= r < x.shape[3]:
            yield (n, o, i, j), (o, c, k, l), (n, m, t, r)


@pytest.mark.checks("thm-layer-gradients", "eq-all-gradients", "eq-trilinear", "prop-backward-costs")
@pytest.mark.parametrize(
    ("s", "p", "d", "groups"),
    [
        ((1, 1), (0, 0), (1, 1), 1),
        ((2, 2), (1, 1), (1, 1), 1),
        ((2, 1), (1, 2), (1, 2), 2),
        ((3, 2), (0, 3), (2, 1), 2),
    ],
)
def test_one_sum_of_products_gives_all_gradients(rng, s, p, d, groups):
    x, w = rng.standard_normal((3, 4, 7, 5)), rng.standard_normal((6, 4 // groups, 3, 2))
    geometry = {"stride": s, "padding": p, "dilation": d, "groups": groups}
    y = conv2d(x, w, **geometry)
    g = rng.standard_normal(y.shape)
    grad_x, grad_w, forward = np.zeros(x.shape), np.zeros(w.shape), np.zeros(y.shape)
    for at_g, at_w, at_x in terms(g, w, x, s, p, d, groups):
        forward[at_g] += w[at_w] * x[at_x]
        grad_w[at_w] += g[at_g] * x[at_x]
        grad_x[at_x] += g[at_g] * w[at_w]
    results = conv2d_backward(g, x, w, **geometry)
    for ours, theirs in zip((grad_x, grad_w, g.sum(axis=(0, 2, 3))), results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    np.testing.assert_allclose(forward, y, rtol=0, atol=1e-12)


@pytest.mark.checks("prop-backward-costs")
def test_the_number_of_terms(rng):
    for C, groups in ((5, 1), (4, 2), (9, 3)):
        g, w, x = np.zeros((2, 6, 3, 4)), np.zeros((6, C // groups, 3, 2)), np.zeros((2, C, 5, 5))
        count = sum(1 for _ in terms(g, w, x, (1, 1), (0, 0), (1, 1), groups))
        assert count == 2 * 6 * 3 * 4 * (C // groups) * 3 * 2


def copied(n, p, mode):
    """For each position of the padded axis the position that it is a copy of, or -1 in a frame of zeros."""
    if mode == "constant":
        return np.pad(np.arange(n), p, constant_values=-1)
    return np.pad(np.arange(n), p, {"circular": "wrap", "reflect": "reflect", "replicate": "edge"}[mode])


@pytest.mark.checks("prop-adjoint-of-copies")
@pytest.mark.parametrize("mode", ["constant", "circular", "reflect", "replicate"])
def test_the_adjoint_of_copying_adds(rng, mode):
    for n, p in ((5, 0), (5, 1), (5, 4), (3, 2)):
        x, v = rng.standard_normal((1, 1, n)), rng.standard_normal((1, 1, n + 2 * p))
        added = np.zeros(n)
        for t, a in enumerate(copied(n, p, mode)):
            if a >= 0:
                added[a] += v[0, 0, t]
        np.testing.assert_allclose(pad_backward(v, x, p, mode=mode)[0, 0], added, rtol=0, atol=1e-13)
        assert np.vdot(pad(x, p, mode=mode), v) == pytest.approx(np.vdot(x, added), abs=1e-12)
        if mode == "constant":
            np.testing.assert_array_equal(added, v[0, 0, p : p + n])


def test_a_frame_of_another_constant_is_cropped_too(rng):
    x, v = rng.standard_normal(5), rng.standard_normal(9)
    by_differences = quotients(lambda a: np.vdot(v, np.pad(a, 2, constant_values=7)), x)
    np.testing.assert_allclose(by_differences, v[2:-2], rtol=0, atol=1e-8)


def stuffed(array, step):
    result = np.zeros((len(array) - 1) * step + 1)
    result[::step] = array
    return result


@pytest.mark.checks("thm-backward-convolution", "eq-exchanged-geometry")
def test_the_backward_pass_as_a_convolution(rng):
    for n, k, s, p, d in GEOMETRIES:
        x, w = rng.standard_normal(n), rng.standard_normal(k)
        geometry = {"stride": s, "padding": p, "dilation": d}
        outputs = (n + 2 * p - d * (k - 1) - 1) // s + 1
        g = rng.standard_normal(outputs)
        grad_x, grad_w, _ = conv1d_backward(g[None, None], x[None, None], w[None, None], **geometry)
        full = convolve(stuffed(g, s), stuffed(w, d))
        padded = np.zeros(n + 2 * p)
        padded[: len(full)] = full
        np.testing.assert_allclose(padded[p : p + n], grad_x[0, 0], rtol=0, atol=1e-12)
        exchanged = conv1d(np.pad(x, p)[None, None], g[None, None], stride=d, dilation=s)[0, 0]
        np.testing.assert_allclose(exchanged[:k], grad_w[0, 0], rtol=0, atol=1e-12)


@pytest.mark.checks("thm-backward-convolution")
def test_with_channels_the_sums_of_one_channel_are_added(rng):
    N, C, O, groups, s, p, d = 3, 4, 6, 2, 2, 1, 3
    x, w = rng.standard_normal((N, C, 13)), rng.standard_normal((O, C // groups, 3))
    geometry = {"stride": s, "padding": p, "dilation": d}
    g = rng.standard_normal(conv1d(x, w, groups=groups, **geometry).shape)
    grad_x, grad_w = np.zeros(x.shape), np.zeros(w.shape)
    for n, o, c in np.ndindex(N, O, C // groups):
        m = o * groups // O * (C // groups) + c
        full = np.zeros(13 + 2 * p)
        here = convolve(stuffed(g[n, o], s), stuffed(w[o, c], d))
        full[: len(here)] = here
        grad_x[n, m] += full[p:-p]
        exchanged = conv1d(np.pad(x[n, m], p)[None, None], g[n, o][None, None], stride=d, dilation=s)
        grad_w[o, c] += exchanged[0, 0, :3]
    of_package = conv1d_backward(g, x, w, groups=groups, **geometry)
    np.testing.assert_allclose(grad_x, of_package[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(grad_w, of_package[1], rtol=0, atol=1e-12)


@pytest.mark.checks(
    "prop-two-layer-gradients", "eq-two-hidden-layers", "eq-hidden-gradient", "eq-first-weight-gradient"
)
def test_two_layers_index_by_index(rng):
    n0, maps, examples, k1, k2 = 8, (2, 3, 5), 4, 3, 2
    n1, n2 = n0 - k1 + 1, n0 - k1 - k2 + 2
    V = rng.standard_normal((n0, maps[0], examples))
    W1, W2 = rng.standard_normal((k1, maps[0], maps[1])), rng.standard_normal((k2, maps[1], maps[2]))
    D2 = rng.standard_normal((n2, maps[2], examples))

    def layer(values, weights):
        H = np.zeros((len(values) - len(weights) + 1, weights.shape[2], examples))
        for c, i, j, k, m in np.ndindex(*H.shape, *weights.shape[:2]):
            H[c, i, j] += weights[k, m, i] * values[c + k, m, j]
        return H

    H1 = layer(V, W1)
    np.testing.assert_allclose(
        H1.transpose(2, 1, 0), conv1d(V.transpose(2, 1, 0), W1.transpose(2, 1, 0)), rtol=0, atol=1e-13
    )
    D1, wrong = np.zeros(H1.shape), np.zeros(H1.shape)
    for c, i, j, k, m in np.ndindex(*H1.shape, n2, maps[2]):
        if 0 <= c - k < k2:
            D1[c, i, j] += D2[k, m, j] * W2[c - k, i, m]
            wrong[c, i, j] += D2[k, m, j] * W2[c - k, i, j]  # E98: an example for a map
    np.testing.assert_allclose(D1, quotients(lambda H: np.vdot(D2, layer(H, W2)), H1), rtol=0, atol=1e-7)
    assert np.abs(wrong - D1).max() > 1
    grad = np.zeros(W1.shape)
    for c, i, j, k, n in np.ndindex(*W1.shape, n1, examples):
        grad[c, i, j] += D1[k, j, n] * V[k + c, i, n]
    np.testing.assert_allclose(grad, quotients(lambda W: np.vdot(D2, layer(layer(V, W), W2)), W1), rtol=0, atol=1e-6)
    through = quotients(lambda H: np.vdot(D2, layer(relu(H), W2)), H1)  # E100: with an activation
    np.testing.assert_allclose(through, D1 * (H1 > 0), rtol=0, atol=1e-7)


def test_the_example_of_a_map_taken_for_an_example():
    W2, D2 = np.array([[[1.0, 2]]]), np.ones((1, 2, 2))  # E98
    right = np.einsum("kmj,kim->ij", D2, W2)
    wrong = np.einsum("kmj,kij->ij", D2, W2)
    assert right.tolist() == [[3, 3]]
    assert wrong.tolist() == [[2, 4]]


@pytest.mark.parametrize(("examples", "maps", "stops"), [(3, 2, True), (2, 3, True), (3, 1, False), (1, 3, False)])
def test_when_whole_arrays_hide_an_example_taken_for_a_map(examples, maps, stops):
    D2, W2 = np.ones((1, maps, examples)), np.ones((1, 5, maps))
    if stops:
        with pytest.raises(ValueError, match="broadcast"):
            np.einsum("kmj,kij->ij", D2, W2)
    else:  # an axis of length 1 is repeated
        assert np.einsum("kmj,kij->ij", D2, W2).shape == (5, 3)


def test_the_numbers_to_predict():
    x, g = np.array([[[3.0, 1, 4, 2, 5]]]), np.array([[[1.0, 10, 100]]])
    grad_x, grad_w, grad_b = conv1d_backward(g, x, np.array([[[2.0, 5, 3]]]), stride=2, padding=1)
    assert find("gradients_by_hand").answer == (*grad_w[0, 0], *grad_b, *grad_x[0, 0, 1:3])


def test_the_silent_pixels(rng):
    def silent(n, closed=0, weight=None, **geometry):
        x, w = np.zeros((1, 1, n, n)), rng.uniform(1, 2, (1, 1, 3, 3)) if weight is None else weight[None, None]
        g = rng.uniform(1, 2, conv2d(x, w, **geometry).shape)
        g.flat[:closed] = 0
        grad_x, grad_w, _ = conv2d_backward(g, x + 1, w, **geometry)
        return np.sum(grad_x == 0), np.sum(grad_w == 0)

    middle = np.zeros((3, 3))
    middle[1, 1] = 2
    counts = [silent(10, stride=3), silent(9, stride=4), silent(8, stride=2, dilation=2), silent(10, 4, stride=3)]
    assert find("silent_pixels").answer == (*(pixels for pixels, _ in counts), *silent(5, weight=middle))


def test_twins_have_equal_gradients(rng):
    x, w1, w2 = (rng.standard_normal(shape) for shape in ((3, 2, 6, 5), (3, 2, 2, 3), (4, 3, 3, 2)))
    b1 = rng.standard_normal(3)
    w1[2], b1[2], w2[:, 2] = w1[0], b1[0], w2[:, 0]
    h = sigmoid(conv2d(x, w1, b1))
    g = rng.standard_normal(conv2d(h, w2).shape)
    grad_h, grad_w2, _ = conv2d_backward(g, h, w2)
    _, grad_w1, grad_b1 = conv2d_backward(grad_h * h * (1 - h), x, w1)
    for grad in (grad_w1, grad_b1, grad_w2.swapaxes(0, 1)):
        np.testing.assert_allclose(grad[0], grad[2], rtol=0, atol=1e-12)
        assert not np.allclose(grad[0], grad[1])


def test_the_layer_of_the_gradient_check(rng):
    geometry = {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "groups": 2}
    arrays = [rng.standard_normal(shape) for shape in ((3, 4, 7, 5), (6, 2, 3, 2), (6,))]
    checks = gradient_check(
        lambda x, w, b: conv2d(x, w, b, **geometry),
        lambda g, x, w, b: conv2d_backward(g, x, w, **geometry),
        arrays,
        rng=rng,
    )
    assert all(check.relative_error < 1e-9 for check in checks)

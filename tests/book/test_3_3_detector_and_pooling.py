"""The statements of the chapter on the detector and pooling, over grids of geometries."""

from itertools import product

import numpy as np
import pytest

from cnn_course import (
    Conv2d,
    Flatten,
    GlobalAvgPool,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    avg_pool1d,
    avg_pool2d,
    conv1d,
    conv2d,
    convolve,
    correlate,
    cross_entropy_backward,
    global_max_pool,
    max_pool1d,
    max_pool2d,
    relu,
    sigmoid,
    softmax,
    summary,
    tanh,
)

GEOMETRIES = [(n, r, s) for n, r, s in product(range(1, 12), range(1, 6), range(1, 5)) if r <= n]


@pytest.fixture
def rng():
    return np.random.default_rng(20260303)


def leaky_relu(x, alpha=0.01):
    return np.maximum(x, alpha * x)


def pooled(x, r, s, phi=max):
    """The definition: phi of each window of a list of numbers."""
    return [phi(x[i * s : i * s + r]) for i in range((len(x) - r) // s + 1)]


def mean(window):
    return sum(window) / len(window)


def row(values):
    """A signal as one image with one channel."""
    return np.array(values, dtype=float)[None, None]


def on_z(x, r, s, phi, outputs):
    """Pooling of a function on Z that is given as a dictionary and is 0 elsewhere."""
    return {i: phi([x.get(i * s + k, 0.0) for k in range(r)]) for i in outputs}


def shifted(x, tau):
    return {t + tau: value for t, value in x.items()}


def nonzero(x):
    return {t: value for t, value in x.items() if value != 0}


@pytest.mark.checks("def-three-stages")
def test_only_the_convolution_changes_the_number_of_channels(rng):
    for channels, filters, size in product((1, 3), (1, 2, 5), (2, 3)):
        x = rng.standard_normal((2, channels, 9, 8))
        z = conv2d(x, rng.standard_normal((filters, channels, 3, 2)), rng.standard_normal(filters))
        assert z.shape == (2, filters, 7, 7)
        assert relu(z).shape == z.shape
        for pool in (max_pool2d, avg_pool2d):
            y = pool(relu(z), size)
            assert y.shape[:2] == z.shape[:2]
            for o in range(filters):  # each channel by itself
                assert np.array_equal(y[:, o : o + 1], pool(relu(z[:, o : o + 1]), size))


@pytest.mark.checks("def-three-stages")
def test_the_row_of_the_chapter():
    z = conv1d(row([0, 0, 4, 4, 4, 1, 1, 5, 5]), row([-1, 1]), np.array([-1.0]))
    assert z.ravel().tolist() == [-1, 3, -1, -1, -4, -1, 3, -1]
    assert max_pool1d(relu(z), 2).ravel().tolist() == [3, 0, 0, 3]


@pytest.mark.checks("eq-collapsed-layers")
def test_two_convolutions_are_one(rng):
    for n1, n2 in product((1, 2, 4), (1, 3)):
        f, h1, h2 = rng.integers(-9, 10, 12), rng.integers(-9, 10, n1), rng.integers(-9, 10, n2)
        b1, b2 = rng.integers(-9, 10, 2)
        two = correlate(correlate(f, h1, "valid") + b1, h2, "valid") + b2
        assert np.array_equal(two, correlate(f, convolve(h2, h1), "valid") + b1 * h2.sum() + b2)


@pytest.mark.checks("eq-collapsed-layers")
def test_with_relu_between_them_they_are_not():
    edges = np.array([[0.0, 0, 1, 1], [1, 1, 0, 0]])
    middle = edges.mean(axis=0, keepdims=True)

    def two_signs(f):
        d = conv1d(f[:, None], np.array([[[-1.0, 1]], [[1, -1]]]))
        return conv1d(relu(d), np.ones((1, 2, 1)))[:, 0]

    assert two_signs(edges).max(axis=1).tolist() == [1, 1]
    assert two_signs(middle).max() == 0
    linear = np.abs(two_signs(edges).mean(axis=0) - two_signs(middle)[0])
    assert linear.max() == 1  # an affine map would give 0 here


@pytest.mark.checks("prop-two-linear-layers")
def test_layers_with_channels_collapse(rng):
    for sizes in product((1, 3), (1, 2), (1, 4)):
        c, o, p = sizes
        x = rng.standard_normal((2, c, 9, 8))
        w, b = rng.standard_normal((o, c, 3, 2)), rng.standard_normal(o)
        v, e = rng.standard_normal((p, o, 2, 3)), rng.standard_normal(p)
        weight = np.array([[sum(convolve(v[i, k], w[k, j]) for k in range(o)) for j in range(c)] for i in range(p)])
        bias = e + (v.sum(axis=(2, 3)) @ b)
        assert np.allclose(conv2d(conv2d(x, w, b), v, e), conv2d(x, weight, bias))


@pytest.mark.checks("prop-two-linear-layers")
def test_with_padding_they_collapse_only_away_from_the_border(rng):
    x, w, v = rng.standard_normal((1, 1, 9)), rng.standard_normal((1, 1, 3)), rng.standard_normal((1, 1, 3))
    two = conv1d(conv1d(x, w, np.array([5.0]), padding=1), v, padding=1)
    one = conv1d(x, convolve(v[0, 0], w[0, 0])[None, None], 5.0 * v.sum(axis=(1, 2)), padding=2)
    assert np.allclose(two[..., 2:-2], one[..., 2:-2])
    assert not np.isclose(two[0, 0, 0], one[0, 0, 0])


SLOPES = {
    relu: (lambda x: (x > 0) * 1.0, 1),
    leaky_relu: (lambda x: np.where(x > 0, 1, 0.01), 1),
    sigmoid: (lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2, 1 / 4),
    tanh: (lambda x: 1 / np.cosh(x) ** 2, 1),
}


@pytest.mark.checks("prop-activations")
@pytest.mark.parametrize("function", SLOPES, ids=lambda f: f.__name__)
def test_derivatives_and_lipschitz_constants(rng, function):
    derivative, constant = SLOPES[function]
    x = np.concatenate([rng.uniform(-6, -0.01, 200), rng.uniform(0.01, 6, 200)])
    numerical = (function(x + 1e-6) - function(x - 1e-6)) / 2e-6
    assert np.allclose(numerical, derivative(x), atol=1e-8)
    if function in (sigmoid, tanh):
        value = function(x)
        assert np.allclose(derivative(x), value * (1 - value) if function is sigmoid else 1 - value**2)
    pairs = rng.uniform(-6, 6, (2, 2000))
    quotients = np.diff(function(pairs), axis=0) / np.diff(pairs, axis=0)
    assert quotients.min() >= -1e-9
    assert quotients.max() <= constant + 1e-9
    near = np.array([0.0, 1e-4]) if function in (sigmoid, tanh) else np.array([1.0, 2.0])
    assert np.isclose(np.diff(function(near)) / np.diff(near), constant, rtol=1e-6)  # attained, or nearly
    for p in (1, 2, np.inf):
        a, b = pairs
        assert np.linalg.norm(function(a) - function(b), p) <= constant * np.linalg.norm(a - b, p) * (1 + 1e-12)


@pytest.mark.checks("prop-activations")
def test_pointwise_maps_commute_with_every_rearrangement(rng):
    x, order = rng.standard_normal(20), rng.permutation(20)
    for function in SLOPES:
        assert np.array_equal(function(x[order]), function(x)[order])
        assert np.array_equal(function(np.roll(x, 3)), np.roll(function(x), 3))
    position = np.arange(20)
    assert not np.array_equal(np.roll(x, 3) * (position < 5), np.roll(x * (position < 5), 3))
    for function in SLOPES:  # a shift that fills with zeros does more than move numbers
        moved, filled = np.append(0.0, x[:-1]), np.append(0.0, function(x)[:-1])
        assert np.array_equal(function(moved), filled) == (function(np.zeros(1)).item() == 0)


@pytest.mark.checks("def-pooling", "eq-pooling")
def test_the_package_computes_the_definition(rng):
    for n, r, s in GEOMETRIES:
        x = rng.integers(-9, 10, n).tolist()
        assert max_pool1d(row(x), r, stride=s).ravel().tolist() == pooled(x, r, s)
        assert np.allclose(avg_pool1d(row(x), r, stride=s).ravel(), pooled(x, r, s, mean))
        left_over = n - ((n - r) // s * s + r)
        assert 0 <= left_over < s
    for n, m, r, s in ((7, 8, 3, 2), (5, 6, 2, 3), (6, 4, 4, 1)):
        x = rng.integers(-9, 10, (n, m)).astype(float)
        rows = range((n - r) // s + 1), range((m - r) // s + 1)
        expected = [[x[i * s : i * s + r, j * s : j * s + r].max() for j in rows[1]] for i in rows[0]]
        assert max_pool2d(x[None, None], r, stride=s)[0, 0].tolist() == expected


@pytest.mark.checks("def-pooling")
def test_ceil_mode_takes_in_what_is_left_over(rng):
    for n, r, s in GEOMETRIES:
        x = rng.integers(-9, 10, n).tolist()
        starts = range(0, n - r + 1, s)
        windows = [x[start : start + r] for start in starts]
        after = starts[-1] + s
        if starts[-1] + r < n and after < n:  # something is left over, and the next window begins in the signal
            windows.append(x[after:])
        assert max_pool1d(row(x), r, stride=s, ceil_mode=True).ravel().tolist() == [max(w) for w in windows]
        assert np.allclose(avg_pool1d(row(x), r, stride=s, ceil_mode=True).ravel(), [mean(w) for w in windows])
    assert max_pool1d(row([2, 4, 6, 8]), 2, stride=4, ceil_mode=True).ravel().tolist() == [
        4
    ]  # 6 and 8 are in no window


@pytest.mark.checks("def-pooling", "eq-pooling")
def test_the_examples_of_max_pooling():
    assert max_pool1d(row([1, 3, 2, 5, 4, 0, 7]), 3, stride=2).ravel().tolist() == [3, 5, 7]
    falling = row([5, 4, 3, 2, 1, 0])
    assert max_pool1d(falling, 3, stride=1).ravel().tolist() == [5, 4, 3, 2]  # windows at every position
    assert max_pool1d(falling, 3).ravel().tolist() == [5, 2]  # the habit of libraries
    image = row([[1, 4, 2, 0, 9], [3, 5, 1, 6, 2], [7, 2, 8, 5, 1], [0, 1, 3, 2, 4], [2, 6, 0, 1, 3]])
    expected = {
        (2, 2): [[5, 6], [7, 8]],
        (3, 2): [[8, 9], [8, 8]],
        (3, 1): [[8, 8, 9], [8, 8, 8], [8, 8, 8]],
    }
    for (r, s), result in expected.items():
        assert max_pool2d(image, r, stride=s)[0, 0].tolist() == result


@pytest.mark.checks("def-pooling")
def test_padding_never_wins_a_maximum(rng):
    for n, r, s in GEOMETRIES:
        for p in range(r // 2 + 1):
            x = -rng.integers(1, 10, n).astype(float)
            y = max_pool1d(row(x), r, stride=s, padding=p).ravel()
            windows = [x[max(i * s - p, 0) : i * s - p + r] for i in range((n + 2 * p - r) // s + 1)]
            assert y.tolist() == [window.max() for window in windows]
            assert y.max() < 0  # zeros would give 0


@pytest.mark.checks("prop-average-pooling")
def test_average_pooling_is_a_depthwise_convolution(rng):
    for size, stride, padding in product(((2, 2), (3, 2), (1, 3)), (1, 2, (3, 2)), (0, 1)):
        padding = tuple(min(padding, k // 2) for k in size)
        x = rng.standard_normal((2, 3, 7, 8))
        weight = np.full((3, 1, *size), 1 / (size[0] * size[1]))
        convolved = conv2d(x, weight, stride=stride, padding=padding, groups=3)
        assert np.allclose(avg_pool2d(x, size, stride=stride, padding=padding), convolved)
    a, b = row([1, 0]), row([0, 1])
    assert (max_pool1d(a, 2) + max_pool1d(b, 2)).item() == 2
    assert max_pool1d(a + b, 2).item() == 1
    assert max_pool1d(0 * a, 2).item() == 0  # so a convolution that does the same has no bias
    one = row([-3])  # with a single value of the image in its window the maximum is linear
    assert max_pool1d(one, 3, padding=1).item() == -3
    partial = avg_pool1d(row([2, 4, 6, 8]), 3, stride=2, ceil_mode=True).ravel()
    assert partial[1] == (6 + 8) / 2 != (6 + 8) / 3  # not the same weights as in the first window


@pytest.mark.checks("rem-partial-windows")
def test_what_partial_windows_average(rng):
    for n, r, s in GEOMETRIES:
        for p in range(r // 2 + 1):
            if r > n + 2 * p:
                continue
            x = rng.integers(1, 10, n).astype(float)
            padded, real = [0.0] * p + [*x] + [0.0] * p, [False] * p + [True] * n + [False] * p
            count = -(-(n + 2 * p - r) // s) + 1
            starts = [i * s for i in range(count)]
            if starts[-1] >= n + p:
                starts.pop()
            for include in (True, False):
                expected = []
                for start in starts:
                    window = slice(start, start + r)
                    counted = len(padded[window]) if include else sum(real[window])
                    expected.append(sum(padded[window]) / counted)
                options = {"ceil_mode": True, "count_include_pad": include}
                y = avg_pool1d(row(x), r, stride=s, padding=p, **options).ravel()
                assert np.allclose(y, expected)
                constant = avg_pool1d(np.full((1, 1, n), 3.0), r, stride=s, padding=p, **options)
                assert include or np.allclose(constant, 3)


def smooth(x, beta):
    return np.log(np.mean(np.exp(beta * (x - x.max())))) / beta + x.max()


@pytest.mark.checks("prop-log-sum-exp")
def test_log_sum_exp_lies_between_the_mean_and_the_maximum(rng):
    numbers = np.array([1.0, 2.0, 3.0])
    assert round(smooth(numbers, 0.01), 3) == 2.003
    assert round(smooth(numbers, 100), 3) == 2.989
    for r in (1, 2, 5):
        x = rng.uniform(-3, 3, r)
        betas = 10.0 ** np.arange(-4, 5)
        values = np.array([smooth(x, beta) for beta in betas])
        assert (np.diff(values) >= -1e-9).all()
        assert (values <= x.max() + 1e-9).all()
        assert (values >= x.max() - np.log(r) / betas - 1e-9).all()
        assert (values >= x.mean() - 1e-9).all()
        assert np.isclose(values[0], x.mean(), atol=1e-3)
        assert np.isclose(values[-1], x.max(), atol=1e-3)
    without = [np.log(np.exp(beta * numbers).sum()) / beta for beta in (1e-2, 1e-4)]
    assert without[0] > 100
    assert without[1] > 10000


@pytest.mark.checks("prop-pooling-shifts")
def test_pooling_commutes_with_shifts_by_multiples_of_the_stride(rng):
    outputs = range(-12, 13)
    for r, s, tau in product(range(1, 5), range(1, 4), (-2, -1, 1, 3)):
        x = {t: float(rng.integers(-9, 10)) for t in range(-5, 6)}
        for phi in (max, mean, lambda window: window[0] - 2 * window[-1]):
            before = on_z(shifted(x, s * tau), r, s, phi, outputs)
            after = shifted(on_z(x, r, s, phi, range(-20, 21)), tau)
            assert all(before[i] == after[i] for i in outputs)


@pytest.mark.checks("prop-pooling-shifts")
def test_other_shifts_change_the_output():
    outputs = range(-10, 40)
    for r, s in product(range(1, 6), range(2, 5)):
        length = -(r - 1) % s  # such that r - 1 + length is a multiple of s
        x = dict.fromkeys(range(r - 1, r + length), 1.0)
        for phi in (max, mean):
            original = nonzero(on_z(x, r, s, phi, outputs))
            moved = nonzero(on_z(shifted(x, 1), r, s, phi, outputs))
            assert len(original) == (r - 1 + length) // s + 1
            assert len(moved) == len(original) - 1
    one, split = (max_pool1d(row(np.roll([1, 1, 0, 0, 0, 0], k)), 2) for k in (0, 1))
    assert one.ravel().tolist() == [1, 0, 0]
    assert split.ravel().tolist() == [1, 1, 0]
    firsts = [max_pool1d(row(np.eye(8)[t]), 2).argmax() for t in (2, 3, 4)]
    assert firsts == [1, 1, 2]  # inside of a window an impulse may move, and across its border it may not


@pytest.mark.checks("prop-pooling-shifts")
def test_when_a_single_output_is_stable(rng):
    stable = 0
    for _ in range(3000):
        r, s, tau = rng.integers(2, 5), rng.integers(1, 4), rng.integers(-2, 3)
        x = {t: float(value) for t, value in enumerate(rng.integers(0, 4, 14), start=-7)}
        window = range(r)
        t = max(window, key=lambda k: x[k])
        entering = [x[k - tau] for k in window if k - tau not in window]
        if t + tau in window and all(value <= x[t] for value in entering):
            stable += 1
            assert on_z(shifted(x, tau), r, s, max, [0]) == on_z(x, r, s, max, [0])
    assert stable > 500
    # The maximum stays in the window, but something larger comes in.
    x = {-1: 5.0, 0: 2.0, 1: 1.0}
    assert on_z(x, 2, 2, max, [0]) == {0: 2.0}
    assert on_z(shifted(x, 1), 2, 2, max, [0]) == {0: 5.0}


@pytest.mark.checks("thm-orbit-maximum")
def test_the_largest_value_over_a_group(rng):
    kernel = rng.integers(-9, 10, (5, 5))
    turns = [lambda x, k=k: np.rot90(x, k) for k in range(4)]
    rolls = [lambda x, k=k: np.roll(x, k, axis=1) for k in range(5)]
    mirrors = [lambda x, turn=turn: np.fliplr(turn(x)) for turn in turns]
    for group in (turns, rolls, turns + mirrors):
        x = rng.integers(-9, 10, (5, 5))
        values = {max((kernel * rho(tau(x))).sum() for rho in group) for tau in group}
        assert len(values) == 1
        assert len({(kernel * tau(x)).sum() for tau in group}) > 1
    assert global_max_pool(row(rng.permutation(9))).item() == 8


def largest_first_value(x, shifts):
    """The largest value at 0 of the cyclic shifts of x."""
    return max(x[-k % len(x)] for k in shifts)


@pytest.mark.checks("thm-orbit-maximum")
def test_without_a_group_it_is_not_invariant(rng):
    x = np.array([0, 1, 0, 0])
    window = (-1, 0, 1)  # with each shift its inverse, and the identity, but no compositions
    assert largest_first_value(x, window) == 1
    assert largest_first_value(np.roll(x, 1), window) == 0
    assert largest_first_value(x, range(4)) == largest_first_value(np.roll(x, 1), range(4)) == 1
    delta = {0: 1.0}  # on Z, with the shifts by k >= 0 only: compositions, but no inverses
    assert max(shifted(delta, k).get(0, 0.0) for k in range(50)) == 1
    assert max(shifted(delta, k + 1).get(0, 0.0) for k in range(50)) == 0
    signal = rng.standard_normal(9)  # windows {0, 1, 2} of a circle
    spread = np.ptp([largest_first_value(np.roll(signal, tau), (0, 1, 2)) for tau in range(9)])
    assert spread > 0.1
    assert np.ptp([largest_first_value(np.roll(signal, tau), range(9)) for tau in range(9)]) == 0


@pytest.mark.checks("lem-stride-is-decimation")
def test_a_stride_is_a_decimation(rng):
    weight = rng.standard_normal((2, 1, 3, 3))
    for s in (2, 3):
        for n in range(3, 12):
            x = rng.standard_normal((1, 1, n, n + 1))
            pairs = [
                (conv2d(x, weight), conv2d(x, weight, stride=s)),
                (max_pool2d(x, 3, stride=1), max_pool2d(x, 3, stride=s)),
                (avg_pool2d(x, 3, stride=1), avg_pool2d(x, 3, stride=s)),
            ]
            for everywhere, strided in pairs:
                assert everywhere[..., ::s, ::s].shape == strided.shape
                assert np.allclose(everywhere[..., ::s, ::s], strided, atol=1e-12)


@pytest.mark.checks("prop-sub-sampling")
def test_decimation_is_linear_and_loses_values(rng):
    x, y = rng.standard_normal((2, 10))
    assert np.array_equal((2 * x - y)[::3], 2 * x[::3] - y[::3])
    for s, n in product((2, 3), (2, 5)):
        other = x[:n].copy()
        other[1] += 1
        assert not np.array_equal(other, x[:n])
        assert np.array_equal(other[::s], x[:n:s])
    alternating = (-1.0) ** np.arange(8)
    assert np.array_equal(alternating[::2], np.ones(4))
    assert not avg_pool1d(row(alternating), 2, stride=1).any()
    gap, full = row([1, 0, 1]), row([1, 1, 1])
    assert np.array_equal(max_pool1d(gap, 2, stride=1), max_pool1d(full, 2, stride=1))


@pytest.mark.checks("prop-sub-sampling")
def test_which_waves_look_the_same():
    u = np.arange(24)
    for s in (2, 3, 4):
        waves = {k: np.exp(2j * np.pi * k / 12 * u) for k in range(12)}
        for a, b in product(waves, waves):
            same = np.allclose(waves[a][::s], waves[b][::s])
            assert same == ((a - b) * s % 12 == 0)
        for k in waves:
            assert np.allclose(waves[k][::s], np.exp(2j * np.pi * k * s / 12 * u[: len(waves[k][::s])]))
            factor = np.exp(2j * np.pi * k / 12 * np.arange(s)).mean()
            assert (k * s % 12 == 0 and k > 0) <= np.isclose(factor, 0)


@pytest.mark.checks("prop-monotone")
def test_nondecreasing_functions_commute_with_max_pooling(rng):
    functions = [relu, leaky_relu, np.sign, np.floor, lambda x: x - 3, lambda x: np.minimum(x, 1)]
    for n, r, s in GEOMETRIES:
        x = row(rng.integers(-9, 10, n) / 2)
        for function in functions:
            assert np.array_equal(function(max_pool1d(x, r, stride=s)), max_pool1d(function(x), r, stride=s))
        for function in (sigmoid, tanh):
            assert np.allclose(function(max_pool1d(x, r, stride=s)), max_pool1d(function(x), r, stride=s))
        if r == 1:
            assert np.array_equal(np.abs(max_pool1d(x, r, stride=s)), max_pool1d(np.abs(x), r, stride=s))


@pytest.mark.checks("prop-monotone")
def test_the_signal_that_tells_a_decreasing_pair():
    for function, a, b in ((np.abs, -3.0, 1.0), (np.negative, 0.0, 1.0), (np.cos, 0.0, 2.0)):
        assert function(b) < function(a)
        for r in (2, 3, 4):
            x = row([b] + [a] * (r - 1))
            assert max_pool1d(function(x), r).item() > function(max_pool1d(x, r)).item()
    pair = row([-1, 1])
    assert relu(avg_pool1d(pair, 2)).item() == 0
    assert avg_pool1d(relu(pair), 2).item() == 0.5


@pytest.mark.checks("prop-network-numbers")
def test_shapes_and_parameters_of_a_layer(rng):
    for c, o, k, s, p, r, t in product((1, 3), (1, 4), (1, 3, 5), (1, 2), (0, 2), (1, 2, 3), (1, 2)):
        height, width = 12, 11
        network = Sequential(Conv2d(c, o, k, stride=s, padding=p, rng=rng), ReLU(), MaxPool2d(r, t))
        sides = []
        for side in (height, width):
            after = (side + 2 * p - k) // s + 1
            sides.append((after - r) // t + 1)
        assert network(np.zeros((1, c, height, width), np.float32)).shape == (1, o, *sides)
        learned = [parameter.data.size for _, parameter in network.named_parameters()]
        assert learned == [o * c * k * k, o]
    assert list(MaxPool2d(2).named_parameters()) == list(GlobalAvgPool().named_parameters()) == []
    assert sum(parameter.data.size for _, parameter in Linear(400, 120, rng=rng).named_parameters()) == 120 * 401


@pytest.mark.checks("prop-network-numbers")
def test_the_traps_about_shapes_and_parameters(rng):
    x = np.zeros((1, 3, 32, 32))
    for filters in (1, 6, 16):  # all of depth 3
        assert conv2d(x, np.zeros((filters, 3, 5, 5))).shape == (1, filters, 28, 28)
    assert conv2d(x, np.zeros((1, 3, 5, 5)), stride=2, padding=2).shape[2:] == (16, 16)
    pair = Sequential(Conv2d(3, 6, 5, rng=rng), ReLU(), MaxPool2d(2), Conv2d(6, 16, 5, rng=rng), Flatten())
    rows = [line.parameters for line in summary(pair, (3, 32, 32)).rows if line.parameters]
    assert rows == [456, 2416]
    weights = [p.data.size for name, p in pair.named_parameters() if name.endswith("weight")]
    assert sum(weights) == 450 + 2400 == 2850
    assert sum(rows) == 2872


@pytest.mark.checks("prop-network-numbers")
def test_softmax_and_cross_entropy(rng):
    scores, labels = rng.standard_normal((5, 10)), rng.integers(0, 10, 5)
    p = softmax(scores)
    assert (p > 0).all()
    assert np.allclose(p.sum(axis=1), 1)
    assert np.allclose(cross_entropy_backward(1.0, scores, labels), (p - np.eye(10)[labels]) / 5)


@pytest.mark.checks("rem-trainable-pooling")
def test_the_pooling_of_1998_has_two_parameters_a_channel(rng):
    for channels, parameters in ((6, 12), (16, 32)):
        x = rng.standard_normal((1, channels, 10, 10))
        alpha, beta = rng.standard_normal((2, channels))
        assert alpha.size + beta.size == parameters
        sums = sum(x[:, :, k::2, l::2] for k in (0, 1) for l in (0, 1))
        y = tanh(alpha[:, None, None] * sums + beta[:, None, None])
        tied = np.broadcast_to(alpha[:, None, None, None], (channels, 1, 2, 2))
        assert np.allclose(y, tanh(conv2d(x, tied, beta, stride=2, groups=channels)))
        assert np.allclose(y, tanh(4 * alpha[:, None, None] * avg_pool2d(x, 2) + beta[:, None, None]))


def composed(x, r1, s1, r2, s2, phi):
    return pooled(pooled(x, r1, s1, phi), r2, s2, phi)


@pytest.mark.checks("def-pooling")
def test_the_exercise_on_two_poolings(rng):
    for r1, s1, r2, s2 in product(range(1, 4), range(1, 5), range(1, 4), range(1, 4)):
        size, stride = r1 + (r2 - 1) * s1, s1 * s2
        same = {max: True, mean: True}
        for n in range(size, size + 9):
            x = rng.standard_normal(n).tolist()
            for phi in (max, mean):
                two, one = composed(x, r1, s1, r2, s2, phi), pooled(x, size, stride, phi)
                assert len(two) == len(one)
                same[phi] &= np.allclose(two, one)
        assert same[mean] == (s1 == r1 or r2 == 1)
        if s1 <= r1:
            assert same[max]
        elif r2 >= 2:
            gap, second = [0.0] * size, [0.0] * size
            gap[r1] = second[s1] = 1.0
            assert composed(gap, r1, s1, r2, s2, max)[0] == 0
            assert composed(second, r1, s1, r2, s2, max)[0] == 1


@pytest.mark.checks("thm-orbit-maximum")
def test_the_exercise_on_turned_pictures(rng):
    even = rng.integers(0, 99, (1, 1, 8, 8)).astype(float)
    turned_first = max_pool2d(np.rot90(even, axes=(2, 3)), 2)
    assert np.array_equal(turned_first, np.rot90(max_pool2d(even, 2), axes=(2, 3)))
    corner = np.zeros((1, 1, 3, 3))
    corner[..., 2, 2] = 1
    assert [max_pool2d(np.rot90(corner, k, axes=(2, 3)), 2).item() for k in (0, 2)] == [0, 1]
    x = np.array([[1, 0], [0, 0]])

    def anna(x):
        return max(np.rot90(x, k)[0, 0] for k in (0, 2))

    assert (anna(x), anna(np.rot90(x))) == (1, 0)

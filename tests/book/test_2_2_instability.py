"""The statements of the chapter on instability, over many matrices, networks and geometries."""

from itertools import product

import numpy as np
import pytest

from cnn_course import Conv2d, GlobalAvgPool, MaxPool2d, ReLU, Sequential, Tanh, max_pool1d, max_pool2d, mnist_sample
from cnn_course.nets import lenet5
from cnn_course.stability import (
    deformation_size,
    jacobian_norm,
    linearize,
    pgd_attack,
    shift_change,
    smallest_perturbations,
    translation_bound,
    warp,
    worst_direction,
)
from cnn_course.zoo import pretrained

close = pytest.approx


@pytest.fixture
def rng():
    return np.random.default_rng(20260202)


def circular(rng, inputs, outputs, stride=1, bias=True):
    numbers = (inputs, outputs, 3, stride, 1, 1, 1, bias, "circular")
    return Conv2d(*numbers, rng=rng, dtype=np.float64)


# Worst and random directions ---------------------------------------------------------------------------------------


@pytest.mark.checks("prop-worst-and-random")
def test_worst_and_random_directions_of_matrices(rng):
    for m, n, r in ((1, 7, 1), (5, 11, 5), (5, 11, 2), (13, 7, 7), (13, 7, 3)):
        jacobian = rng.standard_normal((m, r)) @ rng.standard_normal((r, n))
        values, vectors = np.linalg.eigh(jacobian.T @ jacobian)
        worst, first = np.sqrt(values[-1]), vectors[:, -1]
        assert np.linalg.norm(jacobian @ first) == close(worst) == close(np.linalg.norm(jacobian, 2))
        mean_square = (jacobian**2).sum() / n
        v = rng.standard_normal((n, 40_000))
        gains = np.linalg.norm(jacobian @ v, axis=0) / np.linalg.norm(v, axis=0)
        assert (gains <= worst * (1 + 1e-12)).all()
        # the mean of 40,000 squares, whose deviation is at most 1.5 times their mean
        assert (gains**2).mean() == close(mean_square, rel=0.05)
        ratio = worst / np.sqrt(mean_square)
        assert np.sqrt(n / r) * (1 - 1e-12) <= ratio <= np.sqrt(n) * (1 + 1e-12)
        for t in (0.3, 0.6, 0.9):
            assert (gains >= t * worst).mean() <= r / (n * t**2) + 0.01


@pytest.mark.checks("prop-worst-and-random")
def test_both_ends_of_the_ratio_are_attained():
    for matrix, r in ((np.eye(3, 12), 3), (np.eye(1, 12), 1)):
        assert np.linalg.norm(matrix, 2) / (np.linalg.norm(matrix) / np.sqrt(12)) == close(np.sqrt(12 / r))
    nearly = np.diag([1.0, *[1e-9] * 11])  # of full rank, and as uneven as one of rank 1
    assert np.linalg.norm(nearly, 2) / (np.linalg.norm(nearly) / np.sqrt(12)) == close(np.sqrt(12))


def numerical_jacobian(network, x, step=1e-6):
    """By central differences, in float64."""
    columns = []
    for unit in np.eye(x.size):
        move = step * unit.reshape(x.shape)
        there, back = (linearize(network, x + sign * move).output for sign in (1, -1))
        columns.append((there - back).ravel() / (2 * step))
    return np.array(columns).T


@pytest.mark.checks("prop-worst-and-random")
def test_the_gain_of_the_worst_direction_is_the_largest_singular_value_of_a_numerical_jacobian(rng):
    """Smooth activations, so that differences know the derivative to about the square of their step."""
    layers = [circular(rng, 1, 4), Tanh(), circular(rng, 4, 3), Tanh()]
    network, x = Sequential(*layers), rng.standard_normal((1, 1, 5, 7))
    jacobian = numerical_jacobian(network, x)
    v = worst_direction(network, x, rng=rng)
    assert np.linalg.norm(linearize(network, x).jvp(v)) == close(np.linalg.norm(jacobian, 2), rel=1e-6)
    assert np.linalg.norm(jacobian @ v.ravel()) == close(np.linalg.norm(jacobian, 2), rel=1e-6)


@pytest.mark.checks("prop-worst-and-random")
@pytest.mark.parametrize("trained", [False, True])
def test_at_images_of_digits_the_worst_gain_is_more_than_8_times_the_typical_one(rng, trained):
    network = pretrained("lenet5-mnist") if trained else lenet5(rng=rng)
    for image in mnist_sample()[0][::25].astype(float):
        near = linearize(network, image[None])
        jacobian = np.array([near.vjp(unit[None]).ravel() for unit in np.eye(10)])
        worst = jacobian_norm(network, image[None], rng=rng).lower
        assert worst == close(np.linalg.norm(jacobian, 2), rel=1e-3)
        ratio = worst / (np.linalg.norm(jacobian) / 28)
        assert np.sqrt(78.4) * 0.999 <= ratio <= 28.001


# Depth and gain ----------------------------------------------------------------------------------------------------


@pytest.mark.checks("prop-gains-multiply")
@pytest.mark.parametrize("gamma", [0.5, 2.0, 3.0])
def test_gains_multiply(rng, gamma):
    layers = [circular(rng, 1, 3, bias=False), ReLU(), MaxPool2d(2), circular(rng, 3, 2, bias=False), ReLU()]
    network, x = Sequential(*layers), rng.standard_normal((1, 1, 6, 8))
    v = rng.standard_normal(x.shape)
    before = linearize(network, x)
    value, gain, worst = before.output, before.jvp(v), jacobian_norm(network, x, rng=rng).lower
    for layer in (layers[0], layers[3]):
        layer.weight.data *= gamma
    after = linearize(network, x)
    assert after.output == close(gamma**2 * value)
    assert after.jvp(v) == close(gamma**2 * gain)
    assert jacobian_norm(network, x, rng=rng).lower == close(gamma**2 * worst, rel=2e-3)


@pytest.mark.checks("prop-gains-multiply")
def test_without_a_hypothesis_they_do_not():
    assert max(2 * 1.0 - 1, 0) != 2 * max(1.0 - 1, 0)  # a bias
    assert abs(np.tanh(2.0) - 2 * np.tanh(1.0)) > 0.5
    assert max(-1.0, 0) != -max(1.0, 0)  # a negative factor


def test_a_product_of_norms_can_be_far_from_the_norm_of_the_product():
    stretch = np.diag([2.0, 0.5])
    assert np.linalg.norm(stretch[::-1, ::-1] @ stretch, 2) == 1
    power = np.linalg.matrix_power(stretch, 5)
    assert np.linalg.norm(power, 2) == 2**5
    assert np.linalg.norm(power) / np.sqrt(2) == close(np.sqrt((4**5 + 4**-5) / 2))


# Attacks -----------------------------------------------------------------------------------------------------------


@pytest.mark.checks("prop-steepest-move")
def test_the_steepest_move_is_not_surpassed(rng):
    for n in (1, 2, 7, 50):
        w, radius = rng.standard_normal(n), rng.uniform(0.1, 2)
        w[n // 2 :: 3] = 0 if n > 1 else w[0]
        along, signs = radius * w / np.linalg.norm(w), radius * np.sign(w)
        assert w @ along == close(radius * np.linalg.norm(w))
        assert w @ signs == close(radius * np.abs(w).sum())
        others = rng.standard_normal((1000, n))
        in_ball = radius * others / np.linalg.norm(others, axis=1, keepdims=True)
        in_cube = rng.uniform(-radius, radius, (1000, n))
        assert (in_ball @ w <= w @ along + 1e-12).all()
        assert (in_cube @ w <= w @ signs + 1e-12).all()
        assert np.linalg.norm(w) <= np.abs(w).sum() * (1 + 1e-12)
        assert np.abs(w).sum() <= np.sqrt(n) * np.linalg.norm(w) * (1 + 1e-12)


@pytest.mark.parametrize(("ord", "radius"), [(2, 3.0), (np.inf, 0.2)])
def test_attacks_on_the_digits_succeed_where_noise_of_the_same_size_does_not(rng, ord, radius):
    network, (images, labels) = pretrained("lenet5-mnist"), mnist_sample()

    def share(batch):
        return (network(batch.astype(np.float32)).argmax(axis=1) == labels).mean()

    moved = pgd_attack(network, images, labels, radius=radius, ord=ord, steps=20, bounds=(0, 1))
    noise = rng.standard_normal(images.shape)
    if ord == 2:
        noise *= radius / np.sqrt((noise**2).sum(axis=(1, 2, 3), keepdims=True))
    else:
        noise = radius * np.sign(noise)
    assert share(moved) < 0.3 < 0.9 < share(images + noise)


def test_the_figure_at_the_top_shows_what_its_caption_says():
    """The change of the attack is the smallest one, and it alone is read wrongly."""
    network, (images, labels) = pretrained("lenet5-mnist"), mnist_sample()
    digit, label = images[3:4], labels[3]
    found = smallest_perturbations(network, digit, labels[3:4], bounds=(0, 1))
    shifted = np.roll(digit, 1, axis=3)
    assert network(found.images).argmax() != label
    assert network(shifted).argmax() == label == network(digit).argmax()
    assert found.sizes[0] < 0.7 * np.linalg.norm(shifted - digit)


# Shifts and smoothing ----------------------------------------------------------------------------------------------


@pytest.mark.checks("prop-shifted-waves")
def test_how_far_a_shift_moves_a_signal(rng):
    for n, tau in product((1, 2, 5, 8, 13), (-2, 0, 1, 3)):
        x, k = rng.standard_normal(n), np.arange(n)
        energy = (4 * np.sin(np.pi * k * tau / n) ** 2 * np.abs(np.fft.fft(x)) ** 2).sum() / n
        moved = np.linalg.norm(x - np.roll(x, tau))
        assert moved**2 == close(energy, abs=1e-12)
        assert moved <= 2 * np.linalg.norm(x) * (1 + 1e-12)
        for frequency in range(n):
            wave = np.cos(2 * np.pi * frequency * k / n)
            factor = 2 * abs(np.sin(np.pi * frequency * tau / n))
            assert np.linalg.norm(wave - np.roll(wave, tau)) == close(factor * np.linalg.norm(wave), abs=1e-12)


@pytest.mark.checks("prop-shifted-waves")
def test_the_two_extremes(rng):
    t = np.arange(256)[None, None]
    for wave, size in ((np.cos(np.pi * t), 2.0), (np.cos(2 * np.pi * t / 64), 0.098)):
        assert shift_change(lambda x: x, wave, 1) == close(size, abs=5e-4)


@pytest.mark.checks("thm-smoothing-bound", "eq-smoothing-bound")
def test_the_bound_for_smoothing(rng):
    """On the torus, for whole shifts, by the transfer functions: no signal does more than the largest of these."""
    for shape, kernel in (((13,), (3,)), ((13,), (6,)), ((7, 11), (3, 4)), ((5, 4), (7, 6))):
        h = rng.standard_normal(kernel)
        wrapped = np.zeros(shape)
        for u in product(*map(range, kernel)):
            wrapped[tuple(i % n for i, n in zip(u, shape, strict=True))] += h[u]
        axes = tuple(range(len(shape)))
        for tau in product((-3, 0, 1, 2), repeat=len(shape)):
            difference = np.fft.fftn(wrapped - np.roll(wrapped, tau, axes))
            assert np.abs(difference).max() <= translation_bound(h, np.array(tau)) * (1 + 1e-12) + 1e-12


@pytest.mark.checks("thm-smoothing-bound")
def test_the_bound_is_attained_without_smoothing_and_holds_for_fractions(rng):
    u = np.arange(12)
    wave = np.cos(np.pi * u)
    assert np.linalg.norm(wave - np.roll(wave, 1)) == close(translation_bound(np.ones(1), 1) * np.linalg.norm(wave))
    h, x = np.array([1.0, 4, 6, 4, 1]) / 16, rng.standard_normal((1, 1, 12))

    def smooth(signal):
        return sum(c * np.roll(signal, k, axis=2) for k, c in enumerate(h))

    for tau in (-1.7, -0.25, 0.25, 0.5, 1.9):
        moved = warp(x, np.full((1, 12), tau))
        assert np.linalg.norm(smooth(x) - smooth(moved)) <= translation_bound(h, tau) * np.linalg.norm(x)


# Strides -----------------------------------------------------------------------------------------------------------


@pytest.mark.checks("prop-total-stride")
@pytest.mark.parametrize("strides", [(1, 1), (2, 1), (1, 3), (2, 3), (2, 2)])
def test_a_network_follows_multiples_of_its_total_stride(rng, strides):
    total = strides[0] * strides[1]
    layers = [circular(rng, 1, 3, strides[0]), ReLU(), circular(rng, 3, 5, strides[1]), ReLU()]
    network, x = Sequential(*layers), rng.standard_normal((1, 1, 2 * total, 3 * total))
    for i, j in product((-1, 0, 1, 2), repeat=2):
        moved = network(np.roll(x, (i * total, j * total), (2, 3)))
        assert moved == close(np.roll(network(x), (i, j), (2, 3)), abs=1e-12)
    pooled = Sequential(*layers, GlobalAvgPool())
    outputs = [pooled(np.roll(x, tau, (2, 3))).ravel() for tau in product(range(2 * total), range(3 * total))]
    different = np.unique(np.round(outputs, 9), axis=0)
    assert len(different) == total**2  # at most so many by the proposition, and for random weights all of them


@pytest.mark.checks("prop-total-stride")
def test_other_shifts_zeros_and_sizes():
    impulse = np.eye(6)[0]
    for s in (2, 3):
        here, there = impulse[::s], np.roll(impulse, 1)[::s]
        assert here.max() > there.max()
        assert here.mean() > there.mean()
    last = np.array([0.0, 0, 1])
    sums = [(x + np.append(x[1:], 0)).sum() for x in (last, np.roll(last, 1))]  # a zero behind the last value
    assert sums == [2, 1]
    x = np.array([1, 0, 0])
    kept = [np.roll(x, 2 * k)[::2].tolist() for k in range(3)]  # 2 does not divide 3
    assert kept == [[1, 0], [0, 1], [0, 0]]


@pytest.mark.checks("prop-no-aliasing")
def test_without_fast_waves_there_is_no_aliasing(rng):
    for s, m in product((2, 3, 4), (5, 6)):
        n = s * m
        spectrum = np.zeros(n, complex)
        for k in range((m - 1) // 2 + 1):
            spectrum[k] = rng.standard_normal() + 1j * rng.standard_normal()
            spectrum[-k] = rng.standard_normal() + 1j * rng.standard_normal()  # of a complex signal
        x = np.fft.ifft(spectrum)
        for tau in (-1, 1, 2, s + 1):
            angles = np.exp(-2j * np.pi * np.fft.fftfreq(m) * tau / s)
            along = np.fft.ifft(np.fft.fft(x[::s]) * angles)
            assert np.abs(np.roll(x, tau)[::s] - along).max() < 1e-12
    wave = np.sin(np.pi * np.arange(12) / 2)  # of the frequency m / 2: no map makes the second of the first
    assert wave[::2] == close(np.zeros(6), abs=1e-12)
    assert np.roll(wave, 1)[::2] == close(np.tile([-1, 1], 3))


def test_differences_below_1_do_not_keep_two_pixels_from_one_source():
    tau = np.zeros((2, 8, 8))  # both components alike
    tau[:, 3, 3], tau[:, 4, 4], tau[:, 4, 5], tau[:, 5, 4] = -0.45, 0.55, 0.1, 0.1
    assert deformation_size(tau).gradient < 0.95
    sources = np.indices((8, 8)) - tau
    assert sources[:, 3, 3] == close(sources[:, 4, 4])


# Max-pooling and groups --------------------------------------------------------------------------------------------


@pytest.mark.checks("prop-moves-in-a-window")
def test_what_max_pooling_forgives(rng):
    for r in (2, 3, 5):
        x = rng.standard_normal((1, 1, 4 * r))
        inside = rng.permuted(x.reshape(1, 1, 4, r), axis=3).reshape(x.shape)
        assert np.array_equal(max_pool1d(inside, r), max_pool1d(x, r))
        x = np.zeros((1, 1, 4 * r))
        x[..., r - 1] = 1
        moved = np.roll(x, 1, axis=2)
        change = np.linalg.norm(max_pool1d(moved, r) - max_pool1d(x, r))
        assert change == close(np.sqrt(2)) == close(np.linalg.norm(moved - x))


@pytest.mark.checks("prop-moves-in-a-window")
@pytest.mark.parametrize(("r", "s"), [(2, 2), (3, 2), (3, 1), (5, 2), (2, 3)])
def test_how_far_a_maximum_moves(rng, r, s):
    """The number q is counted, position by position, on each axis; in the image it is the square."""
    starts = range(0, 13 - r + 1, s)
    q = max(sum(start <= t < start + r for start in starts) for t in range(13))
    for _ in range(200):
        x = rng.standard_normal((1, 1, 13, 13))
        y = np.roll(x, 1, axis=3) if rng.random() < 0.5 else x + rng.standard_normal(x.shape) * (rng.random() < 0.1)
        change, move = max_pool2d(x, r, stride=s) - max_pool2d(y, r, stride=s), x - y
        assert np.abs(change).max() <= np.abs(move).max()
        assert np.linalg.norm(change) <= q * np.linalg.norm(move) * (1 + 1e-12)
    impulse = np.zeros((1, 1, 13, 13))
    impulse[0, 0, 6, 6] = 1
    assert np.linalg.norm(max_pool2d(impulse, r, stride=s)) <= q


def closure(moves, x):
    """All arrays that are reached from x by these maps, again and again."""
    found, waiting = {x.tobytes(): x}, [x]
    while waiting:
        current = waiting.pop()
        for move in moves:
            image = np.ascontiguousarray(move(current))
            if image.tobytes() not in found:
                found[image.tobytes()] = image
                waiting.append(image)
    return list(found.values())


TURNS = [lambda x, k=k: np.rot90(x, k) for k in range(4)]
MIRRORS = [lambda x, k=k: np.rot90(x[:, ::-1], k) for k in range(4)]
SHIFTS = [lambda x, k=k: np.roll(x, k) for k in range(7)]


@pytest.mark.checks("thm-group-maximum")
@pytest.mark.parametrize(
    ("moves", "shape", "group"),
    [
        (SHIFTS, (7,), True),
        (TURNS + MIRRORS, (3, 3), True),
        (TURNS, (3, 3), True),
        (SHIFTS[:3], (7,), False),
        (MIRRORS, (3, 3), False),
        ([TURNS[0], MIRRORS[1]], (3, 3), True),
        ([TURNS[0], TURNS[1]], (3, 3), False),
    ],
)
def test_the_maximum_over_a_set_of_moves_is_invariant_if_it_is_a_group(rng, moves, shape, group):
    x, weights = rng.standard_normal((2, *shape))

    def values(x):
        return [(weights * move(x)).sum() for move in moves]

    reached = closure(moves, x)
    assert (len(reached) == len(moves)) is group  # whether composing leads to something new
    spread = np.ptp([max(values(y)) for y in reached])
    assert spread < 1e-12 if group else spread > 1e-3

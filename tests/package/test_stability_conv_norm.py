"""The norm on a circle is that of the dense matrix, and the supremum of the symbol bounds every layer of its kernel."""

from itertools import product
from math import prod

import numpy as np
import pytest
from messages import raises

from cnn_course import matrix_of, nn
from cnn_course.stability import circular_norm, symbol_norm

CONV = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
TRANSPOSED = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
MOST = {1: 12, 2: 6, 3: 4}  # of the sizes of inputs


def pick(rng, options, ndim):
    return tuple(int(n) for n in rng.choice(options, ndim))


def dense_norm(layer, shape):
    return np.linalg.norm(matrix_of(lambda x: layer(x[None])[0], shape), 2)


def draw(rng, ndim):
    """Channels, kernel size, stride, dilation and groups of a layer."""
    groups = int(rng.integers(1, 3))
    channels = groups * rng.integers(1, 4, 2)
    numbers = [pick(rng, options, ndim) for options in ([1, 2, 3, 4 if ndim == 1 else 2], [1, 1, 2, 3], [1, 1, 2])]
    return [*map(int, channels), *numbers, groups]


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_on_a_circle_it_is_the_norm_of_the_dense_matrix(ndim):
    rng, strided = np.random.default_rng(ndim), 0
    for _ in range(40 if ndim < 3 else 10):
        inputs, outputs, kernel, stride, dilation, groups = draw(rng, ndim)
        size = tuple(s * int(rng.integers(1, MOST[ndim] // s + 1)) for s in stride)
        extent = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
        # as many windows as fit: the last one begins s before the end of the circle
        pairs = [(0, e - s) for e, s in zip(extent, stride, strict=True)]
        if any(not 0 <= after <= n for (_, after), n in zip(pairs, size, strict=True)):
            continue
        layer = CONV[ndim](
            *(inputs, outputs, kernel, stride, pairs, dilation, groups, False, "circular"), rng=rng, dtype=np.float64
        )
        numbers = {"stride": stride, "dilation": dilation, "groups": groups}
        found, true = circular_norm(layer.weight.data, size, **numbers), dense_norm(layer, (inputs, *size))
        assert found == pytest.approx(true, rel=1e-10)
        bounds = symbol_norm(layer.weight.data, **numbers)
        assert found <= bounds.upper
        strided += prod(stride) > 1
    assert strided >= 3


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("transposed", [False, True])
def test_the_supremum_bounds_layers_of_every_size_with_zeros_around_them(ndim, transposed):
    rng, ratios = np.random.default_rng(10 + ndim), []
    for _ in range(40 if ndim < 3 else 8):
        inputs, outputs, kernel, stride, dilation, groups = draw(rng, ndim)
        size, padding = pick(rng, range(5, MOST[ndim] + 4), ndim), pick(rng, [0, 1, 2], ndim)
        if transposed:
            numbers, make = (0, groups, False, dilation), TRANSPOSED[ndim]
            size = pick(rng, range(3, MOST[ndim] + 1), ndim)
        else:
            numbers, make = (dilation, groups, False), CONV[ndim]
        layer = make(inputs, outputs, kernel, stride, padding, *numbers, rng=rng, dtype=np.float64)
        try:
            true = dense_norm(layer, (inputs, *size))
        except ValueError:  # the kernel does not fit, or nothing is left
            continue
        bounds = symbol_norm(layer.weight.data, stride=stride, dilation=dilation, groups=groups)
        assert true <= bounds.upper
        ratios.append(true / bounds.upper)
    assert len(ratios) >= 5
    assert max(ratios) > {1: 0.95, 2: 0.9, 3: 0.8}[ndim]


def test_a_large_input_comes_close_to_the_supremum():
    rng = np.random.default_rng(3)
    for stride, dilation in product([1, 2, 3], [1, 2]):
        layer = nn.Conv1d(2, 3, 3, stride, 2, dilation, bias=False, rng=rng, dtype=np.float64)
        bounds = symbol_norm(layer.weight.data, stride=stride, dilation=dilation)
        assert 0.995 * bounds.lower < dense_norm(layer, (2, 120)) <= bounds.upper


@pytest.mark.parametrize("shape", [(1, 1, 9), (2, 3, 5), (1, 1, 5, 3), (3, 2, 3, 3), (2, 1, 2, 3, 2)])
def test_the_supremum_is_between_its_bounds(shape):
    """Peaks between the frequencies with which the search begins are found: a fine grid sees no higher ones."""
    rng = np.random.default_rng(4)
    fine = {1: 4096, 2: 192, 3: 48}[len(shape) - 2]
    for _ in range(10):
        weight = rng.standard_normal(shape)
        if rng.random() < 0.5:  # a plane wave: a single sharp peak, somewhere
            frequency, taps = rng.uniform(0, np.pi, len(shape) - 2), np.indices(shape[2:])
            weight = weight[:, :, :1].mean() * np.cos(np.tensordot(frequency, taps, 1)) + 0.01 * weight
        bounds, largest = symbol_norm(weight, tolerance=1e-3), circular_norm(weight, fine)
        assert bounds.lower * (1 - 1e-2) <= largest <= bounds.upper
        assert largest <= bounds.lower * (1 + 1e-3)
        assert bounds.upper <= bounds.lower * (1 + 3e-3)
        taps = np.array(list(np.ndindex(*shape[2:])))
        waves = np.exp(1j * taps @ bounds.attained_at)
        assert np.linalg.norm(weight.reshape(*shape[:2], -1) @ waves, 2) == pytest.approx(bounds.lower, rel=1e-10)


def test_a_peak_between_the_first_frequencies_is_not_taken_for_less_than_one_at_them():
    """Two pairs of channels that do not meet: each turns by an angle for each tap, with a peak at that frequency."""
    taps, weight = np.arange(9), np.zeros((4, 4, 9))
    for channel, (at, height) in ((0, (10, 1.0)), (2, (20.5, 1.004))):
        turns = 2 * np.pi * at / 64 * taps
        rotations = np.array([[np.cos(turns), -np.sin(turns)], [np.sin(turns), np.cos(turns)]])
        weight[channel : channel + 2, channel : channel + 2] = height / 9 * rotations
    assert circular_norm(weight, 64) == pytest.approx(1)  # which is where the search begins
    bounds = symbol_norm(weight, tolerance=1e-5)
    assert bounds.lower == pytest.approx(1.004, rel=1e-5)
    assert 1.004 <= bounds.upper < 1.00402


def test_a_smaller_tolerance_brings_the_bounds_together():
    weight = np.random.default_rng(5).standard_normal((3, 2, 3, 3))
    gaps = [(b := symbol_norm(weight, tolerance=t)).upper / b.lower - 1 for t in (0.1, 1e-3, 1e-5)]
    assert gaps[0] > 10 * gaps[1] > 100 * gaps[2] > 0
    assert gaps[2] < 1e-5


def test_how_far_a_trigonometric_polynomial_can_fall_from_its_maximum():
    """The inequality on which the search rests, on polynomials q = |p|^2 of one and two variables."""
    rng, closest = np.random.default_rng(6), 1.0
    for _ in range(60):
        degrees = rng.integers(1, 5, rng.integers(1, 3))
        taps = np.array(list(np.ndindex(*(degrees + 1))))
        coefficients = rng.standard_normal(len(taps)) * (rng.random(len(taps)) < 0.6)

        def q(at, taps=taps, coefficients=coefficients):
            return np.abs(np.exp(1j * at @ taps.T) @ coefficients) ** 2

        n = {1: 2000, 2: 60}[len(degrees)]
        grid = 2 * np.pi / n * np.array(list(np.ndindex(*[n] * len(degrees))))
        peak = grid[q(grid).argmax()]
        largest = q(peak[None])[0]
        if largest == 0:
            continue
        moves = rng.uniform(-1, 1, (300, len(degrees))) * np.pi / degrees / len(degrees)
        delta = np.abs(moves) @ degrees / 2
        beside = float(degrees.sum()) * np.pi / n / 2  # of the grid: the maximum may lie between its points
        assert (q(peak + moves) >= largest * np.cos(np.minimum(delta + beside, np.pi / 2)) ** 2 - 1e-12).all()
        closest = min(closest, (q(peak + moves) / largest - np.cos(delta) ** 2)[delta < 1].min())
    assert closest < 0.01  # and no better factor would do


def test_dilation_and_stride_at_the_symbol():
    weight = np.random.default_rng(7).standard_normal((2, 2, 3))
    plain = symbol_norm(weight)
    assert symbol_norm(weight, dilation=5).lower == pytest.approx(plain.lower, rel=1e-3)
    # a kernel that is no longer than the stride acts on separate windows: it is its own matrix
    alone = symbol_norm(weight, stride=3)
    assert alone.lower == pytest.approx(np.linalg.norm(weight.reshape(2, 6), 2), rel=1e-12)
    assert alone.upper == pytest.approx(alone.lower, rel=2e-9)


def test_a_kernel_that_is_larger_than_the_circle_wraps_around():
    weight = np.arange(1.0, 6.0).reshape(1, 1, 5)
    assert circular_norm(weight, 2) == pytest.approx(15)  # 1 + 3 + 5 and 2 + 4, at frequency 0
    assert circular_norm(weight, 1) == pytest.approx(15)


def test_float32_is_computed_in_float64():
    weight = np.random.default_rng(8).standard_normal((3, 2, 3, 3)).astype(np.float32)
    assert circular_norm(weight, 8) == circular_norm(weight.astype(np.float64), 8)
    assert symbol_norm(weight).upper == symbol_norm(weight.astype(np.float64)).upper


@pytest.mark.parametrize("function", [circular_norm, symbol_norm])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weight": np.ones((2, 3))}, "weight must have 3 axes (O, C/groups, L), got 2"),
        ({"weight": np.full((2, 2, 3), np.inf)}, "weight must hold finite numbers, got NaN or infinity"),
        ({"weight": np.ones((2, 2, 3), int)}, "weight must have a floating dtype such as float64, got int64"),
        ({"groups": 3}, "groups must divide the first axis of weight, got groups=3"),
        ({"stride": 0}, "stride must be at least 1, got 0"),
        ({"dilation": (1, 2)}, "dilation must be an integer or have 1 entries, got 2"),
        ({"dilation": 2**40}, "a window (kernel_size=(3,), stride=(1,), dilation=(1099511627776,)) would have "),
    ],
)
def test_errors(function, arguments, message):
    given = {"weight": np.ones((2, 2, 3))} | ({"shape": 6} if function is circular_norm else {}) | arguments
    with raises(f"{function.__name__}: {message}"):
        function(**given)


def test_the_stride_divides_the_circle():
    with raises("circular_norm: stride must divide shape, got stride 2 with size 5 on spatial axis 0"):
        circular_norm(np.ones((1, 1, 3)), 5, stride=2)

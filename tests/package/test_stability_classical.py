"""Each classical bound holds for the dense matrices of random layers, and is attained where it is said to be."""

from itertools import product

import numpy as np
import pytest
from messages import raises

from cnn_course import matrix_of, nn
from cnn_course.stability import (
    entry_bound,
    frobenius_bound,
    reshaped_bounds,
    schur_bound,
    singla_feizi_bound,
    symbol_norm,
    tap_norm_bound,
    young_bound,
)

BOUNDS = {
    "young": young_bound,
    "Schur": schur_bound,
    "entries": entry_bound,
    "taps": tap_norm_bound,
    "reshaped": lambda weight, **numbers: reshaped_bounds(weight, **numbers).upper,
    "Singla and Feizi": singla_feizi_bound,
}
every_bound = pytest.mark.parametrize("name", BOUNDS)


def of(name, weight, *, stride=1, dilation=1, groups=1):
    steps = {"stride": stride, "dilation": dilation} if name in ("Schur", "reshaped") else {}
    return BOUNDS[name](weight, groups=groups, **steps)


def dense(layer, shape):
    return matrix_of(lambda x: layer(x[None])[0], shape)


def layers(seed, count=60):
    """Random layers on sequences and images with zeros in the padding, and a size of their input."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        groups, ndim = int(rng.integers(1, 3)), int(rng.integers(1, 3))
        inputs, outputs = (groups * int(n) for n in rng.integers(1, 4, 2))
        kernel, stride, padding, dilation = (tuple(map(int, rng.integers(*r, ndim))) for r in RANGES)
        make = {1: nn.Conv1d, 2: nn.Conv2d}[ndim]
        layer = make(*(inputs, outputs, kernel, stride, padding, dilation, groups, False), rng=rng, dtype=np.float64)
        layer.weight.data = rng.standard_normal(layer.weight.data.shape) ** 3
        yield layer, tuple(map(int, rng.integers(5, 8, ndim)))


RANGES = (1, 4), (1, 4), (0, 3), (1, 3)  # of kernel size, stride, padding and dilation


@every_bound
def test_it_bounds_the_dense_matrix(name):
    ratios = []
    for layer, size in layers(1):
        true = np.linalg.norm(dense(layer, (layer.in_channels, *size)), 2)
        bound = of(name, layer.weight.data, stride=layer.stride, dilation=layer.dilation, groups=layer.groups)
        assert true <= bound * (1 + 1e-12)
        ratios.append(true / bound)
    assert max(ratios) > 0.9


@every_bound
def test_it_bounds_the_supremum_over_all_sizes(name):
    for layer, _ in layers(2, 40):
        numbers = {"stride": layer.stride, "dilation": layer.dilation, "groups": layer.groups}
        assert symbol_norm(layer.weight.data, **numbers).lower <= of(name, layer.weight.data, **numbers) * (1 + 1e-12)


@every_bound
def test_it_bounds_matrices(name):
    rng = np.random.default_rng(3)
    for shape in [(1, 1), (3, 5), (5, 3), (1, 6)]:
        matrix = rng.standard_normal(shape)
        assert np.linalg.norm(matrix, 2) <= of(name, matrix) * (1 + 1e-12)


@pytest.mark.parametrize("n", [4, 64, 256])
def test_equality_for_a_matrix_of_ones(n):
    """E09: entries of 1 have the norm n, and each bound says so."""
    ones = np.ones((n, n))
    for name in BOUNDS:
        assert of(name, ones) == pytest.approx(n, rel=1e-8)


def test_equality_for_kernels_of_ones():
    """Equal taps of both kinds of channels add up at frequency 0, to 3 * 3 * sqrt(2 * 4)."""
    ones = np.ones((2, 4, 3, 3))
    assert symbol_norm(ones).lower == pytest.approx(9 * np.sqrt(8))
    for name in BOUNDS:
        assert of(name, ones) == pytest.approx(9 * np.sqrt(8), rel=1e-8)


def test_frobenius_is_that_of_the_dense_matrix():
    for layer, size in layers(4):
        matrix = dense(layer, (layer.in_channels, *size))
        numbers = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation}
        found = frobenius_bound(layer.weight.data, size, **numbers)
        assert found == pytest.approx(np.linalg.norm(matrix), rel=1e-12)
        assert found >= np.linalg.norm(matrix, 2) * (1 - 1e-12)


def test_schur_s_sums_are_those_of_a_large_dense_matrix():
    for layer, _ in layers(5):
        size = 18 if layer.ndim == 1 else 9
        if layer.ndim == 2 and max(layer.stride) > 1 and max(layer.dilation) > 1:
            continue  # the period may not fit
        matrix = np.abs(dense(layer, (layer.in_channels, *[size] * layer.ndim)))
        found = schur_bound(layer.weight.data, stride=layer.stride, dilation=layer.dilation, groups=layer.groups)
        assert np.sqrt(matrix.sum(0).max() * matrix.sum(1).max()) == pytest.approx(found, rel=1e-12)


def test_reshaped_bounds_have_as_many_windows_as_there_are():
    rng = np.random.default_rng(6)
    for kernel, stride, dilation in product(range(1, 6), range(1, 5), range(1, 5)):
        layer = nn.Conv1d(1, 1, kernel, stride, 0, dilation, bias=False, rng=rng, dtype=np.float64)
        layer.weight.data[:] = 1
        windows = dense(layer, (1, 60)).sum(axis=0).max()
        bounds = reshaped_bounds(layer.weight.data, stride=stride, dilation=dilation)
        assert bounds.upper == pytest.approx(np.sqrt(windows) * bounds.lower, rel=1e-8)


def test_the_lower_one_of_the_reshaped_bounds_holds_where_a_window_fits():
    for layer, size in layers(7):
        extent = [d * (k - 1) + 1 for k, d in zip(layer.kernel_size, layer.dilation, strict=True)]
        matrix = dense(layer, (layer.in_channels, *size))
        starts = [
            range(-p % s, n - e + 1, s) for p, s, n, e in zip(layer.padding, layer.stride, size, extent, strict=True)
        ]
        bounds = reshaped_bounds(layer.weight.data, stride=layer.stride, dilation=layer.dilation, groups=layer.groups)
        if all(map(len, starts)):
            assert bounds.lower <= np.linalg.norm(matrix, 2) * (1 + 1e-12)
        assert np.linalg.norm(bounds.attained_at) == pytest.approx(1)
        responses = np.tensordot(layer.weight.data, bounds.attained_at, layer.weight.data.ndim - 1)
        by_group = np.linalg.norm(responses.reshape(layer.groups, -1), axis=1)
        assert by_group.max() == pytest.approx(bounds.lower)


def test_the_lower_one_of_the_reshaped_bounds_needs_a_window_without_padding():
    rng = np.random.default_rng(9)
    layer = nn.Conv1d(1, 1, 4, 2, 1, bias=False, rng=rng, dtype=np.float64)
    layer.weight.data[:] = 1, 0, 0, 1
    bounds = reshaped_bounds(layer.weight.data, stride=2)
    assert bounds.lower == pytest.approx(np.sqrt(2))
    # of four values each window holds a zero of the padding, and of six one window holds none
    norms = [np.linalg.norm(dense(layer, (1, n)), 2) for n in (4, 6)]
    assert norms[0] == pytest.approx(1)
    assert norms[1] >= bounds.lower * (1 - 1e-12)


def test_the_reshaping_that_is_least_is_taken():
    rng = np.random.default_rng(8)
    least = set()
    for _ in range(40):
        weight = rng.standard_normal((2, 3, 3, 3))
        norms = [
            np.linalg.norm(weight.transpose(order).reshape(rows, -1), 2)
            for order, rows in (((0, 1, 2, 3), 2), ((0, 2, 1, 3), 6), ((0, 3, 1, 2), 6), ((0, 2, 3, 1), 18))
        ]
        assert singla_feizi_bound(weight) == pytest.approx(3 * min(norms), rel=1e-12)
        least.add(int(np.argmin(norms)))
    assert len(least) > 1


@pytest.mark.parametrize("function", [frobenius_bound, reshaped_bounds, schur_bound, entry_bound, young_bound])
@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.ones(3), "weight must have "),
        (np.ones((2, 0, 3)), "weight is empty: axis C/groups has size 0"),
        (np.full((2, 2, 3), np.nan), "weight must hold finite numbers, got NaN or infinity"),
        ([[1, 2]], "weight must have a floating dtype such as float64, got int64"),
    ],
)
def test_errors(function, weight, message):
    with raises(f"{function.__name__}: {message}"):
        function(weight, *([4] if function is frobenius_bound else []))


@every_bound
def test_groups_divide_the_outputs(name):
    with pytest.raises(ValueError, match=r"_bounds?: groups must divide the first axis of weight, got groups=2 with"):
        of(name, np.ones((3, 2, 2)), groups=2)


def test_a_size_that_holds_no_window():
    with raises("frobenius_bound: the kernel is larger than the padded input on spatial axis 0"):
        frobenius_bound(np.ones((1, 1, 5)), 3)

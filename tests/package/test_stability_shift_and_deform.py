"""Circular shifts and warps: what follows them, what does not, and the bound for translations after a filter."""

from itertools import product

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import nn
from cnn_course.stability import (
    deformation_size,
    shift_change,
    shift_consistency,
    smooth_displacement,
    stride_equivariance_defect,
    translation_bound,
    warp,
)

RNG = np.random.default_rng(0)


def circular(rng, inputs, outputs, stride=1):
    numbers = (inputs, outputs, 3, stride, 1, 1, 1, True, "circular")
    return nn.Conv2d(*numbers, rng=rng, dtype=np.float64)


# Shifts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stride", [1, 2, 3, (2, 3)])
def test_circular_layers_follow_shifts_by_multiples_of_their_stride(stride):
    rng = np.random.default_rng(1)
    layer = nn.Sequential(circular(rng, 2, 3, stride), nn.ReLU())
    x, (s1, s2) = rng.standard_normal((2, 2, 12, 12)), np.broadcast_to(stride, 2)
    for k1, k2 in product([-1, 0, 2], repeat=2):
        assert stride_equivariance_defect(layer, x, (int(k1 * s1), int(k2 * s2)), stride=stride) < 1e-14
    if stride != 1:
        assert stride_equivariance_defect(layer, x, 1, stride=stride) > 0.1


def test_with_zeros_in_the_padding_they_follow_no_shift():
    layer = nn.Conv2d(1, 2, 3, padding=1, rng=np.random.default_rng(2), dtype=np.float64)
    assert stride_equivariance_defect(layer, RNG.standard_normal((1, 1, 8, 8)), 1, stride=1) > 0.1


def test_a_signal_without_high_frequencies_can_be_subsampled_and_then_shifted_by_a_fraction():
    """The defect measures aliasing: it is 0 below half of the new rate, and not from there on."""
    u, subsample = np.arange(16), lambda x: x[:, :, ::2]
    for k in range(8):
        x = np.cos(2 * np.pi * k * u / 16 + 0.3).reshape(1, 1, 16)
        defects = [stride_equivariance_defect(subsample, x, tau, stride=2) for tau in (1, 3)]
        assert max(defects) < 1e-13 if k < 4 else min(defects) > 0.3


def test_shift_change_by_hand():
    x = np.array([[[3.0, 0.0, 0.0, 4.0]]])
    assert shift_change(lambda x: x, x, 1) == pytest.approx(np.sqrt(1 + 9 + 16) / 5)
    assert shift_change(lambda x: x, x, 4) == shift_change(lambda x: x, x, -(10**30) * 4) == 0
    assert shift_change(lambda x: 0 * x, x, 1) == 0
    assert shift_change(lambda x: x[..., :1] - 3, x, 1) == np.inf


def test_consistency_counts_images_and_shifts():
    # the class is where the 1 stands: no shift but the whole circle keeps it
    images = np.eye(4).reshape(4, 1, 4)
    assert shift_consistency(nn.Flatten(), images, [[0], [1], [2], [4]]) == 0.5
    assert shift_consistency(nn.Flatten(), images[:1], [[0]]) == 1
    # the second image is constant
    assert shift_consistency(nn.Flatten(), np.stack([images[0], np.ones((1, 4))]), [[1]]) == 0.5


def test_a_network_is_taken_in_evaluation_mode():
    network = nn.Sequential(nn.Dropout(0.9, rng=np.random.default_rng(0)), nn.GlobalAvgPool(), nn.Flatten())
    assert shift_consistency(network, RNG.standard_normal((20, 3, 4, 4)), [[0, 1], [2, 3]]) == 1


def polyphase(x):
    """Of the four ways to subsample by 2, for each image the one with the largest norm."""
    parts = np.stack([x[:, :, i::2, j::2] for i, j in product((0, 1), repeat=2)])
    best = np.linalg.norm(parts.reshape(4, len(x), -1), axis=2).argmax(axis=0)
    return parts[best, np.arange(len(x))]


def test_polyphase_selection_is_consistent_for_circular_shifts_alone():
    rng = np.random.default_rng(3)
    x, layer = rng.standard_normal((5, 1, 16, 16)), circular(rng, 1, 4)

    def features(x):
        return polyphase(np.maximum(layer(x), 0)).mean(axis=(2, 3))

    before = features(x)
    for offset in product(range(0, 16, 3), repeat=2):
        assert_allclose(features(np.roll(x, offset, (2, 3))), before, rtol=0, atol=1e-14)
    entered = np.roll(x, 1, 3)
    entered[..., 0] = rng.standard_normal((5, 1, 16))  # a shift by which something new comes in
    assert np.abs(features(entered) - before).max() > 0.01


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shift_change(3, np.ones((1, 1, 4)), 1), "shift_change: transform must be a function, got 3"),
        (lambda: shift_change(np.sum, np.ones((1, 4)), 1), "shift_change: x must have at least 3 axes (N, C, spatial)"),
        (lambda: shift_change(np.abs, np.ones((1, 1, 4)), 1.5), "shift_change: offset must be made of integers"),
        (
            lambda: stride_equivariance_defect(np.abs, np.ones((1, 1, 4)), 1, stride=2),
            "stride_equivariance_defect: stride must divide the sizes of x into those of the output, got stride=(2,)",
        ),
        (
            lambda: shift_consistency(nn.Flatten(), np.ones((1, 1, 4)), [1]),
            "shift_consistency: offsets must have shape (shifts, 1) with at least 1 shift, got (1,)",
        ),
        (
            lambda: shift_consistency(nn.Flatten(), np.ones((0, 1, 4)), [[1]]),
            "shift_consistency: images must hold at least 1 image, got 0",
        ),
        (
            lambda: shift_consistency(nn.ReLU(), np.ones((1, 1, 4)), [[1]]),
            "shift_consistency: network must have outputs (N, classes), got shape (1, 1, 4)",
        ),
    ],
)
def test_errors_of_shifts(call, message):
    with raises(message):
        call()


# Deformations ------------------------------------------------------------------------------------------------------


def test_a_constant_displacement_of_whole_pixels_is_a_shift():
    x = RNG.standard_normal((2, 3, 5, 6))
    for offset in product([-7, -1, 0, 2], repeat=2):
        tau = np.broadcast_to(np.array(offset, float).reshape(2, 1, 1), (2, 5, 6))
        assert_array_equal(warp(x, tau), np.roll(x, offset, (2, 3)))


@pytest.mark.parametrize("shape", [(2, 3, 7), (1, 2, 4, 5), (1, 1, 3, 4, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_warp_is_linear_interpolation(shape, dtype):
    rng = np.random.default_rng(4)
    x, size = rng.standard_normal(shape).astype(dtype), shape[2:]
    tau = 3 * rng.standard_normal((len(size), *size))
    y = warp(x, tau.astype(dtype))
    assert y.dtype == dtype
    for u in product(*map(range, size)):
        source, value = np.array(u) - tau[(slice(None), *u)], 0
        for corner in product((0, 1), repeat=len(size)):
            index = np.floor(source).astype(int) + corner
            weight = np.prod(1 - np.abs(source - index))
            value = value + weight * x[(slice(None), slice(None), *(index % size))]
        assert_allclose(y[(slice(None), slice(None), *u)], value, rtol=0, atol=1e-5 if dtype == np.float32 else 1e-13)


def test_size_of_a_deformation():
    n, u = 64, np.arange(64)
    wave = 1.5 * np.sin(2 * np.pi * u / n)
    size = deformation_size(wave[None])
    assert size.displacement == pytest.approx(1.5, rel=1e-3)
    assert size.gradient == pytest.approx(1.5 * 2 * np.pi / n, rel=2e-3)
    shear = np.stack([np.broadcast_to(wave, (n, n)), np.zeros((n, n))])  # rows move along with the column
    assert deformation_size(shear) == pytest.approx(size, rel=1e-12)
    both = np.stack([wave[:, None] + 0 * wave, wave[:, None] + 0 * wave])
    assert deformation_size(both) == pytest.approx((np.sqrt(2) * size[0], np.sqrt(2) * size[1]), rel=1e-12)


def test_smooth_displacements():
    for size in (16, (12, 20), (4, 5, 6)):
        tau = smooth_displacement(size, amplitude=2.5, rng=np.random.default_rng(5), frequencies=1)
        spatial = (size,) if isinstance(size, int) else size
        assert tau.shape == (len(spatial), *spatial)
        assert deformation_size(tau).displacement == pytest.approx(2.5, rel=1e-12)
        spectrum = np.abs(np.fft.fftn(tau, axes=range(1, tau.ndim)))
        frequencies = np.meshgrid(*(np.abs(np.fft.fftfreq(n) * n) for n in spatial), indexing="ij")
        assert spectrum[:, np.max(frequencies, axis=0) > 1.5].max() < 1e-9 * spectrum.max()
    gentle = smooth_displacement((32, 32), amplitude=1.0, rng=np.random.default_rng(6), frequencies=1)
    rough = smooth_displacement((32, 32), amplitude=1.0, rng=np.random.default_rng(6), frequencies=6)
    assert deformation_size(gentle).gradient < 0.5 * deformation_size(rough).gradient
    still = smooth_displacement((5, 5), amplitude=1.0, rng=np.random.default_rng(7), frequencies=0)
    assert deformation_size(still).gradient == 0


def gaussian(sigma, ndim):
    u = np.arange(-4 * int(sigma + 1), 4 * int(sigma + 1) + 1)
    h = np.exp(-(u**2) / (2 * sigma**2))
    h /= h.sum()
    return h if ndim == 1 else np.outer(h, h)


@pytest.mark.parametrize("ndim", [1, 2])
@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0, 3.0])
def test_the_bound_for_translations_after_a_filter(ndim, sigma):
    """For whole and for fractional translations, by the norm of A - A S itself: no signal does more."""
    h, n = gaussian(sigma, ndim), 64
    embedded = np.zeros((n,) * ndim)
    embedded[tuple(slice(k) for k in h.shape)] = h
    ratios = []
    rng = np.random.default_rng(8)
    for offset in [*rng.uniform(-4, 4, (20, ndim)), *rng.integers(-3, 4, (10, ndim)), *0.1 * np.eye(ndim)]:
        tau = np.broadcast_to(np.reshape(offset, (ndim, *(1,) * ndim)).astype(float), (ndim, *(n,) * ndim))
        moved = warp(embedded[None, None], tau)[0, 0]
        norm = np.abs(np.fft.fftn(embedded - moved)).max()
        bound = translation_bound(h, offset)
        assert norm <= bound * (1 + 1e-12)
        ratios.append(norm / bound if bound else 1)
    assert max(ratios[-ndim:]) > 0.5


def test_the_bound_for_translations_by_hand():
    assert translation_bound(np.array([1.0]), 1) == 2
    assert translation_bound(np.array([1.0, 2.0, 1.0]) / 4, -1.5) == pytest.approx(1.5)
    assert translation_bound(np.ones((2, 4)) / 8, (1, 2)) == pytest.approx(1 * 8 / 8 + 2 * 4 / 8)
    x = np.tile([1.0, -1.0], 8).reshape(1, 1, 16)
    assert np.linalg.norm(warp(x, np.ones((1, 16))) - x) == 2 * np.linalg.norm(x)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: warp(np.ones((1, 1, 4)), np.ones((2, 4))),
            "warp: displacement must have shape (1, 4), got (2, 4) (x.shape=(1, 1, 4))",
        ),
        (lambda: warp(np.ones((1, 4)), np.ones((1, 4))), "warp: x must have at least 3 axes (N, C, spatial), got 2"),
        (lambda: warp(np.ones((1, 1, 1)), [[np.nan]]), "warp: displacement must hold finite numbers"),
        (
            lambda: deformation_size(np.ones((3, 4, 4))),
            "deformation_size: displacement must have shape (spatial axes, *spatial), not empty, got (3, 4, 4)",
        ),
        (
            lambda: smooth_displacement(4, amplitude=-1, rng=RNG),
            "smooth_displacement: amplitude must be a finite number and at least 0, got -1",
        ),
        (
            lambda: smooth_displacement(4, amplitude=1, rng=RNG, frequencies=-1),
            "smooth_displacement: frequencies must be at least 0, got -1",
        ),
        (
            lambda: translation_bound(np.ones(()), 1),
            "translation_bound: kernel must have at least 1 axis and 1 element",
        ),
        (
            lambda: translation_bound(np.ones(3), (1, 2)),
            "translation_bound: offset must be a number or have 1 entries, got shape (2,)",
        ),
    ],
)
def test_errors_of_deformations(call, message):
    with raises(message):
        call()

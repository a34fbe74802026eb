"""Winograd's convolution equals the direct one: exactly in rational numbers, and in float32 within its error."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose

from cnn_course import conv2d
from cnn_course.functional import winograd


def fractions(matrix):
    """The matrix in exact fractions: its entries are multiples of 1/24."""
    return np.array([[Fraction(round(24 * entry), 24) for entry in row] for row in matrix], dtype=object)


def test_the_identity_behind_it_holds_in_rational_arithmetic():
    rng = np.random.default_rng(0)
    x, w = (np.array([Fraction(int(n)) for n in rng.integers(-99, 100, size)], dtype=object) for size in (6, 3))
    products = (fractions(winograd.G) @ w) * (fractions(winograd.B_T) @ x)
    y = fractions(winograd.A_T) @ products
    assert list(y) == [sum(w[t] * x[u + t] for t in range(3)) for u in range(4)]


# Error of float32: the transforms multiply rounding errors by less than 100; of float64 the same, with its own unit.
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 100 * 2**-23), (np.float64, 100 * 2**-52)])
@pytest.mark.parametrize("padding", [((0, 0), (0, 0)), ((1, 1), (1, 1)), ((2, 0), (0, 1)), ((9, 8), (7, 0))])
@pytest.mark.parametrize("shape", [(1, 5, 6, 6), (3, 2, 7, 11), (2, 7, 13, 5), (2, 3, 3, 3)])
@pytest.mark.parametrize("block_bytes", [1, winograd.BLOCK_BYTES])
def test_it_equals_the_direct_convolution(monkeypatch, dtype, tolerance, padding, shape, block_bytes):
    monkeypatch.setattr(winograd, "BLOCK_BYTES", block_bytes)
    rng = np.random.default_rng(1)
    x, weight = rng.standard_normal(shape).astype(dtype), rng.standard_normal((4, shape[1], 3, 3)).astype(dtype)

    y = winograd.forward(x, winograd.transform_weight(weight), padding)

    direct = conv2d(x, weight, padding=padding)
    assert_allclose(y, direct, rtol=0, atol=tolerance * np.abs(direct).max(), strict=True)

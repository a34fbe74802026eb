"""The fastest convolution is the plain one, whichever method the sizes choose."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import convolve
from cnn_course.signals.filtering import FEW_TAPS, SMALL, fast_convolve

SIZES = {  # by method: signal, kernel; every axis uneven
    "copies": ((31, 37), (5, 4)),
    "columns": ((211, 197), (7, 8)),
    "columns, one axis": ((99991,), (61,)),
    "columns, three axes": ((41, 37, 43), (3, 4, 5)),
    "transforms": ((101, 83), (11, 10)),
    "transforms, one axis": ((9973,), (127,)),
}


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(("n", "m"), SIZES.values(), ids=SIZES)
def test_it_equals_the_plain_convolution(n, m, mode):
    rng = np.random.default_rng(0)
    f, h = rng.standard_normal(n), rng.standard_normal(m)
    desired = convolve(f, h, mode)
    # transforms err by a few units of the largest value times log2 of the size, which is below 20
    assert_allclose(fast_convolve(f, h, mode), desired, rtol=0, atol=100 * 2**-52 * np.abs(desired).max(), strict=True)


def test_the_sizes_choose_each_method():
    few = {name: np.prod(m) <= FEW_TAPS for name, (n, m) in SIZES.items()}
    small = {name: np.prod(n) * np.prod(m) <= SMALL for name, (n, m) in SIZES.items()}
    assert [name for name in SIZES if small[name]] == ["copies"]
    assert [name for name in SIZES if few[name] and not small[name]] == [n for n in SIZES if n.startswith("columns")]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_not_finite_reaches_only_the_windows_that_hold_it(value):
    f = np.ones((101, 83))
    f[50, 40] = value
    spoilt = ~np.isfinite(fast_convolve(f, np.ones((11, 10)), "valid"))
    expected = np.zeros((91, 74), dtype=bool)
    expected[40:51, 31:41] = True
    assert_array_equal(spoilt, expected)


def test_float32_stays_float32():
    for n, m in SIZES.values():
        assert fast_convolve(np.ones(n, np.float32), np.ones(m, np.float32)).dtype == np.float32


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="fast_convolve: f must have a floating dtype such as float64, got int64"):
        fast_convolve(np.ones(3, dtype=np.int64), np.ones(2))
    with pytest.raises(ValueError, match="fast_convolve: f has 1 axes but h has 2"):
        fast_convolve(np.ones(3), np.ones((2, 2)))

"""SciPy and NumPy, which share no line with the package, compute the same convolutions, correlations and pools.

The values are whole, also in the complex numbers, and so all results have to be exactly equal.
"""

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from geometries import all_modes, on_1_2_and_3_axes, shapes, whole
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import cnn_course
from cnn_course import convolve, correlate


@on_1_2_and_3_axes
@all_modes
@pytest.mark.parametrize("dtype", [np.int64, np.complex128])
@pytest.mark.parametrize("name", ["convolve", "correlate"])
@given(data=st.data())
def test_signals(name, dtype, mode, ndim, data):
    n, m = shapes(data, ndim, mode)
    f, h = whole(n, dtype, 0), whole(m, dtype, 1)
    expected = getattr(scipy.signal, name)(f, h, mode, method="direct")
    assert_array_equal(getattr(cnn_course, name)(f, h, mode), expected, strict=True)


@all_modes
@given(data=st.data())
def test_convolve2d(mode, data):
    n, m = shapes(data, 2, mode)
    f, h = whole(n, np.int64, 0), whole(m, np.int64, 1)
    assert_array_equal(convolve(f, h, mode), scipy.signal.convolve2d(f, h, mode), strict=True)


@all_modes
@given(data=st.data())
def test_numpy(mode, data):
    (n,), (m,) = shapes(data, 1, mode)
    m = min(m, n)  # NumPy exchanges the operands where the second is longer
    f, h = whole(n, np.complex128, 0), whole(m, np.complex128, 1)
    assert_array_equal(convolve(f, h, mode), np.convolve(f, h, mode), strict=True)
    assert_array_equal(correlate(f, h, mode), np.correlate(f, h, mode), strict=True)


@pytest.mark.parametrize("dtypes", [("i1", "i2"), ("u1", "i4"), ("i8", "f4"), ("f4", "c8"), ("f4", "f4"), ("u2", "u2")])
def test_signals_have_the_common_dtype(dtypes):
    f, h = (np.arange(1, size + 1).astype(dtype) for size, dtype in zip((5, 3), dtypes, strict=True))
    assert_array_equal(convolve(f, h), np.convolve(f, h), strict=True)
    assert_array_equal(correlate(f, h), np.correlate(f, h, "full"), strict=True)


def test_layers_are_correlations_summed_over_channels():
    x, weight = whole((2, 3, 6, 7), float, 0), whole((4, 3, 3, 2), float, 1)
    expected = [
        [
            sum(scipy.signal.correlate2d(channel, tap, "valid") for channel, tap in zip(image, kernel, strict=True))
            for kernel in weight
        ]
        for image in x
    ]
    assert_array_equal(cnn_course.conv2d(x, weight), expected, strict=True)


@pytest.mark.parametrize("kernel_size", [(5,), (3, 5), (1, 3, 5)])
def test_same_padding_of_odd_kernels_is_that_of_ndimage(kernel_size):
    ndim = len(kernel_size)
    x, weight = whole((6, 7, 8)[:ndim], float, 0), whole(kernel_size, float, 1)
    y = getattr(cnn_course, f"conv{ndim}d")(x[None, None], weight[None, None], padding="same")
    assert_array_equal(y[0, 0], scipy.ndimage.correlate(x, weight, mode="constant"), strict=True)


@pytest.mark.parametrize("kernel_size", [(5,), (3, 5), (1, 3, 5)])
def test_pooling_with_stride_1_is_a_filter_of_ndimage(kernel_size):
    ndim = len(kernel_size)
    x = 15 * whole((6, 7, 8)[:ndim], float, 0)  # uniform_filter divides axis by axis: by 3 and by 5, exactly
    max_pool, avg_pool = (getattr(cnn_course, f"{name}_pool{ndim}d") for name in ("max", "avg"))

    maxima = scipy.ndimage.maximum_filter(x, kernel_size, mode="constant", cval=-np.inf)
    assert_array_equal(max_pool(x[None, None], kernel_size, stride=1, padding="same")[0, 0], maxima, strict=True)

    means = scipy.ndimage.uniform_filter(x, kernel_size, mode="constant")
    assert_array_equal(avg_pool(x[None, None], kernel_size, stride=1, padding="same")[0, 0], means, strict=True)

"""Convolution by the DFT equals the direct one.

Whole numbers below 100 in float64 come back to within 1e-8, as the error bound of `test_error_bound` says, and so are
recovered exactly by rounding to the nearest: most comparisons here need no other tolerance.
"""

import numpy as np
import pytest
import scipy.fft
import scipy.signal
from geometries import all_modes, on_1_2_and_3_axes, shapes, whole
from hypothesis import given
from hypothesis import strategies as st
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal

import cnn_course
from cnn_course import adjoint_check, convolve, correlate
from cnn_course.functional import fft_conv
from cnn_course.signals.fourier import (
    circular_convolve,
    fft_convolve,
    fft_correlate,
    next_fast_length,
    overlap_add,
    singular_values,
    transfer_function,
)
from cnn_course.signals.matrix import circulant_matrix, matrix_of

real_and_complex = pytest.mark.parametrize("dtype", [np.float64, np.complex128])


def assert_rounds_to(actual, desired):
    """Equal to whole numbers, and of their shape and dtype."""
    assert_array_equal(np.rint(actual), desired, strict=True)
    assert_allclose(actual, desired, rtol=0, atol=1e-8)


def bound(dtype, length, f, h):
    """Largest error of a value of f * h by transforms of `length` points in all.

    A transform of N points is off by at most 7 u log2(N) relative to its 2-norm, u being half of the machine epsilon
    (Higham, Accuracy and Stability of Numerical Algorithms, theorem 24.2). There are three, and a product; the 2-norm
    of f * h is at most |f|_2 |h|_1, and each value is at most the 2-norm.
    """
    return (3 * 7 + 3) * np.finfo(dtype).eps / 2 * np.log2(2 * length) * np.linalg.norm(f) * np.abs(h).sum()


def circular_layer(x, weight, before=0):
    """y[o, u] = sum of w[o, c, v] x[c, (u + v - before) mod n], by its definition, for one image."""
    axes = tuple(range(x.ndim - 1))
    y = np.zeros((weight.shape[0], *x.shape[1:]))
    for o, c, *v in np.ndindex(*weight.shape):
        y[o] += weight[(o, c, *v)] * np.roll(x[c], [before - tap for tap in v], axes)
    return y


@pytest.fixture
def transforms(monkeypatch):
    """The lengths of all transforms that are computed, each as often as it is."""
    lengths = []

    def recording(function):
        def record(a, s, axes, *rest):
            lengths.extend([tuple(s)] * (a.size // np.prod([a.shape[axis] for axis in axes], dtype=int)))
            return function(a, s, axes, *rest)

        return record

    for name in ("rfftn", "irfftn", "fftn", "ifftn"):
        monkeypatch.setattr(np.fft, name, recording(getattr(np.fft, name)))
    return lengths


def test_linear_convolution_by_hand():
    f, h = [1.0, 2, 3, 4, 5], [1.0, 10, 100]
    for result in (fft_convolve(f, h), overlap_add(f, h), overlap_add(f, h, block=2)):
        assert_rounds_to(result, np.array([1.0, 12, 123, 234, 345, 450, 500]))


def test_a_dft_that_is_too_short_wraps_around():
    f, h = [1.0, 2, 3, 4], [1.0, 10, 100]
    linear = np.array([1.0, 12, 123, 234, 340, 400])
    assert_rounds_to(circular_convolve(f, h), np.array([1.0 + 340, 12 + 400, 123, 234]))
    assert_rounds_to(circular_convolve([*f, 0.0], h), np.array([1.0 + 400, 12, 123, 234, 340]))
    assert_rounds_to(circular_convolve([*f, 0.0, 0.0], h), linear)
    assert_rounds_to(fft_convolve(f, h), linear)


@on_1_2_and_3_axes
@real_and_complex
@given(data=st.data())
def test_circular_convolve(dtype, ndim, data):
    n, m = shapes(data, ndim, "valid")
    f, h = whole(n, dtype, 0), whole(m, dtype, 1)
    by_definition = sum(h[t] * np.roll(f, t, tuple(range(ndim))) for t in np.ndindex(*m))
    assert_rounds_to(circular_convolve(f, h), by_definition)
    assert_array_equal(circulant_matrix(h, n) @ f.ravel(), by_definition.ravel())


@pytest.mark.parametrize(("n", "m"), [((7,), (5,)), ((11, 13), (2, 13)), ((13, 7, 1), (13, 1, 1))])
def test_the_period_is_that_of_the_signal_and_not_a_fast_length(n, m):
    f, h = whole(n, np.float64, 0), whole(m, np.float64, 1)
    assert_rounds_to(circular_convolve(f, h).ravel(), circulant_matrix(h, n) @ f.ravel())


@on_1_2_and_3_axes
@all_modes
@real_and_complex
@given(data=st.data())
def test_fft_convolve(dtype, mode, ndim, data):
    n, m = shapes(data, ndim, mode)
    f, h = whole(n, dtype, 0), whole(m, dtype, 1)
    assert_rounds_to(fft_convolve(f, h, mode), convolve(f, h, mode))
    assert_rounds_to(fft_correlate(f, h, mode), correlate(f, h, mode))


@all_modes
@given(n=st.integers(1, 400), m=st.integers(1, 400))
def test_fft_convolve_on_longer_signals(mode, n, m):
    m = min(m, n)  # NumPy exchanges the operands where the second is longer
    f, h = whole(n, np.float64, 0), whole(m, np.float64, 1)
    assert_rounds_to(fft_convolve(f, h, mode), np.convolve(f, h, mode))


@all_modes
@real_and_complex
def test_scipy_convolves_the_same(mode, dtype):
    f, h = whole((37, 41), dtype, 0), whole((8, 5), dtype, 1)
    assert_rounds_to(fft_convolve(f, h, mode), np.rint(scipy.signal.fftconvolve(f, h, mode)))


@pytest.mark.parametrize("dtypes", [("f4", "f4"), ("f4", "f8"), ("f4", "c8"), ("f8", "c8"), ("g", "f4")])
def test_results_have_the_common_dtype(dtypes):
    f, h = (np.arange(1, size + 1).astype(dtype) for size, dtype in zip((5, 3), dtypes, strict=True))
    dtype = np.result_type(f, h)
    for function in (fft_convolve, fft_correlate, circular_convolve, overlap_add):
        assert function(f, h).dtype == dtype
    assert_array_equal(np.rint(fft_convolve(f, h)), np.convolve(f, h), strict=True)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_layers_keep_the_dtype(dtype):
    x, weight = np.ones((1, 2, 5), dtype), np.ones((3, 2, 2), dtype)
    assert fft_conv(x, weight).dtype == dtype
    assert singular_values(weight, 5).dtype == dtype
    assert transfer_function(weight, 5).dtype == {"f8": np.complex128}.get(dtype, np.complex64)


# Direct sums in a wider dtype stand for the exact values.
@pytest.mark.parametrize(("dtype", "wide"), [(np.float32, np.float64), (np.float64, np.longdouble)])
@pytest.mark.parametrize(("n", "m"), [(1, 1), (5, 3), (101, 101), (1009, 31), (4096, 3)])
def test_error_bound(dtype, wide, n, m):
    rng = np.random.default_rng(0)
    f, h = rng.standard_normal(n).astype(dtype), rng.standard_normal(m).astype(dtype)
    f[::3] *= 1e6  # the error is relative to the norm, not to the value
    exact = np.convolve(f.astype(wide), h.astype(wide))
    for result in (fft_convolve(f, h), overlap_add(f, h)):
        assert np.abs(result - exact).max() <= bound(dtype, n + m, f, h)


def test_small_values_next_to_large_ones_are_lost():
    assert_array_equal(fft_convolve([1e20, 1.0], [1.0]), [1e20, 0])  # the DFT of 2 points is (1e20 + 1, 1e20 - 1)


@on_1_2_and_3_axes
@real_and_complex
@given(data=st.data())
def test_full_convolution_and_valid_correlation_are_adjoint(dtype, ndim, data):
    n, m = shapes(data, ndim, "full")
    f, h, y = whole(n, dtype, 0), whole(m, dtype, 1), whole(np.add(n, m) - 1, dtype, 2)
    left, right = np.vdot(fft_convolve(f, h), y), np.vdot(f, fft_correlate(y, h, "valid"))
    # each value of either array is within `bound`, and the inner product with |y|_1 or |f|_1 of them
    tolerance = bound(np.float64, y.size, f, h) * np.abs(y).sum() + bound(np.float64, y.size, y, h) * np.abs(f).sum()
    assert abs(left - right) <= tolerance


def test_circular_convolution_with_the_reflected_kernel_is_the_adjoint():
    f, h, y = whole((5, 6), np.float64, 0), whole((5, 6), np.float64, 1), whole((5, 6), np.float64, 2)
    reflected = np.roll(np.flip(h), 1, axis=(0, 1))  # h[-t mod n]
    check = adjoint_check(lambda f: circular_convolve(f, h), lambda y: circular_convolve(y, reflected), f, y)
    assert check.relative_error < 1e-12  # a thousand times the rounding of 30 values; a wrong adjoint is off by 1


def test_next_fast_length_by_search():
    def is_fast(n):
        for prime in (2, 3, 5):
            while n % prime == 0:
                n //= prime
        return n == 1

    expected = 1
    for n in range(1, 3000):
        expected = max(expected, n)
        while not is_fast(expected):
            expected += 1
        assert next_fast_length(n) == expected


@given(n=st.integers(1, 10**12))
def test_next_fast_length_is_scipys(n):
    assert next_fast_length(n) == scipy.fft.next_fast_len(n, real=True)


@real_and_complex
@given(n=st.integers(1, 60), m=st.integers(1, 12), block=st.integers(1, 70) | st.none())
def test_overlap_add(dtype, n, m, block):
    f, h = whole(n, dtype, 0), whole(m, dtype, 1)
    assert_rounds_to(overlap_add(f, h, block=block), np.convolve(f, h))


@pytest.mark.parametrize("m", [1, 2, 31, 500])
def test_overlap_add_on_a_long_signal(m):
    f, h = whole(10_007, np.float64, 0), whole(m, np.float64, 1)
    assert_rounds_to(overlap_add(f, h), np.convolve(f, h))
    assert_rounds_to(overlap_add(f, h), np.rint(scipy.signal.oaconvolve(f, h)))


@pytest.mark.parametrize(
    ("n", "block", "length", "blocks"), [(1055, None, 240, 5), (91, None, 120, 1), (1000, 97, 128, 11)]
)
def test_the_transforms_of_overlap_add_have_the_length_of_a_block(transforms, n, block, length, blocks):
    m = 30
    # 8 m = 240 is fast and has room for 211 values, a fifth of 1055; 91 + 29 = 120 is fast; 97 + 29 goes up to 128
    overlap_add(np.ones(n), np.ones(m), block=block)
    assert transforms == [(length,)] * (blocks + 1 + blocks)


@pytest.mark.parametrize(
    ("mode", "n", "m", "length"),
    [
        ("full", (60, 59), (5, 3), (64, 64)),  # 64 and 61
        ("same", (60, 59), (5, 3), (64, 60)),  # 62 and 60: the first 2 and the first value wrap around, and are cut off
        ("valid", (60, 59), (5, 3), (60, 60)),
        ("same", (3,), (24,), (24,)),  # 3 + 12, but the kernel has to be in whole
    ],
)
def test_transforms_are_no_longer_than_the_mode_needs(transforms, mode, n, m, length):
    f, h = whole(n, np.float64, 0), whole(m, np.float64, 1)
    assert_rounds_to(fft_convolve(f, h, mode), convolve(f, h, mode))
    assert transforms == [length] * 3


def test_fft_conv_transforms_each_channel_once(transforms):
    images, channels, outputs = 2, 3, 5
    fft_conv(np.ones((images, channels, 14, 11)), np.ones((outputs, channels, 3, 2)), padding=(1, 2))
    # the padded sizes are 16 and 15, both fast
    assert transforms == [(16, 15)] * (images * channels + outputs * channels + images * outputs)


@on_1_2_and_3_axes
@given(data=st.data())
def test_fft_conv(ndim, data):
    kernel = data.draw(st.tuples(*[st.integers(1, 4)] * ndim))
    sizes = tuple(k + data.draw(st.integers(0, 5)) for k in kernel)
    padding = data.draw(st.sampled_from(["valid", "same", "full", 2, ((1, 3),) * ndim]))
    images, channels, outputs = (data.draw(st.integers(1, 3)) for _ in range(3))
    x, weight = whole((images, channels, *sizes), np.float64, 0), whole((outputs, channels, *kernel), np.float64, 1)
    expected = getattr(cnn_course, f"conv{ndim}d")(x, weight, padding=padding)
    assert_rounds_to(fft_conv(x, weight, padding=padding), expected)


def test_fft_conv_on_four_axes():
    x, weight = whole((1, 1, 3, 4, 2, 5), np.float64, 0), whole((1, 1, 2, 3, 1, 2), np.float64, 1)
    assert_rounds_to(fft_conv(x, weight)[0, 0], correlate(x[0, 0], weight[0, 0], "valid"))


def test_fft_conv_needs_a_kernel_no_larger_than_the_padded_input():
    x, weight = np.array([[[1.0, 2.0]]]), np.array([[[100.0, 10.0, 1.0, 7.0]]])
    assert_rounds_to(fft_conv(x, weight, padding=1), np.array([[[10.0 + 2.0]]]))


@pytest.mark.parametrize("n", [(6,), (4, 5), (3, 2, 4)])
def test_transfer_function_by_its_definition(n):
    weight = whole((3, 2, *(size - 1 for size in n)), np.float64, 0)
    transfer = transfer_function(weight, n)
    assert transfer.shape == (3, 2, *n)
    for k in np.ndindex(*n):
        by_definition = sum(
            weight[(..., *v)] * np.exp(2j * np.pi * sum(ka * va / na for ka, va, na in zip(k, v, n, strict=True)))
            for v in np.ndindex(*weight.shape[2:])
        )
        # sums of at most 20 numbers below 100, with a rounding unit of 1e-16
        assert_allclose(transfer[(..., *k)], by_definition, rtol=0, atol=1e-12 * 20 * 100)


@pytest.mark.parametrize("n", [(6,), (4, 5), (3, 2, 4)])
@pytest.mark.parametrize("before", [0, 1])
def test_transfer_function_multiplies_each_frequency(n, before):
    weight, x = whole((3, 2, *(size - 1 for size in n)), np.float64, 0), whole((2, *n), np.float64, 1)
    axes = tuple(range(1, x.ndim))
    k_over_n = sum(np.meshgrid(*map(np.fft.fftfreq, n), indexing="ij"))
    transfer = transfer_function(weight, n) * np.exp(-2j * np.pi * before * k_over_n)
    y_hat = np.einsum("oc...,c...->o...", transfer, np.fft.fftn(x, axes=axes))
    assert_rounds_to(np.fft.ifftn(y_hat, axes=axes).real, circular_layer(x, weight, before))


def test_an_integer_stands_for_every_axis_of_the_grid():
    weight = whole((1, 2, 2, 3), np.float64, 0)
    assert_array_equal(transfer_function(weight, 4), transfer_function(weight, (4, 4)))
    assert_array_equal(singular_values(weight, 4), singular_values(weight, (4, 4)))


# A singular value is off by a small multiple of eps times the largest: 1e-13 is 450 eps.
@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize(
    ("weight_shape", "n"),
    [
        ((2, 2, 3), (5,)),
        ((1, 3, 4), (4,)),
        ((4, 1, 1), (3,)),
        ((3, 2, 2, 3), (4, 3)),
        ((2, 3, 3, 1), (3, 5)),
        ((2, 3, 1, 2, 2), (2, 3, 2)),
    ],
)
def test_singular_values_are_those_of_the_matrix_of_the_layer(weight_shape, n, before):
    weight = np.random.default_rng(0).standard_normal(weight_shape)
    outputs, channels = weight_shape[:2]
    matrix = matrix_of(lambda x: circular_layer(x, weight, before), (channels, *n))
    assert matrix.shape == (outputs * np.prod(n), channels * np.prod(n))
    expected = np.linalg.svd(matrix, compute_uv=False)

    values = singular_values(weight, n)

    assert values.shape == (*n, min(outputs, channels))
    assert_allclose(np.sort(values, axis=None)[::-1], expected, rtol=0, atol=1e-13 * expected[0])
    assert (np.diff(values) <= 0).all()


def test_singular_values_by_hand():
    n = 7
    difference, mean, turned = np.array([[[-1.0, 1.0]]]), np.full((1, 1, n), 1 / n), np.array([[[0.6]], [[0.8]]])
    theta = 2 * np.pi * np.arange(n) / n
    assert_allclose(singular_values(difference, n)[:, 0], 2 * np.abs(np.sin(theta / 2)), rtol=0, atol=1e-15)
    assert_allclose(singular_values(mean, n)[:, 0], [1] + [0] * (n - 1), rtol=0, atol=1e-15)
    assert_allclose(singular_values(turned, n)[:, 0], [1] * n, rtol=0, atol=1e-15)


def test_squares_of_the_singular_values_add_up_to_those_of_the_matrix():
    weight, n = whole((3, 2, 2, 3), np.float64, 0), (5, 4)
    # each of the 20 positions has every number of the weight once in its rows
    assert_allclose((singular_values(weight, n) ** 2).sum(), 20 * (weight**2).sum(), rtol=1e-13)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_spoil_all_values_of_their_transform(value):
    f = np.zeros(40)
    f[11] = value
    with np.errstate(invalid="ignore"):
        for result in (fft_convolve(f, [1.0, 2.0]), fft_correlate(f, [1.0, 2.0]), circular_convolve(f, [1.0, 2.0])):
            assert not np.isfinite(result).any()
        transfer = transfer_function(f.reshape(1, 2, 20), 20)
        assert_array_equal(np.isfinite(transfer), [[[False] * 20, [True] * 20]])


def test_a_nan_stays_in_its_block_and_in_its_image():
    f = np.zeros(10)
    f[4] = np.nan
    # the block 3, 4, 5 reaches from 3 to 5 + 2 - 1
    assert_array_equal(np.flatnonzero(np.isnan(overlap_add(f, [1.0, 2.0], block=3))), [3, 4, 5, 6])

    x, weight = np.zeros((3, 2, 5, 5)), np.ones((4, 2, 2, 2))
    x[1, 0, 2, 2] = np.nan
    y = fft_conv(x, weight)
    assert np.isnan(y[1]).all()
    assert_array_equal(y[[0, 2]], 0)


CALLS = {
    "circular_convolve": (circular_convolve, [(5, 6), (2, 3)]),
    "fft_convolve": (fft_convolve, [(5, 6), (2, 3)]),
    "fft_correlate": (fft_correlate, [(5, 6), (2, 3)]),
    "overlap_add": (overlap_add, [(11,), (3,)]),
    "overlap_add, one block": (lambda f, h: overlap_add(f, h, block=11), [(11,), (1,)]),
    "transfer_function": (lambda w: transfer_function(w, (4, 5)), [(2, 3, 2, 3)]),
    "transfer_function, one tap": (lambda w: transfer_function(w, 1), [(2, 3, 1)]),
    "singular_values": (lambda w: singular_values(w, (4, 5)), [(2, 3, 2, 3)]),
    "fft_conv": (lambda x, w: fft_conv(x, w, padding=1), [(2, 3, 5, 6), (4, 3, 2, 3)]),
}


@pytest.mark.parametrize(("function", "sizes"), CALLS.values(), ids=CALLS)
def test_any_layout_is_read_and_none_is_written_to_or_shared(function, sizes):
    arrays = [whole(shape, np.float64, seed) for seed, shape in enumerate(sizes)]
    views = [np.flip(np.flip(array).T.copy().T) for array in arrays]  # the same values, backwards and by columns
    for array in (*arrays, *views):
        array.flags.writeable = False
    result = function(*arrays)
    assert_allclose(function(*views), result, rtol=0, atol=1e-8)
    assert_allclose(function(*[array.tolist() for array in arrays]), result, rtol=0, atol=1e-8)
    assert not any(np.shares_memory(result, array) for array in arrays)


@pytest.mark.parametrize("function", [circular_convolve, fft_convolve, fft_correlate, overlap_add])
@pytest.mark.parametrize(
    ("f", "h", "message"),
    [
        ([1.0, 2.0], [[1.0]], "f has 1 axes but h has 2 (f.shape=(2,), h.shape=(1, 1))"),
        ([], [1.0], "f must have at least 1 axis and 1 element, got shape (0,)"),
        ([1.0], [], "h must have at least 1 axis and 1 element, got shape (0,)"),
        (["a"], [1.0], "f must hold numbers, got dtype <U1"),
        ([1, 2], [1.0], "f must have a floating or complex dtype, got int64: transforms round"),
        ([1.0], [1, 2], "h must have a floating or complex dtype, got int64: transforms round"),
    ],
)
def test_errors_of_signals(function, f, h, message):
    with raises(f"{function.__name__}: {message}"):
        function(f, h)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: fft_convolve([1.0], [1.0], "Full"),
            "fft_convolve: mode must be 'full', 'same' or 'valid', got 'Full'",
        ),
        (
            lambda: fft_convolve(np.ones((5, 2)), np.ones((2, 3)), "valid"),
            "fft_convolve: in mode 'valid' the kernel must fit into the signal, "
            "but on axis 1 h has size 3 and f has size 2",
        ),
        (
            lambda: fft_correlate(np.ones(1), np.ones(2), "valid"),
            "fft_correlate: in mode 'valid' the kernel must fit into the signal, "
            "but on axis 0 h has size 2 and f has size 1",
        ),
        (
            lambda: circular_convolve(np.ones((5, 2)), np.ones((2, 3))),
            "circular_convolve: h must fit into the grid, but on axis 1 it has size 3 and the grid 2",
        ),
        (lambda: next_fast_length(0), "next_fast_length: n must be at least 1, got 0"),
        (lambda: next_fast_length(8.0), "next_fast_length: n must be made of integers, got 8.0"),
        (lambda: overlap_add(np.ones((2, 3)), np.ones((1, 1))), "overlap_add: f must have 1 axes (L), got 2"),
        (lambda: overlap_add(np.ones(2), np.ones(1), block=0), "overlap_add: block must be at least 1, got 0"),
        (lambda: fft_conv(np.ones((1, 2)), np.ones((1, 2))), "fft_conv: x must have 3 axes (N, C, L), got 2"),
        (lambda: fft_conv(np.ones((1, 2, 5)), np.ones((1, 2, 3, 3))), "fft_conv: weight must have 3 axes"),
        (lambda: fft_conv(np.ones((1, 2, 5)), np.ones((1, 3, 3))), "fft_conv: x has 2 channels but weight expects 3"),
        (
            lambda: fft_conv(np.ones((1, 2, 5), "f4"), np.ones((1, 2, 3))),
            "fft_conv: x and weight must have one dtype, got float32 and float64",
        ),
        (
            lambda: fft_conv(np.ones((1, 2, 5), int), np.ones((1, 2, 3), int)),
            "fft_conv: x must have a floating dtype such as float64, got int64",
        ),
        (
            lambda: fft_conv(np.ones((1, 2, 5)), np.ones((1, 2, 6))),
            "fft_conv: the kernel is larger than the padded input on spatial axis 0",
        ),
    ],
)
def test_errors(call, message):
    with raises(message):
        call()


@pytest.mark.parametrize("function", [transfer_function, singular_values])
@pytest.mark.parametrize(
    ("weight", "shape", "message"),
    [
        (np.ones((2, 3)), 4, "weight must have 3 axes (O, C, L), got 2 (weight.shape=(2, 3))"),
        (np.ones((2, 0, 3)), 4, "weight is empty: axis C has size 0, expected at least 1"),
        (np.ones((2, 3, 3), int), 4, "weight must have a floating dtype such as float64, got int64"),
        (np.ones((2, 3, 3)), (4, 4), "shape must be an integer or have 1 entries, got 2 (shape=(4, 4))"),
        (np.ones((2, 3, 3)), 0, "shape must be at least 1, got 0"),
        (
            np.ones((2, 3, 1, 5)),
            4,
            "the kernel of weight must fit into the grid, but on axis 1 it has size 5 and the grid 4",
        ),
    ],
)
def test_errors_of_transfer_functions(function, weight, shape, message):
    with raises(f"{function.__name__}: {message}"):
        function(weight, shape)

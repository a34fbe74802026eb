"""The statements of the chapter on transposed convolution, over thousands of geometries."""

from itertools import product

import numpy as np
import pytest

from cnn_course import (
    avg_pool2d,
    conv1d,
    conv1d_backward,
    conv2d,
    conv_output_size,
    conv_transpose1d,
    conv_transpose1d_backward,
    conv_transpose2d,
    conv_transpose_output_size,
    convolve,
    correlate,
    flip,
    matrix_of,
)

GEOMETRIES = [  # n, k, s, p, d where the window fits
    (n, k, s, p, d)
    for n, k, s, p, d in product(range(1, 10), range(1, 5), range(1, 5), range(4), range(1, 4))
    if n + 2 * p >= d * (k - 1) + 1
]
SMALL = [geometry for geometry in GEOMETRIES if geometry[0] < 8 and geometry[4] < 3]


@pytest.fixture
def rng():
    return np.random.default_rng(34)


def layer_matrix(w, n, s, p, d=1):
    """The matrix of a convolution, from its definition: tap r joins u and t = u s + r d - p."""
    o = (n + 2 * p - d * (len(w) - 1) - 1) // s + 1
    A = np.zeros((o, n))
    for u, r in np.ndindex(o, len(w)):
        if 0 <= u * s + r * d - p < n:
            A[u, u * s + r * d - p] = w[r]
    return A


def transposed(y, w, s=1, p=0, d=1, a=0):
    """`conv_transpose1d` of one signal."""
    geometry = {"stride": s, "padding": p, "dilation": d, "output_padding": a}
    return conv_transpose1d(y[None, None], w[None, None], **geometry)[0, 0]


def stuffed_and_correlated(y, kernel, s, p, d, a):
    """The three steps of the theorem on zero-stuffing, with a kernel that has been reversed or not."""
    o, k = len(y), len(kernel)
    z = np.zeros(s * (o - 1) + 1)
    z[::s] = y
    front, behind = d * (k - 1) - p, d * (k - 1) - p + a
    for zeros, end in ((behind, 1), (front, 0)):  # in this order there are always enough values to remove
        assert zeros >= 0 or len(z) > -zeros
        grown = np.pad(z, (0, max(zeros, 0)) if end else (max(zeros, 0), 0))
        z = grown[: len(grown) - max(-zeros, 0)] if end else grown[max(-zeros, 0) :]
    return conv1d(z[None, None], kernel[None, None], dilation=d)[0, 0]


def test_there_are_enough_geometries():
    assert len(GEOMETRIES) > 1200
    assert any(p > d * (k - 1) for _, k, _, p, d in GEOMETRIES)


@pytest.mark.checks(
    "def-transposed-convolution", "thm-stamps", "eq-strided-layer", "eq-stamps", "eq-transposed-adjoint"
)
def test_matrix_stamps_and_layer_agree(rng):
    for n, k, s, p, d in GEOMETRIES:
        w = rng.integers(-9, 10, k).astype(float)
        A = layer_matrix(w, n, s, p, d)
        o = len(A)
        x, y = rng.integers(-9, 10, n).astype(float), rng.integers(-9, 10, o).astype(float)
        geometry = {"stride": s, "padding": p, "dilation": d}
        np.testing.assert_array_equal(conv1d(x[None, None], w[None, None], **geometry)[0, 0], A @ x)
        stamps = np.zeros(n)
        for u, r in np.ndindex(o, k):
            t = u * s + r * d - p
            if 0 <= t < n:
                stamps[t] += w[r] * y[u]
        np.testing.assert_array_equal(A.T @ y, stamps)
        back = transposed(y, w, s, p, d, (n + 2 * p - d * (k - 1) - 1) % s)
        np.testing.assert_array_equal(back, stamps)
        assert (A @ x) @ y == x @ back


@pytest.mark.checks("def-transposed-convolution")
def test_mat_restores_the_size_of_the_large_side(rng):
    X, W = np.arange(1.0, 10).reshape(3, 3), np.array([[1.0, 2], [3, 4]])
    A = matrix_of(lambda X: correlate(X, W, "valid"), (3, 3))
    S = (A @ X.ravel()).reshape(2, 2)  # 4 numbers: they cannot be an array of the size of X
    with pytest.raises(ValueError, match="reshape"):
        (A @ X.ravel()).reshape(3, 3)
    back = (A.T @ S.ravel()).reshape(3, 3)
    np.testing.assert_array_equal(back, conv_transpose2d(S[None, None], W[None, None])[0, 0])


@pytest.mark.checks("thm-zero-stuffing")
def test_zero_stuffing(rng):
    for n, k, s, p, d in GEOMETRIES:
        w, a = rng.integers(1, 10, k) + 10.0 * np.arange(k), (n + 2 * p - d * (k - 1) - 1) % s  # no palindrome
        A = layer_matrix(w, n, s, p, d)
        y = rng.integers(1, 10, len(A)).astype(float)
        np.testing.assert_array_equal(stuffed_and_correlated(y, flip(w), s, p, d, a), A.T @ y)
        if k > 1 and p == 0:
            assert not np.array_equal(stuffed_and_correlated(y, w, s, p, d, a), A.T @ y)


@pytest.mark.checks("thm-zero-stuffing")
def test_what_lies_behind_comes_first():
    y, w, s, p, a = np.array([7.0]), np.array([3.0]), 5, 2, 4
    np.testing.assert_array_equal(stuffed_and_correlated(y, w, s, p, 1, a), transposed(y, w, s, p, a=a))
    assert p > s * (len(y) - 1) + 1  # in front, more values have to be removed than there are before the zeros come


@pytest.mark.checks("thm-zero-stuffing")
def test_with_the_kernel_as_it_is_the_sizes_are_right_and_the_numbers_are_not(rng):
    W, S = rng.standard_normal((3, 3)), rng.standard_normal((2, 2))
    A = matrix_of(lambda X: correlate(X, W, "valid"), (4, 4))
    assert A.shape == (4, 16)
    wanted, framed = (A.T @ S.ravel()).reshape(4, 4), np.pad(S, 2)
    np.testing.assert_allclose(correlate(framed, flip(W), "valid"), wanted, rtol=0, atol=1e-13)
    assert correlate(framed, W, "valid").shape == (4, 4)
    assert np.abs(correlate(framed, W, "valid") - wanted).max() > 0.5
    symmetric = W + flip(W)
    A = matrix_of(lambda X: correlate(X, symmetric, "valid"), (4, 4))
    np.testing.assert_allclose(correlate(framed, symmetric, "valid").ravel(), A.T @ S.ravel(), rtol=0, atol=1e-13)


@pytest.mark.checks("thm-zero-stuffing")
def test_zero_stuffing_of_images_with_channels(rng):
    for k, s, p in product((1, 2, 3), (1, 2, 3), (0, 1, 2)):
        weight, y = rng.standard_normal((4, 3, k, k)), rng.standard_normal((2, 4, 6, 6))
        z = np.zeros((2, 4, 5 * s + 1, 5 * s + 1))
        z[:, :, ::s, ::s] = y
        grown = max(k - 1 - p, 0)
        cut = slice(p - (k - 1), len(z[0, 0]) - (p - (k - 1))) if p > k - 1 else slice(None)
        z = np.pad(z[:, :, cut, cut], ((0, 0), (0, 0), (grown, grown), (grown, grown)))
        turned = weight[:, :, ::-1, ::-1].swapaxes(0, 1)
        got = conv_transpose2d(y, weight, stride=s, padding=p)
        np.testing.assert_allclose(got, conv2d(z, turned), rtol=0, atol=1e-12)


@pytest.mark.checks("thm-zero-stuffing")
def test_only_unit_fractions_are_strides():
    def zeros(numerator, denominator):
        return divmod(denominator - numerator, numerator)  # 1 / s' - 1, with its remainder

    assert zeros(2, 5) == (1, 1)  # 3/2 zeros
    assert zeros(3, 4) == (0, 1)  # 1/3 of a zero
    assert all(zeros(1, s) == (s - 1, 0) for s in range(1, 9))


@pytest.mark.checks("thm-transposed-size", "eq-transposed-size")
def test_sizes_and_output_padding():
    for n, k, s, p, d in GEOMETRIES:
        geometry = {"stride": s, "padding": p, "dilation": d}
        o = conv_output_size(n, k, **geometry)
        brothers = [m for m in range(1, 80) if m + 2 * p > d * (k - 1) and conv_output_size(m, k, **geometry) == o]
        smallest = s * (o - 1) + d * (k - 1) + 1 - 2 * p
        assert brothers == [smallest + a for a in range(s) if smallest + a >= 1]
        a = (n + 2 * p - d * (k - 1) - 1) % s
        assert smallest + a == n
        assert conv_transpose_output_size(o, k, **geometry, output_padding=a) == n
    assert {conv_output_size(n, 3, stride=2) for n in (5, 6)} == {2}


@pytest.mark.checks("thm-transposed-size")
def test_the_output_padding_shows_what_the_padding_has_cut(rng):
    y, w = rng.integers(1, 10, 4).astype(float), rng.integers(1, 10, 5).astype(float)
    whole = transposed(y, w, s=3)
    for p, a in product(range(3), range(3)):
        expected = np.pad(whole, (0, 3))[p : len(whole) - p + a]
        np.testing.assert_array_equal(transposed(y, w, s=3, p=p, a=a), expected)


@pytest.mark.checks("thm-transposed-size")
def test_pytorchs_bound_on_the_output_padding():
    y, w = np.ones(3), np.ones(2)
    assert len(transposed(y, w, s=1, d=3, a=2)) == len(transposed(y, w, s=1, d=3)) + 2
    with pytest.raises(ValueError, match="smaller than stride or dilation"):
        transposed(y, w, s=2, d=1, a=2)


@pytest.mark.checks("prop-associated", "thm-transposed-size")
def test_the_formula_that_divides_by_the_fractional_stride():
    even = [(n, k, s, p) for n, k, s, p, d in GEOMETRIES if d == 1 and (n + 2 * p - k) % s == 0]
    right = 0
    for n, k, s, p in even:
        o, q = conv_output_size(n, k, stride=s, padding=p), k - p - 1
        assert s * (o - 1) + 1 + 2 * q - k + 1 == n
        divided = s * (o + 2 * q - k) + 1
        assert divided - n == (s - 1) * (k - 2 * p - 1)
        assert (divided == n) == (s == 1 or k == 2 * p + 1)
        right += divided == n
    assert 0 < right < len(even)
    assert 2 * (2 + 2 * 2 - 3) + 1 == 7  # for (5, 3, 2, 0), where 5 is right
    assert 2 * (1 + 2 * 1 - 2) + 1 == 3  # for (2, 2, 2, 0), where 2 is right


@pytest.mark.checks("prop-not-an-inverse")
def test_not_an_inverse(rng):
    for n, k, s, p, d in SMALL:
        A = layer_matrix(rng.standard_normal(k), n, s, p, d)
        if len(A) < n:
            assert np.linalg.matrix_rank(A.T @ A) < n
    X, W = np.array([[1.0, 4, 9], [16, 25, 36], [49, 64, 81]]), np.array([[1.0, 2], [3, 4]])
    A = matrix_of(lambda X: correlate(X, W, "valid"), (3, 3))
    assert np.abs(A.T @ A - np.eye(9)).max() == 29
    assert np.linalg.matrix_rank(A.T @ A) == 4
    assert (A.T @ A @ X.ravel())[:2].tolist() == [157, 555]
    full = layer_matrix(np.array([2.0, 1]), 5, 1, 1)
    assert np.linalg.matrix_rank(full) == 5  # nothing is lost, and yet:
    np.testing.assert_array_equal((full.T @ full)[0, :3], [5, 2, 0])
    single = layer_matrix(np.array([0.0, -1, 0]), 5, 1, 1)
    np.testing.assert_array_equal(single.T @ single, np.eye(5))  # orthonormal columns


@pytest.mark.checks("thm-gradient-is-transposed")
def test_each_is_the_gradient_of_the_other(rng):
    for n, k, s, p, d in SMALL:
        w, geometry = rng.standard_normal(k), {"stride": s, "padding": p, "dilation": d}
        A = layer_matrix(w, n, s, p, d)
        x, g = rng.standard_normal((1, 1, n)), rng.standard_normal((1, 1, len(A)))
        grad, *_ = conv1d_backward(g, x, w[None, None], **geometry)
        np.testing.assert_allclose(grad[0, 0], A.T @ g[0, 0], rtol=0, atol=1e-12)
        a = {"output_padding": (n + 2 * p - d * (k - 1) - 1) % s}
        grad, *_ = conv_transpose1d_backward(x, g, w[None, None], **geometry, **a)
        np.testing.assert_allclose(grad[0, 0], A @ x[0, 0], rtol=0, atol=1e-12)


@pytest.mark.checks("thm-gradient-is-transposed")
def test_a_true_convolution_for_stride_1_only(rng):
    for k, p in product(range(1, 5), range(4)):
        w, n = rng.standard_normal(k), 6
        g = rng.standard_normal(n + 2 * p - k + 1)
        np.testing.assert_allclose(transposed(g, w, p=p), convolve(g, w)[p : p + n], rtol=0, atol=1e-12)
    g = rng.standard_normal((4, 3))
    assert conv_output_size((9, 7), (3, 3), stride=2) == g.shape
    assert convolve(g, np.ones((3, 3))).shape == (6, 5)
    assert conv_transpose2d(g[None, None], np.ones((1, 1, 3, 3)), stride=2).shape == (1, 1, 9, 7)


@pytest.mark.checks("prop-not-an-inverse")
def test_the_transpose_correlates_with_the_autocorrelation(rng):
    for k in range(1, 5):
        w, x = rng.integers(-9, 10, k).astype(float), rng.integers(-9, 10, 15).astype(float)
        A = layer_matrix(w, 15, 1, 0)
        autocorrelation = [(w[: k - abs(j)] * w[abs(j) :]).sum() for j in range(1 - k, k)]
        inner = slice(k - 1, 15 - k + 1)
        np.testing.assert_array_equal((A.T @ A @ x)[inner], correlate(x, autocorrelation, "valid"))
    A = layer_matrix(np.array([1.0, -1]), 6, 1, 0)
    assert (A.T @ A)[2].tolist() == [0, -1, 2, -1, 0, 0]
    assert not (A @ np.ones(6)).any()


@pytest.mark.checks("prop-shortest-solution")
def test_without_padding_the_rows_are_independent(rng):
    unpadded = [geometry for geometry in GEOMETRIES if geometry[3] == 0]
    for n, k, s, _, d in unpadded:
        w = np.zeros(k)
        w[rng.integers(k) :] = 1
        A = layer_matrix(w, n, s, 0, d)
        assert np.linalg.matrix_rank(A @ A.T) == len(A)
    padded = layer_matrix(np.ones(1), 3, 1, 1)  # its first row reads nothing but padding
    assert np.linalg.matrix_rank(padded @ padded.T) < len(padded)


@pytest.mark.checks("prop-shortest-solution")
def test_the_shortest_solution(rng):
    for n, k, s in ((9, 3, 3), (11, 2, 4), (9, 3, 2), (8, 3, 1), (10, 4, 2)):
        w = rng.standard_normal(k)
        A = layer_matrix(w, n, s, 0)
        y = rng.standard_normal(len(A))
        shortest = A.T @ np.linalg.solve(A @ A.T, y)
        np.testing.assert_allclose(shortest, np.linalg.pinv(A) @ y, rtol=0, atol=1e-9)
        apart = np.allclose(A @ A.T, w @ w * np.eye(len(A)))
        assert apart == (s >= k)
        assert np.allclose(shortest, A.T @ y / (w @ w)) == (s >= k)
    apart = layer_matrix(w, 12, 7, 0, d=2)  # 4 taps reach over 7 positions
    np.testing.assert_allclose(apart @ apart.T, w @ w * np.eye(len(apart)), rtol=0, atol=1e-12)


@pytest.mark.checks("thm-overlap-counts")
def test_overlap_counts(rng):
    for o, k, s, p in product(range(1, 9), range(1, 8), range(1, 5), range(4)):
        n = s * (o - 1) + k - 2 * p
        if n < 1:
            continue
        w = rng.integers(-9, 10, k).astype(float)
        counts, constant = transposed(np.ones(o), np.ones(k), s, p), transposed(np.ones(o), w, s, p)
        interior = [t for t in range(n) if k - 1 <= t + p <= s * (o - 1)]
        for t in interior:
            rest = (t + p) % s
            assert counts[t] == (-(-k // s) if rest < k % s else k // s)
            assert constant[t] == w[rest::s].sum()
        if len(interior) >= s:
            assert (len({counts[t] for t in interior}) == 1) == (k % s == 0)
            sums = {w[a::s].sum() for a in range(s)}
            assert (len({constant[t] for t in interior}) == 1) == (len(sums) == 1)
    assert set(transposed(np.ones(6), np.array([0.5, 1, 0.5]), 2)[2:11]) == {1.0}  # although 2 does not divide 3


@pytest.mark.checks("thm-overlap-counts")
def test_overlap_counts_on_images():
    for (k, s), expected in {(3, 2): {1, 2, 4}, (4, 2): {4}, (5, 3): {1, 2, 4}, (2, 3): {0, 1}}.items():
        counts = conv_transpose2d(np.ones((1, 1, 6, 6)), np.ones((1, 1, k, k)), stride=s)[0, 0]
        assert set(counts[k - 1 : 5 * s + 1, k - 1 : 5 * s + 1].ravel()) == expected
        along = transposed(np.ones(6), np.ones(k), s)
        np.testing.assert_array_equal(counts, np.outer(along, along))


@pytest.mark.checks("thm-overlap-counts")
def test_sums_of_taps_on_images(rng):
    for k, s in product(range(1, 6), range(1, 4)):
        w = rng.integers(-9, 10, (k, k)).astype(float)
        result = conv_transpose2d(np.ones((1, 1, 6, 6)), w[None, None], stride=s)[0, 0]
        interior = [t for t in range(len(result)) if k - 1 <= t <= s * 5]
        for t1, t2 in product(interior, interior):
            assert result[t1, t2] == w[t1 % s :: s, t2 % s :: s].sum()
    w = np.array([[1.0, 2, 1], [0, 0, 0], [-1, 0, -1]])  # four equal sums would make the picture even; here they differ
    sums = {w[a::2, b::2].sum() for a, b in product(range(2), range(2))}
    result = conv_transpose2d(np.ones((1, 1, 6, 6)), w[None, None], stride=2)[0, 0]
    assert set(result[2:11, 2:11].ravel()) == sums == {0, 2}


@pytest.mark.checks("thm-overlap-counts")
def test_random_kernels_have_patterns_of_equal_strength():
    """The covariance of the four sums of independent weights, and what follows for their mean."""
    for k in range(2, 7):
        belongs = np.zeros((4, k, k))
        for i, (a, b) in enumerate(product(range(2), range(2))):
            belongs[i, a::2, b::2] = 1
        rows = belongs.reshape(4, -1)
        covariance = rows @ rows.T
        of_the_mean = np.full(4, 0.25) @ covariance @ np.full(4, 0.25)
        assert np.isclose(of_the_mean, np.mean(np.diag(covariance)) / 4)
        assert (len(set(np.diag(covariance))) == 1) == (k % 2 == 0)
        if k == 3:
            assert np.diag(covariance).tolist() == [4, 2, 2, 1]


@pytest.mark.checks("prop-remedies")
def test_remedies_are_transposed_convolutions(rng):
    for s, taps in product(range(1, 5), range(1, 5)):
        y, v = rng.integers(-9, 10, 6).astype(float), rng.integers(-9, 10, taps).astype(float)
        kernel = np.convolve(np.ones(s), v)
        wanted = np.convolve(np.repeat(y, s), v)
        np.testing.assert_array_equal(transposed(y, kernel, s), wanted)
        assert {kernel[a::s].sum() for a in range(s)} == {v.sum()}
        several = rng.integers(-9, 10, (s, taps)).astype(float)
        interleaved = np.stack([np.convolve(y, v) for v in several], axis=1).ravel()
        kernel = several.T.ravel()  # w[s j + a] = v_a[j]
        np.testing.assert_array_equal(transposed(y, kernel, s), interleaved)
        assert [kernel[a::s].sum() for a in range(s)] == several.sum(axis=1).tolist()


@pytest.mark.checks("prop-triangle-kernel")
def test_linear_interpolation(rng):
    for s, o in product(range(1, 10), range(1, 8)):
        k, p = 2 * s - s % 2, s // 2
        w = 1 - np.abs(np.arange(k) - (k - 1) / 2) / s
        y = rng.standard_normal(o)
        z = transposed(y, w, s, p)
        assert len(z) == s * o
        tau = (np.arange(s * o) + 0.5) / s - 0.5
        hats = np.maximum(0, 1 - np.abs(tau[:, None] - np.arange(o)))
        np.testing.assert_allclose(z, hats @ y, rtol=0, atol=1e-12)
        inside = (tau >= 0) & (tau <= o - 1)
        np.testing.assert_allclose(z[inside], np.interp(tau, range(o), y)[inside], rtol=0, atol=1e-12)
        assert np.count_nonzero(~inside) == 2 * (s // 2)
        np.testing.assert_allclose([w[a::s].sum() for a in range(s)], 1, rtol=0, atol=1e-12)


def test_halving_and_repeating_keep_the_means(rng):
    image = rng.standard_normal((1, 1, 8, 6))
    small = avg_pool2d(image, 2)
    repeated = conv_transpose2d(small, np.ones((1, 1, 2, 2)), stride=2)
    np.testing.assert_allclose(avg_pool2d(repeated, 2), small, rtol=0, atol=1e-12)

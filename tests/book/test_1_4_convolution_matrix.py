"""The statements of the chapter on matrices, over many shapes."""

import numpy as np
import pytest

from cnn_course import (
    Sequence,
    circulant,
    circulant_matrix,
    circular_convolve,
    convolution_matrix,
    convolve,
    correlate,
    flip,
    is_toeplitz,
    matrix_of,
    shift,
    toeplitz,
)

LENGTHS = [(3, 5), (1, 4), (4, 7), (5, 5), (5, 9)]  # of kernel and signal
EXACT = {"rtol": 0, "atol": 1e-12}  # sums of at most 36 numbers of size 10


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def integers(rng, *shape):
    return rng.integers(-9, 10, size=shape)


@pytest.mark.checks("thm-convolution-matrix", "eq-convolution-matrix")
@pytest.mark.parametrize(("m", "n"), [*LENGTHS, (5, 2)])
def test_the_matrix_has_the_kernel_in_its_columns(rng, m, n):
    h, f = integers(rng, m), integers(rng, n)
    by_definition = [[h[u - t] if 0 <= u - t < m else 0 for t in range(n)] for u in range(n + m - 1)]
    np.testing.assert_array_equal(convolution_matrix(h, n), by_definition)
    np.testing.assert_array_equal(by_definition @ f, convolve(f, h))
    np.testing.assert_array_equal(matrix_of(lambda f: convolve(f, h), n), by_definition)


@pytest.mark.checks("thm-convolution-matrix")
def test_a_full_convolution_loses_nothing(rng):
    for a in range(4):
        h = np.pad(integers(rng, 4), (a, 0))
        h[a] = 2  # the first value that is not zero
        assert np.linalg.matrix_rank(convolution_matrix(h, 6)) == 6
    assert not convolution_matrix(np.zeros(3), 6).any()


@pytest.mark.checks("rem-first-index", "eq-first-index")
def test_who_counts_from_1_reads_one_position_further(rng):
    f, h = np.arange(1, 6), np.array([1, 10, 100])
    product = convolution_matrix(h, 5) @ f
    from_one = Sequence(f, start=1).convolve(Sequence(h, start=1))
    assert [from_one[i + 1] for i in range(1, 8)] == product.tolist()
    assert not any(from_one[i] == product[i - 1] for i in range(1, 8))
    around_origin = Sequence(f, start=1).convolve(Sequence([1, 4, 6, 4, 1], start=-2))
    by_rows = convolution_matrix([1, 4, 6, 4, 1], 5) @ f
    assert [around_origin[i - 2] for i in range(1, 10)] == by_rows.tolist()


@pytest.mark.checks("prop-row-selection")
@pytest.mark.parametrize(("m", "n"), LENGTHS)
def test_modes_are_rows_and_paddings(rng, m, n):
    h, f, s = rng.integers(1, 10, size=m), integers(rng, n), (m - 1) // 2
    full = convolution_matrix(h, n)
    for mode, rows in {"full": (0, n + m - 1), "same": (s, s + n), "valid": (m - 1, n)}.items():
        kept = full[slice(*rows)]
        np.testing.assert_array_equal(kept, convolution_matrix(h, n, mode))
        np.testing.assert_array_equal(kept, matrix_of(lambda f, mode=mode: convolve(f, h, mode), n))
        np.testing.assert_array_equal(convolution_matrix(flip(h), n, mode) @ f, correlate(f, h, mode))
    np.testing.assert_array_equal(np.flatnonzero(np.count_nonzero(full, axis=1) == m), np.arange(m - 1, n))
    for i in range(n - m + 1):
        np.testing.assert_array_equal(full[m - 1 + i], np.pad(flip(h), (i, n - m - i)))
    for a, b in np.ndindex(m, m):
        padded = convolve(np.pad(f, (a, b)), h, "valid")
        np.testing.assert_array_equal(padded, (full @ f)[m - 1 - a : n + b])


@pytest.mark.checks("thm-transpose", "eq-transpose", "eq-adjoint")
@pytest.mark.parametrize(("m", "n"), LENGTHS)
def test_the_transpose_correlates(rng, m, n):
    h, f, g = integers(rng, m), integers(rng, n), integers(rng, n + m - 1)
    full, same, valid = (convolution_matrix(h, n, mode) for mode in ("full", "same", "valid"))
    np.testing.assert_array_equal(full.T @ g, [h @ g[t : t + m] for t in range(n)])
    assert convolve(f, h) @ g == f @ correlate(g, h, "valid")
    short = g[: n - m + 1]
    np.testing.assert_array_equal(valid.T @ short, correlate(short, h, "full"))
    assert np.array_equal(same.T @ f, correlate(f, h, "same")) == (m % 2 == 1)


@pytest.mark.checks("thm-transpose")
@pytest.mark.parametrize(("m", "n"), [(1, 1), (2, 2), (2, 5), (3, 3), (4, 4), (4, 9), (5, 6)])
def test_which_kernels_have_a_transpose_of_mode_same(m, n):
    def against_the_transpose(other):
        same = [convolution_matrix(e, n, "same").T - convolution_matrix(other(e), n, "same") for e in np.eye(m)]
        return np.array([difference.ravel() for difference in same])

    # No kernel but 0 for even m, every kernel for odd m ...
    assert np.linalg.matrix_rank(against_the_transpose(flip)) == (m if m % 2 == 0 else 0)
    if m % 2 == 1:  # ... and the symmetric kernels, of which there are (m + 1) / 2, for the convolution itself
        assert m - np.linalg.matrix_rank(against_the_transpose(np.array)) == (m + 1) // 2


@pytest.mark.checks("prop-tridiagonal", "eq-tridiagonal")
def test_the_tridiagonal_matrix_correlates(rng):
    for w in (integers(rng, 3), np.array([3, 10, 3])):
        x, (w0, w1, w2) = integers(rng, 5), w
        A = np.diag([w1] * 5) + np.diag([w2] * 4, 1) + np.diag([w0] * 4, -1)
        np.testing.assert_array_equal(A @ x, correlate(x, w, "same"))
        np.testing.assert_array_equal(A.T @ x, convolve(x, w, "same"))
        assert np.array_equal(A, A.T) == (w0 == w2)


@pytest.mark.checks("def-toeplitz", "eq-toeplitz", "prop-diagonals")
@pytest.mark.parametrize(("k", "n"), [(3, 3), (1, 4), (7, 5)])
def test_toeplitz_matrices_have_constant_diagonals(rng, k, n):
    c = dict(zip(range(-(n - 1), k), rng.permutation(n + k - 1), strict=True))
    matrix = np.array([[c[i - j] for j in range(n)] for i in range(k)])
    np.testing.assert_array_equal(toeplitz(matrix[:, 0], matrix[0]), matrix)
    assert is_toeplitz(matrix)
    assert np.array_equal(matrix[1:, 1:], matrix[:-1, :-1])
    for i, j in np.ndindex(max(k - 1, 0), n - 1):
        spoiled = matrix.copy()
        spoiled[i + 1, j + 1] += 1
        assert not is_toeplitz(spoiled)
        assert not np.array_equal(spoiled[1:, 1:], spoiled[:-1, :-1])
    i, j = np.indices((k, n))
    basis = np.array([(i - j == l).ravel() for l in c], dtype=float)
    assert np.linalg.matrix_rank(basis) == n + k - 1


@pytest.mark.checks("prop-band", "prop-degrees")
@pytest.mark.parametrize("mode", ["full", "valid"])
@pytest.mark.parametrize(("m", "n"), [(5, 100), (3, 5), (2, 4)])
def test_a_convolution_has_as_many_numbers_as_its_kernel(m, n, mode):
    units = [convolution_matrix(e, n, mode) for e in np.eye(m)]
    assert all(map(is_toeplitz, units))
    assert np.linalg.matrix_rank(np.array([unit.ravel() for unit in units])) == m
    u, t = np.nonzero(sum(units))
    assert set(u - t) == set(range(m) if mode == "full" else range(1 - m, 1))
    if mode == "full":
        assert len(u) == m * n
        assert np.count_nonzero(convolution_matrix([1, 0, 0, 7], n)) == 2 * n


@pytest.mark.checks("prop-counts")
def test_what_locality_and_sharing_save():
    units = [convolution_matrix(e.reshape(5, 5), (8, 7), "valid") for e in np.eye(25)]
    outputs, inputs = units[0].shape
    assert (outputs, inputs) == (4 * 3, 8 * 7)
    np.testing.assert_array_equal(np.count_nonzero(sum(units), axis=1), 25)
    assert np.linalg.matrix_rank(np.array([unit.ravel() for unit in units])) == 25
    local = np.count_nonzero(convolution_matrix(np.ones((5, 5)), (32, 32), "valid"))
    assert (28**2 * 32**2, local, 28**2 * 25) == (802_816, 19_600, 19_600)


def disagreement(A, last):
    """Left side less right side of `eq-equivariant-rows`, for all unit vectors, with or without the last."""
    S = np.eye(A.shape[1], k=-1)
    difference = (A @ S)[1:] - A[:-1]
    return difference if last else difference[:, :-1]


def free(linear, shape):
    """Dimension of the matrices that a linear map sends to zero."""
    return np.prod(shape) - np.linalg.matrix_rank(matrix_of(linear, shape))


@pytest.mark.checks("thm-sharing", "eq-equivariant-rows")
@pytest.mark.parametrize(("k", "n"), [(6, 8), (4, 4), (7, 3)])
def test_equivariant_matrices_are_toeplitz(rng, k, n):
    diagonals = integers(rng, n + k - 1).astype(float)
    matrix = toeplitz(diagonals[n - 1 :], diagonals[n - 1 :: -1])
    assert not disagreement(matrix, last=False).any()
    assert free(lambda A: disagreement(A, False), (k, n)) == n + k - 1
    assert free(lambda A: disagreement(A, True), (k, n)) < n + k - 1


@pytest.mark.checks("thm-sharing")
def test_local_and_equivariant_is_shared(rng):
    w, x = rng.integers(1, 10, size=3), integers(rng, 8)
    A = convolution_matrix(flip(w), 8, "valid")
    np.testing.assert_array_equal(A @ x, correlate(x, w, "valid"))
    np.testing.assert_array_equal((A @ shift(x, 1))[1:], (A @ x)[:-1])
    in_band = matrix_of(lambda A: disagreement(A, True), (6, 8))[:, A.ravel() != 0]
    assert in_band.shape[1] - np.linalg.matrix_rank(in_band) == 3


@pytest.mark.checks("prop-border-defect", "eq-border-defect")
@pytest.mark.parametrize(("p", "n"), [(1, 3), (2, 9), (3, 7)])
def test_the_defect_stays_at_the_border(rng, p, n):
    w, x = integers(rng, 2 * p + 1), integers(rng, n)
    A = convolution_matrix(flip(w), n, "same")
    expected = [w[p + 1 :] @ x[:p]] + [-x[-1] * (w[p + n - u] if n - u <= p else 0) for u in range(1, n)]
    np.testing.assert_array_equal(A @ shift(x, 1) - shift(A @ x, 1), expected)
    ring = circulant(np.roll(np.pad(flip(w), (0, n - len(w))), -p))
    np.testing.assert_array_equal(ring @ np.roll(x, 1), np.roll(ring @ x, 1))


@pytest.mark.checks("rem-generalisation")
def test_sharing_helps_where_it_is_right(rng):
    shared = convolution_matrix(flip([1.0, 2.0, 3.0]), 8, "valid")
    local = np.where(shared != 0, rng.standard_normal((6, 8)), 0)
    units = np.eye(48).reshape(48, 6, 8)
    sets = {
        "dense": units,
        "local": units[shared.ravel() != 0],
        "shared": np.array([convolution_matrix(e, 8, "valid") for e in np.eye(3)]),
    }

    def error(name, truth, examples):
        x = rng.standard_normal((examples, 8))
        y = x @ truth.T + 0.1 * rng.standard_normal((examples, 6))
        design = np.stack([(x @ B.T).ravel() for B in sets[name]], axis=1)
        found = np.tensordot(np.linalg.lstsq(design, y.ravel())[0], sets[name], 1)
        return np.linalg.norm(found - truth) / np.linalg.norm(truth)

    def median(*arguments):
        return np.median([error(*arguments) for _ in range(41)])

    assert median("shared", shared, 4) < median("local", shared, 4) < median("dense", shared, 4)
    assert median("local", local, 400) < median("dense", local, 400) < median("shared", local, 400)
    assert median("shared", local, 400) > 0.5, "more examples do not help"


@pytest.mark.checks("def-vec")
def test_vec_goes_by_rows_and_mat_has_the_size_of_the_output(rng):
    X, v = integers(rng, 3, 5), integers(rng, 6)
    assert all(X.ravel()[5 * i + j] == X[i, j] for i, j in np.ndindex(X.shape))
    assert all(v.reshape(2, 3)[i, j] == v[3 * i + j] for i, j in np.ndindex(2, 3))
    with pytest.raises(ValueError, match="cannot reshape"):
        np.zeros(4).reshape(3, 3)


def image_matrix(W, n1, n2):
    """The matrix of `eq-image-matrix`, entry by entry."""
    (m1, m2), k1, k2 = W.shape, n1 - W.shape[0] + 1, n2 - W.shape[1] + 1
    A = np.zeros((k1 * k2, n1 * n2), dtype=W.dtype)
    for i, j, a, b in np.ndindex(k1, k2, n1, n2):
        if 0 <= a - i < m1 and 0 <= b - j < m2:
            A[k2 * i + j, n2 * a + b] = W[a - i, b - j]
    return A


@pytest.mark.checks("thm-image-matrix", "eq-image-matrix")
@pytest.mark.parametrize(("size", "window"), [((3, 3), (2, 2)), ((4, 6), (2, 3)), ((5, 3), (1, 3)), ((3, 4), (3, 2))])
def test_the_matrix_of_a_layer_for_images(rng, size, window):
    X, W = integers(rng, *size), rng.integers(1, 10, size=window)
    A, S = image_matrix(W, *size), correlate(X, W, "valid")
    np.testing.assert_array_equal((A @ X.ravel()).reshape(S.shape), S)
    np.testing.assert_array_equal(image_matrix(flip(W), *size) @ X.ravel(), convolve(X, W, "valid").ravel())
    np.testing.assert_array_equal(convolution_matrix(flip(W), size, "valid"), A)
    blocks = A.reshape(*S.shape, *size)
    np.testing.assert_array_equal(blocks[1:, :, 1:], blocks[:-1, :, :-1])
    np.testing.assert_array_equal(blocks[:, 1:, :, 1:], blocks[:, :-1, :, :-1])


@pytest.mark.checks("thm-image-matrix", "def-toeplitz")
@pytest.mark.parametrize("size", [(1, 1), (1, 4), (4, 1), (2, 2), (3, 4), (4, 3)])
def test_when_the_matrix_of_a_layer_is_toeplitz_or_circulant(size):
    for window in np.ndindex(size):
        m1, m2 = window[0] + 1, window[1] + 1
        for W in [np.ones((m1, m2)), *np.eye(m1 * m2).reshape(-1, m1, m2)]:
            A = image_matrix(W, *size)
            assert is_toeplitz(A) == (m1 == size[0] or m2 == 1)
            square = A.shape[0] == A.shape[1]
            assert square == (m1 == m2 == 1)
            assert not square or np.array_equal(A, np.eye(len(A)))


@pytest.mark.checks("def-toeplitz")
@pytest.mark.parametrize(("m", "n"), [(1, 4), (2, 2), (3, 3), (3, 7), (4, 5)])
def test_same_is_circulant_with_one_value_only(m, n):
    matrices = [convolution_matrix(e, n, "same") for e in np.eye(m)]
    assert all(map(is_toeplitz, matrices))
    assert np.array_equal(matrices[(m - 1) // 2], np.eye(n))
    broken = np.array([(A - circulant(A[:, 0])).ravel() for A in matrices])
    assert np.linalg.matrix_rank(broken) == m - 1


@pytest.mark.checks("def-toeplitz")
@pytest.mark.parametrize(("m", "n", "stride"), [(3, 9, 2), (1, 4, 2), (2, 4, 2), (5, 34, 4)])
def test_a_stride_breaks_every_kernel(m, n, stride):
    matrices = [convolution_matrix(e, n, "valid")[::stride] for e in np.eye(m)]
    broken = np.array([(A[1:, 1:] - A[:-1, :-1]).ravel() for A in matrices])
    assert np.linalg.matrix_rank(broken) == m


@pytest.mark.checks("thm-image-matrix")
def test_doubly_block_toeplitz_matrices_have_a_number_for_each_pair_of_diagonals():
    k1, k2, n1, n2 = 2, 3, 3, 4

    def broken(A):
        blocks = A.reshape(k1, k2, n1, n2)
        across = blocks[1:, :, 1:] - blocks[:-1, :, :-1]
        within = blocks[:, 1:, :, 1:] - blocks[:, :-1, :, :-1]
        return np.concatenate([across.ravel(), within.ravel()])

    assert free(broken, (k1 * k2, n1 * n2)) == (k1 + n1 - 1) * (k2 + n2 - 1)


@pytest.mark.checks("prop-kronecker", "eq-kronecker")
def test_both_sides_at_once(rng):
    B, X, C = integers(rng, 2, 3), integers(rng, 3, 5), integers(rng, 5, 4)
    np.testing.assert_array_equal((B @ X @ C).ravel(), np.kron(B, C.T) @ X.ravel())
    np.testing.assert_array_equal((B @ X @ C).ravel("F"), np.kron(C.T, B) @ X.ravel("F"))
    assert not np.array_equal((B @ X @ C).ravel(), np.kron(C.T, B) @ X.ravel())
    a, b = integers(rng, 3), integers(rng, 2)
    factors = [convolution_matrix(flip(kernel), n, "valid") for kernel, n in ((a, 5), (b, 6))]
    np.testing.assert_array_equal(image_matrix(np.outer(a, b), 5, 6), np.kron(*factors))


@pytest.mark.checks("prop-completion")
@pytest.mark.parametrize(("n", "m", "N"), [(5, 3, 7), (4, 4, 7), (5, 3, 9), (1, 3, 3)])
def test_the_matrix_fits_into_a_circulant_one(rng, n, m, N):
    h = integers(rng, m)
    C, full = circulant(np.pad(h, (0, N - m))), convolution_matrix(h, n)
    np.testing.assert_array_equal(C[: n + m - 1, :n], full)
    assert not C[n + m - 1 :, :n].any()
    np.testing.assert_array_equal(C, circulant_matrix(h, N))


def torus_matrix(c):
    """The matrix of `eq-doubly-block-circulant`, entry by entry."""
    n1, n2 = c.shape
    C = np.zeros((n1 * n2, n1 * n2), dtype=c.dtype)
    for i, j, a, b in np.ndindex(n1, n2, n1, n2):
        C[n2 * i + j, n2 * a + b] = c[(i - a) % n1, (j - b) % n2]
    return C


def unitary_dft(n):
    k = np.arange(n)
    return np.exp(-2j * np.pi * np.outer(k, k) / n) / np.sqrt(n)


@pytest.mark.checks("def-doubly-block-circulant", "eq-doubly-block-circulant", "thm-torus")
@pytest.mark.checks("eq-torus-eigenvalues", "eq-torus-diagonal")
def test_four_ways_to_commute_with_both_shifts(rng):
    n1, n2 = size = 3, 4
    c, X = integers(rng, *size), rng.standard_normal(size)
    C, power = torus_matrix(c), np.linalg.matrix_power
    down = matrix_of(lambda X: np.roll(X, 1, axis=0), size).astype(int)
    right = matrix_of(lambda X: np.roll(X, 1, axis=1), size).astype(int)
    polynomial = sum(c[r, q] * power(down, r) @ power(right, q) for r, q in np.ndindex(size))
    np.testing.assert_array_equal(C, polynomial)
    np.testing.assert_array_equal(C, circulant_matrix(c, size))
    np.testing.assert_allclose(C @ X.ravel(), circular_convolve(X, c.astype(float)).ravel(), **EXACT)

    def commutators(M):
        return np.stack([M @ down - down @ M, M @ right - right @ M])

    assert not commutators(C).any()
    assert free(commutators, (n1 * n2, n1 * n2)) == n1 * n2
    F = np.kron(unitary_dft(n1), unitary_dft(n2))
    np.testing.assert_allclose(F @ F.conj().T, np.eye(n1 * n2), **EXACT)
    np.testing.assert_allclose(F @ C @ F.conj().T, np.diag(np.fft.fft2(c).ravel()), **EXACT)
    from_waves = F.conj().T @ np.diag(np.arange(12)) @ F
    assert np.max(np.abs(commutators(from_waves))) < 1e-12
    np.testing.assert_allclose(torus_matrix(from_waves[:, 0].reshape(size)), from_waves, **EXACT)
    assert np.max(np.abs(commutators(np.diag(np.arange(12))))) > 1, "diagonal in another basis"


@pytest.mark.checks("thm-row-selection", "eq-torus-correlation")
@pytest.mark.parametrize(("size", "window"), [((3, 3), (2, 2)), ((5, 4), (2, 3)), ((6, 6), (3, 3))])
def test_a_layer_is_a_selection_of_rows(rng, size, window):
    W = rng.integers(1, 10, size=window)

    def correlation(X):
        return sum(W[r, q] * np.roll(X, (-r, -q), (0, 1)) for r, q in np.ndindex(window))

    C = matrix_of(correlation, size)
    padded = np.pad(W, [(0, n - m) for n, m in zip(size, window, strict=True)])
    reflected = np.roll(flip(padded), (1, 1), (0, 1))  # c[r, q] = W[-r, -q]
    np.testing.assert_array_equal(C, torus_matrix(reflected))
    F = np.kron(*map(unitary_dft, size))
    np.testing.assert_allclose(F @ C @ F.conj().T, np.diag(np.fft.fft2(padded).conj().ravel()), **EXACT)
    kept = np.arange(C.shape[0]).reshape(size)[: size[0] - window[0] + 1, : size[1] - window[1] + 1].ravel()
    np.testing.assert_array_equal(C[kept], image_matrix(W, *size))


@pytest.mark.checks("thm-torus")
@pytest.mark.parametrize("n", [5, 15, 45])
def test_the_condition_number_of_a_blur_on_a_ring(n):
    ring = circulant(np.roll(np.pad(np.array([1, 4, 6, 4, 1]) / 16, (0, n - 5)), -2))
    k = np.arange(n)
    np.testing.assert_allclose(np.linalg.eigvalsh(ring), np.sort(np.cos(np.pi * k / n) ** 4), **EXACT)
    assert np.linalg.cond(ring) == pytest.approx(np.sin(np.pi / (2 * n)) ** -4, rel=1e-6)


@pytest.mark.checks("thm-convolution-matrix")
@pytest.mark.parametrize("n", [2, 5, 45, 200])
def test_the_condition_number_of_a_full_blur_grows(n):
    h = np.array([1, 4, 6, 4, 1]) / 16
    H, alternating = convolution_matrix(h, n), (-1.0) ** np.arange(n)
    assert np.linalg.norm(H @ alternating) <= np.sqrt(8)
    assert np.max(np.abs((H @ alternating)[4:-4]), initial=0) < 1e-12
    assert np.linalg.cond(H) >= np.linalg.norm(h) * np.sqrt(n / 8)

"""Matrices of convolutions: exactly those of `convolve`, and Toeplitz, doubly block Toeplitz or circulant in form.

All numbers are whole, so that nothing needs a tolerance, except where a DFT comes in.
"""

import numpy as np
import pytest
import scipy.linalg
from geometries import all_modes, on_1_2_and_3_axes, shapes, whole
from hypothesis import given
from hypothesis import strategies as st
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import conv2d, conv_transpose2d, convolve, correlate, flip
from cnn_course.signals.matrix import circulant, circulant_matrix, convolution_matrix, is_toeplitz, matrix_of, toeplitz

MOST = {1: 7, 2: 5, 3: 3}  # positions on each axis, by the number of axes: a matrix has a column for each place
SHIFT_6 = np.roll(np.eye(6), 1, axis=0)  # (S x)[u] = x[u - 1 mod 6]


def circular(f, h):
    """Circular convolution by its definition: np.roll(f, t)[u] = f[(u - t) mod n]."""
    return sum(h[t] * np.roll(f, t, axis=tuple(range(f.ndim))) for t in np.ndindex(*h.shape))


@on_1_2_and_3_axes
@all_modes
@pytest.mark.parametrize("dtype", [np.int64, np.complex128])
@given(data=st.data())
def test_the_matrix_convolves(dtype, mode, ndim, data):
    n, m = shapes(data, ndim, mode, MOST[ndim])
    f, h = whole(n, dtype, 0), whole(m, dtype, 1)
    assert_array_equal(convolution_matrix(h, n, mode) @ f.ravel(), convolve(f, h, mode).ravel(), strict=True)


@on_1_2_and_3_axes
@all_modes
@given(data=st.data())
def test_the_matrix_is_that_of_the_map(mode, ndim, data):
    n, m = shapes(data, ndim, mode, MOST[ndim])
    h = whole(m, np.float64, 1)
    assert_array_equal(convolution_matrix(h, n, mode), matrix_of(lambda f: convolve(f, h, mode), n), strict=True)


@on_1_2_and_3_axes
@all_modes
@given(data=st.data())
def test_a_flipped_conjugate_kernel_correlates(mode, ndim, data):
    n, m = shapes(data, ndim, mode, MOST[ndim])
    f, h = whole(n, np.complex128, 0), whole(m, np.complex128, 1)
    matrix = convolution_matrix(flip(h).conj(), n, mode)
    assert_array_equal(matrix @ f.ravel(), correlate(f, h, mode).ravel())


@on_1_2_and_3_axes
@given(data=st.data())
def test_valid_correlation_is_the_adjoint_of_full_convolution(ndim, data):
    n, m = shapes(data, ndim, "full", MOST[ndim])
    h = whole(m, np.complex128, 1)
    y = whole(np.add(n, m) - 1, np.complex128, 0)
    adjoint = convolution_matrix(h, n).conj().T
    assert_array_equal(adjoint @ y.ravel(), correlate(y, h, "valid").ravel())
    assert_array_equal(adjoint, convolution_matrix(flip(h).conj(), y.shape, "valid"))


@all_modes
@given(data=st.data())
def test_scipy_has_the_same_matrix(mode, data):
    (n,), (m,) = shapes(data, 1, mode, MOST[1])
    h = whole(min(m, n), np.int64, 1)  # SciPy exchanges the operands where the kernel is longer
    assert_array_equal(convolution_matrix(h, n, mode), scipy.linalg.convolution_matrix(h, n, mode), strict=True)


def test_hofmann_1_12_by_hand():
    h, f = [1, 10, 100], [1, 2, 3, 4, 5]
    matrix = [
        [1, 0, 0, 0, 0],
        [10, 1, 0, 0, 0],
        [100, 10, 1, 0, 0],
        [0, 100, 10, 1, 0],
        [0, 0, 100, 10, 1],
        [0, 0, 0, 100, 10],
        [0, 0, 0, 0, 100],
    ]
    assert_array_equal(convolution_matrix(h, 5), matrix)
    assert_array_equal(convolution_matrix(h, 5, "same"), matrix[1:6])
    assert_array_equal(convolution_matrix(h, 5, "valid"), matrix[2:5])
    assert_array_equal(convolution_matrix(h, 5) @ f, [1, 12, 123, 234, 345, 450, 500])


def test_chens_4x9_matrix_by_hand():
    x, w = np.arange(1.0, 10).reshape(3, 3), np.array([[1.0, 10], [100, 1000]])
    by_hand = [
        [1, 10, 0, 100, 1000, 0, 0, 0, 0],
        [0, 1, 10, 0, 100, 1000, 0, 0, 0],
        [0, 0, 0, 1, 10, 0, 100, 1000, 0],
        [0, 0, 0, 0, 1, 10, 0, 100, 1000],
    ]
    matrix = convolution_matrix(flip(w), (3, 3), "valid")
    assert_array_equal(matrix, by_hand)
    first = 1 * 1 + 2 * 10 + 4 * 100 + 5 * 1000
    assert_array_equal(matrix @ x.ravel(), [first, first + 1111, first + 3 * 1111, first + 4 * 1111])

    assert_array_equal(matrix @ x.ravel(), conv2d(x[None, None], w[None, None]).ravel())
    y = np.array([[1.0, -2], [5, 3]])
    assert_array_equal(matrix.T @ y.ravel(), conv_transpose2d(y[None, None], w[None, None]).ravel())

    assert not is_toeplitz(matrix)
    blocks = matrix.reshape(2, 2, 3, 3).swapaxes(1, 2)  # a 2 x 3 matrix of 2 x 3 matrices
    assert all(is_toeplitz(block) for row in blocks for block in row)
    assert_array_equal(blocks[1:, 1:], blocks[:-1, :-1])
    # the circular correlation has four rows that do not wrap around: those of the windows inside
    assert_array_equal(circulant_matrix(w, 3).T[[0, 1, 3, 4]], matrix)


def test_an_integer_stands_for_every_axis():
    h = whole((2, 3), np.int64, 0)
    assert_array_equal(convolution_matrix(h, 4), convolution_matrix(h, (4, 4)))
    assert_array_equal(circulant_matrix(h, 4), circulant_matrix(h, (4, 4)))


def test_composition_is_the_product_of_the_matrices():
    g, h = whole((2, 3), np.int64, 0), whole((4, 2), np.int64, 1)
    product = convolution_matrix(h, (3 + 2 - 1, 5 + 3 - 1)) @ convolution_matrix(g, (3, 5))
    assert_array_equal(product, convolution_matrix(convolve(g, h), (3, 5)))


@given(k=st.integers(1, 7), n=st.integers(1, 7))
def test_toeplitz_by_its_definition(k, n):
    c = {lag: int(value) for lag, value in enumerate(whole(n + k - 1, np.int64, 0), start=-(n - 1))}
    matrix = toeplitz([c[i] for i in range(k)], [c[-j] for j in range(n)])
    assert_array_equal(matrix, [[c[i - j] for j in range(n)] for i in range(k)], strict=True)
    assert_array_equal(matrix, scipy.linalg.toeplitz([c[i] for i in range(k)], [c[-j] for j in range(n)]))
    assert is_toeplitz(matrix)


def test_toeplitz_of_blocks():
    a, b, c, d = whole((4, 2, 3), np.int64, 0)
    assert_array_equal(toeplitz([a, b], [a, c, d]), np.block([[a, c, d], [b, a, c]]), strict=True)


def test_toeplitz_takes_the_dtype_of_both():
    assert toeplitz(np.ones(2, "f4"), np.ones(3, "c8")).dtype == np.complex64


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 4), (2, 0), (2, 4), (1, 2)])
def test_one_changed_entry_is_noticed_unless_alone_on_its_diagonal(row, column):
    matrix = toeplitz([1, 2, 3], [1, 4, 5, 6, 7])
    matrix[row, column] += 1
    assert is_toeplitz(matrix) == ((row, column) in {(0, 4), (2, 0)})


def test_is_toeplitz():
    assert type(is_toeplitz([[1]])) is bool
    assert is_toeplitz(np.ones((1, 5)))
    assert not is_toeplitz([[np.nan, 1], [2, np.nan]])
    assert not is_toeplitz([[1.0, 0], [0, np.nextafter(1, 2)]])
    strided = convolution_matrix([100, 10, 1], 7, "valid")[::2]
    assert strided.shape == (3, 7)
    assert not is_toeplitz(strided)


@pytest.mark.parametrize("n", [1, 2, 5, 6])
def test_circulant(n):
    c = whole(n, np.int64, 0)
    assert_array_equal(circulant(c), [[c[(i - j) % n] for j in range(n)] for i in range(n)], strict=True)
    assert_array_equal(circulant(c), scipy.linalg.circulant(c), strict=True)


def test_circulant_of_blocks():
    a, b, c = whole((3, 2, 3), np.int64, 0)
    assert_array_equal(circulant([a, b, c]), np.block([[a, c, b], [b, a, c], [c, b, a]]), strict=True)


@on_1_2_and_3_axes
@given(data=st.data())
def test_circulant_matrix_convolves_periodic_signals(ndim, data):
    n, m = shapes(data, ndim, "valid", MOST[ndim])
    f, h = whole(n, np.complex128, 0), whole(m, np.complex128, 1)
    matrix = circulant_matrix(h, n)
    assert_array_equal(matrix @ f.ravel(), circular(f, h).ravel(), strict=True)
    assert_array_equal(matrix, matrix_of(lambda f: circular(f, h), n))


def test_linear_convolution_is_circular_convolution_with_enough_zeros():
    h = whole((2, 3), np.int64, 0)
    inside = np.pad(np.ones((3, 4), dtype=bool), ((0, 1), (0, 2))).ravel()
    assert_array_equal(circulant_matrix(h, (4, 6))[:, inside], convolution_matrix(h, (3, 4)))


def test_wrapped_kernel_by_hand():
    # the full result (1, 12, 123, 234, 340, 400), with its last two values added to the first two
    assert_array_equal(circulant_matrix([1, 10, 100], 4) @ [1, 2, 3, 4], [1 + 340, 12 + 400, 123, 234])


def test_circulants_commute_and_multiply_like_their_first_columns():
    a, b = circulant(whole(6, np.int64, 0)), circulant(whole(6, np.int64, 1))
    assert_array_equal(a @ b, b @ a)
    assert_array_equal(a @ b, circulant(circular(a[:, 0], b[:, 0])))


# Two products with unitary matrices of up to 15 rows: each rounds sums of 15 terms, to about 15 * 2^-52 of |c|_1.
@pytest.mark.parametrize("shape", [(6,), (7,), (3, 5)])
def test_the_dft_diagonalises_circulant_matrices(shape):
    c = whole(shape, np.float64, 0)
    dft = np.ones((1, 1))
    for n in shape:
        dft = np.kron(dft, np.exp(-2j * np.pi * np.outer(range(n), range(n)) / n) / np.sqrt(n))
    diagonal = dft @ circulant_matrix(c, shape) @ dft.conj().T
    eigenvalues = np.fft.fftn(c).ravel()
    assert_allclose(diagonal, np.diag(eigenvalues), rtol=0, atol=1e-12 * np.abs(c).sum())


def test_what_commutes_with_the_cyclic_shift_is_circulant():
    # vec(M S - S M) = (I x S^T - S x I) vec(M) in row-major order: its kernel is the commutant
    commutator = np.kron(np.eye(6), SHIFT_6.T) - np.kron(SHIFT_6, np.eye(6))
    assert 36 - np.linalg.matrix_rank(commutator) == 6
    circulants = np.stack([circulant(impulse).ravel() for impulse in np.eye(6)], axis=1)
    assert np.linalg.matrix_rank(circulants) == 6
    assert_array_equal(commutator @ circulants, np.zeros((36, 6)))


@pytest.mark.parametrize(("n", "m"), [(5, 3), (4, 1), (2, 6)])
def test_degrees_of_freedom(n, m):
    k = n + m - 1
    convolutions = np.stack([convolution_matrix(h, n).ravel() for h in np.eye(m)])
    assert np.linalg.matrix_rank(convolutions) == m
    toeplitz_matrices = np.stack([toeplitz(c[n - 1 :], c[n - 1 :: -1]).ravel() for c in np.eye(k + n - 1)])
    assert np.linalg.matrix_rank(toeplitz_matrices) == k + n - 1
    assert convolutions.shape[1] == k * n


def test_matrix_of_a_layer():
    x, weight = whole((2, 3, 5, 4), np.float64, 0), whole((6, 3, 3, 2), np.float64, 1)
    numbers = {"stride": (2, 1), "padding": ((1, 0), (0, 2))}
    matrix = matrix_of(lambda x: conv2d(x, weight, **numbers), (1, 3, 5, 4))
    assert matrix.shape == (6 * 2 * 5, 3 * 5 * 4)
    for image, y in zip(x, conv2d(x, weight, **numbers), strict=True):
        assert_array_equal(matrix @ image.ravel(), y.ravel())
    back = matrix_of(lambda y: conv_transpose2d(y, weight, output_padding=(1, 0), **numbers), (1, 6, 2, 5))
    assert_array_equal(back, matrix.T)


def test_matrix_of_sees_rows_before_columns():
    assert_array_equal(matrix_of(np.transpose, (2, 3)) @ [1, 2, 3, 4, 5, 6], [1, 4, 2, 5, 3, 6])


def test_matrix_of_a_functional_is_a_row():
    assert_array_equal(matrix_of(np.sum, (2, 2)), np.ones((1, 4)), strict=True)


def test_matrix_of_a_map_that_answers_in_its_own_memory():
    answer = np.zeros(3)

    def cumulate(x):
        return np.cumsum(x, out=answer)

    assert_array_equal(matrix_of(cumulate, 3), [[1, 0, 0], [1, 1, 0], [1, 1, 1]])


@pytest.mark.parametrize("dtype", ["i1", "u2", "f2", "f4", "c8"])
def test_the_dtype_of_the_kernel_stays(dtype):
    h = np.array([[1, 2]], dtype=dtype)
    assert {convolution_matrix(h, 3).dtype, circulant_matrix(h, 3).dtype, circulant(h[0]).dtype} == {h.dtype}


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("matrix", [convolution_matrix, circulant_matrix], ids=["linear", "circular"])
def test_nan_and_infinity_stand_where_their_tap_stands(matrix, value):
    assert_array_equal(
        matrix([[1, value], [3, 0]], 3), np.where(matrix([[0, 1], [0, 0]], 3), value, matrix([[1, 0], [3, 0]], 3))
    )
    assert_array_equal(toeplitz([value, 1.0], [value, 2.0]), [[value, 2], [1, value]])


def test_nothing_is_written_to_and_nothing_shared():
    h = np.ones((3, 4))[::2, ::-1]
    h.flags.writeable = False
    for result in (
        convolution_matrix(h, 1),
        convolution_matrix(h[0], 1),
        circulant_matrix(h, (2, 4)),
        circulant(h[0]),
        toeplitz(h[0], h[0, :1]),
        toeplitz(h[0, :1], h[0]),
        matrix_of(lambda x: h, 1),
    ):
        assert not np.shares_memory(result, h)
        result[:] = 0
    assert_array_equal(h, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: matrix_of(np.copy, (2, 0)), "matrix_of: shape must be at least 1, got 0"),
        (lambda: matrix_of(np.copy, 2.5), "matrix_of: shape must be made of integers, got 2.5"),
        (
            lambda: toeplitz([[1, 2]], [1]),
            "toeplitz: column must hold at least 1 number, on 1 axis, or 1 block, on 3 axes, got shape (1, 2)",
        ),
        (
            lambda: toeplitz([1], []),
            "toeplitz: row must hold at least 1 number, on 1 axis, or 1 block, on 3 axes, got shape (0,)",
        ),
        (
            lambda: toeplitz(np.ones((1, 2, 3)), np.ones((1, 3, 2))),
            "toeplitz: the entries of column and row must have one shape, got (2, 3) and (3, 2)",
        ),
        (lambda: toeplitz([1, 2], [3, 2]), "toeplitz: column and row must begin with the same entry, got 1 and 3"),
        (lambda: toeplitz([1], ["1"]), "toeplitz: row must hold numbers, got dtype <U1"),
        (lambda: is_toeplitz([1, 2]), "is_toeplitz: matrix must have 2 axes, got 1 (matrix.shape=(2,))"),
        (
            lambda: circulant(3),
            "circulant: c must hold at least 1 number, on 1 axis, or 1 block, on 3 axes, got shape ()",
        ),
        (
            lambda: convolution_matrix([1], 2, "Full"),
            "convolution_matrix: mode must be 'full', 'same' or 'valid', got 'Full'",
        ),
        (
            lambda: convolution_matrix(np.ones((1, 3)), (4, 2), "valid"),
            "convolution_matrix: h must fit into the grid, but on axis 1 it has size 3 and the grid 2",
        ),
        (
            lambda: convolution_matrix([1], (2, 3)),
            "convolution_matrix: shape must be an integer or have 1 entries, got 2 (shape=(2, 3))",
        ),
        (lambda: convolution_matrix([1], 0), "convolution_matrix: shape must be at least 1, got 0"),
        (
            lambda: convolution_matrix([], 2),
            "convolution_matrix: h must have at least 1 axis and 1 element, got shape (0,)",
        ),
        (
            lambda: convolution_matrix(1, 2),
            "convolution_matrix: h must have at least 1 axis and 1 element, got shape ()",
        ),
        (lambda: convolution_matrix([True], 2), "convolution_matrix: h must hold numbers, got dtype bool"),
        (
            lambda: circulant_matrix(np.ones((3, 2)), 2),
            "circulant_matrix: h must fit into the grid, but on axis 0 it has size 3 and the grid 2",
        ),
        (
            lambda: circulant_matrix([], 2),
            "circulant_matrix: h must have at least 1 axis and 1 element, got shape (0,)",
        ),
        (
            lambda: circulant_matrix([[1]], (1, 2, 3)),
            "circulant_matrix: shape must be an integer or have 2 entries, got 3 (shape=(1, 2, 3))",
        ),
    ],
)
def test_errors(call, message):
    with raises(message):
        call()

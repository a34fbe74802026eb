"""The matrix whose product with a signal is the convolution with a kernel."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="convolution as a matrix",
    chapter="1-4",
    stars=2,
    minutes=20,
    statement=r"""
    For a fixed kernel $h$, the full convolution of a signal $f$ with $h$ is linear in $f$, so it is a matrix. Write
    `convolution_matrix(h, n)`, which returns it: for a kernel of $m$ values and a whole number $n \ge 1$ the matrix
    $T$ with

    $$ T f = f * h, \qquad (f * h)[u] = \sum_t h[u - t]\, f[t], $$

    for *every* signal $f$ of $n$ values. The result of a full convolution has $n + m - 1$ values, so $T$ has shape
    $(n + m - 1,\ n)$. The kernel may be longer than the signal.
    """,
    hints=(
        "The columns of a matrix are its products with the unit vectors. What is the convolution of h with (1, 0, 0)?",
        "The column t is the kernel, moved down by t rows. Above it and below it there are zeros.",
        "T[u, t] depends on the difference u - t alone: it is h[u - t] if that is an index of h, and 0 otherwise.",
    ),
    remark=r"""
    The same $m$ numbers stand in every column, one row further down each time: the matrix is constant along its
    diagonals (*Toeplitz*). Of its $(n + m - 1)\, n$ entries at most $m n$ are not zero, and only $m$ can be chosen.
    """,
)


@exercise.solution
def convolution_matrix(h, n):
    """Matrix of shape (n + len(h) - 1, n) whose product with any f of n values is the full convolution of f and h.

    >>> convolution_matrix(np.array([1.0, 10.0, 100.0]), 2)
    array([[  1.,   0.],
           [ 10.,   1.],
           [100.,  10.],
           [  0., 100.]])
    """
    m = len(h)
    T = np.zeros((n + m - 1, n))
    for t in range(n):
        T[t : t + m, t] = h
    return T


def uneven(rng, n):
    """Whole numbers that read differently from behind."""
    numbers = whole(rng, n)
    numbers[1:][-1:] += 20
    return numbers


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 10.0, 100.0]), 2


@exercise.check("kernels of one value", points=1)
def single(rng):
    for n in (2, 4):
        yield uneven(rng, 1), n


@exercise.check("kernels shorter than the signal", points=1)
def short(rng):
    for m, n in ((2, 3), (3, 6)):
        yield uneven(rng, m), n


@exercise.check("kernels as long as the signal, or longer", points=1)
def long(rng):
    for m, n in ((3, 3), (4, 2), (5, 3)):
        yield uneven(rng, m), n


@exercise.check("signals of one value", points=1)
def one_column(rng):
    for m in (2, 4):
        yield uneven(rng, m), 1


@exercise.check("another kernel of the same size, in the next call", points=1)
def next_call(rng):
    h = uneven(rng, 2)
    yield h, 4
    yield h + 10, 4


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for m, n, size in ((2, 3, 1.0), (3, 2, 2.0**40), (3, 4, 2.0**-40)):
        yield fractions(rng, m, size=size), n


@exercise.alternative
def by_unit_vectors(h, n):
    return np.stack([np.convolve(unit, h) for unit in np.eye(n)], axis=1)


@exercise.alternative
def by_unit_vectors_as_a_view(h, n):
    return np.array([np.convolve(unit, h) for unit in np.eye(n)]).T


@exercise.alternative
def by_indices(h, n):
    u, t = np.ogrid[: n + len(h) - 1, :n]
    inside = (u >= t) & (u - t < len(h))
    return np.where(inside, h[np.where(inside, u - t, 0)], 0.0)


@exercise.alternative
def by_diagonals_in_single_precision(h, n):
    T = np.zeros((n + len(h) - 1, n), dtype=np.float32)
    for k, value in enumerate(h):
        T += value * np.eye(*T.shape, -k, dtype=np.float32)
    return T


@exercise.wrong(
    "This is the transpose of the matrix. T is multiplied from the left, T @ f: it has a column for each value of the "
    "signal, and a row for each value of the result."
)
def transposed(h, n):
    return convolution_matrix(h, n).T


@exercise.wrong(
    "The kernel runs upwards in the columns: T f is a cross-correlation. Multiply T by (1, 0, ..., 0): the result has "
    "to be the kernel as it is."
)
def reversed_kernel(h, n):
    return convolution_matrix(h[::-1], n)


@exercise.wrong(
    "The kernel lies in the rows, in its own order: that is the matrix of a valid cross-correlation, and for a kernel "
    "longer than the signal there is none. Full has n + m - 1 rows, and the kernel stands in the columns."
)
def kernel_in_the_rows(h, n):
    m = len(h)
    T = np.zeros((n - m + 1, n))
    for u in range(n - m + 1):
        T[u, u : u + m] = h
    return T


def by_mode(h, n, mode):
    """The matrix of np.convolve in one of its modes."""
    return np.stack([np.convolve(unit, h, mode) for unit in np.eye(n)], axis=1)


@exercise.wrong(
    "These are the rows of the valid convolution, in which the whole kernel appears. Full begins above them, with the "
    "first value of the kernel alone, and ends below them with the last."
)
def valid_rows(h, n):
    return by_mode(h, n, "valid")


@exercise.wrong(
    "Only the first n rows are there, so that the matrix is square, and the kernel is cut off in the last columns. "
    "The result is longer than the signal: each column holds the whole kernel, and below another m - 1 rows are needed."
)
def cut_to_a_square(h, n):
    return convolution_matrix(h, n)[:n]


@exercise.wrong(
    "These are the n rows from the middle, those of mode same. Full keeps all n + m - 1 rows, so that every column "
    "holds the whole kernel."
)
def same_rows(h, n):
    start = (len(h) - 1) // 2
    return convolution_matrix(h, n)[start : start + n]


@exercise.wrong(
    "This is the matrix of np.convolve with mode same: it has as many rows as the longer one of kernel and signal has "
    "values. Full keeps all n + m - 1 rows, so that every column holds the whole kernel."
)
def same_rows_of_numpy(h, n):
    return by_mode(h, n, "same")


@exercise.wrong(
    "Same result as if only the first n values of the kernel had a diagonal. The kernel may be longer than the signal, "
    "and all its m values stand in every column."
)
def kernel_cut(h, n):
    return np.pad(convolution_matrix(h[:n], n), ((0, max(len(h) - n, 0)), (0, 0)))


def wrapped(h, n, length):
    """The kernel in every column, moved down cyclically."""
    T = np.zeros((length, n))
    for k, t in np.ndindex(len(h), n):
        T[(t + k) % length, t] += h[k]
    return T


@exercise.wrong(
    "What leaves the matrix at the bottom comes in again at the top: a circulant matrix, which belongs to the "
    "circular convolution. Make the matrix m - 1 rows longer, so that nothing has to leave."
)
def circulant(h, n):
    return wrapped(h, n, n)


@exercise.wrong(
    "The columns are as long as the longer one of kernel and signal, and what leaves them at the bottom comes in again "
    "at the top: a circular convolution. With n + m - 1 rows nothing has to leave."
)
def circulant_of_the_longer(h, n):
    return wrapped(h, n, max(n, len(h)))


def under_condition(h, n, condition):
    """h[u - t], as Python understands the index, where a condition holds for u - t."""
    T = np.zeros((n + len(h) - 1, n))
    for u, t in np.ndindex(T.shape):
        if condition(u - t):
            T[u, t] = h[u - t]
    return T


@exercise.wrong(
    "Above the diagonal there should be zeros. There u - t is negative, and Python counts a negative index from the "
    "end of the kernel, or complains: ask for 0 <= u - t < len(h), both."
)
def negative_indices(h, n):
    return under_condition(h, n, lambda index: index < len(h))


@exercise.wrong(
    "Above the diagonal there should be zeros. There u - t is negative, and as an index of the kernel it counts from "
    "the end; that raises an error only below -m. The sequence h is zero for every u - t below 0."
)
def negative_indices_in_the_kernel(h, n):
    return under_condition(h, n, lambda index: -len(h) <= index < len(h))


@exercise.wrong(
    "The index of h is taken modulo m, so that the kernel repeats itself in every column. Where u - t is not an index "
    "of the kernel, the sequence h is zero, and so is T."
)
def repeated_kernel(h, n):
    u, t = np.ogrid[: n + len(h) - 1, :n]
    return h[(u - t) % len(h)]


@exercise.wrong(
    "Every column holds the kernel at the same rows. Convolving with a shifted impulse shifts the result: the column "
    "t stands t rows further down."
)
def not_moved(h, n):
    T = np.zeros((n + len(h) - 1, n))
    T[: len(h)] = h[:, None]
    return T


@exercise.wrong(
    "There is a row of zeros too many at the bottom. The last entry stands at the row (n - 1) + (m - 1), and rows are "
    "counted from 0: that makes n + m - 1 of them."
)
def one_row_too_many(h, n):
    return np.pad(convolution_matrix(h, n), ((0, 1), (0, 0)))


@exercise.wrong(
    "There is a row too few: the last value of the kernel is missing in the last column. Count the rows: the kernel "
    "has m of them in the first column, and moves down n - 1 times."
)
def one_row_too_few(h, n):
    return convolution_matrix(h, n)[:-1]


@exercise.wrong(
    "Here n is taken for the length of the result. It is the length of the signal, the number of columns; the result "
    "is longer by m - 1."
)
def n_rows(h, n):
    m = len(h)
    T = np.zeros((n, n - m + 1))
    for t in range(n - m + 1):
        T[t : t + m, t] = h
    return T


@exercise.wrong(
    "The index of h has the wrong sign: here it is the column less the row, so that the kernel runs to the right in "
    "the rows, and most of the lower rows are empty. It is the row less the column, u - t."
)
def index_negated(h, n):
    m = len(h)
    T = np.zeros((n + m - 1, n))
    for u, t in np.ndindex(T.shape):
        if 0 <= t - u < m:
            T[u, t] = h[t - u]
    return T


@exercise.wrong(
    "There is no condition for the index u - t. For most rows it is not an index of the kernel at all: there the "
    "sequence h is zero, and so is T."
)
def no_condition(h, n):
    return under_condition(h, n, lambda index: True)


@exercise.wrong(
    "The kernel stands in the first column only, n times one over the other: in the flat array the steps are n long, "
    "one row down. One row down and one place to the right is a step of n + 1."
)
def steps_straight_down(h, n):
    T = np.zeros((n + len(h) - 1, n))
    for t in range(n):
        T[t : t + len(h), 0] += h
    return T


@exercise.wrong(
    "The first value of the kernel is missing: it belongs to u = t, where the index u - t is 0. A strict sign "
    "0 < u - t leaves it out."
)
def first_value_missing(h, n):
    return under_condition(h, n, lambda index: 0 < index < len(h))


@exercise.wrong(
    "The last value of the kernel is missing: its index is m - 1, and the condition or the loop ends before it."
)
def last_value_missing(h, n):
    return under_condition(h, n, lambda index: 0 <= index < len(h) - 1)


@exercise.wrong("The last column is empty: the loop over the columns ends one step early. range(n) ends with n - 1.")
def last_column_empty(h, n):
    T = convolution_matrix(h, n)
    T[:, -1] = 0
    return T


@exercise.wrong(
    "A slice of T ends early, at the edge of the matrix, and there is no room in it for the whole kernel. The kernel "
    "stands in the columns, and below the n rows of a square matrix another m - 1 are needed."
)
def no_room(h, n):
    T = np.zeros((n, n))
    for t in range(n):
        T[t : t + len(h), t] = h
    return T

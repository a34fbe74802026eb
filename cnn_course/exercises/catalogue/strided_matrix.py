"""The matrix of a cross-correlation with stride and zero padding."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="the matrix of a strided layer",
    chapter="1-4",
    stars=2,
    minutes=25,
    goals=(2, 4),
    statement=r"""
    A layer has the kernel $w$ of $m$ values, the stride $s \ge 1$ and the padding $p \ge 0$. From a signal $x$ of $n$
    values it computes

    $$ y[u] = \sum_{k = 0}^{m - 1} w[k]\; x[u s + k - p] , $$

    where $x$ is zero outside of $0, \dots, n - 1$. The windows lie on the signal with $p$ zeros in front of it and $p$
    behind, and may not reach over these zeros: $u$ runs through all $u \ge 0$ with $u s + m \le n + 2 p$.

    Write `strided_matrix(w, n, stride, padding)`, which returns the matrix $A$ with $A x = y$ for every $x$. You may
    rely on $m \le n + 2 p$, so that there is at least one row. The kernel may be longer than the signal, the stride
    larger than the kernel, and the padding may be large.
    """,
    hints=(
        "How many u are there? The last window begins at most n + 2p - m behind the first one, and the stride tells "
        "how many steps fit into that.",
        "In the row u the number w[k] belongs to the column t = u * stride + k - padding, if there is such a column.",
        "Or make the matrix for the longer signal of n + 2 * padding values, where each row is the kernel between "
        "zeros, and leave out the columns of the values that are zero anyway.",
    ),
    remark=r"""
    The entry is $A[u, t] = w[t + p - u s]$, so that $A[u + 1, t + s] = A[u, t]$: each row is the one before, moved by
    the stride. The padding has become invisible: it decides where the first row begins, how many rows there are, and
    which part of the kernel the first and the last ones have kept. If the stride is larger than the kernel, the values
    between two windows stand in columns of zeros, and the layer never sees them.

    Its transpose goes from $y$ to the size of $x$, and lays a copy of the kernel down every $s$ positions. Networks
    that enlarge images use it as a layer of its own, the *transposed convolution*.
    """,
)


@exercise.solution
def strided_matrix(w, n, stride, padding):
    """Matrix of the cross-correlation of n values, with zeros around them, with w: a row for every stride-th window.

    >>> strided_matrix(np.array([1.0, 10.0, 100.0]), 5, 2, 1)
    array([[ 10., 100.,   0.,   0.,   0.],
           [  0.,   1.,  10., 100.,   0.],
           [  0.,   0.,   0.,   1.,  10.]])
    """
    m = len(w)
    rows = (n + 2 * padding - m) // stride + 1
    A = np.zeros((rows, n))
    for u in range(rows):
        for k in range(m):
            t = u * stride + k - padding
            if 0 <= t < n:
                A[u, t] = w[k]
    return A


def uneven(rng, m):
    """Whole numbers of which no two have the same size, so that no order of them can be taken for another."""
    return (rng.permutation(m) + 2.0) * rng.choice([-1, 1], m)


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 10.0, 100.0]), 5, 2, 1


@exercise.check("stride 1, no padding", points=1)
def plain(rng):
    for m, n in ((1, 3), (2, 4), (3, 5), (4, 5)):
        yield uneven(rng, m), n, 1, 0


@exercise.check("larger strides, no padding", points=1)
def strided(rng):
    for m, n, stride in ((2, 6, 2), (3, 7, 2), (3, 9, 3)):
        yield uneven(rng, m), n, stride, 0


@exercise.check("values at the end that no window reaches", points=1)
def rest(rng):
    for m, n, stride in ((2, 5, 2), (3, 4, 2), (3, 8, 2), (2, 7, 4)):
        yield uneven(rng, m), n, stride, 0


@exercise.check("stride 1, with padding", points=1)
def padded(rng):
    for m, n, padding in ((3, 5, 1), (4, 6, 2), (2, 3, 1)):
        yield uneven(rng, m), n, 1, padding


@exercise.check("stride and padding", points=1)
def both(rng):
    for m, n, stride, padding in ((3, 6, 2, 1), (4, 7, 3, 2), (5, 8, 2, 2)):
        yield uneven(rng, m), n, stride, padding


@exercise.check("kernels longer than the signal, and padding wider than the kernel", points=1)
def wide(rng):
    for m, n, stride, padding in ((5, 3, 2, 2), (4, 2, 1, 2), (2, 3, 2, 3)):
        yield uneven(rng, m), n, stride, padding


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for m, n, stride, padding, size in ((3, 6, 2, 1, 1.0), (2, 5, 2, 0, 2.0**40), (4, 5, 3, 2, 2.0**-40)):
        yield fractions(rng, m, size=size), n, stride, padding


@exercise.alternative
def by_cutting_columns(w, n, stride, padding):
    longer = n + 2 * padding
    starts = range(0, longer - len(w) + 1, stride)
    return np.array([np.pad(w, (start, longer - len(w) - start)) for start in starts])[:, padding : padding + n]


@exercise.alternative
def by_unit_vectors(w, n, stride, padding):
    columns = [np.correlate(np.pad(unit, padding + len(w)), w) for unit in np.eye(n)]
    first, last = len(w), n + 2 * padding + 1
    return np.stack([column[first:last:stride] for column in columns], axis=1).astype(np.float32)


@exercise.alternative
def by_indices(w, n, stride, padding):
    u, t = np.ogrid[: (n + 2 * padding - len(w)) // stride + 1, :n]
    k = t + padding - u * stride
    inside = (k >= 0) & (k < len(w))
    return np.where(inside, w[np.where(inside, k, 0)], 0.0)


def rows_of(n, m, stride, padding):
    """How many windows there are."""
    return (n + 2 * padding - m) // stride + 1


def by_columns(w, n, rows, column):
    """w[k] at [u, column(u, k)], where there is such a column."""
    A = np.zeros((rows, n))
    for u, k in np.ndindex(rows, len(w)):
        if 0 <= column(u, k) < n:
            A[u, column(u, k)] = w[k]
    return A


@exercise.wrong(
    "The kernel stands in the rows in the opposite order: this is the matrix of a convolution. In x[u s + k - p] the "
    "index of the signal grows with that of the kernel."
)
def reversed_kernel(w, n, stride, padding):
    return strided_matrix(w[::-1], n, stride, padding)


@exercise.wrong(
    "This is the transpose of the matrix. It is multiplied from the left, A @ x: a column for each value of the "
    "signal, and a row for each output."
)
def transposed(w, n, stride, padding):
    return strided_matrix(w, n, stride, padding).T


@exercise.wrong(
    "All windows are there, as if the stride were 1. The row u belongs to the window that begins u * stride positions "
    "behind the first one."
)
def stride_ignored(w, n, stride, padding):
    return strided_matrix(w, n, 1, padding)


@exercise.wrong(
    "There are as many rows as there should be, but each is the one before, moved by one column. The stride says how "
    "far a window lies from the one before it: the column of w[k] is u * stride + k - padding."
)
def rows_move_by_one(w, n, stride, padding):
    return by_columns(w, n, rows_of(n, len(w), stride, padding), lambda u, k: u + k - padding)


@exercise.wrong(
    "The stride spreads the kernel, as if k were multiplied by it: that is called a dilation. The stride moves the "
    "whole window, whose values stay side by side: the column of w[k] is u * stride + k - padding."
)
def dilated(w, n, stride, padding):
    return by_columns(w, n, rows_of(n, len(w), stride, padding), lambda u, k: u + k * stride - padding)


@exercise.wrong(
    "Columns have been struck out, and the stride strikes out rows: an output is left out, but every value of the "
    "signal keeps its column."
)
def columns_struck_out(w, n, stride, padding):
    return strided_matrix(w, n, 1, padding)[:, ::stride]


@exercise.wrong(
    "The first window is not among those that are kept. With a stride the rows 0, s, 2s, ... of the matrix for stride "
    "1 are left, beginning with the row 0."
)
def counted_from_the_stride(w, n, stride, padding):
    return strided_matrix(w, n, 1, padding)[stride - 1 :: stride]


@exercise.wrong(
    "The padding is ignored: there are only the windows that lie on the signal itself, and where the kernel is longer "
    "than the signal there are none. The first window begins p positions in front of the signal, the last may end p "
    "behind it."
)
def padding_ignored(w, n, stride, padding):
    return by_columns(w, n, max(rows_of(n, len(w), stride, 0), 0), lambda u, k: u * stride + k)


@exercise.wrong(
    "The number of rows is right, but the windows begin at the signal's first value. They begin at its padding: "
    "subtract it, the column of w[k] is u * stride + k - padding."
)
def not_moved_by_the_padding(w, n, stride, padding):
    return by_columns(w, n, rows_of(n, len(w), stride, padding), lambda u, k: u * stride + k)


@exercise.wrong(
    "The padding has the wrong sign: the windows are moved to the right by it. With zeros in front of the signal, the "
    "first window begins in front of it, at -padding."
)
def padding_added(w, n, stride, padding):
    return by_columns(w, n, rows_of(n, len(w), stride, padding), lambda u, k: u * stride + k + padding)


@exercise.wrong(
    "The padding is multiplied by the stride, as in (u - p) s. It is counted in values of the signal: the first window "
    "begins at -p, whatever the stride."
)
def padding_in_steps(w, n, stride, padding):
    return by_columns(w, n, rows_of(n, len(w), stride, padding), lambda u, k: (u - padding) * stride + k)


@exercise.wrong(
    "Rows are missing at the end: they are counted as if there were p zeros in all. There are p in front and p behind, "
    "so that the windows have n + 2p values to lie on."
)
def padded_in_front_only(w, n, stride, padding):
    rows = max((n + padding - len(w)) // stride + 1, 0)
    return by_columns(w, n, rows, lambda u, k: u * stride + k - padding)


@exercise.wrong(
    "The zeros have columns of their own. A has a column for each of the n values of x; what belongs to the padding is "
    "multiplied by zero, and its columns can be left out: A[:, padding : padding + n]."
)
def columns_for_the_padding(w, n, stride, padding):
    return strided_matrix(w, n + 2 * padding, stride, 0)


@exercise.wrong(
    "There is a row too many: its window reaches over the last zero. Where the steps do not come out even, the number "
    "of windows is rounded down."
)
def rounded_up(w, n, stride, padding):
    rows = -(-(n + 2 * padding - len(w)) // stride) + 1
    return by_columns(w, n, rows, lambda u, k: u * stride + k - padding)


@exercise.wrong(
    "The last row is missing. The steps that fit are (n + 2p - m) // s, and there is one window more than steps, the "
    "one before the first step."
)
def last_row_missing(w, n, stride, padding):
    return strided_matrix(w, n, stride, padding)[:-1]


@exercise.wrong(
    "The last row is missing where its window ends exactly at the last zero. A window may end there: ask for "
    "u s + m <= n + 2p with an equals sign, or let range end at n + 2p - m + 1."
)
def last_row_missing_if_it_fits(w, n, stride, padding):
    exact = (n + 2 * padding - len(w)) % stride == 0
    A = strided_matrix(w, n, stride, padding)
    return A[:-1] if exact else A


@exercise.wrong(
    "In the rows of the first windows some numbers stand in the last columns: there u s + k - p is negative, and "
    "Python counts a negative index from the end. Leave out what falls on the zeros in front: ask for 0 <= t as well."
)
def negative_index(w, n, stride, padding):
    A = np.zeros((rows_of(n, len(w), stride, padding), n))
    for u, k in np.ndindex(len(A), len(w)):
        t = u * stride + k - padding
        if t < n:
            A[u, t] = w[k]
    return A


@exercise.wrong(
    "What leaves the matrix at one side comes in again at the other, as on a ring. Around this signal there are zeros: "
    "what falls on them is left out."
)
def on_the_ring(w, n, stride, padding):
    A = np.zeros((rows_of(n, len(w), stride, padding), n))
    for u, k in np.ndindex(len(A), len(w)):
        A[u, (u * stride + k - padding) % n] += w[k]
    return A


@exercise.wrong(
    "The rows of windows that reach over an end of the signal are left at zero. Such a window has a part that lies on "
    "the signal, and this part counts."
)
def whole_windows_only(w, n, stride, padding):
    A = np.zeros((rows_of(n, len(w), stride, padding), n))
    for u in range(len(A)):
        first = u * stride - padding
        if 0 <= first <= n - len(w):
            A[u, first : first + len(w)] = w
    return A


@exercise.wrong(
    "In the rows of windows that begin in front of the signal stands the wrong part of the kernel, its first values. "
    "They fall on the zeros; what lies on the signal is the rest, w[padding - u * stride :]."
)
def first_part_of_the_kernel(w, n, stride, padding):
    A = np.zeros((rows_of(n, len(w), stride, padding), n))
    for u in range(len(A)):
        first, last = u * stride - padding, min(u * stride - padding + len(w), n)
        for t in range(max(first, 0), last):
            A[u, t] = w[t - max(first, 0)]
    return A


@exercise.wrong(
    "The first row is right, and each next one is it, moved by np.roll: what leaves at the right comes in at the left, "
    "and what the padding hid in the first row never comes. Move the whole kernel, and cut it anew in every row."
)
def rolled_first_row(w, n, stride, padding):
    A = strided_matrix(w, n, stride, padding)
    return np.array([np.roll(A[0], u * stride) for u in range(len(A))])

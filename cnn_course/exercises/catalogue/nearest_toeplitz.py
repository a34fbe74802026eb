"""The Toeplitz matrix nearest to a matrix."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="the nearest Toeplitz matrix",
    chapter="1-4",
    stars=2,
    minutes=25,
    goals=(4,),
    statement=r"""
    A dense layer has learned a matrix $A$, of any size $k \times n$. Which layer with shared weights is closest to it?
    Write `nearest_toeplitz(A)`. It returns the matrix $T$ of the size of $A$ that is constant along every diagonal from
    the upper left to the lower right, and for which

    $$ \sum_{i, j} (A[i, j] - T[i, j])^2 $$

    is as small as possible. There is exactly one. `A` itself is not changed. Its numbers may be of type int; those of
    $T$ are floats.
    """,
    hints=(
        "The sum splits into one sum for each diagonal, and T has one number to choose for each.",
        "Which number c makes the sum of (a - c)² smallest, for given numbers a?",
        "The diagonals of a k x n matrix have the offsets j - i from -(k - 1) to n - 1.",
    ),
    remark=r"""
    The entries of one diagonal are replaced by their mean. For $\sum (a - c)^2$ is a parabola in $c$ whose derivative
    $-2 \sum (a - c)$ vanishes at the mean. In other words, $T$ is the orthogonal projection of $A$ onto the Toeplitz
    matrices, and the matrices $D_l$ of the chapter are an orthogonal basis of them.
    """,
)


@exercise.solution
def nearest_toeplitz(A):
    """The matrix with constant diagonals, of the size of A, whose squared distance from A is smallest.

    >>> nearest_toeplitz(np.array([[1.0, 2.0, 9.0], [6.0, 5.0, 8.0]]))
    array([[3., 5., 9.],
           [6., 3., 5.]])
    """
    k, n = A.shape
    T = np.zeros((k, n))
    for offset in range(-(k - 1), n):
        mean = np.mean([A[i, i + offset] for i in range(k) if 0 <= i + offset < n])
        for i in range(k):
            if 0 <= i + offset < n:
                T[i, i + offset] = mean
    return T


@exercise.check("the example", points=0)
def example(rng):
    yield (np.array([[1.0, 2.0, 9.0], [6.0, 5.0, 8.0]]),)


@exercise.check("two rows, two columns", points=1)
def two_by_two(rng):
    yield (_uneven(rng, 2, 2),)


@exercise.check("square matrices", points=1)
def square(rng):
    yield (_uneven(rng, 3, 3),)
    yield (_uneven(rng, 5, 5),)


@exercise.check("more rows than columns", points=1)
def tall(rng):
    yield (_uneven(rng, 3, 2),)
    yield (_uneven(rng, 5, 3),)
    yield (_uneven(rng, 4, 1),)


@exercise.check("more columns than rows", points=1)
def wide(rng):
    yield (_uneven(rng, 2, 5),)
    yield (_uneven(rng, 4, 6),)
    yield (_uneven(rng, 1, 4),)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (1.0, 2.0**40, 2.0**-40):
        yield (fractions(rng, 3, 4, size=size),)


@exercise.check("numbers of type int", points=1)
def integers(rng):
    yield (_uneven(rng, 3, 3).astype(int),)


def _uneven(rng, k, n):
    """Whole numbers: those of a diagonal are far from equal, and no two diagonals have the same mean."""
    i, j = np.indices((k, n))
    return whole(rng, k, n) + 20 * (i * i + i - j)


@exercise.alternative
def by_np_diagonal(A):
    return by_offset(A, lambda offset: A.diagonal(offset).mean())


@exercise.alternative
def by_projection(A):
    k, n = A.shape
    T = np.zeros((k, n))
    for offset in range(-(k - 1), n):
        D = np.eye(k, n, offset)
        T += (A * D).sum() / D.sum() * D
    return T


@exercise.alternative
def by_least_squares(A):
    k, n = A.shape
    basis = np.array([np.eye(k, n, offset).ravel() for offset in range(-(k - 1), n)]).T
    return (basis @ np.linalg.lstsq(basis, A.ravel(), rcond=None)[0]).reshape(k, n)


@exercise.alternative
def by_counting(A):
    i, j = np.indices(A.shape)
    l = (i - j + A.shape[1] - 1).ravel()
    return (np.bincount(l, A.ravel()) / np.bincount(l))[l].reshape(A.shape)


@exercise.wrong(
    "The other diagonals are constant, those from the lower left to the upper right: a Hankel matrix. On a diagonal of "
    "a Toeplitz matrix the difference i - j does not change, and here it is the sum."
)
def hankel(A):
    return nearest_toeplitz(A[:, ::-1])[:, ::-1]


@exercise.wrong(
    "The entries of each diagonal are added up, but not divided by how many there are. The sum of the squares is "
    "smallest at their mean."
)
def sums(A):
    return by_offset(A, lambda offset: A.diagonal(offset).sum())


@exercise.wrong(
    "Every diagonal is divided by the same number, that of the longest one. Towards the corners the diagonals get "
    "shorter, and each is to be divided by its own length."
)
def one_length(A):
    return sums(A) / min(A.shape)


def means_by(A, label):
    """Means over all entries of one label, at their positions."""
    return np.array([[A[label == number].mean() for number in row] for row in label])


def offsets(A):
    """The offset j - i of each position."""
    return np.arange(A.shape[1]) - np.arange(len(A))[:, None]


def by_offset(A, number):
    """The matrix of the size of A with number(j - i) at the position [i, j]."""
    return np.array([[number(offset) for offset in row] for row in offsets(A)])


def divided_by_length(A, length):
    """Sums divided by what a diagonal's length is believed to be."""
    return sums(A) / np.maximum(length - np.abs(offsets(A)), 1)


@exercise.wrong(
    "The sums are divided by k - |j - i|, the length of a diagonal in a square matrix. With more columns than rows, or "
    "more rows than columns, some are longer or shorter: count what you add up."
)
def length_from_the_rows(A):
    return divided_by_length(A, len(A))


@exercise.wrong(
    "The sums are divided by n - |j - i|, the length of a diagonal in a square matrix. With more columns than rows, or "
    "more rows than columns, some are longer or shorter: count what you add up."
)
def length_from_the_columns(A):
    return divided_by_length(A, A.shape[1])


@exercise.wrong(
    "Along a diagonal, each entry is averaged with the mean so far, (mean + next) / 2. So the last entry counts half, "
    "the one before a quarter: from three entries on that is not their mean."
)
def running_mean(A):
    means = {}
    for i, j in np.ndindex(*A.shape):
        means[j - i] = (means.get(j - i, A[i, j]) + A[i, j]) / 2
    return by_offset(A, means.get)


@exercise.wrong(
    "The numbers are cut off behind the point where A is of type int: the result has got its dtype from A, as "
    "np.zeros_like(A) or A.copy() give it. Means are floats."
)
def dtype_of_the_argument(A):
    return nearest_toeplitz(A).astype(A.dtype)


@exercise.wrong(
    "All entries are the mean of the whole matrix. Every diagonal has a mean of its own: k + n - 1 numbers are to be "
    "chosen, not one."
)
def one_mean(A):
    return np.full(A.shape, A.mean())


@exercise.wrong(
    "This continues the first row and the first column along the diagonals. It is a Toeplitz matrix, but not the "
    "nearest one: all entries of a diagonal have a say in its number, not only the first."
)
def first_entries(A):
    return by_offset(A, lambda offset: float(A.diagonal(offset)[0]))


@exercise.wrong(
    "This is the median of each diagonal. It minimises the sum of the absolute values of the differences; for squares "
    "it is the mean."
)
def medians(A):
    return by_offset(A, lambda offset: np.median(A.diagonal(offset)))


@exercise.wrong(
    "The last diagonal above, the upper right corner, is left at zero. The offsets j - i end with n - 1, and range "
    "ends one before its second argument."
)
def corner_above(A):
    return with_offsets(A, 1 - len(A), A.shape[1] - 2)


@exercise.wrong(
    "The last diagonal below, the lower left corner, is left at zero. The offsets j - i begin with -(k - 1), which is "
    "-k + 1."
)
def corner_below(A):
    return with_offsets(A, 2 - len(A), A.shape[1] - 1)


@exercise.wrong(
    "The diagonals below the main one and that one itself are averaged, and above it is zero. The matrix of a "
    "convolution looks like that in its upper corner, but here all diagonals are free."
)
def lower_only(A):
    return np.tril(nearest_toeplitz(A))


@exercise.wrong(
    "Only the main diagonal is averaged; the others keep their entries. Each diagonal has a number to choose."
)
def main_only(A):
    T = A.copy()
    np.fill_diagonal(T[: min(A.shape), : min(A.shape)], A.diagonal().mean())
    return T


@exercise.wrong(
    "Two diagonals share one mean, on opposite sides of the matrix, as in a circulant one. That happens with a modulo, "
    "but also if j - i is the index of a list: -1 is its last entry. There are k + n - 1 diagonals, each on its own."
)
def circulant(A):
    return means_by(A, offsets(A) % max(A.shape))


@exercise.wrong(
    "The diagonals i - j and j - i have one mean between them, which makes the matrix symmetric. They are two "
    "diagonals, with a number each."
)
def symmetric(A):
    return means_by(A, np.abs(offsets(A)))


@exercise.wrong(
    "Below the main diagonal stand the means of the diagonals above it. A Toeplitz matrix need not be symmetric: the "
    "diagonals i - j and j - i have a number each."
)
def mirrored(A):
    above = range(A.shape[1])
    return by_offset(A, lambda offset: A.diagonal(abs(offset) if abs(offset) in above else offset).mean())


@exercise.wrong(
    "Diagonals that lie n apart share one mean: they are joined modulo n, the number of columns, as in a circulant "
    "matrix, or by a negative index in a list of length n. The k + n - 1 diagonals have a mean each."
)
def modulo_columns(A):
    return means_by(A, offsets(A) % A.shape[1])


@exercise.wrong(
    "Diagonals that lie k apart share one mean: they are joined modulo k, the number of rows, as in a circulant "
    "matrix, or by a negative index in a list of length k. The k + n - 1 diagonals have a mean each."
)
def modulo_rows(A):
    return means_by(A, offsets(A) % len(A))


@exercise.wrong(
    "The diagonals above and below the main one are exchanged: the mean of the offset j - i stands at i - j. With "
    "np.diagonal, np.trace and np.eye the offset is column minus row: above the main diagonal it is positive."
)
def exchanged(A):
    existing = range(1 - len(A), A.shape[1])
    return by_offset(A, lambda offset: A.diagonal(-offset).mean() if -offset in existing else 0.0)


@exercise.wrong(
    "Below the main diagonal, i + d is negative for the first rows, and a negative index counts from the end of the "
    "row: wrong numbers enter the mean, or it is an IndexError. Both ends have to be asked for: 0 <= i + d < n."
)
def negative_index(A):
    k, n = A.shape
    T = np.zeros((k, n))
    for d in range(1 - k, n):
        T += np.mean([A[i, i + d] for i in range(k) if i + d < n]) * np.eye(k, n, d)
    return T


@exercise.wrong("Each entry is the mean of its column. On a diagonal both indices change, and i - j does not.")
def column_means(A):
    return np.tile(A.mean(axis=0), (len(A), 1))


def with_offsets(A, first, last):
    """Means on some diagonals, zeros on all others."""
    T = np.zeros(A.shape)
    for offset in range(max(first, 1 - len(A)), min(last, A.shape[1] - 1) + 1):
        T += A.diagonal(offset).mean() * np.eye(*A.shape, offset)
    return T


@exercise.wrong(
    "The offsets above the main diagonal are taken to go as far as those below it. In a matrix that is not square they "
    "do not: there are k - 1 diagonals below, and n - 1 above."
)
def as_if_square(A):
    return with_offsets(A, 1 - len(A), min(A.shape) - 1)


@exercise.wrong(
    "The offsets below the main diagonal are taken to go as far as those above it. In a matrix that is not square they "
    "do not: there are k - 1 diagonals below, and n - 1 above."
)
def as_if_square_below(A):
    return with_offsets(A, 1 - min(A.shape), A.shape[1] - 1)


@exercise.wrong(
    "Rows and columns are exchanged in the offsets: in a matrix that is not square some diagonals are left at zero. "
    "There are k - 1 diagonals below the main one, one for each further row, and n - 1 above."
)
def offsets_exchanged(A):
    return with_offsets(A, 1 - A.shape[1], len(A) - 1)


@exercise.wrong(
    "Both corners are left at zero, the upper right and the lower left: the offsets j - i go from -(k - 1) to n - 1, "
    "with both ends."
)
def both_corners(A):
    return with_offsets(A, 2 - len(A), A.shape[1] - 2)


@exercise.wrong(
    "The result is right, but it has been written into A. The task says that A is not changed: fill a new array."
)
def in_place(A):
    A[...] = nearest_toeplitz(A)
    return A


@exercise.wrong(
    "There are NaNs: the mean of no numbers. One of the offsets has no diagonal; those of a k x n matrix are "
    "-(k - 1), ..., n - 1, without -k and without n."
)
def empty_diagonal(A):
    return np.full(A.shape, np.nan)


@exercise.wrong(
    "The lower rows of a matrix with more rows than columns stay empty. A diagonal below the main one does not begin "
    "in the row 0: go through all k rows, or start from the row where it begins."
)
def lower_rows_empty(A):
    T = nearest_toeplitz(A)
    T[min(A.shape) :] = 0
    return T


@exercise.wrong(
    "Above the main diagonal the means stand in the opposite order. For j > i the difference i - j is negative, and "
    "Python counts a negative index from the end."
)
def index_from_the_end(A):
    return by_offset(A, lambda offset: A.diagonal(offset if offset <= 0 else A.shape[1] - offset).mean())

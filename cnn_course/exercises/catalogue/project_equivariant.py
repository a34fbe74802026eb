"""The circulant matrix nearest to a given matrix."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="the nearest equivariant layer",
    chapter="1-2",
    stars=2,
    minutes=25,
    statement=r"""
    Write `project_equivariant(A)`. For a real square matrix $A$ with $n \ge 1$ rows, it returns the matrix nearest to
    $A$ that commutes with the cyclic shift $e_t \mapsto e_{t + 1}$ (the last unit vector goes to the first). Nearest
    means that the sum of the squares of all differences is smallest.

    The result is a new $n \times n$ matrix of floats, and $A$ stays as it is. The numbers of $A$ may also be of type
    int.
    """,
    hints=(
        "Matrices that commute with the cyclic shift are circulant: the entry [u, t] depends on (u - t) mod n alone.",
        "Which entries of A compete for one number of the result? The number with the smallest sum of squared "
        "differences to them is their mean.",
        "The entries that share (u - t) mod n are A[(t + s) % n, t] for t = 0, ..., n - 1: n of them for each s.",
    ),
    remark=r"""
    Each cyclic diagonal is replaced by its mean: $n$ numbers remain of $n^2$. The same result is the mean of
    $P^{-\tau} A P^{\tau}$ over all shifts, in one line with `np.roll(A, (-tau, -tau), axis=(0, 1))`.
    """,
)


@exercise.solution
def project_equivariant(A):
    """The circulant matrix nearest to the n x n matrix A.

    >>> project_equivariant(np.array([[1.0, 2.0], [6.0, 7.0]]))
    array([[4., 4.],
           [4., 4.]])
    >>> project_equivariant(np.array([[3.0, 0.0, 0.0], [6.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    array([[1., 0., 2.],
           [2., 1., 0.],
           [0., 2., 1.]])
    """
    n = len(A)
    nearest = np.zeros((n, n))
    for s in range(n):
        mean = sum(A[(t + s) % n, t] for t in range(n)) / n
        for t in range(n):
            nearest[(t + s) % n, t] = mean
    return nearest


@exercise.check("the examples", points=0)
def examples(rng):
    yield (np.array([[1.0, 2.0], [6.0, 7.0]]),)
    yield (np.array([[3.0, 0.0, 0.0], [6.0, 0.0, 0.0], [0.0, 0.0, 0.0]]),)


@exercise.check("one or two rows", points=1)
def two_rows(rng):
    yield (whole(rng, 1, 1),)
    yield (np.array([[1.0, 0.0], [0.0, 0.0]]) * whole(rng, 1),)
    yield (np.stack([whole(rng, 2), 20 + whole(rng, 2)]),)


@exercise.check("one entry that is not zero", points=1)
def single_entries(rng):
    for u, t in ((0, 2), (2, 1), (1, 1)):
        A = np.zeros((3, 3))
        A[u, t] = 3 * whole(rng, 1)[0]
        yield (A,)


@exercise.check("any matrix", points=2)
def any_matrix(rng):
    for n in (3, 4, 5):
        yield (whole(rng, n, n) + 20 * np.tri(n) + 100 * np.eye(n, k=1),)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for n, size in ((3, 1.0), (4, 2.0**40), (8, 2.0**-40)):
        yield (fractions(rng, n, n, size=size),)


@exercise.check("numbers of type int", points=1)
def integers(rng):
    yield (whole(rng, 5, 5).astype(int) + 10 * np.tri(5, dtype=int),)


def shifted(A, down, right):
    """A with its rows moved down and its columns to the right, cyclically."""
    return np.roll(A, (down, right), axis=(0, 1))


@exercise.alternative
def by_shifts(A):
    return np.mean([np.roll(A, (-tau, -tau), axis=(0, 1)) for tau in range(len(A))], axis=0)


@exercise.alternative
def by_the_transform(A):
    t = np.arange(len(A))
    F = np.exp(-2j * np.pi * np.outer(t, t) / len(A)) / np.sqrt(len(A))
    return (F.conj().T @ np.diag(np.diag(F @ A @ F.conj().T)) @ F).real


@exercise.alternative
def by_indices_in_single_precision(A):
    t = np.arange(len(A))
    means = A[(t[:, None] + t) % len(A), t].mean(axis=1)
    return means[(t[:, None] - t) % len(A)].astype(np.float32)


@exercise.alternative
def as_a_view(A):
    n = len(A)
    means = [sum(A[u, (u - s) % n] for u in range(n)) / n for s in range(n)]
    return np.array([[means[(u - t) % n] for u in range(n)] for t in range(n)]).T


@exercise.wrong(
    "Each ordinary diagonal has its own mean: that is the nearest Toeplitz matrix. The shift is cyclic, so a diagonal "
    "that leaves at the bottom comes in again at the top: the diagonals s and s - n belong together."
)
def toeplitz_means(A):
    n = len(A)
    u, t = np.indices((n, n))
    return np.array([[np.mean(A[u - t == i - j]) for j in range(n)] for i in range(n)])


@exercise.wrong(
    "This is n times the matrix asked for: the entries on each cyclic diagonal are added up. The nearest number is "
    "their mean."
)
def summed(A):
    return len(A) * project_equivariant(A)


@exercise.wrong(
    "This is a vector: the first column of the matrix asked for, and right so far. Each next column is the one before, "
    "turned down by one."
)
def only_the_column(A):
    return project_equivariant(A)[:, 0].copy()


@exercise.wrong(
    "This is the transpose of the matrix asked for: the averages are right, but they stand at (t - u) mod n. Row less "
    "column, if each next column is the one before turned *down*."
)
def transposed(A):
    return project_equivariant(A).T


@exercise.wrong(
    "This is circulant, with the first column of A. But the other columns are not asked at all: each of them, turned "
    "back, has as much to say about the kernel as the first."
)
def first_column_only(A):
    n = len(A)
    return np.stack([np.roll(A[:, 0], t) for t in range(n)], axis=1).astype(float)


@exercise.wrong("This is circulant, made of the first row of A. The other rows have as much to say as the first.")
def first_row_only(A):
    return np.stack([np.roll(A[0], u) for u in range(len(A))]).astype(float)


@exercise.wrong(
    "The entries are averaged along the diagonals from the lower left to the upper right, on which the sum of row and "
    "column is constant. On a circulant matrix the difference is. With shifts: P^-1 A P, once with the inverse."
)
def antidiagonals(A):
    n = len(A)
    return np.mean([np.roll(A, (tau, -tau), axis=(0, 1)) for tau in range(n)], axis=0)


@exercise.wrong(
    "Each column is the mean of all columns, as if A were rolled along its rows only, with axis=1. A shift of the "
    "signal moves what goes in and what comes out: roll rows and columns together, by the same number."
)
def mean_column_everywhere(A):
    return np.mean([shifted(A, 0, tau) for tau in range(len(A))], axis=0)


@exercise.wrong(
    "Each row is the mean of all rows, as if A were rolled along its columns only, with axis=0. A shift of the signal "
    "moves what goes in and what comes out: roll rows and columns together, by the same number."
)
def mean_row_everywhere(A):
    return np.mean([shifted(A, tau, 0) for tau in range(len(A))], axis=0)


@exercise.wrong(
    "Same result as np.roll without an axis, by 0, 1, ..., n - 1 places: it moves the numbers of A as one long vector. "
    "With axis=(0, 1) and a pair of numbers it moves rows and columns."
)
def rolled_as_a_vector(A):
    return np.mean([np.roll(A, tau) for tau in range(len(A))], axis=0)


@exercise.wrong(
    "Same result as np.roll without an axis, by multiples of n + 1: that is one row down and one place to the right in "
    "the long vector of all numbers, where the end of a row runs on into the next. Give np.roll axis=(0, 1)."
)
def rolled_along_the_diagonal(A):
    return np.mean([np.roll(A, tau * len(A) + tau) for tau in range(len(A))], axis=0)


@exercise.wrong(
    "All entries are the mean of the whole matrix. Every cyclic diagonal has a mean of its own: n numbers are to be "
    "chosen, not one."
)
def one_mean(A):
    return np.full(A.shape, A.mean())


@exercise.wrong(
    "This is the median of each cyclic diagonal. It minimises the sum of the absolute values of the differences; for "
    "their squares it is the mean."
)
def medians(A):
    t = np.arange(len(A))
    medians = np.median(A[(t[:, None] + t) % len(A), t], axis=1)
    return medians[(t[:, None] - t) % len(A)]


@exercise.wrong(
    "This is the mean of two means, of the piece of a cyclic diagonal below the main diagonal and of the piece above. "
    "They have different lengths, n - s and s: add up both pieces, and divide once, by n."
)
def mean_of_two_means(A):
    n = len(A)
    pieces = [[A.diagonal(-s), A.diagonal(n - s)] if s else [A.diagonal()] for s in range(n)]
    means = [np.mean([piece.mean() for piece in pair]) for pair in pieces]
    return np.array([[means[(u - t) % n] for t in range(n)] for u in range(n)])


@exercise.wrong(
    "The numbers are cut off behind the point where A is of type int: the result has got its dtype from A, as "
    "np.zeros_like(A) or A.copy() give it. Means are floats."
)
def dtype_of_the_argument(A):
    return project_equivariant(A).astype(A.dtype)


@exercise.wrong(
    "The sum changes while it is made, and A with it: `total = A` is a second name for A, no copy, so that += writes "
    "into A and the next shifted copy is one of the sum. Begin with zeros, or with A.copy()."
)
def summed_into_the_argument(A):
    total = A
    for tau in range(1, len(A)):
        total += shifted(A, tau, tau)
    return total / len(A)


@exercise.wrong(
    "Only the entries on and below the main diagonal enter the means. A cyclic diagonal goes on above it: at the last "
    "row it continues with row 0, hence the modulo."
)
def lower_diagonals_only(A):
    n = len(A)
    means = [np.mean(np.diagonal(A, -s)) for s in range(n)]
    return np.array([[means[(u - t) % n] for t in range(n)] for u in range(n)])


@exercise.wrong(
    "The entries above the main diagonal are left out of the sums, but counted in the number n by which they are "
    "divided. A cyclic diagonal has two pieces, one on each side of the main diagonal: both belong to the sum."
)
def upper_piece_forgotten(A):
    n = len(A)
    means = [np.sum(np.diagonal(A, -s)) / n for s in range(n)]
    return np.array([[means[(u - t) % n] for t in range(n)] for u in range(n)])


@exercise.wrong("The values are right, but they have been written into A. Make a new matrix, and leave A as it is.")
def written_into_the_argument(A):
    A[...] = project_equivariant(A)
    return A


@exercise.wrong(
    "The mean leaves out one of the n shifts: range(1, n) has n - 1 of them. The shift by 0, A itself, belongs to it."
)
def without_the_shift_by_zero(A):
    shifts = range(1, len(A)) if len(A) > 1 else range(1)
    return np.mean([np.roll(A, (-tau, -tau), axis=(0, 1)) for tau in shifts], axis=0)


@exercise.wrong(
    "The shift by 0 is missing in the sum, which is divided by n nevertheless: range(1, n) has n - 1 shifts. A itself "
    "is one of the n copies."
)
def shift_by_zero_forgotten(A):
    return (len(A) * project_equivariant(A) - A) / len(A)


@exercise.wrong(
    "This is the mean of A and one shifted copy only, the one moved up and to the left. After one more shift it would "
    "look different: average over all n shifts."
)
def one_shift_only(A):
    return (A + shifted(A, -1, -1)) / 2


@exercise.wrong(
    "This is the mean of A and one shifted copy only, the one moved down and to the right. After one more shift it "
    "would look different: average over all n shifts."
)
def one_shift_down_only(A):
    return (A + shifted(A, 1, 1)) / 2


@exercise.wrong(
    "Only the part of A on its main diagonal is left: the other cyclic diagonals are averaged and kept as well."
)
def main_diagonal_only(A):
    return np.eye(len(A)) * np.mean(np.diagonal(A))


@exercise.wrong(
    "This is the nearest *symmetric* matrix, the mean of A and its transpose. To commute with the shift is another "
    "property: all entries with the same (u - t) mod n have to agree, not only those at [u, t] and [t, u]."
)
def symmetrised(A):
    return (A + A.T) / 2


@exercise.wrong(
    "The sums are right, but they are divided by n - 1. Each cyclic diagonal has n entries, and the mean has n in the "
    "denominator."
)
def divided_by_one_less(A):
    return project_equivariant(A) * len(A) / max(len(A) - 1, 1)


def means_by(A, label):
    """Means over all entries of one label, at their places."""
    return np.array([[A[label == number].mean() for number in row] for row in label])


@exercise.wrong(
    "The result is symmetric, and its diagonals do not wrap: the diagonals d and -d have one mean between them, as "
    "with |u - t|. They need not agree. Those that belong together are d and d - n: (u - t) mod n."
)
def means_by_distance(A):
    u, t = np.indices(A.shape)
    return means_by(A, np.abs(u - t))


@exercise.wrong(
    "The result is circulant, but symmetric: the cyclic diagonals s and n - s have one mean between them, as if only "
    "the distance counted. A step down and a step up are different: each of the n diagonals has its own mean."
)
def means_by_cyclic_distance(A):
    u, t = np.indices(A.shape)
    return means_by(A, np.minimum(np.abs(u - t), len(A) - np.abs(u - t)))


def moved(A, sign):
    """Means over u + t modulo n, at the places where u - t, or t - u, is that number."""
    u, t = np.indices(A.shape)
    n, places = len(A), sign * (u - t)
    return np.array([[A[(u + t) % n == number].mean() for number in row] for row in places % n])


@exercise.wrong(
    "The means are taken where the *sum* of row and column is the same, modulo n, and stand where the difference is: "
    "so it is with the diagonal of F A F. A change of basis has the inverse on one side, F A F^-1, like P^-1 A P."
)
def without_the_inverse(A):
    return moved(A, 1)


@exercise.wrong(
    "The means are taken where the *sum* of row and column is the same, modulo n, and stand where t - u is: so it is "
    "if a matrix F and its inverse are mixed up, on one side of A and on the way back. First F A F^-1, then F^-1 D F."
)
def without_the_inverse_and_back_again(A):
    return moved(A, -1)

"""The kernel of a map that is given as a matrix."""

import numpy as np

from cnn_course.exercises.exercise import Implement, whole

exercise = Implement(
    title="recover the kernel",
    chapter="1-2",
    stars=3,
    minutes=40,
    goals=(2, 3),
    exact=True,
    statement=r"""
    A linear map $T$ of periodic images with `rows` $\times$ `columns` pixels is given by its matrix $A$: images are
    written as vectors row by row, so that $A$ has `rows * columns` rows and as many columns.

    Write `recover_kernel(A, rows, columns)`. If $T$ commutes with all cyclic shifts, along both axes, it returns the
    kernel $h$, an array of shape `(rows, columns)`, with

    $$ (T x)[i, j] = \sum_{k, l} h[k, l]\, x[i - k, j - l] $$

    for all images $x$, where indices are counted modulo `rows` and `columns`. If it does not commute with some shift,
    it raises a `ValueError`. All entries are whole numbers, and one that differs by 1 is enough, however large they
    are: compare exactly.
    """,
    hints=(
        "Which image does T make of the impulse at [0, 0]? In which column of A does it stand?",
        "T commutes with shifts if and only if the image of every other impulse is that kernel, shifted along.",
        "The impulse at [k, l] belongs to column k * columns + l of A, and "
        "np.roll(h, (k, l), axis=(0, 1)) shifts cyclically along both axes.",
    ),
    remark=r"""
    One column holds the kernel; the others only confirm it. It would be enough to confirm that the map commutes with
    one step along each axis. For more than one row and more than one column $A$ itself is in general not circulant, but
    made of blocks: each block is circulant, and the blocks stand in a circulant pattern.
    """,
)


@exercise.solution
def recover_kernel(A, rows, columns):
    """Kernel of shape (rows, columns) of the map with matrix A, or ValueError if it does not commute with shifts.

    >>> recover_kernel(np.array([[5.0, 7.0, 6.0], [6.0, 5.0, 7.0], [7.0, 6.0, 5.0]]), 1, 3)
    array([[5., 6., 7.]])
    """
    h = A[:, 0].reshape(rows, columns)
    for k in range(rows):
        for l in range(columns):
            image = A[:, k * columns + l].reshape(rows, columns)
            if not np.array_equal(image, np.roll(h, (k, l), axis=(0, 1))):
                raise ValueError(f"recover_kernel: the map does not commute with the shift by {(k, l)}")
    return h.copy()


def matrix(kernel):
    """Matrix of the circular convolution with a kernel."""
    images = [np.roll(kernel, shift, axis=(0, 1)).ravel() for shift in np.ndindex(*kernel.shape)]
    return np.stack(images, axis=1)


def distinct(rng, rows, columns):
    """A kernel of whole numbers, all different."""
    return whole(rng, rows, columns) + 20 * np.arange(rows * columns).reshape(rows, columns)


def commutes(A, rows, columns, *axes):
    """Whether a map commutes with the shift by one along some axes, all at once."""
    four = A.reshape(rows, columns, rows, columns)
    axes = [*axes, *(axis + 2 for axis in axes)]
    return np.array_equal(np.roll(four, [1] * len(axes), axis=axes), four)


def kernel_if(accepted, A, rows, columns):
    """The first column as an image, or the error."""
    if not accepted:
        raise ValueError("does not commute")
    return A[:, 0].reshape(rows, columns)


@exercise.check("the example", points=0)
def example(rng):
    yield matrix(np.array([[5.0, 6.0, 7.0]])), 1, 3


@exercise.check("signals: one row or one column", points=1)
def signals(rng):
    yield matrix(distinct(rng, 1, 4)), 1, 4
    yield matrix(distinct(rng, 5, 1)), 5, 1


@exercise.check("images", points=1)
def images(rng):
    for rows, columns in ((2, 3), (3, 3), (4, 3), (3, 5)):
        yield matrix(distinct(rng, rows, columns)), rows, columns


@exercise.check("maps that commute with no shift raise the error", points=1)
def none_at_all(rng):
    yield whole(rng, 6, 6) + 20 * np.eye(6, k=2), 2, 3
    yield whole(rng, 12, 12) + 20 * np.eye(12, k=2), 3, 4


@exercise.check("one wrong number is enough for the error", points=1)
def one_wrong(rng):
    for column in (1, 2, 3, 5):
        A = matrix(distinct(rng, 2, 3))
        A[4, column] += 1
        yield A, 2, 3


@exercise.check("mirrors, and columns with their numbers in another order, raise it too", points=1)
def other_orders(rng):
    yield matrix(distinct(rng, 2, 3)).reshape(2, 3, 6)[::-1, ::-1].reshape(6, 6), 2, 3
    A = matrix(distinct(rng, 2, 3))
    A[:2, 4] = A[1::-1, 4]
    yield A, 2, 3


@exercise.check("diagonal and symmetric matrices raise it too", points=1)
def symmetric(rng):
    yield np.diag(distinct(rng, 1, 6)[0]), 2, 3
    half = whole(rng, 6, 6) + 20 * np.arange(6)
    yield half + half.T, 2, 3


@exercise.check("shifts along one axis only are not enough", points=1)
def one_axis(rng):
    h, factors = distinct(rng, 2, 3), np.arange(1.0, 7.0).reshape(2, 3)
    yield (factors[:, :1] + 0 * factors).reshape(6, 1) * matrix(h), 2, 3
    yield (factors[:1] + 0 * factors).reshape(6, 1) * matrix(h), 2, 3
    yield matrix(h.reshape(1, 6)), 2, 3  # circulant
    for rows, columns in ((1, 4), (5, 1)):
        yield np.arange(1.0, rows * columns + 1)[:, None] * matrix(distinct(rng, rows, columns)), rows, columns


@exercise.check("shifts along both axes at once are not enough", points=1)
def diagonal(rng):
    for n in (2, 3):
        i, j = np.indices((n, n))
        yield (1.0 + (i - j) % n).reshape(n * n, 1) * matrix(distinct(rng, n, n)), n, n


@exercise.check("large numbers, of which one differs by 1", points=1)
def large(rng):
    A = matrix(distinct(rng, 2, 3) + 2.0**30)
    yield A, 2, 3
    wrong = A.copy()
    wrong[4, 5] += 1
    yield wrong, 2, 3


@exercise.alternative
def by_two_steps(A, rows, columns):
    accepted = commutes(A, rows, columns, 0) and commutes(A, rows, columns, 1)
    return kernel_if(accepted, A, rows, columns)


@exercise.alternative
def by_comparison(A, rows, columns):
    h = (A @ np.eye(rows * columns)[0]).reshape(rows, columns)
    if not np.array_equal(matrix(h), A):
        raise ValueError("does not commute")
    return h.astype(np.float32)


@exercise.alternative
def from_the_first_row(A, rows, columns):
    h = A[0].reshape(rows, columns)
    h = np.roll(h[::-1, ::-1], (1, 1), axis=(0, 1))
    if np.abs(A - matrix(h)).max() > 0.5:
        raise ValueError("does not commute")
    return h


@exercise.wrong(
    "This is the first row of A instead of its first column. It says how much of each input arrives at [0, 0], which "
    "is the kernel reflected. The response to the impulse at [0, 0] stands in a column."
)
def first_row(A, rows, columns):
    recover_kernel(A, rows, columns)
    return A[0].reshape(rows, columns)


@exercise.wrong(
    "Same result as the first row of A, read from its end. The row holds the kernel reflected, but [0, 0] stays where "
    "it is under a reflection, and here it has become the last number. The first column needs none of this."
)
def first_row_backwards(A, rows, columns):
    recover_kernel(A, rows, columns)
    return A[0, ::-1].reshape(rows, columns)


@exercise.wrong(
    "The numbers are those of the kernel, but they are laid out column by column. Images are written row by row: that "
    "is what reshape(rows, columns) undoes."
)
def column_by_column(A, rows, columns):
    return recover_kernel(A, rows, columns).reshape(columns, rows).T


@exercise.wrong("The kernel has the shape (columns, rows). Its numbers are in the right order; rows come first.")
def axes_exchanged(A, rows, columns):
    return recover_kernel(A, rows, columns).reshape(columns, rows)


@exercise.wrong("The kernel is transposed: its first index counts columns. The shape asked for is (rows, columns).")
def transposed(A, rows, columns):
    return recover_kernel(A, rows, columns).T


@exercise.wrong("This is the kernel as a vector. An array of shape (rows, columns) is asked for: reshape it.")
def flat(A, rows, columns):
    return recover_kernel(A, rows, columns).ravel()


@exercise.wrong(
    "Same result as the response to an impulse in the middle of the image, or as with fftshift: the kernel is shifted "
    "there. Its index [0, 0] belongs to the impulse at [0, 0]."
)
def impulse_in_the_middle(A, rows, columns):
    return np.fft.fftshift(recover_kernel(A, rows, columns))


@exercise.wrong(
    "The kernel is turned by 180 degrees. That would be right for a cross-correlation with an origin in another "
    "corner; in the sum asked for, h[k, l] multiplies x[i - k, j - l], and the impulse at [0, 0] shows h as it is."
)
def turned(A, rows, columns):
    return recover_kernel(A, rows, columns)[::-1, ::-1]


@exercise.wrong(
    "The kernel is right where there is one, but none of the maps tried is refused. Is the error *raised*, or only "
    "printed? Does anything ask whether the other columns are the first one, shifted along? And one wrong number is "
    "enough: `(A != B).all()` is never true, since the first columns agree."
)
def never_refused(A, rows, columns):
    return kernel_if(True, A, rows, columns)


@exercise.wrong(
    "Every map is refused, also those that commute. In the example, column 1 has to be compared with 7, 5, 6, which is "
    "the kernel moved by one position to the right. Print what it is compared with."
)
def always_refused(A, rows, columns):
    return kernel_if(False, A, rows, columns)


@exercise.wrong(
    "Good maps of images are refused. The vector of an image is not turned as a whole: a shift along the columns turns "
    "every row by itself, so that A is circulant in blocks, and not circulant."
)
def circulant_as_a_whole(A, rows, columns):
    return kernel_if(np.array_equal(np.roll(A, (1, 1), axis=(0, 1)), A), A, rows, columns)


@exercise.wrong(
    "Good maps of images are refused, unless they are square: the shifts that are tested are those of images written "
    "column by column, as with the two factors of np.kron exchanged. Row by row, a shift downwards is "
    "kron(S_rows, I_columns), and one to the right kron(I_rows, S_columns)."
)
def shifts_column_by_column(A, rows, columns):
    return kernel_if(commutes(A, columns, rows, 0) and commutes(A, columns, rows, 1), A, rows, columns)


@exercise.wrong(
    "An image is refused only where *all* of its numbers differ from those of the shifted kernel, as with "
    "`(image != shifted).all()`. One wrong number is enough: any instead of all."
)
def all_instead_of_any(A, rows, columns):
    return kernel_if((matrix(A[:, 0].reshape(rows, columns)) == A).any(axis=0).all(), A, rows, columns)


@exercise.wrong(
    "Shifts along the rows of the image, to the right, are tested; shifts downwards are not. A map may use another "
    "kernel in each row and pass."
)
def sideways_only(A, rows, columns):
    return kernel_if(commutes(A, rows, columns, 1), A, rows, columns)


@exercise.wrong(
    "Shifts downwards are tested, shifts to the right are not. A map may use another kernel in each column of the "
    "image and pass."
)
def downwards_only(A, rows, columns):
    return kernel_if(commutes(A, rows, columns, 0), A, rows, columns)


@exercise.wrong(
    "Only the shift by one row and one column at once is tested. Repeated, it reaches every shift if the numbers of "
    "rows and columns have no common factor, but on a square image it stays on the diagonal: test each axis alone."
)
def diagonal_only(A, rows, columns):
    return kernel_if(commutes(A, rows, columns, 0, 1), A, rows, columns)


@exercise.wrong(
    "Columns of A that belong to a shift along one axis alone are not compared: the loops begin with k = 1 and l = 1. "
    "With a single row or column, nothing is compared at all."
)
def both_at_least_one(A, rows, columns):
    h = A[:, 0].reshape(rows, columns)
    shifts = [(k, l) for k in range(1, rows) for l in range(1, columns)]
    same = [np.array_equal(A[:, k * columns + l], np.roll(h, (k, l), axis=(0, 1)).ravel()) for k, l in shifts]
    return kernel_if(all(same), A, rows, columns)


@exercise.wrong(
    "It is tested whether all columns hold the same numbers, in any order. A mirrored image has the same numbers, too: "
    "compare each column with the kernel shifted to its position."
)
def same_numbers_in_any_order(A, rows, columns):
    return kernel_if((np.sort(A, axis=0) == np.sort(A[:, :1], axis=0)).all(), A, rows, columns)


@exercise.wrong(
    "Same result as if A A^T = A^T A were tested. Every convolution is such a normal matrix, but so are all symmetric "
    "ones, and mirrors. Ask for the shifts themselves."
)
def normal(A, rows, columns):
    return kernel_if(np.array_equal(A @ A.T, A.T @ A), A, rows, columns)


@exercise.wrong(
    "np.allclose has a relative tolerance of 1e-5: between numbers above a million it takes a difference of 1 for "
    "rounding. Whole numbers are exact: compare with np.array_equal."
)
def nearly_equal(A, rows, columns):
    return kernel_if(np.allclose(A, matrix(A[:, 0].reshape(rows, columns))), A, rows, columns)


@exercise.wrong(
    "A map without a kernel is answered with something that is no kernel, such as None or an error that is *returned*; "
    "a message that is printed is no error either. Raise it, so that nobody can overlook it: `raise ValueError(...)`."
)
def returns_nothing(A, rows, columns):
    return A[:, 0].reshape(rows, columns) if np.array_equal(A, matrix(A[:, 0].reshape(rows, columns))) else None


@exercise.wrong(
    "This is the mean of all columns, in which every position has the same number: the columns must be shifted back "
    "before they are averaged. But one column, the first, is enough."
)
def mean_of_the_columns(A, rows, columns):
    recover_kernel(A, rows, columns)
    return A.mean(axis=1).reshape(rows, columns)


@exercise.wrong(
    "Only a few of the columns are compared with the first: the one for a step to the right and the one for a step "
    "downwards. All the other columns may hold anything: T has to commute on every image, not only on one impulse."
)
def two_columns_only(A, rows, columns):
    h, steps = A[:, 0].reshape(rows, columns), ((0, 1 % columns), (1 % rows, 0))
    same = [np.array_equal(A[:, k * columns + l], np.roll(h, (k, l), axis=(0, 1)).ravel()) for k, l in steps]
    return kernel_if(all(same), A, rows, columns)


@exercise.wrong(
    "The kernel is shifted in the wrong direction before it is compared: good maps are refused, and some mirrored ones "
    "pass. The impulse at [k, l] stands further down and to the right, and so does its image: np.roll with (k, l)."
)
def wrong_direction(A, rows, columns):
    h = A[:, 0].reshape(rows, columns)
    images = [np.roll(h, (-k, -l), axis=(0, 1)).ravel() for k, l in np.ndindex(rows, columns)]
    return kernel_if(np.array_equal(np.stack(images, axis=1), A), A, rows, columns)


@exercise.wrong(
    "The columns are looked up at k * rows + l. Row by row, each row of the image has `columns` pixels: the pixel "
    "[k, l] is number k * columns + l."
)
def wrong_column(A, rows, columns):
    h = A[:, 0].reshape(rows, columns)
    for k, l in np.ndindex(rows, columns):
        kernel_if(np.array_equal(A[:, k * rows + l], np.roll(h, (k, l), axis=(0, 1)).ravel()), A, rows, columns)
    return h


@exercise.wrong(
    "Both indices are counted modulo `rows`, which is right for square images only. The second index runs along a row, "
    "which has `columns` pixels."
)
def modulo_rows(A, rows, columns):
    h = A[:, 0].reshape(rows, columns)
    i, j, k, l = np.indices((rows, columns, rows, columns))
    circular = h[(i - k) % rows, (j - l) % rows % columns]
    return kernel_if(np.array_equal(circular.reshape(A.shape), A), A, rows, columns)


@exercise.wrong(
    "The test is right, but an assertion raises an AssertionError, and is left out when Python runs with -O. Use "
    "`if ...: raise ValueError(...)`."
)
def asserted(A, rows, columns):
    h = A[:, 0].reshape(rows, columns)
    assert np.array_equal(A, matrix(h))
    return h

"""The kernel of a map that is given as a matrix."""

import numpy as np

from cnn_course.exercises.exercise import Implement, whole

exercise = Implement(
    title="recover the kernel",
    chapter="1-2",
    statement=r"""
    A linear map $T$ of periodic images with `rows` $\times$ `columns` pixels is given by its matrix $A$: images are
    written as vectors row by row, so that $A$ has `rows * columns` rows and as many columns.

    Write `recover_kernel(A, rows, columns)`. If $T$ commutes with all cyclic shifts, along both axes, it returns the
    kernel $h$, an array of shape `(rows, columns)`, with

    $$ (T x)[i, j] = \sum_{k, l} h[k, l]\, x[i - k, j - l] $$

    for all images $x$, where indices are counted modulo `rows` and `columns`. If it does not commute with some shift,
    it raises a `ValueError`. All entries are whole numbers, so you can compare exactly.
    """,
    hints=(
        "Which image does T make of the impulse at [0, 0]? In which column of A does it stand?",
        "T commutes with shifts if and only if the image of every other impulse is that kernel, shifted along.",
        "The impulse at [k, l] belongs to column k * columns + l of A, and "
        "np.roll(h, (k, l), axis=(0, 1)) shifts cyclically along both axes.",
    ),
    remark=r"""
    One column holds the kernel; the others only confirm it. It would be enough to confirm that the map commutes with
    one step along each axis. Note that $A$ itself is not circulant as soon as there are two rows and two columns: it
    is circulant in blocks, and so is every block.
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


def along_columns(A, rows, columns):
    """The four-dimensional array of A, with the axes i, j, k, l."""
    return A.reshape(rows, columns, rows, columns)


@exercise.check("the example", points=0)
def example(rng):
    yield matrix(np.array([[5.0, 6.0, 7.0]])), 1, 3


@exercise.check("signals: one row or one column", points=1)
def signals(rng):
    yield matrix(whole(rng, 1, 4)), 1, 4
    yield matrix(np.arange(5.0)[:, None] + 10 * whole(rng, 1, 1)), 5, 1


@exercise.check("images", points=1)
def images(rng):
    for rows, columns in ((2, 3), (4, 3), (3, 5)):
        yield matrix(whole(rng, rows, columns) + 20 * np.arange(rows * columns).reshape(rows, columns)), rows, columns


@exercise.check("maps that commute with no shift raise the error", points=1)
def none_at_all(rng):
    yield whole(rng, 6, 6) + 20 * np.eye(6, k=2), 2, 3
    A = matrix(whole(rng, 3, 4) + 20 * np.arange(12).reshape(3, 4))
    A[7, 5] += 1
    yield A, 3, 4


@exercise.check("mirrors raise it too", points=1)
def mirrors(rng):
    h = whole(rng, 3, 4) + 20 * np.arange(12).reshape(3, 4)
    yield np.eye(12).reshape(3, 4, 12)[::-1, ::-1].reshape(12, 12) @ matrix(h), 3, 4


@exercise.check("shifts along one axis only are not enough", points=1)
def one_axis(rng):
    h = whole(rng, 3, 4) + 20 * np.arange(12).reshape(3, 4)
    factors = 1.0 + np.arange(12).reshape(3, 4)
    yield (factors[:, :1] + 0 * factors).reshape(12, 1) * matrix(h), 3, 4
    yield (factors[:1] + 0 * factors).reshape(12, 1) * matrix(h), 3, 4


@exercise.alternative
def by_two_steps(A, rows, columns):
    for axis in (0, 1):
        moved = np.roll(along_columns(A, rows, columns), (1, 1), axis=(axis, axis + 2))
        if not np.array_equal(moved.reshape(A.shape), A):
            raise ValueError("does not commute")
    return A[:, 0].reshape(rows, columns)


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
    if not np.allclose(A, matrix(h)):
        raise ValueError("does not commute")
    return h


def checked(A, rows, columns):
    """The kernel, or the error."""
    return recover_kernel(A, rows, columns)


@exercise.wrong(
    "This is the first row of A instead of its first column. It says how much of each input arrives at [0, 0], which "
    "is the kernel reflected. The response to the impulse at [0, 0] stands in a column."
)
def first_row(A, rows, columns):
    checked(A, rows, columns)
    return A[0].reshape(rows, columns)


@exercise.wrong(
    "The numbers are those of the kernel, but they are laid out column by column. Images are written row by row: that "
    "is what reshape(rows, columns) undoes."
)
def column_by_column(A, rows, columns):
    return checked(A, rows, columns).reshape(columns, rows).T


@exercise.wrong("The kernel has the shape (columns, rows). Its numbers are in the right order; rows come first.")
def axes_exchanged(A, rows, columns):
    return checked(A, rows, columns).reshape(columns, rows)


@exercise.wrong("This is the kernel as a vector. An array of shape (rows, columns) is asked for: reshape it.")
def flat(A, rows, columns):
    return checked(A, rows, columns).ravel()


@exercise.wrong(
    "This is the response to an impulse in the middle of the image: the kernel, shifted there. Its index [0, 0] "
    "belongs to the impulse at [0, 0]."
)
def impulse_in_the_middle(A, rows, columns):
    h = checked(A, rows, columns)
    return np.roll(h, (rows // 2, columns // 2), axis=(0, 1))


@exercise.wrong(
    "The kernel is turned by 180 degrees. That would be right for a cross-correlation with an origin in another "
    "corner; in the sum asked for, h[k, l] multiplies x[i - k, j - l], and the impulse at [0, 0] shows h as it is."
)
def turned(A, rows, columns):
    return checked(A, rows, columns)[::-1, ::-1]


@exercise.wrong(
    "The kernel is right where there is one. But every matrix has a first column: nothing asks whether the other "
    "columns are the first one, shifted along."
)
def never_refused(A, rows, columns):
    return A[:, 0].reshape(rows, columns)


@exercise.wrong(
    "Good maps of images are refused. The vector of an image is not turned as a whole: a shift along the columns turns "
    "every row by itself, so that A is circulant in blocks, and not circulant."
)
def circulant_as_a_whole(A, rows, columns):
    if not np.array_equal(np.roll(A, (1, 1), axis=(0, 1)), A):
        raise ValueError("does not commute")
    return A[:, 0].reshape(rows, columns)


@exercise.wrong(
    "Shifts along the rows of the image, to the right, are tested; shifts downwards are not. A map may use another "
    "kernel in each row and pass."
)
def sideways_only(A, rows, columns):
    moved = np.roll(along_columns(A, rows, columns), (1, 1), axis=(1, 3))
    if not np.array_equal(moved.reshape(A.shape), A):
        raise ValueError("does not commute")
    return A[:, 0].reshape(rows, columns)


@exercise.wrong(
    "Shifts downwards are tested, shifts to the right are not. A map may use another kernel in each column of the "
    "image and pass."
)
def downwards_only(A, rows, columns):
    moved = np.roll(along_columns(A, rows, columns), (1, 1), axis=(0, 2))
    if not np.array_equal(moved.reshape(A.shape), A):
        raise ValueError("does not commute")
    return A[:, 0].reshape(rows, columns)


@exercise.wrong(
    "It is tested whether all columns hold the same numbers, in any order. A mirrored image has the same numbers, too: "
    "compare each column with the kernel shifted to its place."
)
def same_numbers_in_any_order(A, rows, columns):
    if (np.sort(A, axis=0) != np.sort(A[:, :1], axis=0)).any():
        raise ValueError("does not commute")
    return A[:, 0].reshape(rows, columns)


@exercise.wrong(
    "A map without a kernel is answered with None. Nobody who calls the function notices: raise the error with "
    "`raise ValueError(...)`."
)
def returns_nothing(A, rows, columns):
    return A[:, 0].reshape(rows, columns) if np.array_equal(A, matrix(A[:, 0].reshape(rows, columns))) else None


@exercise.wrong(
    "This is the mean of all columns, in which every place has the same number: the columns must be shifted back "
    "before they are averaged. But one column, the first, is enough."
)
def mean_of_the_columns(A, rows, columns):
    checked(A, rows, columns)
    return A.mean(axis=1).reshape(rows, columns)


@exercise.wrong(
    "Only a few of the columns are compared with the first: the one for a step to the right and the one for a step "
    "downwards. All the other columns may hold anything: T has to commute on every image, not only on one impulse."
)
def two_columns_only(A, rows, columns):
    h = A[:, 0].reshape(rows, columns)
    for k, l in ((0, 1 % columns), (1 % rows, 0)):
        if not np.array_equal(A[:, k * columns + l].reshape(rows, columns), np.roll(h, (k, l), axis=(0, 1))):
            raise ValueError("does not commute")
    return h


@exercise.wrong(
    "The kernel is shifted in the wrong direction before it is compared: good maps are refused, and some mirrored ones "
    "pass. The impulse at [k, l] stands further down and to the right, and so does its image: np.roll with (k, l)."
)
def wrong_direction(A, rows, columns):
    h = A[:, 0].reshape(rows, columns)
    for k, l in np.ndindex(rows, columns):
        if not np.array_equal(A[:, k * columns + l].reshape(rows, columns), np.roll(h, (-k, -l), axis=(0, 1))):
            raise ValueError("does not commute")
    return h


@exercise.wrong(
    "The columns are looked up at k * rows + l. Row by row, each row of the image has `columns` pixels: the pixel "
    "[k, l] is number k * columns + l."
)
def wrong_column(A, rows, columns):
    h = A[:, 0].reshape(rows, columns)
    for k, l in np.ndindex(rows, columns):
        if not np.array_equal(A[:, k * rows + l].reshape(rows, columns), np.roll(h, (k, l), axis=(0, 1))):
            raise ValueError("does not commute")
    return h


@exercise.wrong(
    "The test is right, but an assertion raises an AssertionError, and is left out when Python runs with -O. Use "
    "`if ...: raise ValueError(...)`."
)
def asserted(A, rows, columns):
    h = A[:, 0].reshape(rows, columns)
    assert np.array_equal(A, matrix(h))
    return h

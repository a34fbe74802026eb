"""Taking a kernel of rank one apart into a column and a row."""

import numpy as np

from cnn_course.exercises.compare import compare_values
from cnn_course.exercises.exercise import Implement, whole

exercise = Implement(
    title="take a kernel apart",
    chapter="1-3",
    statement=r"""
    Write `separate(h)`. For a matrix $h$ of rank one it returns a pair: a column $a$, with one number for each row of
    $h$, and a row $b$, with one number for each column of $h$, such that

    $$ h[i, j] = a[i]\, b[j] $$

    up to rounding. Both are one-dimensional arrays. The pair is unique only up to a factor, and every such pair is
    accepted. For any other matrix, also for the one with nothing but zeros, it raises a `ValueError`.

    What is rounding depends on the size of the numbers: deviations from rank one below $10^{-12}$ times the largest
    number of $h$ are rounding, those above $10^{-3}$ times it are not, and what lies between is not asked for. The
    numbers of $h$ may all be very small, or all very large.
    """,
    hints=(
        "In a matrix of rank one all rows are multiples of one row. Which row of h can be b, and which cannot?",
        "The singular value decomposition writes h as a sum of columns times rows, each weighted by a singular value. "
        "How many of these are not zero?",
        "Rounding leaves singular values of about 1e-16 times the largest one. Compare them with the largest one.",
    ),
    remark=r"""
    A matrix has rank one if and only if exactly one singular value is not zero, and then it is that value times the
    outer product of its two singular vectors. With the pair, a convolution with $h$ becomes two passes: first with
    `column[:, None]`, then with `row[None, :]`. Try it on the sharpening kernel $(1 + \alpha)\, \delta - \alpha\, b$ of
    the chapter: it raises the error. Both $\delta$ and $b$ are separable, but their combination has rank two.
    """,
)


@exercise.solution
def separate(h):
    """A column and a row, both one-dimensional, whose outer product is h; ValueError if the rank of h is not one.

    >>> column, row = separate(np.array([[1.0, 10.0, 0.0], [100.0, 1000.0, 0.0]]))
    >>> np.outer(column, row).round(9) + 0.0
    array([[   1.,   10.,    0.],
           [ 100., 1000.,    0.]])
    """
    u, singular, v = np.linalg.svd(h)
    if singular[0] == 0 or (singular[1:] > 1e-9 * singular[0]).any():
        raise ValueError(f"separate: h must have rank 1, got singular values {singular}")
    return u[:, 0] * singular[0], v[0]


def fault(h, pair):
    """What is wrong with a pair, or None."""
    if not isinstance(pair, tuple) or len(pair) != 2:
        return "one result, expected two: the column and the row"
    column, row = map(np.asarray, pair)
    if (column.shape, row.shape) != ((h.shape[0],), (h.shape[1],)):
        shapes = f"column of shape {column.shape} and row of shape {row.shape}"
        return f"{shapes}, expected {(h.shape[0],)} and {(h.shape[1],)}"
    if not np.isfinite([*column, *row]).all():
        return f"not all numbers are finite: column {column}, row {row}"
    product, largest = np.outer(column, row), np.abs(h).argmax()
    verdict = compare_values(h, product)
    factor = product.flat[largest] / h.flat[largest]
    if verdict and compare_values(factor * h, product) is None:
        return f"column times row is {factor:.4g} times h"
    return verdict and f"column times row is not h: {verdict.text}"


def first_fault(call, kernels):
    """What is wrong with the first pair that is, or None."""
    return next((text for text in (fault(h, call(h)) for h in kernels) if text), None)


@exercise.property("the example", points=0)
def example(call, rng):
    return first_fault(call, [np.array([[1.0, 10.0, 0.0], [100.0, 1000.0, 0.0]])])


@exercise.property("a column times a row", points=1)
def products(call, rng):
    sizes = ((1, 3), (4, 1), (2, 3), (3, 2), (3, 3))
    return first_fault(call, (np.outer(whole(rng, m), 2 * whole(rng, n)) for m, n in sizes))


@exercise.property("zeros in the kernel", points=1)
def zeros(call, rng):
    column, row = whole(rng, 3), whole(rng, 2)
    edge = np.outer(column, [0.0, 2.0, -2.0])
    lines = np.outer([0.0, *column, 0.0], [0.0, *row])
    return first_fault(call, (h + 0.0 for h in (edge, np.outer([0.0, 2.0, -3.0], row), lines)))  # no -0.0


@exercise.property("numbers that are rounded, very small or very large", points=1)
def rounded(call, rng):
    kernels = (np.outer(whole(rng, 4) / 7, whole(rng, 3) / 3) for _ in range(4))
    return first_fault(call, (h * scale for h, scale in zip(kernels, (1, 1e12, 1e-12, 1), strict=True)))


@exercise.check("kernels of rank two raise the error", points=1)
def rank_two(rng):
    h = np.outer(whole(rng, 2), whole(rng, 3))
    h[1, 2] += h[1, 2]
    yield (h,)
    row, other = whole(rng, 3), np.array([0.0, 0.0, 1.0])
    yield (np.stack([row, other, row + other]),)
    impulse, line = np.array([0.0, 1.0, 0.0]), np.array([1.0, 2.0, 1.0]) / 4
    yield (2 * np.outer(impulse, impulse) - np.outer(line, line),)


@exercise.check("small kernels of rank two raise it too", points=1)
def small(rng):
    h = np.outer(whole(rng, 3), whole(rng, 3))
    h[2, 1] += h[2, 1]
    yield (h * 1e-12,)


@exercise.check("the kernel of zeros raises it too", points=1)
def nothing(rng):
    yield (np.zeros((2, 3)),)


@exercise.alternative
def through_the_largest(h):
    i, j = np.unravel_index(np.abs(h).argmax(), h.shape)
    largest = h[i, j]
    if largest == 0 or (np.abs(h - np.outer(h[:, j], h[i] / largest)) > 1e-9 * abs(largest)).any():
        raise ValueError("not of rank 1")
    return h[:, j], h[i] / largest


@exercise.alternative
def by_rank(h):
    if np.linalg.matrix_rank(h) != 1:
        raise ValueError("not of rank 1")
    u, singular, v = np.linalg.svd(h, full_matrices=False)
    root = np.sqrt(singular[0])
    return [root * u[:, 0], root * v[0]]


@exercise.alternative
def with_a_unit_row_in_single_precision(h):
    i = np.abs(h).sum(axis=1).argmax()
    length = np.linalg.norm(h[i])
    row = h[i] / length if length else h[i]
    column = h @ row
    if length == 0 or np.abs(h - np.outer(column, row)).max() > 1e-9 * length:
        raise ValueError("not of rank 1")
    return column.astype(np.float32), row.astype(np.float32)


@exercise.wrong(
    "The singular value is missing. The singular vectors have length one: multiply one of the two by the singular "
    "value, or both by its square root."
)
def singular_value_forgotten(h):
    u, _, v = _svd_of_rank_one(h)
    return u[:, 0], v[0]


@exercise.wrong(
    "The singular value is there twice, in the column and in the row. Multiply one of the two by it, or both by its "
    "square root."
)
def singular_value_twice(h):
    u, singular, v = _svd_of_rank_one(h)
    return u[:, 0] * singular[0], v[0] * singular[0]


@exercise.wrong(
    "The row is taken from a column of the last matrix. np.linalg.svd returns it transposed already: its first row "
    "belongs to the first singular value."
)
def column_of_v(h):
    u, singular, v = _svd_of_rank_one(h)
    return u[:, 0] * singular[0], v[:, 0]


@exercise.wrong(
    "The column is taken from a row of the first matrix. Of np.linalg.svd's two matrices only the last is transposed: "
    "in the first the singular vectors stand in the columns."
)
def row_of_u(h):
    u, singular, v = _svd_of_rank_one(h)
    return u[0] * singular[0], v[0]


@exercise.wrong(
    "Column and row are returned in the opposite order. The column comes first, and has as many numbers as h has rows."
)
def exchanged(h):
    return separate(h)[::-1]


@exercise.wrong(
    "The column is a matrix with one column, the row one with one row. Their values are right; both are asked for as "
    "one-dimensional arrays."
)
def as_matrices(h):
    column, row = separate(h)
    return column[:, None], row[None, :]


@exercise.wrong(
    "The first column times the first row is h times the number in the corner: that number is a factor of both. "
    "Divide one of the two by it, and think of kernels in which it is zero."
)
def corner_counted_twice(h):
    if np.linalg.matrix_rank(h) != 1:
        raise ValueError("not of rank 1")
    return h[:, 0], h[0]


@exercise.wrong(
    "Kernels with a zero in the corner are refused: the division by it gives NaN, and NaN is close to nothing. Divide "
    "by a number that is not zero, such as the largest."
)
def through_the_corner(h):
    if h[0, 0] == 0 or not np.allclose(np.outer(h[:, 0], h[0] / h[0, 0]), h):
        raise ValueError("not of rank 1")
    return h[:, 0], h[0] / h[0, 0]


@exercise.wrong(
    "The rank is one, but the first row or the first number of the kernel can still be zero, and the division by it "
    "gives NaN. Divide by a number that is not zero, such as the largest."
)
def divided_by_zero(h):
    if np.linalg.matrix_rank(h) != 1:
        raise ValueError("not of rank 1")
    with np.errstate(all="ignore"):
        return h[:, 0], h[0] / h[0, 0]


@exercise.wrong(
    "Nothing asks for the rank. For a matrix of higher rank the largest singular value still gives a pair, whose "
    "product is near h and not h: raise the error if a second singular value is not zero."
)
def never_refused(h):
    u, singular, v = np.linalg.svd(h)
    return u[:, 0] * singular[0], v[0]


@exercise.wrong(
    "The kernel of zeros has no second singular value, but no first one either: its rank is zero, not one. Ask for "
    "both."
)
def zeros_accepted(h):
    if np.linalg.matrix_rank(h) > 1:
        raise ValueError("not of rank 1")
    u, singular, v = np.linalg.svd(h)
    return u[:, 0] * singular[0], v[0]


@exercise.wrong(
    "A kernel of rank one is refused. If a singular value or a difference is asked to be zero exactly: computed ones "
    "rarely are. What is below a small multiple of the largest one is rounding."
)
def without_tolerance(h):
    u, singular, v = np.linalg.svd(h)
    if np.count_nonzero(singular) != 1:
        raise ValueError("not of rank 1")
    return u[:, 0] * singular[0], v[0]


@exercise.wrong(
    "The determinant exists for square matrices only. And where it is zero, the rank can be anything but full: 3 x 3 "
    "kernels of rank two pass. How many singular values are not zero?"
)
def by_determinant(h):
    if abs(np.linalg.det(h)) > 1e-9 * np.abs(h).max() ** len(h):
        raise ValueError("not of rank 1")
    u, singular, v = np.linalg.svd(h)
    return u[:, 0] * singular[0], v[0]


@exercise.wrong(
    "What counts as zero is a fixed number here. In a kernel of very small numbers everything is below it, and in one "
    "of very large numbers rounding is above it: multiply the bound by the size of h."
)
def fixed_tolerance(h):
    u, singular, v = np.linalg.svd(h)
    if singular[0] == 0 or (singular[1:] > 1e-8).any():
        raise ValueError("not of rank 1")
    return u[:, 0] * singular[0], v[0]


@exercise.wrong(
    "np.allclose with its defaults takes everything below 1e-8 for zero, whatever the size of the other numbers: a "
    "small kernel always passes. Give it atol=0, or a bound that grows with h."
)
def default_of_allclose(h):
    u, singular, v = np.linalg.svd(h)
    column, row = u[:, 0] * singular[0], v[0]
    if not h.any() or not np.allclose(np.outer(column, row), h):
        raise ValueError("not of rank 1")
    return column, row


@exercise.wrong(
    "Kernels that are not of rank one are answered with None or another value. Nobody who calls the function notices: "
    "raise the error with `raise ValueError(...)`."
)
def returns_nothing(h):
    return separate(h) if np.linalg.matrix_rank(h) == 1 else None


@exercise.wrong(
    "The sums of the rows and of the columns are multiples of the two factors, unless they are zero: those of a kernel "
    "that takes differences are. Begin with a number that cannot vanish, such as the largest."
)
def by_sums(h):
    if np.linalg.matrix_rank(h) != 1:
        raise ValueError("not of rank 1")
    with np.errstate(all="ignore"):
        return h.sum(axis=1), h.sum(axis=0) / h.sum()


def _svd_of_rank_one(h):
    if np.linalg.matrix_rank(h) != 1:
        raise ValueError("not of rank 1")
    return np.linalg.svd(h)

"""Taking a kernel of rank one apart into a column and a row."""

import numpy as np

from cnn_course.exercises.compare import compare_values
from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="take a kernel apart",
    chapter="1-3",
    stars=3,
    minutes=40,
    goals=(5, 7),
    statement=r"""
    Write `separate(h)`. For a matrix $h$ of rank one it returns a pair: a column $v$, with one number for each row of
    $h$, and a row $w$, with one number for each column of $h$, such that

    $$ h[i, j] = v[i]\, w[j] $$

    up to rounding. Both are one-dimensional arrays. The pair is unique only up to a factor, and every such pair is
    accepted. For any other matrix, also for the one with nothing but zeros, it raises a `ValueError`.

    How large a rounding error may be depends on the size of the numbers. Let $q$ be the largest absolute value in $h$.
    If some matrix of rank one differs from $h$ by at most $10^{-12} q$ everywhere, the difference is rounding. If every
    one differs by more than $10^{-3} q$ somewhere, $h$ is of another rank. What lies between is not asked for. The
    numbers of $h$ may all be very small, or all very large: about $10^{-200}$, say, or $10^{200}$, whose squares are
    beyond the range of floats.
    """,
    hints=(
        "In a matrix of rank one all rows are multiples of one row. Which row of h can be w, and which cannot?",
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

    >>> column, row = separate(np.array([[1.0, 10.0, 2.0], [100.0, 1000.0, 200.0]]))
    >>> np.outer(column, row).round(9)
    array([[   1.,   10.,    2.],
           [ 100., 1000.,  200.]])
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
    if (column.shape, row.shape) != (h.shape[:1], h.shape[1:]):
        shapes = f"column of shape {column.shape} and row of shape {row.shape}"
        order = ": the column comes first" if (row.shape, column.shape) == (h.shape[:1], h.shape[1:]) else ""
        return f"{shapes}, expected {h.shape[:1]} and {h.shape[1:]}{order}"
    if not np.isfinite([*column, *row]).all():
        return f"not all numbers are finite: column {column}, row {row}. Has something been divided by 0?"
    with np.errstate(all="ignore"):
        product = np.outer(column, row)
        verdict = compare_values(h, product)
        return verdict and (_relation(h, column, row, product) or f"column times row is not h: {verdict.text}")


def _relation(h, column, row, product):
    """What a wrong pair has to do with h, in words that are true of every choice of the common factor."""
    i, j = np.unravel_index(np.abs(h).argmax(), h.shape)
    factor = product[i, j] / h[i, j]
    if factor and compare_values(factor * h, product) is None:
        known = {"its singular value": np.linalg.norm(h), "its first number": h[0, 0], "the sum of all": h.sum()}
        words = [f"multiplied by {name}" for name, value in known.items() if np.isclose(factor, value, atol=0)]
        words += [f"divided by {name}" for name, value in known.items() if np.isclose(factor * value, 1)]
        return f"column times row is {factor:.4g} times h{''.join(f': h {text}' for text in words[:1])}"
    if compare_values(np.abs(h), np.abs(product)) is None:
        return "column times row is h up to the signs"
    if _parallel(column, h[i]) and _parallel(row, h[:, j]):
        return "the row comes first here, and the column last"
    right = _parallel(column, h[:, j]), _parallel(row, h[i])
    if right == (True, False):
        return "the row is no multiple of a row of h. np.linalg.svd returns its last matrix transposed"
    if right == (False, True):
        return "the column is no multiple of a column of h. np.linalg.svd has them as columns of the first matrix"
    return ""


def _parallel(one, other):
    """Whether one of two vectors is a multiple of the other."""
    if one.shape != other.shape or not one.any():
        return False
    one, other = one / np.abs(one).max(), other / np.abs(other).max()
    return np.allclose(one, other) or np.allclose(one, -other)


def first_fault(call, kernels):
    """What is wrong with the first pair that is, or None."""
    return next((text for text in (fault(h, call(h)) for h in kernels) if text), None)


def mixed(rng, n, step=1):
    """Different powers of 2, the last one negative: they do not add up to 0, and quotients are exact."""
    return 2.0 ** (step * rng.permutation(max(n, 3))[:n]) * np.append(np.ones(n - 1), -1.0)


def product(rng, m, n):
    """A column times a row, a matrix whose numbers are all of another size."""
    return np.outer(mixed(rng, m), mixed(rng, n, step=3))


def bent(rng, deviation):
    """A kernel of rank one, with one number moved by a part of the largest one; only signs are random, no sum is 0."""
    row = np.array([1.0625, 1.25, 1.5, 1.9375]) * rng.choice([-1, 1], 4)
    h = np.outer([1.25, -1.5, 1.75], row)
    h[1, 2] += deviation * np.abs(h).max()
    return h


ROUNDING, NO_ROUNDING, SIZES = 2.0**-40, 2.0**-7, (2.0**40, 2.0**-40, 2.0**660, 2.0**-660)


@exercise.property("the example", points=0)
def example(call, rng):
    return first_fault(call, [np.array([[1.0, 10.0, 2.0], [100.0, 1000.0, 200.0]])])


@exercise.property("a column times a row", points=1)
def products(call, rng):
    return first_fault(call, (2 * product(rng, m, n) for m, n in ((2, 3), (3, 2), (3, 3))))


@exercise.property("kernels with a single row or column", points=1)
def lines(call, rng):
    return first_fault(call, (2 * product(rng, m, n) for m, n in ((1, 3), (4, 1), (1, 1))))


@exercise.property("zeros in the first row or column", points=1)
def zeros(call, rng):
    kernels = [np.outer(mixed(rng, 2), [0.0, 2.0, 4.0]), np.outer([0.0, 2.0, -4.0], mixed(rng, 2, step=3))]
    kernels.append(np.pad(product(rng, 2, 2), ((1, 0), (1, 1))))
    return first_fault(call, (h + 0.0 for h in kernels))  # no -0.0


@exercise.property("numbers that add up to zero", points=1)
def differences(call, rng):
    zero = np.array([1.0, 3.0, -4.0])
    return first_fault(call, (np.outer(mixed(rng, 2), zero), np.outer(zero[[2, 0, 1]], mixed(rng, 3, step=3))))


@exercise.property("zeros, and no number above zero", points=1)
def none_positive(call, rng):
    return first_fault(call, [0.0 - np.outer(np.abs(mixed(rng, 2)), [2.0, 8.0, 4.0, 0.0])])


@exercise.property("numbers that are not whole, with deviations that are rounding", points=1)
def rounded(call, rng):
    return first_fault(call, (bent(rng, ROUNDING), np.outer(fractions(rng, 3), fractions(rng, 3)) / 7))


@exercise.property("rounding in the first row where zeros should be", points=1)
def rounded_zeros(call, rng):
    corner, line = np.pad(product(rng, 2, 2), ((1, 0), (1, 0))), np.pad(product(rng, 2, 3), ((1, 0), (0, 0)))
    corner[0, 0] = 2.0**-44 * np.abs(corner).max()
    line[0] = 2.0**-44 * np.abs(line).max() * np.array([0.5, 1.0, -0.25])
    return first_fault(call, [corner, line])


@exercise.property("numbers that are all very small or very large", points=1)
def of_any_size(call, rng):
    return first_fault(call, (size * bent(rng, ROUNDING) for size in SIZES))


@exercise.check("kernels of rank two raise the error", points=1)
def rank_two(rng):
    h = np.outer(whole(rng, 2), whole(rng, 3))
    h[1, 2] += h[1, 2]
    yield (h,)
    row, other = whole(rng, 3), np.array([0.0, 0.0, 1.0])
    yield (np.stack([row, other, row + other]),)
    impulse, line = np.array([0.0, 1.0, 0.0]), np.array([1.0, 2.0, 1.0]) / 4
    yield (2 * np.outer(impulse, impulse) - np.outer(line, line),)
    yield from ((bent(rng, NO_ROUNDING),), (np.array([[2.0, -2.0, 0.0], [0.0, 2.0, -2.0]]),))


@exercise.check("very small and very large kernels of rank two raise it too", points=1)
def rank_two_of_any_size(rng):
    for size in SIZES:
        yield (size * bent(rng, 1.0),)


@exercise.check("the kernel of zeros raises it too", points=1)
def nothing(rng):
    yield (np.zeros((2, 3)),)


def accept(separable):
    """Raise the error if h is not separable."""
    if not separable:
        raise ValueError("not of rank 1")


def refuse(h, tolerance=1e-9):
    """Raise the error if the rank of h is not one."""
    singular = np.linalg.svd(h)[1]
    accept(singular[0] != 0 and (singular[1:] <= tolerance * singular[0]).all())


def pair(h):
    """The usual pair of np.linalg.svd, whatever the rank."""
    u, singular, v = np.linalg.svd(h)
    return u[:, 0] * singular[0], v[0]


def largest(numbers):
    """Where the largest number stands."""
    return np.unravel_index(numbers.argmax(), numbers.shape)


def through(h, i, j):
    """The column and the row that meet at [i, j], the row divided by that number, if their product is h."""
    with np.errstate(all="ignore"):
        column, row = h[:, j], h[i] / h[i, j]
        accept(h.any() and not np.abs(h - np.outer(column, row)).max() > 1e-8 * np.abs(h).max())
    return column, row


@exercise.alternative
def through_the_largest(h):
    return through(h, *largest(np.abs(h)))


@exercise.alternative
def by_rank_just_strict_enough(h):
    accept(np.linalg.matrix_rank(h / (np.abs(h).max() or 1.0), tol=1e-3) == 1)
    column, row = pair(h)
    return [column / 2, 2 * row]


@exercise.alternative
def just_loose_enough(h):
    refuse(h, 1e-12)
    return pair(h)


@exercise.wrong(
    "The singular value is missing. The singular vectors have length one: multiply one of the two by the singular "
    "value, or both by its square root."
)
def singular_value_forgotten(h):
    refuse(h)
    return np.linalg.svd(h)[0][:, 0], pair(h)[1]


@exercise.wrong(
    "The values are right, but stand in matrices of one column and of one row: both are to be one-dimensional arrays."
)
def as_matrices(h):
    column, row = separate(h)
    return column[:, None], row[None, :]


@exercise.wrong(
    "The first column times the first row is h times the number in the corner, a factor of both. Divide one of the two "
    "by it, and think of kernels in which it is zero."
)
def corner_counted_twice(h):
    refuse(h)
    return h[:, 0], h[0]


@exercise.wrong(
    "Kernels with a zero in the corner are refused. The first row or column can be zero, and says nothing then. Begin "
    "with a number that is not zero, such as the one farthest from zero."
)
def through_the_corner(h):
    accept(h[0, 0] != 0)
    return through(h, 0, 0)


@exercise.wrong(
    "Kernels with a zero in the corner are answered with NaN or infinity, from a division by that zero; and NaN is "
    "not above any bound. Divide by a number that is not zero, such as the one farthest from zero."
)
def divided_by_zero(h):
    return through(h, 0, 0)


@exercise.wrong(
    "Right unless the first number that is not zero is rounding: divided by a rounding of 1e-14 the others say nothing "
    "about h, or become as large as 1e14. No number is certain not to be rounding but the one farthest from zero."
)
def first_nonzero(h):
    i, j = largest(h != 0)
    return through(h.T, j, i)[::-1]  # the column is the one that is divided


@exercise.wrong(
    "A kernel without a number above zero is refused: its maximum is zero, or the number nearest to zero. The number "
    "to divide by is the one whose *absolute value* is largest."
)
def largest_without_absolute_value(h):
    accept(h.max() != 0)
    return through(h, *largest(h))


@exercise.wrong(
    "The signs are lost: the length of a row is never negative. A row of h that points the other way needs a negative "
    "number in the column."
)
def lengths_of_rows(h):
    refuse(h)
    lengths = np.abs(h).max() * np.linalg.norm(h / np.abs(h).max(), axis=1)
    return lengths, h[lengths.argmax()] / lengths.max()


@exercise.wrong(
    "Nothing asks for the rank. For a matrix of higher rank the largest singular value gives a pair, too, whose "
    "product is not h: raise the error if a second singular value is not zero."
)
def never_refused(h):
    return pair(h)


@exercise.wrong("The kernel of zeros has no second singular value, but no first one either: its rank is zero.")
def zeros_accepted(h):
    if h.any():
        refuse(h)
    return pair(h)


@exercise.wrong(
    "Kernels that are of rank one up to rounding are refused. By itself np.linalg.matrix_rank allows about 1e-15 of "
    "the largest singular value, and a comparison with == nothing at all; the statement allows 1e-12."
)
def too_strict(h):
    refuse(h, 1e-15)
    return pair(h)


@exercise.wrong(
    "Right for exact numbers, but rounding is not allowed for: a comparison with == has no tolerance, and that of "
    "np.linalg.matrix_rank is about 1e-15 of the largest singular value. Allow 1e-12 of the largest number."
)
def too_strict_through_the_largest(h):
    refuse(h, 1e-15)
    return through(h, *largest(np.abs(h)))


@exercise.wrong(
    "Kernels are refused if they are of rank one only up to rounding: the bound is 0, as in a comparison with ==, or "
    "far below the 1e-12 of the statement, as the default of np.linalg.matrix_rank."
)
def too_strict_with_the_column_divided(h):
    refuse(h, 1e-15)
    i, j = largest(np.abs(h))
    return h[:, j] / h[i, j], h[i]


@exercise.wrong(
    "What counts as zero is a fixed number here. In a kernel of very small numbers everything is below it, and in one "
    "of very large numbers rounding is above it: multiply the bound by the size of h."
)
def fixed_tolerance(h):
    accept(h.any() and np.linalg.matrix_rank(h, tol=1e-8) <= 1)
    return pair(h)


@exercise.wrong(
    "Very small kernels of rank two pass: what counts as zero is a fixed number for them. np.allclose has one in "
    "itself, atol=1e-8, besides one that grows with h. Let it grow with h, or divide h by its largest number."
)
def default_of_allclose(h):
    i, j = largest(np.abs(h))
    accept(h.any() and np.allclose(np.outer(h[:, j], h[i] / h[i, j]), h))
    return h[:, j], h[i] / h[i, j]


@exercise.wrong(
    "Squares and products of numbers of size 1e200 or 1e-200 are infinite or 0, beyond the range of floats, and the "
    "comparison says nothing. Divide h by its largest number first."
)
def products_of_two_numbers(h):
    i, j = largest(np.abs(h))
    with np.errstate(all="ignore"):
        bad = ~(np.abs(h[i, j] * h - np.outer(h[:, j], h[i])) <= 1e-8 * h[i, j] ** 2)
    accept(h.any() and not bad.any())
    return h[:, j], h[i] / h[i, j]


@exercise.wrong(
    "Kernels that are not of rank one are answered with None or another value; a message that is printed is no error. "
    "Nobody who calls the function notices: raise the error with `raise ValueError(...)`."
)
def returns_nothing(h):
    try:
        return separate(h)
    except ValueError:
        return None


@exercise.wrong(
    "The sums of the rows and of the columns are multiples of the two factors, unless they are zero: those of a kernel "
    "that takes differences are, and it is refused. Begin with a number that cannot vanish, such as the largest."
)
def by_sums(h):
    refuse(h)
    accept(abs(h.sum()) >= 1e-9 * np.abs(h).max())
    return h.sum(axis=1), h.sum(axis=0) / h.sum()

"""Softmax that survives large numbers."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="softmax",
    chapter="4-2",
    statement=r"""
    Write `softmax(logits)` for an array of shape $(N, K)$, one row for each image and one column for each class. In
    every row it turns the numbers $z$ into probabilities,

    $$ p[n, k] = \frac{e^{z[n, k]}}{\sum_j e^{z[n, j]}} . $$

    The result has the shape of `logits`, and each of its rows has the sum 1. It must be right for all finite numbers:
    $e^{1000}$ is too large for a float and $e^{-1000}$ is too small for one, but no probability may become NaN because
    of that. `logits` keeps its values.
    """,
    hints=(
        "What happens to the probabilities of a row when the same number is added to all of its logits?",
        "exp overflows above 709. Subtract a number from each row so that no exponent is above 0, and at least one is "
        "0.",
        "With `axis=1, keepdims=True` the maximum of each row has the shape (N, 1), which fits to (N, K).",
    ),
    remark=r"""
    Subtracting $m$ in a row multiplies numerator and denominator by $e^{-m}$. With the maximum for $m$, every
    exponential is at most 1 and one of them is 1, so that the sum is neither infinite nor 0.
    """,
)


@exercise.solution
def softmax(logits):
    """Probabilities of the classes, row by row, from logits of shape (N, K).

    >>> softmax(np.log(np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 6.0]])))
    array([[0.125, 0.25 , 0.625],
           [0.25 , 0.25 , 0.5  ]])
    """
    z = np.exp(logits - logits.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)


def spread(rng, rows, columns):
    """Small positive logits, those of a row all different, and larger from row to row."""
    steps = np.arange(columns) + 0.5 * rng.integers(0, 2, (rows, columns))
    return rng.permuted(steps, axis=1) + np.arange(rows)[:, None] + 1


@exercise.check("the example", points=0)
def example(rng):
    yield (np.log(np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 6.0]])),)


@exercise.check("one row", points=1)
def one_row(rng):
    yield (spread(rng, 1, 2),)
    yield (spread(rng, 1, 3),)


@exercise.check("several rows", points=1)
def several_rows(rng):
    yield (spread(rng, 2, 3),)
    yield (spread(rng, 4, 2),)
    yield (spread(rng, 3, 3),)


@exercise.check("large numbers", points=1)
def large(rng):
    yield (1000 + spread(rng, 1, 3),)
    yield (800 * rng.permutation(np.eye(3))[:1],)
    yield (1000 + spread(rng, 2, 4),)


@exercise.check("large negative numbers", points=1)
def large_negative(rng):
    yield (-1000 + spread(rng, 1, 3),)
    yield (-1000 + spread(rng, 3, 2),)


@exercise.check("numbers and rows that are far apart", points=1)
def far_apart(rng):
    yield (spread(rng, 1, 2) + rng.permutation([1000.0, -1000.0]),)
    yield (spread(rng, 2, 3) + rng.permutation([[0.0], [-1000.0]]),)
    yield (spread(rng, 3, 2) + rng.permutation([[0.0], [1000.0], [-1000.0]]),)


@exercise.alternative
def row_by_row(logits):
    out = []
    for row in logits:
        powers = [np.exp(z - max(row)) for z in row]
        out.append([power / sum(powers) for power in powers])
    return np.array(out)


@exercise.alternative
def by_differences(logits):
    with np.errstate(over="ignore"):
        return 1 / np.exp(logits[:, None, :] - logits[:, :, None]).sum(axis=2)


@exercise.alternative
def by_logarithms(logits):
    return np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


@exercise.alternative
def along_columns(logits):
    z = np.exp(logits.T - logits.T.max(axis=0))
    return (z / z.sum(axis=0)).T


@exercise.alternative
def in_single_precision(logits):
    return softmax(logits.astype(np.float32))


def normalised(shifted):
    """Exponentials of numbers shifted in some way, divided by the sum of each row: what many mistakes share."""
    z = np.exp(shifted)
    return z / z.sum(axis=1, keepdims=True)


@exercise.wrong(
    "The formula is right, but not its arithmetic: exp(1000) is infinite and inf / inf is NaN, exp(-1000) is 0 and "
    "0 / 0 is NaN. Subtract something from each row first that leaves the probabilities as they are."
)
@np.errstate(all="ignore")
def not_shifted(logits):
    return normalised(logits)


@exercise.wrong(
    "The largest number of the whole array is subtracted. In a row that lies far below it all exponentials become 0, "
    "and 0 / 0 is NaN: each row needs its own maximum."
)
@np.errstate(all="ignore")
def one_maximum_for_all_rows(logits):
    return normalised(logits - logits.max())


@exercise.wrong(
    "The maxima are those of the columns, so that a row may still lie far above or below them. The numbers of one row "
    "belong together: take the maximum along axis 1."
)
@np.errstate(all="ignore")
def maximum_of_the_columns(logits):
    return normalised(logits - logits.max(axis=0))


@exercise.wrong(
    "The mean of each row is subtracted. That changes nothing in exact arithmetic, but a row such as (1000, -1000) has "
    "the mean 0 and overflows as before. Which shift leaves no positive exponent?"
)
@np.errstate(all="ignore")
def shifted_by_the_mean(logits):
    return normalised(logits - logits.mean(axis=1, keepdims=True))


@exercise.wrong(
    "The smallest number of each row is subtracted, which makes all exponents positive or 0: in a row such as (800, 0) "
    "they still overflow. Turn it round, so that none is positive."
)
@np.errstate(all="ignore")
def shifted_by_the_minimum(logits):
    return normalised(logits - logits.min(axis=1, keepdims=True))


@exercise.wrong(
    "What is subtracted is the largest absolute value. In a row of large negative numbers this pushes the exponents "
    "down even further, and 0 / 0 is NaN. Take the largest number, with its sign."
)
@np.errstate(all="ignore")
def shifted_by_the_magnitude(logits):
    return normalised(logits - abs(logits).max(axis=1, keepdims=True))


@exercise.wrong(
    "The maximum is subtracted in the numerator only. The sum in the denominator must be one of the same shifted "
    "exponentials, or the factor does not cancel."
)
@np.errstate(all="ignore")
def shifted_above_only(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True)) / np.exp(logits).sum(axis=1, keepdims=True)


@exercise.wrong(
    "The rows are divided by their maximum. A factor changes the probabilities: softmax does not change when the same "
    "number is added to a row, so subtract the maximum."
)
@np.errstate(all="ignore")
def divided_by_the_maximum(logits):
    return normalised(logits / logits.max(axis=1, keepdims=True))


@exercise.wrong(
    "The logits are cut off at some bound, which keeps exp finite, but different numbers beyond the bound become "
    "equal. A shift of the whole row keeps their differences."
)
def cut_off(logits):
    return normalised(np.clip(logits, -500, 500))


@exercise.wrong(
    "NaN is replaced after it has appeared, for example by 0. Then a row is left without its probabilities, and its "
    "sum is not 1: prevent the overflow instead, by a shift of the row."
)
@np.errstate(all="ignore")
def nan_replaced(logits):
    return np.nan_to_num(normalised(logits))


@exercise.wrong(
    "A small number added to the denominator prevents 0 / 0, but a row of large negative numbers becomes 0 altogether, "
    "and infinity still comes through. Shift the row, and no such number is needed."
)
@np.errstate(all="ignore")
def tiny_number_below(logits):
    z = np.exp(logits)
    return z / (z.sum(axis=1, keepdims=True) + 1e-12)


@exercise.wrong(
    "A small number added to the denominator falsifies all probabilities a little, those of large negative numbers "
    "altogether, and infinity still comes through. Shift the row, and no such number is needed."
)
@np.errstate(all="ignore")
def small_number_below(logits):
    z = np.exp(logits)
    return z / (z.sum(axis=1, keepdims=True) + 1e-8)


@exercise.wrong(
    "All rows are divided by one sum, so that the probabilities of all images together have the sum 1. Each row has a "
    "sum of its own: sum along axis 1."
)
def one_sum_for_all_rows(logits):
    z = np.exp(logits - logits.max(axis=1, keepdims=True))
    return z / z.sum()


@exercise.wrong(
    "The columns have the sum 1, not the rows. One row holds the classes of one image: maximum and sum run along axis "
    "1."
)
@np.errstate(all="ignore")
def along_the_columns(logits):
    return softmax(logits.T).T


@exercise.wrong(
    "Maximum and sum of the rows have the shape (N,), which NumPy aligns with the columns: it raises an error, or "
    "divides by the sums of other rows. `keepdims=True` gives the shape (N, 1)."
)
@np.errstate(all="ignore")
def without_keepdims(logits):
    z = np.exp(logits - logits.max(axis=1))
    return z / z.sum(axis=1)


@exercise.wrong(
    "The maximum fits, but the sums of the rows have the shape (N,), which NumPy aligns with the columns: it raises an "
    "error, or divides by the sums of other rows. The sum needs `keepdims=True` as well."
)
def sum_without_keepdims(logits):
    z = np.exp(logits - logits.max(axis=1, keepdims=True))
    return z / z.sum(axis=1)


@exercise.wrong(
    "These are exponentials, with 1 for the largest of each row, but not yet probabilities: divide each row by its sum."
)
def not_normalised(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True))


@exercise.wrong(
    "The numbers are divided by their sum as they are. Take their exponentials first: they are positive, whatever the "
    "logits."
)
@np.errstate(all="ignore")
def without_exponentials(logits):
    return logits / logits.sum(axis=1, keepdims=True)


@exercise.wrong("This is the logarithm of the softmax. The probabilities themselves are asked for: its exponential.")
def logarithm(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@exercise.wrong(
    "The place of the largest logit has a 1, and all others have 0. Softmax is a soft form of that: the others keep "
    "probabilities, too."
)
def largest_only(logits):
    return np.eye(logits.shape[1])[logits.argmax(axis=1)]


@exercise.wrong(
    "The probabilities are right, but `logits -= ...` writes into the array of the caller. `logits - m` makes a new "
    "array."
)
def in_place(logits):
    logits -= logits.max(axis=1, keepdims=True)
    return softmax(logits)


@exercise.wrong(
    "A small number is added to the sum of each row. After the shift the sum is at least 1, and cannot be 0: the small "
    "number only makes the probabilities a little too small."
)
def small_number_though_shifted(logits):
    z = np.exp(logits - logits.max(axis=1, keepdims=True))
    return z / (z.sum(axis=1, keepdims=True) + 1e-8)


@exercise.wrong("These are powers of 2. The formula asks for powers of e: use `np.exp`.")
def powers_of_two(logits):
    return softmax(logits * np.log(2))


@exercise.wrong(
    "This is a softmax of the whole array: all probabilities together have the sum 1. Each row is a softmax of its "
    "own, with its own maximum and its own sum: both along axis 1."
)
@np.errstate(all="ignore")
def of_the_whole_array(logits):
    z = np.exp(logits - logits.max())
    return z / z.sum()


@exercise.wrong(
    "The exponentials are divided by the sum of the whole array. Each row has a sum of its own, along axis 1. After "
    "that, exp(1000) is still infinite: find a shift of each row that prevents it."
)
@np.errstate(all="ignore")
def of_the_whole_array_not_shifted(logits):
    return np.exp(logits) / np.exp(logits).sum()


@exercise.wrong(
    "The sums of the rows have the shape (N,), which NumPy aligns with the columns: `keepdims=True` gives the shape "
    "(N, 1). After that, exp(1000) is still infinite: find a shift of each row that prevents it."
)
@np.errstate(all="ignore")
def not_shifted_without_keepdims(logits):
    z = np.exp(logits)
    return z / z.sum(axis=1)


@exercise.wrong(
    "These are the exponentials alone, the numerators of the formula. Divide each row by its sum; and since exp(1000) "
    "is infinite, first find a shift of the row that changes no probability."
)
@np.errstate(all="ignore")
def exponentials_alone(logits):
    return np.exp(logits)


@exercise.wrong(
    "The exponentials are divided by the sums of the columns. The classes of one image stand in a row: sum along axis "
    "1. After that, exp(1000) is still infinite: find a shift of each row that prevents it."
)
@np.errstate(all="ignore")
def along_the_columns_not_shifted(logits):
    z = np.exp(logits)
    return z / z.sum(axis=0)

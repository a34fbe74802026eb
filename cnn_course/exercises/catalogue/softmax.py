"""Softmax that survives large numbers."""

import itertools

import numpy as np

from cnn_course.exercises.exercise import Implement, spread

exercise = Implement(
    title="softmax",
    chapter="4-2",
    stars=1,
    minutes=15,
    goals=(3,),
    statement=r"""
    Write `softmax(logits)` for an array of floats or integers of shape $(N, K)$, one row for each image and one column
    for each class. In every row it turns the numbers $z$ into probabilities,

    $$ p[n, k] = \frac{e^{z[n, k]}}{\sum_j e^{z[n, j]}} . $$

    The result is an array of floats with the shape of `logits`, and each of its rows has the sum 1. It must be right
    for all finite numbers: $e^{1000}$ is too large for a float and $e^{-1000}$ is too small for one, but no probability
    may become NaN because of that. `logits` keeps its values.
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
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def small(rng, rows, columns):
    """Logits from 0 to 1.6, those of a row all different, and no two maxima alike; of three, the largest is above 1."""
    return spread(rng, rows, columns) / 2 + 9 / 16 + np.arange(rows)[:, None] / 64


@exercise.check("the example", points=0)
def example(rng):
    yield (np.log(np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 6.0]])),)


@exercise.check("one row", points=1)
def one_row(rng):
    yield (small(rng, 1, 2),)
    yield (small(rng, 1, 3),)


@exercise.check("several rows", points=1)
def several_rows(rng):
    yield (small(rng, 2, 3),)
    yield (small(rng, 4, 2),)
    yield (small(rng, 3, 3),)


@exercise.check("large numbers", points=1)
def large(rng):
    yield (1000 + small(rng, 1, 3),)
    yield (small(rng, 1, 3) + 800 * rng.permutation([1, 1, 0]),)
    yield (1000 + small(rng, 2, 3),)
    yield (20000 + small(rng, 1, 3),)


@exercise.check("large negative numbers", points=1)
def large_negative(rng):
    yield (-1000 + small(rng, 1, 3),)
    yield (-1000 + small(rng, 3, 2),)
    yield (-20000 + small(rng, 1, 3),)


@exercise.check("numbers and rows that are far apart", points=1)
def far_apart(rng):
    yield (small(rng, 1, 3) + 1500 * rng.permutation([1, 1, -1]),)
    yield (small(rng, 2, 3) + rng.permutation([[0.0], [-1000.0]]),)
    yield (small(rng, 3, 2) + rng.permutation([[0.0], [1000.0], [-1000.0]]),)


@exercise.check("an array of integers", points=1)
def integers(rng):
    yield (rng.permutation([[1, 2, 4]]),)
    yield (rng.permuted([[1, 2, 4], [-3, 0, -1]], axis=1),)


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


SHIFTS = {  # what is subtracted from the logits, right and wrong
    "": ("", lambda z: z.max(axis=1, keepdims=True)),
    "not_shifted": (
        "exp(1000) is infinite and inf / inf is NaN, exp(-1000) is 0 and 0 / 0 is NaN: subtract something from each "
        "row first that leaves the probabilities as they are.",
        lambda z: 0,
    ),
    "one_maximum_for_all_rows": (
        "The largest number of the whole array is subtracted. In a row that lies far below it all exponentials become "
        "0, and 0 / 0 is NaN: each row needs its own maximum.",
        np.max,
    ),
    "maximum_of_the_columns": (
        "The maxima that are subtracted are those of the columns, which changes the probabilities of a row. Its "
        "numbers belong together: take the maximum along axis 1.",
        lambda z: z.max(axis=0),
    ),
    "maximum_without_keepdims": (
        "The maxima of the rows have the shape (N,), which NumPy aligns with the columns: it raises an error, or "
        "subtracts the maxima of other rows. `keepdims=True` gives the shape (N, 1).",
        lambda z: z.max(axis=1),
    ),
    "shifted_by_the_mean": (
        "The mean of each row is subtracted. That changes nothing in exact arithmetic, but a row such as (1000, -1000) "
        "has the mean 0 and overflows as before. Which shift leaves no positive exponent?",
        lambda z: z.mean(axis=1, keepdims=True),
    ),
    "shifted_by_the_minimum": (
        "The smallest number of each row is subtracted, which makes all exponents positive or 0: in a row such as "
        "(800, 0) they still overflow. Turn it round, so that none is positive.",
        lambda z: z.min(axis=1, keepdims=True),
    ),
    "shifted_by_the_magnitude": (
        "What is subtracted is the largest absolute value. In a row of large negative numbers this pushes the "
        "exponents down even further, and 0 / 0 is NaN. Take the largest number, with its sign.",
        lambda z: abs(z).max(axis=1, keepdims=True),
    ),
}

SUMS = {  # by what the exponentials are divided, right and wrong
    "": ("", lambda e: e.sum(axis=1, keepdims=True)),
    "not_normalised": ("These are exponentials, but not yet probabilities: divide each row by its sum.", lambda e: 1),
    "one_sum_for_all_rows": (
        "All exponentials are divided by one sum, so that the probabilities of all images together have the sum 1. "
        "Each row has a sum of its own: sum along axis 1.",
        np.sum,
    ),
    "sum_of_the_columns": (
        "The exponentials are divided by the sums of the columns. One row holds the classes of one image, and has the "
        "sum 1: sum along axis 1.",
        lambda e: e.sum(axis=0),
    ),
    "sum_without_keepdims": (
        "The sums of the rows have the shape (N,), which NumPy aligns with the columns: it raises an error, or divides "
        "by the sums of other rows. The shape (N, 1) fits: `keepdims=True` for the sum.",
        lambda e: e.sum(axis=1),
    ),
    "sum_goes_on": (
        "The sum runs on from row to row: each row is divided by the sum of all numbers up to its end. It begins with "
        "0 again in each row.",
        lambda e: e.sum(axis=1).cumsum()[:, None],
    ),
}


def with_mistakes(shift, total):
    """Add a wrong shift, a wrong denominator, or both together."""
    (about_shift, shifted), (about_total, summed) = SHIFTS[shift], SUMS[total]

    @np.errstate(all="ignore")
    def answer(logits):
        powers = np.exp(logits - shifted(logits))
        return powers / summed(powers)

    answer.__name__ = "_and_".join(filter(None, (shift, total)))
    exercise.wrong(" ".join(filter(None, (about_total, about_shift))))(answer)


for shift, total in itertools.product(SHIFTS, SUMS):
    if shift or total:
        with_mistakes(shift, total)


@np.errstate(all="ignore")
def not_shifted(logits, number=0):
    """The formula as it stands, where a number may be added to the denominator."""
    z = np.exp(logits)
    return z / (z.sum(axis=1, keepdims=True) + number)


@exercise.wrong(
    "The maximum is subtracted in the numerator only. The sum in the denominator must be one of the same shifted "
    "exponentials, or the factor does not cancel."
)
@np.errstate(all="ignore")
def shifted_above_only(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True)) / np.exp(logits).sum(axis=1, keepdims=True)


def divided(name, which, divisor):
    """Add the mistake of a division where a subtraction helps, also with a result of the dtype of the logits."""

    @np.errstate(all="ignore")
    def answer(logits):
        return softmax(logits / divisor(logits))

    @np.errstate(all="ignore")
    def in_the_dtype_of_the_logits(logits):
        return answer(logits).astype(logits.dtype)

    answer.__name__, in_the_dtype_of_the_logits.__name__ = name, f"{name}_in_the_dtype_of_the_logits"
    hint = (
        f"The logits are divided by {which}. A factor changes the probabilities: softmax does not change when the same "
        "number is added to a row, so subtract the maximum."
    )
    exercise.wrong(hint)(answer)
    exercise.wrong(f"{hint} And where the logits are integers, the result must still be an array of floats.")(
        in_the_dtype_of_the_logits
    )


divided("divided_by_the_maximum", "the maximum of their row", lambda z: z.max(axis=1, keepdims=True))
divided("divided_by_the_magnitude", "the largest absolute value of their row", lambda z: abs(z).max(1, keepdims=True))
divided(
    "divided_where_large",
    "the largest absolute value of their row, or by 1",
    lambda z: np.maximum(abs(z).max(axis=1, keepdims=True), 1),
)


@exercise.wrong(
    "The logits are brought to mean 0 and standard deviation 1 first. A factor changes the probabilities: softmax "
    "does not change when the same number is added to a row, so subtract the maximum, and divide by nothing."
)
@np.errstate(all="ignore")
def standardised(logits):
    return softmax(logits / logits.std(axis=1, keepdims=True))


@exercise.wrong(
    "The logits are cut off at some bound, which keeps exp finite, but different numbers beyond the bound become "
    "equal. A shift of the whole row keeps their differences."
)
def cut_off(logits):
    return softmax(np.clip(logits, -500, 500))


@exercise.wrong(
    "Large logits are cut off at some bound, where different numbers become equal, and rows of large negative numbers "
    "are still 0 / 0. A shift of the whole row helps against both, and keeps the differences."
)
def cut_off_above(logits):
    return not_shifted(np.minimum(logits, 500))


@exercise.wrong(
    "NaN is replaced by 0 after it has appeared. Then a row is left without its probabilities, and its sum is not 1: "
    "prevent the overflow instead, by a shift of the row."
)
def nan_replaced(logits):
    return np.nan_to_num(not_shifted(logits))


@exercise.wrong(
    "NaN is replaced by 1 after it has appeared. Then several classes of a row may have the probability 1: prevent the "
    "overflow instead, by a shift of the row."
)
def nan_replaced_by_one(logits):
    return np.nan_to_num(not_shifted(logits), nan=1.0)


@exercise.wrong(
    "Rows of large numbers get a 1 at their maximum and 0 elsewhere. Only differences count: 1001 and 1000 have the "
    "same probabilities as 1 and 0. Shift each row, and none needs to be treated in another way."
)
def largest_only_where_large(logits):
    return np.where(abs(logits).max(axis=1, keepdims=True) > 700, largest_only(logits), softmax(logits))


@exercise.wrong(
    "Right up to a size that depends on the machine: a longer float overflows later, at some 11000, but it does. "
    "Subtract something from each row that leaves the probabilities as they are, and any float will do."
)
def extended_precision(logits):
    return np.where(abs(logits).max(axis=1, keepdims=True) < 11000, softmax(logits), np.nan)


@exercise.wrong(
    "A tiny number added to the denominator prevents 0 / 0, but a row of large negative numbers becomes 0 altogether, "
    "and infinity still comes through. Shift the row, and no such number is needed."
)
def tiny_number_below(logits):
    return not_shifted(logits, 1e-12)


def with_a_small_number(number):
    """Add the mistakes of a number added to the denominator that is large enough to be seen, with and without shift."""

    def shifted(logits):
        z = np.exp(logits - logits.max(axis=1, keepdims=True))
        return z / (z.sum(axis=1, keepdims=True) + number)

    def unshifted(logits):
        return not_shifted(logits, number)

    shifted.__name__, unshifted.__name__ = f"{number:g}_added_though_shifted", f"{number:g}_added"
    exercise.wrong(
        f"A small number, {number:g}, is added to the sum of each row. After the shift the sum is at least 1, and "
        "cannot be 0: the small number only makes the probabilities a little too small."
    )(shifted)
    exercise.wrong(
        f"A small number, {number:g}, added to the denominator falsifies all probabilities a little, those of large "
        "negative numbers altogether, and infinity still comes through. Shift the row, and none is needed."
    )(unshifted)


for exponent in range(3, 9):
    with_a_small_number(10.0**-exponent)


@exercise.wrong(
    "The numbers are divided by their sum as they are. Take their exponentials first: they are positive, whatever the "
    "logits."
)
@np.errstate(all="ignore")
def without_exponentials(logits):
    return logits / logits.sum(axis=1, keepdims=True)


@exercise.wrong("This is the logarithm of the softmax. The probabilities themselves are asked for: its exponential.")
def logarithm(logits):
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


@exercise.wrong(
    "The place of the largest logit has a 1, and all others have 0. Softmax is a soft form of that: the others keep "
    "probabilities, too."
)
def largest_only(logits):
    return np.eye(logits.shape[1])[logits.argmax(axis=1)]


@exercise.wrong("These are powers of 2. The formula asks for powers of e: use `np.exp`.")
def powers_of_two(logits):
    return softmax(logits * np.log(2))


@exercise.wrong(
    "Only the first columns of each row are filled, as many as there are rows. The number of classes is K, the length "
    "of axis 1."
)
def as_many_columns_as_rows(logits):
    return softmax(logits) * (np.arange(logits.shape[1]) < len(logits))


@exercise.wrong(
    "The probabilities are right, but `logits -= ...` writes into the array of the caller. `logits - m` makes another."
)
def in_place(logits):
    logits -= logits.max(axis=1, keepdims=True)
    return softmax(logits)


@exercise.wrong(
    "Right for an array of floats. For integers, the probabilities are put into an array of integers, which cuts them "
    "to 0: `np.zeros_like(logits)` and `logits.copy()` take over the dtype. Make an array of floats.",
    fails=("an array of integers",),
)
def in_an_array_of_integers(logits):
    return softmax(logits).astype(logits.dtype).astype(float)

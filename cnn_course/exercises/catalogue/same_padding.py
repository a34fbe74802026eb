"""Padding that keeps the size of the input."""

import itertools

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="padding that keeps the size",
    returns=("before", "after"),
    chapter="3-2",
    stars=1,
    minutes=15,
    goals=(2,),
    statement=r"""
    Write `same_padding(kernel_size, dilation)` for one axis and stride 1. It returns two whole numbers, `before` and
    `after`: so many zeros on the two sides of the input that the output is exactly as long as the input.

    The kernel has `kernel_size` taps, each `dilation` positions after the one before. The two numbers are equal
    where that is possible. Where the total is odd, the larger number is `after`, as in PyTorch.
    """,
    hints=(
        "How much shorter than the input is the output without any padding? That much must be added in total.",
        "From the first tap of the kernel to its last there are d (k - 1) positions. The total makes up for them.",
        "Halve the total, not the kernel: the half rounded down comes before, the rest after.",
    ),
    remark=r"""
    The total is $d(k-1)$, and the rest is computed as the difference, so that the two numbers always add up to it. A
    kernel with an even number of taps has no middle; the total is odd only if, besides, the dilation is odd.
    """,
)


@exercise.solution
def same_padding(kernel_size, dilation):
    """The pair of ints (before, after) for one axis at stride 1.

    >>> same_padding(3, 1)
    (1, 1)
    >>> same_padding(4, 1)
    (1, 2)
    """
    total = dilation * (kernel_size - 1)
    before = total // 2
    return before, total - before


@exercise.check("the example", points=0)
def example(rng):
    yield 3, 1
    yield 4, 1


@exercise.check("odd kernels", points=1)
def odd(rng):
    yield 5, 1
    yield 2 * int(rng.integers(3, 9)) + 1, 1
    yield 1, 1


@exercise.check("even kernels", points=1)
def even(rng):
    yield 2, 1
    yield 4 * int(rng.integers(1, 5)), 1
    yield 4 * int(rng.integers(1, 5)) + 2, 1


@exercise.check("odd kernels with dilation", points=1)
def odd_dilated(rng):
    yield 3, 2
    yield 1, 4
    yield 2 * int(rng.integers(2, 6)) + 1, 3


@exercise.check("even kernels with an even dilation", points=1)
def even_dilated_evenly(rng):
    yield 2, 2
    yield 4, 2
    yield 2 * int(rng.integers(2, 6)), 6


@exercise.check("even kernels with an odd dilation", points=1)
def even_dilated_oddly(rng):
    yield 2, 3
    yield 4, 3
    yield 2 * int(rng.integers(2, 6)), 5


@exercise.alternative
def by_searching(kernel_size, dilation):
    length = 100
    before = after = 0
    while length + before + after - dilation * (kernel_size - 1) < length:
        before, after = (before + 1, after) if before < after else (before, after + 1)
    return before, after


@exercise.alternative
def by_rounding_up(kernel_size, dilation):
    total = dilation * (kernel_size - 1)
    return [total // 2, -(-total // 2)]


@exercise.alternative
def from_the_extent_as_an_array(kernel_size, dilation):
    extent = kernel_size + (kernel_size - 1) * (dilation - 1)
    return np.array([(extent - 1) // 2, extent // 2])


def shared(total):
    """Share zeros between the two sides as it should be."""
    return total // 2, total - total // 2


TOTALS = {  # how many zeros, right and wrong
    "": ("", lambda k, d: d * (k - 1)),
    "dilation_ignored": (
        "The dilation plays no part. It moves the taps apart, and the output loses that much more.",
        lambda k, d: k - 1,
    ),
    "dilation_times_kernel": (
        "The total is d k - 1 here. Between k taps there are k - 1 gaps, and each of them is d wide: only the gaps are "
        "multiplied by the dilation.",
        lambda k, d: d * k - 1,
    ),
    "taps_as_gaps": (
        "The total is d k here. Between k taps there are only k - 1 gaps, each of them d wide: a kernel with one tap "
        "needs no zeros.",
        lambda k, d: d * k,
    ),
    "dilation_as_gap": (
        "The total is (d + 1) (k - 1) here, as if d were the number of positions skipped between two taps. It is the "
        "distance from tap to tap: 1 means that they are adjacent.",
        lambda k, d: (d + 1) * (k - 1),
    ),
    "dilation_less_one": (
        "The total is (d - 1) (k - 1) here, the positions between the taps. The distance from tap to tap is d: at "
        "dilation 1 the taps are adjacent, and zeros are needed all the same.",
        lambda k, d: (d - 1) * (k - 1),
    ),
    "extent_as_total": (
        "The total is one too large. The output loses one position less than the kernel extends over: a kernel with "
        "one tap loses nothing.",
        lambda k, d: d * (k - 1) + 1,
    ),
    "dilation_added": (
        "The dilation is added, once for the whole kernel. It acts between each tap and the next: every one of the "
        "k - 1 gaps is d wide.",
        lambda k, d: k - 1 + d - 1,
    ),
}

SPLITS = {  # how they are shared between the two sides, right and wrong
    "": ("", shared),
    "larger_before": (
        "Where the total is odd, the larger number stands in front. PyTorch puts it at the end: round `before` down.",
        lambda total: shared(total)[::-1],
    ),
    "rounded_down_on_both_sides": (
        "Where the total is odd, one zero is lost: its half is rounded down on both sides. The second number is what "
        "the first leaves over.",
        lambda total: (total // 2, total // 2),
    ),
    "rounded_up_on_both_sides": (
        "Where the total is odd, there is one zero too many, as if its half were rounded up on both sides: k // 2 is "
        "(k - 1) / 2 rounded up. The two sides differ there.",
        lambda total: (-(-total // 2), -(-total // 2)),
    ),
    "rounded_to_even": (
        "A half is rounded to the nearest even number here, as `round` does: 1.5 becomes 2, and 2.5 becomes 2, too. "
        "So `before` is the larger one for some odd totals: always round it down.",
        lambda total: (round(total / 2), total - round(total / 2)),
    ),
    "total_on_each_side": (
        "Everything is added on each side, the whole total twice. That is full padding, with which the output grows; "
        "to keep the size the two sides share it.",
        lambda total: (total, total),
    ),
    "all_after": (
        "All the zeros come after the input. They are shared between the two sides, so that each output lies at the "
        "middle of its window.",
        lambda total: (0, total),
    ),
    "all_before": (
        "All the zeros come before the input. They are shared between the two sides, so that each output lies at the "
        "middle of its window.",
        lambda total: (total, 0),
    ),
    "true_halves": (
        "A number of zeros is a whole number, but `/` makes floats, and halves where the total is odd. Divide with "
        "`//`, and let the second number be the rest.",
        lambda total: (total / 2, total / 2),
    ),
    "floats": (
        "The numbers are floats, as `/`, `np.floor` and `np.ceil` make them. A number of zeros is a whole number: "
        "`//` rounds down and keeps it whole.",
        lambda total: (float(total // 2), float(total - total // 2)),
    ),
    "one_number": (
        "One number cannot say what happens on two sides: return the pair `before, after`.",
        lambda total: total // 2,
    ),
    "the_total": (
        "This is how many zeros there are in all, as one number. Return the pair `before, after`, its two halves.",
        lambda total: total,
    ),
}

ALIKE = (  # one more in total, rounded down, is the same as rounded up
    ("taps_as_gaps", "rounded_down_on_both_sides"),
    ("extent_as_total", "rounded_down_on_both_sides"),
)


def with_mistakes(total, split):
    """Add a wrong total, a wrong way to share it, or both together."""
    (about_total, zeros), (about_split, share) = TOTALS[total], SPLITS[split]

    def answer(kernel_size, dilation):
        return share(zeros(kernel_size, dilation))

    answer.__name__ = "_and_".join(filter(None, (total, split)))
    exercise.wrong(" ".join(filter(None, (about_total, about_split))))(answer)


for total, split in itertools.product(TOTALS, SPLITS):
    if (total or split) and (total, split) not in ALIKE:
        with_mistakes(total, split)


@exercise.wrong(
    "Right for odd kernels, but even ones get too many zeros: k // 2 on both sides, times d, makes d k of them, and "
    "d (k - 1) are needed."
)
def half_the_kernel(kernel_size, dilation):
    return (dilation * (kernel_size // 2),) * 2


@exercise.wrong(
    "Right for odd kernels. For even ones (k - 1) / 2 is no whole number, and rounding it down on both sides makes the "
    "output shorter: the total d (k - 1) is to be halved, and the second number is the rest of it."
)
def half_of_an_odd_kernel(kernel_size, dilation):
    return (dilation * ((kernel_size - 1) // 2),) * 2


@exercise.wrong(
    "The two halves are multiplied by the dilation after the division, so that they differ by more than one. Multiply "
    "first, then halve the total."
)
def halved_before_the_dilation(kernel_size, dilation):
    before, after = shared(kernel_size - 1)
    return dilation * before, dilation * after


@exercise.wrong(
    "The two halves are multiplied by the dilation after the division, so that they differ by more than one, and the "
    "larger one stands in front. Multiply first, then halve the total; the larger number belongs after."
)
def halved_before_the_dilation_larger_before(kernel_size, dilation):
    return halved_before_the_dilation(kernel_size, dilation)[::-1]


@exercise.wrong(
    "Right but for a kernel with one tap, which gets a zero. It needs none: a loop must ask whether a zero is missing "
    "before it adds one, and no bound of 1 is needed."
)
def at_least_one(kernel_size, dilation):
    return shared(max(dilation * (kernel_size - 1), 1))


@exercise.wrong(
    "Even kernels always get one zero more after than before. With an even dilation their total is even as well, and "
    "the two numbers are equal: what decides is whether the total is odd, not the kernel."
)
def parity_of_the_kernel(kernel_size, dilation):
    half = dilation * (kernel_size - 1) // 2
    return half, half + (kernel_size % 2 == 0)


@exercise.wrong(
    "Right at dilation 1. For even kernels the two sides together get d k - 1 zeros, as if a single zero were taken "
    "from d (k // 2) on both sides: the total is d (k - 1), d zeros less than d k."
)
def one_less_for_even_kernels(kernel_size, dilation):
    half = dilation * (kernel_size // 2)
    return half - (kernel_size % 2 == 0), half


@exercise.wrong(
    "Odd kernels are right, and even ones are refused with an error. They have no middle, but the output can be as "
    "long as the input all the same: the two numbers may differ by one."
)
def even_kernels_refused(kernel_size, dilation):
    if kernel_size % 2 == 0:
        raise ValueError
    return same_padding(kernel_size, dilation)

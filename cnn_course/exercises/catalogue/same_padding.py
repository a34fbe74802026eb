"""Padding that keeps the size of the input."""

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="padding that keeps the size",
    returns=("before", "after"),
    chapter="3-2",
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
    yield 2 * int(rng.integers(3, 9)), 1


@exercise.check("dilation", points=1)
def dilated(rng):
    yield 3, 2
    yield 2, 3
    yield 4, 2
    yield 2 * int(rng.integers(2, 6)) + 1, 3
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


@exercise.wrong(
    "Where the total is odd, the larger number stands in front. PyTorch puts it at the end: round `before` down."
)
def larger_before(kernel_size, dilation):
    return same_padding(kernel_size, dilation)[::-1]


@exercise.wrong(
    "Right for odd kernels, but even ones get one zero too many: k // 2 on both sides makes k zeros, and k - 1 are "
    "needed (d times as many with dilation). The two sides differ there."
)
def half_the_kernel(kernel_size, dilation):
    return (dilation * (kernel_size // 2),) * 2


@exercise.wrong(
    "Where the total is odd, one zero is lost: it is halved and rounded down on both sides, and the output is one "
    "shorter than the input. The second number is what the first leaves over."
)
def rounded_down_on_both_sides(kernel_size, dilation):
    return (dilation * (kernel_size - 1) // 2,) * 2


@exercise.wrong(
    "Where the total is odd, there is one zero too many: both halves are rounded up, and the output is one longer than "
    "the input."
)
def rounded_up_on_both_sides(kernel_size, dilation):
    return (same_padding(kernel_size, dilation)[1],) * 2


@exercise.wrong(
    "Everything is added on each side, d (k - 1) zeros twice. That is full padding, with which the output grows; to "
    "keep the size the two sides share them."
)
def full(kernel_size, dilation):
    return (dilation * (kernel_size - 1),) * 2


@exercise.wrong(
    "The size is right, but all the zeros come after the input. They are shared between the two sides, so that each "
    "output lies at the middle of its window."
)
def all_after(kernel_size, dilation):
    return 0, dilation * (kernel_size - 1)


@exercise.wrong(
    "Right at dilation 1 only, because the dilation does not appear. It moves the taps apart, and the output loses "
    "that much more."
)
def dilation_ignored(kernel_size, dilation):
    return same_padding(kernel_size, 1)


@exercise.wrong(
    "The two halves are multiplied by the dilation after the division, so that they differ by more than one. Multiply "
    "first, then halve the total."
)
def halved_before_the_dilation(kernel_size, dilation):
    before, after = same_padding(kernel_size, 1)
    return dilation * before, dilation * after


@exercise.wrong(
    "The total is one too large. The output loses one position less than the kernel extends over: a kernel with one "
    "tap loses nothing."
)
def extent_as_total(kernel_size, dilation):
    total = dilation * (kernel_size - 1) + 1
    return total // 2, total - total // 2


@exercise.wrong(
    "The total is d k - 1 here. Between k taps there are k - 1 gaps, and each of them is d wide: only the gaps are "
    "multiplied by the dilation."
)
def dilation_times_kernel(kernel_size, dilation):
    return same_padding(dilation * kernel_size, 1)


@exercise.wrong(
    "The dilation is taken as the number of positions skipped between two taps. It is the distance from tap to tap: "
    "1 means that they are adjacent."
)
def dilation_as_gap(kernel_size, dilation):
    return same_padding(kernel_size, dilation + 1)


@exercise.wrong("One number cannot say what happens on two sides: return the pair `before, after`.")
def one_number(kernel_size, dilation):
    return dilation * (kernel_size - 1) // 2


@exercise.wrong(
    "A number of zeros is a whole number, but `/` makes floats, and halves where the total is odd. Divide with `//`, "
    "and let the second number be the rest."
)
def true_halves(kernel_size, dilation):
    return (dilation * (kernel_size - 1) / 2,) * 2


@exercise.wrong(
    "Right for odd kernels. For even ones (k - 1) / 2 is no whole number, and rounding it down on both sides makes the "
    "output shorter: the total d (k - 1) is to be halved, and the second number is the rest of it."
)
def half_of_an_odd_kernel(kernel_size, dilation):
    return (dilation * ((kernel_size - 1) // 2),) * 2


@exercise.wrong(
    "k // 2 comes before and the rest of k - 1 after. Two things are still wrong: the larger number belongs after, and "
    "the dilation does not appear in the total."
)
def larger_before_without_dilation(kernel_size, dilation):
    return kernel_size // 2, kernel_size - 1 - kernel_size // 2

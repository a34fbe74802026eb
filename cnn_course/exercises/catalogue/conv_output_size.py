"""The size of a convolution's output on one axis."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="how many windows fit",
    chapter="3-2",
    stars=1,
    minutes=15,
    goals=(1, 3),
    statement=r"""
    Write `conv_output_size(size, kernel_size, stride, padding, dilation)` for one axis. All arguments are whole
    numbers, and so is the result: the number of positions at which the kernel lies entirely on the padded input.

    The input has `size` positions, and `padding` zeros on each of its two sides. The kernel has `kernel_size` taps,
    each `dilation` positions after the one before; with dilation 1 they are adjacent. The first window begins at the
    first padded position, the next one `stride` positions further, and so on. Positions at the end that no whole
    window reaches are left over.

    Where the kernel, from its first tap to its last, is longer than the padded input, raise a `ValueError`.
    """,
    hints=(
        "Draw the padded axis as a row of boxes, and the kernel as a strip that slides over it.",
        "Over how many boxes does the kernel extend, from its first tap to its last? Between k taps there are k - 1 "
        "steps of the dilation.",
        "The boxes behind the first window are the room that is left to move. How many steps of the stride fit into "
        "it? Each step gives one window more.",
    ),
    remark=r"""
    With the extent $e = d(k-1) + 1$ this is $\lfloor (n + 2p - e) / s \rfloor + 1$: the whole steps that fit into the
    room, and the window before the first step. The error must be raised before the division, because the floor of a
    negative number looks like a size.
    """,
)


@exercise.solution
def conv_output_size(size, kernel_size, stride, padding, dilation):
    """Number of windows on one axis, an int; ValueError if the kernel does not fit.

    >>> conv_output_size(8, 3, 2, 1, 1)
    4
    >>> conv_output_size(7, 3, 1, 0, 2)
    3
    """
    extent = dilation * (kernel_size - 1) + 1
    room = size + 2 * padding - extent
    if room < 0:
        raise ValueError(f"the kernel extends over {extent} positions, but there are only {size + 2 * padding}")
    return room // stride + 1


def size_for(windows, left_over, kernel_size, stride, padding, dilation):
    """The arguments with which so many windows fit, and so many positions are left over."""
    extent = dilation * (kernel_size - 1) + 1
    return (windows - 1) * stride + extent + left_over - 2 * padding, kernel_size, stride, padding, dilation


@exercise.check("the example", points=0)
def example(rng):
    yield 8, 3, 2, 1, 1
    yield 7, 3, 1, 0, 2


@exercise.check("stride 1", points=1)
def stride_one(rng):
    for kernel_size, padding in ((3, 0), (4, 0), (2, 1), (7, 2)):
        yield size_for(int(rng.integers(8, 20)), 0, kernel_size, 1, padding, 1)


@exercise.check("larger strides", points=1)
def strides(rng):
    windows = int(rng.integers(2, 9))
    for stride in (2, 3, 4):
        for left_over in range(stride):
            yield size_for(windows, left_over, 3, stride, 1, 1)


@exercise.check("dilation", points=1)
def dilations(rng):
    for kernel_size, stride, padding, dilation in ((3, 1, 0, 3), (4, 1, 2, 2), (2, 2, 1, 4), (5, 3, 2, 2)):
        yield size_for(int(rng.integers(8, 16)), stride - 1, kernel_size, stride, padding, dilation)


@exercise.check("kernels that just fit", points=1)
def just_fitting(rng):
    yield 1, 1, 2, 0, 1
    yield 3, 5, 1, 1, 1  # on the padded input only
    kernel_size, dilation = (int(number) for number in rng.integers(3, 6, 2))
    yield size_for(1, 0, kernel_size, 1, 0, dilation)
    yield size_for(1, 0, kernel_size + 1, 2, 1, dilation)


@exercise.check("kernels that do not fit", points=1)
def too_large(rng):
    size = int(rng.integers(3, 9))
    yield size, size + 1, 1, 0, 1
    yield size, size + 4, 3, 1, 1
    yield size, size, 2, 0, 2
    yield 5, 3, 2, 0, 3  # by its dilation only
    yield size, size + 9, 1, 1, 1


@exercise.alternative
def by_counting(size, kernel_size, stride, padding, dilation):
    extent = dilation * (kernel_size - 1) + 1
    windows = len(range(0, size + 2 * padding - extent + 1, stride))
    if windows == 0:
        raise ValueError
    return windows


@exercise.alternative
def by_sliding(size, kernel_size, stride, padding, dilation):
    start, windows = -padding, 0
    while start + dilation * (kernel_size - 1) < size + padding:
        start, windows = start + stride, windows + 1
    if not windows:
        raise ValueError("no window fits")
    return windows


@exercise.alternative
def by_rounding_up_the_starts(size, kernel_size, stride, padding, dilation):
    starts = size + 2 * padding - dilation * (kernel_size - 1)
    if starts <= 0:
        raise ValueError("no window fits")
    return -(-starts // stride)


@exercise.alternative
def with_numbers_of_numpy(size, kernel_size, stride, padding, dilation):
    taps = np.arange(kernel_size) * dilation
    starts = np.arange(-padding, size + padding - taps[-1], stride)
    if starts.size == 0:
        raise ValueError("no window fits")
    return np.int64(starts.size)


@exercise.wrong(
    "Where the stride leaves positions over, one window is counted that does not fit entirely. Only whole steps count: "
    "round down."
)
def rounded_up(size, kernel_size, stride, padding, dilation):
    conv_output_size(size, kernel_size, stride, padding, dilation)
    return -(-(size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride) + 1


@exercise.wrong(
    "The quotient is rounded to the nearest whole number. A step that fits by half does not fit: `//` rounds down."
)
def rounded_to_the_nearest(size, kernel_size, stride, padding, dilation):
    conv_output_size(size, kernel_size, stride, padding, dilation)
    return round((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1


@exercise.wrong(
    "A size is a whole number, but `/` always gives a float, even where nothing is left over, and a fraction of a "
    "window where something is. Use `//`."
)
def not_rounded(size, kernel_size, stride, padding, dilation):
    conv_output_size(size, kernel_size, stride, padding, dilation)
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1


@exercise.wrong(
    "The number is right, but it is a float, such as 4.0. `np.floor` and `/` give floats, and a float cannot be the "
    "size of an array. `//` divides whole numbers and gives a whole number."
)
def right_but_a_float(size, kernel_size, stride, padding, dilation):
    return float(conv_output_size(size, kernel_size, stride, padding, dilation))


@exercise.wrong(
    "Right where the stride leaves positions over, but a window that ends exactly at the end is missing. A range of "
    "starts leaves its own end out, as does a loop with `<`. The last start, padded size minus extent, must be in it."
)
def last_start_left_out(size, kernel_size, stride, padding, dilation):
    conv_output_size(size, kernel_size, stride, padding, dilation)
    return -(-(size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride)


@exercise.wrong(
    "Only the extent of the kernel is divided by the stride: `//` binds tighter than `-`. The difference needs "
    "brackets of its own."
)
def brackets_missing(size, kernel_size, stride, padding, dilation):
    conv_output_size(size, kernel_size, stride, padding, dilation)
    return size + 2 * padding - (dilation * (kernel_size - 1) + 1) // stride + 1


@exercise.wrong(
    "The first window is missing: the quotient counts the steps from window to window, and there is one window more "
    "than there are steps."
)
def steps_instead_of_windows(size, kernel_size, stride, padding, dilation):
    return conv_output_size(size, kernel_size, stride, padding, dilation) - 1


@exercise.wrong(
    "With larger strides there is sometimes one too few. The 1 for the first window has been divided by the stride "
    "too: it comes after the division."
)
def one_added_before_the_division(size, kernel_size, stride, padding, dilation):
    conv_output_size(size, kernel_size, stride, padding, dilation)
    return (size + 2 * padding - dilation * (kernel_size - 1)) // stride


@exercise.wrong("The stride does not change anything here. Only every stride-th position is visited: divide by it.")
def stride_ignored(size, kernel_size, stride, padding, dilation):
    return conv_output_size(size, kernel_size, 1, padding, dilation)


@exercise.wrong(
    "With padding the output comes out too small, and kernels are refused that fit. The padding lies on both sides, so "
    "that the axis grows by twice that number."
)
def padding_on_one_side(size, kernel_size, stride, padding, dilation):
    return conv_output_size(size + padding, kernel_size, stride, 0, dilation)


@exercise.wrong("The padding is not counted. The kernel also visits the zeros on both sides of the input.")
def padding_ignored(size, kernel_size, stride, padding, dilation):
    return conv_output_size(size, kernel_size, stride, 0, dilation)


@exercise.wrong(
    "The dilation does not change anything here. It moves the taps apart, so that the same kernel extends over more "
    "positions."
)
def dilation_ignored(size, kernel_size, stride, padding, dilation):
    return conv_output_size(size, kernel_size, stride, padding, 1)


@exercise.wrong(
    "The dilated kernel is taken as d k positions long. It ends with its last tap, not with the gap that would follow: "
    "k taps have k - 1 gaps between them."
)
def dilation_times_kernel(size, kernel_size, stride, padding, dilation):
    return conv_output_size(size, dilation * kernel_size, stride, padding, 1)


@exercise.wrong(
    "The dilation is taken as the number of positions skipped between two taps. It is the distance from tap to tap: "
    "1 means that they are adjacent and that none is skipped."
)
def dilation_as_gap(size, kernel_size, stride, padding, dilation):
    return conv_output_size(size, kernel_size, stride, padding, dilation + 1)


@exercise.wrong(
    "The kernel is taken one position too short: d (k - 1) counts the steps from its first tap to its last, and it "
    "extends over one position more than there are steps."
)
def steps_for_positions(size, kernel_size, stride, padding, dilation):
    return conv_output_size(size, dilation * (kernel_size - 1), stride, padding, 1)


@exercise.wrong(
    "The dilation makes the kernel longer by d - 1 only, as if it had a single gap. There is one between each tap and "
    "the next: how many are that?"
)
def one_gap_only(size, kernel_size, stride, padding, dilation):
    return conv_output_size(size, kernel_size + dilation - 1, stride, padding, 1)


@exercise.wrong(
    "The formula is right, but where the kernel is too large it returns a number that is 0 or below. Such a size must "
    "not travel on: compare first, and raise a ValueError."
)
def no_error(size, kernel_size, stride, padding, dilation):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1


@exercise.wrong(
    "Where the kernel is too large the size is set to 0. The statement asks for a ValueError, which says what is "
    "wrong at the place where it is wrong."
)
def zero_instead_of_an_error(size, kernel_size, stride, padding, dilation):
    return max(0, no_error(size, kernel_size, stride, padding, dilation))


@exercise.wrong(
    "The error stays out where the finished number is 0, because only negative numbers raise it. A size of 0 says that "
    "no window fits, too. Compare the kernel with the room, before you divide."
)
def zero_is_let_through(size, kernel_size, stride, padding, dilation):
    windows = no_error(size, kernel_size, stride, padding, dilation)
    if windows < 0:
        raise ValueError("no window fits")
    return windows


@exercise.wrong(
    "A kernel that is too large by less than the stride is let through, as if it fitted once. `int` rounds towards "
    "zero, so that -1/2 becomes 0. Compare the sizes before you divide, or round down."
)
def compared_after_truncation(size, kernel_size, stride, padding, dilation):
    windows = rounded_towards_zero(size, kernel_size, stride, padding, dilation)
    if windows <= 0:
        raise ValueError("no window fits")
    return windows


@exercise.wrong(
    "The sizes are right, and kernels that are too large are found, but by an `assert`: that raises an AssertionError, "
    "and can be switched off. The caller waits for a ValueError: `raise` it."
)
def asserted(size, kernel_size, stride, padding, dilation):
    windows = no_error(size, kernel_size, stride, padding, dilation)
    if windows <= 0:
        raise AssertionError
    return windows


@exercise.wrong(
    "The sizes are right, and kernels that are too large are found, but no error is raised: it is printed, or returned "
    "like a result, or the call just ends. Then the program goes on. `raise` stops it, and says why."
)
def nothing_raised(size, kernel_size, stride, padding, dilation):
    windows = no_error(size, kernel_size, stride, padding, dilation)
    return windows if windows > 0 else None


@exercise.wrong(
    "A kernel that is too large gets a size, sometimes even 1, because `int` rounds towards zero and not down. Raise a "
    "ValueError before you divide."
)
def rounded_towards_zero(size, kernel_size, stride, padding, dilation):
    return int((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1


@exercise.wrong("The error comes too early: a kernel as large as the padded input fits exactly once.")
def error_where_it_just_fits(size, kernel_size, stride, padding, dilation):
    if dilation * (kernel_size - 1) + 1 >= size + 2 * padding:
        raise ValueError("the kernel is too large")
    return conv_output_size(size, kernel_size, stride, padding, dilation)


@exercise.wrong(
    "The sizes are right, but some kernels are refused that fit: compare with the padded input, which has `padding` "
    "zeros on both sides, and not with less."
)
def error_without_the_padding(size, kernel_size, stride, padding, dilation):
    if dilation * (kernel_size - 1) + 1 > size:
        raise ValueError("the kernel is too large")
    return conv_output_size(size, kernel_size, stride, padding, dilation)


@exercise.wrong(
    "The sizes are right, but the wrong kernels are refused: the number of taps is compared with the input alone. "
    "Compare the positions over which the dilated kernel extends with those of the padded input."
)
def error_by_taps_and_input(size, kernel_size, stride, padding, dilation):
    if kernel_size > size:
        raise ValueError("the kernel is too large")
    return no_error(size, kernel_size, stride, padding, dilation)


@exercise.wrong(
    "The error stays out where only the dilation makes the kernel too large. Compare the positions over which the "
    "kernel extends, not the number of its taps."
)
def error_without_the_dilation(size, kernel_size, stride, padding, dilation):
    if kernel_size > size + 2 * padding:
        raise ValueError("the kernel is too large")
    return no_error(size, kernel_size, stride, padding, dilation)


@exercise.wrong(
    "Right without dilation and where the kernel fits, and only there. First let the dilation make the kernel longer; "
    "then raise the ValueError before you divide."
)
def textbook_formula(size, kernel_size, stride, padding, dilation):
    return (size + 2 * padding - kernel_size) // stride + 1


@exercise.wrong(
    "The input and the kernel are divided by the stride one by one, and each is rounded. Take the difference first, "
    "the room in which the window moves, and divide that."
)
def divided_before_the_difference(size, kernel_size, stride, padding, dilation):
    conv_output_size(size, kernel_size, stride, padding, dilation)
    return (size + 2 * padding) // stride - (dilation * (kernel_size - 1) + 1) // stride + 1

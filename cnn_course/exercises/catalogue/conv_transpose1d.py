"""Find the bugs: a transposed convolution by zero-stuffing that is right for a blur only."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="find the bugs in a transposed convolution",
    chapter="3-4",
    stars=2,
    minutes=30,
    goals=(2, 3),
    statement=r"""
    A colleague enlarges signals by zero-stuffing. `y` has $o$ values and the kernel `w` has $k$ taps, and `stride`,
    `padding` and `output_padding` are numbers, called $s$, $p$ and $a$ in the chapter.

    ```python
    def conv_transpose1d(y, w, stride, padding, output_padding):
        stuffed = np.zeros(stride * len(y))
        stuffed[::stride] = y
        frame = len(w) - 1 - padding
        result = np.correlate(np.pad(stuffed, frame), w, "valid")
        return np.append(result, np.zeros(output_padding))
    ```

    She has tried it with the blur $(1, 2, 1)$, stride 1, padding 1 and output padding 0, and it was right. There are
    four bugs in it. Find them, and write `conv_transpose1d(y, w, stride, padding, output_padding)` so that it is the
    transposed convolution with dilation 1 for all $k \ge 1$, $s \ge 1$, $p \ge 0$ and $0 \le a < s$ with which the
    result has at least one value. It has $n = s (o - 1) + k - 2 p + a$ values: at position $t$ stands the sum of all
    $w[r]\, y[u]$ with $u s + r - p = t$.
    """,
    hints=(
        "Try y = (1, 2), w = (1, 10, 100), stride 1 and no padding, and work it out by hand.",
        "With stride 2, how many zeros stand between two values, and how many behind the last one?",
        "What does np.pad do with a negative number? When does it get one?",
        "The output padding does not put zeros anywhere: it cuts less off. Try y = (1, 2), w = (1, 10, 100), stride 2, "
        "padding 1 and output padding 1.",
    ),
    remark=r"""
    The four bugs: the kernel is not reversed, which a blur hides; behind the last value stand $s - 1$ zeros too many,
    which stride 1 hides; a padding above $k - 1$ asks for a negative frame; and the output padding appends zeros,
    although it should cut off less. `np.convolve` reverses the kernel by itself, and adds the frame of $k - 1$ zeros.
    If all of its values are computed and the padding is cut off afterwards, no number becomes negative. Only what the
    output padding adds beyond the last stamp is zero.
    """,
)


@exercise.solution
def conv_transpose1d(y, w, stride, padding, output_padding):
    """Transposed convolution of a signal y with a kernel w.

    >>> conv_transpose1d(np.array([1.0, 2.0]), np.array([1.0, 10.0, 100.0]), 2, 1, 1)
    array([ 10., 102.,  20., 200.])
    """
    stuffed = np.zeros(stride * (len(y) - 1) + 1)
    stuffed[::stride] = y
    full = np.append(np.convolve(stuffed, w), np.zeros(output_padding))
    return full[padding : len(full) - padding]


def taps(rng, k):
    """Whole numbers of which no two are equal, so that no order of them can be taken for another."""
    return (rng.permutation(k) + 2.0) * rng.choice([-1, 1])


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 2.0]), np.array([1.0, 10.0, 100.0]), 2, 1, 1


@exercise.check("stride 1, no padding", points=1)
def plain(rng):
    for o, k in ((2, 2), (3, 3), (2, 4), (1, 3)):
        yield whole(rng, o), taps(rng, k), 1, 0, 0


@exercise.check("larger strides", points=1)
def strided(rng):
    for o, k, stride in ((2, 3, 2), (3, 4, 3), (3, 2, 3), (2, 5, 4)):
        yield whole(rng, o), taps(rng, k), stride, 0, 0


@exercise.check("padding", points=1)
def padded(rng):
    for o, k, stride, padding in ((3, 3, 1, 1), (3, 4, 2, 1), (4, 4, 2, 2), (3, 5, 3, 3)):
        yield whole(rng, o), taps(rng, k), stride, padding, 0


@exercise.check("more padding than the kernel has neighbours", points=1)
def much_padding(rng):
    for o, k, stride, padding in ((4, 1, 1, 1), (4, 2, 2, 2), (6, 2, 1, 2), (4, 3, 3, 3)):
        yield whole(rng, o), taps(rng, k), stride, padding, 0


@exercise.check("output padding", points=1)
def with_output_padding(rng):
    for o, k, stride, padding, extra in ((2, 3, 2, 1, 1), (3, 5, 3, 2, 2), (2, 4, 3, 1, 2), (3, 2, 3, 0, 1)):
        yield whole(rng, o), taps(rng, k), stride, padding, extra


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (2.0**40, 2.0**-40):
        yield fractions(rng, 3, size=size), fractions(rng, 4), 3, 2, 1


@exercise.alternative
def by_stamps(y, w, stride, padding, output_padding):
    n = stride * (len(y) - 1) + len(w) - 2 * padding + output_padding
    z = np.zeros(n, dtype=np.float32)
    for u, r in np.ndindex(len(y), len(w)):
        if 0 <= u * stride + r - padding < n:
            z[u * stride + r - padding] += y[u] * w[r]
    return z


@exercise.alternative
def by_the_matrix(y, w, stride, padding, output_padding):
    n = stride * (len(y) - 1) + len(w) - 2 * padding + output_padding
    u, t = np.ogrid[: len(y), :n]
    r = t + padding - u * stride
    inside = (r >= 0) & (r < len(w))
    return y @ np.where(inside, w[np.where(inside, r, 0)], 0.0)


@exercise.alternative
def by_a_frame(y, w, stride, padding, output_padding):
    stuffed = np.zeros(stride * (len(y) - 1) + 1)
    stuffed[::stride] = y
    before, after = len(w) - 1 - padding, len(w) - 1 - padding + output_padding
    z = np.pad(stuffed, (max(before, 0), max(after, 0)))
    z = z[max(-before, 0) : len(z) - max(-after, 0)]
    return np.correlate(z, w[::-1], "valid")


def stuff(y, stride):
    """Put stride - 1 zeros between the values of y."""
    stuffed = np.zeros(stride * (len(y) - 1) + 1)
    stuffed[::stride] = y
    return stuffed


@exercise.wrong(
    "The kernel is not reversed. What slides over the stuffed signal is the kernel in the opposite order: the first "
    "tap of a stamp lies under its first position. A blur, which reads the same in both directions, does not show it."
)
def kernel_not_reversed(y, w, stride, padding, output_padding):
    return conv_transpose1d(y, w[::-1], stride, padding, output_padding)


@exercise.wrong(
    "With a stride above 1 the result is too long by s - 1 values at the end: there are zeros behind the last value as "
    "well. Between o values there are o - 1 gaps."
)
def zeros_after_the_last(y, w, stride, padding, output_padding):
    return np.append(conv_transpose1d(y, w, stride, padding, output_padding), np.zeros(stride - 1))


@exercise.wrong(
    "The result begins too late: zeros stand in front of the first value of y as well. The stamp of y[0] begins at "
    "position 0, of which the padding is then cut off."
)
def zeros_before_the_first(y, w, stride, padding, output_padding):
    return np.append(np.zeros(stride - 1), conv_transpose1d(y, w, stride, padding, output_padding))


@exercise.wrong(
    "The output padding puts zeros behind the result. It cuts off less at the end: what stands there are the last taps "
    "of the last stamps, and zeros only beyond these."
)
def zeros_for_the_output_padding(y, w, stride, padding, output_padding):
    return np.append(conv_transpose1d(y, w, stride, padding, 0), np.zeros(output_padding))


@exercise.wrong("The output padding has no effect. It makes the result longer, at its end.")
def output_padding_ignored(y, w, stride, padding, output_padding):
    return conv_transpose1d(y, w, stride, padding, 0)


@exercise.wrong(
    "The output padding lengthens the result at its beginning. It does so at the end, where the convolution has left "
    "values unread."
)
def output_padding_in_front(y, w, stride, padding, output_padding):
    full = np.append(np.zeros(output_padding), np.convolve(stuff(y, stride), w))
    return full[padding : len(full) - padding]


@exercise.wrong(
    "The output padding lengthens the result at both ends. Only at the end has the convolution left values unread."
)
def output_padding_twice(y, w, stride, padding, output_padding):
    full = np.pad(np.convolve(stuff(y, stride), w), output_padding)
    return full[padding : len(full) - padding]


@exercise.wrong(
    "Where the padding is larger than k - 1, the result is too long: a negative number of zeros has been replaced by "
    "none. So many values of the stuffed signal must be cut off instead."
)
def frame_not_below_zero(y, w, stride, padding, output_padding):
    return conv_transpose1d(y, w, stride, min(padding, len(w) - 1), output_padding)


@exercise.wrong(
    "Where the padding is larger than k - 1 there is no result: np.pad takes no negative numbers. So many values of "
    "the stuffed signal must be cut off instead."
)
def error_below_zero(y, w, stride, padding, output_padding):
    if padding > len(w) - 1:
        raise ValueError("index can't contain negative values")
    return conv_transpose1d(y, w, stride, padding, output_padding)


@exercise.wrong("The padding has no effect. It is cut off, p values at each end.")
def padding_ignored(y, w, stride, padding, output_padding):
    return conv_transpose1d(y, w, stride, 0, output_padding)


@exercise.wrong(
    "The padding makes the result longer. It is that of the convolution which is transposed: here p values are cut off "
    "at each end."
)
def padding_added(y, w, stride, padding, output_padding):
    return np.pad(conv_transpose1d(y, w, stride, 0, output_padding), padding)


@exercise.wrong(
    "The stuffed signal has a frame of p zeros. What p zeros do in a convolution, k - 1 - p do here: without padding "
    "the kernel must be able to hang over by k - 1."
)
def frame_of_the_padding(y, w, stride, padding, output_padding):
    framed = np.pad(stuff(y, stride), (padding, padding + output_padding))
    return np.correlate(framed, w[::-1], "valid")


@exercise.wrong("The padding is cut off at the beginning only. p values are cut off at each end.")
def cut_in_front_only(y, w, stride, padding, output_padding):
    return np.append(np.convolve(stuff(y, stride), w), np.zeros(output_padding))[padding:]


@exercise.wrong(
    "The length is right, but all of the padding has been cut off at the end. p values are cut off at each end."
)
def cut_behind_only(y, w, stride, padding, output_padding):
    full = np.append(np.convolve(stuff(y, stride), w), np.zeros(output_padding))
    return full[: len(full) - 2 * padding]


@exercise.wrong(
    "s zeros stand between the values instead of s - 1. The stride is the distance of two stamps: with s = 1 there is "
    "nothing between them."
)
def one_zero_too_many(y, w, stride, padding, output_padding):
    return conv_transpose1d(y, w, stride + 1, padding, output_padding)


@exercise.wrong("The stride has no effect: the stamps lie one position apart instead of s.")
def stride_ignored(y, w, stride, padding, output_padding):
    return conv_transpose1d(y, w, 1, padding, output_padding)


@exercise.wrong(
    "The values of y are repeated s times. Between two values there are zeros, so that each of them makes a single "
    "stamp."
)
def values_repeated(y, w, stride, padding, output_padding):
    return conv_transpose1d(np.repeat(y, stride)[: stride * (len(y) - 1) + 1], w, 1, padding, output_padding)


@exercise.wrong("Where stamps overlap, only the last one is left. They are added: `+=` instead of `=`.")
def overlaps_overwritten(y, w, stride, padding, output_padding):
    full = np.zeros(stride * (len(y) - 1) + len(w) + output_padding)
    for u, value in enumerate(y):
        full[u * stride : u * stride + len(w)] = value * w
    return full[padding : len(full) - padding]


@exercise.wrong(
    "Without padding nothing is left: full[padding:-padding] is full[0:0] for padding 0. Write "
    "full[padding : len(full) - padding]."
)
def minus_zero(y, w, stride, padding, output_padding):
    return np.append(np.convolve(stuff(y, stride), w), np.zeros(output_padding))[padding:-padding]


@exercise.wrong(
    "What would fall before the beginning comes back at the far end: an index below 0 counts from the end. Such "
    "contributions must be dropped, like those beyond the end."
)
def negative_positions_wrap(y, w, stride, padding, output_padding):
    n = stride * (len(y) - 1) + len(w) - 2 * padding + output_padding
    z = np.zeros(n)
    for u, r in np.ndindex(len(y), len(w)):
        if -n <= u * stride + r - padding < n:
            z[u * stride + r - padding] += y[u] * w[r]
    return z


@exercise.wrong(
    "Two of the four bugs are left. Where the padding is larger than k - 1, np.pad is given a negative number and "
    "raises an error. And the output padding puts zeros behind the result, where it should cut off less."
)
def two_bugs_left(y, w, stride, padding, output_padding):
    padded = np.pad(stuff(y, stride), len(w) - 1 - padding)
    return np.append(np.correlate(padded, w[::-1], "valid"), np.zeros(output_padding))

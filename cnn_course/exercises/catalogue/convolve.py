"""Convolution of two finite sequences, from the definition."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="full convolution in one dimension",
    chapter="1-3",
    stars=1,
    minutes=15,
    goals=(1,),
    statement=r"""
    Write `convolve(f, h)` for two one-dimensional arrays of floats or integers (`int64`), each of at least one value.
    It returns all the values of

    $$ (f * h)[u] = \sum_i f[i]\, h[u - i] $$

    that can be different from zero, beginning with $u = 0$, as an array of floats: as many for all arrays of these
    lengths, whether there are zeros among the values or not. Use loops and products of numbers, not `np.convolve`.
    """,
    hints=(
        "How long is the result? The largest position that f[i] h[j] can reach is the sum of the two largest indices.",
        "Each product f[i] h[j] belongs to exactly one position of the result, u = i + j. Add it there.",
    ),
    remark=r"""
    The loop does not ask which terms of the sum exist for a given $u$: it goes over the products instead, and each one
    knows its position, $i + j$. One line shorter: `out[i : i + len(h)] += f[i] * h`.
    """,
)


@exercise.solution
def convolve(f, h):
    """Full convolution of two one-dimensional arrays.

    >>> convolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, -1.0]))
    array([ 1.,  1.,  1., -3.])
    """
    out = np.zeros(len(f) + len(h) - 1)
    for i in range(len(f)):
        for j in range(len(h)):
            out[i + j] += f[i] * h[j]
    return out


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 2.0, 3.0]), np.array([1.0, -1.0])


def distinct(rng, length):
    """Whole numbers of which no two have the same size, so that no order of them can be taken for another."""
    return rng.permutation(np.arange(1.0, 10.0))[:length] * rng.choice([-1, 1], length)


@exercise.check("kernels of one value", points=1)
def single(rng):
    for length in (1, 2, 5):
        yield whole(rng, length), 2 * whole(rng, 1)


@exercise.check("kernels shorter than the signal", points=2)
def short(rng):
    for lengths in ((3, 2), (5, 3), (7, 4)):
        yield distinct(rng, lengths[0]), distinct(rng, lengths[1])


@exercise.check("kernels longer than the signal", points=1)
def long(rng):
    for lengths in ((1, 3), (2, 5)):
        yield distinct(rng, lengths[0]), distinct(rng, lengths[1])


@exercise.check("zeros among the values", points=1)
def zeros(rng):
    yield np.insert(whole(rng, 2), 1, 0), np.insert(whole(rng, 2), 1, 0)
    yield np.pad(whole(rng, 2), 1), np.insert(whole(rng, 2), 0, 0)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    yield fractions(rng, 2), fractions(rng, 2)
    yield fractions(rng, 5) / 7, fractions(rng, 3)
    yield fractions(rng, 4, size=2.0**20), fractions(rng, 2)
    yield fractions(rng, 3, size=2.0**-30), fractions(rng, 2, size=2.0**-30)


@exercise.check("one array of integers, one of fractions", points=1)
def integers(rng):
    yield whole(rng, 3).astype(int), fractions(rng, 2) / 7
    yield fractions(rng, 4) / 7, whole(rng, 3).astype(int)


@exercise.alternative
def by_rows(f, h):
    out = np.zeros(len(f) + len(h) - 1)
    for i, value in enumerate(f):
        out[i : i + len(h)] += value * h
    return out


@exercise.alternative
def by_fft(f, h):
    n = len(f) + len(h) - 1
    return np.fft.irfft(np.fft.rfft(f, n) * np.fft.rfft(h, n), n)


@exercise.alternative
def in_single_precision(f, h):
    return np.convolve(f.astype(np.float32), h.astype(np.float32))


@exercise.wrong(
    "The kernel runs forwards along the window, which is a cross-correlation. In f[i] h[u - i] the two indices add up "
    "to u: when i grows, the index of h falls."
)
def not_flipped(f, h):
    return convolve(f, h[::-1])


@exercise.wrong(
    "Later products replace earlier ones. Several pairs (i, j) have the same sum u, and all their products belong to "
    "out[u]. This comes from `=`, or from `+=` and an index array in which a position occurs twice: NumPy adds there "
    "once."
)
def overwritten(f, h):
    out = np.zeros(len(f) + len(h) - 1)
    for i, j in np.ndindex(len(f), len(h)):
        out[i + j] = f[i] * h[j]
    return out


@exercise.wrong(
    "These are only the positions where the kernel lies entirely on the signal. Beyond them some products still exist: "
    "the full result has len(f) + len(h) - 1 values."
)
def valid_only(f, h):
    return np.convolve(f, h, "valid")


@exercise.wrong(
    "The result is as long as the signal. The last value of f still meets the last value of h, at u = len(f) + len(h) "
    "- 2, so that there are len(f) + len(h) - 1 positions."
)
def cut_to_the_signal(f, h):
    return convolve(f, h)[: len(f)]


@exercise.wrong(
    "The result is as long as the longer array: these are the positions in the middle, mode same. Before and behind "
    "them some products still exist: the full result has len(f) + len(h) - 1 values."
)
def same_mode(f, h):
    return np.convolve(f, h, "same")


@exercise.wrong(
    "The result is as long as the signal, and cut out of the middle: mode same. At the positions before and behind it "
    "a part of the kernel lies on the signal, and these values belong to the full result."
)
def middle_as_long_as_the_signal(f, h):
    return convolve(f, h)[(len(h) - 1) // 2 :][: len(f)]


@exercise.wrong(
    "What runs over the end of len(f) positions comes in again at the beginning, as if indices were taken modulo "
    "len(f). Outside of its range a finite sequence is zero, not periodic."
)
def circular(f, h):
    return _modulo(f, h, len(f))


@exercise.wrong(
    "What runs over the end comes in again at the beginning: this is the circular convolution in the length of the "
    "longer array. Outside of its range a finite sequence is zero: there must be room for all len(f) + len(h) - 1 "
    "positions."
)
def circular_in_the_longer(f, h):
    return _modulo(f, h, max(len(f), len(h)))


@exercise.wrong(
    "Same result as with transforms of length len(f): what runs over the end comes in again at the beginning, and of a "
    "longer kernel the end is lost. There must be room for all len(f) + len(h) - 1 positions."
)
def transforms_as_long_as_the_signal(f, h):
    return _modulo(f, h[: len(f)], len(f))


def _modulo(f, h, n):
    out = np.zeros(n)
    for i, j in np.ndindex(len(f), len(h)):
        out[(i + j) % n] += f[i] * h[j]
    return out


@exercise.wrong("One position too many: the largest sum of two indices is len(f) + len(h) - 2, and the first is 0.")
def one_too_long(f, h):
    return np.append(convolve(f, h), 0.0)


@exercise.wrong("The last position is missing: the largest u is len(f) + len(h) - 2, but the first one is 0.")
def one_too_short(f, h):
    return convolve(f, h)[:-1]


@exercise.wrong(
    "The last value of the result stays zero: the loop over its positions stops one step early. A range ends before "
    "its end, so range(n) for n positions."
)
def last_left_zero(f, h):
    return np.append(convolve(f, h)[:-1], 0.0)


@exercise.wrong("All products with the last value of the kernel are missing: its loop or slice stops one step early.")
def kernel_cut(f, h):
    return np.append(convolve(f, h[:-1]), 0.0)


@exercise.wrong("All products with the last value of the signal are missing: its loop or slice stops one step early.")
def signal_cut(f, h):
    return np.append(convolve(f[:-1], h), 0.0)


@exercise.wrong(
    "All products with the first value of the kernel are missing: for f[u] h[0] the indices are i = u and j = 0. Where "
    "does the loop begin, or how far does i go?"
)
def kernel_begins_late(f, h):
    return np.append(0.0, convolve(f, h[1:]))


@exercise.wrong(
    "In each sum the last product is missing: i goes up to the smaller one of u and len(f) - 1, this one included. A "
    "range ends before its end."
)
def last_product_left_out(f, h):
    out = np.zeros(len(f) + len(h) - 1)
    for u in range(len(out)):
        for i in range(max(0, u - len(h) + 1), min(u, len(f) - 1)):
            out[u] += f[i] * h[u - i]
    return out


@exercise.wrong(
    "Right unless the kernel is longer than the signal: then its values from h[len(f)] on are not used. The loop over "
    "the kernel must run over all of it, however short the signal is."
)
def kernel_cut_to_the_signal(f, h):
    return np.append(convolve(f, h[: len(f)]), np.zeros(max(len(h) - len(f), 0)))


@exercise.wrong(
    "Same result as if h[u - i] were read with negative indices, too: h[-1] is the last value in Python, and not zero. "
    "Leave out the products with u - i < 0. An `except IndexError` does not notice them."
)
def kernel_read_from_its_end(f, h):
    return _gathered(f, h, lambda j: -len(h) <= j < len(h))


@exercise.wrong(
    "Same result as if f[u - j] were read with negative indices, too: f[-1] is the last value in Python, and not zero. "
    "Leave out the products with u - j < 0. An `except IndexError` does not notice them."
)
def signal_read_from_its_end(f, h):
    return _gathered(h, f, lambda i: -len(f) <= i < len(f))


@exercise.wrong(
    "The index u - i of the kernel becomes negative. The first ones below zero read h from its end, and only those far "
    "below raise an error: test against 0 as well as against len(h)."
)
def kernel_index_not_tested_below(f, h):
    return _gathered(f, h, lambda j: j < len(h))


@exercise.wrong(
    "The index u - j of the signal becomes negative. The first ones below zero read f from its end, and only those far "
    "below raise an error: test against 0 as well as against len(f)."
)
def signal_index_not_tested_below(f, h):
    return _gathered(h, f, lambda i: i < len(f))


def _gathered(f, h, allowed):
    out = np.zeros(len(f) + len(h) - 1)
    for u, i in np.ndindex(len(out), len(f)):
        if allowed(u - i):
            out[u] += f[i] * h[u - i]
    return out


@exercise.wrong("Each value contains those before it: the sum must begin anew, with zero, for every u.")
def sum_not_reset(f, h):
    return np.cumsum(convolve(f, h))


@exercise.wrong(
    "The values from u = len(h) on have stayed zero. For them the first indices u - i lie beyond the kernel, but later "
    "ones do not: a `break` there leaves out too much. Or the loop over u ends at len(h)."
)
def nothing_behind_the_kernel(f, h):
    return _zero_from(convolve(f, h), len(h))


@exercise.wrong(
    "The values from u = len(f) on have stayed zero. Either the loop over u ends at len(f), or a `break` leaves out "
    "too much: the first indices u - j lie beyond the signal, but later ones do not."
)
def nothing_behind_the_signal(f, h):
    return _zero_from(convolve(f, h), len(f))


@exercise.wrong(
    "Only the first value is there, and the others have stayed zero. If `return` stands inside of a loop, it ends the "
    "function in the first round: move it to the left."
)
def returned_early(f, h):
    return _zero_from(convolve(f, h), 1)


@exercise.wrong(
    "Only the products with f[0] are there. If `return` stands inside of the loop over the signal, it ends the "
    "function in the first round: move it to the left."
)
def returned_after_the_first_value(f, h):
    return np.append(f[0] * h, np.zeros(len(f) - 1))


def _zero_from(values, end):
    return np.append(values[:end], np.zeros(max(len(values) - end, 0)))


@exercise.wrong(
    "Right if both arrays are equally long. Otherwise an index of the kernel goes up to len(f) - 1, which is beyond "
    "the end of a shorter kernel, and leaves out values of a longer one. It is to be compared with len(h)."
)
def length_of_the_signal_for_both(f, h):
    return _gathered(f, h, lambda j: 0 <= j < len(f))


@exercise.wrong(
    "Right if both arrays are equally long. Otherwise an index of the signal goes up to len(h) - 1, which is beyond "
    "the end of a shorter signal, and leaves out values of a longer one. It is to be compared with len(f)."
)
def length_of_the_kernel_for_both(f, h):
    return _gathered(h, f, lambda i: 0 <= i < len(h))


@exercise.wrong(
    "The values stand one position too far to the right: a zero comes first, and the last value is lost. With zeros in "
    "front of the signal, len(h) - 1 are enough. The first value is f[0] h[0]."
)
def shifted_by_one(f, h):
    return np.append(0.0, convolve(f, h)[:-1])


@exercise.wrong(
    "Two things: the values stand one position too far to the right (of zeros in front of the signal, len(h) - 1 are "
    "enough), and the kernel runs forwards along the window, so that this is a cross-correlation."
)
def shifted_by_one_and_not_flipped(f, h):
    return np.append(0.0, convolve(f, h[::-1])[:-1])


@exercise.wrong(
    "Right where no value is zero. A `break` at a zero leaves the loop, and with it all that comes after; to go on "
    "with the next value is `continue`. A product with zero needs no special care at all."
)
def broken_off_at_a_zero(f, h):
    zero = np.flatnonzero(h == 0)
    kept = zero[0] if len(zero) else len(h)
    return np.append(convolve(f, h[:kept]), np.zeros(len(h) - kept)) if kept else np.zeros(len(f) + len(h) - 1)


@exercise.wrong(
    "Zeros at the ends of the result are left out. Asked for are the positions where a value can be different from "
    "zero, which depends on the lengths alone: len(f) + len(h) - 1."
)
def zeros_left_out(f, h):
    return np.trim_zeros(convolve(f, h))


@exercise.wrong(
    "Right for whole numbers only: elsewhere digits after the point are lost. Look for a rounding, for `int`, and for "
    "an array of integers, or of short floats, that takes the sums.",
    fails=("numbers that are not whole, large and small", "one array of integers, one of fractions"),
)
def rounded(f, h):
    return np.round(convolve(f, h))


@exercise.wrong(
    "Right for whole numbers of the usual size: elsewhere digits are lost. Look for a rounding to some places after "
    "the point, for small numbers that are taken for zero, and for sums in single precision.",
    fails=("numbers that are not whole, large and small",),
)
def rounded_to_places(f, h):
    return np.round(convolve(f, h), 10)


@exercise.wrong(
    "Right unless one of the arrays has integers: then somewhere fractions are put into an array of integers, which "
    "drops what comes after the point. Take an array of floats, whatever the arguments are.",
    fails=("one array of integers, one of fractions",),
)
def dtype_of_the_signal(f, h):
    return convolve(f, h).astype(f.dtype).astype(float)

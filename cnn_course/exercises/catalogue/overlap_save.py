"""Overlap-save: the valid convolution of a long signal, by circular ones."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="overlap-save",
    chapter="1-5",
    stars=3,
    minutes=40,
    goals=(5,),
    statement=r"""
    Overlap-add cuts the signal into blocks that do not overlap, and adds results that do. One can also do it the other
    way round: let the blocks overlap, and throw away what is wrong.

    Write `overlap_save(f, h, size)` for real one-dimensional arrays of $n$ and $m \le n$ values and a whole number
    `size` $\ge m$. It returns the *valid* convolution, the $n - m + 1$ values of

    $$ (f * h)[u] = \sum_{t = 0}^{m - 1} h[t]\, f[u - t], \qquad u = m - 1, \dots, n - 1 . $$

    Take blocks of `size` consecutive values of $f$. Convolve each circularly with $h$, with transforms of length
    `size`. Of the `size` results, the first $m - 1$ are spoiled by what has wrapped around, and the others are right.
    Choose the distance of the blocks so that every position comes out right once. The last block may be filled up with
    zeros. No transform may be longer than `size`: so a NaN in $f$, which is not a number, spoils only
    results of the blocks that contain it.
    """,
    hints=(
        "How many right values does a block give? The next block must begin that much later.",
        "Where does the first block begin, and to which u does its first right value belong?",
        "np.fft.rfft(f[start : start + size], size) fills up with zeros what the last block lacks.",
    ),
    remark=r"""
    A block gives `size - m + 1` right values, and the next one begins just as many positions later: neighbours share
    $m - 1$ values of the signal. Nothing has to be added, and the kernel is transformed once. The
    right values are those that a transform with enough zeros would have given as well.
    """,
)


@exercise.solution
def overlap_save(f, h, size):
    """The n - m + 1 valid values of f * h, by circular convolutions of length size.

    >>> overlap_save(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1.0, 10.0, 100.0]), 4).round(9)
    array([123., 234., 345.])
    """
    n, m = len(f), len(h)
    step = size - m + 1
    h_hat = np.fft.rfft(h, size)
    kept = []
    for start in range(0, n - m + 1, step):
        block_hat = np.fft.rfft(f[start : start + size], size)
        y = np.fft.irfft(block_hat * h_hat, size)
        kept.append(y[m - 1 :])
    return np.concatenate(kept)[: n - m + 1]


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1.0, 10.0, 100.0]), 4


def distinct(rng, length):
    """Whole numbers of which no two have the same size, so that no order of them can be taken for another."""
    return rng.permutation(np.arange(1.0, 10.0))[:length] * rng.choice([-1, 1], length)


def against(rng, h, n):
    """Whole numbers whose first valid value is negative, so that a lost sign shows."""
    return np.append(-h[::-1], whole(rng, n - len(h)))


@exercise.check("one block", points=1)
def one_block(rng):
    for n, m in ((4, 2), (6, 3), (7, 4)):
        h = distinct(rng, m)
        yield against(rng, h, n), h, n


@exercise.check("several blocks that fit", points=2)
def fitting(rng):
    for n, m, size in ((4, 2, 3), (8, 3, 5), (11, 4, 7), (16, 3, 6)):
        yield whole(rng, n), distinct(rng, m), size


@exercise.check("a last block that is not full", points=2)
def not_full(rng):
    for n, m, size in ((5, 2, 4), (9, 3, 5), (12, 4, 6), (17, 3, 8)):
        yield whole(rng, n), distinct(rng, m), size


@exercise.check("blocks as short as the kernel, or longer than the signal", points=1)
def extreme(rng):
    for n, m, size in ((5, 3, 3), (4, 3, 9)):
        h = distinct(rng, m)
        yield against(rng, h, n), h, size


@exercise.check("kernels of one value", points=1)
def single(rng):
    for n, size in ((4, 1), (4, 2), (8, 3)):
        yield -np.abs(distinct(rng, n)), np.abs(whole(rng, 1)), size


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    yield fractions(rng, 4), fractions(rng, 2), 4
    yield fractions(rng, 7) / 7, fractions(rng, 3), 5
    yield fractions(rng, 6, size=2.0**20), fractions(rng, 2), 4
    yield fractions(rng, 6, size=2.0**-30), fractions(rng, 2, size=2.0**-30), 4


@exercise.property("a NaN spoils only the blocks around it", points=1)
def local(call, rng):
    n, size = 30, 6
    f, h = whole(rng, n), distinct(rng, 3)
    f[-1] = np.nan
    if not np.allclose(call(f, h, size)[: n - size], np.convolve(f[:-1], h, "valid")[: n - size], atol=1e-2):
        return f"the last value of f is NaN, but results are spoiled that are {size} positions or more before it"
    return None


@exercise.alternative
def directly(f, h, size):
    return np.convolve(f, h, "valid")


@exercise.alternative
def by_complex_transforms(f, h, size):
    return _saved(f, h, size, _right(h))


@exercise.alternative
def with_the_last_block_moved_back(f, h, size):
    n, m = len(f), len(h)
    out = np.zeros(n - m + 1)
    for start in range(0, n - m + 1, size - m + 1):
        start = max(min(start, n - size), 0)
        y = _circular(f[start : start + size], h, size)[m - 1 :]
        out[start : start + len(y)] = y[: n - m + 1 - start]
    return out.astype(np.float32)


@exercise.alternative
def with_one_more_value_in_common(f, h, size):
    m = len(h)
    step = max(size - m, 1)
    out = np.zeros(len(f) - m + 1)
    for start in range(0, len(out), step):
        y = _circular(f[start : start + size], h, size)[m - 1 :]
        end = min(start + len(y), len(out))
        out[start:end] = y[: end - start]
    return out


def _circular(block, h, size):
    return np.fft.ifft(np.fft.fft(block, size) * np.fft.fft(h, size)).real


def _blocks(f, h, size, step, keep, stop):
    return np.concatenate([_circular(f[s : s + size], h, size)[keep] for s in range(0, stop, step)] or [np.zeros(0)])


def _saved(f, h, size, keep, more=0, kernel=None):
    """Overlap-save with a mistake: in what is kept of a block, in the step (`more`) or in the transformed kernel."""
    count, step = len(f) - len(h) + 1, max(size - len(h) + 1 + more, 1)
    return _blocks(f, h if kernel is None else kernel, size, step, keep, count)[:count]


def _right(h):
    return slice(len(h) - 1, None)


@exercise.wrong("Of each block the last values are thrown away. It is the first m - 1 that are spoiled, by its end.")
def keeps_the_first(f, h, size):
    return _saved(f, h, size, slice(size - len(h) + 1))


@exercise.wrong(
    "One value too many is thrown away in each block: of m taps, m - 1 can reach back over the beginning of the block, "
    "so m - 1 values are spoiled."
)
def drops_m(f, h, size):
    return _saved(f, h, size, slice(len(h), None))


@exercise.wrong("One spoiled value of each block is kept: the first m - 1 are wrong, not the first m - 2.")
def drops_too_few(f, h, size):
    return _saved(f, h, size, slice(max(len(h) - 2, 0), None))


@exercise.wrong(
    "The blocks do not overlap. Each gives only size - m + 1 right values, so the next must begin as much later, and "
    "share m - 1 values of the signal with it."
)
def blocks_do_not_overlap(f, h, size):
    return _blocks(f, h, size, size, _right(h), len(f) - len(h) + 1)[: len(f) - len(h) + 1]


@exercise.wrong("The step is one too small, and a value comes out twice: of each block size - m + 1 are right.")
def step_too_small(f, h, size):
    return _saved(f, h, size, _right(h), more=-1)


@exercise.wrong("The step size - m is one too small, and 0 if size = m: of each block size - m + 1 values are right.")
def steps_of_size_minus_m(f, h, size):
    return _blocks(f, h, size, size - len(h), _right(h), len(f) - len(h) + 1)[: len(f) - len(h) + 1]


@exercise.wrong("The step is one too large, and between blocks a value is missing: size - m + 1 values are right.")
def step_too_large(f, h, size):
    return _saved(f, h, size, _right(h), more=1)


@exercise.wrong("All the values of each block are kept, also the first m - 1, into which its end has wrapped around.")
def nothing_dropped(f, h, size):
    return _saved(f, h, size, slice(None))


@exercise.wrong(
    "The last block, which is not full, is left out, and with it the last values. Fill it up with zeros, and cut the "
    "result to n - m + 1 values."
)
def last_block_left_out(f, h, size):
    return _blocks(f, h, size, size - len(h) + 1, _right(h), len(f) - size + 1)


@exercise.wrong(
    "The zeros with which the last block was filled up have left values in the result that do not belong to it. Cut it "
    "to n - m + 1 values."
)
def not_cut(f, h, size):
    return _blocks(f, h, size, size - len(h) + 1, _right(h), len(f) - len(h) + 1)


@exercise.wrong(
    "Blocks go on to the end of the signal. The last valid position is n - 1, and its window begins at n - m: no block "
    "needs to begin later, and of the last one only what belongs to the n - m + 1 values is kept."
)
def blocks_to_the_end(f, h, size):
    return _blocks(f, h, size, size - len(h) + 1, _right(h), len(f))


@exercise.wrong("The last value is missing: from u = m - 1 to u = n - 1, both included, there are n - m + 1.")
def one_short(f, h, size):
    return np.convolve(f, h, "valid")[:-1]


@exercise.wrong("This is the full convolution. Asked for are the n - m + 1 valid values, from u = m - 1 to n - 1.")
def full(f, h, size):
    return np.convolve(f, h)


@exercise.wrong("These are n values, from u = 0 on, as if zeros stood before the signal. Valid begins at u = m - 1.")
def begins_at_zero(f, h, size):
    return np.convolve(f, h)[: len(f)]


@exercise.wrong("This is the valid cross-correlation. A convolution takes no conjugate, and no reversed kernel.")
def correlation(f, h, size):
    return np.convolve(f, h[::-1], "valid")


@exercise.wrong("The values are right, but the array is complex. Take the real parts, or rfft and irfft.")
def complex_result(f, h, size):
    return np.convolve(f, h, "valid").astype(complex)


@exercise.wrong(
    "Right for even sizes only. irfft cannot see whether the length was even or odd, and takes it to be even: give it "
    "the size as its second argument."
)
def length_not_given(f, h, size):
    return np.concatenate([y for _, y in _without_length(f, h, size)])[: len(f) - len(h) + 1]


def _without_length(f, h, size):
    """Where each block begins, and what is kept of it where irfft is not told the length."""
    for start in range(0, len(f) - len(h) + 1, size - len(h) + 1):
        yield start, np.fft.irfft(np.fft.rfft(f[start : start + size], size) * np.fft.rfft(h, size))[len(h) - 1 :]


@exercise.wrong(
    "The blocks do not overlap, and the positions for which no values are left have stayed zero. Each block gives only "
    "size - m + 1 right values, so the next must begin as much later."
)
def blocks_do_not_overlap_and_zeros_are_left(f, h, size):
    count = len(f) - len(h) + 1
    return np.append(_blocks(f, h, size, size, _right(h), len(f)), np.zeros(count))[:count]


@exercise.wrong(
    "The blocks begin `size` positions after each other, and do not overlap: what lies at their seams is missing. Each "
    "gives only size - m + 1 right values, so the next must begin as much later."
)
def blocks_side_by_side_to_the_end(f, h, size):
    return _blocks(f, h, size, size, _right(h), len(f))[: len(f) - len(h) + 1]


@exercise.wrong(
    "All the results of each block are added, as in overlap-add. The first m - 1 of a block are spoiled, and fall on "
    "right ones of the block before: throw them away, and nothing is left to add."
)
def overlaps_added(f, h, size):
    total = np.zeros(len(f) + size)
    for s in range(0, len(f) - len(h) + 1, size - len(h) + 1):
        total[s : s + size] += _circular(f[s : s + size], h, size)
    return total[len(h) - 1 : len(f)]


@exercise.wrong(
    "The results of each block are rotated: same result as if zeros stood in front of the kernel. They belong behind "
    "it, where np.fft.fft(h, size) puts them."
)
def zeros_in_front_of_the_kernel(f, h, size):
    return _saved(f, h, size, _right(h), kernel=np.append(np.zeros(size - len(h)), h))


@exercise.wrong(
    "Right unless the kernel has a single value. Then m - 1 is 0, and so is -(m - 1): a slice a[-0:] takes all of the "
    "array, and a[:-0] nothing. Count the ends of slices from the front.",
    fails=("kernels of one value",),
)
def minus_zero(f, h, size):
    return np.convolve(f, h, "valid") * (len(h) > 1)


@exercise.wrong("The minus signs are lost, as by np.abs. The imaginary parts are rounding: take the real parts.")
def absolute_values(f, h, size):
    return np.abs(np.convolve(f, h, "valid"))


@exercise.wrong(
    "The last block, which is not full, is left out, so that the last values have stayed zero. Fill the block up with "
    "zeros, and keep those of its values that belong to the result."
)
def last_block_left_zero(f, h, size):
    full = last_block_left_out(f, h, size)
    return np.append(full, np.zeros(len(f) - len(h) + 1 - len(full)))


@exercise.wrong(
    "The last block was moved back, so that it is full. But then it begins with values that are there already: they "
    "stand twice in the result, and others are lost. Leave out what is repeated."
)
def last_block_moved_back(f, h, size):
    n, m = len(f), len(h)
    starts = [max(min(start, n - size), 0) for start in range(0, n - m + 1, size - m + 1)]
    return np.concatenate([_circular(f[s : s + size], h, size)[m - 1 :] for s in starts])[: n - m + 1]


@exercise.wrong(
    "m values of each block are thrown away, and the blocks begin size - m positions after each other: so all "
    "values are there but the one at u = m - 1, the first. Of m taps, only m - 1 reach back over the beginning of a "
    "block."
)
def begins_one_late(f, h, size):
    m = len(h)
    return np.append(np.convolve(f, h), 0.0)[m : len(f) + 1] if size > m else np.zeros(0)


@exercise.wrong(
    "m values of each block are thrown away, and the blocks begin size - m positions after each other. Only m - 1 are "
    "spoiled, the first result of all is missing, and with size = m no step is left."
)
def drops_m_in_steps_of_size_minus_m(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, size - m, slice(m, size), n - m + 1)[: n - m + 1]


@exercise.wrong(
    "The spectrum of the kernel is conjugated. This gives a circular cross-correlation, whose spoiled values even "
    "stand at the other end. A convolution multiplies the spectra as they are."
)
def conjugated(f, h, size):
    reflected = np.roll(np.append(h, np.zeros(size - len(h)))[::-1], 1)
    return _saved(f, h, size, _right(h), kernel=reflected)


@exercise.wrong(
    "The kernel is brought to the length of a block by repeating it, as np.resize does. It is to be filled up with "
    "zeros: np.fft.fft does so by itself, if it is given the length."
)
def kernel_repeated(f, h, size):
    return _saved(f, h, size, _right(h), kernel=np.resize(h, size))


@exercise.wrong(
    "Right for even sizes only: irfft takes a length that it is not told to be even, and makes of an odd size one "
    "value less, and wrong ones. It needs the size as its second argument."
)
def length_not_given_in_place(f, h, size):
    out = np.zeros(len(f) + size)
    for start, y in _without_length(f, h, size):
        out[start : start + len(y)] = y
    return out[: len(f) - len(h) + 1]


@exercise.wrong(
    "All results are right but where f has a NaN: there it spoils results that no block of `size` values brings "
    "together with it. So there is a longer transform, of the whole signal perhaps.",
    fails=("a NaN spoils only the blocks around it",),
)
def one_long_transform(f, h, size):
    return np.fft.irfft(np.fft.rfft(f) * np.fft.rfft(h, len(f)), len(f))[len(h) - 1 :]


@exercise.wrong(
    "Right for whole numbers of the usual size: elsewhere digits are lost. What the transforms leave behind is tiny "
    "and does no harm: rounding, also to some digits after the point, does. Other causes are single precision, and "
    "small numbers that are taken for zero.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(f, h, size):
    return np.round(np.convolve(f, h, "valid"))

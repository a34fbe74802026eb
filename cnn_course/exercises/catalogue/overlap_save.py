"""Overlap-save: the valid convolution of a long signal, by circular ones."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="overlap-save",
    chapter="1-5",
    statement=r"""
    Overlap-add cuts the signal into blocks that do not overlap, and adds results that do. One can also do it the other
    way round: let the blocks overlap, and throw away what is wrong.

    Write `overlap_save(f, h, size)` for real one-dimensional arrays of $n$ and $m \le n$ values and a whole number
    `size` $\ge m$. It returns the *valid* convolution, the $n - m + 1$ values of

    $$ (f * h)[u] = \sum_{t = 0}^{m - 1} h[t]\, f[u - t], \qquad u = m - 1, \dots, n - 1 . $$

    Take blocks of `size` consecutive values of $f$. Convolve each circularly with $h$, with transforms of length
    `size`. Of the `size` results, the first $m - 1$ are spoiled by what has wrapped around, and the others are right.
    Choose the distance of the blocks so that every place comes out right once. The last block may be filled up with
    zeros. No transform may be longer than `size`: so a place of $f$ with NaN, which is not a number, spoils only
    results of the blocks that contain it.
    """,
    hints=(
        "How many right values does a block give? The next block must begin that much later.",
        "Where does the first block begin, and to which u does its first right value belong?",
        "np.fft.rfft(f[start : start + size], size) fills up with zeros what the last block lacks.",
    ),
    remark=r"""
    A block gives `size - m + 1` right values, and the next one begins just as many places later: neighbours share
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


@exercise.check("one block", points=1)
def one_block(rng):
    for n, m in ((4, 2), (6, 3), (7, 4)):
        yield whole(rng, n), distinct(rng, m), n


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
    for n, m, size in ((5, 3, 3), (4, 1, 1), (4, 3, 9)):
        yield whole(rng, n), distinct(rng, m), size


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    yield fractions(rng, 4), fractions(rng, 2), 4
    yield fractions(rng, 7) / 7, fractions(rng, 3), 5
    yield fractions(rng, 6, size=2.0**20), fractions(rng, 2), 4
    yield fractions(rng, 6, size=2.0**-30), fractions(rng, 2, size=2.0**-30), 4


@exercise.property("a place with NaN spoils only the blocks around it", points=1)
def local(call, rng):
    n, size = 30, 6
    f, h = whole(rng, n), distinct(rng, 3)
    f[-1] = np.nan
    if not np.allclose(call(f, h, size)[: n - size], np.convolve(f[:-1], h, "valid")[: n - size], atol=1e-2):
        return f"the last value of f is NaN, but results are spoiled that are {size} places or more before it"
    return None


@exercise.alternative
def directly(f, h, size):
    return np.convolve(f, h, "valid")


@exercise.alternative
def by_complex_transforms_into_an_array(f, h, size):
    n, m = len(f), len(h)
    out = np.zeros(n - m + 1)
    for start in range(0, n - m + 1, size - m + 1):
        block = np.zeros(size)
        values = f[start : start + size]
        block[: len(values)] = values
        y = np.fft.ifft(np.fft.fft(block) * np.fft.fft(h, size)).real[m - 1 :]
        end = min(start + len(y), len(out))
        out[start:end] = y[: end - start]
    return out


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


@exercise.wrong(
    "Of each block the last values are thrown away. It is the first m - 1 that are spoiled: what runs over the end "
    "comes in at the beginning."
)
def keeps_the_first(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, size - m + 1, slice(0, size - m + 1), n - m + 1)[: n - m + 1]


@exercise.wrong(
    "One value too many is thrown away in each block: of m taps, m - 1 can reach back over the beginning of the block, "
    "so m - 1 values are spoiled."
)
def drops_m(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, size - m + 1, slice(m, size), n - m + 1)[: n - m + 1]


@exercise.wrong("One spoiled value of each block is kept: the first m - 1 are wrong, not the first m - 2.")
def drops_too_few(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, size - m + 1, slice(max(m - 2, 0), size), n - m + 1)[: n - m + 1]


@exercise.wrong(
    "The blocks do not overlap. Each gives only size - m + 1 right values, so the next must begin as much later, and "
    "share m - 1 values of the signal with it."
)
def blocks_do_not_overlap(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, size, slice(m - 1, size), n - m + 1)[: n - m + 1]


@exercise.wrong(
    "The step between blocks is one too small: a block gives size - m + 1 right values, and with a step of size - m "
    "one of them comes out twice."
)
def step_too_small(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, max(size - m, 1), slice(m - 1, size), n - m + 1)[: n - m + 1]


@exercise.wrong(
    "The step between blocks is one too large: from one block to the next a value is missing. A block gives size - m + "
    "1 right values."
)
def step_too_large(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, size - m + 2, slice(m - 1, size), n - m + 1)[: n - m + 1]


@exercise.wrong(
    "All the values of all the blocks are kept, also the first m - 1 of each, into which the end of the block has "
    "wrapped around."
)
def nothing_dropped(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, size - m + 1, slice(0, size), n - m + 1)[: n - m + 1]


@exercise.wrong(
    "The last block, which is not full, is left out, and with it the last values. Fill it up with zeros, and cut the "
    "result to n - m + 1 values."
)
def last_block_left_out(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, size - m + 1, slice(m - 1, size), n - size + 1)


@exercise.wrong(
    "The zeros with which the last block was filled up have left values in the result that do not belong to it. Cut it "
    "to n - m + 1 values."
)
def not_cut(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, size - m + 1, slice(m - 1, size), n - m + 1)


@exercise.wrong(
    "Blocks go on to the end of the signal. The last valid place is n - 1, and its window begins at n - m: no block "
    "needs to begin later, and of the last one only what belongs to the n - m + 1 values is kept."
)
def blocks_to_the_end(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, h, size, size - m + 1, slice(m - 1, size), n)


@exercise.wrong("The last value is missing: from u = m - 1 to u = n - 1, both included, there are n - m + 1.")
def one_short(f, h, size):
    return np.convolve(f, h, "valid")[:-1]


@exercise.wrong(
    "This is the full convolution, with n + m - 1 values. Asked for are the valid ones, from u = m - 1 to n - 1."
)
def full(f, h, size):
    return np.convolve(f, h)


@exercise.wrong(
    "These are n values, from u = 0 on: as if m - 1 zeros stood before the signal. Valid begins at u = m - 1, with the "
    "first window that lies entirely on the signal."
)
def begins_at_zero(f, h, size):
    return np.convolve(f, h)[: len(f)]


@exercise.wrong(
    "This is the valid cross-correlation: a conjugate, or a reversed kernel, does not belong here. A convolution "
    "multiplies the spectra as they are."
)
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
    n, m = len(f), len(h)
    h_hat, kept = np.fft.rfft(h, size), []
    for start in range(0, n - m + 1, size - m + 1):
        block_hat = np.fft.rfft(f[start : start + size], size)
        kept.append(np.fft.irfft(block_hat * h_hat)[m - 1 :])
    return np.concatenate(kept)[: n - m + 1]


@exercise.wrong(
    "The blocks do not overlap, and the places for which no values are left have stayed zero. Each block gives only "
    "size - m + 1 right values, so the next must begin as much later."
)
def blocks_do_not_overlap_and_zeros_are_left(f, h, size):
    count = len(f) - len(h) + 1
    return np.append(_blocks(f, h, size, size, slice(len(h) - 1, size), len(f)), np.zeros(count))[:count]


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
    "m values of each block are thrown away, and the blocks begin size - m places after each other: so all values are "
    "there but the one at u = m - 1, the first. Of m taps, only m - 1 reach back over the beginning of a block."
)
def begins_one_late(f, h, size):
    m = len(h)
    return np.append(np.convolve(f, h), 0.0)[m : len(f) + 1] if size > m else np.zeros(0)


@exercise.wrong(
    "m values of each block are thrown away, and the blocks begin size - m places after each other. Only m - 1 are "
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
    n, m = len(f), len(h)
    reflected = np.roll(np.append(h, np.zeros(size - m))[::-1], 1)
    return _blocks(f, reflected, size, size - m + 1, slice(m - 1, size), n - m + 1)[: n - m + 1]


@exercise.wrong(
    "The kernel is brought to the length of a block by repeating it, as np.resize does. It is to be filled up with "
    "zeros: np.fft.fft does so by itself, if it is given the length."
)
def kernel_repeated(f, h, size):
    n, m = len(f), len(h)
    return _blocks(f, np.resize(h, size), size, size - m + 1, slice(m - 1, size), n - m + 1)[: n - m + 1]


@exercise.wrong(
    "Right for even sizes only: irfft takes a length that it is not told to be even, and makes of an odd size one "
    "value less, and wrong ones. It needs the size as its second argument."
)
def length_not_given_in_place(f, h, size):
    n, m = len(f), len(h)
    out = np.zeros(n - m + 1 + size)
    for start in range(0, n - m + 1, size - m + 1):
        good = np.fft.irfft(np.fft.rfft(f[start : start + size], size) * np.fft.rfft(h, size))[m - 1 :]
        out[start : start + len(good)] = good
    return out[: n - m + 1]


@exercise.wrong(
    "All results are right but where f has a NaN: there it spoils results that no block of `size` values brings "
    "together with it. So there is a longer transform, of the whole signal perhaps.",
    fails=("a place with NaN spoils only the blocks around it",),
)
def one_long_transform(f, h, size):
    return np.fft.irfft(np.fft.rfft(f) * np.fft.rfft(h, len(f)), len(f))[len(h) - 1 :]


@exercise.wrong(
    "Right for whole numbers of the usual size: elsewhere digits are lost. What the transforms leave behind is tiny "
    "and does no harm: rounding, also to some places after the point, does. Other causes are single precision, and "
    "small numbers that are taken for zero.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(f, h, size):
    return np.round(np.convolve(f, h, "valid"))

"""Convolution of two finite sequences, from the definition."""

import numpy as np

from cnn_course.exercises.exercise import Implement, whole

exercise = Implement(
    title="full convolution in one dimension",
    chapter="1-3",
    statement=r"""
    Write `convolve(f, h)` for two one-dimensional arrays. It returns all the values of

    $$ (f * h)[u] = \sum_i f[i]\, h[u - i] $$

    that can be different from zero, beginning with $u = 0$. Use loops and products of numbers, not `np.convolve`.
    """,
    hints=(
        "How long is the result? The largest place that f[i] h[j] can reach is the sum of the two largest indices.",
        "Each product f[i] h[j] belongs to exactly one place of the result, u = i + j. Add it there.",
    ),
    remark=r"""
    The loop does not ask which terms of the sum exist for a given $u$: it goes over the products instead, and each one
    knows its place, $i + j$. One line shorter: `out[i : i + len(h)] += f[i] * h`.
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


@exercise.check("kernels of one value", points=1)
def single(rng):
    for length in (1, 2, 5):
        yield whole(rng, length), whole(rng, 1)


@exercise.check("kernels shorter than the signal", points=2)
def short(rng):
    for lengths in ((3, 2), (5, 3), (7, 4)):
        yield whole(rng, lengths[0]), whole(rng, lengths[1])


@exercise.check("kernels longer than the signal", points=1)
def long(rng):
    for lengths in ((1, 3), (2, 5)):
        yield whole(rng, lengths[0]), whole(rng, lengths[1])


@exercise.alternative
def by_rows(f, h):
    out = np.zeros(len(f) + len(h) - 1)
    for i, value in enumerate(f):
        out[i : i + len(h)] += value * h
    return out


@exercise.alternative
def by_numpy(f, h):
    return np.convolve(f, h)


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
    "out[u]: add with +=."
)
def overwritten(f, h):
    out = np.zeros(len(f) + len(h) - 1)
    for i in range(len(f)):
        for j in range(len(h)):
            out[i + j] = f[i] * h[j]
    return out


@exercise.wrong(
    "These are only the places where the kernel lies entirely on the signal. Beyond them some products still exist: "
    "the full result has len(f) + len(h) - 1 values."
)
def valid_only(f, h):
    short, long = sorted((len(f), len(h)))
    return convolve(f, h)[short - 1 : long]


@exercise.wrong(
    "The result is as long as the signal. The last value of f still meets the last value of h, at u = len(f) + len(h) "
    "- 2, so that there are len(f) + len(h) - 1 places."
)
def cut_to_the_signal(f, h):
    return convolve(f, h)[: len(f)]


@exercise.wrong(
    "What runs over the end comes in again at the beginning: an index modulo the length, or a negative index, or a "
    "transform of length len(f). Outside of its range a finite sequence is zero, not periodic."
)
def circular(f, h):
    n = len(f)
    out = np.zeros(n)
    for i in range(n):
        for j in range(len(h)):
            out[(i + j) % n] += f[i] * h[j]
    return out


@exercise.wrong(
    "One place too many: indices begin with 0, so the largest sum of two is (len(f) - 1) + (len(h) - 1), and the "
    "number of places is one more than that."
)
def one_too_long(f, h):
    return np.append(convolve(f, h), 0.0)

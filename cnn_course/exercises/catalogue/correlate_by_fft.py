"""Linear cross-correlation, by transforms."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="cross-correlation by the FFT",
    chapter="1-5",
    stars=2,
    minutes=20,
    statement=r"""
    Write `correlate_by_fft(f, h)` for two real one-dimensional arrays of $n \ge 1$ and $m \ge 1$ values. It returns all
    the $n + m - 1$ values of the *linear* cross-correlation

    $$ (h \star f)[u] = \sum_{t = 0}^{m - 1} h[t]\, f[u + t], \qquad u = -(m - 1), \dots, n - 1 , $$

    in the order of $u$, beginning with $u = -(m - 1)$; $f$ is zero outside its array. Use `np.fft`: two transforms, a
    product, and a transform back. The result is an array of real floats.
    """,
    hints=(
        "Circular is not linear. How long must the transforms be, so that no two values of u fall on one place?",
        "A cross-correlation takes the conjugate of one of the two spectra. Of which?",
        "On a circle of N places, u = -1 is the place N - 1. Where do the negative places stand, and where do they "
        "belong?",
    ),
    remark=r"""
    Three things must come together: enough zeros, the conjugate of the kernel's spectrum, and the negative places in
    front. `np.roll` by $m - 1$ does the last. One can also reflect the kernel in memory, `h[::-1]`, and take no
    conjugate: then place 0 of the result is $u = -(m - 1)$ already, and nothing has to be moved.
    """,
)


@exercise.solution
def correlate_by_fft(f, h):
    """All the n + m - 1 values of the cross-correlation of f with the kernel h, from u = -(m - 1) on.

    >>> correlate_by_fft(np.array([3.0, 0.0, 5.0]), np.array([1.0, 2.0])).round(9)
    array([ 6.,  3., 10.,  5.])
    """
    n, m = len(f), len(h)
    length = n + m - 1
    spectrum = np.conj(np.fft.fft(h, length)) * np.fft.fft(f, length)
    return np.roll(np.fft.ifft(spectrum).real, m - 1)


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([3.0, 0.0, 5.0]), np.array([1.0, 2.0])


@exercise.check("kernels of one value", points=1)
def single(rng):
    for n in (1, 2, 5):
        yield -rng.permutation(np.arange(1.0, 10.0))[:n], 2 * np.abs(whole(rng, 1))  # negative, all different


@exercise.check("kernels shorter than the signal", points=2)
def short(rng):
    for n, m in ((3, 2), (5, 3), (8, 3), (7, 5)):
        yield whole(rng, n), whole(rng, m)


@exercise.check("kernels longer than the signal", points=1)
def long(rng):
    for n, m in ((1, 3), (2, 5), (4, 7)):
        yield whole(rng, n), whole(rng, m)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for n, m in ((2, 2), (6, 3)):
        yield fractions(rng, n), fractions(rng, m) / 7
    yield fractions(rng, 5, size=2.0**20), fractions(rng, 2)
    yield fractions(rng, 4, size=2.0**-30), fractions(rng, 3, size=2.0**-30)


@exercise.alternative
def with_the_kernel_reflected(f, h):
    length = len(f) + len(h) - 1
    return np.fft.ifft(np.fft.fft(f, length) * np.fft.fft(h[::-1], length)).real


@exercise.alternative
def by_real_transforms_with_more_zeros(f, h):
    n, m = len(f), len(h)
    size = 2 * (n + m)
    y = np.fft.irfft(np.conj(np.fft.rfft(h, size)) * np.fft.rfft(f, size), size)
    return np.concatenate([y[size - (m - 1) :], y[:n]])


@exercise.alternative
def by_the_definition(f, h):
    n, m = len(f), len(h)
    out = np.zeros(n + m - 1)
    for u in range(-(m - 1), n):
        for t in range(m):
            if 0 <= u + t < n:
                out[u + m - 1] += h[t] * f[u + t]
    return out


@exercise.alternative
def in_single_precision(f, h):
    return np.convolve(f, h[::-1]).astype(np.float32)


@exercise.wrong(
    "This is the convolution. Either the conjugate is missing, or the kernel is reflected in memory as well: the two "
    "undo each other."
)
def no_conjugate(f, h):
    return np.convolve(f, h)


@exercise.wrong(
    "This is the convolution, moved by m - 1 places. The conjugate of the kernel's spectrum is missing: with it, the "
    "values belong where they are moved to."
)
def no_conjugate_but_moved(f, h):
    return np.roll(np.convolve(f, h), len(h) - 1)


@exercise.wrong(
    "The conjugate is taken of the signal's spectrum: this is the cross-correlation of h with f, at the places -u. "
    "Conjugate the kernel's spectrum."
)
def conjugate_of_the_signal(f, h):
    n, m = len(f), len(h)
    length = n + m - 1
    return np.roll(np.fft.ifft(np.fft.fft(h, length) * np.conj(np.fft.fft(f, length))).real, m - 1)


@exercise.wrong(
    "The values are in the opposite order, from u = n - 1 down. Kernel and signal are exchanged: (f ⋆ h)[u] is (h ⋆ "
    "f)[-u]."
)
def backwards(f, h):
    return correlate_by_fft(f, h)[::-1]


@exercise.wrong(
    "All the values are there, but u = 0 comes first and the negative places come last, as the circle has them. Move "
    "the last m - 1 values to the front."
)
def not_moved(f, h):
    return np.roll(correlate_by_fft(f, h), 1 - len(h))


@exercise.wrong(
    "Moved by one place too many: of the negative places there are m - 1, from -(m - 1) to -1. With m, u = n - 1 comes "
    "first."
)
def moved_by_m(f, h):
    return np.roll(correlate_by_fft(f, h), 1)


@exercise.wrong("Moved by n - 1 places: that is how far the signal goes. The negative places are those of the kernel.")
def moved_by_the_signal(f, h):
    return np.roll(correlate_by_fft(f, h), len(f) - len(h))


@exercise.wrong("These are the places from u = 0 on. The m - 1 negative ones belong to the result, too, and in front.")
def from_zero_on(f, h):
    return correlate_by_fft(f, h)[len(h) - 1 :]


@exercise.wrong(
    "Same result as with np.fft.fftshift, which moves by half of the length, so that the first value comes to the "
    "middle. The place u = 0 belongs at index m - 1, wherever the middle is: np.roll moves by any number of places."
)
def shifted_to_the_middle(f, h):
    return np.fft.fftshift(not_moved(f, h))


@exercise.wrong(
    "The transforms are as long as the longer array, so values of u that differ by this length fall on one place. Fill "
    "up with zeros to n + m - 1."
)
def no_zeros(f, h):
    return _in_length(f, h, max(len(f), len(h)))


def _in_length(f, h, length):
    spectrum = np.conj(np.fft.fft(h, length)) * np.fft.fft(f, length)
    return np.roll(np.fft.ifft(spectrum).real, len(h) - 1)


@exercise.wrong(
    "The transforms have length n + m - 2. They must have room for all the values of u from -(m - 1) to n - 1: count "
    "them, with both ends."
)
def one_too_few(f, h):
    return _in_length(f, h, max(len(f) + len(h) - 2, 1))


@exercise.wrong(
    "Moved the wrong way: np.roll with a negative number moves to the left. The last m - 1 values belong in front."
)
def moved_the_wrong_way(f, h):
    return np.roll(correlate_by_fft(f, h), -2 * (len(h) - 1))


@exercise.wrong(
    "Only the places 0 to n - m, where the kernel lies entirely on the signal, or as mode valid of np.correlate. Here "
    "all n + m - 1 values are asked for."
)
def valid(f, h):
    return np.correlate(f, h, "valid")


@exercise.wrong(
    "As many values as the longer array has, as mode same of np.correlate. Here all n + m - 1 values are asked for."
)
def same(f, h):
    return np.correlate(f, h, "same")


@exercise.wrong(
    "The transforms have length n + m, one more than needed, and the zero that this leaves is still in the result. "
    "More zeros do no harm, but the result has n + m - 1 values."
)
def one_too_many(f, h):
    return _in_length(f, h, len(f) + len(h))


@exercise.wrong(
    "With zeros up to twice the longer array the result is right, but the zeros that are left are still in it. Keep n "
    "+ m - 1 values, from u = -(m - 1) to n - 1."
)
def twice_the_longer(f, h):
    return _in_length(f, h, 2 * max(len(f), len(h)))


@exercise.wrong("The values are right, but the array is complex. The imaginary parts are rounding, and can be dropped.")
def complex_result(f, h):
    return correlate_by_fft(f, h).astype(complex)


@exercise.wrong(
    "The size of a complex number is never negative, and np.abs loses the sign of the result. Take the real part."
)
def absolute_values(f, h):
    return np.abs(correlate_by_fft(f, h))


@exercise.wrong("The result is divided by the length once too often: np.fft.ifft does it already.")
def divided_again(f, h):
    return correlate_by_fft(f, h) / (len(f) + len(h) - 1)


@exercise.wrong(
    "The conjugate is taken of the product, so of both spectra: this is the convolution, reflected on the circle. "
    "Conjugate only the kernel's."
)
def conjugate_of_the_product(f, h):
    length = len(f) + len(h) - 1
    product = np.fft.fft(f, length) * np.fft.fft(h, length)
    return np.roll(np.fft.ifft(np.conj(product)).real, len(h) - 1)


@exercise.wrong(
    "Right for even lengths only. irfft cannot see whether the length was even or odd, and takes it to be even: give "
    "it n + m - 1 as its second argument."
)
def length_not_given(f, h):
    length = len(f) + len(h) - 1
    y = np.fft.irfft(np.conj(np.fft.rfft(h, length)) * np.fft.rfft(f, length))
    return np.roll(y, len(h) - 1)


@exercise.wrong(
    "Right for even lengths only. irfft cannot see whether the length was even or odd, and takes it to be even: what "
    "it needs is the length n + m - 1, also if the kernel is reflected in memory."
)
def length_not_given_reflected(f, h):
    length = len(f) + len(h) - 1
    return np.fft.irfft(np.fft.rfft(h[::-1], length) * np.fft.rfft(f, length))


@exercise.wrong(
    "The transforms are as long as the longer array, so values of u that differ by this length have been added "
    "already. Zeros behind the result come too late: f and h need them, before the transforms."
)
def zeros_too_late(f, h):
    longer = max(len(f), len(h))
    spectrum = np.conj(np.fft.fft(h, longer)) * np.fft.fft(f, longer)
    return np.roll(np.append(np.fft.ifft(spectrum).real, np.zeros(min(len(f), len(h)) - 1)), len(h) - 1)


@exercise.wrong(
    "Right unless the kernel has a single value. Then m - 1 is 0, and y[-0:] is the whole array, not none of it: -0 is "
    "0. Begin the slice at a place counted from the front."
)
def all_instead_of_none(f, h):
    return correlate_by_fft(f, h) if len(h) > 1 else np.append(correlate_by_fft(f, h), correlate_by_fft(f, h))


@exercise.wrong(
    "Right where n + m - 1 is a power of two. In a longer transform the negative places stand at its very end, and "
    "they have been cut off: move first, and cut then."
)
def cut_before_it_is_moved(f, h):
    return _cut_and_moved(f, h, 1 << (len(f) + len(h) - 2).bit_length())


@exercise.wrong(
    "The transforms are longer than n + m - 1, which does no harm. But the negative places stand at the very end then, "
    "and they have been cut off: move first, and cut then."
)
def cut_before_it_is_moved_from_twice_the_longer(f, h):
    return _cut_and_moved(f, h, 2 * max(len(f), len(h)))


def _cut_and_moved(f, h, size):
    n, m = len(f), len(h)
    y = np.fft.ifft(np.conj(np.fft.fft(h, size)) * np.fft.fft(f, size)).real
    return np.roll(y[: n + m - 1], m - 1)


@exercise.wrong(
    "All the values are there, but moved by m - n places: as if the zeros stood in front of f and h. They belong "
    "behind."
)
def zeros_in_front(f, h):
    return np.roll(correlate_by_fft(f, h), len(h) - len(f))


@exercise.wrong(
    "Moved by m - 1 places too many: twice, or once where nothing is to be moved. If the kernel is reflected in "
    "memory, or m - 1 zeros stand in front of the signal, u = -(m - 1) comes first already."
)
def moved_twice(f, h):
    return np.roll(correlate_by_fft(f, h), len(h) - 1)


@exercise.wrong(
    "The conjugate is taken of the signal's spectrum, and nothing is moved. These are the values at the places -u, u = "
    "0 first. Conjugate the kernel's spectrum, then move the negative places to the front."
)
def conjugate_of_the_signal_not_moved(f, h):
    return np.roll(correlate_by_fft(f, h)[::-1], 1 - len(f))


@exercise.wrong(
    "The kernel is reflected twice, in memory and by the conjugate: this is the convolution again, from u = m - 1 on. "
    "Do one of the two."
)
def reflected_twice(f, h):
    return np.roll(np.convolve(f, h), 1 - len(h))


@exercise.wrong(
    "Right for whole numbers of the usual size: elsewhere digits are lost. What the transforms leave behind is tiny "
    "and does no harm: rounding, also to some places after the point, does. Other causes are single precision, and "
    "small numbers that are taken for zero.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(f, h):
    return np.round(correlate_by_fft(f, h), 6)

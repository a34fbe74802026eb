"""Convolution of two periods, by multiplying their transforms."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="circular convolution by the FFT",
    chapter="1-5",
    stars=2,
    minutes=20,
    statement=r"""
    Write `circular_convolve(f, h)` for two real one-dimensional arrays of the same length $n \ge 1$, even or odd. They
    are one period each of two periodic sequences, and the result is one period of

    $$ (f \circledast h)[u] = \sum_{t = 0}^{n - 1} f[t]\, h[(u - t) \bmod n], \qquad 0 \le u < n . $$

    Transform both with `np.fft`, multiply, and transform back. The result is an array of real floats.
    """,
    hints=(
        "The transform turns the circular convolution into the product of the transforms, frequency by frequency.",
        "The three steps are fft, * and ifft. What comes back is complex. How large are its imaginary parts?",
        "With rfft and irfft everything stays real, but irfft has to be told the length: it cannot know it.",
    ),
    remark=r"""
    The imaginary parts would be zero without rounding, and `.real` drops them. The real parts are rounded too: for
    whole numbers the result is whole only up to about $10^{-16}$ times the size of its values, so compare it with
    `np.allclose`, not with `==`. With `rfft`, write `irfft(..., n)`: $n = 2k$ and $n = 2k + 1$ both have $k + 1$
    frequencies, and without the length `irfft` takes it to be even.
    """,
)


@exercise.solution
def circular_convolve(f, h):
    """Circular convolution of two real arrays of one length n: an array of n real numbers.

    >>> circular_convolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 0.0])).round(9)
    array([31., 12., 23.])
    """
    return np.fft.ifft(np.fft.fft(f) * np.fft.fft(h)).real


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 0.0])


@exercise.check("a kernel that shifts", points=1)
def shift(rng):
    for n, by in ((4, 1), (5, 2)):
        yield 2 * whole(rng, n), 2.0 * (np.arange(n) == by)


@exercise.check("even lengths", points=1)
def even(rng):
    for n in (2, 4, 6, 10):
        yield whole(rng, n), whole(rng, n)


@exercise.check("odd lengths", points=1)
def odd(rng):
    for n in (3, 5, 9):
        yield whole(rng, n), whole(rng, n)


@exercise.check("a single value", points=1)
def single(rng):
    yield -np.abs(whole(rng, 1)), 2 * np.abs(whole(rng, 1))


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for n in (2, 3, 4):
        yield fractions(rng, n), fractions(rng, n) / 7
    yield fractions(rng, 5, size=2.0**20), fractions(rng, 5)
    yield fractions(rng, 4, size=2.0**-30), fractions(rng, 4, size=2.0**-30)


@exercise.alternative
def by_real_transforms(f, h):
    return np.fft.irfft(np.fft.rfft(f) * np.fft.rfft(h), len(f))


@exercise.alternative
def by_the_definition(f, h):
    n = len(f)
    out = np.zeros(n)
    for u, t in np.ndindex(n, n):
        out[u] += f[t] * h[(u - t) % n]
    return out


@exercise.alternative
def by_folding_as_a_view(f, h):
    n = len(f)
    out = np.convolve(h, f)
    out[: n - 1] += out[n:]
    return out[:n]


@exercise.alternative
def in_single_precision(f, h):
    return np.fft.ifft(np.fft.fft(f) * np.fft.fft(h)).real.astype(np.float32)


@exercise.wrong(
    "The values are right, but the array is complex. The convolution of real sequences is real: the imaginary parts "
    "are rounding, and can be dropped."
)
def complex_result(f, h):
    return np.fft.ifft(np.fft.fft(f) * np.fft.fft(h))


@exercise.wrong(
    "The size of a complex number is never negative, and np.abs loses the sign of the result. The imaginary part is "
    "rounding: take the real part."
)
def absolute_values(f, h):
    return np.abs(circular_convolve(f, h))


@exercise.wrong(
    "Right for even lengths only. From the transform of rfft one cannot see whether the length was even or odd, and "
    "irfft takes it to be even: give it the length as its second argument."
)
def length_not_given(f, h):
    return np.fft.irfft(np.fft.rfft(f) * np.fft.rfft(h))


@exercise.wrong(
    "Same result as if the transform of h were conjugated, which reflects h: this is a circular cross-correlation. A "
    "convolution multiplies the transforms as they are."
)
def second_conjugated(f, h):
    return np.fft.ifft(np.fft.fft(f) * np.conj(np.fft.fft(h))).real


@exercise.wrong(
    "Same result as if the transform of f were conjugated, which reflects f: this is a circular cross-correlation. A "
    "convolution multiplies the transforms as they are."
)
def first_conjugated(f, h):
    return np.fft.ifft(np.conj(np.fft.fft(f)) * np.fft.fft(h)).real


@exercise.wrong(
    "The order of the kernel is reversed before the transform. The reflection belongs to the definition, and the "
    "product of the transforms contains it: leave h as it is."
)
def reversed_kernel(f, h):
    return circular_convolve(f, h[::-1])


@exercise.wrong(
    "This is the full convolution, with 2n - 1 values. Here the sequences are periodic: what runs over the end is "
    "added at the beginning, and n values are left."
)
def full(f, h):
    return np.convolve(f, h)


@exercise.wrong(
    "What runs over the end is lost: these are the first n values of the full convolution, as if zeros came after f "
    "and h. The sequences are periodic, so do not pad the transforms."
)
def cut_off(f, h):
    return np.convolve(f, h)[: len(f)]


@exercise.wrong(
    "Right where the length is a power of two. For the others zeros are added up to the next one, and this changes the "
    "period. The transform exists for every length: use n itself."
)
def padded_to_a_power_of_two(f, h):
    n = len(f)
    longer = 1 << (n - 1).bit_length()
    return np.fft.ifft(np.fft.fft(f, longer) * np.fft.fft(h, longer)).real[:n]


@exercise.wrong(
    "The result is divided by n once too often. np.fft.ifft does it already, and only it, without a `norm`: it is the "
    "last transform, and the first two are fft."
)
def divided_again(f, h):
    return circular_convolve(f, h) / len(f)


@exercise.wrong("The result is n times too large. np.fft.ifft divides by n, and nothing has to make up for it.")
def times_n(f, h):
    return circular_convolve(f, h) * len(f)


@exercise.wrong(
    "The last transform is a forward one: the result is n times too large and runs backwards. The way back is ifft."
)
def forward_again(f, h):
    return np.fft.fft(np.fft.fft(f) * np.fft.fft(h)).real


@exercise.wrong(
    'With norm="ortho" in all three transforms the result is too small by the square root of n. The theorem about '
    "products holds for the transforms without a factor in front, which is NumPy's default."
)
def orthonormal(f, h):
    return circular_convolve(f, h) / np.sqrt(len(f))


@exercise.wrong(
    "The real parts are taken too early, before the product. The imaginary parts of the transforms say where things "
    "are: only after the way back they are rounding."
)
def real_too_early(f, h):
    return np.fft.ifft(np.fft.fft(f).real * np.fft.fft(h).real).real


@exercise.wrong(
    "Only the sizes of the transforms are multiplied. Their phases say where things are: multiply the complex numbers "
    "as they are."
)
def phases_lost(f, h):
    return np.fft.ifft(np.abs(np.fft.fft(f)) * np.abs(np.fft.fft(h))).real


@exercise.wrong(
    "The transforms are multiplied to a single number, as @ or np.dot does, or their products are added up. There is "
    "one product for each frequency, by *, and all of them are transformed back."
)
def inner_product(f, h):
    return np.append(len(f) * by_the_definition(f, h)[0], np.zeros(len(f) - 1))


@exercise.wrong(
    "The result is moved by half a period, as fftshift does for pictures of spectra. Here the place 0 comes first, and "
    "nothing has to be moved."
)
def moved_by_half(f, h):
    return np.fft.fftshift(circular_convolve(f, h))


@exercise.wrong(
    "The values are multiplied place by place, in place of the transforms. The product becomes a convolution only on "
    "the other side of the transform."
)
def product_of_values(f, h):
    return f * h


@exercise.wrong(
    "The result is as long as two periods: the transforms are padded with zeros to length 2n. That is the way to the "
    "full convolution. Here nothing is padded, and what runs over the end is added at the beginning."
)
def padded_to_twice(f, h):
    return np.append(np.convolve(f, h), 0.0)


@exercise.wrong(
    "This is the product of the transforms, number for each frequency. It has to be transformed back, with ifft: only "
    "then the places are places again."
)
def not_transformed_back(f, h):
    return np.fft.fft(f) * np.fft.fft(h)


@exercise.wrong(
    "This is the real part of the product of the transforms. The way back, ifft, is missing: take the real part after "
    "it, not in its place."
)
def real_part_of_the_product(f, h):
    return (np.fft.fft(f) * np.fft.fft(h)).real


@exercise.wrong(
    "Same result as np.convolve with mode same: the middle of the full convolution, with zeros around. Here what runs "
    "over the end is added at the beginning, and place 0 comes first."
)
def same_mode(f, h):
    return np.convolve(f, h, "same")


@exercise.wrong(
    "rfft gives only the first half of the frequencies, and ifft has taken zeros for the others. The way back from "
    "rfft is irfft, which knows that they are conjugates; it is to be told the length."
)
def half_of_the_frequencies(f, h):
    return np.fft.ifft(np.fft.rfft(f) * np.fft.rfft(h), len(f)).real


@exercise.wrong(
    "rfft gives only the first half of the frequencies, and ifft as many values. The way back from rfft is irfft, with "
    "the length."
)
def half_of_the_values(f, h):
    return np.fft.ifft(np.fft.rfft(f) * np.fft.rfft(h)).real


@exercise.wrong(
    "What runs over the end is added one place too far to the right. Place n of the full convolution is place 0 of the "
    "circular one."
)
def folded_one_too_far(f, h):
    full = np.convolve(f, h)
    return full[: len(f)] + np.append(0.0, full[len(f) :])


@exercise.wrong(
    "The result is moved by half a period, as by ifftshift. Place 0 comes first already: nothing has to be moved."
)
def moved_back_by_half(f, h):
    return np.fft.ifftshift(circular_convolve(f, h))


@exercise.wrong(
    "The result runs backwards: place u stands at -u. A second forward transform does this, even if it is divided by "
    "n, and so do conjugates of both transforms. The way back is ifft, of the product as it is."
)
def backwards(f, h):
    return np.roll(circular_convolve(f, h)[::-1], 1)


@exercise.wrong(
    "Right for whole numbers of the usual size: elsewhere digits are lost. Rounding makes whole results look nice, and "
    "spoils the others. What the transforms leave behind is tiny: leave it there, and compare with a tolerance. Other "
    "causes are single precision, and small numbers that are taken for zero.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(f, h):
    return np.round(circular_convolve(f, h))

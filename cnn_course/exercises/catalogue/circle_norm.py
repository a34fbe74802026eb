"""The norm of a circular layer with several channels, by a Fourier transform."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="the norm of a layer on a circle",
    chapter="2-1",
    stars=2,
    minutes=30,
    goals=(3, 5),
    statement=r"""
    A layer with $C$ input and $O$ output channels slides its kernels over signals of $n$ values on a *circle*, at
    stride 1:

    $$ \begin{aligned} &y[o, u] \\ &\quad = \sum_{c, v} w[o, c, v]\; x[c, (u + v) \bmod n] . \end{aligned} $$

    Write `circle_norm(w, n)`, which returns the norm of the map $x \mapsto y$, the largest $\lVert y \rVert$ for
    $\lVert x \rVert = 1$. The weight has the shape $(O, C, k)$; $k$ may be larger than $n$. Do not build the matrix of
    $O n \times C n$ numbers: at each frequency there is one of $O \times C$.
    """,
    hints=(
        "For one channel: which waves fit on a circle of n values, and by what is each multiplied?",
        "With channels, the wave comes with a vector of C numbers. What is the largest factor for one frequency?",
        "If the kernel is longer than the circle, taps whose indices differ by n meet the same value: add them up.",
    ),
    remark=r"""
    `np.linalg.norm` and `np.linalg.svd` work on the last two axes of a stack of matrices, so that the frequencies have
    to come first. `np.fft.fft(w, n)` cuts a kernel that is longer than $n$, without a word; this is the mistake that is
    made most often. Whether the transform takes $e^{-\mathrm i \omega v}$ or $e^{\mathrm i \omega v}$ does not
    matter: for real weights the two matrices are conjugates of each other and have the same norm.

    For the layer with zeros around the signal the result is neither an upper nor a lower bound.
    """,
)


@exercise.solution
def circle_norm(w, n):
    """Norm of the circular layer with the weight w, of shape (O, C, k), on signals of n values.

    >>> round(circle_norm(np.array([[[-1.0, 1.0]]]), 3), 4)
    1.7321
    """
    outputs, channels, k = w.shape
    wrapped = np.zeros((outputs, channels, n))
    for v in range(k):
        wrapped[:, :, v % n] += w[:, :, v]
    symbol = np.fft.fft(wrapped, axis=2).transpose(2, 0, 1)  # (n, O, C)
    return float(np.linalg.norm(symbol, 2, axis=(1, 2)).max())


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[-1.0, 1.0]]]), 3


@exercise.check("one channel", points=2)
def one_channel(rng):
    yield apart(rng, 1, 1, 2) * [1, -1], 5
    yield apart(rng, 1, 1, 3) * [1, -1, -1], 7
    yield apart(rng, 1, 1, 4) * [1, 1, -1, 1], 4


@exercise.check("a kernel of one tap, and a circle of one value", points=1)
def smallest(rng):
    yield apart(rng, 2, 3, 1), 4
    yield apart(rng, 1, 1, 1), 1
    yield apart(rng, 2, 2, 1), 1


@exercise.check("several channels", points=2)
def several(rng):
    yield apart(rng, 2, 3, 2), 5
    yield apart(rng, 3, 2, 3), 6
    yield apart(rng, 2, 2, 4) * [1, -1, 1, -1], 5


@exercise.check("kernels that are longer than the circle", points=1)
def wrapped(rng):
    yield (40 + apart(rng, 1, 1, 5)) * [1, -1, -1, 1, -1], 3
    yield apart(rng, 2, 2, 4) * [1, -1, 1, -1], 2
    yield (40 + apart(rng, 1, 2, 7)) * [1, -1, -1, 1, -1, -1, 1], 3


@exercise.check("numbers that are not whole, large and small", points=1)
def other_numbers(rng):
    yield abs(fractions(rng, 2, 2, 3)) * [1, -1, 1] / 7, 5
    yield abs(fractions(rng, 1, 2, 2, size=2.0**30)) * [1, -1], 5
    yield abs(fractions(rng, 2, 1, 3, size=2.0**-30)) * [1, -1, 1], 4


def apart(rng, *shape):
    """Whole numbers above 0, of which no two are equal: no order of them can be taken for another."""
    return rng.permutation(np.arange(1.0, 41.0))[: int(np.prod(shape))].reshape(shape)


@exercise.alternative
def by_angles(w, n):
    largest = 0.0
    for j in range(n):
        waves = np.exp(2j * np.pi * j * np.arange(w.shape[2]) / n)
        largest = max(largest, np.linalg.svd(w @ waves, compute_uv=False)[0])
    return largest


@exercise.alternative
def by_the_matrix(w, n):
    outputs, channels, k = w.shape
    A = np.zeros((outputs, n, channels, n))
    for u in range(n):
        for v in range(k):
            A[:, u, :, (u + v) % n] += w[:, :, v]
    return np.linalg.norm(A.reshape(outputs * n, channels * n), 2)


def _symbol(w, n):
    waves = np.exp(2j * np.pi * np.outer(np.arange(w.shape[2]), np.arange(n)) / n)
    return np.moveaxis(w @ waves, 2, 0)  # (n, O, C)


@exercise.wrong(
    "Right unless the kernel is longer than the circle. `np.fft.fft(w, n)` leaves out the taps from n on; on the "
    "circle they meet the same values as the taps n places before them, and have to be added to these."
)
def cut(w, n):
    return circle_norm(w[:, :, :n], n)


@exercise.wrong(
    "For one channel this is right. With several, the factor of a frequency is a matrix, whose norm is its largest "
    "singular value. This is the largest entry in modulus."
)
def largest_entry(w, n):
    return np.abs(_symbol(w, n)).max()


@exercise.wrong(
    "This is the Frobenius norm of the matrix of a frequency. It is the root of the sum of the squares of all singular "
    "values; the largest of them alone is asked for."
)
def frobenius(w, n):
    return np.linalg.norm(_symbol(w, n), axis=(1, 2)).max()


@exercise.wrong(
    "This is the norm of the weight, reshaped to a matrix with O rows. It is what the layer does to one window, seen "
    "alone, and in general less than the norm of the layer."
)
def reshaped(w, n):
    return np.linalg.norm(w.reshape(len(w), -1), 2)


@exercise.wrong(
    "This is the sum of the norms of the taps. By the triangle inequality it is an upper bound, but at no frequency do "
    "all taps have to work in the same direction."
)
def sum_of_taps(w, n):
    return sum(np.linalg.norm(w[:, :, v], 2) for v in range(w.shape[2]))


@exercise.wrong(
    "This is Young's bound, from the sums of the moduli of the kernels: an upper bound for every size, and not the "
    "norm on this circle."
)
def young(w, n):
    return np.linalg.norm(np.abs(w).sum(axis=2), 2)


@exercise.wrong(
    "Only the frequency 0 is looked at, the constant wave. Where weights have different signs another one is often "
    "enlarged more."
)
def constant_wave(w, n):
    return np.linalg.norm(w.sum(axis=2), 2)


@exercise.wrong(
    "The transform is taken in the length of the kernel. The waves that fit on the circle of n values have the angles "
    "2 pi j / n: there are n of them."
)
def in_the_length_of_the_kernel(w, n):
    return circle_norm(w, w.shape[2])


@exercise.wrong(
    "Here the imaginary parts are lost: the factor of a frequency is a complex number, or a matrix of them, and its "
    "size has both parts. Do not take `.real`, and no array of floats, before the norm."
)
def real_part(w, n):
    return np.linalg.norm(_symbol(w, n).real, 2, axis=(1, 2)).max()


@exercise.wrong("This is the square of the norm: a factor of the energy. The root is missing.")
def squared(w, n):
    return circle_norm(w, n) ** 2


@exercise.wrong(
    "The factors of all frequencies are averaged, or their squares are. One wave alone can be the input, so that the "
    "largest factor counts."
)
def mean_of_frequencies(w, n):
    return np.linalg.norm(_symbol(w, n), 2, axis=(1, 2)).mean()


@exercise.wrong(
    "The transform has run along an axis of channels. The taps are the last axis of the weight: transform along it, "
    "and then bring the frequencies to the front."
)
def along_the_channels(w, n):
    return np.linalg.norm(np.fft.fft(w, n, axis=1).transpose(1, 0, 2), 2, axis=(1, 2)).max()

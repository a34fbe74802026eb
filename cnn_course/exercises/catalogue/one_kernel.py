"""The first three branches of a module without reductions are one convolution with windows of 5 x 5."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="three branches as one layer",
    chapter="5-4",
    stars=2,
    minutes=20,
    goals=(5,),
    statement=r"""
    Three convolutions look at the same $C$ channels side by side, without biases and with stride 1: windows of
    $1 \times 1$ without padding, of $3 \times 3$ with padding 1, and of $5 \times 5$ with padding 2. Their outputs are
    concatenated in this order. Their weights `w1`, `w3` and `w5` have the shapes $(O_1, C, 1, 1)$, $(O_3, C, 3, 3)$
    and $(O_5, C, 5, 5)$.

    Write `one_kernel(w1, w3, w5)`. It returns the weight of a single convolution with windows of $5 \times 5$, stride 1
    and padding 2 that has the same output for every input, of shape $(O_1 + O_3 + O_5, C, 5, 5)$, as floats. As always
    in networks, a convolution does not turn its kernels.
    """,
    hints=(
        "Where, in a window of 5 x 5 with padding 2, is the pixel at whose position the output stands?",
        "A tap that a smaller window does not have is a tap with the weight 0.",
    ),
    remark=r"""
    So the three convolutions of a module without reductions are one $5 \times 5$ layer in which many weights are tied
    to zero: of the $25\, C$ of a $1 \times 1$ or $3 \times 3$ filter, all but $C$ or $9\, C$. It can do nothing that
    a $5 \times 5$ layer with all weights free cannot, and does it with fewer products and fewer numbers
    to learn. With reductions and their relus this is no longer so.
    """,
)


@exercise.solution
def one_kernel(w1, w3, w5):
    """Weight (O1 + O3 + O5, C, 5, 5) of a convolution that does what three side by side do.

    >>> w1, w3, w5 = np.ones((1, 1, 1, 1)), np.ones((1, 1, 3, 3)), np.ones((2, 1, 5, 5))
    >>> w = one_kernel(w1, w3, w5)
    >>> w.shape, w[0, 0].sum().tolist(), w[1, 0, 1].tolist()
    ((4, 1, 5, 5), 1.0, [0.0, 1.0, 1.0, 1.0, 0.0])
    """
    filters, channels = len(w1) + len(w3) + len(w5), w1.shape[1]
    out = np.zeros((filters, channels, 5, 5))
    out[: len(w1), :, 2:3, 2:3] = w1
    out[len(w1) : len(w1) + len(w3), :, 1:4, 1:4] = w3
    out[len(w1) + len(w3) :] = w5
    return out


def weights(rng, counts, channels):
    """Three weights whose numbers are all different."""
    sizes = [count * channels * k * k for count, k in zip(counts, (1, 3, 5), strict=True)]
    numbers = rng.permutation(np.arange(1.0, sum(sizes) + 1))
    parts = np.split(numbers, np.cumsum(sizes)[:-1])
    return tuple(p.reshape(-1, channels, k, k) for p, k in zip(parts, (1, 3, 5), strict=True))


@exercise.check("the example", points=0)
def example(rng):
    yield np.ones((1, 1, 1, 1)), np.ones((1, 1, 3, 3)), np.ones((2, 1, 5, 5))


@exercise.check("one filter each", points=1)
def one_each(rng):
    yield weights(rng, (1, 1, 1), 1)
    yield weights(rng, (1, 1, 1), 2)


@exercise.check("several filters and channels", points=2)
def several(rng):
    yield weights(rng, (2, 2, 2), 2)
    yield weights(rng, (3, 1, 2), 2)
    yield weights(rng, (1, 2, 3), 3)


@exercise.check("fractions, and integers", points=1)
def not_whole(rng):
    yield fractions(rng, 2, 1, 1, 1), fractions(rng, 1, 1, 3, 3), fractions(rng, 1, 1, 5, 5)
    w1, w3, w5 = weights(rng, (1, 2, 1), 2)
    yield w1.astype(int), w3 / 16, w5 / 16


@exercise.alternative
def padded(w1, w3, w5):
    around = [np.pad(w, [(0, 0), (0, 0), (p, p), (p, p)]) for w, p in ((w1, 2), (w3, 1), (w5, 0))]
    return np.concatenate(around).astype(float)


def _placed(w1, w3, w5, at1, at3):
    out = np.zeros((len(w1) + len(w3) + len(w5), w1.shape[1], 5, 5))
    out[: len(w1), :, at1 : at1 + 1, at1 : at1 + 1] = w1
    out[len(w1) : len(w1) + len(w3), :, at3 : at3 + 3, at3 : at3 + 3] = w3
    out[len(w1) + len(w3) :] = w5
    return out


@exercise.wrong(
    "The small kernels lie in the upper left corner of the window. With padding 2 the output stands at the middle of "
    "the window, so they belong there; in the corner they look two pixels and one pixel too far up and left."
)
def in_the_corner(w1, w3, w5):
    return _placed(w1, w3, w5, 0, 0)


@exercise.wrong("The small kernels lie in the lower right corner of the window; the output stands at its middle.")
def in_the_last_corner(w1, w3, w5):
    return _placed(w1, w3, w5, 4, 2)


@exercise.wrong("The 3x3 kernels begin at row and column 2. Their middle, and not their corner, belongs to the middle.")
def threes_begin_in_the_middle(w1, w3, w5):
    return _placed(w1, w3, w5, 2, 2)


@exercise.wrong("The branches stand in the opposite order: first come the channels of the 1x1 convolution.")
def opposite_order(w1, w3, w5):
    w = one_kernel(w1, w3, w5)
    a, b = len(w1), len(w1) + len(w3)
    return np.concatenate([w[b:], w[a:b], w[:a]])


@exercise.wrong(
    "The kernels are turned by 180 degrees, as convolution in mathematics does. A layer does not turn them."
)
def turned(w1, w3, w5):
    return one_kernel(w1, w3, w5)[:, :, ::-1, ::-1]


@exercise.wrong("The 3x3 kernels are spread: their taps lie two pixels apart, as with dilation 2. They are neighbours.")
def dilated(w1, w3, w5):
    w = one_kernel(w1, w3, w5)
    w[len(w1) : len(w1) + len(w3)] = 0
    w[len(w1) : len(w1) + len(w3), :, ::2, ::2] = w3
    return w


@exercise.wrong(
    "The border of the small kernels is filled with copies of their outer numbers. What a smaller window does not see "
    "has the weight 0."
)
def copied_border(w1, w3, w5):
    around = [np.pad(w, [(0, 0), (0, 0), (p, p), (p, p)], mode="edge") for w, p in ((w1, 2), (w3, 1), (w5, 0))]
    return np.concatenate(around).astype(float)


@exercise.wrong(
    "Digits after the point are lost: somewhere fractions are put into an array of integers. Take an array of floats.",
    fails=("fractions, and integers",),
)
def whole_numbers(w1, w3, w5):
    return np.round(one_kernel(w1, w3, w5))

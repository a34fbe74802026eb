"""Pixel shuffle: the channels of a small map become the pixels of a large one."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="shuffle channels into pixels",
    chapter="3-4",
    stars=2,
    minutes=25,
    goals=(6,),
    statement=r"""
    A sub-pixel convolution computes $s^2$ channels for each channel of the large image, all on the small map, and
    interleaves them at the end. Write this last step, `pixel_shuffle(x, s)`, in the order of PyTorch: `x` has shape
    (N, C s s, H, W), and the result $z$, of the dtype of `x`, has shape (N, C, s H, s W), with

    $$
    \begin{aligned}
    & z[n, c, i s + a, j s + b] \\
    &= x[n, c s^2 + a s + b, i, j]
    \end{aligned}
    $$

    for $0 \le a, b < s$. You may rely on $s \ge 1$, and on a number of channels that $s^2$ divides.
    """,
    hints=(
        "What is the block of s times s pixels at the upper left of channel 0? Write down for each of them from which "
        "channel of x it comes.",
        "Two loops over a and b are enough: each pair fills every s-th row and every s-th column of all channels at "
        "once.",
        "Or without loops: cut the axis of the channels into three, (C, s, s), bring each s next to the axis that it "
        "refines, and join them.",
    ),
    remark=r"""
    Without loops: `x.reshape(n, c, s, s, h, w)` has the axes $n, c, a, b, i, j$; `transpose(0, 1, 4, 2, 5, 3)` brings
    them into the order $n, c, i, a, j, b$, and a last `reshape` joins $(i, a)$ to a row and $(j, b)$ to a column.
    Nothing is computed, numbers only change their positions: for $s = 1$ not even that. Its adjoint is the shuffle
    back, which is its inverse as well, because the matrix of a permutation is orthogonal: here the transpose
    *does* undo the map. Other libraries let the channel run fastest, $x[n, (a s + b)\, C + c, i, j]$; weights
    that come from there have to be sorted anew.
    """,
)


@exercise.solution
def pixel_shuffle(x, s):
    """Interleave the channels: (N, C s s, H, W) -> (N, C, s H, s W).

    >>> pixel_shuffle(np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 4, 1, 1), 2)
    array([[[[1., 2.],
             [3., 4.]]]])
    """
    n, channels, h, w = x.shape
    z = np.zeros((n, channels // s**2, s * h, s * w), dtype=x.dtype)
    for a in range(s):
        for b in range(s):
            z[:, :, a::s, b::s] = x[:, a * s + b :: s**2]
    return z


def numbered(rng, *shape):
    """Whole numbers, each once, in a random order: wherever one goes, it is known."""
    return rng.permutation(np.prod(shape)).reshape(shape) + 1.0


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 4, 1, 1), 2


@exercise.check("one channel, one pixel", points=1)
def one_pixel(rng):
    yield numbered(rng, 1, 4, 1, 1), 2
    yield numbered(rng, 1, 9, 1, 1), 3


@exercise.check("one channel, several pixels", points=1)
def several_pixels(rng):
    yield numbered(rng, 1, 4, 1, 3), 2
    yield numbered(rng, 1, 4, 3, 2), 2
    yield numbered(rng, 1, 9, 2, 3), 3


@exercise.check("several channels", points=1)
def several_channels(rng):
    yield numbered(rng, 1, 8, 1, 1), 2
    yield numbered(rng, 1, 12, 2, 3), 2
    yield numbered(rng, 1, 18, 2, 1), 3


@exercise.check("several images, and a factor of 1", points=1)
def images(rng):
    yield numbered(rng, 3, 8, 2, 3), 2
    yield numbered(rng, 2, 3, 2, 3), 1


@exercise.check("fractions, and integers stay integers", points=1)
def kinds(rng):
    yield fractions(rng, 2, 8, 2, 2), 2
    yield fractions(rng, 1, 9, 2, 2, size=2.0**-40), 3
    yield whole(rng, 1, 8, 1, 2).astype(int), 2


@exercise.alternative
def by_transposing(x, s):
    n, channels, h, w = x.shape
    parts = x.reshape(n, channels // s**2, s, s, h, w)
    return parts.transpose(0, 1, 4, 2, 5, 3).reshape(n, channels // s**2, s * h, s * w)


@exercise.alternative
def pixel_by_pixel(x, s):
    n, channels, h, w = x.shape
    z = np.empty((n, channels // s**2, h * s, w * s), x.dtype)
    for image, c, row, column in np.ndindex(*z.shape):
        source = c * s * s + (row % s) * s + column % s
        z[image, c, row, column] = x[image, source, row // s, column // s]
    return z


@exercise.alternative
def as_stamps(x, s):
    n, channels, h, w = x.shape
    blocks = x.reshape(n, channels // (s * s), s * s, h, w)
    z = np.zeros((n, channels // (s * s), h * s, w * s), x.dtype)
    for i, j in np.ndindex(h, w):
        stamp = blocks[..., i, j].reshape(n, -1, s, s)
        z[:, :, i * s : i * s + s, j * s : j * s + s] += stamp
    return z


def order(x, s, axes, split="cab"):
    """The shuffle with the channels cut into other parts, or the six axes put into another order."""
    n, channels, h, w = x.shape
    sizes = {"c": channels // s**2, "a": s, "b": s}
    parts = x.reshape(n, *(sizes[letter] for letter in split), h, w)
    return parts.transpose(axes).reshape(n, channels // s**2, s * h, s * w)


@exercise.wrong(
    "Within each block rows and columns are exchanged. The remainder of a channel's number is a s + b: a, the row in "
    "the block, is counted in steps of s, and b, the column, in steps of one."
)
def rows_and_columns_exchanged(x, s):
    return order(x, s, (0, 1, 4, 3, 5, 2))


@exercise.wrong(
    "With several channels they are taken in the order of other libraries, c + C (a s + b). Here the s² channels that "
    "make one channel of the result stand side by side: c s² + a s + b."
)
def channel_runs_fastest(x, s):
    return order(x, s, (0, 3, 4, 1, 5, 2), split="abc")


@exercise.wrong(
    "The small maps lie beside each other, like tiles. They are to be interleaved: neighbouring pixels of the result "
    "come from different channels."
)
def tiles(x, s):
    return order(x, s, (0, 1, 2, 4, 3, 5))


@exercise.wrong(
    "This is x.reshape with the new shape. It keeps the order in memory, in which all of one channel comes before the "
    "next; here the channels have to be interleaved. Cut the axes, transpose them, and join them only then."
)
def only_reshaped(x, s):
    return x.reshape(x.shape[0], -1, s * x.shape[2], s * x.shape[3])


@exercise.wrong(
    "The rows are interleaved and the columns are not: the maps of a block lie beside each other. The column is "
    "j s + b."
)
def rows_only(x, s):
    return order(x, s, (0, 1, 4, 2, 3, 5))


@exercise.wrong(
    "The columns are interleaved and the rows are not: the maps of a block lie above each other. The row is i s + a."
)
def columns_only(x, s):
    return order(x, s, (0, 1, 2, 4, 5, 3))


@exercise.wrong(
    "Each pixel of the first channels is repeated s times in each direction. Every pixel of a block comes from a "
    "channel of its own."
)
def pixels_repeated(x, s):
    return x[:, : x.shape[1] // s**2].repeat(s, axis=2).repeat(s, axis=3)


@exercise.wrong(
    "Each pixel of every s²-th channel is repeated s times in each direction. Every pixel of a block comes from a "
    "channel of its own, a s + b further on."
)
def first_of_each_repeated(x, s):
    return x[:, :: s**2].repeat(s, axis=2).repeat(s, axis=3)


@exercise.wrong("All blocks stand upside down and backwards: a and b are counted from the end.")
def blocks_turned(x, s):
    n, channels, h, w = x.shape
    blocks = x.reshape(n, channels // s**2, s * s, h, w)[:, :, ::-1]
    return order(blocks.reshape(x.shape), s, (0, 1, 4, 2, 5, 3))


@exercise.wrong("Only the first image is shuffled, and the others are zero.")
def first_image_only(x, s):
    z = pixel_shuffle(x, s)
    z[1:] = 0
    return z


@exercise.wrong("Only the first channel of the result is filled, and the others are zero.")
def first_channel_only(x, s):
    z = pixel_shuffle(x, s)
    z[:, 1:] = 0
    return z


@exercise.wrong(
    "This is the way back, from pixels to channels: it makes the map smaller. Here the map becomes larger, and the "
    "channels fewer."
)
def unshuffled(x, s):
    n, channels, h, w = x.shape
    z = np.zeros((n, channels * s * s, h // s, w // s), x.dtype)
    for a, b in np.ndindex(s, s):
        part = x[:, :, a : h // s * s : s, b : w // s * s : s]
        z[:, a * s + b :: s * s] = part
    return z


@exercise.wrong(
    "Every block is filled with the mean of its channels. No numbers are mixed here: each pixel of the result is one "
    "number of x."
)
def means_of_the_channels(x, s):
    n, channels, h, w = x.shape
    means = x.reshape(n, channels // s**2, s**2, h, w).mean(axis=2)
    return means.repeat(s, axis=2).repeat(s, axis=3)


@exercise.wrong(
    "Along a row of a block stands one number, s times. The column of a block has channels of its own, too: the "
    "channel is a s + b, and b counts the columns."
)
def columns_repeated(x, s):
    return pixel_shuffle(x[:, ::s].repeat(s, axis=1), s)

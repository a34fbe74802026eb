"""The share of the squares of feature maps that the best reduction of their channels loses."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="what the best reduction of channels loses",
    chapter="5-4",
    stars=2,
    minutes=25,
    goals=(3,),
    statement=r"""
    Feature maps `x` have the shape $(N, C, H, W)$, with at least as many pixels $N H W$ as channels. They are reduced
    to `m` channels by a $1 \times 1$ convolution, with $0 < m < C$, and expanded to $C$ channels by another one, both
    without biases and with the best weights. Write `reduction_error(x, m)`. It returns the *share of the squares* that
    is lost,

    $$ \frac{\lVert x - \text{what comes back} \rVert^2}{\lVert x \rVert^2} , $$

    a number from 0 to 1. No channel is zero everywhere.
    """,
    hints=(
        "What is one pixel? A vector with one number for each channel. Which axis must come first, before the others "
        "are joined to one?",
        "The best reduction keeps the directions with the largest singular values. Whose squares are lost?",
    ),
    remark=r"""
    The squares of the singular values are the eigenvalues of the $C \times C$ matrix $X X^{\top}$, which is small even
    where there are millions of pixels. It is cheaper to add up this matrix image by image than to decompose $X$, and
    exact enough as long as one does not ask for shares near the rounding unit.
    """,
)


@exercise.solution
def reduction_error(x, m):
    """Share of the squares of x (N, C, H, W) that the best reduction to m channels loses.

    >>> x = np.array([[[[3.0, 0.0]], [[0.0, 4.0]]]])
    >>> round(reduction_error(x, 1), 6)
    0.36
    """
    pixels = np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)
    s = np.linalg.svd(pixels, compute_uv=False)
    return float((s[m:] ** 2).sum() / (s**2).sum())


def mixed(rng, images, channels, height, width):
    """Maps whose channels are combinations of each other, and not small."""
    x = fractions(rng, images, channels, height, width)
    x[:, 1:] += x[:, :-1]
    return x + 3


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[3.0, 0.0]], [[0.0, 4.0]]]]), 1


@exercise.check("one image", points=2)
def one_image(rng):
    yield mixed(rng, 1, 2, 2, 3), 1
    yield mixed(rng, 1, 3, 3, 4), 1
    yield mixed(rng, 1, 3, 4, 2), 2


@exercise.check("several images", points=2)
def several_images(rng):
    yield mixed(rng, 2, 3, 3, 2), 1
    yield mixed(rng, 3, 4, 2, 5), 2
    yield mixed(rng, 4, 5, 3, 3), 3


@exercise.check("large and small numbers", points=1)
def sizes(rng):
    yield 2.0**20 * mixed(rng, 2, 3, 4, 3), 1
    yield 2.0**-20 * mixed(rng, 2, 4, 3, 3), 2


@exercise.alternative
def by_eigenvalues(x, m):
    values = np.linalg.eigvalsh(np.einsum("nchw,ndhw->cd", x, x))
    return values[: len(values) - m].sum() / values.sum()


@exercise.alternative
def by_reconstruction(x, m):
    pixels = x.transpose(1, 0, 2, 3).reshape(x.shape[1], -1)
    u = np.linalg.svd(pixels, full_matrices=False)[0][:, :m]
    return ((pixels - u @ (u.T @ pixels)) ** 2).sum() / (pixels**2).sum()


def _share(pixels, m):
    s = np.linalg.svd(pixels, compute_uv=False)
    return (s[m:] ** 2).sum() / (s**2).sum()


@exercise.wrong(
    "Right for one image. With several, reshape puts numbers of different channels into one row, since the images come "
    "first: bring the axis of the channels to the front before you join the others."
)
def reshaped(x, m):
    return _share(x.reshape(x.shape[1], -1), m)


@exercise.wrong(
    "The rows of your matrix are not pixels. reshape(-1, C) cuts the numbers in the order in which they lie in memory, "
    "where the channels come before height and width: move their axis to the end first."
)
def channels_not_moved(x, m):
    return _share(x.reshape(-1, x.shape[1]), m)


@exercise.wrong("This is the share that is kept. Lost are the squares from s[m] on.")
def kept(x, m):
    return 1 - reduction_error(x, m)


@exercise.wrong("These are sums of singular values. The squares of the numbers of x add up to the squares of them.")
def not_squared(x, m):
    s = np.linalg.svd(np.moveaxis(x, 1, 0).reshape(x.shape[1], -1), compute_uv=False)
    return s[m:].sum() / s.sum()


@exercise.wrong("This is the root of the share: a quotient of norms. Asked for is the quotient of their squares.")
def root(x, m):
    return reduction_error(x, m) ** 0.5


@exercise.wrong("This is what is lost, and not its share. Divide by the sum of all squares.")
def not_divided(x, m):
    return reduction_error(x, m) * (x**2).sum()


@exercise.wrong(
    "Here the mean of each channel has been subtracted first, as for a covariance. The convolutions have no biases, "
    "which would be needed for that."
)
def centred(x, m):
    return reduction_error(x - x.mean(axis=(0, 2, 3), keepdims=True), m)


@exercise.wrong("One singular value too few is lost: s[0] to s[m - 1] are kept, and s[m] is the first of the tail.")
def one_too_few(x, m):
    s = np.linalg.svd(np.moveaxis(x, 1, 0).reshape(x.shape[1], -1), compute_uv=False)
    return (s[m + 1 :] ** 2).sum() / (s**2).sum()


@exercise.wrong(
    "The eigenvalues come in ascending order, so that the small ones are the first: the m largest stand at the end."
)
def ascending(x, m):
    values = np.linalg.eigvalsh(np.einsum("nchw,ndhw->cd", x, x))
    return values[m:].sum() / values.sum()


@exercise.wrong(
    "Here m of the channels are kept as they are, the first ones. A 1x1 convolution may keep combinations of channels, "
    "which loses less."
)
def first_channels(x, m):
    return (x[:, m:] ** 2).sum() / (x**2).sum()


@exercise.wrong(
    "Here the m strongest channels are kept as they are. A 1x1 convolution may keep combinations of channels, which "
    "loses less."
)
def strongest_channels(x, m):
    squares = np.sort((x**2).sum(axis=(0, 2, 3)))
    return squares[: len(squares) - m].sum() / squares.sum()


@exercise.wrong("Right for one image. With several, only the first one has been looked at.")
def first_image(x, m):
    return reduction_error(x[:1], m)

"""Deform an image by interpolating between its pixels, on black paper."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="deform an image",
    chapter="2-2",
    stars=3,
    minutes=40,
    goals=(7,),
    exact=True,
    statement=r"""
    Write `warp_image(x, tau)`. `x` is an image, an array of floats or integers of $H \times W$ pixels, on black paper:
    outside of it every pixel is 0, and nothing wraps around. `tau` has the shape $(2, H, W)$ and says for each pixel
    how far its value has come, `tau[0]` downwards and `tau[1]` to the right, in pixels and fractions of pixels. The
    result is

    $$ y[i, j] = x \bigl( i - \tau_0[i, j],\; j - \tau_1[i, j] \bigr) , $$

    where between four pixels $x$ is interpolated linearly on each axis: at $(r + \alpha, c + \beta)$, with whole
    numbers $r, c$ and $0 \le \alpha, \beta < 1$,

    $$
    \begin{aligned}
    &(1 - \alpha)(1 - \beta)\, x[r, c] + (1 - \alpha)\, \beta\, x[r, c + 1] \\
    & \quad {} + \alpha (1 - \beta)\, x[r + 1, c] + \alpha \beta\, x[r + 1, c + 1] .
    \end{aligned}
    $$

    Return an array of floats.
    """,
    hints=(
        "First find for each pixel of the result where it reads: np.indices(x.shape) - tau.",
        "Split that into np.floor and the rest. int() is not the same: it makes 0 of -0.5.",
        "For the black paper: pad the image with enough zeros, or read with indices cut off at the edges and set what "
        "lies outside to 0. A pixel just outside still counts with its neighbours inside.",
    ),
    remark=r"""
    The result is computed from the output's pixels backwards, so that each of them gets exactly one value. Going
    forwards, from `x` to where its pixels move, would leave holes where the deformation stretches, and collisions where
    it presses together.
    """,
)


@exercise.solution
def warp_image(x, tau):
    """The image moved by tau, with linear interpolation and zeros outside.

    >>> x = np.array([[0.0, 4.0, 0.0]])
    >>> warp_image(x, np.stack([np.zeros((1, 3)), np.full((1, 3), 0.25)]))
    array([[0., 3., 1.]])
    """
    H, W = x.shape
    source = np.indices(x.shape) - tau
    corner = np.floor(source).astype(int)
    alpha, beta = source - corner
    y = np.zeros((H, W))
    for a in (0, 1):
        for b in (0, 1):
            r, c = corner[0] + a, corner[1] + b
            inside = (r >= 0) & (r < H) & (c >= 0) & (c < W)
            weight = (alpha if a else 1 - alpha) * (beta if b else 1 - beta)
            y += np.where(inside, weight * x[r.clip(0, H - 1), c.clip(0, W - 1)], 0)
    return y


def distinct(rng, rows, columns):
    """Whole numbers of which no two have the same size."""
    return (rng.permutation(rows * columns) + 2.0).reshape(rows, columns) * rng.choice([-1, 1], (rows, columns))


def constant(shape, down, right):
    return np.stack([np.full(shape, float(down)), np.full(shape, float(right))])


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[0.0, 4.0, 0.0]]), constant((1, 3), 0, 0.25)


@exercise.check("translations by whole pixels", points=1)
def whole_pixels(rng):
    for shape, (down, right) in (((3, 4), (1, 0)), ((4, 3), (0, -1)), ((4, 5), (-1, 2))):
        yield distinct(rng, *shape), constant(shape, down, right)


@exercise.check("translations by fractions", points=2)
def fractional(rng):
    for shape, (down, right) in (((3, 4), (0.25, 0)), ((4, 3), (0, -0.25)), ((4, 5), (0.75, -0.375))):
        yield distinct(rng, *shape), constant(shape, down, right)


@exercise.check("another displacement at each pixel", points=2)
def uneven(rng):
    for shape in ((3, 4), (5, 4)):
        # odd multiples of 1/8, inside the image and just outside
        yield distinct(rng, *shape), (2 * rng.integers(-6, 6, (2, *shape)) + 1) / 8


@exercise.check("far outside", points=1)
def far(rng):
    yield distinct(rng, 3, 3), constant((3, 3), 7, -5.5)
    yield distinct(rng, 3, 4), constant((3, 4), -3.5, 0.5)
    yield distinct(rng, 2, 3), constant((2, 3), 1.5, 2.5)


@exercise.check("integers, and numbers that are not whole", points=1)
def numbers(rng):
    yield distinct(rng, 3, 4).astype(int), constant((3, 4), 0.25, 0.5)
    yield fractions(rng, 3, 3, size=2.0**-30), constant((3, 3), 0.125, 0.75)
    yield fractions(rng, 3, 3, size=2.0**20) / 7, constant((3, 3), 0.125, 0.75)


@exercise.alternative
def with_a_margin(x, tau):
    H, W = x.shape
    m = int(np.ceil(np.abs(tau).max())) + 2
    paper = np.pad(x.astype(float), m)
    y = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            r, c = i - tau[0, i, j] + m, j - tau[1, i, j] + m
            p, q = int(r), int(c)  # never negative, so int rounds down
            t, s = r - p, c - q
            top = (1 - s) * paper[p, q] + s * paper[p, q + 1]
            bottom = (1 - s) * paper[p + 1, q] + s * paper[p + 1, q + 1]
            y[i, j] = (1 - t) * top + t * bottom
    return y


@exercise.alternative
def by_tents(x, tau):
    H, W = x.shape
    rows, columns = np.indices(x.shape) - tau
    y = np.zeros((H, W))
    for r in range(H):
        for c in range(W):
            y += x[r, c] * np.maximum(0, 1 - np.abs(rows - r)) * np.maximum(0, 1 - np.abs(columns - c))
    return y


def _read(x, source, corner=None, outside="zeros", weights=lambda t, bit: t if bit else 1 - t):
    """The general form of the solution, in which mistakes can be set."""
    H, W = x.shape
    corner = np.floor(source).astype(int) if corner is None else corner
    parts = source - corner
    y = np.zeros((H, W))
    for a, b in np.ndindex(2, 2):
        r, c = corner[0] + a, corner[1] + b
        weight = weights(parts[0], a) * weights(parts[1], b)
        if outside == "wraps":
            y += weight * x[r % H, c % W]
        else:
            inside = (r >= 0) & (r < H) & (c >= 0) & (c < W)
            values = weight * x[r.clip(0, H - 1), c.clip(0, W - 1)]
            y += values if outside == "edge" else np.where(inside, values, 0)
    return y


def _places(x, tau):
    return np.indices(x.shape) - tau


@exercise.wrong(
    "Everything moves the other way. The value at i has come from i - tau: subtract the displacement where you read."
)
def other_way(x, tau):
    return warp_image(x, -tau)


@exercise.wrong(
    "Rows and columns are exchanged: tau[0] is the displacement downwards, along the first axis, and tau[1] the one to "
    "the right."
)
def axes_exchanged(x, tau):
    return warp_image(x, tau[::-1])


@exercise.wrong(
    "What leaves at one edge comes in at the opposite one, by np.roll, a modulus or negative indices. Outside of the "
    "image there is black paper."
)
def wraps_around(x, tau):
    return _read(x, _places(x, tau), outside="wraps")


@exercise.wrong(
    "Outside, the values at the edge are continued: cutting off an index at 0 and H - 1 does that. There it is black: "
    "what lies outside counts as 0."
)
def edge_continued(x, tau):
    return _read(x, _places(x, tau), outside="edge")


@exercise.wrong(
    "The nearest pixel is read. Between pixels the four around the point count, each the more the nearer it is."
)
def nearest(x, tau):
    source = np.rint(_places(x, tau) - 1e-9)
    return _read(x, source)


@exercise.wrong("The fraction is dropped, and the upper left one of the four pixels is read. All four count.")
def rounded_down(x, tau):
    return _read(x, np.floor(_places(x, tau)))


@exercise.wrong(
    "Right where the point is not above or left of the image. Negative coordinates are rounded towards 0, as by int() "
    "or astype(int): -0.5 lies between the rows -1 and 0, and np.floor says so."
)
def cut_towards_zero(x, tau):
    source = _places(x, tau)
    return _read(x, source, corner=np.trunc(source).astype(int))


@exercise.wrong(
    "The weights are exchanged: at alpha = 0 the whole weight belongs to row r, which has the factor 1 - alpha."
)
def weights_exchanged(x, tau):
    return _read(x, _places(x, tau), weights=lambda t, bit: 1 - t if bit else t)


@exercise.wrong(
    "Points of which one of the four pixels lies outside are black altogether. The pixels inside still count, with "
    "their weights: only the others are 0."
)
def border_dropped(x, tau):
    r, c = np.floor(_places(x, tau)).astype(int)
    H, W = x.shape
    inside = (r >= 0) & (r + 1 < H) & (c >= 0) & (c + 1 < W)
    return np.where(inside, warp_image(x, tau), 0)


@exercise.wrong(
    "Points outside of the image are black at once. Less than a pixel outside, a part of the nearest pixel's value is "
    "left: paper and pixel are interpolated like two pixels."
)
def black_at_once(x, tau):
    r, c = _places(x, tau)
    H, W = x.shape
    inside = (r >= 0) & (r <= H - 1) & (c >= 0) & (c <= W - 1)
    return np.where(inside, warp_image(x, tau), 0)


@exercise.wrong("Interpolated along the columns only: the fraction of a row is dropped. It is done on both axes.")
def rows_not_interpolated(x, tau):
    source = _places(x, tau)
    source[0] = np.floor(source[0])
    return _read(x, source)


@exercise.wrong("Interpolated along the rows only: the fraction of a column is dropped. It is done on both axes.")
def columns_not_interpolated(x, tau):
    source = _places(x, tau)
    source[1] = np.floor(source[1])
    return _read(x, source)


@exercise.wrong(
    "The values are carried forwards, each pixel to where it goes. The formula goes backwards: for each pixel of the "
    "result, where does it read? tau[:, i, j] belongs to the pixel of the result."
)
def carried_forwards(x, tau):
    H, W = x.shape
    y = np.zeros((H, W))
    targets = np.indices(x.shape) + tau
    corner = np.floor(targets).astype(int)
    alpha, beta = targets - corner
    for a, b in np.ndindex(2, 2):
        weight = (alpha if a else 1 - alpha) * (beta if b else 1 - beta)
        for i, j in np.ndindex(H, W):
            r, c = corner[0, i, j] + a, corner[1, i, j] + b
            if 0 <= r < H and 0 <= c < W:
                y[r, c] += weight[i, j] * x[i, j]
    return y


@exercise.wrong("The displacement of one pixel is used for all. tau holds one for each pixel of the result.")
def one_for_all(x, tau):
    return warp_image(x, np.broadcast_to(tau[:, :1, :1], tau.shape))


@exercise.wrong("Nothing has moved: this is the image as it was.")
def unmoved(x, tau):
    return x.astype(float)


@exercise.wrong(
    "Right for floats only: the array for the result has the dtype of the image, and an array of integers drops what "
    "comes after the point.",
    fails=("integers, and numbers that are not whole",),
)
def dtype_of_the_image(x, tau):
    return warp_image(x, tau).astype(x.dtype).astype(float)

"""Average pooling to a given size."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="pooling to a given size",
    chapter="3-3",
    stars=2,
    minutes=25,
    goals=(3,),
    statement=r"""
    A fully connected layer wants the same number of inputs for images of every size. Global average pooling gives one
    number for each channel. Here is a middle course, which libraries call *adaptive*: a grid of means, as large as one
    wishes.

    Write `adaptive_avg_pool(x, size)` for images of shape $(N, C, H, W)$, with `size` a pair $(P, Q)$ of whole
    numbers. The result has the shape $(N, C, P, Q)$, and

    $$ y[n, c, i, j] \text{ is the mean of the rows } \lfloor i H / P \rfloor, \dots, \lceil (i + 1) H / P \rceil - 1 $$

    and of the columns $\lfloor j W / Q \rfloor, \dots, \lceil (j + 1) W / Q \rceil - 1$ of the channel $c$ of image
    $n$. The windows cover the image. They may differ in size and may overlap by a row or a column. $P$ may also be
    larger than $H$, and $Q$ larger than $W$; the numbers of `x` are floats.
    """,
    hints=(
        "Work out the windows of 5 rows for P = 2 and for P = 3. Which rows are in two of them?",
        "The floor of a / b is a // b, and the ceiling is -(-a // b). No floats are needed.",
        "Two loops over i and j, and one slice for all images and channels, with a mean over its last two axes.",
    ),
    remark=r"""
    If $P$ divides $H$ and $Q$ divides $W$, the windows lie side by side, and this is average pooling with stride and
    window $H / P$ and $W / Q$. With $(1, 1)$ it is global average pooling. If a division leaves a remainder, some
    windows overlap, and in general they differ in size: of 5 values with $P = 3$ they have 2, 3 and 2, which no single
    kernel and stride can do. With $P = 2$ they are two windows of 3 with stride 2.
    """,
)


@exercise.solution
def adaptive_avg_pool(x, size):
    """Means of x (N, C, H, W) over a grid of size (P, Q) of windows that cover the image.

    >>> adaptive_avg_pool(np.array([[[[1.0, 2.0, 3.0, 4.0, 10.0]]]]), (1, 2))
    array([[[[2.        , 5.66666667]]]])
    """
    images, channels, height, width = x.shape
    rows, columns = size
    y = np.empty((images, channels, rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, bottom = i * height // rows, -(-(i + 1) * height // rows)
            left, right = j * width // columns, -(-(j + 1) * width // columns)
            y[:, :, i, j] = x[:, :, top:bottom, left:right].mean(axis=(2, 3))
    return y


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[1.0, 2.0, 3.0, 4.0, 10.0]]]]), (1, 2)


@exercise.check("one window, the whole image", points=1)
def everything(rng):
    yield rising(rng, 1, 1, 2, 3), (1, 1)
    yield rising(rng, 2, 3, 3, 2), (1, 1)


@exercise.check("sizes that divide evenly", points=1)
def even(rng):
    yield rising(rng, 1, 1, 2, 6), (2, 3)
    yield rising(rng, 2, 3, 6, 4), (2, 2)


@exercise.check("columns that do not divide evenly", points=2)
def uneven_columns(rng):
    yield rising(rng, 1, 1, 1, 7), (1, 3)
    yield rising(rng, 1, 2, 1, 7), (1, 4)
    yield rising(rng, 1, 1, 1, 8), (1, 5)


@exercise.check("rows that do not divide evenly", points=1)
def uneven_rows(rng):
    yield rising(rng, 1, 2, 7, 1), (3, 1)
    yield rising(rng, 1, 1, 8, 2), (5, 2)


@exercise.check("different numbers of rows and columns", points=1)
def both(rng):
    yield rising(rng, 2, 1, 5, 7), (2, 3)
    yield rising(rng, 1, 2, 7, 5), (4, 3)


@exercise.check("more windows than rows or columns", points=1)
def enlarged(rng):
    yield rising(rng, 1, 1, 2, 3), (3, 5)
    yield rising(rng, 1, 1, 1, 2), (2, 7)


@exercise.check("numbers that are not whole, large and small", points=1)
def other_numbers(rng):
    for scale in (1.0, 2.0**60, 2.0**-60):
        yield fractions(rng, 1, 1, 3, 4, size=scale), (1, 2)


def rising(rng, *shape):
    """Whole numbers, of which each is larger than those before it in its row and column: no two windows are alike."""
    steps = rng.integers(1, 10, shape)
    return (steps.cumsum(axis=2).cumsum(axis=3) + 100 * np.arange(shape[1])[:, None, None]).astype(float) + whole(
        rng, shape[0], 1, 1, 1
    )


@exercise.alternative
def axis_after_axis(x, size):
    for count in size[::-1]:
        n = x.shape[3]
        parts = [x[..., i * n // count : ((i + 1) * n + count - 1) // count].mean(axis=3) for i in range(count)]
        x = np.stack(parts, axis=3).swapaxes(2, 3)
    return x


@exercise.alternative
def by_matrices(x, size):
    def means(n, count):
        i, t = np.ogrid[:count, :n]
        inside = (t >= i * n // count) & (t * count < (i + 1) * n)
        return inside / inside.sum(axis=1, keepdims=True)

    return means(x.shape[2], size[0]) @ x @ means(x.shape[3], size[1]).T


@exercise.alternative
def with_floats(x, size):
    y = np.zeros((*x.shape[:2], *size))
    for n, c, i, j in np.ndindex(*y.shape):
        top, bottom = int(np.floor(i * x.shape[2] / size[0])), int(np.ceil((i + 1) * x.shape[2] / size[0]))
        left, right = int(np.floor(j * x.shape[3] / size[1])), int(np.ceil((j + 1) * x.shape[3] / size[1]))
        y[n, c, i, j] = np.average(x[n, c, top:bottom, left:right])
    return y


def mean(window):
    """Mean of each channel; of a window without values it is NaN."""
    with np.errstate(all="ignore"):
        return window.sum(axis=(2, 3)) / np.float64(window.shape[2] * window.shape[3])


def floor(i, n, count):
    return i * n // count


def ceiling(i, n, count):
    return -(-i * n // count)


def gridded(x, size, begin=floor, end=ceiling, reduce=mean):
    """Pool with some way to find the borders of the windows and to reduce one: what most mistakes have in common."""
    y = np.zeros((*x.shape[:2], *size))
    for i, j in np.ndindex(*size):
        top, bottom = begin(i, x.shape[2], size[0]), end(i + 1, x.shape[2], size[0])
        left, right = begin(j, x.shape[3], size[1]), end(j + 1, x.shape[3], size[1])
        y[:, :, i, j] = reduce(x[:, :, top:bottom, left:right])
    return y


@exercise.wrong(
    "The windows have no row and no column in common, also where the size does not divide evenly: their ends are "
    "rounded down, as their beginnings are. The end is rounded up; a row that belongs to two windows in part is in "
    "both."
)
def ends_rounded_down(x, size):
    return gridded(x, size, end=floor)


@exercise.wrong(
    "Where the size does not divide evenly, windows begin too late: their beginnings are rounded up. Round the "
    "beginnings down and the ends up."
)
def begins_rounded_up(x, size):
    return gridded(x, size, begin=ceiling)


@exercise.wrong(
    "The borders are rounded to the nearest whole number. The beginnings are rounded down and the ends up, so that "
    "windows may overlap."
)
def rounded_to_the_nearest(x, size):
    def nearest(i, n, count):
        return (2 * i * n + count) // (2 * count)

    return gridded(x, size, nearest, nearest)


@exercise.wrong(
    "All windows have the size H // P and W // Q and lie side by side, so that what is left over at the end is not "
    "averaged at all, and if there are more windows than rows or columns nothing is left to average. The windows have "
    "to cover the image: compute the beginning and the end of each by itself."
)
def one_size_for_all(x, size):
    return gridded(x, size, lambda i, n, count: i * (n // count), lambda i, n, count: i * (n // count))


@exercise.wrong(
    "This is an average pooling with one stride, H // P, and one window for all positions, whose size is chosen such "
    "that the last one ends with the image. It covers the image, but where the size does not divide evenly the "
    "windows asked for differ from each other."
)
def one_stride_for_all(x, size):
    def end(i, n, count):
        return (i - 1) * (n // count) + n - (count - 1) * (n // count)

    return gridded(x, size, lambda i, n, count: i * (n // count), end)


@exercise.wrong(
    "The remainder is given to the first windows, one row or column each, as np.array_split does it. Here the borders "
    "are multiples of H / P and W / Q, rounded down for a beginning and up for an end."
)
def remainder_to_the_first(x, size):
    def border(i, n, count):
        return i * (n // count) + min(i, n % count)

    return gridded(x, size, border, border)


@exercise.wrong(
    "All windows but the last have the size H // P and W // Q, and the last one takes the rest. The borders asked for "
    "are multiples of H / P and W / Q, rounded down for a beginning and up for an end."
)
def rest_to_the_last(x, size):
    def end(i, n, count):
        return n if i == count else i * (n // count)

    return gridded(x, size, lambda i, n, count: i * (n // count), end)


@exercise.wrong(
    "Each window lacks its last row and column. The last row that counts is the one before the ceiling, and a slice "
    "ends before its second number: no further - 1."
)
def ends_too_early(x, size):
    return gridded(x, size, end=lambda i, n, count: ceiling(i, n, count) - 1)


@exercise.wrong(
    "Windows are one row and one column too long where the size divides evenly: floor + 1 is not the ceiling of a "
    "whole number."
)
def floor_plus_one(x, size):
    return gridded(x, size, end=lambda i, n, count: floor(i, n, count) + 1)


@exercise.wrong("This is the largest number of each window. Asked for is the mean.")
def maximum(x, size):
    return gridded(x, size, reduce=lambda window: window.max(axis=(2, 3)))


@exercise.wrong("This is the sum of each window. Divide by the number of values in it.")
def sums(x, size):
    return gridded(x, size, reduce=lambda window: window.sum(axis=(2, 3)))


@exercise.wrong(
    "The sums are right, but all are divided by the same number, H W / (P Q). Where windows have different sizes each "
    "must be divided by its own number of values."
)
def one_divisor(x, size):
    return gridded(x, size, reduce=lambda w: w.sum(axis=(2, 3))) * (size[0] * size[1]) / (x.shape[2] * x.shape[3])


@exercise.wrong(
    "All images and channels have the same result: the mean runs over them as well. Average over the last two axes "
    "only."
)
def over_all_axes(x, size):
    return gridded(x, size, reduce=np.mean)


@exercise.wrong(
    "All channels of an image have the same result: the mean runs over the channels, too. Pooling works on each by "
    "itself."
)
def over_the_channels(x, size):
    return gridded(x, size, reduce=lambda window: window.mean(axis=(1, 2, 3))[:, None])


@exercise.wrong(
    "P and Q have changed places: the first is the number of rows of the result, the second that of its columns."
)
def exchanged(x, size):
    return gridded(x, size[::-1])


@exercise.wrong(
    "Height and width have changed places: i goes with the height, and j with the width. On square images this would "
    "not show."
)
def height_and_width_exchanged(x, size):
    y = np.zeros((*x.shape[:2], *size))
    height, width = x.shape[3], x.shape[2]
    for i, j in np.ndindex(*size):
        rows = slice(floor(i, height, size[0]), ceiling(i + 1, height, size[0]))
        columns = slice(floor(j, width, size[1]), ceiling(j + 1, width, size[1]))
        y[:, :, i, j] = mean(x[:, :, rows, columns])
    return y


@exercise.wrong(
    "From each window a single number is taken, its first one. That is sub-sampling; the mean of the window is asked "
    "for."
)
def first_of_each_window(x, size):
    return gridded(x, size, reduce=lambda window: window[:, :, 0, 0])


@exercise.wrong(
    "Only the first image and its first channel are pooled. The same is to be done for every n and every c."
)
def first_channel_only(x, size):
    y = adaptive_avg_pool(x, size)
    y[1:], y[:, 1:] = 0, 0
    return y

"""Max-pooling of images, window by window."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="max-pooling",
    chapter="3-3",
    stars=2,
    minutes=25,
    goals=(3,),
    statement=r"""
    Write `max_pool2d(x, kernel_size, stride)` for images `x` of shape $(N, C, H, W)$. With the whole numbers $K$ =
    `kernel_size` and $s$ = `stride`, each number of the result is the largest of a square window,

    $$ \begin{aligned} & y[n, c, i, j] \\
    &= \max_{0 \le k,\, l < K} x[n, c, i s + k, j s + l] , \end{aligned} $$

    in every image and every channel alone. The first window begins in the upper left corner. Only windows that lie
    entirely in the image count: rows and columns at the end that no such window reaches are left out. The stride may
    be smaller than the window, so that windows overlap, or larger, so that numbers between them are skipped. The
    numbers of `x` may all be negative. $H$ and $W$ are at least $K$.
    """,
    hints=(
        "Work out by hand how many windows fit into a row of 7 numbers, for K = 3 and s = 2. Which formula gives this?",
        "The window of y[n, c, i, j] begins in row i * stride and column j * stride, and ends K places further.",
        "A slice x[:, :, top : top + K, left : left + K] is one window of all images and channels. Over which of its "
        "four axes does the maximum run?",
    ),
    remark=r"""
    The slices keep the axes of images and channels, and the maximum runs over the other two: pooling never mixes
    channels. Two loops go over the windows, and NumPy does the rest.
    """,
)


@exercise.solution
def max_pool2d(x, kernel_size, stride):
    """Largest number of each window of x (N, C, H, W); kernel_size and stride are whole numbers.

    >>> x = np.array([[[[1.0, 5.0, 2.0], [4.0, -3.0, 0.0], [7.0, 1.0, 6.0]]]])
    >>> max_pool2d(x, 2, 1)
    array([[[[5., 5.],
             [7., 6.]]]])
    """
    images, channels, height, width = x.shape
    rows = (height - kernel_size) // stride + 1
    columns = (width - kernel_size) // stride + 1
    y = np.empty((images, channels, rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + kernel_size, left : left + kernel_size]
            y[:, :, i, j] = window.max(axis=(2, 3))
    return y


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[1.0, 5.0, 2.0], [4.0, -3.0, 0.0], [7.0, 1.0, 6.0]]]]), 2, 1


@exercise.check("windows side by side", points=1)
def side_by_side(rng):
    yield case(rng, (1, 1, 4, 6), 2, 2)
    yield case(rng, (1, 1, 9, 6), 3, 3)


@exercise.check("several images and channels", points=1)
def several(rng):
    yield case(rng, (1, 3, 2, 4), 2, 2)
    x, *others = case(rng, (2, 3, 4, 2), 2, 2)
    x[1] += 40  # no maximum of one image is that of the other
    yield x, *others


@exercise.check("rows and columns that no window reaches", points=1)
def remainder(rng):
    yield case(rng, (1, 1, 5, 7), 2, 2)
    yield case(rng, (1, 2, 4, 8), 3, 3)


@exercise.check("windows that overlap, stride 1", points=1)
def overlapping(rng):
    yield case(rng, (1, 1, 3, 4), 2, 1)
    yield case(rng, (1, 1, 4, 6), 3, 1)


@exercise.check("windows that overlap, stride 2", points=1)
def overlapping_by_one(rng):
    yield case(rng, (1, 1, 5, 7), 3, 2)
    yield case(rng, (2, 1, 6, 3), 3, 2)


@exercise.check("gaps between the windows", points=1)
def gaps(rng):
    yield case(rng, (1, 1, 3, 5), 1, 2)
    yield case(rng, (1, 1, 5, 7), 2, 3)


@exercise.check("negative numbers only", points=1)
def negative(rng):
    yield case(rng, (1, 1, 4, 6), 2, 2, lambda x: -abs(x))
    yield case(rng, (1, 2, 3, 5), 2, 1, lambda x: -abs(x))


@exercise.check("numbers that are not whole, large and small", points=1)
def other_numbers(rng):
    left = np.arange(6) < 2
    for size in (1.0, 2.0**100, 2.0**-100):
        yield case(rng, (1, 1, 4, 6), 2, 2, lambda x, size=size: np.where(left, -1, 1) * (abs(x) + 0.25) * size)


def case(rng, shape, kernel_size, stride, change=np.array):
    """Whole numbers that all differ, changed in some way: windows of another length have other maxima."""
    board = np.indices(shape)[-2:].sum(axis=0) % 2 == 0
    x, half = np.zeros(shape), board.sum()
    while True:
        x[board] = 1 + rng.permutation(half)
        x[~board] = -1 - half - rng.permutation(x.size - half)  # beside each positive number, larger negative ones
        y, count = change(x), fitting(x, kernel_size, stride)
        others = [pooled(y, k, stride, *count) for k in {kernel_size - 1, kernel_size + 1, stride} - {0, kernel_size}]
        if not any(np.array_equal(other, max_pool2d(y, kernel_size, stride)) for other in others):
            return y, kernel_size, stride


def pooled(x, kernel_size, stride, rows, columns, reduce=lambda window: window.max(axis=(2, 3)), fill=0.0):
    """Pool with a number of windows and a way to reduce one to its number: what most mistakes have in common."""
    y = np.full((*x.shape[:2], rows, columns), fill)
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            y[:, :, i, j] = reduce(x[:, :, top : top + kernel_size, left : left + kernel_size])
    return y


def fitting(x, kernel_size, stride):
    """Numbers of windows down and across."""
    return tuple((size - kernel_size) // stride + 1 for size in x.shape[2:])


@exercise.alternative
def number_by_number(x, kernel_size, stride):
    y = np.full((*x.shape[:2], *fitting(x, kernel_size, stride)), -np.inf)
    for n, c, i, j in np.ndindex(*y.shape):
        for k in range(kernel_size):
            for l in range(kernel_size):
                y[n, c, i, j] = max(y[n, c, i, j], x[n, c, i * stride + k, j * stride + l])
    return y


@exercise.alternative
def by_a_view(x, kernel_size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (kernel_size, kernel_size), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(4, 5))


@exercise.alternative
def axis_after_axis(x, kernel_size, stride):
    for _ in range(2):
        count = (x.shape[3] - kernel_size) // stride + 1
        taps = [x[..., k : k + (count - 1) * stride + 1 : stride] for k in range(kernel_size)]
        x = np.maximum.reduce(taps).swapaxes(2, 3)
    return x


@exercise.alternative
def in_single_precision(x, kernel_size, stride):
    return max_pool2d(x.astype(np.float32), kernel_size, stride).astype(np.float32)


@exercise.wrong(
    "Where all numbers of a window are negative, 0 comes out: the search for the maximum begins with 0, which is "
    "larger than all of them. Begin with a number of the window itself, or with minus infinity."
)
def begins_with_zero(x, kernel_size, stride):
    return np.maximum(max_pool2d(x, kernel_size, stride), 0)


@exercise.wrong(
    "Right for most numbers, but where all numbers of a window are far below 0, another one comes out: the search for "
    "the maximum begins with a number that only looks small enough. Begin with a number of the window itself."
)
def begins_with_a_constant(x, kernel_size, stride):
    return np.maximum(max_pool2d(x, kernel_size, stride), -999)


@exercise.wrong(
    "The maxima are right, but they are integers: what stands after the point is lost. An array made of whole numbers, "
    "or with dtype int, holds nothing else. Make one of floats, such as `np.zeros` gives."
)
@np.errstate(invalid="ignore")
def integers(x, kernel_size, stride):
    return np.rint(max_pool2d(x, kernel_size, stride)).astype(int)


@exercise.wrong("This is the number farthest from 0. The maximum compares numbers with their signs: -9 is below 1.")
def farthest_from_zero(x, kernel_size, stride):
    largest, smallest = max_pool2d(x, kernel_size, stride), -max_pool2d(-x, kernel_size, stride)
    return np.where(abs(smallest) > abs(largest), smallest, largest)


@exercise.wrong("This is the mean of each window, which is average pooling. Here the largest number alone counts.")
def mean_of_the_window(x, kernel_size, stride):
    return pooled(x, kernel_size, stride, *fitting(x, kernel_size, stride), lambda window: window.mean(axis=(2, 3)))


@exercise.wrong(
    "The windows always lie side by side, whatever the stride: they move on by kernel_size. The distance between the "
    "beginnings of two neighbours is `stride`, both in the number of windows and in their places."
)
def moves_by_the_kernel(x, kernel_size, stride):
    return max_pool2d(x, kernel_size, kernel_size)


@exercise.wrong("There is a window at every place, as with stride 1. Only every `stride`-th counts, down and across.")
def stride_forgotten(x, kernel_size, stride):
    return max_pool2d(x, kernel_size, 1)


@exercise.wrong("Each window begins one place after the one before. Window i begins at i * stride.")
def places_without_the_stride(x, kernel_size, stride):
    return pooled(x, kernel_size, 1, *fitting(x, kernel_size, stride))


@exercise.wrong("The windows begin right, but are as long as the stride. Each reaches over kernel_size numbers.")
def as_long_as_the_stride(x, kernel_size, stride):
    return pooled(x, stride, stride, *fitting(x, kernel_size, stride))


@exercise.wrong(
    "The number of windows is that of size // stride, which does not ask whether the last ones fit. The last window "
    "begins at the latest at size - kernel_size: divide that by the stride, and count the window at 0 as well."
)
def size_over_stride(x, kernel_size, stride):
    return pooled(x, kernel_size, stride, x.shape[2] // stride, x.shape[3] // stride)


@exercise.wrong(
    "Where the stride leaves rows or columns over, one more window takes them in, and it ends outside of the image. "
    "Only whole windows count here: round their number down, not up."
)
def rounded_up(x, kernel_size, stride):
    return pooled(x, kernel_size, stride, *(-(-(size - kernel_size) // stride) + 1 for size in x.shape[2:]))


@exercise.wrong(
    "There is a window at every multiple of the stride up to the end of the image, where the last ones are cut off. "
    "Only whole windows count: the last one begins at size - kernel_size at the latest."
)
def begins_up_to_the_end(x, kernel_size, stride):
    return pooled(x, kernel_size, stride, *(-(-size // stride) for size in x.shape[2:]))


@exercise.wrong(
    "There are as many windows across as down, or the columns run out: the number of columns follows from the height. "
    "An image need not be square: the columns come from W."
)
def height_for_both(x, kernel_size, stride):
    return pooled(x, kernel_size, stride, *fitting(x, kernel_size, stride)[:1] * 2)


@exercise.wrong("The stride acts on the rows only: across, there is a window at every column. It holds for both axes.")
def stride_on_rows_only(x, kernel_size, stride):
    return max_pool2d(x, kernel_size, 1)[:, :, ::stride]


@exercise.wrong(
    "There is a window at every place, and in it only every `stride`-th row and column counts. The stride belongs to "
    "the places where windows begin; inside of a window all numbers count."
)
def stride_in_the_window(x, kernel_size, stride):
    def reduce(window):
        return window[:, :, ::stride, ::stride].max(axis=(2, 3))

    return pooled(x, kernel_size, 1, *fitting(x, kernel_size, 1), reduce)


@exercise.wrong(
    "The maxima of the windows are right, but with several images or channels they stand in wrong places: they are "
    "listed window by window, and then cut up as if they were listed channel by channel. Mind the order of the axes."
)
def listed_in_another_order(x, kernel_size, stride):
    y = max_pool2d(x, kernel_size, stride)
    return y.transpose(2, 3, 0, 1).reshape(y.shape)


@exercise.wrong(
    "Each window reaches one row and one column too far. A slice ends before its second number, so that a window from "
    "`top` ends at top + kernel_size, without + 1."
)
def windows_too_long(x, kernel_size, stride):
    return pooled(x, kernel_size + 1, stride, *fitting(x, kernel_size, stride))


@exercise.wrong("This is the smallest number of each window. Its counterpart, the largest, is asked for.")
def smallest(x, kernel_size, stride):
    return -max_pool2d(-x, kernel_size, stride)


@exercise.wrong(
    "On each axis one window is missing: (size - kernel_size) // stride counts the steps from the first window to the "
    "last, and there is one window more than steps."
)
def one_window_short(x, kernel_size, stride):
    return pooled(x, kernel_size, stride, *(count - 1 for count in fitting(x, kernel_size, stride)))


@exercise.wrong(
    "A last window that ends exactly at the border is missing; where rows and columns are left over, nothing is. A "
    "range of beginnings leaves its end out: size - kernel_size must still be in it."
)
def last_beginning_left_out(x, kernel_size, stride):
    return pooled(x, kernel_size, stride, *(len(range(0, size - kernel_size, stride)) for size in x.shape[2:]))


@exercise.wrong(
    "The windows begin kernel_size apart and are as long as the stride: the two have changed places. They begin at "
    "multiples of the stride, and are kernel_size long."
)
def kernel_and_stride_exchanged(x, kernel_size, stride):
    return pooled(x, stride, kernel_size, *fitting(x, kernel_size, stride))


@exercise.wrong(
    "The shape is right, but a last window that ends exactly at the border is left empty. `range` leaves out its end: "
    "the last possible beginning, size - kernel_size, must still be in it."
)
def last_place_left_out(x, kernel_size, stride):
    y = max_pool2d(x, kernel_size, stride)
    rows, columns = (len(range(0, size - kernel_size, stride)) for size in x.shape[2:])
    y[:, :, rows:], y[..., columns:] = 0, 0
    return y


@exercise.wrong(
    "All images and channels have the same result: the maximum runs over them as well. Each image and each channel has "
    "its own windows; take the maximum over the last two axes only."
)
def over_all_axes(x, kernel_size, stride):
    return pooled(x, kernel_size, stride, *fitting(x, kernel_size, stride), np.max)


@exercise.wrong(
    "All channels of an image have the same result: the maximum runs over the channels, too. Pooling works on each "
    "channel alone."
)
def over_the_channels(x, kernel_size, stride):
    count = fitting(x, kernel_size, stride)
    return pooled(x, kernel_size, stride, *count, lambda window: window.max(axis=(1, 2, 3))[:, None])


@exercise.wrong(
    "Only the first image and its first channel are pooled, and all others are left 0. The same is to be done for "
    "every n and every c."
)
def first_channel_only(x, kernel_size, stride):
    y = max_pool2d(x, kernel_size, stride)
    y[1:], y[:, 1:] = 0, 0
    return y


@exercise.wrong(
    "Height and width are exchanged. The shape is (N, C, H, W): axis 2 counts the rows, and i runs along it; axis 3 "
    "counts the columns, and j runs along it."
)
def height_and_width_exchanged(x, kernel_size, stride):
    return pooled(x, kernel_size, stride, *fitting(x, kernel_size, stride)[::-1])


@exercise.wrong(
    "The result is transposed: windows that follow each other across stand in a column. The window in row i and "
    "column j of the windows belongs to y[n, c, i, j]."
)
def transposed(x, kernel_size, stride):
    return max_pool2d(x, kernel_size, stride).swapaxes(2, 3)


@exercise.wrong(
    "The loops run over the places in x where windows begin, and these places serve as indices of the result, too. "
    "Window number i begins at i * stride: the result needs i."
)
def place_for_number(x, kernel_size, stride):
    maxima = max_pool2d(x, kernel_size, stride)
    y = np.zeros(maxima.shape)
    for i, j in np.ndindex(*y.shape[2:]):
        y[:, :, i * stride, j * stride] = maxima[:, :, i, j]
    return y


@exercise.wrong(
    "Each window lacks its last row and its last column. A slice ends before its second number, so that a window from "
    "`top` ends at top + kernel_size, without - 1."
)
def windows_too_short(x, kernel_size, stride):
    return pooled(x, kernel_size - 1, stride, *fitting(x, kernel_size, stride))


@exercise.wrong(
    "The image is cut into blocks with `reshape`. That is short where stride and window are the same and fit exactly, "
    "but only there: overlaps, gaps and remainders need the stride."
)
def cut_into_blocks(x, kernel_size, stride):
    images, channels, height, width = x.shape
    rows, columns = height // kernel_size, width // kernel_size
    return x.reshape(images, channels, rows, kernel_size, columns, kernel_size).max(axis=(3, 5))

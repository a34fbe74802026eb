"""Average pooling of images, with padding."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="average pooling",
    chapter="3-3",
    stars=2,
    minutes=25,
    goals=(3, 4),
    statement=r"""
    Write `avg_pool2d(x, kernel_size, stride, padding)` for images `x` of shape $(N, C, H, W)$. Around every image come
    $p$ = `padding` rows and columns of zeros on each of its four sides. With $K$ = `kernel_size`, $s$ = `stride` and
    the padded image $\tilde x$, each number of the result is the mean of a square window,

    $$ \begin{aligned} & y[n, c, i, j] \\
    &= \frac{1}{K^2} \sum_{0 \le k,\, l < K} \tilde x[n, c, i s + k, j s + l] , \end{aligned} $$

    in every image and every channel alone. Zeros of the padding count like all other numbers: the divisor is always
    $K^2$. Only windows that lie entirely in the padded image count; the stride may be smaller or larger than the
    window. The other three arguments are whole numbers, $p$ is at most half of $K$, and at least one window fits. The
    numbers of `x` may be integers; the result is an array of floats all the same.
    """,
    hints=(
        "First without padding: how many windows fit into a row of 7 numbers, for K = 3 and s = 2, and where do they "
        "begin? Then the padded row is simply a longer row.",
        "`np.pad` takes a pair (before, after) for each of the four axes. Which two axes are not padded?",
        "The number of windows on an axis follows from the padded size, H + 2 p, by (size - K) // s + 1.",
    ),
    remark=r"""
    After the padding nothing in the loop knows about the border. Because its zeros count, the divisor is the same for
    all windows, and average pooling is a convolution of each channel with the constant kernel $1 / K^2$.
    """,
)


@exercise.solution
def avg_pool2d(x, kernel_size, stride, padding):
    """Mean of each window of x (N, C, H, W), padded with zeros; the other arguments are whole numbers.

    >>> avg_pool2d(np.array([[[[4.0, 8.0], [12.0, 20.0]]]]), 2, 1, 0)
    array([[[[11.]]]])
    >>> avg_pool2d(np.array([[[[4.0, 8.0], [12.0, 20.0]]]]), 2, 2, 1)
    array([[[[1., 2.],
             [3., 5.]]]])
    """
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    images, channels, height, width = padded.shape
    rows = (height - kernel_size) // stride + 1
    columns = (width - kernel_size) // stride + 1
    y = np.empty((images, channels, rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = padded[:, :, top : top + kernel_size, left : left + kernel_size]
            y[:, :, i, j] = window.mean(axis=(2, 3))
    return y


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[4.0, 8.0], [12.0, 20.0]]]]), 2, 1, 0
    yield np.array([[[[4.0, 8.0], [12.0, 20.0]]]]), 2, 2, 1


@exercise.check("windows side by side", points=1)
def side_by_side(rng):
    yield whole(rng, 1, 1, 4, 6), 2, 2, 0
    yield whole(rng, 1, 1, 9, 3), 3, 3, 0


@exercise.check("several images and channels", points=1)
def several(rng):
    yield whole(rng, 1, 3, 2, 4), 2, 2, 0
    yield whole(rng, 2, 3, 4, 2), 2, 2, 0


@exercise.check("overlapping windows", points=1)
def overlapping(rng):
    yield whole(rng, 1, 1, 4, 6), 3, 1, 0
    yield whole(rng, 1, 1, 5, 7), 3, 2, 0


@exercise.check("gaps, and rows and columns that no window reaches", points=1)
def gaps(rng):
    yield whole(rng, 1, 1, 5, 7), 2, 3, 0
    yield whole(rng, 1, 1, 5, 7), 2, 2, 0


@exercise.check("padding", points=2)
def with_padding(rng):
    yield whole(rng, 1, 1, 2, 4), 2, 2, 1
    yield whole(rng, 1, 1, 3, 5), 3, 1, 1
    yield whole(rng, 2, 1, 5, 3), 3, 2, 1
    yield whole(rng, 1, 2, 3, 6), 4, 3, 2


@exercise.check("numbers that are not whole, large and small", points=1)
def other_numbers(rng):
    for size in (1.0, 2.0**20, 2.0**-12):
        yield fractions(rng, 1, 1, 4, 6, size=size), 2, 2, 0


@exercise.check("x of integers", points=1)
def integers(rng):
    x = 2 * whole(rng, 1, 1, 4, 6)
    x[..., ::2, ::2] += 1  # no sum of a window is even
    yield x.astype(int), 2, 2, 0


def mean(window):
    """Mean of each channel of a window."""
    return window.sum(axis=(2, 3)) / (window.shape[2] * window.shape[3])


def pooled(padded, kernel_size, stride, reduce=mean, count=None):
    """Pool what has been padded, with a way to reduce one window: what most mistakes have in common."""
    rows, columns = count or fitting(padded.shape, kernel_size, stride)
    y = np.empty((*padded.shape[:2], max(rows, 0), max(columns, 0)))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            y[:, :, i, j] = reduce(padded[:, :, top : top + kernel_size, left : left + kernel_size])
    return y


def fitting(shape, kernel_size, stride):
    """Numbers of windows down and across."""
    return tuple((size - kernel_size) // stride + 1 for size in shape[2:])


def pad(x, before, after, **options):
    """Pad rows and columns."""
    return np.pad(x, ((0, 0), (0, 0), (before, after), (before, after)), **options)


@exercise.alternative
def number_by_number(x, kernel_size, stride, padding):
    height, width = x.shape[2:]
    y = np.zeros((*x.shape[:2], *(1 + (size + 2 * padding - kernel_size) // stride for size in (height, width))))
    for n, c, i, j, k, l in np.ndindex(*y.shape, kernel_size, kernel_size):
        a, b = i * stride + k - padding, j * stride + l - padding
        if 0 <= a < height and 0 <= b < width:
            y[n, c, i, j] += x[n, c, a, b] / kernel_size**2
    return y


@exercise.alternative
def by_a_view(x, kernel_size, stride, padding):
    shape = (kernel_size, kernel_size)
    windows = np.lib.stride_tricks.sliding_window_view(pad(x, padding, padding), shape, axis=(2, 3))
    return np.einsum("ncijkl->ncij", windows[:, :, ::stride, ::stride]) / kernel_size**2


@exercise.alternative
def by_running_sums(x, kernel_size, stride, padding):
    sums = pad(x, padding + 1, padding).cumsum(axis=2).cumsum(axis=3)
    sums = sums[:, :, kernel_size:] - sums[:, :, :-kernel_size]
    sums = sums[..., kernel_size:] - sums[..., :-kernel_size]
    return (sums / kernel_size**2)[:, :, ::stride, ::stride]


@exercise.alternative
def in_single_precision(x, kernel_size, stride, padding):
    return avg_pool2d(x.astype(np.float32), kernel_size, stride, padding).astype(np.float32)


@exercise.wrong(
    "At the border the sum is divided by the number of places in the image alone. Here the zeros of the padding count "
    "as well, and the divisor is always kernel_size times kernel_size."
)
def zeros_do_not_count(x, kernel_size, stride, padding):
    inside = pooled(pad(np.ones_like(x), padding, padding), kernel_size, stride)
    return avg_pool2d(x, kernel_size, stride, padding) / inside


@exercise.wrong("This is the sum of each window. For the mean, divide it by the number of its places.")
def sum_of_the_window(x, kernel_size, stride, padding):
    return avg_pool2d(x, kernel_size, stride, padding) * kernel_size**2


@exercise.wrong("The sum is divided by kernel_size. A window has so many rows of so many numbers: how many is that?")
def divided_by_the_length(x, kernel_size, stride, padding):
    return avg_pool2d(x, kernel_size, stride, padding) * kernel_size


@exercise.wrong(
    "The means are rounded down: `//` is a division that keeps whole numbers only. `/` keeps what comes after the "
    "point."
)
def rounded_down(x, kernel_size, stride, padding):
    return np.floor(avg_pool2d(x, kernel_size, stride, padding) + 1e-7)  # whole means have a last digit, too


@exercise.wrong(
    "Right while x is an array of floats. Where it is one of integers, the result has become one, too, and the means "
    "lose what stands after the point. A mean of whole numbers need not be whole: make an array of floats."
)
def cut_to_the_type_of_x(x, kernel_size, stride, padding):
    return avg_pool2d(x, kernel_size, stride, padding).astype(x.dtype)


@exercise.wrong(
    "The means agree to three digits only, and large numbers have become infinite: that is half precision, which ends "
    "at 65504. Leave the numbers as precise as they come."
)
@np.errstate(over="ignore", invalid="ignore")
def half_precision(x, kernel_size, stride, padding):
    return pooled(pad(x.astype(np.float16), padding, padding), kernel_size, stride, lambda w: w.mean(axis=(2, 3)))


@exercise.wrong("This is the largest number of each window, which is max-pooling. Here all numbers of it count alike.")
def maximum(x, kernel_size, stride, padding):
    return pooled(pad(x, padding, padding), kernel_size, stride, lambda window: window.max(axis=(2, 3)))


@exercise.wrong("The windows lie in the image itself: first put `padding` rows and columns of zeros around it.")
def padding_ignored(x, kernel_size, stride, padding):
    return avg_pool2d(x, kernel_size, stride, 0)


@exercise.wrong(
    "The windows begin in the padding, but do not reach the one at the other end: each axis counts its padding once. "
    "Each of the four sides gets `padding` rows or columns, so that the height is H + 2 * padding."
)
def padded_before(x, kernel_size, stride, padding):
    return pooled(pad(x, padding, 0), kernel_size, stride)


@exercise.wrong(
    "The zeros stand only below the image and on its right. Each of the four sides gets `padding` rows or columns, so "
    "that the first window begins in the padding."
)
def padded_after(x, kernel_size, stride, padding):
    return pooled(pad(x, 0, padding), kernel_size, stride)


@exercise.wrong("All zeros stand above the image and on its left: half of them belong to the other two sides.")
def all_before(x, kernel_size, stride, padding):
    return pooled(pad(x, 2 * padding, 0), kernel_size, stride)


@exercise.wrong("All zeros stand below the image and on its right: half of them belong to the other two sides.")
def all_after(x, kernel_size, stride, padding):
    return pooled(pad(x, 0, 2 * padding), kernel_size, stride)


@exercise.wrong("There are zeros above and below the image, but none on its left and on its right.")
def rows_padded_only(x, kernel_size, stride, padding):
    return pooled(np.pad(x, ((0, 0), (0, 0), (padding, padding), (0, 0))), kernel_size, stride)


@exercise.wrong("There are zeros on the left and on the right of the image, but none above and below it.")
def columns_padded_only(x, kernel_size, stride, padding):
    return pooled(np.pad(x, ((0, 0), (0, 0), (0, 0), (padding, padding))), kernel_size, stride)


@exercise.wrong(
    "The windows are right, but too few: their number follows from the size without padding. Take the sizes from the "
    "padded image."
)
def padding_not_counted(x, kernel_size, stride, padding):
    return pooled(pad(x, padding, padding), kernel_size, stride, count=fitting(x.shape, kernel_size, stride))


@exercise.wrong("There are new images and channels of zeros. `np.pad` takes a pair of numbers for each axis.")
def all_axes_padded(x, kernel_size, stride, padding):
    return pooled(np.pad(x, padding), kernel_size, stride)


@exercise.wrong("The padding repeats the numbers at the border. Here it is of zeros: `np.pad` without a mode.")
def border_repeated(x, kernel_size, stride, padding):
    return pooled(pad(x, padding, padding, mode="edge"), kernel_size, stride)


@exercise.wrong(
    "The windows always lie side by side, whatever the stride: they move on by kernel_size. The distance between the "
    "beginnings of two neighbours is `stride`."
)
def moves_by_the_kernel(x, kernel_size, stride, padding):
    return avg_pool2d(x, kernel_size, kernel_size, padding)


@exercise.wrong("There is a window at every place, as if the stride were 1. Only every `stride`-th one counts.")
def stride_forgotten(x, kernel_size, stride, padding):
    return avg_pool2d(x, kernel_size, 1, padding)


@exercise.wrong("The windows are as many as they should be, but too close together: number i begins at i * stride.")
def places_without_the_stride(x, kernel_size, stride, padding):
    padded = pad(x, padding, padding)
    return pooled(padded, kernel_size, 1, count=fitting(padded.shape, kernel_size, stride))


@exercise.wrong(
    "On each axis one window is missing: (size - kernel_size) // stride counts the steps from the first window to the "
    "last, and there is one window more than steps."
)
def one_window_short(x, kernel_size, stride, padding):
    return avg_pool2d(x, kernel_size, stride, padding)[:, :, :-1, :-1]


@exercise.wrong(
    "Where the stride leaves rows or columns over, one more window takes them in, and it ends outside of the padded "
    "image. Only whole windows count here: round their number down, not up."
)
def rounded_up(x, kernel_size, stride, padding):
    padded = pad(x, padding, padding)
    count = tuple(-(-(size - kernel_size) // stride) + 1 for size in padded.shape[2:])
    return pooled(padded, kernel_size, stride, count=count)


@exercise.wrong(
    "There is a window at every multiple of the stride up to the end of the padded image, where the last ones reach "
    "out. Only whole windows count: the last one begins at size - kernel_size at the latest."
)
def begins_up_to_the_end(x, kernel_size, stride, padding):
    more = pad(x, padding, padding + kernel_size)
    count = (-(-(size + 2 * padding) // stride) for size in x.shape[2:])
    return pooled(more, kernel_size, stride, count=tuple(count))


@exercise.wrong(
    "There are as many windows across as down, or the columns run out: the number of columns follows from the height. "
    "An image need not be square: the columns come from W."
)
@np.errstate(invalid="ignore")
def height_for_both(x, kernel_size, stride, padding):
    padded = pad(x, padding, padding)
    return pooled(padded, kernel_size, stride, count=fitting(padded.shape, kernel_size, stride)[:1] * 2)


@exercise.wrong("The stride acts on the rows only: across, there is a window at every column. It holds for both axes.")
def stride_on_rows_only(x, kernel_size, stride, padding):
    return avg_pool2d(x, kernel_size, 1, padding)[:, :, ::stride]


@exercise.wrong(
    "There is a window at every place, and in it only every `stride`-th row and column counts. The stride belongs to "
    "the places where windows begin; inside of a window all numbers count."
)
def stride_in_the_window(x, kernel_size, stride, padding):
    return pooled(pad(x, padding, padding), kernel_size, 1, lambda window: mean(window[:, :, ::stride, ::stride]))


@exercise.wrong(
    "The number of a window is taken as the place where it begins, divided by kernel_size. Windows are `stride` apart: "
    "where that is another number, some replace each other, and others stay empty."
)
def numbered_by_the_kernel(x, kernel_size, stride, padding):
    means = avg_pool2d(x, kernel_size, stride, padding)
    y = np.zeros(means.shape)
    for i, j in np.ndindex(*y.shape[2:]):
        y[:, :, i * stride // kernel_size, j * stride // kernel_size] = means[:, :, i, j]
    return y


@exercise.wrong(
    "The image is cut into blocks with `reshape` where stride and window are the same, and that raises an error where "
    "rows or columns are left over. Cut these off first."
)
def blocks_without_a_remainder(x, kernel_size, stride, padding):
    sizes = (size + 2 * padding for size in x.shape[2:])
    if stride == kernel_size and any(size % kernel_size for size in sizes):
        raise ValueError
    return avg_pool2d(x, kernel_size, stride, padding)


@exercise.wrong(
    "Of the running sums, the one before the first number is missing, which is 0: windows that begin at 0 subtract the "
    "last sum instead, by the index -1. Put a row and a column of zeros in front."
)
def running_sums_without_a_zero(x, kernel_size, stride, padding):
    sums = pad(x, padding, padding).cumsum(axis=2).cumsum(axis=3)
    rows, columns = (stride * np.arange(count) - 1 for count in fitting(sums.shape, kernel_size, stride))
    sums = sums[:, :, rows + kernel_size] - sums[:, :, rows]
    return (sums[..., columns + kernel_size] - sums[..., columns]) / kernel_size**2


@exercise.wrong(
    "All images and channels have the same result: the mean runs over them as well. Each image and each channel has "
    "its own windows; take the mean over the last two axes only."
)
def over_all_axes(x, kernel_size, stride, padding):
    return pooled(pad(x, padding, padding), kernel_size, stride, np.mean)


@exercise.wrong("All channels of an image have the same result: the mean runs over them. Pool each one alone.")
def over_the_channels(x, kernel_size, stride, padding):
    padded = pad(x, padding, padding)
    return pooled(padded, kernel_size, stride, lambda window: window.mean(axis=(1, 2, 3))[:, None])


@exercise.wrong("Only the first channel of the first image is pooled. Do the same for every n and every c.")
def first_channel_only(x, kernel_size, stride, padding):
    y = avg_pool2d(x, kernel_size, stride, padding)
    y[1:], y[:, 1:] = 0, 0
    return y


@exercise.wrong(
    "At the border something else than zeros comes in, or nothing: windows begin at negative places of x itself, and "
    "NumPy counts those from the end. Make a padded array, in which no place is negative."
)
def negative_places(x, kernel_size, stride, padding):
    y = np.zeros_like(avg_pool2d(x, kernel_size, stride, padding))
    for i, j in np.ndindex(*y.shape[2:]):
        top, left = i * stride - padding, j * stride - padding
        y[:, :, i, j] = x[:, :, top : top + kernel_size, left : left + kernel_size].sum(axis=(2, 3))
    return y / kernel_size**2


@exercise.wrong("Each window lacks its last row and column. A slice ends before its second number: no - 1.")
def windows_too_short(x, kernel_size, stride, padding):
    padded = pad(x, padding, padding)
    return pooled(padded, kernel_size - 1, stride, count=fitting(padded.shape, kernel_size, stride))

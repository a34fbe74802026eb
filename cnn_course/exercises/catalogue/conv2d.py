"""The convolution layer on images, from its definition."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="a convolution layer",
    chapter="3-1",
    stars=2,
    minutes=30,
    goals=(2, 3),
    statement=r"""
    Write `conv2d(x, weight, bias, stride, padding)`, the layer that every network of this course is made of. `x` has
    shape (N, C, H, W): images, channels, rows, columns. `weight` has shape (O, C, kH, kW), one filter for each output
    channel, and `bias` has shape (O,). `stride` and `padding` are whole numbers, the same for rows and columns. Every
    kernel fits on the image with its padding: kH is at most H + 2 `padding`, and kW at most W + 2 `padding`.

    With $s$ for the stride, $p$ for the padding and $x = 0$ outside of the image, the result is

    $$ \begin{aligned} & y[n, o, i, j] = b[o] + \sum_{c, k, l} w[o, c, k, l] \\
    & \quad \cdot x[n, c, i s + k - p, j s + l - p] . \end{aligned} $$

    The kernel is not flipped. There are $\lfloor (H + 2p - k_H) / s \rfloor + 1$ rows, and columns likewise: rows and
    columns at the end that no whole window reaches are left out. The result has shape (N, O, rows, columns). The
    numbers of `x` may be integers; the result is an array of floats all the same.
    """,
    hints=(
        "Build it up: one image, one channel, one filter, stride 1, no padding. What are the four loops? Then add the "
        "rest, one at a time.",
        "Padding first, as a step of its own: an array of zeros of size H + 2 p by W + 2 p, with the image in its "
        "middle. After that no index can leave the array.",
        "The window of output (i, j) begins at row i s and column j s of the padded image, and is kH by kW. Multiply "
        "it by the filter, sum over channels, rows and columns, and add the bias once.",
    ),
    remark=r"""
    Only the two loops over places are left. The axis that `[:, None]` puts in lets every image meet every filter:
    (N, 1, C, kH, kW) times (O, C, kH, kW). The sum over the last three axes is the sum over $c$, $k$ and $l$.
    """,
)


@exercise.solution
def conv2d(x, weight, bias, stride, padding):
    """Convolution layer: x (N, C, H, W), weight (O, C, kH, kW), bias (O,) -> (N, O, rows, columns).

    >>> x = np.array([[[[1.0, 2.0, 4.0], [0.0, 3.0, 5.0]]]])
    >>> conv2d(x, np.array([[[[-1.0, 1.0]]]]), np.array([10.0]), 1, 0)
    array([[[[11., 12.],
             [13., 12.]]]])
    >>> conv2d(x, np.array([[[[-1.0, 1.0]]]]), np.array([0.0]), 2, 1)
    array([[[[0., 0.],
             [0., 2.]]]])
    """
    height, width = weight.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = (padded.shape[2] - height) // stride + 1
    columns = (padded.shape[3] - width) // stride + 1
    out = np.zeros((len(x), len(weight), rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = padded[:, :, top : top + height, left : left + width]
            out[:, :, i, j] = (window[:, None] * weight).sum(axis=(2, 3, 4)) + bias
    return out


def case(rng, x, weight, stride=1, padding=0):
    """Random numbers for arrays of these shapes."""
    return whole(rng, *x), whole(rng, *weight), whole(rng, weight[0]), stride, padding


@exercise.check("the example", points=0)
def example(rng):
    x = np.array([[[[1.0, 2.0, 4.0], [0.0, 3.0, 5.0]]]])
    yield x, np.array([[[[-1.0, 1.0]]]]), np.array([10.0]), 1, 0


@exercise.check("one image, one channel, one filter", points=1)
def single(rng):
    yield case(rng, (1, 1, 2, 3), (1, 1, 1, 2))
    yield case(rng, (1, 1, 3, 4), (1, 1, 2, 2))
    yield case(rng, (1, 1, 4, 6), (1, 1, 2, 3))
    yield case(rng, (1, 1, 2, 3), (1, 1, 2, 3))


@exercise.check("several channels and filters", points=1)
def channels(rng):
    yield case(rng, (1, 2, 2, 4), (1, 2, 1, 2))
    yield case(rng, (1, 1, 3, 4), (2, 1, 2, 2))
    yield case(rng, (1, 3, 3, 5), (2, 3, 2, 3))


@exercise.check("several images", points=1)
def images(rng):
    yield case(rng, (3, 1, 2, 4), (1, 1, 1, 2))
    yield case(rng, (4, 3, 4, 6), (2, 3, 2, 3))


@exercise.check("padding", points=1)
def padded(rng):
    yield case(rng, (1, 1, 2, 3), (1, 1, 2, 1), padding=1)
    yield case(rng, (2, 3, 4, 5), (2, 3, 3, 2), padding=1)
    yield case(rng, (1, 2, 3, 5), (3, 2, 2, 3), padding=2)


@exercise.check("strides", points=1)
def strides(rng):
    yield case(rng, (1, 1, 3, 5), (1, 1, 1, 1), stride=2)
    yield case(rng, (1, 1, 6, 9), (1, 1, 3, 2), stride=2)
    yield case(rng, (2, 2, 7, 8), (3, 2, 1, 2), stride=3)
    yield case(rng, (2, 3, 4, 6), (2, 3, 2, 3), stride=2, padding=1)


@exercise.check("numbers that are not whole, large and small", points=1)
def other_numbers(rng):
    for large, small in ((1.0, 1.0), (2.0**40, 1.0), (2.0**-20, 2.0**-20)):
        x, weight = fractions(rng, 1, 1, 3, 4, size=large), fractions(rng, 2, 1, 2, 2, size=small)
        yield x, weight, fractions(rng, 2, size=large * small), 1, 0


@exercise.check("x of integers", points=1)
def integers(rng):
    x = 2 * whole(rng, 1, 1, 3, 4).astype(int) + 1  # odd, so that no sum of three products is whole
    yield x, fractions(rng, 2, 1, 1, 3), whole(rng, 1) * [1.0, -2.0], 1, 0


@exercise.alternative
def by_seven_loops(x, weight, bias, stride, padding):
    (n, c, h, w), (o, _, kh, kw) = x.shape, weight.shape
    rows, columns = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    out = np.zeros((n, o, rows, columns))
    for place in np.ndindex(*out.shape):
        image, channel, i, j = place
        out[place] = bias[channel]
        for tap in np.ndindex(c, kh, kw):
            row, column = i * stride + tap[1] - padding, j * stride + tap[2] - padding
            if 0 <= row < h and 0 <= column < w:
                out[place] += weight[(channel, *tap)] * x[image, tap[0], row, column]
    return out


@exercise.alternative
def by_einsum(x, weight, bias, stride, padding):
    padded = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    view = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))
    return np.einsum("ncijkl,ockl->noij", view[:, :, ::stride, ::stride], weight) + bias[:, None, None]


@exercise.alternative
def by_taps_in_another_memory_order(x, weight, bias, stride, padding):
    padded = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)]).transpose(0, 2, 3, 1)
    kh, kw = weight.shape[2:]
    rows, columns = (padded.shape[1] - kh) // stride + 1, (padded.shape[2] - kw) // stride + 1
    out = np.zeros((len(x), rows, columns, len(weight))) + bias
    for k, l in np.ndindex(kh, kw):
        part = padded[:, k : k + rows * stride : stride, l : l + columns * stride : stride]
        out += part[:, :rows, :columns] @ weight[:, :, k, l].T
    return out.transpose(0, 3, 1, 2)


@exercise.alternative
def in_single_precision(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, stride, padding).astype(np.float32)


def padded_by(x, rows, columns, mode="constant"):
    """Zeros, or what another mode of np.pad gives, around the image: (above, below) and (left, right)."""
    return np.pad(x, ((0, 0), (0, 0), rows, columns), mode=mode)


@exercise.wrong(
    "The kernel is turned by 180 degrees, as in the convolution of mathematics. The layer does not flip: window and "
    "filter are multiplied place by place, first tap with first element."
)
def flipped(x, weight, bias, stride, padding):
    return conv2d(x, weight[:, :, ::-1, ::-1], bias, stride, padding)


@exercise.wrong("The kernel is transposed: its rows and columns are exchanged. k counts the rows, and l the columns.")
def kernel_transposed(x, weight, bias, stride, padding):
    return conv2d(x, weight.swapaxes(2, 3), bias, stride, padding)


@exercise.wrong("The kernel is turned upside down: its rows run backwards. Window and filter run the same way.")
def rows_flipped(x, weight, bias, stride, padding):
    return conv2d(x, weight[:, :, ::-1], bias, stride, padding)


@exercise.wrong("The rows of the kernel run from right to left. Window and filter run the same way.")
def columns_flipped(x, weight, bias, stride, padding):
    return conv2d(x, weight[:, :, :, ::-1], bias, stride, padding)


@exercise.wrong(
    "This is the sum of a matrix product: `@` and `np.dot` multiply rows by columns, and do so only where the sizes "
    "match. Window and filter are multiplied place by place, by `*`."
)
def matrix_product(x, weight, bias, stride, padding):
    columns = weight.sum(axis=3, keepdims=True).swapaxes(2, 3)
    if weight.shape[2] != weight.shape[3]:
        raise ValueError
    return conv2d(x, np.broadcast_to(columns, weight.shape), bias, stride, padding)


@exercise.wrong("The numbers are rounded to whole ones on their way. Numbers of images and filters are seldom whole.")
def rounded(x, weight, bias, stride, padding):
    return np.rint(conv2d(x, weight, bias, stride, padding))


@exercise.wrong(
    "Right while x is an array of floats. Where it is one of integers, the result has become one, too, and loses what "
    "stands after the point. An array for the result must be one of floats, whatever x is."
)
def cut_to_the_type_of_x(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, stride, padding).astype(x.dtype)


@exercise.wrong("The products are right, but the bias is missing: each output channel o adds its bias[o] everywhere.")
def bias_forgotten(x, weight, bias, stride, padding):
    return conv2d(x, weight, 0 * bias, stride, padding)


@exercise.wrong(
    "Right with one filter, but with more the bias, shape (O,), meets the wrong axis. NumPy aligns shapes at the end, "
    "where the columns are: give the bias the shape (O, 1, 1), or add bias[o] to one channel at a time."
)
def bias_along_the_columns(x, weight, bias, stride, padding):
    return conv2d(x, weight, 0 * bias, stride, padding) + bias


@exercise.wrong("With several channels there is too much bias: it comes once, to the finished sum over all of them.")
def bias_for_each_channel(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias * weight.shape[1], stride, padding)


@exercise.wrong("Every product gets the bias. It belongs to the output, not to its terms: add it once, after the sum.")
def bias_for_each_product(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias * weight[0].size, stride, padding)


@exercise.wrong("Only the first channel reaches the result. A filter is as deep as the image: the sum goes over c too.")
def first_channel_only(x, weight, bias, stride, padding):
    return conv2d(x[:, :1], weight[:, :1], bias, stride, padding)


@exercise.wrong("Only the last channel is left: each one has replaced the one before. They add up.")
def channels_overwritten(x, weight, bias, stride, padding):
    return conv2d(x[:, -1:], weight[:, -1:], bias, stride, padding)


@exercise.wrong("Every channel of a window meets every one of the filter: multiply c by c first, then sum over c.")
def channels_summed_first(x, weight, bias, stride, padding):
    return conv2d(x.sum(axis=1, keepdims=True), weight.sum(axis=1, keepdims=True), bias, stride, padding)


@exercise.wrong(
    "Output channel o sees one channel of the image only, number o. Each filter is as deep as the image: its sum goes "
    "over all channels c."
)
def channel_by_channel(x, weight, bias, stride, padding):
    filters, channels = np.indices(weight.shape)[:2]
    return conv2d(x, weight * (channels == filters % weight.shape[1]), bias, stride, padding)


@exercise.wrong(
    "Right with one channel. With more, numbers of the windows meet the wrong weights: both are flattened, the windows "
    "in the order (kH, kW, C), the filters in the order (C, kH, kW)."
)
def windows_flattened_otherwise(x, weight, bias, stride, padding):
    channels_last = weight.reshape(len(weight), *weight.shape[2:], weight.shape[1])
    return conv2d(x, channels_last.transpose(0, 3, 1, 2), bias, stride, padding)


@exercise.wrong(
    "Right with one channel. With more, numbers of the windows meet the wrong weights: both are flattened, the windows "
    "in the order (C, kH, kW), the filters in the order (kH, kW, C)."
)
def filters_flattened_otherwise(x, weight, bias, stride, padding):
    return conv2d(x, weight.transpose(0, 2, 3, 1).reshape(weight.shape), bias, stride, padding)


@exercise.wrong(
    "Right with one filter. With more, the numbers stand in wrong places: an array with the channels last has been "
    "given its shape by `reshape`, which moves no number. First reshape to (N, rows, columns, O), then move the axis."
)
def reshaped_instead_of_moved(x, weight, bias, stride, padding):
    y = conv2d(x, weight, bias, stride, padding)
    return y.transpose(0, 2, 3, 1).reshape(y.shape)


@exercise.wrong("All output channels show the first filter, each with its bias. Channel o has the filter weight[o].")
def first_filter_only(x, weight, bias, stride, padding):
    return conv2d(x, np.repeat(weight[:1], len(weight), axis=0), bias, stride, padding)


@exercise.wrong("Only the first image is worked on. The axis n needs its loop, or a colon in every index.")
def first_image_only(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, stride, padding) * (np.arange(len(x)) == 0)[:, None, None, None]


@exercise.wrong("All images have the same result, that of their sum. Images never mix: sum over c, k and l only.")
def images_summed(x, weight, bias, stride, padding):
    return np.repeat(conv2d(x.sum(axis=0, keepdims=True), weight, bias, stride, padding), len(x), axis=0)


@exercise.wrong("The numbers are means over the window. The layer adds the products, and divides by nothing.")
def averaged(x, weight, bias, stride, padding):
    return conv2d(x, weight / weight[0].size, bias, stride, padding)


@exercise.wrong("Padding changes nothing here, not even the size: surround rows and columns with zeros first.")
def padding_ignored(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, stride, 0)


@exercise.wrong("Rows below and columns on the right are missing: the padding lies on both sides, and counts twice.")
def padding_counted_once(x, weight, bias, stride, padding):
    return conv2d(padded_by(x, (padding, 0), (padding, 0)), weight, bias, stride, 0)


@exercise.wrong("There are zeros below and on the right only. They surround the image: p on each of its four sides.")
def padding_after_only(x, weight, bias, stride, padding):
    return conv2d(padded_by(x, (0, padding), (0, padding)), weight, bias, stride, 0)


@exercise.wrong("The size is right, but all zeros stand below and on the right: half belong above and on the left.")
def image_in_the_corner(x, weight, bias, stride, padding):
    return conv2d(padded_by(x, (0, 2 * padding), (0, 2 * padding)), weight, bias, stride, 0)


@exercise.wrong("With one number, `np.pad` pads all four axes. Give it a pair for each: (0, 0) for the first two.")
def images_and_channels_padded(x, weight, bias, stride, padding):
    return conv2d(np.pad(x, padding), weight, bias, stride, 0)


@exercise.wrong("The size is right, but all zeros stand above and on the left: half belong below and on the right.")
def image_in_the_last_corner(x, weight, bias, stride, padding):
    return conv2d(padded_by(x, (2 * padding, 0), (2 * padding, 0)), weight, bias, stride, 0)


@exercise.wrong("The padding repeats the numbers at the border. Outside of the image x is 0.")
def border_repeated(x, weight, bias, stride, padding):
    return conv2d(padded_by(x, (padding, padding), (padding, padding), mode="edge"), weight, bias, stride, 0)


@exercise.wrong(
    "Above and on the left of the image stand numbers from its other end: an index i s + k - p is negative there, and "
    "NumPy counts it from the end. Outside of the image x is 0: pad first, or leave such indices out."
)
def negative_places(x, weight, bias, stride, padding):
    wrapped = padded_by(x, (padding, 0), (padding, 0), mode="wrap")
    return conv2d(padded_by(wrapped, (0, padding), (0, padding)), weight, bias, stride, 0)


@exercise.wrong("The rows above and below are padded, but no columns on the left and on the right.")
def rows_padded_only(x, weight, bias, stride, padding):
    return conv2d(padded_by(x, (padding, padding), (0, 0)), weight, bias, stride, 0)


@exercise.wrong("There are zeros on the left and on the right, but no rows of them above and below.")
def columns_padded_only(x, weight, bias, stride, padding):
    return conv2d(padded_by(x, (0, 0), (padding, padding)), weight, bias, stride, 0)


@exercise.wrong("The stride changes nothing here: every place is visited. Visit every s-th, in both directions.")
def stride_ignored(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, 1, padding)


@exercise.wrong("The size fits the stride, but windows are one place apart: (i, j) begins at row i s and column j s.")
def windows_one_apart(x, weight, bias, stride, padding):
    rows, columns = conv2d(x, weight, bias, stride, padding).shape[2:]
    return conv2d(x, weight, bias, 1, padding)[:, :, :rows, :columns]


@exercise.wrong("The stride acts on the rows only: across, every column is visited. It holds for both axes.")
def stride_on_rows_only(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, 1, padding)[:, :, ::stride]


@exercise.wrong("The stride acts on the columns only: down, every row is visited. It holds for both axes.")
def stride_on_columns_only(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, 1, padding)[:, :, :, ::stride]


@exercise.wrong("The last row and column are missing: there is one window more than there are steps between them.")
def last_window_lost(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, stride, padding)[:, :, :-1, :-1]


@exercise.wrong("A last row or column has stayed 0: `range` leaves out its end, where the last window begins. Add 1.")
def ranges_too_short(x, weight, bias, stride, padding):
    out = conv2d(x, weight, bias, stride, padding)
    (h, w), (kh, kw) = x.shape[2:], weight.shape[2:]
    out[:, :, len(range(0, h + 2 * padding - kh, stride)) :] = 0
    out[:, :, :, len(range(0, w + 2 * padding - kw, stride)) :] = 0
    return out


@exercise.wrong("With larger strides the last row or column can be missing: add the 1 after the division.")
def one_added_before_the_division(x, weight, bias, stride, padding):
    (h, w), (kh, kw) = x.shape[2:], weight.shape[2:]
    rows, columns = (h + 2 * padding - kh + 1) // stride, (w + 2 * padding - kw + 1) // stride
    return conv2d(x, weight, bias, stride, padding)[:, :, :rows, :columns]


@exercise.wrong(
    "Where the stride leaves rows or columns over, one more window is visited, which hangs over the border. Only whole "
    "windows count: round the quotient down."
)
def size_rounded_up(x, weight, bias, stride, padding):
    axes = zip(x.shape[2:], weight.shape[2:], strict=True)
    sides = ((padding, padding + (k - n - 2 * padding) % stride) for n, k in axes)
    return conv2d(padded_by(x, *sides), weight, bias, stride, 0)


@exercise.wrong("Rows and columns of the result are exchanged: i runs over rows, and comes before j.")
def rows_and_columns_exchanged(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, stride, padding).swapaxes(2, 3)


@exercise.wrong("The numbers are right, but the channels stand last. The order of the axes is (N, O, rows, columns).")
def channels_last(x, weight, bias, stride, padding):
    return conv2d(x, weight, bias, stride, padding).transpose(0, 2, 3, 1)


@exercise.wrong("The result has an axis too many, that of the input channels: sum over c, besides k and l.")
def channels_not_summed(x, weight, bias, stride, padding):
    by_channel = [conv2d(x[:, c : c + 1], weight[:, c : c + 1], bias, stride, padding) for c in range(weight.shape[1])]
    return np.stack(by_channel, axis=2)

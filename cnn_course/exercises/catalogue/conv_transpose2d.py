"""The transposed convolution: every input element adds a copy of the kernel."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="a transposed convolution",
    chapter="3-4",
    stars=3,
    minutes=40,
    goals=(1,),
    statement=r"""
    Write `conv_transpose2d(x, weight, stride, padding)`, the adjoint of a convolution. That convolution has a `weight`
    of shape (O, C, kH, kW) and maps C channels to O. The transposed one takes the same weight, as it is, and maps back:
    `x`, of floats or integers, has shape (N, O, R, Q), the result, of floats, (N, C, H, W). `stride` and `padding` are
    those of the convolution, whole numbers $s$ and $p$, the same for rows and columns. There is no bias.

    Every element of `x` adds a copy of the kernel to the result, and where copies overlap they add up:
    $x[n, o, i, j]\, w[o, c, k, l]$ is added to

    $$ z[n, c, i s + k - p, j s + l - p] . $$

    The result has the smallest size that the convolution can have come from, $H = (R - 1) s + k_H - 2p$ and
    $W = (Q - 1) s + k_W - 2p$; you may rely on both being at least 1. What would fall outside of it is dropped: padding
    makes this result smaller.
    """,
    hints=(
        "It goes the other way round: a convolution gathers a window into one number, this one "
        "spreads a number over a window.",
        "Forget the padding at first: begin with zeros of size (R - 1) s + kH by (Q - 1) s + kW, and go over the "
        "places (i, j) of x.",
        "The element (i, j) adds to the window at row i s and column j s: for each c, the sum over o of "
        "x[n, o, i, j] w[o, c]. In the end cut p rows and p columns off, on all four sides.",
    ),
    remark=r"""
    These are the lines for `grad_x` in the gradient of a convolution: `x` takes the place of the upstream gradient. The
    operation is the adjoint and not the inverse of the convolution, in spite of the name "deconvolution".
    """,
)


@exercise.solution
def conv_transpose2d(x, weight, stride, padding):
    """Transposed convolution: x (N, O, R, Q), weight (O, C, kH, kW) -> (N, C, H, W), without bias.

    >>> x, weight = np.array([[[[1.0, 2.0]]]]), np.array([[[[1.0, 10.0, 100.0]]]])
    >>> conv_transpose2d(x, weight, 1, 0)
    array([[[[  1.,  12., 120., 200.]]]])
    >>> conv_transpose2d(x, weight, 2, 0)
    array([[[[  1.,  10., 102.,  20., 200.]]]])
    """
    (n, _, rows, columns), (_, c, height, width) = x.shape, weight.shape
    full = np.zeros((n, c, (rows - 1) * stride + height, (columns - 1) * stride + width))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            copies = np.tensordot(x[:, :, i, j], weight, axes=1)  # (N, O) and (O, C, kH, kW)
            full[:, :, top : top + height, left : left + width] += copies
    return full[:, :, padding : full.shape[2] - padding, padding : full.shape[3] - padding]


@exercise.check("the example", points=0)
def example(rng):
    x, weight = np.array([[[[1.0, 2.0]]]]), np.array([[[[1.0, 10.0, 100.0]]]])
    yield x, weight, 1, 0
    yield x, weight, 2, 0


@exercise.check("one channel, stride 1", points=1)
def single(rng):
    yield whole(rng, 1, 1, 1, 2), whole(rng, 1, 1, 2, 2), 1, 0
    yield whole(rng, 1, 1, 2, 4), whole(rng, 1, 1, 3, 2), 1, 0


@exercise.check("several channels and images", points=1)
def channels_and_images(rng):
    yield whole(rng, 1, 2, 1, 2), whole(rng, 2, 3, 1, 1), 1, 0
    yield whole(rng, 1, 3, 1, 2), whole(rng, 3, 2, 1, 2), 1, 0
    yield whole(rng, 2, 3, 2, 3), whole(rng, 3, 2, 2, 1), 1, 0
    yield whole(rng, 3, 2, 2, 3), whole(rng, 2, 2, 3, 2), 1, 0


@exercise.check("strides", points=1)
def strides(rng):
    yield whole(rng, 1, 1, 1, 3), whole(rng, 1, 1, 1, 3), 2, 0
    yield whole(rng, 1, 1, 2, 3), whole(rng, 1, 1, 3, 2), 2, 0
    yield whole(rng, 1, 1, 3, 3), whole(rng, 1, 1, 2, 2), 3, 0
    yield whole(rng, 2, 3, 3, 2), whole(rng, 3, 2, 2, 4), 3, 0


@exercise.check("padding", points=1)
def padded(rng):
    yield whole(rng, 1, 1, 2, 3), whole(rng, 1, 1, 2, 3), 1, 1
    yield whole(rng, 1, 1, 3, 3), whole(rng, 1, 1, 3, 3), 1, 1
    yield whole(rng, 2, 3, 3, 4), whole(rng, 3, 2, 3, 4), 2, 1
    yield whole(rng, 1, 2, 4, 3), whole(rng, 2, 3, 2, 3), 3, 2


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (2.0**20, 2.0**-20):
        yield fractions(rng, 1, 2, 2, 3, size=size), fractions(rng, 2, 2, 3, 2), 2, 1


@exercise.check("integers with a weight of fractions", points=1)
def integers(rng):
    yield whole(rng, 1, 1, 2, 3).astype(int), fractions(rng, 1, 1, 2, 2), 2, 0
    yield whole(rng, 2, 1, 3, 2).astype(int), fractions(rng, 1, 1, 2, 2), 2, 0


@exercise.alternative
def by_products_of_numbers(x, weight, stride, padding):
    (n, o, rows, columns), (_, c, kh, kw) = x.shape, weight.shape
    out = np.zeros((n, c, (rows - 1) * stride + kh - 2 * padding, (columns - 1) * stride + kw - 2 * padding))
    for image, source, i, j, channel, k, l in np.ndindex(n, o, rows, columns, c, kh, kw):
        a, b = i * stride + k - padding, j * stride + l - padding
        if 0 <= a < out.shape[2] and 0 <= b < out.shape[3]:
            out[image, channel, a, b] += x[image, source, i, j] * weight[source, channel, k, l]
    return out


@exercise.alternative
def by_a_full_convolution(x, weight, stride, padding):
    (n, o, rows, columns), (kh, kw) = x.shape, weight.shape[2:]
    spread = np.zeros((n, o, (rows - 1) * stride + 1, (columns - 1) * stride + 1))
    spread[:, :, ::stride, ::stride] = x
    spread = np.pad(spread, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(spread, (kh, kw), axis=(2, 3))
    full = np.einsum("noabkl,ockl->ncab", windows, weight[:, :, ::-1, ::-1])
    inside = slice(padding, -padding or None)
    return full[:, :, inside, inside]


@exercise.alternative
def by_taps_in_single_precision(x, weight, stride, padding):
    (n, _, rows, columns), (_, c, kh, kw) = x.shape, weight.shape
    full = np.zeros((c, n, (rows - 1) * stride + kh, (columns - 1) * stride + kw), dtype=np.float32)
    for k, l in np.ndindex(kh, kw):
        part = np.einsum("noij,oc->cnij", x, weight[:, :, k, l]).astype(np.float32)
        full[:, :, k : k + stride * rows : stride, l : l + stride * columns : stride][:, :, :rows, :columns] += part
    return full.swapaxes(0, 1)[:, :, padding : full.shape[2] - padding, padding : full.shape[3] - padding]


def cut(full, padding):
    """Without the padding, on all four sides."""
    return full[:, :, padding : full.shape[2] - padding, padding : full.shape[3] - padding]


def sum_of_copies(x, weight, stride, padding, add=True, step=None, turn=1):
    """The solution, where copies may replace each other, lie `step` instead of `stride` apart, or come backwards."""
    full = np.zeros_like(conv_transpose2d(1.0 * x, weight, stride, 0))
    step = step or stride
    for i, j in list(np.ndindex(*x.shape[2:]))[::turn]:
        rows = slice(i * step, i * step + weight.shape[2])
        here = (..., rows, slice(j * step, j * step + weight.shape[3]))
        full[here] = add * full[here] + np.tensordot(x[:, :, i, j], weight, axes=1)
    return cut(full, padding)


def wrong_weight(name, hint, change):
    """Add the mistake of another weight."""

    def answer(x, weight, stride, padding):
        return conv_transpose2d(x, change(weight), stride, padding)

    answer.__name__ = name
    exercise.wrong(hint)(answer)


wrong_weight(
    "kernel_flipped",
    "Every copy of the kernel is turned by 180 degrees. Here nothing is flipped: tap (k, l) goes k rows down and l "
    "columns to the right. With a convolution of the spread input it is the other way round: that one needs the flip.",
    lambda weight: weight[:, :, ::-1, ::-1],
)
for axis, name in enumerate(("rows", "columns"), start=2):
    wrong_weight(
        f"{name}_flipped",
        f"Every copy of the kernel has its {name} in reverse order. The copies are those of the kernel as it is; where "
        "a convolution of the spread input needs a flip, it needs one along both axes.",
        lambda weight, axis=axis: np.flip(weight, axis),
    )
wrong_weight(
    "first_filter_only",
    "All channels of x meet the filter of the first. The kernel from channel o to channel c is weight[o, c].",
    lambda weight: np.repeat(weight[:1], len(weight), axis=0),
)
wrong_weight(
    "channels_exchanged",
    "The first axis of the weight is taken for the channels of the result, as in a convolution. Here it is the other "
    "way round: x has the O channels of axis 0, which are summed, and the result has the C channels of axis 1.",
    lambda weight: weight.swapaxes(0, 1),
)


@exercise.wrong(
    "Where copies of the kernel overlap, only one of them is left. They add up: either `=` has replaced the earlier "
    "ones, or it is `+=` with arrays of indices, which takes a place that occurs twice only once."
)
def overlaps_overwritten(x, weight, stride, padding):
    return sum_of_copies(x, weight, stride, padding, add=False)


@exercise.wrong(
    "Where taps meet at a place, only the last tap of the kernel is left. They add up: either `=` has replaced the "
    "earlier ones, or it is `+=` with arrays of indices, which takes a place that occurs twice only once."
)
def taps_overwritten(x, weight, stride, padding):
    return sum_of_copies(x, weight, stride, padding, add=False, turn=-1)


@exercise.wrong("Where copies overlap, the sum is divided by how many they are. The transposed convolution only adds.")
def overlaps_averaged(x, weight, stride, padding):
    count = conv_transpose2d(np.ones_like(x[:1, :1]), np.ones_like(weight[:1, :1]), stride, padding)
    return conv_transpose2d(x, weight, stride, padding) / np.maximum(count, 1)


@exercise.wrong(
    "This is the full convolution for every stride: the stride changes nothing. Neighbouring elements of x add their "
    "copies s places apart."
)
def stride_ignored(x, weight, stride, padding):
    return conv_transpose2d(x, weight, 1, padding)


@exercise.wrong(
    "The size is right, but neighbouring elements of x add their copies one place apart. The copy of element (i, j) "
    "begins at row i s and column j s."
)
def copies_one_apart(x, weight, stride, padding):
    return sum_of_copies(x, weight, stride, padding, step=1)


@exercise.wrong(
    "The elements of x are repeated s times, so that each adds s copies along each axis. Between two elements there "
    "are zeros: each adds a single copy."
)
def elements_repeated(x, weight, stride, padding):
    rows, columns = ((size - 1) * stride + 1 for size in x.shape[2:])
    spread = x.repeat(stride, axis=2).repeat(stride, axis=3)[:, :, :rows, :columns]
    return conv_transpose2d(spread, weight, 1, padding)


@exercise.wrong(
    "The result is too large with strides above 1: R s + kH - s rows are reached, not R s + kH - 1. Between R elements "
    "there are R - 1 steps; no zeros come after the last one."
)
def zeros_after_the_last(x, weight, stride, padding, more=-1):
    full = conv_transpose2d(x, weight, stride, 0)
    return cut(np.pad(full, ((0, 0), (0, 0), (0, stride + more), (0, stride + more))), padding)


@exercise.wrong(
    "The result is s rows and s columns too large: its height is R s + kH - 2p here. Between R copies there are R - 1 "
    "steps of the stride."
)
def one_step_too_many(x, weight, stride, padding):
    return zeros_after_the_last(x, weight, stride, padding, more=0)


@exercise.wrong(
    "Right with stride 1, too large otherwise: s zeros stand between the elements of x instead of s - 1, so that the "
    "copies lie s + 1 places apart. The stride is the distance."
)
def one_zero_too_many(x, weight, stride, padding):
    return conv_transpose2d(x, weight, stride + (stride > 1), padding)


@exercise.wrong(
    "The last row and the last column of x add no copies: the loops over the places end one too early. There are R "
    "times Q places."
)
def last_row_and_column_missing(x, weight, stride, padding):
    kept = np.zeros_like(x)
    kept[:, :, :-1, :-1] = x[:, :, :-1, :-1]
    return conv_transpose2d(kept, weight, stride, padding)


@exercise.wrong(
    "What would fall before the beginning comes back at the far end: an index below 0 counts from the end. Such places "
    "must be dropped like those beyond the end."
)
def negative_places_wrap(x, weight, stride, padding):
    full = conv_transpose2d(x, weight, stride, 0)
    result = cut(full, padding).copy()
    rows, columns = result.shape[2:]
    for a, b in np.ndindex(*full.shape[2:]):
        if min(a, b) < padding and -rows <= a - padding < rows and -columns <= b - padding < columns:
            result[:, :, a - padding, b - padding] += full[:, :, a, b]
    return result


@exercise.wrong(
    "The padding changes nothing. It belongs to the image that the convolution has seen; the result is without it, p "
    "rows and columns less on each of the four sides."
)
def padding_ignored(x, weight, stride, padding):
    return conv_transpose2d(x, weight, stride, 0)


@exercise.wrong(
    "The padding makes the result larger. In the transposed convolution it acts in the other direction: cut p rows "
    "and columns off, on all four sides, and add none."
)
def padding_added(x, weight, stride, padding):
    full = conv_transpose2d(x, weight, stride, 0)
    return np.pad(full, ((0, 0), (0, 0), (padding, padding), (padding, padding)))


@exercise.wrong(
    "x itself has been padded with zeros before it was spread. The padding is that of the other side: cut it off the "
    "result."
)
def input_padded(x, weight, stride, padding):
    return conv_transpose2d(np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))), weight, stride, 0)


CUTS = {  # how often the padding is cut off above, below, on the left and on the right
    "all_at_the_end": (
        (0, 2, 0, 2),
        "The size is right, but it is the first part of the full result: 2p is cut at the end",
    ),
    "all_at_the_beginning": ((2, 0, 2, 0), "The size is right, but it is the last part of the full result"),
    "at_the_beginning_only": ((1, 0, 1, 0), "The padding has been cut off at the beginning only"),
    "at_the_end_only": ((0, 1, 0, 1), "The padding has been cut off at the end only"),
    "rows_only": ((1, 1, 0, 0), "Rows have been cut off for the padding, but no columns"),
    "columns_only": ((0, 0, 1, 1), "Columns have been cut off for the padding, but no rows"),
}


def cut_elsewhere(name):
    """Add the mistake of a padding that is cut off in other places."""
    (top, bottom, left, right), what = CUTS[name]

    def answer(x, weight, stride, padding):
        full = conv_transpose2d(x, weight, stride, 0)
        full = full[:, :, top * padding : full.shape[2] - bottom * padding]
        return full[:, :, :, left * padding : full.shape[3] - right * padding]

    answer.__name__ = f"padding_cut_{name}"
    exercise.wrong(f"{what}. It lies on all four sides, and p rows or columns are cut off on each.")(answer)


for name in CUTS:
    cut_elsewhere(name)


@exercise.wrong(
    "The channels of x are not summed: only the last one reaches the result. Each x[n, o] adds its copies of "
    "weight[o, c] to output channel c, for all o."
)
def last_input_channel_only(x, weight, stride, padding):
    return conv_transpose2d(x[:, -1:], weight[-1:], stride, padding)


@exercise.wrong(
    "The channels of x are not summed: only the first one reaches the result. Each x[n, o] adds its copies of "
    "weight[o, c] to output channel c, for all o."
)
def first_input_channel_only(x, weight, stride, padding):
    return conv_transpose2d(x[:, :1], weight[:1], stride, padding)


@exercise.wrong("The images are mixed: every one has got the sum of all. Only o is summed, n stays.")
def images_summed(x, weight, stride, padding):
    return np.repeat(conv_transpose2d(x.sum(axis=0, keepdims=True), weight, stride, padding), len(x), axis=0)


@exercise.wrong("Rows and columns of the result are exchanged. The axes stay in their order: rows come before columns.")
def rows_and_columns_exchanged(x, weight, stride, padding):
    return conv_transpose2d(x, weight, stride, padding).swapaxes(2, 3)


@exercise.wrong(
    "Right with padding, but without any the result is empty: a slice from p to -p means for p = 0 from 0 to 0. Count "
    "the end from the front, size - p."
)
def empty_without_padding(x, weight, stride, padding):
    return conv_transpose2d(x, weight, stride, 0)[:, :, padding:-padding, padding:-padding]


@exercise.wrong(
    "Right for an x of floats. For integers the sums are kept in an array of integers, which cuts them off: "
    "`np.zeros_like(x)` and `dtype=x.dtype` make one. Begin with zeros that are floats.",
    fails=("integers with a weight of fractions",),
)
def in_an_array_of_integers(x, weight, stride, padding):
    return conv_transpose2d(x, weight, stride, padding).astype(x.dtype).astype(float)

"""The gradients of a convolution layer."""

from itertools import permutations

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="the gradients of a convolution layer",
    chapter="4-1",
    stars=3,
    minutes=45,
    goals=(3,),
    returns=("grad_x", "grad_weight", "grad_bias"),
    statement=r"""
    The layer `conv2d` maps `x` (N, C, H, W) to `y` (N, O, R, Q) with a `weight` (O, C, kH, kW), a bias (O,), and whole
    numbers for stride $s$ and padding $p$:

    $$
    \begin{aligned}
    & y[n, o, i, j] = b[o] + \sum_{c, k, l} w[o, c, k, l] \\
    &\quad \cdot x[n, c, i s + k - p, j s + l - p] ,
    \end{aligned}
    $$

    with $x = 0$ outside of the image. Write `conv2d_backward(grad_output, x, weight, stride, padding)`. From the
    gradient of a loss in the output, `grad_output[n, o, i, j]` $= \partial L / \partial y[n, o, i, j]$, it returns the
    gradients in the three inputs, `grad_x`, `grad_weight` and `grad_bias`, in this order.

    Each has the shape of what it is the gradient of. Weight and bias serve all images, so that their gradients are sums
    over the images, not means. Where no window reaches an element of `x`, its gradient is zero. The numbers of `x` may
    be integers; the gradients are arrays of floats all the same. For one image and one channel of a single row, with
    `x` $(1, 2, 4)$, `weight` $(3, 5)$, `grad_output` $(1, 10)$, stride 1 and padding 0, the rows of the three are
    $(3, 35, 50)$, $(21, 42)$ and $(11)$.
    """,
    hints=(
        "Differentiate the sum: each product w x hands on the gradient of its output, times w to x and times x to w.",
        "Go over the places (i, j) of the output, as in the forward pass. From each, the window of the input gets "
        "something, and so does the whole weight. Everything adds up.",
        "Work on the padded image, and on a gradient of its size. At the end cut the padding off, on all four sides.",
        "For one place, g = grad_output[:, :, i, j] has shape (N, O), the window (N, C, kH, kW) and the weight "
        "(O, C, kH, kW). The weight gets the sum over n of g window, the window the sum over o of g weight.",
    ),
    remark=r"""
    The loop visits the windows of the forward pass, reads each for `grad_weight`, and adds to it for `grad_x`: `here`
    is the same slice in both lines. Stride and padding appear only in it, and need no thought of their own.
    """,
)


@exercise.solution
def conv2d_backward(grad_output, x, weight, stride, padding):
    """Gradients of conv2d: grad_output (N, O, R, Q), x (N, C, H, W), weight (O, C, kH, kW) -> three arrays.

    >>> x, weight = np.array([[[[1.0, 2.0, 4.0]]]]), np.array([[[[3.0, 5.0]]]])
    >>> grad_x, grad_weight, grad_bias = conv2d_backward(np.array([[[[1.0, 10.0]]]]), x, weight, 1, 0)
    >>> grad_x, grad_weight, grad_bias
    (array([[[[ 3., 35., 50.]]]]), array([[[[21., 42.]]]]), array([11.]))
    """
    height, width = weight.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    grad_padded, grad_weight = np.zeros(padded.shape), np.zeros(weight.shape)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            top, left = i * stride, j * stride
            here = np.s_[:, :, top : top + height, left : left + width]
            g = grad_output[:, :, i, j]  # (N, O)
            grad_weight += np.einsum("no,nckl->ockl", g, padded[here])
            grad_padded[here] += np.einsum("no,ockl->nckl", g, weight)
    grad_x = grad_padded[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


def case(rng, x, weight, stride=1, padding=0, draw=whole):
    """Random numbers for arrays of these shapes."""
    rows, columns = ((n + 2 * padding - k) // stride + 1 for n, k in zip(x[2:], weight[2:], strict=True))
    return draw(rng, x[0], weight[0], rows, columns), draw(rng, *x), draw(rng, *weight), stride, padding


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[1.0, 10.0]]]]), np.array([[[[1.0, 2.0, 4.0]]]]), np.array([[[[3.0, 5.0]]]]), 1, 0


@exercise.check("one image, one channel, one filter", points=1)
def single(rng):
    yield case(rng, (1, 1, 1, 4), (1, 1, 1, 2))
    yield case(rng, (1, 1, 3, 4), (1, 1, 2, 2))
    yield case(rng, (1, 1, 4, 6), (1, 1, 2, 3))
    yield case(rng, (1, 1, 2, 3), (1, 1, 2, 3))


@exercise.check("several channels and filters", points=1)
def channels(rng):
    yield case(rng, (1, 2, 2, 3), (1, 2, 1, 2))
    yield case(rng, (1, 1, 2, 3), (2, 1, 1, 2))
    yield case(rng, (1, 3, 3, 5), (2, 3, 2, 3))


@exercise.check("several images", points=1)
def images(rng):
    yield case(rng, (3, 1, 2, 3), (1, 1, 1, 2))
    yield case(rng, (4, 3, 3, 5), (2, 3, 2, 3))


@exercise.check("strides", points=1)
def strides(rng):
    yield case(rng, (1, 1, 1, 5), (1, 1, 1, 2), stride=2)
    yield case(rng, (1, 1, 5, 7), (1, 1, 3, 3), stride=2)
    yield case(rng, (2, 3, 6, 9), (2, 3, 2, 3), stride=3)


@exercise.check("padding", points=1)
def padded(rng):
    yield case(rng, (1, 1, 2, 3), (1, 1, 2, 2), padding=1)
    yield case(rng, (2, 3, 3, 4), (2, 3, 2, 4), padding=2)
    yield case(rng, (2, 3, 4, 6), (3, 3, 3, 2), stride=2, padding=1)


@exercise.check("numbers that are not whole, large and small", points=1)
def other_numbers(rng):
    for size in (1.0, 2.0**20, 2.0**-20):
        grad_output, *others = case(rng, (1, 1, 3, 4), (2, 1, 2, 2), draw=fractions)
        yield grad_output * size, *others


@exercise.check("x of integers", points=1)
def integers(rng):
    for _ in range(2):
        grad_output, x, *others = case(rng, (1, 1, 2, 4), (1, 1, 1, 2), stride=2, draw=fractions)
        yield grad_output, whole(rng, *x.shape).astype(int), *others


@exercise.alternative
def by_products_of_numbers(grad_output, x, weight, stride, padding):
    grad_x, grad_weight, grad_bias = np.zeros(x.shape), np.zeros_like(weight), np.zeros(len(weight))
    for n, o, i, j in np.ndindex(*grad_output.shape):
        g = grad_output[n, o, i, j]
        grad_bias[o] += g
        for c, k, l in np.ndindex(*weight.shape[1:]):
            row, column = i * stride + k - padding, j * stride + l - padding
            if 0 <= row < x.shape[2] and 0 <= column < x.shape[3]:
                grad_x[n, c, row, column] += g * weight[o, c, k, l]
                grad_weight[o, c, k, l] += g * x[n, c, row, column]
    return grad_x, grad_weight, grad_bias


@exercise.alternative
def by_convolutions(grad_output, x, weight, stride, padding):
    def correlate(pattern, image, kernel):
        return np.einsum(pattern, np.lib.stride_tricks.sliding_window_view(image, kernel.shape[2:], (2, 3)), kernel)

    (h, w), (kh, kw) = x.shape[2:], weight.shape[2:]
    rows, columns = h + 2 * padding - kh + 1, w + 2 * padding - kw + 1
    spread = np.zeros((*grad_output.shape[:2], rows, columns))  # the gradient of the layer with stride 1
    spread[:, :, ::stride, ::stride] = grad_output
    everywhere = np.pad(spread, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
    grad_padded = correlate("noabkl,ockl->ncab", everywhere, weight[:, :, ::-1, ::-1])
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    grad_weight = correlate("ncklij,noij->ockl", padded, spread)
    return grad_padded[:, :, padding : padding + h, padding : padding + w], grad_weight, spread.sum((0, 2, 3))


@exercise.alternative
def by_taps(grad_output, x, weight, stride, padding):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    grad_padded, grad_weight = np.zeros(padded.shape), np.zeros_like(weight)
    rows, columns = (stride * (n - 1) + 1 for n in grad_output.shape[2:])
    for k, l in np.ndindex(*weight.shape[2:]):
        here = np.s_[:, :, k : k + rows : stride, l : l + columns : stride]
        grad_padded[here] += np.einsum("noij,oc->ncij", grad_output, weight[:, :, k, l])
        grad_weight[:, :, k, l] = np.einsum("noij,ncij->oc", grad_output, padded[here])
    inside = slice(padding, -padding or None)
    return grad_padded[:, :, inside, inside], grad_weight, np.einsum("noij->o", grad_output)


@exercise.alternative
def in_single_precision(grad_output, x, weight, stride, padding):
    arrays = (array.astype(np.float32) for array in (grad_output, x, weight))
    return [array.astype(np.float32) for array in conv2d_backward(*arrays, stride, padding)]


def but(*args, **wrong):
    """The right gradients, except for those that are given."""
    return tuple((dict(zip(exercise.returns, conv2d_backward(*args), strict=True)) | wrong).values())


@exercise.wrong(
    "grad_weight and grad_bias are right. In grad_x the kernel is turned by 180 degrees: the flip has been made once "
    "too often, or has been left out. Tap (k, l) of window (i, j) hands its gradient to row i s + k: both run forwards."
)
def kernel_flipped(grad_output, x, weight, stride, padding):
    grad_x, *_ = conv2d_backward(grad_output, x, weight[:, :, ::-1, ::-1], stride, padding)
    return but(grad_output, x, weight, stride, padding, grad_x=grad_x)


@exercise.wrong("grad_weight is turned by 180 degrees. It needs no flip: the number of tap (k, l) stands at (k, l).")
def grad_weight_flipped(*args):
    return but(*args, grad_weight=conv2d_backward(*args)[1][:, :, ::-1, ::-1])


@exercise.wrong(
    "In grad_x, where windows overlap, only the last one has left its gradient. An element gets one from every window "
    "in which it lies. `=` replaces what is there; `+=` with arrays of indices adds once where a place occurs twice."
)
def overlaps_overwritten(grad_output, x, weight, stride, padding):
    (h, w), (kh, kw), p = x.shape[2:], weight.shape[2:], padding
    grad_padded = np.zeros((*x.shape[:2], h + 2 * p, w + 2 * p))
    for i, j in np.ndindex(*grad_output.shape[2:]):
        new = np.einsum("no,ockl->nckl", grad_output[:, :, i, j], weight)
        grad_padded[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] = new
    return but(grad_output, x, weight, stride, padding, grad_x=grad_padded[:, :, p : p + h, p : p + w])


@exercise.wrong("grad_weight holds only the last place of the output. The filter is used at every one: they add up.")
def last_place_only(grad_output, *others):
    last = np.zeros_like(grad_output)
    last[:, :, -1, -1] = grad_output[:, :, -1, -1]
    return but(grad_output, *others, grad_weight=conv2d_backward(last, *others)[1])


@exercise.wrong("grad_weight and grad_bias are divided by the number of images. A mean belongs to the loss.")
def mean_over_the_images(*args):
    _, grad_weight, grad_bias = conv2d_backward(*args)
    return but(*args, grad_weight=grad_weight / len(args[0]), grad_bias=grad_bias / len(args[0]))


@exercise.wrong("Only grad_weight is divided by the number of images. A mean belongs to the loss; here they add up.")
def grad_weight_averaged(*args):
    return but(*args, grad_weight=conv2d_backward(*args)[1] / len(args[0]))


@exercise.wrong("Only grad_bias is divided by the number of images. A mean belongs to the loss; here they add up.")
def grad_bias_averaged_over_the_images(*args):
    return but(*args, grad_bias=conv2d_backward(*args)[2] / len(args[0]))


@exercise.wrong("All gradients are divided by the number of images. A mean belongs to the loss; the layer has none.")
def everything_averaged(*args):
    return tuple(grad / len(args[0]) for grad in conv2d_backward(*args))


@exercise.wrong("grad_weight contains only the first image. All images use the same weight: sum over n.")
def first_image_only(grad_output, x, *others):
    return but(grad_output, x, *others, grad_weight=conv2d_backward(grad_output[:1], x[:1], *others)[1])


@exercise.wrong("grad_weight contains only the last image: each has replaced the one before. They add up.")
def last_image_only(grad_output, x, *others):
    return but(grad_output, x, *others, grad_weight=conv2d_backward(grad_output[-1:], x[-1:], *others)[1])


@exercise.wrong("grad_weight has an axis for the images. They all use the same weight: sum over n.")
def images_not_summed(grad_output, x, *others):
    images = ((grad_output[n : n + 1], x[n : n + 1]) for n in range(len(x)))
    single = [conv2d_backward(*image, *others)[1] for image in images]
    return but(grad_output, x, *others, grad_weight=np.stack(single))


@exercise.wrong("In grad_weight images are mixed: factors were summed over n first. Multiply each image's own factors.")
def images_mixed(grad_output, x, *others):
    sums = grad_output.sum(axis=0, keepdims=True), x.sum(axis=0, keepdims=True)
    return but(grad_output, x, *others, grad_weight=conv2d_backward(*sums, *others)[1])


@exercise.wrong("grad_x knows only the last filter. An element of x goes into every output channel: sum over o.")
def last_filter_only(grad_output, x, weight, *others):
    return but(grad_output, x, weight, *others, grad_x=conv2d_backward(grad_output[:, -1:], x, weight[-1:], *others)[0])


@exercise.wrong("grad_x knows only the first filter. An element of x goes into every output channel: sum over o.")
def first_filter_only(grad_output, x, weight, *others):
    return but(grad_output, x, weight, *others, grad_x=conv2d_backward(grad_output[:, :1], x, weight[:1], *others)[0])


@exercise.wrong("Right with stride 1. Else grad_x is added beside its window, which begins at row i s and column j s.")
def stride_forgotten_in_grad_x(*args):
    return but(*args, grad_x=stride_forgotten(*args)[0])


@exercise.wrong("Right with stride 1. Else grad_weight reads beside its window, which begins at row i s, column j s.")
def stride_forgotten_in_grad_weight(*args):
    return but(*args, grad_weight=stride_forgotten(*args)[1])


@exercise.wrong(
    "Right with stride 1. With larger strides both gradients belong to neighbouring windows: the output (i, j) came "
    "from the window at row i s and column j s, for reading and for adding."
)
def stride_forgotten(grad_output, x, weight, stride, padding):
    spread = [n + 2 * padding - k + 1 for n, k in zip(x.shape[2:], weight.shape[2:], strict=True)]
    beside = np.zeros((*grad_output.shape[:2], *spread))
    beside[:, :, : grad_output.shape[2], : grad_output.shape[3]] = grad_output
    return conv2d_backward(beside, x, weight, 1, padding)


@exercise.wrong(
    "Right with stride 1; with larger strides grad_x is too small. A full convolution of grad_output with the turned "
    "kernel is the answer for stride 1 only. Otherwise s - 1 zeros come between the elements of grad_output first."
)
def full_convolution_without_zeros_between(grad_output, x, weight, stride, padding):
    sizes = (n - 1 + k - 2 * padding for n, k in zip(grad_output.shape[2:], weight.shape[2:], strict=True))
    grad_x, *_ = conv2d_backward(grad_output, np.zeros((*x.shape[:2], *sizes)), weight, 1, padding)
    return but(grad_output, x, weight, stride, padding, grad_x=grad_x)


@exercise.wrong("grad_x ends with the last window. Rows and columns behind it are inputs too: their gradient is zero.")
def cut_to_the_windows(grad_output, x, weight, stride, padding):
    axes = zip(grad_output.shape[2:], weight.shape[2:], strict=True)
    rows, columns = ((n - 1) * stride + k - 2 * padding for n, k in axes)
    grad_x, *others = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_x[:, :, :rows, :columns], *others


@exercise.wrong("grad_x still contains the padding. Its zeros are no inputs: cut them off, on all four sides.")
def padding_left_on(grad_output, x, weight, stride, padding):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return conv2d_backward(grad_output, padded, weight, stride, 0)


@exercise.wrong("grad_x is the first corner of the padded gradient. The image begins p rows and p columns further.")
def padding_cut_at_the_end(grad_output, x, *others):
    grad_padded = padding_left_on(grad_output, x, *others)[0]
    return but(grad_output, x, *others, grad_x=grad_padded[:, :, : x.shape[2], : x.shape[3]])


@exercise.wrong("grad_weight is that of windows of x without padding. The windows are those of the padded image.")
def padding_forgotten_in_grad_weight(grad_output, x, weight, stride, padding):
    corner = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))
    grad_weight = conv2d_backward(grad_output, corner, weight, stride, 0)[1]
    return but(grad_output, x, weight, stride, padding, grad_weight=grad_weight)


@exercise.wrong(
    "Windows that reach into the padding have been left out. Their other numbers belong to the image, and take part: "
    "only what falls on the padding is dropped, not the whole window."
)
def windows_on_the_padding_skipped(grad_output, x, weight, stride, padding):
    axes = zip(grad_output.shape[2:], x.shape[2:], weight.shape[2:], strict=True)
    rows, columns = ([0 <= i * stride - padding <= n - k for i in range(count)] for count, n, k in axes)
    grad_x, grad_weight, _ = conv2d_backward(grad_output * np.outer(rows, columns), x, weight, stride, padding)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@exercise.wrong("Without padding grad_x is empty: a slice from p to -p is 0 to 0 then. Count its end from the front.")
def empty_without_padding(*args):
    inside = slice(args[-1], -args[-1])
    return but(*args, grad_x=padding_left_on(*args)[0][:, :, inside, inside])


@exercise.wrong(
    "Where x is an array of integers, grad_x has become one, too, as with "
    "`zeros_like(x)`, and loses what stands after the point. It has the shape of x, but not its type."
)
def cut_to_the_type_of_x(grad_output, x, *others):
    return but(grad_output, x, *others, grad_x=conv2d_backward(grad_output, x, *others)[0].astype(x.dtype))


@exercise.wrong("grad_weight is made of the weight. In a product each factor gets the other one: the windows of x.")
def grad_weight_from_the_weight(grad_output, x, weight, *others):
    sums = grad_output.sum(axis=(0, 2, 3)).reshape(-1, 1, 1, 1)
    return but(grad_output, x, weight, *others, grad_weight=sums * weight)


@exercise.wrong("These are the gradients for a grad_output of ones. The chain rule multiplies by the given one.")
def upstream_forgotten(grad_output, *others):
    return conv2d_backward(np.ones_like(grad_output), *others)


@exercise.wrong("grad_bias is a mean. The bias is added at every place of every image: its gradient is a sum.")
def grad_bias_averaged(grad_output, *others):
    return but(grad_output, *others, grad_bias=grad_output.mean(axis=(0, 2, 3)))


@exercise.wrong("grad_bias keeps rows and columns. The bias of a channel is one number for all places: sum over them.")
def grad_bias_at_every_place(grad_output, *others):
    return but(grad_output, *others, grad_bias=grad_output.sum(axis=0))


@exercise.wrong("grad_bias has a row for each image. The bias of a channel is one number for all images: sum over n.")
def grad_bias_for_every_image(grad_output, *others):
    return but(grad_output, *others, grad_bias=grad_output.sum(axis=(2, 3)))


@exercise.wrong("grad_bias has a number for each image. Axis 0 counts the images, and axis 1 the output channels.")
def grad_bias_of_the_images(grad_output, *others):
    return but(grad_output, *others, grad_bias=grad_output.sum(axis=(1, 2, 3)))


@exercise.wrong("grad_bias is right but for its shape, (1, O, 1, 1): axes that are summed over are not to be kept.")
def grad_bias_with_its_axes(grad_output, *others):
    return but(grad_output, *others, grad_bias=grad_output.sum(axis=(0, 2, 3), keepdims=True))


@exercise.wrong("grad_bias is a single number, the sum over everything. Each output channel has a bias of its own.")
def grad_bias_as_one_number(grad_output, *others):
    return but(grad_output, *others, grad_bias=grad_output.sum())


@exercise.wrong("grad_bias is the same for all channels: it is summed over them too. Each one has a bias of its own.")
def grad_bias_over_the_channels(grad_output, *others):
    return but(grad_output, *others, grad_bias=np.full(grad_output.shape[1], grad_output.sum()))


def returned_as(*order):
    """A mistake in the order of the results."""
    names = [exercise.returns[i] for i in order]

    def answer(*args):
        return tuple(conv2d_backward(*args)[i] for i in order)

    answer.__name__ = "_then_".join(names)
    hint = f"The results are right, but they come as {', '.join(names)}. Return grad_x, grad_weight, grad_bias."
    exercise.wrong(hint)(answer)


for order in list(permutations(range(3)))[1:]:
    returned_as(*order)

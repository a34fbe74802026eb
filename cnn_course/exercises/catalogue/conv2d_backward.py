"""The gradients of a convolution layer."""

import numpy as np

from cnn_course.exercises.exercise import Implement, whole

exercise = Implement(
    title="the gradients of a convolution layer",
    chapter="4-1",
    returns=("grad_x", "grad_weight", "grad_bias"),
    statement=r"""
    The layer `conv2d` maps `x` (N, C, H, W) to `y` (N, O, R, Q) with a `weight` (O, C, kH, kW), a bias (O,), and whole
    numbers for stride $s$ and padding $p$:

    $$ y[n, o, i, j] = b[o] + \sum_{c, k, l} w[o, c, k, l]\; x[n, c, i s + k - p, j s + l - p] , $$

    with $x = 0$ outside of the image. Write `conv2d_backward(grad_output, x, weight, stride, padding)`. From the
    gradient of a loss in the output, `grad_output[n, o, i, j]` $= \partial L / \partial y[n, o, i, j]$, it returns the
    gradients in the three inputs, `grad_x`, `grad_weight` and `grad_bias`, in this order.

    Each has the shape of what it is the gradient of. Weight and bias serve all images, so that their gradients are sums
    over the images, not means. Where no window reaches an element of `x`, its gradient is zero.
    """,
    hints=(
        "Differentiate the sum, term by term. Each product w x hands on the gradient of its output: times w to x, and "
        "times x to w.",
        "Go over the places (i, j) of the output, as in the forward pass. From each, the window of the input gets "
        "something, and so does the whole weight. Everything adds up.",
        "Work on the padded image, and on a gradient of the same padded size. At the very end cut the padding off "
        "again, on all four sides.",
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


def case(rng, x, weight, stride=1, padding=0):
    """Random numbers for arrays of these shapes."""
    rows, columns = ((n + 2 * padding - k) // stride + 1 for n, k in zip(x[2:], weight[2:], strict=True))
    return whole(rng, x[0], weight[0], rows, columns), whole(rng, *x), whole(rng, *weight), stride, padding


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[1.0, 10.0]]]]), np.array([[[[1.0, 2.0, 4.0]]]]), np.array([[[[3.0, 5.0]]]]), 1, 0


@exercise.check("one image, one channel, one filter", points=1)
def single(rng):
    yield case(rng, (1, 1, 1, 4), (1, 1, 1, 2))
    yield case(rng, (1, 1, 3, 4), (1, 1, 2, 2))
    yield case(rng, (1, 1, 4, 6), (1, 1, 2, 3))


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


@exercise.alternative
def by_products_of_numbers(grad_output, x, weight, stride, padding):
    grad_x, grad_weight, grad_bias = np.zeros_like(x), np.zeros_like(weight), np.zeros(len(weight))
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
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
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


@exercise.wrong(
    "grad_weight and grad_bias are right. In grad_x the kernel is turned by 180 degrees: the flip has been made once "
    "too often, or has been left out. Tap (k, l) of window (i, j) hands its gradient to row i s + k: both run forwards."
)
def kernel_flipped(grad_output, x, weight, stride, padding):
    _, *others = conv2d_backward(grad_output, x, weight, stride, padding)
    return conv2d_backward(grad_output, x, weight[:, :, ::-1, ::-1], stride, padding)[0], *others


@exercise.wrong(
    "grad_weight comes out turned by 180 degrees. It needs no flip: the number for tap (k, l) stands at place (k, l)."
)
def grad_weight_flipped(grad_output, x, weight, stride, padding):
    grad_x, grad_weight, grad_bias = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight[:, :, ::-1, ::-1], grad_bias


@exercise.wrong(
    "In grad_x, where windows overlap, the last one has replaced those before. An element gets a gradient from every "
    "window in which it lies: add with +=."
)
def overlaps_overwritten(grad_output, x, weight, stride, padding):
    _, *others = conv2d_backward(grad_output, x, weight, stride, padding)
    grad_padded = np.pad(np.zeros_like(x), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    (kh, kw), p = weight.shape[2:], padding
    for i, j in np.ndindex(*grad_output.shape[2:]):
        new = np.einsum("no,ockl->nckl", grad_output[:, :, i, j], weight)
        grad_padded[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] = new
    return grad_padded[:, :, p : p + x.shape[2], p : p + x.shape[3]], *others


@exercise.wrong(
    "grad_weight holds only what the last place of the output contributes. The filter is used at every place, and the "
    "gradients of all of them add up."
)
def last_place_only(grad_output, x, weight, stride, padding):
    last = np.zeros_like(grad_output)
    last[:, :, -1, -1] = grad_output[:, :, -1, -1]
    grad_x, _, grad_bias = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_x, conv2d_backward(last, x, weight, stride, padding)[1], grad_bias


@exercise.wrong(
    "grad_weight and grad_bias are divided by the number of images. The mean belongs to the loss: when it has been "
    "taken there, grad_output contains 1 / N already. Here only sums are right."
)
def mean_over_the_images(grad_output, x, weight, stride, padding):
    grad_x, grad_weight, grad_bias = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight / len(x), grad_bias / len(x)


@exercise.wrong(
    "grad_weight is divided by the number of images, unlike the other two. Where a loss is a mean over the images, "
    "grad_output contains 1 / N already; here the images are summed."
)
def grad_weight_averaged(grad_output, x, weight, stride, padding):
    grad_x, grad_weight, grad_bias = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight / len(x), grad_bias


@exercise.wrong(
    "All three gradients are divided by the number of images. The mean belongs to the loss: when it has been taken "
    "there, grad_output contains 1 / N already. The layer divides by nothing."
)
def everything_averaged(grad_output, x, weight, stride, padding):
    return tuple(grad / len(x) for grad in conv2d_backward(grad_output, x, weight, stride, padding))


@exercise.wrong(
    "grad_weight is right for one image and contains only the first where there are more. All images use "
    "the same weight: sum over n."
)
def first_image_only(grad_output, x, weight, stride, padding):
    grad_x, _, grad_bias = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_x, conv2d_backward(grad_output[:1], x[:1], weight, stride, padding)[1], grad_bias


@exercise.wrong(
    "grad_weight has an axis for the images. They all use the same weight, so that its gradient has the weight's "
    "shape: sum over n."
)
def images_not_summed(grad_output, x, weight, stride, padding):
    grad_x, _, grad_bias = conv2d_backward(grad_output, x, weight, stride, padding)
    single = (conv2d_backward(grad_output[n : n + 1], x[n : n + 1], weight, stride, padding)[1] for n in range(len(x)))
    return grad_x, np.stack(list(single)), grad_bias


@exercise.wrong(
    "In grad_weight each image has met the gradients of all images: the factors were summed over n before they were "
    "multiplied. Multiply the gradient of an image with its own window first."
)
def images_mixed(grad_output, x, weight, stride, padding):
    grad_x, _, grad_bias = conv2d_backward(grad_output, x, weight, stride, padding)
    sums = grad_output.sum(axis=0, keepdims=True), x.sum(axis=0, keepdims=True)
    return grad_x, conv2d_backward(*sums, weight, stride, padding)[1], grad_bias


@exercise.wrong(
    "grad_x is right with one filter and incomplete with more: only one filter sends its gradient back. An element of "
    "x goes into every output channel: sum over o."
)
def last_filter_only(grad_output, x, weight, stride, padding):
    _, *others = conv2d_backward(grad_output, x, weight, stride, padding)
    return conv2d_backward(grad_output[:, -1:], x, weight[-1:], stride, padding)[0], *others


@exercise.wrong(
    "Right with stride 1. With larger strides grad_x is added at neighbouring places: the output (i, j) came from the "
    "window at row i s and column j s, and its gradient goes back there."
)
def stride_forgotten_in_grad_x(grad_output, x, weight, stride, padding):
    _, *others = conv2d_backward(grad_output, x, weight, stride, padding)
    return stride_forgotten(grad_output, x, weight, stride, padding)[0], *others


@exercise.wrong(
    "Right with stride 1. With larger strides grad_weight reads neighbouring windows: the output (i, j) came from the "
    "window at row i s and column j s, and that one is its factor."
)
def stride_forgotten_in_grad_weight(grad_output, x, weight, stride, padding):
    grad_x, _, grad_bias = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_x, stride_forgotten(grad_output, x, weight, stride, padding)[1], grad_bias


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
    _, *others = conv2d_backward(grad_output, x, weight, stride, padding)
    return conv2d_backward(grad_output, np.zeros((*x.shape[:2], *sizes)), weight, 1, padding)[0], *others


@exercise.wrong(
    "grad_x ends with the last window, so that rows or columns are missing where the stride leaves some over. They are "
    "inputs too, without influence on the output: their gradient is zero."
)
def cut_to_the_windows(grad_output, x, weight, stride, padding):
    grad_x, *others = conv2d_backward(grad_output, x, weight, stride, padding)
    axes = zip(grad_output.shape[2:], weight.shape[2:], strict=True)
    rows, columns = ((n - 1) * stride + k - 2 * padding for n, k in axes)
    return grad_x[:, :, :rows, :columns], *others


@exercise.wrong(
    "grad_x still contains the padding. The zeros around the image are no inputs: cut p rows and p columns off, on all "
    "four sides."
)
def padding_left_on(grad_output, x, weight, stride, padding):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return conv2d_backward(grad_output, padded, weight, stride, 0)


@exercise.wrong(
    "grad_x has the right size but the wrong part of the padded gradient: its first H rows and W columns. The image "
    "begins p rows and p columns further."
)
def padding_cut_at_the_end(grad_output, x, weight, stride, padding):
    grad_padded, *others = padding_left_on(grad_output, x, weight, stride, padding)
    return grad_padded[:, :, : x.shape[2], : x.shape[3]], *others


@exercise.wrong(
    "grad_x is right, but grad_weight has been computed with windows of x as if there were no padding. The windows are "
    "those of the padded image."
)
def padding_forgotten_in_grad_weight(grad_output, x, weight, stride, padding):
    grad_x, _, grad_bias = conv2d_backward(grad_output, x, weight, stride, padding)
    corner = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))
    return grad_x, conv2d_backward(grad_output, corner, weight, stride, 0)[1], grad_bias


@exercise.wrong(
    "grad_bias is a mean. The bias is added at every place of every image, so that its gradient is the sum of all of "
    "theirs."
)
def grad_bias_averaged(grad_output, x, weight, stride, padding):
    grad_x, grad_weight, _ = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight, grad_output.mean(axis=(0, 2, 3))


@exercise.wrong(
    "grad_bias has been summed over the images only. The bias of a channel is one number for all places: sum over rows "
    "and columns as well."
)
def grad_bias_at_every_place(grad_output, x, weight, stride, padding):
    grad_x, grad_weight, _ = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight, grad_output.sum(axis=0)


@exercise.wrong(
    "grad_bias has a row for each image. The bias of a channel is one number for all images: sum over n as well."
)
def grad_bias_for_every_image(grad_output, x, weight, stride, padding):
    grad_x, grad_weight, _ = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight, grad_output.sum(axis=(2, 3))


@exercise.wrong(
    "Right with padding, but without any grad_x is empty: a slice from p to -p means for p = 0 from 0 to 0. Count the "
    "end from the front, p + H."
)
def empty_without_padding(grad_output, x, weight, stride, padding):
    grad_padded, *others = padding_left_on(grad_output, x, weight, stride, padding)
    return grad_padded[:, :, padding:-padding, padding:-padding], *others


@exercise.wrong("The results are right, but their order is not. Return grad_x, grad_weight, grad_bias.")
def results_in_another_order(grad_output, x, weight, stride, padding):
    grad_x, grad_weight, grad_bias = conv2d_backward(grad_output, x, weight, stride, padding)
    return grad_weight, grad_bias, grad_x

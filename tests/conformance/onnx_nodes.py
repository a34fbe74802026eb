"""What a node of an ONNX graph is in `cnn_course`: a function for each operator, with ONNX's attributes as keywords.

An attribute that its function does not know is a TypeError, so that none is passed over in silence; one that asks for
what the package does not do raises `NotOffered`.
"""

import numpy as np
from onnx.helper import get_attribute_value

import cnn_course


class NotOffered(Exception):
    """The package has no call for this node; the message says what it lacks."""


def translate(node, inputs):
    """Value of the node's first output, computed by the package."""
    for array in inputs:
        if not np.issubdtype(array.dtype, np.floating):
            raise NotOffered("layers on integers")
    return OPERATORS[node.op_type](*inputs, **{a.name: get_attribute_value(a) for a in node.attribute})


def conv(x, weight, bias=None, *, kernel_shape=None, group=1, **numbers):
    del kernel_shape  # the weight has it
    return ours("conv", x)(x, weight, bias, groups=group, **windows(x.shape[2:], weight.shape[2:], **numbers))


def conv_transpose(
    x,
    weight,
    bias=None,
    *,
    kernel_shape=None,
    group=1,
    strides=None,
    dilations=None,
    pads=None,
    output_padding=None,
    output_shape=None,
    auto_pad=b"NOTSET",
):
    del kernel_shape
    size, ndim = x.shape[2:], x.ndim - 2
    stride, dilation, extra = strides or [1] * ndim, dilations or [1] * ndim, output_padding or [0] * ndim
    if auto_pad in (b"SAME_UPPER", b"SAME_LOWER"):
        output_shape = [n * s for n, s in zip(size, stride, strict=True)]
    padding = pairs(pads or [0] * (2 * ndim))
    if output_shape is not None:
        unpadded = [
            (n - 1) * s + d * (k - 1) + 1 + more
            for n, s, d, k, more in zip(size, stride, dilation, weight.shape[2:], extra, strict=True)
        ]
        totals = [most - wanted for most, wanted in zip(unpadded, output_shape, strict=True)]
        padding = halves([max(total, 0) for total in totals], auto_pad)
        extra = [more + max(-total, 0) for more, total in zip(extra, totals, strict=True)]
    return ours("conv_transpose", x)(
        x, weight, bias, stride=stride, padding=padding, output_padding=extra, dilation=dilation, groups=group
    )


def max_pool(x, *, kernel_shape, ceil_mode=0, storage_order=0, **numbers):
    del storage_order  # of the second output, the indices of the maxima
    keywords = pool_windows(x.shape[2:], kernel_shape, **numbers)
    return ours("max_pool", x)(x, kernel_shape, ceil_mode=bool(ceil_mode), **keywords)


def avg_pool(x, *, kernel_shape, ceil_mode=0, count_include_pad=0, **numbers):
    keywords = pool_windows(x.shape[2:], kernel_shape, **numbers)
    if any(d != 1 for d in keywords.pop("dilation")):
        raise NotOffered("average pooling with dilation")
    flags = {"ceil_mode": bool(ceil_mode), "count_include_pad": bool(count_include_pad)}
    return ours("avg_pool", x)(x, kernel_shape, **flags, **keywords)


def batch_norm(x, scale, bias, mean, var, *, epsilon=1e-5, momentum=0.9, training_mode=0, is_test=1):
    del momentum, is_test  # of the running statistics; and what opset 6 calls the absence of training
    statistics = {} if training_mode else {"mean": mean, "var": var}
    return cnn_course.batch_norm(x, scale, bias, eps=epsilon, **statistics)


def local_response_norm(x, *, size, alpha=1e-4, beta=0.75, bias=1.0):
    return cnn_course.local_response_norm(x, size, alpha=alpha, beta=beta, k=bias)


def softmax(x, *, axis=-1):
    return cnn_course.softmax(x, axis=axis)


def log_softmax(x, *, axis=-1):
    return cnn_course.log_softmax(x, axis=axis)


OPERATORS = {
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "MaxPool": max_pool,
    "AveragePool": avg_pool,
    "GlobalMaxPool": lambda x: cnn_course.global_max_pool(x),
    "GlobalAveragePool": lambda x: cnn_course.global_avg_pool(x),
    "BatchNormalization": batch_norm,
    "LRN": local_response_norm,
    "Relu": lambda x: cnn_course.relu(x),
    "Sigmoid": lambda x: cnn_course.sigmoid(x),
    "Tanh": lambda x: cnn_course.tanh(x),
    "Softmax": softmax,
    "LogSoftmax": log_softmax,
}


def ours(name, x):
    """The function of the package for the number of spatial axes of `x`."""
    return getattr(cnn_course, f"{name}{x.ndim - 2}d")


def windows(size, kernel_shape, *, strides=None, dilations=None, pads=None, auto_pad=b"NOTSET"):
    """Keywords stride, dilation and padding; all that ONNX leaves out is 1, and no padding."""
    ndim = len(size)
    stride, dilation = strides or [1] * ndim, dilations or [1] * ndim
    if auto_pad == b"NOTSET":
        padding = pairs(pads or [0] * (2 * ndim))
    elif auto_pad == b"VALID":
        padding = "valid"
    elif auto_pad == b"SAME_UPPER" and set(stride) == {1}:
        padding = "same"
    else:  # as many windows as there are multiples of the stride in the input
        totals = [
            (-(-n // s) - 1) * s + d * (k - 1) + 1 - n
            for n, s, d, k in zip(size, stride, dilation, kernel_shape, strict=True)
        ]
        padding = halves([max(total, 0) for total in totals], auto_pad)
    return {"stride": stride, "dilation": dilation, "padding": padding}


def pool_windows(size, kernel_shape, **numbers):
    keywords = windows(size, kernel_shape, **numbers)
    extents = [d * (k - 1) + 1 for d, k in zip(keywords["dilation"], kernel_shape, strict=True)]
    if not isinstance(keywords["padding"], str) and any(
        2 * max(pair) > extent for pair, extent in zip(keywords["padding"], extents, strict=True)
    ):
        raise NotOffered("pooling with more padding than half of the window")
    return keywords


def pairs(pads):
    """ONNX lists what comes before on all axes, then what comes after; we pair them axis by axis."""
    return tuple(zip(pads[: len(pads) // 2], pads[len(pads) // 2 :], strict=True))


def halves(totals, auto_pad):
    """Pairs with these sums; the larger half of an odd one comes after in SAME_UPPER, and before in all else."""
    smaller = [(total // 2, total - total // 2) for total in totals]
    return tuple(smaller if auto_pad == b"SAME_UPPER" else (pair[::-1] for pair in smaller))

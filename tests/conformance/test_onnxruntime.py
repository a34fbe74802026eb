"""ONNX Runtime, which shares no line with the package, computes the same layers on geometries drawn at random.

On whole numbers convolutions and maxima are exact in both, and have to be the same bits. Elsewhere a tolerance is the
number of roundings of either side, each of at most half of `eps`, times the sum of magnitudes that they act on.
The runtime has convolutions, average pooling and local response normalization for float32 only.
Its windows in ceil_mode, and what they divide by, are PyTorch's and ours.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from onnx import helper
from onnx_nodes import translate
from runtime import run

OPSET = 22  # the standard's version: the first with today's definition of every operator here

DIVISION = 2 * np.finfo(np.float32).eps  # relative, of an exact sum: a division, or a reciprocal and a product

on_1_2_and_3_axes = pytest.mark.parametrize("ndim", [1, 2, 3])
in_both_precisions = pytest.mark.parametrize("dtype", [np.float32, np.float64])
sweep = settings(max_examples=200)


def runtime(node, inputs):
    """First output of the node in ONNX Runtime."""
    arguments = dict(zip(node.input, inputs, strict=True))
    graph = helper.make_graph(
        [node],
        "one node",
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in arguments.items()
        ],
        [helper.make_empty_tensor_value_info(name) for name in node.output],
    )
    model = helper.make_model_gen_version(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    return run(model, arguments)


def make_node(operator, inputs, attributes, outputs=1):
    names = [f"x{number}" for number in range(inputs)], [f"y{number}" for number in range(outputs)]
    return helper.make_node(operator, *names, **attributes)


def both(operator, *inputs, **attributes):
    """Our result, and the runtime's, for one node."""
    node = make_node(operator, len(inputs), attributes)
    return translate(node, inputs), runtime(node, inputs)


def whole(shape, seed=0):
    """Whole numbers below 2^5: sums of up to 2^14 products are below 2^24, and exact in float32 in any order."""
    return np.random.default_rng(seed).integers(-31, 32, shape).astype(np.float32)


def normal(shape, dtype=np.float32, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def assert_within(bound, actual, desired):
    """Same shape and dtype, and nowhere further apart than `bound`, which may differ from element to element."""
    assert (actual.shape, actual.dtype) == (desired.shape, desired.dtype)
    assert np.max(np.abs(actual - desired) - bound) <= 0


def integers(ndim, low, high):
    return st.lists(st.integers(low, high), min_size=ndim, max_size=ndim)


@st.composite
def windows(draw, ndim, *, pooling=False, dilated=True):
    """Draw an input's size and the attributes of windows that fit it."""
    kernel = draw(integers(ndim, 1, 4 if ndim < 3 else 3))
    stride = draw(st.just([1] * ndim) | integers(ndim, 1, 4))
    covered = all(s <= k for s, k in zip(stride, kernel, strict=True))  # or SAME may give the runtime negative padding
    auto_pad = draw(st.sampled_from(["NOTSET", "NOTSET", "VALID"] + ["SAME_UPPER", "SAME_LOWER"] * covered))
    dilated = dilated and not auto_pad.startswith("SAME")  # a pair that the runtime does not have
    dilation = draw(integers(ndim, 1, 3)) if dilated else [1] * ndim
    extent = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    # Our pools have padding up to half of the extent, the runtime's below the number of taps.
    most = [min(e // 2, k - 1) if pooling else 3 for e, k in zip(extent, kernel, strict=True)]
    pads = [draw(st.integers(0, m)) if auto_pad == "NOTSET" else 0 for m in most * 2]
    smallest = [
        max(e - pads[axis] - pads[ndim + axis], d)  # with d elements, no window of a pool is without any
        for axis, (e, d) in enumerate(zip(extent, dilation, strict=True))
    ]
    size = [n + draw(st.integers(0, 5)) for n in smallest]
    padding = {"pads": pads} if auto_pad == "NOTSET" else {"auto_pad": auto_pad}
    return size, {"kernel_shape": kernel, "strides": stride} | ({"dilations": dilation} if dilated else {}) | padding


@st.composite
def transposed(draw, ndim):
    """Draw an input's size and attributes of a transposed convolution whose output is not empty."""
    kernel, stride = draw(integers(ndim, 1, 4 if ndim < 3 else 3)), draw(integers(ndim, 1, 4))
    dilation, size = draw(integers(ndim, 1, 3)), draw(integers(ndim, 1, 5))
    extra = [draw(st.integers(0, s - 1)) for s in stride]
    attributes = {"kernel_shape": kernel, "strides": stride, "dilations": dilation}
    extent = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    unpadded = [(n - 1) * s + e for n, s, e in zip(size, stride, extent, strict=True)]
    covered = all(s <= e for s, e in zip(stride, extent, strict=True))  # or the runtime ignores that ONNX wants n * s
    form = draw(st.sampled_from(["pads", "output_shape"] + ["auto_pad"] * covered))
    if form == "auto_pad":
        return size, attributes | {"auto_pad": draw(st.sampled_from(["SAME_UPPER", "SAME_LOWER"]))}
    if form == "output_shape":
        wanted = [draw(st.integers(max(1, u - 4), u + e)) for u, e in zip(unpadded, extra, strict=True)]
        return size, attributes | {"output_shape": wanted}
    before = [draw(st.integers(0, min(3, u - 1))) for u in unpadded]
    after = [draw(st.integers(0, min(3, u - b - 1))) for u, b in zip(unpadded, before, strict=True)]
    return size, attributes | {"pads": before + after, "output_padding": extra}


@st.composite
def channels(draw):
    """Draw numbers of images, groups, and channels per group on both sides."""
    return tuple(draw(st.integers(1, most)) for most in (3, 3, 3, 3))


@on_1_2_and_3_axes
@sweep
@given(data=st.data(), channels=channels(), biased=st.booleans())
def test_conv(ndim, data, channels, biased):
    size, attributes = data.draw(windows(ndim))
    n, groups, per_input, per_output = channels
    x = whole((n, groups * per_input, *size), 0)
    weight = whole((groups * per_output, per_input, *attributes["kernel_shape"]), 1)
    bias = [whole(groups * per_output, 2)] * biased

    assert_array_equal(*both("Conv", x, weight, *bias, group=groups, **attributes), strict=True)


@on_1_2_and_3_axes
@sweep
@given(data=st.data(), channels=channels(), biased=st.booleans())
def test_conv_transpose(ndim, data, channels, biased):
    size, attributes = data.draw(transposed(ndim))
    n, groups, per_input, per_output = channels
    x = whole((n, groups * per_input, *size), 0)
    weight = whole((groups * per_input, per_output, *attributes["kernel_shape"]), 1)
    bias = [whole(groups * per_output, 2)] * biased

    assert_array_equal(*both("ConvTranspose", x, weight, *bias, group=groups, **attributes), strict=True)


@on_1_2_and_3_axes
@pytest.mark.parametrize(("operator", "groups"), [("Conv", 1), ("Conv", 4), ("ConvTranspose", 1), ("ConvTranspose", 4)])
def test_convolutions_of_real_numbers(operator, groups, ndim):
    """Layers of a usual size: the package cuts the first axis of the largest into blocks."""
    inputs, outputs, size = 16, 24, {1: (997,), 2: (61, 53), 3: (17, 13, 11)}[ndim]
    leading = (outputs, inputs // groups) if operator == "Conv" else (inputs, outputs // groups)
    arrays = normal((3, inputs, *size), seed=0), normal((*leading, *(3,) * ndim), seed=1), normal(outputs, seed=2)
    node = make_node(operator, 3, {"group": groups, "strides": [2] * ndim, "pads": [1] * (2 * ndim)})

    terms = inputs // groups * 3**ndim + 1
    magnitudes = runtime(node, [np.abs(array) for array in arrays])
    assert_within(terms * np.finfo(np.float32).eps * magnitudes, translate(node, arrays), runtime(node, arrays))


@on_1_2_and_3_axes
@in_both_precisions
@sweep
@given(data=st.data(), channels=channels(), ceil_mode=st.booleans())
def test_max_pool(ndim, dtype, data, channels, ceil_mode):
    size, attributes = data.draw(windows(ndim, pooling=True))
    x = whole((*channels[:2], *size)).astype(dtype)
    if ceil_mode:
        attributes["ceil_mode"] = 1
    assert_array_equal(*both("MaxPool", x, **attributes), strict=True)


@on_1_2_and_3_axes
@sweep
@given(data=st.data(), channels=channels(), ceil_mode=st.booleans(), count_include_pad=st.booleans())
def test_avg_pool(ndim, data, channels, ceil_mode, count_include_pad):
    size, attributes = data.draw(windows(ndim, pooling=True, dilated=False))
    x = whole((*channels[:2], *size))
    flags = {"ceil_mode": int(ceil_mode), "count_include_pad": int(count_include_pad)}

    ours, theirs = both("AveragePool", x, **flags, **attributes)

    assert_within(DIVISION * np.abs(theirs), ours, theirs)


def test_a_maximum_of_no_element_is_minus_infinity_here_and_the_least_finite_number_there():
    ours, theirs = both("MaxPool", whole((1, 1, 1)), kernel_shape=[2], dilations=[2], pads=[1, 1])
    assert_array_equal(ours, [[[-np.inf]]])
    assert_array_equal(theirs, [[[np.finfo(np.float32).min]]])


@on_1_2_and_3_axes
def test_global_pools(ndim):
    x = whole((2, 3, *(5, 7, 11)[:ndim]))

    assert_array_equal(*both("GlobalMaxPool", x), strict=True)

    ours, theirs = both("GlobalAveragePool", x)
    assert_within(DIVISION * np.abs(theirs), ours, theirs)


@pytest.mark.parametrize("ndim", [0, 1, 2, 3])
@in_both_precisions
@pytest.mark.parametrize("epsilon", [1e-5, 0.5])
@pytest.mark.parametrize("training", [False, True])
def test_batch_norm(ndim, dtype, epsilon, training):
    shape = (7, 5, 4, 3, 2)[: 2 + ndim]
    x = normal(shape, dtype, 0) * 3 + 1
    scale, bias, mean = (normal(5, dtype, seed) for seed in (1, 2, 3))
    var = np.abs(normal(5, dtype, 4)) + dtype(0.1)
    node = make_node(
        "BatchNormalization",
        5,
        {"epsilon": epsilon} | ({"training_mode": 1} if training else {}),
        outputs=3 if training else 1,  # with the running statistics, which the package leaves to its user
    )
    arrays = x, scale, bias, mean, var

    over = (0, *range(2, x.ndim))
    if training:
        mean, var = x.mean(axis=over), x.var(axis=over)
    column = (-1, *(1,) * ndim)
    factor = np.abs(scale) / np.sqrt(var + epsilon)
    magnitudes = (np.abs(x) + np.abs(mean).reshape(column)) * factor.reshape(column) + np.abs(bias).reshape(column)
    terms = 8 + (x.size // 5 if training else 0)  # operations on an element, and the sums in mean and variance
    assert_within(terms * np.finfo(dtype).eps * magnitudes, translate(node, arrays), runtime(node, arrays))


@on_1_2_and_3_axes
@pytest.mark.parametrize("size", [1, 3, 5, 9])  # the runtime has odd ones; the longest is longer than the channels
@pytest.mark.parametrize(("alpha", "beta", "bias"), [(1e-4, 0.75, 1.0), (2.0, 0.5, 0.25), (0.5, 1.5, 2.0)])
def test_local_response_norm(ndim, size, alpha, beta, bias):
    x = normal((2, 7, *(4, 5, 3)[:ndim]))
    node = make_node("LRN", 1, {"size": size, "alpha": alpha, "beta": beta, "bias": bias})

    ours = translate(node, [x])
    theirs = runtime(node, [x.reshape(2, 7, -1, 1)]).reshape(x.shape)  # it takes images only

    terms = (
        8 + x.shape[1]
    )  # the runtime subtracts from a running sum, which may lose digits of the sum over all channels
    cancellation = 1 + alpha / size * np.sum(x**2, axis=1, keepdims=True) / bias
    assert_within(terms * np.finfo(np.float32).eps * np.abs(theirs) * cancellation, ours, theirs)


@in_both_precisions
def test_relu(dtype):
    x = np.append(normal((4, 5), dtype), [[0.0, -0.0, np.inf, -np.inf, 1e-30]], axis=0).astype(dtype)
    assert_array_equal(*both("Relu", x), strict=True)


@in_both_precisions
@pytest.mark.parametrize("operator", ["Sigmoid", "Tanh"])
def test_sigmoid_and_tanh(operator, dtype):
    x = np.concatenate([np.linspace(-30, 30, 601), normal(200, np.float64), [0.0, 1e-6, -1e-6, 500, -500]])
    ours, theirs = both(operator, x.astype(dtype))
    assert_within(
        4 * np.finfo(dtype).eps, ours, theirs
    )  # absolute: the runtime's sigmoid has no more where it is small


@in_both_precisions
@pytest.mark.parametrize("axis", [0, 1, 2, -1])
@pytest.mark.parametrize("scale", [1, 30, 1000])
def test_softmax(axis, scale, dtype):
    x = (scale * normal((5, 7, 3), dtype)).astype(dtype)
    below = np.max(x, axis=axis, keepdims=True) - x
    eps, terms = np.finfo(dtype).eps, 8 + x.shape[axis]

    ours, theirs = both("Softmax", x, axis=axis)
    assert_within((below + terms) * eps * np.abs(theirs) + np.finfo(dtype).tiny, ours, theirs)

    ours, theirs = both("LogSoftmax", x, axis=axis)
    assert_within((below + terms) * eps, ours, theirs)

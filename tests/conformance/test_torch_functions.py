"""PyTorch computes the same, forward and backward, on calls drawn at random.

On whole numbers convolutions, linear layers and maxima are exact in both, and have to be the same bits.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="PyTorch is not installed; CONTRIBUTING.md says how to run these tests")

from torch.nn import functional as F  # noqa: E402
from torch_calls import compare, translate, whole  # noqa: E402

from cnn_course import fft_conv  # noqa: E402

torch.set_num_threads(1)  # its threads wait for each other without sleeping: slow on a busy machine

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning")

on_1_2_and_3_axes = pytest.mark.parametrize("ndim", [1, 2, 3])
in_both_precisions = pytest.mark.parametrize("dtype", [np.float32, np.float64])
sweep = settings(max_examples=100)


def integers(ndim, low, high):
    return st.lists(st.integers(low, high), min_size=ndim, max_size=ndim).map(tuple)


@st.composite
def written(draw, numbers):
    """One of the forms in which numbers may be given: one a axis, and where they are equal one for all."""
    forms = [numbers] + [numbers[0], numbers[:1]] * (len(set(numbers)) == 1)
    return draw(st.sampled_from(forms))


@st.composite
def windows(draw, ndim, *, pooling=False, dilated=True):
    """Draw an input's size, a kernel and the numbers of windows that fit."""
    kernel = draw(integers(ndim, 1, 4 if ndim < 3 else 3))
    dilation = draw(integers(ndim, 1, 3)) if dilated else (1,) * ndim
    extent = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    word = draw(st.sampled_from(["", "", "same", "valid"])) if not pooling else ""
    # PyTorch's pools have padding up to half of the kernel, whatever the dilation.
    padding = tuple(draw(st.integers(0, k // 2 if pooling else 3)) if not word else 0 for k in kernel)
    stride = (1,) * ndim if word == "same" else draw(integers(ndim, 1, 4))
    # A window of a pool that holds no element lets PyTorch's gradient write outside its array: there are d elements.
    least = [max(d if pooling else 1, e - 2 * p) for e, p, d in zip(extent, padding, dilation, strict=True)]
    size = tuple(n + draw(st.integers(0, 5)) for n in least)
    numbers = {"stride": draw(written(stride)), "padding": word or draw(written(padding))}
    return size, kernel, numbers | ({"dilation": draw(written(dilation))} if dilated else {})


@st.composite
def channels(draw):
    """Draw numbers of images, possibly none, of groups, and of channels per group on both sides."""
    return draw(st.integers(0, 3)), *(draw(st.integers(1, 3)) for _ in range(3))


def both(name, *args, exact=False, **kwargs):
    """Compare PyTorch's function with our call for the same arguments."""
    compare(getattr(F, name), translate(name, *args, **kwargs), args, kwargs, exact=exact)


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@on_1_2_and_3_axes
@in_both_precisions
@sweep
@given(data=st.data(), channels=channels(), biased=st.booleans())
def test_conv(ndim, dtype, data, channels, biased):
    size, kernel, numbers = data.draw(windows(ndim))
    n, groups, per_input, per_output = channels
    x = whole((n, groups * per_input, *size), 0).astype(dtype)
    weight = whole((groups * per_output, per_input, *kernel), 1).astype(dtype)
    bias = whole(groups * per_output, 2).astype(dtype) if biased else None

    both(f"conv{ndim}d", x, weight, bias, groups=groups, exact=True, **numbers)


@on_1_2_and_3_axes
@sweep
@given(data=st.data(), channels=channels())
def test_conv_with_sides_that_differ(ndim, data, channels):
    """PyTorch pads beforehand, where we have pairs."""
    size, kernel, numbers = data.draw(windows(ndim))
    pairs = data.draw(st.lists(integers(2, 0, 3), min_size=ndim, max_size=ndim))
    n, _, inputs, outputs = channels
    numbers["padding"] = 0
    size = tuple(s + 6 for s in size)  # windows fit, whatever the padding was
    x, weight = whole((n, inputs, *size), 0), whole((outputs, inputs, *kernel), 1)

    def theirs(x, weight, **numbers):
        return getattr(F, f"conv{ndim}d")(F.pad(x, [side for pair in pairs[::-1] for side in pair]), weight, **numbers)

    ours = translate(f"conv{ndim}d", x, weight, **numbers | {"padding": pairs})
    compare(theirs, ours, (x, weight), numbers, exact=True)


@on_1_2_and_3_axes
@in_both_precisions
@sweep
@given(data=st.data(), channels=channels(), biased=st.booleans())
def test_conv_transpose(ndim, dtype, data, channels, biased):
    kernel, stride = data.draw(integers(ndim, 1, 4 if ndim < 3 else 3)), data.draw(integers(ndim, 1, 4))
    dilation, size = data.draw(integers(ndim, 1, 3)), data.draw(integers(ndim, 1, 5))
    extra = tuple(data.draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True))
    full = [
        (n - 1) * s + d * (k - 1) + 1 + e for n, s, d, k, e in zip(size, stride, dilation, kernel, extra, strict=True)
    ]
    padding = tuple(data.draw(st.integers(0, min(3, (n - 1) // 2))) for n in full)  # something is left
    named = {"stride": stride, "padding": padding, "output_padding": extra, "dilation": dilation}
    numbers = {name: data.draw(written(value)) for name, value in named.items()}
    n, groups, per_input, per_output = channels
    x = whole((n, groups * per_input, *size), 0).astype(dtype)
    weight = whole((groups * per_input, per_output, *kernel), 1).astype(dtype)
    bias = whole(groups * per_output, 2).astype(dtype) if biased else None

    both(f"conv_transpose{ndim}d", x, weight, bias, groups=groups, exact=True, **numbers)


@on_1_2_and_3_axes
@pytest.mark.parametrize(("name", "groups"), [("conv", 1), ("conv", 4), ("conv_transpose", 1), ("conv_transpose", 4)])
def test_convolutions_of_real_numbers(name, groups, ndim):
    """Layers of a usual size, which the package cuts into blocks."""
    inputs, outputs, size = 16, 24, {1: (997,), 2: (61, 53), 3: (17, 13, 11)}[ndim]
    leading = (outputs, inputs // groups) if name == "conv" else (inputs, outputs // groups)
    arrays = normal(3, inputs, *size), normal(*leading, *(3,) * ndim, seed=1), normal(outputs, seed=2)
    both(f"{name}{ndim}d", *arrays, stride=2, padding=1, groups=groups)


@on_1_2_and_3_axes
@sweep
@given(data=st.data(), channels=channels())
def test_fft_conv(ndim, data, channels):
    size, kernel, numbers = data.draw(windows(ndim, dilated=False))
    n, _, inputs, outputs = channels
    x, weight = normal(n, inputs, *size), normal(outputs, inputs, *kernel, seed=1)
    theirs = getattr(F, f"conv{ndim}d")(torch.tensor(x), torch.tensor(weight), padding=numbers["padding"])
    np.testing.assert_allclose(fft_conv(x, weight, padding=numbers["padding"]), theirs, rtol=0, atol=1e-12)


@on_1_2_and_3_axes
@in_both_precisions
@sweep
@given(data=st.data(), channels=channels(), ceil_mode=st.booleans(), most=st.sampled_from([1, 31]))
def test_max_pool(ndim, dtype, data, channels, ceil_mode, most):
    """With few different numbers there are many ties: the first of several maxima gets the gradient."""
    size, kernel, numbers = data.draw(windows(ndim, pooling=True))
    x = whole((*channels[:2], *size), 0, most).astype(dtype)
    if data.draw(st.booleans()):
        numbers["stride"] = None
    both(f"max_pool{ndim}d", x, data.draw(written(kernel)), ceil_mode=ceil_mode, exact=True, **numbers)


@on_1_2_and_3_axes
@sweep
@given(data=st.data(), channels=channels(), ceil_mode=st.booleans(), count_include_pad=st.booleans())
def test_avg_pool(ndim, data, channels, ceil_mode, count_include_pad):
    size, kernel, numbers = data.draw(windows(ndim, pooling=True, dilated=False))
    if ndim == 3:
        size = tuple(map(max, size, kernel))  # PyTorch wants a volume as large as the kernel, also with padding
    if data.draw(st.booleans()):
        numbers["stride"] = None
    flags = {"ceil_mode": ceil_mode, "count_include_pad": count_include_pad}
    both(f"avg_pool{ndim}d", normal(*channels[:2], *size), data.draw(written(kernel)), **flags, **numbers)


@on_1_2_and_3_axes
@pytest.mark.parametrize("kind", ["max", "avg"])
@settings(max_examples=50)
@given(data=st.data(), channels=channels())
def test_global_pools(kind, ndim, data, channels):
    x = whole((*channels[:2], *data.draw(integers(ndim, 1, 6))), 0, 3)
    both(f"adaptive_{kind}_pool{ndim}d", x, 1, exact=kind == "max")


@on_1_2_and_3_axes
@settings(max_examples=50)
@given(data=st.data())
def test_batch_norm(ndim, data):
    training, eps = data.draw(st.booleans()), data.draw(st.sampled_from([1e-5, 0.5]))
    n, c, *size = data.draw(integers(ndim + 1, 2, 5))
    x = 3 * normal(n, c, *size) + 1
    weight, bias = (normal(c, seed=seed) if data.draw(st.booleans()) else None for seed in (1, 2))
    mean, var = normal(c, seed=3), 0.1 + normal(c, seed=4) ** 2

    both("batch_norm", x, mean, var, weight, bias, training=training, eps=eps)


@settings(max_examples=100)
@given(data=st.data())
def test_local_response_norm(data):
    shape = data.draw(st.lists(st.integers(1, 7), min_size=3, max_size=5))
    constants = st.floats(0.1, 2)
    numbers = {name: data.draw(constants) for name in ("alpha", "beta", "k")}
    both("local_response_norm", normal(*shape), data.draw(st.integers(1, 9)), **numbers)


@in_both_precisions
@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh"])
def test_activations(name, dtype):
    """From where an exponential overflows to where a sum loses it, and at 0."""
    x = np.concatenate([normal(500), 30 * normal(500, seed=1), [0.0, -0.0, 1e-30, -1e-30, 500, -500, 1e4, -1e4]])
    both(name, x.astype(dtype))


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@settings(max_examples=100)
@given(data=st.data())
def test_probabilities(name, data):
    shape = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    both(name, data.draw(st.sampled_from([1, 30])) * normal(*shape), dim=dim)


@settings(max_examples=100)
@given(shape=integers(2, 1, 9), scale=st.sampled_from([1, 100]))
def test_cross_entropy(shape, scale):
    target = np.random.default_rng(1).integers(0, shape[1], shape[0])
    both("cross_entropy", scale * normal(*shape), target)


@settings(max_examples=50)
@given(shape=st.lists(st.integers(0, 5), max_size=4))
def test_mse_loss(shape):
    both("mse_loss", normal(*shape), normal(*shape, seed=1))


@in_both_precisions
@settings(max_examples=100)
@given(n=st.integers(0, 9), features=integers(2, 1, 9), biased=st.booleans())
def test_linear(dtype, n, features, biased):
    arrays = whole((n, features[1]), 0), whole(features, 1), *[whole(features[0], 2)] * biased
    both("linear", *(array.astype(dtype) for array in arrays), exact=True)


@sweep
@given(data=st.data(), channels=channels())
def test_unfold_and_fold(data, channels):
    size, kernel, numbers = data.draw(windows(2))
    for name, value in numbers.items():  # PyTorch's `unfold` has no words, and no tuples of one entry
        numbers[name] = 0 if isinstance(value, str) else np.broadcast_to(value, 2).tolist()
    both("unfold", whole((*channels[:2], *(n + 6 for n in size)), 0), kernel, exact=True, **numbers)


@on_1_2_and_3_axes
@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
@in_both_precisions
@settings(max_examples=50)
@given(data=st.data(), channels=channels())
def test_pad(dtype, mode, ndim, data, channels):
    size = data.draw(integers(ndim, 2, 5))
    most = {"reflect": -1, "circular": 0}.get(mode, 3)
    pairs = [data.draw(integers(2, 0, n + most)) for n in size]
    args = whole((*channels[:2], *size), 0).astype(dtype), [side for pair in pairs[::-1] for side in pair], mode
    compare(F.pad, translate("pad.constant", *args), args, {}, exact=True)

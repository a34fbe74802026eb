"""Functions of PyTorch in our calls, forward and backward, and the comparison of both.

A function here has the parameters of PyTorch's. What the package does not do raises `NotOffered`; an argument that its
translation does not know is a TypeError, so that none is passed over in silence.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest

import cnn_course

torch = pytest.importorskip("torch", reason="PyTorch is not installed; CONTRIBUTING.md says how to run these tests")


class NotOffered(Exception):
    """The package has no call for this; the message says what it lacks."""


@dataclass(frozen=True)
class Call:
    """Our function, what it takes, and those of its arrays that have a gradient: the first of `arrays`."""

    name: str
    arrays: tuple
    numbers: dict = field(default_factory=dict)
    learned: int = 1
    needs_bias: bool = True  # whether the gradient takes all arrays: none of a linear layer needs the bias

    def forward(self):
        return getattr(cnn_course, self.name)(*self.arrays, **self.numbers)

    def backward(self, g):
        arrays = self.arrays if self.needs_bias else self.arrays[:2]
        grads = getattr(cnn_course, f"{self.name}_backward")(g, *arrays, **self.numbers)
        return grads if isinstance(grads, tuple) else (grads,)


@dataclass(frozen=True)
class Unfold(Call):
    """Its gradient is `fold`, which wants the size to add into."""

    def backward(self, g):
        return (cnn_course.fold(g, self.arrays[0].shape[2:], **self.numbers),)


def translate(name, *args, **kwargs):
    """Our call for PyTorch's function of that name."""
    return TRANSLATIONS[name](*args, **kwargs)


def batched(input, ndim):
    if input.ndim < ndim:
        raise NotOffered("an input without an axis of images")
    return input


def on(ndim):
    """Translations of what has one function for each number of spatial axes."""

    def conv(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        arrays = batched(input, ndim + 2), weight, bias
        numbers = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        return Call(f"conv{ndim}d", arrays, numbers, learned=3, needs_bias=False)

    def conv_transpose(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        arrays = batched(input, ndim + 2), weight, bias
        numbers = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        numbers["output_padding"] = output_padding
        return Call(f"conv_transpose{ndim}d", arrays, numbers, learned=3, needs_bias=False)

    def max_pool(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        del return_indices  # where they come, they are the second result, and nothing here is compared with them
        numbers = {"stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
        return Call(f"max_pool{ndim}d", (batched(input, ndim + 2), kernel_size), numbers)

    def avg_pool(
        input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
    ):
        if divisor_override is not None:
            raise NotOffered("divisor_override")
        numbers = {"padding": padding, "ceil_mode": ceil_mode, "count_include_pad": count_include_pad}
        numbers["stride"] = None if stride == () else stride
        return Call(f"avg_pool{ndim}d", (batched(input, ndim + 2), kernel_size), numbers)

    def adaptive(name):
        def pool(input, output_size, return_indices=False):
            del return_indices
            if set(np.ravel(output_size).tolist()) != {1}:
                raise NotOffered("adaptive pooling to more than one place")
            return Call(name, (batched(input, ndim + 2),))

        return pool

    return {
        f"conv{ndim}d": conv,
        f"conv_transpose{ndim}d": conv_transpose,
        f"max_pool{ndim}d": max_pool,
        f"avg_pool{ndim}d": avg_pool,
        f"adaptive_max_pool{ndim}d": adaptive("global_max_pool"),
        f"adaptive_avg_pool{ndim}d": adaptive("global_avg_pool"),
    }


def linear(input, weight, bias=None):
    if input.ndim != 2:
        raise NotOffered("linear on other axes than images and features")
    return Call("linear", (input, weight, bias), learned=3, needs_bias=False)


def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    del momentum  # the function has no running statistics to move; the layer has
    if input.ndim < 2:
        raise NotOffered("an input without an axis of channels")
    statistics = {} if training else {"mean": running_mean, "var": running_var}
    return Call("batch_norm", (input, weight, bias), {"eps": eps} | statistics, learned=3)


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    return Call("local_response_norm", (input,), {"size": size, "alpha": alpha, "beta": beta, "k": k})


def elementwise(name):
    return lambda input: Call(name, (input,))


def along(name):
    def function(input, dim):
        if input.ndim == 0:
            raise NotOffered("an array without axes")
        return Call(name, (input,), {"axis": dim})

    return function


def cross_entropy(input, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    if target.dtype.kind == "f":
        raise NotOffered("probabilities as targets")
    if weight is not None or ignore_index != -100 or reduction != "mean" or label_smoothing:
        raise NotOffered("weight, ignore_index, reduction or label_smoothing")
    if input.ndim != 2:
        raise NotOffered("other axes than images and classes")
    return Call("cross_entropy", (input, target))


def mse_loss(input, target, reduction="mean"):
    if reduction != "mean":
        raise NotOffered("reduction")
    return Call("mse_loss", (input, target))


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    kernel_size = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    numbers = {"kernel_size": kernel_size, "dilation": dilation, "padding": padding, "stride": stride}
    return Unfold("unfold", (batched(input, 4),), numbers)


def pad(input, pad, mode="constant", value=None):
    """Its sides go from the last axis to the first."""
    pairs = list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    if input.ndim < 3:
        raise NotOffered("an input without an axis of images")
    if len(pairs) > input.ndim - 2:
        raise NotOffered("padding of images or channels")
    if min(pad) < 0:
        raise NotOffered("negative padding")
    if value:
        raise NotOffered("a value in the padding")
    pairs = [(0, 0)] * (input.ndim - 2 - len(pairs)) + pairs
    return Call("pad", (input,), {"padding": pairs, "mode": mode})


TRANSLATIONS = {
    **on(1),
    **on(2),
    **on(3),
    "linear": linear,
    "batch_norm": batch_norm,
    "local_response_norm": local_response_norm,
    "relu": elementwise("relu"),
    "sigmoid": elementwise("sigmoid"),
    "tanh": elementwise("tanh"),
    "softmax": along("softmax"),
    "log_softmax": along("log_softmax"),
    "cross_entropy": cross_entropy,
    "mse_loss": mse_loss,
    "unfold": unfold,
    **dict.fromkeys(("pad.constant", "pad.reflect", "pad.replicate", "pad.circular", "pad.replicate_negative"), pad),
}


def compare(function, ours, args, kwargs, *, exact=False):
    """Assert that PyTorch's function and our call give the same, and so do their gradients, on a random upstream one.

    `exact` is for whole numbers, whose sums are the same in any order. Otherwise either side has made some hundred
    roundings at most, which are relative to the largest number that has come in between.
    """
    learned = [array for array in ours.arrays[: ours.learned] if array is not None]
    tensors = {
        id(v): torch.tensor(v, requires_grad=any(v is array for array in learned))
        for v in (*args, *kwargs.values())
        if isinstance(v, np.ndarray)
    }
    theirs = function(*(tensors.get(id(v), v) for v in args), **{n: tensors.get(id(v), v) for n, v in kwargs.items()})
    theirs = theirs[0] if isinstance(theirs, tuple) else theirs
    assert_same("the result", ours.forward(), theirs, exact)

    g = whole(theirs.shape, 9) if exact else np.random.default_rng(9).standard_normal(theirs.shape)
    g = np.asarray(g, ours.arrays[0].dtype)
    theirs.backward(torch.from_numpy(g))
    for i, (array, grad) in enumerate(zip(ours.arrays[: ours.learned], ours.backward(g), strict=False)):
        if array is not None:
            assert_same(f"gradient {i}", grad, tensors[id(array)].grad, exact)


def assert_same(what, ours, theirs, exact):
    ours, theirs = np.asarray(ours), theirs.detach().numpy()
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype), what
    if exact:
        np.testing.assert_array_equal(ours, theirs, err_msg=what)
    else:
        scale = max(1, np.max(np.abs(theirs[np.isfinite(theirs)]), initial=0))
        tolerance = 1000 * np.finfo(theirs.dtype).eps * scale
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance, err_msg=what)


def whole(shape, seed, most=31):
    """Whole numbers up to 31: sums of 2^14 products are below 2^24, and exact in float32 in any order."""
    return np.random.default_rng(seed).integers(-most, most + 1, shape).astype(np.float64)

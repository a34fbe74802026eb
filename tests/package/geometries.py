"""Hypothesis strategies: windows, layers, pools and signals on 1, 2 or 3 spatial axes, uneven in everything.

A case holds its numbers twice: `written`, in one of the forms that a user may choose, and `exact`, completed here by
hand into the tuples that `cnn_course.reference` takes. What counts windows is the reference, never `cnn_course.shape`.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import strategies as st

from cnn_course import reference

on_1_2_and_3_axes = pytest.mark.parametrize("ndim", [1, 2, 3])
all_modes = pytest.mark.parametrize("mode", ["full", "same", "valid"])

MOST_TAPS = {1: 4, 2: 3, 3: 2}  # on each axis, by the number of axes: the reference visits every tap of every window

DIVISIBLE = 72  # by 1, 2, 3, 4, 6, 8 and 9: the numbers of elements that the windows of a pool hold


@dataclass(frozen=True)
class Windows:
    """Windows that fit an input of `size`; `written` and `exact` hold stride, padding and dilation."""

    size: tuple
    kernel_size: tuple
    written: dict
    exact: dict

    @property
    def starts(self):
        """Positions of the windows' first taps on each axis, found by walking."""
        numbers = (self.size, self.kernel_size, *(self.exact[name] for name in ("stride", "padding", "dilation")))
        return [reference.window_starts(*axis) for axis in zip(*numbers, strict=True)]

    @property
    def output_size(self):
        return tuple(map(len, self.starts))

    @property
    def remainder(self):
        """Positions at the end of each axis that no window reaches: what an output padding has to restore."""
        numbers = (self.starts, self.size, self.kernel_size, self.exact["padding"], self.exact["dilation"])
        return tuple(
            (n + after - 1) - (starts[-1] + d * (k - 1)) for starts, n, k, (_, after), d in zip(*numbers, strict=True)
        )


@dataclass(frozen=True)
class Layer:
    """A convolution from `x_shape` to `y_shape`; its keyword arguments include `groups`."""

    windows: Windows
    x_shape: tuple
    weight_shape: tuple
    y_shape: tuple
    written: dict
    exact: dict


@dataclass(frozen=True)
class Pool:
    """A pooling layer from `x_shape` to `y_shape`."""

    x_shape: tuple
    y_shape: tuple
    kernel_size: int | tuple
    written: dict
    exact_kernel: tuple
    exact: dict


def whole_numbers(shape, seed=0):
    """Random whole numbers as float64, all the same sums whatever their order.

    They are below 2^13, a case adds up fewer than 2^14 products, and of at most three numbers: every sum is below 2^53
    and so exact in float64, while in float32 even a single product may not be. No comparison needs a tolerance.
    """
    return np.random.default_rng(seed).integers(-(2**13) + 1, 2**13, shape).astype(np.float64)


def whole(shape, dtype, seed):
    """Random whole numbers below 100 in absolute value, with complex dtypes in both parts."""
    rng = np.random.default_rng(seed)
    values = rng.integers(-99, 100, shape).astype(dtype)
    return values + 1j * rng.integers(-99, 100, shape) if np.issubdtype(dtype, np.complexfloating) else values


def shapes(data, ndim, mode, most=6):
    """Draw sizes of a signal and of a kernel, which has to fit only in mode 'valid'."""
    n = data.draw(st.tuples(*[st.integers(1, most)] * ndim))
    m = data.draw(st.tuples(*(st.integers(1, size if mode == "valid" else most) for size in n)))
    return n, m


def per_axis(ndim, low, high):
    """An integer for all axes, or a tuple with one for each."""
    number = st.integers(low, high)
    return number | st.tuples(*[number] * ndim)


def complete(value, ndim):
    """The tuple that an integer stands for."""
    return value if isinstance(value, tuple) else (value,) * ndim


def complete_padding(written, extent):
    """The pairs (before, after) that any form of padding stands for, with windows of that extent."""
    if written == "valid":
        return ((0, 0),) * len(extent)
    if written == "full":
        return tuple((e - 1, e - 1) for e in extent)
    if written == "same":
        return tuple(((e - 1) // 2, e // 2) for e in extent)
    return tuple(complete(entry, 2) for entry in complete(written, len(extent)))


@st.composite
def windows(draw, ndim, *, pooling=False, dilated=True):
    """Draw windows; those for pooling have no more padding than half of their extent."""
    kernel = draw(per_axis(ndim, 1, MOST_TAPS[ndim]))
    dilation = draw(per_axis(ndim, 1, 3 if ndim == 1 else 2)) if dilated else 1
    padding = draw(st.just("numbers") | st.sampled_from(["same", "valid"] + ["full"] * (not pooling)))
    stride = 1 if padding == "same" else draw(per_axis(ndim, 1, 3) | st.just(kernel))
    taps, dilations = complete(kernel, ndim), complete(dilation, ndim)

    extent = tuple(d * (k - 1) + 1 for k, d in zip(taps, dilations, strict=True))
    if padding == "numbers":
        most = [e // 2 if pooling else 2 for e in extent]
        pairs = (st.integers(0, m) | st.tuples(st.integers(0, m), st.integers(0, m)) for m in most)
        padding = draw(st.integers(0, min(most)) | st.tuples(*pairs))
    pairs = complete_padding(padding, extent)
    size = tuple(max(1, e - sum(pair)) + draw(st.integers(0, 3)) for e, pair in zip(extent, pairs, strict=True))
    written = {"stride": stride, "padding": padding, "dilation": dilation}
    exact = {"stride": complete(stride, ndim), "padding": pairs, "dilation": dilations}
    return Windows(size, taps, written, exact)


@st.composite
def layers(draw, ndim):
    """Draw a convolution layer."""
    w = draw(windows(ndim))
    images, groups, per_input, per_output = (draw(st.integers(1, most)) for most in (2, 3, 2, 2))
    return Layer(
        windows=w,
        x_shape=(images, groups * per_input, *w.size),
        weight_shape=(groups * per_output, per_input, *w.kernel_size),
        y_shape=(images, groups * per_output, *w.output_size),
        written=w.written | {"groups": groups},
        exact=w.exact | {"groups": groups},
    )


@st.composite
def pools(draw, ndim, *, dilated):
    """Draw a pooling layer; its stride is sometimes left out, and then is the kernel's size."""
    w = draw(windows(ndim, pooling=True, dilated=dilated))
    written, exact = dict(w.written), dict(w.exact)
    if not dilated:
        del written["dilation"], exact["dilation"]
    if exact["stride"] == w.kernel_size:
        written["stride"] = None
    images, channels = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    kernel = w.kernel_size[0] if len(set(w.kernel_size)) == 1 else w.kernel_size
    lead = (images, channels)
    return Pool((*lead, *w.size), (*lead, *w.output_size), kernel, written, w.kernel_size, exact)

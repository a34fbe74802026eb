r"""Lipschitz constants of layers: numbers L with :math:`\lVert f(x) - f(x') \rVert_2 \le L \lVert x - x' \rVert_2`.

Why each of them holds stands in the notes of `certificate`. All is computed in float64, and what rounding may have made
too small is raised a little.
"""

from collections.abc import Callable
from functools import singledispatch
from math import gcd, prod, sqrt

import numpy as np

from cnn_course import functional as F
from cnn_course.nn.activation import ReLU, Sigmoid, Softmax, Tanh
from cnn_course.nn.blur import BlurPool2d
from cnn_course.nn.containers import Concat, Residual, Sequential
from cnn_course.nn.conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from cnn_course.nn.dropout import Dropout
from cnn_course.nn.layer import Layer
from cnn_course.nn.linear import Flatten, Identity, Linear
from cnn_course.nn.norm import BatchNorm1d, BatchNorm2d, LocalResponseNorm
from cnn_course.nn.pool import AvgPool1d, AvgPool2d, AvgPool3d, GlobalAvgPool, MaxPool1d, MaxPool2d, MaxPool3d
from cnn_course.stability.conv_norm import circular_norm, symbol_norm
from cnn_course.stability.lanczos import ROUNDING
from cnn_course.validate import check_finite

MOST_FREQUENCIES = 20_000  # of a circle: on a larger one, the supremum of the symbol is taken for their maximum
Below = Callable[[str, Layer, tuple[int, ...]], tuple[float, tuple[int, ...]]]


@singledispatch
def constant_of(layer: Layer, shape: tuple[int, ...], below: Below) -> tuple[float, tuple[int, ...]]:
    """The constant of a layer for inputs of a shape (C, *spatial), and the shape of its output."""
    raise ValueError(
        f"certificate: network must be made of layers that compute something, got a {type(layer).__name__}"
    )


def _check_input(layer, shape, axes, channels=None):
    """Check the number of axes of one input, or the choice of such numbers, and the channels."""
    if len(shape) not in axes or channels not in (None, shape[0]):
        wanted = f" and {channels} channels" if channels else ""
        raise ValueError(
            f"{type(layer).__name__}: input_shape must lead to {' or '.join(map(str, axes))} axes{wanted}, got {shape}"
        )


@constant_of.register(ReLU | Tanh | Identity | Dropout)
def _(layer, shape, below):
    return 1.0, shape


@constant_of.register(Sigmoid)
def _(layer, shape, below):
    return 0.25, shape


@constant_of.register(Softmax)
def _(layer, shape, below):
    return 0.5, shape


@constant_of.register(Flatten)
def _(layer, shape, below):
    return 1.0, (prod(shape),)


@constant_of.register(Linear)
def _(layer, shape, below):
    _check_input(layer, shape, (1,), layer.in_features)
    weight = layer.weight.data.astype(np.float64)
    check_finite("Linear", "weight", weight)
    return float(np.linalg.norm(weight, 2)) * (1 + ROUNDING), (layer.out_features,)


@constant_of.register(Conv1d | Conv2d | Conv3d)
def _(layer, shape, below):
    _check_input(layer, shape, (layer.ndim + 1,), layer.in_channels)
    geometry, size = layer.geometry, shape[1:]
    output = geometry.output_size(size)
    weight, numbers = layer.weight.data, {"dilation": layer.dilation, "groups": layer.groups}
    bound = symbol_norm(weight, stride=layer.stride, **numbers).upper
    if layer.padding_mode != "zeros":
        copies = (_copies(n, pair, layer.padding_mode) for n, pair in zip(size, geometry.padding, strict=True))
        bound *= sqrt(prod(copies))
    if layer.padding_mode == "circular":
        visits = prod(-(-o // (n // gcd(n, s))) for o, n, s in zip(output, size, layer.stride, strict=True))
        numbers["stride"] = tuple(1 if n % s else s for n, s in zip(size, layer.stride, strict=True))
        if prod(size) <= MOST_FREQUENCIES:
            norm = circular_norm(weight, size, **numbers) * (1 + ROUNDING)
        else:
            norm = symbol_norm(weight, **numbers).upper
        bound = min(bound, sqrt(visits) * norm)
    return bound, (layer.out_channels, *output)


def _copies(n, pair, mode):
    """To how many positions a padding copies one value of an axis, at most."""
    counts = F.pad_backward(np.ones((1, 1, n + sum(pair))), np.zeros((1, 1, n)), (pair,), mode=mode)
    return int(counts.max())


@constant_of.register(ConvTranspose1d | ConvTranspose2d | ConvTranspose3d)
def _(layer, shape, below):
    _check_input(layer, shape, (layer.ndim + 1,), layer.in_channels)
    output = layer.geometry.transposed_size(shape[1:], layer.output_padding)
    bounds = symbol_norm(layer.weight.data, stride=layer.stride, dilation=layer.dilation, groups=layer.groups)
    return bounds.upper, (layer.out_channels, *output)


@constant_of.register(MaxPool1d | MaxPool2d | MaxPool3d)
def _(layer, shape, below):
    _check_input(layer, shape, (layer.ndim + 1,))
    geometry = layer.windows_on(shape[1:])
    output = geometry.output_size(shape[1:])
    windows = 1
    for axis, (n, o) in enumerate(zip(shape[1:], output, strict=True)):
        at = _positions(geometry, axis, o)
        inside = (at >= 0) & (at < n)
        if not inside.any(axis=1).all():
            raise ValueError(
                f"{type(layer).__name__}: every window must hold a part of the input, of shape {shape}, "
                f"but one holds nothing but padding on spatial axis {axis}, and its maximum is minus infinity"
            )
        windows *= int(np.bincount(at[inside]).max())
    return sqrt(windows), (shape[0], *output)


def _positions(geometry, axis, windows):
    """On one axis the positions (windows, taps) in the input, which is at 0 to n - 1."""
    starts = np.arange(windows) * geometry.stride[axis] - geometry.padding[axis][0]
    return starts[:, None] + np.arange(geometry.kernel_size[axis]) * geometry.dilation[axis]


@constant_of.register(AvgPool1d | AvgPool2d | AvgPool3d)
def _(layer, shape, below):
    _check_input(layer, shape, (layer.ndim + 1,))
    geometry, written = layer.windows_on(shape[1:]), layer.geometry
    output, constant = geometry.output_size(shape[1:]), 1.0
    for axis, (n, o) in enumerate(zip(shape[1:], output, strict=True)):
        at, (before, after) = _positions(geometry, axis, o), written.padding[axis]
        low, high = (-before, n + after) if layer.count_include_pad else (0, n)
        counted = ((at >= low) & (at < high)).sum(axis=1)  # what ceil_mode has added never counts
        constant *= float(np.linalg.norm((at[:, :, None] == np.arange(n)).sum(axis=1) / counted[:, None], 2))
    return constant * (1 + ROUNDING), (shape[0], *output)


@constant_of.register(BlurPool2d)
def _(layer, shape, below):
    _check_input(layer, shape, (3,))
    constant, output = 1.0, []
    for axis, n in enumerate(shape[1:]):
        # one axis alone, with every unit impulse as an image
        along = BlurPool2d(
            [k if i == axis else 1 for i, k in enumerate(layer.kernel_size)],
            [s if i == axis else 1 for i, s in enumerate(layer.stride)],
            padding_mode=layer.padding_mode,
        ).eval()
        responses = along(np.eye(n).reshape(n, 1, *((n, 1) if axis == 0 else (1, n)))).reshape(n, -1)
        constant *= float(np.linalg.norm(responses, 2))
        output.append(responses.shape[1])
    return constant * (1 + ROUNDING), (shape[0], *output)


@constant_of.register(GlobalAvgPool)
def _(layer, shape, below):
    if len(shape) < 2:
        raise ValueError(f"GlobalAvgPool: input_shape must lead to at least 2 axes, got {shape}")
    return 1 / sqrt(prod(shape[1:])), (shape[0], *(1,) * (len(shape) - 1))


@constant_of.register(BatchNorm1d | BatchNorm2d)
def _(layer, shape, below):
    _check_input(layer, shape, tuple(rank - 1 for rank in layer.ranks), layer.num_features)
    with np.errstate(divide="ignore", invalid="ignore"):
        scales = np.abs(layer.weight.data.astype(np.float64)) / np.sqrt(
            layer.running_var.astype(np.float64) + layer.eps
        )
    return float(scales.max()) * (1 + ROUNDING), shape


@constant_of.register(LocalResponseNorm)
def _(layer, shape, below):
    if layer.k == 0:
        raise ValueError("LocalResponseNorm: k must be above 0 for a finite Lipschitz constant, got 0.0")
    beta, window = layer.beta, min(layer.size, shape[0]) if layer.alpha else 0
    steepest = (beta / (beta + 1)) ** (beta + 1)
    return layer.k**-beta * (1 + 2 * sqrt(window) * steepest) * (1 + ROUNDING), shape


@constant_of.register(Sequential)
def _(layer, shape, below):
    constant = 1.0
    for name, child in layer.children.items():
        own, shape = below(name, child, shape)
        constant *= own
    return constant, shape


@constant_of.register(Residual)
def _(layer, shape, below):
    (body, output), (shortcut, other) = (below(name, child, shape) for name, child in layer.children.items())
    if output != other:
        raise ValueError(f"Residual: the output of shortcut must have shape {output}, got {other}")
    return body + shortcut, output


@constant_of.register(Concat)
def _(layer, shape, below):
    constants, outputs = zip(*(below(name, child, shape) for name, child in layer.children.items()), strict=True)
    (_, *size) = outputs[0]
    for name, output in zip(layer.children, outputs, strict=True):
        if list(output[1:]) != size:
            raise ValueError(
                f"Concat: the output of branch {name} must have spatial size {tuple(size)}, got {output[1:]}"
            )
    return sqrt(sum(constant**2 for constant in constants)), (sum(output[0] for output in outputs), *size)

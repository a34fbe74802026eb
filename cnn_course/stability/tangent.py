r"""The Jacobian of a network at an input, as a pair of maps: forward along a direction, and back.

What the layers are near an input is known layer by layer, by the chain rule: most are linear, or act on each number
alone. A network is taken as `eval` would set it; neither its mode nor what it remembers of a forward pass is changed.
"""

from collections.abc import Callable
from functools import singledispatch
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cnn_course import engine
from cnn_course import functional as F
from cnn_course.functional.norm import neighbours_of, over_channels
from cnn_course.nn.activation import ReLU, Sigmoid, Softmax, Tanh
from cnn_course.nn.blur import BlurPool2d
from cnn_course.nn.containers import Concat, Residual, Sequential
from cnn_course.nn.conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from cnn_course.nn.dropout import Dropout
from cnn_course.nn.layer import Layer
from cnn_course.nn.linear import Flatten, Identity, Linear
from cnn_course.nn.norm import BatchNorm1d, BatchNorm2d, LocalResponseNorm
from cnn_course.nn.pool import AvgPool1d, AvgPool2d, AvgPool3d, GlobalAvgPool, MaxPool1d, MaxPool2d, MaxPool3d
from cnn_course.shape import Geometry
from cnn_course.validate import as_floats, check_finite, check_shape
from cnn_course.windows import pad, windows_of_padded


class Linearization(NamedTuple):
    r"""A network near an input x: :math:`f(x + v) = f(x) + J v + o(\lVert v \rVert)`, where f is differentiable.

    Attributes
    ----------
    output : ndarray
        The value :math:`f(x)`.
    jvp : callable
        The product J v with a direction, an array like the input: one like the output.
    vjp : callable
        The product J^T g with an upstream gradient, an array like the output: one like the input.
    """

    output: np.ndarray
    jvp: Callable[[ArrayLike], np.ndarray]
    vjp: Callable[[ArrayLike], np.ndarray]


def linearize(network: Layer, x: ArrayLike) -> Linearization:
    r"""The value of a network at an input, and its Jacobian there, as maps.

    Parameters
    ----------
    network : Layer
        Of layers of this package. It is taken in evaluation mode, whichever it is in.
    x : array_like of float
        A batch of inputs. The parameters are converted to its dtype.

    Returns
    -------
    Linearization
        With `output`, `jvp(v)` and `vjp(g)`, which may be called any number of times.

    Raises
    ------
    ValueError
        If `network` is no `Layer`, or holds one of which the Jacobian is not known, and if `x` is not of floats, not
        finite, or does not fit.

    Notes
    -----
    Where there is no derivative, the conventions are those of `backward`: 0 for the ReLU at 0, and for a maximum that
    is attained more than once, the first position. The two maps are each other's adjoints in every case.

    Examples
    --------
    >>> from cnn_course.nn import ReLU
    >>> near = linearize(ReLU(), np.array([[-1.0, 2.0]]))
    >>> near.output, near.jvp(np.array([[5.0, 7.0]]))
    (array([[0., 2.]]), array([[0., 7.]]))
    """
    return tangent_map("linearize", network, x)


def tangent_map(function, network, x):
    """`linearize` for a function whose name its errors have."""
    check_network(function, network)
    (x,) = as_floats(function, x=x)
    check_finite(function, "x", x)
    output, forward, backward = _near(network, x)
    return Linearization(
        output,
        lambda v: forward(_like("Linearization.jvp", "v", v, x)),
        lambda g: backward(_like("Linearization.vjp", "g", g, output)),
    )


def _like(function, name, value, expected):
    (value,) = as_floats(function, **{name: value})
    check_shape(function, name, value, expected.shape)
    return value.astype(expected.dtype, copy=False)


def check_network(function, network):
    """Check that a network is made of layers that compute as those of the package do."""
    if not isinstance(network, Layer):
        raise ValueError(f"{function}: network must be a Layer, got {network!r}")
    for name, layer in network.named_layers():
        if not all(_is_ours(type(layer), part) for part in ("__call__", "forward", "function", "numbers")):
            where = f" at {name!r}" if name else ""
            raise ValueError(
                f"{function}: network must be made of layers of cnn_course.nn, not yet frozen, "
                f"got a {type(layer).__name__}{where}, of which nothing is known"
            )


def _is_ours(kind, part):
    """Whether a part of a class comes from a module of layers, and not from a subclass that computes in its own way."""
    home = next((base.__module__ for base in kind.__mro__ if part in vars(base)), "cnn_course.nn.layer")
    return home.startswith("cnn_course.nn.") and not home.endswith(".inference")


@singledispatch
def _near(layer, x):
    """The output for x, and the Jacobian and its transpose as functions."""
    raise ValueError(f"linearize: network must be made of layers that compute something, got a {type(layer).__name__}")


@_near.register(ReLU | Sigmoid | Tanh | Softmax)
def _(layer, x):
    def both(v):  # a diagonal matrix, or for softmax diag(p) - p p^T: it is its own transpose
        return layer.gradient(v, x, **layer.numbers)

    return layer.function(x, **layer.numbers), both, both


@_near.register(AvgPool1d | AvgPool2d | AvgPool3d | GlobalAvgPool | BlurPool2d)
def _(layer, x):
    def forward(v):
        return layer.function(v, **layer.numbers)

    return forward(x), forward, lambda g: layer.gradient(g, x, **layer.numbers)


@_near.register(MaxPool1d | MaxPool2d | MaxPool3d)
def _(layer, x):
    y = layer.function(x, **layer.numbers)
    geometry = layer.windows_on(x.shape[2:])

    def taps(values, filling):  # (N, C, *output, taps)
        windows = windows_of_padded(pad(values, geometry.padding, filling), geometry)
        return windows.reshape(*y.shape, -1)

    winner = taps(x, -np.inf).argmax(axis=-1)[..., None]  # the first of several, as in backward

    def forward(v):
        return np.take_along_axis(taps(v, 0), winner, axis=-1)[..., 0]

    return y, forward, lambda g: layer.gradient(g, x, **layer.numbers)


@_near.register(Conv1d | Conv2d | Conv3d)
def _(layer, x):
    weight, bias = _parameters(layer, x.dtype)
    mode, pairs = layer.padding_mode, layer.geometry.padding
    padded = mode != "zeros"  # else by the convolution itself

    def forward(v, bias=None):
        v = F.pad(v, pairs, mode=mode) if padded else v
        return layer.function(v, weight, bias, **layer.numbers)

    geometry = Geometry.of(
        type(layer).__name__,
        layer.kernel_size,
        **{name: layer.numbers[name] for name in ("stride", "padding", "dilation")},
    )
    size = tuple(n + sum(pair) * padded for n, pair in zip(x.shape[2:], pairs, strict=False))

    def backward(g):
        g = engine.input_gradient(g, weight, geometry, layer.groups, size)
        return F.pad_backward(g, x, pairs, mode=mode) if padded else g

    return forward(x, bias), forward, backward


@_near.register(ConvTranspose1d | ConvTranspose2d | ConvTranspose3d)
def _(layer, x):
    weight, bias = _parameters(layer, x.dtype)
    convolve = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}[layer.ndim]
    numbers = {name: getattr(layer, name) for name in ("stride", "padding", "dilation", "groups")}
    return (
        layer.function(x, weight, bias, **layer.numbers),
        lambda v: layer.function(v, weight, **layer.numbers),
        lambda g: convolve(g, weight, **numbers),
    )


@_near.register(Linear)
def _(layer, x):
    weight, bias = _parameters(layer, x.dtype)
    return F.linear(x, weight, bias), lambda v: v @ weight.T, lambda g: g @ weight


@_near.register(Flatten | Identity | Dropout)
def _(layer, x):
    y = x.reshape(len(x), -1) if isinstance(layer, Flatten) else x
    return y, lambda v: v.reshape(y.shape), lambda g: g.reshape(x.shape)


@_near.register(BatchNorm1d | BatchNorm2d)
def _(layer, x):
    weight, bias, mean, var = (
        a.astype(x.dtype) for a in (layer.weight.data, layer.bias.data, layer.running_mean, layer.running_var)
    )
    y = F.batch_norm(x, weight, bias, mean=mean, var=var, eps=layer.eps)
    scale = (weight / np.sqrt(var + layer.eps)).reshape(-1, *(1,) * (x.ndim - 2))
    return y, lambda v: scale * v, lambda g: scale * g


@_near.register(LocalResponseNorm)
def _(layer, x):
    x, window, slope, beta, k = neighbours_of("LocalResponseNorm", x, **layer.numbers)
    s = k + slope * over_channels(x**2, *window)

    def forward(v):  # the quotient rule, with the derivative of s along v
        return v * s**-beta - 2 * slope * beta * x * s ** (-beta - 1) * over_channels(x * v, *window)

    return x * s**-beta, forward, lambda g: layer.gradient(g, x, **layer.numbers)


@_near.register(Sequential)
def _(layer, x):
    forwards, backwards = [], []
    for below in layer:
        x, forward, backward = _near(below, x)
        forwards.append(forward)
        backwards.append(backward)

    def chain(maps, v):
        for apply in maps:
            v = apply(v)
        return v

    return x, lambda v: chain(forwards, v), lambda g: chain(backwards[::-1], g)


@_near.register(Residual)
def _(layer, x):
    (y, forward, backward), (shortcut, forward_shortcut, backward_shortcut) = (
        _near(way, x) for way in (layer.body, layer.shortcut)
    )
    check_shape("Residual", "the output of shortcut", shortcut, y.shape)
    return y + shortcut, lambda v: forward(v) + forward_shortcut(v), lambda g: backward(g) + backward_shortcut(g)


@_near.register(Concat)
def _(layer, x):
    outputs, forwards, backwards = zip(*(_near(branch, x) for branch in layer), strict=True)
    ends = np.cumsum([y.shape[1] for y in outputs])[:-1]

    def backward(g):
        return sum(back(part) for back, part in zip(backwards, np.split(g, ends, axis=1), strict=True))

    return (
        np.concatenate(outputs, axis=1),
        lambda v: np.concatenate([forward(v) for forward in forwards], axis=1),
        backward,
    )


def _parameters(layer, dtype):
    bias = None if layer.bias is None else layer.bias.data.astype(dtype)
    return layer.weight.data.astype(dtype), bias

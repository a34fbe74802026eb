"""A trained network, made ready to be used and no longer to learn."""

import copy
from dataclasses import replace
from math import prod
from typing import overload

import numpy as np

from cnn_course import engine
from cnn_course import functional as F
from cnn_course.functional import winograd
from cnn_course.nn.activation import ReLU
from cnn_course.nn.containers import Concat, Residual, Sequential
from cnn_course.nn.conv import Conv2d
from cnn_course.nn.layer import Layer
from cnn_course.nn.linear import Identity
from cnn_course.nn.norm import BatchNorm2d
from cnn_course.validate import as_conv_operands, check_channels, check_shape

CHANNELS, PIXELS = 64, 14  # from here on, what Winograd saves in products is more than what its transforms cost


@overload
def freeze(network: Sequential) -> Sequential: ...
@overload
def freeze(network: Layer) -> Layer: ...
def freeze(network: Layer) -> Layer:
    r"""Return a copy of a network for inference, which is faster and does not learn.

    Batch normalisation after a convolution is linear when its statistics are fixed, and becomes part of the weights,

    .. math:: w'[o] = \frac{\gamma[o]}{\sqrt{\sigma^2[o] + \varepsilon}}\, w[o] , \qquad
        b'[o] = \beta[o] + \frac{\gamma[o]}{\sqrt{\sigma^2[o] + \varepsilon}}\, (b[o] - \mu[o]) ,

    and a ReLU after it is taken in place. A residual block adds in place where its body ends in a convolution.
    Convolutions in float32 with 3x3 kernels, stride 1 and at least 64 channels on either side use Winograd's algorithm,
    on outputs of at least 14 x 14, if all is finite. A layer of a class of one's own with another forward pass is
    copied as it is, with all that it holds.

    Parameters
    ----------
    network : Layer
        Not changed.

    Returns
    -------
    Layer
        In evaluation mode. Its outputs are those of `network.eval()` up to rounding: with Winograd's algorithm about
        1e-5 of the largest in a layer.

    Raises
    ------
    ValueError
        If `network` is no `Layer`.

    References
    ----------
    Ioffe and Szegedy (2015), section 3.1, for the batch normalisation; Lavin and Gray (2016) for the convolution.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Conv2d(3, 8, 3, rng=rng), BatchNorm2d(8), ReLU())
    >>> frozen, x = freeze(network), rng.standard_normal((1, 3, 9, 9), dtype=np.float32)
    >>> len(frozen), bool(np.allclose(frozen(x), network.eval()(x), atol=1e-6))
    (1, True)
    """
    if not isinstance(network, Layer):
        raise ValueError(f"freeze: network must be a Layer, got {network!r}")
    if _is(network, Sequential):
        layers = []
        for layer in network:
            before = layers[-1] if layers else None
            if isinstance(before, _Frozen) and before.absorb(layer):
                continue
            layers.append(freeze(layer))
        return Sequential(*layers).eval()
    if _is(network, Concat):
        return Concat(*(freeze(branch) for branch in network)).eval()
    if _is(network, Residual):
        return FrozenResidual(freeze(network.body), freeze(network.shortcut)).eval()
    if _is(network, Conv2d):
        return FrozenConv2d(network).eval()
    return copy.deepcopy(network).eval()


def _is(layer, kind):
    """Whether a layer computes as this kind does; a subclass may do so in its own way."""
    return isinstance(layer, kind) and all(
        getattr(type(layer), name, None) is getattr(kind, name, None)
        for name in ("__call__", "forward", "function", "numbers")
    )


class _Frozen(Layer):
    """A layer that does not learn, and whose output is a new array: a ReLU after it can be taken in place."""

    rectified = False

    def absorb(self, layer):
        """Take over what the next layer does, if that is possible, and say whether it was."""
        if not _is(layer, ReLU):
            return False
        self.rectified = True
        return True

    def finish(self, y):
        """The output `y` after the ReLU, if there is one."""
        return np.maximum(y, 0, out=y) if self.rectified else y

    def backward(self, grad_output, needs_input_grad=True):
        """There is none: what learns is the network that was frozen."""
        raise RuntimeError(f"{type(self).__name__}.backward: a frozen network does not learn")


class FrozenResidual(_Frozen):
    """A residual block, and perhaps a ReLU; made by `freeze`."""

    def __init__(self, body, shortcut):
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        """The sum of both ways, in the array of the body's output where nobody else can hold that."""
        y = self.body(x)
        shortcut = np.asarray(x) if isinstance(self.shortcut, Identity) else self.shortcut(x)  # no copy of x
        check_shape("Residual", "the output of shortcut", shortcut, y.shape)
        last = self.body[-1] if _is(self.body, Sequential) else self.body
        return self.finish(np.add(y, shortcut, out=y if isinstance(last, _Frozen) else None))


class FrozenConv2d(_Frozen):
    """A convolution with a fixed weight, and perhaps a ReLU; made by `freeze`."""

    def __init__(self, layer):
        self.groups = layer.groups
        self.geometry = replace(layer.geometry, function="FrozenConv2d")
        self.padding_mode = layer.padding_mode
        self.weight = layer.weight.data.copy()
        self.bias = np.zeros_like(self.weight[:, 0, 0, 0]) if layer.bias is None else layer.bias.data.copy()
        self._transformed = None

    def absorb(self, layer):
        """Also a batch normalisation, but none after the ReLU."""
        if _is(layer, BatchNorm2d) and not self.rectified:
            scale = layer.weight.data / np.sqrt(layer.running_var + layer.eps)
            self.weight *= scale.reshape(-1, 1, 1, 1)
            self.bias = layer.bias.data + scale * (self.bias - layer.running_mean)
            self._transformed = None
            return True
        return super().absorb(layer)

    def forward(self, x):
        """The convolution, by the faster way, and the ReLU."""
        x, *_ = as_conv_operands("FrozenConv2d", 2, x, self.weight, self.bias, self.groups)
        check_channels("FrozenConv2d", x, self.weight, self.groups)
        geometry = self.geometry
        if self.padding_mode != "zeros":
            x = F.pad(x, geometry.padding, mode=self.padding_mode)
            geometry = replace(geometry, padding=((0, 0), (0, 0)))
        large = min(geometry.output_size(x.shape[2:])) >= PIXELS
        y = self._by_winograd(x, geometry.padding) if large and self._suits_winograd() else None
        if y is None:
            y = engine.forward(x, self.weight, geometry, self.groups, self.bias)
        return self.finish(y)

    def _by_winograd(self, x, padding):
        """The output, or None where it is not finite: the sums of a tile overflow, or spread one infinite number."""
        if self._transformed is None:
            self._transformed = winograd.transform_weight(self.weight)
        with np.errstate(over="ignore", invalid="ignore"):
            y = winograd.forward(x, self._transformed, padding, self.bias)
            return y if np.isfinite(y.sum()) else None

    def extra_repr(self):
        """As that of a convolution, and whether a ReLU follows."""
        outputs, inputs = self.weight.shape[:2]
        window = f"kernel_size={self.geometry.kernel_size}, stride={self.geometry.stride}"
        return f"{inputs * self.groups}, {outputs}, {window}, relu={self.rectified}"

    def _suits_winograd(self):
        return (
            self.weight.dtype == np.float32
            and self.geometry.kernel_size == (3, 3)
            and prod(self.geometry.stride) == prod(self.geometry.dilation) == self.groups == 1
            and min(self.weight.shape[:2]) >= CHANNELS
        )

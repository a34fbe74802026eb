"""Receptive fields of the layers of a network: the inputs on which what stands at one place can depend.

A field is a tuple with one `Span` for each spatial axis, or None where nothing is known of a layer. Where branches
meet, it reaches as far as they do together. It is told as if the image went on outside its border: a window that lies
partly in a padding sees less than its field if there are zeros, and what is copied there if there are copies.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from cnn_course.nn.activation import ReLU, Sigmoid, Softmax, Tanh
from cnn_course.nn.containers import Concat, Residual
from cnn_course.nn.conv import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from cnn_course.nn.dropout import Dropout
from cnn_course.nn.linear import Flatten, Identity, Linear
from cnn_course.nn.norm import BatchNorm1d, BatchNorm2d, LocalResponseNorm
from cnn_course.nn.pool import GlobalAvgPool
from cnn_course.shape import Geometry
from cnn_course.validate import per_axis

TRANSPOSED = (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)
PLACE_BY_PLACE = (ReLU, Sigmoid, Tanh, Dropout, Identity, Linear, BatchNorm1d, BatchNorm2d, LocalResponseNorm)


@dataclass(frozen=True)
class Span:
    """On one axis, place u depends on inputs from `first + u step` to `last + u step`, none of them outside."""

    first: Fraction = Fraction(0)
    last: Fraction = Fraction(0)
    step: Fraction = Fraction(1)

    @property
    def size(self):
        """The number of inputs, at most."""
        return floor(self.last - self.first) + 1

    def windows(self, extent, stride, before):
        """After windows of such an extent, the first of which begins in the padding `before`."""
        first = self.first - before * self.step
        return Span(first, first + self.last - self.first + (extent - 1) * self.step, self.step * stride)

    def transposed(self, extent, stride, before):
        """After the transpose of these windows: place u gets something from (u + before - tap) / stride."""
        step = self.step / stride
        return Span(self.first + (before - extent + 1) * step, self.last + before * step, step)

    def united(self, other):
        """Where two branches meet."""
        return Span(min(self.first, other.first), max(self.last, other.last), self.step)


def field_after(layer, field, size, below):
    """Receptive field of a layer's output, from that of its input of a spatial `size`, and those of layers below."""
    if isinstance(layer, Residual | Concat):
        return None if None in below else tuple(_united(spans) for spans in zip(*below, strict=False))
    if field is None:
        return None
    if isinstance(layer, Flatten | GlobalAvgPool):  # what stood at many places stands at one: a window of this size
        size = size or (1,) * len(field)
        return tuple(span.windows(n, 1, 0) for span, n in zip(field, size, strict=True))
    if isinstance(layer, PLACE_BY_PLACE) or (isinstance(layer, Softmax) and layer.axis == 1):
        return field
    if not hasattr(layer, "kernel_size"):
        return None
    move = Span.transposed if isinstance(layer, TRANSPOSED) else Span.windows
    g = _geometry(layer)
    befores = [before for before, _ in g.padding]
    return tuple(move(*numbers) for numbers in zip(field, g.extent, g.stride, befores, strict=True))


def _united(spans):
    first, *others = spans
    for other in others:
        first = first.united(other)
    return first


def _geometry(layer):
    kernel_size = per_axis("summary", "kernel_size", layer.kernel_size, layer.ndim)
    dilation = getattr(layer, "dilation", 1)  # an average pool has none
    return Geometry.of("summary", kernel_size, stride=layer.stride, padding=layer.padding, dilation=dilation)

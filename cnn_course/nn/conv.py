"""Convolutions and transposed convolutions as layers, which hold their weight and bias.

Zeros around the input are the engine's business, which writes them into the copy that it makes anyway. With any other
`padding_mode` the layer calls `pad` first, and the convolution finds its padding there.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from cnn_course import functional as F
from cnn_course.nn.base import WeightedLayer, as_written
from cnn_course.shape import Geometry
from cnn_course.types import InputGrad, Ints, Padding, PaddingMode
from cnn_course.validate import as_conv_operands, check_choice, check_places, integer, per_axis
from cnn_course.windows import interior

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _Kernel(WeightedLayer):
    """What both kinds share: their arguments, and how these are shown."""

    def _set_arguments(self, in_channels, out_channels, kernel_size, stride, padding, dilation, groups):
        """Check that all numbers fit together, and keep them; return the geometry."""
        name = type(self).__name__
        self.in_channels = integer(name, "in_channels", in_channels, minimum=1)
        self.out_channels = integer(name, "out_channels", out_channels, minimum=1)
        self.groups = integer(name, "groups", groups, minimum=1)
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ValueError(
                f"{name}: groups must divide in_channels and out_channels, "
                f"got groups={groups} with in_channels={in_channels} and out_channels={out_channels}"
            )
        kernel_size = per_axis(name, "kernel_size", kernel_size, self.ndim, minimum=1, one_for_all=True)
        check_places(
            name,
            "the weight",
            (self.in_channels, self.out_channels // self.groups, *kernel_size),
            in_channels=in_channels,
            out_channels=out_channels,
            kernel_size=kernel_size,
            groups=groups,
        )
        geometry = Geometry.of(name, kernel_size, stride=stride, padding=padding, dilation=dilation)
        geometry.check_padding()
        self.kernel_size, self.stride, self.dilation = geometry.kernel_size, geometry.stride, geometry.dilation
        self.padding = as_written(padding, geometry)
        return geometry

    @property
    def geometry(self) -> Geometry:
        """How the windows lie on the input of the convolution, by the attributes."""
        return Geometry.of(
            type(self).__name__, self.kernel_size, stride=self.stride, padding=self.padding, dilation=self.dilation
        )

    def extra_repr(self) -> str:
        """The channels, the kernel and the stride, and of the rest what is not the default, as PyTorch writes it."""
        shown = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        zeros, ones = (0,) * self.ndim, (1,) * self.ndim
        for name, default in {"padding": zeros, "dilation": ones, "output_padding": zeros, "groups": 1}.items():
            if name in self.arguments and getattr(self, name) != default:
                shown += f", {name}={getattr(self, name)}"
        return shown if self.bias is not None else f"{shown}, bias=False"


class _Conv(_Kernel):
    arguments = ("stride", "padding", "dilation", "groups")

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Ints,
        stride: Ints = 1,
        padding: Padding = 0,
        dilation: Ints = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: PaddingMode = "zeros",
        *,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self._set_arguments(in_channels, out_channels, kernel_size, stride, padding, dilation, groups)
        check_choice(type(self).__name__, "padding_mode", padding_mode, PADDING_MODES)
        self.padding_mode = padding_mode
        shape = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        super().__init__(shape, self.out_channels, bias, rng, dtype)

    @property
    def numbers(self) -> dict[str, Any]:
        """What the function takes by keyword; it has nothing to pad where the input has its padding already."""
        return super().numbers | ({} if self.padding_mode == "zeros" else {"padding": 0})

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Apply the function, to the padded input where the padding is not of zeros, and keep its input."""
        if self.padding_mode != "zeros":
            x, *_ = as_conv_operands(type(self).__name__, self.ndim, x, self.weight.data, None, self.groups)
            x = F.pad(x, self.geometry.padding, mode=self.padding_mode)
        return super().forward(x)

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """Store the gradients of weight and bias, and return that in the input, back through its padding."""
        grad_x = super().backward(grad_output, needs_input_grad)
        if self.padding_mode == "zeros" or not needs_input_grad:
            return grad_x
        (padded,), pairs = self.kept(), self.geometry.padding
        size = [n - sum(pair) for n, pair in zip(padded.shape[2:], pairs, strict=True)]
        return F.pad_backward(grad_x, padded[interior(size, pairs)], pairs, mode=self.padding_mode)

    def extra_repr(self) -> str:
        """As that of any kernel, and what stands in the padding where it is not zeros."""
        mode = "" if self.padding_mode == "zeros" else f", padding_mode={self.padding_mode}"
        return super().extra_repr() + mode


class Conv1d(_Conv):
    """Convolution layer on sequences, `conv1d`; the arguments are those of `Conv2d`.

    Examples
    --------
    >>> Conv1d(1, 4, 3, padding=1, rng=np.random.default_rng(0))(np.ones((2, 1, 8), np.float32)).shape
    (2, 4, 8)
    """

    ndim, function, gradient = 1, staticmethod(F.conv1d), staticmethod(F.conv1d_backward)


class Conv2d(_Conv):
    """Convolution layer on images, `conv2d`, with a learned weight and bias.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
    stride, padding, dilation, groups
        As for `conv2d`.
    bias : bool, default True
        Whether a bias is learned.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}, default 'zeros'
        What stands in the padding: zeros, or what `pad` puts there in the mode of this name.
    rng : numpy.random.Generator
        Draws weight and bias as PyTorch does, evenly between plus and minus
        1 / sqrt(in_channels / groups * prod(kernel_size)).
    dtype : dtype, default float32
        In which the layer computes; its input must have it.

    Attributes
    ----------
    in_channels, out_channels, kernel_size, ...
        The arguments: tuples with one entry an axis, and `padding` as it was given where it is a word.
    weight : Parameter, shape (out_channels, in_channels / groups, kH, kW)
    bias : Parameter, shape (out_channels,), or None

    Raises
    ------
    ValueError
        If a number is out of range, `groups` does not divide the channels, `padding_mode` is none of the four, or the
        dtype is not floating.

    Examples
    --------
    >>> layer = Conv2d(1, 8, 5, padding=2, rng=np.random.default_rng(0))
    >>> layer
    Conv2d(1, 8, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))
    >>> layer(np.ones((3, 1, 28, 28), np.float32)).shape
    (3, 8, 28, 28)
    >>> [(name, parameter.data.shape) for name, parameter in layer.named_parameters()]
    [('weight', (8, 1, 5, 5)), ('bias', (8,))]

    With circular padding, the layer commutes with circular shifts:

    >>> layer = Conv2d(1, 8, 3, padding="same", padding_mode="circular", rng=np.random.default_rng(0))
    >>> x = np.random.default_rng(1).standard_normal((1, 1, 6, 7), np.float32)
    >>> bool(np.allclose(layer(np.roll(x, 2, axis=3)), np.roll(layer(x), 2, axis=3)))
    True
    """

    ndim, function, gradient = 2, staticmethod(F.conv2d), staticmethod(F.conv2d_backward)


class Conv3d(_Conv):
    """Convolution layer on volumes, `conv3d`; the arguments are those of `Conv2d`.

    Examples
    --------
    >>> Conv3d(2, 3, 2, rng=np.random.default_rng(0))(np.ones((1, 2, 4, 4, 4), np.float32)).shape
    (1, 3, 3, 3, 3)
    """

    ndim, function, gradient = 3, staticmethod(F.conv3d), staticmethod(F.conv3d_backward)


class _ConvTranspose(_Kernel):
    arguments = ("stride", "padding", "output_padding", "groups", "dilation")

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Ints,
        stride: Ints = 1,
        padding: Padding = 0,
        output_padding: Ints = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Ints = 1,
        *,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        geometry = self._set_arguments(in_channels, out_channels, kernel_size, stride, padding, dilation, groups)
        name = type(self).__name__
        self.output_padding = per_axis(name, "output_padding", output_padding, self.ndim, minimum=0, one_for_all=True)
        some_size = tuple(1 + sum(pair) for pair in geometry.padding)  # large enough that something is left
        geometry.transposed_size(some_size, self.output_padding)
        shape = (self.in_channels, self.out_channels // self.groups, *self.kernel_size)
        super().__init__(shape, self.out_channels, bias, rng, dtype)


class ConvTranspose1d(_ConvTranspose):
    """Transposed convolution on sequences, `conv_transpose1d`; the arguments are those of `ConvTranspose2d`.

    Examples
    --------
    >>> ConvTranspose1d(4, 1, 2, stride=2, rng=np.random.default_rng(0))(np.ones((2, 4, 8), np.float32)).shape
    (2, 1, 16)
    """

    ndim, function, gradient = 1, staticmethod(F.conv_transpose1d), staticmethod(F.conv_transpose1d_backward)


class ConvTranspose2d(_ConvTranspose):
    """Transposed convolution on images, `conv_transpose2d`, with a learned weight and bias.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
    stride, padding, output_padding, groups, dilation
        As for `conv_transpose2d`.
    bias : bool, default True
        Whether a bias is learned.
    rng : numpy.random.Generator
        Draws weight and bias as PyTorch does, evenly between plus and minus
        1 / sqrt(out_channels / groups * prod(kernel_size)).
    dtype : dtype, default float32
        In which the layer computes; its input must have it.

    Attributes
    ----------
    in_channels, out_channels, kernel_size, ...
        The arguments: tuples with one entry an axis, and `padding` as it was given where it is a word.
    weight : Parameter, shape (in_channels, out_channels / groups, kH, kW)
    bias : Parameter, shape (out_channels,), or None

    Raises
    ------
    ValueError
        If a number is out of range, `groups` does not divide the channels, or the dtype is not floating.

    Examples
    --------
    >>> layer = ConvTranspose2d(8, 1, 2, stride=2, rng=np.random.default_rng(0))
    >>> layer(np.ones((3, 8, 14, 14), np.float32)).shape
    (3, 1, 28, 28)
    """

    ndim, function, gradient = 2, staticmethod(F.conv_transpose2d), staticmethod(F.conv_transpose2d_backward)


class ConvTranspose3d(_ConvTranspose):
    """Transposed convolution on volumes, `conv_transpose3d`; the arguments are those of `ConvTranspose2d`.

    Examples
    --------
    >>> ConvTranspose3d(2, 3, 2, rng=np.random.default_rng(0))(np.ones((1, 2, 4, 4, 4), np.float32)).shape
    (1, 3, 5, 5, 5)
    """

    ndim, function, gradient = 3, staticmethod(F.conv_transpose3d), staticmethod(F.conv_transpose3d_backward)

"""The layers of the first LeNet-5 that have gone out of use: connections by a table, learned sub-sampling, codes."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from cnn_course import functional as F
from cnn_course.nn.base import FunctionLayer, WeightedLayer
from cnn_course.nn.layer import Layer
from cnn_course.types import InputGrad
from cnn_course.validate import as_dtype, as_floats, as_upstream, check_layout, check_rng, check_shape, entries, integer

AMPLITUDE, SLOPE = 1.7159, 2 / 3  # of the squashing function
Links: TypeAlias = tuple[np.ndarray, np.ndarray]  # the output and the input channel of each link
Grads: TypeAlias = tuple[InputGrad, np.ndarray, np.ndarray]  # in x, weight and bias


def _scaled_tanh(x: ArrayLike) -> np.ndarray:
    (x,) = as_floats("ScaledTanh", x=x)
    return AMPLITUDE * np.tanh(SLOPE * x)


def _scaled_tanh_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    (x,) = as_floats("ScaledTanh.backward", x=x)
    grad_output = as_upstream("ScaledTanh.backward", grad_output, x, x.shape)
    return grad_output * (AMPLITUDE * SLOPE) * (1 - np.tanh(SLOPE * x) ** 2)


class ScaledTanh(FunctionLayer):
    r"""The squashing function :math:`y = A \tanh(S x)` with A = 1.7159 and S = 2/3, so that 1 stays about 1.

    Raises
    ------
    ValueError
        If the input is not of floats.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), *Gradient-based learning applied to document recognition*, appendix A.

    Examples
    --------
    >>> ScaledTanh()(np.array([-1.0, 0.0, 1.0])).round(3)
    array([-1.,  0.,  1.])
    """

    ndim, kernel_size, stride, padding = 2, 1, 1, 0  # `summary` takes it for windows of one place
    function, gradient = staticmethod(_scaled_tanh), staticmethod(_scaled_tanh_backward)


def _subsample(x: ArrayLike, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    x, weight, bias = as_floats("Subsampling2d", x=x, weight=weight, bias=bias)
    check_layout("Subsampling2d", "x", x, "N C H W")
    if x.shape[1] != len(weight):
        raise ValueError(f"Subsampling2d: x must have {len(weight)} channels, got {x.shape[1]} (x.shape={x.shape})")
    return 4 * weight.reshape(-1, 1, 1) * F.avg_pool2d(x, 2) + bias.reshape(-1, 1, 1)


def _subsample_backward(
    grad_output: ArrayLike, x: ArrayLike, weight: np.ndarray, *, needs_input_grad: bool = True
) -> Grads:
    means = F.avg_pool2d(x, 2)
    grad_output = as_upstream("Subsampling2d.backward", grad_output, x, means.shape)
    grad_weight, grad_bias = 4 * (grad_output * means).sum(axis=(0, 2, 3)), grad_output.sum(axis=(0, 2, 3))
    if not needs_input_grad:
        return None, grad_weight, grad_bias
    grad_x = F.avg_pool2d_backward(4 * weight.reshape(-1, 1, 1) * grad_output, x, 2)
    return grad_x, grad_weight, grad_bias


class Subsampling2d(WeightedLayer):
    r"""Sub-sampling by two with one coefficient and one bias a channel, which are learned.

    .. math:: y[n, c, i, j] = w[c] \sum_{u=0}^{1} \sum_{v=0}^{1} x[n, c, 2 i + u, 2 j + v] + b[c] .

    Parameters
    ----------
    num_features : int
        Number of channels.
    rng : numpy.random.Generator
        Draws weight and bias, evenly between -1/2 and 1/2.
    dtype : dtype, default float32
        In which the layer computes; its input must have it.

    Attributes
    ----------
    weight, bias : Parameter, shape (num_features,)

    Raises
    ------
    ValueError
        If `num_features` is below 1 or is not that of the input, or `rng` is no generator.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), section II.B, layers S2 and S4.

    Examples
    --------
    >>> layer = Subsampling2d(1, rng=np.random.default_rng(0))
    >>> layer.weight.data[:], layer.bias.data[:] = 0.5, 1
    >>> layer(np.ones((1, 1, 4, 4), np.float32))
    array([[[[3., 3.],
             [3., 3.]]]], dtype=float32)
    """

    ndim, kernel_size, stride, padding = 2, 2, 2, 0
    function, gradient = staticmethod(_subsample), staticmethod(_subsample_backward)

    def __init__(self, num_features: int, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> None:
        self.num_features = integer("Subsampling2d", "num_features", num_features, minimum=1)
        super().__init__((self.num_features,), self.num_features, True, rng, dtype)
        self.weight.data *= 0.5  # four inputs have the one coefficient: 1 / sqrt(4)
        self.bias.data *= 0.5

    def extra_repr(self) -> str:
        """The number of channels."""
        return f"{self.num_features}"


def _dense(weight, links, channels):
    """The kernel of an ordinary convolution, with zeros where the table has no link."""
    outputs, inputs = links
    dense = np.zeros((*channels, *weight.shape[1:]), weight.dtype)
    dense[outputs, inputs] = weight
    return dense


def _table_conv(
    x: ArrayLike, weight: np.ndarray, bias: np.ndarray, *, links: Links, channels: tuple[int, int]
) -> np.ndarray:
    return F.conv2d(x, _dense(weight, links, channels), bias)


def _table_conv_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: np.ndarray,
    *,
    links: Links,
    channels: tuple[int, int],
    needs_input_grad: bool = True,
) -> Grads:
    dense = _dense(weight, links, channels)
    grad_x, grad_dense, grad_bias = F.conv2d_backward(grad_output, x, dense, needs_input_grad=needs_input_grad)
    return grad_x, grad_dense[links], grad_bias


class TableConv2d(WeightedLayer):
    r"""Convolution in which a table says for each output channel which input channels feed it.

    .. math:: y[n, o] = b[o] + \sum_{c \in \text{table}[o]} x[n, c] \star w[o, c] .

    Parameters
    ----------
    table : sequence of sequences of int
        For each output channel its input channels, each once.
    kernel_size : int
    rng : numpy.random.Generator
        Draws the weights, evenly between plus and minus 1 / sqrt(number of weights that feed the output channel).
    dtype : dtype, default float32
        In which the layer computes; its input must have it.

    Attributes
    ----------
    weight : Parameter, shape (links, kernel_size, kernel_size)
        One kernel for each link, in the order of the table: what is not linked has no weight.
    bias : Parameter, shape (number of output channels,)
    links : tuple of two arrays
        The output channel and the input channel of each link.
    fan_in : ndarray of int, shape (links, 1, 1)
        With how many weights the output channel of each link is fed.

    Raises
    ------
    ValueError
        If an output channel has no input channel or has one twice, a number is out of range, or `rng` is no generator.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), section II.B, layer C3 and table I.

    Examples
    --------
    >>> layer = TableConv2d([[0, 1], [1]], 3, rng=np.random.default_rng(0))
    >>> layer.weight.data.shape, layer(np.ones((1, 2, 5, 5), np.float32)).shape
    ((3, 3, 3), (1, 2, 3, 3))
    """

    ndim, stride, padding = 2, 1, 0
    arguments = ("links", "channels")
    function, gradient = staticmethod(_table_conv), staticmethod(_table_conv_backward)

    def __init__(
        self,
        table: Sequence[Sequence[int]],
        kernel_size: int,
        *,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.kernel_size = integer("TableConv2d", "kernel_size", kernel_size, minimum=1)
        if entries(table) is None or None in (found := [entries(row) for row in entries(table)]):
            raise ValueError(f"TableConv2d: table must be a sequence of sequences of integers, got {table!r}")
        rows = [[integer("TableConv2d", "table", c, minimum=0) for c in row] for row in found]
        for output, row in enumerate(rows):
            if not row or len(set(row)) < len(row):
                raise ValueError(
                    f"TableConv2d: table must have for each output channel at least 1 input channel, each once, "
                    f"got {row} for channel {output}"
                )
        if not rows:
            raise ValueError("TableConv2d: table must have at least 1 output channel, got 0")
        fed = [len(row) for row in rows]
        self.links = np.repeat(np.arange(len(rows)), fed), np.array([c for row in rows for c in row])
        self.channels = len(rows), int(self.links[1].max()) + 1
        super().__init__((sum(fed), self.kernel_size, self.kernel_size), len(rows), True, rng, dtype)
        shares = 1 / np.sqrt(fed)  # the base class takes a kernel for all that feeds an output
        self.fan_in = (self.kernel_size**2 * np.array(fed))[self.links[0], None, None]
        self.weight.data *= shares[self.links[0], None, None].astype(self.weight.data.dtype)
        self.bias.data *= shares.astype(self.bias.data.dtype)

    def extra_repr(self) -> str:
        """The channels, the links and the kernel."""
        outputs, inputs = self.channels
        return f"{inputs}, {outputs}, links={len(self.links[0])}, kernel_size={self.kernel_size}"


class SquaredDistance(Layer):
    r"""Squared distance of the features from each of several fixed codes: the smallest is the class.

    .. math:: y[n, i] = \sum_j (x[n, j] - \text{code}[i, j])^2 .

    Parameters
    ----------
    in_features, out_features : int
    rng : numpy.random.Generator
        Draws the codes, whose entries are -1 or 1 with equal probabilities.
    dtype : dtype, default float32
        In which the layer computes; its input must have it.

    Attributes
    ----------
    codes : ndarray, shape (out_features, in_features)
        A buffer: part of the state, but not learned by gradients.

    Raises
    ------
    ValueError
        If a number is below 1, the shape of the input does not fit, or `rng` is no generator.

    Notes
    -----
    The output is, up to a factor and a constant, the negative logarithm of the density of a normal distribution around
    the code. In the paper the codes of the digits are drawings of 7 x 12 pixels; random ones are its alternative.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), section II.B, equation (7).

    Examples
    --------
    >>> layer = SquaredDistance(2, 2, rng=np.random.default_rng(0), dtype=np.float64)
    >>> layer.codes[:] = [[1, 1], [-1, 1]]
    >>> layer(np.array([[1.0, 3.0]]))
    array([[4., 8.]])
    """

    buffers = ("codes",)

    def __init__(
        self, in_features: int, out_features: int, *, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> None:
        name = "SquaredDistance"
        self.in_features = integer(name, "in_features", in_features, minimum=1)
        self.out_features = integer(name, "out_features", out_features, minimum=1)
        check_rng(name, rng)
        codes = rng.integers(0, 2, (self.out_features, self.in_features))
        self.codes = (2 * codes - 1).astype(as_dtype(name, dtype))

    def extra_repr(self) -> str:
        """The numbers of features."""
        return f"in_features={self.in_features}, out_features={self.out_features}"

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Return the distance of each row of `x` from each code."""
        x, codes = as_floats("SquaredDistance", x=x, codes=self.codes)
        check_shape("SquaredDistance", "x", x, (*x.shape[:1], self.in_features))
        self.keep(x)
        return ((x[:, None] - codes) ** 2).sum(axis=2)

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """The gradient 2 (x - code), weighted by what comes from above."""
        (x,) = self.kept()
        if not needs_input_grad:
            return None
        grad_output = as_upstream("SquaredDistance.backward", grad_output, x, (len(x), self.out_features))
        return 2 * (grad_output.sum(axis=1, keepdims=True) * x - grad_output @ self.codes)

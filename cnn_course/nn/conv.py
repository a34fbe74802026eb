"""The package's functions as layers: each holds the arguments that stay the same from call to call.

The constructors have PyTorch's names, order and defaults. Where weights are drawn, they need a `rng`, and take the
`dtype` in which the layer computes.
"""

from math import prod, sqrt

import numpy as np

from cnn_course.functional.activation import (
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    tanh,
    tanh_backward,
)
from cnn_course.functional.conv import conv1d, conv1d_backward, conv2d, conv2d_backward, conv3d, conv3d_backward
from cnn_course.functional.conv_transpose import (
    conv_transpose1d,
    conv_transpose1d_backward,
    conv_transpose2d,
    conv_transpose2d_backward,
    conv_transpose3d,
    conv_transpose3d_backward,
)
from cnn_course.functional.linear import linear, linear_backward
from cnn_course.functional.norm import (
    batch_norm,
    batch_norm_backward,
    batch_statistics,
    local_response_norm,
    local_response_norm_backward,
)
from cnn_course.functional.pool import (
    avg_pool1d,
    avg_pool1d_backward,
    avg_pool2d,
    avg_pool2d_backward,
    avg_pool3d,
    avg_pool3d_backward,
    global_avg_pool,
    global_avg_pool_backward,
    max_pool1d,
    max_pool1d_backward,
    max_pool2d,
    max_pool2d_backward,
    max_pool3d,
    max_pool3d_backward,
)
from cnn_course.nn.layer import Layer, Parameter
from cnn_course.shape import geometry, integer, per_axis
from cnn_course.validate import as_floats, check_rng, check_shape


def _check_dtype(function, dtype):
    if not np.issubdtype(dtype, np.floating):
        raise ValueError(f"{function}: dtype must be floating such as float32, got {np.dtype(dtype)}")


class _Function(Layer):
    """A layer without parameters: y = function(x, **numbers)."""

    numbers = {}  # noqa: RUF012 - replaced, never written to

    def forward(self, x):
        y = self.function(x, **self.numbers)
        self.keep(x)
        return y

    def backward(self, grad_output):
        return self.gradient(grad_output, *self.kept(), **self.numbers)


class _Weighted(Layer):
    """A layer that is linear in what it learns: y = function(x, weight, bias, **numbers).

    PyTorch's initial values: both even on (-b, b), where b^-2 is the number of weights in `weight[0]`.
    """

    def __init__(self, weight_shape, bias_size, bias, rng, dtype, **numbers):
        check_rng(type(self).__name__, rng)
        _check_dtype(type(self).__name__, dtype)
        bound = 1 / sqrt(prod(weight_shape[1:]))
        self.weight = Parameter(rng.uniform(-bound, bound, weight_shape).astype(dtype))
        self.bias = Parameter(rng.uniform(-bound, bound, bias_size).astype(dtype)) if bias else None
        self.numbers = numbers

    def forward(self, x):
        y = self.apply(x)
        self.keep(x)
        return y

    def apply(self, x):
        """The function itself, without anything remembered."""
        bias = None if self.bias is None else self.bias.data
        return self.function(x, self.weight.data, bias, **self.numbers)

    def backward(self, grad_output):
        return self._backward(grad_output, needs_input_grad=True)

    def backward_parameters(self, grad_output):
        self._backward(grad_output, needs_input_grad=False)

    def _backward(self, grad_output, needs_input_grad):
        (x,) = self.kept()
        grad_x, grad_weight, grad_bias = self.gradient(
            grad_output, x, self.weight.data, **self.numbers, needs_input_grad=needs_input_grad
        )
        self.weight.grad = grad_weight
        if self.bias is not None:
            self.bias.grad = grad_bias
        return grad_x


class Linear(_Weighted):
    """Fully connected layer, `linear`, from (N, in_features) to (N, out_features).

    Parameters
    ----------
    in_features, out_features : int
    bias : bool, default True
        Whether a bias is learned.
    rng : numpy.random.Generator
        Draws weight and bias, evenly between plus and minus 1 / sqrt(in_features), as PyTorch does.
    dtype : dtype, default float32
        In which the layer computes; its input must have it.

    Attributes
    ----------
    weight : Parameter, shape (out_features, in_features)
    bias : Parameter, shape (out_features,), or None

    Raises
    ------
    ValueError
        If a number is below 1, or the dtype is not floating.

    Examples
    --------
    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer(np.ones((5, 3), np.float32)).shape
    (5, 2)
    """

    function, gradient = staticmethod(linear), staticmethod(linear_backward)

    def __init__(self, in_features, out_features, bias=True, *, rng, dtype=np.float32):
        in_features = integer("Linear", "in_features", in_features, minimum=1)
        out_features = integer("Linear", "out_features", out_features, minimum=1)
        super().__init__((out_features, in_features), out_features, bias, rng, dtype)


def _channels(function, in_channels, out_channels, groups):
    in_channels = integer(function, "in_channels", in_channels, minimum=1)
    out_channels = integer(function, "out_channels", out_channels, minimum=1)
    groups = integer(function, "groups", groups, minimum=1)
    if in_channels % groups or out_channels % groups:
        raise ValueError(
            f"{function}: groups must divide in_channels and out_channels, "
            f"got groups={groups} with in_channels={in_channels} and out_channels={out_channels}"
        )
    return in_channels, out_channels


class _Conv(_Weighted):
    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        *,
        rng,
        dtype=np.float32,
    ):
        name = type(self).__name__
        in_channels, out_channels = _channels(name, in_channels, out_channels, groups)
        kernel_size = per_axis(name, "kernel_size", kernel_size, self.ndim, minimum=1)
        geometry(name, kernel_size, stride=stride, padding=padding, dilation=dilation)
        numbers = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        weight_shape = (out_channels, in_channels // groups, *kernel_size)
        super().__init__(weight_shape, out_channels, bias, rng, dtype, **numbers)


class Conv1d(_Conv):
    """Convolution layer on sequences, `conv1d`; the arguments are those of `Conv2d`.

    Examples
    --------
    >>> Conv1d(1, 4, 3, padding=1, rng=np.random.default_rng(0))(np.ones((2, 1, 8), np.float32)).shape
    (2, 4, 8)
    """

    ndim, function, gradient = 1, staticmethod(conv1d), staticmethod(conv1d_backward)


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
    rng : numpy.random.Generator
        Draws weight and bias as PyTorch does, evenly between plus and minus
        1 / sqrt(in_channels / groups * prod(kernel_size)).
    dtype : dtype, default float32
        In which the layer computes; its input must have it.

    Attributes
    ----------
    weight : Parameter, shape (out_channels, in_channels / groups, kH, kW)
    bias : Parameter, shape (out_channels,), or None

    Raises
    ------
    ValueError
        If a number is out of range, `groups` does not divide the channels, or the dtype is not floating.

    Examples
    --------
    >>> layer = Conv2d(1, 8, 5, padding=2, rng=np.random.default_rng(0))
    >>> layer(np.ones((3, 1, 28, 28), np.float32)).shape
    (3, 8, 28, 28)
    >>> [(name, parameter.data.shape) for name, parameter in layer.named_parameters()]
    [('weight', (8, 1, 5, 5)), ('bias', (8,))]
    """

    ndim, function, gradient = 2, staticmethod(conv2d), staticmethod(conv2d_backward)


class Conv3d(_Conv):
    """Convolution layer on volumes, `conv3d`; the arguments are those of `Conv2d`.

    Examples
    --------
    >>> Conv3d(2, 3, 2, rng=np.random.default_rng(0))(np.ones((1, 2, 4, 4, 4), np.float32)).shape
    (1, 3, 3, 3, 3)
    """

    ndim, function, gradient = 3, staticmethod(conv3d), staticmethod(conv3d_backward)


class _ConvTranspose(_Weighted):
    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        *,
        rng,
        dtype=np.float32,
    ):
        name = type(self).__name__
        in_channels, out_channels = _channels(name, in_channels, out_channels, groups)
        kernel_size = per_axis(name, "kernel_size", kernel_size, self.ndim, minimum=1)
        geometry(name, kernel_size, stride=stride, padding=padding, dilation=dilation)
        numbers = {"stride": stride, "padding": padding, "output_padding": output_padding}
        numbers |= {"groups": groups, "dilation": dilation}
        weight_shape = (in_channels, out_channels // groups, *kernel_size)
        super().__init__(weight_shape, out_channels, bias, rng, dtype, **numbers)


class ConvTranspose1d(_ConvTranspose):
    """Transposed convolution on sequences, `conv_transpose1d`; the arguments are those of `ConvTranspose2d`.

    Examples
    --------
    >>> ConvTranspose1d(4, 1, 2, stride=2, rng=np.random.default_rng(0))(np.ones((2, 4, 8), np.float32)).shape
    (2, 1, 16)
    """

    ndim, function, gradient = 1, staticmethod(conv_transpose1d), staticmethod(conv_transpose1d_backward)


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

    ndim, function, gradient = 2, staticmethod(conv_transpose2d), staticmethod(conv_transpose2d_backward)


class ConvTranspose3d(_ConvTranspose):
    """Transposed convolution on volumes, `conv_transpose3d`; the arguments are those of `ConvTranspose2d`.

    Examples
    --------
    >>> ConvTranspose3d(2, 3, 2, rng=np.random.default_rng(0))(np.ones((1, 2, 4, 4, 4), np.float32)).shape
    (1, 3, 5, 5, 5)
    """

    ndim, function, gradient = 3, staticmethod(conv_transpose3d), staticmethod(conv_transpose3d_backward)


class _MaxPool(_Function):
    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
        self.numbers = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
        self.numbers |= {"dilation": dilation, "ceil_mode": ceil_mode}


class MaxPool1d(_MaxPool):
    """Max-pooling of sequences, `max_pool1d`, with its arguments.

    Examples
    --------
    >>> MaxPool1d(2)(np.array([[[1.0, 3.0, 2.0, 0.0]]]))
    array([[[3., 2.]]])
    """

    function, gradient = staticmethod(max_pool1d), staticmethod(max_pool1d_backward)


class MaxPool2d(_MaxPool):
    """Max-pooling of images, `max_pool2d`, with its arguments.

    Examples
    --------
    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """

    function, gradient = staticmethod(max_pool2d), staticmethod(max_pool2d_backward)


class MaxPool3d(_MaxPool):
    """Max-pooling of volumes, `max_pool3d`, with its arguments.

    Examples
    --------
    >>> MaxPool3d(2)(np.arange(8.0).reshape(1, 1, 2, 2, 2)).ravel()
    array([7.])
    """

    function, gradient = staticmethod(max_pool3d), staticmethod(max_pool3d_backward)


class _AvgPool(_Function):
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        self.numbers = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
        self.numbers |= {"ceil_mode": ceil_mode, "count_include_pad": count_include_pad}


class AvgPool1d(_AvgPool):
    """Average pooling of sequences, `avg_pool1d`, with its arguments.

    Examples
    --------
    >>> AvgPool1d(2)(np.array([[[1.0, 3.0, 2.0, 0.0]]]))
    array([[[2., 1.]]])
    """

    function, gradient = staticmethod(avg_pool1d), staticmethod(avg_pool1d_backward)


class AvgPool2d(_AvgPool):
    """Average pooling of images, `avg_pool2d`, with its arguments.

    Examples
    --------
    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """

    function, gradient = staticmethod(avg_pool2d), staticmethod(avg_pool2d_backward)


class AvgPool3d(_AvgPool):
    """Average pooling of volumes, `avg_pool3d`, with its arguments.

    Examples
    --------
    >>> AvgPool3d(2)(np.arange(8.0).reshape(1, 1, 2, 2, 2)).ravel()
    array([3.5])
    """

    function, gradient = staticmethod(avg_pool3d), staticmethod(avg_pool3d_backward)


class GlobalAvgPool(_Function):
    """Mean of each channel, `global_avg_pool`.

    Examples
    --------
    >>> GlobalAvgPool()(np.arange(8.0).reshape(1, 2, 2, 2)).ravel()
    array([1.5, 5.5])
    """

    function, gradient = staticmethod(global_avg_pool), staticmethod(global_avg_pool_backward)


class LocalResponseNorm(_Function):
    """Local response normalisation, `local_response_norm`, with PyTorch's defaults.

    Examples
    --------
    >>> LocalResponseNorm(5)(np.ones((1, 8, 3, 3))).shape
    (1, 8, 3, 3)
    """

    function, gradient = staticmethod(local_response_norm), staticmethod(local_response_norm_backward)

    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0):
        self.numbers = {"size": size, "alpha": alpha, "beta": beta, "k": k}


class ReLU(_Function):
    """The activation `relu`.

    Examples
    --------
    >>> layer = ReLU()
    >>> layer(np.array([-1.0, 2.0])), layer.backward(np.array([5.0, 7.0]))
    (array([0., 2.]), array([0., 7.]))
    """

    function, gradient = staticmethod(relu), staticmethod(relu_backward)


class Sigmoid(_Function):
    """The activation `sigmoid`.

    Examples
    --------
    >>> Sigmoid()(np.array([0.0]))
    array([0.5])
    """

    function, gradient = staticmethod(sigmoid), staticmethod(sigmoid_backward)


class Tanh(_Function):
    """The activation `tanh`.

    Examples
    --------
    >>> Tanh()(np.array([0.0]))
    array([0.])
    """

    function, gradient = staticmethod(tanh), staticmethod(tanh_backward)


class Softmax(_Function):
    """The probabilities `softmax` along one axis, by default the channels.

    The loss `cross_entropy` takes logits: a network that is trained with it does not end in this layer.

    Examples
    --------
    >>> Softmax()(np.zeros((1, 4)))
    array([[0.25, 0.25, 0.25, 0.25]])
    """

    function, gradient = staticmethod(softmax), staticmethod(softmax_backward)

    def __init__(self, axis=1):
        self.numbers = {"axis": axis}


class Flatten(Layer):
    """All axes but the first in one, in row-major order: from convolutions to `Linear`.

    Examples
    --------
    >>> Flatten()(np.ones((2, 3, 4, 5))).shape
    (2, 60)
    """

    def forward(self, x):
        """Return a copy of `x` with two axes."""
        y = np.array(x, order="C")
        if y.ndim == 0:
            raise ValueError("Flatten: x must have at least 1 axis, got 0")
        self.keep(y.shape)
        return y.reshape(y.shape[0], prod(y.shape[1:]))

    def backward(self, grad_output):
        """Return the upstream gradient in the shape of the input."""
        (shape,) = self.kept()
        grad_x = np.array(grad_output, order="C")
        check_shape("Flatten.backward", "grad_output", grad_x, (shape[0], prod(shape[1:])))
        return grad_x.reshape(shape)


class Identity(Layer):
    """A copy of the input.

    Examples
    --------
    >>> Identity()(np.array([1.0, 2.0]))
    array([1., 2.])
    """

    def forward(self, x):
        """Return a copy of `x`."""
        y = np.array(x)
        self.keep(y.shape)
        return y

    def backward(self, grad_output):
        """Return a copy of the upstream gradient."""
        (shape,) = self.kept()
        grad_x = np.array(grad_output)
        check_shape("Identity.backward", "grad_output", grad_x, shape)
        return grad_x


class _BatchNorm(Layer):
    buffers = ("running_mean", "running_var", "num_batches_tracked")

    def __init__(self, num_features, eps=1e-5, momentum=0.1, *, dtype=np.float32):
        name = type(self).__name__
        num_features = integer(name, "num_features", num_features, minimum=1)
        if momentum is not None and not 0 <= momentum <= 1:
            raise ValueError(f"{name}: momentum must be None or from 0 to 1, got {momentum!r}")
        _check_dtype(name, dtype)
        self.weight = Parameter(np.ones(num_features, dtype))
        self.bias = Parameter(np.zeros(num_features, dtype))
        self.running_mean = np.zeros(num_features, dtype)
        self.running_var = np.ones(num_features, dtype)
        self.num_batches_tracked = np.zeros((), np.int64)
        self.eps, self.momentum = eps, momentum

    def forward(self, x):
        (x,) = as_floats(type(self).__name__, x=x)
        if x.ndim not in self.ranks:
            ranks = " or ".join(map(str, self.ranks))
            raise ValueError(f"{type(self).__name__}: x must have {ranks} axes, got {x.ndim} (x.shape={x.shape})")
        mean, var = batch_statistics(x) if self.training else (self.running_mean, self.running_var)
        y = batch_norm(x, self.weight.data, self.bias.data, mean=mean, var=var, eps=self.eps)
        if self.training:
            self._track(mean, var, x.size // x.shape[1])
        self.keep(x)
        return y

    def _track(self, mean, var, count):
        """Move the running statistics towards those of the batch, whose variance is made unbiased for that."""
        self.num_batches_tracked += 1
        step = 1 / int(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean += step * (mean - self.running_mean)
        self.running_var += step * (var * (count / (count - 1)) - self.running_var)

    def backward(self, grad_output):
        (x,) = self.kept()
        grad_x, self.weight.grad, self.bias.grad = batch_norm_backward(
            grad_output, x, self.weight.data, self.bias.data, eps=self.eps
        )
        return grad_x


class BatchNorm1d(_BatchNorm):
    """Batch normalisation of features (N, C) or sequences (N, C, L); all else as in `BatchNorm2d`.

    Examples
    --------
    >>> BatchNorm1d(1, eps=0, dtype=np.float64)(np.array([[1.0], [3.0]]))
    array([[-1.],
           [ 1.]])
    """

    ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    r"""Batch normalisation of images, `batch_norm`: by the statistics of the batch, and later by running ones.

    In training mode, each forward pass moves the running mean, and the running variance likewise, by

    .. math:: \text{running} \leftarrow (1 - m)\, \text{running} + m\, \text{batch} ,

    where the batch's variance is the unbiased one. In evaluation mode the running statistics normalise.

    Parameters
    ----------
    num_features : int
        Number of channels.
    eps : float, default 1e-5
        Added to the variance.
    momentum : float or None, default 0.1
        The share m of the new batch; None stands for the plain mean over all batches so far.
    dtype : dtype, default float32
        In which the layer computes; its input must have it.

    Attributes
    ----------
    weight, bias : Parameter, shape (num_features,)
        Ones and zeros at first.
    running_mean, running_var : ndarray, shape (num_features,)
    num_batches_tracked : ndarray of int64, shape ()
        Number of forward passes in training mode.

    Raises
    ------
    ValueError
        If a number is out of range, the rank is wrong, or in training mode a channel has a single value.

    References
    ----------
    Ioffe and Szegedy, Batch normalization, 2015, algorithms 1 and 2.

    Examples
    --------
    >>> layer = BatchNorm2d(3)
    >>> y = layer(np.random.default_rng(0).standard_normal((8, 3, 5, 5), np.float32))
    >>> bool(abs(y.mean()) < 1e-6), int(layer.num_batches_tracked)
    (True, 1)
    """

    ranks = (4,)


class Dropout(Layer):
    r"""Set random numbers to zero in training mode, and make the others larger so that the mean stays.

    .. math:: y = \frac{m}{1 - p}\, x , \qquad m = 0 \text{ with probability } p, \text{ else } 1.

    In evaluation mode y = x.

    Parameters
    ----------
    p : float, default 0.5
        Probability of a zero, at least 0 and below 1.
    rng : numpy.random.Generator
        Draws m, anew in each forward pass.

    Raises
    ------
    ValueError
        If `p` is out of range, or `rng` is no generator.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout, 2014, section 10: the inverted form.

    Examples
    --------
    >>> Dropout(0.5, rng=np.random.default_rng(0))(np.ones(6))
    array([2., 0., 0., 0., 2., 2.])
    """

    def __init__(self, p=0.5, *, rng):
        if not 0 <= p < 1:
            raise ValueError(f"Dropout: p must be at least 0 and below 1, got {p!r}")
        check_rng("Dropout", rng)
        self.p, self.rng = p, rng

    def forward(self, x):
        """Multiply by m / (1 - p), or in evaluation mode by 1."""
        (x,) = as_floats("Dropout", x=x)
        scale = np.ones_like(x)
        if self.training and self.p:
            scale = (self.rng.random(x.shape) >= self.p) * x.dtype.type(1 / (1 - self.p))
        self.keep(scale)
        return x * scale

    def backward(self, grad_output):
        """Multiply by the same numbers: the map is linear and diagonal."""
        (scale,) = self.kept()
        scale, grad_output = as_floats("Dropout.backward", scale=scale, grad_output=grad_output)
        check_shape("Dropout.backward", "grad_output", grad_output, scale.shape)
        return grad_output * scale

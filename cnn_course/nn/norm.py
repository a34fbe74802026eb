"""Layers that normalise: by the statistics of a batch, or by neighbouring channels."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from cnn_course import functional as F
from cnn_course.nn.base import FunctionLayer
from cnn_course.nn.layer import Layer, Parameter
from cnn_course.types import InputGrad
from cnn_course.validate import as_dtype, as_floats, check_places, integer, number


class _BatchNorm(Layer):
    buffers = ("running_mean", "running_var", "num_batches_tracked")

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, *, dtype: DTypeLike = np.float32
    ) -> None:
        name = type(self).__name__
        num_features = integer(name, "num_features", num_features, minimum=1)
        check_places(name, "the statistics", (num_features,), num_features=num_features)
        self.num_features, self.eps = num_features, number(name, "eps", eps)
        self.momentum = None if momentum is None else number(name, "momentum", momentum)
        if momentum is not None and momentum > 1:
            raise ValueError(f"{name}: momentum must be None or from 0 to 1, got {momentum!r}")
        dtype = as_dtype(name, dtype)
        self.weight = Parameter(np.ones(num_features, dtype))
        self.bias = Parameter(np.zeros(num_features, dtype))
        self.running_mean = np.zeros(num_features, dtype)
        self.running_var = np.ones(num_features, dtype)
        self.num_batches_tracked = np.zeros((), np.int64)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"

    def forward(self, x: ArrayLike) -> np.ndarray:
        (x,) = as_floats(type(self).__name__, x=x)
        if x.ndim not in self.ranks:
            ranks = " or ".join(map(str, self.ranks))
            raise ValueError(f"{type(self).__name__}: x must have {ranks} axes, got {x.ndim} (x.shape={x.shape})")
        if self.training and x.size == x.shape[1] > 0:
            raise ValueError(
                f"{type(self).__name__}: in training mode each channel needs at least 2 values, got 1 "
                f"(x.shape={x.shape}); make the batch larger, or call eval() before"
            )
        counts = self.training and x.shape[0] > 0  # a batch without images has no statistics
        mean, var = F.batch_statistics(x) if counts else (self.running_mean, self.running_var)
        y = F.batch_norm(x, self.weight.data, self.bias.data, mean=mean, var=var, eps=self.eps)
        if counts:
            self._track(mean, var, x.size // x.shape[1])
        self.keep(x)
        return y

    def _track(self, mean, var, count):
        """Move the running statistics towards those of the batch, whose variance is made unbiased for that."""
        self.num_batches_tracked += 1
        step = 1 / int(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean += step * (mean - self.running_mean)
        self.running_var += step * (var * (count / (count - 1)) - self.running_var)

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        (x,) = self.kept()
        grad_x, self.weight.grad, self.bias.grad = F.batch_norm_backward(
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

    where the batch's variance is the unbiased one. A batch without images moves nothing, and is not counted. In
    evaluation mode the running statistics normalise.

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
    num_features, eps, momentum
        The arguments.
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
    >>> layer
    BatchNorm2d(3, eps=1e-05, momentum=0.1)
    >>> y = layer(np.random.default_rng(0).standard_normal((8, 3, 5, 5), np.float32))
    >>> bool(abs(y.mean()) < 1e-6), int(layer.num_batches_tracked)
    (True, 1)
    """

    ranks = (4,)


class LocalResponseNorm(FunctionLayer):
    """Local response normalisation, `local_response_norm`, with PyTorch's defaults.

    Examples
    --------
    >>> LocalResponseNorm(5)(np.ones((1, 8, 3, 3))).shape
    (1, 8, 3, 3)
    """

    function, gradient = staticmethod(F.local_response_norm), staticmethod(F.local_response_norm_backward)

    arguments = ("size", "alpha", "beta", "k")

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        self.size = integer("LocalResponseNorm", "size", size, minimum=1)
        check_places("LocalResponseNorm", f"a window of size={size}", (self.size,))
        self.alpha = number("LocalResponseNorm", "alpha", alpha)
        self.beta = number("LocalResponseNorm", "beta", beta)
        self.k = number("LocalResponseNorm", "k", k)

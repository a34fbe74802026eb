"""The fully connected layer, and the two layers that pass on what they get: `Flatten` before it, and `Identity`."""

from math import prod

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from cnn_course import functional as F
from cnn_course.nn.base import WeightedLayer
from cnn_course.nn.layer import Layer
from cnn_course.types import InputGrad
from cnn_course.validate import check_places, check_shape, integer


class Linear(WeightedLayer):
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
    in_features, out_features : int
    weight : Parameter, shape (out_features, in_features)
    bias : Parameter, shape (out_features,), or None

    Raises
    ------
    ValueError
        If a number is below 1, or the dtype is not floating.

    Examples
    --------
    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer
    Linear(in_features=3, out_features=2, bias=True)
    >>> layer(np.ones((5, 3), np.float32)).shape
    (5, 2)
    """

    function, gradient = staticmethod(F.linear), staticmethod(F.linear_backward)

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.in_features = integer("Linear", "in_features", in_features, minimum=1)
        self.out_features = integer("Linear", "out_features", out_features, minimum=1)
        shape = (self.out_features, self.in_features)
        check_places("Linear", "the weight", shape, in_features=in_features, out_features=out_features)
        super().__init__(shape, self.out_features, bias, rng, dtype)

    def extra_repr(self) -> str:
        """The numbers of features, and whether there is a bias."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Flatten(Layer):
    """All axes but the first in one, in row-major order: from convolutions to `Linear`.

    Examples
    --------
    >>> Flatten()(np.ones((2, 3, 4, 5))).shape
    (2, 60)
    """

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Return a copy of `x` with two axes."""
        y = np.array(x, order="C")
        if y.ndim == 0:
            raise ValueError("Flatten: x must have at least 1 axis, got 0")
        self.keep(y.shape)
        return y.reshape(y.shape[0], prod(y.shape[1:]))

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
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

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Return a copy of `x`."""
        y = np.array(x)
        self.keep(y.shape)
        return y

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """Return a copy of the upstream gradient."""
        (shape,) = self.kept()
        grad_x = np.array(grad_output)
        check_shape("Identity.backward", "grad_output", grad_x, shape)
        return grad_x

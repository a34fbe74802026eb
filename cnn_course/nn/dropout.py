"""Dropout: noise in training, nothing afterwards."""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.nn.layer import Layer
from cnn_course.types import InputGrad
from cnn_course.validate import as_floats, check_rng, check_shape, number


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

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator) -> None:
        self.p = number("Dropout", "p", p)
        if p >= 1:
            raise ValueError(f"Dropout: p must be at least 0 and below 1, got {p!r}")
        check_rng("Dropout", rng)
        self.rng = rng

    def extra_repr(self) -> str:
        """The probability of a zero."""
        return f"p={self.p}"

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Multiply by m / (1 - p), or in evaluation mode by 1."""
        (x,) = as_floats("Dropout", x=x)
        scale = np.ones_like(x)
        if self.training and self.p:
            scale = (self.rng.random(x.shape) >= self.p) * x.dtype.type(1 / (1 - self.p))
        self.keep(scale)
        return x * scale

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """Multiply by the same numbers: the map is linear and diagonal."""
        (scale,) = self.kept()
        scale, grad_output = as_floats("Dropout.backward", scale=scale, grad_output=grad_output)
        check_shape("Dropout.backward", "grad_output", grad_output, scale.shape)
        return grad_output * scale

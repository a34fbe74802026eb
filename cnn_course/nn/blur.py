"""Low-pass before subsampling: the layer that takes a smoothed value where a stride alone would take any."""

from math import comb

import numpy as np
from numpy.typing import ArrayLike

from cnn_course import engine
from cnn_course import functional as F
from cnn_course.nn.base import FunctionLayer
from cnn_course.nn.conv import PADDING_MODES
from cnn_course.shape import Geometry, same_padding
from cnn_course.types import Ints, PaddingMode, Pairs
from cnn_course.validate import as_floats, as_upstream, check_choice, check_layout, check_places, per_axis


def _operands(function, x, kernel_size, stride, padding_mode):
    """Return x, the geometry of the windows on the padded image, the padding and its mode, and the filter."""
    (x,) = as_floats(function, x=x)
    check_layout(function, "x", x, "N C H W")
    vertical, horizontal = (np.array([comb(k - 1, v) / 2 ** (k - 1) for v in range(k)]) for k in kernel_size)
    weight = np.outer(vertical, horizontal).astype(x.dtype).reshape(1, 1, *kernel_size)
    mode = "constant" if padding_mode == "zeros" else padding_mode
    return x, Geometry.of(function, kernel_size, stride=stride), same_padding(kernel_size), mode, weight


def _blur_pool2d(x: ArrayLike, kernel_size: Ints, stride: Ints, padding_mode: PaddingMode) -> np.ndarray:
    x, geometry, padding, mode, weight = _operands("BlurPool2d", x, kernel_size, stride, padding_mode)
    padded = F.pad(x, padding, mode=mode)
    alone = padded.reshape(-1, 1, *padded.shape[2:])  # every channel is an image of its own
    y = engine.forward(alone, weight, geometry, 1)
    return y.reshape(*x.shape[:2], *y.shape[2:])


def _blur_pool2d_backward(
    grad_output: ArrayLike, x: ArrayLike, kernel_size: Ints, stride: Ints, padding_mode: PaddingMode
) -> np.ndarray:
    function = "BlurPool2d.backward"
    x, geometry, padding, mode, weight = _operands(function, x, kernel_size, stride, padding_mode)
    size = tuple(n + sum(pair) for n, pair in zip(x.shape[2:], padding, strict=True))
    grad_output = as_upstream(function, grad_output, x, (*x.shape[:2], *geometry.output_size(size)))
    alone = grad_output.reshape(-1, 1, *grad_output.shape[2:])
    grad_padded = engine.input_gradient(alone, weight, geometry, 1, size)
    return F.pad_backward(grad_padded.reshape(*x.shape[:2], *size), x, padding, mode=mode)


class BlurPool2d(FunctionLayer):
    r"""Smooth each channel with a binomial filter, and keep the values of a stride.

    With one axis written out, k taps and a padding :math:`p = \lfloor (k - 1) / 2 \rfloor` before the image,

    .. math:: y[n, c, i] = \sum_{v=0}^{k-1} 2^{1-k} \binom{k-1}{v}\, x[n, c, i s + v - p] .

    Parameters
    ----------
    kernel_size : int or (int, int), default 3
        Number k of taps: 2 is the mean of two neighbours, 3 the filter (1, 2, 1) / 4.
    stride : int or (int, int), default 2
    padding_mode : {'reflect', 'zeros', 'replicate', 'circular'}, default 'reflect'
        What stands in the padding, which is the one of `same_padding`: an image of size n has ceil(n / stride) outputs.

    Attributes
    ----------
    kernel_size, stride, padding, padding_mode
        The arguments as tuples with one entry an axis, and the pairs (before, after) of the padding.

    Raises
    ------
    ValueError
        If a number is below 1, or the mode is none of the four.

    Notes
    -----
    Subsampling takes frequencies above half of the new rate for lower ones, so that a small shift of the input can
    change all of the output. The filter damps them first: its transfer function is :math:`\cos(\omega / 2)^{k-1}`, up
    to a factor of modulus 1. From two taps on it is 0 at the highest frequency, and small near it. A max-pool of stride
    2 becomes a max-pool of stride 1 and this layer.

    References
    ----------
    Zhang (2019), *Making convolutional networks shift-invariant again*.

    Examples
    --------
    >>> layer = BlurPool2d(3, padding_mode="circular")
    >>> layer
    BlurPool2d(kernel_size=(3, 3), stride=(2, 2), padding_mode='circular')
    >>> layer(np.tile([0.0, 4.0], (4, 2)).reshape(1, 1, 4, 4))
    array([[[[2., 2.],
             [2., 2.]]]])
    """

    ndim, function, gradient = 2, staticmethod(_blur_pool2d), staticmethod(_blur_pool2d_backward)

    arguments = ("kernel_size", "stride", "padding_mode")

    def __init__(self, kernel_size: Ints = 3, stride: Ints = 2, *, padding_mode: PaddingMode = "reflect") -> None:
        kernel_size = per_axis("BlurPool2d", "kernel_size", kernel_size, 2, minimum=1, one_for_all=True)
        check_places("BlurPool2d", f"a filter of {kernel_size=}", kernel_size)
        stride = per_axis("BlurPool2d", "stride", stride, 2, minimum=1, one_for_all=True)
        check_choice("BlurPool2d", "padding_mode", padding_mode, PADDING_MODES)
        self.kernel_size, self.stride, self.padding_mode = kernel_size, stride, padding_mode

    @property
    def padding(self) -> Pairs:
        """The positions before and after each axis."""
        return same_padding(self.kernel_size)

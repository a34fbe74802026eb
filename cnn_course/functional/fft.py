"""The convolution layer by Fourier transforms, for large kernels."""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.shape import Geometry
from cnn_course.signals.fourier import next_fast_length
from cnn_course.types import Padding
from cnn_course.validate import as_array, as_conv_operands, check_channels
from cnn_course.windows import pad


def fft_conv(x: ArrayLike, weight: ArrayLike, *, padding: Padding = 0) -> np.ndarray:
    r"""Convolution layer with stride 1, by transforms: for large kernels.

    .. math:: \hat y[n, o, k] = \sum_c \overline{\hat w[o, c, k]}\; \hat x[n, c, k] .

    Parameters
    ----------
    x : array_like of float, shape (N, C, *spatial)
        On any number of spatial axes.
    weight : array_like of float, shape (O, C, *kernel)
    padding : int, tuple, 'valid', 'same' or 'full', default 0
        Zeros around the spatial axes, as for `conv2d`.

    Returns
    -------
    ndarray, shape (N, O, *output), the dtype of `x`
        `conv1d`, `conv2d` or `conv3d` of the same arguments, up to rounding.

    Raises
    ------
    ValueError
        As `conv2d`.

    Notes
    -----
    Each channel of each image, each kernel and each output is transformed once: N C + O C + N O transforms serve
    N O C convolutions. In between, each frequency needs the product of an (N, C) and a (C, O) matrix.

    References
    ----------
    Hofmann's remark that the FFT pays off with many channels; Mathieu, Henaff and LeCun (2014), Fast training of
    convolutional networks through FFTs.

    Examples
    --------
    >>> x, weight = np.array([[[1.0, 2.0, 3.0, 4.0]]]), np.array([[[100.0, 10.0, 1.0]]])
    >>> fft_conv(x, weight).round()
    array([[[123., 234.]]])
    """
    x = as_array("fft_conv", "x", x)
    x, weight, _ = as_conv_operands("fft_conv", max(x.ndim - 2, 1), x, weight, None, 1)
    check_channels("fft_conv", x, weight, 1)
    geometry = Geometry.of("fft_conv", weight.shape[2:], padding=padding)
    output, padded = geometry.output_size(x.shape[2:]), pad(x, geometry.padding)
    size = [next_fast_length(n) for n in padded.shape[2:]]  # the windows that lie inside do not wrap around
    axes = tuple(range(2, x.ndim))
    x_hat, w_hat = np.fft.rfftn(padded, size, axes), np.fft.rfftn(weight, size, axes)
    x_matrices = np.ascontiguousarray(np.moveaxis(x_hat, (0, 1), (-2, -1)))  # (*frequencies, N, C), as BLAS likes them
    w_matrices = np.ascontiguousarray(np.moveaxis(w_hat, (0, 1), (-1, -2)))  # (*frequencies, C, O)
    y_hat = np.moveaxis(x_matrices @ np.conj(w_matrices), (-2, -1), (0, 1))
    y = np.fft.irfftn(y_hat, size, axes).astype(x.dtype, copy=False)
    return y[(..., *map(slice, output))]

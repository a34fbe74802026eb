"""The fastest of three ways to convolve two arrays of floats, chosen by the sizes."""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course import engine
from cnn_course.shape import Geometry
from cnn_course.signals.arrays import check_signals, convolve, flip
from cnn_course.signals.fourier import fft_convolve
from cnn_course.types import Mode
from cnn_course.validate import as_floats

SMALL = 1 << 18  # multiplications: below, the calls cost more than the arithmetic
FEW_TAPS = 64  # up to here a matrix product is faster than the transforms


def fast_convolve(f: ArrayLike, h: ArrayLike, mode: Mode = "full") -> np.ndarray:
    r"""Convolve two arrays of floats by the fastest of three methods.

    The result is that of `convolve` up to rounding. With :math:`n` values in the signal and :math:`m` in the kernel,

    - :math:`n m \le 2^{18}`: by moved copies of the signal, as `convolve`;
    - else, if :math:`m \le 64`: as a layer with one channel, by a matrix product with blocks of columns;
    - else by Fourier transforms, as `fft_convolve`; but not if there is a NaN or an infinity, which a transform
      would spread over the whole result.

    Parameters
    ----------
    f, h : array_like of float
        Signal and kernel, of one dtype, with the same number of axes.
    mode : {'full', 'same', 'valid'}, default 'full'
        As for `convolve`.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        As `convolve`, and if the dtypes differ or are not floating.

    Examples
    --------
    >>> image, kernel = np.ones((200, 300)), np.ones((31, 31))
    >>> bool(np.allclose(fast_convolve(image, kernel, "valid"), 31 * 31))
    True
    """
    f, h = check_signals("fast_convolve", *as_floats("fast_convolve", f=f, h=h), mode)
    if f.size * h.size <= SMALL:
        return convolve(f, h, mode)
    if h.size <= FEW_TAPS or not (np.isfinite(f).all() and np.isfinite(h).all()):
        return _by_columns(f, h, mode)
    return fft_convolve(f, h, mode)


def _by_columns(f, h, mode):
    """One image, one channel, one filter: what `convolve` cuts off is here never padded on."""
    m = h.shape
    before = {"full": [k - 1 for k in m], "same": [k // 2 for k in m], "valid": [0] * len(m)}[mode]
    after = {"full": before, "same": [(k - 1) // 2 for k in m], "valid": before}[mode]
    geometry = Geometry.of("fast_convolve", m, padding=tuple(zip(before, after, strict=True)))
    return engine.forward(f[None, None], flip(h)[None, None], geometry, groups=1)[0, 0]

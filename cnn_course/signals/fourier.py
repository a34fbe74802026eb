r"""Convolution by the discrete Fourier transform, which turns it into a product, frequency by frequency.

With the DFT :math:`\hat f[k] = \sum_u f[u]\, e^{-2 \pi i\, k u / n}` of periodic signals,

    (f * h)^[k] = f^[k] h^[k] .

Signals that are not periodic get zeros around them, enough of them that nothing wraps around into what is kept. The
results carry the rounding errors of the transforms: they are small relative to the norms of the arrays, not to each
value, and one NaN or infinity spoils all values that share its transform.
"""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.signals.arrays import check_signals, crop, flip
from cnn_course.types import Ints, Mode
from cnn_course.validate import as_floats, check_fits, check_layout, check_places, integer, layout, per_axis
from cnn_course.windows import pad


def circular_convolve(f: ArrayLike, h: ArrayLike) -> np.ndarray:
    r"""Convolve two periodic arrays.

    With sizes :math:`n` of the signal, and zeros behind the kernel,

    .. math:: (f \circledast h)[u] = \sum_t h[t]\, f[(u - t) \bmod n] .

    Parameters
    ----------
    f : array_like of float or complex
        One period of the signal.
    h : array_like of float or complex
        The kernel, with as many axes, no larger than `f`.

    Returns
    -------
    ndarray, the shape of `f`, the common dtype
        The product `circulant_matrix(h, f.shape) @ f.ravel()`, by two transforms and an inverse one.

    Raises
    ------
    ValueError
        If the ranks differ, an array is empty or of integers, or the kernel exceeds the signal.

    References
    ----------
    Hofmann, equation (1.16), if "Fourier transform" is the DFT of length n.

    Examples
    --------
    >>> circular_convolve([1.0, 2.0, 3.0, 4.0], [1.0, 10.0, 100.0])
    array([341., 412., 123., 234.])
    """
    f, h = _signals("circular_convolve", f, h)
    check_fits("circular_convolve", "h", h.shape, f.shape)
    return _circular(f, h, f.shape)


def fft_convolve(f: ArrayLike, h: ArrayLike, mode: Mode = "full") -> np.ndarray:
    r"""Convolve two arrays as `convolve` does, by transforms: for large kernels.

    .. math:: f * h = \mathcal{F}_N^{-1} (\mathcal{F}_N f \cdot \mathcal{F}_N h) , \qquad
        N \ge n + m - 1 \text{ on each axis for all the values.}

    Parameters
    ----------
    f, h : array_like of float or complex
        Signal and kernel. Integers are refused, because the result would be rounded.
    mode : {'full', 'same', 'valid'}, default 'full'
        As for `convolve`.

    Returns
    -------
    ndarray
        `convolve(f, h, mode)` up to rounding, in the common dtype.

    Raises
    ------
    ValueError
        As `convolve`, and if an array is of integers.

    Notes
    -----
    Its cost is O(N log N), whatever the size of the kernel. With the rounding unit :math:`\varepsilon`, no value is
    off by more than a small multiple of :math:`\varepsilon \log_2 N\, \lVert f \rVert_2 \lVert h \rVert_1`.

    References
    ----------
    Hofmann, equation (1.16), with the zeros that it needs.

    Examples
    --------
    >>> fft_convolve([1.0, 2.0, 3.0, 4.0], [1.0, 10.0, 100.0]).round()
    array([  1.,  12., 123., 234., 340., 400.])
    """
    f, h = _signals("fft_convolve", f, h, mode)
    full = [n + m - 1 for n, m in zip(f.shape, h.shape, strict=True)]
    size = [_length(n, m, mode) for n, m in zip(f.shape, h.shape, strict=True)]
    return crop(_circular(f, h, size)[tuple(map(slice, full))], f.shape, h.shape, mode)


def fft_correlate(f: ArrayLike, h: ArrayLike, mode: Mode = "full") -> np.ndarray:
    """Cross-correlate two arrays as `correlate` does, by transforms.

    Parameters
    ----------
    f, h, mode
        As for `fft_convolve`.

    Returns
    -------
    ndarray
        `correlate(f, h, mode)` up to rounding, in the common dtype.

    Raises
    ------
    ValueError
        As `fft_convolve`.

    Examples
    --------
    >>> fft_correlate([3.0, 0.0, 5.0], [1.0, 2.0]).round()
    array([ 6.,  3., 10.,  5.])
    """
    f, h = _signals("fft_correlate", f, h, mode)
    return fft_convolve(f, np.conj(flip(h)), mode)


def next_fast_length(n: int) -> int:
    """Return the smallest number 2^a 3^b 5^c that is at least `n`: a length whose transforms are fast.

    Parameters
    ----------
    n : int

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If `n` is no integer or is below 1.

    Examples
    --------
    >>> [next_fast_length(n) for n in (7, 11, 13, 1021)]
    [8, 12, 15, 1024]
    """
    n = integer("next_fast_length", "n", n, minimum=1)
    best, fives = 2 * n, 1
    while fives < best:
        odd = fives
        while odd < best:
            best = min(best, odd << (-(-n // odd) - 1).bit_length())  # with the least power of two
            odd *= 3
        fives *= 5
    return best


def overlap_add(f: ArrayLike, h: ArrayLike, *, block: int | None = None) -> np.ndarray:
    r"""Convolve a long signal with a short kernel, block by block.

    Cut into blocks :math:`f_r` of B values, the signal is :math:`f = \sum_r S_{r B} f_r`. Convolution is linear and
    commutes with shifts, so that

    .. math:: f * h = \sum_r S_{r B} (f_r * h) ,

    where neighbours overlap in m - 1 values.

    Parameters
    ----------
    f : array_like of float or complex, shape (n,)
    h : array_like of float or complex, shape (m,)
    block : int, optional
        The number B. Without it, transforms are about 8 m long.

    Returns
    -------
    ndarray, shape (n + m - 1,)
        `convolve(f, h)` up to rounding, in the common dtype.

    Raises
    ------
    ValueError
        If an array has not one axis, is empty or of integers, or `block` is below 1.

    Notes
    -----
    The cost is O(n log m): n / B transforms of length O(m). For one transform of the whole it is O(n log n).

    References
    ----------
    Oppenheim and Schafer (2010), section 8.7.

    Examples
    --------
    >>> overlap_add([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 10.0, 100.0], block=2).round()
    array([  1.,  12., 123., 234., 345., 450., 500.])
    """
    f, h = _signals("overlap_add", f, h)
    check_layout("overlap_add", "f", f, "L")
    n, m = len(f), len(h)
    block = next_fast_length(8 * m) - m + 1 if block is None else integer("overlap_add", "block", block, minimum=1)
    block = min(block, n)
    blocks = pad(f, ((0, -n % block),)).reshape(-1, block)
    pieces = _circular(blocks, h, (next_fast_length(block + m - 1),))[:, : block + m - 1]
    starts = range(0, pieces.shape[1], block)  # a piece is longer than its block, and reaches into later ones
    y = np.zeros((len(blocks) + len(starts) - 1, block), dtype=pieces.dtype)
    for later, start in enumerate(starts):
        part = pieces[:, start : start + block]
        y[later : later + len(blocks), : part.shape[1]] += part
    return y.reshape(-1)[: n + m - 1]


def transfer_function(weight: ArrayLike, shape: Ints) -> np.ndarray:
    r"""Return what a convolution layer with periodic borders does to each frequency: a matrix of O times C numbers.

    .. math:: \hat y[o, k] = \sum_c \hat w[o, c, k]\, \hat x[c, k] , \qquad
        \hat w[o, c, k] = \sum_v w[o, c, v]\, e^{+2 \pi i \sum_a k_a v_a / n_a} ,

    for the layer :math:`y[o, u] = \sum_{c, v} w[o, c, v]\, x[c, (u + v) \bmod n]`. Layers cross-correlate: hence the
    plus sign, which makes it the conjugate of the kernel's DFT.

    Parameters
    ----------
    weight : array_like of float, shape (O, C, *kernel)
        Its tap 0 is at the origin. With a padding of p before, tap p is: the transfer function then has the factor
        :math:`e^{-2 \pi i\, k p / n}` in addition, which is of modulus 1.
    shape : int or tuple of int
        Sizes n of the grid, no smaller than the kernel; an integer stands for every axis.

    Returns
    -------
    ndarray of complex, shape (O, C, *shape)

    Raises
    ------
    ValueError
        If `weight` has no spatial axis, is empty or is not of floats, or the kernel exceeds the grid.

    Examples
    --------
    >>> transfer_function(np.array([[[-1.0, 1.0]]]), 4)  # x[u + 1] - x[u]
    array([[[ 0.+0.j, -1.+1.j, -2.+0.j, -1.-1.j]]])
    """
    return _transfer_function("transfer_function", weight, shape)[1]


def singular_values(weight: ArrayLike, shape: Ints) -> np.ndarray:
    r"""Return all singular values of a convolution layer with periodic borders.

    The DFT, which is unitary up to a factor, makes its matrix block diagonal with the matrices
    :math:`\hat w[\cdot, \cdot, k]` of `transfer_function` as blocks. So their singular values are those of the layer.

    Parameters
    ----------
    weight : array_like of float, shape (O, C, *kernel)
    shape : int or tuple of int
        Sizes of the grid, no smaller than the kernel; an integer stands for every axis.

    Returns
    -------
    ndarray, shape (*shape, min(O, C)), the dtype of `weight`
        For each frequency, from the largest down. The maximum of all is the operator norm of the layer.

    Raises
    ------
    ValueError
        As `transfer_function`. Where the weight holds NaN, NumPy raises a LinAlgError, which is one.

    References
    ----------
    Sedghi, Gupta and Long (2019), The singular values of convolutional layers.

    Examples
    --------
    >>> singular_values(np.array([[[-1.0, 1.0]]]), 4)[:, 0].round(3)
    array([0.   , 1.414, 2.   , 1.414])
    """
    weight, transfer = _transfer_function("singular_values", weight, shape)
    matrices = np.moveaxis(transfer, (0, 1), (-2, -1))
    return np.linalg.svd(matrices, compute_uv=False).astype(weight.dtype, copy=False)


def _circular(f, h, size):
    """Circular convolution over the last axes of `f` and `h`, both filled up with zeros to `size`."""
    dtype, axes = np.result_type(f, h), tuple(range(-len(size), 0))
    real = np.issubdtype(dtype, np.floating)
    forward, inverse = (np.fft.rfftn, np.fft.irfftn) if real else (np.fft.fftn, np.fft.ifftn)
    return inverse(forward(f, size, axes) * forward(h, size, axes), size, axes).astype(dtype, copy=False)


def _length(n, m, mode):
    """A fast length N in which value u + N of the full convolution falls on a value u that the mode does not keep."""
    first_kept = {"full": 0, "same": (m - 1) // 2, "valid": m - 1}[mode]
    return next_fast_length(max(n + m - 1 - first_kept, m))


def _transfer_function(function, weight, shape):
    (weight,) = as_floats(function, weight=weight)
    ndim = max(weight.ndim - 2, 1)
    check_layout(function, "weight", weight, layout("O C", ndim))
    shape = per_axis(function, "shape", shape, ndim, minimum=1)
    check_fits(function, "the kernel of weight", weight.shape[2:], shape)
    check_places(function, f"a grid of shape {shape}", shape)
    axes = tuple(range(2, weight.ndim))
    return weight, np.fft.ifftn(weight, shape, axes, norm="forward")  # the sum with the plus sign, and no factor


def _signals(function, f, h, mode="full"):
    f, h = check_signals(function, f, h, mode)
    for name, array in (("f", f), ("h", h)):
        if not np.issubdtype(array.dtype, np.inexact):
            raise ValueError(
                f"{function}: {name} must have a floating or complex dtype, got {array.dtype}: "
                "transforms round, so convert it, or use convolve or correlate, which are exact"
            )
    return f, h

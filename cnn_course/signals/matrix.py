"""Convolutions as matrices: Toeplitz, and circulant where the signal is periodic.

A Toeplitz matrix is constant along its diagonals, H[i, j] = c[i - j]; a circulant one counts i - j modulo its size. On
images the entries c are themselves such matrices, one for each row of the kernel, and so on for each further axis.
Arrays are raveled in row-major order.
"""

from math import prod

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.signals.arrays import MODES, crop, grid, impulse
from cnn_course.types import ArrayMap, Ints, Mode
from cnn_course.validate import as_array, check_callable, check_choice, check_fits, check_places, check_shape, per_axis


def matrix_of(transform: ArrayMap, shape: Ints) -> np.ndarray:
    r"""Return the matrix of a linear map of arrays: column j is the image of the j-th unit impulse.

    .. math:: A\, \operatorname{vec}(x) = \operatorname{vec}(T x) .

    Parameters
    ----------
    transform : callable
        The map :math:`T`. That it is linear is not checked.
    shape : int or tuple of int
        Shape of the arrays that it takes.

    Returns
    -------
    ndarray, shape (size of an output, size of an input)
        Of the dtype in which `transform` answers to float64.

    Raises
    ------
    ValueError
        If `transform` cannot be called, its images are not arrays of one shape, or `shape` holds a number that is no
        integer or is below 1.

    Examples
    --------
    >>> matrix_of(np.cumsum, 3)
    array([[1., 0., 0.],
           [1., 1., 0.],
           [1., 1., 1.]])
    """
    check_callable("matrix_of", transform=transform)
    shape = grid("matrix_of", shape)
    columns = (transform(impulse(shape, at)) for at in np.ndindex(*shape))
    images = [as_array("matrix_of", "what transform returns", image).flatten() for image in columns]
    for image in images:
        check_shape("matrix_of", "what transform returns", image, images[0].shape)
    return np.stack(images, axis=1)


def toeplitz(column: ArrayLike, row: ArrayLike) -> np.ndarray:
    r"""Return the Toeplitz matrix with a given first column and first row.

    .. math:: H[i, j] = c[i - j] , \qquad \text{column} = (c[0], c[1], \dots) , \quad
        \text{row} = (c[0], c[-1], \dots) .

    Parameters
    ----------
    column : array_like, shape (k,) or (k, p, q)
        Numbers, or blocks: matrices of one size, for a block Toeplitz matrix.
    row : array_like, shape (n,) or (n, p, q)
        It begins with the entry with which `column` begins.

    Returns
    -------
    ndarray, shape (k, n) or (k p, n q)
        It has k + n - 1 degrees of freedom, where a matrix in general has k n.

    Raises
    ------
    ValueError
        If there are no entries, they are no numbers or blocks of one size, or column and row begin differently.

    References
    ----------
    Hofmann, definition 1.7 and equation (1.13).

    Examples
    --------
    >>> toeplitz([1, 2, 3], [1, -2, -3, -4])
    array([[ 1, -2, -3, -4],
           [ 2,  1, -2, -3],
           [ 3,  2,  1, -2]])
    """
    column, row = _entries("toeplitz", "column", column), _entries("toeplitz", "row", row)
    if column.shape[1:] != row.shape[1:]:
        raise ValueError(
            f"toeplitz: the entries of column and row must have one shape, got {column.shape[1:]} and {row.shape[1:]}"
        )
    if not np.array_equal(column[0], row[0], equal_nan=True):
        raise ValueError(f"toeplitz: column and row must begin with the same entry, got {column[0]} and {row[0]}")
    c = np.concatenate([row[:0:-1], column])  # c[l] stands at l + n - 1
    i, j = np.ogrid[: len(column), : len(row)]
    entries = c[i - j + len(row) - 1]
    if entries.ndim == 2:
        return entries
    k, n, p, q = entries.shape
    return entries.swapaxes(1, 2).reshape(k * p, n * q)


def is_toeplitz(matrix: ArrayLike) -> bool:
    """Whether a matrix is constant along every diagonal, exactly.

    Parameters
    ----------
    matrix : array_like, shape (k, n)

    Returns
    -------
    bool
        A NaN equals nothing, as ever.

    Raises
    ------
    ValueError
        If `matrix` does not hold numbers, or does not have two axes.

    Examples
    --------
    >>> is_toeplitz([[1, 2, 3], [0, 1, 2]]), is_toeplitz([[1, 2, 3], [0, 0, 1]])
    (True, False)
    """
    matrix = as_array("is_toeplitz", "matrix", matrix)
    if matrix.ndim != 2:
        raise ValueError(f"is_toeplitz: matrix must have 2 axes, got {matrix.ndim} (matrix.shape={matrix.shape})")
    return np.array_equal(matrix[1:, 1:], matrix[:-1, :-1])


def circulant(c: ArrayLike) -> np.ndarray:
    r"""Return the circulant matrix with a given first column: each next column is turned down by one.

    .. math:: C[i, j] = c[(i - j) \bmod n] .

    Parameters
    ----------
    c : array_like, shape (n,) or (n, p, q)
        Numbers, or blocks, as for `toeplitz`.

    Returns
    -------
    ndarray, shape (n, n) or (n p, n q)

    Raises
    ------
    ValueError
        If `c` has no entries, or they are no numbers or blocks.

    Notes
    -----
    These are all the matrices that commute with the cyclic shift. The DFT matrix diagonalises every one of them:
    :math:`F C F^{-1}` has the DFT of :math:`c` on its diagonal.

    Examples
    --------
    >>> circulant([1, 2, 3])
    array([[1, 3, 2],
           [2, 1, 3],
           [3, 2, 1]])
    """
    c = _entries("circulant", "c", c)
    return _wrapped_toeplitz(c, len(c))


def convolution_matrix(h: ArrayLike, shape: Ints, mode: Mode = "full") -> np.ndarray:
    r"""Return the matrix of a convolution with a kernel: Toeplitz, and doubly block Toeplitz on images.

    .. math:: H[u, v] = h[u - v] , \qquad H\, \operatorname{vec}(f) = \operatorname{vec}(f * h) .

    Parameters
    ----------
    h : array_like
        The kernel, of any numeric dtype.
    shape : int or tuple of int
        Shape of the signals f; an integer stands for every axis of `h`.
    mode : {'full', 'same', 'valid'}, default 'full'
        Which rows to keep, as for `convolve`.

    Returns
    -------
    ndarray, the dtype of `h`
        For all f, `convolution_matrix(h, f.shape, mode) @ f.ravel() == convolve(f, h, mode).ravel()`.

    Raises
    ------
    ValueError
        If `h` is empty or holds no numbers, `shape` has another number of axes or a size below 1, the mode is
        unknown, or the kernel exceeds the signal in mode 'valid'.

    Notes
    -----
    The matrix of `correlate(f, h, mode)` is `convolution_matrix(flip(h).conj(), f.shape, mode)`. In mode 'valid' it
    is also the conjugate transpose of a full convolution, namely of the map that goes the other way:
    `convolution_matrix(h, shape).conj().T @ y.ravel() == correlate(y, h, "valid").ravel()`.

    References
    ----------
    Hofmann, equation (1.12), with indices from 0: with supports from 1 on, row i of the product is (f * h)[i + 1].
    Chen's 4x9 matrix is `convolution_matrix(flip(W), (3, 3), "valid")`: doubly block Toeplitz, not circulant.

    Examples
    --------
    >>> convolution_matrix([1, 10, 100], 3)
    array([[  1,   0,   0],
           [ 10,   1,   0],
           [100,  10,   1],
           [  0, 100,  10],
           [  0,   0, 100]])
    >>> convolution_matrix([[1000, 100], [10, 1]], (3, 3), "valid")
    array([[   1,   10,    0,  100, 1000,    0,    0,    0,    0],
           [   0,    1,   10,    0,  100, 1000,    0,    0,    0],
           [   0,    0,    0,    1,   10,    0,  100, 1000,    0],
           [   0,    0,    0,    0,    1,   10,    0,  100, 1000]])
    """
    h, shape = _kernel_and_shape("convolution_matrix", h, shape)
    check_choice("convolution_matrix", "mode", mode, MODES)
    if mode == "valid":
        check_fits("convolution_matrix", "h", h.shape, shape)
    lengths = [n + m - 1 for n, m in zip(shape, h.shape, strict=True)]  # long enough that nothing wraps around
    check_places("convolution_matrix", f"the matrix for shape={shape}", (*lengths, *shape))
    full = _nested(h, shape, lengths)
    return crop(full.reshape(*lengths, -1), shape, h.shape, mode).reshape(-1, prod(shape))


def circulant_matrix(h: ArrayLike, shape: Ints) -> np.ndarray:
    r"""Return the matrix of a circular convolution: circulant, and doubly block circulant on images.

    .. math:: C[u, v] = h[(u - v) \bmod n] \quad\text{on each axis, with zeros behind the kernel.}

    Parameters
    ----------
    h : array_like
        The kernel, of any numeric dtype.
    shape : int or tuple of int
        Shape of the periodic signals f; an integer stands for every axis of `h`.

    Returns
    -------
    ndarray, shape (prod(shape), prod(shape)), the dtype of `h`
        For all f, `circulant_matrix(h, f.shape) @ f.ravel()` is the circular convolution of f with h, and the
        conjugate transpose of this matrix gives the circular cross-correlation.

    Raises
    ------
    ValueError
        If `h` is empty or holds no numbers, `shape` has another number of axes or a size below 1, or the kernel
        exceeds the signal.

    Notes
    -----
    The DFT diagonalises it; see `circular_convolve`.

    Examples
    --------
    >>> circulant_matrix([1, 10], 4)
    array([[ 1,  0,  0, 10],
           [10,  1,  0,  0],
           [ 0, 10,  1,  0],
           [ 0,  0, 10,  1]])
    """
    h, shape = _kernel_and_shape("circulant_matrix", h, shape)
    check_fits("circulant_matrix", "h", h.shape, shape)
    check_places("circulant_matrix", f"the matrix for shape={shape}", (*shape, *shape))
    return _nested(h, shape, shape)


def _nested(h, shape, lengths):
    """Matrix of the convolution of signals of `shape` with `h` that wraps around at `lengths`, axis within axis."""
    (n, *other_sizes), (length, *other_lengths) = shape, lengths
    taps = np.stack([_nested(tap, other_sizes, other_lengths) for tap in h]) if other_sizes else h
    c = np.zeros_like(taps, shape=(length, *taps.shape[1:]))
    c[: len(taps)] = taps
    return _wrapped_toeplitz(c, n)


def _wrapped_toeplitz(c, n):
    """The first n columns of the circulant matrix of c: to the left of c[0] comes the end of c."""
    return toeplitz(c, c[-np.arange(n)])


def _kernel_and_shape(function, h, shape):
    h = as_array(function, "h", h, "iufc")
    if h.ndim == 0 or h.size == 0:
        raise ValueError(f"{function}: h must have at least 1 axis and 1 element, got shape {h.shape}")
    return h, per_axis(function, "shape", shape, h.ndim, minimum=1)


def _entries(function, name, value):
    array = as_array(function, name, value, "iufc")
    if array.ndim not in (1, 3) or array.size == 0:
        raise ValueError(
            f"{function}: {name} must hold at least 1 number, on 1 axis, or 1 block, on 3 axes, got shape {array.shape}"
        )
    return array

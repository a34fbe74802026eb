"""Convolution and cross-correlation of plain arrays, and the tests that a linear shift-equivariant map passes.

Here the kernel is flipped where mathematics flips it: `convolve` does, `correlate` does not. The layers in
`cnn_course.functional.conv` cross-correlate and are called convolutions, as everywhere.
"""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.types import ArrayMap, Ints, Mode
from cnn_course.validate import (
    accumulator,
    as_array,
    axes,
    check_callable,
    check_choice,
    check_places,
    check_precision,
    check_shape,
    magnitude,
    narrowed,
    per_axis,
)

MODES = ("full", "same", "valid")


def convolve(f: ArrayLike, h: ArrayLike, mode: Mode = "full") -> np.ndarray:
    r"""Convolve two arrays with the same number of axes.

    With :math:`f` of sizes :math:`n` and :math:`h` of sizes :math:`m`, both zero outside,

    .. math:: (f * h)[u] = \sum_t h[t]\, f[u - t] , \qquad 0 \le u \le n + m - 2 \text{ on each axis.}

    Parameters
    ----------
    f : array_like
        The signal, of any numeric dtype.
    h : array_like
        The kernel.
    mode : {'full', 'same', 'valid'}, default 'full'
        'full' returns all n + m - 1 values; 'same' the n in the middle, from (m - 1) // 2 on; 'valid' the
        n - m + 1 for which the kernel lies wholly inside the signal.

    Returns
    -------
    ndarray
        In the common dtype of `f` and `h`. Integers stay exact, and never wrap around.

    Raises
    ------
    ValueError
        If the ranks differ, an array is empty or of float16, the mode is unknown, the kernel exceeds the signal in mode
        'valid', or a result of integers is more than their common dtype holds.

    Notes
    -----
    Each tap of the kernel adds one shifted copy of the signal: prod(m) additions of an array of sizes n.

    References
    ----------
    Hofmann, equations (1.6) and (1.14); Wichmann, equations (1.3) to (1.5).

    Examples
    --------
    >>> convolve([1, 2], [1, 10, 100])
    array([  1,  12, 120, 200])
    >>> convolve([1, 2, 3, 4], [1, 1], "valid")
    array([3, 5, 7])
    """
    return _convolve("convolve", *check_signals("convolve", f, h, mode), mode)


def _convolve(function, f, h, mode):
    dtype = np.result_type(f, h)
    if dtype.kind == "f" and f.dtype.kind in "iu" and h.dtype.kind in "iu":
        raise ValueError(
            f"{function}: f and h must have a common integer dtype, got {f.dtype} and {h.dtype}, which have none"
        )
    wide = accumulator(dtype, min(f.size, h.size) * magnitude(f) * magnitude(h))
    moved, taps = f.astype(wide, copy=False), h.astype(wide, copy=False)
    full = np.zeros([n + m - 1 for n, m in zip(f.shape, h.shape, strict=True)], dtype=wide)
    for t in np.ndindex(*h.shape):
        full[tuple(slice(start, start + n) for start, n in zip(t, f.shape, strict=True))] += taps[t] * moved
    return narrowed(function, crop(full, f.shape, h.shape, mode), dtype)


def correlate(f: ArrayLike, h: ArrayLike, mode: Mode = "full") -> np.ndarray:
    r"""Cross-correlate a signal with a kernel: a sliding inner product.

    .. math:: (h \star f)[u] = \sum_t \overline{h[t]}\, f[u + t] , \qquad -(m - 1) \le u \le n - 1 \text{ on each axis.}

    The first value of mode 'full' is the one at :math:`u = -(m - 1)`; mode 'valid' starts at :math:`u = 0`.

    Parameters
    ----------
    f : array_like
        The signal.
    h : array_like
        The kernel; complex conjugates are taken of it.
    mode : {'full', 'same', 'valid'}, default 'full'
        As for `convolve`.

    Returns
    -------
    ndarray
        `convolve(f, flip(h).conj(), mode)`.

    Raises
    ------
    ValueError
        As `convolve`.

    References
    ----------
    Hofmann, equations (1.10) and (1.11), whose symbol is a circled times; Wichmann, equations (1.6) and (1.7).

    Examples
    --------
    >>> correlate([3, 0, 5], [1, 2])
    array([ 6,  3, 10,  5])
    """
    f, h = check_signals("correlate", f, h, mode)
    return _convolve("correlate", f, np.conj(flip(h)), mode)


def flip(h: ArrayLike) -> np.ndarray:
    """Reverse an array along every axis; in two dimensions, turn it by 180 degrees.

    Parameters
    ----------
    h : array_like

    Returns
    -------
    ndarray
        A view: entry t is `h[m - 1 - t]` on each axis of size m.

    Raises
    ------
    ValueError
        If `h` does not hold numbers.

    Examples
    --------
    >>> flip([[1, 2], [3, 4]])
    array([[4, 3],
           [2, 1]])
    """
    return np.flip(as_array("flip", "h", h))


def shift(x: ArrayLike, offset: Ints) -> np.ndarray:
    r"""Move an array on its grid, :math:`(S_\tau x)[u] = x[u - \tau]`, with zeros where nothing comes in.

    Parameters
    ----------
    x : array_like
    offset : int or tuple of int
        How far to move, on all axes or on each; positive is towards larger indices.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        If `x` does not hold numbers, `offset` is not made of integers, or does not have one entry for each axis.

    References
    ----------
    Chen's shifted image I(x - 1, y); Hofmann's definition 1.4 moves the other way.

    Examples
    --------
    >>> shift([1, 2, 3, 4], 1)
    array([0, 1, 2, 3])
    >>> shift([1, 2, 3, 4], -2)
    array([3, 4, 0, 0])
    """
    x = as_array("shift", "x", x)
    offset = per_axis("shift", "offset", offset, x.ndim)
    moved = np.zeros_like(x)
    target = tuple(slice(max(o, 0), max(n + o, 0)) for n, o in zip(x.shape, offset, strict=True))
    source = tuple(slice(max(-o, 0), max(n - o, 0)) for n, o in zip(x.shape, offset, strict=True))
    moved[target] = x[source]
    return moved


def impulse(shape: Ints, at: Ints = 0) -> np.ndarray:
    r"""Return the unit impulse :math:`\delta`: one 1 in an array of zeros.

    Parameters
    ----------
    shape : int or tuple of int
    at : int or tuple of int, default 0
        Where the 1 stands; an integer stands for every axis.

    Returns
    -------
    ndarray of float64

    Raises
    ------
    ValueError
        If `shape` is not made of integers above 0, or holds 2^31 places or more, or `at` lies outside of it.

    Examples
    --------
    >>> impulse(4, at=1)
    array([0., 1., 0., 0.])
    """
    shape = grid("impulse", shape)
    at = per_axis("impulse", "at", at, len(shape))
    for axis, (i, n) in enumerate(zip(at, shape, strict=True)):
        if not -n <= i < n:
            raise ValueError(f"impulse: at must lie on the grid, got {i} on axis {axis}, which has size {n}")
    delta = np.zeros(shape)
    delta[at] = 1
    return delta


def impulse_response(transform: ArrayMap, shape: Ints) -> np.ndarray:
    r"""What a map does to the impulse at 0: the kernel, if the map is linear and shift-equivariant.

    Parameters
    ----------
    transform : callable
        A map of arrays.
    shape : int or tuple of int
        Shape of the arrays that it takes.

    Returns
    -------
    ndarray
        :math:`h = T \delta`.

    Raises
    ------
    ValueError
        If `transform` cannot be called, or `shape` is none that `impulse` takes.

    References
    ----------
    The kernel in Hofmann's theorem 1.1.

    Examples
    --------
    >>> impulse_response(lambda x: x - np.roll(x, 1), 4)
    array([ 1., -1.,  0.,  0.])
    """
    check_callable("impulse_response", transform=transform)
    return _image("impulse_response", transform, impulse(grid("impulse_response", shape)))


def linearity_defect(transform: ArrayMap, f: ArrayLike, g: ArrayLike, alpha: complex, beta: complex) -> float:
    r"""How far a map is from linear at two inputs: :math:`\max |T(\alpha f + \beta g) - \alpha T f - \beta T g|`.

    Parameters
    ----------
    transform : callable
    f, g : ndarray
    alpha, beta : float

    Returns
    -------
    float
        0 up to rounding for a linear map.

    Raises
    ------
    ValueError
        If an argument is no function, array or number, `f` and `g` differ in shape, or so do the images.

    References
    ----------
    Hofmann, equation (1.4).

    Examples
    --------
    >>> f, g = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    >>> linearity_defect(np.cumsum, f, g, 2, -1), linearity_defect(np.abs, f, g, 2, -1)
    (0.0, 2.0)
    """
    function = "linearity_defect"
    check_callable(function, transform=transform)
    f, g = (as_array(function, name, array, "iufc") for name, array in (("f", f), ("g", g)))
    check_shape(function, "g", g, f.shape)
    for name, factor in (("alpha", alpha), ("beta", beta)):
        check_shape(function, name, as_array(function, name, factor, "iufc"), ())
    together, of_f, of_g = (_image(function, transform, x) for x in (alpha * f + beta * g, f, g))
    for image in (of_f, of_g):
        check_shape(function, "the image of the sum", together, image.shape)
    return _distance(function, together, alpha * of_f + beta * of_g)


def equivariance_defect(transform: ArrayMap, move: ArrayMap, x: ArrayLike) -> float:
    r"""How far a map is from commuting with a move at one input: :math:`\max |T(S x) - S(T x)|`.

    Parameters
    ----------
    transform, move : callable
        The map :math:`T`, and the move :math:`S`: a shift, say.
    x : ndarray

    Returns
    -------
    float
        0 up to rounding where what comes in moved goes out moved.

    Raises
    ------
    ValueError
        If an argument is no function or array, or the two sides differ in shape.

    References
    ----------
    Hofmann, equation (1.5), which calls it invariance; Chen's slides call it equivalence.

    Examples
    --------
    >>> x = np.array([1.0, 2.0])
    >>> equivariance_defect(np.square, np.flip, x), equivariance_defect(np.cumsum, np.flip, x)
    (0.0, 2.0)
    """
    x, moved = _moved("equivariance_defect", transform, move, x)
    there = _image("equivariance_defect", transform, moved)
    back = move(_image("equivariance_defect", transform, x))
    return _distance("equivariance_defect", there, as_array("equivariance_defect", "what move returns", back, "iufc"))


def invariance_defect(transform: ArrayMap, move: ArrayMap, x: ArrayLike) -> float:
    r"""How far a map is from not noticing a move at one input: :math:`\max |T(S x) - T x|`.

    Parameters
    ----------
    transform, move : callable
    x : ndarray

    Returns
    -------
    float
        0 where the move makes no difference to the result.

    Raises
    ------
    ValueError
        As `equivariance_defect`.

    Examples
    --------
    >>> x = np.array([1.0, 2.0])
    >>> invariance_defect(np.sum, np.flip, x), invariance_defect(np.square, np.flip, x)
    (0.0, 3.0)
    """
    x, moved = _moved("invariance_defect", transform, move, x)
    return _distance("invariance_defect", *(_image("invariance_defect", transform, y) for y in (moved, x)))


def _moved(function, transform, move, x):
    check_callable(function, transform=transform, move=move)
    x = as_array(function, "x", x, "iufc")
    return x, as_array(function, "what move returns", move(x), "iufc")


def _image(function, transform, x):
    return as_array(function, "what transform returns", transform(x), "iufc")


def _distance(function, a, b):
    check_shape(function, "the first side", a, b.shape)
    return float(np.max(np.abs(a - b), initial=0))


def grid(function, shape):
    """Return the shape of an array, an integer or a tuple, as a tuple: at least one axis, and no empty one."""
    shape = per_axis(function, "shape", shape, axes(function, shape=shape), minimum=1)
    check_places(function, f"an array of shape {shape}", shape)
    return shape


def check_signals(function, f, h, mode):
    """Return signal and kernel as arrays of numbers with one rank, which the mode can convolve."""
    check_choice(function, "mode", mode, MODES)
    f, h = as_array(function, "f", f, "iufc"), as_array(function, "h", h, "iufc")
    for name, array in (("f", f), ("h", h)):
        check_precision(function, name, array.dtype)
        if array.size == 0 or array.ndim == 0:
            raise ValueError(f"{function}: {name} must have at least 1 axis and 1 element, got shape {array.shape}")
    if f.ndim != h.ndim:
        raise ValueError(f"{function}: f has {f.ndim} axes but h has {h.ndim} (f.shape={f.shape}, h.shape={h.shape})")
    if mode == "valid":
        for axis, (n, m) in enumerate(zip(f.shape, h.shape, strict=True)):
            if m > n:
                raise ValueError(
                    f"{function}: in mode 'valid' the kernel must fit into the signal, "
                    f"but on axis {axis} h has size {m} and f has size {n}"
                )
    return f, h


def crop(full, n, m, mode):
    """Return the part of a full convolution that a mode keeps; 'same' is centred as SciPy centres it."""
    if mode == "same":
        return full[tuple(slice((k - 1) // 2, (k - 1) // 2 + size) for size, k in zip(n, m, strict=True))]
    if mode == "valid":
        return full[tuple(slice(k - 1, size) for size, k in zip(n, m, strict=True))]
    return full

"""Padding by zeros, or by copies of what the array holds, and its adjoint, for any number of spatial axes.

A padded array is made one axis after the other; which comes first does not matter. On each, every position in the
padding is a copy of one inside, and those of a side are one slice: forward the inner slice is written to the outer one,
backward the outer one is added to the inner one.
"""

import numpy as np
from numpy.typing import ArrayLike

from cnn_course import windows
from cnn_course.shape import padding_in_numbers
from cnn_course.types import PadMode, Widths
from cnn_course.validate import as_floats, as_upstream, check_choice, check_layout, check_places, layout

MODES = ("constant", "reflect", "replicate", "circular")
LARGEST = {
    "reflect": ("smaller than the size", -1),
    "circular": ("at most the size", 0),
}  # in words, and beyond the size


def _operands(function, x, padding, mode):
    """Return x, the pairs of its padding, and the size with them."""
    check_choice(function, "mode", mode, MODES)
    (x,) = as_floats(function, x=x)
    check_layout(function, "x", x, layout("N C", max(x.ndim - 2, 1)))
    pairs = padding_in_numbers(function, padding, x.ndim - 2)
    for axis, (n, pair) in enumerate(zip(x.shape[2:], pairs, strict=True)):
        words, beyond = LARGEST.get(mode, ("", max(pair)))
        if max(pair) > n + beyond:
            raise ValueError(
                f"{function}: padding must be {words} with mode={mode!r}, "
                f"got padding={pair} with size {n} on spatial axis {axis}"
            )
    size = tuple(n + before + after for n, (before, after) in zip(x.shape[2:], pairs, strict=True))
    check_places(function, "the padded array", size, padding=pairs)
    return x, pairs, size


def _sides(mode, n, before, after):
    """The outer slices of an axis of size n, each with the inner slice of which it holds copies."""
    end = before + n
    if mode == "circular":
        return (slice(before), slice(n, end)), (slice(end, end + after), slice(before, before + after))
    if mode == "replicate":  # the inner slice is one element, for all of the outer ones
        return (slice(before), slice(before, before + 1)), (slice(end, end + after), slice(end - 1, end))
    if mode == "reflect":  # one of the two runs backwards: that whose end cannot fall below 0
        return (
            (slice(before), slice(2 * before, before, -1)),
            (slice(end + after - 1, end - 1, -1), slice(end - 1 - after, end - 1)),
        )
    return ()  # zeros are copies of nothing


def _copies(x, pairs, mode):
    """Yield each axis with the indices of the outer and the inner slice, for each of its sides."""
    for axis, (n, (before, after)) in enumerate(zip(x.shape[2:], pairs, strict=True), start=2):
        for slices in _sides(mode, n, before, after):
            yield axis, *((slice(None),) * axis + (index,) for index in slices)


def pad(x: ArrayLike, padding: Widths, *, mode: PadMode = "constant") -> np.ndarray:
    r"""Surround the spatial axes of an array with zeros, or with copies of its own values.

    With :math:`p` positions before an axis of size :math:`n`,

    .. math:: y[i] = x[\sigma(i - p)] ,

    where :math:`\sigma` leads a position outside of the axis to one inside, and on several axes acts on each:

    - 'circular', around the axis: :math:`\sigma(i) = i \bmod n`;
    - 'reflect', as in a mirror on the last element, which is not repeated: :math:`\sigma(i) = -i` before the axis and
      :math:`2 (n - 1) - i` after it;
    - 'replicate', to the last element: :math:`\sigma(i) = \min(\max(i, 0), n - 1)`;
    - 'constant', nowhere: :math:`y[i] = 0`.

    Parameters
    ----------
    x : array_like of float, shape (N, C, *spatial)
        On any number of spatial axes.
    padding : int or tuple
        Positions to add: an integer for all sides, or for each axis an integer or a pair (before, after).
    mode : {'constant', 'reflect', 'replicate', 'circular'}, default 'constant'
        What stands in the padding.

    Returns
    -------
    ndarray, shape (N, C, *padded), the dtype of `x`

    Raises
    ------
    ValueError
        If `x` has no spatial axis, is empty or is not of floats, the padding is no integers or is below 0, the mode is
        none of the four, a side of 'reflect' is not smaller than the axis or one of 'circular' larger than it, or the
        result would have 2^31 places or more.

    See Also
    --------
    pad_backward : its adjoint.

    Notes
    -----
    The modes are those of PyTorch. The padding is given here as for a convolution, from the first axis to the last;
    `torch.nn.functional.pad` wants it in one tuple, from the last axis to the first.

    References
    ----------
    PyTorch's documentation of `torch.nn.functional.pad`; in NumPy's `pad`, 'circular' is 'wrap' and 'replicate' 'edge'.

    Examples
    --------
    >>> x = np.array([[[1.0, 2.0, 3.0]]])
    >>> for mode in ("constant", "reflect", "replicate", "circular"):
    ...     print(pad(x, 2, mode=mode)[0, 0])
    [0. 0. 1. 2. 3. 0. 0.]
    [3. 2. 1. 2. 3. 2. 1.]
    [1. 1. 1. 2. 3. 3. 3.]
    [2. 3. 1. 2. 3. 1. 2.]
    """
    x, pairs, _ = _operands("pad", x, padding, mode)
    y = windows.pad(x, pairs)
    if y is x:
        return x.copy(order="K")
    for _, outer, inner in _copies(x, pairs, mode):
        y[outer] = y[inner]
    return y


def pad_backward(grad_output: ArrayLike, x: ArrayLike, padding: Widths, *, mode: PadMode = "constant") -> np.ndarray:
    r"""Gradient of `pad`, its adjoint: what stands at the copies of an element is added up.

    .. math:: \frac{\partial L}{\partial x[j]} = \sum_{i\,:\, \sigma(i - p) = j} g[i] .

    Parameters
    ----------
    grad_output : array_like of float, shape (N, C, *padded)
        Gradient :math:`g` of the loss in the output of `pad`.
    x, padding, mode
        As they were given to `pad`. Of `x`, only the shape and the dtype count.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        As `pad`, and if `grad_output` does not have the shape of its output.

    Examples
    --------
    >>> x, g = np.zeros((1, 1, 3)), np.array([[[1.0, 2.0, 4.0, 8.0, 16.0]]])
    >>> pad_backward(g, x, 1, mode="circular")
    array([[[18.,  4.,  9.]]])
    >>> pad_backward(g, x, 1, mode="reflect")
    array([[[ 2., 21.,  8.]]])
    """
    x, pairs, size = _operands("pad_backward", x, padding, mode)
    g = as_upstream("pad_backward", grad_output, x, (*x.shape[:2], *size)).copy(order="K")
    for axis, outer, inner in _copies(x, pairs, mode):
        g[inner] += g[outer].sum(axis, keepdims=True) if mode == "replicate" else g[outer]
    return g[windows.interior(x.shape[2:], pairs)]

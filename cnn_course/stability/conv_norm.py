r"""Norms of convolution layers from their symbol, the kernel's Fourier series: exact on a circle, and for every size.

A strided layer is a layer of stride 1 on more channels: those in which each channel is split by the remainders of its
positions modulo the stride. On each frequency it is then a matrix.
"""

from itertools import product
from math import ceil, cos, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.stability.classical import as_steps, as_weight
from cnn_course.stability.lanczos import ROUNDING, NormBounds
from cnn_course.types import Ints
from cnn_course.validate import check_places, number, per_axis

MOST_FREQUENCIES = 20_000  # of one level of the search for the supremum
BLOCK_NUMBERS = 1 << 20  # of the matrices of several frequencies that are held at a time


def circular_norm(weight: ArrayLike, shape: Ints, *, stride: Ints = 1, dilation: Ints = 1, groups: int = 1) -> float:
    r"""Norm of a convolution layer with periodic borders, by the discrete Fourier transform.

    For the layer :math:`y[o, u] = \sum_{c, v} w[o, c, v]\, x[c, (u s + v d) \bmod n]` with windows u from 0 to
    :math:`n / s - 1` on each axis,

    .. math:: \lVert A \rVert = \max_k \lVert G(2 \pi k s / n) \rVert_2 , \qquad k = 0, \dots, n / s - 1 ,

    where G is the symbol of `symbol_norm`.

    Parameters
    ----------
    weight : array_like of float, shape (O, C / groups, *kernel)
    shape : int or tuple of int
        Sizes n of the input; an integer stands for every axis. The kernel may be larger: it then wraps around.
    stride, dilation : int or tuple of int, default 1
        The stride must divide the size of the input.
    groups : int, default 1

    Returns
    -------
    float
        In float64, whatever the dtype of `weight`. Where the padding of a layer lets the windows begin before the
        input does not matter: a circular shift keeps every norm.

    Raises
    ------
    ValueError
        If `weight` has no spatial axis, is empty, not of floats or not finite, a number is out of range, or the stride
        does not divide the size.

    References
    ----------
    Sedghi, Gupta and Long (2019), for stride 1.

    Examples
    --------
    >>> weight = np.array([[[-1.0, 1.0]]])
    >>> round(circular_norm(weight, 3), 4), round(circular_norm(weight, 4), 4)
    (1.7321, 2.0)
    """
    name = "circular_norm"
    weight, stride, dilation, groups = conv_operands(name, weight, stride, dilation, groups)
    shape = per_axis(name, "shape", shape, len(stride), minimum=1)
    check_places(name, f"a grid of shape {shape}", shape)
    for axis, (n, s) in enumerate(zip(shape, stride, strict=True)):
        if n % s:
            raise ValueError(f"{name}: stride must divide shape, got stride {s} with size {n} on spatial axis {axis}")
    coarse = tuple(n // s for n, s in zip(shape, stride, strict=True))
    axes = tuple(range(2, 2 + len(shape)))
    largest = 0.0
    for part in polyphase(weight, stride, dilation, groups):
        symbol = np.fft.fftn(_wrapped(part, coarse), axes=axes)  # its conjugate has the same norm
        matrices = np.moveaxis(symbol, (0, 1), (-2, -1)).reshape(-1, *part.shape[:2])
        largest = max(largest, float(_largest_eigenvalues(matrices).max()))
    return sqrt(largest)


def symbol_norm(
    weight: ArrayLike, *, stride: Ints = 1, dilation: Ints = 1, groups: int = 1, tolerance: float = 1e-3
) -> NormBounds:
    r"""Supremum of the symbol of a convolution layer: it bounds the layer's norm for every size of its input.

    With the kernel's taps sorted by remainder, :math:`v d = m s + r` on each axis,

    .. math:: G(\omega) = \Bigl[ \sum_m w[o, c, (m s + r) / d]\, e^{i m \omega} \Bigr]_{o, (c, r)} , \qquad
        \lVert A \rVert \le \sup_\omega \lVert G(\omega) \rVert_2 .

    Parameters
    ----------
    weight : array_like of float, shape (O, C / groups, *kernel)
    stride, dilation : int or tuple of int, default 1
    groups : int, default 1
    tolerance : float, default 1e-3
        Search until `upper / lower - 1` is no larger, or the frequencies of a level have become too many.

    Returns
    -------
    NormBounds
        Of the supremum. Its `upper` bounds the norm of the layer on every input, whatever the size, with zeros in the
        padding, or with a circle of which the stride divides the length and on which no window is visited twice. Its
        `lower` is the norm of the symbol at the frequency `attained_at`, to which the norm comes as close as one likes
        on large inputs.

    Raises
    ------
    ValueError
        If `weight` has no spatial axis, is empty, not of floats or not finite, or a number is out of range.

    See Also
    --------
    circular_norm : the maximum over the frequencies of one grid.

    Notes
    -----
    *Why it bounds the layer.* Put zeros around the input, on all of :math:`\mathbb{Z}^d`: that keeps its norm. There
    the layer with all its windows acts on Fourier series, as the product with G on the series of the channels (c, r),
    whose squared norms add up to that of the input. Of its values the layer gives out some, which are no more. On a
    circle, the same holds with the frequencies of the grid.

    *Why the search finds the supremum.* For a fixed unit vector a let
    :math:`q(\omega) = \lVert G(\omega)^* a \rVert^2`. On each axis this is a real trigonometric polynomial, of a degree
    D of at most :math:`\lfloor d (k - 1) / s \rfloor`, with values from 0 to the square M of the supremum. For
    :math:`p = q - M / 2`, which is at most :math:`M / 2` in modulus, the inequality of Bernstein and Szegő
    :math:`p'^2 + D^2 p^2 \le D^2 M^2 / 4` says that :math:`\arccos(2 p / M)` changes at most by D for each unit of
    :math:`\omega`. It is 0 where q = M. At a distance of :math:`t_a` on each axis from there,

    .. math:: q \ge M \cos^2 \delta , \qquad \delta = \tfrac12 \sum_a D_a |t_a| \le \pi / 2 .

    So a box around a frequency, at whose centre the symbol is smaller than :math:`\cos \delta` times the largest value
    found, :math:`\delta` for its corners, does not hold the supremum. The search divides all other boxes, and in the
    end the supremum is at most the largest value found divided by :math:`\cos \delta`. For rounding, `upper` is raised
    by 1e-9 of itself.

    References
    ----------
    Sedghi, Gupta and Long (2019), for the symbol; for the inequality, Borwein and Erdélyi (1995), *Polynomials and
    polynomial inequalities*, section 5.1.

    Examples
    --------
    >>> bounds = symbol_norm(np.array([[[-1.0, 1.0]]]))
    >>> round(bounds.lower, 3), round(bounds.upper, 3)
    (2.0, 2.0)
    """
    name = "symbol_norm"
    weight, stride, dilation, groups = conv_operands(name, weight, stride, dilation, groups)
    tolerance = number(name, "tolerance", tolerance)
    # at stride 1 the symbol of a dilated kernel takes the same values, at frequencies that are d times as large
    dilation = tuple(1 if s == 1 else d for s, d in zip(stride, dilation, strict=True))
    found = [_supremum(part, tolerance) for part in polyphase(weight, stride, dilation, groups)]
    best = max(found, key=lambda bounds: bounds.lower)
    return NormBounds(best.lower, max(bounds.upper for bounds in found), best.attained_at)


def conv_operands(function, weight, stride, dilation, groups):
    """Check the weight of a convolution and its numbers, and return them: float64, two tuples, an integer."""
    weight, groups = as_weight(function, weight, groups, ndim=1)
    stride, dilation = as_steps(function, weight.ndim - 2, stride, dilation)
    kernel_size = weight.shape[2:]
    reach = [d * k + s for k, s, d in zip(kernel_size, stride, dilation, strict=True)]
    check_places(function, "a window", reach, kernel_size=kernel_size, stride=stride, dilation=dilation)
    return weight, stride, dilation, groups


def polyphase(weight, stride, dilation, groups):
    """For each group the kernel (O, C prod(stride), *taps) of stride 1 on the channels split by remainder."""
    sizes = [(k - 1) * d // s + 1 for k, s, d in zip(weight.shape[2:], stride, dilation, strict=True)]
    split = np.zeros((*weight.shape[:2], *stride, *sizes))
    for tap in product(*map(range, weight.shape[2:])):
        places = [v * d for v, d in zip(tap, dilation, strict=True)]
        remainders = (place % s for place, s in zip(places, stride, strict=True))
        quotients = (place // s for place, s in zip(places, stride, strict=True))
        split[(slice(None), slice(None), *remainders, *quotients)] = weight[(slice(None), slice(None), *tap)]
    return np.split(split.reshape(weight.shape[0], -1, *sizes), groups)


def _wrapped(kernel, shape):
    """The kernel on a circle of this shape: taps that meet there are added up."""
    rounds = [ceil(k / n) for k, n in zip(kernel.shape[2:], shape, strict=True)]
    pairs = [(0, r * n - k) for r, n, k in zip(rounds, shape, kernel.shape[2:], strict=True)]
    padded = np.pad(kernel, [(0, 0), (0, 0), *pairs])
    split = padded.reshape(*kernel.shape[:2], *(size for pair in zip(rounds, shape, strict=True) for size in pair))
    return split.sum(axis=tuple(range(2, split.ndim, 2)))


def _largest_eigenvalues(matrices):
    """The squares of the largest singular values of a stack of matrices."""
    adjoints = np.conj(np.swapaxes(matrices, -1, -2))
    grams = matrices @ adjoints if matrices.shape[-2] <= matrices.shape[-1] else adjoints @ matrices
    return np.maximum(np.linalg.eigvalsh(grams)[..., -1], 0)


def _squares(kernel, frequencies):
    """The squares of the symbol's norm at frequencies (P, axes)."""
    taps = np.array(list(product(*map(range, kernel.shape[2:]))))
    flat, values = kernel.reshape(-1, len(taps)).T, []
    step = max(1, BLOCK_NUMBERS // max(flat.shape[1], len(taps)))
    for start in range(0, len(frequencies), step):
        waves = np.exp(1j * (frequencies[start : start + step] @ taps.T))  # (P, taps)
        values.append(_largest_eigenvalues((waves @ flat).reshape(-1, *kernel.shape[:2])))
    return np.concatenate(values)


def _supremum(kernel, tolerance):
    """Bounds of the supremum of the norm of the symbol of a kernel (O, C, *taps)."""
    degrees = np.array(kernel.shape[2:]) - 1
    counts = [8 * int(degree) * len(degrees) if degree else 1 for degree in degrees]
    along = [2 * pi / n * np.arange(n) for n in counts]
    first = int(np.argmax(degrees))
    along[first] = along[first][: counts[first] // 2 + 1]  # a real kernel has the same norm at the opposite frequency
    centres = np.stack([axis.ravel() for axis in np.meshgrid(*along, indexing="ij")], axis=1)
    halves = np.array([pi / n for n in counts])  # of the boxes' sides
    best, at = -1.0, centres[0]
    while True:
        squares = _squares(kernel, centres)
        if squares.max() > best:
            best, at = float(squares.max()), centres[squares.argmax()]
        reach = cos(float(degrees @ halves) / 2)
        centres = centres[squares >= best * reach**2 * (1 - ROUNDING)]
        if 1 / reach - 1 <= tolerance or len(centres) * 3 ** np.count_nonzero(degrees) > MOST_FREQUENCIES:
            return NormBounds(sqrt(best), sqrt(best) / reach * (1 + ROUNDING), at)
        # three boxes on each axis, the middle one of which has been looked at, and is again
        offsets = product(*([-2 * h / 3, 0.0, 2 * h / 3] if d else [0.0] for h, d in zip(halves, degrees, strict=True)))
        centres = np.concatenate([centres + offset for offset in offsets])
        halves = halves / 3

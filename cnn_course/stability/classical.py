r"""The classical bounds of the norm of a linear layer: each a formula in its weight.

The weight is that of a convolution, (O, C / groups, *kernel), or a matrix, (O, C). Unless a function says otherwise, a
bound holds for every size of the input, with every stride and dilation, and with zeros in the padding. It also holds on
a circle, if the stride divides its length and no window is visited twice.
"""

from itertools import product
from math import gcd, prod, sqrt

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.shape import Geometry
from cnn_course.stability.lanczos import ROUNDING, NormBounds
from cnn_course.types import Ints, Padding
from cnn_course.validate import as_floats, check_finite, check_layout, integer, layout, per_axis


def young_bound(weight: ArrayLike, *, groups: int = 1) -> float:
    r"""Young's inequality: the norm of the matrix of the kernels' sums of absolute values.

    .. math:: \lVert A \rVert \le \Bigl\lVert \bigl( \lVert w[o, c] \rVert_1 \bigr)_{o, c} \Bigr\rVert_2 .

    Parameters
    ----------
    weight : array_like of float, shape (O, C / groups, *kernel) or (O, C)
    groups : int, default 1

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `weight` has fewer than two axes, is empty, not of floats or not finite, or `groups` does not divide its
        first axis.

    Notes
    -----
    By Young's inequality :math:`\lVert w * x \rVert_2 \le \lVert w \rVert_1 \lVert x \rVert_2` for each pair of
    channels, the norms of the outputs' channels are at most this matrix times those of the inputs' channels. For one
    channel, a kernel without negative taps and stride 1 there is equality in the supremum over all sizes.

    Examples
    --------
    >>> young_bound(np.array([[[-1.0, 1.0]]]))
    2.0
    """
    parts, _ = _parts("young_bound", weight, groups)
    return max(_norm(np.abs(part).sum(axis=2)) for part in parts)


def schur_bound(weight: ArrayLike, *, stride: Ints = 1, dilation: Ints = 1, groups: int = 1) -> float:
    r"""Schur's test: the root of the largest row sum times the largest column sum.

    .. math::

        \lVert A \rVert &\le \sqrt{\lVert A \rVert_1 \lVert A \rVert_\infty} ,\\
        \lVert A \rVert_\infty &= \max_o \sum_{c, v} |w[o, c, v]| ,\\
        \lVert A \rVert_1 &= \max_{c, r} \sum_{o} \sum_{v\,:\, v d \equiv r} |w[o, c, v]| ,

    where :math:`v d \equiv r` modulo the stride on each axis: the taps that a position with the remainder r meets.

    Parameters
    ----------
    weight : array_like of float, shape (O, C / groups, *kernel) or (O, C)
    stride, dilation : int or tuple of int, default 1
    groups : int, default 1

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As `young_bound`, and if a number is below 1.

    Examples
    --------
    >>> round(schur_bound(np.array([[1.0, 1.0], [0.0, 2.0]])) ** 2, 6)  # 2 times 3
    6.0
    """
    name = "schur_bound"
    parts, kernel = _parts(name, weight, groups)
    stride, dilation = as_steps(name, len(kernel), stride, dilation)
    residues = {}
    for i, tap in enumerate(np.ndindex(*kernel)):
        residue = tuple(v * d % s for v, d, s in zip(tap, dilation, stride, strict=True))
        residues.setdefault(residue, []).append(i)
    rows = max(float(np.abs(part).sum(axis=(1, 2)).max()) for part in parts)
    columns = max(float(np.abs(part[:, :, i]).sum(axis=(0, 2)).max()) for part in parts for i in residues.values())
    return sqrt(rows * columns)


def frobenius_bound(
    weight: ArrayLike, shape: Ints, *, stride: Ints = 1, padding: Padding = 0, dilation: Ints = 1
) -> float:
    r"""Frobenius norm of a layer's matrix, for one size of the input: it grows with the size, as the norm does not.

    .. math:: \lVert A \rVert \le \lVert A \rVert_F = \Bigl( \sum_v N_v \sum_{o, c} w[o, c, v]^2 \Bigr)^{1/2} ,

    with the number :math:`N_v` of windows whose tap v lies on the input and not in the padding of zeros.

    Parameters
    ----------
    weight : array_like of float, shape (O, C / groups, *kernel)
        Groups change nothing.
    shape : int or tuple of int
        Spatial size of the input; an integer stands for every axis.
    stride, padding, dilation
        As for `conv2d`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As `young_bound`, and if there is no spatial axis, a number is out of range, or the kernel exceeds the padded
        input.

    Examples
    --------
    >>> round(frobenius_bound(np.array([[[-1.0, 1.0]]]), 3), 4)  # two windows
    2.0
    """
    name = "frobenius_bound"
    (part,), kernel = _parts(name, weight, 1, ndim=1)
    shape = per_axis(name, "shape", shape, len(kernel), minimum=1)
    geometry = Geometry.of(name, kernel, stride=stride, padding=padding, dilation=dilation)
    along = []
    for axis, (n, o) in enumerate(zip(shape, geometry.output_size(shape), strict=True)):
        taps = np.arange(kernel[axis]) * geometry.dilation[axis]
        windows = np.array([u * geometry.stride[axis] for u in range(o)])  # of one window, whatever the stride
        at = windows[:, None] + taps - geometry.padding[axis][0]
        along.append(((at >= 0) & (at < n)).sum(axis=0))
    counts = np.array([prod(tap) for tap in product(*along)])
    return sqrt(float((part**2).sum(axis=(0, 1)) @ counts))


def entry_bound(weight: ArrayLike, *, groups: int = 1) -> float:
    r"""The bound that needs nothing but the largest entry, in modulus, of the weight.

    .. math:: \lVert A \rVert \le B K \sqrt{M M'} , \qquad |w[o, c, v]| \le B ,

    with K taps, and in each group M channels in and :math:`M'` out.

    Parameters
    ----------
    weight : array_like of float, shape (O, C / groups, *kernel) or (O, C)
    groups : int, default 1

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As `young_bound`.

    Notes
    -----
    There is equality for a matrix whose entries are all equal.

    Examples
    --------
    >>> entry_bound(np.ones((4, 4)))
    4.0
    """
    parts, _ = _parts("entry_bound", weight, groups)
    outputs, inputs, taps = parts[0].shape
    return max(float(np.abs(part).max()) for part in parts) * taps * sqrt(inputs * outputs)


def tap_norm_bound(weight: ArrayLike, *, groups: int = 1) -> float:
    r"""The sum of the norms of the taps, each of which is a matrix.

    .. math:: \lVert A \rVert \le \sum_v \lVert w[\cdot, \cdot, v] \rVert_2 .

    Parameters
    ----------
    weight : array_like of float, shape (O, C / groups, *kernel) or (O, C)
    groups : int, default 1

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As `young_bound`.

    Notes
    -----
    The layer is the sum over the taps of a shift, which is followed by the matrix of the tap.

    Examples
    --------
    >>> tap_norm_bound(np.array([[[-1.0, 1.0]]]))
    2.0
    """
    parts, _ = _parts("tap_norm_bound", weight, groups)
    return max(float(np.linalg.norm(np.moveaxis(part, 2, 0), 2, axis=(1, 2)).sum()) for part in parts)


def reshaped_bounds(weight: ArrayLike, *, stride: Ints = 1, dilation: Ints = 1, groups: int = 1) -> NormBounds:
    r"""What the norm of the kernel as a matrix R, of shape (O, C K), says of the layer with its K taps.

    .. math:: \lVert R \rVert_2 \le \sup \lVert A \rVert \le \sqrt{q}\, \lVert R \rVert_2 ,

    where the supremum is over all sizes of the input, and q is the largest number of windows that hold one position:
    at stride 1 it is K.

    Parameters
    ----------
    weight : array_like of float, shape (O, C / groups, *kernel) or (O, C)
    stride, dilation : int or tuple of int, default 1
    groups : int, default 1

    Returns
    -------
    NormBounds
        The `lower` one bounds the supremum, and the norm for each input in which one of the visited windows lies
        entirely, without a zero of the padding. For another input the norm can be smaller, as in the second example.
        `attained_at` is the input of that window, (C / groups, *kernel).

    Raises
    ------
    ValueError
        As `young_bound`, and if a number is below 1.

    Notes
    -----
    An input that is 0 outside of one window, and in it the first right singular vector of R, has at that window outputs
    of norm :math:`\lVert R \rVert`, and what other windows add makes it no smaller. On the other hand, the
    squared norms of all windows' outputs add up to at most :math:`\lVert R \rVert^2` times those of the windows'
    inputs, in which each position of the input occurs at most q times.

    Spectral normalisation as it is mostly written divides a kernel by :math:`\lVert R \rVert`, the lower bound: the
    layer that is left is in general not 1-Lipschitz.

    References
    ----------
    Miyato, Kataoka, Koyama and Yoshida (2018), *Spectral normalization for generative adversarial networks*.

    Examples
    --------
    >>> bounds = reshaped_bounds(np.ones((1, 1, 3, 3)))
    >>> round(bounds.lower, 6), round(bounds.upper, 6)
    (3.0, 9.0)

    Here one zero of the padding stands on each side of four values, the stride is 2, and no window is without one:

    >>> from cnn_course import Conv1d, jacobian_norm
    >>> rng = np.random.default_rng(0)
    >>> layer = Conv1d(1, 1, 4, stride=2, padding=1, bias=False, rng=rng, dtype=np.float64)
    >>> layer.weight.data[:] = 1.0, 0.0, 0.0, 1.0
    >>> round(reshaped_bounds(layer.weight.data, stride=2).lower, 6)
    1.414214
    >>> round(jacobian_norm(layer, np.zeros((1, 1, 4)), rng=rng).lower, 6)
    1.0
    """
    name = "reshaped_bounds"
    parts, kernel = _parts(name, weight, groups)
    stride, dilation = as_steps(name, len(kernel), stride, dilation)
    found = [np.linalg.svd(part.reshape(part.shape[0], -1), full_matrices=False) for part in parts]
    _, values, rows = max(found, key=lambda svd: svd[1][0])
    # taps v and v' meet the same positions where (v - v') d is a multiple of s
    windows = prod(-(-k // (s // gcd(s, d))) for k, s, d in zip(kernel, stride, dilation, strict=True))
    lower = float(values[0])
    return NormBounds(lower, sqrt(windows) * lower * (1 + ROUNDING), rows[0].reshape(-1, *kernel))


def singla_feizi_bound(weight: ArrayLike, *, groups: int = 1) -> float:
    r"""The root of the number of taps, times the least norm of the kernel as a matrix, reshaped in every way.

    .. math:: \lVert A \rVert \le \sqrt{K} \min_S \lVert R_S \rVert_2 ,

    where S is a set of spatial axes. The rows of :math:`R_S` are the outputs and the taps' indices on the axes of S,
    its columns the inputs and the other indices: four matrices for images.

    Parameters
    ----------
    weight : array_like of float, shape (O, C / groups, *kernel) or (O, C)
    groups : int, default 1

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As `young_bound`.

    Notes
    -----
    With the vectors :math:`e_a = (e^{i v \omega_a})_v` of an axis, the symbol is
    :math:`G(\omega) = (I \otimes \bar e_S)^* R_S (I \otimes e_{S'})`, where :math:`e_S` is the tensor product over the
    axes of S and :math:`S'` are the others; the norms of the two factors are the roots of the numbers of taps. Without
    :math:`\sqrt{K}` the least norm is no bound: each of the matrices bounds the layer only with it.

    References
    ----------
    Singla and Feizi (2021), *Fantastic four: differentiable bounds on singular values of convolution layers*.

    Examples
    --------
    >>> round(singla_feizi_bound(np.ones((1, 1, 3, 3))), 6)
    9.0
    """
    parts, kernel = _parts("singla_feizi_bound", weight, groups)
    bounds = []
    for part in parts:
        split, norms = part.reshape(*part.shape[:2], *kernel), []
        for chosen in product([False, True], repeat=len(kernel)):
            rows = [0, *(axis for axis, c in enumerate(chosen, start=2) if c)]
            columns = [1, *(axis for axis, c in enumerate(chosen, start=2) if not c)]
            norms.append(_norm(split.transpose(*rows, *columns).reshape(prod(split.shape[a] for a in rows), -1)))
        bounds.append(sqrt(prod(kernel)) * min(norms))
    return max(bounds)


def as_weight(function, weight, groups, ndim=0):
    """Return a checked weight with at least `ndim` spatial axes, in float64, and the number of its groups."""
    (weight,) = as_floats(function, weight=weight)
    check_layout(function, "weight", weight, layout("O C/groups", max(weight.ndim - 2, ndim)))
    check_finite(function, "weight", weight)
    groups = integer(function, "groups", groups, minimum=1)
    if weight.shape[0] % groups:
        raise ValueError(
            f"{function}: groups must divide the first axis of weight, "
            f"got groups={groups} with weight.shape={weight.shape}"
        )
    return weight.astype(np.float64), groups


def _parts(function, weight, groups, ndim=0):
    """For each group its part of the weight, (O, C, K) with the taps in one axis, and the size of the kernel."""
    weight, groups = as_weight(function, weight, groups, ndim)
    return np.split(weight.reshape(*weight.shape[:2], -1), groups), weight.shape[2:]


def as_steps(function, ndim, stride, dilation):
    """Return stride and dilation, checked, as tuples with one entry an axis."""
    return tuple(
        per_axis(function, argument, value, ndim, minimum=1, one_for_all=True)
        for argument, value in (("stride", stride), ("dilation", dilation))
    )


def _norm(matrix):
    return float(np.linalg.norm(matrix, 2))

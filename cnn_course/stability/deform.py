r"""Deformations of images: smooth displacements, their size, and what smoothing does to the change that they make.

A displacement :math:`\tau` says for each position how far its value has come, :math:`(S_\tau x)[u] = x(u - \tau(u))`.
Between positions x is interpolated linearly on each axis, and images are periodic.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.types import Ints
from cnn_course.validate import (
    as_array,
    as_floats,
    axes,
    check_finite,
    check_places,
    check_rng,
    integer,
    number,
    per_axis,
)


def warp(x: ArrayLike, displacement: ArrayLike) -> np.ndarray:
    r"""Deform images: take each value from where the displacement says that it was.

    With :math:`u - \tau(u) = i + t`, for integers i and :math:`0 \le t < 1`, on two axes

    .. math:: (S_\tau x)[u] = \sum_{a, b \in \{0, 1\}} |1 - a - t_1| \, |1 - b - t_2| \; x[i_1 + a, i_2 + b] .

    Parameters
    ----------
    x : array_like of float, shape (N, C, *spatial)
        Periodic images: index n is index 0.
    displacement : array_like of float, shape (spatial axes, *spatial)
        :math:`\tau`, in pixels. A constant one is a translation.

    Returns
    -------
    ndarray, the shape and dtype of `x`

    Raises
    ------
    ValueError
        If an array is not of floats or not finite, `x` has no spatial axis, or `displacement` has another shape.

    Examples
    --------
    >>> x = np.array([[[0.0, 4.0, 0.0, 0.0]]])
    >>> warp(x, np.full((1, 4), 1.0)), warp(x, np.full((1, 4), 0.25))
    (array([[[0., 0., 4., 0.]]]), array([[[0., 3., 1., 0.]]]))
    """
    (x,), (tau,) = as_floats("warp", x=x), as_floats("warp", displacement=displacement)
    check_finite("warp", "displacement", tau)
    if x.ndim < 3:
        raise ValueError(f"warp: x must have at least 3 axes (N, C, spatial), got {x.ndim}")
    size = x.shape[2:]
    if tau.shape != (len(size), *size):
        raise ValueError(
            f"warp: displacement must have shape {(len(size), *size)}, got {tau.shape} (x.shape={x.shape})"
        )
    source = np.indices(size) - tau
    whole = np.floor(source)
    parts = source - whole
    y = np.zeros_like(x)
    for corner in product((0, 1), repeat=len(size)):
        weight, index = np.ones(size), []
        for along, (bit, n) in enumerate(zip(corner, size, strict=True)):
            weight *= parts[along] if bit else 1 - parts[along]
            index.append(((whole[along] + bit) % n).astype(np.intp))
        y += weight.astype(x.dtype) * x[(slice(None), slice(None), *index)]
    return y


class DeformationSize(NamedTuple):
    """How far a displacement moves anything, and how much it stretches."""

    displacement: float
    gradient: float


def deformation_size(displacement: ArrayLike) -> DeformationSize:
    r"""The size of a deformation: the largest move, and the largest norm of the matrix of differences.

    .. math:: \max_u |\tau(u)|_2 , \qquad \max_u \bigl\lVert \bigl( \tau_a(u + e_b) - \tau_a(u) \bigr)_{a, b}
        \bigr\rVert_2 .

    Parameters
    ----------
    displacement : array_like of float, shape (spatial axes, *spatial)
        :math:`\tau`, in pixels, and periodic.

    Returns
    -------
    displacement, gradient : float
        A translation has the gradient 0.

    Raises
    ------
    ValueError
        If `displacement` is not of floats, not finite, empty, or its first axis is not the number of the others.

    Examples
    --------
    >>> deformation_size(np.full((2, 4, 4), 3.0))
    DeformationSize(displacement=4.242640687119285, gradient=0.0)
    """
    name = "deformation_size"
    (tau,) = as_floats(name, displacement=displacement)
    if tau.ndim < 2 or tau.shape[0] != tau.ndim - 1 or not tau.size:
        raise ValueError(f"{name}: displacement must have shape (spatial axes, *spatial), not empty, got {tau.shape}")
    check_finite(name, "displacement", tau)
    tau = tau.astype(np.float64)
    differences = np.stack([np.roll(tau, -1, axis) - tau for axis in range(1, tau.ndim)], axis=1)
    matrices = np.moveaxis(differences, (0, 1), (-2, -1))
    return DeformationSize(
        float(np.sqrt((tau**2).sum(axis=0)).max()), float(np.linalg.norm(matrices, 2, axis=(-2, -1)).max())
    )


def smooth_displacement(size: Ints, *, amplitude: float, rng: np.random.Generator, frequencies: int = 2) -> np.ndarray:
    r"""Draw a smooth displacement: a trigonometric polynomial of low frequencies.

    .. math:: \tau_a(u) = c \sum_{|k_b| \le K}
        \operatorname{Re}\bigl( z_{a, k}\, e^{2 \pi i \sum_b k_b u_b / n_b} \bigr)

    with independent complex normal numbers z, and c such that the largest move is the amplitude.

    Parameters
    ----------
    size : int or tuple of int
        Spatial size of the images; an integer stands for one axis.
    amplitude : float
        The largest move, :math:`\max_u |\tau(u)|_2`, in pixels.
    rng : numpy.random.Generator
    frequencies : int, default 2
        The number K: periods on an axis, at most. With 0 it is a translation.

    Returns
    -------
    ndarray of float64, shape (spatial axes, *size)

    Raises
    ------
    ValueError
        If a number is out of range, or `rng` is no generator.

    Examples
    --------
    >>> tau = smooth_displacement((28, 28), amplitude=1.5, rng=np.random.default_rng(0))
    >>> tau.shape, round(deformation_size(tau).displacement, 6)
    ((2, 28, 28), 1.5)
    """
    name = "smooth_displacement"
    size = per_axis(name, "size", size, axes(name, size=size), minimum=1)
    check_places(name, f"a displacement of {size=}", (len(size), *size))
    amplitude = number(name, "amplitude", amplitude)
    check_rng(name, rng)
    frequencies = integer(name, "frequencies", frequencies, minimum=0)
    check_places(name, f"the sum over {frequencies=}", (2 * frequencies + 1,) * len(size))
    tau, place = np.zeros((len(size), *size)), np.indices(size)
    for k in product(range(-frequencies, frequencies + 1), repeat=len(size)):
        turns = sum(k_b * u_b / n for k_b, u_b, n in zip(k, place, size, strict=True))
        real, imaginary = rng.standard_normal((2, len(size), *(1,) * len(size)))
        tau += real * np.cos(2 * np.pi * turns) - imaginary * np.sin(2 * np.pi * turns)
    return tau * (amplitude / np.sqrt((tau**2).sum(axis=0)).max())


def translation_bound(kernel: ArrayLike, offset: float | ArrayLike) -> float:
    r"""How much a translation of the input can change what a smoothing filter makes of it, relative to the input.

    For the convolution A with a kernel h, and a translation :math:`S_\tau` by any real numbers of pixels,

    .. math:: \lVert A x - A S_\tau x \rVert_2 \le
        \sum_a |\tau_a|\, \lVert D_a h \rVert_1 \, \lVert x \rVert_2 , \qquad
        (D_a h)[u] = h[u] - h[u - e_a] .

    Parameters
    ----------
    kernel : array_like of float, shape (*kernel)
        The filter h, with zeros around it.
    offset : float, or array_like of float, shape (spatial axes,)
        The translation :math:`\tau`; a number stands for every axis.

    Returns
    -------
    float
        The factor of :math:`\lVert x \rVert_2`.

    Raises
    ------
    ValueError
        If `kernel` is not of floats, not finite or empty, or `offset` does not hold finite real numbers, one for each
        axis.

    See Also
    --------
    warp : whose constant displacements are the translations.

    Notes
    -----
    A translation by a fraction is the convolution with a kernel b, a product over the axes of
    :math:`b_a = (1 - t) \delta_m + t \delta_{m + 1}`, where :math:`\tau_a = m + t`. As
    :math:`h - S_{j e_a} h` is a sum of :math:`|j|` translates of :math:`\pm D_a h`, and :math:`|m|` and
    :math:`|m + 1|`, so weighted, have the mean :math:`|\tau_a|`,

    .. math:: \lVert h - h * b_a \rVert_1 \le \sum_j b_a[j]\, \lVert h - S_{j e_a} h \rVert_1
        \le |\tau_a|\, \lVert D_a h \rVert_1 ,

    and axis after axis :math:`\lVert h - h * b \rVert_1` is at most the sum, because :math:`\lVert b_a \rVert_1 = 1`.
    By Young's inequality the map :math:`A - A S_\tau`, the convolution with :math:`h - h * b`, has at most this norm.

    Without a filter, :math:`h = \delta`, the bound is :math:`2 |\tau|` on one axis, and a translation by one pixel
    attains it: it changes the sign of :math:`\cos \pi u`. Smooth filters have small differences.

    Examples
    --------
    >>> translation_bound(np.full(8, 1 / 8), 1.0)  # the mean of eight changes by two of its terms
    0.25
    """
    name = "translation_bound"
    (kernel,) = as_floats(name, kernel=kernel)
    if kernel.ndim == 0 or kernel.size == 0:
        raise ValueError(f"{name}: kernel must have at least 1 axis and 1 element, got shape {kernel.shape}")
    check_finite(name, "kernel", kernel)
    offset = as_array(name, "offset", offset, "iuf").astype(np.float64)
    check_finite(name, "offset", offset)
    if offset.shape not in ((), (kernel.ndim,)):
        raise ValueError(f"{name}: offset must be a number or have {kernel.ndim} entries, got shape {offset.shape}")
    padded = np.pad(kernel.astype(np.float64), 1)
    changes = [float(np.abs(np.diff(padded, axis=axis)).sum()) for axis in range(kernel.ndim)]
    return float(np.abs(np.broadcast_to(offset, kernel.ndim)) @ changes)

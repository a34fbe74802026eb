r"""Attacks: moves of an input that change its class, found by following the gradient.

What an attack finds is true of the network: the class does change. What it does not find may still be there, so that
it bounds from above what a certificate bounds from below.
"""

from dataclasses import dataclass
from math import cos, inf, pi
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.functional.activation import softmax
from cnn_course.nn.layer import Layer
from cnn_course.stability.tangent import tangent_map
from cnn_course.types import Bounds
from cnn_course.validate import as_array, as_floats, check_choice, check_finite, check_shape, integer, number

LOSSES = ("margin", "cross_entropy")
DOUBLINGS = 20  # of the radius, at most, in the search for one that is large enough
CLOSEST = 1e-6  # between two radii, relative to the larger one, whatever the tolerance
INSIDE = 1 - 1e-6  # of the radius: so that rounding leads to no point outside


def pgd_attack(
    network: Layer,
    images: ArrayLike,
    labels: ArrayLike,
    *,
    radius: float | ArrayLike,
    ord: float = 2,
    steps: int = 40,
    loss: Literal["margin", "cross_entropy"] = "margin",
    bounds: Bounds | None = None,
) -> np.ndarray:
    r"""Move images within a ball so that their classes change, by projected gradient ascent.

    .. math:: x_{t+1} = P\bigl( x_t + \eta_t\, d_t \bigr) , \qquad \eta_t = \tfrac{r}{2} (1 + \cos \tfrac{\pi t}{T}) ,

    where P projects to the ball of radius r around x, and to the box of `bounds`. The direction :math:`d_t` is the
    steepest one for the norm: the gradient divided by its norm for l2, its signs for the maximum norm.

    Parameters
    ----------
    network : Layer
        With outputs (N, classes). It is taken in evaluation mode.
    images : array_like of float, shape (N, ...)
        The network's parameters are converted to their dtype.
    labels : array_like of int, shape (N,)
        The classes that the images are to leave.
    radius : float, or array_like of float, shape (N,)
        One for all images, or one for each.
    ord : 2 or numpy.inf, default 2
        The norm of a move: l2, or the maximum of the absolute values.
    steps : int, default 40
        Number T of steps.
    loss : {'margin', 'cross_entropy'}, default 'margin'
        What is made large: the largest logit of the other classes minus that of the label, or the cross-entropy.
    bounds : (float, float), optional
        The smallest and the largest value that an image may have, such as (0, 1).

    Returns
    -------
    ndarray, the shape and dtype of `images`
        Of all images on the way, the start included, the one with the largest margin of another class. It is in the
        ball up to the rounding of its dtype.

    Raises
    ------
    ValueError
        If the network is not one of layers of this package, its outputs are not (N, classes) with at least two
        classes, an array or a number is out of range, or an image is outside of `bounds`.

    Notes
    -----
    The start is the image itself: nothing is random. Projecting to the ball and then to the box ends in both, because
    the second does not lead away from a point of the box.

    References
    ----------
    Madry, Makelov, Schmidt, Tsipras and Vladu (2018), *Towards deep learning models resistant to adversarial attacks*.

    Examples
    --------
    >>> from cnn_course.nn import Linear
    >>> layer = Linear(2, 2, bias=False, rng=np.random.default_rng(0), dtype=np.float64)
    >>> layer.weight.data[:] = [[1, 0], [0, 1]]
    >>> pgd_attack(layer, np.array([[1.0, 0.0]]), np.array([0]), radius=np.sqrt(2)).round(3)
    array([[0., 1.]])
    """
    images, labels = _operands("pgd_attack", network, images, labels, ord, steps, bounds)
    check_choice("pgd_attack", "loss", loss, LOSSES)
    radius = as_array("pgd_attack", "radius", radius, "iuf").astype(np.float64)
    if radius.ndim:
        check_shape("pgd_attack", "radius", radius, labels.shape)
    if not ((radius >= 0) & (radius < inf)).all():
        raise ValueError(f"pgd_attack: radius must be finite and at least 0, got {radius!r}")
    radius = np.broadcast_to(radius, labels.shape)
    return _ascend("pgd_attack", network, images, labels, radius, ord, steps, loss, bounds)[0]


@dataclass(frozen=True)
class Perturbations:
    """What `smallest_perturbations` has found.

    Attributes
    ----------
    images : ndarray
        The moved images; where nothing was found, the images themselves.
    sizes : ndarray of float64, shape (N,)
        The norms of the moves: 0 where an image has another class to begin with, infinite where nothing was found.
    """

    images: np.ndarray
    sizes: np.ndarray


def smallest_perturbations(
    network: Layer,
    images: ArrayLike,
    labels: ArrayLike,
    *,
    ord: float = 2,
    steps: int = 40,
    bounds: Bounds | None = None,
    tolerance: float = 0.01,
) -> Perturbations:
    """Search for the smallest moves of images that change their classes, by `pgd_attack` and bisection of the radius.

    The attack makes the margin of one class large: that which would be reached first if the network were linear.

    Parameters
    ----------
    network, images, labels, ord, steps, bounds
        As for `pgd_attack`.
    tolerance : float, default 0.01
        Stop when the smallest radius with success is at most 1 + `tolerance` times the largest one without.

    Returns
    -------
    Perturbations
        Its `sizes` bound from above how far each image can be moved without another class: every one of the moved
        images has been given to the network. That there is no smaller move is not said.

    Raises
    ------
    ValueError
        As `pgd_attack`.

    Examples
    --------
    >>> from cnn_course.nn import Linear
    >>> layer = Linear(2, 2, bias=False, rng=np.random.default_rng(0), dtype=np.float64)
    >>> layer.weight.data[:] = [[1, 0], [0, 1]]
    >>> found = smallest_perturbations(layer, np.array([[1.0, 0.0]]), np.array([0]))
    >>> found.sizes.round(2), found.images.round(2)  # the nearest point of the other class is (1/2, 1/2)
    (array([0.71]), array([[0.5, 0.5]]))
    """
    name = "smallest_perturbations"
    images, labels = _operands(name, network, images, labels, ord, steps, bounds)
    tolerance = number(name, "tolerance", tolerance)

    near = tangent_map(name, network, images)
    margin, _ = _margin(near.output, labels)
    # the rival whose class is nearest, and how near, if the network were linear
    distances = []
    for rival in range(near.output.shape[1]):
        slope = _norms(near.vjp(_gradient(near.output, rival) - _gradient(near.output, labels)), 1 if ord == inf else 2)
        gap = near.output[np.arange(len(labels)), labels] - near.output[:, rival].astype(np.float64)
        distances.append(np.where((labels != rival) & (slope > 0), gap / np.where(slope > 0, slope, 1), inf))
    rivals, trial = np.argmin(distances, axis=0), np.min(distances, axis=0)
    low = np.zeros(len(images))
    trial = np.where(np.isfinite(trial), 1.05 * trial, 1.0)
    trial = np.where(trial > 0, trial, 1e-6)
    found, sizes, high = images.copy(), np.where(margin > 0, 0.0, inf), np.where(margin > 0, 0.0, inf)

    def attack(which, radius):
        """Try these radii, keep what is found, and move one end of each interval."""
        options = (ord, steps, "margin", bounds, rivals[which])
        moved, margins = _ascend(name, network, images[which], labels[which], radius, *options)
        moves = _norms(moved.astype(np.float64) - images[which], ord)
        better = (margins > 0) & (moves < sizes[which])
        found[which[better]], sizes[which[better]] = moved[better], moves[better]
        high[which[margins > 0]] = radius[margins > 0]
        low[which[margins <= 0]] = radius[margins <= 0]

    for _ in range(DOUBLINGS):
        which = np.flatnonzero(np.isinf(high))
        if not which.size:
            break
        attack(which, trial[which])
        trial *= 2
    while True:
        which = np.flatnonzero(np.isfinite(high) & (high > (1 + tolerance) * low) & (high - low > CLOSEST * high))
        if not which.size:
            return Perturbations(found, sizes)
        attack(which, (low[which] + high[which]) / 2)


def _operands(function, network, images, labels, ord, steps, bounds):
    """Check what both functions take, and return images and labels as arrays."""
    (images,), labels = as_floats(function, images=images), as_array(function, "labels", labels, "iu")
    check_finite(function, "images", images)
    if images.ndim < 2:
        raise ValueError(f"{function}: images must have at least 2 axes, got {images.ndim}")
    check_shape(function, "labels", labels, images.shape[:1])
    if isinstance(ord, bool) or not isinstance(ord, int | float) or ord not in (2, inf):
        raise ValueError(f"{function}: ord must be 2 or numpy.inf, got {ord!r}")
    integer(function, "steps", steps, minimum=1)
    if bounds is not None:
        limits = as_array(function, "bounds", bounds, "iuf")
        if limits.shape != (2,) or not limits[0] < limits[1]:
            raise ValueError(f"{function}: bounds must be two numbers, the smaller one first, got {bounds!r}")
        if images.size and not (limits[0] <= images.min() and images.max() <= limits[1]):
            raise ValueError(
                f"{function}: images must have values within bounds={bounds}, "
                f"got values from {images.min()} to {images.max()}"
            )
    logits = tangent_map(function, network, images[:1]).output
    if logits.ndim != 2 or logits.shape[1] < 2:
        raise ValueError(
            f"{function}: network must have outputs (N, classes) with at least 2 classes, got shape {logits.shape}"
        )
    if labels.size and not (labels.min() >= 0 and labels.max() < logits.shape[1]):
        raise ValueError(
            f"{function}: labels must be classes from 0 to {logits.shape[1] - 1}, "
            f"got classes from {labels.min()} to {labels.max()}"
        )
    return images, labels.astype(np.intp)


def _ascend(function, network, images, labels, radius, ord, steps, loss, bounds, rivals=None):
    """The best images on the way, and the margins by which another class has their largest logit.

    The loss "margin" is that of the largest other class, or where `rivals` are given, of these.
    """
    start, radius = images.astype(np.float64), INSIDE * radius.reshape(-1, *(1,) * (images.ndim - 1))
    rows = np.arange(len(images))
    best, best_margin, current = images.copy(), np.full(len(images), -inf), images
    for step in range(steps + 1):
        near = tangent_map(function, network, current)
        margin, _ = _margin(near.output, labels)
        better = margin > best_margin
        best[better], best_margin[better] = current[better], margin[better]
        if step == steps:
            return best, best_margin
        if loss == "cross_entropy":
            gradient = softmax(near.output)
            # minus the sum of the others: 1 less is exactly 0 for a class that is all but certain
            gradient[rows, labels] = 0
            gradient[rows, labels] = -gradient.sum(axis=1)
        else:
            gradient = _gradient(near.output, _margin(near.output, labels)[1] if rivals is None else rivals)
            gradient -= _gradient(near.output, labels)
        uphill = near.vjp(gradient).astype(np.float64)
        rate = radius * (1 + cos(pi * step / steps)) / 2
        move = current + rate * (np.sign(uphill) if ord == inf else _divided(uphill)) - start
        if ord == inf:
            move = np.clip(move, -radius, radius)
        else:
            move *= np.minimum(1, radius / np.maximum(_keeping(_norms(move, 2), move), 1e-300))
        current = start + move
        if bounds is not None:
            current = np.clip(current, *bounds)
        current = current.astype(images.dtype)


def _margin(logits, labels):
    """The largest other logit minus that of the label, in float64, and the class that has it."""
    rows, others = np.arange(len(labels)), logits.astype(np.float64)
    others[rows, labels] = -inf
    rivals = others.argmax(axis=1)
    return others[rows, rivals] - logits[rows, labels], rivals


def _gradient(logits, classes):
    """The gradient of the logits of these classes in all logits."""
    return np.eye(logits.shape[1], dtype=logits.dtype)[classes]


def _norms(moves, ord):
    sizes, axes = np.abs(moves.astype(np.float64)), tuple(range(1, moves.ndim))
    if ord == 2:
        return np.sqrt((sizes**2).sum(axis=axes))
    return sizes.sum(axis=axes) if ord == 1 else sizes.max(axis=axes, initial=0)


def _keeping(values, moves):
    return values.reshape(-1, *(1,) * (moves.ndim - 1))


def _divided(gradients):
    """The gradients divided by their norms; zeros stay."""
    norms = _keeping(_norms(gradients, 2), gradients)
    return gradients / np.where(norms > 0, norms, 1)

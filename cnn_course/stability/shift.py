r"""How much a circular shift of the input changes: of classes, of outputs, and of how outputs follow the shift.

Images are periodic here, :math:`(S_\tau x)[u] = x[(u - \tau) \bmod n]` on every spatial axis, so that a shift loses
nothing at a border and what changes is due to the map.
"""

from math import inf

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.nn.layer import Layer
from cnn_course.stability.tangent import tangent_map
from cnn_course.types import ArrayMap, Ints
from cnn_course.validate import as_array, as_floats, axes, check_callable, check_finite, entries, per_axis


def shift_consistency(network: Layer, images: ArrayLike, offsets: ArrayLike) -> float:
    r"""The share of shifts that leave the class of an image as it is.

    .. math:: \frac{1}{N K} \, \bigl| \{ (n, k) : \operatorname{class}(S_{\tau_k} x_n) =
        \operatorname{class}(x_n) \} \bigr| .

    Parameters
    ----------
    network : Layer
        With outputs (N, classes). It is taken in evaluation mode.
    images : array_like of float, shape (N, C, *spatial)
    offsets : array_like of int, shape (K, spatial axes)
        The shifts :math:`\tau`, each of which is applied to all images.

    Returns
    -------
    float
        1 where no shift makes a difference.

    Raises
    ------
    ValueError
        If `network` is not one of layers of this package, its outputs have not two axes, `images` is not of floats, has
        no spatial axis or is empty, or `offsets` is not of integers or has another shape.

    References
    ----------
    Zhang (2019), *Making convolutional networks shift-invariant again*, section 4.1, compares two random shifts.

    Examples
    --------
    >>> from cnn_course.nn import Flatten, GlobalAvgPool, Sequential
    >>> images = np.eye(2).reshape(1, 2, 2, 1)
    >>> shift_consistency(Flatten(), images, [[0, 0], [1, 0]])  # the class is where the 1 stands
    0.5
    >>> shift_consistency(Sequential(GlobalAvgPool(), Flatten()), images, [[0, 0], [1, 0]])
    1.0
    """
    name = "shift_consistency"
    images = _images(name, "images", images)
    if not len(images):
        raise ValueError(f"{name}: images must hold at least 1 image, got 0")
    offsets = as_array(name, "offsets", offsets, "iu")
    if offsets.ndim != 2 or not len(offsets) or offsets.shape[1] != images.ndim - 2:
        raise ValueError(
            f"{name}: offsets must have shape (shifts, {images.ndim - 2}) with at least 1 shift, got {offsets.shape}"
        )
    before = _classes(name, network, images)
    same = [_classes(name, network, _rolled(images, offset)) == before for offset in offsets.tolist()]
    return float(np.mean(same))


def shift_change(transform: ArrayMap, x: ArrayLike, offset: Ints) -> float:
    r"""How much a shift of the input changes the output, relative to the output: 0 for a map that is invariant.

    .. math:: \frac{\lVert f(S_\tau x) - f(x) \rVert_2}{\lVert f(x) \rVert_2} .

    Parameters
    ----------
    transform : callable
        The map :math:`f` of arrays, such as a network.
    x : array_like of float, shape (N, C, *spatial)
    offset : int or tuple of int
        The shift :math:`\tau`; an integer stands for every spatial axis.

    Returns
    -------
    float
        0 where both norms are 0, infinite where only that of the output is.

    Raises
    ------
    ValueError
        If `transform` cannot be called or returns no numbers, `x` is not of floats or has no spatial axis, or `offset`
        is not made of integers.

    Examples
    --------
    >>> from cnn_course.nn import GlobalAvgPool, MaxPool1d
    >>> x = np.array([[[4.0, 3.0, 0.0, 0.0]]])
    >>> shift_change(GlobalAvgPool(), x, 1), shift_change(MaxPool1d(2), x, 1)
    (0.0, 0.75)
    """
    name = "shift_change"
    x, offset = _moved_operands(name, transform, x, offset)
    there, here = (_image(name, transform, y) for y in (_rolled(x, offset), x))
    return _relative(name, there, here)


def stride_equivariance_defect(transform: ArrayMap, x: ArrayLike, offset: Ints, *, stride: Ints) -> float:
    r"""How far a map with a stride is from following a shift, relative to its output.

    .. math:: \frac{\lVert f(S_\tau x) - S_{\tau / s} f(x) \rVert_2}{\lVert f(x) \rVert_2} .

    Parameters
    ----------
    transform : callable
        The map :math:`f`, from (N, C, *spatial) to an array with as many axes whose sizes are those divided by the
        stride.
    x : array_like of float, shape (N, C, *spatial)
    offset : int or tuple of int
        The shift :math:`\tau` of the input; an integer stands for every spatial axis.
    stride : int or tuple of int
        The stride :math:`s` of the map, on every axis or on each.

    Returns
    -------
    float
        0 where both norms are 0, infinite where only that of the output is.

    Raises
    ------
    ValueError
        As `shift_change`, and if a stride is below 1, or the output has other sizes.

    Notes
    -----
    Where :math:`\tau / s` is no integer, the output is shifted by the phases of its DFT: what stands between its
    places is that trigonometric polynomial through its values which has no higher frequencies. For shifts by multiples
    of the stride a circular layer has the defect 0. For others the defect measures aliasing: a subsampled signal can be
    shifted by a fraction if it had no frequencies from half of the new rate on.

    Examples
    --------
    >>> from cnn_course.nn import BlurPool2d, MaxPool2d
    >>> x = np.zeros((1, 1, 8, 8))
    >>> x[..., 2:5] = 1
    >>> pool, blur = MaxPool2d(2), BlurPool2d(4, padding_mode="circular")
    >>> [round(stride_equivariance_defect(f, x, (0, 1), stride=2), 2) for f in (pool, blur)]
    [0.54, 0.12]
    >>> round(stride_equivariance_defect(pool, x, (0, 2), stride=2), 9)
    0.0
    """
    name = "stride_equivariance_defect"
    x, offset = _moved_operands(name, transform, x, offset)
    stride = per_axis(name, "stride", stride, x.ndim - 2, minimum=1)
    there, here = (_image(name, transform, y) for y in (_rolled(x, offset), x))
    size = here.shape[2:]
    if here.ndim != x.ndim or any(n != m * s for n, m, s in zip(x.shape[2:], size, stride, strict=True)):
        raise ValueError(
            f"{name}: stride must divide the sizes of x into those of the output, "
            f"got stride={stride} from {x.shape[2:]} to {size}"
        )
    spatial = tuple(range(2, x.ndim))
    spectrum = np.fft.fftn(here.astype(np.float64), axes=spatial)
    for axis, (n, tau, s) in enumerate(zip(size, offset, stride, strict=True), start=2):
        phases = np.exp(-2j * np.pi * np.fft.fftfreq(n) * (tau % (n * s) / s))  # n s is the whole circle
        spectrum *= phases.reshape(-1, *(1,) * (x.ndim - 1 - axis))
    return _relative(name, there, np.fft.ifftn(spectrum, axes=spatial).real, np.linalg.norm(here.ravel()))


def _images(function, name, images):
    (images,) = as_floats(function, **{name: images})
    check_finite(function, name, images)
    if images.ndim < 3:
        raise ValueError(f"{function}: {name} must have at least 3 axes (N, C, spatial), got {images.ndim}")
    return images


def _moved_operands(function, transform, x, offset):
    check_callable(function, transform=transform)
    x = _images(function, "x", x)
    if entries(offset) is not None:
        axes(function, offset=offset)  # says that there must be an entry
    return x, per_axis(function, "offset", offset, x.ndim - 2)


def _rolled(x, offset):
    # the remainders, because NumPy takes no shifts beyond 64 bits
    return np.roll(
        x, [o % n if n else 0 for o, n in zip(offset, x.shape[2:], strict=True)], axis=tuple(range(2, x.ndim))
    )


def _image(function, transform, x):
    image = as_array(function, "what transform returns", transform(x), "iuf")
    return image.astype(np.float64)


def _classes(function, network, images):
    logits = tangent_map(function, network, images).output
    if logits.ndim != 2:
        raise ValueError(f"{function}: network must have outputs (N, classes), got shape {logits.shape}")
    return logits.argmax(axis=1)


def _relative(function, there, expected, scale=None):
    if there.shape != expected.shape:
        raise ValueError(f"{function}: what transform returns must keep its shape, got {there.shape}, {expected.shape}")
    scale = np.linalg.norm(expected.ravel()) if scale is None else scale
    change = np.linalg.norm((there - expected).ravel())
    return float(change / scale) if scale else (inf if change else 0.0)

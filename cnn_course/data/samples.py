"""Real data for the chapters."""

import numpy as np

from cnn_course.shape import integer
from cnn_course.validate import check_rng

PHOTOGRAPHS = ("china", "flower")


def photograph(name):
    """One of the two colour photographs that travel inside scikit-learn.

    Parameters
    ----------
    name : {'china', 'flower'}
        A Chinese temple, or a dahlia.

    Returns
    -------
    ndarray of float64, shape (427, 640, 3)
        Rows, columns and the colours red, green and blue, from 0 to 1.

    Raises
    ------
    ValueError
        If there is no such photograph.

    Examples
    --------
    >>> photograph("flower").shape
    (427, 640, 3)
    """
    if name not in PHOTOGRAPHS:
        raise ValueError(f"photograph: name must be one of {PHOTOGRAPHS}, got {name!r}")
    from sklearn.datasets import load_sample_image  # slow to import, and only needed here

    return load_sample_image(f"{name}.jpg") / 255


def to_gray(image):
    """Luminance of a colour image: the weights of red, green and blue are those of ITU-R BT.601.

    Parameters
    ----------
    image : array_like, shape (H, W, 3)

    Returns
    -------
    ndarray, shape (H, W)
        Of the dtype of `image`, if that is a floating one; float32 for bytes.

    Raises
    ------
    ValueError
        If the last axis does not hold three colours.

    Examples
    --------
    >>> to_gray(np.ones((1, 2, 3)))
    array([[1., 1.]])
    """
    image = np.asarray(image)
    if image.ndim != 3 or image.shape[-1] != 3:
        raise ValueError(f"to_gray: image must have shape (H, W, 3), got {image.shape}")
    dtype = image.dtype if np.issubdtype(image.dtype, np.floating) else np.result_type(image.dtype, np.float32)
    return image @ np.array([0.299, 0.587, 0.114], dtype=dtype)


def digits():
    """The 1797 handwritten digits of 8 x 8 pixels that travel inside scikit-learn.

    Returns
    -------
    images : ndarray of float32, shape (1797, 1, 8, 8)
        From 0, the paper, to 1, the ink.
    labels : ndarray of int64, shape (1797,)

    References
    ----------
    The test set of Alpaydin and Kaynak, Optical recognition of handwritten digits, 1998, UCI machine learning
    repository.

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, labels[:5]
    ((1797, 1, 8, 8), array([0, 1, 2, 3, 4]))
    """
    from sklearn.datasets import load_digits  # slow to import

    data = load_digits()
    return (data.images[:, None] / 16).astype(np.float32), data.target.astype(np.int64)


SHAPES = ("square", "disc", "triangle", "cross")


def shapes(count, *, size=32, rng):
    r"""Images of a white shape on black, of random kind, place and radius.

    In coordinates :math:`u` to the right and :math:`v` downwards from the shape's centre, in units of its radius,

    ======== ========================================================================
    square   :math:`\max(|u|, |v|) \le 1`
    disc     :math:`u^2 + v^2 \le 1`
    triangle :math:`2 |u| - 1 \le v \le 1`
    cross    :math:`\min(|u|, |v|) \le \tfrac13` and :math:`\max(|u|, |v|) \le 1`
    ======== ========================================================================

    Parameters
    ----------
    count : int
        Number of images.
    size : int, default 32
        Number of rows and of columns, at least 16: smaller shapes look alike.
    rng : numpy.random.Generator
        Draws kinds, radii from `size` / 6 to `size` / 3, and places where the shape is wholly inside.

    Returns
    -------
    images : ndarray of float32, shape (count, 1, size, size)
        Zeros and ones.
    labels : ndarray of int64, shape (count,)
        Positions in the table above, from 0.

    Raises
    ------
    ValueError
        If `count` is below 1, or `size` below 16, or `rng` is no generator.

    Examples
    --------
    >>> images, labels = shapes(5, rng=np.random.default_rng(0))
    >>> images.shape, labels
    ((5, 1, 32, 32), array([3, 2, 2, 1, 1]))
    """
    count = integer("shapes", "count", count, minimum=1)
    size = integer("shapes", "size", size, minimum=16)
    check_rng("shapes", rng)
    labels = rng.integers(len(SHAPES), size=count)
    radius = rng.uniform(size / 6, size / 3, (count, 1, 1))
    row, column = rng.uniform(radius, size - radius, (2, count, 1, 1))
    pixel = np.arange(size) + 0.5
    u, v = (pixel[None, None, :] - column) / radius, (pixel[None, :, None] - row) / radius
    far, near = np.maximum(abs(u), abs(v)), np.minimum(abs(u), abs(v))
    kinds = (far <= 1, u**2 + v**2 <= 1, (2 * abs(u) - 1 <= v) & (v <= 1), (near <= 1 / 3) & (far <= 1))
    images = np.choose(labels[:, None, None], np.broadcast_arrays(*kinds))
    return images[:, None].astype(np.float32), labels

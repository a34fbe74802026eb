"""Drawn images: shapes to be told apart, as many as one wants."""

import numpy as np

from cnn_course.validate import check_places, check_rng, integer

SHAPES = ("square", "disc", "triangle", "cross")


def shapes(count: int, *, size: int = 32, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
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
        If `count` is below 1, or `size` below 16, or both make 2^31 pixels or more, or `rng` is no generator.

    Examples
    --------
    >>> images, labels = shapes(5, rng=np.random.default_rng(0))
    >>> images.shape, labels
    ((5, 1, 32, 32), array([3, 2, 2, 1, 1]))
    """
    count = integer("shapes", "count", count, minimum=1)
    size = integer("shapes", "size", size, minimum=16)
    check_rng("shapes", rng)
    check_places("shapes", f"the images (count={count}, size={size})", (count, size, size))
    labels = rng.integers(len(SHAPES), size=count)
    radius = rng.uniform(size / 6, size / 3, (count, 1, 1))
    row, column = rng.uniform(radius, size - radius, (2, count, 1, 1))
    pixel = np.arange(size) + 0.5
    u, v = (pixel[None, None, :] - column) / radius, (pixel[None, :, None] - row) / radius
    far, near = np.maximum(abs(u), abs(v)), np.minimum(abs(u), abs(v))
    kinds = (far <= 1, u**2 + v**2 <= 1, (2 * abs(u) - 1 <= v) & (v <= 1), (near <= 1 / 3) & (far <= 1))
    images = np.choose(labels[:, None, None], np.broadcast_arrays(*kinds))
    return images[:, None].astype(np.float32), labels

"""Random changes of images that leave their classes as they are, for the `augment` of `fit`."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from cnn_course.validate import as_array, check_layout, check_rng, integer


def random_shifts(images: ArrayLike, rng: np.random.Generator, *, reach: int = 2) -> np.ndarray:
    r"""Shift each image by whole pixels, by an offset of its own; zeros come in from outside.

    .. math:: y[n, c, i, j] = x[n, c, i - a_n, j - b_n] , \qquad
        a_n, b_n \text{ independent and uniform on } \{-r, \dots, r\} .

    Parameters
    ----------
    images : array_like, shape (N, C, H, W)
    rng : numpy.random.Generator
        Draws the offsets: first all of the rows, then all of the columns.
    reach : int, default 2
        The largest shift r.

    Returns
    -------
    ndarray, the shape and dtype of `images`

    Raises
    ------
    ValueError
        If `images` does not hold numbers or has another number of axes, `reach` is negative or as large as the images
        are, or `rng` is no generator.

    Notes
    -----
    Every value is copied, none computed. All channels of an image move together.

    Examples
    --------
    >>> image = np.array([[[[0, 0, 0], [0, 5, 6], [0, 8, 9]]]])
    >>> random_shifts(image, np.random.default_rng(4), reach=1)
    array([[[[0, 0, 0],
             [0, 0, 0],
             [0, 0, 5]]]])
    """
    images = as_array("random_shifts", "images", images)
    check_layout("random_shifts", "images", images, "N C H W")
    check_rng("random_shifts", rng)
    reach = integer("random_shifts", "reach", reach, minimum=0)
    count, _, height, width = images.shape
    if reach >= min(height, width):
        raise ValueError(f"random_shifts: reach must be below the size {(height, width)} of the images, got {reach}")
    padded = np.pad(images, ((0, 0), (0, 0), (reach, reach), (reach, reach)))
    places = sliding_window_view(padded, (height, width), axis=(2, 3))  # (N, C, 2r + 1, 2r + 1, H, W)
    down, right = rng.integers(-reach, reach + 1, size=(2, count))
    return places[np.arange(count), :, reach - down, reach - right]

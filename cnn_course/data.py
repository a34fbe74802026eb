"""Real data for the chapters."""

import numpy as np

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
        Of the dtype of `image`, if that is a floating one.

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
    return image @ np.array([0.299, 0.587, 0.114], dtype=np.result_type(image.dtype, np.float32))

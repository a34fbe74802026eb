"""Real images that travel inside scikit-learn: two photographs, and handwritten digits."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.optional import needs
from cnn_course.validate import as_array, check_choice, check_precision

PHOTOGRAPHS = ("china", "flower")


def photograph(name: Literal["china", "flower"]) -> np.ndarray:
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
    ImportError
        If scikit-learn is not installed.

    Examples
    --------
    >>> photograph("flower").shape
    (427, 640, 3)
    """
    check_choice("photograph", "name", name, PHOTOGRAPHS)
    with needs("photograph", "scikit-learn", "data"):
        from sklearn.datasets import load_sample_image  # slow to import, and only needed here

    return load_sample_image(f"{name}.jpg") / 255


def to_gray(image: ArrayLike) -> np.ndarray:
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
        If `image` does not hold real numbers or is of float16, or its last axis not three colours.

    Examples
    --------
    >>> to_gray(np.ones((1, 2, 3)))
    array([[1., 1.]])
    """
    image = as_array("to_gray", "image", image, "biuf")
    check_precision("to_gray", "image", image.dtype)
    if image.ndim != 3 or image.shape[-1] != 3:
        raise ValueError(f"to_gray: image must have shape (H, W, 3), got {image.shape}")
    dtype = image.dtype if np.issubdtype(image.dtype, np.floating) else np.result_type(image.dtype, np.float32)
    return image @ np.array([0.299, 0.587, 0.114], dtype=dtype)


def digits() -> tuple[np.ndarray, np.ndarray]:
    """The 1797 handwritten digits of 8 x 8 pixels that travel inside scikit-learn.

    Returns
    -------
    images : ndarray of float32, shape (1797, 1, 8, 8)
        From 0, the paper, to 1, the ink.
    labels : ndarray of int64, shape (1797,)

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

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
    with needs("digits", "scikit-learn", "data"):
        from sklearn.datasets import load_digits  # slow to import

    data = load_digits()
    return (data.images[:, None] / 16).astype(np.float32), data.target.astype(np.int64)

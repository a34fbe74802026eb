"""The photographs are the ones that scikit-learn carries, and gray is their luminance."""

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_sample_images

from cnn_course import photograph, to_gray


@pytest.mark.parametrize("name", ["china", "flower"])
def test_photographs_reach_from_0_to_1(name):
    image = photograph(name)
    assert image.shape == (427, 640, 3)
    assert image.dtype == np.float64
    assert image.min() == 0
    assert image.max() == 1


def test_photographs_are_told_apart_by_their_names():
    files = load_sample_images()
    for path, image in zip(files.filenames, files.images, strict=True):
        name = path.removesuffix(".jpg").rpartition("/")[2]
        # one division by 255, undone by one product: at most two roundings of a number below 256
        assert_allclose(photograph(name) * 255, image, rtol=0, atol=256 * 2**-52)


def test_to_gray_weighs_red_green_and_blue():
    red, green, blue = np.eye(3)
    assert_array_equal(to_gray(np.array([[red, green, blue]])), [[0.299, 0.587, 0.114]])


def test_to_gray_keeps_white_white():
    # three weights that sum to 1 up to rounding
    assert_allclose(to_gray(np.ones((2, 5, 3))), np.ones((2, 5)), rtol=2**-51)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_to_gray_keeps_the_dtype(dtype):
    assert to_gray(np.ones((2, 3, 3), dtype)).dtype == dtype


def test_to_gray_writes_nothing_and_takes_lists():
    image = np.arange(18.0).reshape(2, 3, 3)
    image.flags.writeable = False
    # a matrix product may add its three terms in another order: two roundings
    assert_allclose(to_gray(image.tolist()), to_gray(image), rtol=2**-51)


def test_to_gray_of_bytes():
    gray = to_gray(np.array([[[10, 20, 30]]], np.uint8))
    assert gray.dtype == np.float32
    assert_allclose(gray, [[0.299 * 10 + 0.587 * 20 + 0.114 * 30]], rtol=1e-6)  # a few roundings of float32


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.ones((3, 5)), "image must have shape (H, W, 3), got (3, 5)"),
        (np.ones((3, 5, 4)), "image must have shape (H, W, 3), got (3, 5, 4)"),
        (np.ones((1, 3, 5, 3)), "image must have shape (H, W, 3), got (1, 3, 5, 3)"),
    ],
)
def test_images_that_are_not_of_colours(image, message):
    with raises(f"to_gray: {message}"):
        to_gray(image)


def test_a_photograph_that_is_not_there():
    with raises("photograph: name must be 'china' or 'flower', got 'cat'"):
        photograph("cat")

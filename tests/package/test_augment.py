"""Random shifts move images by whole pixels, each by an offset of its own, all offsets equally often."""

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_array_equal

from cnn_course.data.augment import random_shifts


def shifted(image, down, right):
    """One image (C, H, W), pixel by pixel by the definition."""
    result = np.zeros_like(image)
    _, height, width = image.shape
    for i in range(height):
        for j in range(width):
            if 0 <= i - down < height and 0 <= j - right < width:
                result[:, i, j] = image[:, i - down, j - right]
    return result


@pytest.mark.parametrize("reach", [0, 1, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
def test_every_image_is_shifted_by_its_own_offset(reach, dtype):
    images = np.random.default_rng(0).integers(1, 255, (7, 2, 5, 11)).astype(dtype)
    result = random_shifts(images, np.random.default_rng(3), reach=reach)
    down, right = np.random.default_rng(3).integers(-reach, reach + 1, size=(2, 7))  # rows first, as the docstring says
    assert_array_equal(result, [shifted(*of) for of in zip(images, down, right, strict=True)], strict=False)
    assert result.dtype == dtype
    assert len(set(zip(down, right, strict=True))) > 1 or reach == 0


def test_all_offsets_are_equally_frequent():
    """Of 25 offsets, the chi-squared statistic has 24 degrees of freedom: it exceeds 60 once in 16,000 times."""
    count, image = 5000, np.zeros((1, 1, 7, 7), np.float32)
    image[0, 0, 3, 3] = 1
    result = random_shifts(np.broadcast_to(image, (count, 1, 7, 7)), np.random.default_rng(0), reach=2)
    found = result.sum(axis=(0, 1))[1:6, 1:6]
    assert found.sum() == count
    assert ((found - count / 25) ** 2 / (count / 25)).sum() < 60


def test_the_images_that_are_given_stay_as_they_are():
    images = np.ones((2, 1, 3, 3))
    result = random_shifts(images, np.random.default_rng(0), reach=0)
    result[...] = 0
    assert (images == 1).all()
    assert random_shifts(images[:0], np.random.default_rng(0)).shape == (0, 1, 3, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"images": np.ones((2, 3, 4))}, "random_shifts: images must have 4 axes (N, C, H, W), got 3"),
        ({"rng": 0}, "random_shifts: rng must be a numpy.random.Generator, got 0"),
        ({"reach": -1}, "random_shifts: reach must be at least 0, got -1"),
        ({"reach": 3}, "random_shifts: reach must be below the size (3, 4) of the images, got 3"),
    ],
)
def test_errors(changes, message):
    with raises(message):
        random_shifts(**({"images": np.ones((2, 1, 3, 4)), "rng": np.random.default_rng(0)} | changes))

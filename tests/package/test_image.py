"""A picture shows what its numbers are, not with which rounding errors they were computed."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnn_course import draw


def svg(array, **options):
    figure, ax = plt.subplots()
    draw.image(array, ax=ax, **options)
    text = draw.to_svg(figure)
    plt.close(figure)
    return text


@pytest.mark.parametrize("limit", [None, 1, 3])
def test_rounding_errors_are_not_seen(limit):
    rng = np.random.default_rng(0)
    array = rng.integers(-4, 5, (30, 40)) / 4
    with plt.rc_context({"svg.hashsalt": "one"}):
        assert svg(array, limit=limit) == svg(array + 1e-13 * rng.standard_normal(array.shape), limit=limit)
        assert svg(array, limit=limit) != svg(array + 0.02, limit=limit)

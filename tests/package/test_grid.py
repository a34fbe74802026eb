"""A grid shows numbers as they are meant: no rounding error, and no sign of a zero, is seen."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnn_course import draw


def shown(array, **options):
    """The numbers in the cells of a grid, row by row."""
    figure, ax = plt.subplots()
    texts = [text.get_text() for text in draw.grid(np.array(array), ax=ax, color=draw.INPUT, **options).texts]
    plt.close(figure)
    return texts


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        ([[1, -2], [30, 0]], ["1", "−2", "30", "0"]),  # noqa: RUF001
        ([0.5, 1 / 3, -2.0], ["0.5", "0.333333", "−2"]),  # noqa: RUF001
        ([0.1 + 0.2 - 0.3, 1.0], ["0", "1"]),
        ([-1e-17, -0.0, 4.0], ["0", "0", "4"]),
        ([1e-17, 2e-17], ["1e−17", "2e−17"]),  # noqa: RUF001
        ([0.0, 0.0], ["0", "0"]),
        ([1e-310, 1e-320], ["0", "0"]),
        ([1e300, 1.0], ["1e+300", "0"]),
        ([np.nan, np.inf, 0.25], ["nan", "inf", "0.25"]),
        (np.float32([0.1, 1.0, 1e-9]), ["0.1", "1", "0"]),
    ],
)
def test_the_numbers_of_a_grid(array, expected):
    assert shown(array) == expected


@pytest.mark.parametrize("number", [0.1234565, 2.5, 1e5 + 0.25, 1 / 7])
def test_last_bits_are_not_seen(number):
    """Six digits end at half a unit of the last one, where a neighbour could be rounded the other way."""
    steps = number * (1 + np.arange(-4, 5) * np.finfo(float).eps)
    assert len({*shown(steps)}) == 1


def test_blank_cells_have_no_number():
    assert shown([1.0, 2.0, 3.0], blank=np.array([False, True, False])) == ["1", "3"]

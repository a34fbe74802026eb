"""Feature maps are drawn to scale, with their shapes, and a window where it is."""

import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from cnn_course import draw


@pytest.fixture
def ax():
    """Axes that are closed afterwards."""
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def sides(ax, color):
    """Width and height of the sheets of a colour."""
    patches = [p for p in ax.patches if isinstance(p, Rectangle) and to_hex(p.get_edgecolor()) == color.lower()]
    return [(round(p.get_width(), 3), round(p.get_height(), 3)) for p in patches]


def test_each_map_is_to_scale_and_has_its_shape_below(ax):
    draw.maps([(2, 20, 40), (1, 10, 30), (7,)], ax=ax, titles=["first", "second"])
    assert sides(ax, draw.INPUT) == [(1.0, 0.5)] * 2
    assert sides(ax, draw.OUTPUT)[0] == (0.75, 0.25)
    texts = [text.get_text() for text in ax.texts if text.get_text()]
    assert texts == ["2\n20 × 40", "first", "1\n10 × 30", "second", "7"]  # noqa: RUF001


@pytest.mark.parametrize(("channels", "sheets"), [(1, 1), (2, 2), (3, 3), (8, 5), (64, 8), (512, 11)])
def test_the_number_of_sheets_grows_slowly(ax, channels, sheets):
    draw.maps([(channels, 5, 5)], ax=ax)
    assert len(sides(ax, draw.INPUT)) == sheets


def test_a_window_stands_where_its_pixels_are(ax):
    draw.maps([(3, 10, 20)], ax=ax, windows={0: (2, 5, 3, 4)})
    window = ax.patches[-1]
    assert window.get_xy() == pytest.approx((0.25, 0.25 - 5 * 0.05))
    assert (window.get_width(), window.get_height()) == pytest.approx((0.2, 0.15))


def test_stacks_do_not_touch(ax):
    draw.maps([(3, 10, 20), (5, 8, 8)], ax=ax)
    first = max(p.get_x() + p.get_width() for p in ax.patches if to_hex(p.get_edgecolor()) == draw.INPUT.lower())
    second = min(p.get_x() for p in ax.patches if to_hex(p.get_edgecolor()) == draw.OUTPUT.lower())
    assert second > first


def test_a_gap_stands_between_stacks_and_titles_in_its_middle(ax):
    draw.maps([(1, 10, 20), (1, 8, 8)], ax=ax, titles=["conv"], gap=0.9)
    first, second = (p for p in ax.patches[1::2])
    assert second.get_x() - first.get_x() - first.get_width() == pytest.approx(0.9)
    (title,) = [text for text in ax.texts if text.get_text() == "conv"]
    assert title.get_position()[0] == pytest.approx(1 + 0.45)

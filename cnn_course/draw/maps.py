"""Feature maps as stacks of sheets, in the order in which they come out of each other."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cnn_course.draw.style import INK, INPUT, OUTPUT, PAPER

LEAST = 0.12  # side of a sheet that is drawn, where the largest is 1
STEP = 0.06  # from a sheet to the next one, to the right and upwards


def maps(
    shapes: Sequence[tuple[int, ...]],
    *,
    ax: Axes,
    titles: Sequence[str] = (),
    colors: Sequence[str] = (),
    windows: Mapping[int, tuple[int, int, int, int]] | None = None,
    gap: float = 0.45,
) -> Axes:
    """Draw feature maps from left to right, each as a stack of sheets, with its channels and its size below.

    Heights and widths are to scale, but no side is drawn smaller than about an eighth of the largest one. The number of
    sheets grows with the logarithm of the number of channels: 1, 3, 5, 8 and 11 for 1, 3, 8, 64 and 512.

    Parameters
    ----------
    shapes : sequence of (channels, height, width) or (features,)
        A vector is drawn as a column.
    ax : matplotlib.axes.Axes
    titles : sequence of str, optional
        What leads from each one to the next, written at the arrows between them.
    colors : sequence of str, optional
        One for each shape; by default `INPUT` for the first and `OUTPUT` for the others.
    windows : dict, optional
        First row, first column, height and width of a window to outline, in pixels, by the number of the shape.
    gap : float, default 0.45
        Between two stacks, where the side of the largest sheet is 1: more makes room for titles.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = maps([(3, 32, 32), (6, 28, 28), (10,)], ax=plt.figure().add_subplot(), titles=["conv2d", "Linear"])
    >>> ax.texts[-1].get_text()
    '10'
    """
    pixel = 1 / max([side for shape in shapes for side in shape[1:]], default=1)
    colors = colors or [INPUT] + [OUTPUT] * (len(shapes) - 1)
    left = right = 0.0
    for number, (shape, color) in enumerate(zip(shapes, colors, strict=True)):
        if number and titles:
            ax.annotate("", (left - 0.04, 0), (left - gap + 0.04, 0), arrowprops={"arrowstyle": "->", "color": INK})
            ax.text(left - gap / 2, 0.06, titles[number - 1], ha="center", va="bottom", fontsize=8)
        sheets = min(shape[0], 2 + (shape[0] - 1).bit_length()) if len(shape) == 3 else 1
        height, width = [max(LEAST, side * pixel) for side in shape[1:]] or (0.8, LEAST / 2)
        for sheet in reversed(range(sheets)):  # the hindmost first, which the others hide
            corner = (left + sheet * STEP, sheet * STEP - height / 2)
            ax.add_patch(Rectangle(corner, width, height, facecolor=PAPER, edgecolor="none"))
            ax.add_patch(Rectangle(corner, width, height, facecolor=(color, 0.25), edgecolor=color, linewidth=0.8))
        if windows and number in windows:
            row, column, rows, columns = windows[number]
            high, wide = height / shape[1], width / shape[2]  # of a pixel
            corner = (left + column * wide, height / 2 - (row + rows) * high)
            ax.add_patch(Rectangle(corner, columns * wide, rows * high, fill=False, edgecolor=INK, linewidth=1.5))
        right = left + width + (sheets - 1) * STEP
        size = "\n".join([str(shape[0]), " × ".join(map(str, shape[1:]))]).strip()  # noqa: RUF001
        ax.text((left + right) / 2, -0.58, size, ha="center", va="top", fontsize=9)
        left = right + gap
    ax.set(xlim=(-0.1, right + 0.1), ylim=(-0.95, 1.1), aspect="equal")
    ax.axis("off")
    return ax

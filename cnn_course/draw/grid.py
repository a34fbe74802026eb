"""Small arrays as grids of numbered cells."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cnn_course.draw.style import INK


def grid(
    array: np.ndarray,
    *,
    ax: Axes,
    color: str,
    title: str = "",
    window: tuple[int, int, int, int] | None = None,
    window_color: str = INK,
    blank: np.ndarray | None = None,
) -> Axes:
    """Draw a small array as cells with their numbers.

    The numbers have at most six digits. What is 0 but for a rounding error, next to the largest one, is shown as 0.

    Parameters
    ----------
    array : ndarray, shape (rows, columns) or (columns,)
    ax : matplotlib.axes.Axes
    color : str
        Tint of the cells: `INPUT`, `KERNEL` or `OUTPUT`.
    title : str, optional
    window : (int, int, int, int), optional
        First row, first column, height and width of a window to outline.
    window_color : str, optional
    blank : ndarray of bool, optional
        Cells, of the shape of `array`, that show no number and no tint.

    Returns
    -------
    matplotlib.axes.Axes
    """
    array = array.reshape(1, -1) if array.ndim == 1 else array
    rows, columns = array.shape
    numbers = _without_last_bits(array)
    blank = [[False] * columns] * rows if blank is None else blank.reshape(rows, columns)
    for i in range(rows):
        for j in range(columns):
            tint = "none" if blank[i][j] else (color, 0.22)
            ax.add_patch(Rectangle((j, i), 1, 1, facecolor=tint, edgecolor=color, linewidth=0.8))
            if not blank[i][j]:
                ax.text(j + 0.5, i + 0.52, f"{numbers[i, j]:g}".replace("-", "−"), ha="center", va="center")  # noqa: RUF001
    if window is not None:
        i, j, height, width = window
        ax.add_patch(Rectangle((j, i), width, height, fill=False, edgecolor=window_color, linewidth=2.5))
    ax.set(xlim=(-0.1, columns + 0.1), ylim=(rows + 0.1, -0.1), aspect="equal", title=title)
    ax.axis("off")
    return ax


def _without_last_bits(array):
    """An array of floats, rounded to four fifths of the digits that its largest number has; there is no -0."""
    if array.dtype.kind != "f":
        return array
    largest = np.abs(array[np.isfinite(array)]).max(initial=0)
    digits = np.finfo(array.dtype).precision * 4 // 5
    places = digits - 1 - int(np.floor(np.log10(largest))) if largest else 0
    return np.round(array.astype(float), min(places, 300)) + 0.0  # 10**309 is infinite

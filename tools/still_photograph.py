"""The still pictures of the explorers of photographs."""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from cnn_course import correlate, to_gray
from cnn_course.draw import INPUT, KERNEL, OUTPUT, WIDTH, grid, image

sys.path.append(str(Path(__file__).parents[1] / "book" / "_ext"))
import photograph_data

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def sweep():
    """A photograph, one window times the kernel, and the output as far as that window."""
    photo, (row, column) = photograph_data.dahlia().astype(int), (22, 2)
    edges = correlate(photo, SOBEL, "valid")
    written = np.full(photo.shape, np.nan)
    written[1:-1, 1:-1] = edges
    written[row + 1, column + 2 :] = written[row + 2 :] = np.nan
    places = ((row, column, 3, KERNEL), (row + 1, column + 1, 1, OUTPUT))

    figure, axes = plt.subplot_mosaic(
        [["input"] * 3 + ["output"] * 3, ["window"] * 2 + ["kernel"] * 2 + ["sum"] * 2],
        figsize=(WIDTH, 4.0),
        height_ratios=[2, 1],
    )
    image(photo / 255, ax=axes["input"], title="input")
    image(written, ax=axes["output"], title="output", limit=255)
    axes["output"].add_patch(plt.Rectangle((-0.5, -0.5), 52, 52, fill=False, edgecolor="gray", linewidth=0.5))
    for ax, (i, j, size, color) in zip(axes.values(), places, strict=False):
        ax.add_patch(plt.Rectangle((j - 0.5, i - 0.5), size, size, fill=False, edgecolor=color, linewidth=1.5))
    grid(photo[row : row + 3, column : column + 3], ax=axes["window"], color=INPUT, title="window")
    grid(SOBEL, ax=axes["kernel"], color=KERNEL, title="kernel")
    grid(edges[row : row + 1, column], ax=axes["sum"], color=OUTPUT, title="sum")
    axes["sum"].set(xlim=(-1, 2), ylim=(2, -1))
    for name, sign in (("window", "×"), ("kernel", "=")):  # noqa: RUF001
        axes[name].text(1.2, 0.5, sign, transform=axes[name].transAxes, ha="center", va="center")
    return figure


def photograph():
    """A photograph, and its response to Sobel's kernel."""
    photo = to_gray(photograph_data.reduced("china"))
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 2.0))
    image(photo, ax=axes[0], title="before")
    image(correlate(photo, SOBEL, "valid"), ax=axes[1], title="after", limit=1)
    return figure

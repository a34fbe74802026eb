"""The still pictures of the explorer of geometries: rows of inputs and outputs, and the matrix of the map."""

import matplotlib.pyplot as plt
import numpy as np

from cnn_course import conv_output_size, draw

N, K, S, P = 8, 3, 2, 1  # what the explorer shows at the start; the transposed convolution leads back to N
SIZE = conv_output_size(N, K, stride=S, padding=P)
TAPS = {(u, u * S + r - P): r for u in range(SIZE) for r in range(K)}


def convolution():
    """Four windows on eight inputs, of which the second is looked at, and the matrix of 4 x 8."""
    figure, (rows, matrix) = plt.subplots(2, 1, figsize=(draw.WIDTH, 4.0), height_ratios=(4.4, 5.4))
    _rows(rows, transposed=False, output=1)
    _matrix(matrix, np.arange(SIZE), np.arange(N), "matrix of the convolution", row=1)
    return figure


def transposed():
    """The same connections in the opposite direction, and both matrices."""
    ratios = {"height_ratios": (4.4, 9.4), "width_ratios": (5.4, 9.4)}
    figure, axes = plt.subplots(2, 2, figsize=(draw.WIDTH, 5.0), **ratios)
    grid = axes[0, 0].get_gridspec()
    for ax in axes[0]:
        ax.remove()
    _rows(figure.add_subplot(grid[0, :]), transposed=True, output=3)
    _matrix(axes[1, 0], np.arange(N), np.arange(SIZE), "transposed convolution", row=3, transposed=True)
    _matrix(axes[1, 1], np.arange(SIZE), np.arange(N), "convolution", column=3)
    return figure


def _rows(ax, transposed, output):
    """Inputs below and outputs above, with lines between what is connected; the output looked at is outlined."""
    small, large = (0, 3) if transposed else (3, 0)
    color = {small: draw.INPUT if transposed else draw.OUTPUT, large: draw.OUTPUT if transposed else draw.INPUT}
    for (u, t), r in TAPS.items():
        if transposed and not 0 <= t < N:
            continue
        chosen = output == (t if transposed else u)
        ends = [(u * S, small), (t, large)]
        look = {"color": draw.KERNEL, "linewidth": 2} if chosen else {"color": "gray", "linewidth": 0.4}
        (above, _), (below, _) = sorted(ends, key=lambda end: -end[1])
        ax.plot([above, below], [2.5, 0.5], **look)
        if chosen:
            ax.text(below, 0.75, f"$w_{r}$", ha="center", bbox={"color": draw.style.PAPER, "pad": 1})
    for t in range(-P, N + P):
        inside = 0 <= t < N
        _cell(ax, t, large, color[large], t if inside else "" if transposed else 0, filled=inside)
    for u in range(SIZE):
        _cell(ax, u * S, small, color[small], u)
    mark = output if transposed else output * S
    ax.add_patch(plt.Rectangle((mark - 0.5, 2.5), 1, 1, fill=False, edgecolor=draw.style.INK, linewidth=2))
    ax.set(xlim=(-P - 0.6, N + P - 0.4), ylim=(-0.6, 3.6), aspect="equal")
    ax.axis("off")


def _cell(ax, x, y, color, number, filled=True):
    look = {"facecolor": (color, 0.22)} if filled else {"facecolor": "none", "linestyle": "--"}
    ax.add_patch(plt.Rectangle((x - 0.45, y - 0.45), 0.9, 0.9, edgecolor=color if filled else "gray", **look))
    ax.text(x, y - 0.02, number, ha="center", va="center")


def _matrix(ax, rows, columns, title, row=None, column=None, transposed=False):
    """Weights by their names, nothing where a zero stands; one row or one column is outlined."""
    for (i, j), _ in np.ndenumerate(np.zeros((len(rows), len(columns)))):
        tap = TAPS.get((j, i) if transposed else (i, j))
        tint = "none" if tap is None else (draw.KERNEL, 0.22)
        ax.add_patch(plt.Rectangle((j, i), 1, 1, facecolor=tint, edgecolor="gray", linewidth=0.5))
        if tap is not None:
            ax.text(j + 0.5, i + 0.5, f"$w_{tap}$", ha="center", va="center")
    start, shape = ((0, row), (len(columns), 1)) if column is None else ((column, 0), (1, len(rows)))
    ax.add_patch(plt.Rectangle(start, *shape, fill=False, edgecolor=draw.style.INK, linewidth=2))
    ax.set(xlim=(-0.2, len(columns) + 0.2), ylim=(len(rows) + 0.2, -0.2), aspect="equal", title=title)
    ax.axis("off")

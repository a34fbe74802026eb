"""The still pictures of the explorer of convolutions, one for each preset."""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from cnn_course import conv2d, draw, pad

PRESETS = Path(__file__).parents[1] / "book" / "_static" / "explorers" / "convolution-presets.mjs"


def preset(name):
    """A row for each channel: its numbers with the window, its kernel, also as it is turned; below them the outputs."""
    text = PRESETS.read_text(encoding="utf-8")
    chosen = json.loads(text[text.index("= {") + 2 : text.rindex(";")])[name]
    x, weight, bias = (np.array(chosen[key], dtype=float) for key in ("input", "weight", "bias"))
    turned = weight[..., ::-1, ::-1] if chosen["flip"] else weight
    padding = [(p, p) for p in (chosen["padding"] * (x.shape[1] > 1), chosen["padding"])]
    y = conv2d(x[None], turned, bias, stride=chosen["stride"], padding=padding)[0]
    o, i, j = np.unravel_index(chosen["step"], y.shape)
    window = (chosen["stride"] * i, chosen["stride"] * j, *weight.shape[2:])

    padded = pad(x[None], padding)[0]
    kernels = {"kernel": weight[o]} | ({"turned": turned[o]} if chosen["flip"] else {})
    many = len(x) > 1 or len(y) > 1
    layout = [[f"x{c}", *(f"{title}{c}" for title in kernels)] for c in range(len(x))]
    layout.append([*(f"y{p}" for p in range(len(y))), *"." * (len(layout[0]) - len(y))])
    rows = [padded.shape[1]] * len(x) + [y.shape[1]]
    columns = [padded.shape[2], *[weight.shape[3]] * len(kernels)]
    columns[: len(y)] = np.maximum(columns[: len(y)], y.shape[2])
    size = (draw.WIDTH, 0.32 * sum(rows) + 0.35 * len(rows))
    ratios = {"height_ratios": rows, "width_ratios": columns}
    figure, axes = plt.subplot_mosaic(layout, figsize=size, gridspec_kw=ratios)

    def show(name, title, numbers, color, window=None, blank=None):
        """Cells as large as those of the others, at the upper left of their place."""
        ax = axes[name]
        draw.grid(numbers, ax=ax, color=color, window=window, window_color=draw.KERNEL, blank=blank)
        row, column = next((r, line.index(name)) for r, line in enumerate(layout) if name in line)
        ax.set(xlim=(-0.1, columns[column] + 0.1), ylim=(rows[row] + 0.1, -0.1))
        ax.set_title(title, loc="left")

    for c in range(len(x)):
        show(f"x{c}", f"input, channel {c}" if many else "input", padded[c], draw.INPUT, window)
        for title, kernel in kernels.items():
            show(f"{title}{c}", f"filter {o}" if many else title, kernel[c], draw.KERNEL)
    later = np.arange(y.size).reshape(y.shape) > chosen["step"]
    for p in range(len(y)):
        cell = (i, j, 1, 1) if p == o else None
        show(f"y{p}", f"output {p}" if many else "output", y[p], draw.OUTPUT, cell, later[p])
    return figure

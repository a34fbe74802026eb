"""The still picture of the explorer of receptive fields."""

from math import floor

import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle

from cnn_course import draw, receptive_field
from cnn_course.nets.vgg import COUNTS


def field():
    """The fields of the middle units of three small convolutions, and of all layers of VGG-16."""
    convolution, pooling = {"kernel_size": 3, "padding": 1}, {"kernel_size": 2, "stride": 2}
    vgg16 = [layer for count in COUNTS[16] for layer in [*[convolution] * count, pooling]]
    figure, axes = plt.subplots(1, 2, figsize=(draw.WIDTH, 2.7))
    _nested_fields(axes[0], "three of 3x3", 15, [convolution] * 3)
    _nested_fields(axes[1], "VGG-16", 224, vgg16)
    return figure


def _nested_fields(ax, title, side, layers):
    ax.add_patch(Rectangle((0, 0), side, side, facecolor=(draw.INPUT, 0.14), edgecolor=draw.INPUT))
    middle = side / 2
    for depth in range(len(layers), 0, -1):
        found = receptive_field(layers[:depth])
        unit = floor((middle - found.offset - found.size / 2) / found.stride + 0.5)
        first = found.offset + unit * found.stride
        tint, width = "none", 0.8
        if depth == len(layers):
            middle, tint, width = first + found.size / 2, (draw.KERNEL, 0.25), 2.5
            ax.plot(middle, middle, "o", color=draw.OUTPUT)
            ax.set_title(f"{title}: {found.size} of {side} pixels")
        ax.add_patch(
            Rectangle((first, first), found.size, found.size, facecolor=tint, edgecolor=draw.KERNEL, linewidth=width)
        )
    ends = -0.02 * side, 1.02 * side
    ax.set(xlim=ends, ylim=ends[::-1], aspect="equal")
    ax.axis("off")

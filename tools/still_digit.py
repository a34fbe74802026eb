"""The still picture of the explorer of digits."""

import matplotlib.pyplot as plt
import numpy as np

from cnn_course import mnist_sample, softmax
from cnn_course.draw import OUTPUT, WIDTH, image
from cnn_course.zoo import pretrained


def digit():
    """A digit, the maps of both convolutions, and the probabilities."""
    images, _ = mnist_sample()
    network, outputs, y = pretrained("lenet5-mnist"), {}, images[41:42].astype(np.float64)
    for _, parameter in network.named_parameters():
        parameter.data = parameter.data.astype(np.float64)
    for name, layer in network.children.items():
        y = outputs[name] = layer(y)
    maps = {name: outputs[name][0] / outputs[name].max() for name in ("relu1", "relu2")}
    pictures = [[images[41, 0], *maps["relu1"]], maps["relu2"][:8], maps["relu2"][8:]]

    figure, axes = plt.subplots(4, 8, figsize=(WIDTH, 4.2), height_ratios=[1, 1, 1, 2])
    for row, shown in zip(axes, pictures, strict=False):
        for ax, picture in zip(row, shown, strict=False):
            image(1 - picture, ax=ax).axis("on")
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set(visible=True, color="gray", linewidth=0.5)
    axes[0, 7].axis("off")
    axes[0, 0].set_title("input")
    axes[0, 1].set_title("C1", loc="left")
    axes[1, 0].set_title("C3", loc="left")
    for ax in axes[3]:
        ax.remove()
    bars = figure.add_subplot(axes[3, 0].get_gridspec()[3, :])
    bars.bar(range(10), softmax(y)[0].round(3), color=OUTPUT)
    bars.set(xticks=range(10), ylim=(0, 1), ylabel="probability")
    return figure

"""What the explorer of receptive fields needs: the windows of the networks of the case studies."""

from unittest.mock import patch

import numpy as np

from cnn_course import nets
from cnn_course.nn import Concat, Flatten, GlobalAvgPool, MaxPool2d, Residual, Sequential
from cnn_course.shape import Geometry

CASE_STUDIES = {
    "lenet5": ("LeNet-5", 28),
    "alexnet_2012": ("AlexNet", 227),
    "vgg16": ("VGG-16", 224),
    "googlenet_2015": ("GoogLeNet", 224),
    "resnet18": ("ResNet-18", 224),
    "resnet50": ("ResNet-50", 224),
}


def case_studies():
    """The windows of each network, from the image to where all positions become one.

    Where branches meet, they are those of the branch that sees farthest.
    """
    return {
        name: {"title": title, "side": side, "layers": list(_windows(name, side))}
        for name, (title, side) in CASE_STUDIES.items()
    }


def _windows(name, side):
    # Only the geometry is read: the weights, up to 550 MB, are never written.
    with patch("cnn_course.nn.base.fill"), patch("cnn_course.nets.initial.fill"):
        network = getattr(nets, name)(rng=np.random.default_rng(0))
    names = {id(layer): name for name, layer in network.named_layers()}
    size = side, side
    for layer in _path(network):
        kind, g = _geometry(layer, size)
        numbers = {"kernel": g.kernel_size, "stride": g.stride, "padding": g.padding, "dilation": g.dilation}
        if g.extent != (1, 1) or g.stride != (1, 1):  # else it sees what the layer below sees
            yield {"name": names[id(layer)], "kind": kind} | {key: rows for key, (rows, _) in numbers.items()}
        size = g.output_size(size)
        if size == (1, 1):
            return


def _path(layer):
    """The layers that have windows, one behind the other."""
    if isinstance(layer, Concat):
        return max(map(_path, layer), key=lambda path: sum(found.geometry.extent[0] - 1 for found in path))
    if isinstance(layer, Residual):
        return _path(layer.body)
    if isinstance(layer, Sequential):
        return [found for part in layer for found in _path(part)]
    return [layer] if hasattr(layer, "kernel_size") or isinstance(layer, Flatten | GlobalAvgPool) else []


def _geometry(layer, size):
    if isinstance(layer, Flatten | GlobalAvgPool):
        return "all", Geometry.of("explorer", size)
    if isinstance(layer, MaxPool2d):
        return "max-pool", layer.windows_on(size)
    return "conv", layer.geometry

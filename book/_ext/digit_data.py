"""What the explorer of digits needs: two networks with their weights, and digits."""

import base64

import numpy as np

from cnn_course.data import mnist_sample
from cnn_course.nn import Conv2d, Linear, MaxPool2d
from cnn_course.stability import lipschitz_bound
from cnn_course.zoo import pretrained

TITLES = {"relu1": "C1", "pool1": "S2", "relu2": "C3", "pool2": "S4", "relu3": "C5", "relu4": "F6"}  # what is shown


def sample():
    """A hundred digits of MNIST as bytes, ten of each class."""
    images, _ = mnist_sample()
    return {"images": _base64((255 * images).round(), "u1"), "licence": "MNIST by LeCun and Cortes, CC BY-SA 3.0"}


def network(name):
    """A network with its weights, and its Lipschitz constant."""
    found = pretrained(name)
    layers = [_layer(layer) | {"title": TITLES.get(key, "")} for key, layer in found.children.items()]
    return {"lipschitz": lipschitz_bound(found, (1, 28, 28)), "layers": layers}


def _layer(layer):
    numbers = {}
    if isinstance(layer, Conv2d):
        numbers = {"kernel": layer.kernel_size[0], "stride": layer.stride[0], "padding": layer.padding[0]}
    if isinstance(layer, MaxPool2d):
        numbers = {"kernel": layer.kernel_size, "stride": layer.stride}
    if isinstance(layer, Conv2d | Linear):
        numbers |= {name: _base64(getattr(layer, name).data, "<f4") for name in ("weight", "bias")}
    return {"kind": type(layer).__name__} | numbers


def _base64(array, dtype):
    return base64.b64encode(np.asarray(array, dtype).tobytes()).decode()

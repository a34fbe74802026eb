"""Initial weights as the papers draw them, and the check of what all constructors take."""

from math import prod, sqrt

import numpy as np

from cnn_course.nn.base import WeightedLayer, fill
from cnn_course.nn.layer import Layer
from cnn_course.validate import check_rng, integer


def as_classes(function: str, num_classes: int, rng: np.random.Generator) -> int:
    """Return the number of classes as an integer, from 1 on, and check the generator."""
    check_rng(function, rng)
    return integer(function, "num_classes", num_classes, minimum=1)


def draw_normal(layer: WeightedLayer, std: float, rng: np.random.Generator) -> None:
    """Draw a layer's weight anew, from the normal distribution around 0, and set its bias to zero."""
    fill(layer.weight.data, lambda count: std * rng.standard_normal(count))
    if layer.bias is not None:
        layer.bias.data[...] = 0


def draw_he(network: Layer, rng: np.random.Generator) -> None:
    """Draw the weights of all convolutions anew, and set their biases to zero.

    The variance is 2 / (kernel places x output channels), by which gradients keep their size on the way back through
    convolutions of stride 1 that are followed by a ReLU: He, Zhang, Ren and Sun (2015), *Delving deep into rectifiers*,
    equation (14).
    """
    for _, layer in network.named_layers():
        if isinstance(layer, WeightedLayer) and layer.weight.data.ndim > 2:
            outputs, _, *kernel = layer.weight.data.shape
            draw_normal(layer, sqrt(2 / (outputs * prod(kernel))), rng)

r"""A network that enlarges nothing: its layers, the steps that keep their norms at 1, and the loss of its margins.

With constants of at most 1 for all layers, a class is safe for all moves of an image by less than the margin divided
by :math:`\sqrt 2`: what is learned is a large margin.
"""

import numpy as np

from cnn_course.nn import Conv2d, Flatten, Linear, ReLU, Sequential
from cnn_course.nn.base import WeightedLayer
from cnn_course.stability.certificate import certified_radius, lipschitz_bound
from cnn_course.stability.conv_norm import symbol_norm
from cnn_course.training.optim import SGD

RADII = (0.5, 1.0, 1.58)  # at which certified accuracy is recorded, in pixels from 0 to 1
IMAGE = (1, 28, 28)
GRID = 6  # frequencies on each axis at which a convolution is corrected
FIRST = 30  # corrections of the weights that were drawn
ROOM = 1e-6  # of a norm, for the rounding of weights to float32


def strided_lenet5(rng):
    """LeNet-5 with a stride of 2 in its convolutions and without pooling: as many numbers between its layers."""
    network = Sequential(
        {
            "conv1": Conv2d(1, 6, 5, stride=2, padding=2, rng=rng),
            "relu1": ReLU(),
            "conv2": Conv2d(6, 16, 5, stride=2, rng=rng),
            "relu2": ReLU(),
            "flatten": Flatten(),
            "fc1": Linear(16 * 5 * 5, 120, rng=rng),
            "relu3": ReLU(),
            "fc2": Linear(120, 84, rng=rng),
            "relu4": ReLU(),
            "fc3": Linear(84, 10, rng=rng),
        }
    )
    for layer in _weighted(network):
        layer.bias.data[:] = 0
        layer.weight.data /= _norm(layer)
    for _ in range(FIRST):
        _correct(network)
    return network


class CorrectedSGD(SGD):
    """SGD that moves the singular values of each layer of a network towards 1 after each step."""

    def __init__(self, network, lr, **options):
        super().__init__(network.named_parameters(), lr, **options)
        self._network = network

    def step(self):
        """Change every parameter by its gradient, then every weight towards singular values of 1."""
        super().step()
        _correct(self._network)


def divide_by_norms(network):
    """Divide each weight by a proved bound of its layer's norm, where that is above 1."""
    for layer in _weighted(network):
        layer.weight.data /= max(1.0, _norm(layer) * (1 + ROOM))


def margin_loss(margin):
    """The mean of max(0, margin - (output of the label - largest other output)), and its backward function."""

    def loss(outputs, labels):
        missing, _, _ = _missing(outputs, labels)
        return np.maximum(missing, 0).mean()

    def backward(grad, outputs, labels):
        missing, images, rivals = _missing(outputs, labels)
        share = (missing > 0) * (grad / len(labels))
        gradient = np.zeros_like(outputs)
        gradient[images, labels] = -share
        gradient[images, rivals] = share
        return gradient

    def _missing(outputs, labels):
        images, others = np.arange(len(labels)), outputs.copy()
        others[images, labels] = -np.inf
        rivals = others.argmax(axis=1)
        return margin - outputs[images, labels] + outputs[images, rivals], images, rivals

    return loss, backward


def certified_accuracy(network, outputs, labels):
    """For each of the radii, the share of images of which it is proved that no smaller move makes the class wrong."""
    radius = certified_radius(outputs, lipschitz_bound(network, IMAGE))
    right = outputs.argmax(axis=1) == labels
    return {str(r): float(np.mean(right & (radius >= r))) for r in RADII}


def _weighted(network):
    return [layer for layer in network.children.values() if isinstance(layer, WeightedLayer)]


def _norm(layer):
    """A proved bound of the norm of a layer's weight."""
    weight = layer.weight.data.astype(np.float64)
    return symbol_norm(weight, stride=2).upper if weight.ndim == 4 else float(np.linalg.norm(weight, 2))


def _correct(network):
    """One or two steps of s <- (3 s - s^3) / 2 for all singular values s, those of a convolution's symbol included."""
    for layer in _weighted(network):
        weight = layer.weight.data
        if weight.ndim == 2:
            weight[:] = _nearer(_nearer(weight))
        else:
            weight[:] = _joined(_nearer_symbol(_split(weight)), weight.shape)


def _nearer(matrices):
    adjoints = np.conj(matrices.swapaxes(-1, -2))
    return 1.5 * matrices - 0.5 * (matrices @ adjoints) @ matrices


def _nearer_symbol(weight):
    """The same for the symbol on a grid of frequencies, of which the taps within the kernel are kept."""
    taps = weight.shape[2]
    symbol = np.fft.rfft2(weight, (GRID, GRID)).transpose(2, 3, 0, 1)
    symbol = _nearer(_nearer(symbol)).transpose(2, 3, 0, 1)
    return np.fft.irfft2(symbol, (GRID, GRID))[:, :, :taps, :taps]


def _split(weight):
    """A kernel (O, C, k, k) with stride 2 as one of stride 1 on the 4 C channels of even and odd positions."""
    outputs, channels, k, _ = weight.shape
    half = -(-k // 2)
    padded = np.pad(weight, ((0, 0), (0, 0), (0, 2 * half - k), (0, 2 * half - k)))
    parts = padded.reshape(outputs, channels, half, 2, half, 2).transpose(0, 1, 3, 5, 2, 4)
    return parts.reshape(outputs, 4 * channels, half, half)


def _joined(parts, shape):
    """The kernel of this shape that `_split` takes apart."""
    outputs, channels, k, _ = shape
    half = parts.shape[2]
    parts = parts.reshape(outputs, channels, 2, 2, half, half).transpose(0, 1, 4, 2, 5, 3)
    return parts.reshape(outputs, channels, 2 * half, 2 * half)[:, :, :k, :k]

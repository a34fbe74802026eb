"""Our networks in PyTorch's modules, with copies of their weights: so each network is built in one place.

A frozen network's twin has the batch normalisations folded into its convolutions, too, and activations and sums are
taken in place: what PyTorch does at its best for inference.
"""

import numpy as np
import torch

from cnn_course import nets, nn
from cnn_course.nn.inference import FrozenConv2d, FrozenResidual


class Residual(torch.nn.Module):
    """The sum of a body and a shortcut."""

    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        """Add in place, as torchvision does."""
        y = self.body(x)
        y += self.shortcut(x)
        return y


class Concat(torch.nn.Sequential):
    """Branches side by side."""

    def forward(self, x):
        """Join their outputs along the channels."""
        return torch.cat([branch(x) for branch in self], dim=1)


class ZeroPadShortcut(torch.nn.Module):
    """Every second place, and channels of zeros."""

    def __init__(self, channels, stride):
        super().__init__()
        self.channels, self.stride = channels, stride

    def forward(self, x):
        """Sub-sample, then pad the channels."""
        return torch.nn.functional.pad(
            x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.channels - x.shape[1])
        )


def twin(layer):
    """The same layer, or network, of PyTorch; a ValueError where there is none."""
    match layer:
        case nn.Sequential():
            return torch.nn.Sequential(*map(twin, layer))
        case nn.Concat():
            return Concat(*map(twin, layer))
        case FrozenResidual():
            return _rectified(layer, Residual(twin(layer.body), twin(layer.shortcut)))
        case FrozenConv2d():
            return _rectified(layer, _conv(layer, layer.weight, layer.bias))
        case nn.Conv2d():
            return _conv(layer, layer.weight.data, layer.bias.data)
        case nn.Linear():
            module = torch.nn.utils.skip_init(torch.nn.Linear, layer.in_features, layer.out_features)
            return _with_weights(module, layer.weight.data, layer.bias.data)
        case nn.MaxPool2d():
            window = layer.kernel_size, layer.stride, layer.padding
            return torch.nn.MaxPool2d(*window, ceil_mode=layer.ceil_mode)
        case nn.AvgPool2d():
            window = layer.kernel_size, layer.stride, layer.padding
            return torch.nn.AvgPool2d(*window, layer.ceil_mode, layer.count_include_pad)
        case nn.LocalResponseNorm():
            return torch.nn.LocalResponseNorm(layer.size, layer.alpha, layer.beta, layer.k)
        case nets.ZeroPadShortcut():
            return ZeroPadShortcut(layer.channels, layer.stride)
        case nn.GlobalAvgPool():
            return torch.nn.AdaptiveAvgPool2d(1)
        case nn.ReLU():
            return torch.nn.ReLU(inplace=True)
        case nn.Flatten():
            return torch.nn.Flatten()
        case nn.Dropout():
            return torch.nn.Dropout(layer.p)
        case nn.Identity():
            return torch.nn.Identity()
    raise ValueError(f"twin: PyTorch has no {layer!r}")


def exists(network):
    """Whether PyTorch has all layers of a network: it has none of those of 1998."""
    return not any(type(layer).__module__ == nets.TableConv2d.__module__ for _, layer in network.named_layers())


def _rectified(layer, module):
    return torch.nn.Sequential(module, torch.nn.ReLU(inplace=True)) if layer.rectified else module


def _conv(layer, weight, bias):
    outputs, inputs, *kernel = weight.shape
    geometry, groups = layer.geometry, layer.groups
    numbers = geometry.stride, [before for before, _ in geometry.padding], geometry.dilation, groups
    module = torch.nn.utils.skip_init(torch.nn.Conv2d, inputs * groups, outputs, kernel, *numbers)
    return _with_weights(module, weight, bias)


def _with_weights(module, weight, bias):
    for parameter, array in ((module.weight, weight), (module.bias, bias)):
        parameter.data = torch.tensor(np.ascontiguousarray(array))
    return module

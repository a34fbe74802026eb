"""Random networks of every kind of layer, with uneven numbers, for certificates to be tested on."""

import numpy as np

from cnn_course import nn
from cnn_course.stability import linearize

MODES = ("zeros", "reflect", "replicate", "circular")


def _int(rng, low, high):
    return int(rng.integers(low, high + 1))


def _pair(rng, low, high):
    return _int(rng, low, high), _int(rng, low, high)


def conv(rng, shape, dtype):
    groups = 2 if shape[0] % 2 == 0 and rng.random() < 0.3 else 1
    kernel, stride, padding = _pair(rng, 1, 3), _pair(rng, 1, 2), _pair(rng, 0, 2)
    outputs, dilation, mode = groups * _int(rng, 1, 3), _pair(rng, 1, 2), str(rng.choice(MODES))
    if mode == "circular" and rng.random() < 0.5:
        kernel, stride, padding, dilation = 3, 1, 1, 1  # the layer that commutes with shifts
    numbers = (shape[0], outputs, kernel, stride, padding, dilation, groups, True, mode)
    return nn.Conv2d(*numbers, rng=rng, dtype=dtype)


def transposed(rng, shape, dtype):
    numbers = (shape[0], _int(rng, 1, 3), _pair(rng, 1, 3), _pair(rng, 1, 2), _int(rng, 0, 1))
    return nn.ConvTranspose2d(*numbers, rng=rng, dtype=dtype)


def max_pool(rng, shape, dtype):
    kernel = _pair(rng, 1, 3)
    numbers = {"stride": _pair(rng, 1, 3), "padding": [_int(rng, 0, k // 2) for k in kernel]}
    return nn.MaxPool2d(kernel, **numbers, dilation=_int(rng, 1, 2), ceil_mode=bool(rng.random() < 0.5))


def avg_pool(rng, shape, dtype):
    kernel, flags = _pair(rng, 1, 3), rng.random(2) < 0.5
    numbers = {"stride": _pair(rng, 1, 3), "padding": [_int(rng, 0, k // 2) for k in kernel]}
    return nn.AvgPool2d(kernel, **numbers, ceil_mode=bool(flags[0]), count_include_pad=bool(flags[1]))


def blur(rng, shape, dtype):
    return nn.BlurPool2d(_pair(rng, 1, 4), _pair(rng, 1, 2), padding_mode=str(rng.choice(MODES)))


def batch_norm(rng, shape, dtype):
    layer = nn.BatchNorm2d(shape[0], 0.1, dtype=dtype)
    layer.weight.data[:] = rng.normal(size=shape[0])
    layer.running_mean[:] = rng.normal(size=shape[0])
    layer.running_var[:] = rng.uniform(0.01, 2, shape[0])
    return layer


def response_norm(rng, shape, dtype):
    return nn.LocalResponseNorm(_int(rng, 1, 4), rng.uniform(0, 3), rng.uniform(0, 1.5), rng.uniform(0.3, 2))


def activation(rng, shape, dtype):
    return rng.choice([nn.ReLU, nn.Tanh, nn.Sigmoid, nn.ReLU])()


def _same(rng, shape, dtype, outputs):
    mode = str(rng.choice(MODES))
    return nn.Conv2d(shape[0], outputs, 3, padding=1, padding_mode=mode, rng=rng, dtype=dtype)


def residual(rng, shape, dtype):
    if rng.random() < 0.5:
        return nn.Residual(nn.Sequential(_same(rng, shape, dtype, shape[0]), activation(rng, shape, dtype)))
    outputs = _int(rng, 1, 3)
    return nn.Residual(_same(rng, shape, dtype, outputs), nn.Conv2d(shape[0], outputs, 1, rng=rng, dtype=dtype))


def concat(rng, shape, dtype):
    branches = [_same(rng, shape, dtype, _int(rng, 1, 2)), nn.MaxPool2d(3, 1, 1), nn.Identity()]
    return nn.Concat(*(branches[i] for i in rng.permutation(3)[:2]))


BLOCKS = (conv, conv, conv, transposed, max_pool, avg_pool, blur, batch_norm, response_norm, activation, activation)
BLOCKS += (residual, concat)


def random_network(rng, dtype):
    """A network of one to six layers or blocks in evaluation mode, and the shape of one input."""
    shape = first = (_int(rng, 1, 3), *_pair(rng, 5, 8))
    layers = []
    for _ in range(_int(rng, 1, 5)):
        layer = rng.choice(BLOCKS)(rng, shape, dtype)
        for _, parameter in layer.named_parameters():
            if rng.random() < 0.5:  # signs all equal: large norms, which are attained
                parameter.data[...] = np.abs(parameter.data)
        try:
            output = linearize(layer, np.zeros((1, *shape), dtype)).output
        except ValueError:  # a kernel or a padding that is too large
            continue
        if not np.isfinite(output).all():  # a maximum over padding alone
            continue
        layers.append(layer)
        shape = output.shape[1:]
    if rng.random() < 0.4 or not layers:
        layers += [nn.Flatten(), nn.Linear(int(np.prod(shape)), _int(rng, 2, 4), rng=rng, dtype=dtype)]
        layers += [nn.Softmax()] * bool(rng.random() < 0.3)
    return nn.Sequential(*layers).eval(), first

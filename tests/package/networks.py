"""One instance of every layer, with uneven numbers, and the gradient check of a layer with all its parameters."""

import numpy as np

from cnn_course import gradient_check
from cnn_course.nn import (
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    BatchNorm1d,
    BatchNorm2d,
    BlurPool2d,
    Concat,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Identity,
    Linear,
    LocalResponseNorm,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
)

PLAIN = {  # name, input shape and layer, of layers that compute in the dtype of their input
    "MaxPool1d": ((2, 3, 11), lambda: MaxPool1d(3, 2, 1, ceil_mode=True)),
    "MaxPool2d": ((2, 3, 7, 5), lambda: MaxPool2d((3, 2), (2, 1), ((1, 0), 1))),
    "MaxPool3d": ((2, 2, 5, 3, 5), lambda: MaxPool3d(2, dilation=2, stride=1)),
    "AvgPool1d": ((2, 3, 11), lambda: AvgPool1d(3, 2, 1, ceil_mode=True, count_include_pad=False)),
    "AvgPool2d": ((2, 3, 7, 5), lambda: AvgPool2d((3, 2), (2, 1), ((1, 0), 1))),
    "AvgPool3d": ((2, 2, 5, 3, 5), lambda: AvgPool3d(2)),
    "BlurPool2d": ((2, 3, 7, 5), lambda: BlurPool2d((4, 3), (2, 1))),
    "GlobalAvgPool": ((2, 3, 7, 5), GlobalAvgPool),
    "LocalResponseNorm": ((2, 7, 3), lambda: LocalResponseNorm(3, 0.5, 0.7, 2.0)),
    "ReLU": ((3, 5, 7), ReLU),
    "Sigmoid": ((3, 5, 7), Sigmoid),
    "Tanh": ((3, 5, 7), Tanh),
    "Softmax": ((3, 5, 7), Softmax),
    "Flatten": ((3, 5, 2, 7), Flatten),
    "Identity": ((3, 5), Identity),
    "Dropout": ((7, 11), lambda: Dropout(0.3, rng=np.random.default_rng(5))),
}
WEIGHTED = {  # the same for layers that have a generator and a dtype
    "Linear": ((5, 7), lambda **kw: Linear(7, 3, **kw)),
    "Linear without bias": ((5, 7), lambda **kw: Linear(7, 3, False, **kw)),
    "Conv1d": ((3, 4, 11), lambda **kw: Conv1d(4, 6, 3, 2, 1, 2, 2, **kw)),
    "Conv2d": ((2, 4, 7, 5), lambda **kw: Conv2d(4, 6, (3, 2), (2, 1), ((1, 0), 1), (1, 2), 2, **kw)),
    "Conv2d without bias": ((2, 3, 5, 5), lambda **kw: Conv2d(3, 2, 3, padding="same", bias=False, **kw)),
    "Conv2d in a circle": (
        (2, 4, 7, 5),
        lambda **kw: Conv2d(4, 6, (3, 2), (2, 1), ((1, 0), 1), 1, 2, padding_mode="circular", **kw),
    ),
    "Conv3d": ((2, 2, 5, 3, 3), lambda **kw: Conv3d(2, 3, 2, (2, 1, 1), **kw)),
    "ConvTranspose1d": ((3, 4, 5), lambda **kw: ConvTranspose1d(4, 6, 3, 3, 1, 2, 2, **kw)),
    "ConvTranspose2d": ((2, 4, 3, 5), lambda **kw: ConvTranspose2d(4, 6, (3, 2), (3, 2), 1, (2, 0), 2, True, 2, **kw)),
    "ConvTranspose2d without bias": ((2, 4, 3, 5), lambda **kw: ConvTranspose2d(4, 3, 2, bias=False, **kw)),
    "ConvTranspose3d": ((2, 2, 3, 2, 2), lambda **kw: ConvTranspose3d(2, 3, 2, (2, 1, 1), **kw)),
    "BatchNorm1d": ((7, 3), lambda rng, **kw: BatchNorm1d(3, 0.1, **kw)),
    "BatchNorm1d on sequences": ((3, 5, 7), lambda rng, **kw: BatchNorm1d(5, 0.1, **kw)),
    "BatchNorm2d": ((2, 3, 5, 7), lambda rng, **kw: BatchNorm2d(3, 0.1, **kw)),
    "Sequential": (
        (3, 2, 7, 5),
        lambda **kw: Sequential(
            Conv2d(2, 5, 3, bias=False, **kw), BatchNorm2d(5, dtype=kw["dtype"]), Tanh(), Flatten(), Linear(75, 3, **kw)
        ),
    ),
    "Residual": (
        (2, 3, 5, 7),
        lambda **kw: Residual(Sequential(Conv2d(3, 3, 3, padding=1, **kw), Tanh())),
    ),
    "Residual with a shortcut": (
        (2, 3, 5, 7),
        lambda **kw: Residual(Conv2d(3, 4, 3, 2, 1, **kw), Conv2d(3, 4, 1, 2, **kw)),
    ),
    "Concat": (
        (2, 3, 5, 7),
        lambda **kw: Concat(
            Conv2d(3, 2, 1, **kw), Conv2d(3, 5, 3, padding=1, **kw), Sequential(AvgPool2d(3, 1, 1), Sigmoid())
        ),
    ),
}
NAMES = [*PLAIN, *WEIGHTED]


def make(name, dtype=np.float64, seed=0):
    """A layer of this name, and an input for it of normal numbers."""
    shape = (PLAIN | WEIGHTED)[name][0]
    rng = np.random.default_rng(seed)
    layer = PLAIN[name][1]() if name in PLAIN else WEIGHTED[name][1](rng=rng, dtype=dtype)
    for _, parameter in layer.named_parameters():  # also those that begin as zeros and ones
        parameter.data += rng.uniform(-0.5, 0.5, parameter.data.shape).astype(dtype)
    return layer, rng.standard_normal(shape).astype(dtype)


def check_gradients(layer, x, rng):
    """The gradient check of a layer's output in its input and in all its parameters, through forward and backward."""
    parameters = [parameter for _, parameter in layer.named_parameters()]
    dropouts = [below for _, below in layer.named_layers() if isinstance(below, Dropout)]
    states = [dropout.rng.bit_generator.state for dropout in dropouts]

    def function(x, *values):
        for dropout, state in zip(dropouts, states, strict=True):
            dropout.rng.bit_generator.state = state
        for parameter, value in zip(parameters, values, strict=True):
            parameter.data = value
        return layer(x)

    def backward(grad_output, x, *values):
        function(x, *values)
        return (layer.backward(grad_output), *(parameter.grad for parameter in parameters))

    return gradient_check(function, backward, [x, *(parameter.data for parameter in parameters)], rng=rng)

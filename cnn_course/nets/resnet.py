"""ResNet: residual blocks, the five networks for large images, and two plain ones without shortcuts."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import DTypeLike

from cnn_course.nets.initial import as_classes, draw_he
from cnn_course.nn import (
    BatchNorm2d,
    Conv2d,
    Flatten,
    GlobalAvgPool,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Residual,
    Sequential,
)
from cnn_course.validate import flag

RENAMED = {"residual.body.": "", "residual.shortcut": "downsample"}  # how the names of a block's layers begin


class ResidualBlock(Sequential):
    """A `Residual` called "residual" and the ReLU after it, with torchvision's names.

    The layers of the residual's body are named as if they were layers of the block, and its shortcut is called
    "downsample": the state has `conv1.weight` for `residual.body.conv1.weight`. All else is that of `Sequential`.

    Examples
    --------
    >>> conv = Conv2d(3, 3, 1, bias=False, rng=np.random.default_rng(0))
    >>> block = ResidualBlock({"residual": Residual(Sequential({"conv1": conv})), "relu": ReLU()})
    >>> list(block.state_dict())
    ['conv1.weight']
    """

    def named_layers(self, prefix: str = "") -> Iterator[tuple[str, Layer]]:
        """Yield (name, layer) for this layer and for all below it, under their shorter names."""
        start = f"{prefix}." if prefix else ""
        for name, layer in super().named_layers(prefix):
            own = name.removeprefix(start)
            for long, short in RENAMED.items():
                if own.startswith(long):
                    name = start + short + own.removeprefix(long)
            yield name, layer


def block(body: dict[str, Layer], shortcut: Layer | None, shortcuts: bool) -> Sequential:
    """Return a residual block of the layers, or without `shortcuts` the layers one after the other; then a ReLU."""
    last = f"relu{len(body) // 3 + 1}"  # each convolution has a batch norm, and all but the last a ReLU
    if not shortcuts:
        return Sequential(body | {last: ReLU()})
    return ResidualBlock({"residual": Residual(Sequential(body), shortcut), last: ReLU()})


def convolutions(inputs: int, numbers: list[tuple[int, int, int]], **drawn) -> dict[str, Layer]:
    """Return convolutions with batch norm, and ReLU between them, by (channels, kernel, stride) of each."""
    layers = {}
    for i, (channels, kernel, stride) in enumerate(numbers, start=1):
        if layers:
            layers[f"relu{i - 1}"] = ReLU()
        layers[f"conv{i}"] = Conv2d(inputs, channels, kernel, stride, kernel // 2, bias=False, **drawn)
        layers[f"bn{i}"] = BatchNorm2d(channels, dtype=drawn["dtype"])
        inputs = channels
    return layers


def _projection(inputs, outputs, stride, **drawn):
    """The shortcut: the identity, or a 1x1 convolution with batch norm where there are more channels."""
    if inputs == outputs:
        return None
    return Sequential(
        Conv2d(inputs, outputs, 1, stride, bias=False, **drawn), BatchNorm2d(outputs, dtype=drawn["dtype"])
    )


def _basic(inputs, width, stride, shortcuts=True, **drawn):
    body = convolutions(inputs, [(width, 3, stride), (width, 3, 1)], **drawn)
    return block(body, _projection(inputs, width, stride, **drawn) if shortcuts else None, shortcuts), width


def _bottleneck(inputs, width, stride, v1, **drawn):
    first, second = (stride, 1) if v1 else (1, stride)
    body = convolutions(inputs, [(width, 1, first), (width, 3, second), (4 * width, 1, 1)], **drawn)
    return block(body, _projection(inputs, 4 * width, stride, **drawn), True), 4 * width


def _resnet(function, kind, counts, num_classes, rng, dtype):
    classes, drawn = as_classes(function, num_classes, rng), {"rng": rng, "dtype": dtype}
    layers = {
        "conv1": Conv2d(3, 64, 7, 2, 3, bias=False, **drawn),
        "bn1": BatchNorm2d(64, dtype=dtype),
        "relu": ReLU(),
        "maxpool": MaxPool2d(3, 2, 1),
    }
    channels = 64
    for stage, count in enumerate(counts, start=1):
        blocks = []
        for i in range(count):
            made, channels = kind(channels, 64 * 2 ** (stage - 1), 2 if stage > 1 and i == 0 else 1, **drawn)
            blocks.append(made)
        layers[f"layer{stage}"] = Sequential(*blocks)
    layers |= {"avgpool": GlobalAvgPool(), "flatten": Flatten(), "fc": Linear(channels, classes, **drawn)}
    network = Sequential(layers)
    draw_he(network, rng)
    return network


def resnet18(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    r"""Return ResNet-18, with blocks of two 3x3 convolutions.

    A block computes, with batch norm in F after each convolution,

    .. math:: y = \text{relu}(F(x) + x) ,

    where x goes through a 1x1 convolution of stride 2 and batch norm if the block halves the image. There are four
    stages of blocks, with 64, 128, 256 and 512 channels; 18 counts the convolutions, these shortcuts excepted, and the
    last layer.

    Parameters
    ----------
    num_classes : int, default 1000
    rng : numpy.random.Generator
        Draws the weights: those of convolutions from the normal distribution of variance 2 / (kernel places x output
        channels), those of the last layer as `Linear` does.
    dtype : dtype, default float32

    Returns
    -------
    Sequential
        From (N, 3, H, W) to (N, num_classes) for images of any size. Its `state_dict` has torchvision's names, order
        and shapes, and 11,689,512 parameters for a thousand classes.

    Raises
    ------
    ValueError
        If `num_classes` is below 1, or `rng` is no generator.

    References
    ----------
    He, Zhang, Ren and Sun (2016), *Deep residual learning for image recognition*, table 1.

    Examples
    --------
    >>> network = resnet18(10, rng=np.random.default_rng(0)).eval()
    >>> network(np.zeros((1, 3, 32, 32), np.float32)).shape
    (1, 10)
    >>> [name for name in network.state_dict() if "downsample" in name][0]
    'layer2.0.downsample.0.weight'
    """
    return _resnet("resnet18", _basic, (2, 2, 2, 2), num_classes, rng, dtype)


def resnet34(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return ResNet-34: `resnet18` with 3, 4, 6 and 3 blocks in its stages, and 21,797,672 parameters.

    Examples
    --------
    >>> len(resnet34(10, rng=np.random.default_rng(0))["layer3"])
    6
    """
    return _resnet("resnet34", _basic, (3, 4, 6, 3), num_classes, rng, dtype)


def plain18(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return the plain twin of `resnet18`: the same layers without the shortcuts.

    Examples
    --------
    >>> list(plain18(10, rng=np.random.default_rng(0))["layer2"][0].children)
    ['conv1', 'bn1', 'relu1', 'conv2', 'bn2', 'relu2']
    """
    return _resnet("plain18", partial(_basic, shortcuts=False), (2, 2, 2, 2), num_classes, rng, dtype)


def plain34(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return the plain twin of `resnet34`: the same layers without the shortcuts.

    Examples
    --------
    >>> len(plain34(10, rng=np.random.default_rng(0))["layer3"])
    6
    """
    return _resnet("plain34", partial(_basic, shortcuts=False), (3, 4, 6, 3), num_classes, rng, dtype)


def resnet50(
    num_classes: int = 1000, *, v1: bool = False, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Sequential:
    """Return ResNet-50, with bottlenecks: a 1x1, a 3x3 and a 1x1 convolution.

    The first 1x1 convolution brings the channels down to 64, 128, 256 or 512 in the four stages, and the last one up to
    four times as many. All else is as in `resnet18`.

    Parameters
    ----------
    num_classes : int, default 1000
    v1 : bool, default False
        Whether a block that halves the image does so in its first 1x1 convolution, as in the paper. Otherwise it does
        so in the 3x3 convolution, as in torchvision, which is known as v1.5: the parameters are the same.
    rng : numpy.random.Generator
        Draws the weights, as for `resnet18`.
    dtype : dtype, default float32

    Returns
    -------
    Sequential
        From (N, 3, H, W) to (N, num_classes), with 25,557,032 parameters for a thousand classes.

    Raises
    ------
    ValueError
        If `num_classes` is below 1, `v1` is no bool, or `rng` is no generator.

    References
    ----------
    He, Zhang, Ren and Sun (2016), *Deep residual learning for image recognition*, table 1 and figure 5.

    Examples
    --------
    >>> block = resnet50(10, rng=np.random.default_rng(0))["layer2"][0]
    >>> [(name, layer.stride) for name, layer in block.named_layers() if isinstance(layer, Conv2d)]
    [('conv1', (1, 1)), ('conv2', (2, 2)), ('conv3', (1, 1)), ('downsample.0', (2, 2))]
    """
    kind = partial(_bottleneck, v1=flag("resnet50", "v1", v1))
    return _resnet("resnet50", kind, (3, 4, 6, 3), num_classes, rng, dtype)


def resnet101(
    num_classes: int = 1000, *, v1: bool = False, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Sequential:
    """Return ResNet-101: `resnet50` with 3, 4, 23 and 3 blocks in its stages, and 44,549,160 parameters.

    Examples
    --------
    >>> len(resnet101(10, rng=np.random.default_rng(0))["layer3"])
    23
    """
    kind = partial(_bottleneck, v1=flag("resnet101", "v1", v1))
    return _resnet("resnet101", kind, (3, 4, 23, 3), num_classes, rng, dtype)


def resnet152(
    num_classes: int = 1000, *, v1: bool = False, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Sequential:
    """Return ResNet-152: `resnet50` with 3, 8, 36 and 3 blocks in its stages, and 60,192,808 parameters.

    Examples
    --------
    >>> len(resnet152(10, rng=np.random.default_rng(0))["layer3"])
    36
    """
    kind = partial(_bottleneck, v1=flag("resnet152", "v1", v1))
    return _resnet("resnet152", kind, (3, 8, 36, 3), num_classes, rng, dtype)

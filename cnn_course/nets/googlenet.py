"""GoogLeNet: inception modules, as torchvision has them and as the paper of 2015 has them."""

import numpy as np
from numpy.typing import DTypeLike

from cnn_course.nets.auxiliary import AuxiliaryHeads
from cnn_course.nets.initial import as_classes, draw_he
from cnn_course.nn import (
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Sequential,
)
from cnn_course.validate import flag

INCEPTIONS = {  # table 1 of the paper: #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def _conv(inputs, outputs, kernel, stride=1, *, normed, **drawn):
    """A convolution and its ReLU, with batch norm between them and no bias if `normed`."""
    conv = Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=not normed, **drawn)
    norm = {"bn": BatchNorm2d(outputs, eps=0.001, dtype=drawn["dtype"])} if normed else {}
    return Sequential({"conv": conv} | norm | {"relu": ReLU()})


def _inception(inputs, numbers, kernel, **how):
    """Four branches side by side; a kernel of 5 is that of the paper in the third."""
    ones, before3, threes, before5, fives, after_pool = numbers
    return Concat(
        {
            "branch1": _conv(inputs, ones, 1, **how),
            "branch2": Sequential(_conv(inputs, before3, 1, **how), _conv(before3, threes, 3, **how)),
            "branch3": Sequential(_conv(inputs, before5, 1, **how), _conv(before5, fives, kernel, **how)),
            "branch4": Sequential(MaxPool2d(3, 1, 1), _conv(inputs, after_pool, 1, **how)),
        }
    )


def _googlenet(function, normed, kernel, dropout, num_classes, rng, dtype):
    classes, how = as_classes(function, num_classes, rng), {"normed": normed, "rng": rng, "dtype": dtype}
    norms = [{} if normed else {f"norm{i}": LocalResponseNorm(5, alpha=1e-4, beta=0.75)} for i in (1, 2)]
    layers = {
        "conv1": _conv(3, 64, 7, 2, **how),
        "maxpool1": MaxPool2d(3, 2, ceil_mode=True),
        **norms[0],
        "conv2": _conv(64, 64, 1, **how),
        "conv3": _conv(64, 192, 3, **how),
        **norms[1],
        "maxpool2": MaxPool2d(3, 2, ceil_mode=True),
    }
    inputs = 192
    for name, numbers in INCEPTIONS.items():
        if name == "4a":
            layers["maxpool3"] = MaxPool2d(3, 2, ceil_mode=True)
        if name == "5a":
            layers["maxpool4"] = MaxPool2d(2 if normed else 3, 2, ceil_mode=True)
        layers[f"inception{name}"] = _inception(inputs, numbers, kernel, **how)
        ones, _, threes, _, fives, after_pool = numbers
        inputs = ones + threes + fives + after_pool
    layers |= {"avgpool": GlobalAvgPool(), "flatten": Flatten(), "dropout": Dropout(dropout, rng=rng)}
    network = Sequential(layers | {"fc": Linear(inputs, classes, rng=rng, dtype=dtype)})
    draw_he(network, rng)
    return network


def googlenet(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return GoogLeNet as torchvision has it, without its auxiliary heads.

    An inception module has four branches side by side: a 1x1 convolution; a 1x1 and a 3x3 convolution; again a 1x1 and
    a 3x3 convolution, where the paper has a 5x5; and a max-pool and a 1x1 convolution. Their outputs are joined along
    the channels. Nine such modules stand on three convolutions, and each convolution is followed by batch norm.

    Parameters
    ----------
    num_classes : int, default 1000
    rng : numpy.random.Generator
        Draws the weights, as for `resnet18`, and then what dropout leaves out.
    dtype : dtype, default float32

    Returns
    -------
    Sequential
        From (N, 3, H, W) to (N, num_classes), for images of any size. Its `state_dict` has torchvision's names, order
        and shapes, and 6,624,904 parameters for a thousand classes.

    Raises
    ------
    ValueError
        If `num_classes` is below 1, or `rng` is no generator.

    Notes
    -----
    The auxiliary heads serve training alone. `load_state_dict` with `strict=False` takes weights that have them, and
    names them as unexpected.

    References
    ----------
    Szegedy et al. (2015), *Going deeper with convolutions*, figure 2 and table 1.

    Examples
    --------
    >>> network = googlenet(10, rng=np.random.default_rng(0)).eval()
    >>> network(np.zeros((1, 3, 64, 64), np.float32)).shape
    (1, 10)
    >>> list(network["inception3a"].state_dict())[0]
    'branch1.conv.weight'
    """
    return _googlenet("googlenet", True, 3, 0.2, num_classes, rng, dtype)


def _head(inputs, classes, rng, dtype):
    """An auxiliary head for images of 224 x 224, where the modules 4a and 4d have outputs of 14 x 14."""
    drawn = {"rng": rng, "dtype": dtype}
    return Sequential(
        {
            "avgpool": AvgPool2d(5, 3),  # to 4 x 4
            "conv": Conv2d(inputs, 128, 1, **drawn),
            "relu1": ReLU(),
            "flatten": Flatten(),
            "fc1": Linear(128 * 4 * 4, 1024, **drawn),
            "relu2": ReLU(),
            "dropout": Dropout(0.7, rng=rng),
            "fc2": Linear(1024, classes, **drawn),
        }
    )


def googlenet_2015(
    num_classes: int = 1000, *, aux_logits: bool = False, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Sequential | AuxiliaryHeads:
    """Return GoogLeNet as the paper has it, with or without its auxiliary heads.

    The third branch of a module has a 5x5 convolution, convolutions have biases and no batch norm, and the first and
    the third are followed by local response normalisation, the first after its pool. All else is as in `googlenet`,
    but for its last max-pool, whose windows are 3x3 and not 2x2, and for dropout, which leaves out 40 % and not 20 %.

    Parameters
    ----------
    num_classes : int, default 1000
    aux_logits : bool, default False
        Whether to have the two heads, on the modules 4a and 4d; then images must be of 224 x 224 in training mode.
    rng : numpy.random.Generator
        Draws the weights, as for `resnet18`, and then what dropout leaves out.
    dtype : dtype, default float32

    Returns
    -------
    Sequential, or AuxiliaryHeads
        From (N, 3, H, W) to (N, num_classes), with 6,998,552 parameters for a thousand classes. With the heads
        13,378,280 parameters, and in training mode the output has the shape (N, num_classes, 3).

    Raises
    ------
    ValueError
        If `num_classes` is below 1, `aux_logits` is neither True nor False, or `rng` is no generator.

    Notes
    -----
    The paper does not give the constants of the normalisation: they are those of bvlc_googlenet, the replication in
    Caffe, which divides alpha by the size as `LocalResponseNorm` does, with k = 1. A head averages over windows of
    5 x 5 with stride 3, and has a 1x1 convolution with 128 channels, a fully connected layer with 1024
    outputs, dropout of 70 %, and the logits. Train with the loss of `auxiliary_loss`.

    References
    ----------
    Szegedy et al. (2015), *Going deeper with convolutions*, figure 3 and table 1.

    Examples
    --------
    >>> network = googlenet_2015(10, rng=np.random.default_rng(0))
    >>> network["inception3a"]["branch3"][1]["conv"].kernel_size
    (5, 5)
    """
    aux_logits = flag("googlenet_2015", "aux_logits", aux_logits)
    network = _googlenet("googlenet_2015", False, 5, 0.4, num_classes, rng, dtype)
    if not aux_logits:
        return network
    inputs = {"inception4a": 512, "inception4d": 528}
    network = AuxiliaryHeads(network, {name: _head(n, num_classes, rng, dtype) for name, n in inputs.items()})
    draw_he(network.heads, rng)
    return network

"""The residual networks for small images, from 20 to 110 layers and beyond, and their plain twins."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from cnn_course.nets.initial import as_classes, draw_he
from cnn_course.nets.resnet import block, convolutions
from cnn_course.nn import BatchNorm2d, Conv2d, Flatten, GlobalAvgPool, Linear, ReLU, Sequential
from cnn_course.nn.base import FunctionLayer
from cnn_course.validate import as_floats, as_upstream, check_layout, integer


def _subsample_and_pad(x: ArrayLike, *, stride: int, channels: int) -> np.ndarray:
    (x,) = as_floats("ZeroPadShortcut", x=x)
    check_layout("ZeroPadShortcut", "x", x, "N C H W")
    if x.shape[1] > channels:
        raise ValueError(f"ZeroPadShortcut: x must have at most {channels} channels, got {x.shape[1]}")
    kept = x[:, :, ::stride, ::stride]
    y = np.zeros((len(x), channels, *kept.shape[2:]), x.dtype)
    y[:, : x.shape[1]] = kept
    return y


def _subsample_and_pad_backward(grad_output: ArrayLike, x: ArrayLike, *, stride: int, channels: int) -> np.ndarray:
    (x,) = as_floats("ZeroPadShortcut.backward", x=x)
    grad_x = np.zeros_like(x)
    kept = grad_x[:, :, ::stride, ::stride]
    shape = (len(x), channels, *kept.shape[2:])
    kept[...] = as_upstream("ZeroPadShortcut.backward", grad_output, x, shape)[:, : x.shape[1]]
    return grad_x


class ZeroPadShortcut(FunctionLayer):
    r"""A shortcut without parameters to a smaller image with more channels: the new ones are zero.

    .. math:: y[n, c, i, j] = x[n, c, s i, s j] \text{ for the channels } c \text{ of } x,
        \qquad y[n, c, i, j] = 0 \text{ for all others.}

    Parameters
    ----------
    channels : int
        Number of channels of the output, at least that of the input.
    stride : int, default 2

    Raises
    ------
    ValueError
        If a number is below 1, or the input has more channels.

    References
    ----------
    He, Zhang, Ren and Sun (2016), *Deep residual learning for image recognition*, section 3.3, option A.

    Examples
    --------
    >>> ZeroPadShortcut(2)(np.arange(9.0).reshape(1, 1, 3, 3))
    array([[[[0., 2.],
             [6., 8.]],
    <BLANKLINE>
            [[0., 0.],
             [0., 0.]]]])
    """

    ndim, kernel_size, padding = 2, 1, 0  # the receptive field is that of a window of one place
    arguments = ("stride", "channels")
    function, gradient = staticmethod(_subsample_and_pad), staticmethod(_subsample_and_pad_backward)

    def __init__(self, channels: int, stride: int = 2) -> None:
        self.channels = integer("ZeroPadShortcut", "channels", channels, minimum=1)
        self.stride = integer("ZeroPadShortcut", "stride", stride, minimum=1)


def resnet_cifar(
    depth: int = 20, num_classes: int = 10, *, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Sequential:
    r"""Return a residual network for small colour images, as those of CIFAR-10.

    A 3x3 convolution, then three stages of n blocks with two 3x3 convolutions each, on 16, 32 and 64 channels, the mean
    of each channel, and a fully connected layer: :math:`6 n + 2` layers with weights. The shortcuts have none: where
    the image is halved they take every second place, and the new channels are zero.

    Parameters
    ----------
    depth : int, default 20
        Number of layers with weights, :math:`6 n + 2` with n at least 1: the paper has 20, 32, 44, 56, 110 and 1202.
    num_classes : int, default 10
    rng : numpy.random.Generator
        Draws the weights, as for `resnet18`.
    dtype : dtype, default float32

    Returns
    -------
    Sequential
        From (N, 3, H, W) to (N, num_classes), for images of any size. For ten classes it has 269,722 parameters in 20
        layers and 1,727,962 in 110.

    Raises
    ------
    ValueError
        If `depth` is not :math:`6 n + 2`, `num_classes` is below 1, or `rng` is no generator.

    References
    ----------
    He, Zhang, Ren and Sun (2016), *Deep residual learning for image recognition*, section 4.2.

    Examples
    --------
    >>> network = resnet_cifar(20, rng=np.random.default_rng(0))
    >>> network(np.zeros((2, 3, 32, 32), np.float32)).shape
    (2, 10)
    >>> sum(parameter.data.size for _, parameter in network.named_parameters())
    269722
    """
    return _cifar("resnet_cifar", depth, True, num_classes, rng, dtype)


def plain_cifar(
    depth: int = 20, num_classes: int = 10, *, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Sequential:
    """Return the plain twin of `resnet_cifar`: the same layers without the shortcuts, and the same parameters by name.

    Examples
    --------
    >>> plain, residual = (make(8, rng=np.random.default_rng(0)) for make in (plain_cifar, resnet_cifar))
    >>> list(plain.state_dict()) == list(residual.state_dict())
    True
    """
    return _cifar("plain_cifar", depth, False, num_classes, rng, dtype)


def _cifar(function, depth, shortcuts, num_classes, rng, dtype):
    classes, drawn = as_classes(function, num_classes, rng), {"rng": rng, "dtype": dtype}
    count, rest = divmod(integer(function, "depth", depth, minimum=8) - 2, 6)
    if rest:
        raise ValueError(f"{function}: depth must be 6 n + 2 for a number n of blocks in a stage, got {depth}")
    layers = {
        "conv1": Conv2d(3, 16, 3, padding=1, bias=False, **drawn),
        "bn1": BatchNorm2d(16, dtype=dtype),
        "relu": ReLU(),
    }
    inputs = 16
    for stage, channels in enumerate((16, 32, 64), start=1):
        blocks = []
        for _ in range(count):
            stride = 1 if inputs == channels else 2
            body = convolutions(inputs, [(channels, 3, stride), (channels, 3, 1)], **drawn)
            blocks.append(block(body, None if stride == 1 else ZeroPadShortcut(channels), shortcuts))
            inputs = channels
        layers[f"layer{stage}"] = Sequential(*blocks)
    network = Sequential(
        layers | {"avgpool": GlobalAvgPool(), "flatten": Flatten(), "fc": Linear(64, classes, **drawn)}
    )
    draw_he(network, rng)
    return network

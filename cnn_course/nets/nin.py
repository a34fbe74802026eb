"""Network in network: convolutions followed by 1x1 convolutions, and no fully connected layer."""

import numpy as np
from numpy.typing import DTypeLike

from cnn_course.nets.initial import as_classes, draw_he
from cnn_course.nn import AvgPool2d, Conv2d, Dropout, Flatten, GlobalAvgPool, MaxPool2d, ReLU, Sequential


def nin(num_classes: int = 10, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return a network in network for small colour images, as those of CIFAR-10.

    Three stages, each of a 5x5, 5x5 or 3x3 convolution and two 1x1 convolutions, which are called cccp and are a small
    network at every place; each is followed by a ReLU. After the first stage there is a max-pool, after the second an
    average pool, of 3x3 windows with stride 2, and dropout after both. The last 1x1 convolution has one channel for
    each class, and the mean of it is the logit.

    Parameters
    ----------
    num_classes : int, default 10
    rng : numpy.random.Generator
        Draws the weights, as for `resnet18`, and then what dropout leaves out.
    dtype : dtype, default float32

    Returns
    -------
    Sequential
        From (N, 3, H, W) to (N, num_classes), for images of any size, with 966,986 parameters for ten classes.

    Raises
    ------
    ValueError
        If `num_classes` is below 1, or `rng` is no generator.

    Notes
    -----
    The numbers of channels, 192, 160 and 96 in the first stage and 192 in the others, are those of the network that the
    authors published beside the paper.

    References
    ----------
    Lin, Chen and Yan (2014), *Network in network*, sections 3 and 4.

    Examples
    --------
    >>> network = nin(rng=np.random.default_rng(0))
    >>> network(np.zeros((2, 3, 32, 32), np.float32)).shape
    (2, 10)
    >>> sum(parameter.data.size for _, parameter in network.named_parameters())
    966986
    """
    classes, drawn = as_classes("nin", num_classes, rng), {"rng": rng, "dtype": dtype}
    pools = {1: MaxPool2d(3, 2, ceil_mode=True), 2: AvgPool2d(3, 2, ceil_mode=True)}
    layers, inputs = {}, 3
    for stage, (kernel, *widths) in enumerate(((5, 192, 160, 96), (5, 192, 192, 192), (3, 192, 192, classes)), start=1):
        names = (f"conv{stage}", f"cccp{2 * stage - 1}", f"cccp{2 * stage}")
        for name, size, width in zip(names, (kernel, 1, 1), widths, strict=True):
            layers |= {name: Conv2d(inputs, width, size, padding=size // 2, **drawn), f"relu_{name}": ReLU()}
            inputs = width
        if stage in pools:
            layers |= {f"pool{stage}": pools[stage], f"dropout{stage}": Dropout(rng=rng)}
    network = Sequential(layers | {"avgpool": GlobalAvgPool(), "flatten": Flatten()})
    draw_he(network, rng)
    return network

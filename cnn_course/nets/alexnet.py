"""AlexNet: as torchvision has it, and as the paper of 2012 has it, in two groups or in one."""

import numpy as np
from numpy.typing import DTypeLike

from cnn_course.nets.initial import as_classes, draw_normal
from cnn_course.nn import Conv2d, Dropout, Flatten, Linear, LocalResponseNorm, MaxPool2d, ReLU, Sequential
from cnn_course.validate import integer


def _whole(features, classes, rng, dtype):
    """The features, and the three fully connected layers with dropout before the first two."""
    drawn = {"rng": rng, "dtype": dtype}
    classifier = [
        *(Dropout(rng=rng), Linear(256 * 6 * 6, 4096, **drawn), ReLU()),
        *(Dropout(rng=rng), Linear(4096, 4096, **drawn), ReLU()),
        Linear(4096, classes, **drawn),
    ]
    return Sequential({"features": Sequential(*features), "flatten": Flatten(), "classifier": Sequential(*classifier)})


def alexnet(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return AlexNet as torchvision has it, for colour images of 224 x 224.

    Five convolutions with 64, 192, 384, 256 and 256 channels, each followed by a ReLU, and the first, second and last
    by a max-pool of 3x3 windows with stride 2; then three fully connected layers with dropout. There are no groups and
    no normalisation.

    Parameters
    ----------
    num_classes : int, default 1000
    rng : numpy.random.Generator
        Draws the weights, as the layers do, and then what dropout leaves out.
    dtype : dtype, default float32

    Returns
    -------
    Sequential
        From (N, 3, 224, 224) to (N, num_classes). Its `state_dict` has torchvision's names, order and shapes, and
        61,100,840 parameters for a thousand classes.

    Raises
    ------
    ValueError
        If `num_classes` is below 1, or `rng` is no generator.

    Notes
    -----
    Before its first fully connected layer torchvision averages the features to 6 x 6 places, so that it takes images of
    other sizes. At 224 x 224 there are 6 x 6 places, and this changes nothing: here it is left out.

    References
    ----------
    Krizhevsky (2014), *One weird trick for parallelizing convolutional neural networks*.

    Examples
    --------
    >>> network = alexnet(10, rng=np.random.default_rng(0)).eval()
    >>> network(np.zeros((1, 3, 224, 224), np.float32)).shape
    (1, 10)
    >>> list(network.state_dict())[::15]
    ['features.0.weight', 'classifier.6.bias']
    """
    classes, drawn = as_classes("alexnet", num_classes, rng), {"rng": rng, "dtype": dtype}
    features = [
        *(Conv2d(3, 64, 11, 4, 2, **drawn), ReLU(), MaxPool2d(3, 2)),
        *(Conv2d(64, 192, 5, padding=2, **drawn), ReLU(), MaxPool2d(3, 2)),
        *(Conv2d(192, 384, 3, padding=1, **drawn), ReLU()),
        *(Conv2d(384, 256, 3, padding=1, **drawn), ReLU()),
        *(Conv2d(256, 256, 3, padding=1, **drawn), ReLU(), MaxPool2d(3, 2)),
    ]
    return _whole(features, classes, rng, dtype)


def alexnet_2012(
    num_classes: int = 1000, *, groups: int = 2, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Sequential:
    """Return AlexNet as the paper has it, for colour images of 227 x 227.

    Five convolutions with 96, 256, 384, 384 and 256 channels. The second, fourth and fifth are in two groups, one for
    each of the two graphics cards that it was trained on: they meet in the third, and in the fully connected layers.
    The first two are followed by local response normalisation, after their ReLU.

    Parameters
    ----------
    num_classes : int, default 1000
    groups : {2, 1}, default 2
        With 1 each convolution sees all channels.
    rng : numpy.random.Generator
        Draws the weights as the paper does, from the normal distribution with a standard deviation of 0.01; biases are
        1 in the second, fourth and fifth convolution and in the two hidden layers, and 0 elsewhere. Then it draws what
        dropout leaves out.
    dtype : dtype, default float32

    Returns
    -------
    Sequential
        From (N, 3, 227, 227) to (N, num_classes), with 60,965,224 parameters for a thousand classes, or 62,378,344 in
        one group.

    Raises
    ------
    ValueError
        If `groups` is not 1 or 2, `num_classes` is below 1, or `rng` is no generator.

    Notes
    -----
    The paper speaks of images of 224 x 224; its 55 x 55 places after the first convolution, of 11x11 windows with
    stride 4 and no padding, are those of 227 x 227.

    References
    ----------
    Krizhevsky, Sutskever and Hinton (2012), *ImageNet classification with deep convolutional neural networks*, figure 2
    and sections 3 to 5.

    Examples
    --------
    >>> network = alexnet_2012(10, rng=np.random.default_rng(0))
    >>> [layer.groups for layer in network["features"] if isinstance(layer, Conv2d)]
    [1, 2, 1, 2, 2]
    """
    classes, drawn = as_classes("alexnet_2012", num_classes, rng), {"rng": rng, "dtype": dtype}
    if integer("alexnet_2012", "groups", groups) not in (1, 2):
        raise ValueError(f"alexnet_2012: groups must be 1 or 2, got {groups}")
    norms = [LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2) for _ in range(2)]  # the layer divides alpha by its size
    features = [
        *(Conv2d(3, 96, 11, 4, **drawn), ReLU(), norms[0], MaxPool2d(3, 2)),
        *(Conv2d(96, 256, 5, padding=2, groups=groups, **drawn), ReLU(), norms[1], MaxPool2d(3, 2)),
        *(Conv2d(256, 384, 3, padding=1, **drawn), ReLU()),
        *(Conv2d(384, 384, 3, padding=1, groups=groups, **drawn), ReLU()),
        *(Conv2d(384, 256, 3, padding=1, groups=groups, **drawn), ReLU(), MaxPool2d(3, 2)),
    ]
    network = _whole(features, classes, rng, dtype)
    weighted = [layer for _, layer in network.named_layers() if isinstance(layer, Conv2d | Linear)]
    for layer, bias in zip(weighted, (0, 1, 0, 1, 1, 1, 1, 0), strict=True):
        draw_normal(layer, 0.01, rng)
        layer.bias.data[...] = bias
    return network

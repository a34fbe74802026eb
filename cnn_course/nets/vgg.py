"""VGG: very deep networks of 3x3 convolutions, with and without batch normalisation."""

import numpy as np
from numpy.typing import DTypeLike

from cnn_course.nets.initial import as_classes, draw_he, draw_normal
from cnn_course.nn import BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU, Sequential

WIDTHS = (64, 128, 256, 512, 512)  # channels of the five stages, each of which ends in a max-pool
COUNTS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}  # convolutions in each


def _vgg(function, depth, normed, num_classes, rng, dtype):
    classes, drawn = as_classes(function, num_classes, rng), {"rng": rng, "dtype": dtype}
    features, inputs = [], 3
    for width, count in zip(WIDTHS, COUNTS[depth], strict=True):
        for _ in range(count):
            norm = [BatchNorm2d(width, dtype=dtype)] if normed else []
            features += [Conv2d(inputs, width, 3, padding=1, **drawn), *norm, ReLU()]
            inputs = width
        features.append(MaxPool2d(2))
    classifier = [
        *(Linear(512 * 7 * 7, 4096, **drawn), ReLU(), Dropout(rng=rng)),
        *(Linear(4096, 4096, **drawn), ReLU(), Dropout(rng=rng)),
        Linear(4096, classes, **drawn),
    ]
    network = Sequential(
        {"features": Sequential(*features), "flatten": Flatten(), "classifier": Sequential(*classifier)}
    )
    draw_he(network["features"], rng)
    for layer in classifier:
        if isinstance(layer, Linear):
            draw_normal(layer, 0.01, rng)
    return network


def vgg16(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return VGG-16, for colour images of 224 x 224.

    Five stages of 2, 2, 3, 3 and 3 convolutions with 64, 128, 256, 512 and 512 channels: each convolution is 3x3, keeps
    the size of the image, and is followed by a ReLU, and each stage ends in a max-pool that halves the image. Then come
    three fully connected layers, with dropout between them: 16 layers with weights.

    Parameters
    ----------
    num_classes : int, default 1000
    rng : numpy.random.Generator
        Draws the weights, as torchvision does: those of convolutions from the normal distribution of variance
        2 / (9 x output channels), those of the others with a standard deviation of 0.01; biases are 0. Then it draws
        what dropout leaves out.
    dtype : dtype, default float32

    Returns
    -------
    Sequential
        From (N, 3, 224, 224) to (N, num_classes). Its `state_dict` has torchvision's names, order and shapes, and
        138,357,544 parameters for a thousand classes.

    Raises
    ------
    ValueError
        If `num_classes` is below 1, or `rng` is no generator.

    Notes
    -----
    Before its first fully connected layer torchvision averages the features to 7 x 7 places, so that it takes images of
    other sizes. At 224 x 224 there are 7 x 7 places, and this changes nothing: here it is left out. The features alone
    take images of any size from 32 x 32 on.

    References
    ----------
    Simonyan and Zisserman (2015), *Very deep convolutional networks for large-scale image recognition*, table 1.

    Examples
    --------
    >>> network = vgg16(10, rng=np.random.default_rng(0))
    >>> network["features"](np.zeros((1, 3, 32, 32), np.float32)).shape
    (1, 512, 1, 1)
    >>> list(network.state_dict())[-2:]
    ['classifier.6.weight', 'classifier.6.bias']
    """
    return _vgg("vgg16", 16, False, num_classes, rng, dtype)


def vgg11(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return VGG-11: `vgg16` with 1, 1, 2, 2 and 2 convolutions in its stages, and 132,863,336 parameters.

    Examples
    --------
    >>> sum(COUNTS[11]) + 3  # convolutions, and fully connected layers
    11
    """
    return _vgg("vgg11", 11, False, num_classes, rng, dtype)


def vgg11_bn(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return `vgg11` with batch normalisation between each convolution and its ReLU, and 132,868,840 parameters.

    Examples
    --------
    >>> vgg11_bn(10, rng=np.random.default_rng(0))["features"][:3]
    Sequential(
      (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
      (1): BatchNorm2d(64, eps=1e-05, momentum=0.1)
      (2): ReLU()
    )
    """
    return _vgg("vgg11_bn", 11, True, num_classes, rng, dtype)


def vgg13(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return VGG-13: `vgg16` with 2, 2, 2, 2 and 2 convolutions in its stages, and 133,047,848 parameters.

    Examples
    --------
    >>> sum(COUNTS[13]) + 3  # convolutions, and fully connected layers
    13
    """
    return _vgg("vgg13", 13, False, num_classes, rng, dtype)


def vgg13_bn(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return `vgg13` with batch normalisation between each convolution and its ReLU, and 133,053,736 parameters.

    Examples
    --------
    >>> vgg13_bn(10, rng=np.random.default_rng(0))["features"][:3]
    Sequential(
      (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
      (1): BatchNorm2d(64, eps=1e-05, momentum=0.1)
      (2): ReLU()
    )
    """
    return _vgg("vgg13_bn", 13, True, num_classes, rng, dtype)


def vgg16_bn(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return `vgg16` with batch normalisation between each convolution and its ReLU, and 138,365,992 parameters.

    Examples
    --------
    >>> vgg16_bn(10, rng=np.random.default_rng(0))["features"][:3]
    Sequential(
      (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
      (1): BatchNorm2d(64, eps=1e-05, momentum=0.1)
      (2): ReLU()
    )
    """
    return _vgg("vgg16_bn", 16, True, num_classes, rng, dtype)


def vgg19(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return VGG-19: `vgg16` with 2, 2, 4, 4 and 4 convolutions in its stages, and 143,667,240 parameters.

    Examples
    --------
    >>> sum(COUNTS[19]) + 3  # convolutions, and fully connected layers
    19
    """
    return _vgg("vgg19", 19, False, num_classes, rng, dtype)


def vgg19_bn(num_classes: int = 1000, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return `vgg19` with batch normalisation between each convolution and its ReLU, and 143,678,248 parameters.

    Examples
    --------
    >>> vgg19_bn(10, rng=np.random.default_rng(0))["features"][:3]
    Sequential(
      (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
      (1): BatchNorm2d(64, eps=1e-05, momentum=0.1)
      (2): ReLU()
    )
    """
    return _vgg("vgg19_bn", 19, True, num_classes, rng, dtype)

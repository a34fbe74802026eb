"""The networks of the case studies: how each is built, from a generator, and the shape of its images."""

from functools import partial

import numpy as np

from cnn_course import nets

PHOTOGRAPH, THUMBNAIL = (3, 224, 224), (3, 32, 32)  # of ImageNet and of CIFAR-10


def _depths(name, function, *depths, **numbers):
    """Networks for photographs that differ in their depths."""
    return {
        name.format(depth): (partial(getattr(nets, f"{function}{depth}"), **numbers), PHOTOGRAPH) for depth in depths
    }


NETWORKS = {
    "LeNet-5 of 1998": (nets.lenet5_1998, (1, 32, 32)),
    "LeNet-5": (nets.lenet5, (1, 28, 28)),
    "Network in network": (nets.nin, THUMBNAIL),
    **{f"ResNet-{depth} for CIFAR": (partial(nets.resnet_cifar, depth), THUMBNAIL) for depth in (20, 32, 44, 56, 110)},
    "AlexNet of 2012": (nets.alexnet_2012, (3, 227, 227)),
    "AlexNet": (nets.alexnet, PHOTOGRAPH),
    **_depths("VGG-{}", "vgg", 11, 13, 16, 19),
    "GoogLeNet of 2015": (nets.googlenet_2015, PHOTOGRAPH),
    "GoogLeNet": (nets.googlenet, PHOTOGRAPH),
    **_depths("plain-{}", "plain", 18, 34),
    **_depths("ResNet-{}", "resnet", 18, 34, 50, 101, 152),
    **_depths("ResNet-{} v1", "resnet", 50, 101, 152, v1=True),
}
FIVE = ("AlexNet", "VGG-16", "ResNet-18", "ResNet-50", "GoogLeNet")  # those that are measured most closely


class Zeros(np.random.Generator):
    """Draws only zeros, at no cost: for what can be counted without weights."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))

    def uniform(self, low, high, size):
        """Zeros."""
        return np.zeros(size)

    def standard_normal(self, size):
        """Zeros."""
        return np.zeros(size)

"""The networks of the case studies at full size, as functions with their usual names."""

from cnn_course.nets.alexnet import alexnet, alexnet_2012
from cnn_course.nets.auxiliary import AuxiliaryHeads, auxiliary_loss
from cnn_course.nets.googlenet import googlenet, googlenet_2015
from cnn_course.nets.layers_1998 import ScaledTanh, SquaredDistance, Subsampling2d, TableConv2d
from cnn_course.nets.lenet import lenet5, lenet5_1998
from cnn_course.nets.nin import nin
from cnn_course.nets.resnet import (
    ResidualBlock,
    plain18,
    plain34,
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    resnet152,
)
from cnn_course.nets.resnet_cifar import ZeroPadShortcut, plain_cifar, resnet_cifar
from cnn_course.nets.vgg import vgg11, vgg11_bn, vgg13, vgg13_bn, vgg16, vgg16_bn, vgg19, vgg19_bn

__all__ = [
    "AuxiliaryHeads",
    "ResidualBlock",
    "ScaledTanh",
    "SquaredDistance",
    "Subsampling2d",
    "TableConv2d",
    "ZeroPadShortcut",
    "alexnet",
    "alexnet_2012",
    "auxiliary_loss",
    "googlenet",
    "googlenet_2015",
    "lenet5",
    "lenet5_1998",
    "nin",
    "plain18",
    "plain34",
    "plain_cifar",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnet_cifar",
    "vgg11",
    "vgg11_bn",
    "vgg13",
    "vgg13_bn",
    "vgg16",
    "vgg16_bn",
    "vgg19",
    "vgg19_bn",
]

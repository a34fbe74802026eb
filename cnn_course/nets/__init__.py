"""The networks of the case studies at full size, as functions with their usual names."""

from cnn_course.nets.layers_1998 import ScaledTanh, SquaredDistance, Subsampling2d, TableConv2d
from cnn_course.nets.lenet import lenet5, lenet5_1998

__all__ = [
    "ScaledTanh",
    "SquaredDistance",
    "Subsampling2d",
    "TableConv2d",
    "lenet5",
    "lenet5_1998",
]

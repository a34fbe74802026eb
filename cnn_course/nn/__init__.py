"""Layers with parameters and a memory of their forward pass, and networks made of them."""

from cnn_course.nn.activation import ReLU, Sigmoid, Softmax, Tanh
from cnn_course.nn.blur import BlurPool2d
from cnn_course.nn.containers import Concat, Residual, Sequential
from cnn_course.nn.conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from cnn_course.nn.dropout import Dropout
from cnn_course.nn.inference import freeze
from cnn_course.nn.layer import Layer, Parameter
from cnn_course.nn.linear import Flatten, Identity, Linear
from cnn_course.nn.norm import BatchNorm1d, BatchNorm2d, LocalResponseNorm
from cnn_course.nn.pool import AvgPool1d, AvgPool2d, AvgPool3d, GlobalAvgPool, MaxPool1d, MaxPool2d, MaxPool3d
from cnn_course.nn.summary import summary

__all__ = [
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BatchNorm1d",
    "BatchNorm2d",
    "BlurPool2d",
    "Concat",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Dropout",
    "Flatten",
    "GlobalAvgPool",
    "Identity",
    "Layer",
    "Linear",
    "LocalResponseNorm",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "Parameter",
    "ReLU",
    "Residual",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "freeze",
    "summary",
]

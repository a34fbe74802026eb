"""A convolution layer in NumPy as well-known courses write it: columns by fancy indexing, and back by `np.add.at`."""

import numpy as np


def forward(x, weight, stride, padding):
    """The output, and the columns that the backward pass needs."""
    places, size = _places(x.shape, weight.shape[2], stride, padding)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    columns = padded[:, *places].transpose(1, 2, 0).reshape(weight[0].size, -1)  # (C k k, L N)
    y = weight.reshape(len(weight), -1) @ columns
    return y.reshape(len(weight), *size, len(x)).transpose(3, 0, 1, 2), columns


def backward(grad_output, x, weight, columns, stride, padding):
    """The gradients in x, weight and bias."""
    places, _ = _places(x.shape, weight.shape[2], stride, padding)
    g = grad_output.transpose(1, 2, 3, 0).reshape(len(weight), -1)  # (O, L N)
    grad_columns = (weight.reshape(len(weight), -1).T @ g).reshape(len(columns), -1, len(x)).transpose(2, 0, 1)
    height, width = (n + 2 * padding for n in x.shape[2:])
    grad_padded = np.zeros((*x.shape[:2], height, width), dtype=x.dtype)
    np.add.at(grad_padded, (slice(None), *places), grad_columns)
    grad_x = grad_padded[:, :, padding : height - padding, padding : width - padding]
    return grad_x, (g @ columns.T).reshape(weight.shape), grad_output.sum(axis=(0, 2, 3))


def _places(shape, k, stride, padding):
    """Channel, row and column of each entry of the columns of one image, each (C k k, L), and the output's size."""
    channels = shape[1]
    height, width = ((n + 2 * padding - k) // stride + 1 for n in shape[2:])
    rows = np.tile(np.repeat(np.arange(k), k), channels)[:, None] + stride * np.repeat(np.arange(height), width)
    columns = np.tile(np.arange(k), k * channels)[:, None] + stride * np.tile(np.arange(width), height)
    return (np.repeat(np.arange(channels), k * k)[:, None], rows, columns), (height, width)

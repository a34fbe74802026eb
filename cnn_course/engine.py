"""`unfold` and `fold` a block of rows at a time, in the memory order that makes them cheap.

The columns of a 3x3 convolution are nine times as large as its input: written out whole they leave the cache, and
copying them costs as much as the matrix product. Cut into blocks of half a megabyte, they stay. And copying is
fastest in long runs: with the images last in memory, (C, *spatial, N), a row of windows is one run for all images.
The face of an array remains (N, C, *spatial). Elementwise NumPy functions keep the order of memory, so that it passes
from layer to layer.

A matrix here has the shape (G, rows, prod(spatial) * N): its columns are the places of all images, in that order.
"""

from math import prod

import numpy as np

from cnn_course.windows import interior, tap_slices, windows_of_padded

BLOCK_BYTES = 1 << 19  # of columns: they stay in a core's second-level cache
# going back, each block costs an addition of slices for every tap: larger blocks, fewer calls
FOLD_BLOCK_BYTES = 1 << 21
BLOCK_WINDOWS = 512  # at least: with fewer, a matrix product spends its time on packing the weight


def batch_last(x, pairs=()):
    """Return `x` (N, C, *spatial) in zero padding with the images last in memory; a copy only where one is needed."""
    if not any(map(any, pairs)):
        return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1)), -1, 0)
    sizes = x.shape[2:]
    padded = _zeros(*x.shape[:2], [n + b + a for n, (b, a) in zip(sizes, pairs, strict=True)], x.dtype)
    padded[interior(sizes, pairs)] = x
    return padded


def to_matrix(x, groups):
    """From (N, C, *spatial) to (G, C/G, prod(spatial) * N); no copy if the images are last in memory."""
    x = np.moveaxis(batch_last(x), 0, -1)
    return x.reshape(groups, x.shape[0] // groups, -1)


def from_matrix(y, size, images):
    """From (G, C/G, prod(size) * N) back to (N, C, *size)."""
    return np.moveaxis(y.reshape(-1, *size, images), -1, 0)


def column_blocks(x, g, groups):
    """Yield (where, columns): the columns that `unfold` would make, (G, C/G * prod(kernel), L) for L of them at a time.

    `where` is the slice of these columns in the whole matrix. Their memory is used again for the next block.
    """
    ndim = x.ndim - 2
    view = windows_of_padded(batch_last(x, g.padding), g)
    view = view.transpose(1, *range(2 + ndim, 2 + 2 * ndim), *range(2, 2 + ndim), 0)  # (C, *kernel, *output, N)
    if _is_pointwise(g):  # the input is its own columns
        yield slice(None), view.reshape(groups, x.shape[1] // groups, -1)
        return
    taps, (rows, *rest) = view.shape[: 1 + ndim], view.shape[1 + ndim :]
    buffer = None
    for start, stop in _row_blocks(prod(taps), rows, prod(rest), x.dtype, BLOCK_BYTES):
        size = prod(taps) * (stop - start) * prod(rest)
        buffer = np.empty(size, dtype=x.dtype) if buffer is None else buffer  # the first block is the largest
        columns = buffer[:size].reshape(*taps, stop - start, *rest)
        np.copyto(columns, view[(slice(None),) * (1 + ndim) + (slice(start, stop),)])
        yield slice(start * prod(rest), stop * prod(rest)), columns.reshape(groups, -1, (stop - start) * prod(rest))


def fold_blocks(columns, shape, g, dtype):
    """`fold` into an array of `shape` (N, C, *spatial): `columns(where)` returns the columns of a slice."""
    images, channels, *size = shape
    rows, *rest = g.output_size(size)
    if _is_pointwise(g):
        padded = from_matrix(columns(slice(None)), g.padded_size(size), images)
        return padded[interior(size, g.padding)]
    padded = _zeros(images, channels, g.padded_size(size), dtype)
    width = prod(rest) * images
    for start, stop in _row_blocks(channels * prod(g.kernel_size), rows, width, dtype, FOLD_BLOCK_BYTES):
        block = columns(slice(start * width, stop * width))
        block = np.moveaxis(block.reshape(channels, prod(g.kernel_size), stop - start, *rest, images), -1, 0)
        reached = padded[:, :, start * g.stride[0] :]
        for tap, index in enumerate(tap_slices(g, (stop - start, *rest))):
            reached[index] += block[:, :, tap]
        del block  # or two would be held while the next one is made
    return padded[interior(size, g.padding)]


def _is_pointwise(g):
    return prod(g.kernel_size) == prod(g.stride) == 1


def _row_blocks(height, rows, width, dtype, block_bytes):
    """Cut the first axis of the windows into blocks of about so many bytes of columns."""
    at_a_time = max(block_bytes // (dtype.itemsize * height * width), -(-BLOCK_WINDOWS // width))
    return [(start, min(start + at_a_time, rows)) for start in range(0, rows, at_a_time)]


def _zeros(images, channels, size, dtype):
    return np.moveaxis(np.zeros((channels, *size, images), dtype=dtype), -1, 0)

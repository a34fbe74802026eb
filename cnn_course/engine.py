"""The engine of all convolutions: three maps, and the columns that they multiply, a block at a time.

A convolution pairs an upstream array g (N, O, *output) with an input x and a weight w in one number that is linear
in each of the three:

    <g, w * x> = sum over n, o, u, c, v of g[n, o, u] w[o, c, v] x[n, c, u s + v d - p] .

Its three partial derivatives are the three maps that follow, and there are no others to write: `forward` is the
convolution itself; `input_gradient`, its adjoint in x, is also the transposed convolution; `weight_gradient` is its
adjoint in w. With W = weight.reshape(O, -1) they are W @ unfold(x), fold(W.T @ g) and g @ unfold(x).T, group by group.

Yet they do not call `unfold` and `fold`, which hold all columns at once, image by image. The columns of a 3x3
convolution are nine times as large as its input: written out whole they leave the cache, and copying them costs as much
as the matrix product. `column_blocks` and `fold_blocks` make the same columns in blocks of half a megabyte, which stay.
And copying is fastest in long runs: with the images last in memory, (C, *spatial, N), a row of windows is one run for
all images. The face of an array remains (N, C, *spatial). Elementwise NumPy functions keep the order of memory, so that
it passes from layer to layer. Where windows and taps lie is written once for both pairs, in `cnn_course.windows`.

A matrix here has the shape (G, rows, prod(spatial) * N): its columns are the places of all images, in that order.
"""

from math import prod

import numpy as np

from cnn_course.windows import interior, tap_slices, windows_of_padded

BLOCK_BYTES = 1 << 19  # of columns: they stay in a core's second-level cache
# going back, each block costs an addition of slices for every tap: larger blocks, fewer calls
FOLD_BLOCK_BYTES = 1 << 21
BLOCK_WINDOWS = 512  # at least: with fewer, a matrix product spends its time on packing the weight


def forward(x, weight, geometry, groups, bias=None):
    """W @ unfold(x) + b: from (N, C, *spatial) to (N, O, *output)."""
    size = geometry.output_size(x.shape[2:])
    weight_matrix = _by_group(weight, groups)
    y = np.empty((groups, weight_matrix.shape[1], prod(size) * x.shape[0]), dtype=x.dtype)
    for where, columns in column_blocks(x, geometry, groups):
        block = np.matmul(weight_matrix, columns, out=y[:, :, where])  # (G, O/G, CK/G) @ (G, CK/G, L)
        if bias is not None:
            block += bias.reshape(groups, -1, 1)
    return from_matrix(y, size, x.shape[0])


def input_gradient(y, weight, geometry, groups, size):
    """fold(W.T @ y): from (N, O, *output) to (N, C, *size), the adjoint of `forward` in x."""
    transposed, y_matrix = _by_group(weight, groups).swapaxes(1, 2), to_matrix(y, groups)
    shape = (y.shape[0], weight.shape[1] * groups, *size)
    return fold_blocks(lambda where: transposed @ y_matrix[:, :, where], shape, geometry, y.dtype)


def weight_gradient(x, y, geometry, groups):
    """Sum of y @ unfold(x).T over the images: (O, C/G, *kernel), the adjoint of `forward` in the weight."""
    y_matrix = to_matrix(y, groups).swapaxes(1, 2)
    # the transpose of y @ unfold(x).T: BLAS is faster when the operand that lies across, y, is the smaller one
    transposed = sum(columns @ y_matrix[:, where] for where, columns in column_blocks(x, geometry, groups))
    return transposed.swapaxes(1, 2).reshape(y.shape[1], x.shape[1] // groups, *geometry.kernel_size)


def bias_gradient(grad_output):
    """The bias reaches every position of its channel, in every image."""
    return grad_output.sum(axis=(0, *range(2, grad_output.ndim)))


def _by_group(weight, groups):
    weight = np.ascontiguousarray(weight)  # a flipped view would keep the product from using BLAS
    return weight.reshape(groups, weight.shape[0] // groups, -1)


def batch_last(x, pairs=()):
    """Return `x` (N, C, *spatial) in zero padding with the images last in memory; a copy only where one is needed."""
    if not any(map(any, pairs)):
        return _images_first(np.ascontiguousarray(_images_last(x)))
    sizes = x.shape[2:]
    padded = _zeros(*x.shape[:2], [n + b + a for n, (b, a) in zip(sizes, pairs, strict=True)], x.dtype)
    padded[interior(sizes, pairs)] = x
    return padded


def to_matrix(x, groups):
    """From (N, C, *spatial) to (G, C/G, prod(spatial) * N); no copy if the images are last in memory."""
    x = _images_last(batch_last(x))
    return x.reshape(groups, x.shape[0] // groups, -1)


def from_matrix(y, size, images):
    """From (G, C/G, prod(size) * N) back to (N, C, *size)."""
    return _images_first(y.reshape(prod(y.shape[:-1]), *size, images))


def column_blocks(x, geometry, groups):
    """Yield (where, columns): the columns that `unfold` would make, (G, C/G * prod(kernel), L) for L of them at a time.

    `where` is the slice of these columns in the whole matrix. Their memory is used again for the next block.
    """
    ndim = x.ndim - 2
    view = windows_of_padded(batch_last(x, geometry.padding), geometry)
    view = view.transpose(1, *range(2 + ndim, 2 + 2 * ndim), *range(2, 2 + ndim), 0)  # (C, *kernel, *output, N)
    if _is_pointwise(geometry):  # the input is its own columns
        yield slice(None), view.reshape(groups, x.shape[1] // groups, -1)
        return
    taps, (rows, *rest) = view.shape[: 1 + ndim], view.shape[1 + ndim :]
    buffer = None
    for start, stop in _row_blocks(prod(taps), rows, prod(rest), x.dtype, BLOCK_BYTES):
        size = prod(taps) * (stop - start) * prod(rest)
        buffer = np.empty(size, dtype=x.dtype) if buffer is None else buffer  # the first block is the largest
        columns = buffer[:size].reshape(*taps, stop - start, *rest)
        np.copyto(columns, view[(slice(None),) * (1 + ndim) + (slice(start, stop),)])
        yield (
            slice(start * prod(rest), stop * prod(rest)),
            columns.reshape(groups, x.shape[1] // groups * prod(geometry.kernel_size), (stop - start) * prod(rest)),
        )


def fold_blocks(columns, shape, geometry, dtype):
    """`fold` into an array of `shape` (N, C, *spatial): `columns(where)` returns the columns of a slice."""
    images, channels, *size = shape
    rows, *rest = geometry.output_size(size)
    if _is_pointwise(geometry):
        padded = from_matrix(columns(slice(None)), geometry.padded_size(size), images)
        return padded[interior(size, geometry.padding)]
    padded = _zeros(images, channels, geometry.padded_size(size), dtype)
    width = prod(rest) * images
    for start, stop in _row_blocks(channels * prod(geometry.kernel_size), rows, width, dtype, FOLD_BLOCK_BYTES):
        block = columns(slice(start * width, stop * width))
        block = _images_first(block.reshape(channels, prod(geometry.kernel_size), stop - start, *rest, images))
        reached = padded[:, :, start * geometry.stride[0] :]
        for tap, index in enumerate(tap_slices(geometry, (stop - start, *rest))):
            reached[index] += block[:, :, tap]
        del block  # or two would be held while the next one is made
    return padded[interior(size, geometry.padding)]


def _is_pointwise(geometry):
    return prod(geometry.kernel_size) == prod(geometry.stride) == 1


def _row_blocks(height, rows, width, dtype, block_bytes):
    """Cut the first axis of the windows into blocks of about so many bytes of columns."""
    width = max(width, 1)  # an empty batch is one block of nothing
    at_a_time = max(block_bytes // (dtype.itemsize * height * width), -(-BLOCK_WINDOWS // width))
    return [(start, min(start + at_a_time, rows)) for start in range(0, rows, at_a_time)]


def _zeros(images, channels, size, dtype):
    return _images_first(np.zeros((channels, *size, images), dtype=dtype))


def _images_last(x):
    return x.transpose(*range(1, x.ndim), 0)  # `np.moveaxis` does the same, in ten times the time


def _images_first(x):
    return x.transpose(-1, *range(x.ndim - 1))

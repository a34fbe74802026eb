r"""Winograd's convolution F(4, 3): 3x3 kernels with a quarter of the multiplications, for inference.

Four outputs of a correlation with three taps need 12 multiplications by the definition, but 6 products suffice: of six
linear combinations of the inputs with six of the weights,

.. math:: y = A^{\top} \bigl[ (G w) \odot (B^{\top} x) \bigr] .

On both axes of an image that makes 36 products for 16 outputs, where the definition takes 144. The combinations cost
accuracy: in float32 the error is about 1e-5 of the largest output, ten to fifty times that of the definition. So this
is for networks that are trained already. Lavin and Gray (2016), whose matrices these are.
"""

import numpy as np

from cnn_course.engine import batch_last

TILE, WINDOW = 4, 6  # outputs and inputs of a tile on each axis
BLOCK_BYTES = 1 << 21  # of transformed inputs at a time

G = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24
B_T = np.array(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ]
)
A_T = np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]])


def transform_weight(weight):
    """From (O, C, 3, 3) to (36, O, C): done once for a network that does not learn any more."""
    outputs, channels = weight.shape[:2]
    both_axes = np.kron(G, G).astype(weight.dtype)
    return (both_axes @ weight.reshape(-1, 9).T).reshape(WINDOW**2, outputs, channels)


def forward(x, transformed, padding, bias=None):
    """Convolution of `x` (N, C, H, W), stride 1, with a weight from `transform_weight`: (N, O, H', W')."""
    images, channels = x.shape[:2]
    height, width = (n + sum(pair) - 2 for n, pair in zip(x.shape[2:], padding, strict=True))
    if images == 0:
        return np.empty((0, transformed.shape[1], height, width), dtype=x.dtype)
    rows, columns = -(-height // TILE), -(-width // TILE)
    before, after = (np.kron(m, m).astype(x.dtype) for m in (B_T, A_T))
    y = np.empty((transformed.shape[1], rows, TILE, columns, TILE, images), dtype=x.dtype)
    step = max(1, BLOCK_BYTES // (x.itemsize * WINDOW**2 * channels * columns * images))
    for start in range(0, rows, step):
        where = slice(start, min(start + step, rows))
        outputs = _outputs(_tiles(x, padding, where, columns), before, transformed, after)
        if bias is not None:
            outputs += bias.reshape(-1, 1, 1, 1)
        y[:, where] = outputs.transpose(2, 3, 0, 4, 1, 5)
    y = y.reshape(-1, rows * TILE, columns * TILE, images)[:, :height, :width]
    return np.moveaxis(y, -1, 0)


def _tiles(x, padding, where, columns):
    """The windows of some rows of tiles, (6, 6, C, rows, columns, N): only what they read of `x` is padded."""
    (top, _), (left, _) = padding
    height, width = x.shape[2:]
    first, last = where.start * TILE - top, where.stop * TILE + WINDOW - TILE - top  # rows of `x`, if there are so many
    low, high = (min(max(edge, first), last) for edge in (0, height))
    right = columns * TILE + WINDOW - TILE - left - width
    band = batch_last(x[:, :, low:high], ((low - first, last - high), (left, right)))
    tiles = np.lib.stride_tricks.sliding_window_view(band, (WINDOW, WINDOW), axis=(2, 3))
    return tiles[:, :, ::TILE, ::TILE].transpose(4, 5, 1, 2, 3, 0)


def _outputs(tiles, before, transformed, after):
    """From tiles (6, 6, C, ...) to outputs (4, 4, O, ...); of the three arrays between, two at a time are held."""
    channels, *places = tiles.shape[2:]
    inputs = (before @ tiles.reshape(WINDOW**2, -1)).reshape(WINDOW**2, channels, -1)
    products = transformed @ inputs  # (36, O, C) @ (36, C, tiles)
    del inputs
    return (after @ products.reshape(WINDOW**2, -1)).reshape(TILE, TILE, -1, *places)

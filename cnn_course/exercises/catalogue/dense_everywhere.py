"""A dense layer that was trained on small maps, at all positions of larger ones."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="a dense layer at every position",
    chapter="5-1",
    stars=2,
    minutes=25,
    goals=(3,),
    statement=r"""
    A dense layer with `weight` of shape $(O, C h w)$ and `bias` of shape $(O)$ was trained on maps of shape
    $(C, h, w)$, flattened channel by channel and each of them row by row, as `numpy.ravel` does it. Now the maps `x`
    are larger, $(C, H, W)$ with $H \ge h$ and $W \ge w$.

    Write `dense_everywhere(x, weight, bias, height, width)`, where `height` and `width` are $h$ and $w$. It returns
    what the layer makes of every window of $h \times w$, as an array of shape $(O, H - h + 1, W - w + 1)$.
    """,
    hints=(
        "What are C and O, and where can you read them?",
        "Either give each window to the dense layer, or turn the rows of the weight into filters. Into which shape?",
        "The window that begins at row i and column j is x[:, i : i + height, j : j + width].",
    ),
    remark=r"""
    With `weight.reshape(O, C, h, w)` this is a convolution without padding, and nothing has to be trained anew. Done
    window by window it computes the same products; what makes the convolution cheap in a whole network are the layers
    *before* it, which compute shared values once.
    """,
)


@exercise.solution
def dense_everywhere(x, weight, bias, height, width):
    """The outputs of a dense layer at every window of larger maps.

    >>> x = np.array([[[1.0, 2, 0], [0, 1, 3]]])
    >>> dense_everywhere(x, np.array([[1.0, 10, 100, 1000]]), np.array([0.0]), 2, 2).tolist()
    [[[1021.0, 3102.0]]]
    """
    rows, columns = x.shape[1] - height + 1, x.shape[2] - width + 1
    out = np.empty((len(weight), rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = x[:, i : i + height, j : j + width]
            out[:, i, j] = weight @ window.ravel() + bias
    return out


def draw(rng, channels, size, outputs, window, *, fractions=False):
    """Whole numbers or fractions of the shapes asked for."""
    shapes = (channels, *size), (outputs, channels * window[0] * window[1]), (outputs,)
    if fractions:
        return *(rng.standard_normal(shape) for shape in shapes), *window
    return *(rng.integers(1, 10, shape) * rng.choice([-1.0, 1.0], shape) for shape in shapes), *window


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[1.0, 2, 0], [0, 1, 3]]]), np.array([[1.0, 10, 100, 1000]]), np.array([0.0]), 2, 2


@exercise.check("maps of the trained size", points=1)
def trained_size(rng):
    yield draw(rng, 1, (2, 2), 1, (2, 2))
    yield draw(rng, 3, (2, 3), 4, (2, 3))


@exercise.check("one channel", points=1)
def one_channel(rng):
    yield draw(rng, 1, (4, 4), 1, (2, 2))
    yield draw(rng, 1, (5, 5), 3, (3, 3))


@exercise.check("several channels", points=1)
def several_channels(rng):
    yield draw(rng, 2, (4, 4), 1, (2, 2))
    yield draw(rng, 3, (5, 5), 2, (3, 3))


@exercise.check("windows and maps that are not square", points=1)
def not_square(rng):
    yield draw(rng, 1, (3, 6), 2, (2, 3))
    yield draw(rng, 2, (5, 4), 3, (3, 1))


@exercise.check("fractions", points=1)
def of_fractions(rng):
    yield draw(rng, 3, (5, 7), 4, (2, 3), fractions=True)


@exercise.alternative
def with_windows(x, weight, bias, height, width):
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(1, 2))
    filters = weight.reshape(len(weight), len(x), height, width)
    return np.einsum("cijkl,ockl->oij", windows, filters) + bias[:, None, None]


@exercise.alternative
def tap_by_tap(x, weight, bias, height, width):
    rows, columns = x.shape[1] - height + 1, x.shape[2] - width + 1
    filters = weight.reshape(len(weight), len(x), height, width)
    out = np.zeros((len(weight), rows, columns)) + bias[:, None, None]
    for k in range(height):
        for j in range(width):
            out += np.tensordot(filters[:, :, k, j], x[:, k : k + rows, j : j + columns], axes=1)
    return out


def applied(x, weight, bias, height, width, read):
    """The outputs if the window is read in another way."""
    rows, columns = x.shape[1] - height + 1, x.shape[2] - width + 1
    out = np.empty((len(weight), rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[:, i, j] = weight @ read(x[:, i : i + height, j : j + width]) + bias
    return out


@exercise.wrong("The filters have the channels last, as if the maps had been flattened pixel by pixel. They were "
                "flattened channel by channel: reshape to (O, C, h, w).")  # fmt: skip
def channels_last(x, weight, bias, height, width):
    return applied(x, weight, bias, height, width, lambda window: window.transpose(1, 2, 0).ravel())


@exercise.wrong("Rows and columns of the windows are exchanged: they were flattened row by row.")
def columns_first(x, weight, bias, height, width):
    return applied(x, weight, bias, height, width, lambda window: window.transpose(0, 2, 1).ravel())


@exercise.wrong("The kernels have been turned by 180 degrees, as in a true convolution. A dense layer multiplies the "
                "first weight with the first number.")  # fmt: skip
def turned(x, weight, bias, height, width):
    return applied(x, weight, bias, height, width, lambda window: window[:, ::-1, ::-1].ravel())


@exercise.wrong("The bias is missing. The dense layer adds it at every position.")
def no_bias(x, weight, bias, height, width):
    return dense_everywhere(x, weight, 0 * bias, height, width)


@exercise.wrong("The bias is added once for each channel. It comes once to the sum over all channels.")
def bias_for_each_channel(x, weight, bias, height, width):
    return dense_everywhere(x, weight, len(x) * bias, height, width)


@exercise.wrong("There is a row and a column too few: on n positions a window of k has n - k + 1.")
def one_position_less(x, weight, bias, height, width):
    return dense_everywhere(x, weight, bias, height, width)[:, :-1, :-1]


@exercise.wrong("The windows lie side by side: they have been moved on by their own size. Asked for is every position.")
def side_by_side(x, weight, bias, height, width):
    return dense_everywhere(x, weight, bias, height, width)[:, ::height, ::width]


@exercise.wrong("The outputs are the last axis here. As in a feature map, they come first: (O, rows, columns).")
def outputs_last(x, weight, bias, height, width):
    return np.moveaxis(dense_everywhere(x, weight, bias, height, width), 0, -1)


@exercise.wrong("Only the first window has been read. The layer is wanted at every position of the maps.")
def first_window(x, weight, bias, height, width):
    return dense_everywhere(x, weight, bias, height, width)[:, :1, :1]

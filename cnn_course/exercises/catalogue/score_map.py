"""A fully connected layer on a larger map."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="a score for every window",
    chapter="5-3",
    stars=2,
    minutes=20,
    goals=(7,),
    statement=r"""
    A network ends in a fully connected layer that was trained on feature maps of shape $(C, h, w)$. They were flattened
    in the usual order, channel by channel and row by row, so that its `weight` has shape $(O, C h w)$; its `bias` has
    shape $(O,)$. Now the network sees a larger image, and there are `features` of shape $(C, H, W)$ with $H \ge h$ and
    $W \ge w$.

    Write `score_map(features, weight, bias, height, width)`, where `height` is $h$ and `width` is $w$. It returns an
    array of shape $(O, H - h + 1, W - w + 1)$: at row $i$ and column $j$ the $O$ scores that the layer gives to the
    window of the features whose upper left corner is $(i, j)$. Do without `conv2d`, which the chapter has used: compute
    the scores from what the layer does with a window.
    """,
    hints=(
        "Cut out one window, flatten it, and apply the layer. What are i and j at most?",
        "Or give the weight the shape (O, C, h, w). Which order of axes does the flattening ask for?",
    ),
    remark=r"""
    The loop is over windows; a convolution with the weight in the shape $(O, C, h, w)$ does the same, and is the form
    in which networks are run on larger images. For $H = h$ and $W = w$ there is one window: the layer as it was
    trained.
    """,
)


@exercise.solution
def score_map(features, weight, bias, height, width):
    """The scores of all windows: features (C, H, W), weight (O, C h w), bias (O,) -> (O, H - h + 1, W - w + 1).

    >>> features = np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    >>> score_map(features, np.array([[1.0, 0.0, 0.0, 10.0]]), np.array([0.0]), 2, 2)
    array([[[51., 62.]]])
    """
    rows, columns = features.shape[1] - height + 1, features.shape[2] - width + 1
    scores = np.zeros((len(weight), rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = features[:, i : i + height, j : j + width]
            scores[:, i, j] = weight @ window.reshape(-1) + bias
    return scores


def case(rng, outputs, features, height, width):
    """Random numbers for these shapes."""
    size = features[0] * height * width
    return whole(rng, *features), whole(rng, outputs, size), whole(rng, outputs), height, width


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), np.array([[1.0, 0, 0, 10]]), np.array([0.0]), 2, 2


@exercise.check("maps of the old size", points=1)
def old_size(rng):
    yield case(rng, 3, (1, 2, 2), 2, 2)
    yield case(rng, 2, (3, 2, 3), 2, 3)


@exercise.check("one channel, a larger map", points=1)
def larger(rng):
    yield case(rng, 1, (1, 4, 4), 2, 2)
    yield case(rng, 2, (1, 3, 5), 2, 2)


@exercise.check("several channels", points=1)
def channels(rng):
    yield case(rng, 2, (3, 4, 4), 2, 2)
    yield case(rng, 3, (2, 4, 4), 3, 3)


@exercise.check("windows that are not square", points=1)
def oblong(rng):
    yield case(rng, 2, (2, 4, 5), 2, 3)
    yield case(rng, 2, (3, 5, 4), 3, 1)


@exercise.check("numbers that are not whole", points=1)
def other_numbers(rng):
    yield fractions(rng, 2, 4, 3), fractions(rng, 3, 8), fractions(rng, 3), 2, 2


@exercise.alternative
def by_windows_at_once(features, weight, bias, height, width):
    windows = np.lib.stride_tricks.sliding_window_view(features, (height, width), axis=(1, 2))
    kernels = weight.reshape(len(weight), len(features), height, width)
    return np.einsum("ocab,cijab->oij", kernels, windows) + bias[:, None, None]


@exercise.alternative
def tap_by_tap(features, weight, bias, height, width):
    kernels = weight.reshape(len(weight), -1, height, width)
    rows, columns = features.shape[1] - height + 1, features.shape[2] - width + 1
    scores = np.zeros((len(weight), rows, columns)) + bias[:, None, None]
    for a, b in np.ndindex(height, width):
        part = features[:, a : a + rows, b : b + columns]
        scores += np.tensordot(kernels[:, :, a, b], part, axes=1)
    return scores


@exercise.wrong(
    "Right with one channel. With more, features and weights do not belong together: the window has been flattened "
    "with the channel last. The layer was trained with channel first, then row, then column."
)
def channel_last(features, weight, bias, height, width):
    outputs, channels = len(weight), len(features)
    moved = weight.reshape(outputs, height, width, channels).transpose(0, 3, 1, 2)
    return score_map(features, moved.reshape(outputs, -1), bias, height, width)


@exercise.wrong(
    "The kernels are turned by 180 degrees, as in the convolution of mathematics. The layer multiplies the first "
    "number of the window by its first weight: nothing is flipped."
)
def flipped(features, weight, bias, height, width):
    kernels = weight.reshape(len(weight), -1, height, width)[:, :, ::-1, ::-1]
    return score_map(features, kernels.reshape(len(weight), -1), bias, height, width)


@exercise.wrong(
    "Rows and columns of a window are exchanged when it is flattened. Row by row: the column is the last index, which "
    "runs fastest."
)
def columns_first(features, weight, bias, height, width):
    kernels = weight.reshape(len(weight), -1, width, height).swapaxes(2, 3)
    return score_map(features, kernels.reshape(len(weight), -1), bias, height, width)


@exercise.wrong(
    "The bias is missing. A convolution that takes the place of a fully connected layer has its bias, one for each "
    "score."
)
def without_bias(features, weight, bias, height, width):
    return score_map(features, weight, 0 * bias, height, width)


@exercise.wrong(
    "The windows lie side by side, in steps of their own size. They are to overlap: one at every position of the map."
)
def side_by_side(features, weight, bias, height, width):
    return score_map(features, weight, bias, height, width)[:, ::height, ::width]


@exercise.wrong(
    "The last row and the last column of windows are missing: the last window begins at H - h, and this position is "
    "counted as well."
)
def last_missing(features, weight, bias, height, width):
    return score_map(features, weight, bias, height, width)[:, :-1, :-1]


@exercise.wrong(
    "The map is cut to its upper left corner, and all windows have the score of the first. The layer is applied to "
    "each window by itself."
)
def first_window_everywhere(features, weight, bias, height, width):
    scores = score_map(features, weight, bias, height, width)
    return np.broadcast_to(scores[:, :1, :1], scores.shape).copy()


@exercise.wrong("The scores stand in the last axis. The result has the shape of all feature maps: (O, rows, columns).")
def scores_last(features, weight, bias, height, width):
    return score_map(features, weight, bias, height, width).transpose(1, 2, 0)

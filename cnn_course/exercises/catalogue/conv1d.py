"""Find the bugs: a layer for signals that is right with one channel."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="find the bugs in a layer for signals",
    chapter="3-1",
    stars=2,
    minutes=25,
    goals=(2, 3),
    statement=r"""
    A colleague has written the convolutional layer for signals, with `x` of shape (N, C, L), `weight` of shape
    (O, C, K), `bias` of shape (O,), and a result of shape (N, O, L - K + 1). He walks over the taps, and for each of
    them takes one product of matrices:

    ```python
    def conv1d(x, weight, bias):
        n, c, length = x.shape
        o, _, taps = weight.shape
        out = length - taps + 1
        y = np.zeros((n, o, out))
        for k in range(taps):
            part = x[:, :, k : k + out]
            mix = weight[:, :, k].reshape(c, o)
            rows = part.transpose(0, 2, 1) @ mix
            y += rows.reshape(n, o, out)
        return y + bias[:, None]
    ```

    All shapes fit, with any numbers of channels and filters. With one channel and one filter every result was right.
    In a network it learned next to nothing. There are two bugs, of one kind.

    Write `conv1d(x, weight, bias)` so that it is right for all numbers of channels, filters and examples:

    $$ y[n, o, u] = b[o] + \sum_{c, k} w[o, c, k]\; x[n, c, u + k] . $$

    The numbers of `x` may be integers; the result is an array of floats all the same.
    """,
    hints=(
        "Try the layer on two channels, two filters and one tap, with numbers that you can follow by hand. Which "
        "weight does the second channel meet in the first filter?",
        "What are the axes of `weight[:, :, k]`, what should those of `mix` be, and does `reshape` exchange axes?",
        "The product `rows` has the axes (example, position, filter). How do they get into the order of y?",
    ),
    remark=r"""
    Both bugs are a `reshape` in place of a transposition. A `reshape` reads the numbers in the order of
    the indices, the last one fastest, and cuts this list into other pieces; if one of two axes has length 1, the result
    happens to be that of a transposition. For this reason a test with a single filter sees neither bug, and one with a
    single channel sees only the second. The bugs are mended by `.T` and by `transpose(0, 2, 1)`. If the matrix
    multiplies from the left, as in the solution, no axis has to be moved at all.

    A test of a layer should give every axis a length of its own, none of them 1.
    """,
)


@exercise.solution
def conv1d(x, weight, bias):
    """Layer for signals: x (N, C, L), weight (O, C, K), bias (O,) -> (N, O, L - K + 1).

    >>> x = np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    >>> weight = np.array([[[1.0, 10.0], [100.0, 1000.0]], [[0.0, 0.0], [1.0, 0.0]]])
    >>> conv1d(x, weight, np.array([0.0, 0.5]))
    array([[[5.421e+03, 6.532e+03],
            [4.500e+00, 5.500e+00]]])
    """
    taps = weight.shape[2]
    out = x.shape[2] - taps + 1
    y = np.zeros((len(x), len(weight), out))
    for k in range(taps):
        y += weight[:, :, k] @ x[:, :, k : k + out]
    return y + bias[:, None]


def case(rng, x, weight):
    """Random numbers for arrays of these shapes."""
    return whole(rng, *x), whole(rng, *weight), whole(rng, weight[0])


@exercise.check("the example", points=0)
def example(rng):
    x = np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    weight = np.array([[[1.0, 10.0], [100.0, 1000.0]], [[0.0, 0.0], [1.0, 0.0]]])
    yield x, weight, np.array([0.0, 0.5])


@exercise.check("one channel, one filter", points=1)
def single(rng):
    yield case(rng, (1, 1, 3), (1, 1, 2))
    yield case(rng, (1, 1, 6), (1, 1, 3))
    yield case(rng, (1, 1, 4), (1, 1, 4))


@exercise.check("several channels, one filter", points=1)
def channels(rng):
    yield case(rng, (1, 2, 3), (1, 2, 2))
    yield case(rng, (1, 3, 6), (1, 3, 4))


@exercise.check("one channel, several filters", points=1)
def filters(rng):
    yield case(rng, (1, 1, 4), (2, 1, 2))
    yield case(rng, (1, 1, 6), (3, 1, 2))


@exercise.check("several of both", points=2)
def both(rng):
    yield case(rng, (1, 2, 4), (2, 2, 1))
    yield case(rng, (1, 2, 5), (3, 2, 2))
    yield case(rng, (1, 3, 6), (2, 3, 3))


@exercise.check("several examples", points=1)
def examples(rng):
    yield case(rng, (3, 1, 4), (1, 1, 2))
    yield case(rng, (4, 2, 6), (3, 2, 3))


@exercise.check("numbers that are not whole", points=1)
def other_numbers(rng):
    yield fractions(rng, 2, 2, 5), fractions(rng, 3, 2, 2), fractions(rng, 3)


@exercise.check("x of integers", points=1)
def integers(rng):
    x = 2 * whole(rng, 2, 3, 4).astype(int) + 1  # odd, so that no sum of nine products is whole
    yield x, fractions(rng, 2, 3, 3), whole(rng, 1) * [1.0, -2.0]


@exercise.alternative
def by_loops(x, weight, bias):
    (n, channels, length), (o, _, taps) = x.shape, weight.shape
    y = np.zeros((n, o, length - taps + 1))
    for place in np.ndindex(*y.shape):
        y[place] = bias[place[1]]
        for c, k in np.ndindex(channels, taps):
            y[place] += weight[place[1], c, k] * x[place[0], c, place[2] + k]
    return y


@exercise.alternative
def mended(x, weight, bias):
    n, _, length = x.shape
    o, _, taps = weight.shape
    out = length - taps + 1
    y = np.zeros((n, o, out))
    for k in range(taps):
        rows = x[:, :, k : k + out].transpose(0, 2, 1) @ weight[:, :, k].T
        y += rows.transpose(0, 2, 1)
    return y + bias[:, None]


@exercise.alternative
def by_windows(x, weight, bias):
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2], axis=2)
    return np.einsum("ncuk,ock->nou", windows, weight) + bias[:, None]


def torn(y):
    """The numbers of y in the order (N, out, O), cut into the shape of y."""
    return y.transpose(0, 2, 1).reshape(y.shape)


def mixed(weight):
    """The weights of each tap in the order (O, C), read as (C, O)."""
    filters, channels, taps = weight.shape
    return np.stack([weight[:, :, k].reshape(channels, filters).T for k in range(taps)], axis=2)


@exercise.wrong(
    "These are still the results of the code that is given, with both of its bugs. Look at each `reshape`: does it "
    "exchange two axes, or only cut the numbers into other pieces?"
)
def as_given(x, weight, bias):
    return torn(conv1d(x, mixed(weight), 0 * bias)) + bias[:, None]


@exercise.wrong(
    "Right with one filter. With more, the numbers stand in wrong places: an array with the axes (N, position, filter) "
    "has been given the shape (N, filter, position) by `reshape`. Exchange the two axes instead."
)
def product_reshaped(x, weight, bias):
    return torn(conv1d(x, weight, 0 * bias)) + bias[:, None]


@exercise.wrong(
    "Right with one channel or with one filter. With several of both, the weights of a tap, with the axes (O, C), have "
    "been given the shape (C, O) by `reshape`, and the channels meet wrong weights. Transpose them."
)
def weights_reshaped(x, weight, bias):
    return conv1d(x, mixed(weight), bias)


@exercise.wrong(
    "Wrong as soon as there are several filters and several channels: where the numbers of both are equal, the weights "
    "are used with O and C exchanged, and elsewhere the shapes do not fit. w[o, c, k] belongs to filter o and channel "
    "c: multiply from the left by (O, C), or from the right by its transpose."
)
def filters_and_channels_exchanged(x, weight, bias):
    if weight.shape[0] != weight.shape[1]:
        raise ValueError
    return conv1d(x, weight.transpose(1, 0, 2), bias)


@exercise.wrong("The taps run backwards, as in a true convolution. A layer multiplies x[u + k] by w[k].")
def flipped(x, weight, bias):
    return conv1d(x, weight[:, :, ::-1], bias)


@exercise.wrong("The products are right, but the bias is missing: filter o adds bias[o] to all its outputs.")
def bias_missing(x, weight, bias):
    return conv1d(x, weight, 0 * bias)


@exercise.wrong(
    "The bias is added once for each tap: it stands inside of the loop. It comes once, to the finished sum."
)
def bias_for_each_tap(x, weight, bias):
    return conv1d(x, weight, weight.shape[2] * bias)


@exercise.wrong(
    "Right with one filter. With more, the bias meets the axis of the positions: NumPy aligns shapes at the end. It "
    "needs the shape (O, 1)."
)
def bias_along_the_positions(x, weight, bias):
    return conv1d(x, weight, 0 * bias) + bias


@exercise.wrong("All examples have the same result, that of their sum. Examples never mix: the sum is over c and k.")
def examples_summed(x, weight, bias):
    return np.repeat(conv1d(x.sum(axis=0, keepdims=True), weight, bias), len(x), axis=0)


@exercise.wrong("Only the first example is worked on. All of them go through the layer, each by itself.")
def first_example_only(x, weight, bias):
    y = conv1d(x, weight, bias)
    y[1:] = 0
    return y


@exercise.wrong(
    "Every channel of a window meets the weights of every other one: the channels have been added up before they were "
    "multiplied. Multiply c by c first, then add."
)
def channels_summed_first(x, weight, bias):
    return conv1d(x.sum(axis=1, keepdims=True), weight.sum(axis=1, keepdims=True), bias)


@exercise.wrong("Only the first channel reaches the result. The sum of each filter goes over all channels.")
def first_channel_only(x, weight, bias):
    return conv1d(x[:, :1], weight[:, :1], bias)


@exercise.wrong("The numbers are right, but the filters stand last. The order of the axes is (N, O, position).")
def filters_last(x, weight, bias):
    return conv1d(x, weight, bias).transpose(0, 2, 1)


@exercise.wrong("The last position is missing. On L positions a window of K has L - K + 1, not L - K.")
def last_position_missing(x, weight, bias):
    return conv1d(x, weight, bias)[:, :, :-1]


@exercise.wrong("Each tap replaces the one before: what is left is the last one. The taps add up, with +=.")
def last_tap_only(x, weight, bias):
    taps = weight.shape[2]
    return conv1d(x[:, :, taps - 1 :], weight[:, :, -1:], bias)


@exercise.wrong("All filters return the results of the first one, each with its bias. Filter o has the weights w[o].")
def first_filter_only(x, weight, bias):
    return conv1d(x, np.repeat(weight[:1], len(weight), axis=0), bias)


@exercise.wrong(
    "Right for whole weights. Where x holds integers, the result has become an array of integers as well, and loses "
    "what stands after the point."
)
def cut_to_the_type_of_x(x, weight, bias):
    return conv1d(x, weight, bias).astype(x.dtype)

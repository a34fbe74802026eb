"""Image sizes at which no layer of a chain leaves anything over."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="sizes that fit",
    chapter="5-2",
    stars=2,
    minutes=25,
    goals=(2,),
    statement=r"""
    At 227 pixels every division in AlexNet comes out even, at 224 it does not. At which sizes does no layer of a chain
    leave a position over? (Positions of the padding count: 224 with a padding of 2 loses no pixel, but leaves a zero
    over.)

    Write `exact_sizes(layers, largest)` for one axis. `layers` is a tuple, from the image on; each of its entries is a
    tuple of three whole numbers, kernel size, stride and padding (on both sides) of a layer. The function returns the
    list of all image sizes $n$, $1 \le n \le$ `largest`, in increasing order, for which in every layer

    1. at least one window fits on the padded input of this layer, and
    2. the last window ends exactly at the end of the padded input.

    The output of a layer is the input of the next one. Without layers all sizes from 1 to `largest` are right.
    """,
    hints=(
        "Write the loop over n around a loop over the layers. What is the size after each layer?",
        "Nothing is left over if n + 2p - k is a multiple of the stride. It must not be negative.",
        "The condition has to hold in each layer, with the size that arrives there.",
    ),
    remark=r"""
    For AlexNet these sizes are $67, 99, 131, \dots, 227, \dots$, in steps of 32, the product of the strides. One can
    also go backwards: with $m$ outputs the input has exactly $(m - 1) s + k - 2p$ positions, from which the sizes
    follow for $m = 1, 2, \dots$ without trying.
    """,
)


@exercise.solution
def exact_sizes(layers, largest):
    """All sizes from 1 to `largest`, as a list of ints, at which no layer leaves a position over.

    >>> exact_sizes(((3, 2, 0),), 9)
    [3, 5, 7, 9]
    >>> exact_sizes(((3, 2, 0), (2, 2, 0)), 16)
    [5, 9, 13]
    """
    sizes = []
    for n in range(1, largest + 1):
        size = n
        for k, s, p in layers:
            room = size + 2 * p - k
            if room < 0 or room % s:
                break
            size = room // s + 1
        else:
            sizes.append(n)
    return sizes


ALEXNET = ((11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2, 0))


def fitting(rng, size, step):
    """A largest size that fits, so that the end of the list is asked in each case: one of four, `step` apart."""
    return size + step * int(rng.integers(0, 4))


@exercise.check("the examples", points=0)
def example(rng):
    yield ((3, 2, 0),), 9
    yield ((3, 2, 0), (2, 2, 0)), 16


@exercise.check("one layer", points=1)
def one_layer(rng):
    yield ((4, 3, 0),), fitting(rng, 22, 3)
    yield ((1, 1, 0),), fitting(rng, 5, 1)
    yield ((5, 4, 0),), fitting(rng, 21, 4)


@exercise.check("padding", points=1)
def padded(rng):
    yield ((4, 3, 1),), fitting(rng, 20, 3)
    yield ((5, 2, 2),), fitting(rng, 13, 2)
    yield ((7, 4, 3),), fitting(rng, 21, 4)


@exercise.check("several layers", points=2)
def chains(rng):
    yield ((3, 2, 0), (3, 2, 0)), fitting(rng, 27, 4)
    yield ((5, 3, 1), (3, 1, 1), (2, 2, 0)), fitting(rng, 42, 6)
    yield ((4, 2, 0), (4, 3, 0)), fitting(rng, 34, 6)


@exercise.check("windows that do not fit", points=1)
def too_small(rng):
    yield ((9, 1, 0),), fitting(rng, 12, 1)
    yield ((2, 1, 0), (6, 1, 0), (4, 1, 0)), fitting(rng, 14, 1)
    yield ((9, 4, 0),), 7
    yield ((3, 1, 0), (7, 5, 0)), fitting(rng, 14, 5)


@exercise.check("AlexNet, and no layers", points=1)
def whole_network(rng):
    yield ALEXNET, fitting(rng, 227, 32)
    yield (), fitting(rng, 6, 1)


@exercise.alternative
def backwards(layers, largest):
    sizes = []
    for outputs in range(1, largest + 100):
        size, fits = outputs, True
        for k, s, p in layers[::-1]:
            size = (size - 1) * s + k - 2 * p
            fits = fits and size >= 1
        if fits and size <= largest:
            sizes.append(size)
    return np.array(sizes)


@exercise.alternative
def recursive(layers, largest):
    def fits(n, rest):
        if not rest:
            return n >= 1
        (k, s, p), *rest = rest
        steps = (n + 2 * p - k) / s
        return steps >= 0 and steps == int(steps) and fits(int(steps) + 1, rest)

    return [n for n in range(1, largest + 1) if fits(n, list(layers))]


def searched(layers, largest, begin=1, sides=2, first=0, last=None, negative=False, offset=0, grow=1):
    """The solution with one of its rules exchanged."""
    found = []
    for n in range(begin, largest + 1):
        size, right = n, True
        for number, (k, s, p) in enumerate(layers):
            room = size + sides * p - k
            counts = first <= number < (len(layers) if last is None else last)
            right = right and (room >= 0 or negative) and (not counts or (room + offset) % s == 0)
            size = room // s + grow
        if right:
            found.append(n)
    return found


@exercise.wrong(
    "The padding counts once. It lies on both sides of the axis, so that the padded input has n + 2p positions."
)
def padding_once(layers, largest):
    return searched(layers, largest, sides=1)


@exercise.wrong("The padding plays no part. The windows move over the padded input, which has n + 2p positions.")
def without_padding(layers, largest):
    return searched(layers, largest, sides=0)


@exercise.wrong(
    "Only the first layer is asked whether something is left over. Each layer may leave something over, of the size "
    "that arrives there."
)
def first_layer_only(layers, largest):
    return searched(layers, largest, last=1)


@exercise.wrong(
    "Only the last layer is asked whether something is left over. A layer in the middle may lose a position, too, and "
    "the sizes after it do not show that."
)
def last_layer_only(layers, largest):
    return searched(layers, largest, first=len(layers) - 1)


@exercise.wrong(
    "The size after a layer is one too small: between o windows there are o - 1 steps, so that 1 has to be added to "
    "the quotient."
)
def without_the_first_window(layers, largest):
    return searched(layers, largest, grow=0)


@exercise.wrong(
    "Sizes at which no window fits have come in: n + 2p - k is negative there, and can be a multiple of the stride "
    "all the same. Ask that it is at least 0."
)
def no_window_fits(layers, largest):
    return searched(layers, largest, negative=True)


@exercise.wrong(
    "Here the padded size has to be a multiple of the stride. It is the room behind the first window, n + 2p - k, that "
    "the steps must fill."
)
def multiples_of_the_stride(layers, largest):
    found = []
    for n in range(1, largest + 1):
        size, right = n, True
        for k, s, p in layers:
            room = size + 2 * p - k
            right = right and room >= 0 and (size + 2 * p) % s == 0
            size = room // s + 1
        if right:
            found.append(n)
    return found


@exercise.wrong("The size `largest` itself is missing where it fits: `range` ends one before its second argument.")
def largest_left_out(layers, largest):
    return [n for n in exact_sizes(layers, largest) if n < largest]


@exercise.wrong(
    "The layers are taken from the last to the first, but with the sizes of a way forward: the first entry of "
    "`layers` is the one that sees the image."
)
def layers_reversed(layers, largest):
    return exact_sizes(layers[::-1], largest)


@exercise.wrong(
    "These are the sizes after the last layer, not those of the image. Keep n, and let another name take the sizes on "
    "the way."
)
def sizes_at_the_end(layers, largest):
    found = []
    for n in exact_sizes(layers, largest):
        size = n
        for k, s, p in layers:
            size = (size + 2 * p - k) // s + 1
        found.append(size)
    return found


@exercise.wrong("The right sizes are there, but the largest comes first. The statement asks for increasing order.")
def decreasing(layers, largest):
    return exact_sizes(layers, largest)[::-1]

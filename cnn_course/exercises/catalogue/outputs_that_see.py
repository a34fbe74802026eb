"""The outputs of a stack of layers whose receptive field holds a given pixel."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="who sees this pixel?",
    chapter="3-2",
    returns=("first", "last"),
    stars=3,
    minutes=35,
    goals=(5,),
    statement=r"""
    A pixel of the camera is broken. Which outputs of the network can that disturb?

    Write `outputs_that_see(layers, pixel)` for one axis. `layers` is a tuple, from the input to the output; each of its
    entries is a tuple of four whole numbers, the kernel size, the stride, the padding before, and the dilation of a
    layer. The function returns two whole numbers: the first and the last output $u$ of the last layer whose receptive
    field, from its first position to its last, contains the position `pixel` of the input.

    Think of the input and of all layers as going on beyond their ends: `pixel` and the outputs may be negative. You may
    assume that at least one output sees the pixel.
    """,
    hints=(
        "From the bottom up, keep three numbers: how many pixels an output sees, how far apart neighbouring outputs "
        "are, and where the field of output 0 begins.",
        "The field of u begins at a + uJ. For which u is that at most `pixel`, and for which is its end at least "
        "`pixel`?",
        "The last u comes from rounding down, the first one from rounding up. For whole numbers, also negative ones, "
        "`//` rounds down, and -(-x // y) rounds up.",
    ),
    remark=r"""
    With the numbers of the chapter, $u$ sees the pixel $t$ if and only if $a + uJ \le t \le a + uJ + r - 1$. Solved for
    $u$, this is $\lceil (t - a - r + 1)/J \rceil \le u \le \lfloor (t - a)/J \rfloor$. If the strides are large and the
    kernels small, there may be no such $u$: that pixel can break without anybody noticing.
    """,
)


@exercise.solution
def outputs_that_see(layers, pixel):
    """The first and the last output, both ints, with `pixel` in their receptive fields.

    >>> outputs_that_see(((3, 1, 0, 1),), 5)
    (3, 5)
    >>> outputs_that_see(((3, 1, 1, 1), (3, 2, 1, 1)), 5)
    (2, 3)
    """
    size, step, start = 1, 1, 0
    for kernel_size, stride, padding, dilation in layers:
        size += (kernel_size - 1) * dilation * step
        start -= padding * step
        step *= stride
    return -((start + size - 1 - pixel) // step), (pixel - start) // step


@exercise.check("the example", points=0)
def example(rng):
    yield ((3, 1, 0, 1),), 5
    yield ((3, 1, 1, 1), (3, 2, 1, 1)), 5


@exercise.check("one layer", points=1)
def one_layer(rng):
    pixel = int(rng.integers(20, 40))
    yield ((3, 1, 0, 1),), pixel
    yield ((4, 1, 2, 1),), pixel
    yield ((1, 1, 0, 1),), pixel


@exercise.check("one layer with a stride", points=1)
def strided(rng):
    pixel = 6 * int(rng.integers(5, 9))
    for t in range(6):
        yield ((5, 2, 0, 1),), pixel + t
        yield ((7, 3, 2, 1),), pixel + t


@exercise.check("one layer with dilation", points=1)
def dilated(rng):
    pixel = int(rng.integers(20, 40))
    yield ((3, 1, 2, 2),), pixel
    yield ((4, 2, 1, 3),), 2 * pixel
    yield ((4, 2, 1, 3),), 2 * pixel + 1


@exercise.check("several layers", points=2)
def stacks(rng):
    pixel = 12 * int(rng.integers(6, 9))
    for t in (0, 3, 7, 10):
        yield ((3, 1, 1, 1), (3, 2, 1, 1), (5, 1, 2, 1)), pixel + t
        yield ((7, 2, 3, 1), (3, 3, 1, 1), (3, 1, 2, 2)), pixel + t
        yield ((2, 2, 0, 1), (4, 1, 3, 3), (3, 2, 0, 1)), pixel + t


@exercise.check("pixels near the border, and before it", points=1)
def near_the_border(rng):
    for t in (0, 1, 2, -1, -3, -8):
        yield ((3, 2, 1, 1), (3, 2, 1, 1)), t
        yield ((5, 3, 4, 1), (3, 2, 0, 2)), t


@exercise.check("no layers, and many", points=1)
def none_and_many(rng):
    yield (), int(rng.integers(3, 9))
    yield ((3, 1, 1, 1),) * 6, int(rng.integers(30, 40))
    yield ((3, 2, 1, 1),) * 5, 32 * int(rng.integers(9, 20)) + 11


@exercise.alternative
def from_the_bottom_up(layers, pixel):
    first = last = pixel
    for kernel_size, stride, padding, dilation in layers:
        reach = dilation * (kernel_size - 1)
        first = -((reach - padding - first) // stride)
        last = (last + padding) // stride
    return [first, last]


@exercise.alternative
def by_trying(layers, pixel):
    seen = []
    for u in range(-abs(pixel) - 200, abs(pixel) + 200):
        first = last = u
        for kernel_size, stride, padding, dilation in reversed(layers):
            first = first * stride - padding
            last = last * stride - padding + dilation * (kernel_size - 1)
        if first <= pixel <= last:
            seen.append(u)
    return min(seen), max(seen)


@exercise.alternative
def with_numbers_of_numpy(layers, pixel):
    numbers = np.array(layers, dtype=int).reshape(-1, 4)
    steps = np.concatenate([[1], np.cumprod(numbers[:, 1])])
    size = 1 + np.sum((numbers[:, 0] - 1) * numbers[:, 3] * steps[:-1])
    start = -np.sum(numbers[:, 2] * steps[:-1])
    return np.array([-((start + size - 1 - pixel) // steps[-1]), (pixel - start) // steps[-1]])


def with_numbers(layers, pixel, grow, shift, move, before=True):
    """The solution with its three rules exchanged, or with the step taken after the stride."""
    size, step, start = 1, 1, 0
    for k, s, p, d in layers:
        old, step = step, move(step, s)
        used = old if before else step
        size += grow(k, d, used)
        start -= shift(p, d, used)
    return -((start + size - 1 - pixel) // step), (pixel - start) // step


def grow(k, d, step):
    return (k - 1) * d * step


def shift(p, d, step):
    return p * step


def move(step, s):
    return step * s


@exercise.wrong(
    "With strides the field comes out too large: a layer's own stride has been counted for its own window. Its taps "
    "lie as far apart as the outputs of the layer below; its stride counts for the layers above it."
)
def stride_before_the_window(layers, pixel):
    return with_numbers(layers, pixel, grow, shift, move, before=False)


@exercise.wrong(
    "The paddings are added up as they are. A zero that a later layer adds stands for as many pixels as its inputs are "
    "apart: multiply by the strides of the layers before."
)
def padding_in_pixels(layers, pixel):
    return with_numbers(layers, pixel, grow, lambda p, d, step: p, move)


@exercise.wrong("The padding plays no part. It moves the first window to the left, and with it all the others.")
def padding_ignored(layers, pixel):
    return with_numbers(layers, pixel, grow, lambda p, d, step: 0, move)


@exercise.wrong(
    "The padding moves the windows to the wrong side: with p zeros in front the first window begins at -p, not at p."
)
def padding_to_the_right(layers, pixel):
    return with_numbers(layers, pixel, grow, lambda p, d, step: -p * step, move)


@exercise.wrong("The dilation plays no part. Between k taps there are k - 1 gaps, and each of them is d wide.")
def dilation_ignored(layers, pixel):
    return with_numbers(layers, pixel, lambda k, d, step: (k - 1) * step, shift, move)


@exercise.wrong(
    "Each layer adds its whole kernel to the field. One of its taps lies on what has been seen already: a kernel of 1 "
    "adds nothing, and one of k adds k - 1 steps."
)
def kernel_instead_of_gaps(layers, pixel):
    return with_numbers(layers, pixel, lambda k, d, step: k * d * step, shift, move)


@exercise.wrong(
    "The kernels are added up as if all layers had stride 1. Behind a stride the taps of a window lie further apart, "
    "by the product of all strides before."
)
def additive_field(layers, pixel):
    return with_numbers(layers, pixel, lambda k, d, step: (k - 1) * d, shift, move)


@exercise.wrong(
    "The strides are added. Two layers of stride 3 make steps of 9 pixels, not of 6: three steps of 3. Strides "
    "multiply."
)
def strides_added(layers, pixel):
    return with_numbers(layers, pixel, grow, shift, lambda step, s: step + s - 1)


@exercise.wrong(
    "The layers are taken from the last to the first, while the step grows with the strides. The strides that count "
    "for a layer are those between it and the image."
)
def layers_reversed(layers, pixel):
    return outputs_that_see(layers[::-1], pixel)


@exercise.wrong(
    "The last output is right. The first one is too small where the stride does not divide: an output that ends before "
    "the pixel does not see it. Round up there."
)
def first_rounded_down(layers, pixel):
    size, step, start = numbers_of(layers)
    return (pixel - start - size + 1) // step, (pixel - start) // step


def numbers_of(layers):
    size, step, start = 1, 1, 0
    for k, s, p, d in layers:
        size, start, step = size + (k - 1) * d * step, start - p * step, step * s
    return size, step, start


@exercise.wrong(
    "The first output is right. The last one is too large where the stride does not divide: an output that begins "
    "behind the pixel does not see it. Round down there."
)
def last_rounded_up(layers, pixel):
    _, step, start = numbers_of(layers)
    return outputs_that_see(layers, pixel)[0], -((start - pixel) // step)


@exercise.wrong(
    "The last output is right. The first one is one position off: a field of r positions that begins at a ends at "
    "a + r - 1, not at a + r."
)
def end_one_too_far(layers, pixel):
    size, step, start = numbers_of(layers)
    return -((start + size - pixel) // step), (pixel - start) // step


@exercise.wrong(
    "Both numbers are right, but the last output stands in front. The statement asks for the first one, then the last."
)
def exchanged(layers, pixel):
    return outputs_that_see(layers, pixel)[::-1]


@exercise.wrong(
    "Right as long as nothing is negative. `int` rounds towards zero, which is up for negative numbers: `//` rounds "
    "down for all."
)
def rounded_towards_zero(layers, pixel):
    size, step, start = numbers_of(layers)
    first = (pixel - start - size + 1) / step
    return int(first) + (first > int(first)), int((pixel - start) / step)


@exercise.wrong(
    "The outputs are right, but they are floats. `np.ceil`, `np.floor` and `/` make floats, and an output is counted "
    "by a whole number: `//` keeps it one."
)
def floats(layers, pixel):
    return tuple(float(number) for number in outputs_that_see(layers, pixel))


@exercise.wrong(
    "Here the answer is the receptive field of the output with this number: which pixels an output sees. The question "
    "is the other way round: which outputs see a pixel."
)
def the_other_way_round(layers, pixel):
    size, step, start = numbers_of(layers)
    return start + pixel * step, start + pixel * step + size - 1

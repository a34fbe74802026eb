"""Shape and strides of the view of all windows."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="windows without a copy",
    chapter="3-5",
    stars=2,
    minutes=25,
    goals=(4,),
    returns=("shape", "strides"),
    statement=r"""
    An array of NumPy is a piece of memory, a shape, and its *strides*: for each axis, how many bytes further the next
    entry is. All windows of an image are such an array, too, on the memory that is there already.

    Write `window_layout(shape, strides, kernel_size, stride, dilation)`. The first two are the shape (N, C, H, W) and
    the strides of an array $x$, four whole numbers each; `kernel_size` is a pair (kH, kW); `stride` $s$ and `dilation`
    $d$ are whole numbers, the same for rows and columns. There is no padding. The result is a pair of tuples: shape and
    strides of the view $v$ with

    $$ v[n, c, i, j, k, l] = x[n, c, i s + k d, j s + l d] , $$

    where $i$ and $j$ run over all windows that lie on the image. Nothing may be assumed about the strides of $x$: in
    memory the channels or the images may be last, a slice may have left pixels out, and an image that was flipped has
    negative strides.
    """,
    hints=(
        "The entry [n, c, a, b] of x lies at n, c, a and b times the four strides. Insert a = i s + k d and "
        "b = j s + l d, and sort by the six new indices.",
        "On one axis a window reaches from its first tap to its last over d (k - 1) + 1 pixels.",
    ),
    remark=r"""
    The byte at which $v[n, c, i, j, k, l]$ begins is linear in all six indices, so that six strides describe it, and
    the two axes of taps get those of the image, times the dilation. `np.lib.stride_tricks.as_strided(x, *layout)` makes
    the view, and checks nothing: with a wrong shape it reads memory that belongs to something else.
    `sliding_window_view` is the careful form of it. The shape says that the view has many more entries than the image,
    but they share their memory: nobody should write to it.
    """,
)


@exercise.solution
def window_layout(shape, strides, kernel_size, stride, dilation):
    """Shape (N, C, R, Q, kH, kW) and strides of the view of all windows, as two tuples.

    >>> window_layout((1, 1, 4, 5), (160, 160, 40, 8), (2, 3), 1, 1)
    ((1, 1, 3, 3, 2, 3), (160, 160, 40, 8, 40, 8))
    """
    n, c, *size = shape
    reach = [dilation * (k - 1) + 1 for k in kernel_size]
    windows = [(pixels - r) // stride + 1 for pixels, r in zip(size, reach, strict=True)]
    *outer, down, right = strides
    return (
        (n, c, *windows, *kernel_size),
        (*outer, down * stride, right * stride, down * dilation, right * dilation),
    )


def layout(rng, shape, kernel_size, stride=1, dilation=1, order=(0, 1, 2, 3), item=8):
    """Arguments: an array whose axes lie in memory in this order; a random gap makes the strides differ."""
    steps, size = [0, 0, 0, 0], item
    for axis in reversed(order):
        steps[axis] = size
        size *= shape[axis] + int(rng.integers(1, 4))
    return shape, tuple(steps), kernel_size, stride, dilation


@exercise.check("the example", points=0)
def example(rng):
    yield (1, 1, 4, 5), (160, 160, 40, 8), (2, 3), 1, 1


@exercise.check("windows side by side, one apart", points=1)
def plain(rng):
    yield layout(rng, (1, 1, 4, 6), (2, 3))
    yield layout(rng, (2, 3, 5, 7), (3, 2))
    yield layout(rng, (1, 2, 3, 4), (3, 4))


@exercise.check("another order of memory, another dtype", points=1)
def orders(rng):
    yield layout(rng, (2, 3, 5, 7), (3, 2), order=(0, 2, 3, 1), item=4)
    yield layout(rng, (4, 3, 5, 6), (2, 3), order=(1, 2, 3, 0), item=2)


@exercise.check("strides", points=1)
def strided(rng):
    yield layout(rng, (1, 2, 7, 9), (3, 2), stride=2)
    yield layout(rng, (1, 2, 8, 12), (3, 4), stride=3)


@exercise.check("dilations", points=1)
def dilated(rng):
    yield layout(rng, (1, 2, 7, 9), (3, 2), dilation=2)
    yield layout(rng, (2, 2, 8, 12), (2, 3), dilation=4)


@exercise.check("both", points=1)
def both(rng):
    yield layout(rng, (2, 3, 11, 14), (3, 4), stride=2, dilation=3)
    yield layout(rng, (1, 2, 12, 9), (2, 3), stride=4, dilation=2)


@exercise.check("images that were flipped", points=1)
def flipped(rng):
    shape, (n, c, down, right), *rest = layout(rng, (2, 2, 7, 9), (3, 2), stride=2, dilation=2)
    yield shape, (n, c, -down, right), *rest
    yield shape, (n, c, -down, -right), *rest


@exercise.alternative
def by_index(shape, strides, kernel_size, stride, dilation):
    n, c, h, w = shape
    kh, kw = kernel_size
    rows = len(range(0, h - dilation * (kh - 1), stride))
    columns = len(range(0, w - dilation * (kw - 1), stride))
    a, b, down, right = strides
    taps = [down * dilation, right * dilation]
    return (n, c, rows, columns, kh, kw), (a, b, down * stride, right * stride, *taps)


@exercise.alternative
def by_numpy(shape, strides, kernel_size, stride, dilation):
    reach = np.array(kernel_size) * dilation - dilation + 1
    windows = (np.array(shape[2:]) - reach) // stride + 1
    window_strides = np.array(strides[2:]) * stride
    return (
        np.concatenate([shape[:2], windows, kernel_size]),
        np.concatenate([strides[:2], window_strides, np.array(strides[2:]) * dilation]),
    )


@exercise.alternative
def as_lists(shape, strides, kernel_size, stride, dilation):
    shape, strides = window_layout(shape, strides, kernel_size, stride, dilation)
    return [list(shape), list(strides)]


def changed(sizes=lambda s: s, steps=lambda t: t):
    """The right layout, with a change of the shape and one of the strides."""

    def answer(*arguments):
        shape, strides = window_layout(*arguments)
        return tuple(sizes(shape)), tuple(steps(strides))

    return answer


@exercise.wrong(
    "The view of all windows steps as if the stride were 1: from one window to the next it goes one pixel. The next "
    "window begins s pixels further, which is s times the bytes."
)
def windows_one_apart(shape, strides, kernel_size, stride, dilation):
    found = window_layout(shape, strides, kernel_size, stride, dilation)[0]
    return found, (*strides, *(t * dilation for t in strides[2:]))


@exercise.wrong(
    "The taps of a window lie side by side, as if the dilation were 1. The next tap is d pixels further, which is d "
    "times the bytes."
)
def taps_side_by_side(shape, strides, kernel_size, stride, dilation):
    found = window_layout(shape, strides, kernel_size, stride, dilation)
    return found[0], (*found[1][:4], *strides[2:])


@exercise.wrong(
    "Stride and dilation are exchanged in the strides: i is multiplied by s and k by d. From window to window it is "
    "the stride, from tap to tap the dilation."
)
def exchanged(shape, strides, kernel_size, stride, dilation):
    found = window_layout(shape, strides, kernel_size, stride, dilation)
    return found[0], (*found[1][:2], *found[1][4:], *found[1][2:4])


@exercise.wrong(
    "The stride is in the steps between taps, too. It moves the whole window; inside of it the taps are d apart, "
    "whatever the stride."
)
def taps_with_stride(shape, strides, kernel_size, stride, dilation):
    found = window_layout(shape, strides, kernel_size, stride, dilation)
    return found[0], (*found[1][:4], *(t * stride * dilation for t in strides[2:]))


@exercise.wrong(
    "The dilation is in the steps between windows, too. It spreads the taps of a window; the windows themselves are s "
    "pixels apart, whatever the dilation."
)
def windows_with_dilation(shape, strides, kernel_size, stride, dilation):
    found = window_layout(shape, strides, kernel_size, stride, dilation)
    return found[0], (*strides[:2], *(t * stride * dilation for t in strides[2:]), *found[1][4:])


@exercise.wrong(
    "There are too many windows: they are counted as if the taps lay side by side. With a dilation d a window reaches "
    "over d (k - 1) + 1 pixels."
)
def reach_without_dilation(shape, strides, kernel_size, stride, dilation):
    windows = [(n - k) // stride + 1 for n, k in zip(shape[2:], kernel_size, strict=True)]
    return (*shape[:2], *windows, *kernel_size), window_layout(shape, strides, kernel_size, stride, dilation)[1]


@exercise.wrong(
    "The windows reach over d k pixels here. From the first tap to the last there are only k - 1 steps of d: "
    "d (k - 1) + 1 pixels."
)
def reach_of_whole_steps(shape, strides, kernel_size, stride, dilation):
    windows = [(n - dilation * k) // stride + 1 for n, k in zip(shape[2:], kernel_size, strict=True)]
    return (*shape[:2], *windows, *kernel_size), window_layout(shape, strides, kernel_size, stride, dilation)[1]


@exercise.wrong(
    "The windows are counted as if the stride were 1. Where the window moves by s, fewer of them lie on the image."
)
def stride_not_counted(shape, strides, kernel_size, stride, dilation):
    found = window_layout(shape, strides, kernel_size, 1, dilation)[0]
    return found, window_layout(shape, strides, kernel_size, stride, dilation)[1]


@exercise.wrong(
    "One window is missing on each axis. The quotient counts the steps from one window to the next, and there is one "
    "window more than steps."
)
def one_window_missing(shape, strides, kernel_size, stride, dilation):
    return changed(lambda s: (*s[:2], s[2] - 1, s[3] - 1, *s[4:]))(shape, strides, kernel_size, stride, dilation)


@exercise.wrong(
    "There is a window too many where the steps do not come out even: it reaches over the edge of the image. Round the "
    "quotient down."
)
def rounded_up(shape, strides, kernel_size, stride, dilation):
    windows = [-(-(n - dilation * (k - 1) - 1) // stride) + 1 for n, k in zip(shape[2:], kernel_size, strict=True)]
    return (*shape[:2], *windows, *kernel_size), window_layout(shape, strides, kernel_size, stride, dilation)[1]


@exercise.wrong(
    "The strides are computed from the shape of the image, as for an array without gaps, row after row. Use the "
    "strides that are given: they say how the image really lies in memory."
)
def strides_from_the_shape(shape, strides, kernel_size, stride, dilation):
    _, c, h, w = shape
    fresh = (c * h * w * 8, h * w * 8, w * 8, 8)
    return window_layout(shape, fresh, kernel_size, stride, dilation)


@exercise.wrong(
    "The strides are counted in numbers, with 1 for a neighbour. NumPy counts bytes, and the strides that are given "
    "are in bytes already."
)
def strides_in_numbers(shape, strides, kernel_size, stride, dilation):
    item = min(map(abs, strides))
    return changed(steps=lambda t: (step // item for step in t))(shape, strides, kernel_size, stride, dilation)


@exercise.wrong(
    "The axes of the taps come first, before those of the windows. The order asked for is n, c, i, j, k, l."
)
def taps_first(shape, strides, kernel_size, stride, dilation):
    def moved(t):
        return (*t[:2], *t[4:], *t[2:4])

    return changed(moved, moved)(shape, strides, kernel_size, stride, dilation)


@exercise.wrong(
    "Rows and columns of the kernel are exchanged. The first number of `kernel_size` belongs to the rows of the image."
)
def kernel_exchanged(shape, strides, kernel_size, stride, dilation):
    return window_layout(shape, strides, kernel_size[::-1], stride, dilation)


@exercise.wrong(
    "In the strides rows and columns are exchanged, for the windows or for the taps: the step down is the third of the "
    "four strides, the step to the right the fourth."
)
def steps_exchanged(shape, strides, kernel_size, stride, dilation):
    return changed(steps=lambda t: (*t[:4], t[5], t[4]))(shape, strides, kernel_size, stride, dilation)


@exercise.wrong(
    "The dilation is not used at all. It sets the distance of the taps, so that it stands in two of the strides, and "
    "in the number of windows that fit."
)
def dilation_ignored(shape, strides, kernel_size, stride, dilation):
    return window_layout(shape, strides, kernel_size, stride, 1)


@exercise.wrong(
    "The stride is not used at all. It sets the distance of the windows, so that it stands in two of the strides, and "
    "in the number of windows that fit."
)
def stride_ignored(shape, strides, kernel_size, stride, dilation):
    return window_layout(shape, strides, kernel_size, 1, dilation)


@exercise.wrong(
    "The strides of the flipped images have lost their signs. A negative stride is right there: the next row lies "
    "earlier in memory, and so does the next window."
)
def signs_lost(shape, strides, kernel_size, stride, dilation):
    return window_layout(shape, tuple(map(abs, strides)), kernel_size, stride, dilation)


@exercise.wrong(
    "Only the step to the right is taken from the strides that are given, and the other three are computed from it and "
    "the shape. That is right for an array without gaps, with its axes in the usual order, and for no other."
)
def from_the_last_stride(shape, strides, kernel_size, stride, dilation):
    (_, c, h, w), item = shape, strides[3]
    return window_layout(shape, (c * h * w * item, h * w * item, w * item, item), kernel_size, stride, dilation)

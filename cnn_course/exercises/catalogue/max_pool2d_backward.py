"""Gradient of max-pooling: to the winner, everything."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="gradient of max-pooling",
    chapter="4-2",
    stars=3,
    minutes=40,
    goals=(2,),
    exact=True,
    statement=r"""
    Max-pooling takes from images `x` of shape $(N, C, H, W)$ the largest number of each $K \times K$ window,

    $$
    \begin{aligned}
    & y[n, c, i, j] \\
    & = \max_{0 \le k,\, l < K} x[n, c, i s + k, j s + l] ,
    \end{aligned}
    $$

    with $K$ = `kernel_size` and $s$ = `stride`, for windows that lie entirely in the image. Write
    `max_pool2d_backward(grad_output, x, kernel_size, stride)`: from the gradient `grad_output` $= \partial L / \partial
    y$, which has the shape of $y$, it returns the gradient $\partial L / \partial x$, which has the shape of `x`.

    A change of a number changes $y$ only where it is the largest of a window. Where several numbers of a window are
    equal and the largest, only the first of them counts, in the order of reading: row by row, from left to right.
    A number that is the largest of several windows gets the gradients of all of them, and one of no window gets 0. The
    numbers of `x` may all be negative, and they may be integers; the gradient is one of floats all the same.
    """,
    hints=(
        "Which numbers of x would change y[n, c, i, j] if you raised them a little? By how much?",
        "Find the place of the maximum in its window, for example with `argmax`, which counts row by row from 0. "
        "`np.unravel_index` makes a row and a column of that count.",
        "The place in the window and the place where the window begins add up to the place in x. Add the gradient "
        "there, because another window may have the same maximum.",
    ),
    remark=r"""
    `argmax` gives the first of several equal numbers, in the order that was asked for. With `+=` the loop stays right
    where windows overlap.
    """,
)


@exercise.solution
def max_pool2d_backward(grad_output, x, kernel_size, stride):
    """Gradient of max-pooling in x (N, C, H, W), from its gradient in the output (N, C, H', W').

    >>> x = np.array([[[[1.0, 5.0, 2.0], [4.0, -3.0, 0.0]]]])
    >>> max_pool2d_backward(np.array([[[[10.0, 7.0]]]]), x, 2, 1)
    array([[[[ 0., 17.,  0.],
             [ 0.,  0.,  0.]]]])
    """
    grad_x = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*grad_output.shape):
        top, left = i * stride, j * stride
        window = x[n, c, top : top + kernel_size, left : left + kernel_size]
        k, l = np.unravel_index(window.argmax(), window.shape)
        grad_x[n, c, top + k, left + l] += grad_output[n, c, i, j]
    return grad_x


def distinct(rng, *shape):
    """Positive whole numbers, no two of them equal, and the largest in the second row of the first window."""
    x = rng.permutation(int(np.prod(shape))).reshape(shape) + 1.0
    x[0, 0, 1, 0] = x.size + 1
    return x


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[10.0, 7.0]]]]), np.array([[[[1.0, 5.0, 2.0], [4.0, -3.0, 0.0]]]]), 2, 1


@exercise.check("windows side by side", points=1)
def side_by_side(rng):
    yield whole(rng, 1, 1, 2, 3), distinct(rng, 1, 1, 4, 6), 2, 2
    yield whole(rng, 1, 1, 3, 1), distinct(rng, 1, 1, 9, 3), 3, 3


@exercise.check("several images and channels", points=1)
def several(rng):
    yield whole(rng, 1, 3, 1, 2), distinct(rng, 1, 3, 2, 4), 2, 2
    yield whole(rng, 2, 3, 2, 1), distinct(rng, 2, 3, 4, 2), 2, 2


@exercise.check("gaps and rows that no window reaches", points=1)
def gaps(rng):
    yield whole(rng, 1, 1, 2, 3), distinct(rng, 1, 1, 5, 7), 2, 2
    yield whole(rng, 1, 1, 2, 3), distinct(rng, 1, 1, 5, 9), 2, 3


@exercise.check("overlapping windows", points=2)
def overlapping(rng):
    for size, count, kernel_size, stride in (((3, 4), (2, 3), 2, 1), ((5, 7), (2, 3), 3, 2)):
        x = distinct(rng, 1, 1, *size)
        x[0, 0, [stride, 0], [stride, -1]] = 40.0, 39.0  # the largest of four windows, and of one
        yield whole(rng, 1, 1, *count), x, kernel_size, stride


@exercise.check("negative numbers only", points=1)
def negative_numbers(rng):
    x = distinct(rng, 1, 1, 4, 6) - 26
    x[..., ::2, :] -= [30, 60] * 3  # no maximum in a first row, and the number farthest from 0 beside it
    yield whole(rng, 1, 1, 2, 3), x, 2, 2


@exercise.check("several equal maxima", points=1)
def ties(rng):
    low, high = np.sort(rng.choice(np.arange(1.0, 10.0), 2, replace=False))
    yield whole(rng, 1, 1, 1, 2), np.array([[[[low, high] * 2, [high, low] * 2]]]), 2, 2
    yield whole(rng, 1, 1, 2, 1), np.full((1, 1, 4, 2), high), 2, 2
    yield whole(rng, 1, 1, 1, 2), np.full((1, 1, 2, 3), low), 2, 1


@exercise.check("numbers that are nearly equal, large and small", points=1)
def other_numbers(rng):
    for size in (1.0, 2.0**60, 2.0**-60):
        x = 1 + np.arange(24.0).reshape(1, 1, 4, 6) * 2.0**-20 * rng.choice([1, 2])  # the larger ones come last
        yield fractions(rng, 1, 1, 2, 3, size=size), x * size, 2, 2


@exercise.check("x of integers", points=1)
def integers(rng):
    yield fractions(rng, 1, 1, 2, 3), distinct(rng, 1, 1, 4, 6).astype(int), 2, 2


def routed(grad_output, x, kernel_size, stride, share, kept=1):
    """Add to each window of the gradient its share: what most mistakes have in common. With kept=0, replace it."""
    grad_x = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*grad_output.shape):
        index = np.s_[n, c, i * stride : i * stride + kernel_size, j * stride : j * stride + kernel_size]
        grad_x[index] = kept * grad_x[index] + share(x[index], grad_output[n, c, i, j])
    return grad_x


def one_place(window, place):
    """1 at one place of a window, counted row by row, and 0 elsewhere."""
    return np.eye(1, window.size, place).reshape(window.shape)


def winner(window):
    """1 at the first place of the maximum, and 0 elsewhere."""
    return one_place(window, window.argmax())


def handed(grad_output, x, kernel_size, stride, place):
    """Hand each gradient to the place that follows from its window (i, j) and the maximum's row and column in it."""
    grad_x = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*grad_output.shape):
        window = x[n, c, i * stride : i * stride + kernel_size, j * stride : j * stride + kernel_size]
        k, l = np.unravel_index(window.argmax(), window.shape)
        grad_x[n, c, *place(i, j, k, l)] += grad_output[n, c, i, j]
    return grad_x


@exercise.alternative
def number_by_number(grad_output, x, kernel_size, stride):
    grad_x = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*grad_output.shape):
        best, place = -np.inf, None
        for a in range(i * stride, i * stride + kernel_size):
            for b in range(j * stride, j * stride + kernel_size):
                if x[n, c, a, b] > best:
                    best, place = x[n, c, a, b], (n, c, a, b)
        grad_x[place] += grad_output[n, c, i, j]
    return grad_x


@exercise.alternative
def tap_after_tap(grad_output, x, kernel_size, stride):
    rows, columns = grad_output.shape[2:]
    grad_x, open_windows = np.zeros(x.shape), np.ones(grad_output.shape, bool)
    taps = [
        (..., slice(k, k + (rows - 1) * stride + 1, stride), slice(l, l + (columns - 1) * stride + 1, stride))
        for k, l in np.ndindex(kernel_size, kernel_size)
    ]
    y = np.max([x[tap] for tap in taps], axis=0)
    for tap in taps:
        holds = open_windows & (x[tap] == y)
        open_windows &= ~holds
        grad_x[tap] += holds * grad_output
    return grad_x


@exercise.alternative
def in_single_precision_and_another_order(grad_output, x, kernel_size, stride):
    return np.asfortranarray(max_pool2d_backward(grad_output, x, kernel_size, stride), dtype=np.float32)


@exercise.wrong(
    "Where a number is the largest of several windows, only the gradient of the last one is left. It gets the sum of "
    "all: add to what is there. `=` does not, and `+=` with arrays of indices adds once where a place occurs twice."
)
def overwritten(grad_output, x, kernel_size, stride):
    grad_x = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*grad_output.shape):
        index = np.s_[n, c, i * stride : i * stride + kernel_size, j * stride : j * stride + kernel_size]
        grad_x[index] = np.where(winner(x[index]), grad_output[n, c, i, j], grad_x[index])
    return grad_x


@exercise.wrong(
    "Where windows overlap, a later one wipes out what an earlier one has left, with its zeros as well: the whole "
    "window of the gradient is assigned. Add the window to what is there."
)
def window_overwritten(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: g * (window == window.max()), kept=0)


@exercise.wrong(
    "Equal maxima get the whole gradient each, so that it is counted several times. The comparison with the maximum "
    "is true for all of them; only the first one counts."
)
def to_all_maxima(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: g * (window == window.max()))


@exercise.wrong(
    "Equal maxima share the gradient among themselves. That is a possible rule, but not the one asked for: the first "
    "of them gets all, as in PyTorch."
)
def shared_by_all_maxima(grad_output, x, kernel_size, stride):
    def share(window, g):
        return g * (window == window.max()) / (window == window.max()).sum()

    return routed(grad_output, x, kernel_size, stride, share)


@exercise.wrong(
    "Of several equal maxima the last one gets the gradient. A search that goes on with >= moves to every equal number "
    "that it meets; with > it stays with the first."
)
def to_the_last_maximum(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: g * winner(window[::-1, ::-1])[::-1, ::-1])


@exercise.wrong(
    "Of several equal maxima the first one column by column gets the gradient. The search has to go row by row: the "
    "loop over the columns is the inner one."
)
def column_by_column(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: g * winner(window.T).T)


@exercise.wrong(
    "Where all numbers of a window are negative, its first number gets the gradient: the search begins with 0, which "
    "is larger than all of them. Begin with the first number of the window, or with minus infinity."
)
def begins_with_zero(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: g * winner(np.maximum(window, 0)))


@exercise.wrong(
    "Numbers that are nearly as large as the maximum count as equal to it. A maximum is one of the numbers themselves, "
    "not a result with rounding: only what is equal to it to the last digit is."
)
def nearly_equal(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: g * winner(np.isclose(window, window.max())))


@exercise.wrong(
    "Right while x is an array of floats. Where it is one of integers, the result has become one, too, as with "
    "`zeros_like(x)`, and the gradient loses what stands after the point. It has the shape of x, but not its type."
)
def cut_to_the_type_of_x(grad_output, x, kernel_size, stride):
    return max_pool2d_backward(grad_output, x, kernel_size, stride).astype(x.dtype)


@exercise.wrong(
    "All channels get their gradients where the first channel has its maxima. Every channel of every image has maxima "
    "of its own."
)
def places_of_the_first_channel(grad_output, x, kernel_size, stride):
    return max_pool2d_backward(grad_output, x[:, :1].repeat(x.shape[1], axis=1), kernel_size, stride)


@exercise.wrong(
    "A number that has won is replaced in x itself, so that it wins no other window, and the caller's x is spoilt. It "
    "may be the largest of several windows, and then gets all their gradients; x keeps its values."
)
def each_number_once(grad_output, x, kernel_size, stride):
    grad_x = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*grad_output.shape):
        index = np.s_[n, c, i * stride : i * stride + kernel_size, j * stride : j * stride + kernel_size]
        first = winner(x[index])
        grad_x[index] += first * grad_output[n, c, i, j]
        x[index][first > 0] = -np.inf
    return grad_x


@exercise.wrong(
    "Row and column in the window are exchanged. `argmax` counts row by row: its count divided by the length of a row "
    "is the row, and what remains is the column."
)
def place_transposed(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: g * winner(window).T)


@exercise.wrong(
    "All gradients arrive in the upper left corner of the image: the place of the maximum is counted from the "
    "beginning of its window. Add the row and the column where the window begins."
)
def place_in_the_window(grad_output, x, kernel_size, stride):
    return handed(grad_output, x, kernel_size, stride, lambda i, j, k, l: (k, l))


@exercise.wrong(
    "The windows lie too close together: each begins one place after the one before, as if the stride were 1. As in "
    "the forward pass, window i begins at i * stride."
)
def stride_forgotten(grad_output, x, kernel_size, stride):
    return max_pool2d_backward(grad_output, x, kernel_size, 1)


@exercise.wrong(
    "The maximum is looked for in the right window, but the gradient is written as if the stride were 1: the window "
    "begins at i * stride, and the place of the maximum is counted from there."
)
def written_without_the_stride(grad_output, x, kernel_size, stride):
    return handed(grad_output, x, kernel_size, stride, lambda i, j, k, l: (i + k, j + l))


@exercise.wrong(
    "The windows lie side by side, whatever the stride: they move on by kernel_size. As in the forward pass, window i "
    "begins at i * stride."
)
def moves_by_the_kernel(grad_output, x, kernel_size, stride):
    return max_pool2d_backward(grad_output, x, kernel_size, kernel_size)


@exercise.wrong(
    "Each gradient is spread evenly over its window. That belongs to average pooling; a change of a number that is not "
    "the maximum changes nothing, and its gradient is 0."
)
def spread_over_the_window(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: g / window.size)


@exercise.wrong("Each number of a window gets the whole gradient. One that is not the maximum changes nothing: 0.")
def to_the_whole_window(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: g)


@exercise.wrong(
    "The gradient is multiplied by the maximum itself. Pooling hands the maximum on with the factor 1, so that the "
    "gradient arrives unchanged."
)
def times_the_maximum(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: g * window.max() * winner(window))


@exercise.wrong("Each place has the number of windows that it wins. The chain rule multiplies it by grad_output.")
def upstream_forgotten(grad_output, x, kernel_size, stride):
    return routed(grad_output, x, kernel_size, stride, lambda window, g: winner(window))


@exercise.wrong(
    "Only one channel of each window gets a gradient: the maximum is looked for in all channels together. Every "
    "channel has windows of its own, and a maximum in each."
)
def over_the_channels(grad_output, x, kernel_size, stride):
    grad_x = np.zeros(x.shape)
    for n, i, j in np.ndindex(*grad_output[:, 0].shape):
        index = np.s_[n, :, i * stride : i * stride + kernel_size, j * stride : j * stride + kernel_size]
        grad_x[index] += winner(x[index]) * grad_output[n, :, i, j, None, None]
    return grad_x


@exercise.wrong("Only the first channel of the first image gets a gradient. Do the same for every n and every c.")
def first_channel_only(grad_output, x, kernel_size, stride):
    grad_x = max_pool2d_backward(grad_output, x, kernel_size, stride)
    grad_x[1:], grad_x[:, 1:] = 0, 0
    return grad_x


@exercise.wrong(
    "Only the largest number of all images and channels gets a gradient. Every channel of every image has windows of "
    "its own, and a maximum in each: with slices, take it over the last two axes only."
)
def over_all_axes(grad_output, x, kernel_size, stride):
    grad_x = np.zeros(x.shape)
    for i, j in np.ndindex(*grad_output.shape[2:]):
        index = np.s_[..., i * stride : i * stride + kernel_size, j * stride : j * stride + kernel_size]
        grad_x[index] += (x[index] == x[index].max()) * grad_output[:, :, i : i + 1, j : j + 1]
    return grad_x


@exercise.wrong(
    "The count of `argmax` is divided by the width of the image. It counts inside of the window, whose rows have the "
    "length kernel_size."
)
def counted_in_the_image(grad_output, x, kernel_size, stride):
    def place(i, j, k, l):
        return np.add((i * stride, j * stride), divmod(k * kernel_size + l, x.shape[3]))

    return handed(grad_output, x, kernel_size, stride, place)

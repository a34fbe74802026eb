"""Columns added back at their windows: col2im, the adjoint of im2col."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="columns back to images",
    chapter="3-5",
    stars=2,
    minutes=25,
    goals=(2,),
    statement=r"""
    Write `fold(columns, size, kernel_size, stride)`, which adds every column to the window that it belongs to.
    `columns` is an array of floats of shape (N, C kH kW, R Q), `size` is the pair (H, W) of the result, `kernel_size`
    the pair (kH, kW), and `stride` a whole number, the same for rows and columns. There is no padding.

    The windows lie as in `unfold`: there are $R = \lfloor (H - k_H) / s \rfloor + 1$ rows of windows with
    $Q = \lfloor (W - k_W) / s \rfloor + 1$ windows each, and column $i\,Q + j$ belongs to the window that begins at
    row $i s$ and column $j s$. Within a column the numbers go channel by channel, and in each channel row by row:
    number $(c\, k_H + k)\, k_W + l$ is added to

    $$ y[n, c, i s + k, j s + l] . $$

    Where windows overlap, the numbers add up. What no window reaches stays zero. The result has shape (N, C, H, W).
    """,
    hints=(
        "Begin with zeros, of the shape of the result. Then go over the windows, and add one column at a time.",
        "How many channels are there? The number of rows of `columns`, divided by the number of taps.",
        "The column i Q + j, as an array (N, C, kH, kW), is added to the slice of the result where the window lies.",
    ),
    remark=r"""
    It is `unfold` with the two sides of the assignment exchanged, and `+=` instead of `=`. That makes it the adjoint:
    `(unfold(x) * columns).sum()` equals `(x * fold(columns)).sum()`. It is not the inverse: an element that lies in
    several windows comes back several times.
    """,
)


@exercise.solution
def fold(columns, size, kernel_size, stride):
    """Columns added at their windows: (N, C * kH * kW, number of windows) -> (N, C, H, W), size = (H, W).

    >>> columns = np.array([[[1.0, 2.0], [10.0, 20.0]]])
    >>> fold(columns, (1, 3), (1, 2), 1)
    array([[[[ 1., 12., 20.]]]])
    """
    height, width = kernel_size
    n, rows, _ = columns.shape
    channels = rows // (height * width)
    down, across = (size[0] - height) // stride + 1, (size[1] - width) // stride + 1
    out = np.zeros((n, channels, *size))
    for i in range(down):
        for j in range(across):
            top, left = i * stride, j * stride
            window = columns[:, :, i * across + j].reshape(n, channels, height, width)
            out[:, :, top : top + height, left : left + width] += window
    return out


def case(rng, x, kernel_size, stride=1, draw=whole, **size):
    """Random columns for images of a shape."""
    n, c, h, w = x
    down, across = (h - kernel_size[0]) // stride + 1, (w - kernel_size[1]) // stride + 1
    return draw(rng, n, c * kernel_size[0] * kernel_size[1], down * across, **size), (h, w), kernel_size, stride


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[1.0, 2.0], [10.0, 20.0]]]), (1, 3), (1, 2), 1


@exercise.check("windows that do not overlap", points=1)
def apart(rng):
    yield case(rng, (1, 1, 1, 6), (1, 2), 2)
    yield case(rng, (1, 1, 2, 3), (2, 3))
    yield case(rng, (1, 1, 4, 6), (2, 2), 2)


@exercise.check("overlapping windows", points=1)
def overlapping(rng):
    yield case(rng, (1, 1, 3, 3), (2, 1))
    yield case(rng, (1, 1, 4, 5), (2, 3))
    yield case(rng, (1, 1, 5, 7), (3, 3), 2)


@exercise.check("several channels and images", points=1)
def channels_and_images(rng):
    yield case(rng, (1, 2, 3, 3), (2, 1))
    yield case(rng, (3, 1, 2, 3), (1, 2))
    yield case(rng, (2, 3, 4, 4), (3, 2))


@exercise.check("rows and columns that no window reaches", points=1)
def unreached(rng):
    yield case(rng, (1, 1, 1, 4), (1, 1), 2)
    yield case(rng, (1, 1, 6, 6), (2, 3), 2)
    yield case(rng, (2, 2, 7, 6), (1, 2), 3)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    yield case(rng, (1, 1, 1, 3), (1, 2), draw=fractions)
    yield case(rng, (1, 2, 3, 3), (2, 1), draw=fractions, size=1 / 7)
    yield case(rng, (1, 1, 3, 4), (2, 3), draw=fractions, size=2.0**20 / 7)
    yield case(rng, (1, 1, 3, 4), (2, 3), draw=fractions, size=2.0**-60)


@exercise.alternative
def by_the_formula(columns, size, kernel_size, stride):
    kh, kw = kernel_size
    down, across = (size[0] - kh) // stride + 1, (size[1] - kw) // stride + 1
    n, c = len(columns), columns.shape[1] // (kh * kw)
    out = np.zeros((n, c, *size))
    for image, channel, k, l, i, j in np.ndindex(n, c, kh, kw, down, across):
        row = (channel * kh + k) * kw + l
        out[image, channel, i * stride + k, j * stride + l] += columns[image, row, i * across + j]
    return out


@exercise.alternative
def by_taps(columns, size, kernel_size, stride):
    kh, kw = kernel_size
    down, across = (size[0] - kh) // stride + 1, (size[1] - kw) // stride + 1
    taps = columns.reshape(len(columns), -1, kh, kw, down, across)
    out = np.zeros((*taps.shape[:2], *size))
    for k in range(kh):
        for l in range(kw):
            rows = slice(k, k + stride * (down - 1) + 1, stride)
            out[:, :, rows, l : l + stride * (across - 1) + 1 : stride] += taps[:, :, k, l]
    return out


@exercise.alternative
def by_index_arrays(columns, size, kernel_size, stride):
    kh, kw = kernel_size
    down, across = (size[0] - kh) // stride + 1, (size[1] - kw) // stride + 1
    k, l, i, j = np.indices((kh, kw, down, across))
    taps = columns.reshape(len(columns), -1, kh, kw, down, across)
    out = np.zeros((*taps.shape[:2], *size), dtype=np.float32)
    np.add.at(out, (slice(None), slice(None), i * stride + k, j * stride + l), taps.astype(np.float32))
    return out


@exercise.alternative
def by_a_view(columns, size, kernel_size, stride):
    return np.asfortranarray(fold(columns, size, kernel_size, stride))[...]


def places(columns, size, kernel_size, stride):
    """The slice of each window, and the numbers that belong there."""
    down, across = (size[0] - kernel_size[0]) // stride + 1, (size[1] - kernel_size[1]) // stride + 1
    windows = columns.reshape(len(columns), -1, *kernel_size, columns.shape[2])
    for number, (i, j) in enumerate(np.ndindex(down, across)):
        rows = slice(i * stride, i * stride + kernel_size[0])
        yield (..., rows, slice(j * stride, j * stride + kernel_size[1])), windows[..., number]


def put(columns, size, kernel_size, corners):
    """Windows added elsewhere: `corners` has the number of each, and its place."""
    out = np.zeros((len(columns), columns.shape[1] // (kernel_size[0] * kernel_size[1]), *size))
    windows = columns.reshape(*out.shape[:2], *kernel_size, columns.shape[2])
    for number, (top, left) in corners:
        out[:, :, top : top + kernel_size[0], left : left + kernel_size[1]] += windows[..., number]
    return out


@exercise.wrong(
    "Where windows overlap, the last one has replaced those before it: with `=`, or with `+=` and index arrays in "
    "which a place occurs twice, where NumPy adds once. An element gets a number from every window in which it lies."
)
def overwritten(columns, size, kernel_size, stride):
    out = np.zeros_like(fold(columns, size, kernel_size, stride))
    for place, window in places(columns, size, kernel_size, stride):
        out[place] = window
    return out


@exercise.wrong(
    "Where windows overlap, an element has only the number of its last tap. That is what `=` does, and also `+=` with "
    "index arrays, where a place that stands there twice keeps its last sum. Add slices in a loop, or use np.add.at."
)
def added_with_index_arrays(columns, size, kernel_size, stride):
    kh, kw = kernel_size
    down, across = (size[0] - kh) // stride + 1, (size[1] - kw) // stride + 1
    k, l, i, j = np.indices((kh, kw, down, across))
    out = np.zeros_like(fold(columns, size, kernel_size, stride))
    out[:, :, i * stride + k, j * stride + l] += columns.reshape(*out.shape[:2], kh, kw, down, across)
    return out


@exercise.wrong(
    "Each sum is divided by the number of windows in which the element lies. That would undo `unfold`, but `fold` is "
    "its adjoint: it only adds."
)
def averaged_over_the_windows(columns, size, kernel_size, stride):
    count = fold(np.ones_like(columns), size, kernel_size, stride)
    return fold(columns, size, kernel_size, stride) / np.maximum(count, 1)


@exercise.wrong(
    "Each window is put back turned by 180 degrees. The numbers of a column go back to where `unfold` reads them: k "
    "and l run forwards."
)
def windows_flipped(columns, size, kernel_size, stride):
    taps = columns.reshape(len(columns), -1, *kernel_size, columns.shape[2])
    return fold(taps[:, :, ::-1, ::-1].reshape(columns.shape), size, kernel_size, stride)


@exercise.wrong(
    "The numbers of a column go down the columns of the window. They go along its rows: the index l runs fastest, as "
    "`reshape` has it by itself."
)
def taps_by_columns(columns, size, kernel_size, stride):
    taps = columns.reshape(len(columns), -1, *kernel_size[::-1], columns.shape[2])
    return fold(taps.swapaxes(2, 3).reshape(columns.shape), size, kernel_size, stride)


@exercise.wrong(
    "Right with one channel. With more, neighbouring numbers of a column are taken for the channels of one tap. A "
    "column begins with all taps of the first channel: the axis of the channels comes before those of the taps."
)
def channels_within_taps(columns, size, kernel_size, stride):
    taps = kernel_size[0] * kernel_size[1]
    by_tap = columns.reshape(len(columns), taps, -1, columns.shape[2])
    return fold(by_tap.swapaxes(1, 2).reshape(columns.shape), size, kernel_size, stride)


@exercise.wrong(
    "The windows are filled downwards first. Column number i Q + j belongs to row i and place j: the windows follow "
    "each other to the right, as one reads."
)
def windows_by_columns(columns, size, kernel_size, stride):
    down, across = (size[0] - kernel_size[0]) // stride + 1, (size[1] - kernel_size[1]) // stride + 1
    order = np.arange(down * across).reshape(across, down).T.ravel()
    return fold(columns[:, :, order], size, kernel_size, stride)


@exercise.wrong(
    "The number of a column is wrong: i R + j takes the number of rows of windows for the length of a row. Then some "
    "columns come twice and others never, or there is none of this number. Each row of windows has Q of them."
)
def numbered_by_the_wrong_length(columns, size, kernel_size, stride):
    down, across = (size[0] - kernel_size[0]) // stride + 1, (size[1] - kernel_size[1]) // stride + 1
    order = [i * down + j for i, j in np.ndindex(down, across)]
    return fold(columns[:, :, order], size, kernel_size, stride)


@exercise.wrong(
    "The size is right, but the windows stand side by side: the window (i, j) begins at row i s and column j s, not at "
    "row i and column j."
)
def windows_one_apart(columns, size, kernel_size, stride):
    return _with_steps(columns, size, kernel_size, stride, (1, 1))


@exercise.wrong(
    "The result ends with the last window. What the stride did not reach belongs to the image too, and is zero: the "
    "result has the size that is given."
)
def cut_to_the_windows(columns, size, kernel_size, stride):
    rows, width = ((n - k) // stride * stride + k for n, k in zip(size, kernel_size, strict=True))
    return fold(columns, size, kernel_size, stride)[:, :, :rows, :width]


@exercise.wrong("The images are added to each other. Each has columns of its own, and its own place in the result.")
def images_summed(columns, size, kernel_size, stride):
    return fold(columns.sum(axis=0, keepdims=True), size, kernel_size, stride)


@exercise.wrong("Right for the first image; the others are zero. Let a colon stand for the axis of the images.")
def first_image_only(columns, size, kernel_size, stride):
    out = fold(columns, size, kernel_size, stride)
    out[1:] = 0
    return out


@exercise.wrong(
    "The channels are added to each other, or only one is there. C is the number of rows of `columns` divided by the "
    "number of taps, and the result has that many channels."
)
def channels_summed(columns, size, kernel_size, stride):
    return fold(columns, size, kernel_size, stride).sum(axis=1, keepdims=True)


@exercise.wrong(
    "The last row and the last column of windows are missing, and their columns stand elsewhere. The quotient counts "
    "the steps from window to window: there is one window more than there are steps."
)
def one_window_too_few(columns, size, kernel_size, stride):
    down, across = (size[0] - kernel_size[0]) // stride, (size[1] - kernel_size[1]) // stride
    corners = ((i * across + j, (i * stride, j * stride)) for i, j in np.ndindex(down, across))
    return put(columns, size, kernel_size, corners)


@exercise.wrong(
    "The ranges end too early: range(0, H - kH, s) leaves out the window that begins at row H - kH, and the columns "
    "that follow are added in wrong places. The end of a range is excluded, so add 1."
)
def ranges_too_short(columns, size, kernel_size, stride):
    tops, lefts = (range(0, n - k, stride) for n, k in zip(size, kernel_size, strict=True))
    return put(columns, size, kernel_size, enumerate((top, left) for top in tops for left in lefts))


@exercise.wrong(
    "A reshape has brought the axis of the windows to the front, but a reshape moves no number: it only cuts anew, "
    "across the columns. Exchange the axes with transpose first."
)
def reshaped_without_moving_axes(columns, size, kernel_size, stride):
    return fold(columns.reshape(len(columns), *columns.shape[:0:-1]).swapaxes(1, 2), size, kernel_size, stride)


@exercise.wrong(
    "The last row and the last column of windows are left out, where there is more than one: a range up to H - kH "
    "stops before the window that begins there. The end of a range is excluded, so add 1."
)
def last_windows_left_out(columns, size, kernel_size, stride):
    return _without_last(columns, size, kernel_size, stride, 1)


@exercise.wrong(
    "The last row and the last column of windows are left out, also where there is only one. The end of a range is "
    "excluded: up to H - kH + 1, or over all R."
)
def last_windows_always_left_out(columns, size, kernel_size, stride):
    return _without_last(columns, size, kernel_size, stride, 0)


def _without_last(columns, size, kernel_size, stride, least):
    across = (size[1] - kernel_size[1]) // stride + 1
    tops, lefts = (range(0, max(n - k, least), stride) for n, k in zip(size, kernel_size, strict=True))
    corners = ((top // stride * across + left // stride, (top, left)) for top in tops for left in lefts)
    return put(columns, size, kernel_size, corners)


@exercise.wrong(
    "Right where the windows reach the edge. Otherwise the windows in a row are counted with one too many, an "
    "incomplete one, so that the columns after the first row of windows land in wrong places: round down, not up."
)
def incomplete_windows_counted(columns, size, kernel_size, stride):
    windows = columns.reshape(len(columns), -1, *kernel_size, columns.shape[2])
    across = -(-(size[1] - kernel_size[1]) // stride) + 1
    out = np.zeros((len(columns), windows.shape[1], *size))
    for number in range(columns.shape[2]):
        i, j = divmod(number, across)
        place = out[:, :, i * stride :, j * stride :][:, :, : kernel_size[0], : kernel_size[1]]
        place += windows[..., : place.shape[2], : place.shape[3], number]
    return out


@exercise.wrong(
    "The place of a window is found from its number with R, the number of rows of windows. Each row of windows has Q "
    "of them: divide by Q, and the remainder is the place in the row."
)
def divided_by_the_rows(columns, size, kernel_size, stride):
    down = (size[0] - kernel_size[0]) // stride + 1
    pairs = (divmod(number, down) for number in range(columns.shape[2]))
    return put(columns, size, kernel_size, enumerate((i * stride, j * stride) for i, j in pairs))


@exercise.wrong(
    "The windows are as far apart as the kernel is large, side by side. The distance from one to the next is the "
    "stride; where it is smaller than the kernel, they overlap."
)
def as_far_apart_as_the_kernel(columns, size, kernel_size, stride):
    tops, lefts = (range(0, n - k + 1, k) for n, k in zip(size, kernel_size, strict=True))
    return put(columns, size, kernel_size, enumerate((top, left) for top in tops for left in lefts))


@exercise.wrong("The stride is applied to the columns only. Window (i, j) begins at row i s, not at row i.")
def stride_on_columns_only(columns, size, kernel_size, stride):
    return _with_steps(columns, size, kernel_size, stride, (1, stride))


@exercise.wrong("The stride is applied to the rows only. Window (i, j) begins at column j s, not at column j.")
def stride_on_rows_only(columns, size, kernel_size, stride):
    return _with_steps(columns, size, kernel_size, stride, (stride, 1))


def _with_steps(columns, size, kernel_size, stride, steps):
    across = (size[1] - kernel_size[1]) // stride + 1
    pairs = (divmod(number, across) for number in range(columns.shape[2]))
    return put(columns, size, kernel_size, enumerate((i * steps[0], j * steps[1]) for i, j in pairs))


@exercise.wrong(
    "Right for whole numbers of the usual size only. Look for a rounding, for `int`, and for arrays of integers, or of "
    "short floats, that take the sums.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(columns, size, kernel_size, stride):
    return np.round(fold(columns, size, kernel_size, stride))

"""Every window as a column: im2col."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="windows as columns",
    chapter="3-5",
    stars=2,
    minutes=25,
    goals=(1,),
    statement=r"""
    Write `unfold(x, kernel_size, stride)`, which copies every window of the images into a column. `x` is an array of
    floats of shape (N, C, H, W), `kernel_size` is a pair (kH, kW), and `stride` is a whole number, the same for rows
    and columns. There is no padding.

    There are $R = \lfloor (H - k_H) / s \rfloor + 1$ rows of windows with $Q = \lfloor (W - k_W) / s \rfloor + 1$
    windows each; what no whole window reaches does not appear. The result has shape (N, C kH kW, R Q), and

    $$ \text{columns}[n,\; (c\, k_H + k)\, k_W + l,\; i\, Q + j] = x[n, c, i s + k, j s + l] . $$

    So a column lists a window channel by channel, and each channel row by row, in the order of `weight[o].ravel()`. The
    columns follow each other in the order of the output: along the first row of windows, then along the next.
    """,
    hints=(
        "Go over the windows, not over the numbers: each window fills one column.",
        "The window (i, j) is a slice of x, for all images and channels at once. Which shape has it, and which has the "
        "column, columns[:, :, number]?",
        "The window (i, j) has the number i Q + j. Its axes c, k, l stand in the right order already, so that one "
        "reshape makes the column.",
    ),
    remark=r"""
    `reshape` joins neighbouring axes and does not move any number: it is right here because channel, row and column
    stand next to each other in the order of the result. With `weight.reshape(O, -1) @ columns` a convolution is one
    matrix product for each image.
    """,
)


@exercise.solution
def unfold(x, kernel_size, stride):
    """Windows as columns: x (N, C, H, W) -> (N, C * kH * kW, number of windows).

    >>> x = np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    >>> unfold(x, (2, 2), 1)
    array([[[1., 2.],
            [2., 3.],
            [4., 5.],
            [5., 6.]]])
    """
    n, c, h, w = x.shape
    height, width = kernel_size
    down, across = (h - height) // stride + 1, (w - width) // stride + 1
    columns = np.zeros((n, c * height * width, down * across))
    for i in range(down):
        for j in range(across):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + height, left : left + width]
            columns[:, :, i * across + j] = window.reshape(n, -1)
    return columns


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]), (2, 2), 1


@exercise.check("one image, one channel", points=1)
def single(rng):
    yield whole(rng, 1, 1, 3, 4), (1, 2), 1
    yield whole(rng, 1, 1, 4, 5), (2, 3), 1
    yield whole(rng, 1, 1, 2, 3), (2, 3), 1


@exercise.check("several channels", points=1)
def channels(rng):
    yield whole(rng, 1, 2, 3, 3), (2, 1), 1
    yield whole(rng, 1, 3, 3, 4), (2, 3), 1


@exercise.check("several images", points=1)
def images(rng):
    yield whole(rng, 3, 1, 2, 3), (1, 2), 1
    yield whole(rng, 2, 3, 4, 4), (3, 2), 1


@exercise.check("strides", points=1)
def strides(rng):
    yield whole(rng, 1, 1, 3, 4), (1, 2), 2
    yield whole(rng, 1, 1, 1, 5), (1, 1), 3
    yield whole(rng, 1, 1, 4, 7), (2, 3), 2
    yield whole(rng, 2, 3, 6, 8), (2, 3), 3


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    yield fractions(rng, 1, 1, 2, 3), (1, 2), 1
    yield fractions(rng, 1, 2, 3, 3) / 7, (2, 1), 1
    yield fractions(rng, 1, 1, 3, 4, size=2.0**20) / 7, (2, 3), 1
    yield fractions(rng, 1, 1, 3, 4, size=2.0**-60), (2, 3), 1


@exercise.alternative
def by_the_formula(x, kernel_size, stride):
    n, c, h, w = x.shape
    kh, kw = kernel_size
    down, across = (h - kh) // stride + 1, (w - kw) // stride + 1
    columns = np.empty((n, c * kh * kw, down * across))
    for image, channel, k, l, i, j in np.ndindex(n, c, kh, kw, down, across):
        row = (channel * kh + k) * kw + l
        columns[image, row, i * across + j] = x[image, channel, i * stride + k, j * stride + l]
    return columns


@exercise.alternative
def by_views(x, kernel_size, stride):
    view = np.lib.stride_tricks.sliding_window_view(x, kernel_size, axis=(2, 3))[:, :, ::stride, ::stride]
    n, c, down, across, kh, kw = view.shape
    return view.transpose(0, 1, 4, 5, 2, 3).reshape(n, c * kh * kw, down * across)


@exercise.alternative
def by_stacking(x, kernel_size, stride):
    kh, kw = kernel_size
    windows = [
        x[:, :, top : top + kh, left : left + kw].reshape(len(x), -1)
        for top in range(0, x.shape[2] - kh + 1, stride)
        for left in range(0, x.shape[3] - kw + 1, stride)
    ]
    return np.stack(windows, axis=1).transpose(0, 2, 1)


@exercise.alternative
def in_single_precision(x, kernel_size, stride):
    return unfold(x.astype(np.float32), kernel_size, stride).astype(np.float32)


@exercise.wrong(
    "Each window has become a row. Windows are columns here: the axis with C kH kW numbers comes before the axis of "
    "the windows."
)
def windows_as_rows(x, kernel_size, stride):
    return unfold(x, kernel_size, stride).swapaxes(1, 2)


@exercise.wrong(
    "The right numbers in a wrong order: an array of shape (N, C, R, Q, kH, kW), or a list of windows, has been "
    "reshaped directly, which only cuts anew. First move the axes of the taps before those of the windows, with "
    "transpose."
)
def reshaped_without_moving_axes(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    n, c = x.shape[:2]
    by_channel = columns.reshape(n, c, -1, columns.shape[2]).swapaxes(2, 3)
    return by_channel.reshape(columns.shape)


@exercise.wrong(
    "The right numbers in a wrong order: an array with one window after the other, each with its C kH kW numbers, has "
    "been reshaped to the shape of the result. A reshape does not transpose: exchange the two axes instead."
)
def rows_reshaped_to_columns(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    return columns.swapaxes(1, 2).reshape(columns.shape)


@exercise.wrong(
    "Right with one channel. With more, the columns list the channels of each tap together; they begin with all taps "
    "of the first channel, as `weight[o].ravel()` does."
)
def channels_within_taps(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    n, c = x.shape[:2]
    return columns.reshape(n, c, -1, columns.shape[2]).swapaxes(1, 2).reshape(columns.shape)


@exercise.wrong(
    "Within a column the taps go down the columns of the window. They go along its rows: the index l runs fastest."
)
def taps_by_columns(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    taps = columns.reshape(*x.shape[:2], *kernel_size, columns.shape[2])
    return taps.swapaxes(2, 3).reshape(columns.shape)


@exercise.wrong(
    "The columns are right, but their order is not: the window has moved down first. It moves to the right first, as "
    "one reads, so that the columns have the order of the output's `ravel()`."
)
def windows_by_columns(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    down, across = (x.shape[2] - kernel_size[0]) // stride + 1, (x.shape[3] - kernel_size[1]) // stride + 1
    return columns.reshape(*columns.shape[:2], down, across).swapaxes(2, 3).reshape(columns.shape)


@exercise.wrong("Each window is turned by 180 degrees. The columns hold the windows as they are: k and l run forwards.")
def windows_flipped(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    taps = columns.reshape(*x.shape[:2], *kernel_size, columns.shape[2])
    return taps[:, :, ::-1, ::-1].reshape(columns.shape)


@exercise.wrong(
    "The kernel's height and width are exchanged. In the pair (kH, kW) the number of rows comes first, as in a shape."
)
def height_and_width_exchanged(x, kernel_size, stride):
    return unfold(x, kernel_size[::-1], stride)


@exercise.wrong("Only the first channel is there. All channels of a window stand in one column, one after another.")
def first_channel_only(x, kernel_size, stride):
    return unfold(x[:, :1], kernel_size, stride)


@exercise.wrong(
    "Right for the first image; the others are zero. Let a colon stand for the axis of the images, or go over them."
)
def first_image_only(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    columns[1:] = 0
    return columns


@exercise.wrong(
    "The stride changes nothing here: every window has a column. Only every s-th place begins a window, in both "
    "directions."
)
def stride_ignored(x, kernel_size, stride):
    return unfold(x, kernel_size, 1)


@exercise.wrong(
    "There are as many columns as there should be, but the windows stand side by side: the window (i, j) begins at row "
    "i s and column j s, not at row i and column j."
)
def windows_one_apart(x, kernel_size, stride):
    down, across = (x.shape[2] - kernel_size[0]) // stride, (x.shape[3] - kernel_size[1]) // stride
    return unfold(x[:, :, : down + kernel_size[0], : across + kernel_size[1]], kernel_size, 1)


@exercise.wrong(
    "The last row and the last column of windows are missing. A range up to h - kH stops before it, but a window can "
    "begin there: its end is excluded, so add 1."
)
def last_windows_lost(x, kernel_size, stride):
    return unfold(x[:, :, :-1, :-1], kernel_size, stride)


@exercise.wrong(
    "The number of a window is wrong: i R + j takes the number of rows of windows for the length of a row. Some "
    "columns are overwritten and others stay zero. Each row of windows has Q of them."
)
def numbered_by_the_wrong_length(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    down, across = (x.shape[2] - kernel_size[0]) // stride + 1, (x.shape[3] - kernel_size[1]) // stride + 1
    out = np.zeros_like(columns)
    for i, j in np.ndindex(down, across):
        out[:, :, i * down + j] = columns[:, :, i * across + j]
    return out


@exercise.wrong("The columns of all images stand in one matrix. Each image has its own: the first axis is N.")
def images_side_by_side(x, kernel_size, stride):
    return np.concatenate(list(unfold(x, kernel_size, stride)), axis=1)


@exercise.wrong(
    "There are too few windows. The quotient counts the steps from window to window, and there is one window more than "
    "there are steps, on both axes."
)
def one_window_too_few(x, kernel_size, stride):
    down, across = (x.shape[2] - kernel_size[0]) // stride, (x.shape[3] - kernel_size[1]) // stride
    columns = unfold(x, kernel_size, stride)
    return columns.reshape(*columns.shape[:2], down + 1, across + 1)[..., :-1, :-1].reshape(
        *columns.shape[:2], down * across
    )


@exercise.wrong(
    "A list of windows, made into an array, has the windows along its first axis. A reshape to the shape of the result "
    "only cuts these numbers anew: move the first axis to the end, or stack the windows along the last axis."
)
def list_of_windows_reshaped(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    return columns.transpose(2, 0, 1).reshape(columns.shape)


@exercise.wrong("The first image stands in place of every other one, too. Each image has windows of its own.")
def first_image_repeated(x, kernel_size, stride):
    return np.repeat(unfold(x[:1], kernel_size, stride), len(x), axis=0)


@exercise.wrong("The stride is applied to the columns only. Window (i, j) begins at row i s, not at row i.")
def stride_on_columns_only(x, kernel_size, stride):
    return _columns(x, kernel_size, (1, stride))


@exercise.wrong("The stride is applied to the rows only. Window (i, j) begins at column j s, not at column j.")
def stride_on_rows_only(x, kernel_size, stride):
    return _columns(x, kernel_size, (stride, 1))


@exercise.wrong(
    "The windows stand side by side and do not overlap: from one to the next it is as far as the kernel is large. They "
    "are `stride` rows or columns apart."
)
def as_far_apart_as_the_kernel(x, kernel_size, stride):
    return _columns(x, kernel_size, kernel_size)


def _columns(x, kernel_size, steps):
    view = np.lib.stride_tricks.sliding_window_view(x, kernel_size, axis=(2, 3))[:, :, :: steps[0], :: steps[1]]
    return view.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, view.shape[2] * view.shape[3])


@exercise.wrong("kH is taken for both sizes of the kernel, so that only square ones are right: unpack the pair.")
def height_for_both(x, kernel_size, stride):
    return unfold(x, (kernel_size[0], kernel_size[0]), stride)


@exercise.wrong("kW is taken for both sizes of the kernel, so that only square ones are right: unpack the pair.")
def width_for_both(x, kernel_size, stride):
    return unfold(x, (kernel_size[1], kernel_size[1]), stride)


@exercise.wrong(
    "The last window of each row and of each column of windows is missing, where there is more than one. A range up to "
    "h - kH stops before it: its end is excluded, so add 1."
)
def last_windows_lost_but_one(x, kernel_size, stride):
    rows, width = (max(n - 1, k) for n, k in zip(x.shape[2:], kernel_size, strict=True))
    return unfold(x[:, :, :rows, :width], kernel_size, stride)


@exercise.wrong(
    "The shape is right, but the columns of the last row and of the last column of windows are zero: the loops over "
    "the windows stop one step early. A range ends before its end."
)
def last_windows_left_zero(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    down, across = ((n - k) // stride + 1 for n, k in zip(x.shape[2:], kernel_size, strict=True))
    kept = np.pad(np.ones((down - 1, across - 1)), ((0, 1), (0, 1)))
    return columns * kept.ravel()


@exercise.wrong(
    "Windows that hang over the lower or right edge have been filled up with zeros. Only whole windows count, and what "
    "they do not reach does not appear: the quotient is rounded down."
)
def partial_windows_filled_up(x, kernel_size, stride):
    below, right = ((k - n) % stride for n, k in zip(x.shape[2:], kernel_size, strict=True))
    return unfold(np.pad(x, ((0, 0), (0, 0), (0, below), (0, right))), kernel_size, stride)


@exercise.wrong(
    "All columns are the same, the last window. If one array is filled anew for each window, a list of it holds that "
    "array many times, with its last values: append a copy, or a new array."
)
def last_window_everywhere(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    return columns[:, :, -1:] + np.zeros_like(columns)


@exercise.wrong("All columns are the same, the first window: it does not move. Window (i, j) begins at i s and j s.")
def first_window_everywhere(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    return columns[:, :, :1] + np.zeros_like(columns)


@exercise.wrong("The channels have kept an axis of their own. They belong into the columns, one below the other.")
def channels_kept_apart(x, kernel_size, stride):
    columns = unfold(x, kernel_size, stride)
    return columns.reshape(*x.shape[:2], -1, columns.shape[2])


@exercise.wrong(
    "Right for whole numbers of the usual size only. The numbers are to be copied as they are: look for a rounding, "
    "for `int`, and for arrays of integers, or of short floats, that take them.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(x, kernel_size, stride):
    return np.round(unfold(x, kernel_size, stride))

"""Valid cross-correlation of an image with a kernel, number by number."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="cross-correlation of an image",
    chapter="1-3",
    stars=2,
    minutes=20,
    goals=(3, 5),
    statement=r"""
    Write `correlate(x, h)` for an image `x` of shape $(H, W)$ and a kernel `h` of shape $(k_H, k_W)$ that is not larger
    than the image on either axis. Both are arrays of floats or integers (`int64`). It returns the *valid*
    cross-correlation

    $$
    \begin{aligned}
    & (h \star x)[i, j] \\
    &= \sum_{k, l} h[k, l]\, x[i + k, j + l] ,
    \end{aligned}
    $$

    for all positions $i, j \ge 0$ at which the kernel lies entirely on the image. The shape of the result is
    $(H - k_H + 1,\ W - k_W + 1)$, and it is an array of floats. The kernel is not turned, and no zeros are put around
    the image. Use loops.
    """,
    hints=(
        "Begin with an array of zeros that has the shape of the result. How many rows can the kernel be moved down?",
        "For one output [i, j], go over all the numbers of the kernel. Which number of the image lies under h[k, l]?",
        "Two loops run over the rows and columns of the result, two inside of them over those of the kernel.",
    ),
    remark=r"""
    Each index of the image is the sum of a position of the window and a position in the kernel. The two inner loops are
    one inner product, of the kernel and the window under it: `np.sum(h * x[i : i + rows, j : j + columns])`.
    """,
)


@exercise.solution
def correlate(x, h):
    """Valid cross-correlation of an image (H, W) with a kernel (kH, kW), of shape (H - kH + 1, W - kW + 1).

    >>> correlate(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([[1.0, 10.0], [100.0, 1000.0]]))
    array([[5421., 6532.]])
    """
    rows, columns = h.shape
    out = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for k in range(rows):
                for l in range(columns):
                    out[i, j] += h[k, l] * x[i + k, j + l]
    return out


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([[1.0, 10.0], [100.0, 1000.0]])


def kernel(rng, *shape):
    """Whole numbers of which no two have the same size, and whose sum is neither 0 nor 1."""
    while True:
        numbers = rng.permutation(np.arange(1.0, 10.0))[: np.prod(shape)] * rng.choice([-1, 1], np.prod(shape))
        if abs(numbers.sum()) > 1:
            return numbers.reshape(shape)


@exercise.check("kernels of one number", points=1)
def one_number(rng):
    for shape in ((2, 3), (4, 3)):
        yield whole(rng, *shape), 2 * whole(rng, 1, 1)


@exercise.check("a single row, a single column", points=1)
def one_line(rng):
    yield whole(rng, 2, 4), kernel(rng, 1, 3)
    yield whole(rng, 4, 3), kernel(rng, 2, 1)


@exercise.check("square kernels", points=1)
def square(rng):
    yield whole(rng, 3, 4), kernel(rng, 2, 2)
    yield whole(rng, 6, 5), kernel(rng, 3, 3)


@exercise.check("kernels that are not square", points=1)
def uneven(rng):
    yield whole(rng, 3, 5), kernel(rng, 2, 3)
    yield whole(rng, 6, 5), kernel(rng, 4, 2)


@exercise.check("kernels as large as the image", points=1)
def as_large(rng):
    for shape in ((2, 3), (4, 2)):
        h = kernel(rng, *shape)
        yield -2 * h, h  # negative, and less with the numbers in any other order


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    yield fractions(rng, 2, 3), fractions(rng, 1, 3)
    yield fractions(rng, 4, 5) / 7, fractions(rng, 3, 3)
    yield fractions(rng, 4, 3, size=2.0**20), fractions(rng, 3, 1)
    yield fractions(rng, 3, 4, size=2.0**-30), fractions(rng, 1, 3, size=2.0**-30)


@exercise.check("one array of integers, one of fractions", points=1)
def integers(rng):
    yield whole(rng, 3, 4).astype(int), fractions(rng, 1, 3) / 7
    yield fractions(rng, 4, 4) / 7, kernel(rng, 3, 2).astype(int)


@exercise.alternative
def by_windows(x, h):
    return _windows(x, h, lambda window: h * window)


@exercise.alternative
def by_moved_copies(x, h):
    rows, columns = x.shape[0] - h.shape[0] + 1, x.shape[1] - h.shape[1] + 1
    return sum(h[k, l] * x[k : k + rows, l : l + columns] for k in range(h.shape[0]) for l in range(h.shape[1]))


@exercise.alternative
def by_einsum_as_a_view(x, h):
    windows = np.lib.stride_tricks.sliding_window_view(x, h.shape)
    return np.einsum("ijkl,kl->ji", windows, h).T


@exercise.alternative
def by_fft_in_single_precision(x, h):
    product = np.fft.rfft2(x) * np.conj(np.fft.rfft2(h, x.shape))
    out = np.fft.irfft2(product, x.shape)[: x.shape[0] - h.shape[0] + 1, : x.shape[1] - h.shape[1] + 1]
    return out.astype(np.float32)


@exercise.wrong("The kernel is turned by 180 degrees, which is a convolution. Here h[0, 0] lies on x[i, j].")
def turned(x, h):
    return correlate(x, h[::-1, ::-1])


@exercise.wrong(
    "Rows and columns are exchanged in one of the two arrays: same result as if the kernel were transposed. The row "
    "index k of the kernel is added to the row index i of the image, and l to j."
)
def kernel_transposed(x, h):
    return _sums(_valid(x, h), h.shape, lambda i, j, k, l: h[k, l] * x[i + l, j + k])


@exercise.wrong("The result has its two sizes exchanged. Rows come first: H - kH + 1, and then W - kW + 1.")
def shape_exchanged(x, h):
    return _sums(_valid(x, h)[::-1], h.shape, lambda i, j, k, l: h[k, l] * x[i + k, j + l])


@exercise.wrong("The number of rows is used for the columns too, which fits square kernels. Both are in h.shape.")
def rows_for_both(x, h):
    shape = [size - len(h) + 1 for size in x.shape]
    return _sums(shape, (len(h), len(h)), lambda i, j, k, l: h[k, l] * x[i + k, j + l])


@exercise.wrong("The last row and the last column are missing: there are H - kH + 1 by W - kW + 1 positions.")
def one_short(x, h):
    return correlate(x, h)[:-1, :-1]


@exercise.wrong(
    "The result is as large as the image, with zeros put around it: that is mode same. Here the kernel stays on the "
    "image, and the result is smaller."
)
def same_size(x, h):
    return correlate(np.pad(x, [((size - 1) // 2, size // 2) for size in h.shape]), h)


@exercise.wrong("The result is as large as the image: zeros stand in its last rows and columns, where no kernel lies.")
def zeros_left_over(x, h):
    return np.pad(correlate(x, h), [(0, size - 1) for size in h.shape])


@exercise.wrong(
    "The loops over i and j visit every position of the image. Near the lower and the right edge the kernel hangs "
    "over, and there is no number under it. How far can i go, so that i + k is still a row?"
)
def over_the_edge(x, h):
    return _sums(x.shape, h.shape, lambda i, j, k, l: h[k, l] * x[i + k, j + l])


@exercise.wrong(
    "The loops over i and j visit every position of the image. Near the lower and the right edge the slice of the "
    "image ends early, and is smaller than the kernel. How many rows can the kernel be moved down?"
)
def windows_cut_off(x, h):
    return _sums(x.shape, (1, 1), lambda i, j, k, l: np.sum(h * x[i : i + h.shape[0], j : j + h.shape[1]]))


@exercise.wrong(
    "Near the lower and the right edge the products that do not exist are left out of the sum, and the rest is kept. "
    "Valid asks for the positions at which all of them exist, and no others."
)
def incomplete_sums(x, h):
    return correlate(np.pad(x, ((0, h.shape[0] - 1), (0, h.shape[1] - 1))), h)


@exercise.wrong(
    "All positions at which kernel and image overlap are counted, also those where the kernel hangs over an edge: that "
    "is mode full. Here the kernel lies entirely on the image."
)
def full(x, h):
    return correlate(np.pad(x, [(size - 1, size - 1) for size in h.shape]), h)


@exercise.wrong("Only the product with h[-1, -1] is left: each replaces the one before. Their sum is asked for.")
def overwritten(x, h):
    return correlate(x[h.shape[0] - 1 :, h.shape[1] - 1 :], h[-1:, -1:])


@exercise.wrong("The sums are divided by the number of products. A cross-correlation adds, and does not average.")
def averaged(x, h):
    return correlate(x, h) / h.size


@exercise.wrong("All outputs are the same number: the window does not move. The output [i, j] begins at x[i, j].")
def not_moved(x, h):
    return np.full_like(correlate(x, h), np.sum(h * x[: h.shape[0], : h.shape[1]]))


@exercise.wrong("The kernel jumps by its own size from one output to the next. It moves by one row, or one column.")
def side_by_side(x, h):
    return correlate(x, h)[:: h.shape[0], :: h.shape[1]]


@exercise.wrong(
    "Kernel and window are multiplied as matrices. Here each number is multiplied with the one that lies under it, "
    "which is * and not @, and the products are added."
)
def multiplied_as_matrices(x, h):
    return _windows(x, h, lambda window: h @ window)


@exercise.wrong("A frame of zeros, one pixel wide, is around the image. The kernel lies on the image alone.")
def padded_by_one(x, h):
    return correlate(np.pad(x, 1), h)


@exercise.wrong("The last row and the last column are still zero: the loops over them stop one step early.")
def last_left_zero(x, h):
    return np.pad(correlate(x, h)[:-1, :-1], ((0, 1), (0, 1)))


@exercise.wrong("The last row and the last column of the kernel are not used: its loops or slices stop one step early.")
def kernel_cut(x, h):
    return _sums(_valid(x, h), (h.shape[0] - 1, h.shape[1] - 1), lambda i, j, k, l: h[k, l] * x[i + k, j + l])


@exercise.wrong(
    "Only the first row of the result is filled. If `return` stands inside of the loop over the rows, it ends the "
    "function after the first one: move it to the left."
)
def returned_early(x, h):
    return np.pad(correlate(x, h)[:1], ((0, x.shape[0] - h.shape[0]), (0, 0)))


@exercise.wrong("Each output contains those before it: the sum must begin anew, with zero, for every [i, j].")
def sum_not_reset(x, h):
    return np.cumsum(correlate(x, h)).reshape(_valid(x, h))


@exercise.wrong(
    "Right for kernels with odd sizes. To count k from the middle of the kernel needs a middle, which an even size "
    "does not have: count from its upper left corner, as the formula does."
)
def from_the_middle(x, h):
    a, b = h.shape[0] // 2, h.shape[1] // 2
    shape = (x.shape[0] - 2 * a, x.shape[1] - 2 * b)
    return _sums(shape, (2 * a + 1, 2 * b + 1), lambda i, j, k, l: h[k, l] * x[i + k, j + l])


@exercise.wrong("The kernel's rows are in reversed order. A cross-correlation turns nothing: h[0, 0] lies on x[i, j].")
def upside_down(x, h):
    return correlate(x, h[::-1])


@exercise.wrong("The kernel's columns are in reversed order. Nothing is turned here: h[0, 0] lies on x[i, j].")
def left_to_right(x, h):
    return correlate(x, h[:, ::-1])


@exercise.wrong("The kernel lies transposed on its window. Its rows belong along the rows of the image.")
def transposed_on_the_window(x, h):
    return _windows(x, h, lambda window: h.T * window)


@exercise.wrong(
    "The middle of the kernel is laid on [i, j]. So the first windows begin at negative indices, and Python reads them "
    "from the other end of the image. Here h[0, 0] lies on [i, j]."
)
def centred(x, h):
    return correlate(np.roll(x, (h.shape[0] // 2, h.shape[1] // 2), axis=(0, 1)), h)


@exercise.wrong(
    "The result is as large as the image, and behind its last row and column the image begins again: as with np.roll, "
    "indices modulo the size, or an FFT. Keep only the positions where the kernel lies entirely on the image."
)
def wrapped_around(x, h):
    return correlate(np.pad(x, ((0, h.shape[0] - 1), (0, h.shape[1] - 1)), mode="wrap"), h)


@exercise.wrong("There are zeros above and on the left of the image. Here the kernel lies on the image alone.")
def zeros_in_front(x, h):
    return correlate(np.pad(x, ((h.shape[0] - 1, 0), (h.shape[1] - 1, 0))), h)


@exercise.wrong("The last row of the result is missing: the kernel has H - kH + 1 positions from top to bottom.")
def one_row_short(x, h):
    return correlate(x, h)[:-1]


@exercise.wrong("The last column of the result is missing: the kernel has W - kW + 1 positions from left to right.")
def one_column_short(x, h):
    return correlate(x, h)[:, :-1]


@exercise.wrong("The last row of the result is still zero: the loop over its rows stops one step early.")
def last_row_left_zero(x, h):
    return np.pad(correlate(x, h)[:-1], ((0, 1), (0, 0)))


@exercise.wrong("The last column of the result is still zero: the loop over its columns stops one step early.")
def last_column_left_zero(x, h):
    return np.pad(correlate(x, h)[:, :-1], ((0, 0), (0, 1)))


@exercise.wrong("Each output contains those before it in its row: begin the sum anew for each [i, j], not each i.")
def sum_reset_per_row(x, h):
    return np.cumsum(correlate(x, h), axis=1)


@exercise.wrong(
    "Kernel and window are multiplied as matrices, one of them transposed: each row of the one with all rows of the "
    "other. Here each number is multiplied with the one that lies under it."
)
def multiplied_with_the_transposed(x, h):
    return _windows(x, h, lambda window: h @ window.T)


@exercise.wrong("Window and kernel, in this order, are multiplied as matrices. Take *, number by number, and not @.")
def multiplied_as_matrices_in_the_other_order(x, h):
    return _windows(x, h, lambda window: window @ h)


@exercise.wrong("Columns of the kernel meet all columns of the window, as in h.T @ window. Take *, number by number.")
def columns_with_all_columns(x, h):
    return _windows(x, h, lambda window: h.T @ window)


@exercise.wrong("The windows are a row and a column too small for the kernel. A slice ends before its end.")
def windows_one_short(x, h):
    return _sums(_valid(x, h), (1, 1), lambda i, j, k, l: np.sum(h * x[i:, j:][: h.shape[0] - 1, : h.shape[1] - 1]))


@exercise.wrong(
    "The image is read at i - k and j - l, as in a convolution. Where these are negative, Python counts from the other "
    "end. Here h[k, l] lies on x[i + k, j + l]."
)
def minus_in_the_indices(x, h):
    return _sums(_valid(x, h), h.shape, lambda i, j, k, l: h[k, l] * x[i - k, j - l])


@exercise.wrong("Same result as if the mean of kernel or window were subtracted. They are to be left as they are.")
def mean_subtracted(x, h):
    return correlate(x, h - h.mean())


@exercise.wrong("The sums are divided by the lengths of kernel and window, as in a search for patterns. Do not divide.")
def normalised(x, h):
    return correlate(x, h) / np.sqrt(correlate(x**2, np.ones(h.shape)) * np.sum(h**2))


@exercise.wrong("The result is divided by the sum of the kernel. A cross-correlation takes the kernel as it is.")
def kernel_of_sum_one(x, h):
    return correlate(x, h) / h.sum()


@exercise.wrong("The minus signs are lost, as by an absolute value. A cross-correlation may be negative.")
def absolute_values(x, h):
    return np.abs(correlate(x, h))


@exercise.wrong("What should be negative is zero. A cross-correlation may be negative, also that of an image.")
def negative_ones_lost(x, h):
    return np.maximum(correlate(x, h), 0.0)


@exercise.wrong(
    "Right for whole numbers only: elsewhere digits after the point are lost. Look for a rounding, for `int`, and for "
    "an array of integers, or of short floats, that takes the sums.",
    fails=("numbers that are not whole, large and small", "one array of integers, one of fractions"),
)
def rounded(x, h):
    return np.round(correlate(x, h))


@exercise.wrong(
    "Right for whole numbers of the usual size: elsewhere digits are lost. Look for a rounding to some places after "
    "the point, for small numbers that are taken for zero, and for sums in single precision.",
    fails=("numbers that are not whole, large and small",),
)
def rounded_to_places(x, h):
    return np.round(correlate(x, h), 10)


@exercise.wrong(
    "Right unless one of the arrays has integers: then somewhere fractions are put into an array of integers, and lose "
    "what comes after the point. np.zeros_like takes over the dtype, and so does dtype=x.dtype: make it floats.",
    fails=("one array of integers, one of fractions",),
)
def dtype_of_the_image(x, h):
    return correlate(x, h).astype(x.dtype).astype(float)


def _valid(x, h):
    return x.shape[0] - h.shape[0] + 1, x.shape[1] - h.shape[1] + 1


def _sums(shape, sizes, product):
    out = np.zeros(shape)
    for i, j, k, l in np.ndindex(*shape, *sizes):
        out[i, j] += product(i, j, k, l)
    return out


def _windows(x, h, product):
    return _sums(_valid(x, h), (1, 1), lambda i, j, k, l: np.sum(product(x[i:, j:][: h.shape[0], : h.shape[1]])))

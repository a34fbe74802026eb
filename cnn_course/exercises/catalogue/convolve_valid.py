"""Valid convolution in two dimensions, with loops over the outputs only."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="valid convolution in two dimensions",
    chapter="1-3",
    stars=2,
    minutes=20,
    statement=r"""
    Write `convolve_valid(f, h)` for two-dimensional arrays of floats or integers, with loops over the *outputs* only:
    each output is the sum of an elementwise product of two arrays. The kernel `h` is not larger than `f` on either
    axis. Of the convolution

    $$ (f * h)[i, j] = \sum_{k, l} h[k, l]\, f[i - k, j - l] $$

    the result keeps the places at which all the numbers of the kernel lie on the array, the first of them in its upper
    left corner. With sizes $n_1 \times n_2$ of `f` and $m_1 \times m_2$ of `h` these are
    $(n_1 - m_1 + 1) \times (n_2 - m_2 + 1)$ places. The result is an array of floats.
    """,
    hints=(
        "The index of f falls when that of h grows. What has to be done to h, so that both run in the same direction?",
        "The window that belongs to the output [i, j] of the result is f[i : i + rows, j : j + columns].",
        "In two dimensions the reflection reverses the order of the rows and the order of the columns.",
    ),
    remark=r"""
    Without turning the kernel the checks fail, unless the kernel happens to be its own reflection. A square or a
    symmetric kernel in a test would hide a mistake in the order of the axes. Who tests with whole numbers may ask for
    equality: `np.array_equal(convolve_valid(f, h), cnn_course.convolve(f, h, "valid"))`.
    """,
)


@exercise.solution
def convolve_valid(f, h):
    """Valid convolution of f, shape (n1, n2), with h, shape (m1, m2): shape (n1 - m1 + 1, n2 - m2 + 1).

    >>> convolve_valid(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([[1.0, 10.0], [100.0, 1000.0]]))
    array([[1245., 2356.]])
    """
    rows, columns = h.shape
    turned = h[::-1, ::-1]
    out = np.zeros((f.shape[0] - rows + 1, f.shape[1] - columns + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(turned * f[i : i + rows, j : j + columns])
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
    yield whole(rng, 3, 4), kernel(rng, 1, 3)
    yield whole(rng, 4, 3), kernel(rng, 2, 1)


@exercise.check("square kernels", points=1)
def square(rng):
    yield whole(rng, 3, 4), kernel(rng, 2, 2)
    yield whole(rng, 6, 5), kernel(rng, 3, 3)


@exercise.check("kernels that are not square", points=1)
def uneven(rng):
    yield whole(rng, 3, 5), kernel(rng, 2, 3)
    yield whole(rng, 6, 5), kernel(rng, 4, 2)


@exercise.check("kernels as large as the array", points=1)
def as_large(rng):
    for size in (2, 3):
        h = kernel(rng, size, size)
        yield -2 * h[::-1, ::-1], h  # negative, and less with the numbers in any other order


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    yield fractions(rng, 3, 3), fractions(rng, 1, 3)
    yield fractions(rng, 4, 5) / 7, fractions(rng, 3, 3)
    yield fractions(rng, 4, 3, size=2.0**20), fractions(rng, 3, 1)
    yield fractions(rng, 3, 4, size=2.0**-30), fractions(rng, 1, 3, size=2.0**-30)


@exercise.check("one array of integers, one of fractions", points=1)
def integers(rng):
    yield whole(rng, 3, 4).astype(int), fractions(rng, 1, 3) / 7
    yield fractions(rng, 4, 4) / 7, kernel(rng, 3, 2).astype(int)


@exercise.alternative
def by_four_loops(f, h):
    (rows, columns), (m1, m2) = f.shape, h.shape
    out = np.zeros((rows - m1 + 1, columns - m2 + 1))
    for i, j in np.ndindex(out.shape):
        for k, l in np.ndindex(h.shape):
            out[i, j] += h[k, l] * f[i + m1 - 1 - k, j + m2 - 1 - l]
    return out


@exercise.alternative
def cut_out_of_full(f, h):
    out = np.zeros((f.shape[0] + h.shape[0] - 1, f.shape[1] + h.shape[1] - 1))
    for k, l in np.ndindex(h.shape):
        out[k : k + f.shape[0], l : l + f.shape[1]] += h[k, l] * f
    return out[h.shape[0] - 1 : f.shape[0], h.shape[1] - 1 : f.shape[1]]


@exercise.alternative
def by_fft(f, h):
    periodic = np.fft.irfft2(np.fft.rfft2(f) * np.fft.rfft2(h, f.shape), f.shape)
    return periodic[h.shape[0] - 1 :, h.shape[1] - 1 :]


@exercise.alternative
def in_single_precision(f, h):
    windows = np.lib.stride_tricks.sliding_window_view(f.astype(np.float32), h.shape)
    return np.einsum("ijkl,kl->ij", windows, np.flip(h).astype(np.float32))


@exercise.wrong(
    "The kernel is not turned: this is a cross-correlation. In f[i - k, j - l] the index of the array falls when that "
    "of the kernel grows."
)
def not_turned(f, h):
    return convolve_valid(f, h[::-1, ::-1])


@exercise.wrong(
    "Only the order of the rows of the kernel is reversed. A reflection at the origin changes the sign of both "
    "indices, so that the order of the columns is reversed as well."
)
def upside_down(f, h):
    return convolve_valid(f, h[:, ::-1])


@exercise.wrong(
    "Only the order of the columns of the kernel is reversed. A reflection at the origin changes the sign of both "
    "indices, so that the order of the rows is reversed as well."
)
def left_to_right(f, h):
    return convolve_valid(f, h[::-1])


@exercise.wrong(
    "The kernel is transposed, which exchanges its rows and columns. The reflection leaves them what they are, and "
    "reverses the order of each: it is a turn by 180 degrees."
)
def transposed(f, h):
    return _windows(f, h, _valid(f, h), lambda window: h.T * window)


@exercise.wrong("The kernel is turned by 90 degrees, so that rows become columns. It takes 180: both axes reversed.")
def quarter_turn(f, h):
    return _windows(f, h, _valid(f, h), lambda window: np.rot90(h) * window)


@exercise.wrong(
    "The array is turned in place of the kernel. The sums are those of the convolution, but they come out in the "
    "opposite order, the last one first."
)
def array_turned(f, h):
    return convolve_valid(f, h)[::-1, ::-1]


@exercise.wrong(
    "The first outputs read the array at negative indices, which Python counts from the end. The first valid place of "
    "the convolution is not [0, 0] but [m1 - 1, m2 - 1]."
)
def wrapped(f, h):
    out = np.zeros(_valid(f, h))
    for i, j in np.ndindex(out.shape):
        for k, l in np.ndindex(h.shape):
            out[i, j] += h[k, l] * f[i - k, j - l]
    return out


@exercise.wrong(
    "The shape is right, but the result is cut out of the full convolution at the wrong place, from its corner on. "
    "There the kernel hangs over the edge: the first place at which it does not is [m1 - 1, m2 - 1]."
)
def cut_from_the_corner(f, h):
    return full(f, h)[tuple(map(slice, _valid(f, h)))]


@exercise.wrong(
    "These are all the places at which kernel and array overlap: the full convolution. Keep those at which the kernel "
    "does not hang over an edge."
)
def full(f, h):
    return convolve_valid(np.pad(f, [(size - 1, size - 1) for size in h.shape]), h)


@exercise.wrong(
    "The result is as large as the array, with zeros put around it: that is mode same. Valid makes nothing up, and is "
    "smaller."
)
def same_size(f, h):
    return convolve_valid(np.pad(f, [(size // 2, (size - 1) // 2) for size in h.shape]), h)


@exercise.wrong("The last row and the last column are missing: there are n1 - m1 + 1 by n2 - m2 + 1 places.")
def one_short(f, h):
    return convolve_valid(f, h)[:-1, :-1]


@exercise.wrong("The sums are divided by the number of products. A convolution adds, and does not average.")
def averaged(f, h):
    return convolve_valid(f, h) / h.size


@exercise.wrong(
    "Kernel and window are multiplied as matrices. The product is elementwise, * and not @: each number of the turned "
    "kernel with the one that lies under it."
)
def multiplied_as_matrices(f, h):
    return _windows(f, h, _valid(f, h), lambda window: h[::-1, ::-1] @ window)


@exercise.wrong(
    "The kernel is turned, but its rows and columns are exchanged as well: same result as if it were reflected at its "
    "other diagonal. Reverse both axes, and exchange none."
)
def turned_and_transposed(f, h):
    return _windows(f, h, _valid(f, h), lambda window: h.T[::-1, ::-1] * window)


@exercise.wrong("The result has its two sizes exchanged. Rows come first: n1 - m1 + 1, and then n2 - m2 + 1.")
def shape_exchanged(f, h):
    return _windows(f, h, _valid(f, h)[::-1], lambda window: h[::-1, ::-1] * window)


@exercise.wrong(
    "The loops visit every place of the array. Near the lower and the right edge the slice ends early, and is smaller "
    "than the kernel. How many rows can the kernel be moved down?"
)
def windows_cut_off(f, h):
    return _windows(f, h, f.shape, lambda window: h[::-1, ::-1] * window)


@exercise.wrong("The last row and the last column are still zero: the loops over them stop one step early.")
def last_left_zero(f, h):
    return np.pad(convolve_valid(f, h)[:-1, :-1], ((0, 1), (0, 1)))


@exercise.wrong("A frame of zeros, one place wide, is around the array. The kernel lies on the array alone.")
def padded_by_one(f, h):
    return convolve_valid(np.pad(f, 1), h)


@exercise.wrong("The kernel is turned by 90 degrees, and its shape with it. It takes 180, which exchange no axes.")
def quarter_turn_of_the_shape(f, h):
    return _correlated(f, np.rot90(h))


@exercise.wrong("The kernel is transposed, and its shape with it. The reflection exchanges no axes, but reverses both.")
def transposed_with_its_shape(f, h):
    return _correlated(f, h.T)


@exercise.wrong(
    "The kernel is turned and also transposed, and its shape with it. Reverse both axes, and exchange none."
)
def turned_and_transposed_with_its_shape(f, h):
    return _correlated(f, h.T[::-1, ::-1])


def _correlated(f, kernel):
    return _windows(f, kernel, _valid(f, kernel), lambda window: kernel * window)


@exercise.wrong(
    "The first row and the first column of the result are zero. Either the loops begin one step late, or the windows "
    "are slices that run backwards: f[i : i - m1 : -1] is empty where i - m1 is -1, which means the last place."
)
def first_left_zero(f, h):
    return np.pad(convolve_valid(f, h)[1:, 1:], ((1, 0), (1, 0)))


@exercise.wrong(
    "The windows are slices that run backwards, and the first ones are empty: in f[i : i - m1 : -1] the end i - m1 is "
    "-1 there, which means the last place. Turn the kernel, and let the windows run forwards."
)
def backward_slices(f, h):
    out, (m1, m2) = np.zeros(_valid(f, h)), h.shape
    for i, j in np.ndindex(*out.shape):
        out[i, j] = np.sum(h * f[i + m1 - 1 : i - 1 : -1, j + m2 - 1 : j - 1 : -1])
    return out


@exercise.wrong(
    "The kernel's number of rows is used for its columns too, which fits square kernels. Both are in h.shape."
)
def rows_for_both(f, h):
    m, turned = h.shape[0], h[::-1, ::-1]
    shape = f.shape[0] - m + 1, f.shape[1] - m + 1
    return _windows(f, np.zeros((m, m)), shape, lambda window: turned[:, :m] * window)


@exercise.wrong(
    "Kernel and window are multiplied as matrices, one of them transposed: each row of the one with all rows of the "
    "other. The product is elementwise."
)
def multiplied_with_the_transposed(f, h):
    return _windows(f, h, _valid(f, h), lambda window: h[::-1, ::-1] @ window.T)


@exercise.wrong("Window and turned kernel, in this order, are multiplied as matrices. The product is elementwise.")
def multiplied_as_matrices_in_the_other_order(f, h):
    return _windows(f, h, _valid(f, h), lambda window: window @ h[::-1, ::-1])


@exercise.wrong("Columns of the kernel meet all columns of the window, by @ and .T. The product is elementwise.")
def columns_with_all_columns(f, h):
    return _windows(f, h, _valid(f, h), lambda window: h[::-1, ::-1].T @ window)


@exercise.wrong("The windows are a row and a column too small for the kernel. A slice ends before its end.")
def windows_one_short(f, h):
    return _windows(f, h, _valid(f, h), lambda window: h[::-1, ::-1] * window[:-1, :-1])


@exercise.wrong("The kernel jumps by its own size from one output to the next. It moves by one row, or one column.")
def side_by_side(f, h):
    return convolve_valid(f, h)[:: h.shape[0], :: h.shape[1]]


@exercise.wrong("Each output contains those before it: the sum must begin anew, with zero, for every [i, j].")
def sum_not_reset(f, h):
    return np.cumsum(convolve_valid(f, h)).reshape(_valid(f, h))


@exercise.wrong("The result is divided by the sum of the kernel. A convolution takes the kernel as it is.")
def kernel_of_sum_one(f, h):
    return convolve_valid(f, h) / h.sum()


@exercise.wrong("The minus signs are lost, as by an absolute value. A convolution may be negative.")
def absolute_values(f, h):
    return np.abs(convolve_valid(f, h))


@exercise.wrong("The last row of the result is missing: the kernel has n1 - m1 + 1 places from top to bottom.")
def one_row_short(f, h):
    return convolve_valid(f, h)[:-1]


@exercise.wrong("The last column of the result is missing: the kernel has n2 - m2 + 1 places from left to right.")
def one_column_short(f, h):
    return convolve_valid(f, h)[:, :-1]


@exercise.wrong(
    "The result is as large as the array, which is continued periodically: as with an FFT, or indices modulo the size. "
    "Keep only the places where the kernel lies entirely on the array: [m1 - 1, m2 - 1] is the first of them."
)
def circular(f, h):
    return convolve_valid(np.pad(f, ((h.shape[0] - 1, 0), (h.shape[1] - 1, 0)), mode="wrap"), h)


@exercise.wrong("Two things: the kernel is not turned, and where it hangs over an edge there is no valid place.")
def full_and_not_turned(f, h):
    return full(f, h[::-1, ::-1])


@exercise.wrong("Only the product with h[-1, -1] is left: each replaces the one before. Their sum is asked for.")
def overwritten(f, h):
    return h[-1, -1] * f[: f.shape[0] - h.shape[0] + 1, : f.shape[1] - h.shape[1] + 1]


@exercise.wrong(
    "Right for whole numbers only: elsewhere digits after the point are lost. Look for a rounding, for `int`, and for "
    "an array of integers, or of short floats, that takes the sums.",
    fails=("numbers that are not whole, large and small", "one array of integers, one of fractions"),
)
def rounded(f, h):
    return np.round(convolve_valid(f, h))


@exercise.wrong(
    "Right for whole numbers of the usual size: elsewhere digits are lost. Look for a rounding to some places after "
    "the point, for small numbers that are taken for zero, and for sums in single precision.",
    fails=("numbers that are not whole, large and small",),
)
def rounded_to_places(f, h):
    return np.round(convolve_valid(f, h), 10)


@exercise.wrong(
    "Right unless one of the arrays has integers: then somewhere fractions are put into an array of integers, and lose "
    "what comes after the point. np.zeros_like takes over the dtype, and so does dtype=f.dtype: make it floats.",
    fails=("one array of integers, one of fractions",),
)
def dtype_of_the_array(f, h):
    return convolve_valid(f, h).astype(f.dtype).astype(float)


def _valid(f, h):
    return f.shape[0] - h.shape[0] + 1, f.shape[1] - h.shape[1] + 1


def _windows(f, h, shape, product):
    out = np.zeros(shape)
    for i, j in np.ndindex(*shape):
        out[i, j] = np.sum(product(f[i : i + h.shape[0], j : j + h.shape[1]]))
    return out

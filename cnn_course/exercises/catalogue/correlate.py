"""Valid cross-correlation of an image with a kernel, number by number."""

import numpy as np

from cnn_course.exercises.exercise import Implement, whole

exercise = Implement(
    title="cross-correlation of an image",
    chapter="1-3",
    statement=r"""
    Write `correlate(x, h)` for an image `x` of shape $(H, W)$ and a kernel `h` of shape $(k_H, k_W)$ that is not larger
    than the image on either axis. It returns the *valid* cross-correlation

    $$ (h \star x)[i, j] = \sum_{k, l} h[k, l]\, x[i + k, j + l] , $$

    for all places $i, j \ge 0$ at which the kernel lies entirely on the image. The shape of the result is
    $(H - k_H + 1,\ W - k_W + 1)$. The kernel is not turned, and no zeros are put around the image. Use loops.
    """,
    hints=(
        "Begin with an array of zeros that has the shape of the result. How many rows can the kernel be moved down?",
        "For one output [i, j], go over all the numbers of the kernel. Which number of the image lies under h[k, l]?",
        "Two loops run over the rows and columns of the result, two inside of them over those of the kernel.",
    ),
    remark=r"""
    Each index of the image is the sum of a place of the window and a place in the kernel. The two inner loops are one
    inner product, of the kernel and the window under it: `np.sum(h * x[i : i + rows, j : j + columns])`.
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


@exercise.check("kernels of one number", points=1)
def one_number(rng):
    for shape in ((2, 3), (4, 3)):
        yield whole(rng, *shape), 2 * whole(rng, 1, 1)


@exercise.check("a single row, a single column", points=1)
def one_line(rng):
    yield whole(rng, 2, 4), whole(rng, 1, 3)
    yield whole(rng, 4, 3), whole(rng, 2, 1)


@exercise.check("square kernels", points=1)
def square(rng):
    yield whole(rng, 3, 4), whole(rng, 2, 2)
    yield whole(rng, 6, 5), whole(rng, 3, 3)


@exercise.check("kernels that are not square", points=1)
def uneven(rng):
    yield whole(rng, 3, 5), whole(rng, 2, 3)
    yield whole(rng, 6, 5), whole(rng, 4, 2)


@exercise.check("kernels as large as the image", points=1)
def as_large(rng):
    for shape in ((2, 3), (4, 2)):
        yield whole(rng, *shape), whole(rng, *shape)


@exercise.alternative
def by_windows(x, h):
    rows, columns = h.shape
    out = np.empty((x.shape[0] - rows + 1, x.shape[1] - columns + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(h * x[i : i + rows, j : j + columns])
    return out


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


@exercise.wrong(
    "The kernel is turned by 180 degrees, which is a convolution. In a cross-correlation h[0, 0] meets the upper left "
    "number of the window."
)
def turned(x, h):
    return correlate(x, h[::-1, ::-1])


@exercise.wrong(
    "Rows and columns are exchanged in one of the two arrays: same result as if the kernel were transposed. The row "
    "index k of the kernel is added to the row index i of the image, and l to j."
)
def kernel_transposed(x, h):
    return _sums(_valid(x, h), h.shape, lambda i, j, k, l: h[k, l] * x[i + l, j + k])


@exercise.wrong(
    "The result has its two sizes exchanged. Rows come first: the number of rows of the image less that of the "
    "kernel, plus one, and then the same for columns."
)
def shape_exchanged(x, h):
    return _sums(_valid(x, h)[::-1], h.shape, lambda i, j, k, l: h[k, l] * x[i + k, j + l])


@exercise.wrong(
    "The number of rows of the kernel is used for its columns as well, so that only square kernels work. Take both "
    "sizes from h.shape."
)
def rows_for_both(x, h):
    size = h.shape[0]
    shape = (x.shape[0] - size + 1, x.shape[1] - size + 1)
    return _sums(shape, (size, size), lambda i, j, k, l: h[k, l] * x[i + k, j + l])


@exercise.wrong(
    "One row and one column are missing. A kernel as large as the image has one place, not none: the number of places "
    "is the difference of the sizes plus one."
)
def one_short(x, h):
    return correlate(x, h)[:-1, :-1]


@exercise.wrong(
    "The result is as large as the image, with zeros put around it: that is mode same. Here the kernel stays on the "
    "image, and the result is smaller."
)
def same_size(x, h):
    rows, columns = h.shape
    above, left = (rows - 1) // 2, (columns - 1) // 2
    return correlate(np.pad(x, ((above, rows - 1 - above), (left, columns - 1 - left))), h)


@exercise.wrong(
    "The result has the size of the image. The values are right, but the last rows and columns are left over from the "
    "zeros at the beginning: the kernel has no place there. Begin with an array of the smaller shape."
)
def zeros_left_over(x, h):
    out = np.zeros_like(x)
    values = correlate(x, h)
    out[: values.shape[0], : values.shape[1]] = values
    return out


@exercise.wrong(
    "The loops over i and j visit every place of the image. Near the lower and the right edge the kernel hangs over, "
    "and there is no number under it. How far can i go, so that i + k is still a row?"
)
def over_the_edge(x, h):
    return _sums(x.shape, h.shape, lambda i, j, k, l: h[k, l] * x[i + k, j + l])


@exercise.wrong(
    "The loops over i and j visit every place of the image. Near the lower and the right edge the slice of the image "
    "ends early, and is smaller than the kernel. How many rows can the kernel be moved down?"
)
def windows_cut_off(x, h):
    return _sums(x.shape, (1, 1), lambda i, j, k, l: np.sum(h * x[i : i + h.shape[0], j : j + h.shape[1]]))


@exercise.wrong(
    "Near the lower and the right edge the products that do not exist are left out of the sum, and the rest is kept. "
    "Valid asks for the places at which all of them exist, and no others."
)
def incomplete_sums(x, h):
    return correlate(np.pad(x, ((0, h.shape[0] - 1), (0, h.shape[1] - 1))), h)


@exercise.wrong(
    "All places at which kernel and image overlap are counted, also those where the kernel hangs over an edge: that "
    "is mode full. Here the kernel lies entirely on the image."
)
def full(x, h):
    rows, columns = h.shape
    return correlate(np.pad(x, ((rows - 1, rows - 1), (columns - 1, columns - 1))), h)


@exercise.wrong(
    "Each number of the image sends out a copy of the kernel: this is the full convolution. A cross-correlation "
    "collects: the output [i, j] reads the image at [i + k, j + l]."
)
def sent_out(x, h):
    rows, columns = h.shape
    return correlate(np.pad(x, ((rows - 1, rows - 1), (columns - 1, columns - 1))), h[::-1, ::-1])


@exercise.wrong(
    "Only the product with the last number of the kernel is left: each product replaces the one before. Add them with "
    "+=, beginning with zero."
)
def overwritten(x, h):
    return correlate(x[h.shape[0] - 1 :, h.shape[1] - 1 :], h[-1:, -1:])


@exercise.wrong(
    "The sums are divided by the number of products. A cross-correlation adds and does not average; who wants the "
    "mean puts 1 / (kH kW) into the kernel."
)
def averaged(x, h):
    return correlate(x, h) / h.size


@exercise.wrong(
    "All outputs are the same number: the window does not move. The output [i, j] reads the image from row i and "
    "column j on."
)
def not_moved(x, h):
    return np.full_like(correlate(x, h), np.sum(h * x[: h.shape[0], : h.shape[1]]))


@exercise.wrong(
    "The windows stand side by side and do not overlap: from one output to the next the kernel jumps by its own size. "
    "It moves by one row or one column."
)
def side_by_side(x, h):
    return correlate(x, h)[:: h.shape[0], :: h.shape[1]]


@exercise.wrong(
    "Kernel and window are multiplied as matrices. Here each number is multiplied with the one that lies under it, "
    "which is * and not @, and the products are added."
)
def multiplied_as_matrices(x, h):
    return _sums(_valid(x, h), (1, 1), lambda i, j, k, l: np.sum(h @ x[i : i + h.shape[0], j : j + h.shape[1]]))


@exercise.wrong(
    "A frame of zeros, one pixel wide, is put around the image. Valid has no frame: the kernel lies on the image alone."
)
def padded_by_one(x, h):
    return correlate(np.pad(x, 1), h)


@exercise.wrong(
    "The shape is right, but the last row and the last column are still zero: the loops over the outputs stop one "
    "step early. They run over the whole shape of the result."
)
def last_left_zero(x, h):
    return np.pad(correlate(x, h)[:-1, :-1], ((0, 1), (0, 1)))


@exercise.wrong(
    "The last row and the last column of the kernel are not used: the loops over the kernel stop one step early. "
    "Python's range(rows) ends with rows - 1 already."
)
def kernel_cut(x, h):
    return _sums(_valid(x, h), (h.shape[0] - 1, h.shape[1] - 1), lambda i, j, k, l: h[k, l] * x[i + k, j + l])


@exercise.wrong(
    "Only the first row of the result is filled. If `return` stands inside of the loop over the rows, it ends the "
    "function after the first one: move it to the left."
)
def returned_early(x, h):
    out = correlate(x, h)
    out[1:] = 0
    return out


@exercise.wrong(
    "Each output contains those before it as well: the sum is not set back to zero. It begins anew for every [i, j]."
)
def sum_not_reset(x, h):
    out = correlate(x, h)
    return np.cumsum(out).reshape(out.shape)


@exercise.wrong(
    "Right for kernels with odd sizes. To count k from the middle of the kernel needs a middle, which an even size "
    "does not have: count from its upper left corner, as the formula does."
)
def from_the_middle(x, h):
    a, b = h.shape[0] // 2, h.shape[1] // 2
    shape = (x.shape[0] - 2 * a, x.shape[1] - 2 * b)
    return _sums(shape, (2 * a + 1, 2 * b + 1), lambda i, j, k, l: h[k, l] * x[i + k, j + l])


def _valid(x, h):
    return x.shape[0] - h.shape[0] + 1, x.shape[1] - h.shape[1] + 1


def _sums(shape, sizes, product):
    out = np.zeros(shape)
    for i, j in np.ndindex(*shape):
        for k, l in np.ndindex(*sizes):
            out[i, j] += product(i, j, k, l)
    return out

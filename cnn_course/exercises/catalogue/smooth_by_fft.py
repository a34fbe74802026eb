"""Find the bugs: an image smoothed by transforms."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="find the bugs in a smoothing",
    chapter="1-5",
    stars=2,
    minutes=30,
    goals=(3,),
    statement=r"""
    This function is meant to smooth an image. It raises no error, the pictures look smooth, and it has three bugs.

    ```python
    def smooth_by_fft(x, w):
        product = np.fft.rfft2(x) * np.fft.rfft2(w, x.shape)
        return np.fft.irfft2(product)
    ```

    What it should do: `x` is an image of real numbers, $H \times W$. The kernel `w` is no larger, and has $2 a + 1$
    rows and $2 b + 1$ columns. The result is the convolution of the same size as the image,

    $$ y[i, j] = \sum_{p = -a}^{a} \sum_{q = -b}^{b} w[a + p, b + q]\; x[i - p, j - q] , $$

    where $x$ is zero outside of the image. So a kernel that has a single 1, in its middle, leaves the image as it is.

    Find the bugs, and write `smooth_by_fft(x, w)` without them. Try it on images with a single 1: in the middle, at a
    corner, and with an odd number of columns.
    """,
    hints=(
        "Give it an image that is zero but for a 1 in the middle, and as kernel the matrix with a 1 in its middle.",
        "Now put the 1 of the image into the last row, and take a kernel of ones. What comes in at the top?",
        "From rfft2 one cannot see whether the number of columns was even or odd. What does irfft2 assume?",
        "Transform to the size of the full convolution, say so three times, and cut out its middle, from [a, b] on.",
    ),
    remark=r"""
    The three bugs: the transforms have the size of the image, so that what leaves at the lower edge comes in at the
    top; `irfft2` is not told the size and takes the number of columns to be even; and the middle of the kernel is at
    $[a, b]$ but treated as if it were at $[0, 0]$, which moves the picture down and to the right. On large
    photographs all three are easily overlooked. Test code like this with an impulse, and with prime sizes.

    There is a little to save: the first $a$ rows and $b$ columns of the full convolution are cut off anyway, so a
    transform of $(H + a) \times (W + b)$ is enough.
    """,
)


@exercise.solution
def smooth_by_fft(x, w):
    """Convolution of an image with a kernel of odd sizes, with zeros around, cut to the size of the image.

    >>> x, w = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]), np.array([[1.0, 2.0, 3.0]])
    >>> smooth_by_fft(x, w).round(9) + 0.0
    array([[0., 1., 2.],
           [0., 0., 0.]])
    """
    H, W = x.shape
    rows, columns = w.shape
    size = (H + rows - 1, W + columns - 1)
    full = np.fft.irfft2(np.fft.rfft2(x, size) * np.fft.rfft2(w, size), size)
    top, left = rows // 2, columns // 2
    return full[top : top + H, left : left + W]


def distinct(rng, rows, columns):
    """Whole numbers of which no two have the same size, so that no order of them can be taken for another."""
    return (rng.permutation(rows * columns) + 2.0).reshape(rows, columns) * rng.choice([-1, 1], (rows, columns))


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]), np.array([[1.0, 2.0, 3.0]])


@exercise.check("a kernel of a single number, an odd number of columns", points=1)
def odd(rng):
    for shape in ((2, 3), (3, 5), (4, 7)):
        yield distinct(rng, *shape), np.array([[-2.0]])


@exercise.check("a kernel of zeros but for its middle", points=1)
def middle(rng):
    for shape, (a, b) in (((3, 4), (1, 1)), ((5, 4), (2, 1)), ((3, 6), (0, 2))):
        w = np.zeros((2 * a + 1, 2 * b + 1))
        w[a, b] = -2
        yield distinct(rng, *shape), w


@exercise.check("nothing comes in from the opposite edge", points=2)
def edges(rng):
    x = np.zeros((6, 6))
    x[5, 5], x[0, 0], x[0, 5] = 2, 3, 5
    yield x, np.ones((3, 3))
    yield distinct(rng, 4, 4), distinct(rng, 3, 3)
    yield distinct(rng, 5, 6), distinct(rng, 3, 3)


@exercise.check("kernels that are taller than wide, or the other way round", points=1)
def uneven(rng):
    for shape, kernel in (((5, 5), (5, 1)), ((4, 7), (1, 5)), ((6, 5), (3, 5))):
        yield distinct(rng, *shape), distinct(rng, *kernel)


@exercise.check("a kernel as large as the image", points=1)
def large(rng):
    yield distinct(rng, 3, 3), distinct(rng, 3, 3)
    yield distinct(rng, 3, 5), distinct(rng, 3, 5)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    yield fractions(rng, 3, 4), fractions(rng, 3, 3) / 7
    yield fractions(rng, 4, 3, size=2.0**20), fractions(rng, 1, 3)
    yield fractions(rng, 3, 5, size=2.0**-30), whole(rng, 3, 3) * 2.0**-30


@exercise.alternative
def by_complex_transforms(x, w):
    size = [n + m - 1 for n, m in zip(x.shape, w.shape, strict=True)]
    return _middle(np.fft.ifft2(np.fft.fft2(x, size) * np.fft.fft2(w, size)).real, x, w)


@exercise.alternative
def with_no_more_room_than_needed(x, w):
    size = [n + m // 2 for n, m in zip(x.shape, w.shape, strict=True)]
    return _middle(_circular(x, w, size), x, w)


@exercise.alternative
def in_a_power_of_two_and_moved(x, w):
    size = [2 ** int(np.ceil(np.log2(n + m - 1))) for n, m in zip(x.shape, w.shape, strict=True)]
    moved = np.roll(_circular(x, w, size), (-(w.shape[0] // 2), -(w.shape[1] // 2)), axis=(0, 1))
    return moved[: x.shape[0], : x.shape[1]]


@exercise.alternative
def directly(x, w):
    out = np.zeros((x.shape[0] + w.shape[0] - 1, x.shape[1] + w.shape[1] - 1))
    for i, j in np.ndindex(*w.shape):
        out[i : i + x.shape[0], j : j + x.shape[1]] += w[i, j] * x
    return _middle(out, x, w)


def _circular(x, w, size):
    return np.fft.irfft2(np.fft.rfft2(x, size) * np.fft.rfft2(w, size), size)


def _full(x, w):
    return _circular(x, w, [n + m - 1 for n, m in zip(x.shape, w.shape, strict=True)])


def _middle(full, x, w):
    top, left = w.shape[0] // 2, w.shape[1] // 2
    return full[top : top + x.shape[0], left : left + x.shape[1]]


@exercise.wrong(
    "Results as from the function in the statement: all three bugs are still there. Begin with a single 1 in an image "
    "of 5 rows and columns and a kernel with a 1 in its middle, and see where it goes."
)
def unchanged(x, w):
    return np.fft.irfft2(np.fft.rfft2(x) * np.fft.rfft2(w, x.shape))


@exercise.wrong(
    "Two bugs are left. The number of columns is right now, but the transforms have the size of the image, so that "
    "things wrap around, and the middle of the kernel is taken to be at [0, 0]."
)
def only_the_columns_mended(x, w):
    return _circular(x, w, x.shape)


@exercise.wrong(
    "One bug is left: what leaves at an edge comes in at the opposite one. A transform of the size of the image has no "
    "room for it. On each axis it takes half a kernel more at least; the sum of the sizes minus 1 is always enough."
)
def still_wraps_around(x, w):
    return np.roll(_circular(x, w, x.shape), (-(w.shape[0] // 2), -(w.shape[1] // 2)), axis=(0, 1))


@exercise.wrong(
    "There is enough room now, but the picture has moved down and to the right: the middle of the kernel is at [a, b]. "
    "Cut out of the full convolution from there on, not from [0, 0] on."
)
def not_centred(x, w):
    return _full(x, w)[: x.shape[0], : x.shape[1]]


@exercise.wrong(
    "Right where the number of columns of the transform is even. irfft2 cannot know whether it was, and takes it to "
    "be: give it the size as its second argument.",
)
def size_not_given_on_the_way_back(x, w):
    size = [n + m - 1 for n, m in zip(x.shape, w.shape, strict=True)]
    return _middle(np.fft.irfft2(np.fft.rfft2(x, size) * np.fft.rfft2(w, size)), x, w)


@exercise.wrong(
    "These values are moved by one row and one column too many. A kernel of 2a + 1 rows has its middle at row a, "
    "counted from 0: that is half of the size, rounded down."
)
def middle_rounded_up(x, w):
    full = np.pad(_full(x, w), 1)
    top, left = w.shape[0] // 2 + 2, w.shape[1] // 2 + 2
    return full[top : top + x.shape[0], left : left + x.shape[1]]


@exercise.wrong(
    "Rows and columns are exchanged where the middle is cut out: it begins at row a, half the number of rows of the "
    "kernel, and at column b, half the number of its columns."
)
def half_sizes_exchanged(x, w):
    full = _full(x, w)
    top, left = w.shape[1] // 2, w.shape[0] // 2
    return full[top : top + x.shape[0], left : left + x.shape[1]]


@exercise.wrong(
    "This is the full convolution, which is larger than the image. Of it the middle is wanted: as many rows and "
    "columns as the image has, from [a, b] on."
)
def not_cut(x, w):
    return _full(x, w)


@exercise.wrong(
    "These are the valid values only, fewer than the image has. Near its edges the sum is to be taken as well, with "
    "zeros outside."
)
def valid_only(x, w):
    return _full(x, w)[w.shape[0] - 1 : x.shape[0], w.shape[1] - 1 : x.shape[1]]


@exercise.wrong(
    "The kernel has been reflected, as by a conjugate: this is the cross-correlation. The formula adds w[a + p, b + q] "
    "times x[i - p, j - q], and the product of the transforms as they are does that."
)
def correlation(x, w):
    return _middle(_full(x, w[::-1, ::-1]), x, w)


@exercise.wrong(
    "Outside, the image has been continued by the numbers at its edge. It is to be zero there, which is what the zeros "
    "do with which the transforms fill up."
)
def edges_repeated(x, w):
    a, b = w.shape[0] // 2, w.shape[1] // 2
    padded = np.pad(x, ((a, a), (b, b)), mode="edge")
    return _middle(_full(padded, w), padded, w)[a : a + x.shape[0], b : b + x.shape[1]]


@exercise.wrong("The values are right, but the array is complex. The imaginary parts are rounding: take the real part.")
def complex_result(x, w):
    return smooth_by_fft(x, w).astype(complex)


@exercise.wrong("The minus signs are lost, as by np.abs. The imaginary parts are rounding: take the real part instead.")
def absolute_values(x, w):
    return np.abs(smooth_by_fft(x, w))


@exercise.wrong(
    "There is room for what leaves below, but not for what leaves at the right: the number of columns must be larger "
    "than that of the image too."
)
def room_for_rows_only(x, w):
    H, W = x.shape
    moved = np.roll(_circular(x, w, (H + w.shape[0] - 1, W)), -(w.shape[1] // 2), axis=1)
    return moved[w.shape[0] // 2 : w.shape[0] // 2 + H]


@exercise.wrong(
    "The middle was cut out of a transform of the size of the image, and so there are too few rows and columns. Make "
    "room first: both transforms must be larger than the image."
)
def cut_without_room(x, w):
    return _middle(_circular(x, w, x.shape), x, w)


@exercise.wrong(
    "Right for whole numbers of the usual size: elsewhere digits are lost. What the transforms leave behind is tiny "
    "and does no harm: rounding, also to some digits after the point, does. Other causes are single precision, and "
    "small numbers that are taken for zero.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(x, w):
    return np.round(smooth_by_fft(x, w), 6)

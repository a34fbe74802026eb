"""Smooth an image on both axes of a circle, and keep every s-th row and column."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="blur, then sub-sample",
    chapter="2-2",
    stars=2,
    minutes=25,
    goals=(5,),
    statement=r"""
    Write `blur_subsample(x, h, stride)`: the low-pass before the sub-sampling. `x` is an image, an array of floats or
    integers with $H$ rows and $W$ columns, whose rows and columns are arranged in circles; `h` is a row of $2 a + 1$
    weights, not necessarily symmetric, whose middle is at index $a$; `stride` is an integer $s \ge 1$. With

    $$
    y[i, j] = \sum_{p = -a}^{a} \sum_{q = -a}^{a} h[a + p]\, h[a + q]\; x[(i s + p) \bmod H,\, (j s + q) \bmod W]
    $$

    return $y$ for all $0 \le i s < H$ and $0 \le j s < W$, as an array of floats. The sizes need not be multiples of
    the stride, and the kernel may be longer than the image.
    """,
    hints=(
        "Smooth at every position first, along the rows and then along the columns; the stride is a slice at the end.",
        "np.roll(x, -p, axis=0) has x[(i + p) mod H] in row i.",
        "Rows that are kept: 0, s, 2s, …, as long as they are less than H. The slice [::s] takes exactly these.",
    ),
    remark=r"""
    Smoothing at all positions and then dropping most of them wastes work: smooth along the columns, drop rows, smooth
    along the rows, drop columns. The order of blur and sub-sampling is what counts. Once the values are dropped, a fast
    wave and a slow one give the same numbers, and no filter can tell them apart any more.
    """,
)


@exercise.solution
def blur_subsample(x, h, stride):
    """Weighted sums of neighbours on the torus, at every stride-th row and column.

    >>> stripes = np.array([[0.0, 4.0, 0.0, 4.0]])
    >>> blur_subsample(stripes, np.array([0.0, 1.0, 0.0]), 2)
    array([[0., 0.]])
    >>> blur_subsample(stripes, np.array([0.25, 0.5, 0.25]), 2)
    array([[2., 2.]])
    """
    a = len(h) // 2
    for axis in (0, 1):
        x = sum(h[a + p] * np.roll(x, -p, axis=axis) for p in range(-a, a + 1))
    return x[::stride, ::stride] * 1.0


def distinct(rng, rows, columns):
    """Whole numbers of which no two have the same size."""
    return (rng.permutation(rows * columns) + 2.0).reshape(rows, columns) * rng.choice([-1, 1], (rows, columns))


def lopsided(rng, length):
    """A kernel of whole numbers, no two alike, all positive, whose sum is not 1."""
    return rng.permutation(length) + 2.0


@exercise.check("the example", points=0)
def example(rng):
    stripes = np.array([[0.0, 4.0, 0.0, 4.0]])
    yield stripes, np.array([0.0, 1.0, 0.0]), 2
    yield stripes, np.array([0.25, 0.5, 0.25]), 2


@exercise.check("a kernel of one weight: sub-sampling alone", points=1)
def alone(rng):
    for shape, stride in (((4, 4), 2), ((6, 3), 3), ((2, 6), 2)):
        yield distinct(rng, *shape), np.array([2.0]), stride


@exercise.check("stride 1: smoothing alone", points=2)
def smoothing(rng):
    for shape in ((4, 5), (5, 4)):
        h = lopsided(rng, 3)
        yield distinct(rng, *shape), h, 1
    yield distinct(rng, 6, 7), lopsided(rng, 5), 1


@exercise.check("both", points=2)
def both(rng):
    for shape, length, stride in (((4, 6), 3, 2), ((6, 9), 3, 3), ((8, 6), 5, 2)):
        yield distinct(rng, *shape), lopsided(rng, length), stride


@exercise.check("sizes that the stride does not divide", points=1)
def uneven(rng):
    for shape, length, stride in (((5, 7), 3, 2), ((4, 5), 3, 3), ((7, 5), 5, 4)):
        yield distinct(rng, *shape), lopsided(rng, length), stride


@exercise.check("a kernel longer than the image", points=1)
def longer(rng):
    yield distinct(rng, 2, 3), lopsided(rng, 5), 1
    yield distinct(rng, 2, 4), lopsided(rng, 7), 2
    yield distinct(rng, 1, 3), lopsided(rng, 5), 2


@exercise.check("numbers that are not whole", points=1)
def not_whole(rng):
    yield fractions(rng, 4, 4), fractions(rng, 3) / 7, 2
    yield fractions(rng, 4, 6, size=2.0**-30), fractions(rng, 3), 2
    yield fractions(rng, 3, 4, size=2.0**20) / 7, fractions(rng, 3), 2


@exercise.check("an image of integers, weights that are not whole", points=1)
def integers(rng):
    for shape in ((4, 4), (3, 6)):
        yield distinct(rng, *shape).astype(int), fractions(rng, 3) / 7, 2


@exercise.alternative
def by_the_formula(x, h, stride):
    H, W = x.shape
    a = (len(h) - 1) // 2
    y = np.zeros((-(-H // stride), -(-W // stride)))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for p in range(-a, a + 1):
                for q in range(-a, a + 1):
                    y[i, j] += h[a + p] * h[a + q] * x[(i * stride + p) % H, (j * stride + q) % W]
    return y


@exercise.alternative
def by_padding(x, h, stride):
    a = len(h) // 2
    padded = np.pad(x.astype(float), a, mode="wrap")
    y = np.zeros(x.shape)
    for p, q in np.ndindex(len(h), len(h)):
        y += h[p] * h[q] * padded[p : p + x.shape[0], q : q + x.shape[1]]
    return y[::stride, ::stride]


def _smooth(x, h, axes=(0, 1), first=None):
    first = -(len(h) // 2) if first is None else first
    for axis in axes:
        x = sum(h[p] * np.roll(x, -(first + p), axis=axis) for p in range(len(h)))
    return x * 1.0


def _padded(x, h, mode):
    a = len(h) // 2
    padded = np.pad(x.astype(float), a, mode=mode)
    return sum(h[p] * h[q] * padded[p : p + x.shape[0], q : q + x.shape[1]] for p, q in np.ndindex(len(h), len(h)))


@exercise.wrong(
    "Sub-sampled first, then smoothed. By then the fast waves have already turned into slow ones, and the filter "
    "smooths what is left of them: take the stride last."
)
def subsampled_first(x, h, stride):
    return _smooth(x[::stride, ::stride], h)


@exercise.wrong(
    "Beyond the edges there are zeros. Rows and columns are circles here: row H is row 0, and row -1 is row H - 1."
)
def zeros_around(x, h, stride):
    return _padded(x, h, "constant")[::stride, ::stride]


@exercise.wrong(
    "Beyond the edges the values at the edge are repeated. Rows and columns are circles here: row H is row 0, and row "
    "-1 is row H - 1."
)
def edges_repeated(x, h, stride):
    return _padded(x, h, "edge")[::stride, ::stride]


@exercise.wrong(
    "The kernel is reflected: this is the convolution. In the formula h[a + p] goes with x[i s + p], so weight and "
    "value run the same way; np.roll(x, p) has x[i - p] in row i."
)
def reflected(x, h, stride):
    return _smooth(x, h[::-1])[::stride, ::stride]


@exercise.wrong(
    "np.convolve in mode same does two things that the formula does not: it reflects the kernel, and puts zeros beyond "
    "the edges. Rows and columns are circles here, and weight and value run the same way."
)
def reflected_and_zeros_around(x, h, stride):
    return _padded(x, h[::-1], "constant")[::stride, ::stride]


@exercise.wrong(
    "The kernel begins at the position itself instead of having its middle there, so that the picture has moved. The "
    "weight h[a] belongs to x[i s, j s]."
)
def not_centred(x, h, stride):
    return _smooth(x, h, first=0)[::stride, ::stride]


@exercise.wrong("Smoothed along the columns only. The double sum goes over both axes, with h on each.")
def one_axis(x, h, stride):
    return _smooth(x, h, axes=(0,))[::stride, ::stride]


@exercise.wrong("Smoothed along the rows only. The double sum goes over both axes, with h on each.")
def the_other_axis(x, h, stride):
    return _smooth(x, h, axes=(1,))[::stride, ::stride]


@exercise.wrong("The results for the two axes are added. On the second axis smooth what the first one has left.")
def axes_added(x, h, stride):
    return (_smooth(x, h, axes=(0,)) + _smooth(x, h, axes=(1,)))[::stride, ::stride]


@exercise.wrong(
    "The weights have been divided by their sum. A low-pass does have the sum 1, but the function is to take h as it "
    "is."
)
def weights_normed(x, h, stride):
    return _smooth(x, h / h.sum())[::stride, ::stride]


@exercise.wrong("Only rows are left out. The stride holds for columns as well: [::stride, ::stride].")
def stride_on_rows(x, h, stride):
    return _smooth(x, h)[::stride]


@exercise.wrong("Only columns are left out. The stride holds for rows as well: [::stride, ::stride].")
def stride_on_columns(x, h, stride):
    return _smooth(x, h)[:, ::stride]


@exercise.wrong(
    "The last row or column that should be kept is missing where the stride does not divide the size. All i with i s "
    "< H count: that is H / s rounded up."
)
def rounded_down(x, h, stride):
    H, W = x.shape
    return _smooth(x, h)[::stride, ::stride][: max(1, H // stride), : max(1, W // stride)]


@exercise.wrong(
    "Other rows and columns are kept: the first one is number 0, then s, 2s and so on, and not s - 1 or the middle of "
    "each block."
)
def kept_from_the_end_of_blocks(x, h, stride):
    y = np.roll(_smooth(x, h), (-(stride - 1), -(stride - 1)), axis=(0, 1))
    return y[::stride, ::stride]


@exercise.wrong("The stride has no effect: of the smoothed image only every stride-th row and column is to be kept.")
def stride_forgotten(x, h, stride):
    return _smooth(x, h)


@exercise.wrong("The image is sub-sampled but not smoothed: the kernel has no effect.")
def kernel_forgotten(x, h, stride):
    return x[::stride, ::stride] * 1.0


@exercise.wrong(
    "Right unless the kernel is longer than the image: then a weight is lost or left out. On a circle an index may go "
    "round several times; take it modulo the size."
)
def kernel_cut(x, h, stride):
    y = x * 1.0
    a = len(h) // 2
    for axis, n in enumerate(x.shape):
        y = sum(h[a + p] * np.roll(y, -p, axis=axis) for p in range(-a, a + 1) if abs(p) < n)
    return y[::stride, ::stride]


@exercise.wrong(
    "Right for floats only: the array for the sums has the dtype of the image, and an array of integers drops what "
    "comes after the point.",
    fails=("an image of integers, weights that are not whole",),
)
def dtype_of_the_image(x, h, stride):
    return blur_subsample(x, h, stride).astype(x.dtype).astype(float)


@exercise.wrong(
    "Right for whole numbers only: elsewhere digits after the point are lost. Look for a rounding or for `int`.",
    fails=("numbers that are not whole", "an image of integers, weights that are not whole"),
)
def rounded(x, h, stride):
    return np.round(blur_subsample(x, h, stride))

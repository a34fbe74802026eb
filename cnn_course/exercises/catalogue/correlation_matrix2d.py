"""The matrix of a valid cross-correlation of images."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="the matrix of a layer for images",
    chapter="1-4",
    stars=3,
    minutes=35,
    goals=(6,),
    statement=r"""
    Write `correlation_matrix2d(w, rows, columns)` for a kernel $w$ of shape $(k_H, k_W)$ and images $x$ of `rows` times
    `columns` pixels; the kernel is not larger than the image. It returns the matrix $A$ with
    $A\, \operatorname{vec}(x) = \operatorname{vec}(y)$ for every image $x$, where $y$ is the valid cross-correlation,

    $$ y[i, j] = \sum_{k, l} w[k, l]\, x[i + k, j + l], $$

    at the positions $0 \le i \le \text{rows} - k_H$ and $0 \le j \le \text{columns} - k_W$. Here $\operatorname{vec}$
    puts the rows of an array one behind the other, as `x.ravel()` does.
    """,
    hints=(
        "Each row of A belongs to one output. Which pixels does this output read, with which indices in vec(x)?",
        "The pixel [i + k, j + l] has the index (i + k) * columns + (j + l) in vec(x).",
        "The output [i, j] has the index i * (number of outputs in a row) + j in vec(y). This is the row of A.",
    ),
    remark=r"""
    Four loops, and one line that says which output reads which pixel with which weight. Each row of $A$ has
    $k_H k_W$ entries that are not zero if the kernel has no zeros; a layer would never make this matrix, but one can
    ask it questions: what is its transpose, what is its rank?
    """,
)


@exercise.solution
def correlation_matrix2d(w, rows, columns):
    """Matrix of the valid cross-correlation of images (rows, columns) with w: one row an output, one column a pixel.

    >>> correlation_matrix2d(np.array([[1.0, 2.0], [3.0, 4.0]]), 2, 3)
    array([[1., 2., 0., 3., 4., 0.],
           [0., 1., 2., 0., 3., 4.]])
    """
    out_rows, out_columns = rows - w.shape[0] + 1, columns - w.shape[1] + 1
    A = np.zeros((out_rows * out_columns, rows * columns))
    for i in range(out_rows):
        for j in range(out_columns):
            for k in range(w.shape[0]):
                for l in range(w.shape[1]):
                    A[i * out_columns + j, (i + k) * columns + (j + l)] = w[k, l]
    return A


def uneven(rng, rows, columns):
    """Whole numbers that read differently from behind."""
    numbers = whole(rng, rows, columns)
    numbers[-1, -1] += 20 * (numbers.size > 1)
    return numbers


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), 2, 3


@exercise.check("kernels of one number", points=1)
def one_number(rng):
    for rows, columns in ((1, 3), (2, 3)):
        yield 2 * whole(rng, 1, 1), rows, columns


@exercise.check("kernels of one row", points=1)
def one_row(rng):
    yield uneven(rng, 1, 2), 1, 4
    yield uneven(rng, 1, 3), 2, 4


@exercise.check("kernels of one column", points=1)
def one_column(rng):
    yield uneven(rng, 2, 1), 4, 1
    yield uneven(rng, 2, 1), 3, 2


@exercise.check("kernels with rows and columns", points=2)
def general(rng):
    yield uneven(rng, 2, 2), 3, 3
    yield uneven(rng, 2, 3), 3, 5
    yield uneven(rng, 3, 2), 5, 4


@exercise.check("kernels as large as the image", points=1)
def as_large(rng):
    yield uneven(rng, 2, 3), 2, 3
    yield uneven(rng, 3, 2), 3, 2


@exercise.check("another kernel of the same size, in the next call", points=1)
def next_call(rng):
    for _ in range(2):
        yield uneven(rng, 1, 2), 2, 3


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for shape, size in (((2, 1), 1.0), ((2, 2), 2.0**40), ((1, 2), 2.0**-40)):
        yield fractions(rng, *shape, size=size), 3, 4


def matrix(w, rows, columns, outputs, index):
    """The matrix with w[k, l] in the column index(i + k, j + l) of the row of output [i, j], if there is one."""
    A = np.zeros((outputs[0] * outputs[1], rows * columns))
    for u, (i, j) in enumerate(np.ndindex(*outputs)):
        for k, l in np.ndindex(*w.shape):
            v = index(i + k, j + l)
            if v is not None:
                A[u, v] += w[k, l]
    return A


def positions(w, rows, columns):
    """Numbers of positions of the kernel, down and to the right."""
    return rows - w.shape[0] + 1, columns - w.shape[1] + 1


@exercise.alternative
def by_unit_images(w, rows, columns):
    windows = [
        np.lib.stride_tricks.sliding_window_view(unit.reshape(rows, columns), w.shape)
        for unit in np.eye(rows * columns)
    ]
    return np.stack([np.einsum("ijkl,kl->ij", view, w).ravel() for view in windows], axis=1)


@exercise.alternative
def by_blocks(w, rows, columns):
    out_rows, out_columns = rows - w.shape[0] + 1, columns - w.shape[1] + 1
    A = np.zeros((out_rows, out_columns, rows, columns), dtype=np.float32)
    for i, j in np.ndindex(out_rows, out_columns):
        A[i, j, i : i + w.shape[0], j : j + w.shape[1]] = w
    return A.reshape(out_rows * out_columns, rows * columns)


@exercise.alternative
def by_kronecker_products(w, rows, columns):
    (p, q), total = w.shape, 0
    for k, l in np.ndindex(p, q):
        total = total + w[k, l] * np.kron(np.eye(rows - p + 1, rows, k), np.eye(columns - q + 1, columns, l))
    return total


def with_steps(w, rows, columns, line, down, below):
    """The matrix for other lengths of an output row, of an image row, and of a kernel row as it lies in the image."""
    outputs = positions(w, rows, columns)
    A = np.zeros((outputs[0] * outputs[1], rows * columns))
    for i, j, k, l in np.ndindex(*outputs, *w.shape):
        A[i * line + j, i * down + k * below + j + l] = w[k, l]
    return A


@exercise.wrong(
    "The kernel is turned by 180 degrees: this is the matrix of a convolution. In x[i + k, j + l] the index of the "
    "image grows with that of the kernel, so that the first row of A begins with w[0, 0]."
)
def turned(w, rows, columns):
    return correlation_matrix2d(w[::-1, ::-1], rows, columns)


@exercise.wrong(
    "This is the transpose of the matrix. It is multiplied from the left, A @ x.ravel(): a column for each pixel, and "
    "a row for each output."
)
def transposed(w, rows, columns):
    return correlation_matrix2d(w, rows, columns).T


@exercise.wrong(
    "Every row is the one before, moved by one column. That is right as long as the window moves to the right; when it "
    "starts a new line of outputs, it jumps over the last pixels of the image's row."
)
def without_the_jump(w, rows, columns):
    A = correlation_matrix2d(w, rows, columns)
    return np.array([np.roll(A[0], u) for u in range(len(A))])


@exercise.wrong(
    "The numbers of the kernel stand next to each other in the rows of A. The pixels of the second line of a window do "
    "not follow those of the first in vec(x): a whole row of the image lies between a pixel and the one below it."
)
def kernel_without_gaps(w, rows, columns):
    return with_steps(w, rows, columns, positions(w, rows, columns)[1], columns, w.shape[1])


@exercise.wrong(
    "Image and output are written column by column here, as it also happens if the two factors of a Kronecker product "
    "are exchanged. vec puts the rows one behind the other, as ravel() does: the pixel [a, b] has the index "
    "a * columns + b."
)
def columns_stacked(w, rows, columns):
    return correlation_matrix2d(w.T, columns, rows)


@exercise.wrong(
    "The pixels are counted as if a row of the image were as long as a row of the output. The step from a pixel to the "
    "one below it is the number of columns of the image."
)
def step_of_the_output(w, rows, columns):
    step = positions(w, rows, columns)[1]
    return with_steps(w, rows, columns, step, step, step)


@exercise.wrong(
    "The pixels are counted as if the image had as many columns as rows: a step down is taken to be `rows` entries of "
    "vec(x). It is the length of a row of the image, `columns`."
)
def step_of_the_rows(w, rows, columns):
    return with_steps(w, rows, columns, positions(w, rows, columns)[1], rows, rows)


@exercise.wrong(
    "The rows of A are counted as if an output row were as long as an image row. The output [i, j] has the index "
    "i * (columns - kW + 1) + j, and there are only as many rows as outputs."
)
def rows_counted_as_pixels(w, rows, columns):
    return with_steps(w, rows, columns, columns, columns, columns)


@exercise.wrong(
    "This matrix has a row for every pixel, and windows that leave the image come in again on the other side: it is "
    "the circular cross-correlation. Keep the rows of the windows that lie on the image."
)
def on_the_torus(w, rows, columns):
    return matrix(w, rows, columns, (rows, columns), lambda a, b: a % rows * columns + b % columns)


@exercise.wrong(
    "This matrix has a row for every pixel, with the kernel's middle on it, and windows that leave the image come in "
    "again on the other side. Only the windows that lie on the image give an output, and [i, j] is their first pixel."
)
def centred_on_the_torus(w, rows, columns):
    p, q = w.shape[0] // 2, w.shape[1] // 2
    return matrix(w, rows, columns, (rows, columns), lambda a, b: (a - p) % rows * columns + (b - q) % columns)


def cut_off(w, rows, columns, p, q):
    """A row for every pixel; the window begins p rows above it and q columns before it, and is cut off at the edges."""

    def index(a, b):
        inside = p <= a < rows + p and q <= b < columns + q
        return (a - p) * columns + b - q if inside else None

    return matrix(w, rows, columns, (rows, columns), index)


@exercise.wrong(
    "This matrix has a row for every pixel, with the kernel's middle on it, as with mode same. Valid keeps only the "
    "windows that lie entirely on the image: rows - kH + 1 times columns - kW + 1."
)
def same(w, rows, columns):
    return cut_off(w, rows, columns, w.shape[0] // 2, w.shape[1] // 2)


@exercise.wrong(
    "This matrix has a row for every pixel, also where the window that begins there is cut off by the edge. Valid "
    "keeps only the windows that lie entirely on the image: rows - kH + 1 times columns - kW + 1."
)
def cut_off_windows(w, rows, columns):
    return cut_off(w, rows, columns, 0, 0)


@exercise.wrong(
    "There are rows for windows that reach over the edge of the image, as with mode full. Valid keeps only the windows "
    "that lie entirely on it: rows - kH + 1 times columns - kW + 1."
)
def full(w, rows, columns):
    p, q = w.shape
    larger = correlation_matrix2d(w, rows + 2 * p - 2, columns + 2 * q - 2)
    inside = np.pad(np.ones((rows, columns), bool), ((p - 1, p - 1), (q - 1, q - 1)))
    return larger[:, inside.ravel()]


@exercise.wrong(
    "The last position on each axis is missing. A kernel as large as the image has one position on it, not none: there "
    "are rows - kH + 1 of them."
)
def one_position_too_few(w, rows, columns):
    outputs = rows - w.shape[0], columns - w.shape[1]
    return matrix(w, rows, columns, outputs, lambda a, b: a * columns + b)


@exercise.wrong(
    "All rows of A are equal. In a list made by [[0] * n] * m every row is one and the same list, and what is written "
    "into one stands in all: begin with np.zeros."
)
def one_row_for_all(w, rows, columns):
    A, outputs = np.zeros(rows * columns), positions(w, rows, columns)
    for i, j, k, l in np.ndindex(*outputs, *w.shape):
        A[(i + k) * columns + j + l] = w[k, l]
    return np.tile(A, (outputs[0] * outputs[1], 1))


@exercise.wrong(
    "The indices of the kernel are exchanged: w[l, k] where w[k, l] is meant. For a kernel that is not square that "
    "runs over its end; for a square one it is the transposed kernel."
)
def indices_exchanged(w, rows, columns):
    if w.shape[0] != w.shape[1]:
        raise IndexError
    return correlation_matrix2d(w.T, rows, columns)


@exercise.wrong(
    "The kernel is mirrored: its rows stand in the opposite order. In x[i + k, j + l] the row index grows with k."
)
def upside_down(w, rows, columns):
    return correlation_matrix2d(w[::-1], rows, columns)


@exercise.wrong(
    "The kernel is mirrored: its columns stand in the opposite order. In x[i + k, j + l] the column index grows with l."
)
def left_to_right(w, rows, columns):
    return correlation_matrix2d(w[:, ::-1], rows, columns)


@exercise.wrong(
    "Only the first line of outputs has its rows; the others are empty. The window also moves down, by i rows, and "
    "then reads the pixels [i + k, j + l]."
)
def first_line_only(w, rows, columns):
    A = correlation_matrix2d(w, rows, columns)
    A[columns - w.shape[1] + 1 :] = 0
    return A


@exercise.wrong(
    "The windows move to the right but not down: in every line of outputs the same rows of A stand again. The index of "
    "the pixel's row is i + k, not k."
)
def not_moved_down(w, rows, columns):
    A = correlation_matrix2d(w, rows, columns)
    return np.tile(A[: columns - w.shape[1] + 1], (rows - w.shape[0] + 1, 1))


@exercise.wrong(
    "The rows of A are counted with the number of output rows, i * (rows - kH + 1) + j. In row-major order one step of "
    "i leaps over a whole row of outputs, and that is as long as there are output columns."
)
def outputs_counted_by_rows(w, rows, columns):
    A, outputs = correlation_matrix2d(w, rows, columns), positions(w, rows, columns)
    counted = np.zeros_like(A)
    counted[[i * outputs[0] + j for i, j in np.ndindex(*outputs)]] = A
    return counted


@exercise.wrong(
    "Here are four axes, two for the output and two for the pixel, and the numbers are right. A matrix has two: "
    "reshape it, so that the first two axes become one, and the last two."
)
def four_axes(w, rows, columns):
    return correlation_matrix2d(w, rows, columns).reshape(*positions(w, rows, columns), rows, columns)


@exercise.wrong(
    "Every row is the kernel and nothing else. A row of A has an entry for each pixel of the image: the weights stand "
    "at the pixels of the window, and zeros at all others."
)
def kernel_only(w, rows, columns):
    return np.tile(w.ravel(), ((rows - w.shape[0] + 1) * (columns - w.shape[1] + 1), 1))


@exercise.wrong(
    "All rows of the kernel are written to one row of the image, and the last one has replaced the others. "
    "Row k of the kernel lies on row i + k of the image."
)
def kernel_rows_on_one_row(w, rows, columns):
    return with_steps(w, rows, columns, positions(w, rows, columns)[1], columns, 0)


@exercise.wrong(
    "The rows of A are those of the outputs in their order, but in each the pixels are counted column by column, as "
    'order="F" does. x.ravel() goes along the rows: the pixel [a, b] has the index a * columns + b.'
)
def pixels_column_by_column(w, rows, columns):
    A = correlation_matrix2d(w, rows, columns).reshape(-1, rows, columns)
    return A.swapaxes(1, 2).reshape(len(A), -1)


@exercise.wrong(
    "The rows of A are right, but stand in another order: the outputs are counted column by column. y.ravel() goes "
    "along the rows, so that j runs fastest: in loops it is the inner one."
)
def outputs_column_by_column(w, rows, columns):
    A = correlation_matrix2d(w, rows, columns).reshape(*positions(w, rows, columns), -1)
    return A.swapaxes(0, 1).reshape(-1, rows * columns)


@exercise.wrong(
    "Windows that run over the right edge, and go on in the next row of the image, have rows of A, too. A window "
    "begins at one of the first columns - kW + 1 pixels of a row; then it jumps to the next one."
)
def windows_over_the_edge(w, rows, columns):
    count = (rows - w.shape[0]) * columns + columns - w.shape[1] + 1
    first = correlation_matrix2d(w, rows, columns)[0]
    return np.array([np.roll(first, u) for u in range(count)])

"""Find the bugs: an edge detector that does not see all edges."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="find the bugs in an edge detector",
    chapter="1-3",
    stars=2,
    minutes=20,
    goals=(6,),
    statement=r"""
    How strong is the edge at a pixel, whichever way it runs? Add the size of the change along the row to the size of
    the change along the column:

    $$
    \begin{aligned}
    & e[i, j] \\
    &= \bigl| x[i + 1, j + 2] - x[i + 1, j] \bigr| \\
    & \quad {} + \bigl| x[i + 2, j + 1] - x[i, j + 1] \bigr|
    \end{aligned}
    $$

    for all $i, j \ge 0$ at which the window of $3 \times 3$ lies on the image. A colleague has written

    ```python
    def edge_strength(x):
        right = x[1:-1, 2:] - x[1:-1, :-2]
        down = x[2:, 1:-1] - x[:-2, 1:-1]
        return abs(right + down)
    ```

    and tested it on a bright square, in an array of floats, with success. On photographs it goes wrong. Of two
    diagonal edges one is found and the other is not, and if the photograph comes from a file, with whole numbers from 0
    to 255 of the type `uint8`, some soft shadows are reported as the strongest edges of all.

    Find out why, and write `edge_strength(x)` so that it is right for every image of at least $3 \times 3$ pixels: an
    array of floats or of integers of any type. The result is an array of floats.
    """,
    hints=(
        "Draw a ramp that rises to the right by 1 and falls downwards by 1. What are `right` and `down`, and what is "
        "returned?",
        "Compute np.array([10], np.uint8) - np.array([12], np.uint8).",
    ),
    remark=r"""
    Two changes of opposite sign cancelled, because their sum was made before their size was taken: every diagonal edge
    that rises to the right and falls downwards was lost. And numbers of the type `uint8` have no negative values, so
    that $10 - 12$ is 254: a *falling* edge, whose response should be negative, became a strong rising one. Hence
    convert first, then subtract. The bright square hardly showed it: its sides run along rows and columns, so that
    only two of its corners were lost, and it was made of floats.
    """,
)


@exercise.solution
def edge_strength(x):
    """Size of the change along the rows plus size of the change along the columns, of shape (H - 2, W - 2).

    >>> edge_strength(np.array([[0.0, 0.0, 5.0], [0.0, 0.0, 5.0], [0.0, 7.0, 5.0]]))
    array([[12.]])
    """
    x = x.astype(float)
    right = x[1:-1, 2:] - x[1:-1, :-2]
    down = x[2:, 1:-1] - x[:-2, 1:-1]
    return np.abs(right) + np.abs(down)


@exercise.check("the example", points=0)
def example(rng):
    yield (np.array([[0.0, 0.0, 5.0], [0.0, 0.0, 5.0], [0.0, 7.0, 5.0]]),)


def profile(rng, length):
    """Whole numbers that go up and down, each two steps by another amount."""
    return np.cumsum(rng.permutation(np.arange(1.0, 8.0))[:length] * np.resize([1, 1, -1, -1], length))


@exercise.check("edges that run vertically", points=1)
def vertical(rng):
    for rows, columns in ((3, 4), (4, 6)):
        yield (np.tile(profile(rng, columns), (rows, 1)),)


@exercise.check("edges that run horizontally", points=1)
def horizontal(rng):
    for rows, columns in ((4, 3), (6, 4)):
        yield (np.tile(profile(rng, rows)[:, None], columns),)


def ramp(rows, columns, down, right):
    """The image down * i + right * j."""
    i, j = np.indices((rows, columns), dtype=float)
    return down * i + right * j


@exercise.check("ramps that rise to the right and downwards", points=1)
def same_sign(rng):
    for sign in (1, -1):
        yield (ramp(3, 4, *(sign * rng.integers(2, 9, 2))),)


@exercise.check("ramps that rise to the right and fall downwards", points=2)
def opposite_sign(rng):
    for sign in (1, -1):
        down, right = sign * rng.integers(2, 9, 2)
        yield (ramp(4, 3, down, -right),)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (1.0, 2.0**20, 2.0**-30):
        yield (ramp(4, 5, 8 * size, -8 * size) + fractions(rng, 4, 5, size=size / 16),)


@exercise.check("images of the type uint8", points=2)
def bytes_of_a_file(rng):
    soft = 100 + ramp(3, 4, 0, -rng.integers(2, 9))
    strong = np.resize([rng.integers(0, 9), rng.integers(20, 30), rng.integers(240, 256)], (3, 7))
    both = np.where(ramp(4, 4, 1, 1) < 3, rng.integers(250, 256), rng.integers(0, 9))
    yield from ((image.astype(np.uint8),) for image in (soft, soft[:, ::-1], strong, both))


@exercise.check("other types of integers", points=1)
def other_integers(rng):
    for largest, dtype in ((100, np.int8), (20_000, np.int16)):
        steps = np.array([-largest, 0, largest - rng.integers(0, 9)])
        yield (np.add.outer(steps[:2] // 5, steps)[[0, 1, 0]].clip(-largest, largest).astype(dtype),)
    yield (ramp(4, 3, rng.integers(2, 9), -9).astype(int),)


def changes(x):
    """The two changes, in floats."""
    x = x.astype(float)
    return x[1:-1, 2:] - x[1:-1, :-2], x[2:, 1:-1] - x[:-2, 1:-1]


@exercise.alternative
def by_correlations(x):
    out = np.zeros((x.shape[0] - 2, x.shape[1] - 2))
    for i, j in np.ndindex(out.shape):
        window = x[i : i + 3, j : j + 3].tolist()
        out[i, j] = abs(window[1][2] - window[1][0]) + abs(window[2][1] - window[0][1])
    return out


@exercise.alternative
def larger_minus_smaller(x):
    across, along = (x[1:-1, 2:], x[1:-1, :-2]), (x[2:, 1:-1], x[:-2, 1:-1])
    return sum(np.maximum(*pair).astype(float) - np.minimum(*pair).astype(float) for pair in (across, along))


@exercise.wrong("This is the function as it was given. It has two bugs, and both are still there: see the hints.")
def as_given(x):
    right = x[1:-1, 2:] - x[1:-1, :-2]
    down = x[2:, 1:-1] - x[:-2, 1:-1]
    return abs(right + down)


@exercise.wrong(
    "The types are dealt with. Where the image rises to the right and falls downwards, the two changes cancel: the "
    "size of each must be taken before they are added."
)
def added_too_early(x):
    right, down = changes(x)
    return np.abs(right + down)


@exercise.wrong(
    "The two changes no longer cancel. But all is still computed in the image's own type: without negative numbers "
    "10 - 12 becomes 254, and a sum beyond the largest number starts again at the smallest one. Convert first."
)
def not_converted(x):
    right = x[1:-1, 2:] - x[1:-1, :-2]
    down = x[2:, 1:-1] - x[:-2, 1:-1]
    return np.abs(right) + np.abs(down)


@exercise.wrong(
    "The conversion to floats comes too late. The difference is computed in the image's own type, where 10 - 12 may be "
    "254: convert the image before you subtract."
)
def converted_too_late(x):
    right = (x[1:-1, 2:] - x[1:-1, :-2]).astype(float)
    down = (x[2:, 1:-1] - x[:-2, 1:-1]).astype(float)
    return np.abs(right) + np.abs(down)


@exercise.wrong(
    "The result is converted, but the changes and their sum are computed in the image's own type, where 10 - 12 may be "
    "254: convert the image before you subtract."
)
def result_converted(x):
    return not_converted(x).astype(float)


@exercise.wrong(
    "int8 has negative numbers, but none beyond 127, so that strong edges are wrong now. Convert to a type that holds "
    "all differences, and fractions as well: float."
)
def converted_to_int8(x):
    return not_converted(x.astype(np.int8) if x.dtype == np.uint8 else x)


@exercise.wrong(
    "Images of bytes are divided by 255, which is done to show them. The formula does not scale: the changes have the "
    "unit of the image."
)
def scaled_to_one(x):
    return edge_strength(x / 255 if x.dtype == np.uint8 else x)


@exercise.wrong(
    "np.gradient returns half of these changes, because it divides by the distance of two pixels, and it fills a frame "
    "in which there is no change to be measured. Cut off the frame, and multiply by 2."
)
def by_gradient(x):
    down, right = np.gradient(x.astype(float))
    return np.abs(right) + np.abs(down)


@exercise.wrong(
    "Only rising edges are left: negative changes have become 0. A change from bright to dark is an edge, too; take "
    "the absolute value."
)
def negative_cut_off(x):
    right, down = changes(x)
    return np.maximum(right, 0) + np.maximum(down, 0)


@exercise.wrong(
    "This is the root of the sum of the squares, the length of the gradient. It is a good measure, and differs from "
    "the one asked for wherever both changes are there: the sum of their sizes."
)
def root_of_squares(x):
    return np.hypot(*changes(x))


@exercise.wrong("Only the larger of the two changes is returned. The sum of their sizes is asked for.")
def larger_one(x):
    right, down = np.abs(changes(x))
    return np.maximum(right, down)


@exercise.wrong("The sizes are subtracted from each other. An edge in both directions counts twice: add them.")
def subtracted(x):
    right, down = np.abs(changes(x))
    return np.abs(right - down)


@exercise.wrong("Only the change along the rows is measured: edges that run horizontally are not found.")
def along_rows_only(x):
    return np.abs(changes(x)[0])


@exercise.wrong("Only the change along the columns is measured: edges that run vertically are not found.")
def along_columns_only(x):
    return np.abs(changes(x)[1])


@exercise.wrong(
    "The result is as large as the image. Where the window hangs over the border there is no change to be measured: "
    "the result has two rows and two columns fewer."
)
def frame_left(x):
    return np.pad(edge_strength(x), 1)


@exercise.wrong("All values are half as large as they should be: the formula does not divide by the distance of two.")
def halved(x):
    return edge_strength(x) / 2


@exercise.wrong(
    "The changes are added over three neighbouring rows, and columns, as with the kernel E of the chapter. Here the "
    "row and the column through the middle of the window count alone."
)
def over_three_lines(x):
    x = x.astype(float)
    right, down = x[:, 2:] - x[:, :-2], x[2:] - x[:-2]
    return np.abs(right[:-2] + right[1:-1] + right[2:]) + np.abs(down[:, :-2] + down[:, 1:-1] + down[:, 2:])


@exercise.wrong(
    "Neighbours are compared, which lie one pixel apart. In the formula the two pixels lie two apart, on both sides of "
    "the middle of the window."
)
def next_neighbours(x):
    x = x.astype(float)
    return np.abs(x[1:-1, 2:] - x[1:-1, 1:-1]) + np.abs(x[2:, 1:-1] - x[1:-1, 1:-1])

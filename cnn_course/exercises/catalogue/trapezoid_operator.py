"""An integral operator as a matrix, by the trapezoid rule."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="an integral operator from samples",
    chapter="1-1",
    stars=2,
    minutes=25,
    goals=(1,),
    statement=r"""
    Of an integral operator $(Tf)(u) = \int H(u, t)\, f(t)\, dt$ only samples are known. Write
    `trapezoid_operator(H, f, t)`, where

    - `t`, of shape `(n,)`, holds positions in increasing order, $n \ge 2$. Their distances may be *different*;
    - `f`, of shape `(n,)`, holds the values of the function at these positions;
    - `H`, of shape `(m, n)`, holds the values of the kernel: row $i$ belongs to $u_i$, column $j$ to $t_j$.

    Any of them may be of type int. The function returns the $m$ approximate values $(Tf)(u_i)$: between two
    neighbouring positions, the area under $H(u_i, t)\, f(t)$ is replaced by that of the trapezoid with the same two
    ends. Use NumPy, but not `np.trapezoid`.
    """,
    hints=(
        "Take one row of H first. Which n numbers are the samples of the integrand?",
        "The area of a trapezoid is its width times the mean of its two heights.",
        "There are n - 1 trapezoids. The one from t[j] to t[j + 1] has the width t[j + 1] - t[j].",
    ),
    remark=r"""
    Each position in the middle belongs to two trapezoids. Collecting its terms gives a weight, half of the distance
    between its two neighbours, and the whole operator is the matrix `H * weights` times the vector `f`.
    """,
)


@exercise.solution
def trapezoid_operator(H, f, t):
    """Values of an integral operator, shape (m,), from samples H (m, n), f (n,) at the positions t (n,).

    >>> H = np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 2.0]])
    >>> trapezoid_operator(H, np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 3.0]))
    array([6.5, 9. ])
    """
    out = np.zeros(len(H))
    for i in range(len(H)):
        integrand = H[i] * np.array(f, dtype=float)
        for j in range(len(t) - 1):
            out[i] += (t[j + 1] - t[j]) * (integrand[j] + integrand[j + 1]) / 2
    return out


def _positions(*distances):
    return np.cumsum([1.0, *distances])


def _samples(rng, m, distances):
    """H, f and t of whole numbers above zero; neighbours in f and in the rows of H are never equal."""
    steps = 20.0 * (np.arange(len(distances) + 1) % 2)
    return np.abs(whole(rng, m, len(steps))) + steps, np.abs(whole(rng, len(steps))) + steps, _positions(*distances)


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 2.0]]), np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 3.0])


@exercise.check("one trapezoid", points=1)
def single(rng):
    for width in (1.0, 2.0, 0.5, 3.0):
        yield _samples(rng, 1, [width])


@exercise.check("equal distances", points=1)
def equal(rng):
    for n, d in ((3, 1.0), (3, 2.0), (4, 1.0), (5, 0.5)):
        yield _samples(rng, 1, [d] * (n - 1))


@exercise.check("different distances", points=2)
def different(rng):
    for distances in ((1.0, 2.0), (2.0, 0.5, 1.0, 4.0)):
        yield _samples(rng, 1, distances)


@exercise.check("several outputs", points=1)
def several(rng):
    for m, distances in ((3, (1.0, 2.0)), (2, (0.5, 1.0, 4.0)), (5, (3.0, 1.0, 0.5))):
        yield _samples(rng, m, distances)


@exercise.check("areas below the axis", points=1)
def negative(rng):
    H, f, t = _samples(rng, 1, (2.0,))
    yield H, -f, t
    H, f, t = _samples(rng, 2, (1.0, 2.0, 0.5, 1.0))
    yield H * [[1.0, 1.0, 1.0, -1.0, 1.0], [-1.0, -1.0, -1.0, 1.0, 1.0]], f, t


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (1.0, 2.0**40, 2.0**-40):
        H, f, t = _samples(rng, 2, (0.75, 1.5, 0.25))
        yield H + fractions(rng, *H.shape) / 32, f / 64, size * t


@exercise.check("kernel and positions of type int", points=1)
def integers(rng):
    H, f, t = _samples(rng, 4, (1.0, 4.0, 2.0))
    yield H.astype(int), f, t.astype(int)


@exercise.alternative
def by_weights(H, f, t):
    weights = np.zeros(len(t))
    weights[:-1] += np.diff(t) / 2
    weights[1:] += np.diff(t) / 2
    return (H * weights) @ f


@exercise.alternative
def by_slices(H, f, t):
    g = H * f
    return ((g[:, 1:] + g[:, :-1]) / 2 * np.diff(t)).sum(axis=1)


@exercise.alternative
def by_numpy(H, f, t):
    return np.trapezoid(H * f, t, axis=1)


@exercise.alternative
def by_einsum_in_single_precision(H, f, t):
    g = np.einsum("ij,j->ij", H, f).astype(np.float32)
    return np.einsum("ij,j->i", g[:, 1:] + g[:, :-1], (np.diff(t) / 2).astype(np.float32))


@exercise.wrong(
    "Each width is multiplied by the height at its left end only: these are rectangles. The area of a trapezoid takes "
    "the mean of both ends."
)
def left_ends(H, f, t):
    return (H * f)[:, :-1] @ np.diff(t)


@exercise.wrong(
    "Each width is multiplied by the height at its right end only: these are rectangles. The area of a trapezoid takes "
    "the mean of both ends."
)
def right_ends(H, f, t):
    return (H * f)[:, 1:] @ np.diff(t)


@exercise.wrong(
    "Same result as if every distance were the first one, t[1] - t[0]. The positions may lie unevenly: each trapezoid "
    "has its own width."
)
def first_distance(H, f, t):
    return trapezoid_operator(H, f, (t[1] - t[0]) * np.arange(len(t)))


@exercise.wrong(
    "Same result as if all distances were equal to their mean. The positions may lie unevenly: each trapezoid has its "
    "own width."
)
def mean_distance(H, f, t):
    return trapezoid_operator(H, f, np.linspace(t[0], t[-1], len(t)))


@exercise.wrong(
    "The widths are missing: the means of neighbouring heights are added up as they are, as if all positions were one "
    "apart."
)
def no_widths(H, f, t):
    return trapezoid_operator(H, f, np.arange(len(t)))


@exercise.wrong("Twice too large: the two heights are added, but their mean is half of the sum.")
def not_halved(H, f, t):
    return 2 * trapezoid_operator(H, f, t)


@exercise.wrong(
    "The mean of H is multiplied by the mean of f. The heights are those of the product H f: multiply first, then take "
    "the mean. A product of means is another number."
)
def product_of_means(H, f, t):
    return (H[:, 1:] + H[:, :-1]) / 2 @ ((f[1:] + f[:-1]) / 2 * np.diff(t))


@exercise.wrong(
    "The kernel alone is integrated. The function f has to be multiplied in, position by position, before the "
    "trapezoids are formed."
)
def function_left_out(H, f, t):
    return trapezoid_operator(H, np.ones(len(f)), t)


@exercise.wrong(
    "The function alone is integrated, and every output is the same. Row i of the kernel says how f counts for output "
    "i."
)
def kernel_left_out(H, f, t):
    return trapezoid_operator(np.ones(H.shape), f, t)


@exercise.wrong(
    "The plain matrix product H f: a sum, not yet an integral. Each term needs its piece of the axis, the widths of "
    "the trapezoids."
)
def plain_product(H, f, t):
    return H @ f


@exercise.wrong(
    "The last trapezoid is missing. With n positions there are n - 1 trapezoids, so the loop has n - 1 turns."
)
def last_one_missing(H, f, t):
    return trapezoid_operator(H[:, :-1], f[:-1], t[:-1])


@exercise.wrong(
    "The last trapezoid is missing, except where there is only one. With n positions there are n - 1 trapezoids, so "
    "the loop has n - 1 turns, without an exception."
)
def last_one_missing_of_several(H, f, t):
    return last_one_missing(H, f, t) if len(t) > 2 else trapezoid_operator(H, f, t)


@exercise.wrong(
    "The first trapezoid is missing: the loop begins one position too late. The first one reaches from t[0] to t[1]."
)
def first_one_missing(H, f, t):
    return trapezoid_operator(H[:, 1:], f[1:], t[1:])


@exercise.wrong(
    "The weights of the inner positions are halves of one distance only, that on their right: half of the distance on "
    "their left has been replaced. Each belongs to two trapezoids, and the two halves are added."
)
def weights_replaced(H, f, t):
    halves = np.diff(t) / 2
    return H * np.append(halves, halves[-1]) @ f


@exercise.wrong(
    "The weights of the inner positions are halves of one distance only, that on their left: half of the distance on "
    "their right has been replaced. Each belongs to two trapezoids, and the two halves are added."
)
def weights_replaced_by_the_left(H, f, t):
    halves = np.diff(t) / 2
    return H * np.append(halves[0], halves) @ f


@exercise.wrong(
    "The halves are cut off where the positions are of type int: the array for the weights or the result has got its "
    "dtype from one of the arguments, as np.zeros_like gives it. Let it have floats."
)
def whole_weights(H, f, t):
    halves = np.diff(t) / 2
    return H * (np.append(halves, 0.0) + np.append(0.0, halves)).astype(t.dtype) @ f


@exercise.wrong(
    "f is multiplied along the wrong axis of H: f[:, None] goes with the rows, the positions u. f belongs to the "
    "positions t, one for each column. With one row the result even gets as many numbers as f has."
)
def along_the_rows(H, f, t):
    g = H * f[:, None]
    return (g[:, 1:] + g[:, :-1]) / 2 @ np.diff(t)


@exercise.wrong(
    "These are all partial sums, the integrals up to each position. Asked for is the whole integral, one number for "
    "each row: the last of them."
)
def partial_sums(H, f, t):
    g = H * f
    return np.cumsum((g[:, 1:] + g[:, :-1]) / 2 * np.diff(t), axis=1)


@exercise.wrong(
    "These are the areas of the trapezoids one by one. Asked for is their sum, one number for each row of H."
)
def not_added(H, f, t):
    g = H * f
    return (g[:, 1:] + g[:, :-1]) / 2 * np.diff(t)


@exercise.wrong(
    "The result is as long as f, with zeros behind the values or with some values missing. It has one value for each "
    "row of H, whatever the number of positions."
)
def as_long_as_f(H, f, t):
    out = np.zeros(len(f))
    values = trapezoid_operator(H, f, t)[: len(f)]
    out[: len(values)] = values
    return out


@exercise.wrong(
    "The result is a matrix with one column, as with keepdims=True or with f[:, None]. Its values are right; asked for "
    "is an array of shape (m,)."
)
def as_a_column(H, f, t):
    return trapezoid_operator(H, f, t)[:, None]


@exercise.wrong(
    "All rows are added into one number. The result has a value for each position u, that is for each row of H."
)
def one_number(H, f, t):
    return trapezoid_operator(H, f, t).sum()


@exercise.wrong(
    "The first and the last position get the whole distance to their neighbour, as with np.gradient(t) for the "
    "weights. The other weights are right. These two positions belong to one trapezoid only, and get half of its width."
)
def gradient_weights(H, f, t):
    return H * np.gradient(t) @ f


@exercise.wrong("The sign is wrong: a width is t[j + 1] - t[j], the later position minus the earlier one.")
def negative_widths(H, f, t):
    return -trapezoid_operator(H, f, t)


@exercise.wrong(
    "Same result as the mean of all products times the whole length, t[-1] - t[0]: every position counts alike. In a "
    "trapezoid the mean is taken of its two ends, and its own width multiplies it."
)
def mean_times_length(H, f, t):
    return (H * f).mean(axis=1) * (t[-1] - t[0])


@exercise.wrong(
    "Right as long as no product H f is below zero. What lies below the axis counts as negative in an integral: no "
    "absolute value, neither of the products, nor of the areas or of their sum, and nothing is cut off at zero.",
    fails=("areas below the axis",),
)
def absolute_areas(H, f, t):
    g = H * f
    return np.abs((g[:, 1:] + g[:, :-1]) / 2 * np.diff(t)).sum(axis=1)


@exercise.wrong(
    "Half of the *difference* of the two heights is multiplied by the width, as np.diff(H * f) gives it. The mean of "
    "two heights is half of their sum."
)
def halved_differences(H, f, t):
    return np.diff(H * f) @ np.diff(t) / 2


@exercise.wrong(
    "The *difference* of the two heights is multiplied by the width, as np.diff(H * f) gives it. A trapezoid has the "
    "mean of its heights for that: half of their sum."
)
def differences(H, f, t):
    return np.diff(H * f) @ np.diff(t)


@exercise.wrong(
    "All products are added up and multiplied by one distance, t[1] - t[0]. Each trapezoid has a width of its own; and "
    "its area takes half of each end, so that the first and the last product count half as much as the others."
)
def rectangles_of_one_width(H, f, t):
    return H @ f * (t[1] - t[0])


def with_inner_weights(H, f, t, inner):
    distances = np.diff(t)
    return H * np.concatenate([distances[:1] / 2, inner, distances[-1:] / 2]) @ f


@exercise.wrong(
    "The inner positions have the whole distance to their left neighbour for a weight, as it is right for equal "
    "distances only. An inner position belongs to two trapezoids, and gets half of the width of each."
)
def weights_from_the_left(H, f, t):
    return with_inner_weights(H, f, t, np.diff(t)[:-1])


@exercise.wrong(
    "The inner positions have the whole distance to their right neighbour for a weight, as it is right for equal "
    "distances only. An inner position belongs to two trapezoids, and gets half of the width of each."
)
def weights_from_the_right(H, f, t):
    return with_inner_weights(H, f, t, np.diff(t)[1:])

"""The three matrices of an algorithm with few products, for any points."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="the matrices of a fast algorithm",
    chapter="3-5",
    stars=3,
    minutes=40,
    goals=(5, 6),
    returns=("A_T", "G", "B_T"),
    statement=r"""
    In depth, the chapter multiplies polynomials by their values at $n - 1$ different points and by their leading
    coefficients, for any number of outputs and of taps. Turn this into a program, so that you can try points of your
    own.

    Write `winograd_matrices(points, taps)`. `points` is an array of $n - 1 \ge 1$ different real numbers, and `taps` is
    a whole number $r$ from 1 to $n$; then $m = n - r + 1$ is the number of outputs. The result is a tuple of three
    arrays of floats: $A^{\top}$ of shape (m, n), $G$ of shape (n, r) and $B^{\top}$ of shape (n, n), such that

    $$ y = A^{\top} \bigl[ (G w) \odot (B^{\top} x) \bigr], \qquad y_i = \sum_{k = 0}^{r - 1} w_k\, x_{i + k}, $$

    for all $x$ and $w$. One may multiply rows of $G$ by a number and divide those of $B^{\top}$ by it. To make the
    result unique, let the rows of $A$ and of $G$ be the plain powers $1, p, p^2, \dots$ of the points, in the order in
    which the points are given, and after them the row for the leading coefficient, $0, \dots, 0, 1$. All fractions are
    then in $B^{\top}$.
    """,
    hints=(
        "One matrix takes the coefficients of a polynomial to its values and its leading coefficient. For which "
        "numbers of coefficients do you need it?",
        "The product has n coefficients. From its values you go back to them by an inverse matrix.",
        "Then transpose: in the inner product with x, the inverse moves to the other side.",
    ),
    remark=r"""
    Try `winograd_matrices([0, 1, -1, 2, -2], 3)`, which is $F(4, 3)$, and compute $\kappa$ as in the chapter. It is 48,
    and with the points $0, 1, -1, 2, -\frac12$ it is 29.6. $F(6, 3)$ takes two points more: with $\pm \frac12$ in
    addition to $0, \pm 1, \pm 2$ it has $\kappa \approx 67.7$, with $\pm 3$ instead 687.5. We know of no formula for
    the best real points; people search.
    """,
)


@exercise.solution
def winograd_matrices(points, taps):
    """A_T (m, n), G (n, r) and B_T (n, n) for the given points and the leading coefficient, n = len(points) + 1.

    >>> A_T, G, B_T = winograd_matrices(np.array([0.0, 1.0]), 2)
    >>> A_T
    array([[1., 1., 0.],
           [0., 1., 1.]])
    >>> B_T.round(9) + 0.0
    array([[ 1., -1.,  0.],
           [ 0.,  1.,  0.],
           [ 0., -1.,  1.]])
    """

    def values(size):
        rows = [[float(p) ** q for q in range(size)] for p in points]
        leading = [0.0] * (size - 1) + [1.0]
        return np.array([*rows, leading])

    n = len(points) + 1
    return values(n - taps + 1).T, values(taps), np.linalg.inv(values(n)).T


def some(rng, count, step=1.0):
    """Different points, none of them 0, 1 or -1, not too large."""
    return step * rng.choice([-1.0, 1.0], count) * (2 + rng.permutation(count))


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([0.0, 1.0]), 2


@exercise.check("the points 0, 1 and -1", points=1)
def usual(rng):
    yield np.array([0.0, 1.0, -1.0]), 2
    yield np.array([1.0, 0.0, -1.0]), 3


@exercise.check("whole numbers as points", points=1)
def whole_points(rng):
    for count, taps in ((2, 2), (3, 2), (4, 3)):
        yield some(rng, count), taps


@exercise.check("one output, or one tap", points=1)
def ends(rng):
    yield some(rng, 2), 3
    yield some(rng, 3), 1
    yield some(rng, 1), 2


@exercise.check("points that are not whole", points=1)
def not_whole(rng):
    yield some(rng, 3, step=0.5), 2
    yield some(rng, 4, step=0.25) + 0.125, 3


@exercise.check("points given as whole numbers (int64)", points=1)
def integers(rng):
    yield some(rng, 3).astype(np.int64), 3
    yield np.array([0, 1, -1, 2, -2]), 3


@exercise.alternative
def by_vander(points, taps):
    n = len(points) + 1
    V = np.zeros((n, n))
    V[:-1] = np.vander(np.asarray(points, float), n, increasing=True)
    V[-1, -1] = 1
    A, G = V[:, : n - taps + 1].copy(), V[:, :taps].copy()
    A[-1], G[-1] = 0, 0
    A[-1, -1] = G[-1, -1] = 1
    return A.T, G, np.linalg.inv(V.T)


@exercise.alternative
def by_solving(points, taps):
    n = len(points) + 1
    p = np.append(np.asarray(points, dtype=float), 0.0)[:, None]

    def evaluated(size):
        matrix = p ** np.arange(size)
        matrix[-1] = np.eye(size)[-1]
        return matrix

    return evaluated(n - taps + 1).T, evaluated(taps), np.linalg.solve(evaluated(n).T, np.eye(n))


@exercise.alternative
def by_interpolation(points, taps):
    """B by the polynomials of Lagrange."""
    n = len(points) + 1
    m = n - taps + 1
    A_T, G, _ = winograd_matrices(points, taps)
    B_T = np.zeros((n, n))
    for e, p in enumerate(points):
        others = [float(q) for q in points if q != p]
        basis = np.polynomial.polynomial.polyfromroots(others) / np.prod([float(p) - q for q in others])
        B_T[e, : n - 1] = basis
    B_T[-1] = np.polynomial.polynomial.polyfromroots([float(p) for p in points])
    return A_T[:m], G, B_T


@exercise.wrong("The first matrix is A, of shape (n, m). Asked for is its transpose: it takes n products to m outputs.")
def a_not_transposed(points, taps):
    A_T, G, B_T = winograd_matrices(points, taps)
    return A_T.T, G, B_T


@exercise.wrong(
    "The last matrix is B, not its transpose: the inverse matrix takes values to coefficients, for a product of "
    "polynomials. A correlation is the transpose of that, and needs the inverse transposed."
)
def inverse_not_transposed(points, taps):
    A_T, G, B_T = winograd_matrices(points, taps)
    return A_T, G, B_T.T


@exercise.wrong(
    "The last matrix is the transpose of the matrix of values, without the inverse. From values one goes back to "
    "coefficients, and back is the inverse."
)
def transpose_without_inverse(points, taps):
    A_T, G, B_T = winograd_matrices(points, taps)
    return A_T, G, np.linalg.inv(B_T)


@exercise.wrong(
    "The last matrix takes coefficients to values. It has to go the other way: it is the inverse of this one, "
    "transposed."
)
def matrix_of_values(points, taps):
    A_T, G, B_T = winograd_matrices(points, taps)
    return A_T, G, np.linalg.inv(B_T.T)


@exercise.wrong(
    "The powers fall from left to right, which is the usual order of np.vander and np.polyval. Here the constant term "
    "comes first, since x[0] belongs to it: increasing=True."
)
def falling_powers(points, taps):
    n = len(points) + 1

    def values(size):
        return np.vstack([np.vander(np.asarray(points, float), size), np.eye(size)[0]])

    return values(n - taps + 1).T, values(taps), np.linalg.inv(values(n)).T


@exercise.wrong(
    "The powers rise, but the row for the leading coefficient has its 1 at the beginning. That is the value at 0; the "
    "leading coefficient is the last one."
)
def constant_for_leading(points, taps):
    n = len(points) + 1

    def values(size):
        return np.vstack([np.vander(np.asarray(points, float), size, increasing=True), np.eye(size)[0]])

    B = np.linalg.pinv(values(n))
    return values(n - taps + 1).T, values(taps), B.T


@exercise.wrong(
    "A and G have exchanged their sizes: A evaluates a polynomial with as many coefficients as there are outputs, m, "
    "and G the weights, with r coefficients."
)
def sizes_exchanged(points, taps):
    A_T, G, B_T = winograd_matrices(points, taps)
    return G.T, A_T.T, B_T


@exercise.wrong(
    "There is one output too few: with n numbers and a window of r taps there are n - r + 1 positions, so A has that "
    "many columns."
)
def one_output_too_few(points, taps):
    outputs = len(points) + 1 - taps
    A = np.vstack([np.vander(np.asarray(points, float), outputs, increasing=True), np.eye(outputs)[-1]])
    return A.T, *winograd_matrices(points, taps)[1:]


@exercise.wrong(
    "The fractions have been moved to G: each of its rows is divided by the product of the differences of the points. "
    "It is a right algorithm, and a usual one, but the statement asks for plain powers in G and all fractions in the "
    "last matrix."
)
def fractions_in_g(points, taps):
    A_T, G, B_T = winograd_matrices(points, taps)
    scale = np.array([np.prod([float(p - q) for q in points if q != p]) for p in points] + [1.0])
    return A_T, G / scale[:, None], B_T * scale[:, None]


@exercise.wrong(
    "The row for the leading coefficient comes first. It is asked for behind the points, as the last row of A and of G."
)
def leading_first(points, taps):
    A_T, G, B_T = winograd_matrices(points, taps)
    return np.roll(A_T, 1, axis=1), np.roll(G, 1, axis=0), np.roll(B_T, 1, axis=0)


@exercise.wrong(
    "In A and in G the row for the leading coefficient is cut out of the large matrix, so that it is zero: each of "
    "them has a leading coefficient of its own, in its last column."
)
def leading_row_cut(points, taps):
    A_T, G, B_T = winograd_matrices(points, taps)
    n = len(points) + 1
    A_T[:, -1] *= taps == 1
    G[-1] *= taps == n
    return A_T, G, B_T


@exercise.wrong(
    "The leading coefficient is missing: there are only as many products as points. n - 1 values are too few for a "
    "polynomial with n coefficients."
)
def no_leading_row(points, taps):
    A_T, G, _ = winograd_matrices(points, taps)
    n = len(points) + 1
    V = np.vander(np.asarray(points, float), n, increasing=True)
    return A_T[:, :-1], G[:-1], np.linalg.pinv(V).T


@exercise.wrong(
    "The inverse matrix was rounded to whole numbers, by an array of integers that took it. Its entries are fractions "
    "as soon as the points are not neighbours such as 0 and 1."
)
def whole_inverse(points, taps):
    A_T, G, B_T = winograd_matrices(points, taps)
    return A_T, G, np.trunc(B_T + 1e-9 * np.sign(B_T))


@exercise.wrong(
    "There is no row for the leading coefficient, and so one product too few: the points are n - 1, and n values are "
    "needed for a polynomial with n coefficients."
)
def as_many_products_as_points(points, taps):
    n = len(points)

    def values(size):
        return np.vander(np.asarray(points, float), max(size, 0), increasing=True)

    return values(n - taps + 1).T, values(taps), np.linalg.inv(values(n)).T


@exercise.wrong(
    "The powers fall from left to right, as np.vander has them, but the row for the leading coefficient has its 1 at "
    "the end, where the constant terms stand. Let the powers rise: increasing=True."
)
def falling_powers_with_a_last_one(points, taps):
    n = len(points) + 1

    def values(size):
        return np.vstack([np.vander(np.asarray(points, float), size), np.eye(size)[-1]])

    return values(n - taps + 1).T, values(taps), np.linalg.inv(values(n)).T

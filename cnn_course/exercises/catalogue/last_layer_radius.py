"""A larger certified radius, by the rows of the last layer."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="a larger certified radius",
    chapter="2-1",
    stars=2,
    minutes=30,
    goals=(8,),
    exact=True,
    statement=r"""
    The last layer of many networks is a matrix and a bias, $z = W h + b$, and $h$ is a map of the image with a proved
    Lipschitz constant $L > 0$. The radius of the chapter takes the norm of $W$ for the constant of this layer, and
    $\sqrt 2$ for the difference of two outputs. One can do better: the difference $z_i - z_j$ is itself a linear map
    of $h$, and its norm is known exactly.

    Write `last_layer_radius(h, W, b, label, lipschitz)`: the largest $r$ for which this argument proves that no move
    of the image by less than $r$ makes another output larger than, or equal to, that of `label`. `h` has the shape
    $(n)$, `W` $(m, n)$ with $m \ge 2$, `b` $(m)$; `label` is the right class. If it does not have the largest output,
    or only together with another one, the radius is 0. A class whose row is equal to that of `label` keeps its
    distance for ever: with a smaller output it does not limit the radius, which may be `np.inf`.
    """,
    hints=(
        "Which vector has to be multiplied by h to give the difference of two outputs, up to the biases?",
        "Each of the other classes has a radius of its own. Is the class with the second largest output the nearest?",
        "Where a row is equal to that of the label, a division by 0 waits for you.",
    ),
    remark=r"""
    The class with the second largest output need not be the nearest one: what counts is the gap divided by the norm
    of the difference of the rows. The radius is never smaller than that of the chapter, because
    $\lVert W^{\top} (e_i - e_j) \rVert \le \sqrt 2\, \lVert W \rVert$. The bias matters for the gap, and not for the
    constants.
    """,
)


@exercise.solution
def last_layer_radius(h, W, b, label, lipschitz):
    """Certified radius for z = W h + b, where h is a map with the constant `lipschitz`.

    >>> h, W, b = np.array([1.0, 0.0]), np.array([[1.0, 0.0], [-1.0, 0.0]]), np.zeros(2)
    >>> last_layer_radius(h, W, b, 0, 2.0)
    0.5
    """
    z = W @ h + b
    radius = np.inf
    for j in range(len(z)):
        if j == label:
            continue
        gap, norm = z[label] - z[j], np.linalg.norm(W[label] - W[j])
        if gap <= 0:
            return 0.0
        if norm > 0:
            radius = min(radius, gap / (lipschitz * norm))
    return float(radius)


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 0.0]), np.array([[1.0, 0.0], [-1.0, 0.0]]), np.zeros(2), 0, 2.0


def outputs(rng, W, z):
    """A random h, and the bias with which the outputs are z: small numbers, so that ties are exact."""
    h = whole(rng, W.shape[1])
    return h, W, np.asarray(z, float) - W @ h


@exercise.check("two classes", points=1)
def two_classes(rng):
    W = np.array([[3.0, 0.0, 5.0], [1.0, 2.0, 4.0]])  # the difference of the rows has the norm 3
    yield *outputs(rng, W, [12.5, 1.0]), 0, 2.0
    yield *outputs(rng, W, [-2.0, 5.5]), 1, 4.0


@exercise.check("the second largest output is the nearest class", points=1)
def second(rng):
    W = np.array([[0.0, 0.0], [6.0, 8.0], [3.0, 4.0], [0.0, 2.0]])
    yield *outputs(rng, W, [9.5, 4.0, 3.0, 8.0]), 0, 1.0


@exercise.check("another class is nearer than the second largest output", points=2)
def farther(rng):
    for order in ([0, 1, 2], [1, 0, 2], [2, 1, 0]):
        W = np.array([[0.0, 0.0], [1.0, 0.0], [12.0, 16.0]])[order]
        yield *outputs(rng, W, np.array([9.5, 7.0, 3.0])[order]), order.index(0), 4.0


@exercise.check("the label has not the largest output, or not alone", points=1)
def not_the_largest(rng):
    W = np.array([[1.0, 0.0], [0.0, 3.0], [5.0, 1.0]])
    yield *outputs(rng, W, [9.5, 2.0, 4.0]), 0, 1.0
    yield *outputs(rng, W, [2.0, 6.0, 4.0]), 0, 1.0
    yield *outputs(rng, W, [6.0, 6.0, 4.0]), 0, 1.0
    yield *outputs(rng, W, [6.0, 2.0, 7.0]), 0, 3.0


@exercise.check("equal rows", points=1)
def equal_rows(rng):
    W = np.array([[1.0, 2.0], [1.0, 2.0], [4.0, 6.0]])
    yield *outputs(rng, W, [8.5, 5.0, 3.0]), 0, 2.0
    yield *outputs(rng, W[:2], [8.5, 5.0]), 0, 2.0
    yield *outputs(rng, W, [5.0, 8.0, 3.0]), 0, 2.0


@exercise.check("numbers that are not whole, large and small", points=1)
def other_numbers(rng):
    rows = np.array([[0.0, 0.0, 0.0], [6.25, 0.0, 2.5], [1.0, 1.0, 0.5], [0.25, 0.5, 0.25]])
    z = np.array([9.5, 2.25, 1.125, 3.75])
    for size in (1.0, 2.0**30, 2.0**-30):
        h, W = fractions(rng, 3), fractions(rng, 3) + rows
        yield h, W * size, (z - W @ h) * size, 0, 2.5


@exercise.alternative
def with_arrays(h, W, b, label, lipschitz):
    z = W @ h + b
    others = np.arange(len(z)) != label
    gaps = (z[label] - z)[others]
    norms = np.linalg.norm(W[label] - W, axis=1)[others]
    if (gaps <= 0).any():
        return 0.0
    with np.errstate(divide="ignore"):
        return (gaps / norms).min() / lipschitz


@exercise.alternative
def clipped_at_zero(h, W, b, label, lipschitz):
    z, radii = W @ h + b, []
    for j, row in enumerate(W):
        if j != label:
            norm = np.sqrt(((W[label] - row) ** 2).sum()) * lipschitz
            gap = max(z[label] - z[j], 0)
            radii.append(0.0 if gap == 0 else gap / norm if norm else np.inf)
    return min(radii)


def nearest(h, W, b, label, lipschitz, norm_of=lambda W, i, j: np.linalg.norm(W[i] - W[j])):
    """The least ratio of gap and norm, with some way to take the norm: what most mistakes have in common."""
    z = W @ h + b
    if (np.delete(z, label) >= z[label]).any():
        return 0.0
    radii = []
    for j in range(len(z)):
        if j != label:
            norm = norm_of(W, label, j) * lipschitz
            radii.append((z[label] - z[j]) / norm if norm else np.inf)
    return float(min(radii))


@exercise.wrong(
    "This is the radius of the chapter, with the norm of W and the root of 2. It holds, but is not the largest one "
    "that the rows prove: the difference of two outputs has the norm of the difference of two rows."
)
def by_the_norm_of_the_matrix(h, W, b, label, lipschitz):
    return nearest(h, W, b, label, lipschitz, lambda W, i, j: np.sqrt(2) * np.linalg.norm(W, 2))


@exercise.wrong(
    "Only the class with the second largest output is looked at. Another one, with a larger gap and a row that is "
    "further away, may be reached earlier: take the least ratio over all classes."
)
def second_largest_only(h, W, b, label, lipschitz):
    z = W @ h + b
    order = np.argsort(z)
    if order[-1] != label or z[order[-2]] == z[label]:
        return 0.0
    norm = np.linalg.norm(W[label] - W[order[-2]])
    return float((z[label] - z[order[-2]]) / (lipschitz * norm)) if norm else np.inf


@exercise.wrong(
    "The smallest gap is divided by the largest norm. That proves too little: gap and norm belong to the same class, "
    "and the least ratio of the two counts."
)
def smallest_gap_and_largest_norm(h, W, b, label, lipschitz):
    largest = max(np.linalg.norm(W[label] - row) for row in W)
    return nearest(h, W, b, label, lipschitz, lambda W, i, j: largest)


@exercise.wrong(
    "The norms of the two rows are added. By the triangle inequality this holds, but is too small a radius: the two "
    "outputs do not move independently. Take the norm of the difference."
)
def sum_of_the_norms(h, W, b, label, lipschitz):
    return nearest(h, W, b, label, lipschitz, lambda W, i, j: np.linalg.norm(W[i]) + np.linalg.norm(W[j]))


@exercise.wrong(
    "The norm of the label's row alone is taken. The other output moves as well, and this radius may promise more than "
    "is true: what moves the difference is the difference of the rows."
)
def own_row_only(h, W, b, label, lipschitz):
    return nearest(h, W, b, label, lipschitz, lambda W, i, j: np.linalg.norm(W[i]))


@exercise.wrong(
    "The root of 2 is there once too often. It is the norm of the difference of two unit vectors, for outputs of which "
    "nothing is known; the difference of the rows has taken its place."
)
def another_root_of_two(h, W, b, label, lipschitz):
    return nearest(h, W, b, label, lipschitz, lambda W, i, j: np.sqrt(2) * np.linalg.norm(W[i] - W[j]))


@exercise.wrong(
    "The bias is missing in the outputs. It does not matter for Lipschitz constants, but it does for the gap between "
    "two classes."
)
def without_the_bias(h, W, b, label, lipschitz):
    return nearest(h, W, 0 * b, label, lipschitz)


@exercise.wrong(
    "The gap is that of the class with the largest output, and not of `label`. If the image is taken for another "
    "class, the radius for the right one is 0."
)
def of_the_predicted_class(h, W, b, label, lipschitz):
    return nearest(h, W, b, int(np.argmax(W @ h + b)), lipschitz)


@exercise.wrong(
    "Where the label does not have the largest output the result is below 0. There the right class is not seen at all, "
    "and the radius is 0."
)
def negative(h, W, b, label, lipschitz):
    z, radii = W @ h + b, []
    for j in range(len(z)):
        norm = np.linalg.norm(W[label] - W[j]) * lipschitz
        if j != label:
            radii.append((z[label] - z[j]) / norm if norm else np.inf * np.sign(z[label] - z[j]))
    return float(min(radii))


@exercise.wrong(
    "Gaps are taken in modulus, so that a class with a larger output than the label counts as one that is far away. "
    "There the radius is 0."
)
def gaps_in_modulus(h, W, b, label, lipschitz):
    z, radii = W @ h + b, []
    for j in range(len(z)):
        norm = np.linalg.norm(W[label] - W[j]) * lipschitz
        if j != label:
            radii.append(abs(z[label] - z[j]) / norm if norm else np.inf)
    return float(min(radii))


@exercise.wrong(
    "The radius is multiplied by the constant of the map before the layer. The more it enlarges, the less the image "
    "may move: divide by it."
)
def multiplied_by_the_constant(h, W, b, label, lipschitz):
    return nearest(h, W, b, label, 1 / lipschitz)


@exercise.wrong("The constant of the map from the image to h is left out: a move of the image by r moves h by L r.")
def without_the_constant(h, W, b, label, lipschitz):
    return nearest(h, W, b, label, 1.0)


@exercise.wrong(
    "The difference of the rows is measured by the sum of its moduli. Moves are measured in L², and so is the row: by "
    "the root of the sum of the squares."
)
def sum_of_moduli(h, W, b, label, lipschitz):
    return nearest(h, W, b, label, lipschitz, lambda W, i, j: np.abs(W[i] - W[j]).sum())


@exercise.wrong(
    "Right unless a row is equal to that of the label. Such a class keeps its distance, so that it does not limit the "
    "radius, whatever the gap; if there is no other class, the radius is infinite."
)
def zero_for_equal_rows(h, W, b, label, lipschitz):
    equal = [j for j in range(len(W)) if j != label and (W[j] == W[label]).all()]
    return 0.0 if equal else nearest(h, W, b, label, lipschitz)

"""Gradient of layer normalisation: the three paths again, with weights that do not stand outside."""

import itertools

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="gradient of layer normalisation",
    chapter="4-2",
    stars=3,
    minutes=40,
    goals=(4,),
    statement=r"""
    Layer normalisation needs no batch: it brings the $D$ features of each example to mean 0 and variance 1, by the
    statistics of this example alone. Then each feature has a weight and a bias of its own. For `x` of shape $(N, D)$,
    with the mean $\mu[n]$ and the variance $\nu[n]$ of row $n$, divided by $D$,

    $$
    \begin{aligned}
    y[n, d] &= w[d]\, \hat x[n, d] + b[d] , \\
    \hat x[n, d] &= \frac{x[n, d] - \mu[n]}{\sqrt{\nu[n] + \varepsilon}} .
    \end{aligned}
    $$

    Write `layer_norm_backward(grad_output, x, weight, eps)`: from `grad_output` $= \partial L / \partial y$, of shape
    $(N, D)$, it returns $\partial L / \partial x$, an array of floats of the same shape. `weight` is $w$, of shape
    $(D,)$, and `eps` is the positive number $\varepsilon$. It must keep its digits where the mean of a row is large
    against its spread: the row $(10^8, 10^8 + 2)$ must give what $(0, 2)$ gives. `x` may hold integers. The arguments
    keep their values.
    """,
    hints=(
        "The chapter's theorem is about one channel. What takes the place of the channel here: a row or a column of x?",
        "In batch norm all numbers of a channel have the same weight, which could be taken out of the means. Here the "
        "numbers that are averaged together have different weights. What is the gradient in x_hat?",
        "With h = weight * grad_output, everything goes on as in the theorem for w = 1, along axis 1.",
    ),
    remark=r"""
    The gradient in $\hat x$ is $h = w \odot g$, and from there the three paths are those of batch norm, along the other
    axis: $\frac1\rho (h - \overline h - \hat x\, \overline{h \hat x})$ with means over a row. Each row of the result
    has the sum 0. As nothing is shared between examples, there is no difference between training and evaluation.
    """,
)


@exercise.solution
def layer_norm_backward(grad_output, x, weight, eps):
    """Gradient of layer normalisation in x (N, D), from the gradient in its output; one weight for each feature.

    >>> x, g = np.array([[1.0, 5.0]]), np.array([[10.0, 0.0]])
    >>> layer_norm_backward(g, x, np.array([5.0, 1.0]), 2.25)  # variance 4, root 2.5
    array([[ 3.6, -3.6]])
    """
    centred = x - x.mean(axis=1, keepdims=True)
    root = np.sqrt((centred**2).mean(axis=1, keepdims=True) + eps)
    x_hat = centred / root
    h = weight * grad_output
    along_the_root = (h * x_hat).mean(axis=1, keepdims=True)
    return (h - h.mean(axis=1, keepdims=True) - x_hat * along_the_root) / root


def case(rng, weights, rows, eps):
    """Arguments whose h = w g is positive and grows with x in each row, so that no path carries nothing."""
    weights = rng.permutation(weights)
    order = rng.permuted(np.tile(np.arange(len(weights)), (rows, 1)), axis=1)
    x = 3.0 * order + rng.integers(0, 3, order.shape) + 7.0 * np.arange(rows)[:, None]
    h = order**2 + rng.integers(1, 3, order.shape) + 2.0 * np.arange(rows)[:, None]
    return h / weights, x, weights, eps


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[10.0, 0.0]]), np.array([[1.0, 5.0]]), np.array([5.0, 1.0]), 2.25


@exercise.check("one row, and equal weights", points=1)
def one_row(rng):
    yield case(rng, [2.0] * 3, 1, 1e-5)
    yield case(rng, [2.0] * 5, 1, 1e-5)


@exercise.check("several rows", points=1)
def several_rows(rng):
    yield case(rng, [2.0] * 3, 3, 1e-5)
    yield case(rng, [2.0] * 4, 5, 1e-5)


@exercise.check("different weights", points=2)
def different_weights(rng):
    yield case(rng, [1.0, 2.0, -4.0], 1, 1e-5)
    yield case(rng, [0.5, 1.0, -2.0, 4.0], 3, 1e-5)
    yield case(rng, [0.5, 1.0, 2.0, -4.0], 4, 1e-5)


@exercise.check("a large eps", points=1)
def large_eps(rng):
    yield case(rng, [1.0, 2.0, 4.0], 4, 7.0)
    yield case(rng, [0.5, 1.0, 2.0, 4.0], 3, 0.5)


@exercise.check("a row of equal numbers", points=1)
def equal_numbers(rng):
    grad_output, x, weight, eps = case(rng, [0.5, 1.0, 2.0], 4, 0.25)
    x[1] = 0.0
    yield grad_output, x, weight, eps


@exercise.check("a mean that is large against the spread", points=1)
def large_mean(rng):
    for rows in (3, 4):
        grad_output, x, weight, eps = case(rng, [0.5, 1.0, 2.0, 4.0, -1.0], rows, 1e-5)
        x += rng.permutation([300_000.0, -200_000.0, 400_000.0, -500_000.0])[:rows, None] + 1 / 16
        yield grad_output, x, weight, eps


@exercise.check("gradients that are large and small", points=1)
def sizes(rng):
    for size in (2.0**30, 2.0**-30):
        grad_output, x, weight, eps = case(rng, [0.5, 1.0, 2.0, 4.0], 3, 1e-3)
        yield grad_output * size + rng.integers(1, 8, x.shape) * size / 16, x, weight, eps


@exercise.check("x of integers", points=1)
def integers(rng):
    grad_output, x, weight, eps = case(rng, [0.5, 1.0, 2.0], 3, 1e-5)
    yield grad_output, x.astype(int), weight, eps


def mean(a):
    """The mean of each row, with its axis."""
    return a.mean(axis=1, keepdims=True)


def normalised(x, eps):
    """The rows with mean 0 and variance 1, and by what they were divided."""
    root = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return (x - mean(x)) / root, root


@exercise.alternative
def row_after_row(grad_output, x, weight, eps):
    out = np.zeros(x.shape)
    for n in range(len(x)):
        root = np.sqrt(np.var(x[n]) + eps)
        x_hat = (x[n] - np.mean(x[n])) / root
        h = grad_output[n] * weight
        out[n] = (h - h.sum() / h.size - x_hat * (h @ x_hat) / h.size) / root
    return out


@exercise.alternative
def by_the_matrix(grad_output, x, weight, eps):
    d = x.shape[1]
    x_hat, root = normalised(x, eps)
    jacobian = np.eye(d) - 1 / d - x_hat[:, :, None] * x_hat[:, None, :] / d
    return np.einsum("nij,nj->ni", jacobian, grad_output * weight) / root


@exercise.alternative
def path_by_path(grad_output, x, weight, eps):
    d, centred = x.shape[1], x - mean(x)
    var = mean(centred**2) + eps
    h = grad_output * weight
    in_var = (h * centred * -0.5 * var**-1.5).sum(axis=1, keepdims=True)
    in_mean = (-h / np.sqrt(var)).sum(axis=1, keepdims=True)
    return h / np.sqrt(var) + in_var * 2 * centred / d + in_mean / d


@exercise.alternative
def in_single_precision_at_the_end(grad_output, x, weight, eps):
    return layer_norm_backward(grad_output, x, weight, eps).astype(np.float32)


PATHS = {  # what arrives in x_hat on its way to x, right and wrong; from h, x_hat and the size of a row
    "": ("", lambda h, x_hat, d: h - mean(h) - x_hat * mean(h * x_hat)),
    "direct_path_only": (
        "Mean and root are taken for constants. They are computed from the same row, and move with each x: two more "
        "paths lead through them.",
        lambda h, x_hat, d: h,
    ),
    "without_the_root": (
        "The path through the root is missing: the spread of the row moves with each x, too.",
        lambda h, x_hat, d: h - mean(h),
    ),
    "without_the_mean": (
        "The path through the mean is missing. Each row of the gradient must have the sum 0.",
        lambda h, x_hat, d: h - x_hat * mean(h * x_hat),
    ),
    "sums_for_means": (
        "The two corrections are sums over the row where they should be means: each x moves the mean of D numbers by "
        "one D-th of its own change.",
        lambda h, x_hat, d: h - d * mean(h) - d * x_hat * mean(h * x_hat),
    ),
    "sum_for_the_second_mean": (
        "The correction by way of the root is a sum over the row where it should be a mean.",
        lambda h, x_hat, d: h - mean(h) - d * x_hat * mean(h * x_hat),
    ),
    "sum_for_the_first_mean": (
        "The correction by way of the mean is a sum over the row where it should be a mean.",
        lambda h, x_hat, d: h - d * mean(h) - x_hat * mean(h * x_hat),
    ),
    "plus_for_minus": (
        "The path through the root has the wrong sign: a larger spread brings the normalised numbers nearer to 0.",
        lambda h, x_hat, d: h - mean(h) + x_hat * mean(h * x_hat),
    ),
    "both_signs": (
        "Both corrections have the wrong sign. A larger mean lowers all normalised numbers, and a larger spread brings "
        "them nearer to 0.",
        lambda h, x_hat, d: h + mean(h) + x_hat * mean(h * x_hat),
    ),
    "x_hat_left_out": (
        "In the path through the root the factor in front of the mean is missing: x_hat of the position where the "
        "gradient arrives.",
        lambda h, x_hat, d: h - mean(h) - mean(h * x_hat),
    ),
    "twice_the_root": (
        "The path through the root counts twice. The derivative of the variance has a factor 2, and that of the root "
        "has 1/2: they cancel.",
        lambda h, x_hat, d: h - mean(h) - 2 * x_hat * mean(h * x_hat),
    ),
    "half_the_root": (
        "The path through the root counts half. The derivative of the root has a factor 1/2, and that of the variance "
        "has 2: they cancel.",
        lambda h, x_hat, d: h - mean(h) - x_hat * mean(h * x_hat) / 2,
    ),
}

WEIGHTS = {  # the gradient in x_hat, and what the result is multiplied by at the end
    "": ("", lambda g, w: (g * w, 1)),
    "weight_left_out": ("The weight is missing. In x_hat the gradient is weight * grad_output.", lambda g, w: (g, 1)),
    "weight_at_the_end": (
        "The weight stands in front of everything, as in batch norm. There all numbers that are averaged have the same "
        "weight. Here they have different ones, so that the weight belongs inside of the means: begin with weight "
        "times grad_output.",
        lambda g, w: (g, w),
    ),
    "weight_twice": ("The weight is used twice: on grad_output, and on the result.", lambda g, w: (g * w, w)),
    "divided_by_the_weight": (
        "There is a division by the weight. The output is weight times x_hat, and so the gradient in x_hat is weight "
        "times grad_output.",
        lambda g, w: (g / w, 1),
    ),
}


def with_mistakes(path, weighting):
    """Add a wrong path, a wrong weight, or both together."""
    (about_path, arrives), (about_weight, weighted) = PATHS[path], WEIGHTS[weighting]

    def answer(grad_output, x, weight, eps):
        x_hat, root = normalised(x, eps)
        h, factor = weighted(grad_output, weight)
        return factor * arrives(h, x_hat, x.shape[1]) / root

    answer.__name__ = "_and_".join(filter(None, (path, weighting)))
    exercise.wrong(" ".join(filter(None, (about_path, about_weight))))(answer)


for path, weighting in itertools.product(PATHS, WEIGHTS):
    if {path, weighting} == {"direct_path_only", "weight_at_the_end"}:
        continue  # on the direct path alone it makes no difference where the weight stands
    if (path or weighting) and not (path and weighting in ("weight_twice", "divided_by_the_weight")):
        with_mistakes(path, weighting)


ROOTS = {  # by what the row is divided in place of the root of variance plus eps; from the variance, eps and D
    "unbiased_variance": (
        "The variance is divided by D - 1. In the forward pass it is the mean of D squares.",
        lambda var, eps, d: np.sqrt(var * d / (d - 1) + eps),
    ),
    "without_eps": ("Here eps is missing: add it to the variance, under the root.", lambda var, eps, d: np.sqrt(var)),
    "eps_outside": ("Here eps is added after the root, not under it.", lambda var, eps, d: np.sqrt(var) + eps),
    "no_root": ("There is a division by the variance and eps, without the root.", lambda var, eps, d: var + eps),
    "eps_fixed": ("Right as long as eps is 0.00001: use the argument.", lambda var, eps, d: np.sqrt(var + 1e-5)),
    "sum_of_squares": (
        "The squares of the row are added up, and not divided by their number D: the variance is their mean.",
        lambda var, eps, d: np.sqrt(var * d + eps),
    ),
}


def wrong_root(name):
    """Add the mistake of another number in place of the root."""
    hint, divisor = ROOTS[name]

    @np.errstate(all="ignore")
    def answer(grad_output, x, weight, eps):
        root = divisor(x.var(axis=1, keepdims=True), eps, x.shape[1])
        x_hat, h = (x - mean(x)) / root, grad_output * weight
        return (h - mean(h) - x_hat * mean(h * x_hat)) / root

    answer.__name__ = name
    exercise.wrong(hint)(answer)


for name in ROOTS:
    wrong_root(name)


@exercise.wrong(
    "The division by the root comes in only once, in x_hat. The gradient in x is the one in x_hat divided by the root, "
    "on all three paths."
)
def not_divided(grad_output, x, weight, eps):
    x_hat, _ = normalised(x, eps)
    h = grad_output * weight
    return h - mean(h) - x_hat * mean(h * x_hat)


@exercise.wrong(
    "In the path through the root, x minus its mean stands where x_hat should: it has to be divided by the root, too."
)
def centred_for_x_hat(grad_output, x, weight, eps):
    _, root = normalised(x, eps)
    centred, h = x - mean(x), grad_output * weight
    return (h - mean(h) - centred * mean(h * centred)) / root


@exercise.wrong(
    "Statistics and means run over the examples, along axis 0. That is batch norm; here each example, each row, has a "
    "mean and a variance of its own."
)
def along_the_batch(grad_output, x, weight, eps):
    return layer_norm_backward((grad_output * weight).T, x.T, 1.0, eps).T


@exercise.wrong(
    "Means and variance are those of the whole array. Each row has its own: take them along axis 1, with keepdims."
)
def over_everything(grad_output, x, weight, eps):
    h, root = grad_output * weight, np.sqrt(x.var() + eps)
    x_hat = (x - x.mean()) / root
    return (h - h.mean() - x_hat * (h * x_hat).mean()) / root


@exercise.wrong(
    "The mean of a row has the shape (N,), which NumPy aligns with the features: it raises an error, or subtracts the "
    "means of other rows. With `keepdims=True` it has the shape (N, 1)."
)
def without_keepdims(grad_output, x, weight, eps):
    root = np.sqrt(x.var(axis=1) + eps)
    x_hat, h = (x - x.mean(axis=1)) / root, grad_output * weight
    return (h - h.mean(axis=1) - x_hat * (h * x_hat).mean(axis=1)) / root


@exercise.wrong(
    "This is the forward pass, applied to the upstream gradient. The statistics are those of x; the gradient is led "
    "back along three paths."
)
def normalised_gradient(grad_output, x, weight, eps):
    return weight * normalised(grad_output, eps)[0]


@exercise.wrong(
    "The variance is the mean of the squares minus the square of the mean. Where the mean is large, this subtracts two "
    "numbers that are almost equal: subtract the mean from x first, and square then.",
    fails=("a mean that is large against the spread",),
)
@np.errstate(all="ignore")
def variance_as_a_difference(grad_output, x, weight, eps):
    root = np.sqrt(mean(x.astype(float) ** 2) - mean(x) ** 2 + eps)
    x_hat, h = (x - mean(x)) / root, grad_output * weight
    return (h - mean(h) - x_hat * mean(h * x_hat)) / root


@exercise.wrong(
    "Right for floats. For integers the result has been put into an array of integers, which cuts the gradient off: "
    "`np.zeros_like(x)` takes over the dtype of x.",
    fails=("x of integers",),
)
def in_an_array_of_integers(grad_output, x, weight, eps):
    return layer_norm_backward(grad_output, x, weight, eps).astype(x.dtype).astype(float)


@exercise.wrong("The result is right, but grad_output has been changed: `grad_output *= weight` writes into it.")
def in_place(grad_output, x, weight, eps):
    grad_output *= weight
    return layer_norm_backward(grad_output, x, 1.0, eps)

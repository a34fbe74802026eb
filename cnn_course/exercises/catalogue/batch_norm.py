"""Batch normalisation in training mode."""

import itertools

import numpy as np

from cnn_course.exercises.exercise import Implement, whole

exercise = Implement(
    title="batch normalisation",
    chapter="4-3",
    stars=2,
    minutes=30,
    goals=(4,),
    statement=r"""
    Write `batch_norm(x, weight, bias, eps)` as it works in training, where the statistics are those of the batch
    itself. `x` is an array of floats or integers of shape $(N, C, H, W)$. For every channel $c$, with $\mu[c]$ the
    mean and $\sigma^2[c]$ the variance of its $M = N H W$ numbers, over all images and positions,

    $$ \hat x[n, c, i, j] = \frac{x[n, c, i, j] - \mu[c]}{\sqrt{\sigma^2[c] + \varepsilon}} ,
    \qquad y[n, c, i, j] = w[c]\, \hat x[n, c, i, j] + b[c] . $$

    The variance is the biased one: the mean of the squared distances from $\mu[c]$, divided by $M$ and not by $M - 1$.
    `weight` and `bias` are the arrays $w$ and $b$ of shape $(C,)$, and `eps` is the positive number $\varepsilon$, so
    that a channel whose numbers are all equal gives $b[c]$. The result is an array of floats with the shape of `x`. It
    must keep its digits where the mean is large against the spread. The arguments keep their values.
    """,
    hints=(
        "How many means are there? One for each channel: over which axes of x do they run?",
        "With `keepdims=True` a mean keeps the shape (1, C, 1, 1), which fits to x. Without it, NumPy takes an array "
        "of shape (C,) for something that runs along the last axis.",
        "`weight[:, None, None]` has the shape (C, 1, 1), whose first axis meets the channels of x.",
    ),
    remark=r"""
    All that is special about batch normalisation stands in `axis=(0, 2, 3)`. Other axes make other layers of it:
    $(2, 3)$ instance normalisation, $(1, 2, 3)$ layer normalisation.
    """,
)


@exercise.solution
def batch_norm(x, weight, bias, eps):
    """Bring each channel of x (N, C, H, W) to mean 0 and variance 1, then to weight and bias, both of shape (C,).

    >>> x = np.array([[[[1.0, 5.0]]], [[[1.0, 5.0]]]])
    >>> batch_norm(x, np.array([10.0]), np.array([1.0]), 2.25)  # mean 3, variance 4, root 2.5
    array([[[[-7.,  9.]]],
    <BLANKLINE>
    <BLANKLINE>
           [[[-7.,  9.]]]])
    """
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = ((x - mean) ** 2).mean(axis=(0, 2, 3), keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return weight[:, None, None] * x_hat + bias[:, None, None]


def case(rng, shape, eps):
    """Random arguments, whose channels and images are far apart."""
    images, channels = shape[:2]
    x = whole(rng, *shape) + 20.0 * np.arange(channels)[:, None, None] + 5.0 * np.arange(images)[:, None, None, None]
    weight = rng.permutation([2.0, 4.0, 6.0, 8.0])[:channels]
    bias = rng.permutation([1.0, 3.0, 5.0, 7.0])[:channels]
    x[0, :, 0, :2] = [9.0, -9.0]  # no channel is constant
    return x, weight, bias, eps


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[1.0, 5.0]]], [[[1.0, 5.0]]]]), np.array([10.0]), np.array([1.0]), 2.25


@exercise.check("one channel of one image", points=1)
def one_channel(rng):
    yield case(rng, (1, 1, 2, 4), 1e-5)
    yield case(rng, (1, 1, 3, 5), 1e-5)


@exercise.check("several channels", points=1)
def several_channels(rng):
    yield case(rng, (1, 2, 3, 4), 1e-5)
    yield case(rng, (1, 3, 2, 4), 1e-5)


@exercise.check("several images", points=2)
def several_images(rng):
    yield case(rng, (2, 1, 3, 4), 1e-5)
    yield case(rng, (3, 2, 1, 4), 1e-5)
    yield case(rng, (2, 3, 5, 3), 1e-5)
    yield case(rng, (3, 2, 2, 4), 1e-5)


@exercise.check("a large eps", points=1)
def large_eps(rng):
    yield case(rng, (2, 3, 1, 5), 7.0)
    yield case(rng, (3, 2, 2, 3), 0.5)


@exercise.check("a channel of equal numbers", points=1)
def constant_channel(rng):
    x, weight, bias, eps = case(rng, (3, 2, 1, 4), 1e-5)
    x[:, 0] = 0
    yield x, weight, bias, eps
    yield whole(rng, 1, 2, 1, 1), weight, bias, eps


@exercise.check("a mean that is large against the spread", points=1)
def large_mean(rng):
    for shape in ((3, 2, 1, 5), (5, 2, 1, 3)):
        _, weight, bias, eps = case(rng, shape, 1e-5)
        mean = rng.permutation([300_000.0, -200_000.0])[:, None, None]
        yield rng.permutation(30).reshape(shape) + mean + 1 / 16, weight, bias, eps


@exercise.check("an array of integers", points=1)
def integers(rng):
    x, *others = case(rng, (2, 3, 2, 4), 1e-5)
    yield x.astype(int), *others


@exercise.alternative
def channel_after_channel(x, weight, bias, eps):
    y = np.empty(x.shape)
    for c in range(x.shape[1]):
        y[:, c] = (x[:, c] - x[:, c].mean()) / np.sqrt(x[:, c].var() + eps) * weight[c] + bias[c]
    return y


@exercise.alternative
def as_a_matrix(x, weight, bias, eps):
    rows = x.transpose(1, 0, 2, 3).reshape(x.shape[1], -1)
    slope = weight / np.sqrt(rows.var(axis=1) + eps)
    rows = rows * slope[:, None] + (bias - slope * rows.mean(axis=1))[:, None]
    return rows.reshape(x.shape[1], x.shape[0], *x.shape[2:]).swapaxes(0, 1)


@exercise.alternative
def channels_last(x, weight, bias, eps):
    x = np.moveaxis(x, 1, -1)
    centred = x - np.einsum("nhwc->c", x) / x[..., 0].size
    var = np.einsum("nhwc,nhwc->c", centred, centred) / x[..., 0].size
    return np.moveaxis(centred / (var + eps) ** 0.5 * weight + bias, -1, 1)


@exercise.alternative
def returned_in_single_precision(x, weight, bias, eps):
    return batch_norm(x, weight, bias, np.float32(eps)).astype(np.float32)


AXES = (0, 2, 3)


def scaled(x_hat, weight, bias):
    """Scale and shift each channel."""
    return weight[:, None, None] * x_hat + bias[:, None, None]


def statistics(x, axes=AXES):
    """Mean and biased variance, with the axes kept."""
    return x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)


def wrong_axes(axes, hint):
    """Add the mistake of statistics over other axes."""

    def answer(x, weight, bias, eps):
        mean, var = statistics(x, axes)
        return scaled((x - mean) / np.sqrt(var + eps), weight, bias)

    answer.__name__ = f"over_the_axes_{'_'.join(map(str, axes))}"
    exercise.wrong(hint)(answer)


KNOWN_AXES = {
    (2, 3): "The statistics are those of each image alone, which is instance normalisation. In a batch, a channel has "
    "one mean and one variance for all images.",
    (0,): "Every position has a mean and a variance of its own, over the images only. That is right for vectors of "
    "shape (N, C); in images a channel is the same feature everywhere, and its positions belong together.",
    (1, 2, 3): "The statistics run over the channels as well, one mean for each image, which is layer normalisation. "
    "In batch normalisation the channels stay apart and the images come together.",
    (0, 1, 2, 3): "There is one mean and one variance for the whole array. Each channel has its own: leave axis 1 out "
    "of the means.",
    (0, 1, 2): "The mean and the variance run over all axes but the last, which is right where the channels come last. "
    "Here the shape is (N, C, H, W), and the axis to be kept is 1.",
    (1,): "The mean and the variance run over axis 1, the channels, so that each position of each image has its own. "
    "It is the other way round: the channels stay apart, and all other axes belong together.",
}

for length in range(1, 5):
    for axes in itertools.combinations(range(4), length):
        if axes != AXES:
            generic = f"The statistics run over axes {', '.join(map(str, axes))} of x, and no others. Each channel has "
            generic += "one mean and one variance: they run over all axes but that of the channels, 1."
            wrong_axes(axes, KNOWN_AXES.get(axes, generic))


DIVISORS = {  # by what the centred numbers are divided, from x, variance, eps and the number of values M
    "unbiased_variance": (
        "The variance is the unbiased one, divided by M - 1. The batch itself is normalised with the biased one, "
        "divided by M, so that its variance becomes 1; the unbiased one goes into the running statistics only.",
        lambda x, var, eps, m: np.sqrt(var * m / (m - 1) + eps),
    ),
    "unbiased_variance_and_eps_outside": (
        "The variance is divided by M - 1 instead of M, and eps is added to its root instead of to the variance.",
        lambda x, var, eps, m: np.sqrt(var * m / (m - 1)) + eps,
    ),
    "without_the_root": (
        "The variance is not under a root. It is a square, of another unit than x: divide by the standard deviation.",
        lambda x, var, eps, m: var + eps,
    ),
    "root_of_the_root": (
        "A root is taken twice: it is the variance that stands under the root with eps, not the standard deviation.",
        lambda x, var, eps, m: np.sqrt(np.sqrt(var) + eps),
    ),
    "eps_outside_of_the_root": (
        "The number eps is added to the standard deviation, after the root. In the formula it stands under the root, "
        "with the variance; for a large eps the difference shows.",
        lambda x, var, eps, m: np.sqrt(var) + eps,
    ),
    "without_eps": (
        "The number eps is missing. A channel whose numbers are all equal has the variance 0, and 0 / 0 is NaN: add "
        "eps to the variance, under the root.",
        lambda x, var, eps, m: np.sqrt(var),
    ),
    "eps_squared": (
        "What is added to the variance is the square of eps. Add eps as it is.",
        lambda x, var, eps, m: np.sqrt(var + eps**2),
    ),
    "eps_fixed": (
        "Right as long as eps is 0.00001. The argument has no effect: add the number that is given.",
        lambda x, var, eps, m: np.sqrt(var + 1e-5),
    ),
    "eps_as_a_bound": (
        "The number eps is a lower bound of the variance here. In the formula it is added to every variance.",
        lambda x, var, eps, m: np.sqrt(np.maximum(var, eps)),
    ),
    "mean_square_for_variance": (
        "The division is by the root of the mean of x squared. The variance is the mean of the squared distances from "
        "the mean: subtract the mean before the square.",
        lambda x, var, eps, m: np.sqrt((x**2).mean(axis=AXES, keepdims=True) + eps),
    ),
    "mean_of_the_variances_of_the_images": (
        "The variance is the mean of the variances of the images, each about its own mean. The distances between the "
        "images are lost: all numbers of a channel have one mean, and one variance about it.",
        lambda x, var, eps, m: np.sqrt(x.var(axis=(2, 3), keepdims=True).mean(axis=0, keepdims=True) + eps),
    ),
    "centred_only": (
        "The mean is subtracted, but nothing is divided by the standard deviation: the channels keep their variances.",
        lambda x, var, eps, m: 1,
    ),
}
for name, count, factor in (
    ("not_divided", "nothing", lambda x, m: m),
    ("divided_by_the_images", "N", lambda x, m: m / len(x)),
    ("divided_by_the_rows", "N H", lambda x, m: x.shape[3]),
    ("divided_by_the_positions", "H W", lambda x, m: len(x)),
):
    DIVISORS[f"variance_{name}"] = (
        f"The squared distances from the mean are added up and divided by {count}. The variance is their mean: a "
        "channel has N H W values, one at each position of each image.",
        lambda x, var, eps, m, factor=factor: np.sqrt(var * factor(x, m) + eps),
    )


def wrong_divisor(name):
    """Add the mistake of a wrong divisor."""
    hint, divisor = DIVISORS[name]

    @np.errstate(all="ignore")
    def answer(x, weight, bias, eps):
        mean, var = statistics(x)
        return scaled((x - mean) / divisor(x, var, eps, np.float64(x[:, 0].size)), weight, bias)

    answer.__name__ = name
    exercise.wrong(hint)(answer)


for name in DIVISORS:
    wrong_divisor(name)


@exercise.wrong("There is a division by the standard deviation, but the mean has not been subtracted before.")
def not_centred(x, weight, bias, eps):
    return scaled(x / np.sqrt(statistics(x)[1] + eps), weight, bias)


def x_hat_of(x, eps):
    """The channels with mean 0 and variance 1."""
    return batch_norm(x, np.ones(x.shape[1]), np.zeros(x.shape[1]), eps)


@exercise.wrong("This is the normalised array. The last step is missing: times the weight, plus the bias, by channel.")
def without_weight_and_bias(x, weight, bias, eps):
    return x_hat_of(x, eps)


@exercise.wrong("The bias is missing: it is added to each channel at the end, after the weight.")
def without_the_bias(x, weight, bias, eps):
    return batch_norm(x, weight, 0 * bias, eps)


@exercise.wrong("The weight has no effect: each normalised channel is multiplied by its own, before the bias is added.")
def without_the_weight(x, weight, bias, eps):
    return batch_norm(x, np.ones_like(weight), bias, eps)


@exercise.wrong(
    "The bias is added before the weight multiplies, so that it is multiplied, too. First w times the normalised "
    "number, then plus b."
)
def bias_before_the_weight(x, weight, bias, eps):
    return batch_norm(x, weight, weight * bias, eps)


@exercise.wrong("Weight and bias are exchanged: the weight is the factor, and the bias is what is added.")
def weight_and_bias_exchanged(x, weight, bias, eps):
    return batch_norm(x, bias, weight, eps)


@exercise.wrong(
    "NumPy aligns an array of shape (C,) with the last axis, the width, and so `weight * x_hat` runs along the columns "
    "or raises an error. Give weight and bias the shape (C, 1, 1), or take one number of them for each channel."
)
def weight_along_the_width(x, weight, bias, eps):
    return weight * x_hat_of(x, eps) + bias


@exercise.wrong(
    "An array of shape (C, 1) is aligned with the rows of x, and so weight and bias change from row to row, or raise "
    "an error. Two axes must follow that of the channels: (C, 1, 1)."
)
def weight_along_the_height(x, weight, bias, eps):
    return weight[:, None] * x_hat_of(x, eps) + bias[:, None]


@exercise.wrong(
    "Means without `keepdims` have the shape (C,), which NumPy aligns with the last axis, the width, as it does weight "
    "and bias: an error, or channels and columns mixed. All four need the shape (C, 1, 1)."
)
def all_along_the_width(x, weight, bias, eps):
    return weight * (x - x.mean(axis=AXES)) / np.sqrt(x.var(axis=AXES) + eps) + bias


@exercise.wrong(
    "Means without `keepdims` have the shape (C,), which NumPy aligns with the last axis, the width: it raises an "
    "error, or mixes channels and columns. Keep the axes."
)
def statistics_along_the_width(x, weight, bias, eps):
    return scaled((x - x.mean(axis=AXES)) / np.sqrt(x.var(axis=AXES) + eps), weight, bias)


@exercise.wrong(
    "`reshape` does not move axes: the rows of `x.reshape(C, -1)` are channels only if there is one image. With "
    "several the channels must be moved to the front before, and their means taken then."
)
def means_of_reshaped_rows(x, weight, bias, eps):
    rows = x.reshape(x.shape[1], -1)
    mean, var = rows.mean(axis=1)[:, None, None], rows.var(axis=1)[:, None, None]
    return scaled((x - mean) / np.sqrt(var + eps), weight, bias)


@exercise.wrong(
    "`reshape` does not move axes: with several images the rows of `x.reshape(C, -1)` mix channels, and they are what "
    "has been normalised. Move the channels to the front before."
)
def reshaped_rows(x, weight, bias, eps):
    return batch_norm(x.reshape(1, x.shape[1], 1, -1), weight, bias, eps).reshape(x.shape)


@exercise.wrong(
    "The numbers are right, but they stand in the order (C, N, H, W): `reshape` does not move the channels back behind "
    "the images. It needs the same exchange of axes again."
)
def not_moved_back(x, weight, bias, eps):
    return batch_norm(x, weight, bias, eps).swapaxes(0, 1).reshape(x.shape)


@exercise.wrong(
    "A channel of variance 0 is left out and stays 0. The number eps prevents the division by zero already, and such a "
    "channel gives its bias."
)
def constant_channel_left_out(x, weight, bias, eps):
    return batch_norm(x, weight, bias, eps) * (statistics(x)[1] > 0)


@exercise.wrong(
    "Right where the mean is of the size of the spread; where it is much larger, digits are lost. Either the variance "
    "is the mean of x squared minus the square of the mean, a difference of two large numbers, or float32 is too "
    "coarse for x. Subtract the mean first, then square, in float64.",
    fails=("a mean that is large against the spread",),
)
def difference_of_squares(x, weight, bias, eps):
    mean = statistics(x)[0]
    return scaled((x - mean) / np.sqrt((x**2).mean(axis=AXES, keepdims=True) - mean**2 + eps), weight, bias)


@exercise.wrong(
    "Right for an array of floats. For integers, fractions are put into an array of integers somewhere, which cuts "
    "them off: `np.zeros_like(x)` and `x.copy()` take over the dtype. Make an array of floats.",
    fails=("an array of integers",),
)
def in_an_array_of_integers(x, weight, bias, eps):
    return batch_norm(x, weight, bias, eps).astype(x.dtype).astype(float)

"""Batch normalisation in training mode."""

import numpy as np

from cnn_course.exercises.exercise import Implement, whole

exercise = Implement(
    title="batch normalisation",
    chapter="4-3",
    statement=r"""
    Write `batch_norm(x, weight, bias, eps)` as it works in training, where the statistics are those of the batch
    itself. `x` has the shape $(N, C, H, W)$. For every channel $c$, with $\mu[c]$ the mean and $\sigma^2[c]$ the
    variance of its $M = N H W$ numbers, over all images and positions,

    $$ \hat x[n, c, i, j] = \frac{x[n, c, i, j] - \mu[c]}{\sqrt{\sigma^2[c] + \varepsilon}} ,
    \qquad y[n, c, i, j] = w[c]\, \hat x[n, c, i, j] + b[c] . $$

    The variance is the biased one: the mean of the squared distances from $\mu[c]$, divided by $M$ and not by $M - 1$.
    `weight` and `bias` are the arrays $w$ and $b$ of shape $(C,)$, and `eps` is the positive number $\varepsilon$, so
    that a channel whose numbers are all equal gives $b[c]$. The result has the shape of `x`; the arguments keep their
    values.
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
    weight, bias = rng.permutation(np.arange(2.0, 9.0))[:channels], rng.permutation(np.arange(1.0, 8.0))[:channels]
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


@exercise.check("a large eps", points=1)
def large_eps(rng):
    yield case(rng, (2, 3, 1, 5), 7.0)
    yield case(rng, (3, 2, 2, 3), 0.5)


@exercise.check("a channel of equal numbers", points=1)
def constant_channel(rng):
    x, weight, bias, eps = case(rng, (3, 2, 1, 4), 1e-5)
    x[:, 0] = x[0, 0, 0, 0]
    yield x, weight, bias, eps


AXES = (0, 2, 3)


def normalised(x, weight, bias, eps, axes=AXES):
    """Normalise over any axes: what some mistakes have in common."""
    x_hat = (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    return scaled(x_hat, weight, bias)


def scaled(x_hat, weight, bias):
    """Scale and shift each channel."""
    return weight[:, None, None] * x_hat + bias[:, None, None]


def statistics(x):
    """Mean and biased variance of each channel, shape (1, C, 1, 1)."""
    return x.mean(axis=AXES, keepdims=True), x.var(axis=AXES, keepdims=True)


@exercise.alternative
def channel_after_channel(x, weight, bias, eps):
    y = np.empty_like(x)
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
def in_single_precision(x, weight, bias, eps):
    single = np.float32
    return batch_norm(x.astype(single), weight.astype(single), bias.astype(single), single(eps))


@exercise.wrong(
    "The variance is the unbiased one, divided by M - 1. The batch itself is normalised with the biased one, divided "
    "by M, so that its variance becomes 1; the unbiased one goes into the running statistics only."
)
def unbiased_variance(x, weight, bias, eps):
    mean, _ = statistics(x)
    return scaled((x - mean) / np.sqrt(x.var(axis=AXES, keepdims=True, ddof=1) + eps), weight, bias)


@exercise.wrong(
    "The statistics are those of each image alone, which is instance normalisation. In a batch, a channel has one mean "
    "and one variance for all images."
)
def each_image_alone(x, weight, bias, eps):
    return normalised(x, weight, bias, eps, (2, 3))


@exercise.wrong(
    "Every position has a mean and a variance of its own, over the images only. That is right for vectors of shape "
    "(N, C); in images a channel is the same feature everywhere, and its positions belong together."
)
def over_the_images_only(x, weight, bias, eps):
    return normalised(x, weight, bias, eps, 0)


@exercise.wrong(
    "The statistics run over the channels as well, one mean for each image, which is layer normalisation. In batch "
    "normalisation the channels stay apart and the images come together."
)
def over_the_channels(x, weight, bias, eps):
    return normalised(x, weight, bias, eps, (1, 2, 3))


@exercise.wrong(
    "There is one mean and one variance for the whole array. Each channel has its own: leave axis 1 out of the means."
)
def over_everything(x, weight, bias, eps):
    return normalised(x, weight, bias, eps, (0, 1, 2, 3))


@exercise.wrong(
    "The mean and the variance run over all axes but the last, which is right where the channels come last. Here the "
    "shape is (N, C, H, W), and the axis to be kept is 1."
)
def channels_taken_for_last(x, weight, bias, eps):
    return normalised(x, weight, bias, eps, (0, 1, 2))


@exercise.wrong(
    "The variance is not under a root. It is a square, of another unit than x: divide by its root, the standard "
    "deviation."
)
def without_the_root(x, weight, bias, eps):
    mean, var = statistics(x)
    return scaled((x - mean) / (var + eps), weight, bias)


@exercise.wrong(
    "The number eps is added to the standard deviation, after the root. In the formula it stands under the root, with "
    "the variance; for a large eps the difference shows."
)
def eps_outside_of_the_root(x, weight, bias, eps):
    mean, var = statistics(x)
    return scaled((x - mean) / (np.sqrt(var) + eps), weight, bias)


@exercise.wrong(
    "The number eps is missing. A channel whose numbers are all equal has the variance 0, and 0 / 0 is NaN: add eps to "
    "the variance, under the root."
)
def without_eps(x, weight, bias, eps):
    mean, var = statistics(x)
    with np.errstate(all="ignore"):
        return scaled((x - mean) / np.sqrt(var), weight, bias)


@exercise.wrong(
    "The division is by the standard deviation, but the mean has not been subtracted before. A channel must first come "
    "to mean 0."
)
def not_centred(x, weight, bias, eps):
    return scaled(x / np.sqrt(statistics(x)[1] + eps), weight, bias)


@exercise.wrong(
    "The division is by the root of the mean of x squared. The variance is the mean of the squared distances from the "
    "mean: subtract the mean before the square."
)
def mean_square_for_variance(x, weight, bias, eps):
    square = (x**2).mean(axis=AXES, keepdims=True)
    return scaled((x - statistics(x)[0]) / np.sqrt(square + eps), weight, bias)


@exercise.wrong(
    "The mean is subtracted, but there is no division by the standard deviation: the channels keep variances of their "
    "own."
)
def centred_only(x, weight, bias, eps):
    return scaled(x - statistics(x)[0], weight, bias)


@exercise.wrong(
    "This is the normalised array. What is left to do is the last step: multiply each channel by its weight, and add "
    "its bias."
)
def without_weight_and_bias(x, weight, bias, eps):
    return scaled(normalised(x, weight, bias, eps), 1 / weight, -bias / weight)


@exercise.wrong("The bias is missing: it is added to each channel at the end, after the weight.")
def without_the_bias(x, weight, bias, eps):
    return scaled(normalised(x, weight, bias, eps), np.ones_like(bias), -bias)


@exercise.wrong("The weight has no effect: each normalised channel is multiplied by its own, before the bias is added.")
def without_the_weight(x, weight, bias, eps):
    return normalised(x, np.ones_like(weight), bias, eps)


@exercise.wrong(
    "The bias is added before the weight multiplies, so that it is multiplied, too. First w times the normalised "
    "number, then plus b."
)
def bias_before_the_weight(x, weight, bias, eps):
    return normalised(x, weight, weight * bias, eps)


@exercise.wrong("Weight and bias are exchanged: the weight is the factor, and the bias is what is added.")
def weight_and_bias_exchanged(x, weight, bias, eps):
    return normalised(x, bias, weight, eps)


@exercise.wrong(
    "NumPy aligns an array of shape (C,) with the last axis, the width, and so `weight * x_hat` runs along the columns "
    "or raises an error. Give weight and bias the shape (C, 1, 1), or take one number of them for each channel."
)
def weight_along_the_width(x, weight, bias, eps):
    mean, var = statistics(x)
    return weight * (x - mean) / np.sqrt(var + eps) + bias


@exercise.wrong(
    "The numbers are right, but `x -= ...` or an assignment to x[...] writes into the array of the caller, who still "
    "needs it for the backward pass. `x - mean` makes a new array."
)
def in_place(x, weight, bias, eps):
    mean, var = statistics(x)
    x -= mean
    x /= np.sqrt(var + eps)
    return scaled(x, weight, bias)


@exercise.wrong(
    "Means without `keepdims` have the shape (C,), which NumPy aligns with the last axis, the width: it raises an "
    "error, or mixes channels and columns. Keep the axes, and give weight and bias the shape (C, 1, 1)."
)
def without_keepdims(x, weight, bias, eps):
    return weight * (x - x.mean(axis=AXES)) / np.sqrt(x.var(axis=AXES) + eps) + bias


@exercise.wrong(
    "The squared distances from the mean are added up, but not divided. The variance is their mean: divide by the "
    "number of values in a channel."
)
def sum_of_squares(x, weight, bias, eps):
    mean, var = statistics(x)
    return scaled((x - mean) / np.sqrt(var * x[:, 0].size + eps), weight, bias)


@exercise.wrong(
    "The squared distances from the mean are divided by the number of images. A channel has N H W values, one at each "
    "position of each image."
)
def variance_over_the_images(x, weight, bias, eps):
    mean, var = statistics(x)
    return scaled((x - mean) / np.sqrt(var * x[0, 0].size + eps), weight, bias)

"""What is lost at least if a 1x1 convolution is replaced by two with few channels between them."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="a reduction that knows the next layer",
    chapter="5-4",
    stars=3,
    minutes=30,
    goals=(3,),
    statement=r"""
    A $1 \times 1$ convolution with the weight matrix `w` of shape $(O, C)$ and the bias `b` of shape $(O,)$ reads
    feature maps `x` of shape $(N, C, H, W)$ and gives out $y$. It is to be replaced by two $1 \times 1$ convolutions,
    from $C$ to `m` and from `m` to $O$ channels, with biases of their own and nothing between them. Both are chosen as
    well as possible for these maps: not for bringing back `x`, but for computing $y$. With what $\tilde y$ they give
    out, write `reduction_error(x, w, b, m)`. It returns the *share of the squares* that is lost,

    $$ \frac{\lVert y - \tilde y \rVert^2}{\lVert y \rVert^2} , $$

    a number from 0 to 1. Here $0 < m < \min(C, O)$, there are more pixels $N H W$ than channels of either kind, and $y$
    is not 0.
    """,
    hints=(
        "Without the biases: which matrices can the product of the two weight matrices be, and to which maps should "
        "the theorem on the best reduction be applied?",
        "With biases: the two layers give out M x[u] + c at every position u, with a matrix M of rank at most m and "
        "any c. For a given M, which c is best?",
    ),
    remark=r"""
    The two layers give out $M x[u] + c$, with any $c$ and any matrix $M$ of rank at most $m$. The best $c$ makes the
    mean of $y - \tilde y$ zero in every channel, so that the means drop out: with the centred pixels $X_c$ the squared
    error is $\lVert W X_c - M X_c \rVert^2$. The rank of $M X_c$ is at most $m$, so this is at least the tail of the
    squared singular values of $W X_c$. It is attained by $M = U_m U_m^{\top} W$ with the singular vectors of $W X_c$:
    the reduction is $U_m^{\top} W$. It may look at directions in which $X$ is small, if $W$ enlarges them.
    """,
)


@exercise.solution
def reduction_error(x, w, b, m):
    """Share of the squares lost at least if m channels stand between x (N, C, H, W) and w x + b.

    >>> x = np.array([[[[1.0, 0.0, -1.0, 0.0]], [[0.0, 2.0, 0.0, -2.0]]]])
    >>> round(reduction_error(x, np.diag([4.0, 1.0]), np.array([0.0, 0.0]), 1), 6)
    0.2
    """
    pixels = np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)
    y = w @ pixels + b[:, None]
    s = np.linalg.svd(y - y.mean(axis=1, keepdims=True), compute_uv=False)
    return float((s[m:] ** 2).sum() / (y**2).sum())


def layer(rng, images, channels, outputs, height, width):
    """Maps with means that count, a weight of full rank and a bias."""
    x = fractions(rng, images, channels, height, width)
    x[:, 1:] += x[:, :-1]
    w = fractions(rng, outputs, channels)
    w[:, :outputs] += np.eye(outputs, channels)[:, :outputs] * np.arange(1, min(outputs, channels) + 1)
    return x + 0.5, w, fractions(rng, outputs) + 0.25


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[1.0, 0.0, -1.0, 0.0]], [[0.0, 2.0, 0.0, -2.0]]]]), np.diag([4.0, 1.0]), np.zeros(2), 1


@exercise.check("one image", points=2)
def one_image(rng):
    yield *layer(rng, 1, 3, 3, 3, 4), 1
    yield *layer(rng, 1, 4, 3, 4, 5), 2


@exercise.check("several images", points=2)
def several_images(rng):
    yield *layer(rng, 2, 3, 4, 3, 2), 1
    yield *layer(rng, 3, 4, 3, 2, 5), 2
    yield *layer(rng, 4, 5, 4, 3, 3), 2


@exercise.check("large and small numbers", points=1)
def sizes(rng):
    for scale in (2.0**20, 2.0**-20):
        x, w, b = layer(rng, 2, 3, 3, 4, 3)
        yield scale * x, w, scale * b, 1


@exercise.alternative
def by_covariance(x, w, b, m):
    y = np.einsum("oc,nchw->onhw", w, x).reshape(len(w), -1) + b[:, None]
    values = np.linalg.eigvalsh(np.cov(y, bias=True))
    return values[: len(values) - m].sum() / (y**2).mean(axis=1).sum()


@exercise.alternative
def by_both_layers(x, w, b, m):
    pixels = x.transpose(1, 0, 2, 3).reshape(x.shape[1], -1)
    mean = pixels.mean(axis=1, keepdims=True)
    u = np.linalg.svd(w @ (pixels - mean), full_matrices=False)[0][:, :m]
    y = w @ pixels + b[:, None]
    returned = u @ (u.T @ w @ (pixels - mean)) + w @ mean + b[:, None]
    return ((y - returned) ** 2).sum() / (y**2).sum()


def _pixels(x):
    return np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)


def _output(x, w, b):
    return w @ _pixels(x) + b[:, None]


def _centred(y):
    return y - y.mean(axis=1, keepdims=True)


def _singular(y):
    return np.linalg.svd(y, compute_uv=False)


@exercise.wrong(
    "Right for one image. With several, reshape puts numbers of different channels into one row, since the images come "
    "first: bring the axis of the channels to the front before you join the others."
)
def reshaped(x, w, b, m):
    y = w @ x.reshape(x.shape[1], -1) + b[:, None]
    return (_singular(_centred(y))[m:] ** 2).sum() / (y**2).sum()


@exercise.wrong(
    "Here the reduction is the best one for bringing back x, and the layer comes after it. A reduction that knows the "
    "layer need not keep what the layer does not use: look at the singular values of what the layer gives out."
)
def best_for_x(x, w, b, m):
    y, pixels = _output(x, w, b), _centred(_pixels(x))
    u = np.linalg.svd(pixels, full_matrices=False)[0][:, :m]
    return ((w @ (pixels - u @ (u.T @ pixels))) ** 2).sum() / (y**2).sum()


@exercise.wrong("This is the share of x that is lost if x is to be brought back. Asked for is what y loses.")
def share_of_x(x, w, b, m):
    return (_singular(_pixels(x))[m:] ** 2).sum() / (x**2).sum()


@exercise.wrong(
    "This is the best without biases. The second bias may be chosen so that the mean of each channel of y comes out "
    "right, whatever the weights are: subtract the means before you take singular values."
)
def not_centred(x, w, b, m):
    y = _output(x, w, b)
    return (_singular(y)[m:] ** 2).sum() / (y**2).sum()


@exercise.wrong(
    "The means are subtracted in the numerator, rightly, but in the denominator, too. There stand the squares of y as "
    "it is, with its means."
)
def share_of_variance(x, w, b, m):
    s = _singular(_centred(_output(x, w, b)))
    return (s[m:] ** 2).sum() / (s**2).sum()


@exercise.wrong("The bias b is missing in y. It changes the squares of y in the denominator.")
def no_bias(x, w, b, m):
    return reduction_error(x, w, 0 * b, m)


@exercise.wrong(
    "These are the singular values of w alone: the loss over all inputs of one length. Asked for is the loss for these "
    "maps."
)
def weights_only(x, w, b, m):
    s = _singular(w)
    return (s[m:] ** 2).sum() / (s**2).sum()


@exercise.wrong("This is the share that is kept. Lost are the squares from s[m] on.")
def kept(x, w, b, m):
    return 1 - reduction_error(x, w, b, m)


@exercise.wrong("These are sums of singular values. The squares of the numbers of y add up to the squares of them.")
def not_squared(x, w, b, m):
    y = _output(x, w, b)
    return _singular(_centred(y))[m:].sum() / _singular(y).sum()


@exercise.wrong(
    "Here squares have been squared again: the eigenvalues of Y Y^T, or of a covariance, are already the squares of "
    "the singular values."
)
def fourth_powers(x, w, b, m):
    y = _output(x, w, b)
    return (_singular(_centred(y))[m:] ** 4).sum() / (_singular(y) ** 4).sum()


@exercise.wrong(
    "Here squares have been squared again: the eigenvalues of Y Y^T, or of a covariance, are already the squares of "
    "the singular values. And the denominator is the sum of the squares of y itself."
)
def fourth_powers_of_variance(x, w, b, m):
    s = _singular(_centred(_output(x, w, b)))
    return (s[m:] ** 4).sum() / (s**4).sum()


@exercise.wrong("This is the root of the share: a quotient of norms. Asked for is the quotient of their squares.")
def root(x, w, b, m):
    return reduction_error(x, w, b, m) ** 0.5


@exercise.wrong("One singular value too few is lost: s[0] to s[m - 1] are kept, and s[m] is the first of the tail.")
def one_too_few(x, w, b, m):
    y = _output(x, w, b)
    return (_singular(_centred(y))[m + 1 :] ** 2).sum() / (y**2).sum()


@exercise.wrong(
    "The eigenvalues come in ascending order, so that the small ones are the first: the m largest stand at the end."
)
def ascending(x, w, b, m):
    y = _output(x, w, b)
    return (_singular(_centred(y))[::-1][m:] ** 2).sum() / (y**2).sum()


@exercise.wrong("Right for one image. With several, only the first one has been looked at.")
def first_image(x, w, b, m):
    return reduction_error(x[:1], w, b, m)

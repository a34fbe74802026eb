"""Two layers of a network, brought from channels last to channels first."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="bring two layers to channels first",
    chapter="3-1",
    stars=3,
    minutes=30,
    goals=(3,),
    returns=("weight", "matrix"),
    statement=r"""
    A network was trained in a library with channels last, and is to be used in one with channels first. It has two
    layers:

    - a convolution with the weights `kernel`, of shape (kH, kW, C, O). For an image with channels last it returns
      feature maps of shape (`height`, `width`, O);
    - these are flattened in the order of their indices, the last one fastest, to a vector $v$, and a dense layer
      multiplies: $z[q] = \sum_p$ `dense`$[p, q]\, v[p]$. Its weights `dense` have the shape
      (`height` · `width` · O, Q).

    With channels first the image has the shape (C, H, W), the convolution's weights (O, C, kH, kW), and its feature
    maps (O, `height`, `width`). These are flattened in the order of *their* indices, the last one fastest, and the
    dense layer has a matrix with a row for each of its Q outputs.

    Write `channels_first(kernel, dense, height, width)`. It returns the two arrays `weight`, of shape (O, C, kH, kW),
    and `matrix`, of shape (Q, O · `height` · `width`), with which the network answers as before.
    """,
    hints=(
        "Begin with the kernel: which axis of it is to come first, which second? No number may change its indices "
        "(k, l, c, o), only the order in which they are written.",
        "The rows of `dense` stand for triples (i, j, o), in this order. Which shape shows these three indices?",
        "Give `dense` four axes, (height, width, O, Q), bring these into the order that the new matrix needs, and only "
        "then make one axis of three.",
    ),
    remark=r"""
    The convolution is the harmless half: a weight with axes in the wrong order mostly has a wrong shape. The dense
    layer is the treacherous one. Its transpose `dense.T` has the right shape, every number of it occurs in the right
    matrix, and without the permutation of the columns the network answers nonsense, and no error is raised. To divide
    an axis is a `reshape`, since the numbers keep their order; to exchange axes is a transposition. Here one
    needs a `reshape`, a transposition, and a `reshape`, in this order.
    """,
)


@exercise.solution
def channels_first(kernel, dense, height, width):
    """Weights for channels first: kernel (kH, kW, C, O), dense (height * width * O, Q) -> weight, matrix.

    >>> kernel = np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]])  # one row, two columns, one channel, two filters
    >>> dense = np.array([[1.0], [2.0], [3.0], [4.0]])  # maps of one row and two columns
    >>> weight, matrix = channels_first(kernel, dense, 1, 2)
    >>> weight
    array([[[[1., 3.]]],
    <BLANKLINE>
    <BLANKLINE>
           [[[2., 4.]]]])
    >>> matrix
    array([[1., 3., 2., 4.]])
    """
    filters, outputs = kernel.shape[3], dense.shape[1]
    weight = kernel.transpose(3, 2, 0, 1)
    matrix = dense.reshape(height, width, filters, outputs).transpose(3, 2, 0, 1)
    return weight, matrix.reshape(outputs, filters * height * width)


def case(rng, kernel, outputs, height, width, draw=whole):
    """Random weights: a kernel of this shape, and a dense layer for maps of this size."""
    return draw(rng, *kernel), draw(rng, height * width * kernel[3], outputs), height, width


@exercise.check("the example", points=0)
def example(rng):
    kernel = np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]])
    yield kernel, np.array([[1.0], [2.0], [3.0], [4.0]]), 1, 2


@exercise.check("a kernel of one weight, and a dense layer with one output", points=1)
def small(rng):
    yield case(rng, (1, 1, 1, 1), 1, 2, 2)
    yield case(rng, (1, 1, 1, 1), 1, 2, 3)


@exercise.check("any kernel, where the maps have one pixel", points=2)
def kernels(rng):
    yield case(rng, (1, 1, 2, 3), 1, 1, 1)
    yield case(rng, (2, 3, 1, 1), 1, 1, 1)
    yield case(rng, (2, 2, 2, 2), 1, 1, 1)
    yield case(rng, (3, 2, 4, 2), 1, 1, 1)


@exercise.check("any dense layer, after a kernel of one row and one column", points=2)
def layers(rng):
    yield case(rng, (1, 1, 1, 2), 1, 1, 2)
    yield case(rng, (1, 1, 1, 2), 2, 2, 2)
    yield case(rng, (1, 1, 1, 3), 2, 2, 3)


@exercise.check("both", points=1)
def both(rng):
    yield case(rng, (2, 3, 2, 3), 4, 3, 2)
    yield case(rng, (3, 2, 3, 2), 3, 2, 5)


@exercise.check("numbers that are not whole", points=1)
def not_whole(rng):
    yield case(rng, (2, 3, 2, 3), 2, 2, 3, draw=fractions)


@exercise.alternative
def by_indices(kernel, dense, height, width):
    rows, columns, channels, filters = kernel.shape
    weight = np.zeros((filters, channels, rows, columns))
    for k, l, c, o in np.ndindex(*kernel.shape):
        weight[o, c, k, l] = kernel[k, l, c, o]
    matrix = np.zeros((dense.shape[1], len(dense)))
    for i, j, o in np.ndindex(height, width, filters):
        matrix[:, (o * height + i) * width + j] = dense[(i * width + j) * filters + o]
    return weight, matrix


@exercise.alternative
def by_a_permutation(kernel, dense, height, width):
    order = np.arange(len(dense)).reshape(height, width, -1)
    order = np.moveaxis(order, -1, 0).ravel()
    return np.moveaxis(np.moveaxis(kernel, -1, 0), -1, 1), dense[order].T


@exercise.alternative
def by_einsum(kernel, dense, height, width):
    blocks = dense.reshape(height * width, kernel.shape[3], -1)
    return np.einsum("klco->ockl", kernel), np.einsum("poq->qop", blocks).reshape(dense.shape[1], -1)


@exercise.wrong(
    "The weights of the convolution have the right shape, but stand in wrong places: `reshape` cuts the numbers into "
    "other pieces and exchanges no axes."
)
def kernel_reshaped(kernel, dense, height, width):
    rows, columns, channels, filters = kernel.shape
    return kernel.reshape(filters, channels, rows, columns), channels_first(kernel, dense, height, width)[1]


@exercise.wrong(
    "Each kernel is transposed, its rows and columns exchanged: `.T` reverses the order of all four axes. The order "
    "asked for is (O, C, kH, kW)."
)
def all_axes_reversed(kernel, dense, height, width):
    return kernel.T, channels_first(kernel, dense, height, width)[1]


@exercise.wrong("The weights of the convolution have their first two axes in the wrong order: filters first, then C.")
def channels_before_filters(kernel, dense, height, width):
    return kernel.transpose(2, 3, 0, 1), channels_first(kernel, dense, height, width)[1]


@exercise.wrong(
    "The filters have come to the front, but the input channels still stand last: (O, kH, kW, C). The order asked for "
    "is (O, C, kH, kW)."
)
def channels_left_last(kernel, dense, height, width):
    return kernel.transpose(3, 0, 1, 2), channels_first(kernel, dense, height, width)[1]


@exercise.wrong("The weights of the convolution have come back with their axes as they were, (kH, kW, C, O).")
def kernel_as_it_was(kernel, dense, height, width):
    return kernel, channels_first(kernel, dense, height, width)[1]


@exercise.wrong(
    "The convolution is right. Each output of the dense layer has its row, but the columns stand in the old order, "
    "positions first. With channels first the vector begins with the whole map of the first filter."
)
def dense_only_transposed(kernel, dense, height, width):
    return channels_first(kernel, dense, height, width)[0], dense.T


@exercise.wrong(
    "The convolution is right. The matrix of the dense layer has been made by `reshape` alone, which keeps the "
    "order of the numbers: its rows do not belong to the outputs."
)
def dense_reshaped(kernel, dense, height, width):
    return channels_first(kernel, dense, height, width)[0], dense.reshape(dense.shape[1], -1)


@exercise.wrong(
    "The convolution is right, and in the dense layer the filters come first. But its maps are transposed: columns "
    "before rows. With channels first the positions of each map are still read row by row."
)
def maps_transposed(kernel, dense, height, width):
    filters, outputs = kernel.shape[3], dense.shape[1]
    blocks = dense.reshape(height, width, filters, outputs)
    return channels_first(kernel, dense, height, width)[0], blocks.T.reshape(outputs, -1)


@exercise.wrong(
    "The convolution is right. The rows of the dense layer have been cut as if the filters came first already, in the "
    "shape (O, height, width). In the old network they come last."
)
def cut_in_the_new_order(kernel, dense, height, width):
    filters, outputs = kernel.shape[3], dense.shape[1]
    blocks = dense.reshape(filters, height, width, outputs)
    return channels_first(kernel, dense, height, width)[0], blocks.transpose(3, 1, 2, 0).reshape(outputs, -1)


@exercise.wrong(
    "The convolution is right. In the dense layer the numbers are in the right order, but as columns: it still has the "
    "shape (O height width, Q). Each output needs a row."
)
def dense_not_transposed(kernel, dense, height, width):
    weight, matrix = channels_first(kernel, dense, height, width)
    return weight, matrix.T


@exercise.wrong("The convolution is right, and the dense layer has come back as it was.")
def dense_as_it_was(kernel, dense, height, width):
    return channels_first(kernel, dense, height, width)[0], dense


@exercise.wrong(
    "The convolution is right. In the dense layer height and width are exchanged: the rows of `dense` count i slowest, "
    "then j, so that they are cut into (height, width, O)."
)
def height_and_width_exchanged(kernel, dense, height, width):
    filters, outputs = kernel.shape[3], dense.shape[1]
    blocks = dense.reshape(width, height, filters, outputs).transpose(3, 2, 1, 0)
    return channels_first(kernel, dense, height, width)[0], blocks.reshape(outputs, -1)


@exercise.wrong(
    "Both layers have been transposed and no more: in the convolution the axes are reversed, so that rows and columns "
    "of each kernel are exchanged, and in the dense layer the columns stand in the old order."
)
def transposed_everything(kernel, dense, height, width):
    return kernel.T, dense.T

"""The single kernel of a stack of linear layers."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="the kernel of a stack",
    chapter="5-3",
    stars=2,
    minutes=25,
    goals=(5,),
    statement=r"""
    Two layers without padding, bias and activation, both with stride 1, come one after the other: `first` has shape
    $(M, C, k, k)$, and `second`, which reads its output, has shape $(O, M, l, l)$. The kernels may have different
    sizes $k$ and $l$.

    Write `compose_kernels(first, second)`. It returns the weight of shape $(O, C, k + l - 1, k + l - 1)$ of the single
    layer that computes the same. The layers are those of all networks, which do not flip a kernel:

    $$ y[o, u] = \sum_{m, t} w[o, m, t]\, x[m, u + t] . $$

    For a stack of three layers one can then write
    `compose_kernels(compose_kernels(first, second), third)`.
    """,
    hints=(
        "Insert the first layer into the second. Which position of x does the tap s of the first read, if the tap t of "
        "the second asks for its output?",
        "Every tap (a, b) of `second` puts a copy of the whole kernel `first` at row a and column b of the result. How "
        "do the channels in the middle come in?",
        "For fixed (a, b), `second[:, :, a, b]` is a matrix of shape (O, M). It acts on the M filters of `first`.",
    ),
    remark=r"""
    The loop runs over the taps of one kernel only. For each, the channels are a product of matrices, and the positions
    are a shift: a convolution whose numbers are matrices. If the number $M$ of hidden channels is small, the matrices
    for all taps have a rank of at most $M$, and the result is a special kernel.
    """,
)


@exercise.solution
def compose_kernels(first, second):
    """The weight of the one layer: first (M, C, k, k), second (O, M, l, l) -> (O, C, k + l - 1, k + l - 1).

    >>> first, second = np.array([[[[1.0, 2.0], [0.0, 0.0]]]]), np.array([[[[1.0, 0.0], [10.0, 0.0]]]])
    >>> compose_kernels(first, second)
    array([[[[ 1.,  2.,  0.],
             [10., 20.,  0.],
             [ 0.,  0.,  0.]]]])
    """
    k, l = first.shape[-1], second.shape[-1]
    composed = np.zeros((len(second), first.shape[1], k + l - 1, k + l - 1))
    for a in range(l):
        for b in range(l):
            composed[:, :, a : a + k, b : b + k] += np.tensordot(second[:, :, a, b], first, axes=1)
    return composed


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[[[1.0, 2.0], [0.0, 0.0]]]]), np.array([[[[1.0, 0.0], [10.0, 0.0]]]])


@exercise.check("kernels of a single pixel", points=1)
def single_pixels(rng):
    yield whole(rng, 3, 2, 1, 1), whole(rng, 4, 3, 1, 1)


@exercise.check("one channel all the way", points=1)
def one_channel(rng):
    yield whole(rng, 1, 1, 2, 2), whole(rng, 1, 1, 2, 2)
    yield whole(rng, 1, 1, 3, 3), whole(rng, 1, 1, 3, 3)


@exercise.check("kernels of different sizes", points=1)
def different_sizes(rng):
    yield whole(rng, 1, 1, 5, 5), whole(rng, 1, 1, 3, 3)
    yield whole(rng, 1, 1, 1, 1), whole(rng, 1, 1, 2, 2)
    yield whole(rng, 1, 1, 2, 2), whole(rng, 1, 1, 3, 3)


@exercise.check("several channels", points=1)
def channels(rng):
    yield whole(rng, 3, 1, 2, 2), whole(rng, 1, 3, 2, 2)
    yield whole(rng, 1, 2, 2, 2), whole(rng, 4, 1, 2, 2)
    yield whole(rng, 3, 2, 2, 2), whole(rng, 4, 3, 3, 3)
    yield whole(rng, 3, 3, 3, 3), whole(rng, 3, 3, 3, 3)


@exercise.check("numbers that are not whole", points=1)
def other_numbers(rng):
    yield fractions(rng, 3, 2, 2, 2), fractions(rng, 2, 3, 2, 2)


@exercise.alternative
def by_all_loops(first, second):
    (middle, inputs, k, _), (outputs, _, l, _) = first.shape, second.shape
    size = k + l - 1
    composed = np.zeros((outputs, inputs, size, size))
    for o, c, m, a, b, i, j in np.ndindex(outputs, inputs, middle, l, l, k, k):
        composed[o, c, a + i, b + j] += second[o, m, a, b] * first[m, c, i, j]
    return composed


@exercise.alternative
def by_the_answer_to_impulses(first, second):
    k, l = first.shape[-1], second.shape[-1]
    padded = np.pad(first, ((0, 0), (0, 0), (l - 1, l - 1), (l - 1, l - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (l, l), axis=(2, 3))
    assert windows.shape[2] == k + l - 1
    return np.einsum("omab,mcijab->ocij", second[:, :, ::-1, ::-1], windows)


@exercise.wrong(
    "The second kernel is turned by 180 degrees: this composes two correlations as if one were a convolution. Its tap "
    "(a, b) puts a copy of the first kernel at row a and column b."
)
def second_turned(first, second):
    return compose_kernels(first, second[:, :, ::-1, ::-1])


@exercise.wrong("The first kernel is turned by 180 degrees. The layers do not flip, neither of the two.")
def first_turned(first, second):
    return compose_kernels(first[:, :, ::-1, ::-1], second)


@exercise.wrong(
    "Everything is turned by 180 degrees: each kernel has been flipped, as in the convolution of mathematics. The "
    "layers of networks do not flip."
)
def both_turned(first, second):
    return compose_kernels(first, second)[:, :, ::-1, ::-1]


@exercise.wrong("Rows and columns of the second kernel are exchanged: the first of its two last axes is the row.")
def second_transposed(first, second):
    return compose_kernels(first, second.swapaxes(2, 3))


@exercise.wrong(
    "Only the middle is there, in the size of the first kernel. Two windows on top of each other see further than "
    "either: k + l - 1 rows."
)
def cut_to_the_first(first, second):
    k, l = first.shape[-1], second.shape[-1]
    start = (l - 1) // 2
    return compose_kernels(first, second)[:, :, start : start + k, start : start + k]


@exercise.wrong(
    "The copies replace each other where they overlap. A pixel that is reached on several ways has the sum of their "
    "products."
)
def overwritten(first, second):
    k, l = first.shape[-1], second.shape[-1]
    composed = compose_kernels(first, second) * 0
    for a, b in np.ndindex(l, l):
        composed[:, :, a : a + k, b : b + k] = np.tensordot(second[:, :, a, b], first, axes=1)
    return composed


@exercise.wrong(
    "Right for kernels of equal size. Where k and l differ, the size is wrong: it is k + l - 1, and not 2 k - 1."
)
def size_of_equal_kernels(first, second):
    side = 2 * first.shape[-1] - 1
    composed = compose_kernels(first, second)
    padded = np.pad(composed, ((0, 0), (0, 0), (0, side), (0, side)))
    return padded[:, :, :side, :side]


@exercise.wrong("Only the first hidden channel arrives. The second layer sums over all M channels that it reads.")
def first_hidden_channel(first, second):
    return compose_kernels(first[:1], second[:, :1])


@exercise.wrong(
    "Every hidden channel of the first layer meets every one of the second. Channel m is read with the weights of "
    "channel m: multiply first, then sum over m."
)
def summed_before(first, second):
    return compose_kernels(first.sum(axis=0, keepdims=True), second.sum(axis=1, keepdims=True))


@exercise.wrong("Right where M is 1. The hidden channels add up; here their mean is taken.")
def mean_over_hidden(first, second):
    return compose_kernels(first, second) / len(first)

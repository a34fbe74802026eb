"""Three parallel branches that are one kernel."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="three branches in one kernel",
    chapter="5-3",
    stars=2,
    minutes=20,
    goals=(5,),
    statement=r"""
    The idea of small kernels goes on. A later network of plain $3 \times 3$ layers is *trained* with three branches
    side by side, because it learns more easily so, and is *used* as a plain stack. One of its layers computes, for $x$
    with $C$ channels,

    $$ y = \operatorname{conv}_{3 \times 3}(x) + \operatorname{conv}_{1 \times 1}(x) + x , $$

    where the first has `w3` of shape $(C, C, 3, 3)$, the bias `b3` of shape $(C,)$ and one zero of padding on each
    side, and the second has `w1` of shape $(C, C, 1, 1)$, the bias `b1` and no padding. All strides are 1.

    Write `merge_branches(w3, b3, w1, b1)`. It returns the weight $(C, C, 3, 3)$ and the bias $(C,)$ of a single
    convolution with one zero of padding that gives the same $y$ for every $x$. The arguments keep their values.
    """,
    hints=(
        "Write each branch as a convolution with a kernel of 3 x 3. Where in it are the weights of the 1 x 1 kernel?",
        "Which weight does the third branch have? What does output channel o take from input channel c, and at which "
        "position?",
        "Convolutions with the same geometry are linear in their weights: the sum of the outputs belongs to the sum of "
        "the kernels.",
    ),
    remark=r"""
    The identity is a $1 \times 1$ convolution whose matrix is the identity. With a batch normalisation in each branch
    it works in the same way, because in evaluation mode that is one factor and one constant for each channel: they go
    into the weights first. This is the idea of RepVGG (Ding et al., 2021).
    """,
)


@exercise.solution
def merge_branches(w3, b3, w1, b1):
    """Weight (C, C, 3, 3) and bias (C,) of conv3x3(x) + conv1x1(x) + x.

    >>> w3, b3 = np.zeros((1, 1, 3, 3)), np.array([2.0])
    >>> weight, bias = merge_branches(w3, b3, np.array([[[[5.0]]]]), np.array([3.0]))
    >>> weight[0, 0]
    array([[0., 0., 0.],
           [0., 6., 0.],
           [0., 0., 0.]])
    >>> bias
    array([5.])
    """
    weight = w3.copy()
    weight[:, :, 1, 1] += w1[:, :, 0, 0] + np.eye(len(w3))
    return weight, b3 + b1


def case(rng, channels, *, third=True, first=True):
    """Random numbers for a number of channels; a branch may have zeros."""
    w3 = whole(rng, channels, channels, 3, 3) * third + 0.0  # no zero with a sign
    w1 = whole(rng, channels, channels, 1, 1) * first + 0.0
    return w3, whole(rng, channels), w1, whole(rng, channels)


@exercise.check("the example", points=0)
def example(rng):
    yield np.zeros((1, 1, 3, 3)), np.array([2.0]), np.array([[[[5.0]]]]), np.array([3.0])


@exercise.check("one channel", points=1)
def one_channel(rng):
    yield case(rng, 1, third=False)
    yield case(rng, 1)


@exercise.check("several channels, the identity alone", points=1)
def identity(rng):
    yield case(rng, 3, third=False, first=False)
    yield case(rng, 4, first=False)


@exercise.check("several channels, all branches", points=1)
def all_branches(rng):
    yield case(rng, 2)
    yield case(rng, 5)


@exercise.check("numbers that are not whole", points=1)
def other_numbers(rng):
    yield fractions(rng, 3, 3, 3, 3), fractions(rng, 3), fractions(rng, 3, 3, 1, 1), fractions(rng, 3)


@exercise.alternative
def by_padded_kernels(w3, b3, w1, b1):
    identity = np.eye(len(w3))[:, :, None, None]
    return w3 + np.pad(w1 + identity, ((0, 0), (0, 0), (1, 1), (1, 1))), b1 + b3


@exercise.alternative
def channel_by_channel(w3, b3, w1, b1):
    weight = np.array(w3, dtype=float)
    for o in range(len(w3)):
        for c in range(len(w3)):
            weight[o, c, 1, 1] += w1[o, c, 0, 0]
        weight[o, o, 1, 1] += 1
    return weight, np.array([x + y for x, y in zip(b3, b1, strict=True)])


@exercise.wrong("The third branch is missing: y also contains x itself. Which kernel gives back its input?")
def no_identity(w3, b3, w1, b1):
    weight, bias = merge_branches(w3, b3, w1, b1)
    weight[:, :, 1, 1] -= np.eye(len(w3))
    return weight, bias


@exercise.wrong(
    "With several channels, every output gets the sum of all input channels from the third branch. Channel o of x is "
    "added to channel o of y only."
)
def sum_of_all_channels(w3, b3, w1, b1):
    weight, bias = merge_branches(w3, b3, w1, b1)
    weight[:, :, 1, 1] += 1 - np.eye(len(w3))
    return weight, bias


@exercise.wrong(
    "A number has been added to all nine positions of a kernel, as NumPy does with an array of shape (C, C, 1, 1). The "
    "1 x 1 kernel reads one pixel, the one in the middle.",
)
def broadcast(w3, b3, w1, b1):
    return w3 + w1 + np.eye(len(w3))[:, :, None, None], b3 + b1


@exercise.wrong(
    "The 1 x 1 kernel lies in the upper left corner of the 3 x 3 kernel. With one zero of padding, the pixel (i, j) "
    "belongs to the middle of the window of the output (i, j)."
)
def in_the_corner(w3, b3, w1, b1):
    weight = w3.copy()
    weight[:, :, 0, 0] += w1[:, :, 0, 0] + np.eye(len(w3))
    return weight, b3 + b1


@exercise.wrong("The third branch lies in the corner: x[c, i, j] belongs to the middle of the window of output (i, j).")
def identity_in_the_corner(w3, b3, w1, b1):
    weight, bias = merge_branches(w3, b3, w1, b1)
    weight[:, :, 1, 1] -= np.eye(len(w3))
    weight[:, :, 0, 0] += np.eye(len(w3))
    return weight, bias


@exercise.wrong("The bias of the 1 x 1 branch is lost: both constants are added to every output.")
def one_bias(w3, b3, w1, b1):
    return merge_branches(w3, b3, w1, b1)[0], b3.copy()


@exercise.wrong("The third branch has added 1 to the bias. It adds x, and no constant: it belongs into the weights.")
def identity_in_the_bias(w3, b3, w1, b1):
    weight, bias = no_identity(w3, b3, w1, b1)
    return weight, bias + 1


@exercise.wrong(
    "With several channels the 1 x 1 weights are transposed: w1[o, c] leads from input channel c to output channel o."
)
def transposed(w3, b3, w1, b1):
    return merge_branches(w3, b3, w1.swapaxes(0, 1), b1)

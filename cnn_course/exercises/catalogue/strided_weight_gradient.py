"""Find the bug: the weight gradient of a transposed layer, in which stride and dilation are exchanged."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="find the bug in a transposed layer",
    chapter="4-1",
    stars=2,
    minutes=20,
    goals=(3, 6),
    statement=r"""
    A *transposed* layer for sequences has `taps` weights, a stride $s$ and a dilation $d$. It begins with zeros, and
    adds to `y[i * s + k * d]` the product `w[k] * x[i]`, for every input $i$ and every tap $k$. A colleague has written
    the gradient in its weights:

    ```python
    def weight_gradient(grad_output, x, taps,
                        stride, dilation):
        grad = np.zeros(taps)
        for k in range(taps):
            places = grad_output[k * stride :: dilation]
            for value, g in zip(x, places):
                grad[k] += value * g
        return grad
    ```

    It has passed all tests with stride 1 and dilation 1, and one with stride 2 and dilation 2. Since the network has
    such a layer with stride 2, it learns badly. No error is raised.

    Write `strided_weight_gradient(grad_output, x, taps, stride, dilation)`, which is right for every stride and
    dilation from 1 on. `grad_output` may be longer than the products reach. For `grad_output` $(1, 2, 3, 4, 5)$, `x`
    $(1, 10)$, two taps, stride 3 and dilation 1 the result is $(41, 52)$.
    """,
    hints=(
        "To which outputs does the tap k carry the input 0, and to which the input 1?",
        "A weight is used once for each input. Its gradient is a sum over the inputs.",
        "Write down i s + k d for stride 2, dilation 1 and the tap 1, and next to it the places that the slice reads.",
    ),
    remark=r"""
    The weight $w[k]$ carries $x[i]$ to $y[i s + k d]$, so its gradient is $\sum_i x[i]\, g[i s + k d]$. The tap is
    fixed and the input runs: the slice begins at $k d$ and has the step $s$. The colleague's slice is that of a fixed
    input, with the tap running. No shape shows the bug: with stride 2, dilation 1 and three taps the wrong slices are
    too short only if there are one or two inputs, and then `zip` stops early without a word. A gradient check with
    stride 2 and dilation 1 finds it at once; equal numbers for both hide it.
    """,
)


@exercise.solution
def strided_weight_gradient(grad_output, x, taps, stride, dilation):
    """Gradient in the weights of the layer that adds w[k] x[i] to y[i stride + k dilation].

    >>> strided_weight_gradient(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1.0, 10.0]), 2, 3, 1)
    array([41., 52.])
    """
    grad = np.zeros(taps)
    for k in range(taps):
        places = grad_output[k * dilation :: stride][: len(x)]
        grad[k] = x @ places
    return grad


def case(rng, taps, stride, dilation, inputs, more=0, draw=whole):
    """A layer with so many inputs, and `more` outputs that no product reaches."""
    n = (inputs - 1) * stride + (taps - 1) * dilation + 1 + more
    return draw(rng, n), draw(rng, inputs), taps, stride, dilation


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1.0, 10.0]), 2, 3, 1


@exercise.check("stride 1 and dilation 1", points=1)
def plain(rng):
    yield case(rng, 1, 1, 1, 3)
    yield case(rng, 3, 1, 1, 4)


@exercise.check("strides", points=2)
def strides(rng):
    yield case(rng, 3, 2, 1, 4)
    yield case(rng, 2, 3, 1, 3)


@exercise.check("dilations", points=2)
def dilations(rng):
    yield case(rng, 3, 1, 2, 4)
    yield case(rng, 2, 1, 3, 3)


@exercise.check("both, and outputs that no product reaches", points=1)
def both(rng):
    yield case(rng, 3, 2, 3, 3, more=1)
    yield case(rng, 3, 3, 2, 4, more=2)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (1.0, 2.0**20, 2.0**-20):
        grad_output, *others = case(rng, 3, 2, 1, 3, draw=fractions)
        yield grad_output * size, *others


@exercise.alternative
def by_index_arrays(grad_output, x, taps, stride, dilation):
    inputs = np.arange(len(x))
    return x @ grad_output[inputs[:, None] * stride + np.arange(taps) * dilation]


@exercise.alternative
def by_stuffed_input(grad_output, x, taps, stride, dilation):
    stuffed = np.zeros((len(x) - 1) * stride + 1)
    stuffed[::stride] = x
    return np.correlate(grad_output, stuffed, "valid")[: (taps - 1) * dilation + 1 : dilation].astype(np.float32)


def read(grad_output, x, taps, position):
    """The sum over the inputs of x[i] g[position(i, k)], where positions behind g are left out."""
    grad = np.zeros(taps)
    for k, i in np.ndindex(taps, len(x)):
        if position(i, k) < len(grad_output):
            grad[k] += x[i] * grad_output[position(i, k)]
    return grad


@exercise.wrong(
    "These are the colleague's results: the places for the tap k begin at k stride and go on in steps of the dilation. "
    "Look at i s + k d: what is multiplied by the tap, and what by the input?"
)
def exchanged(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k * stride + i * dilation)


@exercise.wrong(
    "The dilation is used for both: the places of a tap are d apart. They belong to inputs, and neighbouring inputs "
    "are carried to places that are a stride apart."
)
def dilation_for_both(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k * dilation + i * dilation)


@exercise.wrong(
    "The stride is used for both: the places of the tap k begin at k s. The tap k carries the input 0 to k d."
)
def stride_for_both(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k * stride + i * stride)


@exercise.wrong("The stride is not used: the inputs i and i + 1 are carried to places that are s apart, not one.")
def stride_forgotten(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k * dilation + i)


@exercise.wrong("The dilation is not used: the taps k and k + 1 carry an input to places that are d apart, not one.")
def dilation_forgotten(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k + i * stride)


@exercise.wrong(
    "Neither stride nor dilation is used. The tap k carries the input i to the output i s + k d, not to i + k."
)
def neither(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k + i)


@exercise.wrong("The input runs backwards, as in a true convolution. In x[i] g[i s + k d] both indices grow together.")
def input_reversed(grad_output, x, taps, stride, dilation):
    return strided_weight_gradient(grad_output, x[::-1], taps, stride, dilation)


@exercise.wrong("The taps come in the opposite order: the gradient of the last weight stands first.")
def taps_reversed(grad_output, x, taps, stride, dilation):
    return strided_weight_gradient(grad_output, x, taps, stride, dilation)[::-1]


@exercise.wrong("The last input is missing in each sum: a range or a slice ends one step early.")
def last_input_missing(grad_output, x, taps, stride, dilation):
    return strided_weight_gradient(grad_output, np.r_[x[:-1], 0.0], taps, stride, dilation)


@exercise.wrong("The gradients are means over the inputs. Each use of a weight adds its part: take the sum.")
def mean_over_the_inputs(grad_output, x, taps, stride, dilation):
    return strided_weight_gradient(grad_output, x, taps, stride, dilation) / len(x)


@exercise.wrong(
    "Right for whole numbers of the usual size only. Look for a rounding, for `int`, and for arrays of integers that "
    "take the sums.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(grad_output, x, taps, stride, dilation):
    return np.round(strided_weight_gradient(grad_output, x, taps, stride, dilation))

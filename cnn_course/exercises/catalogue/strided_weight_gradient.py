"""Find the bug: a weight gradient in which stride and dilation are exchanged."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="find the bug in a weight gradient",
    chapter="4-1",
    stars=2,
    minutes=20,
    goals=(3, 6),
    statement=r"""
    A layer for sequences has `taps` weights, a stride $s$ and a dilation $d$, and no padding:
    $y[i] = \sum_k w[k]\, x[i s + k d]$, for all windows that fit. A colleague has written the gradient in its weights:

    ```python
    def weight_gradient(grad_output, x, taps,
                        stride, dilation):
        grad = np.zeros(taps)
        for k in range(taps):
            pixels = x[k * stride :: dilation]
            for g, pixel in zip(grad_output, pixels):
                grad[k] += g * pixel
        return grad
    ```

    It has passed all tests with stride 1 and dilation 1, and one with stride 2 and dilation 2. Since the network has a
    layer with stride 2, it learns badly. No error is raised.

    Write `strided_weight_gradient(grad_output, x, taps, stride, dilation)`, which is right for every stride and
    dilation from 1 on. `x` may be longer than the windows reach.
    """,
    hints=(
        "Which pixel does the tap k meet at the output 0, and which at the output 1?",
        "For a fixed tap the pixels are as far apart as the outputs' windows are.",
        "zip stops at the end of the shorter one without a word. When would that have shown the bug?",
    ),
    remark=r"""
    In $i s + k d$ the output moves in steps of the stride, and the tap in steps of the dilation. For the gradient in a
    weight the tap is fixed and the output runs: the slice begins at $k d$ and has the step $s$. The colleague has used
    the forward pass, where the output is fixed and the tap runs. `zip` hid the bug: with a slice of `len(grad_output)`
    pixels and a matrix product, the wrong one would often have been too short, and NumPy would have complained. A
    gradient check with stride 2 and dilation 1 finds it at once; equal numbers for both hide it.
    """,
)


@exercise.solution
def strided_weight_gradient(grad_output, x, taps, stride, dilation):
    """Gradient in the weights of y[i] = sum of w[k] x[i stride + k dilation].

    >>> strided_weight_gradient(np.array([1.0, 10.0]), np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 2, 3, 1)
    array([41., 52.])
    """
    grad = np.zeros(taps)
    for k in range(taps):
        pixels = x[k * dilation :: stride][: len(grad_output)]
        grad[k] = grad_output @ pixels
    return grad


def case(rng, taps, stride, dilation, outputs, more=0, draw=whole):
    """A layer with so many outputs, and `more` values behind the last window."""
    n = (outputs - 1) * stride + (taps - 1) * dilation + 1 + more
    return draw(rng, outputs), draw(rng, n), taps, stride, dilation


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 10.0]), np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 2, 3, 1


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


@exercise.check("both, and values that no window reaches", points=1)
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
    outputs = np.arange(len(grad_output))
    return grad_output @ x[outputs[:, None] * stride + np.arange(taps) * dilation]


@exercise.alternative
def by_stuffed_gradient(grad_output, x, taps, stride, dilation):
    stuffed = np.zeros((len(grad_output) - 1) * stride + 1)
    stuffed[::stride] = grad_output
    return np.correlate(x, stuffed, "valid")[: (taps - 1) * dilation + 1 : dilation].astype(np.float32)


def read(grad_output, x, taps, position):
    """The sum over the outputs of g[i] x[position(i, k)], where positions behind x are left out."""
    grad = np.zeros(taps)
    for k, i in np.ndindex(taps, len(grad_output)):
        if position(i, k) < len(x):
            grad[k] += grad_output[i] * x[position(i, k)]
    return grad


@exercise.wrong(
    "These are the colleague's results: the pixels for the tap k begin at k stride and go on in steps of the dilation. "
    "Look at i s + k d: what is multiplied by the tap, and what by the output?"
)
def exchanged(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k * stride + i * dilation)


@exercise.wrong(
    "The dilation is used for both: the pixels of a tap are d apart. They belong to outputs, and the windows of "
    "neighbouring outputs are a stride apart."
)
def dilation_for_both(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k * dilation + i * dilation)


@exercise.wrong(
    "The stride is used for both: the pixels of the tap k begin at k s. The tap k lies k d behind the beginning of the "
    "window."
)
def stride_for_both(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k * stride + i * stride)


@exercise.wrong("The stride is not used: the windows of the outputs i and i + 1 are s apart, not one.")
def stride_forgotten(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k * dilation + i)


@exercise.wrong("The dilation is not used: the taps k and k + 1 lie d apart in the window, not one.")
def dilation_forgotten(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k + i * stride)


@exercise.wrong(
    "Neither stride nor dilation is used. The tap k meets at the output i the pixel i s + k d, not the pixel i + k."
)
def neither(grad_output, x, taps, stride, dilation):
    return read(grad_output, x, taps, lambda i, k: k + i)


@exercise.wrong(
    "The upstream gradient runs backwards, as in a true convolution. In g[i] x[i s + k d] both indices grow together."
)
def upstream_reversed(grad_output, x, taps, stride, dilation):
    return strided_weight_gradient(grad_output[::-1], x, taps, stride, dilation)


@exercise.wrong("The taps come in the opposite order: the gradient of the last weight stands first.")
def taps_reversed(grad_output, x, taps, stride, dilation):
    return strided_weight_gradient(grad_output, x, taps, stride, dilation)[::-1]


@exercise.wrong("The last output is missing in each sum: a range or a slice ends one step early.")
def last_output_missing(grad_output, x, taps, stride, dilation):
    return strided_weight_gradient(np.r_[grad_output[:-1], 0.0], x, taps, stride, dilation)


@exercise.wrong("The gradients are means over the outputs. Each use of a weight adds its part: take the sum.")
def mean_over_the_outputs(grad_output, x, taps, stride, dilation):
    return strided_weight_gradient(grad_output, x, taps, stride, dilation) / len(grad_output)


@exercise.wrong(
    "Right for whole numbers of the usual size only. Look for a rounding, for `int`, and for arrays of integers that "
    "take the sums.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(grad_output, x, taps, stride, dilation):
    return np.round(strided_weight_gradient(grad_output, x, taps, stride, dilation))

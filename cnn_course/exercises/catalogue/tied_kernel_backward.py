"""The gradient in the parameters of a kernel whose taps are tied."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="the gradient of tied taps",
    chapter="4-1",
    stars=2,
    minutes=20,
    goals=(2,),
    statement=r"""
    A kernel of $m$ taps is made of fewer parameters: `pattern` is a sequence of $m$ indices, and the tap $v$ is
    $w[v] = \theta[\mathrm{pattern}[v]]$. With `pattern = [0, 1, 0]`, for instance, the kernel is symmetric. The layer
    is $y[u] = \sum_v w[v]\, x[u + v]$, for all windows in `x`.

    Write `tied_kernel_backward(grad_output, x, pattern, count)`. `grad_output` is the gradient of a loss in `y`, `x` is
    one-dimensional, `pattern` an array of integers, and `count` the number of parameters in $\theta$. It returns the
    gradient in $\theta$, an array of `count` floats. Not every parameter need be used. For `grad_output` $(1, 10)$, `x`
    $(1, 2, 3, 4)$, `pattern` $(0, 1, 0)$ and `count` 2 it is $(64, 32)$.
    """,
    hints=(
        "Begin with the gradient in each of the m taps, as if they were not tied.",
        "A parameter is used once for each tap that shows it. What does the theorem on shared numbers say?",
        "grad[pattern] += ... adds only once where an index occurs twice. np.add.at, np.bincount or a loop add each "
        "time.",
    ),
    remark=r"""
    Two layers of sharing lie on top of each other: a parameter is used by several taps, and each tap at all positions.
    The theorem is applied twice, and the value of $\theta$ is not needed. A symmetric filter, a box whose
    taps are all equal and a periodic one are of this kind.
    """,
)


@exercise.solution
def tied_kernel_backward(grad_output, x, pattern, count):
    """Gradient in the parameters theta of a kernel with the taps theta[pattern].

    >>> tied_kernel_backward(np.array([1.0, 10.0]), np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 1, 0]), 2)
    array([64., 32.])
    """
    grad = np.zeros(count)
    for v, j in enumerate(pattern):
        grad[j] += grad_output @ x[v : v + len(grad_output)]
    return grad


def case(rng, n, pattern, count, draw=whole):
    """Random numbers for n values and this pattern."""
    return draw(rng, n - len(pattern) + 1), draw(rng, n), np.array(pattern), count


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 10.0]), np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 1, 0]), 2


@exercise.check("taps that are not tied", points=1)
def free(rng):
    yield case(rng, 4, [0], 1)
    yield case(rng, 5, [0, 1, 2], 3)
    yield case(rng, 6, [1, 2, 0], 3)


@exercise.check("tied taps", points=2)
def tied(rng):
    yield case(rng, 4, [0, 0], 1)
    yield case(rng, 6, [0, 1, 0], 2)
    x = rng.permutation(np.arange(1.0, 10.0))[:5]  # all different: a turned pattern shows in every draw
    yield whole(rng, 1), x, np.array([1, 0, 0, 1, 1]), 2


@exercise.check("parameters that are not used", points=1)
def unused(rng):
    yield case(rng, 5, [0, 0], 3)
    yield case(rng, 6, [2, 0, 2], 4)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (1.0, 2.0**20, 2.0**-20):
        grad_output, *others = case(rng, 7, [1, 0, 1], 2, draw=fractions)
        yield grad_output * size, *others


@exercise.alternative
def by_bincount(grad_output, x, pattern, count):
    return np.bincount(pattern, np.correlate(x, grad_output, "valid"), count)


@exercise.alternative
def by_the_matrix_of_the_pattern(grad_output, x, pattern, count):
    windows = np.lib.stride_tricks.sliding_window_view(x, len(pattern))
    return np.eye(count)[pattern].T @ (grad_output @ windows)


@exercise.alternative
def by_loops_in_single_precision(grad_output, x, pattern, count):
    grad = np.zeros(count, np.float32)
    for u, g in enumerate(grad_output):
        for v, j in enumerate(pattern):
            grad[j] += g * x[u + v]
    return grad


def taps(grad_output, x):
    """Gradients in the taps, as if they were not tied."""
    return np.correlate(x, grad_output, "valid")


@exercise.wrong(
    "Of several tied taps only the last one counts. This comes from `=`, or from `grad[pattern] += ...`, which adds "
    "only once where an index occurs twice. A parameter gets the sum over all of its taps."
)
def last_tap_only(grad_output, x, pattern, count):
    grad = np.zeros(count)
    grad[pattern] = taps(grad_output, x)
    return grad


@exercise.wrong("Of several tied taps only the first one counts. A parameter gets the sum over all of its taps.")
def first_tap_only(grad_output, x, pattern, count):
    return last_tap_only(grad_output[::-1], x[::-1], pattern[::-1], count)


@exercise.wrong(
    "The mean over the tied taps has been taken. A parameter that is used twice has twice the influence: its gradient "
    "is the sum over the uses."
)
def mean_of_the_taps(grad_output, x, pattern, count):
    uses = np.maximum(np.bincount(pattern, minlength=count), 1)
    return tied_kernel_backward(grad_output, x, pattern, count) / uses


@exercise.wrong(
    "The gradients in the taps are returned, one for each tap. Those of taps that show the same parameter are still to "
    "be added, and the result has `count` entries."
)
def one_for_each_tap(grad_output, x, pattern, count):
    return taps(grad_output, x)


@exercise.wrong(
    "The result is too short where the last parameters are not used: it has as many entries as the largest index of "
    "the pattern asks for. Take `count`; an unused parameter has the gradient 0."
)
def as_long_as_the_pattern_says(grad_output, x, pattern, count):
    return tied_kernel_backward(grad_output, x, pattern, max(pattern) + 1)


@exercise.wrong(
    "The kernel has been turned: the first tap has got the gradient of the last one. The tap v meets x[u + v], so its "
    "gradient is the sum of g[u] x[u + v]."
)
def kernel_turned(grad_output, x, pattern, count):
    return tied_kernel_backward(grad_output, x, pattern[::-1], count)


@exercise.wrong(
    "The upstream gradient runs backwards, as in np.convolve(x, g, 'valid'). In the sum of g[u] x[u + v] both indices "
    "grow together: it is a cross-correlation."
)
def upstream_reversed(grad_output, x, pattern, count):
    return tied_kernel_backward(grad_output[::-1], x, pattern, count)


@exercise.wrong(
    "The gradients are means over the outputs. A tap is used at every position, and its gradient is the sum over them."
)
def mean_over_the_outputs(grad_output, x, pattern, count):
    return tied_kernel_backward(grad_output, x, pattern, count) / len(grad_output)


@exercise.wrong("These are the gradients for a grad_output of ones. The chain rule multiplies by the given one.")
def upstream_forgotten(grad_output, x, pattern, count):
    return tied_kernel_backward(np.ones(len(grad_output)), x, pattern, count)


@exercise.wrong(
    "Right for whole numbers of the usual size only. Look for a rounding, for `int`, and for arrays of integers that "
    "take the sums.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(grad_output, x, pattern, count):
    return np.round(tied_kernel_backward(grad_output, x, pattern, count))

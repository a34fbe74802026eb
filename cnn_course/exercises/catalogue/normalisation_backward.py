"""Gradient of local response normalisation: a number divides itself, and its neighbours too."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="gradient of local response normalisation",
    chapter="5-2",
    stars=3,
    minutes=35,
    goals=(6,),
    statement=r"""
    A network with local response normalisation ({prf:ref}`def-local-response-norm`) is trained through it. Take one
    position, with the numbers $a$ of its channels, and write

    $$
    s[c] = \kappa + \alpha \sum_{j \in W(c)} a[j]^2 , \qquad y[c] = a[c]\, s[c]^{-\beta} .
    $$

    Write `normalisation_backward(grad_output, a, size, kappa, alpha, beta)`: from `grad_output` $= \partial L /
    \partial y$ it returns $\partial L / \partial a$, an array of floats of the shape $(C,)$ of both. `size` is the odd
    number $n$ of channels in $W(c)$; it may be larger than $C$. `kappa`, `alpha` and `beta` are positive. Here `alpha`
    is not divided by $n$. `a` may hold integers. The arguments keep their values.
    """,
    hints=(
        "In how many of the outputs does a[j] occur, and in which of them twice?",
        "a[j] stands above the bar of y[j] alone, and in the sum s[c] of every c whose window holds j.",
        "Begin with ds[c] = -beta * g[c] * a[c] * s[c] ** (-beta - 1), the gradient in the sums. Each of them goes to "
        "all a[j] of its window, times the derivative of alpha * a[j] ** 2.",
    ),
    remark=r"""
    With $d[c] = g[c]\, a[c]\, s[c]^{-\beta - 1}$ the gradient is $g[j]\, s[j]^{-\beta} - 2 \alpha \beta\, a[j]
    \sum_{c\,:\, j \in W(c)} d[c]$. For odd $n$ the channels whose windows hold $j$ are those of $W(j)$, so that the sum
    that went forward over the squares goes back over $d$: the same sum is its own adjoint. For even $n$ the windows are
    not symmetric, and have to be mirrored.
    """,
)


def window_sums(v, size):
    """The sum over the window around each channel, cut off at the border."""
    reach = size // 2
    return np.array([v[max(0, c - reach) : c + reach + 1].sum() for c in range(len(v))], dtype=float)


@exercise.solution
def normalisation_backward(grad_output, a, size, kappa, alpha, beta):
    """Gradient of a[c] / (kappa + alpha * sum of the squares in the window of c) ** beta in a.

    >>> g, a = np.array([8.0, 0.0]), np.array([1.0, 1.0])
    >>> normalisation_backward(g, a, 3, 2.0, 1.0, 1.0)  # s = 4, 4
    array([ 1., -1.])
    """
    reach = size // 2

    def sums(v):
        return np.array([v[max(0, c - reach) : c + reach + 1].sum() for c in range(len(v))])

    a = np.asarray(a, dtype=float)
    s = kappa + alpha * sums(a**2)
    through_sums = sums(grad_output * a * s ** (-beta - 1))
    return grad_output * s**-beta - 2 * alpha * beta * a * through_sums


def case(rng, channels, size, kappa=2.0, alpha=0.5, beta=0.75):
    """Arguments of which no number is 0, with positive and negative ones."""
    a = rng.permutation(np.arange(1.0, channels + 1)) * rng.permutation(np.resize([1.0, -1.0], channels))
    g = rng.permutation(np.arange(2.0, channels + 2)) * np.sign(a)  # so that nothing cancels in the sums
    return g, a, size, kappa, alpha, beta


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([8.0, 0.0]), np.array([1.0, 1.0]), 3, 2.0, 1.0, 1.0


@exercise.check("a channel alone", points=1)
def alone(rng):
    yield case(rng, 1, 1, beta=1.0)
    yield case(rng, 4, 1, beta=1.0)


@exercise.check("neighbours", points=2)
def neighbours(rng):
    yield case(rng, 5, 3, beta=1.0)
    yield case(rng, 7, 5, beta=1.0)


@exercise.check("a window larger than the channels", points=1)
def large_window(rng):
    yield case(rng, 3, 7, beta=1.0)


@exercise.check("other exponents and constants", points=2)
def constants(rng):
    yield case(rng, 6, 3, 2.0, 0.5, 0.75)
    yield case(rng, 6, 5, 1.0, 0.25, 0.5)
    yield case(rng, 5, 3, 4.0, 2.0, 2.0)


@exercise.check("a of integers", points=1)
def integers(rng):
    g, a, *rest = case(rng, 6, 3, 1.0, 0.25, 0.5)
    yield g, a.astype(int), *rest


@exercise.check("gradients of fractions, large and small", points=1)
def sizes(rng):
    for scale in (2.0**30, 2.0**-30):
        g, a, *rest = case(rng, 7, 3)
        yield (g + rng.integers(1, 8, 7) / 16) * scale, a + rng.integers(1, 8, 7) / 16, *rest


@exercise.alternative
def by_the_jacobian(grad_output, a, size, kappa, alpha, beta):
    c = np.arange(len(a))
    near = abs(c[:, None] - c) <= size // 2
    s = kappa + alpha * near @ (a * 1.0) ** 2
    jacobian = np.diag(s**-beta) - 2 * alpha * beta * near * np.outer(a * s ** (-beta - 1), a)
    return grad_output @ jacobian


@exercise.alternative
def output_after_output(grad_output, a, size, kappa, alpha, beta):
    grad = np.zeros(len(a))
    for c in range(len(a)):
        low, high = max(0, c - size // 2), min(len(a), c + size // 2 + 1)
        s = kappa + alpha * sum(float(v) ** 2 for v in a[low:high])
        grad[c] += grad_output[c] / s**beta
        for j in range(low, high):
            grad[j] -= grad_output[c] * a[c] * beta * s ** (-beta - 1) * 2 * alpha * a[j]
    return grad


WRONG = {  # what is wrong, and the gradient from g, a, s, the window's size, alpha and beta
    "sum_is_a_constant": (
        "The sum in the denominator is taken for a constant. It holds the squares of a, and moves with each of them.",
        lambda g, a, s, n, alpha, beta: g * s**-beta,
    ),
    "own_output_only": (
        "a[j] is followed into the denominator of its own output alone. It stands in those of its neighbours, too.",
        lambda g, a, s, n, alpha, beta: g * s**-beta - 2 * alpha * beta * a**2 * g * s ** (-beta - 1),
    ),
    "neighbours_of_the_wrong_side": (
        "The sum runs over a of the window, with g and s of one channel: that is how an output depends on its inputs. "
        "The gradient in a[j] sums over the outputs c whose windows hold j, each with its own g[c], a[c] and s[c].",
        lambda g, a, s, n, alpha, beta: g * s**-beta - 2 * alpha * beta * g * a * s ** (-beta - 1) * window_sums(a, n),
    ),
    "factor_two": (
        "A factor 2 is missing: the derivative of a square.",
        lambda g, a, s, n, alpha, beta: g * s**-beta - alpha * beta * a * window_sums(g * a * s ** (-beta - 1), n),
    ),
    "alpha_left_out": (
        "Here alpha is missing behind the chain rule: s holds alpha times the squares.",
        lambda g, a, s, n, alpha, beta: g * s**-beta - 2 * beta * a * window_sums(g * a * s ** (-beta - 1), n),
    ),
    "beta_left_out": (
        "The exponent does not come down as a factor: the derivative of s to the power -beta is -beta times s to the "
        "power -beta - 1.",
        lambda g, a, s, n, alpha, beta: g * s**-beta - 2 * alpha * a * window_sums(g * a * s ** (-beta - 1), n),
    ),
    "exponent_not_lowered": (
        "In the second term the exponent is still -beta: a derivative lowers it by 1.",
        lambda g, a, s, n, alpha, beta: g * s**-beta - 2 * alpha * beta * a * window_sums(g * a * s**-beta, n),
    ),
    "exponent_raised": (
        "In the second term the exponent is -beta + 1: a derivative lowers it by 1, to -beta - 1.",
        lambda g, a, s, n, alpha, beta: g * s**-beta - 2 * alpha * beta * a * window_sums(g * a * s ** (1 - beta), n),
    ),
    "plus_for_minus": (
        "The second term has the wrong sign: a larger number in the denominator makes the outputs smaller.",
        lambda g, a, s, n, alpha, beta: g * s**-beta + 2 * alpha * beta * a * window_sums(g * a * s ** (-beta - 1), n),
    ),
    "a_inside_squared": (
        "The factor a[j] is inside of the sum, as a[c] once more. It belongs to the place where the gradient arrives, "
        "outside of the sum.",
        lambda g, a, s, n, alpha, beta: g * s**-beta - 2 * alpha * beta * window_sums(g * a**2 * s ** (-beta - 1), n),
    ),
    "divided_by_the_size": (
        "There is a division by the number of channels in a window. Here alpha multiplies the whole sum.",
        lambda g, a, s, n, alpha, beta: (
            g * s**-beta - 2 * alpha / n * beta * a * window_sums(g * a * s ** (-beta - 1), n)
        ),
    ),
}


def with_mistake(name):
    """Add a wrong gradient."""
    hint, gradient = WRONG[name]

    def answer(grad_output, a, size, kappa, alpha, beta):
        a = np.asarray(a, dtype=float)
        return gradient(grad_output, a, kappa + alpha * window_sums(a**2, size), size, alpha, beta)

    answer.__name__ = name
    exercise.wrong(hint)(answer)


for name in WRONG:
    with_mistake(name)


@exercise.wrong(
    "This is the forward pass, applied to the upstream gradient. The gradient has a second term, for the denominators."
)
def forward_of_the_gradient(grad_output, a, size, kappa, alpha, beta):
    return grad_output * (kappa + alpha * window_sums(grad_output**2, size)) ** -beta


@exercise.wrong(
    "At the first channels the window begins with a negative index, which counts from the end: it is empty there, or "
    "holds channels of the other side. Let it begin at 0."
)
def negative_index(grad_output, a, size, kappa, alpha, beta):
    reach, a = size // 2, np.asarray(a, dtype=float)

    def sums(v):
        return np.array([v[c - reach : c + reach + 1].sum() for c in range(len(v))])

    s = kappa + alpha * sums(a**2)
    return grad_output * s**-beta - 2 * alpha * beta * a * sums(grad_output * a * s ** (-beta - 1))


@exercise.wrong("The windows are a circle here: the first channel has the last one as a neighbour. Cut them off.")
def in_a_circle(grad_output, a, size, kappa, alpha, beta):
    reach, a = size // 2, np.asarray(a, dtype=float)

    def sums(v):
        return sum(np.roll(v, shift) for shift in range(-reach, reach + 1))

    s = kappa + alpha * sums(a**2)
    return grad_output * s**-beta - 2 * alpha * beta * a * sums(grad_output * a * s ** (-beta - 1))

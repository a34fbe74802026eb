"""The backward pass of a residual block with two dense layers."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="the way back through a block",
    chapter="5-5",
    stars=2,
    minutes=25,
    goals=(2,),
    statement=r"""
    A residual block reads $N$ vectors of $D$ numbers, the rows of `x`. Its body has two dense layers without biases,
    with a relu between them, and there is a relu after the sum:

    $$ y = \max \bigl( x + \max(x\, W_1^{\top}, 0)\, W_2^{\top},\ 0 \bigr) . $$

    `w1` has the shape $(M, D)$, `w2` the shape $(D, M)$. Write `residual_backward(grad_output, x, w1, w2)`, which gets
    the gradient of the loss in $y$ and returns a tuple of three arrays, the gradients in `x`, in `w1` and in `w2`.
    The derivative of a relu is 1 for positive arguments, and 0 for all others. Compute forward what you need.
    """,
    hints=(
        "Name what stands in each relu on the way forward, and keep it.",
        "Go back from the outside: which gradient arrives at the sum? It goes to both summands.",
        "x is read twice. The gradients of the two readers are added.",
    ),
    remark=r"""
    With $a = x W_1^{\top}$, $h = \max(a, 0)$ and $z = x + h W_2^{\top}$, the gradients are $g^z = g \odot [z > 0]$,
    $g^a = (g^z W_2) \odot [a > 0]$, and $g^z + g^a W_1$ in $x$. Set $W_2 = 0$: the gradient in $W_1$ is 0, and the one
    in $W_2$ is not.
    """,
)


@exercise.solution
def residual_backward(grad_output, x, w1, w2):
    """Gradients in x, w1 and w2 of a residual block with two dense layers.

    >>> x, w1, w2 = np.array([[3.0, 1.0]]), np.array([[2.0, 1.0]]), np.array([[-1.0], [1.0]])
    >>> for gradient in residual_backward(np.array([[5.0, 2.0]]), x, w1, w2):
    ...     print(gradient.tolist())
    [[4.0, 4.0]]
    [[6.0, 2.0]]
    [[0.0], [14.0]]
    """
    before = x @ w1.T
    hidden = np.maximum(before, 0)
    grad_sum = grad_output * (x + hidden @ w2.T > 0)
    grad_before = (grad_sum @ w2) * (before > 0)
    return grad_sum + grad_before @ w1, grad_before.T @ x, grad_sum.T @ hidden


def nonzero(rng, largest, *shape):
    """Whole numbers up to a largest modulus, none of them 0."""
    return rng.integers(1, largest + 1, shape) * rng.choice([-1.0, 1.0], shape)


def mixed(array):
    """Whether both signs are there."""
    return (array > 0).any() and (array < 0).any()


def drawn(rng, rows, width, hidden, inner, outer):
    """A block in which, as asked for, the inner and the outer relu cut something off or not, and nothing is hidden."""
    while True:
        x, g = nonzero(rng, 9, rows, width), nonzero(rng, 4, rows, width)
        w1, w2 = nonzero(rng, 2, hidden, width), nonzero(rng, 2, width, hidden)
        if not outer:
            x = abs(x)
        before = x @ w1.T
        change = np.maximum(before, 0) @ w2.T
        z = x + change
        clear = before.all() and change.all() and z.all() and ((g * (z > 0)) @ w2).all()
        if outer:  # the signs of x and those of the body are not those of the sum
            as_asked = mixed(z) and all(((other > 0) != (z > 0)).any() for other in (x, change))
        else:
            as_asked = (change > 0).all()
        if clear and as_asked and (mixed(before) if inner else (before > 0).all()):
            return g, x, w1, w2


def with_zeros(rng, inner):
    """A block with weights of 0, so that a number in the inner or in the outer relu is 0, and not by rounding."""
    g, x, w1, w2 = (rng.integers(1, 5, shape) * 1.0 for shape in [(1, 2), (1, 2), (3, 2), (2, 3)])
    if inner:
        w1[0] = 0
    else:
        x[0, 0] = w2[0] = 0
    return g, x, w1, w2


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[5.0, 2.0]]), np.array([[3.0, 1.0]]), np.array([[2.0, 1.0]]), np.array([[-1.0], [1.0]])


@exercise.check("both relus let everything pass", points=1)
def all_positive(rng):
    yield drawn(rng, 1, 2, 2, inner=False, outer=False)
    yield drawn(rng, 1, 2, 3, inner=False, outer=False)


@exercise.check("the inner relu cuts off", points=1)
def inner_relu(rng):
    yield drawn(rng, 1, 2, 3, inner=True, outer=False)


@exercise.check("the outer relu cuts off", points=1)
def outer_relu(rng):
    yield drawn(rng, 1, 3, 2, inner=False, outer=True)


@exercise.check("a zero in a relu", points=1)
def zero(rng):
    yield with_zeros(rng, inner=True)
    yield with_zeros(rng, inner=False)


@exercise.check("several vectors", points=1)
def several(rng):
    yield drawn(rng, 2, 2, 3, inner=True, outer=True)
    yield drawn(rng, 3, 3, 2, inner=True, outer=True)


@exercise.alternative
def with_einsum(grad_output, x, w1, w2):
    before = np.einsum("nd,md->nm", x, w1)
    hidden = before * (before > 0)
    grad_sum = np.where(x + np.einsum("nm,dm->nd", hidden, w2) > 0, grad_output, 0)
    grad_before = np.where(before > 0, np.einsum("nd,dm->nm", grad_sum, w2), 0)
    through = np.einsum("nm,md->nd", grad_before, w1)
    return grad_sum + through, np.einsum("nm,nd->md", grad_before, x), np.einsum("nd,nm->dm", grad_sum, hidden)


@exercise.alternative
def row_by_row(grad_output, x, w1, w2):
    grad_x, grad_w1, grad_w2 = np.zeros(x.shape), np.zeros(w1.shape), np.zeros(w2.shape)
    for n in range(len(x)):
        before = w1 @ x[n]
        hidden = np.maximum(0, before)
        grad_sum = np.where(x[n] + w2 @ hidden > 0, grad_output[n], 0)
        grad_before = np.where(before > 0, w2.T @ grad_sum, 0)
        grad_x[n] = grad_sum + w1.T @ grad_before
        grad_w1 += np.outer(grad_before, x[n])
        grad_w2 += np.outer(grad_sum, hidden)
    return grad_x, grad_w1, grad_w2


def parts(g, x, w1, w2):
    """What stands in the two relus, and what comes out of the inner one."""
    before = x @ w1.T
    hidden = np.maximum(before, 0)
    return before, hidden, x + hidden @ w2.T


def back(x, w1, w2, shortcut, body, before, hidden):
    """The gradients when these arrive at the two summands; the mask of the inner relu is that of `before`."""
    grad_before = (body @ w2) * (before > 0)
    return shortcut + grad_before @ w1, grad_before.T @ x, body.T @ hidden


@exercise.wrong("The shortcut is missing in the gradient of x: what arrives at the sum goes to x directly as well.")
def no_shortcut(grad_output, x, w1, w2):
    before, hidden, z = parts(grad_output, x, w1, w2)
    return back(x, w1, w2, 0, grad_output * (z > 0), before, hidden)


@exercise.wrong(
    "The outer relu is missing on the way back. Where the sum is negative, the output is 0 and nothing arrives at the "
    "sum."
)
def no_outer_relu(grad_output, x, w1, w2):
    before, hidden, _ = parts(grad_output, x, w1, w2)
    return back(x, w1, w2, grad_output, grad_output, before, hidden)


@exercise.wrong(
    "The gradient of the body goes through the outer relu, but that of the shortcut does not. The shortcut leads to "
    "the sum, and the relu comes after it."
)
def shortcut_around_the_relu(grad_output, x, w1, w2):
    before, hidden, z = parts(grad_output, x, w1, w2)
    return back(x, w1, w2, grad_output, grad_output * (z > 0), before, hidden)


@exercise.wrong(
    "The gradient of the shortcut goes through the outer relu, but that of the body does not. Both summands stand "
    "inside of it."
)
def body_around_the_relu(grad_output, x, w1, w2):
    before, hidden, z = parts(grad_output, x, w1, w2)
    return back(x, w1, w2, grad_output * (z > 0), grad_output, before, hidden)


@exercise.wrong("The inner relu is missing on the way back: where x W1^T is negative, nothing goes through the body.")
def no_inner_relu(grad_output, x, w1, w2):
    before, hidden, z = parts(grad_output, x, w1, w2)
    return back(x, w1, w2, grad_output * (z > 0), grad_output * (z > 0), np.ones_like(before), hidden)


@exercise.wrong("The outer relu asks for the sign of the sum, not for that of x alone.")
def sign_of_x(grad_output, x, w1, w2):
    before, hidden, _ = parts(grad_output, x, w1, w2)
    grad_sum = grad_output * (x > 0)
    return back(x, w1, w2, grad_sum, grad_sum, before, hidden)


@exercise.wrong("The outer relu asks for the sign of the sum, not for that of what the body gives.")
def sign_of_the_body(grad_output, x, w1, w2):
    before, hidden, z = parts(grad_output, x, w1, w2)
    grad_sum = grad_output * (z - x > 0)
    return back(x, w1, w2, grad_sum, grad_sum, before, hidden)


@exercise.wrong("The gradient in w2 is made of what w2 reads, and that is behind the inner relu.")
def before_the_relu(grad_output, x, w1, w2):
    before, _, z = parts(grad_output, x, w1, w2)
    return back(x, w1, w2, grad_output * (z > 0), grad_output * (z > 0), before, before)


@exercise.wrong("The gradients of the weights are means over the vectors. Each vector adds its own: they are sums.")
def means(grad_output, x, w1, w2):
    grad_x, grad_w1, grad_w2 = residual_backward(grad_output, x, w1, w2)
    return grad_x, grad_w1 / len(x), grad_w2 / len(x)


@exercise.wrong("The tuple has the wrong order: x first, then w1, then w2.")
def other_order(grad_output, x, w1, w2):
    grad_x, grad_w1, grad_w2 = residual_backward(grad_output, x, w1, w2)
    return grad_x, grad_w2, grad_w1


@exercise.wrong("The shortcut counts twice in the gradient of x. The sum has x as a summand once.")
def shortcut_twice(grad_output, x, w1, w2):
    before, hidden, z = parts(grad_output, x, w1, w2)
    return back(x, w1, w2, 2 * grad_output * (z > 0), grad_output * (z > 0), before, hidden)


@exercise.wrong("Where a number in a relu is 0, the derivative is 0, too. The masks ask for > 0, not for >= 0.")
def zero_passes(grad_output, x, w1, w2):
    before, hidden, z = parts(grad_output, x, w1, w2)
    grad_sum = grad_output * (z >= 0)
    grad_before = (grad_sum @ w2) * (before >= 0)
    return grad_sum + grad_before @ w1, grad_before.T @ x, grad_sum.T @ hidden

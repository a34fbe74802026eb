"""Gradient of the rectified linear unit."""

import numpy as np

from cnn_course.exercises.exercise import Implement, whole

exercise = Implement(
    title="gradient of the ReLU",
    chapter="4-2",
    statement=r"""
    In the forward pass, $y = \max(x, 0)$ for each number of an array `x` of any shape. Write
    `relu_backward(grad_output, x)`: from the gradient `grad_output` $= \partial L / \partial y$, which has the shape of
    `x`, it returns the gradient $\partial L / \partial x$, which has this shape, too. At $x = 0$, where the ReLU has no
    derivative, take 0, as PyTorch does. The arguments keep their values.
    """,
    hints=(
        "What is the derivative of max(x, 0) where x is positive, and what is it where x is negative?",
        "The chain rule multiplies the derivative at x by the gradient that comes from above.",
        "`x > 0` is an array of truth values, and counts as 1 and 0 in a product; `np.where` chooses by it.",
    ),
    remark=r"""
    The gradient passes or stops by the sign of `x` alone; its own sign and size do not matter. This is why the
    backward pass must still know the `x` of the forward pass, or at least where it was positive.
    """,
)


@exercise.solution
def relu_backward(grad_output, x):
    """Gradient of max(x, 0) in x, from the gradient in the output; both arrays have the same shape.

    >>> relu_backward(np.array([5.0, 6.0, -7.0]), np.array([-2.0, 0.0, 3.0]))
    array([ 0.,  0., -7.])
    """
    return np.where(x > 0, grad_output, 0.0)


def arguments(rng, *shape):
    """A gradient and an x, with all four pairs of signs."""
    grad_output = abs(whole(rng, *shape)) * np.resize([1.0, -1.0, -1.0, 1.0], shape)
    return grad_output, abs(whole(rng, *shape)) * np.resize([1.0, 1.0, -1.0, -1.0], shape)


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([5.0, 6.0, -7.0]), np.array([-2.0, 0.0, 3.0])


@exercise.check("positive and negative numbers", points=1)
def both_signs(rng):
    yield arguments(rng, 4)
    yield arguments(rng, 7)


@exercise.check("zeros", points=1)
def zeros(rng):
    grad_output, x = arguments(rng, 6)
    x[[1, 3]] = 0.0
    yield grad_output, x


@exercise.check("numbers close to 0", points=1)
def close_to_zero(rng):
    grad_output, x = arguments(rng, 5)
    yield grad_output, x / 16
    yield grad_output, x * 1e-12


@exercise.check("images", points=1)
def images(rng):
    yield arguments(rng, 2, 3)
    yield arguments(rng, 2, 3, 1, 4)


@exercise.alternative
def by_a_product(grad_output, x):
    return grad_output * (x > 0)


@exercise.alternative
def on_a_copy(grad_output, x):
    grad_x = grad_output.copy()
    grad_x[x <= 0] = 0
    return grad_x


@exercise.alternative
def number_by_number(grad_output, x):
    grad_x = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        if x[place] > 0:
            grad_x[place] = grad_output[place]
    return grad_x


@exercise.alternative
def in_single_precision_and_another_order(grad_output, x):
    return np.asfortranarray(np.heaviside(x, 0) * grad_output, dtype=np.float32)


@exercise.wrong(
    "Where x is 0, the gradient passes, as if the derivative were 1 there. The choice for this place is 0: compare "
    "with > and not with >=."
)
def passes_at_zero(grad_output, x):
    return grad_output * (x >= 0)


@exercise.wrong(
    "Where x is 0, half of the gradient passes, the mean of both sides. That would be a possible choice, but the one "
    "asked for is 0."
)
def half_at_zero(grad_output, x):
    return grad_output * np.heaviside(x, 0.5)


@exercise.wrong(
    "This is the derivative of the ReLU, 1 or 0. The chain rule multiplies it by the gradient that comes from above, "
    "grad_output."
)
def upstream_forgotten(grad_output, x):
    return (x > 0) * 1.0


@exercise.wrong(
    "The whole gradient passes, as if the ReLU were not there. Where x is not positive, y stays 0 when x changes a "
    "little, and the gradient is 0."
)
def passes_everywhere(grad_output, x):
    return grad_output.copy()


@exercise.wrong(
    "This is the ReLU of the gradient: it stops where the gradient is negative. What decides is the sign of x in the "
    "forward pass."
)
def relu_of_the_gradient(grad_output, x):
    return np.maximum(grad_output, 0)


@exercise.wrong(
    "Negative gradients are stopped, too. What decides is the sign of x alone: where x is positive, a gradient of "
    "either sign passes."
)
def negative_gradients_stopped(grad_output, x):
    return np.maximum(grad_output, 0) * (x > 0)


@exercise.wrong(
    "This is the forward pass, max(x, 0). The gradient does not contain the size of x, only its sign, and passes "
    "grad_output."
)
def forward_pass(grad_output, x):
    return np.maximum(x, 0)


@exercise.wrong(
    "The gradient is multiplied by max(x, 0), the value of the ReLU. It must be multiplied by its derivative, which is "
    "1 where x is positive, however large x is."
)
def times_the_value(grad_output, x):
    return grad_output * np.maximum(x, 0)


@exercise.wrong(
    "The gradient passes where x is not positive, and stops where it is: the comparison is turned round, or those "
    "places are set to 0 that should be kept."
)
def turned_round(grad_output, x):
    return grad_output * (x <= 0)


@exercise.wrong(
    "Where x is negative, the gradient passes with the opposite sign: that is the derivative of |x|. The ReLU is "
    "constant there, and its derivative is 0."
)
def absolute_value(grad_output, x):
    return grad_output * np.sign(x)


@exercise.wrong(
    "Where x is negative, one hundredth of the gradient passes. That belongs to the leaky ReLU; here it is 0."
)
def leaky(grad_output, x):
    return grad_output * np.where(x > 0, 1, 0.01)


@exercise.wrong(
    "The derivative is computed as max(x, 0) / x, and that is 0 / 0 where x is 0. A comparison needs no division."
)
@np.errstate(all="ignore")
def quotient(grad_output, x):
    return grad_output * (np.maximum(x, 0) / x)


@exercise.wrong(
    "Positive numbers below 1 stop the gradient: x has become a whole number before the comparison, or is compared "
    "with 1. Compare x itself with 0."
)
def whole_numbers_only(grad_output, x):
    return grad_output * (x >= 1)


@exercise.wrong(
    "The arguments are exchanged: x passes where the gradient is positive. The first argument is the gradient, the "
    "second the x of the forward pass."
)
def arguments_exchanged(grad_output, x):
    return x * (grad_output > 0)


@exercise.wrong(
    "The result is right, but it is written into grad_output itself, which belongs to the caller. Work on a copy, or "
    "make a new array with `np.where` or a product."
)
def in_place(grad_output, x):
    grad_output[x <= 0] = 0
    return grad_output


@exercise.wrong(
    "This is the derivative of the ReLU, as whole numbers. What is missing is the factor from above: the chain rule "
    "multiplies the derivative by grad_output."
)
def whole_numbers(grad_output, x):
    return np.where(x > 0, 1, 0)


@exercise.wrong(
    "These are truth values: where the gradient passes, and where not. Multiply them by the gradient that passes, "
    "grad_output."
)
def truth_values(grad_output, x):
    return x > 0


@exercise.wrong(
    "A loop over an array goes over its first axis only, and in a matrix it meets whole rows, which are neither "
    "positive nor negative. Let NumPy work on all numbers at once, whatever the number of axes."
)
def first_axis_only(grad_output, x):
    return np.array([g if number > 0 else 0.0 for g, number in zip(grad_output, x, strict=True)])

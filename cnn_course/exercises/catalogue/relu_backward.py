"""Gradient of the rectified linear unit."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="gradient of the ReLU",
    chapter="4-2",
    stars=1,
    minutes=10,
    goals=(1,),
    statement=r"""
    In the forward pass, $y = \max(x, 0)$ for each number of an array `x` of any shape. The chapter's table has the
    slope; here you write the program. `relu_backward(grad_output, x)` takes the gradient `grad_output`
    $= \partial L / \partial y$, which has the shape of `x`, and returns the gradient $\partial L / \partial x$, which
    has this shape, too. At $x = 0$, where the ReLU has no derivative, take 0, as PyTorch does. The arguments keep their
    values. `x` may be an array of integers; the gradient is one of floats all the same.
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
    """A gradient and an x, with all four pairs of signs, and no number below 2."""
    grad_output = (abs(whole(rng, *shape)) + 1) * np.resize([1.0, -1.0, -1.0, 1.0], shape)
    return grad_output, (abs(whole(rng, *shape)) + 1) * np.resize([1.0, 1.0, -1.0, -1.0], shape)


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([5.0, 6.0, -7.0]), np.array([-2.0, 0.0, 3.0])


@exercise.check("positive and negative numbers", points=1)
def both_signs(rng):
    yield arguments(rng, 4)
    yield arguments(rng, 7)


@exercise.check("another x of the same shape", points=1)
def same_shape(rng):
    grad_output, x = arguments(rng, 4)
    yield grad_output, np.roll(x, 1)


@exercise.check("zeros", points=1)
def zeros(rng):
    grad_output, x = arguments(rng, 6)
    x[[1, 3]] = 0.0
    yield grad_output, x


@exercise.check("numbers close to 0", points=1)
def close_to_zero(rng):
    grad_output, x = arguments(rng, 5)
    yield grad_output, x / 32
    yield grad_output, x * 2.0**-60


@exercise.check("arrays with several axes", points=1)
def several_axes(rng):
    yield arguments(rng, 2, 3)
    yield arguments(rng, 2, 3, 1, 4)


@exercise.check("gradients that are not whole, large and small", points=1)
def other_numbers(rng):
    signs = np.resize([1.0, -1.0], 6)
    for size in (1.0, 2.0**40, 2.0**-60):
        x = arguments(rng, 6)[1]
        yield abs(fractions(rng, 6, size=size)) * signs, x * size


@exercise.check("x of integers", points=1)
def integers(rng):
    grad_output, x = arguments(rng, 5)
    yield grad_output + 0.25, x.astype(int)


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
    grad_x = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        if x[place] > 0:
            grad_x[place] = grad_output[place]
    return grad_x


@exercise.alternative
def in_single_precision_and_another_order(grad_output, x):
    return np.asfortranarray(np.heaviside(x, 0) * grad_output, dtype=np.float32)


@exercise.alternative
def from_the_output(grad_output, x):
    return grad_output * np.sign(np.maximum(x, 0))


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
    "Where x is 0 the result is not a number. It comes from 0 / 0, when the derivative is computed by a division, such "
    "as max(x, 0) / x or x / |x|. A comparison needs none."
)
@np.errstate(all="ignore")
def quotient(grad_output, x):
    return grad_output * (np.maximum(x, 0) / x)


@exercise.wrong(
    "Positive numbers below 1 stop the gradient: x has become a whole number before the comparison, or is compared "
    "with a number like 1. Compare x itself with 0."
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
    "Very small positive numbers stop the gradient: x is compared with a small number instead of 0, or counts as 0 "
    "when it is close to it. However small x is, where it is positive y grows with it: compare with 0 itself."
)
def threshold(grad_output, x):
    return grad_output * (x > 1e-8)


@exercise.wrong(
    "The results are those of a difference quotient, (relu(x + h) - relu(x)) / h. It is wrong where x is closer to 0 "
    "than h, and where x is so large that x + h is x. The derivative is known exactly: 1 or 0."
)
def difference_quotient(grad_output, x):
    return grad_output * ((x > -1e-6) & (x < 2.0**30))


@exercise.wrong(
    "Where x is between 0 and 1, the gradient is multiplied by x: the slope is x itself, cut off at 0 and 1. The "
    "derivative jumps from 0 to 1 at x = 0, and there is nothing between."
)
def cut_off_at_one(grad_output, x):
    return grad_output * np.clip(x, 0, 1)


@exercise.wrong(
    "The gradient is multiplied by x. It must be multiplied by the derivative of the ReLU at x: 1 where x is positive, "
    "and 0 elsewhere."
)
def times_x(grad_output, x):
    return grad_output * x


@exercise.wrong(
    "The gradient passes where x is not 0, even where it is negative: a negative number also counts as true. Compare: "
    "x > 0."
)
def passes_where_not_zero(grad_output, x):
    return grad_output * (x != 0)


@exercise.wrong(
    "Only the numbers that pass are left, in an array with one axis: an index of truth values picks numbers out. The "
    "others are to be 0 and to keep their places, so that the result has the shape of x."
)
def picked_out(grad_output, x):
    return grad_output[x > 0]


@exercise.wrong(
    "Where x is an array of integers, the result has become one, too, as with `zeros_like(x)`, and the gradient loses "
    "what stands after the point. It has the shape of x, but not its type."
)
def cut_to_the_type_of_x(grad_output, x):
    return relu_backward(grad_output, x).astype(x.dtype)


@exercise.wrong(
    "The gradient is rounded to whole numbers on its way. It passes as it is: nothing is to be done to its numbers "
    "where x is positive."
)
def rounded(grad_output, x):
    return np.rint(relu_backward(grad_output, x))


@exercise.wrong(
    "The result is right except where x is 0, but it is written into grad_output itself, which belongs to the caller. "
    "Make a new array; and at x = 0 the gradient stops, too."
)
def in_place_and_passes_at_zero(grad_output, x):
    grad_output[x < 0] = 0
    return grad_output


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

"""What layers have in common that call one function: with nothing to learn, or linear in what they learn.

The constructors of all layers have PyTorch's names, order and defaults. Where weights are drawn, they need a `rng`, and
take the `dtype` in which the layer computes.
"""

from math import prod, sqrt

from cnn_course.nn.layer import Layer, Parameter
from cnn_course.validate import check_dtype, check_rng


class FunctionLayer(Layer):
    """A layer without parameters: y = function(x, **numbers)."""

    numbers = {}  # noqa: RUF012 - replaced, never written to

    def forward(self, x):
        """Apply the function, and keep its input."""
        y = self.function(x, **self.numbers)
        self.keep(x)
        return y

    def backward(self, grad_output):
        """Apply the function's gradient."""
        return self.gradient(grad_output, *self.kept(), **self.numbers)


class WeightedLayer(Layer):
    """A layer that is linear in what it learns: y = function(x, weight, bias, **numbers).

    PyTorch's initial values: both even on (-b, b), where b^-2 is the number of weights in `weight[0]`.
    """

    def __init__(self, weight_shape, bias_size, bias, rng, dtype, **numbers):
        check_rng(type(self).__name__, rng)
        check_dtype(type(self).__name__, dtype)
        bound = 1 / sqrt(prod(weight_shape[1:]))
        self.weight = Parameter(rng.uniform(-bound, bound, weight_shape).astype(dtype))
        self.bias = Parameter(rng.uniform(-bound, bound, bias_size).astype(dtype)) if bias else None
        self.numbers = numbers

    def forward(self, x):
        """Apply the function, and keep its input."""
        bias = None if self.bias is None else self.bias.data
        y = self.function(x, self.weight.data, bias, **self.numbers)
        self.keep(x)
        return y

    def backward(self, grad_output):
        """Store the gradients of weight and bias, and return that in the input."""
        return self._backward(grad_output, needs_input_grad=True)

    def backward_parameters(self, grad_output):
        """Store the gradients of weight and bias alone."""
        self._backward(grad_output, needs_input_grad=False)

    def _backward(self, grad_output, needs_input_grad):
        (x,) = self.kept()
        grad_x, grad_weight, grad_bias = self.gradient(
            grad_output, x, self.weight.data, **self.numbers, needs_input_grad=needs_input_grad
        )
        self.weight.grad = grad_weight
        if self.bias is not None:
            self.bias.grad = grad_bias
        return grad_x

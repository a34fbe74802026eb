"""What layers have in common that call one function: with nothing to learn, or linear in what they learn.

The constructors of all layers have PyTorch's names, order and defaults, and a layer keeps its arguments as attributes
of these names. Where weights are drawn, they need a `rng`, and take the `dtype` in which the layer computes.
"""

from collections.abc import Callable
from math import prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from cnn_course.nn.layer import Layer, Parameter
from cnn_course.types import InputGrad
from cnn_course.validate import as_dtype, check_rng, flag

BLOCK = 2**20  # random numbers drawn at a time


def as_written(padding, geometry):
    """A checked padding in its shortest form: a word, or for each axis an integer, or a pair where the sides differ."""
    if isinstance(padding, str):
        return padding
    return tuple(before if before == after else (before, after) for before, after in geometry.padding)


def fill(array: np.ndarray, draw: Callable[[int], np.ndarray]) -> None:
    """Write `draw(count)` into an array, block by block.

    The numbers are those of one draw, but in double precision they are never there all at once: of the weights of a
    large network they would take twice the memory of these.
    """
    flat = array.reshape(-1)
    for start in range(0, flat.size, BLOCK):
        block = flat[start : start + BLOCK]
        block[...] = draw(block.size)


class FunctionLayer(Layer):
    """A layer that calls a function: y = function(x, **numbers)."""

    arguments = ()  # names of the attributes that the function takes

    @property
    def numbers(self) -> dict[str, Any]:
        """What the function takes by keyword."""
        return {name: getattr(self, name) for name in self.arguments}

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Apply the function, and keep its input."""
        y = self.function(x, **self.numbers)
        self.keep(x)
        return y

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """Apply the function's gradient, which nothing but the input needs."""
        (x,) = self.kept()
        return self.gradient(grad_output, x, **self.numbers) if needs_input_grad else None

    def extra_repr(self) -> str:
        """The function's arguments by name."""
        return ", ".join(f"{name}={value!r}" for name, value in self.numbers.items())


class WeightedLayer(FunctionLayer):
    """A layer whose function is linear in what is learned: y = function(x, weight, bias, **numbers).

    PyTorch's initial values: both even on (-b, b), where b^-2 is the number of weights in `weight[0]`.
    """

    def __init__(
        self, weight_shape: tuple[int, ...], bias_size: int, bias: bool, rng: np.random.Generator, dtype: DTypeLike
    ) -> None:
        name = type(self).__name__
        bias = flag(name, "bias", bias)
        check_rng(name, rng)
        dtype = as_dtype(name, dtype)
        bound = 1 / sqrt(prod(weight_shape[1:]))
        self.weight = Parameter(np.empty(weight_shape, dtype))
        fill(self.weight.data, lambda count: rng.uniform(-bound, bound, count))
        self.bias = Parameter(rng.uniform(-bound, bound, bias_size).astype(dtype)) if bias else None

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Apply the function, and keep its input."""
        bias = None if self.bias is None else self.bias.data
        y = self.function(x, self.weight.data, bias, **self.numbers)
        self.keep(x)
        return y

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """Store the gradients of weight and bias, and return that in the input."""
        (x,) = self.kept()
        grad_x, grad_weight, grad_bias = self.gradient(
            grad_output, x, self.weight.data, **self.numbers, needs_input_grad=needs_input_grad
        )
        self.weight.grad = grad_weight
        if self.bias is not None:
            self.bias.grad = grad_bias
        return grad_x

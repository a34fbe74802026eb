"""Networks made of layers: one after the other, around a shortcut, or side by side.

The backward pass runs through the same tree in the other direction; where the forward pass splits, gradients add up.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.nn.layer import Layer
from cnn_course.nn.linear import Identity
from cnn_course.types import InputGrad
from cnn_course.validate import check_shape


class _Named(Layer):
    """Layers in an order, named by their positions or by a mapping."""

    def __init__(self, *layers: Layer | Mapping[str, Layer]) -> None:
        if len(layers) == 1 and isinstance(layers[0], Mapping):
            layers = layers[0]
        else:
            layers = {str(i): layer for i, layer in enumerate(layers)}
        name = type(self).__name__
        if not layers:
            raise ValueError(f"{name}: expected at least 1 layer, got 0")
        for key, layer in layers.items():
            if not isinstance(layer, Layer):
                raise ValueError(f"{name}: expected layers, got {layer!r} (at {key!r})")
            if not isinstance(key, str) or not key or "." in key:
                raise ValueError(f"{name}: a layer's name must be a string without dots, got {key!r}")
            if hasattr(self, key):
                raise ValueError(f"{name}: a layer's name must not be that of an attribute, got {key!r}")
        vars(self).update(layers)
        _check_distinct(self)

    def __len__(self) -> int:
        return len(self.children)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.children.values())

    def __getitem__(self, key: int | str | slice) -> Any:
        """The layer at a position or of a name, or for a slice a container with the same layers and names."""
        if isinstance(key, slice):
            return type(self)(dict(list(self.children.items())[key]))
        return self.children[key] if isinstance(key, str) else list(self)[key]


def _check_distinct(network):
    """A layer remembers one forward pass, so it cannot stand at two places."""
    names = {}
    for name, layer in network.named_layers():
        if id(layer) in names:
            raise ValueError(
                f"{type(network).__name__}: every layer may occur once, got the same {type(layer).__name__} "
                f"at {names[id(layer)]!r} and {name!r}"
            )
        names[id(layer)] = name


class Sequential(_Named):
    """Layers one after the other.

    Parameters
    ----------
    *layers : Layer, or one mapping of names to layers
        Without names they are called "0", "1", and so on.

    Raises
    ------
    ValueError
        If there is no layer, one is not a `Layer` or occurs twice, or a name has a dot.

    Examples
    --------
    >>> from cnn_course.nn import Flatten, Linear
    >>> network = Sequential(Flatten(), Linear(4, 2, rng=np.random.default_rng(0)))
    >>> network
    Sequential(
      (0): Flatten()
      (1): Linear(in_features=4, out_features=2, bias=True)
    )
    >>> network(np.ones((3, 1, 2, 2), np.float32)).shape, list(network.state_dict())
    ((3, 2), ['1.weight', '1.bias'])
    >>> network[1].weight.data.shape
    (2, 4)
    """

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Pass `x` through all layers."""
        for layer in self:
            x = layer(x)
        return x

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """The chain rule: pass the gradient back through all layers, the last one first.

        Where nobody needs the gradient in the input, go no further than to the first layer that has parameters.
        """
        layers, first = list(self), 0
        if not needs_input_grad:
            first = next((i for i, layer in enumerate(layers) if any(layer.named_parameters())), 0)
        for layer in reversed(layers[first + 1 :]):
            grad_output = layer.backward(grad_output)
        return layers[first].backward(grad_output, needs_input_grad=needs_input_grad)


class Residual(Layer):
    r"""A body and a shortcut around it.

    .. math:: y = \text{body}(x) + \text{shortcut}(x) .

    Parameters
    ----------
    body : Layer
    shortcut : Layer, optional
        The identity where it is not given.

    Raises
    ------
    ValueError
        If one is not a `Layer`, a layer occurs twice, or the two outputs have different shapes.

    References
    ----------
    He, Zhang, Ren and Sun, Deep residual learning for image recognition, 2016, equations (1) and (2).

    Examples
    --------
    >>> from cnn_course.nn import ReLU
    >>> block = Residual(ReLU())
    >>> block(np.array([-1.0, 2.0])), block.backward(np.array([1.0, 1.0]))
    (array([-1.,  4.]), array([1., 2.]))
    """

    def __init__(self, body: Layer, shortcut: Layer | None = None) -> None:
        self.body, self.shortcut = body, Identity() if shortcut is None else shortcut
        for name, layer in (("body", self.body), ("shortcut", self.shortcut)):
            if not isinstance(layer, Layer):
                raise ValueError(f"Residual: {name} must be a layer, got {layer!r}")
        _check_distinct(self)

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Add what the body makes of `x` to what the shortcut makes of it."""
        y, shortcut = self.body(x), self.shortcut(x)
        check_shape("Residual", "the output of shortcut", shortcut, y.shape)
        return y + shortcut

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """The sum of the gradients of both ways."""
        body, shortcut = (
            way.backward(grad_output, needs_input_grad=needs_input_grad) for way in (self.body, self.shortcut)
        )
        return body + shortcut if needs_input_grad else None


class Concat(_Named):
    """Layers side by side: each gets the input, and their outputs are joined along the channels.

    Parameters
    ----------
    *branches : Layer, or one mapping of names to layers
        Without names they are called "0", "1", and so on.

    Raises
    ------
    ValueError
        As `Sequential`, and if outputs have no channels or differ in more than those.

    References
    ----------
    The inception module of Szegedy et al., Going deeper with convolutions, 2015, figure 2.

    Examples
    --------
    >>> from cnn_course.nn import Identity, ReLU
    >>> Concat(Identity(), ReLU())(np.array([[-1.0, 2.0]]))
    array([[-1.,  2.,  0.,  2.]])
    """

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Join the outputs of all branches."""
        outputs = [branch(x) for branch in self]
        if outputs[0].ndim < 2:
            raise ValueError(
                f"Concat: the output of branch {next(iter(self.children))} must have at least 2 axes, "
                f"got {outputs[0].ndim}"
            )
        images, _, *size = outputs[0].shape
        for name, y in zip(self.children, outputs, strict=True):
            check_shape("Concat", f"the output of branch {name}", y, (images, *y.shape[1:2], *size))
        y = np.concatenate(outputs, axis=1)
        self.keep(y.shape, [y.shape[1] for y in outputs])
        return y

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """The sum over the branches; each gets the gradient of its own channels."""
        shape, channels = self.kept()
        grad_output = np.asarray(grad_output)
        check_shape("Concat.backward", "grad_output", grad_output, shape)
        parts = np.split(grad_output, np.cumsum(channels)[:-1], axis=1)
        ways = [
            branch.backward(part, needs_input_grad=needs_input_grad) for branch, part in zip(self, parts, strict=True)
        ]
        return sum(ways) if needs_input_grad else None

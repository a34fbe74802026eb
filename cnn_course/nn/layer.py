"""What a layer is: it remembers in its forward pass what its backward pass needs, and it owns what is learned.

A network is a tree of layers. A layer's parameters, buffers and children are its attributes, and their names, joined
by dots along the tree, are those of PyTorch: "0.weight", "3.body.1.running_mean".
"""

from collections.abc import Iterator, Mapping
from textwrap import indent
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.types import InputGrad
from cnn_course.validate import check_mapping

CONTAINERS = (dict, list, tuple)  # plain ones, in which nothing that is learned may lie
SHOWN = 25  # numbers of a parameter, at most, that its repr shows: those of a 5x5 kernel


class Parameter:
    """An array that is learned.

    Parameters
    ----------
    data : ndarray of float
        Its values. Optimisers write into this array.

    Attributes
    ----------
    data : ndarray
    grad : ndarray or None
        Gradient of the loss in `data`, from the last backward pass; None before the first.

    Raises
    ------
    ValueError
        If `data` is no array of floats.

    Examples
    --------
    >>> Parameter(np.zeros(3))
    Parameter(shape=(3,), dtype=float64, data=[0., 0., 0.])
    >>> Parameter(np.zeros((512, 512, 3, 3), np.float32))
    Parameter(shape=(512, 512, 3, 3), dtype=float32)
    """

    def __init__(self, data: np.ndarray) -> None:
        if not isinstance(data, np.ndarray) or not np.issubdtype(data.dtype, np.floating):
            raise ValueError(f"Parameter: data must be an array of floats, got {data!r}")
        self.data = data
        self.grad: np.ndarray | None = None

    def __repr__(self) -> str:
        start = f"Parameter(shape={self.data.shape}, dtype={self.data.dtype}"
        if self.data.size > SHOWN:
            return f"{start})"
        return f"{start}, data={np.array2string(self.data, separator=', ', prefix=f'{start}, data=')})"


class Loaded(NamedTuple):
    """Which names `load_state_dict` has not found, and which it has no place for."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Layer:
    """Base of all layers and networks.

    A subclass defines `forward`, which hands to `keep` what the backward pass will need, and `backward`, which gets
    it back from `kept`. Attributes that are a `Parameter` or a `Layer`, and those that `buffers` names, are found
    without being registered. They are not found inside of a list, tuple or dict, which is therefore an error.

    Attributes
    ----------
    training : bool
        Whether a forward pass prepares for a backward pass; True at first, changed by `train` and `eval`.
    buffers : tuple of str
        Names of the attributes that hold arrays which belong to the state, but are not learned by gradients.

    Notes
    -----
    Every backward pass overwrites the gradients of the one before: there is nothing to set to zero. A layer keeps its
    input itself, not a copy: do not write to it between the two passes. A layer occurs once in a network, because it
    remembers one forward pass. A layer that draws random numbers calls its generator `rng`, where `fit` finds it.

    Raises
    ------
    ValueError
        If an attribute is a list, tuple or dict with layers or parameters in it.

    Examples
    --------
    >>> class Times(Layer):
    ...     def __init__(self, factor):
    ...         self.factor = factor
    ...
    ...     def forward(self, x):
    ...         return self.factor * x
    ...
    ...     def backward(self, grad_output, needs_input_grad=True):
    ...         return self.factor * grad_output
    ...
    ...     def extra_repr(self):
    ...         return f"factor={self.factor}"
    >>> layer = Times(2)
    >>> layer, layer(np.array([1.0, 2.0]))
    (Times(factor=2), array([2., 4.]))
    """

    training = True
    buffers = ()
    _cache = None

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Return the output for the input `x`."""
        raise NotImplementedError

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """Store the gradient of every parameter in its `grad`, and return the gradient in the input.

        `grad_output` is the gradient of the loss in the output of the last forward pass. With `needs_input_grad` False
        nobody wants the gradient in the input, as that of a whole network, whose input is data: a layer that can leave
        out work then does, and returns None.
        """
        raise NotImplementedError

    def extra_repr(self) -> str:
        """The arguments of the layer as its `repr` shows them; a subclass that has some overrides it."""
        return ""

    def __call__(self, x: ArrayLike) -> np.ndarray:
        """`layer(x)` is `layer.forward(x)`."""
        return self.forward(x)

    def __repr__(self) -> str:
        own, name = self.extra_repr(), type(self).__name__
        below = [f"({key}): {layer!r}" for key, layer in self.children.items()]
        if not below:
            return f"{name}({own})"
        return f"{name}(\n" + indent("\n".join([own] * bool(own) + below), "  ") + "\n)"

    def __setattr__(self, name: str, value: Any) -> None:
        _check_hides_nothing(self, name, value)
        super().__setattr__(name, value)

    def keep(self, *values: Any) -> None:
        """Remember `values` for the backward pass, or in evaluation mode nothing."""
        self._cache = values if self.training else None

    def kept(self) -> tuple[Any, ...]:
        """What the last forward pass has remembered, as a tuple."""
        if self._cache is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward: there is no forward pass to go back through; "
                f"call forward first, in training mode"
            )
        return self._cache

    def train(self, mode: bool = True) -> Self:
        """Set this layer and all below to training mode, or with False to evaluation mode; return the layer."""
        for _, layer in self.named_layers():
            layer.training = mode
        return self

    def eval(self) -> Self:
        """Set this layer and all below to evaluation mode; return the layer."""
        return self.train(False)

    @property
    def children(self) -> dict[str, "Layer"]:
        """The layers directly below this one, by name."""
        for name, value in vars(self).items():
            _check_hides_nothing(self, name, value)  # a list may have grown since it was assigned
        return {name: value for name, value in vars(self).items() if isinstance(value, Layer)}

    def named_layers(self, prefix: str = "") -> Iterator[tuple[str, "Layer"]]:
        """Yield (name, layer) for this layer, whose name is `prefix`, and for all below it."""
        yield prefix, self
        for name, child in self.children.items():
            yield from child.named_layers(_join(prefix, name))

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Yield (name, Parameter) for all that is learned in this layer and below: what an optimiser takes."""
        for prefix, layer in self.named_layers():
            for name, value in vars(layer).items():
                if isinstance(value, Parameter):
                    yield _join(prefix, name), value

    def named_arrays(self) -> dict[str, np.ndarray]:
        """The arrays of the state by name, themselves and not copies: parameters and buffers, layer by layer."""
        arrays = {}
        for prefix, layer in self.named_layers():
            own = {name: value.data for name, value in vars(layer).items() if isinstance(value, Parameter)}
            own |= {name: getattr(layer, name) for name in layer.buffers}
            arrays |= {_join(prefix, name): array for name, array in own.items()}
        return arrays

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of all parameters and buffers, by name."""
        return {name: array.copy() for name, array in self.named_arrays().items()}

    def load_state_dict(self, state: Mapping[str, ArrayLike], strict: bool = True) -> Loaded:
        """Copy arrays, such as `state_dict` returns, into the parameters and buffers.

        Parameters
        ----------
        state : mapping of str to array_like
            Floats of another precision are converted.
        strict : bool, default True
            Whether all names must be there, and no other.

        Returns
        -------
        missing_keys, unexpected_keys : list of str
            The names that `strict` would not allow.

        Raises
        ------
        ValueError
            If `state` is no mapping, a shape or dtype differs, or with `strict` a name is missing or unexpected; then
            nothing is changed.

        Examples
        --------
        >>> from cnn_course.nn import Linear
        >>> layer = Linear(2, 1, rng=np.random.default_rng(0))
        >>> layer.load_state_dict({"weight": [[1.0, 2.0]], "scale": 3.0}, strict=False)
        Loaded(missing_keys=['bias'], unexpected_keys=['scale'])
        >>> layer.weight
        Parameter(shape=(1, 2), dtype=float32, data=[[1., 2.]])
        """
        function, targets = f"{type(self).__name__}.load_state_dict", self.named_arrays()
        check_mapping(function, "state", state)
        loaded = Loaded([n for n in targets if n not in state], [n for n in state if n not in targets])
        if not strict:
            targets = {name: targets[name] for name in targets if name in state}
            state = {name: state[name] for name in targets}
        given = {name: _as_array(function, name, array, targets.get(name)) for name, array in state.items()}
        load_arrays(function, targets, given)
        return loaded


def _check_hides_nothing(layer, name, value):
    """What is learned must be found: it may not lie in a plain container."""
    hidden = next(_learners_in(value), None) if isinstance(value, CONTAINERS) else None
    if hidden is not None:
        raise ValueError(
            f"{type(layer).__name__}: {name} is a {type(value).__name__} that holds a {type(hidden).__name__}, which "
            f"would not be found and not be trained; use an attribute for each, or for layers a Sequential, "
            f"which can be indexed and iterated over as a list"
        )


def _learners_in(value):
    """Yield the layers and parameters in a container, also deeper."""
    for entry in value.values() if isinstance(value, dict) else value:
        if isinstance(entry, (Layer, Parameter)):
            yield entry
        elif isinstance(entry, CONTAINERS):
            yield from _learners_in(entry)


def _join(prefix, name):
    return f"{prefix}.{name}" if prefix else name


def _as_array(function, name, array, target=None):
    """Return floats in the precision of their target; those too large for it stay, and their dtype is an error."""
    try:
        array = np.asarray(array)
    except ValueError:
        raise ValueError(f"{function}: {name} must be an array, got {array!r}") from None
    if target is None or not all(np.issubdtype(a.dtype, np.floating) for a in (target, array)):
        return array
    with np.errstate(over="raise"):
        try:
            return array.astype(target.dtype, copy=False)
        except FloatingPointError:
            return array


def load_arrays(function, targets, given):
    """Copy each array of the mapping `given` into the array of `targets` that has its name.

    If `given` is no mapping, or any name, shape or dtype differs, nothing is copied, and one ValueError says all of it.
    """
    check_mapping(function, "state", given)
    given = {name: _as_array(function, name, array) for name, array in given.items()}
    faults = [
        f"{fault} {', '.join(names)}"
        for fault, names in (
            ("missing", [name for name in targets if name not in given]),
            ("unexpected", [name for name in given if name not in targets]),
        )
        if names
    ]
    for name in (name for name in targets if name in given):
        if given[name].shape != targets[name].shape:
            faults.append(f"{name} must have shape {targets[name].shape}, got {given[name].shape}")
        if given[name].dtype != targets[name].dtype:
            faults.append(f"{name} must have dtype {targets[name].dtype}, got {given[name].dtype}")
    if faults:
        raise ValueError(f"{function}: {'; '.join(faults)}")
    own = {id(_owner(target)) for target in targets.values()}
    for name, array in given.items():
        if id(_owner(array)) in own:  # arrays of one network may change places
            given[name] = array.copy()
    for name, target in targets.items():
        target[...] = given[name]


def _owner(array):
    """The array whose memory another is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array

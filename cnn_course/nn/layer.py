"""What a layer is: it remembers in its forward pass what its backward pass needs, and it owns what is learned.

A network is a tree of layers. A layer's parameters, buffers and children are its attributes, and their names, joined
by dots along the tree, are those of PyTorch: "0.weight", "3.body.1.running_mean".
"""

import numpy as np


class Parameter:
    """An array that is learned.

    Parameters
    ----------
    data : ndarray
        Its values. Optimisers write into this array.

    Attributes
    ----------
    data : ndarray
    grad : ndarray or None
        Gradient of the loss in `data`, from the last backward pass; None before the first.

    Examples
    --------
    >>> Parameter(np.zeros(3)).grad is None
    True
    """

    def __init__(self, data):
        self.data = data
        self.grad = None


class Layer:
    """Base of all layers and networks.

    A subclass defines `forward`, which hands to `keep` what the backward pass will need, and `backward`, which gets
    it back from `kept`. Attributes that are a `Parameter` or a `Layer`, and those that `buffers` names, are found
    without being registered.

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

    Examples
    --------
    >>> class Double(Layer):
    ...     def forward(self, x):
    ...         return 2 * x
    ...
    ...     def backward(self, grad_output):
    ...         return 2 * grad_output
    >>> Double()(np.array([1.0, 2.0]))
    array([2., 4.])
    """

    training = True
    buffers = ()
    _cache = None

    def forward(self, x):
        """Return the output for the input `x`."""
        raise NotImplementedError

    def backward(self, grad_output):
        """Store the gradient of every parameter in its `grad`, and return the gradient in the input.

        `grad_output` is the gradient of the loss in the output of the last forward pass.
        """
        raise NotImplementedError

    def backward_parameters(self, grad_output):
        """Store the gradients of the parameters as `backward` does, and return nothing.

        It is what a training loop calls on the whole network, whose input is data. Layers that can leave out work
        override it: `Sequential`, and those with a weight.
        """
        self.backward(grad_output)

    def __call__(self, x):
        """`layer(x)` is `layer.forward(x)`."""
        return self.forward(x)

    def keep(self, *values):
        """Remember `values` for the backward pass, or in evaluation mode nothing."""
        self._cache = values if self.training else None

    def kept(self):
        """What the last forward pass has remembered, as a tuple."""
        if self._cache is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward: there is no forward pass to go back through; "
                f"call forward first, in training mode"
            )
        return self._cache

    def train(self, mode=True):
        """Set this layer and all below to training mode, or with False to evaluation mode; return the layer."""
        for _, layer in self.named_layers():
            layer.training = mode
        return self

    def eval(self):
        """Set this layer and all below to evaluation mode; return the layer."""
        return self.train(False)

    @property
    def children(self):
        """The layers directly below this one, by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Layer)}

    def named_layers(self, prefix=""):
        """Yield (name, layer) for this layer, whose name is `prefix`, and for all below it."""
        yield prefix, self
        for name, child in self.children.items():
            yield from child.named_layers(_join(prefix, name))

    def named_parameters(self):
        """Yield (name, Parameter) for all that is learned in this layer and below: what an optimiser takes."""
        for prefix, layer in self.named_layers():
            for name, value in vars(layer).items():
                if isinstance(value, Parameter):
                    yield _join(prefix, name), value

    def named_arrays(self):
        """The arrays of the state by name, themselves and not copies: parameters and buffers, layer by layer."""
        arrays = {}
        for prefix, layer in self.named_layers():
            own = {name: value.data for name, value in vars(layer).items() if isinstance(value, Parameter)}
            own |= {name: getattr(layer, name) for name in layer.buffers}
            arrays |= {_join(prefix, name): array for name, array in own.items()}
        return arrays

    def state_dict(self):
        """Copies of all parameters and buffers, by name."""
        return {name: array.copy() for name, array in self.named_arrays().items()}

    def load_state_dict(self, state):
        """Copy arrays, such as `state_dict` returns, into the parameters and buffers.

        Raises
        ------
        ValueError
            If a name is missing or unexpected, or a shape or dtype differs; then nothing is changed.
        """
        load_arrays(f"{type(self).__name__}.load_state_dict", self.named_arrays(), state)


def _join(prefix, name):
    return f"{prefix}.{name}" if prefix else name


def load_arrays(function, targets, given):
    """Copy each array of the mapping `given` into the array of `targets` that has its name.

    If any name, shape or dtype differs, nothing is copied, and one ValueError lists all that differs.
    """
    given = {name: np.asarray(array) for name, array in given.items()}
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
    for name, target in targets.items():
        target[...] = given[name]

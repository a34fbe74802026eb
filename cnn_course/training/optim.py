"""Optimisers: they change parameters, in place, by their gradients.

They take what `Layer.named_parameters` yields. After a backward pass every `Parameter` has its `grad`, and `step`
applies the rule to each. The rules are PyTorch's.
"""

import math
from collections.abc import Iterable, Mapping
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.nn.layer import Layer, Parameter, load_arrays
from cnn_course.validate import check_shape, entries, flag, number


class Optimizer:
    """A rule `_update(data, grad, *slots)`, which is given arrays of its own for each parameter, by their `slots`."""

    def __init__(
        self, parameters: Iterable[tuple[str, Parameter]], lr: float, weight_decay: float, slots: list[str]
    ) -> None:
        self._name = type(self).__name__
        self.parameters = _distinct(self._name, parameters)
        self.lr = lr
        self.weight_decay = number(self._name, "weight_decay", weight_decay)
        self._steps = np.zeros((), np.int64)
        self._slots = {
            name: {slot: np.zeros_like(parameter.data) for slot in slots} for name, parameter in self.parameters.items()
        }

    @property
    def lr(self) -> float:
        """The learning rate, which may be set between steps."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = number(self._name, "lr", lr)

    def step(self) -> None:
        """Change every parameter once, by its gradient.

        Raises
        ------
        RuntimeError
            If a parameter has no gradient; then nothing is changed.
        ValueError
            If a gradient does not have the shape of its parameter; then nothing is changed.
        """
        without = [name for name, parameter in self.parameters.items() if parameter.grad is None]
        if without:
            raise RuntimeError(
                f"{self._name}.step: no gradient of {', '.join(without)}; call backward first, on the whole network"
            )
        for name, parameter in self.parameters.items():
            check_shape(f"{self._name}.step", f"the gradient of {name}", parameter.grad, parameter.data.shape)
        self._steps += 1
        for name, parameter in self.parameters.items():
            grad = parameter.grad
            if self.weight_decay:
                grad = grad + self.weight_decay * parameter.data
            self._update(parameter.data, grad, **self._slots[name])

    def named_arrays(self) -> dict[str, np.ndarray]:
        """The arrays of the state by name, themselves and not copies: the count of steps, and those of the rule."""
        slots = {f"{name}.{slot}": array for name, slots in self._slots.items() for slot, array in slots.items()}
        return {"step": self._steps} | slots

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of what the optimiser has gathered. The learning rate and other numbers are not among it."""
        return {name: array.copy() for name, array in self.named_arrays().items()}

    def load_state_dict(self, state: Mapping[str, ArrayLike]) -> None:
        """Copy arrays, such as `state_dict` returns, into the state.

        Raises
        ------
        ValueError
            If `state` is no mapping, a name is missing or unexpected, or a shape or dtype differs; then nothing is
            changed.
        """
        load_arrays(f"{self._name}.load_state_dict", self.named_arrays(), state)


class SGD(Optimizer):
    r"""Stochastic gradient descent, with momentum.

    With :math:`g` the gradient plus `weight_decay` times the parameter, and :math:`v = 0` at first,

    .. math:: v \leftarrow \mu v + g , \qquad w \leftarrow w - \eta v ,

    and Nesterov's variant takes :math:`g + \mu v` in the place of :math:`v` in the second step.

    Parameters
    ----------
    parameters : iterable of (str, Parameter)
        As `named_parameters` of a network yields them.
    lr : float
        The learning rate :math:`\eta`.
    momentum : float, default 0
        The factor :math:`\mu`.
    nesterov : bool, default False
    weight_decay : float, default 0

    Raises
    ------
    ValueError
        If there is no parameter or one twice, a number is negative, or `nesterov` comes without momentum.

    Notes
    -----
    The velocity v does not contain the learning rate: a change of the rate has its effect at once.

    References
    ----------
    Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum, 2013, whose velocity
    contains the learning rate.

    Examples
    --------
    >>> w = Parameter(np.array([1.0]))
    >>> w.grad = np.array([10.0])
    >>> optimizer = SGD([("w", w)], 0.01, momentum=0.5)
    >>> for _ in range(2):
    ...     optimizer.step()
    >>> w.data  # 1 - 0.01 * 10 - 0.01 * (0.5 * 10 + 10)
    array([0.75])
    """

    def __init__(
        self,
        parameters: Iterable[tuple[str, Parameter]],
        lr: float,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        self.momentum = number("SGD", "momentum", momentum)
        self.nesterov = flag("SGD", "nesterov", nesterov)
        if nesterov and not momentum:
            raise ValueError(f"SGD: nesterov needs a momentum above 0, got momentum={momentum}")
        super().__init__(parameters, lr, weight_decay, ["momentum_buffer"] if momentum else [])

    def _update(self, data, grad, momentum_buffer=None):
        if self.momentum:
            momentum_buffer *= self.momentum
            momentum_buffer += grad
            grad = grad + self.momentum * momentum_buffer if self.nesterov else momentum_buffer
        data -= self.lr * grad


class Adam(Optimizer):
    r"""Adam: each element has its own step, by running means of its gradient and of its square.

    With :math:`g` the gradient plus `weight_decay` times the parameter, :math:`m = v = 0` at first, and :math:`t` the
    count of steps, from 1,

    .. math::

        m &\leftarrow \beta_1 m + (1 - \beta_1) g , \qquad v \leftarrow \beta_2 v + (1 - \beta_2) g^2 ,\\
        w &\leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \varepsilon} .

    Parameters
    ----------
    parameters : iterable of (str, Parameter)
        As `named_parameters` of a network yields them.
    lr : float, default 1e-3
        The learning rate :math:`\eta`.
    betas : (float, float), default (0.9, 0.999)
        The factors :math:`\beta_1, \beta_2`, at least 0 and below 1.
    eps : float, default 1e-8
    weight_decay : float, default 0

    Raises
    ------
    ValueError
        If there is no parameter or one twice, or a number is out of range.

    References
    ----------
    Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 1.

    Examples
    --------
    >>> w = Parameter(np.array([1.0, 1.0]))
    >>> w.grad = np.array([1e-3, -1e3])
    >>> Adam([("w", w)], 0.25, eps=0).step()
    >>> w.data  # the first step has the length of the learning rate, whatever the gradient's
    array([0.75, 1.25])
    """

    def __init__(
        self,
        parameters: Iterable[tuple[str, Parameter]],
        lr: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        found = entries(betas) or ()
        if len(found) != 2 or not all(isinstance(beta, Real) and 0 <= beta < 1 for beta in found):
            raise ValueError(f"Adam: betas must be 2 numbers, at least 0 and below 1, got {betas!r}")
        self.betas, self.eps = tuple(map(float, found)), number("Adam", "eps", eps)
        super().__init__(parameters, lr, weight_decay, ["exp_avg", "exp_avg_sq"])

    def _update(self, data, grad, exp_avg, exp_avg_sq):
        steps, (beta1, beta2) = int(self._steps), self.betas
        exp_avg += (1 - beta1) * (grad - exp_avg)
        exp_avg_sq *= beta2
        exp_avg_sq += (1 - beta2) * grad * grad
        denominator = np.sqrt(exp_avg_sq) / math.sqrt(1 - beta2**steps) + self.eps
        data -= (self.lr / (1 - beta1**steps)) * exp_avg / denominator


def _distinct(function, parameters):
    """The parameters by name, each of them once: twice it would be changed twice in a step."""
    named, names = {}, {}
    if isinstance(parameters, Layer):
        raise ValueError(f"{function}: parameters must be pairs (name, Parameter); pass network.named_parameters()")
    if not isinstance(parameters, Iterable) or isinstance(parameters, np.ndarray):
        raise ValueError(f"{function}: parameters must be pairs (name, Parameter), got {parameters!r}")
    for pair in parameters:
        if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[1], Parameter):
            raise ValueError(f"{function}: parameters must be pairs (name, Parameter), got {pair!r}")
        name, parameter = pair
        if name in named:
            raise ValueError(f"{function}: every parameter must have a name of its own, got 2 that are called {name!r}")
        if id(parameter) in names:
            raise ValueError(
                f"{function}: every parameter may occur once, got the same at {names[id(parameter)]!r} and {name!r}"
            )
        named[name], names[id(parameter)] = parameter, name
    if not named:
        raise ValueError(f"{function}: parameters must hold at least 1 parameter, got 0")
    return named

"""Auxiliary heads: classifiers in the middle of a network, by which its early layers learn sooner."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.functional.loss import cross_entropy, cross_entropy_backward
from cnn_course.nn import Layer, Sequential
from cnn_course.types import InputGrad, Loss
from cnn_course.validate import check_shape, number


class AuxiliaryHeads(Layer):
    """A network, and heads that read what some of its layers give out.

    In training mode the output has the logits of the network and of each head along a last axis. In evaluation mode
    the heads are left out, and the output is the network's.

    Parameters
    ----------
    network : Sequential
        From the inputs to logits (N, K).
    heads : mapping of str to Layer
        To the name of a layer of the network, a classifier of its output, with logits of the same shape (N, K).

    Raises
    ------
    ValueError
        If `network` is no `Sequential`, there is no head, or a head reads a layer that the network has not.

    Notes
    -----
    The logits stand in the order of the layers that they come from, after those of the network.

    References
    ----------
    Szegedy et al. (2015), *Going deeper with convolutions*, section 5.

    Examples
    --------
    >>> from cnn_course.nn import Identity, Linear
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential({"hidden": Linear(5, 4, rng=rng), "logits": Linear(4, 3, rng=rng)})
    >>> network = AuxiliaryHeads(network, {"hidden": Linear(4, 3, rng=rng)})
    >>> x = np.ones((2, 5), np.float32)
    >>> network(x).shape, network.eval()(x).shape
    ((2, 3, 2), (2, 3))
    """

    def __init__(self, network: Sequential, heads: Mapping[str, Layer]) -> None:
        if not isinstance(network, Sequential):
            raise ValueError(f"AuxiliaryHeads: network must be a Sequential, got {network!r}")
        self.network, self.heads = network, Sequential(heads)
        unknown = [name for name in self.heads.children if name not in network.children]
        if unknown:
            raise ValueError(
                f"AuxiliaryHeads: heads must be named after layers of network, got {', '.join(map(repr, unknown))}"
            )

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Logits of shape (N, K, 1 + number of heads), or in evaluation mode (N, K)."""
        if not self.training:
            return self.network(x)
        logits, heads = [], self.heads.children
        for name, layer in self.network.children.items():
            x = layer(x)
            if name in heads:
                logits.append(heads[name](x))
        y = np.stack([x, *logits], axis=-1)
        self.keep(y.shape)
        return y

    def backward(self, grad_output: ArrayLike, needs_input_grad: bool = True) -> InputGrad:
        """Back through the network; where a head reads a layer, its gradient is added: the way to it is shorter."""
        (shape,) = self.kept()
        grad_output = np.asarray(grad_output)
        check_shape("AuxiliaryHeads.backward", "grad_output", grad_output, shape)
        grad, *grads = np.moveaxis(grad_output, -1, 0)
        layers, heads = list(self.network.children.items()), self.heads.children
        for position, (name, layer) in reversed(list(enumerate(layers))):
            if name in heads:
                grad = grad + heads[name].backward(grads.pop())
            grad = layer.backward(grad, needs_input_grad=needs_input_grad or position > 0)
        return grad


def auxiliary_loss(weight: float = 0.3) -> Loss:
    r"""Return the loss, and its backward function, of a network with auxiliary heads.

    With :math:`\ell` the cross-entropy, :math:`z` the logits of the network and :math:`z_1, z_2, \dots` of its heads,

    .. math:: L = \ell(z) + \lambda \sum_i \ell(z_i) .

    Parameters
    ----------
    weight : float, default 0.3
        The factor :math:`\lambda`.

    Returns
    -------
    (callable, callable)
        As `fit` takes it. Of logits with two axes, as in evaluation mode, it is the cross-entropy.

    Raises
    ------
    ValueError
        If `weight` is no finite number of at least 0.

    References
    ----------
    Szegedy et al. (2015), *Going deeper with convolutions*, section 5.

    Examples
    --------
    >>> loss, gradient = auxiliary_loss()
    >>> logits, labels = np.zeros((4, 10, 3)), np.array([3, 1, 4, 1])
    >>> bool(np.isclose(loss(logits, labels), 1.6 * np.log(10))), gradient(1.0, logits, labels).shape
    (True, (4, 10, 3))
    """
    weight = number("auxiliary_loss", "weight", weight)

    def terms(logits):
        """The factor and the logits of each term of the sum."""
        logits = np.asarray(logits)
        heads = np.moveaxis(logits, -1, 0) if logits.ndim == 3 else [logits]
        return list(zip([1.0] + [weight] * (len(heads) - 1), heads, strict=True))

    def loss(logits, labels):
        return sum(factor * cross_entropy(head, labels) for factor, head in terms(logits))

    def gradient(grad_output, logits, labels):
        grads = [cross_entropy_backward(grad_output * factor, head, labels) for factor, head in terms(logits)]
        return np.stack(grads, axis=-1) if np.ndim(logits) == 3 else grads[0]

    return loss, gradient

"""The activation functions as layers."""

from cnn_course import functional as F
from cnn_course.nn.base import FunctionLayer
from cnn_course.validate import integer


class ReLU(FunctionLayer):
    """The activation `relu`.

    Examples
    --------
    >>> layer = ReLU()
    >>> layer(np.array([-1.0, 2.0])), layer.backward(np.array([5.0, 7.0]))
    (array([0., 2.]), array([0., 7.]))
    """

    function, gradient = staticmethod(F.relu), staticmethod(F.relu_backward)


class Sigmoid(FunctionLayer):
    """The activation `sigmoid`.

    Examples
    --------
    >>> Sigmoid()(np.array([0.0]))
    array([0.5])
    """

    function, gradient = staticmethod(F.sigmoid), staticmethod(F.sigmoid_backward)


class Tanh(FunctionLayer):
    """The activation `tanh`.

    Examples
    --------
    >>> Tanh()(np.array([0.0]))
    array([0.])
    """

    function, gradient = staticmethod(F.tanh), staticmethod(F.tanh_backward)


class Softmax(FunctionLayer):
    """The probabilities `softmax` along one axis, by default the channels.

    The loss `cross_entropy` takes logits: a network that is trained with it does not end in this layer.

    Examples
    --------
    >>> Softmax()(np.zeros((1, 4)))
    array([[0.25, 0.25, 0.25, 0.25]])
    """

    function, gradient = staticmethod(F.softmax), staticmethod(F.softmax_backward)

    arguments = ("axis",)

    def __init__(self, axis: int = 1) -> None:
        self.axis = integer("Softmax", "axis", axis)

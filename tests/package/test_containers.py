"""Networks of layers compute what their parts do, and their gradients follow the same tree."""

from collections import OrderedDict

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_array_equal

from cnn_course.nn import BatchNorm2d, Concat, Conv2d, Flatten, Identity, Layer, Linear, ReLU, Residual, Sequential


class Affine(Layer):
    """a x + b, without parameters."""

    def __init__(self, a, b=0.0):
        self.a, self.b = a, b

    def forward(self, x):
        return self.a * x + self.b

    def backward(self, grad_output, needs_input_grad=True):
        return self.a * grad_output


class Repeat(Layer):
    """Some copies of the channels."""

    def __init__(self, times):
        self.times = times

    def forward(self, x):
        return np.concatenate([x] * self.times, axis=1)

    def backward(self, grad_output, needs_input_grad=True):
        return sum(np.split(grad_output, self.times, axis=1))


def test_sequential_runs_forwards_and_backwards():
    network = Sequential(Affine(2, 1), Affine(3, 10), ReLU())
    x = np.array([1.0, -5.0])
    assert_array_equal(network(x), [(1 * 2 + 1) * 3 + 10, 0])
    assert_array_equal(network.backward(np.array([7.0, 7.0])), [7 * 3 * 2, 0])


class NotBack(Layer):
    """The identity, through which nothing may go back."""

    def forward(self, x):
        return x


def test_the_gradients_of_the_parameters_need_nothing_before_the_first_layer_that_has_some():
    rng = np.random.default_rng(0)
    network = Sequential(NotBack(), Sequential(NotBack(), Linear(3, 5, rng=rng), ReLU()), Linear(5, 2, rng=rng))
    network(np.ones((7, 3), np.float32))
    network.backward(np.ones((7, 2), np.float32), needs_input_grad=False)
    assert all(parameter.grad is not None for _, parameter in network.named_parameters())


def test_a_network_without_parameters_has_no_gradients():
    network = Sequential(ReLU(), Affine(2))
    network(np.ones(3))
    assert network.backward(np.ones(3), needs_input_grad=False) is None


def test_where_nothing_is_learned_no_gradient_is_computed():
    rng = np.random.default_rng(0)
    block = Concat(ReLU(), Residual(Linear(3, 3, rng=rng), ReLU()))
    block(np.ones((7, 3), np.float32))
    block[0].gradient = block[1].shortcut.gradient = None  # a call would fail
    block.backward(np.ones((7, 6), np.float32), needs_input_grad=False)
    assert all(parameter.grad is not None for _, parameter in block.named_parameters())


def test_residual_adds_both_ways():
    block = Residual(Affine(2, 1), Affine(10, 100))
    assert_array_equal(block(np.array([3.0])), [3 * 2 + 1 + 3 * 10 + 100])
    assert_array_equal(block.backward(np.array([7.0])), [7 * (2 + 10)])


def test_the_shortcut_is_the_identity_unless_it_is_given():
    block = Residual(Affine(2, 1))
    assert_array_equal(block(np.array([3.0])), [3 * 2 + 1 + 3])
    assert_array_equal(block.backward(np.array([7.0])), [7 * (2 + 1)])


def test_concat_joins_the_channels_in_order():
    block = Concat(Affine(2), Affine(10), Repeat(2))
    x = np.array([[1.0, 3.0], [5.0, 7.0]])
    assert_array_equal(block(x), [[2, 6, 10, 30, 1, 3, 1, 3], [10, 14, 50, 70, 5, 7, 5, 7]])
    grad_x = block.backward(np.array([[1.0, 2, 100, 200, 10, 20, 30, 40], [1.0, 0, 0, 0, 0, 0, 0, 0]]))
    assert_array_equal(grad_x, [[2 * 1 + 10 * 100 + 10 + 30, 2 * 2 + 10 * 200 + 20 + 40], [2, 0]])


def test_sequential_goes_back_through_its_last_layer_first():
    network = Sequential(*(Linear(2, 2, bias=False, rng=np.random.default_rng(0), dtype=np.float64) for _ in range(2)))
    first, second = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0], [5.0, 0.0]])  # they do not commute
    network[0].weight.data[...], network[1].weight.data[...] = first, second
    network(np.ones((1, 2)))
    assert_array_equal(network.backward(np.array([[1.0, 10.0]])), np.array([[1.0, 10.0]]) @ second @ first)


def test_sequential_is_a_sequence_of_its_layers():
    first, second, third = layers = Affine(1), Affine(2), Affine(3)
    network = Sequential(*layers)
    assert len(network) == 3
    assert list(network) == list(layers)
    assert network[0] is first
    assert network[-1] is third
    assert network["1"] is second
    with pytest.raises(IndexError):
        network[3]
    with pytest.raises(KeyError):
        network["3"]


def test_a_slice_has_the_same_layers_under_the_same_names():
    network = Sequential(Affine(1), Affine(2), Affine(3))
    tail = network[1:]
    assert isinstance(tail, Sequential)
    assert list(tail) == [network[1], network[2]]
    assert list(tail.children) == ["1", "2"]


@pytest.mark.parametrize("mapping", [dict, OrderedDict])
@pytest.mark.parametrize("container", [Sequential, Concat])
def test_layers_may_be_named(container, mapping):
    rng = np.random.default_rng(0)
    network = container(mapping([("low", Linear(2, 2, rng=rng)), ("high", Linear(2, 2, rng=rng))]))
    assert list(network.state_dict()) == ["low.weight", "low.bias", "high.weight", "high.bias"]
    assert network["high"] is network[1]


def test_the_children_of_a_container_cannot_be_changed_from_outside():
    network = Sequential(ReLU())
    network.children.clear()
    assert len(network) == 1


def test_names_along_the_tree():
    rng = np.random.default_rng(0)
    network = Sequential(
        Residual(Sequential(Conv2d(3, 3, 1, rng=rng), BatchNorm2d(3)), Conv2d(3, 3, 1, bias=False, rng=rng)),
        Concat(Conv2d(3, 1, 1, rng=rng), Identity()),
        Flatten(),
        Linear(4, 2, rng=rng),
    )
    assert [name for name, _ in network.named_parameters()] == [
        "0.body.0.weight",
        "0.body.0.bias",
        "0.body.1.weight",
        "0.body.1.bias",
        "0.shortcut.weight",
        "1.0.weight",
        "1.0.bias",
        "3.weight",
        "3.bias",
    ]


relu = ReLU()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Sequential(), "Sequential: expected at least 1 layer, got 0"),
        (lambda: Concat({}), "Concat: expected at least 1 layer, got 0"),
        (lambda: Sequential(ReLU(), np.tanh), "Sequential: expected layers, got <ufunc 'tanh'> (at '1')"),
        (lambda: Sequential([ReLU()]), "Sequential: expected layers, got [ReLU()] (at '0')"),
        (lambda: Sequential({"train": ReLU()}), "Sequential: a layer's name must not be that of an attribute, got 'tr"),
        (lambda: Sequential({"a.b": ReLU()}), "Sequential: a layer's name must be a string without dots, got 'a.b'"),
        (lambda: Concat({"": ReLU()}), "Concat: a layer's name must be a string without dots, got ''"),
        (lambda: Sequential({0: ReLU()}), "Sequential: a layer's name must be a string without dots, got 0"),
        (lambda: Residual(None), "Residual: body must be a layer, got None"),
        (lambda: Residual(ReLU(), "identity"), "Residual: shortcut must be a layer, got 'identity'"),
        (
            lambda: Sequential(Affine(1), relu, Residual(Sequential(relu))),
            "Sequential: every layer may occur once, got the same ReLU at '1' and '2.body.0'",
        ),
        (
            lambda: Residual(relu, relu),
            "Residual: every layer may occur once, got the same ReLU at 'body' and 'shortcut'",
        ),
        (lambda: Concat(relu, relu), "Concat: every layer may occur once, got the same ReLU at '0' and '1'"),
    ],
)
def test_errors_of_construction(build, message):
    with raises(message):
        build()


def test_outputs_that_do_not_fit_together():
    x = np.ones((5, 2, 3))
    with raises("Residual: the output of shortcut must have shape (5, 2, 3), got (5, 4, 3)"):
        Residual(Identity(), Repeat(2))(x)
    with raises("Residual: the output of shortcut must have shape (5, 2, 3), got (5, 2, 1)"):  # no broadcasting
        Residual(Identity(), Mean())(x)
    with raises("Concat: the output of branch 1 must have shape (5, 2, 3), got (5, 2, 1)"):
        Concat(Identity(), Mean())(x)
    with raises("Concat: the output of branch 1 must have shape (5, 6, 3), got (5, 6)"):
        Concat(Identity(), Flatten())(x)
    for x in (np.ones(3), np.float64(1)):
        with raises(f"Concat: the output of branch 0 must have at least 2 axes, got {x.ndim}"):
            Concat(Identity())(x)


class Mean(Layer):
    def forward(self, x):
        return x.mean(axis=2, keepdims=True)


def test_a_gradient_with_too_few_channels_for_the_branches():
    block = Concat(Identity(), Repeat(2))
    block(np.ones((5, 2, 3)))
    with raises("Concat.backward: grad_output must have shape (5, 6, 3), got (5, 4, 3)"):
        block.backward(np.ones((5, 4, 3)))


def test_a_base_layer_computes_nothing():
    with pytest.raises(NotImplementedError):
        Layer()(np.ones(3))
    with pytest.raises(NotImplementedError):
        Layer().backward(np.ones(3))

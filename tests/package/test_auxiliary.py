"""Auxiliary heads read what layers give out, and their gradients join that of the network where they read."""

import numpy as np
import pytest
from messages import raises
from networks import check_gradients
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import gradient_check, nets
from cnn_course.functional import cross_entropy
from cnn_course.nets import AuxiliaryHeads, auxiliary_loss
from cnn_course.nn import Linear, ReLU, Sequential, Tanh, summary
from cnn_course.training import SGD, evaluate, fit


def small(rng):
    """Two heads on a network of five layers, named out of their order."""
    make = {"rng": rng, "dtype": np.float64}
    layers = {"in": Linear(5, 7, **make), "tanh": Tanh(), "mid": Linear(7, 11, **make), "relu": ReLU()}
    network = Sequential(layers | {"out": Linear(11, 3, **make)})
    return AuxiliaryHeads(network, {"relu": Linear(11, 3, **make), "tanh": Linear(7, 3, **make)})


def test_logits_of_the_network_and_of_the_heads_in_the_order_of_its_layers():
    rng = np.random.default_rng(1)
    built, x = small(rng), rng.standard_normal((2, 5))
    network, heads = built.network, built.heads
    tanh = network[:2](x)
    relu = network[2:4](tanh)
    expected = np.stack([network["out"](relu), heads["tanh"](tanh), heads["relu"](relu)], axis=-1)
    assert_array_equal(built(x), expected)
    assert_array_equal(built.eval()(x), expected[..., 0])


def test_gradients():
    rng = np.random.default_rng(2)
    results = check_gradients(small(rng), rng.standard_normal((2, 5)), rng)
    assert max(result.relative_error for result in results) < 1e-6


def test_a_head_leaves_the_layers_after_it_alone():
    rng = np.random.default_rng(3)
    built = small(rng)
    built(rng.standard_normal((2, 5)))
    grad = np.zeros((2, 3, 3))
    grad[..., 1] = rng.standard_normal((2, 3))  # that of the head on tanh
    built.backward(grad, needs_input_grad=False)
    moved = {name for name, parameter in built.named_parameters() if parameter.grad.any()}
    assert moved == {"network.in.weight", "network.in.bias", "heads.tanh.weight", "heads.tanh.bias"}


@pytest.mark.parametrize("shape", [(5, 3, 3), (5, 3)])
def test_the_loss_and_its_gradient(shape):
    rng = np.random.default_rng(4)
    logits, labels = rng.standard_normal(shape), rng.integers(0, 3, 5)
    loss, gradient = auxiliary_loss(0.7)
    parts = [cross_entropy(z, labels) for z in (np.moveaxis(logits, -1, 0) if len(shape) == 3 else [logits])]
    assert_allclose(loss(logits, labels), parts[0] + 0.7 * sum(parts[1:]), rtol=1e-14)
    (result,) = gradient_check(lambda z: loss(z, labels), lambda g, z: gradient(g, z, labels), [logits], rng=rng)
    assert result.relative_error < 1e-6


def test_it_trains_and_is_evaluated_as_any_network():
    rng = np.random.default_rng(5)
    built, images, labels = small(rng), rng.standard_normal((64, 5)), rng.integers(0, 3, 64)
    before = evaluate(built, images, labels, batch_size=10)
    loss, optimizer = auxiliary_loss(), SGD(built.named_parameters(), 0.1, momentum=0.9)
    fit(built, optimizer, images, labels, epochs=5, batch_size=16, rng=rng, loss=loss, progress=False)
    assert evaluate(built, images, labels, batch_size=10)["loss"] < before["loss"]
    assert_allclose(evaluate(built, images, labels, batch_size=64, loss=loss)["loss"],
                    cross_entropy(built.eval()(images), labels), rtol=1e-12)  # fmt: skip


def test_errors():
    rng = np.random.default_rng(6)
    network = Sequential({"only": Linear(2, 2, rng=rng)})
    with raises("AuxiliaryHeads: network must be a Sequential, got ReLU()"):
        AuxiliaryHeads(ReLU(), {"only": Linear(2, 2, rng=rng)})
    with raises("AuxiliaryHeads: heads must be named after layers of network, got 'other'"):
        AuxiliaryHeads(network, {"only": Linear(2, 2, rng=rng), "other": ReLU()})
    with raises("auxiliary_loss: weight must be a finite number and at least 0, got -1"):
        auxiliary_loss(-1)
    built = AuxiliaryHeads(network, {"only": Linear(2, 2, rng=rng)})
    built(np.zeros((3, 2), np.float32))
    with raises("AuxiliaryHeads.backward: grad_output must have shape (3, 2, 2), got (3, 2)"):
        built.backward(np.zeros((3, 2)))


def test_googlenet_of_the_paper_with_its_heads():
    rng = np.random.default_rng(7)
    network = nets.googlenet_2015(aux_logits=True, rng=rng)
    rows = {row.name: row for row in summary(network, (3, 224, 224)).rows}
    assert sum(row.parameters for row in rows.values()) == 13_378_280
    assert sum(row.multiply_accumulates for row in rows.values()) == 1_582_671_872  # heads serve training alone
    assert rows["heads.inception4d.fc2"].output_shape is None
    x = rng.standard_normal((1, 3, 224, 224), dtype=np.float32)
    assert network(x).shape == (1, 1000, 3)
    assert network.eval()(x).shape == (1, 1000)
    with raises("googlenet_2015: aux_logits must be True or False, got 1"):
        nets.googlenet_2015(aux_logits=1, rng=rng)

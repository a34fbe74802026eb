"""The Jacobian of every layer and network: against differences, against its transpose, against backward, and dense."""

import numpy as np
import pytest
from messages import raises
from networks import NAMES, make
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import nn
from cnn_course.stability import jacobian_norm, linearize, worst_direction

every_layer = pytest.mark.parametrize("name", NAMES)


def settled(name, seed=0):
    """A layer in evaluation mode, with running statistics that are not 0 and 1, and an input."""
    layer, x = make(name, seed=seed)
    rng = np.random.default_rng(seed + 1)
    for _, below in layer.named_layers():
        if isinstance(below, nn.BatchNorm1d | nn.BatchNorm2d):
            below.running_mean += rng.normal(size=below.running_mean.shape)
            below.running_var *= rng.uniform(0.5, 2, below.running_var.shape)
    return layer.eval(), x


@every_layer
def test_the_output_is_that_of_the_evaluation_mode(name):
    layer, x = settled(name)
    assert_allclose(linearize(layer.train(), x).output, layer.eval()(x), rtol=1e-13, atol=1e-14)


@every_layer
def test_along_a_direction_it_is_the_limit_of_differences(name):
    layer, x = settled(name)
    near, v = linearize(layer, x), np.random.default_rng(2).standard_normal(x.shape)
    step = 1e-6
    assert_allclose(near.jvp(v), (layer(x + step * v) - layer(x - step * v)) / (2 * step), rtol=0, atol=2e-8)
    assert np.abs(near.jvp(v)).max() > 1e-3


@every_layer
@pytest.mark.parametrize("values", ["normal", "tied"])
def test_back_is_the_transpose_of_forward(name, values):
    layer, x = settled(name)
    rng = np.random.default_rng(3)
    if values == "tied":  # equal maxima, and zeros before a ReLU
        x = rng.integers(-1, 2, x.shape).astype(float)
    near = linearize(layer, x)
    for _ in range(3):
        v, g = rng.standard_normal(x.shape), rng.standard_normal(near.output.shape)
        image = near.jvp(v)
        assert abs(np.vdot(image, g) - np.vdot(v, near.vjp(g))) <= 1e-12 * np.linalg.norm(image) * np.linalg.norm(g)


@every_layer
@pytest.mark.parametrize("values", ["normal", "tied"])
def test_back_is_the_backward_pass(name, values):
    layer, x = settled(name)
    if any(isinstance(below, nn.BatchNorm1d | nn.BatchNorm2d | nn.Dropout) for _, below in layer.named_layers()):
        return  # which in training mode is another function
    rng = np.random.default_rng(4)
    x = rng.integers(-1, 2, x.shape).astype(float) if values == "tied" else x
    g = rng.standard_normal(layer.train()(x).shape)
    assert_allclose(linearize(layer, x).vjp(g), layer.backward(g), rtol=0, atol=1e-13)


@every_layer
def test_nothing_of_the_network_changes(name):
    layer, x = make(name)
    layer(x)
    caches = [below._cache for _, below in layer.named_layers()]
    grads = [parameter.grad for _, parameter in layer.named_parameters()]
    state, before = layer.state_dict(), x.copy()
    near = linearize(layer, x)
    near.vjp(near.jvp(x))
    assert all(below.training for _, below in layer.named_layers())
    assert all(a is b._cache for a, (_, b) in zip(caches, layer.named_layers(), strict=True))
    assert all(a is b.grad for a, (_, b) in zip(grads, layer.named_parameters(), strict=True))
    assert_array_equal(x, before)
    for key, array in layer.state_dict().items():
        assert_array_equal(array, state[key])


@every_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_computes_in_the_dtype_of_the_input(name, dtype):
    layer, x = make(name, dtype=np.float32 if dtype == np.float64 else np.float64)
    near = linearize(layer, x.astype(dtype))
    assert {near.output.dtype, near.jvp(x).dtype, near.vjp(near.output).dtype} == {np.dtype(dtype)}


def network(rng, dtype=np.float64):
    return nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=1, rng=rng, dtype=dtype),
        nn.ReLU(),
        nn.Residual(nn.Sequential(nn.Conv2d(6, 6, 3, padding=1, rng=rng, dtype=dtype), nn.Tanh())),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, rng=rng, dtype=dtype),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32, 5, rng=rng, dtype=dtype),
    )


def numerical_jacobian(network, x, step=1e-6):
    columns = []
    for i in range(x.size):
        v = np.zeros(x.size)
        v[i] = step
        v = v.reshape(x.shape)
        columns.append((network(x + v) - network(x - v)).ravel() / (2 * step))
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("seed", range(5))
def test_the_norm_of_the_jacobian_and_the_worst_direction(seed):
    rng = np.random.default_rng(seed)
    built, x = network(rng), rng.standard_normal((1, 2, 8, 8))
    values = np.linalg.svd(numerical_jacobian(built, x), compute_uv=False)
    bounds = jacobian_norm(built, x, rng=rng)
    assert bounds.lower <= values[0] * (1 + 1e-6)
    assert values[0] * (1 - 1e-6) <= bounds.upper <= values[0] * 1.002
    v = worst_direction(built, x, rng=rng)
    assert np.linalg.norm(v) == pytest.approx(1)
    step = 1e-6
    gain = np.linalg.norm(built(x + step * v) - built(x - step * v)) / (2 * step)
    assert gain == pytest.approx(values[0], rel=1e-6)
    random = rng.standard_normal((100, *x.shape))
    gains = [np.linalg.norm(linearize(built, x).jvp(r)) / np.linalg.norm(r) for r in random]
    assert gain > 3 * np.median(gains)


def test_the_norm_of_a_linear_layer_does_not_depend_on_the_input_and_float32_is_taken():
    rng = np.random.default_rng(6)
    layer = nn.Conv2d(2, 3, 3, stride=2, padding=1, padding_mode="reflect", rng=rng)
    x = rng.standard_normal((1, 2, 6, 6)).astype(np.float32)
    there, here = (jacobian_norm(layer, y, rng=np.random.default_rng(7)) for y in (x, 0 * x))
    assert there.lower == here.lower
    assert there.upper == here.upper
    assert there.attained_at.dtype == np.float64


class Twice(nn.Layer):
    def forward(self, x):
        return 2 * x


class Steep(nn.ReLU):
    def forward(self, x):
        return 5 * x


class Named(nn.Sequential):
    """A network of a class of its own, which computes as its base does."""


def test_a_layer_of_which_nothing_is_known():
    rng = np.random.default_rng(0)
    words = "network must be made of layers of cnn_course.nn, not yet frozen, got a"
    for layer, what in (
        (Twice(), "Twice, of which nothing is known"),
        (nn.Sequential(nn.ReLU(), Twice()), "Twice at '1', of which"),
        (nn.Residual(Steep()), "Steep at 'body', of which"),
        (nn.freeze(nn.Conv2d(1, 1, 1, rng=rng)), "FrozenConv2d, of which"),
    ):
        with raises(f"linearize: {words} {what}"):
            linearize(layer, np.ones((1, 1, 2, 2)))
    assert linearize(Named(nn.ReLU()), np.ones(2)).output.shape == (2,)
    with raises("linearize: network must be made of layers that compute something, got a Layer"):
        linearize(nn.Layer(), np.ones(2))


@pytest.mark.parametrize("function", [jacobian_norm, worst_direction])
def test_errors(function):
    layer, name = nn.Linear(3, 2, rng=np.random.default_rng(0)), function.__name__
    rng = np.random.default_rng(1)
    with raises(f"{name}: x must hold one input, of shape (1, ...), got shape (2, 3)"):
        function(layer, np.ones((2, 3)), rng=rng)
    with raises(f"{name}: network must be a Layer, got 3"):
        function(3, np.ones((1, 3)), rng=rng)
    with raises(f"{name}: rng must be a numpy.random.Generator, got 0"):
        function(layer, np.ones((1, 3)), rng=0)
    with raises(f"{name}: x must hold finite numbers, got NaN or infinity"):
        function(layer, np.array([[1.0, np.nan, 0]]), rng=rng)


def test_directions_and_gradients_have_their_shapes():
    near = linearize(nn.Linear(3, 2, rng=np.random.default_rng(0)), np.ones((4, 3)))
    with raises("Linearization.jvp: v must have shape (4, 3), got (4, 2)"):
        near.jvp(np.ones((4, 2)))
    with raises("Linearization.vjp: g must have shape (4, 2), got (4, 3)"):
        near.vjp(np.ones((4, 3)))

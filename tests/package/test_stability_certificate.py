"""No gain of any network exceeds its certificate, and the constants of single layers are attained."""

from itertools import product
from math import prod, sqrt

import numpy as np
import pytest
from messages import raises
from networks import NAMES, make
from numpy.testing import assert_allclose, assert_array_equal
from stability_networks import MODES, random_network

from cnn_course import matrix_of, nn
from cnn_course.stability import certificate, certified_radius, jacobian_norm, linearize, lipschitz_bound


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_gain_of_a_thousand_random_networks_exceeds_the_certificate(dtype, seed):
    """125 networks a case: the gain of the worst direction at a point, and of a large step in that direction."""
    rng, ratios = np.random.default_rng([seed, dtype().itemsize]), []
    unit = np.finfo(dtype).eps
    for _ in range(125):
        network, shape = random_network(rng, dtype)
        bound = lipschitz_bound(network, shape)
        x = (rng.standard_normal((1, *shape)) * rng.choice([0, 1, 10])).astype(dtype)
        near = jacobian_norm(network, x, rng=rng, max_steps=8, tolerance=0)
        assert near.lower <= bound * (1 + 1e-12), network
        step = (rng.choice([0.1, 1, 10]) * near.attained_at).astype(dtype)
        there, here = network(x + step), network(x)
        moved = np.linalg.norm(there.astype(float) - here)
        rounding = 100 * unit * (np.linalg.norm(here) + bound * (np.linalg.norm(x) + np.linalg.norm(step)))
        assert moved <= bound * np.linalg.norm(step) + rounding, network
        ratios.append(near.lower / bound)
    assert np.quantile(ratios, 0.9) > 0.7  # the certificate is put to the test


def dense_norm(layer, shape):
    return np.linalg.norm(matrix_of(lambda x: (layer(x[None]) - layer(0 * x[None]))[0], shape), 2)


LINEAR = ("Conv", "AvgPool", "Blur", "GlobalAvg", "Linear", "Flatten", "Identity", "Dropout", "BatchNorm")


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith(LINEAR)])
def test_linear_layers_against_their_dense_matrices(name):
    layer, x = make(name)
    true, bound = dense_norm(layer.eval(), x.shape[1:]), lipschitz_bound(layer, x.shape[1:])
    assert true <= bound * (1 + 1e-12)
    if not name.startswith("Conv"):
        assert bound == pytest.approx(true, rel=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_the_shapes_are_those_of_the_outputs(name):
    layer, x = make(name)
    rows = certificate(layer, x.shape[1:]).rows
    assert rows[-1].output_shape == layer.eval()(x).shape[1:]
    named = dict(layer.named_layers())
    assert all(type(named[row.name]).__name__ == row.layer for row in rows)


@pytest.mark.parametrize("mode", MODES)
def test_convolutions_with_every_padding(mode):
    """On one axis, with strides that divide the size or do not, and windows that are visited twice."""
    rng, ratios = np.random.default_rng(1), []
    for kernel, stride, padding, dilation, n in product([1, 2, 3], [1, 2, 3], [0, 1, 3], [1, 2], [4, 5, 6]):
        layer = nn.Conv1d(*(2, 3, kernel, stride, padding, dilation, 1, False, mode), rng=rng, dtype=np.float64)
        if dilation * (kernel - 1) + 1 > n + 2 * padding:
            continue
        true, bound = dense_norm(layer, (2, n)), lipschitz_bound(layer, (2, n))
        assert true <= bound * (1 + 1e-12)
        ratios.append(true / bound)
    assert max(ratios) > 1 - 1e-8
    assert np.median(ratios) > (0.8 if mode == "circular" else 0.6)


def test_on_a_circle_the_certificate_is_the_norm_itself():
    rng = np.random.default_rng(2)
    layer = nn.Conv2d(2, 3, 3, padding=1, padding_mode="circular", rng=rng, dtype=np.float64)
    assert lipschitz_bound(layer, (2, 5, 6)) == pytest.approx(dense_norm(layer, (2, 5, 6)), rel=1e-8)


def test_max_pools_attain_their_constant():
    """An impulse counts once in each window that holds it; the constant is the root of their number."""
    rng = np.random.default_rng(3)
    for _ in range(60):
        kernel, stride, dilation = (tuple(map(int, rng.integers(1, 4, 2))) for _ in range(3))
        padding = [int(rng.integers(0, k // 2 + 1)) for k in kernel]
        layer = nn.MaxPool2d(kernel, stride, padding, dilation=dilation, ceil_mode=bool(rng.random() < 0.5))
        size = [int(rng.integers(d * (k - 1) + 1, d * (k - 1) + 5)) for k, d in zip(kernel, dilation, strict=True)]
        impulses = np.eye(prod(size)).reshape(-1, 1, *size)
        gains = layer(impulses).reshape(prod(size), -1)
        if not np.isfinite(gains).all():
            with raises("MaxPool2d: every window must hold a part of the input, of shape "):
                lipschitz_bound(layer, (1, *size))
            continue
        assert lipschitz_bound(layer, (1, *size)) == np.linalg.norm(gains, axis=1).max()


def test_average_pools_have_the_norm_of_their_matrix():
    rng = np.random.default_rng(4)
    for _ in range(60):
        kernel, stride = (tuple(map(int, rng.integers(1, 4, 2))) for _ in range(2))
        padding, flags = [int(rng.integers(0, k // 2 + 1)) for k in kernel], map(bool, rng.random(2) < 0.5)
        layer = nn.AvgPool2d(
            kernel, stride, padding, **dict(zip(("ceil_mode", "count_include_pad"), flags, strict=True))
        )
        size = [int(rng.integers(k, k + 5)) for k in kernel]
        assert lipschitz_bound(layer, (1, *size)) == pytest.approx(dense_norm(layer, (1, *size)), rel=1e-8)


def test_activations_attain_their_constants():
    for layer, at, constant in ((nn.ReLU(), 1, 1), (nn.Tanh(), 0, 1), (nn.Sigmoid(), 0, 0.25)):
        assert lipschitz_bound(layer, 3) == constant
        assert linearize(layer, np.full((1, 3), float(at))).jvp(np.ones((1, 3))) == pytest.approx(constant)
    at_a_tie = jacobian_norm(nn.Softmax(), np.zeros((1, 2)), rng=np.random.default_rng(0))
    assert lipschitz_bound(nn.Softmax(), 2) == 0.5
    assert at_a_tie.lower == pytest.approx(0.5)


def test_response_norm():
    rng = np.random.default_rng(5)
    for _ in range(150):
        layer = nn.LocalResponseNorm(int(rng.integers(1, 5)), rng.uniform(0, 3), rng.uniform(0, 2), rng.uniform(0.3, 2))
        bound = lipschitz_bound(layer, (4,))
        found = max(
            jacobian_norm(layer, rng.standard_normal((1, 4)) * scale, rng=rng).lower for scale in (0.0, 0.1, 1.0, 3.0)
        )
        assert found <= bound < 4 * found
    assert lipschitz_bound(nn.LocalResponseNorm(3, 0.0, 0.5, 4.0), (4,)) == pytest.approx(0.5)
    assert lipschitz_bound(nn.LocalResponseNorm(3, 1.0, 1.0, 1.0), (4,)) == pytest.approx(1 + sqrt(3) / 2)


def test_the_rows_of_the_jacobian_of_the_response_norm():
    """The part beside the diagonal has rows of at most 2 k^-beta (beta / (beta + 1))^(beta + 1), which is attained."""
    rng, (size, alpha, beta, k) = np.random.default_rng(6), (3, 2.0, 0.8, 1.5)
    layer, largest = nn.LocalResponseNorm(size, alpha, beta, k), 2 * k**-beta * (beta / (beta + 1)) ** (beta + 1)

    def rows(x):
        near = linearize(layer, x[None])
        jacobian = np.stack([near.jvp(e[None])[0] for e in np.eye(len(x))], axis=1)
        sums = k + alpha / size * np.convolve(x**2, np.ones(3), "same")
        return np.linalg.norm(np.diag(sums**-beta) - jacobian, axis=1)

    assert all(rows(rng.standard_normal(5) * scale).max() <= largest for scale in rng.uniform(0, 4, 200))
    spike = np.array([0, 0, sqrt(k / beta * size / alpha), 0, 0])
    assert rows(spike).max() == pytest.approx(largest)


def test_batch_norm():
    layer = nn.BatchNorm2d(3, 0.0, dtype=np.float64)
    layer.running_var[:], layer.weight.data[:] = [4.0, 1e-4, 1.0], [10.0, -0.1, 2.0]
    assert lipschitz_bound(layer, (3, 2, 2)) == pytest.approx(10)
    layer.running_var[0] = 0
    with raises("lipschitz_bound: network must have finite constants, got inf of BatchNorm2d"):
        lipschitz_bound(layer, (3, 2, 2))


def test_composition():
    def linear(matrix):
        layer = nn.Linear(*np.shape(matrix)[::-1], rng=np.random.default_rng(0), dtype=np.float64)
        layer.weight.data[:] = matrix
        return layer

    two, three = np.diag([2.0, 1.0]), np.diag([3.0, 0.0])
    assert lipschitz_bound(nn.Sequential(linear(two), nn.ReLU(), linear(three)), 2) == pytest.approx(6)
    assert lipschitz_bound(nn.Residual(linear(three)), 2) == pytest.approx(4)
    assert lipschitz_bound(nn.Residual(linear(three), linear(two)), 2) == pytest.approx(5)
    assert lipschitz_bound(nn.Concat(linear(two), linear(three)), 2) == pytest.approx(sqrt(13))
    # both are attained here, by the first unit vector
    for network, bound in ((nn.Residual(linear(three)), 4), (nn.Concat(linear(two), linear(three)), sqrt(13))):
        assert np.linalg.norm(network(np.eye(2)[:1]) - network(np.zeros((1, 2)))) == pytest.approx(bound)


def test_a_bias_does_not_matter():
    """E08: biases drop out of differences."""
    rng = np.random.default_rng(6)
    layer = nn.Conv2d(2, 3, 3, rng=rng, dtype=np.float64)
    before = lipschitz_bound(layer, (2, 6, 6))
    layer.bias.data += 1e6
    assert lipschitz_bound(layer, (2, 6, 6)) == before


def test_the_certificate_changes_nothing_and_is_the_same_in_training_mode():
    rng = np.random.default_rng(7)
    network, shape = random_network(rng, np.float64)
    state = network.state_dict()
    bounds = [lipschitz_bound(network.train(mode), shape) for mode in (True, False)]
    assert bounds[0] == bounds[1]
    for name, array in network.state_dict().items():
        assert_array_equal(array, state[name])


def test_the_table():
    conv = nn.Conv2d(1, 2, 1, rng=np.random.default_rng(0))
    conv.weight.data[:] = 2
    found = certificate(
        nn.Sequential(conv, nn.Residual(nn.Sequential(nn.ReLU(), nn.Sigmoid())), nn.Flatten()), (1, 2, 3)
    )
    assert [(row.name, row.layer) for row in found.rows] == [
        ("0", "Conv2d"),
        ("1.body.0", "ReLU"),
        ("1.body.1", "Sigmoid"),
        ("1.body", "Sequential"),
        ("1.shortcut", "Identity"),
        ("1", "Residual"),
        ("2", "Flatten"),
    ]
    constants = [row.constant for row in found.rows]
    assert_allclose(constants, [sqrt(8), 1, 0.25, 0.25, 1, 1.25, 1], rtol=1e-8)
    assert found.lipschitz == pytest.approx(1.25 * sqrt(8))
    assert found.lipschitz == constants[0] * constants[5] * constants[6]
    assert repr(found).splitlines()[-1].split() == ["total", "3.5356"]
    assert found._repr_html_().count("<tr>") == 9


def test_a_printed_constant_is_never_below_the_proved_one():
    linear = nn.Linear(1, 1, rng=np.random.default_rng(0), dtype=np.float64)
    for value in (1.00001, 0.33333, 2.0, 7e-7, 123456.78901, 3e7):
        linear.weight.data[:] = value
        shown = float(repr(certificate(linear, 1)).split()[-1])
        assert value * (1 - 1e-7) <= shown <= value * 1.0001 + 1e-4


# What follows for a class ------------------------------------------------------------------------------------------


def test_radius_of_a_linear_classifier():
    """For f(x) = W x, the distance to the next class is known: the certificate is no larger, and 0 at a tie."""
    rng = np.random.default_rng(8)
    weight = rng.standard_normal((4, 6))
    logits = rng.standard_normal((50, 6)) @ weight.T
    logits[0, :2] = logits[0].max() + 1
    order = np.argsort(logits, axis=1)
    radius = certified_radius(logits, np.linalg.norm(weight, 2))
    first = order[:, -1]
    gaps = logits[np.arange(50), first][:, None] - logits
    distances = gaps / np.maximum(np.linalg.norm(weight[first][:, None] - weight, axis=2), 1e-300)
    distances[np.arange(50), first] = np.inf
    assert (radius <= distances.min(axis=1)).all()
    assert radius[0] == 0
    assert (radius[1:] > 0).all()


def test_the_radius_is_attained():
    """f(x) = (x, -x) / sqrt 2 has the constant 1; at x = 1 the classes tie at the distance 1, not at sqrt 2."""
    layer = nn.Linear(1, 2, bias=False, rng=np.random.default_rng(0), dtype=np.float64)
    layer.weight.data[:] = [[sqrt(0.5)], [-sqrt(0.5)]]
    bound = lipschitz_bound(layer, 1)
    assert bound == pytest.approx(1, rel=1e-8)
    logits = layer(np.array([[1.0]]))
    assert float(logits[0, 0] - logits[0, 1]) == pytest.approx(1.4142, abs=1e-4)
    assert certified_radius(logits, bound)[0] == pytest.approx(1, rel=1e-8)
    assert certified_radius(logits, bound)[0] <= 1
    assert layer(np.array([[1 - 0.999]])).argmax() == 0
    assert layer(np.array([[1 - 1.001]])).argmax() == 1


def test_radii_of_a_constant_and_of_an_infinite_bound():
    logits = np.array([[1.0, 2.0], [3.0, 3.0]], np.float32)
    assert_array_equal(certified_radius(logits, 0), [np.inf, 0])
    assert certified_radius(logits, 1e300).max() < 1e-299


# Errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (nn.LocalResponseNorm(3, k=0.0), (3,), "LocalResponseNorm: k must be above 0 for a finite Lipschitz constant"),
        (nn.MaxPool2d(2), (3, 4), "MaxPool2d: input_shape must lead to 3 axes, got (3, 4)"),
        (nn.MaxPool2d(5), (3, 4, 4), "MaxPool2d: the kernel is larger than the padded input"),
        (nn.BatchNorm1d(3), (4,), "BatchNorm1d: input_shape must lead to 1 or 2 axes and 3 channels, got (4,)"),
        (
            nn.Linear(3, 2, rng=np.random.default_rng(0)),
            (2, 3),
            "Linear: input_shape must lead to 1 axes and 3 channels",
        ),
        (nn.GlobalAvgPool(), 3, "GlobalAvgPool: input_shape must lead to at least 2 axes, got (3,)"),
        (nn.Residual(nn.MaxPool1d(2)), (1, 4), "Residual: the output of shortcut must have shape (1, 2), got (1, 4)"),
        (
            nn.Concat(nn.ReLU(), nn.MaxPool1d(2)),
            (1, 4),
            "Concat: the output of branch 1 must have spatial size (4,), got",
        ),
        (nn.ReLU(), 0, "certificate: input_shape must be at least 1, got 0"),
        (nn.ReLU(), 1.5, "certificate: input_shape must be made of integers, got 1.5"),
        (nn.Layer(), 3, "certificate: network must be made of layers that compute something, got a Layer"),
        (len, 3, "certificate: network must be a Layer, got <built-in function len>"),
    ],
)
def test_errors(layer, shape, message):
    with raises(message):
        certificate(layer, shape)


@pytest.mark.parametrize(
    ("logits", "bound", "message"),
    [
        (np.ones((3, 1)), 1, "logits must have shape (N, classes) with at least 2 classes, got (3, 1)"),
        (np.ones(3), 1, "logits must have shape (N, classes) with at least 2 classes, got (3,)"),
        (np.full((1, 2), np.inf), 1, "logits must hold finite numbers, got NaN or infinity"),
        (np.ones((1, 2)), -1, "lipschitz must be a finite number and at least 0, got -1"),
    ],
)
def test_errors_of_the_radius(logits, bound, message):
    with raises(f"certified_radius: {message}"):
        certified_radius(logits, bound)

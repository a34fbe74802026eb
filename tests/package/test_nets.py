"""The networks of the case studies have the published shapes and numbers, and their blocks compute what they should."""

import numpy as np
import pytest
from messages import raises
from networks import check_gradients
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import functional as F
from cnn_course import nets
from cnn_course.nn import Linear, base, summary

RNG = np.random.default_rng(0)


class Blank(np.random.Generator):
    """Draws only zeros, at no cost: for tests of shapes alone."""

    def uniform(self, low, high, size):
        return np.zeros(size)

    def standard_normal(self, size):
        return np.zeros(size)


BLANK = Blank(np.random.PCG64(0))


def count(network):
    return sum(parameter.data.size for _, parameter in network.named_parameters())


def shapes(network):
    return [(name, array.shape) for name, array in network.named_arrays().items()]


def learned(network):
    """Parameters of each layer that has some, by name."""
    numbers = {}
    for name, parameter in network.named_parameters():
        owner = name.rpartition(".")[0]
        numbers[owner] = numbers.get(owner, 0) + parameter.data.size
    return numbers


def test_weights_drawn_in_blocks_are_those_of_one_draw(monkeypatch):
    once = Linear(7, 5, rng=np.random.default_rng(4)).named_arrays()
    monkeypatch.setattr(base, "BLOCK", 4)
    for name, array in Linear(7, 5, rng=np.random.default_rng(4)).named_arrays().items():
        assert_array_equal(array, once[name], strict=True)


def test_lenet5_is_the_dense_variant():
    network = nets.lenet5(rng=RNG)
    assert learned(network) == {"conv1": 156, "conv2": 2_416, "fc1": 48_120, "fc2": 10_164, "fc3": 850}
    table = summary(network, (1, 28, 28))
    assert table.parameters == 61_706
    assert table.multiply_accumulates == 117_600 + 240_000 + 48_000 + 10_080 + 840
    pools = [row.output_shape for row in table.rows if row.layer == "MaxPool2d"]
    assert pools == [(6, 14, 14), (16, 5, 5)]
    assert table.rows[-1].receptive_field == (32, 32)


def test_lenet5_of_1998_learns_60000_numbers():
    network = nets.lenet5_1998(rng=RNG)
    numbers = {"c1": 156, "s2": 12, "c3": 1_516, "s4": 32, "c5": 48_120, "f6": 10_164}
    assert learned(network) == numbers
    assert sum(numbers.values()) == count(network) == 60_000
    rows = {row.name: row for row in summary(network, (1, 32, 32)).rows}
    sizes = {"c1": (6, 28, 28), "s2": (6, 14, 14), "c3": (16, 10, 10), "s4": (16, 5, 5), "c5": (120, 1, 1)}
    assert {name: rows[name].output_shape for name in sizes} == sizes
    assert [rows[name].receptive_field for name in ("c1", "s2", "c3", "s4", "c5")] == [
        (n, n) for n in (5, 6, 14, 16, 32)
    ]
    # connections: each product once, and each bias once for each unit
    assert rows["c1"].multiply_accumulates + 6 * 28**2 == 122_304
    assert rows["c3"].multiply_accumulates + 16 * 10**2 == 151_600


def test_the_table_of_c3_feeds_from_each_map_ten_times():
    links = nets.lenet5_1998(rng=RNG)["c3"].links
    assert_array_equal(np.bincount(links[1]), [10] * 6)
    assert_array_equal(np.bincount(links[0]), [3] * 6 + [4] * 9 + [6])


def test_the_weights_of_1998_lie_in_the_interval_of_the_paper():
    network = nets.lenet5_1998(rng=np.random.default_rng(3))
    inputs = {"c1": 25, "s2": 4, "s4": 4, "c5": 400, "f6": 120}
    for name, fan_in in inputs.items():
        largest = np.abs(network[name].weight.data).max()
        assert 0.5 * 2.4 / fan_in < largest <= 2.4 / fan_in
        assert not network[name].bias.data.any()
    c3 = network["c3"]
    for output, fan_in in ((0, 75), (6, 100), (15, 150)):
        largest = np.abs(c3.weight.data[c3.links[0] == output]).max()
        assert 0.9 * 2.4 / fan_in < largest <= 2.4 / fan_in


def test_a_convolution_by_a_table_is_the_sum_over_its_links():
    table, rng = [[0, 2], [1], [2, 0, 1]], np.random.default_rng(1)
    layer, x = nets.TableConv2d(table, 3, rng=rng, dtype=np.float64), rng.standard_normal((2, 3, 7, 5))
    y, kernels = layer(x), iter(layer.weight.data)
    for output, row in enumerate(table):
        parts = [F.conv2d(x[:, c : c + 1], next(kernels)[None, None]) for c in row]
        assert_allclose(y[:, output : output + 1], sum(parts) + layer.bias.data[output], rtol=1e-12, atol=1e-12)


def test_subsampling_by_hand():
    layer = nets.Subsampling2d(2, rng=RNG, dtype=np.float64)
    layer.weight.data[:], layer.bias.data[:] = [2, -1], [1, 0.5]
    x = np.array([[[[1.0, 2, 3, 4], [5, 6, 7, 8]], [[1, 0, 0, 1], [1, 0, 0, 2]]]])
    assert_array_equal(layer(x), [[[[2 * 14 + 1, 2 * 22 + 1]], [[-2 + 0.5, -3 + 0.5]]]])


LAYERS_1998 = {
    "ScaledTanh": ((3, 5), lambda **kw: nets.ScaledTanh()),
    "Subsampling2d": ((2, 3, 5, 7), lambda **kw: nets.Subsampling2d(3, **kw)),
    "TableConv2d": ((2, 3, 7, 5), lambda **kw: nets.TableConv2d([[0, 2], [1], [2, 0, 1]], 3, **kw)),
    "SquaredDistance": ((3, 7), lambda **kw: nets.SquaredDistance(7, 5, **kw)),
    "lenet5_1998": ((2, 1, 32, 32), lambda **kw: nets.lenet5_1998(3, **kw)),
}


@pytest.mark.parametrize("name", LAYERS_1998)
def test_gradients_of_the_layers_of_1998(name):
    shape, make = LAYERS_1998[name]
    rng = np.random.default_rng(2)
    layer = make(rng=rng, dtype=np.float64)
    x = rng.standard_normal(shape)
    assert max(result.relative_error for result in check_gradients(layer, x, rng)) < 1e-6
    assert layer.backward(rng.standard_normal(layer(x).shape), needs_input_grad=False) is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nets.TableConv2d([[0], []], 3, rng=RNG), "TableConv2d: table must have for each output channel"),
        (lambda: nets.TableConv2d([[0, 0]], 3, rng=RNG), "TableConv2d: table must have for each output channel"),
        (lambda: nets.TableConv2d([], 3, rng=RNG), "TableConv2d: table must have at least 1 output channel, got 0"),
        (lambda: nets.TableConv2d([[-1]], 3, rng=RNG), "TableConv2d: table must be at least 0, got -1"),
        (lambda: nets.TableConv2d([[0]], 0, rng=RNG), "TableConv2d: kernel_size must be at least 1, got 0"),
        (lambda: nets.Subsampling2d(0, rng=RNG), "Subsampling2d: num_features must be at least 1, got 0"),
        (lambda: nets.SquaredDistance(0, 1, rng=RNG), "SquaredDistance: in_features must be at least 1, got 0"),
        (lambda: nets.SquaredDistance(2, 1, rng=0), "SquaredDistance: rng must be a numpy.random.Generator, got 0"),
        (
            lambda: nets.SquaredDistance(2, 1, rng=RNG)(np.zeros((3, 4), np.float32)),
            "SquaredDistance: x must have shape (3, 2), got (3, 4)",
        ),
        (
            lambda: nets.Subsampling2d(2, rng=RNG)(np.zeros((1, 3, 4, 4), np.float32)),
            "Subsampling2d: x must have 2 channels, got 3",
        ),
        (
            lambda: nets.Subsampling2d(2, rng=RNG)(np.zeros((1, 2, 4, 4))),
            "Subsampling2d: x and weight must have one dtype, got float64 and float32",
        ),
    ],
)
def test_errors_of_the_layers_of_1998(make, message):
    with raises(message):
        make()


NETWORKS = ("lenet5", "lenet5_1998")


@pytest.mark.parametrize("name", NETWORKS)
def test_what_all_constructors_take_is_checked(name):
    make = getattr(nets, name)
    with raises(f"{name}: num_classes must be at least 1, got 0"):
        make(num_classes=0, rng=BLANK)
    with raises(f"{name}: num_classes must be made of integers, got 2.5"):
        make(num_classes=2.5, rng=BLANK)
    with raises(f"{name}: rng must be a numpy.random.Generator, got 0"):
        make(rng=0)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_generator_decides(name):
    first, second, other = (
        getattr(nets, name)(2, rng=np.random.default_rng(seed)).named_arrays() for seed in (1, 1, 2)
    )
    for key, array in first.items():
        assert_array_equal(array, second[key])
    assert any((array != other[key]).any() for key, array in first.items())

"""The table of a network has the numbers that one gets by hand, and its receptive fields are what gradients reach."""

import gc
import weakref
from xml.etree import ElementTree

import numpy as np
import pytest
from messages import raises
from networks import NAMES, PLAIN, make
from numpy.testing import assert_array_equal

from cnn_course.nn import (
    AvgPool1d,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Identity,
    Layer,
    Linear,
    MaxPool2d,
    Parameter,
    ReLU,
    Residual,
    Sequential,
    Softmax,
    Tanh,
    summary,
)

RNG = np.random.default_rng(0)


def columns(table, *names):
    return [tuple(getattr(row, name) for name in names) for row in table.rows]


def test_lenet_5_by_hand():
    network = Sequential(
        Conv2d(1, 6, 5, padding=2, rng=RNG),
        Tanh(),
        AvgPool2d(2),
        Conv2d(6, 16, 5, rng=RNG),
        Tanh(),
        AvgPool2d(2),
        Flatten(),
        Linear(16 * 5 * 5, 120, rng=RNG),
        Tanh(),
        Linear(120, 84, rng=RNG),
        Tanh(),
        Linear(84, 10, rng=RNG),
    )
    table = summary(network, (1, 28, 28))
    assert columns(table, "name", "layer", "output_shape", "parameters", "multiply_accumulates") == [
        ("0", "Conv2d", (6, 28, 28), 6 * 25 + 6, 6 * 25 * 28 * 28),
        ("1", "Tanh", (6, 28, 28), 0, 0),
        ("2", "AvgPool2d", (6, 14, 14), 0, 0),
        ("3", "Conv2d", (16, 10, 10), 16 * 6 * 25 + 16, 16 * 6 * 25 * 10 * 10),
        ("4", "Tanh", (16, 10, 10), 0, 0),
        ("5", "AvgPool2d", (16, 5, 5), 0, 0),
        ("6", "Flatten", (400,), 0, 0),
        ("7", "Linear", (120,), 400 * 120 + 120, 400 * 120),
        ("8", "Tanh", (120,), 0, 0),
        ("9", "Linear", (84,), 120 * 84 + 84, 120 * 84),
        ("10", "Tanh", (84,), 0, 0),
        ("11", "Linear", (10,), 84 * 10 + 10, 84 * 10),
    ]
    assert table.parameters == 61_706
    assert table.multiply_accumulates == 117_600 + 240_000 + 48_000 + 10_080 + 840
    numbers = 2 * 6 * 28**2 + 6 * 14**2 + 2 * 16 * 10**2 + 16 * 5**2 + 400 + 2 * 120 + 2 * 84 + 10
    assert table.activation_bytes == 4 * numbers
    # a pool of two adds one step; the second convolution four steps of 2; then five places, steps of 4 apart
    sizes = [5, 5, 6, 6 + 4 * 2, 14, 14 + 2, 16 + 4 * 4]
    assert [row.receptive_field for row in table.rows] == [(n, n) for n in [*sizes, *[32] * 5]]


def small_resnet():
    body = Sequential(
        Conv2d(4, 8, 3, 2, 1, bias=False, rng=RNG),
        BatchNorm2d(8),
        ReLU(),
        Conv2d(8, 8, 3, 1, 1, bias=False, rng=RNG),
        BatchNorm2d(8),
    )
    shortcut = Sequential(Conv2d(4, 8, 1, 2, bias=False, rng=RNG), BatchNorm2d(8))
    return Sequential(
        Conv2d(3, 4, 3, 1, 1, bias=False, rng=RNG),
        BatchNorm2d(4),
        ReLU(),
        Residual(body, shortcut),
        ReLU(),
        GlobalAvgPool(),
        Flatten(),
        Linear(8, 10, rng=RNG),
    )


def test_a_residual_network_by_hand():
    table = summary(small_resnet(), (3, 8, 8))
    assert columns(
        table, "name", "output_shape", "parameters", "multiply_accumulates", "activation_bytes", "receptive_field"
    ) == [
        ("0", (4, 8, 8), 3 * 4 * 9, 3 * 4 * 9 * 64, 1024, (3, 3)),
        ("1", (4, 8, 8), 8, 0, 1024, (3, 3)),
        ("2", (4, 8, 8), 0, 0, 1024, (3, 3)),
        ("3.body.0", (8, 4, 4), 4 * 8 * 9, 4 * 8 * 9 * 16, 512, (5, 5)),
        ("3.body.1", (8, 4, 4), 16, 0, 512, (5, 5)),
        ("3.body.2", (8, 4, 4), 0, 0, 512, (5, 5)),
        ("3.body.3", (8, 4, 4), 8 * 8 * 9, 8 * 8 * 9 * 16, 512, (9, 9)),
        ("3.body.4", (8, 4, 4), 16, 0, 512, (9, 9)),
        ("3.shortcut.0", (8, 4, 4), 4 * 8, 4 * 8 * 16, 512, (3, 3)),
        ("3.shortcut.1", (8, 4, 4), 16, 0, 512, (3, 3)),
        ("3", (8, 4, 4), 0, 0, 512, (9, 9)),  # the sum of both ways
        ("4", (8, 4, 4), 0, 0, 512, (9, 9)),
        ("5", (8, 1, 1), 0, 0, 32, (15, 15)),  # four places, two steps apart
        ("6", (8,), 0, 0, 32, (15, 15)),
        ("7", (10,), 90, 80, 40, (15, 15)),
    ]
    assert table.parameters == sum(parameter.data.size for _, parameter in small_resnet().named_parameters())
    assert table.multiply_accumulates == 6912 + 4608 + 9216 + 512 + 80


@pytest.mark.parametrize(
    ("layer", "shape", "count"),
    [
        (Conv2d(4, 6, (3, 2), 2, 1, groups=2, rng=RNG), (4, 9, 8), 6 * 2 * 6 * (5 * 5)),
        (Conv1d(2, 3, 3, padding="same", rng=RNG), (2, 7), 3 * 2 * 3 * 7),
        (Conv1d(2, 3, 3, padding="full", padding_mode="circular", rng=RNG), (2, 7), 3 * 2 * 3 * 9),
        (Conv3d(1, 2, 2, rng=RNG), (1, 4, 3, 2), 2 * 8 * (3 * 2 * 1)),
        (ConvTranspose2d(4, 6, 3, 2, groups=2, rng=RNG), (4, 5, 7), 4 * 3 * 9 * (5 * 7)),
        (Linear(3, 5, rng=RNG), (3,), 15),
        (BatchNorm2d(2), (2, 3, 3), 0),
    ],
)
def test_multiply_accumulates_of_one_layer(layer, shape, count):
    table = summary(layer, shape)
    assert table.multiply_accumulates == count
    assert [row.name for row in table.rows] == [""]


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_has_its_row_and_its_parameters(name):
    layer, x = make(name)
    table = summary(layer, x.shape[1:])
    assert table.parameters == sum(parameter.data.size for _, parameter in layer.named_parameters())
    assert table.rows[-1].output_shape == layer(x).shape[1:]
    assert all(row.receptive_field is not None for row in table.rows)
    assert table.rows[-1].activation_bytes == (4 if name in PLAIN else 8) * np.prod(layer(x).shape[1:])


def averaging(kind, *arguments, **numbers):
    """A layer from one channel to one whose weights are all positive."""
    layer = kind(1, 1, *arguments, **numbers, rng=RNG, dtype=np.float64)
    layer.weight.data[...] = 1
    return layer


NETWORKS = {
    "stride and dilation": lambda: [averaging(Conv1d, 3, 2, 1), averaging(Conv1d, 3, 1, 2, 3), averaging(Conv1d, 2)],
    "pools": lambda: [AvgPool1d(3, 2, 1), averaging(Conv1d, 4, padding="same"), AvgPool1d(2)],
    "up": lambda: [averaging(Conv1d, 3, 2), averaging(ConvTranspose1d, 3, 2, 1), averaging(Conv1d, 3)],
    "up twice": lambda: [averaging(ConvTranspose1d, 2, 2), averaging(ConvTranspose1d, 3, 2), averaging(Conv1d, 4, 3)],
    "a branch to the left": lambda: [
        averaging(Conv1d, 2, 2),
        Residual(averaging(Conv1d, 5, padding=((4, 0),)), averaging(Conv1d, 3, padding=((0, 2),))),
        averaging(Conv1d, 2),
    ],
    "copies in the padding": lambda: [
        averaging(Conv1d, 3, 2, 1, padding_mode="circular"),
        averaging(Conv1d, 4, padding="same", padding_mode="reflect"),
        averaging(Conv1d, 2, padding=((2, 1),), padding_mode="replicate"),
    ],
    "side by side": lambda: [Concat(Identity(), averaging(Conv1d, 5, padding=2)), Softmax(), ReLU()],
}


@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
def test_a_receptive_field_is_what_gradients_reach(layers):
    network, x = Sequential(*layers()), np.random.default_rng(0).uniform(1, 2, (1, 1, 80))
    y = network(x)
    reached = []
    for place in range(y.shape[2] // 3, 2 * y.shape[2] // 3):  # far from the borders
        grad = np.zeros_like(y)
        grad[:, 0, place] = 1
        found = np.flatnonzero(network.backward(grad)[0, 0])
        reached.append(found[-1] - found[0] + 1)
    assert summary(network, (1, 80)).rows[-1].receptive_field == (max(reached),)


class Double(Layer):
    def forward(self, x):
        return 2 * x


class Net(Layer):
    """Layers without a container, one of which is forgotten."""

    def __init__(self):
        self.scale = Parameter(np.ones(1, np.float32))
        self.first, self.second = Conv2d(1, 2, 3, rng=RNG), Conv2d(2, 2, 3, rng=RNG)
        self.forgotten = Linear(3, 5, rng=RNG)

    def forward(self, x):
        return self.second.forward(self.first(x)) * self.scale.data


def test_a_network_of_one_s_own():
    table = summary(Net(), (1, 9, 9))
    assert columns(table, "name", "layer", "output_shape", "parameters", "activation_bytes", "receptive_field") == [
        ("first", "Conv2d", (2, 7, 7), 20, 392, (3, 3)),
        ("second", "Conv2d", (2, 5, 5), 38, 200, (5, 5)),
        ("", "Net", (2, 5, 5), 1, 200, None),
        ("forgotten", "Linear", None, 20, 0, None),
    ]
    assert table.parameters == 79
    assert "not used" in str(table)


def test_what_comes_after_an_unknown_layer_is_not_known():
    table = summary(Sequential(ReLU(), Double(), MaxPool2d(2), Residual(ReLU()), Softmax(2)), (1, 4, 4))
    fields = {row.name: row.receptive_field for row in table.rows}
    assert fields == {"0": (1, 1), **dict.fromkeys(["1", "2", "3.body", "3.shortcut", "3", "4"])}
    assert "unknown" in str(table)
    assert summary(Softmax(2), (1, 4, 4)).rows[0].receptive_field is None  # it mixes places


class Same(Layer):
    def forward(self, x):
        return x


def test_an_array_that_is_passed_on_takes_no_memory():
    table = summary(Sequential(Same(), ReLU(), Same(), Sequential(Same())), (2, 3))
    assert columns(table, "name", "activation_bytes") == [("0", 0), ("1", 24), ("2", 0), ("3.0", 0)]
    assert {row.receptive_field for row in table.rows} == {(1,)}


class Twice(Layer):
    def __init__(self, inner):
        self.inner = inner

    def forward(self, x):
        return self.inner(self.inner(x))


def test_a_layer_that_is_used_twice_costs_twice_and_learns_once():
    table = summary(Twice(Linear(3, 3, rng=RNG)), 3)
    assert columns(table, "name", "parameters", "multiply_accumulates") == [("inner", 12, 9), ("inner", 0, 9)]


def test_one_place_may_be_flattened_again():
    table = summary(Sequential(AvgPool2d(2, 1), Flatten(), Flatten()), (1, 4, 5))
    assert [row.receptive_field for row in table.rows] == [(2, 2), (4, 5), (4, 5)]


def test_the_mean_of_an_image_begins_where_a_window_of_its_size_does():
    table = summary(Concat(GlobalAvgPool(), Conv2d(1, 1, (3, 4), rng=RNG)), (1, 3, 4))
    assert [row.receptive_field for row in table.rows] == [(3, 4)] * 3


def test_the_network_is_left_as_it_was():
    network, rng = small_resnet(), np.random.default_rng(0)
    network = Sequential(*network, Dropout(0.5, rng=rng))
    x = RNG.standard_normal((2, 3, 8, 8), np.float32)
    y = network(x)
    before, drawn = network.state_dict(), rng.bit_generator.state
    attributes = [set(vars(layer)) for _, layer in network.named_layers()]
    summary(network, (3, 8, 8))
    for name, array in network.state_dict().items():
        assert_array_equal(array, before[name])
    assert rng.bit_generator.state == drawn
    assert all(layer.training for _, layer in network.named_layers())
    assert [set(vars(layer)) for _, layer in network.named_layers()] == attributes
    assert network.backward(np.ones_like(y)).shape == x.shape  # through the forward pass before


def test_nothing_of_the_network_is_kept():
    """Weights of half a gigabyte must be gone with the network, not with the next search for circles."""
    network = Sequential(Conv2d(1, 2, 3, rng=np.random.default_rng(0)), ReLU())
    weight = weakref.ref(network[0].weight)
    gc.disable()
    try:
        table = summary(network, (1, 5, 5))
        del network
        assert weight() is None
    finally:
        gc.enable()
    assert table.parameters == 20


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_network_s_dtype_counts(dtype):
    network = Sequential(Conv2d(1, 2, 3, rng=RNG, dtype=dtype), ReLU())
    assert summary(network, (1, 4, 4)).activation_bytes == 2 * (2 * 2 * 2) * np.dtype(dtype).itemsize


def test_in_a_terminal():
    network = Sequential(Linear(3, 1000, rng=RNG), Same())
    assert str(summary(network, 3)) == (
        "name   layer   output  parameters  multiply-accumulates  activations  receptive field\n"
        "0      Linear  1000         4,000                 3,000      3.9 KiB\n"
        "1      Same    1000             0                     0          0 B\n"
        "total                       4,000                 3,000      3.9 KiB"
    )


@pytest.mark.parametrize(
    ("channels", "text"), [(255, "1020 B"), (256, "1.0 KiB"), (2**18, "1.0 MiB"), (2**18 * 1536, "1.5 GiB")]
)
def test_memory_in_units(channels, text):
    class Wide(Layer):
        def forward(self, x):
            return np.broadcast_to(x, (1, channels))  # takes no memory

    assert summary(Wide(), 1).rows[0].cells()[5] == text


def test_in_a_notebook():
    table = summary(Sequential({"<b>": Linear(3, 1000, rng=RNG)}), 3)
    html = ElementTree.fromstring(table._repr_html_())  # well-formed
    cells = [[cell.text or "" for cell in line] for line in html.iter("tr")]
    assert cells == [
        line.split("|")
        for line in (
            "name|layer|output|parameters|multiply-accumulates|activations|receptive field",
            "<b>|Linear|1000|4,000|3,000|3.9 KiB|",
            "total|||4,000|3,000|3.9 KiB|",
        )
    ]
    assert "color" not in table._repr_html_()
    assert "background" not in table._repr_html_()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: summary(3, (1, 2)), "summary: network must be a Layer, got 3"),
        (lambda: summary(ReLU(), (1, 0)), "summary: input_shape must be at least 1, got 0"),
        (lambda: summary(ReLU(), "ab"), "summary: input_shape must be made of integers, got 'ab'"),
        (lambda: summary(ReLU(), 2.5), "summary: input_shape must be made of integers, got 2.5"),
        (lambda: summary(Conv2d(1, 2, 3, rng=RNG), (1, 2, 9)), "conv2d: the kernel is larger than the padded input"),
    ],
)
def test_errors(call, message):
    with raises(message):
        call()

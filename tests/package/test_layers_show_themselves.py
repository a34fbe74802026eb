"""Layers keep their arguments under PyTorch's names, show them as PyTorch does, and hide no layer."""

import numpy as np
import pytest
from messages import raises
from networks import NAMES, make

from cnn_course import nn
from cnn_course.nn import (
    AvgPool2d,
    BatchNorm2d,
    BlurPool2d,
    Concat,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Parameter,
    ReLU,
    Residual,
    Sequential,
    Softmax,
    freeze,
)


def own(rng=0):
    return {"rng": np.random.default_rng(rng)}


@pytest.mark.parametrize(
    ("layer", "attributes"),
    [
        (
            Conv2d(4, 6, np.int64(3), [2, 1], ((1, 0), 2), np.array([1, 2]), 2, **own()),
            {
                "in_channels": 4,
                "out_channels": 6,
                "kernel_size": (3, 3),
                "stride": (2, 1),
                "padding": ((1, 0), 2),
                "dilation": (1, 2),
                "groups": 2,
            },
        ),
        (Conv2d(1, 1, 3, padding=2, **own()), {"padding": (2, 2), "stride": (1, 1), "dilation": (1, 1), "groups": 1}),
        (Conv1d(1, 1, 3, padding="same", **own()), {"padding": "same", "kernel_size": (3,), "padding_mode": "zeros"}),
        (Conv2d(1, 1, (3,), (2,), (1,), (2,), **own()), {"kernel_size": (3, 3), "stride": (2, 2), "padding": (1, 1)}),
        (
            ConvTranspose2d(1, 1, 3, (2,), ((1, 0),), (1,), **own()),
            {"padding": ((1, 0),) * 2, "output_padding": (1, 1)},
        ),
        (AvgPool2d((2,), (1,), (1,)), {"kernel_size": (2, 2), "stride": (1, 1), "padding": (1, 1)}),
        (MaxPool2d(np.array(3), np.array(2), np.array(1)), {"kernel_size": 3, "stride": 2, "padding": 1}),
        (
            ConvTranspose2d(4, 6, 3, 2, 1, (1, 0), 2, True, 2, **own()),
            {
                "in_channels": 4,
                "out_channels": 6,
                "kernel_size": (3, 3),
                "stride": (2, 2),
                "padding": (1, 1),
                "output_padding": (1, 0),
                "dilation": (2, 2),
                "groups": 2,
            },
        ),
        (ConvTranspose2d(1, 1, 3, padding=5, **own()), {"padding": (5, 5), "output_padding": (0, 0)}),
        (
            MaxPool2d([3, 2], padding=1),
            {"kernel_size": (3, 2), "stride": (3, 2), "padding": 1, "dilation": 1, "ceil_mode": False},
        ),
        (MaxPool2d(3, (1, 2), ((1, 0), 1)), {"kernel_size": 3, "stride": (1, 2), "padding": ((1, 0), 1)}),
        (
            AvgPool2d(2, np.int8(1), padding="same", count_include_pad=np.False_),
            {"kernel_size": 2, "stride": 1, "padding": "same", "ceil_mode": False, "count_include_pad": False},
        ),
        (
            BlurPool2d(np.int64(4), [2, 1]),
            {"kernel_size": (4, 4), "stride": (2, 1), "padding": ((1, 2), (1, 2)), "padding_mode": "reflect"},
        ),
        (Linear(3, np.int32(5), **own()), {"in_features": 3, "out_features": 5}),
        (BatchNorm2d(3), {"num_features": 3, "eps": 1e-5, "momentum": 0.1}),
        (BatchNorm2d(3, 0, None), {"eps": 0.0, "momentum": None}),
        (LocalResponseNorm(5, k=2), {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 2.0}),
        (Dropout(0, **own()), {"p": 0.0}),
        (Softmax(-1), {"axis": -1}),
    ],
    ids=repr,
)
def test_arguments_are_attributes(layer, attributes):
    for name, value in attributes.items():
        found = getattr(layer, name)
        assert found == value, name
        assert type(found) is type(value), name
        if isinstance(found, tuple):
            assert {type(n) for entry in found for n in np.atleast_1d(entry).tolist()} == {int}


def test_a_layer_computes_with_its_attributes():
    layer, x = MaxPool2d(2), np.arange(16.0).reshape(1, 1, 4, 4)
    layer.stride = 1
    assert layer(x).shape == (1, 1, 3, 3)
    layer = Conv2d(1, 1, 3, **own())
    layer.padding = (1, 1)
    assert layer(x.astype(np.float32)).shape == (1, 1, 4, 4)


@pytest.mark.parametrize(
    ("layer", "shown"),
    [  # what PyTorch prints for the same arguments, where it has the layer
        (Conv2d(3, 8, 3, padding=1, **own()), "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))"),
        (Conv2d(3, 8, 3, bias=False, **own()), "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), bias=False)"),
        (
            Conv2d(4, 8, (3, 1), 2, (1, 0), 2, 4, **own()),
            "Conv2d(4, 8, kernel_size=(3, 1), stride=(2, 2), padding=(1, 0), dilation=(2, 2), groups=4)",
        ),
        (Conv1d(3, 8, 4, padding="same", **own()), "Conv1d(3, 8, kernel_size=(4,), stride=(1,), padding=same)"),
        (
            Conv2d(3, 8, 3, padding=1, bias=False, padding_mode="circular", **own()),
            "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False, padding_mode=circular)",
        ),
        (
            Conv1d(3, 8, 4, padding=((1, 2),), **own()),
            "Conv1d(3, 8, kernel_size=(4,), stride=(1,), padding=((1, 2),))",
        ),
        (
            ConvTranspose2d(3, 8, 3, 2, 1, 1, **own()),
            "ConvTranspose2d(3, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1))",
        ),
        (MaxPool2d(2), "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)"),
        (
            AvgPool2d((3, 2), 1),
            "AvgPool2d(kernel_size=(3, 2), stride=1, padding=0, ceil_mode=False, count_include_pad=True)",
        ),
        (BatchNorm2d(8), "BatchNorm2d(8, eps=1e-05, momentum=0.1)"),
        (Linear(400, 120, **own()), "Linear(in_features=400, out_features=120, bias=True)"),
        (Linear(400, 120, False, **own()), "Linear(in_features=400, out_features=120, bias=False)"),
        (LocalResponseNorm(5), "LocalResponseNorm(size=5, alpha=0.0001, beta=0.75, k=1.0)"),
        (Dropout(0.25, **own()), "Dropout(p=0.25)"),
        (Softmax(), "Softmax(axis=1)"),
        (Flatten(), "Flatten()"),
        (
            freeze(Conv2d(4, 8, 3, groups=2, **own())),
            "FrozenConv2d(4, 8, kernel_size=(3, 3), stride=(1, 1), relu=False)",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_repr(layer, shown):
    assert repr(layer) == shown


def test_repr_of_a_network_is_the_tree():
    network = Sequential(
        Residual(Sequential({"linear": Linear(2, 2, **own()), "relu": ReLU()})), Concat(ReLU(), nn.Tanh())
    )
    assert repr(network) == (
        "Sequential(\n"
        "  (0): Residual(\n"
        "    (body): Sequential(\n"
        "      (linear): Linear(in_features=2, out_features=2, bias=True)\n"
        "      (relu): ReLU()\n"
        "    )\n"
        "    (shortcut): Identity()\n"
        "  )\n"
        "  (1): Concat(\n"
        "    (0): ReLU()\n"
        "    (1): Tanh()\n"
        "  )\n"
        ")"
    )


class Gate(Layer):
    def __init__(self, factor):
        self.factor, self.inner = factor, ReLU()

    def extra_repr(self):
        return f"factor={self.factor}"


def test_a_layer_of_one_s_own_shows_its_arguments_and_its_layers():
    assert repr(Gate(3)) == "Gate(\n  factor=3\n  (inner): ReLU()\n)"


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_shows_its_name(name):
    layer, _ = make(name)
    assert repr(layer).startswith(name.split(" ")[0] + "(")


def test_repr_of_parameters():
    assert repr(Parameter(np.array([[1.0, 2], [3, 4]]))) == (
        "Parameter(shape=(2, 2), dtype=float64, data=[[1., 2.],\n"
        "                                             [3., 4.]])"
    )
    assert repr(Parameter(np.zeros((8, 1, 5, 5), np.float32))) == "Parameter(shape=(8, 1, 5, 5), dtype=float32)"
    assert "data" in repr(Parameter(np.zeros((5, 5))))
    assert "data" not in repr(Parameter(np.zeros(26)))


# No layer is hidden -----------------------------------------------------------------------------------------------


class Net(Layer):
    pass


@pytest.mark.parametrize(
    ("hide", "kind", "held"),
    [
        (lambda layer: [ReLU(), layer], "list", "ReLU"),
        (lambda layer: (3, layer), "tuple", "Linear"),
        (lambda layer: {"a": 1, "b": layer}, "dict", "Linear"),
        (lambda layer: [[1], [{"deep": (layer,)}]], "list", "Linear"),
        (lambda layer: [layer.weight], "list", "Parameter"),
    ],
)
def test_a_layer_in_a_plain_container_is_refused(hide, kind, held):
    net, layer = Net(), Linear(2, 2, **own())
    with raises(f"Net: blocks is a {kind} that holds a {held}, which would not be found and not be trained; use an"):
        net.blocks = hide(layer)
    assert not hasattr(net, "blocks")


def test_a_list_that_grows_is_noticed():
    net = Net()
    net.blocks = []
    net.blocks.append(ReLU())
    with raises("Net: blocks is a list that holds a ReLU"):
        list(net.named_parameters())
    with raises("Net: blocks is a list that holds a ReLU"):
        Sequential(net)


def test_other_containers_are_welcome():
    net = Net()
    net.sizes, net.names, net.arrays = [3, (1, 2)], {"a": "b"}, [np.ones(3)]
    net.blocks = Sequential(ReLU(), ReLU())
    assert [name for name, _ in net.named_layers()] == ["", "blocks", "blocks.0", "blocks.1"]


def test_a_layer_that_is_added_to_a_sequence_comes_last_in_it():
    network = Sequential(ReLU())
    network.last = Linear(2, 3, **own())
    assert network(np.ones((5, 2), np.float32)).shape == (5, 3)
    assert list(network.state_dict()) == ["last.weight", "last.bias"]

"""ONNX's own inference of shapes agrees with `summary`, layer by layer, for all networks of the case studies.

And ONNX Runtime computes the same as those that torchvision has not; `test_torch_networks.py` compares the others.
"""

import numpy as np
import onnx_graph
import pytest
from states import disturb, relative_error

from cnn_course import nets, summary


class Blank(np.random.Generator):
    """Draws only zeros, at no cost: for shapes alone."""

    def uniform(self, low, high, size):
        return np.zeros(size)

    def standard_normal(self, size):
        return np.zeros(size)


def large(name, *, size=224, **numbers):
    return lambda rng: getattr(nets, name)(**numbers, rng=rng), (3, size, size)


def small(name, depth):
    return lambda rng: getattr(nets, name)(depth, rng=rng), (3, 32, 32)


NETWORKS = {  # how each is built, and the shape of its images
    "lenet5": (lambda rng: nets.lenet5(rng=rng), (1, 28, 28)),
    "lenet5_1998": (lambda rng: nets.lenet5_1998(rng=rng), (1, 32, 32)),
    "nin": large("nin", size=32),
    "alexnet": large("alexnet"),
    "alexnet_2012": large("alexnet_2012", size=227),
    "alexnet_2012 in one group": large("alexnet_2012", size=227, groups=1),
    **{f"vgg{depth}": large(f"vgg{depth}") for depth in (11, 13, 16, 19)},
    "vgg16_bn": large("vgg16_bn"),
    "googlenet": large("googlenet"),
    "googlenet_2015": large("googlenet_2015"),
    **{f"resnet{depth}": large(f"resnet{depth}") for depth in (18, 34, 50, 101, 152)},
    **{f"resnet{depth} v1": large(f"resnet{depth}", v1=True) for depth in (50, 101, 152)},
    "plain18": large("plain18"),
    "plain34": large("plain34"),
    **{f"resnet_cifar {depth}": small("resnet_cifar", depth) for depth in (20, 32, 44, 56, 110)},
    "plain_cifar 20": small("plain_cifar", 20),
}
FIELDS = {  # published, or computed by hand from the tables of layers: of the last images in the network
    "lenet5": 16,
    "lenet5_1998": 32,
    "alexnet": 195,
    "alexnet_2012": 195,
    "vgg16": 212,
    "resnet18": 435,
    "resnet34": 899,
    "resnet50": 427,
    "resnet101": 971,
    "resnet152": 1451,
    "resnet50 v1": 483,
    "resnet101 v1": 1027,
    "resnet152 v1": 1507,
}


@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_parameters_costs_and_fields(name):
    make, shape = NETWORKS[name]
    network = make(Blank(np.random.PCG64(0)))
    rows = {row.name: row for row in summary(network, shape).rows}
    model = onnx_graph.make_model(network, shape)

    outputs = [node.output[0] for node in model.graph.node if "/" not in node.output[0]]
    assert outputs == list(rows)
    inferred = onnx_graph.shapes(model)
    assert {key: inferred[key][1:] for key in rows} == {key: row.output_shape for key, row in rows.items()}

    assert onnx_graph.parameters(model) == {key: row.parameters for key, row in rows.items() if row.parameters}

    counted = {key: row.multiply_accumulates for key, row in rows.items() if row.multiply_accumulates}
    costs = onnx_graph.multiply_accumulates(model)
    if name == "lenet5_1998":
        assert costs.pop("c3") * 60 == counted.pop("c3") * 96  # 60 links; the graph has all kernels, many of them zero
        assert [counted.pop(key) for key in ("s2", "s4")] == [6 * 14 * 14, 16 * 5 * 5]  # a product for each output
    assert costs == counted

    fields = {key: field for key, field in onnx_graph.receptive_fields(model).items() if key in rows}
    assert fields == {key: rows[key].receptive_field[0] for key in fields}
    assert list(fields.values())[-1] == FIELDS.get(name, list(fields.values())[-1])


OTHERS = ("lenet5", "lenet5_1998", "nin", "alexnet_2012", "googlenet_2015", "resnet50 v1", "plain18", "resnet_cifar 20")


@pytest.mark.parametrize("name", OTHERS)
def test_outputs_are_those_of_onnx_runtime(name):
    import runtime  # skips the test where there is no ONNX Runtime

    rng = np.random.default_rng(1)
    make, shape = NETWORKS[name]
    network, x = disturb(make(rng), rng), rng.standard_normal((1, *shape), np.float32)
    model = onnx_graph.make_model(network, shape)
    state = {key: array for key, array in network.named_arrays().items() if array.ndim}  # without counts of batches
    assert {value.name for value in model.graph.input} == {onnx_graph.X, *state}
    assert relative_error(network(x), runtime.run(model, {onnx_graph.X: x, **state})) < 1e-4

"""ONNX's own inference of shapes agrees with `summary`, layer by layer, for all networks of the case studies.

And ONNX Runtime computes the same as those that torchvision has not; `test_torch_networks.py` compares the others.
"""

from functools import partial

import catalogue
import numpy as np
import onnx_graph
import pytest
from states import disturb, relative_error

from cnn_course import nets, summary

NETWORKS = catalogue.NETWORKS | {
    "AlexNet of 2012 in one group": (partial(nets.alexnet_2012, groups=1), (3, 227, 227)),
    "VGG-16 with batch norm": (nets.vgg16_bn, catalogue.PHOTOGRAPH),
    "plain-20 for CIFAR": (partial(nets.plain_cifar, 20), catalogue.THUMBNAIL),
}
FIELDS = {  # published, or computed by hand from the tables of layers: of the last images in the network
    "LeNet-5": 16,
    "LeNet-5 of 1998": 32,
    "AlexNet": 195,
    "AlexNet of 2012": 195,
    "VGG-16": 212,
    "ResNet-18": 435,
    "ResNet-34": 899,
    "ResNet-50": 427,
    "ResNet-101": 971,
    "ResNet-152": 1451,
    "ResNet-50 v1": 483,
    "ResNet-101 v1": 1027,
    "ResNet-152 v1": 1507,
}


@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_parameters_costs_and_fields(name):
    make, shape = NETWORKS[name]
    network = make(rng=catalogue.Zeros())
    rows = {row.name: row for row in summary(network, shape).rows}
    model = onnx_graph.make_model(network, shape)

    outputs = [node.output[0] for node in model.graph.node if "/" not in node.output[0]]
    assert outputs == list(rows)
    inferred = onnx_graph.shapes(model)
    assert {key: inferred[key][1:] for key in rows} == {key: row.output_shape for key, row in rows.items()}

    assert onnx_graph.parameters(model) == {key: row.parameters for key, row in rows.items() if row.parameters}

    counted = {key: row.multiply_accumulates for key, row in rows.items() if row.multiply_accumulates}
    costs = onnx_graph.multiply_accumulates(model)
    if name == "LeNet-5 of 1998":
        assert costs.pop("c3") * 60 == counted.pop("c3") * 96  # 60 links; the graph has all kernels, many of them zero
        assert [counted.pop(key) for key in ("s2", "s4")] == [6 * 14 * 14, 16 * 5 * 5]  # a product for each output
    assert costs == counted

    fields = {key: field for key, field in onnx_graph.receptive_fields(model).items() if key in rows}
    assert fields == {key: rows[key].receptive_field[0] for key in fields}
    if name in FIELDS:
        assert list(fields.values())[-1] == FIELDS[name]


OTHERS = (  # that torchvision has not
    *("LeNet-5", "LeNet-5 of 1998", "Network in network", "ResNet-20 for CIFAR", "AlexNet of 2012"),
    *("GoogLeNet of 2015", "plain-18", "ResNet-50 v1"),
)


@pytest.mark.parametrize("name", OTHERS)
def test_outputs_are_those_of_onnx_runtime(name):
    import runtime  # skips the test where there is no ONNX Runtime

    rng = np.random.default_rng(1)
    make, shape = NETWORKS[name]
    network, x = disturb(make(rng=rng), rng), rng.standard_normal((1, *shape), np.float32)
    model = onnx_graph.make_model(network, shape)
    state = {key: array for key, array in network.named_arrays().items() if array.ndim}  # without counts of batches
    assert {value.name for value in model.graph.input} == {onnx_graph.X, *state}
    assert relative_error(network(x), runtime.run(model, {onnx_graph.X: x, **state})) < 1e-4

"""A network of layers as a graph of ONNX's operators, and what can be counted in such a graph.

The output of a layer has the layer's name, as in `summary`; what it computes on the way has a name with a slash.
Parameters and buffers are inputs of the graph, under the names of `state_dict`, with the shapes that the layer's
arguments ask for: a graph has shapes, but no weights.
"""

from math import prod

import numpy as np
from onnx import TensorProto, helper, numpy_helper, shape_inference

from cnn_course import nets, nn

OPSET = 22  # the standard's version, as in the tests of single operators
X = "x"  # the images


def make_model(network, shape):
    """The ONNX model of a network in evaluation mode, for one image of `shape`, with the shapes that ONNX infers."""
    graph = Graph(network)
    y = graph.add(network, X)
    given = {X: (1, *shape), **graph.state}
    made = helper.make_graph(
        graph.nodes,
        type(network).__name__,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name, size in given.items()],
        [helper.make_empty_tensor_value_info(y)],
        graph.constants,
    )
    model = helper.make_model_gen_version(made, opset_imports=[helper.make_opsetid("", OPSET)])
    return shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)


class Graph:
    """Nodes, the shapes of the state, and constants, while layers are added."""

    def __init__(self, network):
        self.names = {id(layer): name for name, layer in network.named_layers()}
        self.nodes, self.state, self.constants = [], {}, []

    def add(self, layer, x):
        """Add a layer that reads the value called `x`; return the name of its output."""
        return OPERATORS[type(layer)](self, layer, self.names[id(layer)], x)

    def node(self, operator, inputs, output, **numbers):
        """Add a node."""
        self.nodes.append(helper.make_node(operator, inputs, [output], **numbers))
        return output

    def given(self, layer, part, *shape):
        """An array of a layer's state; a layer without a bias has none."""
        if getattr(layer, part) is None:
            return []
        name = f"{self.names[id(layer)]}.{part}"
        self.state[name] = shape
        return [name]

    def constant(self, name, value, dtype=np.int64):
        """A constant that belongs to the definition of a layer."""
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name


def conv(graph, layer, name, x):
    outputs, inputs = layer.out_channels, layer.in_channels // layer.groups
    weight = graph.given(layer, "weight", outputs, inputs, *layer.kernel_size)
    numbers = {"dilations": layer.dilation, "group": layer.groups, **windows(layer)}
    return graph.node("Conv", [x, *weight, *graph.given(layer, "bias", outputs)], name, **numbers)


def windows(layer):
    """ONNX lists the padding before all axes, then that after them; these networks have the same on all sides."""
    kernel, stride, padding = (
        np.broadcast_to(getattr(layer, key), 2).tolist() for key in ("kernel_size", "stride", "padding")
    )
    return {"kernel_shape": kernel, "strides": stride, "pads": padding * 2}


def max_pool(graph, layer, name, x):
    return graph.node("MaxPool", [x], name, ceil_mode=int(layer.ceil_mode), **windows(layer))


def avg_pool(graph, layer, name, x):
    flags = {"ceil_mode": int(layer.ceil_mode), "count_include_pad": int(layer.count_include_pad)}
    return graph.node("AveragePool", [x], name, **flags, **windows(layer))


def batch_norm(graph, layer, name, x):
    parts = ("weight", "bias", "running_mean", "running_var")
    arrays = [array for part in parts for array in graph.given(layer, part, layer.num_features)]
    return graph.node("BatchNormalization", [x, *arrays], name, epsilon=layer.eps)


def local_response_norm(graph, layer, name, x):
    return graph.node("LRN", [x], name, size=layer.size, alpha=layer.alpha, beta=layer.beta, bias=layer.k)


def linear(graph, layer, name, x):
    weight = graph.given(layer, "weight", layer.out_features, layer.in_features)
    return graph.node("Gemm", [x, *weight, *graph.given(layer, "bias", layer.out_features)], name, transB=1)


def plain(operator, **numbers):
    return lambda graph, layer, name, x: graph.node(operator, [x], name, **numbers)


def sequential(graph, layer, name, x):
    for child in layer:
        x = graph.add(child, x)
    return x


def residual(graph, layer, name, x):
    return graph.node("Add", [graph.add(layer.body, x), graph.add(layer.shortcut, x)], name)


def concat(graph, layer, name, x):
    return graph.node("Concat", [graph.add(child, x) for child in layer], name, axis=1)


def zero_pad_shortcut(graph, layer, name, x):
    """Every second place is a maximum over one place; then more zeros than needed, of which some are cut off."""
    kept = graph.node("MaxPool", [x], f"{name}/kept", **windows(layer))
    more = graph.constant(f"{name}/more", [0, 0, 0, 0, 0, layer.channels, 0, 0])
    padded = graph.node("Pad", [kept, more], f"{name}/padded")
    cut = [graph.constant(f"{name}/{part}", [n]) for part, n in (("from", 0), ("to", layer.channels), ("axis", 1))]
    return graph.node("Slice", [padded, *cut], name)


def scaled_tanh(graph, layer, name, x):
    slope, amplitude = (graph.constant(f"{name}/{n}", n, np.float32) for n in (2 / 3, 1.7159))
    squashed = graph.node("Tanh", [graph.node("Mul", [x, slope], f"{name}/scaled")], f"{name}/tanh")
    return graph.node("Mul", [squashed, amplitude], name)


def subsampling(graph, layer, name, x):
    sums = graph.node("AveragePool", [x], f"{name}/mean", **windows(layer))
    y = graph.node("Mul", [sums, graph.constant(f"{name}/four", 4, np.float32)], f"{name}/sum")
    axes = graph.constant(f"{name}/axes", [1, 2])
    for operator, part, output in (("Mul", "weight", f"{name}/scaled"), ("Add", "bias", name)):
        column = graph.node("Unsqueeze", [*graph.given(layer, part, layer.num_features), axes], f"{name}/{part}")
        y = graph.node(operator, [y, column], output)
    return y


def table_conv(graph, layer, name, x):
    """A convolution whose weight is zero but where the table has a link."""
    kernel, links = [layer.kernel_size] * 2, np.stack(layer.links, axis=1)
    zeros = graph.constant(f"{name}/zeros", np.zeros((*layer.channels, *kernel)), np.float32)
    weight = graph.given(layer, "weight", len(links), *kernel)
    dense = graph.node("ScatterND", [zeros, graph.constant(f"{name}/links", links), *weight], f"{name}/dense")
    return graph.node("Conv", [x, dense, *graph.given(layer, "bias", layer.channels[0])], name, **windows(layer))


def squared_distance(graph, layer, name, x):
    column = graph.node("Unsqueeze", [x, graph.constant(f"{name}/one", [1])], f"{name}/column")
    codes = graph.given(layer, "codes", layer.out_features, layer.in_features)
    difference = graph.node("Sub", [column, *codes], f"{name}/difference")
    return graph.node("ReduceSumSquare", [difference, graph.constant(f"{name}/last", [2])], name, keepdims=0)


OPERATORS = {
    nn.AvgPool2d: avg_pool,
    nn.BatchNorm2d: batch_norm,
    nn.Concat: concat,
    nn.Conv2d: conv,
    nn.Dropout: plain("Dropout"),
    nn.Flatten: plain("Flatten"),
    nn.GlobalAvgPool: plain("GlobalAveragePool"),
    nn.Identity: plain("Identity"),
    nn.Linear: linear,
    nn.LocalResponseNorm: local_response_norm,
    nn.MaxPool2d: max_pool,
    nn.ReLU: plain("Relu"),
    nn.Residual: residual,
    nn.Sequential: sequential,
    nets.ResidualBlock: sequential,
    nets.ScaledTanh: scaled_tanh,
    nets.SquaredDistance: squared_distance,
    nets.Subsampling2d: subsampling,
    nets.TableConv2d: table_conv,
    nets.ZeroPadShortcut: zero_pad_shortcut,
}


def shapes(model):
    """Shape of every value of a model, by its name."""
    values = [*model.graph.input, *model.graph.value_info, *model.graph.output]
    return {value.name: tuple(d.dim_value for d in value.type.tensor_type.shape.dim) for value in values}


def parameters(model):
    """How many numbers each layer learns: its inputs but for the running statistics and the codes."""
    counts = {}
    for name, size in shapes(model).items():
        layer, _, part = name.rpartition(".")
        if part in ("weight", "bias"):
            counts[layer] = counts.get(layer, 0) + prod(size)
    return counts


def multiply_accumulates(model):
    """Those of each convolution and product: the weight's entries, once for each place of the output."""
    size, products = shapes(model), (node for node in model.graph.node if node.op_type in ("Conv", "Gemm"))
    return {node.output[0]: prod(size[node.input[1]]) * prod(size[node.output[0]][2:]) for node in products}


def receptive_fields(model):
    """How many rows of the input each image in the graph sees, up to the pool over all places.

    Backwards from one place: for the places from a to b of its output, a window of k, with stride s and padding p,
    reads those from a s - p to b s - p + k - 1. Where ways meet, from the first that one of them reads to the last.
    """
    size, nodes, fields = shapes(model), {}, {}
    for node in model.graph.node:
        y = node.output[0]
        if node.op_type == "GlobalAveragePool":
            break
        if len(size[y]) != 4:
            continue
        numbers = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        window = [numbers.get(*default)[0] for default in (("kernel_shape", [1]), ("strides", [1]), ("pads", [0]))]
        nodes[y] = window, list(node.input) if node.op_type in ("Add", "Concat") else node.input[:1]
        read = {y: (0, 0)}
        for name, ((taps, stride, padding), inputs) in reversed(nodes.items()):
            if name in read:
                first, last = read[name]
                first, last = first * stride - padding, last * stride - padding + taps - 1
                for x in inputs:
                    others = read.get(x, (first, last))
                    read[x] = min(first, others[0]), max(last, others[1])
        if X in read:  # but for what is made of weights alone
            fields[y] = read[X][1] - read[X][0] + 1
    return fields

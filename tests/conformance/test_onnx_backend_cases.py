"""The ONNX standard's own test cases of our operators: nodes worked out by its authors, and layers run by PyTorch.

Every case that the package can be asked for has to pass; all others are listed here, each with its reason.
"""

import re
from importlib import import_module
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnx.backend.test.case import node as node_cases
from onnx.backend.test.loader import load_model_tests
from onnx_nodes import OPERATORS, NotOffered, translate

NOT_OFFERED = {
    "test_averagepool_2d_dilations": "average pooling with dilation",
    "test_averagepool_3d_dilations_small": "average pooling with dilation",
    "test_averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_False": "average pooling with dilation",
    "test_averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_True": "average pooling with dilation",
    "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_False": "average pooling with dilation",
    "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True": "average pooling with dilation",
    "test_averagepool_2d_pads": "pooling with more padding than half of the window",
    "test_averagepool_2d_pads_count_include_pad": "pooling with more padding than half of the window",
    "test_maxpool_2d_pads": "pooling with more padding than half of the window",
    "test_maxpool_2d_uint8": "layers on integers",
    "test_AvgPool1d": "graphs: Unsqueeze, AveragePool, Squeeze",
    "test_AvgPool1d_stride": "graphs: Unsqueeze, AveragePool, Squeeze",
    "test_GLU": "graphs: Split, Sigmoid, Mul",
    "test_GLU_dim": "graphs: Split, Sigmoid, Mul",
    "test_Softmin": "graphs: Neg, Softmax",
    "test_operator_basic": "graphs: Add, Mul, Tanh, Sigmoid, Neg",
    "test_operator_params": "graphs: Add, Mul, Tanh, Sigmoid, Neg",
}

FIRST_OUTPUT_ONLY = {  # the others are compared with nothing
    "test_maxpool_with_argmax_2d_precomputed_pads": "indices of the maxima",
    "test_maxpool_with_argmax_2d_precomputed_strides": "indices of the maxima",
    "test_batchnorm_example_training_mode": "running statistics",
    "test_batchnorm_epsilon_training_mode": "running statistics",
}

FOUR_DIGITS = {"test_averagepool_2d_ceil_last_window_starts_on_pad"}  # is all that its authors wrote down


def collect():
    """Cases by name: each a graph, its inputs and the outputs expected."""
    for operator in OPERATORS:
        module = "batch_normalization" if operator == "BatchNormalization" else operator.lower()
        import_module(f"{node_cases.__name__}.{module}")
    for case in node_cases._NodeTestCases:  # filled by these imports; the public loader imports all operators there are
        yield case.name, (case.model.graph, *case.data_sets[0])
    for kind in ("pytorch-converted", "pytorch-operator"):
        for case in load_model_tests(kind=kind):
            yield case.name, stored(Path(case.model_dir))


def stored(folder):
    """A case with its arrays in files; the weights are initial values in the graph."""
    graph = onnx.load(folder / "model.onnx").graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    files = iter(sorted(folder.glob("test_data_set_0/input_*.pb")))
    inputs = [weights[value.name] if value.name in weights else read(next(files)) for value in graph.input]
    return graph, inputs, [read(file) for file in sorted(folder.glob("test_data_set_0/output_*.pb"))]


def read(file):
    return numpy_helper.to_array(onnx.load_tensor(file))


def ours(graph, inputs):
    """Our result for a graph of one node."""
    if len(graph.node) > 1:
        raise NotOffered("graphs: " + ", ".join(node.op_type for node in graph.node))
    named = dict(zip((value.name for value in graph.input), inputs, strict=True))
    return translate(graph.node[0], [named[name] for name in graph.node[0].input])


CASES = {name: case for name, case in collect() if any(node.op_type in OPERATORS for node in case[0].node)}
OFFERED = sorted(CASES.keys() - NOT_OFFERED.keys())


@pytest.mark.parametrize("name", OFFERED)
def test_case(name):
    graph, inputs, (expected, *others) = CASES[name]
    actual = ours(graph, inputs)
    assert (actual.shape, actual.dtype) == (expected.shape, expected.dtype)
    # Thirty roundings: the errors of up to 145 terms, of either sign, add up to about twelve.
    tolerance = 1e-3 if name in FOUR_DIGITS else 30 * np.finfo(np.float32).eps
    assert np.max(np.abs(actual - expected)) <= tolerance * np.max(np.abs(expected))
    assert bool(others) == (name in FIRST_OUTPUT_ONLY)


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_case_that_is_not_offered(name):
    graph, inputs, _ = CASES[name]
    with pytest.raises(NotOffered, match=f"^{re.escape(NOT_OFFERED[name])}$"):
        ours(graph, inputs)


def test_every_operator_has_a_case():
    assert {CASES[name][0].node[0].op_type for name in OFFERED} == set(OPERATORS)


def test_every_case_named_here_exists():
    assert FIRST_OUTPUT_ONLY.keys() | FOUR_DIGITS <= set(OFFERED)

"""The same operations in other libraries, where they are installed; none is required."""

import importlib

import measure
import numpy as np


def optional(name):
    """The module, or None."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


torch = optional("torch")
onnx = optional("onnx")
onnxruntime = optional("onnxruntime")
if torch:
    torch.set_num_threads(measure.THREADS)


def torch_function(name, *arrays, channels_last=False, **numbers):
    """A program that calls `torch.nn.functional.<name>` on copies of the arrays, without recording gradients."""
    function = getattr(torch.nn.functional, name)
    tensors = [torch.from_numpy(np.ascontiguousarray(array)) for array in arrays]
    if channels_last:
        tensors = [t.contiguous(memory_format=torch.channels_last) if t.ndim == 4 else t for t in tensors]

    def program():
        with torch.inference_mode():
            return function(*tensors, **numbers)

    return program


def torch_forward(network, x, channels_last=False):
    """A program that runs a network of PyTorch on an array, without recording gradients."""
    layout = torch.channels_last if channels_last else torch.contiguous_format
    network, x = network.to(memory_format=layout), torch.from_numpy(x).contiguous(memory_format=layout)

    def program():
        with torch.inference_mode():
            return network(x)

    return program


def onnx_session(model):
    """An ONNX Runtime session on this suite's number of threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = measure.THREADS
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def onnx_node(operator, arrays, **attributes):
    """A program that runs one ONNX operator; arrays after the first are constants of the model."""
    x, *constants = arrays
    names = ["x", *(f"c{i}" for i in range(len(constants)))]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node(operator, names, ["y"], **attributes)],
        operator,
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, x.shape)],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)],
        [onnx.numpy_helper.from_array(array, name) for name, array in zip(names[1:], constants, strict=True)],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    session = onnx_session(model.SerializeToString())
    return lambda: session.run(None, {"x": x})[0]

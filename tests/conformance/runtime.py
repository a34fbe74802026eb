"""ONNX Runtime, on one thread."""

import pytest

onnxruntime = pytest.importorskip("onnxruntime", reason="ONNX Runtime has no wheel for this platform")

OPTIONS = onnxruntime.SessionOptions()
OPTIONS.intra_op_num_threads = OPTIONS.inter_op_num_threads = 1
OPTIONS.log_severity_level = 3  # errors


def run(model, inputs):
    """First output of an ONNX model, for its inputs by name."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), OPTIONS, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]

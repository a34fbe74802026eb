"""Messages between the grader and the process of an answer: a JSON header, then the bytes of the arrays.

Nothing is unpickled, and what is received is checked before it is believed: sizes against limits, and shapes against
the number of bytes that came.
"""

import json
import re
import struct
from math import prod

import numpy as np

MOST_HEADER, MOST_DATA = 1 << 16, 1 << 26  # bytes
MOST_REPLY = 1 << 22  # bytes of data; no solution returns more than 1 << 14 in all of its calls
DEEPEST = 3  # tuples of tuples


def send(stream, message, value=None, most=MOST_DATA):
    """Write a message, a dictionary of plain JSON, with one value of `outcome.plain`, or None."""
    chunks = []
    header = json.dumps(message | {"value": _describe(value, chunks)}).encode()
    data = b"".join(chunks)
    if len(header) > MOST_HEADER or len(data) > most:
        raise ValueError(f"send: {len(header)} + {len(data)} bytes, at most {MOST_HEADER} + {most}")
    stream.write(struct.pack("<II", len(header), len(data)) + header + data)
    stream.flush()


def receive(stream, most=MOST_DATA):
    """Read a message; return the dictionary and the value.

    Raises
    ------
    EOFError
        If the stream ends.
    ValueError
        If it is no message, or too large.
    """
    sizes = struct.unpack("<II", _read(stream, 8))
    if sizes[0] > MOST_HEADER or sizes[1] > most:
        raise ValueError(f"receive: {sizes[0]} + {sizes[1]} bytes, at most {MOST_HEADER} + {most}")
    header, data = _read(stream, sizes[0]), _read(stream, sizes[1])
    try:
        message = json.loads(header)
    except RecursionError:
        raise ValueError("receive: nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("receive: expected a dictionary")
    values = _Reader(data)
    return message, values.read(message.pop("value", None))


def _read(stream, size):
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _describe(value, chunks):
    if isinstance(value, np.ndarray):
        chunks.append(value.tobytes())
        return {"array": [value.dtype.str, list(value.shape)]}
    if isinstance(value, tuple):
        return {"tuple": [_describe(part, chunks) for part in value]}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    return value


class _Reader:
    """Builds values from their descriptions, and takes the bytes of arrays in turn."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def read(self, described, depth=0):
        if described is None or type(described) in (bool, float):
            return described
        if type(described) is int and -(2**63) <= described < 2**64:
            return described
        if not isinstance(described, dict) or len(described) != 1 or depth > DEEPEST:
            raise ValueError("receive: expected the description of a value")
        ((kind, parts),) = described.items()
        if not isinstance(parts, list):
            raise ValueError(f"receive: expected a list after {kind!r}")
        if kind == "tuple":
            return tuple(self.read(part, depth + 1) for part in parts)
        if kind == "complex" and len(parts) == 2 and all(type(part) is float for part in parts):
            return complex(*parts)
        if kind == "array" and len(parts) == 2:
            return self._array(*parts)
        raise ValueError(f"receive: {kind!r} is no kind of value")

    def _array(self, dtype, shape):
        if not isinstance(dtype, str) or not re.fullmatch(r"[<>|=]?[biufc]\d{1,2}", dtype):
            raise ValueError(f"receive: {dtype!r} is no dtype of numbers")
        if not isinstance(shape, list) or len(shape) > 32 or not all(type(n) is int and n >= 0 for n in shape):
            raise ValueError("receive: expected a shape")
        try:
            size = prod(shape) * np.dtype(dtype).itemsize
        except TypeError as error:
            raise ValueError(f"receive: {error}") from None
        if self.at + size > len(self.data):
            raise ValueError(f"receive: an array of {size} bytes, but {len(self.data) - self.at} came")
        part = self.data[self.at : self.at + size]
        self.at += size
        return np.frombuffer(part, dtype).reshape(shape).copy()

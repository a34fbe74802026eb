"""Messages come back as they were sent, and whatever else comes is an error that the grader expects."""

import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnn_course.grading.channel import MOST_DATA, MOST_HEADER, receive, send

numbers = st.one_of(st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), st.complex_numbers())
dtypes = st.sampled_from(["f8", "f4", ">f8", "f2", "i8", "u1", "?", "c16"])
some_arrays = dtypes.flatmap(lambda dtype: arrays(dtype, st.lists(st.integers(0, 4), max_size=3).map(tuple)))
values = st.one_of(st.none(), numbers, some_arrays, st.lists(st.one_of(numbers, some_arrays), max_size=4).map(tuple))


def through(message, value):
    stream = io.BytesIO()
    send(stream, message, value)
    stream.seek(0)
    return receive(stream)


@given(values)
def test_values_come_back(value):
    message, back = through({"call": "f", "id": 3}, value)
    assert message == {"call": "f", "id": 3}
    assert_equal(value, back)


def assert_equal(one, other):
    assert type(one) is type(other)
    if isinstance(one, tuple):
        assert len(one) == len(other)
        for parts in zip(one, other, strict=True):
            assert_equal(*parts)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        assert other.flags.writeable
        np.testing.assert_array_equal(one, other)
    else:
        np.testing.assert_equal(one, other)


def test_an_array_that_is_not_contiguous():
    x = np.arange(12.0).reshape(3, 4)[::-1, ::2]
    np.testing.assert_array_equal(through({}, x)[1], x)


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_noise_is_an_expected_error(noise):
    with pytest.raises((ValueError, EOFError)):
        receive(io.BytesIO(noise + b"\0"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["array", "tuple", "x"]), inner),
)


@settings(max_examples=500)
@given(json_values, st.binary(max_size=40))
def test_forged_values_are_values_or_expected_errors(described, data):
    header = json.dumps({"value": described}).encode()
    try:
        _, value = receive(io.BytesIO(struct.pack("<II", len(header), len(data)) + header + data))
    except ValueError:
        return
    assert type(value) in (type(None), bool, int, float, complex, tuple, np.ndarray)


FORGED = {
    "a header too long": struct.pack("<II", MOST_HEADER + 1, 0),
    "data too long": struct.pack("<II", 2, MOST_DATA + 1),
    "nested": struct.pack("<II", 60_000, 0) + b"[" * 30_000 + b"]" * 30_000,
    "no dictionary": struct.pack("<II", 2, 0) + b"[]",
}
ARRAYS = {
    "more than came": ["<f8", [3]],
    "an overflow": ["<f8", [2**62, 2**62]],
    "negative": ["<f8", [-1]],
    "objects": ["O", [1]],
    "a structure": ["i4,i4", [1]],
    "no dtype": ["<f3", [1]],
    "a boolean as size": ["<f8", [True]],
    "too many axes": ["<f8", [1] * 33],
}


@pytest.mark.parametrize("content", FORGED.values(), ids=FORGED)
def test_forged_messages(content):
    with pytest.raises(ValueError, match="receive: "):
        receive(io.BytesIO(content))


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_forged_arrays(array):
    header = json.dumps({"value": {"array": array}}).encode()
    with pytest.raises(ValueError, match="receive: "):
        receive(io.BytesIO(struct.pack("<II", len(header), 8) + header + bytes(8)))


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**400])
def test_whole_numbers_of_more_than_64_bits(number):
    header = json.dumps({"value": number}).encode()
    with pytest.raises(ValueError, match="receive: "):
        receive(io.BytesIO(struct.pack("<II", len(header), 0) + header))


def test_too_much_is_not_sent():
    stream = io.BytesIO()
    with pytest.raises(ValueError, match=f"at most {MOST_HEADER} \\+ {MOST_DATA}"):
        send(stream, {}, np.zeros(MOST_DATA // 8 + 1))
    assert stream.getvalue() == b""

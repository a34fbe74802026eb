"""`receptive_field` names the inputs that an output depends on, as changing each of them shows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_course import conv1d, conv1d_backward, receptive_field

SIZE = 81  # holds every window of three layers: 53 positions, the first of them within 27 from the border

numbers = st.fixed_dictionaries(
    {"kernel_size": st.integers(1, 3)},
    optional={
        "stride": st.integers(1, 3),
        "padding": st.integers(0, 2) | st.just("valid") | st.tuples(st.tuples(st.integers(0, 2), st.integers(0, 2))),
        "dilation": st.integers(1, 2),
    },
)


def positive_kernel(layer):
    """With positive weights, no two paths from an input to an output cancel."""
    return np.ones((1, 1, layer["kernel_size"]))


def geometry(layer):
    return {name: value for name, value in layer.items() if name != "kernel_size"}


def dependence(layers):
    """Row i: which outputs change if input i does, because the stack is linear."""
    x = np.eye(SIZE)[:, None]
    for layer in layers:
        x = conv1d(x, positive_kernel(layer), **geometry(layer))
    return x[:, 0] > 0


def reached_by_gradients(layers):
    """Column u: the inputs in which output u has a gradient."""
    inputs = [np.ones((1, 1, SIZE))]
    for layer in layers:
        inputs.append(conv1d(inputs[-1], positive_kernel(layer), **geometry(layer)))
    outputs = inputs.pop().shape[2]
    grad = np.eye(outputs)[:, None]
    for layer, x in zip(reversed(layers), reversed(inputs), strict=True):
        grad, *_ = conv1d_backward(
            grad, np.broadcast_to(x, (outputs, *x.shape[1:])), positive_kernel(layer), **geometry(layer)
        )
    return grad[:, 0].T > 0


@pytest.mark.parametrize("method", [dependence, reached_by_gradients])
@given(layers=st.lists(numbers, min_size=1, max_size=3))
def test_brute_force(method, layers):
    field = receptive_field(layers)
    complete = 0
    for u, column in enumerate(method(layers).T):
        first = field.offset + u * field.stride
        last = first + field.size - 1
        (inputs,) = np.nonzero(column)
        assert not inputs.size or (first <= inputs.min() and inputs.max() <= last)
        if first >= 0 and last < SIZE:
            assert (inputs.min(), inputs.max()) == (first, last)
            complete += 1
    assert complete


def test_no_layer_sees_one_position():
    field = receptive_field([])
    assert (field.size, field.stride, field.offset) == (1, 1, 0)


def test_vgg16():
    conv, pool = {"kernel_size": 3, "padding": 1}, {"kernel_size": 2, "stride": 2}
    layers = [layer for block in (2, 2, 3, 3, 3) for layer in (*[conv] * block, pool)]
    fields = [receptive_field(layers[: depth + 1]) for depth in range(len(layers))]
    sizes = [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]
    assert [field.size for field in fields] == sizes
    assert (fields[-1].stride, fields[-1].offset) == (2**5, -(1 + 1 + 2 + 2 + 3 * (4 + 8 + 16)))


def test_layers_may_be_an_iterator():
    layers = [{"kernel_size": 3, "stride": 2, "padding": ((1, 0),)}, {"kernel_size": 2, "dilation": 3}]
    assert receptive_field(iter(layers)) == receptive_field(layers)

"""Every number that describes windows is checked, and the message says which, what it was and what it has to be."""

import numpy as np
import pytest
from calls import CALLS
from messages import raises

import cnn_course
from cnn_course import (
    conv1d,
    conv2d,
    conv_output_size,
    conv_transpose1d,
    conv_transpose_output_size,
    fold,
    full_padding,
    max_pool1d,
    max_pool2d,
    receptive_field,
    same_padding,
    sliding_windows,
    unfold,
)
from cnn_course.shape import Geometry

X, W = np.ones((1, 1, 4)), np.ones((1, 1, 3))


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"stride": 0}, "stride must be at least 1, got 0"),
        ({"stride": -2}, "stride must be at least 1, got -2"),
        ({"stride": 1.0}, "stride must be made of integers, got 1.0"),
        ({"stride": "2"}, "stride must be made of integers, got '2'"),
        ({"stride": (1, 2)}, "stride must be an integer or have 1 entries, got 2 (stride=(1, 2))"),
        ({"stride": None}, "stride must be made of integers, got None"),
        ({"dilation": 0}, "dilation must be at least 1, got 0"),
        ({"dilation": 1.5}, "dilation must be made of integers, got 1.5"),
        ({"dilation": ()}, "dilation must be an integer or have 1 entries, got 0 (dilation=())"),
        ({"padding": -1}, "padding must be at least 0, got -1"),
        ({"padding": ((1, -1),)}, "padding must be at least 0, got -1"),
        ({"padding": 0.5}, "padding must be made of integers, got 0.5"),
        ({"padding": None}, "padding must be made of integers, got None"),
        ({"padding": (1, 2)}, "padding must be an integer or have 1 entries, got 2 (padding=(1, 2))"),
        ({"padding": ((1, 2, 3),)}, "padding must be an integer or have 2 entries, got 3 (padding=(1, 2, 3))"),
        ({"padding": "SAME"}, "padding must be numbers, 'valid', 'same' or 'full', got 'SAME'"),
        ({"padding": "same", "stride": 2}, "padding='same' needs stride 1, because the output cannot keep the input's"),
        ({"kernel_size": 0}, "kernel_size must be at least 1, got 0"),
        ({"kernel_size": 2.0}, "kernel_size must be made of integers, got 2.0"),
        ({"input_size": 0}, "input_size must be at least 1, got 0"),
        ({"input_size": "5"}, "input_size must be made of integers, got '5'"),
        ({"input_size": (5, 6, 7), "kernel_size": (3, 3)}, "kernel_size must be an integer or have 3 entries, got 2"),
        ({"input_size": (5, 6), "kernel_size": (3, 3, 3)}, "input_size must be an integer or have 3 entries, got 2"),
    ],
)
@pytest.mark.parametrize("function", [conv_output_size, conv_transpose_output_size])
def test_numbers_of_an_output_size(function, numbers, message):
    with raises(f"{function.__name__}: {message}"):
        function(**{"input_size": 5, "kernel_size": 3} | numbers)


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        (same_padding, "kernel_size"),
        (full_padding, "kernel_size"),
        (same_padding, "dilation"),
        (full_padding, "dilation"),
    ],
)
def test_numbers_of_a_padding(function, argument):
    with raises(f"{function.__name__}: {argument} must be at least 1, got 0"):
        function(**{"kernel_size": 3} | {argument: 0})
    with raises(f"{function.__name__}: dilation must be an integer or have 2 entries, got 3 (dilation=(1, 2, 3))"):
        function((3, 3), dilation=(1, 2, 3))


@pytest.mark.parametrize("argument", ["stride", "padding", "dilation", "kernel_size"])
def test_a_bool_is_no_number(argument):
    with raises(f"conv_output_size: {argument} must be made of integers, got True"):
        conv_output_size(**{"input_size": 5, "kernel_size": 3} | {argument: True})


@pytest.mark.parametrize("name", [name for name, call in CALLS.items() if "stride" in call.numbers])
@pytest.mark.parametrize(
    ("numbers", "message"),
    [({"stride": 0}, "stride must be at least 1, got 0"), ({"padding": -3}, "padding must be at least 0, got -3")],
)
def test_a_layer_begins_its_messages_with_its_name(name, numbers, message):
    with raises(f"{name}: {message}"):
        CALLS[name](**CALLS[name].arrays(), **numbers)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: conv_output_size(2, 3, padding=((0, 1),), dilation=2),
            "conv_output_size: the kernel is larger than the padded input on spatial axis 0: "
            "it extends over 5 positions (kernel_size=3, dilation=2) but there are only 3 (size 2, padding (0, 1))",
        ),
        (
            lambda: conv2d(np.ones((1, 1, 9, 4)), np.ones((1, 1, 3, 5))),
            "conv2d: the kernel is larger than the padded input on spatial axis 1: "
            "it extends over 5 positions (kernel_size=5, dilation=1) but there are only 4 (size 4, padding (0, 0))",
        ),
        (lambda: max_pool1d(X, 5), "max_pool1d: the kernel is larger than the padded input on spatial axis 0"),
        (lambda: unfold(X, 5), "unfold: the kernel is larger than the padded input on spatial axis 0"),
        (
            lambda: sliding_windows(X, 5),
            "sliding_windows: the kernel is larger than the padded input on spatial axis 0",
        ),
        (
            lambda: fold(np.ones((1, 5, 1)), (4,), 5),
            "fold: the kernel is larger than the padded input on spatial axis 0",
        ),
        (
            lambda: Geometry.of("caller", (1, 1)).output_size((3, 0)),
            "caller: the input has size 0 on spatial axis 1, expected at least 1",
        ),
        (
            lambda: conv1d(X, W, padding="same", stride=2),
            "conv1d: padding='same' needs stride 1, because the output cannot keep the input's size with stride=(2,)",
        ),
        (
            lambda: max_pool2d(np.ones((1, 1, 4, 4)), (2, 3), padding="same"),
            "max_pool2d: padding='same' needs stride 1",
        ),
        (
            lambda: receptive_field([{"kernel_size": 3}, {"kernel_size": 3, "stride": 0}]),
            "receptive_field: stride must be at least 1, got 0",
        ),
        (
            lambda: receptive_field([{"kernel_size": (3,)}]),
            "receptive_field: kernel_size must be made of integers, got (3,)",
        ),
    ],
)
def test_windows(call, message):
    with raises(message):
        call()


@pytest.mark.parametrize(
    ("name", "size", "numbers", "given"),
    [
        ("max_pool1d", (4,), {"kernel_size": 3, "padding": 2}, "padding=(2, 2) with extent 3"),
        ("avg_pool1d", (4,), {"kernel_size": 2, "padding": ((0, 2),)}, "padding=(0, 2) with extent 2"),
        ("max_pool1d", (4,), {"kernel_size": 2, "padding": ((2, 0),), "dilation": 2}, "padding=(2, 0) with extent 3"),
        ("max_pool2d", (9, 9), {"kernel_size": 2, "padding": (0, 2)}, "padding=(2, 2) with extent 2 on spatial axis 1"),
    ],
)
def test_pool_padding_above_half_of_the_extent(name, size, numbers, given):
    with raises(f"{name}: padding must be at most half of the kernel's extent, got {given}"):
        getattr(cnn_course, name)(np.ones((1, 1, *size)), **numbers)


@pytest.mark.parametrize(
    ("kernel_size", "message"),
    [
        (2.0, "kernel_size must be made of integers, got 2.0"),
        ((2, 2), "kernel_size must be an integer or have 1 entries, got 2 (kernel_size=(2, 2))"),
    ],
)
def test_pool_kernel(kernel_size, message):
    with raises(f"max_pool1d: {message}"):
        max_pool1d(X, kernel_size)


def test_pool_padding_may_be_half_of_the_extent():
    assert max_pool1d(X, 2, padding=1, stride=1).shape == (1, 1, 5)
    assert max_pool1d(X, 3, padding=2, dilation=2, stride=1).shape == (1, 1, 4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: conv_transpose_output_size((4, 4), 3, stride=(3, 2), output_padding=2),
            "conv_transpose_output_size: output_padding must be smaller than stride or dilation, "
            "got output_padding=2 with stride=2 and dilation=1 on spatial axis 1",
        ),
        (
            lambda: conv_transpose1d(X, W, output_padding=1),
            "conv_transpose1d: output_padding must be smaller than stride or dilation, got output_padding=1",
        ),
        (
            lambda: conv_transpose1d(X, W, stride=2, output_padding=-1),
            "conv_transpose1d: output_padding must be at least 0, got -1",
        ),
        (
            lambda: conv_transpose1d(X, W, stride=2, output_padding=(1, 0)),
            "conv_transpose1d: output_padding must be an integer or have 1 entries, got 2 (output_padding=(1, 0))",
        ),
        (
            lambda: conv_transpose_output_size((9, 2), (3, 1), padding=1),
            "conv_transpose_output_size: the output would have size 0 on spatial axis 1, expected at least 1 "
            "(input size 2, kernel_size=1, padding=(1, 1))",
        ),
        (
            lambda: conv_transpose1d(X, W, padding=4),
            "conv_transpose1d: the output would have size -2 on spatial axis 0, expected at least 1 "
            "(input size 4, kernel_size=3, padding=(4, 4))",
        ),
    ],
)
def test_transposed(call, message):
    with raises(message):
        call()

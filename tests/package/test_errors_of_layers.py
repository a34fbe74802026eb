"""Every array that a layer is given is checked, and the message says which, what it was and what it has to be."""

import numpy as np
import pytest
from calls import CALLS
from messages import raises

from cnn_course import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, fold, sliding_windows, unfold

AXES = {"1d": ("L",), "2d": ("H", "W"), "3d": ("D", "H", "W")}
BACKWARD = [name for name in CALLS if name.endswith("_backward")]
LAYERS = [name for name in CALLS if name.removesuffix("_backward")[-2:] in AXES]


def with_shape(name, **shapes):
    """Call a function on arrays of which some have another shape."""
    return CALLS[name](**CALLS[name].arrays() | {argument: np.ones(shape) for argument, shape in shapes.items()})


def spatial_axes(name):
    return AXES[name.removesuffix("_backward")[-2:]]


@pytest.mark.parametrize("name", [*LAYERS, "unfold", "sliding_windows"])
def test_rank_of_x(name):
    axes = ("N", "C", *(spatial_axes(name) if name in LAYERS else AXES["2d"]))
    shape = CALLS[name].shapes["x"][1:]
    with raises(f"{name}: x must have {len(axes)} axes ({', '.join(axes)}), got {len(shape)} (x.shape={shape})"):
        with_shape(name, x=shape)


@pytest.mark.parametrize("name", [name for name in LAYERS if "weight" in CALLS[name].shapes])
def test_rank_of_weight(name):
    axes, shape = ("O", "C/groups", *spatial_axes(name)), (*CALLS[name].shapes["weight"], 1)
    message = f"weight must have {len(axes)} axes ({', '.join(axes)}), got {len(shape)} (weight.shape={shape})"
    with raises(f"{name}: {message}"):
        with_shape(name, weight=shape)


def test_rank_where_the_kernel_does_not_tell_it():
    with raises("unfold: x must have 3 axes (N, C, L), got 2 (x.shape=(3, 4))"):
        unfold(np.ones((3, 4)), 2)
    with raises("sliding_windows: x must have 6 axes (N, C, L0, L1, L2, L3), got 3 (x.shape=(1, 1, 4))"):
        sliding_windows(np.ones((1, 1, 4)), (1, 1, 1, 1))


@pytest.mark.parametrize("axis", range(1, 4))  # there may be no images
@pytest.mark.parametrize("name", ["conv2d", "conv2d_backward", "max_pool2d", "avg_pool2d_backward", "unfold"])
def test_empty_x(name, axis):
    shape = list(CALLS[name].shapes["x"])
    shape[axis] = 0
    message = f"x is empty: axis {'NCHW'[axis]} has size 0, expected at least 1 (x.shape={tuple(shape)})"
    with raises(f"{name}: {message}"):
        with_shape(name, x=shape)


@pytest.mark.parametrize("axis", range(4))
def test_empty_weight(axis):
    shape = list(CALLS["conv_transpose2d"].shapes["weight"])
    shape[axis] = 0
    axes = ("O", "C/groups", "H", "W")
    message = f"weight is empty: axis {axes[axis]} has size 0, expected at least 1 (weight.shape={tuple(shape)})"
    with raises(f"conv_transpose2d: {message}"):
        with_shape("conv_transpose2d", weight=shape)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.bool_, np.complex128, np.object_])
@pytest.mark.parametrize(("name", "argument"), [(name, argument) for name in LAYERS for argument in CALLS[name].shapes])
def test_dtypes_that_are_not_floating(name, argument, dtype):
    arrays = CALLS[name].arrays()
    arrays[argument] = arrays[argument].astype(dtype)
    expected = f"{name}: {argument} must have a floating dtype such as float64, got {np.dtype(dtype)}"
    with raises(expected):
        CALLS[name](**arrays)


@pytest.mark.parametrize(
    ("name", "argument"), [(name, argument) for name in LAYERS for argument in CALLS[name].shapes if argument != "x"]
)
def test_mixed_dtypes(name, argument):
    arrays = CALLS[name].arrays()
    arrays[argument] = arrays[argument].astype(np.float32)
    with raises(f"{name}: x and {argument} must have one dtype, got float64 and float32"):
        CALLS[name](**arrays)


@pytest.mark.parametrize("name", BACKWARD)
def test_grad_output_of_another_shape(name):
    expected = CALLS[name].shapes["grad_output"]
    for axis in range(len(expected)):
        given = tuple(n + (i == axis) for i, n in enumerate(expected))
        with raises(f"{name}: grad_output must have shape {expected}, got {given}"):
            with_shape(name, grad_output=given)


@pytest.mark.parametrize("name", [name for name in LAYERS if "bias" in CALLS[name].shapes])
def test_bias_of_another_shape(name):
    size = CALLS[name].shapes["bias"]
    for given in ((size + 1,), (1,), (), (size, 1)):
        with raises(f"{name}: bias must have shape ({size},), got {given}"):
            with_shape(name, bias=given)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: conv1d(np.ones((2, 3, 5)), np.ones((4, 2, 1))),
            "conv1d: x has 3 channels but weight expects 2 (x.shape=(2, 3, 5), weight.shape=(4, 2, 1), groups=1)",
        ),
        (
            lambda: conv2d(np.ones((1, 3, 5, 5)), np.ones((4, 2, 1, 1)), groups=2),
            "conv2d: x has 3 channels but weight expects 2 x 2 groups (x.shape=(1, 3, 5, 5), weight.shape=(4, 2, 1, 1)",
        ),
        (
            lambda: conv_transpose1d(np.ones((2, 3, 5)), np.ones((4, 3, 1))),
            "conv_transpose1d: x has 3 channels but weight expects 4 (x.shape=(2, 3, 5), weight.shape=(4, 3, 1)",
        ),
        (
            lambda: conv_transpose2d(np.ones((1, 3, 5, 5)), np.ones((4, 2, 1, 1)), groups=2),
            "conv_transpose2d: x has 3 channels but weight expects 4 (x.shape=(1, 3, 5, 5), weight.shape=(4, 2, 1, 1)",
        ),
    ],
)
def test_channels(call, message):
    with raises(message):
        call()


@pytest.mark.parametrize("name", [name for name in BACKWARD if name.startswith("conv")])
def test_channels_of_a_backward_pass(name):
    images, channels, *size = CALLS[name].shapes["x"]
    with raises(f"{name}: x has {channels + 1} channels but weight expects "):
        with_shape(name, x=(images, channels + 1, *size))


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (3, "groups must divide the first axis of weight, got groups=3 with weight.shape=(4, 2, 1, 1, 1)"),
        (0, "groups must be at least 1, got 0"),
        (-1, "groups must be at least 1, got -1"),
        (2.0, "groups must be made of integers, got 2.0"),
        ((1, 1), "groups must be made of integers, got (1, 1)"),
    ],
)
def test_groups(groups, message):
    with raises(f"conv3d: {message}"):
        conv3d(np.ones((1, 2, 3, 3, 3)), np.ones((4, 2, 1, 1, 1)), groups=groups)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"columns": np.ones((1, 7, 2))}, "columns must have a multiple of prod(kernel_size)=6 rows, got 7"),
        ({"columns": np.ones((2, 12, 5))}, "columns must have shape (2, 12, 6), got (2, 12, 5)"),
        ({"columns": np.ones((12, 6))}, "columns must have 3 axes (N, CK, L), got 2 (columns.shape=(12, 6))"),
        ({"columns": np.ones((2, 12, 0))}, "columns is empty: axis L has size 0, expected at least 1"),
        ({"output_size": (5, 0)}, "output_size must be at least 1, got 0"),
        ({"output_size": (5, 4.0)}, "output_size must be made of integers, got 4.0"),
        ({"output_size": (5, 4, 3)}, "kernel_size must be an integer or have 3 entries, got 2 (kernel_size=(2, 3))"),
        ({"output_size": (5,)}, "output_size must be an integer or have 2 entries, got 1 (output_size=(5,))"),
        ({"kernel_size": (2, 0)}, "kernel_size must be at least 1, got 0"),
        ({"stride": (1, 2, 3)}, "stride must be an integer or have 2 entries, got 3 (stride=(1, 2, 3))"),
    ],
)
def test_fold(arguments, message):
    legal = {"columns": np.ones((2, 12, 6)), "output_size": (4, 4), "kernel_size": (2, 3)}
    with raises(f"fold: {message}"):
        fold(**legal | arguments)

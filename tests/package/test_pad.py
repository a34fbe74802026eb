"""Padding equals its definition in loops, its gradient is its adjoint, and a layer may have any of its modes.

On whole numbers every sum is exact (see `geometries.whole_numbers`): equalities are to the last bit.
"""

import numpy as np
import pytest
from geometries import complete_padding, layers, on_1_2_and_3_axes, whole_numbers
from hypothesis import given
from hypothesis import strategies as st
from messages import raises
from networks import check_gradients
from numpy.testing import assert_allclose, assert_array_equal

import cnn_course
from cnn_course import Conv1d, Conv2d, Conv3d, adjoint_check, nn, pad, pad_backward, reference
from cnn_course.functional.pad import MODES
from cnn_course.nn import conv as layer_module

MODE_OF = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}

every_mode = pytest.mark.parametrize("mode", MODES)
every_padding_mode = pytest.mark.parametrize("padding_mode", MODE_OF)


@st.composite
def paddings(draw, ndim, mode):
    """Draw a size, a padding in one of the forms that a user may choose, and the pairs that it stands for."""
    size = tuple(draw(st.integers(1, 5)) for _ in range(ndim))
    most = [{"reflect": n - 1, "circular": n}.get(mode, n + 2) for n in size]
    for_each = (st.integers(0, m) | st.tuples(st.integers(0, m), st.integers(0, m)) for m in most)
    written = draw(st.integers(0, min(most)) | st.tuples(*for_each))
    return size, written, complete_padding(written, size)


@on_1_2_and_3_axes
@every_mode
@given(data=st.data())
def test_reference(ndim, mode, data):
    size, written, pairs = data.draw(paddings(ndim, mode))
    x = whole_numbers((1, 2, *size), 0)
    y = pad(x, written, mode=mode)
    assert_array_equal(y, reference.pad(x, pairs, mode), strict=True)
    grad = whole_numbers(y.shape, 1)
    assert_array_equal(
        pad_backward(grad, x, written, mode=mode), reference.pad_backward(grad, x, pairs, mode), strict=True
    )


@on_1_2_and_3_axes
@every_mode
@given(data=st.data())
def test_the_gradient_is_the_adjoint(ndim, mode, data):
    size, written, _ = data.draw(paddings(ndim, mode))
    x = whole_numbers((2, 1, *size), 0)
    y = whole_numbers(pad(x, written, mode=mode).shape, 1)
    check = adjoint_check(lambda x: pad(x, written, mode=mode), lambda y: pad_backward(y, x, written, mode=mode), x, y)
    assert check.relative_error == 0


@pytest.mark.parametrize(("mode", "numpys"), [("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")])
def test_numpy_has_the_same_modes(mode, numpys):
    x = whole_numbers((2, 3, 5, 7))
    assert_array_equal(pad(x, (4, (6, 1)), mode=mode), np.pad(x, ((0, 0), (0, 0), (4, 4), (6, 1)), numpys))


def test_zeros_are_the_default():
    x = whole_numbers((2, 3, 5))
    assert_array_equal(pad(x, ((1, 2),)), np.pad(x, ((0, 0), (0, 0), (1, 2))))
    assert_array_equal(pad_backward(pad(x, 2), x, 2), x)


@every_mode
@pytest.mark.parametrize("padding", [0, 2])
def test_results_are_ones_own(mode, padding):
    x = whole_numbers((2, 3, 5))
    y = pad(x, padding, mode=mode)
    before = y.copy()
    grad_x = pad_backward(y, x, padding, mode=mode)
    assert not np.shares_memory(x, y)
    assert not np.shares_memory(y, grad_x)
    assert_array_equal(y, before)


@every_mode
def test_a_nan_reaches_its_copies_and_nothing_else(mode):
    x = np.zeros((1, 1, 3, 4))
    x[0, 0, 1, 2] = np.nan
    pairs = ((2, 1), (1, 3))
    assert_array_equal(np.isnan(pad(x, pairs, mode=mode)), reference.pad(np.isnan(x), pairs, mode))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mode": "wrap"}, "mode must be 'constant', 'reflect', 'replicate' or 'circular', got 'wrap'"),
        ({"mode": None}, "mode must be 'constant', 'reflect', 'replicate' or 'circular', got None"),
        ({"x": np.ones((2, 3))}, "x must have 3 axes (N, C, L), got 2 (x.shape=(2, 3))"),
        ({"x": np.ones((2, 3, 4, 0))}, "x is empty: axis W has size 0, expected at least 1"),
        ({"x": np.ones((2, 3, 4, 5), int)}, "x must have a floating dtype such as float64, got int64"),
        ({"padding": -1}, "padding must be at least 0, got -1"),
        ({"padding": "same"}, "padding must be made of integers, got 'same'"),
        ({"padding": (1, 2, 3)}, "padding must be an integer or have 2 entries, got 3 (padding=(1, 2, 3))"),
        ({"padding": ((1, 2, 3), 0)}, "padding must be an integer or have 2 entries, got 3 (padding=(1, 2, 3))"),
        ({"padding": 2**31}, "the padded array (padding=((2147483648, 2147483648), (2147483648, 2147483648))) would"),
        (
            {"padding": (3, (5, 0)), "mode": "reflect"},
            "padding must be smaller than the size with mode='reflect', got padding=(5, 0) with size 5 on spatial axis",
        ),
        (
            {"padding": ((0, 5), 0), "mode": "circular"},
            "padding must be at most the size with mode='circular', got padding=(0, 5) with size 4 on spatial axis 0",
        ),
    ],
)
def test_errors(changes, message):
    arguments = {"x": np.ones((2, 3, 4, 5)), "padding": 1, "mode": "constant"} | changes
    with raises(f"pad: {message}"):
        pad(**arguments)
    with raises(f"pad_backward: {message}"):
        pad_backward(np.ones((2, 3, 6, 7)), **arguments)


# In a layer -------------------------------------------------------------------------------------------------------


def layer_of(layer, padding_mode):
    """The layer of a drawn geometry, with whole numbers for its weight and bias."""
    numbers = {name: layer.written[name] for name in ("stride", "padding", "dilation", "groups")}
    kind = getattr(nn, f"Conv{len(layer.windows.size)}d")
    own = {"rng": np.random.default_rng(0), "dtype": np.float64, "padding_mode": padding_mode}
    made = kind(layer.x_shape[1], layer.y_shape[1], layer.windows.kernel_size, **numbers, **own)
    made.weight.data[...] = whole_numbers(made.weight.data.shape, 1)
    made.bias.data[...] = whole_numbers(made.bias.data.shape, 2)
    return made


@on_1_2_and_3_axes
@pytest.mark.parametrize("padding_mode", ["reflect", "replicate", "circular"])
@given(data=st.data())
def test_a_layer_is_the_padding_and_then_the_convolution(ndim, padding_mode, data):
    layer = data.draw(layers(ndim))
    pairs, mode = layer.exact["padding"], MODE_OF[padding_mode]
    most = [
        {"reflect": n - 1, "circular": n}.get(mode, sum(pair))
        for n, pair in zip(layer.windows.size, pairs, strict=True)
    ]
    made, x = layer_of(layer, padding_mode), whole_numbers(layer.x_shape, 0)
    if any(max(pair) > m for pair, m in zip(pairs, most, strict=True)):
        with raises("pad: padding must be "):
            made(x)
        return
    y, grad = made(x), whole_numbers(layer.y_shape, 3)
    grad_x = made.backward(grad)

    padded, exact = reference.pad(x, pairs, mode), layer.exact | {"padding": ((0, 0),) * ndim}
    assert_array_equal(y, reference.conv(padded, made.weight.data, made.bias.data, **exact), strict=True)
    grad_padded, grad_weight, grad_bias = reference.conv_backward(grad, padded, made.weight.data, **exact)
    assert_array_equal(grad_x, reference.pad_backward(grad_padded, x, pairs, mode), strict=True)
    assert_array_equal(made.weight.grad, grad_weight, strict=True)
    assert_array_equal(made.bias.grad, grad_bias, strict=True)


CASES = {  # the input and the layer, uneven in everything
    "1d": ((3, 4, 7), lambda **own: Conv1d(4, 6, 3, 2, ((1, 2),), 2, 2, **own)),
    "2d": ((2, 4, 5, 7), lambda **own: Conv2d(4, 6, (3, 2), (2, 1), ((1, 3), 2), (1, 2), 2, **own)),
    "2d same": ((2, 3, 5, 7), lambda **own: Conv2d(3, 2, (3, 4), padding="same", bias=False, **own)),
    "2d full": ((2, 3, 5, 7), lambda **own: Conv2d(3, 2, (3, 4), 2, padding="full", **own)),
    "3d": ((2, 2, 3, 5, 2), lambda **own: Conv3d(2, 3, 2, (2, 1, 1), (2, 1, (0, 1)), **own)),
}
every_case = pytest.mark.parametrize(("shape", "build"), CASES.values(), ids=CASES)


def make(build, padding_mode, dtype=np.float64):
    return build(padding_mode=padding_mode, rng=np.random.default_rng(0), dtype=dtype)


@every_case
@every_padding_mode
def test_gradients_of_a_layer(shape, build, padding_mode):
    layer, rng = make(build, padding_mode), np.random.default_rng(1)
    results = check_gradients(layer, rng.standard_normal(shape), rng)
    assert max(result.relative_error for result in results) < 1e-7  # as of every layer, see `test_layers.py`


@every_case
@every_padding_mode
def test_a_first_layer_does_not_go_back_through_its_padding(shape, build, padding_mode, monkeypatch):
    layer, x = make(build, padding_mode), np.random.default_rng(1).standard_normal(shape)
    grad = np.random.default_rng(2).standard_normal(layer(x).shape)
    layer.backward(grad)
    expected = layer.weight.grad
    monkeypatch.setattr(layer_module.F, "pad_backward", None)  # a call would fail
    assert layer.backward(grad, needs_input_grad=False) is None
    assert_array_equal(layer.weight.grad, expected)


@every_padding_mode
def test_same_and_full_give_the_same_sizes_in_every_mode(padding_mode):
    x, own = np.ones((2, 3, 5, 7)), {"rng": np.random.default_rng(0), "dtype": np.float64}
    assert Conv2d(3, 2, (3, 4), padding="same", padding_mode=padding_mode, **own)(x).shape == (2, 2, 5, 7)
    assert Conv2d(3, 2, (3, 4), padding="full", padding_mode=padding_mode, **own)(x).shape == (2, 2, 5 + 2, 7 + 3)
    assert Conv2d(3, 2, (3, 4), padding="valid", padding_mode=padding_mode, **own)(x).shape == (2, 2, 5 - 2, 7 - 3)


@pytest.mark.parametrize("shift", [(1, 0), (0, -1), (2, 3), (-6, 11)])
def test_a_circular_layer_commutes_with_circular_shifts(shift):
    layer, x = make(CASES["2d same"][1], "circular"), whole_numbers((2, 3, 5, 7))
    layer.weight.data[...] = whole_numbers(layer.weight.data.shape, 1)
    assert_array_equal(layer(np.roll(x, shift, (2, 3))), np.roll(layer(x), shift, (2, 3)))
    layer.padding_mode = "zeros"
    assert not np.array_equal(layer(np.roll(x, shift, (2, 3))), np.roll(layer(x), shift, (2, 3)))


@pytest.mark.parametrize("padding_mode", ["reflect", "replicate"])
def test_a_layer_that_averages_leaves_a_constant_alone_up_to_the_border(padding_mode):
    layer = Conv2d(1, 1, 3, padding=1, bias=False, padding_mode=padding_mode, rng=np.random.default_rng(0))
    layer.weight.data[...] = 1
    assert_array_equal(layer(np.ones((1, 1, 4, 5), np.float32)), np.full((1, 1, 4, 5), 9))


def test_the_mode_is_an_attribute_and_computed_with():
    layer = Conv1d(1, 1, 2, 1, ((1, 0),), 1, 1, False, "circular", rng=np.random.default_rng(0))
    layer.weight.data[...] = 1
    x = np.array([[[1.0, 2.0, 4.0]]], np.float32)
    assert layer.padding_mode == "circular"
    assert_array_equal(layer(x), [[[5, 3, 6]]])
    layer.padding_mode = "replicate"
    assert_array_equal(layer(x), [[[2, 3, 6]]])
    layer.padding_mode = "zeros"
    assert_array_equal(layer(x), [[[1, 3, 6]]])
    assert Conv1d(1, 1, 2, rng=np.random.default_rng(0)).padding_mode == "zeros"


@every_case
@pytest.mark.parametrize("padding_mode", ["reflect", "replicate", "circular"])
def test_what_a_layer_does_with_its_input(shape, build, padding_mode):
    layer, x = make(build, padding_mode), np.random.default_rng(1).standard_normal(shape)
    before = x.copy()
    x.flags.writeable = False
    y = layer(x)
    grad = np.random.default_rng(2).standard_normal(y.shape)
    grad.flags.writeable = False
    assert layer.backward(grad).shape == x.shape
    assert_array_equal(x, before)
    wide = np.asfortranarray(x)
    assert_allclose(layer(wide), y, rtol=1e-12, atol=1e-12)  # summed in another order
    single = make(build, padding_mode, np.float32)
    assert single(x.astype(np.float32)).dtype == single.backward(grad.astype(np.float32)).dtype == np.float32


def test_errors_of_a_layer():
    own = {"rng": np.random.default_rng(0), "dtype": np.float64}
    with raises("Conv2d: padding_mode must be 'zeros', 'reflect', 'replicate' or 'circular', got 'constant'"):
        Conv2d(1, 1, 3, padding_mode="constant", **own)
    layer = Conv2d(2, 1, 3, padding=3, padding_mode="reflect", **own)
    with raises("pad: padding must be smaller than the size with mode='reflect', got padding=(3, 3) with size 3 on"):
        layer(np.ones((1, 2, 5, 3)))
    with raises("Conv2d: x must have 4 axes (N, C, H, W), got 3 (x.shape=(2, 5, 5))"):
        layer(np.ones((2, 5, 5)))
    with raises("conv2d: x has 3 channels but weight expects 2"):
        layer(np.ones((1, 3, 5, 5)))
    with raises("Conv2d: padding='same' needs stride 1"):
        Conv2d(1, 1, 3, 2, "same", padding_mode="circular", **own)
    with pytest.raises(TypeError, match="padding_mode"):
        cnn_course.ConvTranspose2d(1, 1, 3, padding_mode="circular", **own)

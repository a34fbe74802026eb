"""The low-pass before subsampling is the convolution with a binomial filter, and damps what a stride would alias."""

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import BlurPool2d, adjoint_check, matrix_of, pad
from cnn_course.nn import Sequential, summary

MODES = ("zeros", "reflect", "replicate", "circular")


@pytest.mark.parametrize("mode", MODES)
def test_a_row_by_hand(mode):
    row = np.array([4.0, 8.0, 0.0, 16.0, 12.0])
    (before, after) = {"zeros": (0, 0), "reflect": (8, 16), "replicate": (4, 12), "circular": (12, 4)}[mode]
    expected = [(before + 2 * 4 + 8) / 4, (8 + 0 + 16) / 4, (16 + 2 * 12 + after) / 4]
    assert_array_equal(BlurPool2d((1, 3), (1, 2), padding_mode=mode)(row.reshape(1, 1, 1, 5)).ravel(), expected)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5, (2, 5)])
@pytest.mark.parametrize("stride", [1, 2, (3, 1)])
def test_it_is_the_sum_over_the_taps(mode, kernel_size, stride):
    layer, x = (
        BlurPool2d(kernel_size, stride, padding_mode=mode),
        np.random.default_rng(0).standard_normal((2, 3, 9, 7)),
    )
    vertical, horizontal = (np.poly1d([0.5, 0.5]) ** (k - 1) for k in layer.kernel_size)
    padded = pad(x, layer.padding, mode="constant" if mode == "zeros" else mode)
    expected = np.zeros_like(x)
    for i, a in enumerate(vertical.coeffs if layer.kernel_size[0] > 1 else [1.0]):
        for j, b in enumerate(horizontal.coeffs if layer.kernel_size[1] > 1 else [1.0]):
            expected += a * b * padded[:, :, i : i + 9, j : j + 7]
    expected = expected[:, :, :: layer.stride[0], :: layer.stride[1]]
    y = layer(x)
    assert_allclose(y, expected, rtol=0, atol=1e-14)
    g = np.random.default_rng(1).standard_normal(y.shape)
    assert adjoint_check(layer, layer.backward, x, g).relative_error < 1e-14
    assert layer.backward(g, needs_input_grad=False) is None


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_a_constant_stays_and_the_highest_frequency_goes(mode):
    layer = BlurPool2d(3, 2, padding_mode=mode)
    assert_array_equal(layer(np.full((1, 2, 8, 6), 3.0)), np.full((1, 2, 4, 3), 3.0))
    checkers = np.indices((8, 6)).sum(axis=0) % 2 * 2.0 - 1
    if mode != "replicate":  # which repeats a value at the border, where the signs alternate
        assert_array_equal(layer(checkers[None, None]), np.zeros((1, 1, 4, 3)))


def test_its_transfer_function_is_a_power_of_the_cosine():
    layer = BlurPool2d((1, 4), 1, padding_mode="circular")
    values = np.linalg.eigvals(matrix_of(lambda x: layer(x.reshape(1, 1, 1, 8)).ravel(), 8))
    expected = np.abs(np.cos(np.pi * np.arange(8) / 8)) ** 3
    assert_allclose(np.sort(np.abs(values)), np.sort(expected), rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_size_and_an_empty_batch(dtype):
    layer = BlurPool2d()
    for images in (0, 2):
        y = layer(np.ones((images, 3, 7, 8), dtype))
        assert y.shape == (images, 3, 4, 4)
        assert y.dtype == dtype
        assert layer.backward(np.ones_like(y)).shape == (images, 3, 7, 8)


def test_nothing_is_learned_and_the_summary_has_it():
    network = Sequential(BlurPool2d(4))
    assert network.state_dict() == {}
    (row,) = summary(network, (3, 8, 8)).rows
    assert (row.layer, row.output_shape, row.parameters, row.receptive_field) == ("BlurPool2d", (3, 4, 4), 0, (4, 4))


def test_errors():
    with raises("BlurPool2d: x must have 4 axes (N, C, H, W), got 3"):
        BlurPool2d()(np.ones((1, 3, 4)))
    with raises("BlurPool2d: padding_mode must be 'zeros', 'reflect', 'replicate' or 'circular', got 'same'"):
        BlurPool2d(padding_mode="same")
    layer = BlurPool2d()
    layer(np.ones((1, 1, 4, 4)))
    with raises("BlurPool2d.backward: grad_output must have shape (1, 1, 2, 2), got (1, 1, 4, 4)"):
        layer.backward(np.ones((1, 1, 4, 4)))

"""What a user of PyTorch expects: empty batches, one entry for all axes, output padding below the dilation."""

import numpy as np
import pytest
from calls import CALLS
from networks import NAMES, make
from numpy.testing import assert_allclose, assert_array_equal
from test_odd_values import CALLS as BY_KEYWORD

import cnn_course
from cnn_course import (
    SGD,
    BatchNorm1d,
    Conv2d,
    Linear,
    Sequential,
    avg_pool2d,
    batch_norm,
    batch_norm_backward,
    batch_statistics,
    conv2d,
    conv_transpose2d,
    conv_transpose2d_backward,
    cross_entropy,
    cross_entropy_backward,
    freeze,
    max_pool2d,
    mse_loss,
    mse_loss_backward,
)
from cnn_course.functional import winograd
from cnn_course.nn.inference import CHANNELS

IMAGES = {"x", "grad_output", "columns"}  # arguments whose first axis is that of the images
OF_IMAGES = [name for name, call in CALLS.items() if IMAGES & set(call.shapes) and name != "shift"]
NOT_OF_IMAGES = {"shift", "adjoint_check", "equivariance_defect", "invariance_defect"}  # any array
NOT_OF_IMAGES |= {"linearize", "jacobian_norm", "worst_direction"}  # a single input
NOT_OF_IMAGES |= {"shift_change", "stride_equivariance_defect"}  # a number for all images together
ALONE = {"batch_statistics", "cross_entropy_backward", "mse_loss_backward"}  # have tests of their own, below
SIMPLE = sorted(
    {name for name in BY_KEYWORD if IMAGES & set(BY_KEYWORD[name])} - set(OF_IMAGES) - NOT_OF_IMAGES - ALONE
)


def without_images(arrays):
    return {name: array[:0] if name in IMAGES else array for name, array in arrays.items()}


def assert_empty(results, expected):
    """Results per image are empty, and those summed over the images are 0."""
    for result, of_images in zip(results, expected, strict=True):
        if result.shape == of_images.shape:
            assert_array_equal(result, np.zeros(of_images.shape))
        else:
            assert result.shape == (0, *of_images.shape[1:])
        assert result.dtype == of_images.dtype


@pytest.mark.parametrize("name", OF_IMAGES)
def test_an_empty_batch_flows_through_windows(name):
    call = CALLS[name]
    assert_empty(call(**without_images(call.arrays())), call(**call.arrays()))


@pytest.mark.parametrize("name", ["conv2d", "conv2d_backward", "conv_transpose2d", "conv_transpose2d_backward"])
def test_an_empty_batch_flows_through_a_pointwise_convolution(name):
    call = {"x": np.ones((2, 3, 4, 5)), "weight": np.ones((3, 3, 1, 1))}
    if name.endswith("backward"):
        call["grad_output"] = np.ones((2, 3, 4, 5))
    results, expected = (getattr(cnn_course, name)(**arrays) for arrays in (without_images(call), call))
    assert_empty(*((r if isinstance(r, tuple) else (r,)) for r in (results, expected)))


@pytest.mark.parametrize("name", SIMPLE)
def test_an_empty_batch_flows_through_the_rest(name):
    call, function = BY_KEYWORD[name], getattr(cnn_course, name)
    results, expected = function(**without_images(call)), function(**call)
    assert_empty(*((r if isinstance(r, tuple) else (r,)) for r in (results, expected)))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_an_empty_batch_flows_through_a_layer_and_leaves_it_as_it_was(name, training):
    layer, x = make(name)
    shape, state = layer(x).shape, layer.state_dict()
    y = layer.train(training)(x[:0])
    assert (y.shape, y.dtype) == ((0, *shape[1:]), x.dtype)
    for key, array in layer.state_dict().items():
        assert_array_equal(array, state[key])
    if training:
        grad_x = layer.backward(y)
        assert (grad_x.shape, grad_x.dtype) == (x[:0].shape, x.dtype)
        for _, parameter in layer.named_parameters():
            assert_array_equal(parameter.grad, np.zeros_like(parameter.data), strict=True)
    assert_array_equal(freeze(layer)(x[:0]), y, strict=True)


@pytest.mark.parametrize("momentum", [0.1, None])
def test_an_empty_batch_does_not_count_in_the_running_statistics(momentum):
    layer, other = (BatchNorm1d(3, momentum=momentum, dtype=np.float64) for _ in range(2))
    for x in np.random.default_rng(0).standard_normal((4, 5, 3)):
        layer(x)
        layer(x[:0])
        other(x)
    assert layer.num_batches_tracked == 4
    for name, array in layer.state_dict().items():
        assert_array_equal(array, other.state_dict()[name])


def test_a_frozen_convolution_of_no_images_by_winograd():
    frozen = freeze(Conv2d(CHANNELS, CHANNELS, 3, padding=1, padding_mode="reflect", rng=np.random.default_rng(0)))
    assert frozen(np.ones((0, CHANNELS, 17, 19), np.float32)).shape == (0, CHANNELS, 17, 19)


def test_an_empty_batch_in_winograds_convolution():
    weight = winograd.transform_weight(np.ones((2, 3, 3, 3)))
    assert winograd.forward(np.ones((0, 3, 8, 9)), weight, ((1, 1), (0, 0))).shape == (0, 2, 8, 7)


def test_an_empty_batch_is_normalized_but_has_no_statistics():
    x = np.ones((0, 3, 4))
    assert batch_norm(x).shape == x.shape
    grad_x, grad_weight, grad_bias = batch_norm_backward(x, x)
    assert grad_x.shape == x.shape
    assert_array_equal([grad_weight, grad_bias], np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"batch_statistics: .* need at least 2 values in each channel, got 0"):
        batch_statistics(x)


def test_the_loss_of_no_images_is_nan_and_its_gradient_empty():
    logits, target = np.ones((0, 3), np.float32), np.zeros(0, int)
    assert np.isnan(cross_entropy(logits, target))
    assert cross_entropy(logits, target).dtype == mse_loss(logits, logits).dtype == np.float32
    assert np.isnan(mse_loss(logits, logits))
    assert cross_entropy_backward(1.0, logits, target).shape == mse_loss_backward(1.0, logits, logits).shape == (0, 3)


def test_one_entry_counts_for_all_axes():
    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((2, 2, 9, 9)), rng.standard_normal((2, 2, 3, 3))
    one, all_axes = ({"stride": s, "padding": s, "dilation": s} for s in ((2,), (2, 2)))
    assert_array_equal(conv2d(x, weight, **one), conv2d(x, weight, **all_axes))
    assert_array_equal(conv2d(x, weight, padding=[(1, 0)]), conv2d(x, weight, padding=((1, 0), (1, 0))))
    assert_array_equal(
        conv_transpose2d(x, weight, output_padding=(1,), **one),
        conv_transpose2d(x, weight, output_padding=(1, 1), **all_axes),
    )
    for pool in (max_pool2d, avg_pool2d):
        assert_array_equal(pool(x, (3,), stride=(2,), padding=(1,)), pool(x, 3, stride=2, padding=1))


@pytest.mark.parametrize("output_padding", [(1, 0), (2, 3), (0, 4)])
def test_output_padding_below_the_dilation(output_padding):
    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((2, 4, 3, 4)), rng.standard_normal((4, 2, 2, 3))
    bias = rng.standard_normal(4)
    numbers = {"stride": (1, 2), "padding": ((1, 2), (0, 1)), "dilation": (3, 5), "groups": 2}
    size = tuple(
        (n - 1) * s + d * (k - 1) + 1 + extra - sum(pads)
        for n, s, d, k, extra, pads in zip(
            (3, 4), numbers["stride"], numbers["dilation"], (2, 3), output_padding, numbers["padding"], strict=True
        )
    )
    expected = np.zeros((2, 4, *size)) + bias.reshape(-1, 1, 1)  # what no window of x reaches holds the bias alone
    for n, o, i, j in np.ndindex(x.shape):
        for c, k, l in np.ndindex(weight.shape[1:]):
            a, b = i * 1 + k * 3 - 1, j * 2 + l * 5
            if 0 <= a < size[0] and 0 <= b < size[1]:
                expected[n, o // 2 * 2 + c, a, b] += weight[o, c, k, l] * x[n, o, i, j]
    assert_allclose(conv_transpose2d(x, weight, bias, output_padding=output_padding, **numbers), expected, atol=1e-12)

    g = rng.standard_normal(expected.shape)
    grad_x, grad_weight, grad_bias = conv_transpose2d_backward(g, x, weight, output_padding=output_padding, **numbers)
    linear_in_both = np.vdot(g, expected - bias.reshape(-1, 1, 1))
    assert_allclose([np.vdot(grad_x, x), np.vdot(grad_weight, weight)], linear_in_both, rtol=1e-10)
    assert_allclose(grad_bias, g.sum(axis=(0, 2, 3)), atol=1e-12)
    assert grad_x.shape == x.shape


def test_an_optimizer_given_a_network_says_what_to_pass():
    network = Sequential(Linear(2, 3, rng=np.random.default_rng(0)))
    with pytest.raises(ValueError, match=r"^SGD: parameters .*pass network\.named_parameters\(\)"):
        SGD(network, 0.1)

"""Layers compute what the package's functions do, and their backward passes are the derivatives of that."""

import numpy as np
import pytest
from messages import raises
from networks import NAMES, PLAIN, WEIGHTED, check_gradients, make
from numpy.testing import assert_allclose, assert_array_equal

import cnn_course
from cnn_course import engine, nn
from cnn_course.functional.linear import linear, linear_backward
from cnn_course.functional.norm import local_response_norm
from cnn_course.nn import (
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Parameter,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
)

every_layer = pytest.mark.parametrize("name", NAMES)


def arrays_of(layer):
    return [parameter.data for _, parameter in layer.named_parameters()]


def gradients_of(layer):
    return [parameter.grad for _, parameter in layer.named_parameters()]


@pytest.mark.checks("thm-one-direction")
@every_layer
def test_gradients(name):
    # The step's default, 1e-6, leaves its square and 2^-53 / 1e-6 = 1e-10 of rounding, enlarged where numbers cancel.
    layer, x = make(name)
    results = check_gradients(layer, x, np.random.default_rng(1))
    assert len(results) == 1 + len(arrays_of(layer))
    assert max(result.relative_error for result in results) < 1e-7


def test_the_cases_have_every_layer():
    public = {
        name
        for name, value in vars(nn).items()
        if isinstance(value, type) and issubclass(value, Layer) and value is not Layer and name[0] != "_"
    }
    assert public == {name.split(" ")[0] for name in NAMES}


@pytest.mark.parametrize(
    ("layer", "function", "numbers"),
    [
        (
            lambda rng: nn.Conv2d(4, 6, (3, 2), (2, 1), ((1, 0), 1), (1, 2), 2, rng=rng),
            "conv2d",
            {"stride": (2, 1), "padding": ((1, 0), 1), "dilation": (1, 2), "groups": 2},
        ),
        (
            lambda rng: nn.ConvTranspose2d(4, 6, 3, (3, 4), 1, (2, 3), 2, False, (2, 1), rng=rng),
            "conv_transpose2d",
            {"stride": (3, 4), "padding": 1, "output_padding": (2, 3), "groups": 2, "dilation": (2, 1)},
        ),
        (
            lambda rng: nn.MaxPool2d((3, 2), (2, 3), (1, 0), dilation=(2, 1), ceil_mode=True),
            "max_pool2d",
            {"kernel_size": (3, 2), "stride": (2, 3), "padding": (1, 0), "dilation": (2, 1), "ceil_mode": True},
        ),
        (
            lambda rng: nn.AvgPool2d((3, 2), (2, 3), (1, 0), ceil_mode=True, count_include_pad=False),
            "avg_pool2d",
            {"kernel_size": (3, 2), "stride": (2, 3), "padding": (1, 0), "ceil_mode": True, "count_include_pad": False},
        ),
    ],
)
def test_positional_arguments_have_the_order_of_pytorch(layer, function, numbers):
    layer, x = layer(np.random.default_rng(0)), np.random.default_rng(1).standard_normal((2, 4, 8, 9), np.float32)
    assert_array_equal(layer(x), getattr(cnn_course, function)(x, *arrays_of(layer), **numbers))


@pytest.mark.parametrize("pool", [MaxPool2d, AvgPool2d])
def test_what_follows_the_padding_of_a_pool_is_given_by_keyword(pool):
    with pytest.raises(TypeError, match="positional argument"):
        pool(3, 2, 1, 1)


def test_local_response_norm_has_the_order_and_the_defaults_of_pytorch():
    x = np.random.default_rng(0).standard_normal((2, 7, 3))
    assert_array_equal(LocalResponseNorm(3, 0.5, 0.7, 2.0)(x), local_response_norm(x, 3, alpha=0.5, beta=0.7, k=2.0))
    assert_array_equal(LocalResponseNorm(3)(x), local_response_norm(x, 3, alpha=1e-4, beta=0.75, k=1.0))


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("name", ["Conv{}d", "ConvTranspose{}d", "MaxPool{}d", "AvgPool{}d"])
def test_layers_of_every_rank_take_inputs_of_that_rank(name, ndim):
    name = name.format(ndim)
    layer, x = make(name)
    assert x.ndim == 2 + ndim
    assert layer(x).ndim == 2 + ndim
    with raises(name.replace("Pool", "_pool").replace("Conv", "conv").replace("Transpose", "_transpose").lower()):
        layer(x[0])


def test_softmax_is_along_the_channels_unless_it_is_told_otherwise():
    x = np.random.default_rng(0).standard_normal((2, 3, 5))
    assert_allclose(Softmax()(x).sum(axis=1), np.ones((2, 5)), rtol=1e-15)  # a few roundings of numbers below 1
    assert_allclose(Softmax(-1)(x).sum(axis=2), np.ones((2, 3)), rtol=1e-15)


@every_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_of_the_input_is_that_of_outputs_and_gradients(name, dtype):
    layer, x = make(name, dtype)
    y = layer(x)
    found = {y.dtype, layer.backward(np.ones_like(y)).dtype, *(gradient.dtype for gradient in gradients_of(layer))}
    assert found == {np.dtype(dtype)}
    assert layer.eval()(x).dtype == dtype


@every_layer
def test_inputs_are_not_written_to_and_shared_with_no_output(name):
    layer, x = make(name)
    x.flags.writeable = False
    y = layer(x)
    grad_output = np.ones_like(y)
    grad_output.flags.writeable = False
    grad_x = layer.backward(grad_output)
    assert not np.shares_memory(y, x)
    assert not any(np.shares_memory(gradient, grad_output) for gradient in (grad_x, *gradients_of(layer)))
    assert not np.shares_memory(layer.eval()(x), x)


@every_layer
def test_any_memory_layout_gives_the_same_result(name):
    (layer, x), (other, _) = make(name), make(name)
    wide = np.full((*x.shape, 2), np.nan)
    wide[..., 0] = x
    y = layer(x)
    # a sum may run in another order over another layout: the rounding of some hundred terms near 1
    assert_allclose(other(wide[..., 0]), y, rtol=1e-12, atol=1e-12)
    grad_output = np.random.default_rng(2).standard_normal(y.shape)
    assert_allclose(other.backward(np.asfortranarray(grad_output)), layer.backward(grad_output), rtol=1e-12, atol=1e-12)


@every_layer
def test_a_nan_is_not_lost(name):
    layer, x = make(name)
    x[-1] = np.nan
    assert np.isnan(layer(x)).any()


def test_dropout_does_not_hide_a_nan():
    x = np.full(1000, np.nan)
    assert np.isnan(Dropout(0.9, rng=np.random.default_rng(0))(x)).all()


@every_layer
def test_backward_needs_a_forward_pass(name):
    y = make(name)[0](make(name)[1])
    with pytest.raises(RuntimeError, match=r"^\w+.backward: there is no forward pass to go back through"):
        make(name)[0].backward(y)


def test_the_error_of_a_missing_forward_pass_names_the_layer():
    with pytest.raises(RuntimeError, match=r"^ReLU.backward: "):
        ReLU().backward(np.ones(3))


@every_layer
def test_evaluation_mode_remembers_nothing(name):
    layer, x = make(name)
    y = layer(x)
    layer.eval()(x)
    with pytest.raises(RuntimeError, match="call forward first, in training mode"):
        layer.backward(y)
    layer.train()(x)
    layer.backward(y)


@every_layer
def test_gradients_are_overwritten_not_added_up(name):
    layer, x = make(name)
    grad_output = np.random.default_rng(1).standard_normal(layer(x).shape)
    layer.backward(3 * grad_output)
    first = layer.backward(grad_output), *(gradient.copy() for gradient in gradients_of(layer))
    again = layer.backward(grad_output), *gradients_of(layer)
    for one, other in zip(first, again, strict=True):
        assert_array_equal(one, other)


@every_layer
def test_the_gradients_of_the_parameters_alone_have_the_same_bits(name):
    (layer, x), (other, _) = make(name), make(name)
    grad_output = np.random.default_rng(1).standard_normal(layer(x).shape)
    layer.backward(grad_output)
    other(x)
    other.backward(grad_output, needs_input_grad=False)
    for one, another in zip(gradients_of(layer), gradients_of(other), strict=True):
        assert_array_equal(one, another)


def test_a_first_layer_does_not_compute_the_gradient_in_its_input(monkeypatch):
    layer = Conv2d(2, 3, 3, rng=np.random.default_rng(0))
    y = layer(np.ones((5, 2, 7, 7), np.float32))
    monkeypatch.setattr(engine, "input_gradient", None)  # a call would fail
    layer.backward(y, needs_input_grad=False)


@every_layer
def test_a_gradient_of_another_shape_is_refused(name):
    layer, x = make(name)
    y = layer(x)
    with pytest.raises(ValueError, match=r"grad_output must have shape \(.*\), got \(.*\)"):
        layer.backward(np.ones((y.shape[0] + 1, *y.shape[1:])))


@pytest.mark.parametrize("name", [name for name in WEIGHTED if "BatchNorm" not in name])
def test_the_same_generator_gives_the_same_weights_rounded_to_the_dtype(name):
    single, double = (WEIGHTED[name][1](rng=np.random.default_rng(3), dtype=d) for d in (np.float32, np.float64))
    for one, other in zip(arrays_of(single), arrays_of(double), strict=True):
        assert one.dtype == np.float32
        assert_array_equal(one, other.astype(np.float32))


@pytest.mark.parametrize(
    ("layer", "weight_shape", "fan_in"),
    [
        (lambda rng: Linear(50, 400, rng=rng), (400, 50), 50),
        (lambda rng: Conv2d(8, 100, (3, 5), groups=4, rng=rng), (100, 2, 3, 5), 2 * 3 * 5),
        (lambda rng: ConvTranspose2d(60, 80, (3, 5), groups=20, rng=rng), (60, 4, 3, 5), 4 * 3 * 5),
    ],
)
def test_initial_values_are_even_between_plus_and_minus_one_over_the_root_of_fan_in(layer, weight_shape, fan_in):
    layer, bound = layer(np.random.default_rng(0)), 1 / np.sqrt(fan_in)
    assert layer.weight.data.shape == weight_shape
    for values in (layer.weight.data, layer.bias.data):
        scaled = np.sort(values.ravel() / bound)
        assert abs(scaled).max() <= 1 + 1e-6  # rounding of float32
        # Kolmogorov and Smirnov: the largest distance from the even distribution exceeds 2 / sqrt(n) once in 1500 times
        even = (np.arange(scaled.size) + 0.5) / scaled.size * 2 - 1
        assert abs(scaled - even).max() < 2 * 2 / np.sqrt(scaled.size)


@pytest.mark.parametrize(
    ("make_layer", "message"),
    [
        (lambda rng: Conv2d(0, 3, 3, rng=rng), "Conv2d: in_channels must be at least 1, got 0"),
        (lambda rng: Conv2d(3, 2.0, 3, rng=rng), "Conv2d: out_channels must be made of integers, got 2.0"),
        (
            lambda rng: Conv2d(4, 6, 3, groups=3, rng=rng),
            "Conv2d: groups must divide in_channels and out_channels, "
            "got groups=3 with in_channels=4 and out_channels=6",
        ),
        (
            lambda rng: ConvTranspose2d(6, 4, 3, groups=3, rng=rng),
            "ConvTranspose2d: groups must divide in_channels and out_channels, got groups=3 with in_channels=6 and",
        ),
        (
            lambda rng: Conv2d(1, 1, (3, 3, 3), rng=rng),
            "Conv2d: kernel_size must be an integer or have 2 entries, got 3",
        ),
        (lambda rng: Conv2d(1, 1, 3, 0, rng=rng), "Conv2d: stride must be at least 1, got 0"),
        (lambda rng: nn.Conv1d(1, 1, 3, padding=-1, rng=rng), "Conv1d: padding must be at least 0, got -1"),
        (
            lambda rng: ConvTranspose2d(1, 1, 3, dilation=0, rng=rng),
            "ConvTranspose2d: dilation must be at least 1, got 0",
        ),
        (lambda rng: Conv2d(1, 1, 3, rng=0), "Conv2d: rng must be a numpy.random.Generator, got 0"),
        (
            lambda rng: Linear(2, 2, rng=rng, dtype=np.int64),
            "Linear: dtype must be floating such as float32, got int64",
        ),
        (lambda rng: Linear(2, 2, rng=rng, dtype=None), "Linear: dtype must be floating such as float32, got None"),
        (lambda rng: Linear(2, 2, rng=rng, dtype="real"), "Linear: dtype must be floating such as float32, got 'real'"),
        (lambda rng: Linear(0, 2, rng=rng), "Linear: in_features must be at least 1, got 0"),
        (lambda rng: Linear(2, 3, 4, rng=rng), "Linear: bias must be True or False, got 4"),
        (
            lambda rng: ConvTranspose2d(1, 1, 3, 2, output_padding=9, rng=rng),
            "ConvTranspose2d: output_padding must be smaller than stride or dilation, got output_padding=9",
        ),
        (
            lambda rng: ConvTranspose2d(1, 1, 3, 2, padding=50, output_padding=-1, rng=rng),
            "ConvTranspose2d: output_padding must be at least 0, got -1",
        ),
        (lambda rng: MaxPool2d("a"), "MaxPool2d: kernel_size must be made of integers, got 'a'"),
        (lambda rng: MaxPool2d(0), "MaxPool2d: kernel_size must be at least 1, got 0"),
        (lambda rng: MaxPool2d(2, (1, 2, 3)), "MaxPool2d: stride must be an integer or have 2 entries, got 3"),
        (lambda rng: MaxPool2d(2, padding=1.5), "MaxPool2d: padding must be made of integers, got 1.5"),
        (lambda rng: nn.MaxPool1d(2, dilation=0), "MaxPool1d: dilation must be at least 1, got 0"),
        (lambda rng: MaxPool2d(2, ceil_mode=2), "MaxPool2d: ceil_mode must be True or False, got 2"),
        (
            lambda rng: MaxPool2d(2, padding=2),
            "MaxPool2d: padding must be at most half of the kernel's extent, got padding=(2, 2) with extent 2",
        ),
        (
            lambda rng: AvgPool2d((5, 2), padding=((1, 2), (0, 2))),
            "AvgPool2d: padding must be at most half of the kernel's extent, got padding=(0, 2) with extent 2 on "
            "spatial axis 1 (kernel_size=2, dilation=1)",
        ),
        (lambda rng: AvgPool2d(3, padding="full"), "AvgPool2d: padding must be at most half of the kernel's extent"),
        (
            lambda rng: Conv2d(1, 1, 3, padding=2**15, rng=rng),
            "Conv2d: the padded input (kernel_size=(3, 3), stride=(1, 1), padding=((32768, 32768), (32768, 32768)), "
            "dilation=(1, 1)) would have 4295098369 places, expected fewer than 2147483648",
        ),
        (
            lambda rng: ConvTranspose2d(1, 1, 3, dilation=2**20, padding="same", rng=rng),
            "ConvTranspose2d: the padded input (kernel_size=(3, 3), ",
        ),
        (lambda rng: MaxPool2d(2**17, padding=2**16), "MaxPool2d: the padded input (kernel_size=(131072, 131072), "),
        (
            lambda rng: nn.Conv3d(2, 2**10, 2**10, groups=2, rng=rng),
            "Conv3d: the weight (in_channels=2, out_channels=1024, kernel_size=(1024, 1024, 1024), groups=2) would",
        ),
        (
            lambda rng: Linear(2**40, 3, rng=rng),
            "Linear: the weight (in_features=1099511627776, out_features=3) would have",
        ),
        (lambda rng: BatchNorm2d(2**40), "BatchNorm2d: the statistics (num_features=1099511627776) would have"),
        (lambda rng: LocalResponseNorm(2**31), "LocalResponseNorm: a window of size=2147483648 would have"),
        (lambda rng: AvgPool2d(2, 0), "AvgPool2d: stride must be at least 1, got 0"),
        (lambda rng: AvgPool2d(2, count_include_pad=None), "AvgPool2d: count_include_pad must be True or False, got"),
        (lambda rng: LocalResponseNorm(0), "LocalResponseNorm: size must be at least 1, got 0"),
        (lambda rng: LocalResponseNorm(5, "a"), "LocalResponseNorm: alpha must be a finite number and at least 0, got"),
        (lambda rng: Softmax("a"), "Softmax: axis must be made of integers, got 'a'"),
        (lambda rng: Parameter([1.0]), "Parameter: data must be an array of floats, got [1.0]"),
        (lambda rng: Parameter(np.arange(2)), "Parameter: data must be an array of floats, got array([0, 1])"),
        (lambda rng: Linear(2, -1, rng=rng), "Linear: out_features must be at least 1, got -1"),
        (lambda rng: BatchNorm2d(0), "BatchNorm2d: num_features must be at least 1, got 0"),
        (lambda rng: BatchNorm1d(2, momentum=1.5), "BatchNorm1d: momentum must be None or from 0 to 1, got 1.5"),
        (lambda rng: BatchNorm1d(2, dtype=np.int8), "BatchNorm1d: dtype must be floating such as float32, got int8"),
        (lambda rng: BatchNorm1d(2, momentum="a"), "BatchNorm1d: momentum must be a finite number and at least 0, got"),
        (lambda rng: BatchNorm2d(3, -1), "BatchNorm2d: eps must be a finite number and at least 0, got -1"),
        (lambda rng: BatchNorm2d(3, "a"), "BatchNorm2d: eps must be a finite number and at least 0, got 'a'"),
        (lambda rng: Dropout(1.0, rng=rng), "Dropout: p must be at least 0 and below 1, got 1.0"),
        (lambda rng: Dropout(-0.1, rng=rng), "Dropout: p must be a finite number and at least 0, got -0.1"),
        (lambda rng: Dropout(np.nan, rng=rng), "Dropout: p must be a finite number and at least 0, got nan"),
        (lambda rng: Dropout("a", rng=rng), "Dropout: p must be a finite number and at least 0, got 'a'"),
        (lambda rng: Dropout(rng=None), "Dropout: rng must be a numpy.random.Generator, got None"),
    ],
)
def test_errors_of_constructors(make_layer, message):
    with raises(message):
        make_layer(np.random.default_rng(0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: linear(np.ones((2, 3)), np.ones((5, 4))),
            "linear: x has 3 features but weight expects 4 (x.shape=(2, 3)",
        ),
        (lambda: linear(np.ones((2, 3, 1)), np.ones((5, 3))), "linear: x must have 2 axes (N, I), got 3"),
        (lambda: linear(np.ones((2, 3)), np.ones(3)), "linear: weight must have 2 axes (O, I), got 1"),
        (lambda: linear(np.ones((2, 3)), np.ones((5, 3)), np.ones(3)), "linear: bias must have shape (5,), got (3,)"),
        (
            lambda: linear(np.ones((2, 0)), np.ones((5, 0))),
            "linear: x is empty: axis I has size 0, expected at least 1",
        ),
        (lambda: linear(np.ones((2, 3), int), np.ones((5, 3))), "linear: x must have a floating dtype"),
        (
            lambda: linear(np.ones((2, 3), np.float32), np.ones((5, 3))),
            "linear: x and weight must have one dtype, got float32 and float64",
        ),
        (
            lambda: linear_backward(np.ones((2, 3)), np.ones((2, 3)), np.ones((5, 3))),
            "linear_backward: grad_output must have shape (2, 5), got (2, 3)",
        ),
        (
            lambda: linear_backward(None, np.ones((2, 3)), np.ones((5, 3))),
            "linear_backward: grad_output must be an array of floats, got None",
        ),
        (
            lambda: BatchNorm2d(3)(np.ones((2, 3), np.float32)),
            "BatchNorm2d: x must have 4 axes, got 2 (x.shape=(2, 3))",
        ),
        (lambda: BatchNorm1d(3)(np.ones((2, 3, 1, 1), np.float32)), "BatchNorm1d: x must have 2 or 3 axes, got 4"),
        (lambda: BatchNorm2d(3)(np.ones((2, 3, 1, 1), int)), "BatchNorm2d: x must have a floating dtype"),
        (
            lambda: BatchNorm1d(3)(np.ones((1, 3), np.float32)),
            "BatchNorm1d: in training mode each channel needs at least 2 values, got 1 (x.shape=(1, 3)); "
            "make the batch larger, or call eval() before",
        ),
        (
            lambda: Flatten()(np.float64(1)),
            "Flatten: x must have at least 1 axis, got 0",
        ),
        (
            lambda: Dropout(rng=np.random.default_rng(0))(np.ones(3, int)),
            "Dropout: x must have a floating dtype such as float64, got int64",
        ),
    ],
)
def test_errors_of_calls(call, message):
    with raises(message):
        call()


def test_linear_by_hand():
    x, weight, bias = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0], [9.0, 10.0]]), np.ones(3)
    rows = [[1 * 5 + 2 * 6 + 1, 1 * 7 + 2 * 8 + 1, 1 * 9 + 2 * 10 + 1], [3 * 5 + 4 * 6 + 1, 3 * 7 + 4 * 8 + 1, 68]]
    assert_array_equal(linear(x, weight, bias), rows)
    assert_array_equal(linear(x, weight), np.subtract(rows, 1))


def test_the_input_gradient_of_linear_may_be_left_out():
    arrays = [np.random.default_rng(0).standard_normal(shape) for shape in ((2, 5), (2, 3), (5, 3))]
    grad_x, *others = linear_backward(*arrays, needs_input_grad=False)
    assert grad_x is None
    for actual, desired in zip(others, linear_backward(*arrays)[1:], strict=True):
        assert_array_equal(actual, desired)


def test_linear_of_nan_and_infinity():
    x = np.array([[np.nan, 1.0], [np.inf, 1.0], [2.0, 1.0]])
    assert_array_equal(linear(x, np.array([[1.0, 1.0]])), [[np.nan], [np.inf], [3.0]])


def test_linear_is_the_convolution_whose_kernel_is_as_large_as_its_input():
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.integers(-9, 10, shape).astype(float) for shape in ((5, 3, 7, 2), (4, 3, 7, 2), 4))
    y = cnn_course.conv2d(x, weight, bias)
    assert_array_equal(linear(x.reshape(5, -1), weight.reshape(4, -1), bias), y[:, :, 0, 0])


def test_flatten_is_row_major_whatever_the_layout():
    x = np.arange(12.0).reshape(2, 3, 2)
    for layout in (x, np.asfortranarray(x)):
        assert_array_equal(Flatten()(layout), [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]])


def test_flatten_of_no_images_and_of_no_other_axes():
    assert Flatten()(np.ones((0, 3, 2))).shape == (0, 6)
    assert Flatten()(np.ones(4)).shape == (4, 1)


# Batch normalisation ----------------------------------------------------------------------------------------------


def batches(rng, count=3):
    return [2 * rng.standard_normal((4, 3, 2, 5)) + 1 for _ in range(count)]


def channel(x, c):
    """The values of a channel, as Python's numbers."""
    return [float(value) for image in x for row in image[c] for value in row]


def mean_and_unbiased_variance(values):
    mean = sum(values) / len(values)
    return mean, sum((value - mean) ** 2 for value in values) / (len(values) - 1)


@pytest.mark.parametrize("momentum", [0.1, 0.7, 1.0])
def test_running_statistics_move_by_the_momentum(momentum):
    layer = BatchNorm2d(3, momentum=momentum, dtype=np.float64)
    mean, variance = [0.0] * 3, [1.0] * 3
    for x in batches(np.random.default_rng(0)):
        layer(x)
        for c in range(3):
            m, v = mean_and_unbiased_variance(channel(x, c))
            mean[c] = (1 - momentum) * mean[c] + momentum * m
            variance[c] = (1 - momentum) * variance[c] + momentum * v
    # sums of 40 numbers of size 1 in another order
    assert_allclose(layer.running_mean, mean, rtol=1e-13, atol=1e-14)
    assert_allclose(layer.running_var, variance, rtol=1e-13)
    assert layer.num_batches_tracked == 3


def test_without_a_momentum_the_running_statistics_are_means_over_all_batches():
    layer, xs = BatchNorm2d(3, momentum=None, dtype=np.float64), batches(np.random.default_rng(1), 5)
    for x in xs:
        layer(x)
    for c in range(3):
        moments = [mean_and_unbiased_variance(channel(x, c)) for x in xs]
        assert layer.running_mean[c] == pytest.approx(sum(m for m, _ in moments) / 5, rel=1e-13)
        assert layer.running_var[c] == pytest.approx(sum(v for _, v in moments) / 5, rel=1e-13)


def test_the_defaults_of_batch_norm_are_those_of_pytorch():
    x = 1e-2 * np.random.default_rng(0).standard_normal((4, 3, 2, 5))  # so small that eps shows
    default, given = BatchNorm2d(3, dtype=np.float64), BatchNorm2d(3, 1e-5, 0.1, dtype=np.float64)
    for _ in range(2):
        assert_array_equal(default(x), given(x))
    for name, array in default.state_dict().items():
        assert_array_equal(array, given.state_dict()[name])


def test_a_momentum_in_double_precision_leaves_the_running_statistics_in_single():
    layer = BatchNorm2d(3, momentum=np.float64(0.3))
    for x in batches(np.random.default_rng(0)):
        layer(x.astype(np.float32))
    assert layer.running_mean.dtype == layer.running_var.dtype == np.float32


def test_batch_norm_uses_the_running_statistics_in_evaluation_mode_and_leaves_them_alone():
    layer = BatchNorm1d(2, eps=0.25, dtype=np.float64).eval()
    layer.running_mean[...], layer.running_var[...] = [1, 2], [2, 3.75]
    layer.weight.data[...], layer.bias.data[...] = [3, 8], [10, 20]
    # (x - mean) / sqrt(var + eps) * weight + bias, where the roots are 1.5 and 2
    assert_allclose(layer(np.array([[4.0, 7.0]])), [[(4 - 1) / 1.5 * 3 + 10, (7 - 2) / 2 * 8 + 20]], rtol=1e-15)
    assert_array_equal(layer.running_mean, [1, 2])
    assert_array_equal(layer.running_var, [2, 3.75])
    assert layer.num_batches_tracked == 0


def test_batch_norm_uses_the_statistics_of_the_batch_in_training_mode():
    layer = BatchNorm1d(1, eps=0.0, dtype=np.float64)
    layer.running_mean[...] = 100
    assert_array_equal(layer(np.array([[1.0], [3.0]])), [[-1], [1]])


def test_a_batch_of_one_image_is_enough_where_it_has_several_places_or_nothing_is_learned():
    x = np.ones((1, 3, 1, 2), np.float32)
    assert_array_equal(BatchNorm2d(3)(x), np.zeros_like(x))
    assert BatchNorm1d(3).eval()(x[:, :, 0, 0]).shape == (1, 3)


def test_a_failed_forward_pass_tracks_nothing():
    layer = BatchNorm1d(3)
    with raises("batch_norm: weight must have shape (5,), got (3,)"):
        layer(np.ones((2, 5), np.float32))
    assert layer.num_batches_tracked == 0
    assert_array_equal(layer.running_mean, np.zeros(3))


# Dropout ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [0.0, 0.3, 0.9])
def test_dropout_keeps_a_share_of_the_numbers_and_enlarges_it(p):
    x = np.random.default_rng(0).uniform(1, 2, 10_000)
    y = Dropout(p, rng=np.random.default_rng(1))(x)
    kept = y != 0
    assert_allclose(y[kept], x[kept] / (1 - p), rtol=1e-15)  # a product with the rounded reciprocal
    # a binomial number, within 5 of its standard deviations
    assert abs(kept.mean() - (1 - p)) <= 5 * np.sqrt(p * (1 - p) / x.size)


def test_dropout_draws_anew_in_each_forward_pass_and_not_in_the_backward_pass():
    layer, x = Dropout(0.5, rng=np.random.default_rng(0)), np.ones(100)
    first, second = layer(x), layer(x)
    assert (first != second).any()
    assert_array_equal(layer.backward(x), second)


def test_dropout_does_nothing_in_evaluation_mode_and_draws_nothing():
    rng, x = np.random.default_rng(0), np.random.default_rng(1).standard_normal(100)
    before = rng.bit_generator.state
    assert_array_equal(Dropout(0.5, rng=rng).eval()(x), x)
    assert rng.bit_generator.state == before


# Layers of one's own ----------------------------------------------------------------------------------------------


class Scale(Layer):
    buffers = ("calls",)

    def __init__(self):
        self.factor, self.calls, self.inner = Parameter(np.full(1, 3.0)), np.zeros((), np.int64), ReLU()

    def forward(self, x):
        self.calls += 1
        self.keep(x)
        return self.inner(self.factor.data * x)

    def backward(self, grad_output, needs_input_grad=True):
        (x,) = self.kept()
        grad = self.inner.backward(grad_output)
        self.factor.grad = np.array([(grad * x).sum()])
        return grad * self.factor.data


def test_attributes_of_ones_own_layer_are_found():
    network = Sequential({"first": Scale(), "second": Scale()})
    assert [name for name, _ in network.named_layers()] == ["", "first", "first.inner", "second", "second.inner"]
    assert [name for name, _ in network.named_parameters()] == ["first.factor", "second.factor"]
    network(np.array([1.0, -2.0]))
    assert_array_equal(network.backward(np.array([10.0, 100.0])), [90, 0])
    assert network["first"].factor.grad == 10 * 3 * 1
    assert list(network.state_dict()) == ["first.factor", "first.calls", "second.factor", "second.calls"]
    assert network.state_dict()["second.calls"] == 1


def test_modes_reach_all_layers_below():
    network = Sequential(Scale(), Sequential(Scale()))
    assert all(layer.training for _, layer in network.named_layers())
    assert network.eval() is network
    assert not any(layer.training for _, layer in network.named_layers())
    assert network.train() is network
    assert all(layer.training for _, layer in network.named_layers())


def test_layers_without_arguments_refuse_arguments():
    for layer in (ReLU, Sigmoid, Flatten):
        with pytest.raises(TypeError):
            layer(3)


def test_pools_take_their_stride_from_the_kernel():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    assert MaxPool2d(2)(x).shape == AvgPool2d(2)(x).shape == (1, 1, 2, 2)


def test_plain_layers_have_no_parameters():
    assert not any(arrays_of(make(name)[0]) for name in PLAIN)

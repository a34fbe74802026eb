"""Whatever a layer is made with, there is a layer, or a ValueError that names the class and the argument."""

import inspect
import re

import numpy as np
import pytest

from cnn_course import SGD, Adam, nn
from cnn_course.nn import Conv2d, Layer, Linear, ReLU

RNG = np.random.default_rng(0)
CONV = {"in_channels": 4, "out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1, "dilation": 1, "groups": 2}
POOL = {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}
LEARNED = {"bias": True, "rng": RNG, "dtype": np.float64}

ARGUMENTS = {  # of each layer, by keyword, with every argument that it has
    "BatchNorm1d": {"num_features": 3, "eps": 1e-5, "momentum": 0.1, "dtype": np.float64},
    "BatchNorm2d": {"num_features": 3, "eps": 1e-5, "momentum": 0.1, "dtype": np.float64},
    "BlurPool2d": {"kernel_size": 3, "stride": 2, "padding_mode": "circular"},
    "Dropout": {"p": 0.5, "rng": RNG},
    "Linear": {"in_features": 2, "out_features": 3} | LEARNED,
    "LocalResponseNorm": {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 1.0},
    "Residual": {"body": ReLU(), "shortcut": ReLU()},
    "Parameter": {"data": np.ones(3)},
    "Softmax": {"axis": 1},
    "freeze": {"network": ReLU()},
    "summary": {"network": ReLU(), "input_shape": (2, 3)},
}
for ndim in (1, 2, 3):
    ARGUMENTS[f"Conv{ndim}d"] = CONV | LEARNED | {"padding_mode": "circular"}
    ARGUMENTS[f"ConvTranspose{ndim}d"] = CONV | LEARNED | {"output_padding": 1}
    ARGUMENTS[f"MaxPool{ndim}d"] = POOL | {"dilation": 1}
    ARGUMENTS[f"AvgPool{ndim}d"] = POOL | {"count_include_pad": True}

ODD = [None, "a", "2", b"ab", 1.5, -1, 0, 7, True, float("nan"), float("inf"), 1j, object(), {"groups": 2}]
ODD += [{}, {1, 2}, print, [1, 2, 3], [], [[1], [1, 2]], ["a", "b"], [{"groups": 2}], (None, None), [[[[1]]]], Linear]
ODD += [np.array([1, 2, 3]), np.array([1.5, 2.5]), np.zeros(0), np.array(["a", "b"]), np.array([object(), None])]
ODD += [2**40, 2**63, 10**400, np.array(2), np.array(1.5), np.array(True), np.dtype("i4"), np.float16, ">f8", "float"]


def test_every_layer_is_made_here_with_every_argument():
    bare = {name for name in nn.__all__ if not inspect.signature(getattr(nn, name)).parameters}
    assert bare == {"Flatten", "GlobalAvgPool", "Identity", "Layer", "ReLU", "Sigmoid", "Tanh"}
    assert set(ARGUMENTS) == set(nn.__all__) - bare - {"Sequential", "Concat"}
    for name, arguments in ARGUMENTS.items():
        assert set(arguments) == set(inspect.signature(getattr(nn, name)).parameters), name


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_an_odd_value_gives_a_layer_or_an_error_that_names_class_and_argument(name):
    make, faults = getattr(nn, name), []
    expected = type(make(**ARGUMENTS[name]))
    for argument in ARGUMENTS[name]:
        for value in ODD:
            try:
                assert type(make(**ARGUMENTS[name] | {argument: value})) is expected
            except ValueError as error:
                if not re.match(rf"{name}: .*\b{argument}\b", str(error)):
                    faults.append(f"{argument}={value!r}: {error}")
            except Exception as error:  # whatever else comes out is the fault that is looked for
                faults.append(f"{argument}={value!r}: {type(error).__name__}: {error}")
    assert not faults, "\n".join([name, *faults])


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_an_array_without_axes_counts_as_the_number_in_it(name):
    make, numbers = getattr(nn, name), [n for n, v in ARGUMENTS[name].items() if type(v) in (int, float)]
    in_arrays = {argument: np.array(ARGUMENTS[name][argument]) for argument in numbers}
    assert repr(make(**ARGUMENTS[name] | in_arrays)) == repr(make(**ARGUMENTS[name]))


@pytest.mark.parametrize("dtype", [np.float64, "float64", np.dtype("f8"), ">f8", "<f8", float])
def test_a_layer_computes_in_the_byte_order_of_the_machine(dtype):
    x = np.ones((2, 3))
    for layer in (Linear(3, 3, rng=RNG, dtype=dtype), nn.BatchNorm1d(3, dtype=dtype)):
        assert layer(x).dtype == layer.weight.data.dtype == np.float64


@pytest.mark.parametrize("container", [nn.Sequential, nn.Concat])
@pytest.mark.parametrize("value", ODD)
def test_a_container_takes_layers_alone(container, value):
    with pytest.raises(ValueError, match=rf"^{container.__name__}: "):
        container(value)


@pytest.mark.parametrize("value", ODD)
def test_a_state_is_a_mapping_of_arrays(value):
    with pytest.raises(ValueError, match=r"^Conv2d.load_state_dict: "):
        Conv2d(1, 1, 1, rng=RNG).load_state_dict(value)
    with pytest.raises(ValueError, match=r"^Conv2d.load_state_dict: "):
        Conv2d(1, 1, 1, rng=RNG).load_state_dict({"weight": value, "bias": np.ones(1)})
    parameters = list(Linear(3, 2, rng=RNG).named_parameters())
    for optimizer in (SGD(parameters, 0.1, momentum=0.5), Adam(parameters, 0.1)):
        name, state = type(optimizer).__name__, optimizer.state_dict()
        for odd in (value, state | {list(state)[-1]: value}):
            with pytest.raises(ValueError, match=rf"^{name}.load_state_dict: "):
                optimizer.load_state_dict(odd)


def test_the_base_has_no_arguments():
    assert repr(Layer()) == "Layer()"

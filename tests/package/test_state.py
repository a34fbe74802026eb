"""A network's state comes out as copies under PyTorch's names, and goes in whole or not at all."""

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_array_equal

from cnn_course.nn import BatchNorm2d, Conv2d, ReLU, Sequential


def network(seed):
    rng = np.random.default_rng(seed)
    built = Sequential(Conv2d(1, 2, 3, rng=rng), BatchNorm2d(2), ReLU(), Conv2d(2, 3, 1, bias=False, rng=rng))
    built(rng.standard_normal((4, 1, 5, 5), np.float32))  # moves the running statistics
    return built


SHAPES = {  # the names and their order are those of torch.nn
    "0.weight": (2, 1, 3, 3),
    "0.bias": (2,),
    "1.weight": (2,),
    "1.bias": (2,),
    "1.running_mean": (2,),
    "1.running_var": (2,),
    "1.num_batches_tracked": (),
    "3.weight": (3, 2, 1, 1),
}


def test_names_shapes_and_dtypes():
    state = network(0).state_dict()
    assert list(state) == list(SHAPES)
    assert {name: array.shape for name, array in state.items()} == SHAPES
    dtypes = dict.fromkeys(SHAPES, np.dtype(np.float32)) | {"1.num_batches_tracked": np.dtype(np.int64)}
    assert {name: array.dtype for name, array in state.items()} == dtypes


def test_the_state_is_a_copy():
    built = network(0)
    before = {name: array.copy() for name, array in built.named_arrays().items()}
    for array in built.state_dict().values():
        array += 1
    for name, array in built.named_arrays().items():
        assert_array_equal(array, before[name], strict=True)


def test_loading_makes_two_networks_equal():
    source, target = network(0), network(1)
    parameters = dict(target.named_parameters())
    arrays = {name: parameter.data for name, parameter in parameters.items()}
    x = np.random.default_rng(2).standard_normal((3, 1, 5, 5), np.float32)
    assert (source.eval()(x) != target.eval()(x)).any()

    target.load_state_dict(source.state_dict())

    assert_array_equal(source(x), target(x))
    assert target[1].num_batches_tracked == 1
    # optimisers hold these objects
    assert dict(target.named_parameters()) == parameters
    assert all(parameters[name].data is array for name, array in arrays.items())


def test_loading_copies():
    target, state = network(1), network(0).state_dict()
    target.load_state_dict(state)
    state["0.weight"] += 1
    assert_array_equal(target[0].weight.data, network(0)[0].weight.data)


@pytest.mark.parametrize("view", [np.asarray, np.ravel])
def test_arrays_of_one_network_change_places(view):
    built = Sequential(BatchNorm2d(2), BatchNorm2d(2))
    first, second = np.array([1.0, 2.0], np.float32), np.array([3.0, 4.0], np.float32)
    built[0].weight.data[...], built[1].weight.data[...] = first, second
    swapped = {"0.weight": view(built[1].weight.data), "1.weight": view(built[0].weight.data)}
    built.load_state_dict(swapped, strict=False)
    assert_array_equal(built[0].weight.data, second)
    assert_array_equal(built[1].weight.data, first)


def test_loading_takes_any_order_and_layout():
    state = network(0).state_dict()
    state["0.weight"] = np.asfortranarray(state["0.weight"])
    target = network(1)
    target.load_state_dict(dict(reversed(state.items())))
    assert_array_equal(target[0].weight.data, state["0.weight"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda state: state.pop("1.running_var"), "missing 1.running_var"),
        (lambda state: state.update({"4.weight": np.ones(2)}), "unexpected 4.weight"),
        (
            lambda state: state.update({"0.bias": np.ones(3, np.float32)}),
            "0.bias must have shape (2,), got (3,)",
        ),
        (
            lambda state: state.update({"3.weight": np.ones((3, 2, 1, 1), np.int64)}),
            "3.weight must have dtype float32, got int64",
        ),
        (lambda state: state.update({"0.bias": np.array([1, 1e39])}), "0.bias must have dtype float32, got float64"),
        (
            lambda state: state.update({"1.num_batches_tracked": np.float32(3)}),
            "1.num_batches_tracked must have dtype int64, got float32",
        ),
        (
            lambda state: [state.pop("0.weight"), state.pop("3.weight"), state.update({"a": 1, "1.bias": [1.5]})],
            "missing 0.weight, 3.weight; unexpected a; 1.bias must have shape (2,), got (1,)",
        ),
    ],
)
def test_what_does_not_match_is_listed_and_changes_nothing(change, message):
    target, state = network(1), network(0).state_dict()
    before = {name: array.copy() for name, array in target.named_arrays().items()}
    change(state)
    with raises(f"Sequential.load_state_dict: {message}"):
        target.load_state_dict(state)
    for name, array in target.state_dict().items():
        assert_array_equal(array, before[name], strict=True)


def test_an_array_that_would_broadcast_is_refused():
    target, state = network(1), network(0).state_dict()
    state["0.bias"] = np.float32(1)
    with raises("Sequential.load_state_dict: 0.bias must have shape (2,), got ()"):
        target.load_state_dict(state)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.longdouble])
def test_floats_of_another_precision_are_converted(dtype):
    target, state = network(1), network(0).state_dict()
    arrays = target.named_arrays()
    given = {name: array.astype(dtype) if array.ndim else array for name, array in state.items()}
    assert target.load_state_dict(given) == ([], [])
    for name, array in target.named_arrays().items():
        assert array is arrays[name]
        assert_array_equal(array, given[name].astype(array.dtype))


def test_without_strict_what_is_there_is_loaded_and_the_rest_is_named():
    target, state = network(1), network(0).state_dict()
    before = target.state_dict()
    for name in ("0.weight", "1.running_mean"):
        del state[name]
    state |= {"head.weight": np.ones(3), "a": None}
    loaded = target.load_state_dict(state, strict=False)
    assert loaded.missing_keys == ["0.weight", "1.running_mean"]
    assert loaded.unexpected_keys == ["head.weight", "a"]
    for name, array in target.state_dict().items():
        assert_array_equal(array, before[name] if name in loaded.missing_keys else state[name], strict=True)


def test_without_strict_shapes_must_still_fit():
    target, state = network(1), network(0).state_dict()
    before = target.state_dict()
    state["3.weight"] = np.ones((3, 2), np.float32)
    with raises("Sequential.load_state_dict: 3.weight must have shape (3, 2, 1, 1), got (3, 2)"):
        target.load_state_dict(state, strict=False)
    assert_array_equal(target[0].weight.data, before["0.weight"])

"""What every function does with arrays: keeps their dtype, writes to none, shares none, and takes any layout.

The values are whole and small (see `calls.Call.arrays`), so that results in another dtype or order are the same bits.
"""

import numpy as np
import pytest
from calls import CALLS
from numpy.testing import assert_array_equal

VIEWS = {"sliding_windows", "flip"}  # documented as views

every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


def assert_same(actual, desired):
    for one, other in zip(actual, desired, strict=True):
        assert_array_equal(one, other)


def shares(results, arrays):
    return any(np.shares_memory(result, array) for result in results for array in arrays.values())


def backwards(array):
    """The same values behind negative strides."""
    return np.flip(np.flip(array).copy())


def every_second(array):
    """The same values, with others between them in memory."""
    wide = np.full((*array.shape, 2), np.nan)
    wide[..., 0] = array
    return wide[..., 0]


@every_call
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_that_goes_in_comes_out(call, dtype):
    arrays = call.arrays()
    results = call(**{name: array.astype(dtype) for name, array in arrays.items()})
    assert {result.dtype for result in results} == {np.dtype(dtype)}
    assert_same(results, call(**arrays))


@every_call
def test_nothing_is_written_to(call):
    arrays = call.arrays()
    for array in arrays.values():
        array.flags.writeable = False
    call(**arrays)


@pytest.mark.parametrize("name", [name for name in CALLS if name not in VIEWS])
def test_results_share_no_memory_with_the_arguments(name):
    arrays = CALLS[name].arrays()
    assert not shares(CALLS[name](**arrays), arrays)


@pytest.mark.parametrize("name", [name for name in CALLS if name.startswith(("max_pool", "avg_pool", "unfold"))])
def test_results_share_no_memory_where_there_is_nothing_to_do(name):
    x = np.ones(CALLS[name].shapes["x"])
    arrays = dict.fromkeys(CALLS[name].shapes, x)
    changes = {"kernel_size": 1, "stride": 1, "padding": 0}
    assert not shares(CALLS[name](**arrays, **changes), arrays)


@every_call
@pytest.mark.parametrize("layout", [np.asfortranarray, backwards, every_second, np.ndarray.tolist])
def test_any_layout_and_lists_give_the_same_result(call, layout):
    arrays = call.arrays()
    assert_same(call(**{name: layout(array) for name, array in arrays.items()}), call(**arrays))


@pytest.mark.parametrize("name", [name for name in CALLS if name.endswith("_backward")])
def test_gradients_have_the_shapes_of_the_arguments(name):
    call = CALLS[name]
    gradients = call(**call.arrays())
    bias = (call.shapes["grad_output"][1],)
    expected = [call.shapes["x"]] if len(gradients) == 1 else [call.shapes["x"], call.shapes["weight"], bias]
    assert [gradient.shape for gradient in gradients] == expected


@pytest.mark.parametrize("name", ["avg_pool1d", "avg_pool2d", "avg_pool3d"])
def test_gradient_of_average_pooling_does_not_read_the_values_of_its_input(name):
    call = CALLS[f"{name}_backward"]
    arrays = call.arrays()
    assert_same(call(**arrays | {"x": np.full_like(arrays["x"], np.nan)}), call(**arrays))

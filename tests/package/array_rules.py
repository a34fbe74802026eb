"""What every function does with arrays, as one assertion for functions whose results are rounded.

`test_arrays.py` compares bits, on whole numbers; here the same results may be summed in another order.
"""

import numpy as np
from numpy.testing import assert_allclose


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


def assert_same(function, arrays, expected):
    """The function of these arrays is the expected result, up to a thousand roundings of its largest number."""
    for result, value in zip(as_tuple(function(**arrays)), expected, strict=True):
        rounding = 1000 * np.finfo(result.dtype).eps
        assert_allclose(result, value, rtol=0, atol=rounding * np.abs(value).max())


def backwards(array):
    """The same values behind negative strides."""
    return np.flip(np.flip(array).copy())


def every_second(array):
    """The same values, with others between them in memory."""
    wide = np.full((*array.shape, 2), np.nan)
    wide[..., 0] = array
    return wide[..., 0]


def images_last(array):
    """The same values, with the first axis last in memory: how the convolutions return their results."""
    return np.moveaxis(np.moveaxis(array, 0, -1).copy(), -1, 0)


def assert_array_rules(function, **arrays):
    """Any layout and lists give the same; nothing is written to, nothing is shared, and the dtype is kept."""
    expected = as_tuple(function(**arrays))
    for layout in (np.asfortranarray, backwards, every_second, images_last, np.ndarray.tolist):
        assert_same(function, {name: layout(array) for name, array in arrays.items()}, expected)

    untouched = {name: array.copy() for name, array in arrays.items()}
    for array in untouched.values():
        array.flags.writeable = False
    results = as_tuple(function(**untouched))
    assert not any(np.shares_memory(result, array) for result in results for array in untouched.values())

    singles = {name: array.astype(np.float32) for name, array in arrays.items()}
    assert {result.dtype for result in as_tuple(function(**singles))} == {np.dtype(np.float32)}
    assert_same(function, singles, expected)


def assert_images_stay_last(function, **arrays):
    """Of arrays with the images last in memory, the first result is such an array."""
    y, *_ = as_tuple(function(**{name: images_last(array) for name, array in arrays.items()}))
    assert y.strides[0] == y.itemsize

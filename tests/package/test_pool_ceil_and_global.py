"""Pooling whose number of windows is rounded up, and pooling of whole channels, by walking over every element.

The walk follows PyTorch's documentation: "When ceil_mode=True, sliding windows are allowed to go off-bounds if they
start within the left padding or the input. Sliding windows that would start in the right padded region are ignored."
A window of a mean divides by the positions it covers of the input and its padding, those off bounds left out, or,
without `count_include_pad`, by the positions of the input.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from array_rules import assert_array_rules, assert_images_stay_last
from geometries import DIVISIBLE, MOST_TAPS, complete, on_1_2_and_3_axes, per_axis, whole_numbers
from hypothesis import given
from hypothesis import strategies as st
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal

import cnn_course
from cnn_course import adjoint_check, conv_output_size, gradient_check
from cnn_course.functional.pool import (
    avg_pool1d,
    avg_pool1d_backward,
    global_avg_pool,
    global_avg_pool_backward,
    global_max_pool,
    global_max_pool_backward,
    max_pool1d,
    max_pool1d_backward,
    max_pool2d,
)


def starts(n, k, s, pads, d):
    """Positions of the first taps of the windows on one axis, with 0 the input's first; none if the size is below 1."""
    before, after = pads
    count = math.ceil(Fraction(n + before + after - d * (k - 1) - 1, s)) + 1
    return [u * s - before for u in range(count) if u * s - before < n]


@dataclass(frozen=True)
class Pool:
    """A pool with `ceil_mode`, its numbers complete."""

    shape: tuple
    kernel_size: tuple
    numbers: dict

    @property
    def axes(self):
        numbers = (self.numbers[name] for name in ("stride", "padding", "dilation"))
        return list(zip(self.shape[2:], self.kernel_size, *numbers, strict=True))

    @property
    def output_shape(self):
        return (*self.shape[:2], *(len(starts(*axis)) for axis in self.axes))

    def windows(self):
        """Each output index, with the positions of the input that its window covers and the number of all it covers."""
        for u in np.ndindex(*self.output_shape[2:]):
            on_axes, covered = [], 1
            for i, (n, k, s, (before, after), d) in zip(u, self.axes, strict=True):
                taps = [starts(n, k, s, (before, after), d)[i] + d * v for v in range(k)]
                on_axes.append([tap for tap in taps if 0 <= tap < n])
                covered *= sum(-before <= tap < n + after for tap in taps)
            yield u, list(product(*on_axes)), covered

    def __call__(self, name, *arrays, **more):
        """The function of the package."""
        ndim = len(self.kernel_size)
        return getattr(cnn_course, name.format(ndim))(
            *arrays, self.kernel_size, ceil_mode=True, **(self.numbers if "max" in name else self.undilated), **more
        )

    @property
    def undilated(self):
        return {name: value for name, value in self.numbers.items() if name != "dilation"}


@st.composite
def pools(draw, ndim, *, dilated):
    """Draw a pool; a kernel may exceed the padded input, as long as there is a window."""
    kernel, stride = (complete(draw(per_axis(ndim, 1, most)), ndim) for most in (MOST_TAPS[ndim], 4))
    dilation = complete(draw(per_axis(ndim, 1, 2)) if dilated else 1, ndim)
    extents = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    padding = tuple(tuple(draw(st.integers(0, e // 2)) for _ in range(2)) for e in extents)
    numbers = {"stride": stride, "padding": padding, "dilation": dilation}
    size = [
        draw(st.integers(1, 7).filter(lambda n, axis=axis: starts(n, *axis)))
        for axis in zip(kernel, stride, padding, dilation, strict=True)
    ]
    return Pool((draw(st.integers(1, 2)), draw(st.integers(1, 2)), *size), kernel, numbers)


def few_values(shape):
    """Whole numbers from -1 to 1: most windows hold their maximum more than once."""
    return np.random.default_rng(0).integers(-1, 2, shape).astype(np.float64)


@on_1_2_and_3_axes
@given(data=st.data())
def test_max_pool_and_its_gradient(ndim, data):
    pool = data.draw(pools(ndim, dilated=True))
    x, grad = few_values(pool.shape), whole_numbers(pool.output_shape)
    y, grad_x = np.full(pool.output_shape, -np.inf), np.zeros(pool.shape)
    for n, c in np.ndindex(*pool.shape[:2]):
        for u, positions, _ in pool.windows():
            if positions:  # with dilation, all taps of a window may lie in the padding
                winner = max(positions, key=lambda p, image=x[n, c]: image[p])  # the first of equals
                y[(n, c, *u)] = x[(n, c, *winner)]
                grad_x[(n, c, *winner)] += grad[(n, c, *u)]
    assert_array_equal(pool("max_pool{}d", x), y, strict=True)
    assert_array_equal(pool("max_pool{}d_backward", grad, x), grad_x, strict=True)


@on_1_2_and_3_axes
@given(data=st.data(), count_include_pad=st.booleans())
def test_avg_pool_and_its_gradient(ndim, data, count_include_pad):
    pool = data.draw(pools(ndim, dilated=False))
    x, grad = whole_numbers(pool.shape, 0), DIVISIBLE * whole_numbers(pool.output_shape, 1)
    y, grad_x = np.zeros(pool.output_shape), np.zeros(pool.shape)
    for n, c in np.ndindex(*pool.shape[:2]):
        for u, positions, covered in pool.windows():
            count = covered if count_include_pad else len(positions)
            y[(n, c, *u)] = sum(x[(n, c, *p)] for p in positions) / count
            for p in positions:
                grad_x[(n, c, *p)] += grad[(n, c, *u)] / count
    assert_array_equal(pool("avg_pool{}d", x, count_include_pad=count_include_pad), y, strict=True)
    backward = pool("avg_pool{}d_backward", grad, x, count_include_pad=count_include_pad)
    assert_array_equal(backward, grad_x, strict=True)


@on_1_2_and_3_axes
@given(data=st.data(), count_include_pad=st.booleans())
def test_gradient_of_average_pooling_is_its_adjoint(ndim, data, count_include_pad):
    pool = data.draw(pools(ndim, dilated=False))
    x, y = DIVISIBLE * whole_numbers(pool.shape, 0), DIVISIBLE * whole_numbers(pool.output_shape, 1)
    check = adjoint_check(
        lambda x: pool("avg_pool{}d", x, count_include_pad=count_include_pad),
        lambda y: pool("avg_pool{}d_backward", y, x, count_include_pad=count_include_pad),
        x,
        y,
    )
    assert check.relative_error == 0


ROUNDED_UP = [  # windows that overlap, that touch, and with elements between them that no window reads
    ((2, 3, 11), {"kernel_size": 4, "stride": 3, "padding": ((2, 1),)}),
    ((2, 3, 7, 5), {"kernel_size": (3, 2), "stride": 2, "padding": ((1, 0), (0, 1))}),
    ((2, 3, 10, 8), {"kernel_size": (2, 1), "stride": (3, 4)}),
    ((2, 2, 5, 3, 7), {"kernel_size": (2, 3, 2), "stride": (2, 2, 3), "padding": (0, 1, 0)}),
]


@pytest.mark.parametrize("ceil_mode", [True, False])
@pytest.mark.parametrize(("shape", "numbers"), ROUNDED_UP, ids=str)
@pytest.mark.parametrize("name", ["max", "avg"])
def test_gradients(name, shape, numbers, ceil_mode):
    function, backward = (getattr(cnn_course, f"{name}_pool{len(shape) - 2}d{end}") for end in ("", "_backward"))
    rng = np.random.default_rng(0)
    x = rng.permutation(np.prod(shape)).reshape(shape).astype(np.float64)  # 1 apart: no step reaches a tie
    (result,) = gradient_check(
        lambda x: function(x, ceil_mode=ceil_mode, **numbers),
        lambda g, x: backward(g, x, ceil_mode=ceil_mode, **numbers),
        [x],
        rng=rng,
        step=1e-3,  # the maps are piecewise linear: a larger step rounds less
    )
    assert result.relative_error < 1e-7


@pytest.mark.parametrize(
    ("numbers", "maxima", "means", "means_without_padding"),
    [
        # 1 2 3, 3 4 5, 5 6 -: three windows where the floor is two
        ({"kernel_size": 3, "stride": 2}, (3, 5, 6), (2, 4, 11 / 2), (2, 4, 11 / 2)),
        # 0 1 2, 3 4 5, 6 0 -: the zero after the input counts, and what lies beyond it does not
        ({"kernel_size": 3, "padding": 1}, (2, 5, 6), (3 / 3, 12 / 3, 6 / 2), (3 / 2, 12 / 3, 6 / 1)),
        # 1, 5: a third window would start at 8
        ({"kernel_size": 1, "stride": 4}, (1, 5), (1, 5), (1, 5)),
        # 0 1, and not 0 -, which would start in the padding after the input
        ({"kernel_size": 2, "stride": 7, "padding": 1}, (1,), (1 / 2,), (1 / 1,)),
        # the kernel is larger than the padded input, and its only window goes off bounds
        ({"kernel_size": 8, "stride": 3}, (6,), (21 / 6,), (21 / 6,)),
        # nothing is left over
        ({"kernel_size": 2}, (2, 4, 6), (3 / 2, 7 / 2, 11 / 2), (3 / 2, 7 / 2, 11 / 2)),
    ],
)
def test_windows_by_hand(numbers, maxima, means, means_without_padding):
    x = np.array([[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]])
    assert_array_equal(max_pool1d(x, ceil_mode=True, **numbers), [[maxima]])
    assert_array_equal(avg_pool1d(x, ceil_mode=True, **numbers), [[means]])
    assert_array_equal(avg_pool1d(x, ceil_mode=True, count_include_pad=False, **numbers), [[means_without_padding]])


def test_gradients_by_hand():
    x = np.array([[[1.0, 2.0, 3.0, 4.0, 5.0]]])
    grad_x = max_pool1d_backward([[[1.0, 10.0, 100.0]]], x, 2, ceil_mode=True)  # 1 2, 3 4, 5 -
    assert_array_equal(grad_x, [[[0, 1, 0, 10, 100]]])
    grad_x = avg_pool1d_backward([[[2.0, 20.0, 200.0]]], x, 2, ceil_mode=True)
    assert_array_equal(grad_x, [[[2 / 2, 2 / 2, 20 / 2, 20 / 2, 200]]])


@pytest.mark.parametrize(
    ("size", "numbers", "rounded_down", "rounded_up"),
    [
        (112, {"kernel_size": 3, "stride": 2}, 55, 56),  # GoogLeNet
        (56, {"kernel_size": 3, "stride": 2}, 27, 28),
        (109, {"kernel_size": 3, "stride": 2}, 54, 54),  # SqueezeNet
        (54, {"kernel_size": 3, "stride": 2}, 26, 27),
    ],
)
def test_sizes_of_known_networks(size, numbers, rounded_down, rounded_up):
    x = np.zeros((1, 1, size, size))
    assert max_pool2d(x, **numbers).shape == (1, 1, rounded_down, rounded_down)
    assert max_pool2d(x, ceil_mode=True, **numbers).shape == (1, 1, rounded_up, rounded_up)


@pytest.mark.parametrize(("shape", "numbers"), ROUNDED_UP, ids=str)
def test_by_default_the_number_of_windows_is_rounded_down(shape, numbers):
    for name in ("max", "avg"):
        pool = getattr(cnn_course, f"{name}_pool{len(shape) - 2}d")
        expected = conv_output_size(shape[2:], **numbers)
        assert pool(np.ones(shape), **numbers).shape[2:] == pool(np.ones(shape), ceil_mode=False, **numbers).shape[2:]
        assert pool(np.ones(shape), **numbers).shape[2:] == expected
        assert pool(np.ones(shape), ceil_mode=True, **numbers).shape[2:] != expected


def test_a_window_that_goes_off_bounds_keeps_infinity_and_nan():
    x = np.array([[[1.0, 2.0, -np.inf], [1.0, 2.0, np.nan]]])
    assert_array_equal(max_pool1d(x, 2, ceil_mode=True), [[[2, -np.inf], [2, np.nan]]])
    assert_array_equal(avg_pool1d(x, 2, ceil_mode=True), [[[1.5, -np.inf], [1.5, np.nan]]])
    # minus infinity wins against what lies off bounds, so that no gradient is lost
    assert_array_equal(max_pool1d_backward(np.ones((1, 2, 2)), x, 2, ceil_mode=True), [[[0, 1, 1], [0, 1, 1]]])


def test_a_mean_has_the_dtype_of_its_input_however_many_it_counts():
    x = np.full((1, 1, 5000), 2.0, dtype=np.float32)
    assert_array_equal(avg_pool1d(x, 5000, ceil_mode=True), np.float32([[[2]]]), strict=True)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        (
            {"kernel_size": 8, "stride": 2},
            "the kernel is larger than the padded input on spatial axis 0: it extends over 8 positions "
            "(kernel_size=8, dilation=1) but there are only 5 (size 5, padding (0, 0))",
        ),
        (
            {"kernel_size": 3, "padding": 2},
            "padding must be at most half of the kernel's extent, got padding=(2, 2) with extent 3 on spatial axis 0",
        ),
    ],
)
def test_errors_speak_of_the_padding_as_it_was_given(numbers, message):
    with raises(f"max_pool1d: {message}"):
        max_pool1d(np.ones((1, 1, 5)), ceil_mode=True, **numbers)
    with raises(f"avg_pool1d: {message}"):
        avg_pool1d(np.ones((1, 1, 5)), ceil_mode=True, **numbers)


@pytest.mark.parametrize("backward", [max_pool1d_backward, avg_pool1d_backward])
def test_upstream_gradients_have_the_rounded_size(backward):
    x = np.ones((1, 1, 5))
    with raises(f"{backward.__name__}: grad_output must have shape (1, 1, 3), got (1, 1, 2)"):
        backward(np.ones((1, 1, 2)), x, 2, ceil_mode=True)
    with raises(f"{backward.__name__}: grad_output must have shape (1, 1, 2), got (1, 1, 3)"):
        backward(np.ones((1, 1, 3)), x, 2)


@pytest.mark.parametrize("ceil_mode", [True, False])
@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_what_pools_do_with_arrays(name, ceil_mode):
    numbers = {"kernel_size": (3, 2), "stride": 2, "padding": ((1, 0), (0, 1)), "ceil_mode": ceil_mode}
    function, backward = getattr(cnn_course, name), getattr(cnn_course, f"{name}_backward")
    x = np.random.default_rng(0).standard_normal((2, 3, 7, 5))
    grad = np.random.default_rng(1).standard_normal(function(x, **numbers).shape)
    assert_array_rules(lambda x: function(x, **numbers), x=x)
    assert_array_rules(lambda grad_output, x: backward(grad_output, x, **numbers), grad_output=grad, x=x)
    assert_images_stay_last(lambda x: function(x, **numbers), x=x)
    assert_images_stay_last(lambda grad_output, x: backward(grad_output, x, **numbers), grad_output=grad, x=x)


SHAPES = [(2, 3, 1), (2, 3, 7), (2, 3, 5, 7), (2, 3, 2, 5, 3), (2, 3, 2, 1, 2, 3)]

every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)


@every_shape
def test_global_pools(shape):
    x = 12.0 * whole_numbers(shape)
    maxima, means = np.empty((2, 3)), np.empty((2, 3))
    for n, c in np.ndindex(2, 3):
        maxima[n, c], means[n, c] = max(x[n, c].flat), math.fsum(x[n, c].flat) / x[n, c].size
    ones = (1,) * (len(shape) - 2)
    assert_array_equal(global_max_pool(x), maxima.reshape(2, 3, *ones), strict=True)
    assert_array_equal(global_avg_pool(x), means.reshape(2, 3, *ones), strict=True)


@every_shape
def test_gradient_of_global_max_pool_goes_to_the_first_maximum(shape):
    x, grad = few_values(shape), whole_numbers((2, 3, *(1,) * (len(shape) - 2)))
    expected = np.zeros(shape)
    for n, c in np.ndindex(2, 3):
        positions = list(np.ndindex(*shape[2:]))
        winner = max(positions, key=lambda p, image=x[n, c]: image[p])
        expected[(n, c, *winner)] = grad[n, c].item()
    assert_array_equal(global_max_pool_backward(grad, x), expected, strict=True)


@every_shape
def test_gradients_of_global_pools(shape):
    rng = np.random.default_rng(0)
    x = rng.permutation(np.prod(shape)).reshape(shape).astype(np.float64)
    for function, backward in (
        (global_max_pool, global_max_pool_backward),
        (global_avg_pool, global_avg_pool_backward),
    ):
        (result,) = gradient_check(function, backward, [x], rng=rng, step=1e-3)
        assert result.relative_error < 1e-7


def test_gradient_of_global_avg_pool_by_hand():
    grad_x = global_avg_pool_backward([[[[6.0]], [[-12.0]]]], np.full((1, 2, 2, 3), np.nan))
    assert_array_equal(grad_x, [[[[1, 1, 1], [1, 1, 1]], [[-2, -2, -2], [-2, -2, -2]]]])


@pytest.mark.parametrize("value", [np.nan, -np.inf, np.inf])
def test_nan_and_infinity_in_global_pools(value):
    x = np.array([[[value, value], [1.0, 2.0]], [[3.0, value], [4.0, 4.0]]])
    assert_array_equal(global_max_pool(x), [[[value], [2]], [[3 if value < 0 else value], [4]]])
    assert_array_equal(global_avg_pool(x), [[[value], [1.5]], [[value], [4]]])
    grad_x = global_max_pool_backward(np.array([[[1.0], [2.0]], [[3.0], [4.0]]]), x)
    second = [3, 0] if value < 0 else [0, 3]
    assert_array_equal(grad_x, [[[1, 0], [0, 2]], [second, [4, 0]]])


GLOBAL = {
    "global_max_pool": (global_max_pool, global_max_pool_backward),
    "global_avg_pool": (global_avg_pool, global_avg_pool_backward),
}

every_global = pytest.mark.parametrize(("function", "backward"), GLOBAL.values(), ids=GLOBAL)


@every_global
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones((2, 3)), "x must have 3 axes (N, C, L), got 2 (x.shape=(2, 3))"),
        (np.ones((2, 3, 0)), "x is empty: axis L has size 0, expected at least 1 (x.shape=(2, 3, 0))"),
        (np.ones((2, 0, 5, 7)), "x is empty: axis C has size 0, expected at least 1 (x.shape=(2, 0, 5, 7))"),
        (np.ones((2, 3, 5), dtype=int), "x must have a floating dtype such as float64, got int64"),
    ],
)
def test_errors_of_global_pools(function, backward, x, message):
    with raises(f"{function.__name__}: {message}"):
        function(x)
    with raises(f"{backward.__name__}: {message}"):
        backward(np.ones((2, 3, 1)), x)


@every_global
def test_upstream_gradients_of_global_pools(function, backward):
    x = np.ones((2, 3, 5, 7))
    for shape in ((2, 3), (2, 3, 1), (2, 3, 5, 7), (2, 1, 1, 1)):
        with raises(f"{backward.__name__}: grad_output must have shape (2, 3, 1, 1), got {shape}"):
            backward(np.ones(shape), x)
    with raises(f"{backward.__name__}: x and grad_output must have one dtype, got float64 and float32"):
        backward(np.ones((2, 3, 1, 1), dtype=np.float32), x)


@every_global
def test_what_global_pools_do_with_arrays(function, backward):
    x, grad = (
        np.random.default_rng(0).standard_normal((2, 3, 5, 7)),
        np.random.default_rng(1).standard_normal((2, 3, 1, 1)),
    )
    assert_array_rules(function, x=x)
    assert_array_rules(backward, grad_output=grad, x=x)
    one = np.ones((2, 3, 1))
    assert not np.shares_memory(function(one), one)
    assert not np.shares_memory(backward(one, one), one)


def test_global_mean_is_accurate_in_float32():
    x = (100 + np.random.default_rng(0).standard_normal((1, 2, 500, 401))).astype(np.float32)
    assert_allclose(global_avg_pool(x).ravel(), [math.fsum(image.flat) / image.size for image in x[0]], rtol=5e-7)

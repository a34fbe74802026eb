"""Every backward function passes the directional gradient check on uneven geometry, in float64.

All maps here are linear in each argument alone, or piecewise linear with the kinks out of reach, so a central
difference is exact at any step. A step of 1e-3 then leaves only rounding: about 2^-53 / 1e-3 = 1e-13 of the values
involved, and some more where they cancel. The threshold is 1e-10; a wrong gradient is off by about 1.
"""

import numpy as np
import pytest
from calls import CALLS
from geometries import on_1_2_and_3_axes
from numpy.testing import assert_array_equal

from cnn_course import gradient_check

STEP, THRESHOLD = 1e-3, 1e-10


def check(name, arrays, rng, **changes):
    call, gradients = CALLS[name], CALLS[f"{name}_backward"]

    def function(*arrays):
        return call(**dict(zip(call.shapes, arrays, strict=True)), **changes)[0]

    def backward(grad_output, *arrays):
        named = dict(zip(call.shapes, arrays, strict=True))
        named.pop("bias", None)
        return gradients(grad_output=grad_output, **named, **changes)

    for result in gradient_check(function, backward, arrays, rng=rng, step=STEP):
        assert result.relative_error < THRESHOLD


@on_1_2_and_3_axes
@pytest.mark.parametrize("name", ["conv{}d", "conv_transpose{}d"])
def test_convolutions(name, ndim):
    name, rng = name.format(ndim), np.random.default_rng(ndim)
    check(name, [rng.standard_normal(shape) for shape in CALLS[name].shapes.values()], rng)


@on_1_2_and_3_axes
@pytest.mark.parametrize("name", ["conv{}d_backward", "conv_transpose{}d_backward"])
def test_the_gradient_in_the_input_may_be_left_out(name, ndim):
    call = CALLS[name.format(ndim)]
    arrays = call.arrays()
    grad_x, *others = call(**arrays, needs_input_grad=False)
    assert grad_x is None
    for actual, desired in zip(others, call(**arrays)[1:], strict=True):
        assert_array_equal(actual, desired, strict=True)


@on_1_2_and_3_axes
@pytest.mark.parametrize("count_include_pad", [True, False])
def test_avg_pool(ndim, count_include_pad):
    name, rng = f"avg_pool{ndim}d", np.random.default_rng(ndim)
    x = rng.standard_normal(CALLS[name].shapes["x"])
    check(name, [x], rng, count_include_pad=count_include_pad)


@on_1_2_and_3_axes
def test_max_pool_away_from_ties(ndim):
    name, rng = f"max_pool{ndim}d", np.random.default_rng(ndim)
    shape = CALLS[name].shapes["x"]
    x = rng.permutation(np.prod(shape)).reshape(shape).astype(np.float64)  # 1 apart: no step reaches a tie
    check(name, [x], rng)

"""Pooling and its gradients equal the definition in loops, to the last bit, where windows overlap and elements tie.

The gradient of a mean divides by the number of a window's elements; on multiples of all these numbers it is exact, so
that the shares add up to the same bits in any order.
"""

import numpy as np
import pytest
from geometries import DIVISIBLE, on_1_2_and_3_axes, pools, whole_numbers
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import cnn_course
from cnn_course import reference


def few_values(shape):
    """Whole numbers from -1 to 1: most windows hold their maximum more than once."""
    return np.random.default_rng(0).integers(-1, 2, shape).astype(np.float64)


@on_1_2_and_3_axes
@given(data=st.data())
def test_max_pool(ndim, data):
    pool = data.draw(pools(ndim, dilated=True))
    x = few_values(pool.x_shape)

    y = getattr(cnn_course, f"max_pool{ndim}d")(x, pool.kernel_size, **pool.written)

    assert_array_equal(y, reference.max_pool(x, pool.exact_kernel, **pool.exact)[0], strict=True)


@on_1_2_and_3_axes
@given(data=st.data())
def test_max_pool_backward(ndim, data):
    pool = data.draw(pools(ndim, dilated=True))
    x, grad = few_values(pool.x_shape), whole_numbers(pool.y_shape)

    grad_x = getattr(cnn_course, f"max_pool{ndim}d_backward")(grad, x, pool.kernel_size, **pool.written)

    assert_array_equal(grad_x, reference.max_pool_backward(grad, x, pool.exact_kernel, **pool.exact), strict=True)


@on_1_2_and_3_axes
@pytest.mark.parametrize("batch_last", [False, True])
@given(data=st.data())
def test_max_pool_backward_by_blocks(ndim, batch_last, data):
    pool = data.draw(pools(ndim, dilated=True))
    x, grad = few_values(pool.x_shape), whole_numbers(pool.y_shape)
    if batch_last:
        x = np.moveaxis(np.moveaxis(x, 0, -1).copy(), -1, 0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cnn_course.functional.pool, "BLOCK_BYTES", data.draw(st.integers(1, x.nbytes)))
        grad_x = getattr(cnn_course, f"max_pool{ndim}d_backward")(grad, x, pool.kernel_size, **pool.written)

    assert_array_equal(grad_x, reference.max_pool_backward(grad, x, pool.exact_kernel, **pool.exact), strict=True)


@on_1_2_and_3_axes
@given(data=st.data(), count_include_pad=st.booleans())
def test_avg_pool(ndim, data, count_include_pad):
    pool = data.draw(pools(ndim, dilated=False))
    x = whole_numbers(pool.x_shape)

    y = getattr(cnn_course, f"avg_pool{ndim}d")(
        x, pool.kernel_size, count_include_pad=count_include_pad, **pool.written
    )

    expected = reference.avg_pool(x, pool.exact_kernel, count_include_pad=count_include_pad, **pool.exact)
    assert_array_equal(y, expected, strict=True)


@on_1_2_and_3_axes
@given(data=st.data(), count_include_pad=st.booleans())
def test_avg_pool_backward(ndim, data, count_include_pad):
    pool = data.draw(pools(ndim, dilated=False))
    x, grad = whole_numbers(pool.x_shape, 0), DIVISIBLE * whole_numbers(pool.y_shape, 1)

    grad_x = getattr(cnn_course, f"avg_pool{ndim}d_backward")(
        grad, x, pool.kernel_size, count_include_pad=count_include_pad, **pool.written
    )

    expected = reference.avg_pool_backward(
        grad, x, pool.exact_kernel, count_include_pad=count_include_pad, **pool.exact
    )
    assert_array_equal(grad_x, expected, strict=True)

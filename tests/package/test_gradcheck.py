"""The checks themselves: their numbers are right, and they reject the gradients that people get wrong."""

from math import sqrt

import numpy as np
import pytest

from cnn_course import adjoint_check, conv2d, conv2d_backward, gradient_check
from cnn_course.gradcheck import InnerProducts

NUMBERS = {"stride": (2, 1), "padding": ((1, 0), 1)}


def right(g, x, weight):
    return conv2d_backward(g, x, weight, **NUMBERS)[:2]


def change(argument, mistake):
    """The right gradients, but with a mistake in one of them."""

    def wrong(g, x, weight):
        gradients = list(right(g, x, weight))
        gradients[argument] = mistake(gradients[argument])
        return tuple(gradients)

    return wrong


def without_last_image(g, x, weight):
    return right(g, x, weight)[0], right(g[:-1], x[:-1], weight)[1]


def shuffled_upstream(g, x, weight):
    return right(g[:, ::-1], x, weight)


def results(backward):
    rng = np.random.default_rng(3)
    arrays = [rng.standard_normal(shape) for shape in ((3, 4, 5, 5), (2, 4, 3, 3))]
    return gradient_check(lambda x, weight: conv2d(x, weight, **NUMBERS), backward, arrays, rng=rng)


def test_the_right_gradient_passes():
    # The default step leaves 2^-53 / 1e-6 = 1e-10 of rounding, which cancellation in the sums may enlarge a little.
    assert all(result.relative_error < 1e-8 for result in results(right))


@pytest.mark.parametrize(
    ("argument", "wrong"),
    [
        pytest.param(0, change(0, lambda grad: grad.swapaxes(2, 3)), id="input transposed"),
        pytest.param(1, change(1, lambda grad: grad.swapaxes(2, 3)), id="weight transposed"),
        pytest.param(0, change(0, lambda grad: np.flip(grad, (2, 3))), id="input flipped"),
        pytest.param(1, change(1, lambda grad: np.flip(grad, (2, 3))), id="weight flipped"),
        pytest.param(0, change(0, lambda grad: grad[::-1]), id="images reversed"),
        pytest.param(1, change(1, lambda grad: grad[::-1]), id="filters reversed"),
        pytest.param(0, change(0, lambda grad: np.roll(grad, 1, axis=3)), id="off by one column"),
        pytest.param(0, change(0, lambda grad: 1.01 * grad), id="input off by a factor"),
        pytest.param(1, change(1, lambda grad: grad / len(grad)), id="weight averaged"),
        pytest.param(1, change(1, np.negative), id="sign"),
        pytest.param(1, without_last_image, id="an image missing"),
        pytest.param(0, shuffled_upstream, id="upstream reversed"),
    ],
)
def test_a_wrong_gradient_is_rejected_and_the_other_is_not(argument, wrong):
    errors = [result.relative_error for result in results(wrong)]
    assert errors[argument] > 1e-4  # the smallest mistake, 1 %, of two numbers that are at least 1 % of the scale
    if wrong is not shuffled_upstream:
        assert errors[1 - argument] < 1e-8


def test_gradient_check_takes_central_differences():
    # In x^3 the step's error is step^2 = 1e-12; a one-sided difference would be off by 3 x step = 3e-6.
    (result,) = gradient_check(
        lambda x: x**3, lambda g, x: 3 * x**2 * g, [np.array([0.7, -1.3])], rng=np.random.default_rng(1)
    )
    assert result.relative_error < 1e-8


def test_gradient_check_steps_as_far_as_it_is_told():
    # At 0, the difference quotient of x^3 in direction v is v^3 step^2.
    (one,), (two,) = (
        gradient_check(lambda x: x**3, lambda g, x: 0 * g, [np.zeros(1)], rng=np.random.default_rng(1), step=step)
        for step in (1.0, 2.0)
    )
    assert two.left == 4 * one.left != 0


def test_gradient_check_draws_from_the_generator_that_it_is_given():
    first, again, other = (
        gradient_check(np.sin, lambda g, x: g * np.cos(x), [np.ones(3)], rng=np.random.default_rng(seed))
        for seed in (5, 5, 6)
    )
    assert first == again != other


def test_gradient_check_scale_bounds_both_numbers():
    # With a single element, Cauchy and Schwarz's inequality is an equality, up to the rounding of one product.
    (result,) = gradient_check(lambda x: 5 * x, lambda g, x: 5 * g, [np.array([2.0])], rng=np.random.default_rng(2))
    assert result.scale == pytest.approx(abs(result.left), rel=1e-15)


def test_adjoint_check_by_hand():
    matrix, x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 1.0]), np.array([2.0, 0.0])
    check = adjoint_check(lambda x: matrix @ x, lambda y: matrix @ y, x, y)  # the transpose is missing
    assert (check.left, check.right) == (3 * 2 + 7 * 0, 1 * 2 + 1 * 6)
    assert check.scale == pytest.approx(sqrt(3**2 + 7**2) * 2, rel=1e-15)  # rounding of a root and a product
    assert check.relative_error == pytest.approx(2 / (sqrt(58) * 2), rel=1e-15)


def test_adjoint_check_accepts_the_adjoint_between_spaces_of_different_size():
    matrix = np.arange(6.0).reshape(2, 3)
    check = adjoint_check(
        lambda x: matrix @ x, lambda y: matrix.T @ y, np.array([1.0, -2.0, 5.0]), np.array([3.0, 7.0])
    )
    assert check.relative_error == 0


@pytest.mark.parametrize(
    ("left", "right", "scale", "expected"),
    [(3, 1, 4, 0.5), (1, 3, 4, 0.5), (-2, 2, 8, 0.5), (7, 7, 2, 0), (0, 0, 0, 0), (0, 1e-300, 0, np.inf)],
)
def test_relative_error(left, right, scale, expected):
    assert InnerProducts(left, right, scale).relative_error == expected


def test_a_nan_is_never_small():
    assert not InnerProducts(np.nan, 1.0, 1.0).relative_error < 1

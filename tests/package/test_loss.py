"""Losses against fractions, logarithms and SciPy; their gradients by differences and by hand."""

import math
from fractions import Fraction

import numpy as np
import pytest
from array_rules import assert_array_rules, assert_images_stay_last
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import logsumexp

from cnn_course import gradient_check
from cnn_course.functional.loss import cross_entropy, cross_entropy_backward, mse_loss, mse_loss_backward

TARGET = np.array([4, 0, 3, 1, 1, 4, 2])
LOGITS = 3 * np.random.default_rng(0).standard_normal((7, 5))

both = pytest.mark.parametrize("function", [cross_entropy, cross_entropy_backward])
both_mse = pytest.mark.parametrize("function", [mse_loss, mse_loss_backward])


def call(function, *arguments):
    """A loss, or its gradient for an upstream gradient of 1."""
    return function(1.0, *arguments) if function.__name__.endswith("backward") else function(*arguments)


def test_cross_entropy_is_the_mean_of_minus_log_probabilities():
    probabilities = np.array([[1, 2, 5], [4, 2, 2], [1, 6, 1], [2, 3, 3]]) / 8
    loss = cross_entropy(np.log(probabilities) + np.array([[7], [-7], [0], [1]]), [1, 0, 1, 2])
    assert_allclose(loss, -(math.log(2 / 8) + math.log(4 / 8) + math.log(6 / 8) + math.log(3 / 8)) / 4, rtol=1e-14)


@pytest.mark.parametrize("classes", [1, 2, 10])
def test_cross_entropy_of_equal_logits_is_the_logarithm_of_the_number_of_classes(classes):
    assert_allclose(cross_entropy(np.full((3, classes), 5.0), [0, classes - 1, 0]), math.log(classes), rtol=1e-14)


@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 1e-5), (np.float64, 1e-14)])
@pytest.mark.parametrize("scale", [1e-3, 1, 1e3, 1e30])
def test_cross_entropy_against_scipy(dtype, limit, scale):
    logits = (scale * LOGITS).astype(dtype)
    wide = logits.astype(np.float64)
    expected = np.mean([logsumexp(line) - line[label] for line, label in zip(wide, TARGET, strict=True)])
    assert_allclose(cross_entropy(logits, TARGET), expected, rtol=limit)


def test_cross_entropy_of_sure_predictions():
    assert cross_entropy([[1000.0, -1000.0], [-1000.0, 1000.0]], [0, 1]) == 0
    assert cross_entropy([[1000.0, -1000.0], [-1000.0, 1000.0]], [1, 1]) == 2000 / 2
    assert math.copysign(1, cross_entropy([[1000.0, 0.0]], [0])) == 1, "not minus zero"


def test_cross_entropy_with_a_logit_of_minus_infinity():
    logits = np.array([[0.0, -np.inf, 0.0]])
    assert_allclose(cross_entropy(logits, [2]), math.log(2), rtol=1e-15)
    assert cross_entropy(logits, [1]) == np.inf
    assert_array_equal(cross_entropy_backward(1.0, logits, [1]), [[0.5, -1, 0.5]])


def test_cross_entropy_with_a_logit_of_plus_infinity_is_nan_and_warns_as_numpy_does():
    for label in (0, 1):
        with pytest.warns(RuntimeWarning, match="invalid value encountered in subtract"):
            assert np.isnan(cross_entropy([[np.inf, 0.0], [0.0, 0.0]], [label, 0]))


def test_cross_entropy_with_a_nan():
    logits = LOGITS.copy()
    logits[3, 0] = np.nan
    assert np.isnan(cross_entropy(logits, TARGET))
    gradient = cross_entropy_backward(1.0, logits, TARGET)
    assert_array_equal(np.isnan(gradient).all(axis=1), np.arange(7) == 3)
    assert_array_equal(np.isnan(gradient).any(axis=1), np.arange(7) == 3)


def test_cross_entropy_backward_is_softmax_minus_one_hot_over_the_number_of_images():
    logits = np.log([[1.0, 2.0, 5.0], [4.0, 2.0, 2.0]])
    expected = [[3 * (1 / 8) / 2, 3 * (2 / 8 - 1) / 2, 3 * (5 / 8) / 2], [3 * (4 / 8 - 1) / 2, 3 / 8, 3 / 8]]
    assert_allclose(cross_entropy_backward(3, logits, [1, 0]), expected, rtol=1e-14)


def test_cross_entropy_gradient():
    (result,) = gradient_check(
        lambda logits: cross_entropy(logits, TARGET),
        lambda g, logits: cross_entropy_backward(g, logits, TARGET),
        [LOGITS],
        rng=np.random.default_rng(1),
    )
    assert result.relative_error < 1e-7


@both
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64])
def test_any_integers_are_classes(function, dtype):
    assert_array_equal(call(function, LOGITS, TARGET.astype(dtype)), call(function, LOGITS, TARGET))


@both
@pytest.mark.parametrize(
    ("logits", "target", "message"),
    [
        (LOGITS, [4, 0, 5, 1, 6, 4, 2], "target must be classes from 0 to 4, as logits has 5 classes, got class 5 for"),
        (LOGITS, [4, 0, 3, 1, 1, 4, -1], "target must be classes from 0 to 4, as logits has 5 classes, got class -1 "),
        (
            np.ones((1, 3)),
            np.uint8([255]),
            "target must be classes from 0 to 2, as logits has 3 classes, got class 255",
        ),
        (LOGITS, TARGET.astype(float), "target must have an integer dtype such as int64, got float64"),
        (LOGITS, TARGET > 1, "target must have an integer dtype such as int64, got bool"),
        (LOGITS, TARGET[:-1], "target must have shape (7,), got (6,)"),
        (LOGITS, TARGET[:, None], "target must have shape (7,), got (7, 1)"),
        (LOGITS, 3, "target must have shape (7,), got ()"),
        (LOGITS.astype(int), TARGET, "logits must have a floating dtype such as float64, got int64"),
        (LOGITS[0], TARGET, "logits must have 2 axes (N, C), got 1 (logits.shape=(5,))"),
        (LOGITS[..., None], TARGET, "logits must have 2 axes (N, C), got 3 (logits.shape=(7, 5, 1))"),
        (LOGITS[:, :0], TARGET, "logits is empty: axis C has size 0, expected at least 1 (logits.shape=(7, 0))"),
    ],
)
def test_errors_of_cross_entropy(function, logits, target, message):
    with raises(f"{function.__name__}: {message}"):
        call(function, logits, target)


def test_the_message_about_a_class_names_its_image():
    message = "cross_entropy: target must be classes from 0 to 4, as logits has 5 classes, got class 5 for image 2"
    with pytest.raises(ValueError, match=f"^{message}$"):
        cross_entropy(LOGITS, [4, 0, 5, 1, 6, 4, 2])


@pytest.mark.parametrize("shape", [(), (7,), (2, 3, 5)])
def test_mse_loss_is_the_mean_over_all_entries(shape):
    rng = np.random.default_rng(3)
    input, target = rng.integers(-99, 100, shape), rng.integers(-99, 100, shape)
    squares = [(x - t) ** 2 for x, t in zip(input.flat, target.flat, strict=True)]
    loss = mse_loss(input.astype(float), target.astype(float))
    assert loss == float(Fraction(int(sum(squares)), len(squares)))


def test_mse_loss_backward_by_hand():
    gradient = mse_loss_backward(3.0, np.array([[1.0, 2.0], [5.0, 5.0]]), np.array([[1.0, 4.0], [2.0, 6.0]]))
    assert_array_equal(gradient, [[0, 3 * 2 * (2 - 4) / 4], [3 * 2 * (5 - 2) / 4, 3 * 2 * (5 - 6) / 4]])


def test_mse_gradient():
    rng = np.random.default_rng(1)
    input, target = rng.standard_normal((2, 2, 3, 5))
    (result,) = gradient_check(
        lambda x: mse_loss(x, target), lambda g, x: mse_loss_backward(g, x, target), [input], rng=rng
    )
    assert result.relative_error < 1e-7


def test_mse_with_nan_and_infinity():
    assert np.isnan(mse_loss([1.0, np.nan], [1.0, 2.0]))
    assert mse_loss([1.0, -np.inf], [1.0, 2.0]) == np.inf
    assert_array_equal(mse_loss_backward(1.0, [1.0, np.nan, -np.inf], [0.0, 2.0, 2.0]), [2 / 3, np.nan, -np.inf])


@both_mse
@pytest.mark.parametrize(
    ("input", "target", "message"),
    [
        (np.ones((2, 3)), np.ones(3), "target must have shape (2, 3), got (3,)"),
        (np.ones((2, 1)), np.ones((2, 3)), "target must have shape (2, 1), got (2, 3)"),
        (np.ones(2), np.ones(2, dtype=np.float32), "input and target must have one dtype, got float64 and float32"),
        (np.ones(2), np.ones(2, dtype=int), "target must have a floating dtype such as float64, got int64"),
        (np.ones(2, dtype=int), np.ones(2), "input must have a floating dtype such as float64, got int64"),
    ],
)
def test_errors_of_mse(function, input, target, message):
    with raises(f"{function.__name__}: {message}"):
        call(function, input, target)


@pytest.mark.parametrize(("backward", "target"), [(cross_entropy_backward, TARGET), (mse_loss_backward, LOGITS[::-1])])
@pytest.mark.parametrize("number", [3, 3.0, np.int8(3), np.float32(3), np.float64(3), np.array(3.0)])
def test_an_upstream_gradient_is_any_number_and_leaves_the_dtype_alone(backward, target, number):
    target = target.astype(np.float32) if target.ndim == 2 else target
    gradient = backward(number, LOGITS.astype(np.float32), target)
    assert gradient.dtype == np.float32
    # 3 times the gradient for 1, up to the rounding of either
    assert_allclose(gradient, 3 * backward(1.0, LOGITS.astype(np.float32), target), rtol=1e-6)


@pytest.mark.parametrize(("backward", "target"), [(cross_entropy_backward, TARGET), (mse_loss_backward, LOGITS)])
@pytest.mark.parametrize(
    ("grad_output", "message"),
    [
        (np.ones(1), "grad_output must have shape (), got (1,)"),
        (np.ones((7, 5)), "grad_output must have shape (), got (7, 5)"),
        (1j, "grad_output must hold real numbers, got dtype complex128"),
        (True, "grad_output must hold real numbers, got dtype bool"),
        (None, "grad_output must hold real numbers, got dtype object"),
        ("1", "grad_output must hold real numbers, got dtype <U1"),
    ],
)
def test_upstream_gradients_that_are_no_numbers(backward, target, grad_output, message):
    with raises(f"{backward.__name__}: {message}"):
        backward(grad_output, LOGITS, target)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_loss_is_a_scalar_of_the_dtype_that_goes_in(dtype):
    logits = LOGITS.astype(dtype)
    assert type(cross_entropy(logits, TARGET)) is type(mse_loss(logits, logits[::-1])) is dtype


def test_what_losses_do_with_arrays():
    assert_array_rules(lambda logits: cross_entropy(logits, TARGET), logits=LOGITS)
    assert_array_rules(lambda logits: cross_entropy_backward(2.0, logits, TARGET), logits=LOGITS)
    assert_images_stay_last(lambda logits: cross_entropy_backward(2.0, logits, TARGET), logits=LOGITS)
    input, target = np.random.default_rng(1).standard_normal((2, 3, 5, 7))
    assert_array_rules(mse_loss, input=input, target=target)
    assert_array_rules(lambda input, target: mse_loss_backward(2.0, input, target), input=input, target=target)
    assert_images_stay_last(lambda input, target: mse_loss_backward(2.0, input, target), input=input, target=target)

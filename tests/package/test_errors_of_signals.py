"""Signals, sequences, data and the gradient checks refuse what they cannot take, and the message says why."""

import numpy as np
import pytest
from messages import raises

from cnn_course import (
    Sequence,
    adjoint_check,
    convolve,
    correlate,
    equivariance_defect,
    gradient_check,
    invariance_defect,
    linearity_defect,
    matrix_of,
    photograph,
    shift,
    to_gray,
)

RNG = np.random.default_rng(0)
X = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("f", "h", "mode", "message"),
    [
        ([1], [1], "Full", "mode must be 'full', 'same' or 'valid', got 'Full'"),
        ([1], [1], None, "mode must be 'full', 'same' or 'valid', got None"),
        ([1, 2], [[1]], "full", "f has 1 axes but h has 2 (f.shape=(2,), h.shape=(1, 1))"),
        ([], [1], "full", "f must have at least 1 axis and 1 element, got shape (0,)"),
        ([1], [], "same", "h must have at least 1 axis and 1 element, got shape (0,)"),
        (1, 1, "full", "f must have at least 1 axis and 1 element, got shape ()"),
        ([1], 1, "full", "h must have at least 1 axis and 1 element, got shape ()"),
        (["a"], [1], "full", "f must hold numbers, got dtype <U1"),
        ([1], [True], "full", "h must hold numbers, got dtype bool"),
        (
            np.ones((5, 2)),
            np.ones((2, 3)),
            "valid",
            "in mode 'valid' the kernel must fit into the signal, but on axis 1 h has size 3 and f has size 2",
        ),
    ],
)
@pytest.mark.parametrize("function", [convolve, correlate])
def test_convolution(function, f, h, mode, message):
    with raises(f"{function.__name__}: {message}"):
        function(f, h, mode)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: shift(np.ones((2, 3)), (1,)),
            "shift: offset must be an integer or have 2 entries, got 1 (offset=(1,))",
        ),
        (lambda: shift(X, (1, 2)), "shift: offset must be an integer or have 1 entries, got 2 (offset=(1, 2))"),
        (lambda: Sequence(X, start=(1, 2)), "Sequence: start must be an integer or have 1 entries, got 2"),
        (
            lambda: Sequence(np.ones((1, 1, 1)), start=(1, 2)),
            "Sequence: start must be an integer or have 3 entries, got 2",
        ),
        (lambda: Sequence([1, 2]).convolve(Sequence([[1]])), "convolve: f has 1 axes but h has 2"),
        (lambda: photograph("dahlia"), "photograph: name must be 'china' or 'flower', got 'dahlia'"),
        (lambda: to_gray(np.ones((3, 4))), "to_gray: image must have shape (H, W, 3), got (3, 4)"),
        (lambda: to_gray(np.ones((3, 4, 4))), "to_gray: image must have shape (H, W, 3), got (3, 4, 4)"),
        (lambda: to_gray(np.ones((1, 3, 4, 3))), "to_gray: image must have shape (H, W, 3), got (1, 3, 4, 3)"),
    ],
)
def test_arguments(call, message):
    with raises(message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: adjoint_check(lambda x: x[:2], lambda y: y, X, X),
            "adjoint_check: forward(x) has shape (2,) but y has (3,)",
        ),
        (
            lambda: adjoint_check(lambda x: x, lambda y: y[:1], X, X),
            "adjoint_check: adjoint(y) has shape (1,) but x has (3,)",
        ),
        (
            lambda: gradient_check(np.add, lambda g, x, y: (g, g), [X, X.astype(np.float32)], rng=RNG),
            "gradient_check: arrays[1] must be of float64, got float32",
        ),
        (
            lambda: gradient_check(np.negative, lambda g, x: -g, [np.array([1, 2])], rng=RNG),
            "gradient_check: arrays[0] must be of float64, got int64",
        ),
        (
            lambda: gradient_check(np.add, lambda g, x, y: g, [X, X], rng=RNG),
            "gradient_check: backward must return 2 gradients, got 1",
        ),
        (
            lambda: gradient_check(np.negative, lambda g, x: (-g, -g, -g), [X], rng=RNG),
            "gradient_check: backward must return 1 gradients, got 3",
        ),
        (
            lambda: gradient_check(np.add, lambda g, x, y: (g, g[:, None]), [X, X], rng=RNG),
            "gradient_check: gradient 1 has shape (3, 1) but arrays[1] has (3,)",
        ),
    ],
)
def test_checks(call, message):
    with raises(message):
        call()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: linearity_defect(lambda x: x[: int(x[0])], X, np.array([1.0, 5.0, 5.0]), 1, 1), "linearity_defect"),
        (lambda: equivariance_defect(lambda x: x[:1], lambda x: np.append(x, 0.0), X), "equivariance_defect"),
        (lambda: invariance_defect(np.copy, lambda x: x[:2], X), "invariance_defect"),
    ],
)
def test_defects_of_maps_whose_two_sides_differ_in_shape(call, name):
    with pytest.raises(ValueError, match=rf"^{name}: .*\(\d,\).*\(\d,\)"):
        call()


def test_images_of_different_shapes_are_not_added_up():
    f, g = np.array([1.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])  # images of 2 and 1 numbers, and of the sum 2
    with raises("linearity_defect: the image of the sum must have shape (1,), got (2,)"):
        linearity_defect(lambda x: x[x != 0], f, g, 1, 1)
    with raises("matrix_of: what transform returns must have shape (2,), got (1,)"):
        matrix_of(lambda x: x[: 1 + int(x[0])], 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shift(X, 1.5), r"^shift: offset .*integers.* 1\.5"),
        (lambda: Sequence(X, start=0.5), r"^Sequence: start .*integers.* 0\.5"),
    ],
)
def test_offsets_and_starts_are_integers(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_sequences_of_different_dimensions_do_not_correlate():
    with pytest.raises(ValueError, match=r"correlate: f has 1 axes but h has 2"):
        Sequence([1, 2]).correlate(Sequence([[1]]))

"""Attacks stay in their ball and box, find what is known of linear classifiers, and never beat a certificate."""

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_array_equal

from cnn_course import nn
from cnn_course.stability import certified_radius, lipschitz_bound, pgd_attack, smallest_perturbations

every_norm = pytest.mark.parametrize("ord", [2, np.inf])


def linear(weight):
    layer = nn.Linear(*weight.shape[::-1], bias=False, rng=np.random.default_rng(0), dtype=np.float64)
    layer.weight.data[:] = weight
    return layer


def network(rng, dtype=np.float32):
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, rng=rng, dtype=dtype),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, rng=rng, dtype=dtype),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(144, 5, rng=rng, dtype=dtype),
    )


def classes(network, x):
    return network.eval()(x).argmax(axis=1)


def norms(moves, ord):
    return np.linalg.norm(moves.reshape(len(moves), -1).astype(float), ord, axis=1)


@every_norm
def test_distances_to_the_other_classes_of_a_linear_classifier(ord):
    """The distance to class j is the gap of the logits over the dual norm of the difference of the rows."""
    rng = np.random.default_rng(1)
    weight, x = rng.standard_normal((5, 20)), rng.standard_normal((40, 20))
    layer = linear(weight)
    logits, labels = layer(x), classes(layer, x)
    rows = np.arange(40)
    gaps = logits[rows, labels][:, None] - logits
    slopes = np.linalg.norm(weight[labels][:, None] - weight, {2: 2, np.inf: 1}[ord], axis=2)
    slopes[rows, labels] = np.nan
    distances = np.nanmin(gaps / slopes, axis=1)
    found = smallest_perturbations(layer, x, labels, ord=ord)
    assert (found.sizes >= distances * (1 - 1e-9)).all()
    assert (found.sizes <= distances * 1.01).all()
    assert (classes(layer, found.images) != labels).all()
    assert found.sizes == pytest.approx(norms(found.images - x, ord))


@every_norm
@pytest.mark.parametrize("loss", ["margin", "cross_entropy"])
def test_in_a_ball_a_linear_margin_is_moved_as_far_as_it_can_be(ord, loss):
    """By radius * ||w||_2, and in the maximum norm by radius * ||w||_1, where w is the difference of two rows."""
    rng = np.random.default_rng(2)
    weight, x = rng.standard_normal((2, 784)), rng.standard_normal((6, 784))
    layer, labels, radii = linear(weight), np.zeros(6, int), np.array([0, 0.01, 0.1, 0.2, 0.3, 1.0])
    moved = pgd_attack(layer, x, labels, radius=radii, ord=ord, loss=loss)
    gained = np.diff(layer(moved) - layer(x), axis=1).ravel()
    dual = np.linalg.norm(weight[1] - weight[0], {2: 2, np.inf: 1}[ord])
    assert gained == pytest.approx(radii * dual, rel=1e-5, abs=1e-9)


@every_norm
@pytest.mark.parametrize("bounds", [None, (0, 1), (-0.5, 1.5)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_moves_stay_in_the_ball_and_in_the_box(ord, bounds, dtype):
    rng = np.random.default_rng(3)
    built, x = network(rng, dtype), rng.uniform(size=(8, 1, 12, 12)).astype(dtype)
    radii, labels = np.linspace(0, 3, 8) / (10 if ord == np.inf else 1), classes(built, x)
    moved = pgd_attack(built, x, labels, radius=radii, ord=ord, bounds=bounds, steps=10)
    assert moved.dtype == dtype
    assert (norms(moved - x, ord) <= radii).all()
    assert_array_equal(moved[0], x[0])
    if bounds:
        assert bounds[0] <= moved.min()
        assert moved.max() <= bounds[1]
    if bounds == (0, 1):
        assert moved.min() == 0  # the box was needed


def test_what_is_found_is_never_below_the_certified_radius_and_changes_the_class():
    rng, ratios = np.random.default_rng(4), []
    for dtype in (np.float32, np.float64):
        built, x = network(rng, dtype), rng.uniform(size=(20, 1, 12, 12)).astype(dtype)
        labels = classes(built, x)
        found = smallest_perturbations(built, x, labels, steps=20)
        radius = certified_radius(built(x), lipschitz_bound(built, (1, 12, 12)))
        assert np.isfinite(found.sizes).all()
        assert (radius < found.sizes).all()
        assert (classes(built, found.images) != labels).all()
        ratios.append(found.sizes / radius)
        # no smaller ball holds an answer of the same attack, about
        smaller = pgd_attack(built, x, labels, radius=0.7 * found.sizes, steps=20)
        assert (classes(built, smaller) == labels).mean() > 0.8
    assert np.min(ratios) > 1


def test_more_steps_and_the_gradient_find_more_than_random_moves():
    rng = np.random.default_rng(5)
    built, x = network(rng, np.float64), rng.uniform(size=(20, 1, 12, 12))
    labels = classes(built, x)
    sizes = smallest_perturbations(built, x, labels).sizes
    for _ in range(50):
        move = rng.standard_normal(x.shape)
        move *= (3 * sizes / norms(move, 2)).reshape(-1, 1, 1, 1)
        assert (classes(built, x + move) == labels).mean() > 0.5


def test_an_image_of_another_class_needs_no_move_and_a_constant_network_allows_none():
    rng = np.random.default_rng(6)
    built, x = network(rng), rng.uniform(size=(6, 1, 12, 12)).astype(np.float32)
    wrong = (classes(built, x) + 1) % 5
    found = smallest_perturbations(built, x, wrong)
    assert_array_equal(found.images, x)
    assert_array_equal(found.sizes, 0)
    constant = linear(np.zeros((3, 4)))
    constant.bias = nn.Parameter(np.array([1.0, 0.0, 0.0]))
    found = smallest_perturbations(constant, np.ones((2, 4)), np.array([0, 0]), steps=2)
    assert_array_equal(found.images, np.ones((2, 4)))
    assert_array_equal(found.sizes, np.inf)


def test_the_best_image_on_the_way_is_returned_and_not_the_last():
    """The other logit is -|x - 0.1|, and the first step is 1: it goes too far."""
    lines = linear(np.array([[1.0], [-1.0]]))
    lines.bias = nn.Parameter(np.array([-0.1, 0.1]))
    peak = nn.Sequential(lines, nn.ReLU(), linear(np.array([[0.0, 0.0], [-1.0, -1.0]])))
    start, label = np.zeros((1, 1)), np.array([0])
    assert_array_equal(pgd_attack(peak, start, label, radius=1.0, steps=1), start)
    assert pgd_attack(peak, start, label, radius=1.0, steps=40) == pytest.approx(0.1, abs=0.02)


def test_moves_that_are_about_the_rounding_of_the_images_are_found_as_well():
    weight, x = np.array([[1.0, 2.0, -1.0], [1.0, 2.0, -0.9]]), np.full((4, 3), 1000.0, np.float32)
    layer = linear(weight)
    layer.bias = nn.Parameter(np.array([0.0, -100.001]))
    found = smallest_perturbations(layer, x, np.zeros(4, int), tolerance=0)
    assert (linear_classes(weight, layer.bias.data, found.images) == 1).all()
    assert found.sizes == pytest.approx(0.01, rel=0.1)


def linear_classes(weight, bias, x):
    """In float32, as the attack computes with images of this dtype."""
    return (x @ weight.T.astype(np.float32) + bias.astype(np.float32)).argmax(axis=1)


def test_an_empty_batch():
    found = smallest_perturbations(linear(np.eye(3)), np.zeros((0, 3)), np.zeros(0, int))
    assert found.images.shape == (0, 3)
    assert found.sizes.shape == (0,)


GIVEN = {"network": linear(np.eye(3)), "images": np.full((2, 3), 0.5), "labels": np.array([0, 1])}


@pytest.mark.parametrize("function", [pgd_attack, smallest_perturbations])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ord": 1}, "ord must be 2 or numpy.inf, got 1"),
        ({"ord": True}, "ord must be 2 or numpy.inf, got True"),
        ({"steps": 0}, "steps must be at least 1, got 0"),
        ({"bounds": (1, 0)}, "bounds must be two numbers, the smaller one first, got (1, 0)"),
        ({"bounds": (0.6, 1)}, "images must have values within bounds=(0.6, 1), got values from 0.5 to 0.5"),
        ({"labels": np.array([0, 3])}, "labels must be classes from 0 to 2, got classes from 0 to 3"),
        ({"labels": np.array([0.0, 1.0])}, "labels must hold real numbers, got dtype float64"),
        ({"labels": np.array([0])}, "labels must have shape (2,), got (1,)"),
        ({"images": np.full((2, 3), np.nan)}, "images must hold finite numbers, got NaN or infinity"),
        ({"images": np.ones(3)}, "images must have at least 2 axes, got 1"),
        (
            {"network": nn.ReLU(), "images": np.ones((2, 3, 4))},
            "network must have outputs (N, classes) with at least 2",
        ),
        ({"network": None}, "network must be a Layer, got None"),
    ],
)
def test_errors(function, arguments, message):
    given = GIVEN | ({"radius": 1.0} if function is pgd_attack else {}) | arguments
    with raises(f"{function.__name__}: {message}"):
        function(**given)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"radius": -1.0}, "radius must be finite and at least 0, got "),
        ({"radius": np.ones(3)}, "radius must have shape (2,), got (3,)"),
        ({"radius": 1.0, "loss": "l2"}, "loss must be 'margin' or 'cross_entropy', got 'l2'"),
    ],
)
def test_errors_of_the_attack(arguments, message):
    with raises(f"pgd_attack: {message}"):
        pgd_attack(**GIVEN, **arguments)

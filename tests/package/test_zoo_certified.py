"""The network whose norms are kept at 1: its loss, its steps, its record, and its certificates against attacks."""

import os
from dataclasses import replace

import numpy as np
import pytest

from cnn_course import conv2d, load, mnist, mnist_sample
from cnn_course.stability import certificate, certified_radius, linearize, smallest_perturbations
from cnn_course.zoo import pretrained, recipe, recorded_run, train
from cnn_course.zoo.certified import (
    RADII,
    CorrectedSGD,
    _joined,
    _split,
    certified_accuracy,
    divide_by_norms,
    margin_loss,
    strided_lenet5,
)
from cnn_course.zoo.cli import add_train
from cnn_course.zoo.record import SEEDS

NAME = "lenet5-mnist-certified"
every_seed = pytest.mark.parametrize("seed", SEEDS)


@pytest.fixture
def rng():
    return np.random.default_rng(20260201)


# The loss -----------------------------------------------------------------------------------------------------------


def test_the_loss_is_what_is_missing_to_the_margin():
    loss, _ = margin_loss(3.0)
    outputs, labels = np.array([[5.0, 1.0, 4.0], [0.0, 7.0, 2.0], [1.0, 0.0, 2.0]]), np.array([0, 1, 1])
    assert loss(outputs, labels) == pytest.approx((2 + 0 + 5) / 3)


def test_the_gradient_of_the_loss_is_that_of_differences(rng):
    loss, backward = margin_loss(1.5)
    outputs, labels = rng.standard_normal((7, 5)), rng.integers(0, 5, 7)
    found, step = backward(0.7, outputs, labels), 1e-6
    for place in np.ndindex(outputs.shape):
        moved = np.zeros_like(outputs)
        moved[place] = step
        slope = (loss(outputs + moved, labels) - loss(outputs - moved, labels)) / (2 * step)
        assert found[place] == pytest.approx(0.7 * slope, abs=1e-8)


# The steps ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_a_stride_of_2_is_a_stride_of_1_on_even_and_odd_positions(k, rng):
    weight, x = rng.standard_normal((3, 2, k, k)), rng.standard_normal((2, 2, 12, 14))
    halves = x.reshape(2, 2, 6, 2, 7, 2).transpose(0, 1, 3, 5, 2, 4).reshape(2, 8, 6, 7)
    expected = conv2d(x, weight, stride=2)
    found = conv2d(halves, _split(weight))[:, :, : expected.shape[2], : expected.shape[3]]
    np.testing.assert_allclose(found, expected[:, :, : found.shape[2], : found.shape[3]], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(_joined(_split(weight), weight.shape), weight)


def test_the_singular_values_begin_and_stay_near_1(rng):
    network = strided_lenet5(rng)
    optimizer = CorrectedSGD(network, 0.05, momentum=0.9)
    for step in range(4):
        constants = [row.constant for row in certificate(network, (1, 28, 28)).rows]
        assert 0.9 < min(constants) <= max(constants) < 1.15, step
        smallest = np.linalg.svd(network.children["fc1"].weight.data, compute_uv=False).min()
        assert smallest > 0.95
        outputs = network(rng.random((16, 1, 28, 28), np.float32))
        network.backward(rng.standard_normal(outputs.shape).astype(np.float32) / 16)
        optimizer.step()


def test_dividing_leaves_no_norm_above_1_and_small_ones_as_they_are(rng):
    network = strided_lenet5(rng)
    for layer, factor in (("conv1", 3.0), ("conv2", 0.5), ("fc1", 1.7), ("fc2", 0.25)):
        network.children[layer].weight.data *= factor
    before = network.state_dict()
    divide_by_norms(network)
    rows = {row.name: row.constant for row in certificate(network, (1, 28, 28)).rows}
    assert max(rows.values()) <= 1
    assert min(rows["conv1"], rows["fc1"]) > 0.998
    for layer in ("conv2", "fc2"):
        np.testing.assert_array_equal(network.state_dict()[f"{layer}.weight"], before[f"{layer}.weight"])


# The record ---------------------------------------------------------------------------------------------------------


@every_seed
def test_no_layer_of_the_recorded_network_enlarges_anything(seed):
    proved = certificate(pretrained(NAME, seed=seed), (1, 28, 28))
    assert all(row.constant <= 1 for row in proved.rows)
    assert 0.99 < proved.lipschitz <= 1


@every_seed
def test_the_certified_accuracy_of_the_record_falls_with_the_radius(seed):
    run = recorded_run(NAME, seed=seed)
    shares = [run["certified"][str(radius)] for radius in RADII]
    assert 1 - run["test_error"] > shares[0] > shares[1] > shares[2] > 0.3


@pytest.mark.skipif("CNN_COURSE_DATA" not in os.environ, reason="CNN_COURSE_DATA does not say where MNIST is")
@every_seed
def test_the_certified_accuracy_of_the_record_is_that_of_the_weights(seed):
    _, _, images, labels = mnist()
    network = pretrained(NAME, seed=seed)
    outputs = np.concatenate([network(images[i : i + 500]) for i in range(0, len(images), 500)])
    for radius, share in certified_accuracy(network, outputs, labels).items():
        # an image at the border may fall on either side of it with other kernels
        assert share == pytest.approx(recorded_run(NAME, seed=seed)["certified"][radius], abs=2e-4)


def test_no_attack_moves_a_digit_into_another_class_below_its_radius():
    images, labels = mnist_sample()
    images, network = images.astype(np.float64), pretrained(NAME)
    outputs = linearize(network, images).output
    radius = certified_radius(outputs, certificate(network, (1, 28, 28)).lipschitz)
    found = smallest_perturbations(network, images, labels, steps=20).sizes
    right = outputs.argmax(axis=1) == labels
    assert right.sum() > 85
    assert (radius[right] <= found[right]).all()
    assert np.median(found[right] / radius[right]) < 1.5


def test_a_plain_network_has_no_certified_accuracy_in_its_record():
    assert "certified" not in recorded_run("lenet5-mnist")


def test_a_small_run(tmp_path):
    images, labels = np.random.default_rng(0).random((24, 1, 28, 28), np.float32), np.arange(24) % 10
    small = replace(recipe(NAME), epochs=1, batch_size=5, validation=4)
    data = (images, labels, images, labels)
    arrays, metadata = load(train(small, data, seed=0, folder=tmp_path / "run", progress=False))
    assert metadata["certified"].keys() == {str(radius) for radius in RADII}
    assert np.linalg.norm(arrays["network.fc1.weight"].astype(float), 2) <= 1


def test_the_command_knows_no_certified_recipe_with_shifts(tmp_path, capsys, monkeypatch):
    import argparse

    from cnn_course.zoo.cli import THREADS

    for name in THREADS:
        monkeypatch.setenv(name, "1")
    parser = argparse.ArgumentParser()
    add_train(parser)
    options = parser.parse_args(["lenet5", "--certified", "--augment", "shifts"])
    assert options.run(options) == 2
    assert "got 'lenet5-mnist-shifts-certified'" in capsys.readouterr().err

"""What is recorded of plain and residual networks agrees with itself, with its recipe and with a run made again."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_array_equal

from cnn_course.data import digits
from cnn_course.zoo import pretrained, recipe, recorded_run
from cnn_course.zoo.recipes import DEPTHS, NETWORKS, RECIPES
from cnn_course.zoo.record import CURVES, SEEDS
from cnn_course.zoo.run import METRICS
from cnn_course.zoo.sets import load_set

LEARNED, VALIDATION, TEST = 1200, 240, 357
ALL = [(name, seed) for name in CURVES for seed in SEEDS]
every_run = pytest.mark.parametrize(("name", "seed"), ALL)


def whole(share, images):
    """Whether this is a share of so many images."""
    return 0 <= share <= 1 and share * images == pytest.approx(round(share * images), abs=1e-9)


@every_run
def test_a_record_agrees_with_its_recipe_and_itself(name, seed):
    run = recorded_run(name, seed=seed)
    assert run.keys() == {"recipe", "seed", "history", "test_error", "test_loss", "versions"}
    assert (run["recipe"], run["seed"]) == (recipe(name), seed)
    assert run["versions"].keys() == {"python", "numpy", "blas"}
    assert whole(run["test_error"], TEST)
    rate, steps = run["recipe"].schedule(LEARNED), 38  # 37 batches of 32 and one of 16
    assert [line["epoch"] for line in run["history"]] == list(range(1, run["recipe"].epochs + 1))
    for line in run["history"]:
        assert line["rate"] == pytest.approx(rate(steps * line["epoch"] - 1), rel=1e-12)
        assert whole(line["training_error"], LEARNED)
        assert whole(line["validation_error"], VALIDATION)
        # An image that is judged wrong has a loss of at least log 2: its class has at most half of the probability.
        assert line["training_loss"] >= line["training_error"] * np.log(2)
        assert line["validation_loss"] >= line["validation_error"] * np.log(2)
        assert min(line["loss"], line["wall_seconds"], line["processor_seconds"]) > 0
    assert run["test_loss"] >= run["test_error"] * np.log(2)


@pytest.mark.parametrize("seed", SEEDS)
def test_depth_harms_the_plain_networks_and_not_the_residual_ones(seed):
    last = {name: recorded_run(name, seed=seed)["history"][-1] for name in CURVES}
    # The error on the images learned from, in evaluation mode.
    assert last["plain56-digits8"]["training_error"] > 0.3
    for name in set(CURVES) - {"plain56-digits8"}:
        assert last[name]["training_error"] <= 2 / LEARNED
    # The loss with the statistics of the batch, while they learn.
    plain, residual = ([last[f"{kind}{depth}-digits8"]["loss"] for depth in DEPTHS] for kind in ("plain", "resnet"))
    assert 1.5 * plain[0] < plain[1] < plain[2] / 50
    assert 2 * max(residual[1:]) < residual[0]


def test_all_twins_are_recorded_and_their_runs_differ():
    assert set(CURVES) == {f"{kind}{depth}-digits8" for kind in ("plain", "resnet") for depth in DEPTHS}
    losses = {recorded_run(name, seed=seed)["history"][0]["loss"] for name, seed in ALL}
    assert len(losses) == len(ALL) == 18


def test_the_twins_have_one_recipe():
    for name in CURVES:
        assert {**vars(RECIPES[name]), "network": ""} == {**vars(RECIPES[CURVES[0]]), "network": ""}


def test_the_weights_of_these_runs_are_not_kept():
    names = "'lenet5-mnist', 'lenet5-mnist-shifts' or 'lenet5-mnist-certified'"
    with raises(f"pretrained: name must be {names}, got 'plain8-digits8'"):
        pretrained("plain8-digits8")


@pytest.mark.parametrize("depth", DEPTHS)
def test_twins_begin_with_the_same_weights_and_see_the_images_in_the_same_order(depth):
    plain, residual = np.random.default_rng(3), np.random.default_rng(3)
    first, second = NETWORKS[f"plain{depth}"](rng=plain), NETWORKS[f"resnet{depth}"](rng=residual)
    assert first.state_dict().keys() == second.state_dict().keys()
    for name, array in first.state_dict().items():
        assert_array_equal(array, second.state_dict()[name])
    assert_array_equal(plain.permutation(LEARNED), residual.permutation(LEARNED))
    assert sum(array.ndim > 1 for array in first.state_dict().values()) == depth


def test_the_small_digits_are_those_of_scikit_learn_in_three_channels():
    images, labels, test_images, test_labels = load_set("digits8")
    assert (len(images), len(test_images)) == (LEARNED + VALIDATION, TEST)
    found, (gray, expected) = np.concatenate([images, test_images]), digits()
    assert found.dtype == np.float32
    assert_array_equal(found, np.concatenate([gray, gray, gray], axis=1), strict=True)
    assert_array_equal(np.concatenate([labels, test_labels]), expected)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the process that trains is another than the one to kill")
def test_the_command_makes_the_first_epoch_again(tmp_path):
    command = [sys.executable, "-m", "cnn_course", "train", "plain8", "--data", "digits8", "--output", tmp_path]
    with subprocess.Popen(command, stdout=-1, stderr=subprocess.DEVNULL, text=True) as process:
        assert any(line.startswith("epoch  1/10") for line in process.stdout)
        process.kill()
    found = json.loads((tmp_path / METRICS).read_text(encoding="utf-8").splitlines()[0])
    expected = recorded_run("plain8-digits8")["history"][0]
    # The 38 steps multiply what kernels round differently: with those of OpenBLAS for four
    # processors, and with two threads, "loss" differed by 0.06 %, the losses after the epoch by 1.6 %, errors by 0.021.
    assert found["rate"] == pytest.approx(expected["rate"], rel=1e-12)
    assert found["loss"] == pytest.approx(expected["loss"], rel=0.002)
    for part in ("training", "validation"):
        assert found[f"{part}_loss"] == pytest.approx(expected[f"{part}_loss"], rel=0.05)
        assert found[f"{part}_error"] == pytest.approx(expected[f"{part}_error"], abs=0.07)

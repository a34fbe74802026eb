"""What travels with the package is what its records say: of the shipped digits always, of MNIST if it is there."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_array_equal

from cnn_course.data import mnist, mnist_sample
from cnn_course.nets import lenet5
from cnn_course.zoo import Recipe, pretrained, recipe, recorded_run
from cnn_course.zoo.recipes import RECIPES
from cnn_course.zoo.record import PRETRAINED, RUNS, SEEDS
from cnn_course.zoo.sets import load_set

TIE = 1e-3  # float32 logits of about 20 differ by some 1e-5 between kernels
every_run = pytest.mark.parametrize(("name", "seed"), [(name, seed) for name in PRETRAINED for seed in SEEDS])
with_mnist = pytest.mark.skipif(
    "CNN_COURSE_DATA" not in os.environ, reason="CNN_COURSE_DATA does not say where MNIST is"
)


def assert_predicted(network, images, expected):
    """The network gives the classes expected, but where the expected one and the largest are a near tie."""
    logits = np.concatenate([network(images[start : start + 500]) for start in range(0, len(images), 500)])
    short = logits.max(axis=1) - logits[np.arange(len(images)), expected]
    assert short.max(initial=0) < TIE


# What is recorded ---------------------------------------------------------------------------------------------------


@every_run
def test_the_weights_predict_the_shipped_digits_as_recorded(name, seed):
    (images, labels), run = mnist_sample(), recorded_run(name, seed=seed)
    expected = labels.copy()
    for mistake, predicted in zip(run["images"], run["predicted"], strict=True):
        expected[(images == mistake).all(axis=(1, 2, 3))] = predicted
    assert_predicted(pretrained(name, seed=seed), images, expected)


@every_run
def test_the_weights_make_the_recorded_mistakes(name, seed):
    run = recorded_run(name, seed=seed)
    assert (run["predicted"] != run["labels"]).all()
    assert_predicted(pretrained(name, seed=seed), run["images"], run["predicted"])


@with_mnist
@every_run
def test_the_weights_predict_the_test_images_as_recorded(name, seed):
    run, (_, _, images, labels) = recorded_run(name, seed=seed), mnist()
    expected = labels.copy()
    expected[run["wrong"]] = run["predicted"]
    assert_predicted(pretrained(name, seed=seed), images, expected)
    assert_array_equal(run["images"], images[run["wrong"]])
    assert_array_equal(run["labels"], labels[run["wrong"]])
    confusion = [[((labels == i) & (expected == j)).sum() for j in range(10)] for i in range(10)]
    assert_array_equal(run["confusion"], confusion)


@every_run
def test_a_record_agrees_with_itself(name, seed):
    run = recorded_run(name, seed=seed)
    assert (run["recipe"].name, run["seed"]) == (name, seed)
    assert len(run["wrong"]) == round(10_000 * run["test_error"]) == 10_000 - np.trace(run["confusion"])
    assert run["confusion"].sum() == 10_000
    between = np.zeros((10, 10), int)
    for true, predicted in zip(run["labels"], run["predicted"], strict=True):
        between[true, predicted] += 1
    assert_array_equal(between, run["confusion"] - np.diag(np.diag(run["confusion"])))
    assert run["images"].shape == (len(run["wrong"]), 1, 28, 28)
    assert run["images"].dtype == np.float32
    assert [line["epoch"] for line in run["history"]] == list(range(1, run["recipe"].epochs + 1))
    assert set(run["versions"]) == {"python", "numpy", "blas"}


@every_run
def test_a_recorded_run_followed_its_recipe(name, seed):
    assert recorded_run(name, seed=seed)["recipe"] == recipe(name)


@every_run
def test_a_pretrained_network_is_an_ordinary_one(name, seed):
    network, plain = pretrained(name, seed=seed), lenet5(rng=np.random.default_rng(0))
    assert not any(layer.training for _, layer in network.named_layers())
    assert {k: (v.shape, v.dtype) for k, v in network.state_dict().items()} == {
        k: (v.shape, v.dtype) for k, v in plain.state_dict().items()
    }
    assert sum(array.size for array in network.state_dict().values()) == 61_706


def test_each_call_returns_another_network():
    first, second = pretrained("lenet5-mnist"), pretrained("lenet5-mnist")
    first.state_dict()
    for _, parameter in first.named_parameters():
        parameter.data[...] = 0
    assert any(parameter.data.any() for _, parameter in second.named_parameters())


def test_the_runs_differ():
    weights = {
        pretrained(name, seed=seed).state_dict()["conv1.weight"].tobytes() for name in PRETRAINED for seed in SEEDS
    }
    assert len(weights) == len(PRETRAINED) * len(SEEDS) == 9


@pytest.mark.parametrize("function", [pretrained, recorded_run])
def test_what_is_not_recorded(function):
    with raises(f"{function.__name__}: name must be 'lenet5-mnist', 'lenet5-mnist-shifts'"):
        function("lenet5-digits")
    with raises(f"{function.__name__}: seed must be one of 0, 1, 2, got 3"):
        function("lenet5-mnist", seed=3)
    with raises(f"{function.__name__}: seed must be one of 0, 1, 2, got True"):
        function("lenet5-mnist", seed=True)


# The digits that travel ---------------------------------------------------------------------------------------------


def test_the_sample():
    images, labels = mnist_sample()
    assert (images.shape, images.dtype) == ((100, 1, 28, 28), np.float32)
    assert_array_equal(labels, np.repeat(np.arange(10), 10), strict=True)
    assert_array_equal(np.rint(255 * images).astype(np.float32) / np.float32(255), images)
    assert len({image.tobytes() for image in images}) == 100
    assert (images.min(), images.max()) == (0, 1)
    # The digits are of at most 20 x 20 pixels, and their centre of mass is in the middle, as the paper says.
    ink = images[:, 0] > 0
    assert max(ink.any(axis=1).sum(axis=1).max(), ink.any(axis=2).sum(axis=1).max()) <= 20
    row = (images[:, 0].sum(axis=2) * np.arange(28)).sum(axis=1) / images.sum(axis=(1, 2, 3))
    assert abs(row - 13.5).max() <= 1  # moved by whole pixels, and where the corner or the middle of one counts


@with_mnist
def test_the_sample_is_the_first_ten_of_each_class_of_the_test_images():
    _, _, images, labels = mnist()
    for digit in range(10):
        assert_array_equal(mnist_sample()[0][10 * digit : 10 * digit + 10], images[labels == digit][:10])


def test_what_travels_is_small_and_in_the_wheel_and_the_source_distribution(tmp_path):
    pytest.importorskip("hatchling", reason="hatchling, which builds the package, is not installed")
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    shipped = {"cnn_course/data/mnist_sample.npz", *(f"cnn_course/zoo/runs/{path.name}" for path in RUNS.iterdir())}
    assert len(shipped) == 30
    (wheel,), (source,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        assert shipped <= set(archive.namelist())
    with tarfile.open(source) as archive:
        assert shipped <= {name.partition("/")[2] for name in archive.getnames()}
    assert sum((root / name).stat().st_size for name in shipped) < 2.7e6


# Recipes ------------------------------------------------------------------------------------------------------------


def test_a_recipe_has_the_name_of_what_it_says():
    for name, found in RECIPES.items():
        assert recipe(name) is found
        assert found.name == name
        assert Recipe(**asdict(found)) == found
    with raises("recipe: name must be 'lenet5-mnist', 'lenet5-mnist-shifts', 'lenet5-mnist-certified', "):
        recipe("lenet")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": "vgg"}, "Recipe: network must be "),
        ({"data": "cifar"}, "Recipe: data must be 'mnist', 'digits' or 'digits8', got 'cifar'"),
        ({"augment": None}, "Recipe: augment must be 'none' or 'shifts', got None"),
        ({"epochs": 0}, "Recipe: epochs must be at least 1, got 0"),
        ({"batch_size": 0.5}, "Recipe: batch_size must be made of integers, got 0.5"),
        ({"validation": 0}, "Recipe: validation must be at least 1, got 0"),
        ({"peak": -1}, "Recipe: peak must be a finite number and at least 0, got -1"),
        ({"rise": 1.5}, "Recipe: rise must be above 0 and at most 1, got 1.5"),
        ({"rise": 0}, "Recipe: rise must be above 0 and at most 1, got 0"),
        ({"momentum": 0}, "Recipe: momentum must be above 0, got 0"),
        ({"margin": 3, "network": "plain8"}, "Recipe: margin=3.0 needs the network 'lenet5', got 'plain8'"),
        ({"margin": -0.5}, "Recipe: margin must be a finite number and at least 0, got -0.5"),
        ({"weight_decay": np.nan}, "Recipe: weight_decay must be a finite number and at least 0, got nan"),
    ],
)
def test_recipes_that_are_none(changes, message):
    with raises(message):
        replace(recipe("lenet5-mnist"), **changes)


def test_numbers_of_numpy_become_those_of_python():
    found = replace(recipe("lenet5-mnist"), epochs=np.int64(3), peak=np.float32(0.5), rise=1)
    assert json.loads(json.dumps(asdict(found))) == asdict(found)
    assert (found.epochs, found.peak, found.rise) == (3, 0.5, 1.0)


def test_the_rate_of_a_recipe():
    found = replace(recipe("lenet5-mnist"), epochs=3, batch_size=10, peak=0.8, rise=0.5)
    rates = [found.schedule(31)(step) for step in range(12)]  # four batches an epoch, the last of one image
    assert np.argmax(rates) == 5
    assert max(rates) == 0.8
    assert min(rates) > 0
    assert found.schedule(31)(12) == 0


def test_the_digits_of_scikit_learn_in_28_by_28():
    images, labels, test_images, test_labels = load_set("digits")
    assert (images.shape, test_images.shape) == ((1440, 1, 28, 28), (357, 1, 28, 28))
    assert (images.dtype, len(labels), len(test_labels)) == (np.float32, 1440, 357)
    assert_array_equal(images[:, :, 2:26, 2:26][:, :, 2::3, ::3], images[:, :, 2:26, 2:26][:, :, ::3, 1::3])
    assert images[:, :, 2:26, 2:26].sum() == images.sum() > 0

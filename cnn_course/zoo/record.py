"""The recorded runs, which travel with the package: weights, metrics, and what went wrong on the test images."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from cnn_course.nn import Sequential
from cnn_course.training.checkpoint import load
from cnn_course.validate import check_choice
from cnn_course.zoo.recipes import RECIPES, Recipe

RUNS = Path(__file__).with_name("runs")
SEEDS = (0, 1, 2)
PRETRAINED = tuple(name for name, found in RECIPES.items() if found.data == "mnist")
CURVES = tuple(name for name, found in RECIPES.items() if found.data == "digits8")  # recorded without weights
MISTAKES = RUNS / "mistakes.npz"  # each test image that one of the runs gets wrong, once
MISTAKES_CERTIFIED = RUNS / "mistakes-certified.npz"  # the same for the certified networks, which err more often


def path_of(function, name, seed, names=PRETRAINED):
    """The file of a recorded run."""
    check_choice(function, "name", name, names)
    if isinstance(seed, bool) or seed not in SEEDS:
        raise ValueError(f"{function}: seed must be one of {', '.join(map(str, SEEDS))}, got {seed!r}")
    return RUNS / f"{name}-{seed}.{'json' if name in CURVES else 'npz'}"


def mistakes_of(name):
    """The file with the images that the runs of a recipe get wrong."""
    return MISTAKES_CERTIFIED if RECIPES[name].margin else MISTAKES


def network_of(arrays, metadata):
    """The network of a record, in evaluation mode."""
    network = Recipe(**metadata["recipe"]).build(np.random.default_rng(0))  # whose draws are overwritten
    prefix = "network."
    network.load_state_dict({k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)})
    return network.eval()


def pretrained(name: str, *, seed: int = 0) -> Sequential:
    """Return a network with the weights of a recorded run.

    Parameters
    ----------
    name : {'lenet5-mnist', 'lenet5-mnist-shifts', 'lenet5-mnist-certified'}
        The recipe. `recipe` returns what it says.
    seed : {0, 1, 2}, default 0
        Of the run.

    Returns
    -------
    Sequential
        Of float32, in evaluation mode, for images as `mnist` returns them. Its layers are those of `nets.lenet5`; the
        certified one has strides in the place of pooling, and no layer with a norm above 1.

    Raises
    ------
    ValueError
        If there is no such recipe, or no such run of it.

    Examples
    --------
    >>> from cnn_course import mnist_sample
    >>> images, labels = mnist_sample()
    >>> network = pretrained("lenet5-mnist")
    >>> bool(np.mean(network(images).argmax(axis=1) == labels) > 0.9)
    True
    """
    return network_of(*load(path_of("pretrained", name, seed)))


def recorded_run(name: str, *, seed: int = 0) -> dict[str, Any]:
    """Return what a recorded run has left, beside its weights.

    Parameters
    ----------
    name : str
        The recipe: 'lenet5-mnist', 'lenet5-mnist-shifts' or 'lenet5-mnist-certified', of whose runs `pretrained` has
        the weights; 'plain8-digits8', 'plain20-digits8', 'plain56-digits8', 'resnet8-digits8', 'resnet20-digits8' or
        'resnet56-digits8', whose weights are not kept.
    seed : {0, 1, 2}, default 0
        Of the run.

    Returns
    -------
    dict
        For LeNet-5 with all that stands here, for the other networks with what stands above "confusion".

        =============== =============================================================================================
        "recipe"        the `Recipe`
        "seed"          the seed
        "history"       for each epoch a dict of what `train` calls `after_epoch` with; without "training_loss" and
                        "training_error" for LeNet-5, whose runs did not measure them
        "test_error"    the share of the test images that the network gets wrong, of 10000 of MNIST or 357 digits
        "test_loss"     their mean cross-entropy
        "versions"      those of Python, NumPy and the BLAS that it computed with
        "confusion"     ndarray of int64, shape (10, 10): how many images of class i are taken for class j
        "wrong"         ndarray of int64, shape (K,): the indices of the test images that the network gets wrong
        "predicted"     ndarray of int64, shape (K,): what it takes them for
        "labels"        ndarray of int64, shape (K,): what they are
        "images"        ndarray of float32, shape (K, 1, 28, 28): these images
        "certified"     of the certified network only: for each radius, as a string, the share of test images of
                        which it is proved that no smaller move, in l2, makes the class wrong
        =============== =============================================================================================

    Raises
    ------
    ValueError
        If there is no such recipe, or no such run of it.

    References
    ----------
    The images are from MNIST by LeCun, Cortes and Burges, licensed as `mnist_sample` says.

    Examples
    --------
    >>> run = recorded_run("lenet5-mnist")
    >>> len(run["history"]) == run["recipe"].epochs, int(run["confusion"].sum())
    (True, 10000)
    >>> len(run["wrong"]) == round(10_000 * run["test_error"])
    True
    >>> line = recorded_run("resnet20-digits8")["history"][0]
    >>> line["epoch"], line["training_error"] > 0
    (1, True)
    """
    path = path_of("recorded_run", name, seed, PRETRAINED + CURVES)
    if name in CURVES:
        metadata = json.loads(path.read_text(encoding="utf-8"))
        return metadata | {"recipe": Recipe(**metadata["recipe"])}
    arrays, metadata = load(path)
    mistakes, _ = load(mistakes_of(name))
    chosen = np.searchsorted(mistakes["indices"], arrays["test.wrong"])
    return metadata | {
        "recipe": Recipe(**metadata["recipe"]),
        "confusion": arrays["test.confusion"],
        "wrong": arrays["test.wrong"],
        "predicted": arrays["test.predicted"],
        "labels": mistakes["labels"][chosen].astype(np.int64),
        "images": np.divide(mistakes["images"][chosen, None], 255, dtype=np.float32),
    }

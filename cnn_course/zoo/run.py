"""A run: a recipe followed from the first draw to the test, interrupted or not, and the files that it leaves."""

import json
import platform
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.functional.loss import cross_entropy
from cnn_course.training.checkpoint import save, write_whole
from cnn_course.training.loop import evaluate, fit
from cnn_course.validate import as_path, check_callable, entries, integer
from cnn_course.zoo.certified import certified_accuracy
from cnn_course.zoo.recipes import AUGMENTATIONS, Recipe

SETTINGS, CHECKPOINT, METRICS, RECORD = "settings.json", "checkpoint.npz", "metrics.jsonl", "record.npz"
BATCH = 500  # images that are predicted at a time


def train(
    recipe: Recipe,
    data: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
    *,
    seed: int,
    folder: str | PathLike[str],
    progress: bool = True,
    after_epoch: Callable[[dict[str, float]], None] | None = None,
) -> Path:
    """Follow a recipe, or go on with a run that was interrupted, and test the network at the end, once.

    Parameters
    ----------
    recipe : Recipe
    data : (ndarray, ndarray, ndarray, ndarray)
        Training images and labels, test images and labels, as of `mnist`.
    seed : int
        Of the only generator: it draws the weights, the order of the images, and what the augmentation draws.
    folder : path
        Made if it is not there. It gets, each file written whole or not at all,

        ================ ===========================================================================================
        settings.json    the recipe and the seed
        checkpoint.npz   after each epoch, all that the run needs to go on
        metrics.jsonl    a line of JSON for each epoch
        record.npz       at the end, the weights with the metrics and the results of the test
        ================ ===========================================================================================
    progress : bool, default True
        As of `fit`.
    after_epoch : callable, optional
        Called with the metrics of each epoch: "epoch", "loss" while it trained, "rate" of the last step,
        "training_loss" and "training_error" of the images learned from, "validation_loss" and "validation_error",
        these four after the epoch and in evaluation mode, and the seconds "wall_seconds" and "processor_seconds" of
        all this.

    Returns
    -------
    Path
        Of the record, from which `load` reads arrays and metadata.

    Raises
    ------
    ValueError
        If an argument does not fit, or the folder has another run, or files of one that are damaged.
    OSError
        If a file cannot be written.
    FloatingPointError
        If the training diverges.

    Notes
    -----
    An interrupted run ends with the same bits as one that was not, however it was interrupted; so does a second run,
    on the same kind of processor, with the same NumPy and the same number of threads. Seconds are others each time.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from cnn_course import load
    >>> from cnn_course.zoo import recipe
    >>> images, labels = np.zeros((8, 1, 28, 28), np.float32), np.arange(8)
    >>> small = replace(recipe("lenet5-mnist"), epochs=1, batch_size=4, validation=2)
    >>> folder = getfixture("tmp_path") / "run"
    >>> path = train(small, (images, labels, images, labels), seed=0, folder=folder, progress=False)
    >>> arrays, metadata = load(path)
    >>> arrays["network.fc3.weight"].shape, metadata["seed"], len(metadata["history"])
    ((10, 84), 0, 1)
    """
    if not isinstance(recipe, Recipe):
        raise ValueError(f"train: recipe must be a Recipe, got {recipe!r}")
    seed, folder = integer("train", "seed", seed, minimum=0), as_path("train", "folder", folder)
    if len(entries(data) or ()) != 4:
        raise ValueError("train: data must be four arrays, training images and labels, test images and labels")
    if after_epoch is not None:
        check_callable("train", after_epoch=after_epoch)
    images, labels, test_images, test_labels = map(np.asarray, data)
    learned = len(images) - recipe.validation
    if learned < 1:
        raise ValueError(f"train: validation={recipe.validation} leaves nothing to learn from, of {len(images)} images")
    _settle(folder, {"recipe": asdict(recipe), "seed": seed})
    if (folder / RECORD).exists():
        return folder / RECORD

    rng = np.random.default_rng(seed)
    network = recipe.build(rng)
    optimizer = recipe.optimizer(network)
    clock = [(time.perf_counter(), time.process_time())]

    def note(history):
        results = evaluate(network, images[:learned], labels[:learned], batch_size=BATCH, loss=recipe.loss)
        history[-1] |= {f"training_{name}": value for name, value in results.items()}
        clock.append((time.perf_counter(), time.process_time()))
        wall, processor = (round(after - before, 3) for before, after in zip(*clock[-2:], strict=True))
        history[-1] |= {"rate": optimizer.lr, "wall_seconds": wall, "processor_seconds": processor}
        lines = _write_metrics(folder, history, learned, recipe.validation)
        if after_epoch is not None:
            after_epoch(lines[-1])

    with warnings.catch_warnings():
        # A run may be interrupted between its last epoch and its test: there is nothing to train then.
        warnings.filterwarnings("ignore", "fit: .* nothing is trained", UserWarning)
        history = fit(
            network,
            optimizer,
            images[:learned],
            labels[:learned],
            epochs=recipe.epochs,
            batch_size=recipe.batch_size,
            rng=rng,
            loss=recipe.loss,
            schedule=recipe.schedule(learned),
            augment=AUGMENTATIONS[recipe.augment],
            validation=(images[learned:], labels[learned:]),
            checkpoint=folder / CHECKPOINT,
            after_epoch=note,
            progress=progress,
        )
    recipe.finish(network)
    lines = _write_metrics(folder, history, learned, recipe.validation)
    metadata = {"recipe": asdict(recipe), "seed": seed, "history": lines}
    arrays = {f"network.{name}": array for name, array in network.named_arrays().items()}
    results, more = examine(network, test_images, test_labels, certified=recipe.margin > 0)
    save(folder / RECORD, arrays | more, metadata | results | {"versions": _versions()})
    return folder / RECORD


def examine(network, images, labels, *, certified=False):
    """Error and loss of a network in evaluation mode, what is certified, and the arrays that say where it errs."""
    outputs = outputs_of(network.eval(), images)
    predicted = outputs.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    results = {"test_error": len(wrong) / len(labels), "test_loss": float(cross_entropy(outputs, labels))}
    if certified:
        results["certified"] = certified_accuracy(network, outputs, labels)
    return results, {"test.confusion": confusion, "test.wrong": wrong, "test.predicted": predicted[wrong]}


def predict(network, images):
    """The classes of the largest outputs."""
    return outputs_of(network, images).argmax(axis=1)


def outputs_of(network, images):
    """The outputs, computed batch by batch."""
    return np.concatenate([network(images[start : start + BATCH]) for start in range(0, len(images), BATCH)])


def _settle(folder, settings):
    """Make the folder of a run, or check that the one that is there belongs to it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SETTINGS
    if path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
        if found != settings:
            raise ValueError(f"train: folder {folder} has another run, {found}, expected {settings}")
    for unfinished in folder.glob(".*.tmp"):  # what a run left that was killed while it wrote
        unfinished.unlink()
    write_whole(path, lambda unfinished: unfinished.write_text(json.dumps(settings)))


def _write_metrics(folder, history, learned, validation):
    """Write the file of metrics anew, a line an epoch, and return what the lines hold."""
    lines = [
        {
            "epoch": entry["epoch"],
            "loss": entry["loss"],
            "rate": entry["rate"],
            "training_loss": entry["training_loss"],
            "training_error": _error(entry["training_accuracy"], learned),
            "validation_loss": entry["validation_loss"],
            "validation_error": _error(entry["validation_accuracy"], validation),
            "wall_seconds": entry["wall_seconds"],
            "processor_seconds": entry["processor_seconds"],
        }
        for entry in history
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    write_whole(folder / METRICS, lambda unfinished: unfinished.write_text(text, newline=""))
    return lines


def _error(accuracy, images):
    """A share of images, of which 1 - accuracy is off in the last digits."""
    return round(images * (1 - accuracy)) / images


def _versions():
    blas = np.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    blas = f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip()
    return {"python": platform.python_version(), "numpy": np.__version__, "blas": blas}

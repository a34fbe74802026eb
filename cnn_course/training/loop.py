"""Training and evaluation: batches, steps and epochs, and a run that continues where it was interrupted."""

import json
import warnings
from collections.abc import Callable
from os import PathLike
from reprlib import repr as shortened

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.functional.loss import cross_entropy, cross_entropy_backward
from cnn_course.nn.layer import Layer, load_arrays
from cnn_course.training.checkpoint import check_path, check_writable, load, save
from cnn_course.training.optim import Optimizer
from cnn_course.types import Loss
from cnn_course.validate import as_array, check_callable, check_rng, check_shape, entries, flag, integer

CROSS_ENTROPY = (cross_entropy, cross_entropy_backward)


def fit(
    network: Layer,
    optimizer: Optimizer,
    images: ArrayLike,
    labels: ArrayLike,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    drop_last: bool = False,
    loss: Loss = CROSS_ENTROPY,
    schedule: Callable[[int], float] | None = None,
    augment: Callable[[np.ndarray, np.random.Generator], np.ndarray] | None = None,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    checkpoint: str | PathLike[str] | None = None,
    after_epoch: Callable[[list[dict[str, float]]], None] | None = None,
    progress: bool = True,
) -> list[dict[str, float]]:
    """Train a network: in each epoch, one step of the optimiser for each batch of the images in a random order.

    Parameters
    ----------
    network : Layer
        Trained in place, and left in training mode.
    optimizer : SGD or Adam
        Made of the network's `named_parameters`.
    images : ndarray, shape (N, ...)
        The inputs, in the dtype of the network.
    labels : ndarray, shape (N, ...)
        What the loss compares the outputs with: for the cross-entropy the classes, integers of shape (N,).
    epochs : int
        Number of passes over the images, those of an interrupted run included.
    batch_size : int
        Number of images in a batch; the last batch of an epoch may have fewer.
    rng : numpy.random.Generator
        Draws the order of the images, and is passed to `augment`.
    drop_last : bool, default False
        Whether to leave out, in each epoch anew, the images of a last batch that is not full.
    loss : (callable, callable), default cross-entropy
        A loss of (outputs, labels) and its backward function.
    schedule : callable, optional
        Maps the number of steps made so far to the learning rate of the next.
    augment : callable, optional
        Maps (batch, rng) to the batch that the network sees.
    validation : (ndarray, ndarray), optional
        Images and labels to evaluate after each epoch.
    checkpoint : path, optional
        A file that ends in `.npz` or `.safetensors`. After each epoch it is written anew. If it exists, the run
        continues after its last epoch, and ends with the same bits as a run that was never interrupted: network,
        optimiser, `rng` and the generators inside of layers are restored. The learning rate is not. If the file has
        all the epochs already, a warning says that nothing is trained.
    after_epoch : callable, optional
        Called with the history after each epoch, before the checkpoint is written: what it adds to the last entry,
        numbers or strings, is kept there.
    progress : bool, default True
        Whether to show a bar for each epoch, if the package tqdm is installed.

    Returns
    -------
    list of dict
        For each epoch its number "epoch", from 1, the mean "loss" over its images, each before the step that it is
        part of, and with `validation` what `evaluate` returns, as "validation_loss" and "validation_accuracy".

    Raises
    ------
    ValueError
        If an argument does not fit, `drop_last` leaves no batch, or the checkpoint is damaged or belongs to another
        network, optimiser, batch size or number of images; then nothing has been changed.
    OSError
        If the checkpoint cannot be written; this is found before the first epoch.
    FloatingPointError
        If a loss is infinite or NaN, or after an epoch a parameter or buffer. The checkpoint of the last good epoch
        stays.

    Examples
    --------
    >>> from cnn_course.nn import Linear
    >>> from cnn_course.training import SGD
    >>> rng = np.random.default_rng(0)
    >>> images, labels = np.array([[-1.0], [1.0]]), np.array([0, 1])
    >>> network = Linear(1, 2, rng=rng, dtype=np.float64)
    >>> optimizer = SGD(network.named_parameters(), lr=1.0)
    >>> history = fit(network, optimizer, images, labels, epochs=20, batch_size=2, rng=rng, progress=False)
    >>> history[-1]["epoch"], history[-1]["loss"] < 0.1
    (20, True)
    """
    _check_layer("fit", network)
    if not isinstance(optimizer, Optimizer):
        raise ValueError(f"fit: optimizer must be an optimiser such as SGD, got {optimizer!r}")
    images, labels = _pair("fit", images, labels)
    loss = _check_loss("fit", loss, used=2)
    functions = {"schedule": schedule, "augment": augment, "after_epoch": after_epoch}
    check_callable("fit", **{name: function for name, function in functions.items() if function is not None})
    epochs = integer("fit", "epochs", epochs, minimum=0)
    batch_size = integer("fit", "batch_size", batch_size, minimum=1)
    check_rng("fit", rng)
    progress = flag("fit", "progress", progress)
    if validation is not None:
        if not isinstance(validation, tuple | list) or len(validation) != 2:
            raise ValueError(f"fit: validation must be a pair of images and labels, got {shortened(validation)}")
        _pair("fit", *validation, of=" of validation")
    drop_last = flag("fit", "drop_last", drop_last)
    steps = len(images) // batch_size if drop_last else -(-len(images) // batch_size)
    if steps == 0:
        raise ValueError(
            f"fit: drop_last leaves no batch of batch_size={batch_size}, for there are {len(images)} images"
        )
    settings = {"images": len(images), "batch_size": batch_size} | ({"drop_last": True} if drop_last else {})
    run = _Run(checkpoint, network, optimizer, rng, settings)
    history = run.resume()
    if len(history) >= epochs > 0:
        warnings.warn(
            f"fit: {run.path} has {len(history)} epochs already, so that with epochs={epochs} nothing is trained: "
            "the network, the optimiser and the history are those of this file",
            stacklevel=2,
        )
    elif run.path is not None:
        check_writable("fit", run.path)
    network.train()
    for epoch in range(len(history) + 1, epochs + 1):
        order, total, seen = rng.permutation(len(images)), 0.0, 0
        for step in _bar(range(steps), f"epoch {epoch}/{epochs}", progress):
            chosen = order[step * batch_size : (step + 1) * batch_size]
            batch = images[chosen] if augment is None else augment(images[chosen], rng)
            if schedule is not None:
                optimizer.lr = schedule((epoch - 1) * steps + step)
            value = _step(network, optimizer, batch, labels[chosen], loss)
            _check_finite("loss", value, f"in epoch {epoch}, step {step + 1} of {steps}")
            total, seen = total + value * len(chosen), seen + len(chosen)
        for name, array in network.named_arrays().items():
            _check_finite(name, array, f"after epoch {epoch}")
        history.append({"epoch": epoch, "loss": total / seen})
        if validation is not None:
            results = evaluate(network, *validation, batch_size=batch_size, loss=loss)
            _check_finite("validation loss", results["loss"], f"after epoch {epoch}")
            history[-1] |= {f"validation_{name}": value for name, value in results.items()}
        if after_epoch is not None:
            after_epoch(history)
        run.write(history)
    return history


def evaluate(
    network: Layer, images: ArrayLike, labels: ArrayLike, *, batch_size: int, loss: Loss = CROSS_ENTROPY
) -> dict[str, float]:
    """Mean loss of a network over images, and its accuracy, in evaluation mode.

    Parameters
    ----------
    network : Layer
        Its layers are in the same modes afterwards as before.
    images, labels : ndarray
        As for `fit`.
    batch_size : int
        Number of images to compute at a time.
    loss : (callable, callable), default cross-entropy
        As for `fit`.

    Returns
    -------
    dict
        "loss", and where the labels are integers "accuracy": the share of labels at which the largest output of all
        channels is.

    Raises
    ------
    ValueError
        If there are no images, or not as many labels, or integer labels do not have the shape of the outputs without
        the channels.

    Examples
    --------
    >>> from cnn_course.nn import ReLU
    >>> results = evaluate(ReLU(), np.array([[0.0, 9.0], [0.0, 9.0]]), np.array([1, 0]), batch_size=2)
    >>> results["accuracy"]
    0.5
    """
    _check_layer("evaluate", network)
    images, labels = _pair("evaluate", images, labels)
    loss = _check_loss("evaluate", loss, used=1)
    batch_size = integer("evaluate", "batch_size", batch_size, minimum=1)
    total, right, modes = 0.0, 0, [(layer, layer.training) for _, layer in network.named_layers()]
    network.eval()
    try:
        for start in range(0, len(images), batch_size):
            batch, targets = images[start : start + batch_size], labels[start : start + batch_size]
            outputs = network(batch)
            total += float(loss[0](outputs, targets)) * len(batch)
            if np.issubdtype(labels.dtype, np.integer):
                predicted = outputs.argmax(axis=1)
                check_shape("evaluate", "the labels of a batch", targets, predicted.shape)
                right += int((predicted == targets).sum())
    finally:
        for layer, mode in modes:
            layer.training = mode
    results = {"loss": total / len(images)}
    return results | ({"accuracy": right / labels.size} if np.issubdtype(labels.dtype, np.integer) else {})


def _step(network, optimizer, batch, labels, loss):
    """One forward pass, backward pass and step; return the loss, in which the caller sees an overflow."""
    function, backward = loss
    with np.errstate(all="ignore"):
        outputs = network(batch)
        value = float(function(outputs, labels))
        if np.isfinite(value):
            network.backward(backward(1.0, outputs, labels), needs_input_grad=False)
            optimizer.step()
    return value


class _Run:
    """The file of a run, and everything that it restores; without a file, nothing."""

    def __init__(self, path, network, optimizer, rng, settings):
        self.path = None if path is None else check_path("fit", path, "checkpoint")
        self.settings = settings
        self.owners = {"network": network, "optimizer": optimizer}
        layers = {f"network.{name}": vars(layer).get("rng") for name, layer in network.named_layers()}
        self.generators = {name: g for name, g in layers.items() if isinstance(g, np.random.Generator)} | {"rng": rng}

    def arrays(self):
        """Asked for anew each time: a layer may put another array in the place of a buffer."""
        return {
            f"{kind}.{name}": array
            for kind, owner in self.owners.items()
            for name, array in owner.named_arrays().items()
        }

    def write(self, history):
        if self.path is not None:
            states = {name: _plain(generator.bit_generator.state) for name, generator in self.generators.items()}
            save(self.path, self.arrays(), {"history": history, "settings": self.settings, "generators": states})

    def resume(self):
        """Restore everything, or if something does not fit nothing, and return the history."""
        if self.path is None or not self.path.exists():
            return []
        arrays, metadata = load(self.path)
        if set(metadata) != {"history", "settings", "generators"}:
            raise ValueError(f"fit: {self.path} is no checkpoint of fit, its metadata has {sorted(metadata)}")
        if metadata["settings"] != self.settings:
            raise ValueError(
                f"fit: {self.path} belongs to another run, with {metadata['settings']}, expected {self.settings}"
            )
        states = metadata["generators"]
        kinds = {name: state["bit_generator"] for name, state in states.items()}
        expected = {name: generator.bit_generator.state["bit_generator"] for name, generator in self.generators.items()}
        if kinds != expected:
            raise ValueError(f"fit: {self.path} belongs to another run, with generators {kinds}, expected {expected}")
        load_arrays(f"fit: {self.path}", self.arrays(), arrays)
        for name, generator in self.generators.items():
            generator.bit_generator.state = states[name]
        return metadata["history"]


def _plain(state):
    """The state of a generator in numbers, lists and dicts: some kinds have arrays in it."""
    return json.loads(json.dumps(state, default=np.ndarray.tolist))


def _pair(function, images, labels, of=""):
    images, labels = as_array(function, f"images{of}", images), as_array(function, f"labels{of}", labels)
    if images.ndim == 0 or labels.ndim == 0 or len(images) != len(labels) or len(images) == 0:
        raise ValueError(
            f"{function}: images and labels{of} must be of one number, at least 1 "
            f"(images.shape={images.shape}, labels.shape={labels.shape})"
        )
    return images, labels


def _check_layer(function, network):
    if not isinstance(network, Layer):
        raise ValueError(f"{function}: network must be a Layer, got {network!r}")


def _check_loss(function, loss, used):
    found = entries(loss) or ()
    if len(found) != 2 or not all(map(callable, found[:used])):
        raise ValueError(f"{function}: loss must be a pair of a loss and its backward function, got {loss!r}")
    return found


def _check_finite(name, value, when):
    if not np.isfinite(value).all():
        raise FloatingPointError(
            f"fit: {name} is infinite or NaN {when}: the training diverges; try a smaller learning rate"
        )


def _bar(steps, text, progress):
    if not progress:
        return steps
    try:
        from tqdm import tqdm  # an extra: without it there is no bar
    except ImportError:
        return steps
    return tqdm(steps, desc=text, leave=False)

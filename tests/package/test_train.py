"""Training learns, ends with the same bits whether it was interrupted or not, and stops when it diverges."""

import re
import sys
from functools import partial

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_array_equal
from threadpoolctl import threadpool_limits

from cnn_course.data import digits
from cnn_course.functional.loss import mse_loss, mse_loss_backward
from cnn_course.nn import BatchNorm2d, Conv2d, Dropout, Flatten, Layer, Linear, MaxPool2d, Parameter, ReLU, Sequential
from cnn_course.training.checkpoint import load, save
from cnn_course.training.loop import evaluate, fit
from cnn_course.training.optim import SGD, Adam
from cnn_course.training.schedule import cosine_decay


@pytest.fixture(autouse=True)
def _one_thread():
    """The matrices are so small that threads would wait for each other longer than they compute."""
    with threadpool_limits(1):
        yield


def test_a_small_network_learns_the_digits():
    rng = np.random.default_rng(0)
    images, labels = digits()
    held_out, train = np.split(rng.permutation(len(images)), [360])
    network = Sequential(
        Conv2d(1, 8, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Conv2d(8, 16, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(64, 10, rng=rng),
    )
    fit(
        network,
        SGD(network.named_parameters(), 0.05, momentum=0.9),
        images[train],
        labels[train],
        epochs=10,
        batch_size=32,
        rng=rng,
        schedule=partial(cosine_decay, base=0.05, total_steps=10 * 45),
        progress=False,
    )
    assert evaluate(network, images[held_out], labels[held_out], batch_size=100)["accuracy"] > 0.95


# One step at a time, by hand ---------------------------------------------------------------------------------------


class Factor(Layer):
    """y = w x for a number w; remembers which inputs it saw in training."""

    def __init__(self, w=1.0):
        self.w, self.seen = Parameter(np.array([w])), []

    def forward(self, x):
        self.keep(x)
        if self.training:
            self.seen.append(x.ravel().tolist())
        return self.w.data * x

    def backward(self, grad_output, needs_input_grad=True):
        (x,) = self.kept()
        self.w.grad = np.array([(grad_output * x).sum()])
        return grad_output * self.w.data


MEAN_SQUARE = (mse_loss, mse_loss_backward)
NUMBERS = np.arange(1.0, 6.0)[:, None]


def fit_factor(factor, optimizer=None, images=NUMBERS, **changes):
    settings = {"epochs": 1, "batch_size": 2, "rng": np.random.default_rng(0), "loss": MEAN_SQUARE, "progress": False}
    optimizer = optimizer or SGD(factor.named_parameters(), 0.01)
    return fit(factor, optimizer, images, 3 * images, **(settings | changes))


class NotBack(Layer):
    """The identity, through which nothing may go back."""

    def forward(self, x):
        return x


def test_the_gradient_in_the_images_is_not_computed():
    factor, other = Factor(), Factor()
    assert fit_factor(Sequential(NotBack(), factor)) == fit_factor(other)
    assert factor.w.data == other.w.data


def test_every_epoch_sees_every_image_once_in_another_order():
    factor = Factor()
    fit_factor(factor, epochs=3)
    assert [len(batch) for batch in factor.seen] == [2, 2, 1] * 3
    epochs = [sum(factor.seen[start : start + 3], []) for start in (0, 3, 6)]  # noqa: RUF017
    assert all(sorted(epoch) == [1, 2, 3, 4, 5] for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]


def test_the_last_batch_may_be_left_out():
    factor = Factor(0.0)
    history = fit_factor(factor, SGD(factor.named_parameters(), 0.0), epochs=3, drop_last=True)
    assert [len(batch) for batch in factor.seen] == [2, 2] * 3
    for epoch, entry in enumerate(history):
        seen = factor.seen[2 * epoch] + factor.seen[2 * epoch + 1]
        assert entry["loss"] == pytest.approx(sum((3 * x) ** 2 for x in seen) / 4, rel=1e-14)
    assert len({tuple(batch) for batch in factor.seen}) > 2, "another is left out in each epoch"
    with raises("fit: drop_last leaves no batch of batch_size=6, for there are 5 images"):
        fit_factor(factor, batch_size=6, drop_last=True)


def test_losses_and_steps_by_hand():
    factor, w, total = Factor(), 1.0, 0.0
    history = fit_factor(factor)
    for batch in factor.seen:
        errors = [w * x - 3 * x for x in batch]
        total += sum(error**2 for error in errors)  # the mean over the batch, times its size
        w -= 0.01 * sum(2 * error * x for error, x in zip(errors, batch, strict=True)) / len(batch)
    assert factor.w.data[0] == pytest.approx(w, rel=1e-14)  # some ten roundings
    assert history == [{"epoch": 1, "loss": pytest.approx(total / 5, rel=1e-14)}]


def test_images_and_labels_stay_together_and_are_not_written_to():
    images = NUMBERS.copy()
    images.flags.writeable = False

    def augment(batch, rng):
        batch *= 2
        return batch

    factor = Factor(3.0)
    fit_factor(factor, images=images)
    assert factor.w.data[0] == 3, "at the minimum, every gradient is 0"
    factor = Factor(1.5)
    fit_factor(factor, images=images, augment=augment)
    assert factor.w.data[0] == 1.5, "at the minimum for inputs that are twice as large"
    assert sorted(sum(factor.seen, [])) == [2, 4, 6, 8, 10]  # noqa: RUF017


def test_the_schedule_sets_the_rate_of_every_step_from_0():
    factor, asked = Factor(), []
    optimizer = SGD(factor.named_parameters(), 0.5)
    fit_factor(factor, optimizer, epochs=2, schedule=lambda step: asked.append(step) or 0.0)
    assert asked == [0, 1, 2, 3, 4, 5]
    assert optimizer.lr == 0
    assert factor.w.data[0] == 1


def test_augment_gets_the_generator_of_the_run():
    rng, given = np.random.default_rng(0), []
    fit_factor(Factor(), rng=rng, augment=lambda batch, rng: given.append(rng) or batch)
    assert given == [rng] * 3


def test_validation_after_every_epoch():
    factor = Factor()
    history = fit_factor(factor, epochs=2, validation=(NUMBERS[:3], 3 * NUMBERS[:3]))
    assert [list(entry) for entry in history] == [["epoch", "loss", "validation_loss"]] * 2
    mean = ((factor.w.data[0] - 3) ** 2) * (1 + 4 + 9) / 3
    assert history[-1]["validation_loss"] == pytest.approx(mean, rel=1e-14)
    assert len(factor.seen) == 6, "validation is not training"


def test_no_epochs():
    factor = Factor()
    assert fit_factor(factor, epochs=0) == []
    assert factor.w.data[0] == 1


# Evaluation ---------------------------------------------------------------------------------------------------------


def test_evaluate_by_hand():
    logits = np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0], [6.0, 1.0, 1.0], [1.0, 7.0, 2.0], [1.0, 1.0, 8.0]])
    labels = np.array([1, 2, 0, 0, 2])
    results = evaluate(Factor(), logits, labels, batch_size=2)
    loss = np.mean(np.log([8 / 2, 4 / 2, 8 / 6, 10 / 1, 10 / 8]))
    assert results == {"loss": pytest.approx(loss, rel=1e-14), "accuracy": 3 / 5}
    assert isinstance(results["loss"], float)


def test_evaluate_is_in_evaluation_mode_and_leaves_every_layer_in_its_own():
    network = Sequential(Dropout(0.5, rng=np.random.default_rng(0)), Factor(), Factor())
    network[1].eval()
    x = np.random.default_rng(1).standard_normal((5, 4))
    first, again = (evaluate(network, x, np.zeros(5, int), batch_size=3) for _ in range(2))
    assert first == again
    assert network[2].seen == []
    assert [layer.training for layer in (network, *network)] == [True, True, False, True]


def test_modes_are_restored_when_evaluation_fails():
    network = Sequential(Factor())
    with raises("cross_entropy: target must be classes from 0 to 3"):
        evaluate(network, np.ones((5, 4)), np.full(5, 9), batch_size=3)
    assert network.training


# Interruption -------------------------------------------------------------------------------------------------------


class Interrupted(Exception):
    pass


IMAGES = np.random.default_rng(10).standard_normal((23, 1, 5, 5)).astype(np.float32)
LABELS = np.random.default_rng(11).integers(0, 3, 23)


def shifted(batch, rng):
    return np.roll(batch, rng.integers(-1, 2), axis=3)


class Run:
    """A run that draws from two generators, in order, dropout and augmentation, and may be interrupted at a step."""

    def __init__(self, optimizer=Adam, bits=np.random.PCG64):
        rng, self.rng = (np.random.Generator(bits(seed)) for seed in (0, 1))
        self.network = Sequential(
            Conv2d(1, 4, 3, bias=False, rng=rng),
            BatchNorm2d(4),
            ReLU(),
            Dropout(0.3, rng=rng),
            Flatten(),
            Linear(36, 3, rng=rng),
        )
        self.optimizer = optimizer(self.network.named_parameters(), lr=0.01)
        self.steps = 0

    def fit(self, path=None, epochs=4, interrupt_at=None, **changes):
        def augment(batch, rng):
            if self.steps == interrupt_at:
                raise Interrupted
            self.steps += 1
            return shifted(batch, rng)

        settings = {
            "epochs": epochs,
            "batch_size": 5,
            "rng": self.rng,
            "augment": augment,
            "schedule": partial(cosine_decay, base=0.05, total_steps=20),
            "validation": (IMAGES[:7], LABELS[:7]),
            "checkpoint": path,
            "progress": False,
        }
        return fit(self.network, self.optimizer, IMAGES, LABELS, **(settings | changes))

    def everything(self):
        """All that the next step would depend on."""
        return {
            "network": {name: array.tobytes() for name, array in self.network.state_dict().items()},
            "optimizer": {name: array.tobytes() for name, array in self.optimizer.state_dict().items()},
            "rng": self.rng.random(3).tolist(),
            "dropout": [layer.rng.random(3).tolist() for layer in self.network if isinstance(layer, Dropout)],
        }


nesterov = partial(SGD, momentum=0.9, nesterov=True)


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
@pytest.mark.parametrize(("optimizer", "bits"), [(Adam, np.random.PCG64), (nesterov, np.random.MT19937)])
@pytest.mark.parametrize("interrupt_at", [0, 7, 10, 19])  # of 20 steps, 5 in an epoch
def test_an_interrupted_run_ends_with_the_same_bits(suffix, optimizer, bits, interrupt_at, tmp_path):
    whole = Run(optimizer, bits)
    history = whole.fit()
    path = tmp_path / f"run{suffix}"
    with pytest.raises(Interrupted):
        Run(optimizer, bits).fit(path, interrupt_at=interrupt_at)
    assert path.exists() == (interrupt_at >= 5)
    resumed = Run(optimizer, bits)
    assert resumed.fit(path) == history
    assert resumed.everything() == whole.everything()
    assert resumed.steps == 20 - interrupt_at // 5 * 5
    assert list(tmp_path.iterdir()) == [path]


def test_interrupted_twice_and_extended(tmp_path):
    whole, path = Run(), tmp_path / "run.npz"
    history = whole.fit()
    for interrupt_at in (8, 9):
        with pytest.raises(Interrupted):
            Run().fit(path, interrupt_at=interrupt_at)
    assert Run().fit(path, epochs=3) == history[:3]
    resumed = Run()
    assert resumed.fit(path) == history
    assert resumed.everything() == whole.everything()


def test_a_checkpoint_changes_nothing_in_an_uninterrupted_run(tmp_path):
    without, with_one = Run(), Run()
    assert without.fit() == with_one.fit(tmp_path / "run.npz")
    assert without.everything() == with_one.everything()


def test_what_is_noted_after_an_epoch_is_in_the_history_and_in_the_checkpoint(tmp_path):
    path, seen = tmp_path / "run.npz", []

    def note(history):
        seen.append(([entry["epoch"] for entry in history], path.exists()))
        history[-1]["note"] = len(seen)

    fit_factor(Factor(), epochs=2, checkpoint=path, after_epoch=note)
    history = fit_factor(Factor(), epochs=3, checkpoint=path, after_epoch=note)
    assert seen == [([1], False), ([1, 2], True), ([1, 2, 3], True)]
    assert [entry["note"] for entry in history] == [entry["note"] for entry in load(path)[1]["history"]] == [1, 2, 3]


class Mean(Layer):
    """Subtracts a running mean, whose array is another one after each forward pass."""

    buffers = ("mean",)

    def __init__(self):
        self.mean = np.zeros(1)

    def forward(self, x):
        if self.training:
            self.mean = 0.5 * self.mean + 0.5 * x.mean(axis=0)
        return x - self.mean

    def backward(self, grad_output, needs_input_grad=True):
        return grad_output


def test_a_buffer_that_is_replaced_is_saved_as_it_is(tmp_path):
    whole, interrupted, resumed = (Sequential(Mean(), Factor()) for _ in range(3))
    fit_factor(whole, epochs=3, rng=np.random.default_rng(0))
    fit_factor(interrupted, epochs=2, checkpoint=tmp_path / "run.npz")
    fit_factor(resumed, epochs=3, checkpoint=tmp_path / "run.npz")
    assert resumed[0].mean == whole[0].mean != 0
    assert resumed[1].w.data == whole[1].w.data


def test_the_network_is_left_in_training_mode(tmp_path):
    for epochs in (0, 1, 2):
        factor = Factor().eval()
        fit_factor(factor, epochs=epochs, checkpoint=tmp_path / "run.npz", validation=(NUMBERS, NUMBERS))
        assert factor.training


def test_a_run_that_is_complete_is_only_loaded(tmp_path):
    whole, again = Run(), Run()
    history = whole.fit(tmp_path / "run.npz")
    with pytest.warns(UserWarning, match=rf"^fit: .*run.npz has {len(history)} epochs already, .* nothing is trained"):
        assert again.fit(tmp_path / "run.npz") == history
    assert again.steps == 0
    assert again.everything() == whole.everything()


def test_the_learning_rate_is_the_programs(tmp_path):
    Run().fit(tmp_path / "run.npz", epochs=1)
    resumed = Run()
    resumed.optimizer.lr = 0.125
    resumed.fit(tmp_path / "run.npz", epochs=2, schedule=None)
    assert resumed.optimizer.lr == 0.125


def different_network():
    run = Run()
    run.network = Sequential(*run.network, ReLU())
    run.network[0].bias = Parameter(np.zeros(4, np.float32))
    return run


def without_dropout():
    run = Run()
    run.network = Sequential({name: layer for name, layer in run.network.children.items() if name != "3"})
    return run


@pytest.mark.parametrize(
    ("make", "changes", "message"),
    [
        (
            Run,
            {"batch_size": 6},
            "belongs to another run, with {'images': 23, 'batch_size': 5}, expected {'images': 23, 'b",
        ),
        (lambda: Run(nesterov), {}, "unexpected|missing optimizer.0.weight.momentum_buffer"),
        (different_network, {}, "missing network.0.bias"),
        (
            without_dropout,
            {},
            "belongs to another run, with generators {'network.3': 'PCG64', 'rng': 'PCG64'}, expected {'rng",
        ),
        (lambda: Run(bits=np.random.MT19937), {}, "belongs to another run, with generators {'network.3': 'PCG64', "),
    ],
)
def test_a_checkpoint_of_another_run_changes_nothing(make, changes, message, tmp_path):
    path = tmp_path / "run.npz"
    Run().fit(path, epochs=2)
    content, run, untouched = path.read_bytes(), make(), make()
    with pytest.raises(ValueError, match=r"^fit: ") as error:
        run.fit(path, **changes)
    assert message.split("|")[-1] in str(error.value)
    assert str(path) in str(error.value)
    assert run.everything() == untouched.everything()
    assert path.read_bytes() == content


def test_a_checkpoint_of_a_run_over_other_images(tmp_path):
    path = tmp_path / "run.npz"
    fit_factor(Factor(), checkpoint=path)
    with raises(
        f"fit: {path} belongs to another run, with {{'images': 5, 'batch_size': 2}}, expected {{'images': 4, 'batch"
    ):
        fit_factor(Factor(), images=NUMBERS[:4], checkpoint=path)


def test_a_checkpoint_of_a_run_with_other_batches(tmp_path):
    path = tmp_path / "run.npz"
    fit_factor(Factor(), checkpoint=path)
    with raises(f"fit: {path} belongs to another run, with {{'images': 5, 'batch_size': 2}}, expected {{'images': 5"):
        fit_factor(Factor(), checkpoint=path, drop_last=True)


def test_a_checkpoint_that_cannot_be_written_is_found_before_the_first_epoch(tmp_path):
    factor, path = Factor(), tmp_path / "missing" / "run.npz"
    with pytest.raises(FileNotFoundError, match=f"^{re.escape(f'fit: {path} cannot be written: ')}"):
        fit_factor(factor, checkpoint=path)
    assert factor.seen == []


def test_files_that_are_no_checkpoints_of_a_run(tmp_path):
    path = tmp_path / "run.npz"
    save(path, {}, {"epoch": 3})
    with raises(f"fit: {path} is no checkpoint of fit, its metadata has ['epoch']"):
        Run().fit(path)
    path.write_bytes(b"")
    with raises(f"load: {path} is not a whole .npz file"):
        Run().fit(path)
    run = Run()
    with raises("fit: checkpoint must end in .npz or .safetensors, got 'run.pickle'"):
        run.fit("run.pickle")
    assert run.steps == 0


def test_what_a_checkpoint_holds(tmp_path):
    run = Run()
    history = run.fit(tmp_path / "run.npz", epochs=2)
    arrays, metadata = load(tmp_path / "run.npz")
    assert metadata["history"] == history
    assert [entry["epoch"] for entry in history] == [1, 2]
    for owner in ("network", "optimizer"):
        for name, array in getattr(run, owner).state_dict().items():
            assert_array_equal(arrays.pop(f"{owner}.{name}"), array, strict=True)
    assert arrays == {}


# Divergence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_stops_the_run(value, tmp_path):
    path, factor, calls = tmp_path / "run.npz", Factor(), []
    optimizer = SGD(factor.named_parameters(), 0.01)

    def loss(outputs, labels):
        calls.append(len(outputs))
        return value if len(calls) == 8 else mse_loss(outputs, labels)

    with pytest.raises(
        FloatingPointError, match=r"^fit: loss is infinite or NaN in epoch 3, step 2 of 3: the training"
    ):
        fit_factor(factor, optimizer, epochs=5, checkpoint=path, loss=(loss, mse_loss_backward))
    assert optimizer.state_dict()["step"] == 7, "no step by the gradient of such a loss"
    arrays, metadata = load(path)
    assert len(metadata["history"]) == 2
    assert np.isfinite(arrays["network.w"]).all()
    assert arrays["optimizer.step"] == 6


def test_too_large_a_rate_stops_the_run_without_a_warning(tmp_path):
    factor = Factor()
    with pytest.raises(
        FloatingPointError, match=r"^fit: .* is infinite or NaN .*: the training diverges; try a smaller"
    ):
        fit_factor(factor, SGD(factor.named_parameters(), 1e200), epochs=5)


def test_a_difference_of_infinities_stops_the_run_without_a_warning():
    factor = Factor(np.inf)  # the cross-entropy of its outputs is inf - inf
    with pytest.raises(FloatingPointError, match=r"^fit: loss is infinite or NaN in epoch 1, step 1 of 2: "):
        fit(
            factor,
            SGD(factor.named_parameters(), 0.1),
            np.ones((2, 3)),
            np.array([0, 2]),
            epochs=1,
            batch_size=1,
            rng=np.random.default_rng(0),
            progress=False,
        )


def test_a_parameter_that_overflows_in_the_last_step_is_not_saved(tmp_path):
    path, factor = tmp_path / "run.npz", Factor()
    rates = iter([0.01] * 5 + [1.7e308])
    with pytest.raises(FloatingPointError, match=r"^fit: w is infinite or NaN after epoch 2: "):
        fit_factor(factor, epochs=5, checkpoint=path, schedule=lambda step: next(rates))
    arrays, metadata = load(path)
    assert len(metadata["history"]) == 1
    assert np.isfinite(arrays["network.w"]).all()


def test_a_validation_loss_that_is_not_finite_stops_the_run(tmp_path):
    path = tmp_path / "run.npz"
    validation = (np.array([[np.inf]]), np.array([[1.0]]))
    with pytest.raises(FloatingPointError, match=r"^fit: validation loss is infinite or NaN after epoch 1: "):
        fit_factor(Factor(), validation=validation, checkpoint=path)
    assert not path.exists()


# Arguments, and the bar ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"labels": NUMBERS[:3]},
            "fit: images and labels must be of one number, at least 1 (images.shape=(5, 1), labels.",
        ),
        ({"images": NUMBERS[:0], "labels": NUMBERS[:0]}, "fit: images and labels must be of one number, at least 1"),
        ({"labels": np.float64(1)}, "fit: images and labels must be of one number, at least 1"),
        (
            {"validation": (NUMBERS, NUMBERS[:2])},
            "fit: images and labels of validation must be of one number, at least 1 (images.shape=(5, 1), labels.shape",
        ),
        ({"validation": NUMBERS}, "fit: validation must be a pair of images and labels, got array([[1.]"),
        ({"epochs": -1}, "fit: epochs must be at least 0, got -1"),
        ({"epochs": 1.5}, "fit: epochs must be made of integers, got 1.5"),
        ({"batch_size": 0}, "fit: batch_size must be at least 1, got 0"),
        ({"rng": 0}, "fit: rng must be a numpy.random.Generator, got 0"),
    ],
)
def test_errors_of_fit(changes, message):
    factor = Factor()
    arguments = {"images": NUMBERS, "labels": NUMBERS, "epochs": 1, "batch_size": 2, "rng": np.random.default_rng(0)}
    with raises(message):
        fit(factor, SGD(factor.named_parameters(), 1.0), loss=MEAN_SQUARE, progress=False, **(arguments | changes))
    assert factor.seen == []


def test_errors_of_evaluate():
    with raises(
        "evaluate: images and labels must be of one number, at least 1 (images.shape=(5, 1), labels.shape=(4, 1))"
    ):
        evaluate(Factor(), NUMBERS, NUMBERS[:4], batch_size=2)
    with raises("evaluate: the labels of a batch must have shape (2,), got (2, 1)"):  # they would broadcast
        evaluate(Factor(), np.ones((5, 4)), np.ones((5, 1), int), batch_size=2, loss=(lambda x, y: 0.0, None))
    with raises("evaluate: batch_size must be at least 1, got 0"):
        evaluate(Factor(), NUMBERS, NUMBERS, batch_size=0)


def test_a_bar_is_shown_on_the_error_stream_if_it_is_wanted(capsys):
    fit_factor(Factor(), epochs=2, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "epoch 2/2" in err
    assert "/3 [" in err, "steps"
    fit_factor(Factor(), epochs=2, progress=False)
    assert capsys.readouterr() == ("", "")


def test_without_tqdm_there_is_no_bar(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with_bar, without = Factor(), Factor()
    fit_factor(with_bar, progress=True)
    assert capsys.readouterr() == ("", "")
    fit_factor(without)
    assert with_bar.w.data == without.w.data

"""A run that is killed at any moment ends with the bits of one that was not, and its files are always whole."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_array_equal

from cnn_course import __main__ as command_line
from cnn_course.grading import cli
from cnn_course.training.checkpoint import load
from cnn_course.zoo import recipe, train
from cnn_course.zoo.run import CHECKPOINT, METRICS, RECORD

SECONDS = ("wall_seconds", "processor_seconds")
ERRORS = ("training_loss", "training_error", "validation_loss", "validation_error")
COMMAND = [sys.executable, "-m", "cnn_course"]
posix = pytest.mark.skipif(os.name != "posix", reason="a process cannot be killed in this way elsewhere")


def small(count=23):
    """A data set for which an epoch takes no time."""
    rng = np.random.default_rng(5)
    images, labels = rng.random((count, 1, 28, 28), dtype=np.float32), rng.integers(0, 10, count)
    return images, labels, images[:7], labels[:7]


RECIPE = replace(recipe("lenet5-mnist-shifts"), epochs=3, batch_size=5, validation=4, peak=0.1)


def lines(folder):
    """The metrics, without the seconds, which are others each time."""
    text = (folder / METRICS).read_text(encoding="utf-8")
    assert text.endswith("\n")
    found = [json.loads(line) for line in text.splitlines()]
    assert all(line.pop(name) >= 0 for line in found for name in SECONDS)
    return found


def assert_same_run(folder, other):
    """Weights and results to the last bit, and the metrics of each epoch once."""
    (arrays, metadata), (expected, said) = load(folder / RECORD), load(other / RECORD)
    assert arrays.keys() == expected.keys()
    for name, array in arrays.items():
        assert array.tobytes() == expected[name].tobytes(), name
    for record in (metadata, said):
        for line in record["history"]:
            for name in SECONDS:
                del line[name]
    assert metadata == said
    assert lines(folder) == lines(other) == said["history"]
    assert not list(folder.glob(".*"))


# The files of a run -------------------------------------------------------------------------------------------------


def test_the_files_of_a_run(tmp_path):
    seen = []
    path = train(RECIPE, small(), seed=1, folder=tmp_path, progress=False, after_epoch=seen.append)
    assert path == tmp_path / RECORD
    assert sorted(file.name for file in tmp_path.iterdir()) == [CHECKPOINT, METRICS, RECORD, "settings.json"]
    arrays, metadata = load(path)
    assert metadata["history"] == seen
    steps = RECIPE.schedule(19)
    assert [line["rate"] for line in seen] == [steps(3), steps(7), steps(11)]  # 19 images, four batches an epoch
    assert all(round(4 * line["validation_error"], 9) in range(5) for line in seen)
    assert all(round(19 * line["training_error"], 9) in range(20) for line in seen)
    assert seen[0].keys() == {"epoch", "loss", "rate", *ERRORS, *SECONDS}
    assert_array_equal(arrays["test.confusion"].sum(axis=1), np.bincount(small()[3], minlength=10))
    assert np.trace(arrays["test.confusion"]) == 7 - len(arrays["test.wrong"])


def test_the_images_of_validation_are_not_learned_from(tmp_path):
    images, labels, *test = small()
    changed = images.copy()
    changed[-4:] = 1 - changed[-4:]
    records = []
    for name, learned in (("one", images), ("other", changed)):
        records.append(load(train(RECIPE, (learned, labels, *test), seed=0, folder=tmp_path / name, progress=False)))
    assert records[0][0]["network.fc3.bias"].tobytes() == records[1][0]["network.fc3.bias"].tobytes()
    assert records[0][1]["history"][0]["validation_loss"] != records[1][1]["history"][0]["validation_loss"]


def test_another_seed_is_another_run_and_the_same_seed_the_same(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train(RECIPE, small(), seed=seed, folder=tmp_path / name, progress=False)
    assert_same_run(tmp_path / "a", tmp_path / "b")
    assert lines(tmp_path / "a") != lines(tmp_path / "c")


def test_a_folder_belongs_to_one_run(tmp_path):
    train(RECIPE, small(), seed=1, folder=tmp_path, progress=False)
    before = (tmp_path / RECORD).read_bytes()
    for changes in ({"seed": 2}, {"recipe": replace(RECIPE, weight_decay=0)}):
        with raises(f"train: folder {tmp_path} has another run, "):
            train(**({"recipe": RECIPE, "data": small(), "seed": 1, "folder": tmp_path, "progress": False} | changes))
    train(RECIPE, small(), seed=1, folder=tmp_path, progress=False, after_epoch=pytest.fail)  # nothing is left to do
    assert (tmp_path / RECORD).read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"recipe": "lenet5-mnist"}, "train: recipe must be a Recipe, got 'lenet5-mnist'"),
        ({"data": small()[:2]}, "train: data must be four arrays, "),
        ({"seed": -1}, "train: seed must be at least 0, got -1"),
        ({"folder": 3}, "train: folder must be a string or a path, got 3"),
        ({"after_epoch": 3}, "train: after_epoch must be a function, got 3"),
        ({"recipe": replace(RECIPE, validation=23)}, "train: validation=23 leaves nothing to learn from, of 23 images"),
    ],
)
def test_arguments_that_do_not_fit(changes, message, tmp_path):
    folder = tmp_path / "run"
    with raises(message):
        train(**({"recipe": RECIPE, "data": small(), "seed": 0, "folder": folder, "progress": False} | changes))
    assert not folder.exists()


# Runs that are killed -----------------------------------------------------------------------------------------------

DIES = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {tests!r})
from cnn_course.zoo import train
from test_zoo_run import RECIPE, small

folder, name, moment, left = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
replaced, synced = os.replace, os.fsync

def die_if(now, file=None):
    global left
    if now == moment:
        left -= 1
        if left == 0:
            if file is not None:
                os.truncate(file, os.fstat(file).st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)

def fsync(file):
    if Path(os.readlink(f"/proc/self/fd/{{file}}")).name.startswith(f".{{name}}."):
        die_if("half", file)
    synced(file)

def replace_(source, target):
    if Path(target).name == name:
        die_if("whole")
    replaced(source, target)
    if Path(target).name == name:
        die_if("renamed")

os.fsync, os.replace = fsync, replace_
train(RECIPE, small(), seed=1, folder=folder, progress=False)
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="files are known by their numbers on Linux only")
@pytest.mark.parametrize("name", [CHECKPOINT, METRICS, RECORD])
def test_a_run_that_is_killed_while_it_writes(name, tmp_path):
    """The same run is killed three times: with half of a file written, before it is in its place, and after."""
    folder, whole = tmp_path / "killed", tmp_path / "whole"
    program = textwrap.dedent(DIES).format(tests=os.path.dirname(__file__))
    for moment in ("half", "whole", "renamed"):
        which = 1 if name == RECORD else 2  # of the writes of this file since the process has begun
        done = subprocess.run([sys.executable, "-c", program, folder, name, moment, str(which)], capture_output=True)
        if name == CHECKPOINT and moment == "renamed":  # two epochs are there, and only one is left
            assert done.returncode == 0
        else:
            assert done.returncode == -signal.SIGKILL, done.stderr
        if (folder / METRICS).exists():
            epochs = [line["epoch"] for line in lines(folder)]
            assert epochs == list(range(1, len(epochs) + 1))
    train(RECIPE, small(), seed=1, folder=folder, progress=False)
    train(RECIPE, small(), seed=1, folder=whole, progress=False)
    assert_same_run(folder, whole)


def run(*arguments, **options):
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, **options)


@posix
def test_the_command_killed_from_outside_goes_on_and_ends_with_the_same_bits(tmp_path):
    command = ["train", "lenet5", "--data", "digits", "--epochs", "3", "--seed", "4", "--output"]
    with subprocess.Popen([*COMMAND, *command, tmp_path / "killed"], stdout=-1, stderr=subprocess.DEVNULL) as process:
        while not process.stdout.readline().startswith(b"epoch  2/3"):
            pass
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "killed" / RECORD).exists()
    resumed, whole = (run(*command, tmp_path / name) for name in ("killed", "whole"))
    assert (resumed.returncode, whole.returncode) == (0, 0), resumed.stderr + whole.stderr
    assert "epoch  1/3" not in resumed.stdout
    assert "epoch  3/3" in resumed.stdout
    assert_same_run(tmp_path / "killed", tmp_path / "whole")
    other = run("evaluate", tmp_path / "killed", "--data", "mnist")
    assert other.returncode == 2
    assert other.stderr == "evaluate: --data must be digits, as in the run, got mnist\n"
    again = run("evaluate", tmp_path / "killed")
    assert again.returncode == 0, again.stderr
    assert "0 images judged differently" in again.stdout


# The command line ---------------------------------------------------------------------------------------------------


def test_missing_data_says_what_to_do(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "CNN_COURSE_DATA"}
    for command in (["train", "lenet5"], ["evaluate", "lenet5-mnist"]):
        done = run(*command, cwd=tmp_path, env=environment)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.endswith("say with --folder or CNN_COURSE_DATA where the files of MNIST are\n")
        done = run(*command, "--folder", "nowhere", cwd=tmp_path, env=environment)
        assert done.returncode == 2
        assert done.stderr.startswith("mnist: expected train-images-idx3-ubyte or ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["evaluate", "lenet5"], "evaluate: name must be 'lenet5-mnist', "),
        (["evaluate", "lenet5-mnist", "--seed", "7"], "invalid choice: 7"),
        (["train", "lenet5", "--epochs", "0"], "'0' is no whole number of at least 1"),
        (["train", "lenet5", "--threads", "-1"], "-1"),
        (["train", "lenet5", "--data", "digits", "--augment", "shifts"], "recipe: name must be 'lenet5-mnist', "),
        (["train", "vgg"], "invalid choice: 'vgg'"),
    ],
)
def test_commands_that_are_wrong(command, says, tmp_path):
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_the_help(command, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"], others=command_line.OTHERS)
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert "--folder" in text
    assert all(re.search(rf"^  {status} +\w", text, re.MULTILINE) for status in (0, 1, 2, 130))


def test_the_commands_of_the_grader_load_nothing_of_the_zoo():
    program = "import sys; from cnn_course import __main__ as m; sys.argv[1:] = ['hint', 'convolve']; m.run(); "
    program += "print([name for name in sys.modules if 'zoo' in name])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.endswith("[]\n"), done.stderr


def test_threads_are_set_before_numpy_reads_them(monkeypatch):
    from cnn_course.zoo import cli as zoo

    asked = []
    monkeypatch.setattr(zoo, "_restart", lambda environment: asked.append(environment) or 0)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    command = ["train", "lenet5", "--threads", "3", "--folder", "nowhere"]
    assert cli.main(command, others=command_line.OTHERS) == 0
    assert asked == [dict.fromkeys(zoo.THREADS, "3")]

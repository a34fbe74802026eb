"""The commands `train` and `evaluate` of `python -m cnn_course`."""

import argparse
import functools
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnn_course.training.checkpoint import load
from cnn_course.zoo.recipes import AUGMENTATIONS, DATA, NETWORKS, recipe
from cnn_course.zoo.record import PRETRAINED, SEEDS, network_of, path_of
from cnn_course.zoo.run import RECORD, predict, train
from cnn_course.zoo.sets import load_set

TRAINING = """Follows the recipe of the network and the data. After each epoch a checkpoint is written: the same
command goes on with a run that was interrupted, and ends with the same weights, to the last bit. At the end
the network is tested once. The folder gets settings.json, checkpoint.npz, metrics.jsonl with a line for each
epoch, and record.npz."""
EVALUATION = """Computes the test error of a recorded run's weights anew, and compares it with the record."""
STATUSES = """exit status:
  0    done
  1    nobody reads what is printed any more
  2    the command is wrong, a file is missing, damaged or cannot be written, or the training diverges
  130  ended by Ctrl-C; `train` goes on after its last checkpoint when it is called again"""
OF_FILES = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def add_train(parser):
    """Give the command `train` its arguments."""
    parser.description, parser.epilog = TRAINING, STATUSES
    parser.add_argument("network", choices=NETWORKS)
    _add_data(parser, default="mnist", says="default mnist")
    parser.add_argument("--augment", choices=AUGMENTATIONS, default="none", help="how the images are changed")
    parser.add_argument("--certified", action="store_true", help="keep all norms at most 1, and train for the margin")
    parser.add_argument("--seed", type=_count(0), default=0, metavar="N", help="default 0")
    parser.add_argument("--epochs", type=_count(1), metavar="N", help="other than in the recipe")
    parser.add_argument(
        "--threads",
        type=_count(1),
        default=1,
        metavar="N",
        help="of the matrix products, default 1: with other threads the last bits are others",
    )
    parser.add_argument("--output", type=Path, metavar="DIR", help="default: runs/NETWORK-DATA[-AUGMENT]-SEED")
    parser.set_defaults(run=run_train)


def add_evaluate(parser):
    """Give the command `evaluate` its arguments."""
    parser.description, parser.epilog = EVALUATION, STATUSES
    parser.add_argument("name", help=f"{' or '.join(PRETRAINED)}, or the folder of a run of `train`")
    _add_data(parser, says="that of the run, which need not be said")
    parser.add_argument("--seed", type=int, choices=SEEDS, default=0, help="of the recorded run, default 0")
    parser.set_defaults(run=run_evaluate)


def _add_data(parser, says, default=None):
    parser.add_argument("--data", choices=DATA, default=default, help=says)
    parser.add_argument(
        "--folder", type=Path, help="where the four files of MNIST are; by default the variable CNN_COURSE_DATA says it"
    )


def _count(minimum):
    def count(text):
        if not text.isdecimal() or int(text) < minimum:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least {minimum}")
        return int(text)

    return count


def says_what_is_wrong(run):
    """Print an error that a reader can mend instead of its traceback."""

    @functools.wraps(run)
    def wrapped(options):
        try:
            return run(options)
        except (ValueError, ImportError, FloatingPointError, *OF_FILES) as error:
            print(error, file=sys.stderr)
            return 2

    return wrapped


@says_what_is_wrong
def run_train(options):
    """Train a network, in a process with as many threads as are wanted."""
    environment = dict.fromkeys(THREADS, str(options.threads))
    if any(os.environ.get(name) != value for name, value in environment.items()):
        return _restart(environment)  # NumPy has read them when it was imported
    more = [options.augment] * (options.augment != "none") + ["certified"] * options.certified
    chosen = recipe("-".join([options.network, options.data, *more]))
    if options.epochs:
        chosen = replace(chosen, epochs=options.epochs)
    data = _data(chosen.data, options.folder)
    folder = options.output or Path("runs", f"{chosen.name}-{options.seed}")
    print(f"{chosen.name}, seed {options.seed}, {options.threads} threads, to {folder}", flush=True)
    path = train(chosen, data, seed=options.seed, folder=folder, after_epoch=_show(chosen.epochs))
    _, metadata = load(path)
    print(f"test error {_percent(metadata['test_error'])}, test loss {metadata['test_loss']:.4f}: {path}")
    for radius, share in metadata.get("certified", {}).items():
        print(f"certified accuracy at the radius {radius}: {_percent(share)}")
    return 0


@says_what_is_wrong
def run_evaluate(options):
    """Test a recorded network anew."""
    folder = Path(options.name)
    path = folder / RECORD if folder.is_dir() else path_of("evaluate", options.name, options.seed)
    arrays, metadata = load(path)
    learned = metadata["recipe"]["data"]
    if options.data not in (None, learned):
        raise ValueError(f"evaluate: --data must be {learned}, as in the run, got {options.data}")
    _, _, images, labels = _data(learned, options.folder)
    wrong = np.flatnonzero(predict(network_of(arrays, metadata), images) != labels)
    print(f"test error {_percent(len(wrong) / len(labels))}, {len(wrong)} of {len(labels)} images")
    others = len(np.setxor1d(wrong, arrays["test.wrong"]))
    print(f"recorded   {_percent(metadata['test_error'])}, {others} image{'s' * (others != 1)} judged differently")
    return 0


def _data(name, folder):
    try:
        return load_set(name, folder)
    except (ValueError, FileNotFoundError) as error:  # of the four files
        raise ValueError(f"{error}; say with --folder or CNN_COURSE_DATA where the files of MNIST are") from error


def _restart(environment):
    """Carry out the same command in a process with other variables, in the place of this one where that can be."""
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(sys.executable, sys.orig_argv, os.environ | environment)
    return subprocess.call([sys.executable, *sys.orig_argv[1:]], env=os.environ | environment)


def _show(epochs):
    def show(line):
        print(
            f"epoch {line['epoch']:>2}/{epochs}  loss {line['loss']:.4f}  "
            f"training error {_percent(line['training_error'])}  "
            f"validation error {_percent(line['validation_error'])}  {line['wall_seconds']:.1f} s",
            flush=True,
        )

    return show


def _percent(share):
    return f"{100 * share:.2f} %"

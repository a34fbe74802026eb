"""Types of the command line's arguments: what is wrong is said before anything is run."""

import difflib
import os
from argparse import ArgumentTypeError
from importlib.util import find_spec
from pathlib import Path

from cnn_course.exercises.catalogue import find, names

STANDARD_OUTPUT = "-"


def exercise(text):
    """The exercise of a name."""
    if text not in names():
        raise ArgumentTypeError(_unknown(text, names()))
    return find(text)


def exercises(text):
    """The exercises of a name or of a chapter such as 1-3, or of several with commas between them."""
    every = [find(name) for name in names()]
    chosen = []
    for word in text.split(","):
        meant = [e for e in every if word in (e.name, e.chapter)]
        if not meant:
            raise ArgumentTypeError(_unknown(word, [*names(), *sorted({e.chapter for e in every})]))
        chosen += meant
    return chosen


def expected(text):
    """Names of the exercises that `exercises` gives, of a chapter only those with points."""
    words = text.split(",")
    return list(dict.fromkeys(e.name for e in exercises(text) if e.points or e.name in words))


def _unknown(word, known):
    close = difflib.get_close_matches(word, known, n=3, cutoff=0.3)
    return f"there is no exercise {word!r}" + (f"; do you mean {' or '.join(map(repr, close))}?" if close else "")


def folder(text):
    """A folder that is there."""
    path = Path(text)
    if not path.is_dir():
        raise ArgumentTypeError(f"{text}: is not a folder" if path.exists() else f"{text}: there is no such folder")
    return path


def existing(text):
    """A file or folder that is there."""
    path = Path(text)
    if not path.exists():
        raise ArgumentTypeError(f"{text}: there is no such file or folder")
    return path


def seed(text):
    """A number that may be a seed."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is not a whole number, 0 or more")
    return int(text)


def positive(text):
    """A number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number, 1 or more")
    return int(text)


def shard(text):
    """A part of a whole, 2/4 for the second of four, as a pair of numbers."""
    parts = text.split("/")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts) or not 1 <= int(parts[0]) <= int(parts[1]):
        raise ArgumentTypeError(f"{text!r} is no shard such as 2/4, the second of four")
    return int(parts[0]), int(parts[1])


def scheduler(text):
    """The address of a cluster, where there is a program to talk to it."""
    if find_spec("distributed") is None:
        raise ArgumentTypeError('needs the package distributed: pip install "cnn_course[dask]"')
    return text


def output(text):
    """A file that can be written, or `STANDARD_OUTPUT`."""
    return text if text == STANDARD_OUTPUT else file(text)


def file(text):
    """A file that can be written."""
    path = Path(text)
    if path.suffix in (".ipynb", ".py"):
        raise ArgumentTypeError(f"{text}: would replace a notebook or program; give the file another name")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not path.is_file()):
        raise ArgumentTypeError(f"{text}: no such file can be written")
    return path

"""The exercises, one file each; a file's name is the exercise's name."""

import difflib
import hashlib
from importlib import import_module
from pathlib import Path

from cnn_course.exercises.exercise import Exercise


def names() -> list[str]:
    """Names of all exercises, in alphabetical order."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")


def find(name: str) -> Exercise:
    """Return the exercise of a name.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    if name not in names():
        close = difflib.get_close_matches(str(name), names(), n=3, cutoff=0.3)
        near = f"; do you mean {' or '.join(map(repr, close))}?" if close else ""
        raise ValueError(f"find: there is no exercise {name!r}{near}")
    return import_module(f"cnn_course.exercises.catalogue.{name}").exercise


def version(name: str) -> str:
    """Return what changes when the file of an exercise does, other than its line ends: 12 hexadecimal digits.

    Examples
    --------
    >>> len(version("convolve"))
    12
    """
    text = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()[:12]

"""The exercises, one file each; a file's name is the exercise's name."""

import difflib
import hashlib
import linecache
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from cnn_course.exercises.exercise import Exercise

_private = {}  # maps a name to the exercise and the text of its file


def names() -> list[str]:
    """Names of all exercises, in alphabetical order."""
    return sorted(_public() | set(_private))


def _public():
    return {path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__"}


def find(name: str) -> Exercise:
    """Return the exercise of a name.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    if name in _private:
        return _private[name][0]
    if name not in names():
        close = difflib.get_close_matches(str(name), names(), n=3, cutoff=0.3)
        near = f"; do you mean {' or '.join(map(repr, close))}?" if close else ""
        raise ValueError(f"find: there is no exercise {name!r}{near}")
    return import_module(f"cnn_course.exercises.catalogue.{name}").exercise


def read_folder(folder: Path) -> dict[str, str]:
    """Texts of the files of a private catalogue by the exercises' names, as `set_private` takes them."""
    paths = [path for path in sorted(Path(folder).glob("*.py")) if path.stem[0] not in "._"]
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}


def set_private(texts: dict[str, str]) -> None:
    """Let private exercises belong to the catalogue of this process, and no others but the course's own.

    One that has the name of an exercise of the course takes its place. It must be a task of the same kind, and ask for
    a function of the same arguments, since learners write their answers to the course's own.

    Parameters
    ----------
    texts : dict
        Maps the name of an exercise to the text of its file, which is like those of this folder, and imports none of
        its neighbours. Texts rather than a folder, so that they can be sent to other machines.

    Raises
    ------
    ValueError
        If a file cannot be run, or does not define the exercise of its name. Then nothing has changed.
    """
    global _private
    if texts == {name: text for name, (_, text) in _private.items()}:
        return
    _private = {name: (_run(name, text), text) for name, text in texts.items()}
    digest.cache_clear()


def _run(name, text):
    file = f"{name}.py"
    module = ModuleType(name)
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file  # where sources are looked up
    try:
        exec(compile(text, file, "exec"), vars(module))
        exercise = module.exercise
        found = exercise.name
    except Exception as error:
        raise ValueError(f"set_private: {file} is no file of an exercise: {type(error).__name__}: {error}") from error
    if found != name:
        raise ValueError(
            f"set_private: {file} defines the exercise {found!r}; a file and its exercise have the same name"
        )
    if name in _public():
        ours = import_module(f"cnn_course.exercises.catalogue.{name}").exercise
        pair = [f"{e.kind}{getattr(e, 'parameters', ())}" for e in (exercise, ours)]
        if pair[0] != pair[1]:
            raise ValueError(
                f"set_private: {file} is {pair[0]}, but the exercise of the course whose place it takes {pair[1]}"
            )
    return exercise


@cache
def digest(*chosen: str) -> str:
    """SHA-256 of the names of all exercises, and of the files of some, or of all if none is named.

    Where two are equal, the same exercises are found in a file, and the chosen ones are the same.

    Examples
    --------
    >>> digest("convolve") == digest("convolve") != digest("correlate")
    True
    """
    texts = hashlib.sha256(repr(names()).encode())
    for name in sorted(chosen or names()):
        text = _text(name)
        texts.update(f"{name} {len(text)}\n{text}".encode())
    return texts.hexdigest()


def version(name: str) -> str:
    """Return what changes when the file of an exercise does, other than its line ends: 12 hexadecimal digits.

    Examples
    --------
    >>> len(version("convolve"))
    12
    """
    return hashlib.sha256(_text(name).encode()).hexdigest()[:12]


def _text(name):
    if name in _private:
        return _private[name][1]
    return Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")

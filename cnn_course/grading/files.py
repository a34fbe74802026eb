"""Files with answers: which ones a path stands for, and what is in them. Reading runs none of their code."""

from dataclasses import dataclass
from pathlib import Path

from cnn_course.exercises.catalogue import find
from cnn_course.exercises.examine import Result
from cnn_course.grading.grade import exercises_in, grade_cells
from cnn_course.grading.notebook import Unreadable, code_in, read_bytes

NO_EXERCISES = "has none of the exercises of the course"


@dataclass(frozen=True)
class File:
    """A file as it was read.

    Attributes
    ----------
    path : Path
    cells : list
        As `read_code` returns them.
    reason : str
        Why it cannot be graded, or empty.
    missing : tuple of str
        Names of the exercises that were expected, and are not in it.
    """

    path: Path
    cells: list = ()
    reason: str = ""
    missing: tuple = ()

    @property
    def names(self):
        """Names of the exercises, those that are missing as well."""
        return (*exercises_in(self.cells), *self.missing)

    def results(self, seed, isolation="limits"):
        """Grade the exercises, one after the other: yield a `Result` each, at last for those that are missing."""
        yield from grade_cells(self.cells, seed, isolation)
        for name in self.missing:
            yield Result(find(name), "missing")


def read(path, expected=(), content=None):
    """Read a file, or take its bytes as they were read; return a `File`, also if there is nothing to be graded."""
    try:
        cells = code_in(path, read_bytes(path) if content is None else content)
    except Unreadable as error:
        return File(path, reason=str(error).removeprefix(f"{path}: "), missing=tuple(expected))
    present = exercises_in(cells)
    reason = "" if present or expected else NO_EXERCISES
    return File(path, cells, reason, tuple(name for name in expected if name not in present))


def read_all(paths, expected=()):
    """Read all files that paths stand for, each once; of a folder only those with something to be graded."""
    found = {}
    for path in paths:
        group = [read(inside, expected) for inside in paths_in(path)]
        if path.is_dir():
            group = [file for file in group if file.reason != NO_EXERCISES]
            group = group or [File(path, reason="holds no file with exercises of the course")]
        found |= {file.path: file for file in group}
    return list(found.values())


def paths_in(path):
    """Paths of a folder's notebooks and programs, in alphabetical order; of a file, its own."""
    try:
        inside = sorted(path.iterdir())
    except OSError:  # no folder, or one that may not be read, which `read` says
        return [path]
    return [path for path in inside if path.suffix in (".ipynb", ".py") and path.name[0] != "."]

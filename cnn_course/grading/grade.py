"""From a notebook to the results of its exercises."""

import re

from cnn_course.exercises.catalogue import find, names
from cnn_course.exercises.compare import Verdict
from cnn_course.exercises.examine import Result, examine
from cnn_course.grading.isolation import LEVELS
from cnn_course.grading.notebook import Unreadable, read_code
from cnn_course.grading.worker import Worker, clean

DEFINED = re.compile(r"^[ \t]*(?:def[ \t]+(\w+)|(\w+)[ \t]*=(?!=))", re.MULTILINE)
MENTION = re.compile(r"""\bcheck\(\s*["'](\w+)["']\s*\)""")


def exercises_in(cells):
    """Names of the exercises in a notebook: what its cells are marked with or check, else what it defines."""
    known = set(names())
    meant = [name for source, mark in cells for name in [mark, *MENTION.findall(source)] if name in known]
    defined = {"".join(found) for source, _ in cells for found in DEFINED.findall(source)}
    return list(dict.fromkeys(meant)) or sorted(known & defined)


def grade(path, seed, isolation="limits"):
    """Grade all exercises of a notebook, each in a process of its own.

    Parameters
    ----------
    path : path
        Of a notebook, or a script.
    seed : int
        Of the cases: with the same seed every answer to an exercise is put to the same ones.
    isolation : str
        Name of a level that works here (see `isolation.choose`).

    Returns
    -------
    list of Result
        In the order of the notebook.

    Raises
    ------
    Unreadable
        If the file is no notebook, or has no exercises.
    """
    cells = read_code(path)
    if not exercises_in(cells):
        raise Unreadable(f"{path}: has none of the exercises of the course")
    return list(grade_cells(cells, seed, isolation))


def grade_cells(cells, seed, isolation="limits"):
    """Grade the exercises in the cells of a notebook, one after the other: yield a `Result` each."""
    sources = [source for source, _ in cells if source]
    for name in exercises_in(cells):
        exercise = find(name)
        try:
            with Worker(sources, name, LEVELS[isolation]) as worker:
                result = examine(exercise, worker, exercise.generator(seed))
        except Exception as error:  # whatever it is, the other exercises are graded
            why = f"the grader itself failed, which is no fault of the answer: {type(error).__name__}: {error}"
            result = Result(exercise, "failed", verdict=Verdict("grader", clean(why)))
        yield result

"""From a notebook to the results of its exercises."""

import re

from cnn_course.exercises.catalogue import find, names
from cnn_course.exercises.compare import Verdict
from cnn_course.exercises.examine import Result, examine
from cnn_course.grading.notebook import Unreadable, read_code
from cnn_course.grading.program import Missing, Notebook
from cnn_course.grading.worker import Worker

MENTION = re.compile(r"""\bcheck\(\s*["'](\w+)["']\s*\)""")


def exercises_in(cells):
    """Names of the exercises in a notebook: what its cells are marked with or check, else what it defines."""
    known = set(names())
    meant = [name for source, mark in cells for name in [mark, *MENTION.findall(source)] if name in known]
    return list(dict.fromkeys(meant)) or sorted(known & Notebook(cells).defined())


def grade(path, rng):
    """Grade all exercises of a notebook, each in a process of its own.

    Parameters
    ----------
    path : path
    rng : numpy.random.Generator
        Draws the cases.

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
    found = exercises_in(cells)
    if not found:
        raise Unreadable(f"{path}: has none of the exercises of the course")
    notebook = Notebook(cells)
    return [grade_one(notebook, find(name), rng) for name in found]


def grade_one(notebook, exercise, rng):
    """Grade one exercise of a notebook; return a `Result`."""
    if exercise.kind == "Explain":
        return Result(exercise, "explain")
    try:
        source = notebook.program(exercise.name)
    except Missing as error:
        return Result(exercise, "failed", verdict=Verdict("name", str(error)))
    with Worker(source) as worker:
        return examine(exercise, worker, rng)

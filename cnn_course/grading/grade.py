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


def grade(path, seed):
    """Grade all exercises of a notebook, each in a process of its own.

    Parameters
    ----------
    path : path
    seed : int
        Of the cases: with the same seed every answer to an exercise is put to the same ones.

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
    return list(grade_cells(cells, seed))


def grade_cells(cells, seed):
    """Grade the exercises in the code cells of a notebook, one after the other: yield a `Result` each."""
    notebook = Notebook(cells)
    for name in exercises_in(cells):
        yield grade_one(notebook, find(name), seed)


def grade_one(notebook, exercise, seed):
    """Grade one exercise of a notebook; return a `Result`."""
    if exercise.kind == "Explain":
        return Result(exercise, "explain")
    try:
        source = notebook.program(exercise.name)
    except Missing as error:
        return Result(exercise, "failed", verdict=Verdict("name", str(error)))
    with Worker(source) as worker:
        return examine(exercise, worker, exercise.generator(seed))

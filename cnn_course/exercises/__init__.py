"""Exercises that tell you what went wrong.

In a notebook, `check("convolve")` examines your function `convolve`, `hint("convolve")` gives a hint, the next time
the next one, and `solution("convolve")` shows a solution. These run inside of your notebook and are there to help:
marks are given by `python -m cnn_course grade`, which runs your functions in a process of their own.
"""

import inspect
import sys

import numpy as np

from cnn_course.exercises.catalogue import find, names
from cnn_course.exercises.examine import examine
from cnn_course.exercises.report import as_html, as_text
from cnn_course.exercises.source import solution_text
from cnn_course.exercises.submission import Here

__all__ = ["check", "find", "hint", "names", "solution"]

_given = {}  # how many hints each exercise has had


class _Report:
    """Shown by a notebook as HTML, and everywhere else as text."""

    def __init__(self, text, html):
        self.text, self.html = text, html

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return self.html


def check(name):
    """Examine your answer to an exercise, and show what was found.

    Parameters
    ----------
    name : str
        Of the exercise, which is also the name of the function to write or of the variable to set.

    Raises
    ------
    ValueError
        If there is no such exercise.

    Examples
    --------
    >>> def convolve(f, h):
    ...     raise NotImplementedError
    >>> check("convolve")
    convolve: 0 of 4 points
    <BLANKLINE>
    Not attempted yet: replace `raise NotImplementedError`, and run the cell.
    """
    names_of_the_caller = inspect.currentframe().f_back.f_globals
    result = examine(find(name), Here(names_of_the_caller), np.random.default_rng())
    _show(_Report(as_text(result), as_html(result)))


def hint(name):
    """Show a hint to an exercise; called again, the next one.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    hints = find(name).hints
    given = _given.get(name, 0)
    if given >= len(hints):
        print(f'There are no more hints. solution("{name}") shows a solution.')
        return
    _given[name] = given + 1
    print(f"Hint {given + 1} of {len(hints)}: {hints[given]}")


def solution(name):
    """Show a solution of an exercise, with a remark.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    print(solution_text(find(name)))


def _show(report):
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        sys.modules["IPython"].display.display(report)
    else:
        print(report)

"""Exercises that tell you what went wrong.

In a notebook, `check("convolve")` examines your function `convolve`, `hint("convolve")` gives a hint, the next time
the next one, and `solution("convolve")` shows a solution. These run inside of your notebook and are there to help:
marks are given by `python -m cnn_course grade`, which runs your functions in a process of their own.
"""

import inspect
import secrets
import sys

from cnn_course.exercises.case import Case
from cnn_course.exercises.catalogue import find, names
from cnn_course.exercises.examine import examine
from cnn_course.exercises.source import solution_text
from cnn_course.exercises.submission import Learner

__all__ = ["check", "find", "hint", "names", "solution"]

_given = {}  # how many hints each exercise has had
_seeds = {}  # of the cases that an exercise keeps until they pass


class _Text:
    """Shown by a notebook as Markdown, and everywhere else as it is."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    def _repr_markdown_(self):
        return self.text


def check(name: str) -> Case | None:
    """Examine your answer to an exercise, and show what was found.

    The next check draws the same cases, until they pass.

    Parameters
    ----------
    name : str
        Of the exercise, which is also the name of the function to write or of the variable to set.

    Returns
    -------
    Case
        The call that is shown, to be taken in hand: `case.args["x"]`. None where the check was interrupted.

    Raises
    ------
    ValueError
        If there is no such exercise.

    Examples
    --------
    >>> def convolve(f, h):
    ...     raise NotImplementedError
    >>> case = check("convolve")
    convolve: not attempted, 0 of 7 points
    <BLANKLINE>
    Not attempted yet: replace `raise NotImplementedError`, and run the cell.
    """
    exercise, names_of_the_caller = find(name), inspect.currentframe().f_back.f_globals
    seed = _seeds.setdefault(name, secrets.randbits(32))
    try:
        result = examine(exercise, Learner(names_of_the_caller), exercise.generator(seed))
    except KeyboardInterrupt:
        print(f"check: interrupted, nothing is said about {name}")
        return None
    if result.status == "passed":
        del _seeds[name]
    case = Case(result)
    case.show()
    return case


def hint(name: str) -> None:
    """Show a hint to an exercise; called again, the next one.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    hints = find(name).hints
    given = _given.get(name, 0)
    if given >= len(hints):
        _show(_Text(f'There are no more hints. `solution("{name}")` shows a solution.'))
        return
    _given[name] = given + 1
    _show(_Text(f"Hint {given + 1} of {len(hints)}: {hints[given]}"))


def solution(name: str) -> None:
    """Show a solution of an exercise, with a remark.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    _show(_Text(solution_text(find(name))))


def _show(shown):
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        sys.modules["IPython"].display.display(shown)
    else:
        print(shown)

"""What a check has found, as an object to go on with: the report, and the call that it shows."""

import sys
from typing import Any

from cnn_course.exercises.diagnose import advise
from cnn_course.exercises.examine import Result
from cnn_course.exercises.outcome import copy
from cnn_course.exercises.report import as_html, as_text, headline


class Case:
    """The report of a check, which `print` and a notebook show, and the call that shows what is wrong.

    Parameters
    ----------
    result : Result

    Attributes
    ----------
    args : dict
        The arguments of the call by their names, each time as a copy; empty where no call failed.
    expected : object
        What the call should return; None where that is not unique.
    got : object
        What it returned; None where it raised an error.

    Examples
    --------
    In a notebook, with `case = check("convolve")`, the call is done again by `convolve(**case.args)`.
    """

    def __init__(self, result: Result) -> None:
        self._result, self._cell = result, None
        self._failed = advise(result).trial if result.status == "failed" else None
        called = self._failed and self._failed.check
        self.expected = copy(self._failed.expected.value) if called and self._failed.expected else None
        self.got = copy(self._failed.got.value) if called else None

    @property
    def args(self) -> dict[str, Any]:
        """The arguments of the call by their names."""
        if not self._failed or not self._failed.check:
            return {}
        return dict(zip(self._result.exercise.parameters, map(copy, self._failed.args), strict=True))

    def show(self) -> None:
        """Show the report."""
        shell = _shell()
        if not shell:
            print(self)
            return
        self._cell = shell.execution_count
        sys.modules["IPython"].display.display({"text/plain": str(self), "text/html": as_html(self._result)}, raw=True)

    def __str__(self) -> str:
        return as_text(self._result)

    def __repr__(self) -> str:
        arguments = f", args {', '.join(self.args)}" if self.args else ""
        return f"<Case of {self._result.exercise.name}: {headline(self._result)}{arguments}>"

    def _ipython_display_(self):
        shell = _shell()
        if not shell or self._cell != shell.execution_count:  # as the value of the cell that has shown it: not again
            self.show()


def _shell():
    return "IPython" in sys.modules and sys.modules["IPython"].get_ipython()

"""Answers that live in this process: those of a notebook that asks about itself."""

import inspect

from cnn_course.exercises.borrowed import ADVICE, borrowed
from cnn_course.exercises.outcome import NotPlain, Outcome, plain, run


class Here:
    """The answers in a namespace, such as the variables of a notebook.

    A submission answers `call` and `value` with an `Outcome`, and `first_call` with one, or with None if it cannot
    forget the calls before. An answer that is missing or cannot take the arguments raises `LookupError`, with the
    reason.

    Parameters
    ----------
    names : dict
    """

    def __init__(self, names):
        self.names = names

    def find(self, name, arguments):
        """Raise `LookupError`, with a sentence for the learner, if a name is no function of so many arguments."""
        function = self.names.get(name)
        if function is None:
            raise LookupError(f"there is no function {name}: run the cell that defines it, and keep its name")
        if not callable(function):
            raise LookupError(f"{name} is no function but of type {type(function).__name__}")
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):
            return
        try:
            signature.bind(*range(arguments))
        except TypeError:
            many = f"{arguments} argument{'s' * (arguments != 1)}"
            raise LookupError(f"{name}{signature} does not take {many}, as it should") from None

    def call(self, name, args):
        """Call the function."""
        return run(self.names[name], args)

    def first_call(self, name, args):
        """None: what a notebook remembers cannot be taken from it."""

    def value(self, name):
        """The value of a variable; None where it has not been changed from None."""
        if self.names.get(name) is None:
            return Outcome()
        try:
            return Outcome(plain(self.names[name]))
        except (NotPlain, RecursionError) as error:
            return Outcome(error=type(error).__name__, message=str(error))


class Learner(Here):
    """The answers of a learner, who may not leave the work to the course's own functions."""

    def find(self, name, arguments):
        """Raise `LookupError` also where that is done."""
        super().find(name, arguments)
        if course := borrowed(name, self.names):
            raise LookupError(f"{name} uses {course}: {ADVICE}")

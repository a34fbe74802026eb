"""What comes back from one call of a function that somebody else wrote."""

import linecache
import traceback
from dataclasses import dataclass

import numpy as np

KINDS = "biufc"  # the dtypes that an answer may have
SCALARS = (bool, int, float, complex)
OTHER_PRECISION = (np.float16, np.float32, np.longdouble, np.complex64, np.clongdouble)


@dataclass(frozen=True)
class Outcome:
    """A value, or an error that was raised, or the reason why the call was stopped.

    Attributes
    ----------
    value : ndarray, bool, int, float, complex, tuple of these, or None
        What was returned.
    error : str, optional
        Name of the exception that was raised; of one that the answer defines itself, that of what it is derived from.
    message : str, optional
        What the exception said, or why the call was stopped.
    line : str, optional
        The line of the function at which the exception was raised.
    mutated : tuple of int
        Positions of the arguments that the call has changed.
    stopped : str, optional
        "time", "memory", "output", "died" or "reply", where no call came to an end.
    """

    value: object = None
    error: str | None = None
    message: str = ""
    line: str = ""
    mutated: tuple = ()
    stopped: str | None = None


def run(function, args):
    """Call a function with copies of the arguments, and return its `Outcome`."""
    copies = [copy(arg) for arg in args]
    try:
        value = plain(function(*copies))
    except (Exception, SystemExit) as error:
        return Outcome(error=_known(type(error)), message=str(error), line=_line(function, error))
    return Outcome(value, mutated=tuple(i for i, arg in enumerate(args) if not _unchanged(arg, copies[i])))


def _known(kind):
    """Name of an exception's class, or of the one from which an answer has derived it."""
    library = ("builtins", "numpy", "cnn_course")
    return next(base.__name__ for base in kind.__mro__ if base.__module__.split(".")[0] in library)


def copy(value):
    """The same value, which shares no memory with it."""
    if isinstance(value, np.ndarray):
        return np.array(value)
    return tuple(copy(part) for part in value) if isinstance(value, tuple) else value


class NotPlain(TypeError):
    """A function has returned something that cannot be compared."""


def plain(value):
    """Return a value whose types are exactly NumPy's and Python's own, or raise `NotPlain`.

    A subclass of an array may say of itself whatever it likes, and an object may equal everything.
    """
    if type(value) is np.ndarray:
        if value.dtype.kind not in KINDS:
            raise NotPlain(f"returned an array of dtype {value.dtype}, expected numbers")
        return np.array(value)
    if isinstance(value, OTHER_PRECISION):
        return np.array(value)  # Python's own numbers would claim digits that it does not have
    if isinstance(value, np.generic):
        value = value.item()
    if type(value) is int and not -(2**63) <= value < 2**64:
        raise NotPlain("returned a whole number of more than 64 bits")
    if type(value) in SCALARS:
        return value
    for sequence in (tuple, list):
        if issubclass(type(value), sequence):  # also a named tuple
            return tuple(plain(part) for part in sequence.__iter__(value))
    if value is None:
        raise NotPlain("returned None: the result must follow `return`")
    raise NotPlain(f"returned an object of type {type(value).__name__}, expected arrays or numbers")


def _unchanged(before, after):
    if isinstance(before, tuple):
        return all(map(_unchanged, before, after))
    return not isinstance(before, np.ndarray) or np.array_equal(before, after, equal_nan=True)


def _line(function, error):
    """The last line of the function itself on the way to the error."""
    code = getattr(function, "__code__", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if code and f.filename == code.co_filename]
    return linecache.getline(frames[-1].filename, frames[-1].lineno).strip() if frames else ""

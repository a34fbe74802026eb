"""Whether an outcome is the one expected, and if not, the first thing to say about it."""

import re
from dataclasses import dataclass

import numpy as np

# By bytes of a float: sums of some hundred terms, in any order, leave a wide margin.
TOLERANCES = {8: 1e-9, 4: 1e-4, 2: 1e-2}
FEW = 36  # numbers that can be printed
SMALL = 1e-4  # numbers below it are printed with an exponent
LONGEST = 600  # characters of an answer's own words
SINGLE = 1e-5  # relative error that is left when something is computed in single precision
STOPPED = {
    "time": "did not return in time: an endless loop, or too slow?",
    "memory": "took too much memory",
    "output": "printed too much",
    "died": "ended the program instead of returning",
    "reply": "did not return a result that can be read",
}


@dataclass(frozen=True)
class Verdict:
    """What is wrong first: its kind, and the words for it."""

    kind: str
    text: str


def said(text):
    """What an answer says, so that no line of it can be taken for one of the report."""
    text = text if len(text) <= LONGEST else text[:LONGEST] + " ..."
    return "\n  | ".join(text.splitlines())


def compare(expected, got, returns=(), parameters=()):
    """Compare two `Outcome`: None if they agree, or a `Verdict`.

    The order is: no end, error, type, shape, dtype, values, changed arguments. `returns` and `parameters` name results
    and arguments.
    """
    if got.stopped:
        return Verdict(got.stopped, f"{STOPPED[got.stopped]}{f' ({said(got.message)})' if got.message else ''}")
    if got.error != expected.error:
        return _compare_errors(expected, got)
    if expected.error:
        return None
    verdict = compare_values(expected.value, got.value, returns)
    if verdict is None and set(got.mutated) - set(expected.mutated):
        return changed(got.mutated, parameters)
    return verdict


def changed(mutated, parameters=()):
    """What is wrong with a call that has changed the arguments at these positions."""
    names = " and ".join(str(parameters[i]) if parameters else f"argument {i + 1}" for i in mutated)
    return Verdict("mutated", f"the result is right, but the call has changed {names}: work on a copy")


def _compare_errors(expected, got):
    if got.error == "NotPlain" and not expected.error:
        return Verdict("type", said(got.message))
    if got.error == "NotPlain":
        returned = said(re.split("[,:]", got.message)[0])
        return Verdict("error", f"did not raise {expected.error} ({expected.message}), but {returned}")
    if got.error is None:
        return Verdict("error", f"returned a result, expected it to raise {expected.error}: {expected.message}")
    where = f"\nin the line: {said(got.line)}" if got.line else ""
    instead = f"\nexpected {expected.error}: {expected.message}" if expected.error else ""
    return Verdict("error", f"raised {said(f'{got.error}: {got.message}')}{where}{instead}")


def compare_values(expected, got, returns=()):
    """Compare two values of `outcome.plain`: None if they agree, or a `Verdict`."""
    if isinstance(expected, tuple):
        if isinstance(got, np.ndarray) and got.ndim == 1 and not any(isinstance(e, np.ndarray) for e in expected):
            got = tuple(got.tolist())
        if not isinstance(got, tuple) or len(got) != len(expected):
            what = len(got) if isinstance(got, tuple) else 1
            names = f" ({', '.join(returns)})" if returns else ""
            return Verdict("type", f"returned {what} result{'s' * (what != 1)}, expected {len(expected)}{names}")
        for i, parts in enumerate(zip(expected, got, strict=True)):
            verdict = compare_values(*parts)
            if verdict:
                name = returns[i] if returns else f"result {i + 1} of {len(expected)}"
                return Verdict(verdict.kind, f"{name}: {verdict.text}")
        return None
    if isinstance(got, tuple):
        wanted = "an array: `np.array` makes one of it" if isinstance(expected, np.ndarray) else "a number"
        return Verdict("type", f"returned a tuple or list of {len(got)}, expected {wanted}")
    return _compare_numbers(np.asarray(expected), np.asarray(got))


def _compare_numbers(expected, got):
    if got.shape != expected.shape:
        words = [str(array.shape) if array.ndim else "a single number" for array in (got, expected)]
        return Verdict("shape", f"{'shape ' * (got.ndim > 0)}{words[0]}, expected {words[1]}")
    verdict = _compare_dtypes(expected, got)
    if verdict:
        return verdict
    difference = distance(expected, got)
    scale = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
    digits = min(got.real.itemsize, expected.real.itemsize, 8)
    tolerance = TOLERANCES[digits] * (scale or 1.0) if got.dtype.kind in "fc" else 0
    if (difference <= tolerance).all():
        return None
    return Verdict("values", _describe_difference(expected, got, difference, tolerance, scale))


def _compare_dtypes(expected, got):
    if got.dtype.kind == expected.dtype.kind == "f" and got.itemsize < 4 <= expected.itemsize:
        return Verdict("dtype", f"dtype {got.dtype}, expected float64: it is too coarse")
    if expected.dtype.kind == "f" and got.dtype.kind in "iu" and got.ndim == 0:
        return None
    kinds = {"i": "iu", "u": "iu"}.get(expected.dtype.kind, expected.dtype.kind)
    if got.dtype.kind in kinds:
        return None
    advice = {
        "fi": ": whole numbers lose everything after the point",
        "if": ": sizes are whole numbers, `//` keeps them so",
    }.get(expected.dtype.kind + got.dtype.kind, "")
    if expected.dtype.kind == "f" and got.dtype.kind == "c":
        rounding = np.abs(got.imag).max() <= TOLERANCES[8] * np.abs(got).max()
        advice = f": the imaginary part is {'rounding, `.real` drops it' if rounding else 'not even small'}"
    return Verdict("dtype", f"dtype {got.dtype}, expected {expected.dtype}{advice}")


def distance(expected, got):
    """Absolute differences; 0 where both are the same infinity or both NaN, infinite where only one is finite."""
    expected, got = expected.astype(np.complex128), got.astype(np.complex128)
    finite = np.isfinite(expected) & np.isfinite(got)
    with np.errstate(all="ignore"):
        same = (expected == got) | (np.isnan(expected) & np.isnan(got))
        return np.where(finite, np.abs(np.where(finite, got - expected, 0)), np.where(same, 0, np.inf))


def _describe_difference(expected, got, difference, tolerance, scale):
    worst = np.unravel_index(difference.argmax(), difference.shape)
    error = difference[worst] / scale if scale else np.inf
    wrong = int((difference > tolerance).sum())
    text = f"{_apart(got[worst], expected[worst])} (relative error {error:.1g})"
    if expected.ndim:
        text = f"{wrong} of {expected.size} numbers differ; most at [{', '.join(map(str, worst))}]: {text}"
    if error < SINGLE and got.dtype.kind in "fc":
        cause = "single precision (float32), a rounded constant, or a small term left out?"
        return f"{text}\nIt agrees to {int(-np.log10(error))} digits: {cause}"
    if expected.ndim > 0 and expected.size <= FEW:
        text += f"\nreturned\n{show(got)}\nexpected\n{show(expected)}"
    return text


def _apart(got, expected):
    """Two numbers with as many digits as it takes to tell them apart."""
    if got.dtype.kind == expected.dtype.kind == "b":
        return f"{got}, expected {expected}"
    texts = ([f"{number:.{digits}g}" for number in (got, expected)] for digits in range(6, 18))
    first, second = next((pair for pair in texts if pair[0] != pair[1]), (repr(got), repr(expected)))
    return f"{first}, expected {second}"


def show(value):
    """A value in a few lines: small arrays with their numbers, large ones with their shape."""
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.size > FEW:
        return f"array of shape {value.shape}, dtype {value.dtype}"
    small = 0 < np.abs(value[np.isfinite(value)]).max(initial=0.0) < SMALL  # with nothing but zeros behind the point
    text = np.array2string(value, precision=5, suppress_small=not small, separator=", ")
    return re.sub(r"\n{2,}", "\n", text)

"""From wrong results to the mistake behind them: first the known ones, then what the differences have in common.

A mistake is named only where the results are those of this mistake and of no other one known. What else is said is
true of the calls that were tried, whatever the mistake.
"""

from typing import NamedTuple

import numpy as np

from cnn_course.exercises.compare import compare_values
from cnn_course.exercises.examine import same, smallest
from cnn_course.exercises.exercise import Predict
from cnn_course.exercises.outcome import run

EVIDENCE = 4  # wrong numbers that a mistake must explain, where it is not the only one in an answer
UNEXPLAINED = ("name", "state", "grader")  # kinds of verdicts that say all there is to say


class Advice(NamedTuple):
    """What to do about a failed result: words, the call that shows it, and the known mistake that they are about."""

    words: str
    trial: object
    mistake: object = None


def advise(result):
    """Return the `Advice` for a failed result.

    The words are the hint to its mistake, or what its failures have in common.
    """
    if result.verdict.kind in UNEXPLAINED:
        return Advice("", result.failed)
    mistake = recognise(result)
    if mistake:
        return Advice(mistake.hint, result.failed, mistake)
    near, common = resembles(result), describe(result)
    if not near:
        return Advice(common, result.failed)
    check, mistake = near
    hint = f'In "{check.name}" the results are those of one known mistake. {mistake.hint}'
    failed = smallest([trial for trial in result.trials if trial.check is check and trial.verdict])
    return Advice(" ".join(filter(None, (common, hint))), failed, mistake)


def recognise(result):
    """Return the `Wrong` of the catalogue that gives the same result as a failed submission in every call, or None."""
    exercise = result.exercise
    if isinstance(exercise, Predict):
        got = result.failed and result.failed.got.value
        return next((m for m in exercise.mistakes if got is not None and not compare_values(m.answer, got)), None)
    if not result.trials:
        return None
    trials = sorted(result.trials, key=lambda trial: trial.verdict is None)  # where mistakes show, first
    failed = tuple(name for name, points in result.earned.items() if result.missed(name))
    for mistake in exercise.mistakes:
        if mistake.fails:
            known = mistake.fails == failed and not any(trial.verdict and trial.got.error for trial in trials)
        else:
            known = all(same(run(mistake.answer, trial.args), trial.got) for trial in trials)
        if known:
            return mistake
    return None


def resembles(result):
    """Return the first check that fails and the mistake that explains it, if exactly one does, or None.

    Two mistakes together give results of their own, but often one of them shows by itself in a check. It must fail in
    the same checks as the submission, or its hint might say that something is right which is not.
    """
    failed = [t for t in result.trials if t.verdict and t.check.points and t.expected and not t.got.error]
    if not failed or failed[0].got.stopped:
        return None
    check = failed[0].check
    trials = [trial for trial in result.trials if trial.check is check]
    if sum(_numbers(trial.got.value) for trial in trials if trial.verdict) < EVIDENCE:
        return None
    known = (m for m in result.exercise.mistakes if not m.fails)
    found = [m for m in known if all(same(run(m.answer, t.args), t.got) for t in trials)]
    return (check, found[0]) if len(found) == 1 and _fails_alike(found[0], result.trials) else None


def _numbers(value):
    """How many numbers there are that are not zero: zeros come out of many mistakes."""
    return sum(map(_numbers, value)) if isinstance(value, tuple) else np.count_nonzero(value)


def _fails_alike(mistake, trials):
    """Whether a mistake fails in the checks in which a submission does, and in no others."""
    trials = [trial for trial in trials if trial.expected]
    its = {t.check.name for t in trials if not same(run(mistake.answer, t.args), t.expected)}
    return its == {t.check.name for t in trials if t.verdict}


def describe(result):
    """What the failed calls have in common, in a sentence, or an empty string."""
    trials = [trial for trial in result.trials if trial.expected is not None]
    failed = [trial for trial in trials if trial.verdict]
    if not failed or result.verdict.kind == "mutated":
        return ""
    found = [_condition(result.exercise.parameters, trials)]
    pairs = [_first_wrong(trial.expected.value, trial.got.value) for trial in failed]
    if all(isinstance(value, np.ndarray) for pair in pairs for value in pair):
        with np.errstate(all="ignore"):
            equal = all(expected.shape == got.shape and _close(got, expected) for expected, got in pairs)
            found += [] if equal else [pattern(pairs) for pattern in PATTERNS]
    return " ".join(text for text in found if text)


def _first_wrong(expected, got):
    """Of several results the first that is wrong; a number as an array."""
    if isinstance(expected, tuple) and isinstance(got, tuple) and len(expected) == len(got):
        pairs = zip(expected, got, strict=True)
        expected, got = next((pair for pair in pairs if compare_values(*pair)), (expected, got))
    if isinstance(expected, float):
        expected = np.array(expected)
    if isinstance(got, float):
        got = np.array(got)
    return expected, got


def _condition(parameters, trials):
    """A property of the arguments that holds where the result is right, at least twice, and fails where it is wrong."""
    right = [_attributes(parameters, t.args) for t in trials if not t.verdict]
    wrong = [_attributes(parameters, t.args) for t in trials if t.verdict]
    if len(right) < 2:
        return ""
    for name, value in right[0].items():
        if all(a.get(name) == value for a in right) and all(a.get(name) != value for a in wrong):
            if isinstance(value, bool):
                return f"Of the calls tried, those where {name} are {'right' if value else 'wrong'}, and no others."
            return f"Of the calls tried, those where {name} is {value} are right, and no others."
    return ""


def _attributes(parameters, args):
    """Numbers that describe the arguments of a call, the ones most often at fault first."""
    found = {}
    for name, arg in zip(parameters, args, strict=True):
        if isinstance(arg, np.ndarray):
            found |= {f"{name}.shape[{axis}]": size for axis, size in enumerate(arg.shape)}
            if arg.ndim > 1:
                found[f"{name} is square"] = arg.shape[-1] == arg.shape[-2]
        elif not isinstance(arg, tuple):
            found[name] = arg
    return dict(sorted(found.items(), key=lambda item: "shape" in item[0]))


def _factor(pairs):
    """Equal up to one factor."""
    factors = []
    for expected, got in pairs:
        if expected.shape != got.shape or "c" in (expected.dtype.kind, got.dtype.kind) or not expected.any():
            return ""
        if not (np.isfinite(expected).all() and np.isfinite(got).all()):
            return ""
        factors.append(float((got * expected).sum() / (expected * expected).sum()))
        if not _close(got, factors[-1] * expected):
            return ""
    numbers = sum(expected.size for expected, _ in pairs)  # with one number a factor, there always is one
    if numbers > 1 and np.ptp(factors) <= 1e-9 * max(map(abs, factors)) and factors[0]:
        sign = abs(factors[0] + 1) < 1e-9
        return "The sign is wrong everywhere." if sign else f"Off by a constant factor: {factors[0]:.4g}."
    if 0 in factors or numbers == len(pairs):
        return ""
    return f"Off by a factor that changes from call to call ({factors[0]:.4g} in the first)."


def _sizes(pairs):
    """As long as it should be but for one row."""
    for axis, name in ((-1, "last"), (-2, "last but one")):
        steps = {got.shape[axis] - e.shape[axis] if got.ndim == e.ndim >= -axis else 0 for e, got in pairs}
        if len(steps) == 1 and steps <= {-1, 1}:
            return f"The {name} axis is always one {'short' if steps == {-1} else 'too long'}."
    return ""


def _turned(pairs):
    """Equal after a flip, a transposition or a shift."""
    for words, turn in (
        ("Reversed along the last axis", lambda a: a[..., ::-1]),
        ("Reversed along all axes", np.flip),
        ("The last two axes are exchanged", lambda a: a.swapaxes(-1, -2) if a.ndim > 1 else a),
        ("Shifted by one place along the last axis", lambda a: np.roll(a, 1, -1)),
        ("Shifted by minus one place along the last axis", lambda a: np.roll(a, -1, -1)),
    ):
        if all(e.ndim and got.shape == turn(e).shape and _close(got, turn(e)) for e, got in pairs):
            return f"{words}."
    return ""


def _offset(pairs):
    """Equal up to one number that is added everywhere."""
    if any("b" in (e.dtype.kind, got.dtype.kind) or not np.isfinite(got).all() for e, got in pairs):
        return ""
    if all(e.shape == got.shape and e.size > 1 and _close(got - e, (got - e).flat[0]) for e, got in pairs):
        return "One and the same number is added everywhere."
    return ""


def _rounded(pairs):
    """Equal after the digits behind the point have been dropped."""
    if all(e.shape == got.shape and e.dtype.kind == "f" and _close(got, np.trunc(e)) for e, got in pairs):
        return "Everything after the point is lost."
    return ""


PATTERNS = (_factor, _sizes, _turned, _offset, _rounded)


def _close(one, other):
    return np.allclose(one, other, rtol=1e-9, atol=1e-12)

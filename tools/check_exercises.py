"""Check the exercises: that they tell right from wrong, and one mistake from another.

    python tools/check_exercises.py [--draws 5] [name ...]

For every exercise to implement, on each of many draws of its random cases: the solution and its alternatives earn all
points; the stub counts as not attempted; an answer that returns nothing, zeros or its argument, or always raises an
error, earns none; every wrong solution fails, earns the same points in each draw, and is answered with its own hint. A
table shows for each wrong solution whose hint it was given.

The name of the file, of the function and in the statement are the same. Where an exercise cannot be checked, whatever
the reason, a line says so, and the others are checked all the same.

Other processors round otherwise, so all this must also hold for answers that are disturbed by a few units in the last
place: once in what they return, and once in what they are given, too.
"""

import argparse
import contextlib
import os
import sys
import traceback
from collections import Counter
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from pathlib import Path

import numpy as np

from cnn_course.exercises import find, names
from cnn_course.exercises.diagnose import recognise
from cnn_course.exercises.examine import examine
from cnn_course.exercises.exercise import Explain
from cnn_course.exercises.notebook import HARDEST
from cnn_course.exercises.outcome import SCALARS, copy, run
from cnn_course.exercises.submission import Here

FEWEST = 5  # wrong solutions for an exercise to implement
MOST = 8  # complaints to show for an exercise
ULPS = 4  # units in the last place of the largest number


def check_texts(exercise):
    """Statement, hints and remarks are there, and no hint stands twice."""
    missing = [text for text in ("title", "chapter", "statement") if not getattr(exercise, text)]
    if missing:
        yield f"needs a {' and a '.join(missing)}"
    if exercise.stars not in range(1, HARDEST + 1) or exercise.minutes < 1:
        yield f"has {exercise.stars} stars and takes {exercise.minutes} minutes, expected 1 to 3 stars and some minutes"
    if isinstance(exercise, Explain):
        if not exercise.answer or not exercise.contains:
            yield "needs a model answer, and a list of what a complete one contains"
        return
    if exercise.kind == "Implement" and not exercise.hints:
        yield "has no hint for everybody"
    if exercise.kind == "Implement" and len(exercise.mistakes) < FEWEST:
        yield f"has {len(exercise.mistakes)} wrong solutions, expected at least {FEWEST}"
    if exercise.kind == "Implement" and not exercise.checks:
        yield "has no check: see @exercise.check"
    if exercise.kind == "Predict" and exercise.answer is None:
        yield "has no answer"
    if exercise.kind == "Predict" and not exercise.mistakes:
        yield "has no wrong answer"
    if exercise.kind == "Implement" and exercise.answer:
        checks = [check.name for check in exercise.checks]
        if len(set(checks)) < len(checks):
            yield "has two checks of one name"
        if not exercise.answer.__doc__:
            yield "has a solution without a docstring, which is all that the stub shows"
    hints = [*exercise.hints, *(mistake.hint for mistake in exercise.mistakes)]
    if not all(hints) or len(set(hints)) < len(hints):
        yield "has an empty hint, or one that stands twice"


def check_fit(name, exercise):
    """The file, the function or variable, and the words of the exercise belong together."""
    if exercise.kind == "Implement" and not exercise.answer:
        yield f"has no solution: decorate a function {name} with @exercise.solution"
        return
    what = {"Implement": "function", "Predict": "variable"}.get(exercise.kind, "name")
    if exercise.name != name:
        yield f"stands in the file {name}.py, but its {what} is {exercise.name}"
    call = f"`{exercise.name}({', '.join(exercise.parameters)})`" if exercise.kind == "Implement" else f"`{name}`"
    if what != "name" and exercise.statement and call not in " ".join(exercise.statement.split()):
        yield f"has a statement that does not name {call}"
    title = exercise.title
    if title != title.strip() or "\n" in title or title.endswith((".", ":")) or title.startswith(f"{exercise.kind}: "):
        yield f"has the title {title!r}, expected words on one line, without the kind in front and a stop behind"
    for other in names():
        with contextlib.suppress(Exception):  # its own report says what is wrong with it
            if other != name and find(other).title == title:
                yield f"has the title of {other}"


def check_right(exercise, draw, disturb):
    """The solution and its alternatives earn all points."""
    right = [exercise.answer, *getattr(exercise, "alternatives", ())]
    for answer in right:
        result = _examine(exercise, disturb(answer), draw)
        if result.status != "passed" or result.points != exercise.points:
            yield f"{_name(answer)} is right but {result.status}: {result.verdict and result.verdict.text}"


def check_arguments(exercise, draw):
    """Cases are made of what reaches the process of an answer as it is: arrays, numbers and tuples of these."""
    strange = set()

    def answer(*args):
        strange.update(_strange(args))
        return exercise.answer(*args)

    _examine(exercise, answer, draw)
    for kind in sorted(strange):
        yield f"has a case with a {kind} among its arguments: give arrays, numbers and tuples of these"


def _strange(arg):
    if isinstance(arg, tuple):
        for part in arg:
            yield from _strange(part)
    elif not isinstance(arg, np.ndarray) and type(arg) not in SCALARS:
        yield type(arg).__name__


def check_nothing(exercise, draw):
    """Answers without content earn nothing."""
    for name, answer in _empty_answers(exercise).items():
        result = _examine(exercise, answer, draw)
        expected = "not attempted" if name == "the stub" else "failed"
        if result.status != expected or result.points:
            yield f"{name} is {result.status} with {result.points} points, expected {expected} with 0"


def check_wrong(exercise, draw, disturb, recognised, earned):
    """Every wrong solution fails in a named check and is recognised; count by whose hint is given.

    What it earns in the first draw it earns in every one.
    """
    for mistake in exercise.mistakes:
        result = _examine(exercise, disturb(mistake.answer), draw)
        if result.status != "failed" or result.points >= exercise.points:
            yield f"{mistake.name} is wrong but {result.status} with {result.points} points"
            continue
        if exercise.kind == "Implement" and not (result.failed and result.failed.check):
            yield f"{mistake.name} is caught by no named check"
        if earned.setdefault(mistake.name, result.earned) != result.earned:
            yield f"{mistake.name} earns {result.earned}, in another draw {earned[mistake.name]}"
        found = recognise(result)
        recognised[mistake.name, found and found.name] += 1
        if found is not mistake:
            yield f"{mistake.name} is given the hint of {found.name if found else 'nobody'}"


def _examine(exercise, answer, draw):
    return examine(exercise, Here({exercise.name: answer}), exercise.generator(draw))


def results_disturbed(answer):
    """An answer whose results are those of another machine."""
    return lambda *args: disturbed(answer(*args), np.random.default_rng(0))


def arguments_disturbed(answer):
    """An answer that is also given other last digits to compute with."""

    def other(*args):
        rng = np.random.default_rng(0)
        before = [_relatively(arg, rng) for arg in args]
        given = [copy(arg) for arg in before]
        value = answer(*given)
        for arg, old, new in zip(args, before, given, strict=True):
            if isinstance(arg, np.ndarray) and not np.array_equal(old, new, equal_nan=True):
                arg[...] = new  # an answer that changes its arguments still does
        return disturbed(value, rng)

    return other


def _relatively(arg, rng):
    """An array of floats with other last digits; zeros stay zeros."""
    if not isinstance(arg, np.ndarray) or arg.dtype.kind != "f":
        return arg
    return arg * (1 + rng.integers(-ULPS, ULPS + 1, arg.shape) * np.finfo(arg.dtype).eps)


def disturbed(value, rng):
    """A result with other last digits, as far as it has floats."""
    if isinstance(value, (tuple, list)):
        return type(value)(disturbed(part, rng) for part in value)
    array = np.asarray(value)
    if array.dtype.kind not in "fc" or not array.size:
        return value
    steps = rng.integers(-ULPS, ULPS + 1, array.shape) * np.finfo(array.dtype).eps
    with np.errstate(all="ignore"):
        changed = array + (steps * np.abs(array[np.isfinite(array)]).max(initial=0.0)).astype(array.dtype)
    return changed if isinstance(value, np.ndarray) else type(value)(changed)


def _empty_answers(exercise):
    if exercise.kind == "Predict":
        return {"the stub": None}

    def stub(*args):
        raise NotImplementedError

    def refuses(*args):
        raise ValueError

    def zeros(*args):
        return _zero(run(exercise.answer, args).value)

    return {
        "the stub": stub,
        "an answer that returns nothing": lambda *args: None,
        "an answer that always raises an error": refuses,
        "an answer of zeros": zeros,
        "an answer that returns its argument": lambda *args: args[0],
    }


def _zero(value):
    if isinstance(value, tuple):
        return tuple(_zero(part) for part in value)
    return np.zeros_like(value) if isinstance(value, np.ndarray) else type(value)(0) if value is not None else 0.0


def _name(answer):
    return getattr(answer, "__name__", repr(answer))


def problems(exercise, draws, recognised):
    """Yield what is wrong with an exercise, each complaint with the draw at which it showed."""
    yield from check_texts(exercise)
    if isinstance(exercise, Explain):
        return
    if exercise.answer is None or (exercise.kind == "Implement" and not exercise.checks):
        return
    disturbances = {"": lambda answer: answer, ", its results disturbed": results_disturbed}
    if exercise.kind == "Predict":
        disturbances = {"": lambda answer: answer}
    elif not exercise.exact:
        disturbances[", its arguments disturbed"] = arguments_disturbed
    earned = {}
    for draw in range(draws):
        if exercise.kind == "Implement":
            yield from (f"{complaint} (draw {draw})" for complaint in check_arguments(exercise, draw))
        yield from (f"{complaint} (draw {draw})" for complaint in check_nothing(exercise, draw))
        for words, disturb in disturbances.items():
            counted = Counter() if words else recognised
            for complaints in (
                check_right(exercise, draw, disturb),
                check_wrong(exercise, draw, disturb, counted, earned),
            ):
                yield from (f"{complaint} (draw {draw}{words})" for complaint in complaints)


def confusion(exercise, recognised):
    """The table of wrong solutions and given hints, as lines: a column a hint, in the order of the rows."""
    known = [mistake.name for mistake in exercise.mistakes]
    width = max(map(len, known))
    return [f"  {row:{width}} " + "".join(f"{recognised[row, c] or '.':>4}" for c in [*known, None]) for row in known]


def report(name, draws):
    """Check one exercise; return the lines to print and the complaints."""
    recognised, complaints, kind, table = Counter(), [], "", []
    try:
        exercise = find(name)
        kind = f"{exercise.kind.lower()}, {exercise.points} points, "
        for check in (check_fit(name, exercise), problems(exercise, draws, recognised)):
            for complaint in check:
                complaints.append(complaint)
        table = confusion(exercise, recognised) if exercise.mistakes and exercise.kind == "Implement" else []
    except Exception as error:
        complaints.append(f"cannot be checked to the end: {_in_a_line(error)}")
    return [f"{name}: {kind}{len(complaints)} problems", *table], complaints


def _in_a_line(error):
    """What an error says, and where it was raised."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text} ({Path(place.filename).name}, line {place.lineno})"


def reports(chosen, draws):
    """Yield the reports of exercises; one that ends its process takes those of the others with it, only once."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        futures = {name: pool.submit(report, name, draws) for name in chosen}
        for name, future in futures.items():
            try:
                yield name, *future.result()
            except BrokenExecutor:
                yield name, *_alone(name, draws)


def _alone(name, draws):
    """The report of an exercise from a process of its own."""
    try:
        with ProcessPoolExecutor(1) as pool:
            return pool.submit(report, name, draws).result()
    except BrokenExecutor:
        return [f"{name}: 1 problems"], ["cannot be checked: it ends the process"]


def main(arguments=None):
    """Check the exercises named, or all; the exit status tells whether there are problems."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="exercises; all, if none is named")
    parser.add_argument("--draws", type=int, default=5, help="draws of the random cases (5)")
    options = parser.parse_args(arguments)
    chosen, found = options.names or names(), 0
    for name, lines, complaints in reports(chosen, options.draws):
        print("\n".join(lines))
        for complaint in complaints[:MOST]:
            print(f"{name}: {complaint}", file=sys.stderr)
        found += len(complaints)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())

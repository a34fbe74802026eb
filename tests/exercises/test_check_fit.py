"""`tools/check_exercises.py` refuses what does not fit together, and no exercise hides another one's report."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import check_exercises
import pytest

from cnn_course.exercises.exercise import Explain, Implement, Predict


def twice(**changes):
    """An exercise that lacks nothing but wrong solutions."""
    texts = {"title": "doubling", "chapter": "1-3", "statement": "Write `twice(x)`.", "stars": 1, "minutes": 5}
    exercise = Implement(**(texts | changes), hints=("Add.",))

    @exercise.solution
    def twice(x):
        """Two times x."""
        return 2 * x

    exercise.check("a number", points=1)(lambda rng: iter([(3,)]))
    return exercise


def without_solution():
    exercise = twice()
    exercise.answer = None
    return exercise


def failing():
    exercise = twice()
    exercise.check("fails", points=1)(lambda rng: iter([(1 / 0,)]))
    return exercise


WORDS = {"chapter": "1-3", "stars": 1, "minutes": 5}
FIT = [
    ("twice", twice(), []),
    ("double", twice(), ["stands in the file double.py, but its function is twice"]),
    ("twice", twice(statement="Write `twice(y)`."), ["has a statement that does not name `twice(x)`"]),
    ("twice", without_solution(), ["has no solution: decorate a function twice with @exercise.solution"]),
    ("twice", twice(title="Implement: doubling"), ["has the title 'Implement: doubling', expected"]),
    ("twice", twice(title="doubling."), ["has the title 'doubling.', expected"]),
    ("twice", twice(title="doubling\nthings"), ["has the title 'doubling\\nthings', expected"]),
    ("twice", twice(title="sizes"), ["has the title of other"]),
    ("size", Predict("size", statement="Set `size`.", name="size", **WORDS), []),
    ("size", Predict("size", statement="Set it.", name="size", **WORDS), ["has a statement that does not name `size`"]),
    ("size", Predict("size", statement="Set `size`.", name="sizes", **WORDS), ["stands in the file size.py, but its"]),
    ("why", Explain("why", statement="Why?", name="why", **WORDS), []),
    ("why", Explain("why", statement="Why?", name="because", **WORDS), ["stands in the file why.py, but its name is"]),
]


@pytest.mark.parametrize(("name", "exercise", "expected"), FIT)
def test_file_function_and_title_fit_together(monkeypatch, name, exercise, expected):
    others = {name: exercise, "other": Explain("sizes", statement="?", name="other", **WORDS)}
    monkeypatch.setattr(check_exercises, "names", lambda: [*others, "broken"])  # which cannot even be found
    monkeypatch.setattr(check_exercises, "find", others.__getitem__)
    found = list(check_exercises.check_fit(name, exercise))
    assert len(found) == len(expected), found
    assert all(text.startswith(start) for text, start in zip(found, expected, strict=True)), found


def unreadable(name):
    raise SyntaxError(f"invalid syntax ({name}.py, line 3)")


class Pool(ThreadPoolExecutor):
    """Processes, of which the one that checks "dies" does so, with all that have not answered."""

    def submit(self, function, name, draws):
        if name != "dies":
            return super().submit(function, name, draws)
        future = Future()
        future.set_exception(BrokenProcessPool("A process in the process pool was terminated abruptly"))
        return future


def test_every_failure_is_a_line_that_names_its_exercise(monkeypatch, capsys):
    exercises = {"dies": twice(), "fails": failing(), "double": twice(), "no_python": None}
    monkeypatch.setattr(check_exercises, "names", lambda: list(exercises))
    monkeypatch.setattr(check_exercises, "find", lambda name: exercises[name] or unreadable(name))
    monkeypatch.setattr(check_exercises, "ProcessPoolExecutor", Pool)
    assert check_exercises.main(["--draws", "1", "unknown", *exercises])
    printed = capsys.readouterr()
    lines = printed.err.splitlines()
    for start in (
        "unknown: cannot be checked to the end: KeyError: 'unknown' (",
        "dies: cannot be checked: it ends the process",
        "fails: cannot be checked to the end: ZeroDivisionError: division by zero (test_check_fit.py, line ",
        "double: stands in the file double.py, but its function is twice",
        "no_python: cannot be checked to the end: SyntaxError: invalid syntax (no_python.py, line 3) (",
    ):
        assert any(line.startswith(start) for line in lines), (start, lines)
    assert all(line.startswith(tuple(f"{name}: " for name in (*exercises, "unknown"))) for line in lines)
    heads = [line.partition(":")[0] for line in printed.out.splitlines()]
    assert heads == ["unknown", *exercises]

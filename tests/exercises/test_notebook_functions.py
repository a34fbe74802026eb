"""`check`, `hint` and `solution` as a notebook calls them: in its own namespace, with its own way to show things."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

import cnn_course.exercises as exercises
from cnn_course.exercises import catalogue
from cnn_course.exercises.exercise import Explain, Implement, Predict


def implement():
    exercise = Implement("T", "1-3", "Double.", hints=("First.", "Second."), remark="It is linear.")

    @exercise.solution
    def twice(x):
        """Double a number."""
        return 2 * x

    @exercise.check("any number", points=3)
    def any_number(rng):
        yield (int(rng.integers(3, 9)),)

    return exercise


SMALL = {
    "twice": implement(),
    "size": Predict("T", "1-3", "...", name="size", answer=(3, 4), remark="Rows first."),
    "why": Explain("T", "1-3", "...", name="why", answer="Zeros are black."),
}


@pytest.fixture(autouse=True)
def _small_catalogue(monkeypatch):
    monkeypatch.setattr(catalogue, "names", lambda: sorted(SMALL))
    modules = {f"cnn_course.exercises.catalogue.{name}": SimpleNamespace(exercise=e) for name, e in SMALL.items()}
    monkeypatch.setattr(catalogue, "import_module", modules.get)
    monkeypatch.setattr(exercises, "_given", {})


@pytest.fixture
def cell(monkeypatch):
    """Run the text of a cell in a namespace of its own, outside of IPython."""
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    names = {"np": np, "check": exercises.check, "hint": exercises.hint, "solution": exercises.solution}
    return lambda text: exec(text, names)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def twice(x):\n    return x + x", "twice: 3 of 3 points\n  passed"),
        ("def twice(x):\n    return x", "twice: 0 of 3 points\n  failed"),
        ("def twice(x):\n    raise NotImplementedError", "twice: 0 of 3 points\n\nNot attempted yet"),
        ("", "twice: 0 of 3 points\n\nthere is no function twice"),
    ],
)
def test_check_looks_into_the_namespace_of_its_caller(cell, capsys, source, expected):
    cell(source)
    cell('check("twice")')
    assert capsys.readouterr().out.startswith(expected)


def test_check_sees_what_was_defined_last(cell, capsys):
    cell("size = None")
    cell('check("size")')
    cell("size = (3, 4)")
    cell('check("size")\ncheck("why")')
    heads = [line for line in capsys.readouterr().out.splitlines() if " points" in line]
    assert heads == ["size: 0 of 1 points", "size: 1 of 1 points", "why: 0 of 0 points"]


def test_an_answer_that_exits_does_not_end_the_notebook(cell, capsys):
    cell("def twice(x):\n    raise SystemExit(3)")
    cell('check("twice")')
    assert "raised SystemExit: 3" in capsys.readouterr().out


def test_each_call_draws_other_cases(cell, capsys):
    cell("seen = set()\ndef twice(x):\n    seen.add(x)\n    return 2 * x")
    cell('for _ in range(50):\n    check("twice")')
    cell("assert len(seen) > 1")


def test_hints_come_one_at_a_time(cell, capsys):
    cell('for _ in range(4):\n    hint("twice")')
    end = 'There are no more hints. solution("twice") shows a solution.'
    assert capsys.readouterr().out.splitlines() == ["Hint 1 of 2: First.", "Hint 2 of 2: Second.", end, end]


def test_each_exercise_counts_its_own_hints(cell, capsys):
    cell('hint("twice")\nhint("size")\nhint("twice")')
    end = 'There are no more hints. solution("size") shows a solution.'
    assert capsys.readouterr().out.splitlines() == ["Hint 1 of 2: First.", end, "Hint 2 of 2: Second."]


FUNCTION = '''```python
def twice(x):
    """Double a number."""
    return 2 * x
```

It is linear.
'''


@pytest.mark.parametrize(
    ("name", "text"),
    [("twice", FUNCTION), ("size", "`size = (3, 4)`\n\nRows first.\n"), ("why", "Zeros are black.\n")],
)
def test_solution_shows_solution_and_remark(cell, capsys, name, text):
    cell(f'solution("{name}")')
    assert capsys.readouterr().out == text


@pytest.mark.parametrize("function", ["check", "hint", "solution"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("twise", "find: there is no exercise 'twise'; do you mean 'twice' or 'size'?"),
        ("sice", "find: there is no exercise 'sice'; do you mean 'size' or 'twice'?"),
        ("qqq", "find: there is no exercise 'qqq'"),
        ("__init__", "find: there is no exercise '__init__'"),
        (3, "find: there is no exercise 3"),
    ],
)
def test_an_unknown_name_is_answered_with_close_ones(cell, function, name, message):
    with pytest.raises(ValueError, match=r"^find: ") as error:
        cell(f"{function}({name!r})")
    assert str(error.value) == message


def test_a_notebook_gets_html(cell, capsys, monkeypatch):
    shown = []
    ipython = SimpleNamespace(get_ipython=object, display=SimpleNamespace(display=shown.append))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    cell("twice = lambda x: 2 * x")
    cell('check("twice")')
    assert capsys.readouterr().out == ""
    assert shown[0]._repr_html_().startswith("<div")
    assert repr(shown[0]).startswith("twice: 3 of 3 points")


def test_ipython_that_is_only_imported_gets_text(cell, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    cell('check("twice")')
    assert capsys.readouterr().out.startswith("twice: 0 of 3 points")


def test_a_shell_of_ipython_displays_the_report(monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    monkeypatch.setattr(InteractiveShell, "init_history", lambda self: None)
    shell = InteractiveShell.instance()
    try:
        shell.run_cell("from cnn_course.exercises import check", store_history=False)
        shell.run_cell("def twice(x):\n    return x[0]", store_history=False)
        with capture_output() as captured:
            shell.run_cell('check("twice")', store_history=False)
    finally:
        InteractiveShell.clear_instance()
    (output,) = captured.outputs
    assert "in the line: return x[0]" in output.data["text/html"]
    assert output.data["text/plain"].startswith("twice: 0 of 3 points")

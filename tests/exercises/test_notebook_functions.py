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


COMPLETE = "Zeros are black.\n\nA complete answer\n\n- names the zeros\n"
SMALL = {
    "twice": implement(),
    "size": Predict("T", "1-3", "...", name="size", answer=(3, 4), remark="Rows first."),
    "why": Explain("T", "1-3", "...", name="why", answer="Zeros are black.", contains=("names the zeros",)),
}


@pytest.fixture(autouse=True)
def _small_catalogue(monkeypatch):
    monkeypatch.setattr(catalogue, "names", lambda: sorted(SMALL))
    monkeypatch.setattr(catalogue, "import_module", lambda name: SimpleNamespace(exercise=SMALL[name.split(".")[-1]]))
    monkeypatch.setattr(exercises, "_given", {})
    monkeypatch.setattr(exercises, "_seeds", {})


@pytest.fixture
def cell(monkeypatch):
    """Run the text of a cell in a namespace of its own, outside of IPython."""
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    names = {"np": np, "check": exercises.check, "hint": exercises.hint, "solution": exercises.solution}
    return lambda text: exec(text, names)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def twice(x):\n    return x + x", "twice: PASSED, 3 of 3 points\n  passed"),
        ("def twice(x):\n    return x", "twice: FAILED, 0 of 3 points\n  FAILED"),
        ("def twice(x):\n    raise NotImplementedError", "twice: not attempted, 0 of 3 points\n\nNot attempted yet"),
        ("", "twice: FAILED, 0 of 3 points\n\nthere is no function twice"),
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
    assert heads == [
        "size: not attempted, 0 of 1 points",
        "size: PASSED, 1 of 1 points",
        "why: for you to judge, 0 of 0 points",
    ]


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
    end = 'There are no more hints. `solution("twice")` shows a solution.'
    assert capsys.readouterr().out.splitlines() == ["Hint 1 of 2: First.", "Hint 2 of 2: Second.", end, end]


def test_each_exercise_counts_its_own_hints(cell, capsys):
    cell('hint("twice")\nhint("size")\nhint("twice")')
    end = 'There are no more hints. `solution("size")` shows a solution.'
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
    [("twice", FUNCTION), ("size", "`size = (3, 4)`\n\nRows first.\n"), ("why", COMPLETE)],
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


def test_ipython_that_is_only_imported_gets_text(cell, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    cell('check("twice")')
    assert capsys.readouterr().out.startswith("twice: FAILED, 0 of 3 points")


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """Run a cell in a shell of IPython; return what it shows, a dictionary of media types each."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))

    def run(source):
        with capture_output() as captured:
            assert shell.run_cell(source, store_history=False).success
        shell.execution_count += 1
        return [output.data for output in captured.outputs]

    run("from cnn_course.exercises import check, hint, solution")
    yield run
    InteractiveShell.clear_instance()


def test_a_shell_of_ipython_displays_the_report_once(shell):
    shell("def twice(x):\n    return x[0]")
    (output,) = shell('check("twice")')
    assert "in the line: return x[0]" in output["text/html"]
    assert output["text/plain"].startswith("twice: FAILED, 0 of 3 points")


def test_a_case_can_be_shown_again(shell):
    shell("def twice(x):\n    return x")
    (first,) = shell('case = check("twice")')
    assert shell("case") == [first]


def test_hints_and_solutions_are_rendered(shell):
    assert shell('hint("twice")')[0]["text/markdown"] == "Hint 1 of 2: First."
    assert shell('solution("twice")')[0]["text/markdown"] == FUNCTION.rstrip()


def test_the_case_is_the_call_that_is_shown(cell, capsys):
    cell("def twice(x):\n    return x")
    cell('case = check("twice")')
    cell("x = case.args['x']\nassert case.expected == 2 * x and case.got == x == twice(**case.args)\nprint(repr(case))")
    assert capsys.readouterr().out.splitlines()[-1] == "<Case of twice: FAILED, 0 of 3 points, args x>"


def test_a_case_of_what_is_not_wrong_has_no_arguments(cell, capsys):
    cell("def twice(x):\n    return x + x\nsize = (4, 3)")
    cell('for name in ("twice", "size", "why"):\n    case = check(name)\n    assert case.args == {}')
    cell("assert case.expected is case.got is None\nprint(repr(case))")
    assert capsys.readouterr().out.splitlines()[-1] == "<Case of why: for you to judge, 0 of 0 points>"


def test_the_arguments_of_a_case_cannot_be_spoiled(cell, monkeypatch):
    monkeypatch.setitem(SMALL, "twice", of_arrays())
    cell("def twice(x):\n    return x[:1]\ncase = check('twice')\ncase.args['x'][:] = 0\nassert case.args['x'].all()")


def of_arrays():
    exercise = Implement("Twice", "1-3", "Double.")

    @exercise.solution
    def twice(x):
        """Double all numbers."""
        return 2 * x

    @exercise.check("many numbers", points=3)
    def many(rng):
        yield (rng.uniform(1, 9, 10**4),)

    return exercise


def test_the_same_cases_come_back_until_they_pass(cell):
    cell("seen, factor = [], 3\ndef twice(x):\n    seen.append(x)\n    return factor * x")
    cell('for _ in range(20):\n    check("twice")\nassert len(set(seen)) == 1')
    cell('factor = 2\ncheck("twice")\nassert len(set(seen)) == 1')
    cell('for _ in range(50):\n    check("twice")\nassert len(set(seen)) > 1')


def test_an_interrupt_is_one_line(cell, capsys):
    cell("def twice(x):\n    raise KeyboardInterrupt")
    cell('assert check("twice") is None')
    assert capsys.readouterr().out == "check: interrupted, nothing is said about twice\n"

"""What a page says to a prediction is what the notebook says."""

import json
import re
import sys
from pathlib import Path

import pytest

from cnn_course.exercises import find, names
from cnn_course.exercises.compare import TOLERANCES
from cnn_course.exercises.examine import examine
from cnn_course.exercises.outcome import Outcome
from cnn_course.exercises.report import explain

BOOK = Path(__file__).parents[2] / "book"
sys.path.append(str(BOOK / "_ext"))

import explorers  # noqa: E402
import formulas  # noqa: E402
import predictions  # noqa: E402

PREDICTIONS = [name for name in names() if find(name).kind == "Predict"]


class Given:
    """A submission that holds one value."""

    def __init__(self, value):
        self.given = value

    def value(self, name):
        return Outcome(self.given)


@pytest.fixture(scope="module")
def page():
    """Calls a function of the module with a text that JSON makes of its arguments."""
    script = (BOOK / "_static" / "explorers" / "predictions.mjs").read_text(encoding="utf-8")
    functions = explorers.EXPORT.sub("", script)

    def call(name, *args):
        given = ", ".join(json.dumps(arg) for arg in args)
        return json.loads(formulas.engine().eval(f"(() => {{{functions}; return JSON.stringify({name}({given}))}})()"))

    return call


def in_notebook(name, value):
    result = examine(find(name), Given(value), None)
    words = dict(explain(result))
    return result.status, words.get("hint") or words.get("next")


@pytest.mark.parametrize("name", PREDICTIONS)
def test_the_same_words(page, name):
    known = json.loads(json.dumps(predictions.predictions()[name]))
    exercise = find(name)
    for value in (exercise.answer, *exercise.wrong, tuple(number + 1 for number in exercise.answer)):
        if len(value) != len(exercise.answer):
            continue
        typed = page("read", ", ".join(map(str, value)))
        shown = page("verdict", typed, known["answer"], known["wrong"])
        status, words = in_notebook(name, value)
        assert (shown["status"] == "passed") == (status == "passed")
        assert shown["words"] == (words or "This is not the answer.")


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("3, -4", [3, -4]),
        (" (14, 28, 86, 1) ", [14, 28, 86, 1]),
        ("[0.5,1/4,]", [0.5, 0.25]),
        ("\u22122; 1e3", [-2, 1000]),
        ("(7,)", [7]),
        ("  ", []),
        ("4, x", [4, None]),
        ("4,, 5", [4, None, 5]),
        ("1/2/3", [None]),
        ("1/0", [None]),
    ],
)
def test_numbers_as_people_type_them(page, typed, numbers):
    assert page("read", typed) == numbers


def test_what_cannot_be_judged_says_why(page):
    answer, wrong = [1, 2, 3], [[[3, 2, 1], "The other way round."]]

    def words(text):
        return page("verdict", page("read", text), answer, wrong)["words"]

    assert "type your numbers" in words("")
    assert words("1, two, 3").startswith("Number 2 cannot be read")
    assert words("1, 2") == "These are 2 numbers, and 3 are asked for."
    assert words("3, 2, 1.0000000001") == "The other way round."
    assert words("3, 2, 1.00001") == "This is not the answer."


def test_the_tolerance_is_that_of_the_grader(page):
    script = (BOOK / "_static" / "explorers" / "predictions.mjs").read_text(encoding="utf-8")
    assert float(re.search(r"TOLERANCE = (\S+);", script)[1]) == TOLERANCES[8]

"""What a learner reads, as text and as HTML: every status, nothing that runs, nothing that is only dark or light."""

import re
from html import unescape

import numpy as np
import pytest

from cnn_course.exercises.examine import examine
from cnn_course.exercises.exercise import Explain, Implement, Predict
from cnn_course.exercises.report import as_html, as_text
from cnn_course.exercises.submission import Here


def implement():
    exercise = Implement("Twice", "1-3", "Double.")

    @exercise.solution
    def twice(x):
        return 2 * x

    @exercise.check("small & <simple>", points=1)
    def small(rng):
        yield (np.array([[1.0, 2.0, 3.0], [5.0, 7.0, 9.0]]),)

    @exercise.check("large", points=2)
    def large(rng):
        yield (rng.uniform(1, 9, (7, 11)),)

    @exercise.property("linear", points=4)
    def linear(call, rng):
        return None if call(np.ones(3))[0] == 2 else "is not linear"

    @exercise.wrong("A square is a <b>product</b>.")
    def squared(x):
        return x * x

    return exercise


SIZE = Predict("Size", "1-3", "...", name="size", answer=41, wrong={40: "One more."})
WHY = Explain("Why", "1-3", "Why?", name="why", answer="Because.")


def stub(x):
    raise NotImplementedError


def halves(x):
    return 2 * x if x.size == 6 else x / 2


def attack(x):
    raise ValueError("<script>alert('x')</script> & <img src=x>")


ANSWERS = {
    "passed": (implement(), lambda x: x + x),
    "stub": (implement(), stub),
    "missing": (implement(), None),
    "known": (implement(), lambda x: x**2),
    "half": (implement(), halves),
    "attack": (implement(), attack),
    "right prediction": (SIZE, 41),
    "wrong prediction": (SIZE, 40),
    "no prediction": (SIZE, None),
    "explanation": (WHY, None),
}


def result(name):
    exercise, answer = ANSWERS[name]
    return examine(exercise, Here({exercise.name: answer}), np.random.default_rng(0))


TRIED = "Everything that was tried here is right. Grading tries the same things, with other numbers."


@pytest.mark.parametrize(
    ("name", "head", "body"),
    [
        ("passed", "twice: PASSED, 7 of 7 points", TRIED),
        (
            "stub",
            "twice: not attempted, 0 of 7 points",
            "Not attempted yet: replace `raise NotImplementedError`",
        ),
        ("missing", "twice: FAILED, 0 of 7 points", "there is no function twice: run the cell that defines it"),
        ("known", "twice: FAILED, 0 of 7 points", "Hint: A square is a <b>product</b>."),
        ("half", "twice: FAILED, 1 of 7 points", "Hint: Off by a constant factor: 0.25."),
        (
            "attack",
            "twice: FAILED, 0 of 7 points",
            "raised ValueError: <script>alert('x')</script> & <img src=x>\nin the line",
        ),
        ("right prediction", "size: PASSED, 1 of 1 points", "This is the answer."),
        ("wrong prediction", "size: FAILED, 0 of 1 points", "40 is not the answer\n\nHint: One more."),
        (
            "no prediction",
            "size: not attempted, 0 of 1 points",
            "Not attempted yet: assign your answer to the name",
        ),
        (
            "explanation",
            "why: for you to judge, 0 of 0 points",
            "Write your answer down, then compare it",
        ),
    ],
)
def test_every_status_in_words(name, head, body):
    text = as_text(result(name))
    assert text.startswith(f"{head}\n")
    assert body in text
    assert ("Hint: " in text) is (name in ("known", "half", "wrong prediction"))


def test_the_checks_stand_in_a_table():
    table = ["  passed    1/1  small & <simple>", "  FAILED    0/2  large", "  not run   0/4  linear"]
    assert as_text(result("half")).splitlines()[1:4] == table
    assert as_text(result("passed")).splitlines()[3] == "  passed    4/4  linear"
    assert as_text(result("stub")).splitlines()[1] == as_text(result("wrong prediction")).splitlines()[1] == ""


def test_the_call_that_shows_it_stands_before_the_verdict():
    text = as_text(result("known"))
    assert "small & <simple>:\nx = [[1., 2., 3.],\n     [5., 7., 9.]]\n\n5 of 6 numbers differ" in text
    assert "large:\nx = array of shape (7, 11), dtype float64\n\n" in as_text(result("half"))


def kept_between_calls():
    calls = []
    return lambda x: calls.append(0) or 2.0 * x + (len(calls) > 3)


def test_a_check_without_its_points_is_marked_failed():
    exercise = implement()
    found = examine(exercise, Here({"twice": kept_between_calls()}), np.random.default_rng(0))
    assert as_text(found).splitlines()[1] == "  FAILED    0/1  small & <simple>"
    assert "Something is kept between the calls" in as_text(found)


@pytest.mark.parametrize("name", ANSWERS)
def test_html_says_the_same(name):
    html, text = as_html(result(name)), as_text(result(name))
    words = unescape(re.sub("<[^>]*>", " ", html.replace("</strong>", "")))
    assert sorted(words.split()) == sorted(text.replace("`", " ").split())


@pytest.mark.parametrize("name", ANSWERS)
def test_html_has_no_tags_of_an_answer(name):
    assert set(re.findall(r"</?(\w+)", as_html(result(name)))) <= {
        "div",
        "p",
        "pre",
        "strong",
        "code",
        "table",
        "tr",
        "td",
    }


@pytest.mark.parametrize("name", ANSWERS)
def test_html_leaves_the_colours_to_the_page(name):
    styles = ";".join(re.findall(r'style="([^"]*)"', as_html(result(name))))
    properties = {style.split(":")[0].strip() for style in styles.split(";")}
    assert properties <= {
        *("border", "border-left", "padding", "padding-left", "margin", "font-family"),
        *("overflow-x", "text-align", "white-space"),
    }


@pytest.mark.parametrize("name", ANSWERS)
def test_no_report_claims_more_than_was_tried(name):
    words = (as_text(result(name)) + as_html(result(name))).lower()
    assert not re.search(r"all (tests|checks|cases)?\s*(have )?passed|all correct|is correct|no mistakes", words)


def test_a_wrong_prediction_is_not_told_the_answer():
    assert "41" not in as_text(result("wrong prediction")) + as_html(result("wrong prediction"))

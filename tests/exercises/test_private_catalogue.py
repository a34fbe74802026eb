"""Exercises of an instructor's own, beside those of the course or in their place."""

import re

import pytest

from cnn_course.exercises import catalogue
from cnn_course.exercises.catalogue import digest, find, names, read_folder, set_private
from cnn_course.exercises.examine import examine
from cnn_course.exercises.notebook import notebook_text
from cnn_course.exercises.source import solution_text
from cnn_course.exercises.submission import Here
from cnn_course.grading import cli, record

THRICE = '''
import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement("three times", "1-3", "Multiply by 3.", stars=1, minutes=5, goals=(1,))


@exercise.solution
def thrice(x):
    """Three times a number."""
    return 3 * x


@exercise.check("any number", points=2)
def any_number(rng):
    yield (fractions(rng, 4),)


@exercise.wrong("A cube is something else.")
def cubed(x):
    return x**3
'''
CONVOLVE = '''
import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement("convolution, in the exam", "1-3", "As you know it.")


@exercise.solution
def convolve(f, h):
    """Full convolution."""
    return np.convolve(f, h)


@exercise.check("hidden", points=20)
def hidden(rng):
    yield rng.standard_normal(5), rng.standard_normal(3)
'''
SIZE = """
from cnn_course.exercises.exercise import Predict

exercise = Predict("a size", "1-3", "How long?", name="size", answer=5, wrong={4: "One more."})
"""


@pytest.fixture(autouse=True)
def course_alone():
    yield
    set_private({})


def test_an_exercise_is_added_found_and_judged():
    before = names()
    set_private({"thrice": THRICE, "size": SIZE})
    assert set(names()) == {*before, "thrice", "size"}
    exercise = find("thrice")
    assert examine(exercise, Here({"thrice": lambda x: x + x + x}), exercise.generator(0)).status == "passed"
    wrong = examine(exercise, Here({"thrice": lambda x: x * x * x}), exercise.generator(0))
    assert (wrong.status, wrong.points) == ("failed", 0)
    assert "3 * x" in solution_text(exercise), "its source is found, though it is in no file"
    assert "raise NotImplementedError" in notebook_text(exercise)
    set_private({})
    assert names() == before
    with pytest.raises(ValueError, match="there is no exercise 'thrice'"):
        find("thrice")


def test_one_of_the_same_name_takes_the_place_of_the_course_s():
    ours = find("convolve")
    set_private({"convolve": CONVOLVE})
    assert find("convolve").points == 20
    assert names().count("convolve") == 1
    set_private({})
    assert find("convolve") is ours


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("thrice", "x = (", "thrice.py is no file of an exercise: SyntaxError"),
        ("thrice", "import nothing_of_that_name", "ModuleNotFoundError"),
        ("thrice", "x = 1", "AttributeError"),
        ("twice", THRICE, "twice.py defines the exercise 'thrice'"),
        ("convolve", CONVOLVE.replace("(f, h)", "(f, h, mode)", 1), "convolve.py is Implement('f', 'h', 'mode')"),
        ("single_one", SIZE.replace('"size"', '"single_one"').replace("Predict", "Explain"), "no file of an exercise"),
        ("dark_frame", SIZE.replace('"size"', '"dark_frame"'), "dark_frame.py is Predict(), but the exercise of the"),
    ],
)
def test_a_file_that_is_no_exercise_is_refused_and_nothing_changes(name, text, complaint):
    set_private({"size": SIZE})
    with pytest.raises(ValueError, match=f"set_private: .*{re.escape(complaint)}"):
        set_private({"thrice": THRICE, name: text})
    assert "size" in names()
    assert ("thrice" in names()) is False


def test_a_digest_tells_exercises_apart():
    before, one = digest(), digest("convolve")
    assert digest("correlate") != one != before
    set_private({"convolve": CONVOLVE})
    assert digest("convolve") != one
    assert digest() != before
    changed = digest("convolve")
    set_private({"convolve": CONVOLVE.replace("points=20", "points=21")})
    assert digest("convolve") != changed
    set_private({"thrice": THRICE})
    assert digest("convolve") != one, "another name may be found in the same file"
    set_private({})
    assert (digest(), digest("convolve")) == (before, one)


def test_the_digest_of_the_course_is_that_of_its_files(monkeypatch, tmp_path):
    for name in ("convolve", "correlate"):
        (tmp_path / f"{name}.py").write_text(name)
    monkeypatch.setattr(catalogue, "__file__", str(tmp_path / "__init__.py"))
    digest.cache_clear()
    before = digest(), digest("convolve")
    (tmp_path / "correlate.py").write_text("changed")
    digest.cache_clear()
    after = digest(), digest("convolve")
    digest.cache_clear()
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_files_of_a_folder(tmp_path):
    (tmp_path / "thrice.py").write_bytes(THRICE.replace("\n", "\r\n").encode())
    for name in ("_notes.py", ".thrice.py", "thrice.txt", "__init__.py"):
        (tmp_path / name).write_text("x = (")
    assert read_folder(tmp_path) == {"thrice": THRICE}, "line ends of another system are the same text"


def test_on_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/size.py").write_text(SIZE)
    (tmp_path / "mine/thrice.py").write_text(THRICE)
    (tmp_path / "ada.py").write_text("size = 4\n")
    options = ["--expect", "thrice", "--json", "out.json"]
    assert cli.main(["grade", "ada.py", *options, "--catalogue", "mine"]) == 0
    (file,) = record.load(tmp_path / "out.json")["files"]
    assert [(e["exercise"], e["status"], e["hint"]) for e in file["exercises"]] == [
        ("size", "failed", "One more."),
        ("thrice", "missing", None),
    ]
    (tmp_path / "mine/thrice.py").write_text("x = 1")
    with pytest.raises(SystemExit):
        cli.main(["grade", "ada.py", "--catalogue", "mine"])
    assert "argument --catalogue: set_private: thrice.py is no file of an exercise" in capsys.readouterr().err

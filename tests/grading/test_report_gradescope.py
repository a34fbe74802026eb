"""Gradescope always finds its file, whatever the submission is and whatever becomes of the grader."""

import json
import os
import signal
import subprocess
import sys

import fakes
import pytest
from fakes import FULL, OTHER, RIGHT, WRONG, write
from records import batch, entry, hostile

from cnn_course.exercises.catalogue import find
from cnn_course.grading import cli, grade_command
from cnn_course.grading.reports import gradescope
from cnn_course.grading.reports.gradescope import as_gradescope

# What the specification knows: https://gradescope-autograders.readthedocs.io/en/latest/specs/
KEYS = {"score", "output", "stdout_visibility", "tests"}
TEST_KEYS = {"name", "score", "max_score", "status", "output"}


def valid(text):
    found = json.loads(text)
    assert set(found) == KEYS
    assert found["score"] >= 0
    assert found["stdout_visibility"] == "hidden"
    for test in found["tests"]:
        assert {"name", "output"} <= set(test) <= TEST_KEYS
        assert 0 <= test.get("score", 0) <= test.get("max_score", 0)
    scores = [test["score"] for test in found["tests"] if "score" in test]
    assert sum(scores) == (found["score"] if found["tests"] else 0)
    return found


@pytest.fixture
def grader(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return fakes.install(monkeypatch)


def graded(tmp_path, *arguments):
    """Grade; return the exit status, and what Gradescope reads."""
    status = cli.main(["grade", *arguments, "--gradescope", "results.json"])
    return status, valid((tmp_path / "results.json").read_text())


def test_each_check_is_a_test():
    answer = entry("convolve", "failed", 3, hint="Turn it.")
    found = valid(as_gradescope(batch({"a.ipynb": [answer], "b.ipynb": [entry("single_one", "missing")]})))
    checks = find("convolve").checks
    assert found["score"] == 3
    assert [test["name"] for test in found["tests"]] == [*(f"convolve: {c.name}" for c in checks), "single_one"]
    assert [test["status"] for test in found["tests"][:3]] == ["failed", "passed", "passed"]
    assert found["tests"][0]["output"] == "3, expected 1\nin full\n\nTurn it."
    assert found["tests"][1]["output"] == ""
    assert (found["tests"][-1]["score"], found["tests"][-1]["max_score"]) == (0, 1)


def test_an_answer_in_words_has_no_score_until_it_is_marked():
    marked = entry("borrowed_weights", "marked", comment="Good.") | {"points": 4, "possible": 5}
    found = valid(as_gradescope(batch({"a.ipynb": [entry("dark_frame", "explain"), marked]})))
    assert found["tests"] == [
        {"name": "dark_frame", "output": ""},
        {"name": "borrowed_weights", "output": "Good.", "score": 4, "max_score": 5},
    ]


def test_an_exercise_in_two_files_of_a_submission_counts_once():
    found = valid(as_gradescope(batch({"a/1.py": [entry("convolve", "failed", 3)], "b/2.py": [entry()]})))
    assert found["score"] == FULL


def test_hostile_texts():
    valid(as_gradescope(hostile()))


def test_a_submission(grader, tmp_path):
    write(tmp_path / "a.ipynb", RIGHT, OTHER)
    status, found = graded(tmp_path, "a.ipynb")
    assert (status, found["score"]) == (0, FULL)
    assert len(found["tests"]) == len(find("convolve").checks) + len(find("correlate").checks)


@pytest.mark.parametrize("submission", ["broken.ipynb", "none.ipynb", "."])
def test_an_unreadable_submission(grader, tmp_path, submission):
    (tmp_path / "broken.ipynb").write_text("[")
    status, found = graded(tmp_path, submission, "--expect", "convolve")
    assert (status, found["score"]) == (2, 0)
    assert {"broken.ipynb": "is not JSON", "none.ipynb": "No such file", ".": "is not JSON"}[submission] in found[
        "output"
    ]
    assert all(test["status"] == "failed" for test in found["tests"])


def test_an_empty_submission(grader, tmp_path):
    status, found = graded(tmp_path, ".")
    assert (status, found["score"], found["output"]) == (2, 0, ".: holds no file with exercises of the course")


@pytest.mark.parametrize("broken", ["read_all", "grade_batch", "new_record", "as_gradescope"])
def test_a_grader_that_crashes(grader, tmp_path, monkeypatch, broken):
    def crash(*arguments):
        raise RuntimeError("out of order\x1b[2J")

    monkeypatch.setattr(grade_command, broken, crash)
    write(tmp_path / "a.ipynb", RIGHT)
    with pytest.raises(RuntimeError):
        cli.main(["grade", "a.ipynb", "--gradescope", "results.json"])
    found = valid((tmp_path / "results.json").read_text())
    assert (found["score"], found["tests"]) == (0, [])
    assert found["output"] == f"{gradescope.UNFINISHED}\n\nRuntimeError: out of order?[2J"


def test_an_interrupt(grader, tmp_path, monkeypatch):
    def interrupt(name, source):
        raise KeyboardInterrupt

    monkeypatch.setattr(grader, "judge", interrupt)
    write(tmp_path / "a.ipynb", WRONG)
    status, found = graded(tmp_path, "a.ipynb")
    assert (status, found["score"], found["output"]) == (130, 0, gradescope.UNFINISHED)


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are not sent elsewhere")
def test_a_grader_that_is_killed(notebook, tmp_path):
    notebook("import time\ndef convolve(f, h):\n    time.sleep(60)")
    command = [sys.executable, "-m", "cnn_course", "grade", "answers.ipynb", "--gradescope", "results.json"]
    with subprocess.Popen(command, stdout=-1, text=True, cwd=tmp_path) as process:
        while not process.stdout.readline().startswith("seed "):
            pass
        process.send_signal(signal.SIGKILL)
    found = valid((tmp_path / "results.json").read_text())
    assert (found["score"], found["output"]) == (0, gradescope.UNFINISHED)


def test_standard_output_is_no_place_for_it(grader, tmp_path, capsys):
    write(tmp_path / "a.ipynb", RIGHT)
    graded(tmp_path, "a.ipynb", "--json", "-")
    assert json.loads(capsys.readouterr().out)["complete"]
    with pytest.raises(SystemExit):
        cli.main(["grade", "a.ipynb", "--gradescope", "nowhere/results.json"])

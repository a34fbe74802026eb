"""One test for each check of the exercises in a notebook.

python -m pytest tests/exercises --submission my.ipynb
"""

import secrets

import pytest

from cnn_course.exercises.exercise import Explain
from cnn_course.exercises.report import body, rows
from cnn_course.grading.grade import grade
from cnn_course.grading.notebook import Unreadable


def pytest_generate_tests(metafunc):
    cases = []
    try:
        for result in grade(metafunc.config.getoption("--submission"), secrets.randbits(32)):
            name = result.exercise.name
            if not isinstance(result.exercise, Explain):
                cases += [(result, mark, f"{name}: {check}") for mark, check, _ in rows(result) or [_whole(result)]]
    except Unreadable as error:
        pytest.fail(str(error), pytrace=False)
    metafunc.parametrize(("result", "mark"), [c[:2] for c in cases], ids=[c[2] for c in cases])


def _whole(result):
    return result.status, result.status, ""


def test_check(result, mark):
    if mark != "passed":
        pytest.fail(body(result), pytrace=False)

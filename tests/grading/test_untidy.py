"""Right answers in ordinary, untidy notebooks: `check` inside of them and `grade` from outside give all points."""

from pathlib import Path

import pytest

from cnn_course.exercises.catalogue import find
from cnn_course.grading.grade import exercises_in, grade
from cnn_course.grading.notebook import read_code

NOTEBOOKS = sorted(Path(__file__).with_name("untidy").glob("*.ipynb"))


def test_there_are_many():
    assert len(NOTEBOOKS) >= 160


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_a_right_answer_is_accepted_by_check_and_grade_alike(path, jupyter, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cells = read_code(path)
    names = exercises_in(cells)
    reports = jupyter([source for source, _ in cells])
    for name in names:
        last = [report for report in reports if report.startswith(f"{name}: ")][-1]
        points = find(name).points
        assert last.startswith(f"{name}: PASSED, {points} of {points} points"), last
    results = grade(path, 0)
    assert [result.exercise.name for result in results] == names
    assert {result.status for result in results} == {"passed"}, [result.verdict for result in results]

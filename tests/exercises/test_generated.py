"""What is generated from the catalogue is current, and the generated notebooks do what they promise."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from make_exercises import outdated

from cnn_course.exercises import find, names
from cnn_course.exercises.examine import examine
from cnn_course.exercises.exercise import Explain
from cnn_course.exercises.notebook import notebook_text
from cnn_course.exercises.report import as_text
from cnn_course.exercises.source import function_source
from cnn_course.exercises.submission import Here
from cnn_course.grading.grade import grade

ROOT = Path(__file__).parents[2]
ANSWERED = [name for name in names() if not isinstance(find(name), Explain)]


def test_everything_is_current():
    assert [str(path) for path, _ in outdated(ROOT / "book")] == [], "run `make generate`"


def test_a_file_has_the_name_of_its_exercise():
    assert [name for name in names() if find(name).name != name] == []


def test_the_page_shows_what_a_learner_reads():
    """The report on the page about the exercises is the one that its mistake gets."""
    mistake = next(m for m in find("convolve").mistakes if m.name == "overwritten")
    result = examine(find("convolve"), Here({"convolve": mistake.answer}), np.random.default_rng())
    assert f"```text\n{as_text(result)}\n```" in (ROOT / "book/exercises.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ANSWERED)
def test_an_untouched_notebook_is_not_attempted(name, tmp_path):
    (result,) = grade(write(notebook(find(name)), tmp_path), 0)
    assert (result.exercise.name, result.status, result.points) == (name, "not attempted", 0)


@pytest.mark.parametrize("name", ANSWERED)
def test_a_notebook_with_the_solution_passes(name, tmp_path):
    exercise, solved = find(name), notebook(find(name))
    (cell,) = [cell for cell in solved.cells if cell.metadata.get("cnn_course")]
    cell.source = function_source(exercise.answer) if exercise.kind == "Implement" else f"{name} = {exercise.answer!r}"
    (result,) = grade(write(solved, tmp_path), 0)
    assert (result.status, result.points) == ("passed", exercise.points), result.verdict


def notebook(exercise):
    return nbformat.reads(notebook_text(exercise), as_version=4)


def write(content, folder):
    path = folder / "answers.ipynb"
    nbformat.write(content, path)
    return path


@pytest.mark.parametrize("name", names())
def test_the_cells_of_a_notebook_run(name, capsys):
    variables = {}
    for cell in notebook(find(name)).cells:
        if cell.cell_type == "code":
            exec(cell.source, variables)
    printed = capsys.readouterr().out
    assert ("Not attempted yet" in printed) != isinstance(find(name), Explain)

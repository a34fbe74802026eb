"""What a learner asks the command line for: hints, solutions, notebooks."""

from pathlib import Path

import pytest

from cnn_course.exercises.catalogue import find, names
from cnn_course.exercises.source import solution_text
from cnn_course.grading import cli

GENERATED = Path(__file__).parents[2] / "book" / "exercises"


@pytest.mark.parametrize(("arguments", "number"), [([], 1), (["1"], 1), (["2"], 2)])
def test_a_hint_and_how_many_there_are(capsys, arguments, number):
    assert cli.main(["hint", "convolve", *arguments]) == 0
    hints = find("convolve").hints
    assert capsys.readouterr().out == f"Hint {number} of {len(hints)}: {hints[number - 1]}\n"


@pytest.mark.parametrize("number", ["0", "-1", "99"])
def test_a_hint_that_there_is_not(capsys, number):
    assert cli.main(["hint", "--", "convolve", number]) == 2
    printed = capsys.readouterr()
    assert "convolve has hints 1 to 2" in printed.err
    assert printed.out == ""


def test_a_solution(capsys):
    assert cli.main(["solution", "convolve"]) == 0
    assert capsys.readouterr().out == solution_text(find("convolve")) + "\n"


@pytest.mark.parametrize("command", ["hint", "solution", "init"])
def test_an_unknown_exercise_is_an_error_that_names_its_neighbours(capsys, command):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "convolv"])
    assert ended.value.code == 2
    assert "there is no exercise 'convolv'; do you mean 'convolve'" in capsys.readouterr().err


def test_notebooks_are_those_of_the_book(tmp_path, capsys):
    folder = tmp_path / "my" / "answers"
    assert cli.main(["init", "1-3", "why_reflect", "--folder", str(folder)]) == 0
    written = sorted(path.name for path in folder.iterdir())
    chosen = [name for name in names() if find(name).chapter == "1-3" or name == "why_reflect"]
    assert written == [f"{name}.ipynb" for name in chosen]
    assert {"convolve", "dark_frame", "why_reflect"} <= set(chosen)
    for name in written:
        assert (folder / name).read_bytes() == (GENERATED / name).read_bytes()
    assert sorted(capsys.readouterr().out.splitlines()) == [str(folder / name) for name in written]


def test_a_notebook_is_written_here_if_no_folder_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["init", "convolve", "correlate"]) == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["convolve.ipynb", "correlate.ipynb"]


def test_nothing_is_overwritten(tmp_path, capsys):
    (tmp_path / "convolve.ipynb").write_text("mine")
    assert cli.main(["init", "convolve", "correlate", "--folder", str(tmp_path)]) == 2
    assert (tmp_path / "convolve.ipynb").read_text() == "mine"
    assert (tmp_path / "correlate.ipynb").exists()
    printed = capsys.readouterr()
    assert "convolve.ipynb: is there already" in printed.err
    assert "convolve.ipynb" not in printed.out


def test_a_folder_that_is_a_file(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert cli.main(["init", "convolve", "--folder", str(tmp_path / "file")]) == 2
    assert "file: " in capsys.readouterr().err

"""The command line, as a learner uses it."""

import re
import subprocess
import sys

import pytest

from cnn_course.grading import cli

GOOD = "def convolve(f, h):\n    return np.convolve(f, h)"
FLIPPED = "def convolve(f, h):\n    return np.convolve(f, h[::-1])"
STUB = "def convolve(f, h):\n    raise NotImplementedError"


def test_grade_shows_a_table_and_what_comes_next(notebook, capsys):
    assert cli.main(["grade", str(notebook(FLIPPED, 'check("convolve")\ncheck("correlate")'))]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^convolve +1/4  failed", printed, re.MULTILINE)
    assert "there is no correlate in the notebook" in printed
    assert "\nNext, convolve: FAILED, 1 of 4 points" in printed
    assert "Hint: The kernel runs forwards" in printed


def test_a_solved_notebook_has_nothing_next(notebook, capsys):
    cli.main(["grade", str(notebook(GOOD))])
    printed = capsys.readouterr().out
    assert "4/4  passed" in printed
    assert "Next" not in printed


def test_a_failure_comes_before_what_was_not_attempted(notebook, capsys):
    stub = "def correlate(x, h):\n    raise NotImplementedError"
    cli.main(["grade", str(notebook(stub, FLIPPED, 'check("correlate")\ncheck("convolve")'))])
    printed = capsys.readouterr().out
    assert "not attempted" in printed
    assert "Next, convolve" in printed


def test_watch_grades_at_every_save_until_all_is_right(notebook, capsys, monkeypatch):
    saves = iter([FLIPPED, None, "[", GOOD])
    path = notebook(STUB)

    def save(_):
        source = next(saves)
        if source == "[":
            path.write_text("[")
        elif source:
            notebook(source)

    monkeypatch.setattr(cli.time, "sleep", save)
    assert cli.main(["watch", str(path)]) == 0
    printed = capsys.readouterr()
    assert [line.split()[2:][0] for line in printed.out.splitlines() if line.startswith("convolve  ")] == [
        "not",
        "failed",
        "passed",
    ]
    assert "is not JSON" in printed.err
    assert not list(saves)


def test_watch_ends_at_ctrl_c(notebook, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.time, "sleep", interrupt)
    assert cli.main(["watch", str(notebook(STUB))]) == 0


def test_progress_takes_the_best_of_the_notebooks_in_a_folder(tmp_path, notebook, capsys):
    notebook(FLIPPED).rename(tmp_path / "first.ipynb")
    notebook(GOOD).rename(tmp_path / "second.ipynb")
    notebook(FLIPPED).rename(tmp_path / "third.ipynb")
    (tmp_path / "broken.ipynb").write_text("[")
    assert cli.main(["progress", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  [x] convolve                 4/4" in lines
    assert any(line.startswith("  [ ] correlate") for line in lines)
    assert "chapter 1-3" in lines
    assert lines[-1].startswith("4 of ")


def test_progress_marks_what_is_begun(tmp_path, notebook, capsys):
    notebook(FLIPPED)
    cli.main(["progress", str(tmp_path)])
    assert "  [-] convolve                 1/4" in capsys.readouterr().out.splitlines()


def test_the_module_is_a_command(notebook):
    command = [sys.executable, "-m", "cnn_course", "grade", str(notebook(GOOD))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "4/4  passed" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["mark"], ["grade"]])
def test_usage(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m cnn_course" in capsys.readouterr().err

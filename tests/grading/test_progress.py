"""How far a learner is, from the files of a folder."""

import fakes
import pytest
from fakes import FULL, RIGHT, TODO, WRONG, write

from cnn_course.grading import cli


@pytest.fixture(autouse=True)
def _grader(monkeypatch):
    fakes.install(monkeypatch)


def progress(folder, capsys, status=0):
    assert cli.main(["progress", str(folder)]) == status
    return capsys.readouterr()


def test_the_best_of_all_files_counts(tmp_path, capsys):
    for name, answer in {"a": WRONG, "b": RIGHT, "c": TODO}.items():
        write(tmp_path / f"{name}.ipynb", answer)
    lines = progress(tmp_path, capsys).out.splitlines()
    assert f"  [x] convolve                 {FULL}/{FULL}" in lines
    assert any(line.startswith("  [ ] correlate") for line in lines)
    assert "chapter 1-3" in lines
    assert lines[-1].startswith("7 of ")


def test_what_is_begun_is_marked(tmp_path, capsys):
    write(tmp_path / "a.ipynb", WRONG)
    assert f"  [-] convolve                 0/{FULL}" in progress(tmp_path, capsys).out.splitlines()


def test_the_folder_is_this_one_if_none_is_named(tmp_path, capsys, monkeypatch):
    write(tmp_path / "a.ipynb", RIGHT)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["progress"]) == 0
    assert "  [x] convolve " in capsys.readouterr().out


def test_an_empty_folder_is_a_beginning(tmp_path, capsys):
    write(tmp_path / "plots.ipynb", "x = 1")
    printed = progress(tmp_path, capsys)
    assert printed.out.splitlines()[-1].startswith("0 of ")
    assert printed.err == ""


def test_a_broken_file_is_said(tmp_path, capsys):
    write(tmp_path / "a.ipynb", RIGHT)
    (tmp_path / "broken.ipynb").write_text("[")
    printed = progress(tmp_path, capsys, status=2)
    assert "  [x] convolve " in printed.out
    assert "broken.ipynb: is not JSON" in printed.err


@pytest.mark.parametrize("name", ["gone", "a.ipynb"])
def test_no_folder_is_an_error(tmp_path, capsys, name):
    write(tmp_path / "a.ipynb", RIGHT)
    with pytest.raises(SystemExit) as ended:
        cli.main(["progress", str(tmp_path / name)])
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert "folder" in printed.err
    assert printed.out == ""

"""From submissions to reports, on the command line."""

import csv
import json

import pytest
from records import batch, entry
from test_collect import NAME, answered

from cnn_course.__main__ import OTHERS
from cnn_course.exercises.catalogue import find
from cnn_course.grading import cli
from cnn_course.grading.record import SCHEMA

WRITTEN = ["feedback", "gradebook.csv", "items.csv", "items.svg", "junit.xml", "results.json"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: cli.main([*arguments], OTHERS)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_from_submissions_to_marks(run, tmp_path):
    for name in ("ada", "bob"):
        (tmp_path / "class").mkdir(exist_ok=True)
        answered(tmp_path / "class" / f"{name}.ipynb", f"Turn them, {name}.")
    assert run("grade", "class", "--json", "record.json") == 0
    assert run("collect", "class", "--to", "hand") == 0
    assert run("report", "record.json", "--to", "before") == 0
    header, *marks = rows(tmp_path / "hand" / "marks.csv")
    numbers = dict(rows(tmp_path / "hand" / "key.csv")[1:])
    points = {"ada": "1.5", "bob": "3"}
    filled = [header, *([number, name, points[numbers[number]], "", "well"] for number, name, *_ in marks)]
    (tmp_path / "hand" / "marks.csv").write_text("\n".join(map(",".join, filled)))
    assert run("report", "record.json", "--to", "new/after", "--marks", "hand/marks.csv") == 0
    most = f"{len(find(NAME).contains)}"
    assert rows(tmp_path / "before" / "gradebook.csv")[0] == ["student", "total", "possible"]
    assert rows(tmp_path / "new" / "after" / "gradebook.csv") == [
        ["student", NAME, "total", "possible"],
        ["ada", "1.5", "1.5", most],
        ["bob", "3", "3", most],
    ]
    for folder in (tmp_path / "before", tmp_path / "new" / "after"):
        assert sorted(path.name for path in folder.iterdir()) == WRITTEN
        assert sorted(path.name for path in (folder / "feedback").iterdir()) == ["ada.md", "bob.md"]


@pytest.mark.parametrize(("columns", "first"), [("canvas", "Student"), ("moodle", "Username")])
def test_columns(run, tmp_path, columns, first):
    (tmp_path / "record.json").write_text(json.dumps(batch({"ada.py": [entry()]})))
    assert run("report", "record.json", "--to", ".", "--columns", columns) == 0
    assert rows(tmp_path / "gradebook.csv")[0][0] == first


def test_all_files_of_one_student(run, tmp_path):
    record = batch({"convolve.ipynb": [entry()], "second.ipynb": [entry("convolve", "missing"), entry("single_one")]})
    (tmp_path / "record.json").write_text(json.dumps(record))
    assert run("report", "record.json", "--to", "out", "--student", "class/ada") == 0
    assert rows(tmp_path / "out" / "gradebook.csv")[1][0::3] == ["class/ada", "8"]
    assert [path.name for path in (tmp_path / "out" / "feedback").iterdir()] == ["class_ada.md"]


def test_a_batch_that_was_not_finished_is_reported_and_said(run, tmp_path, capsys):
    (tmp_path / "record.json").write_text(json.dumps(batch({"ada.py": [entry()]}, complete=False)))
    assert run("report", "record.json", "--to", ".") == 0
    assert "record.json: the batch was not finished" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "is not JSON"),
        ("[]", f"has schema None, expected {SCHEMA}"),
        ('{"schema": 1}', f"has schema 1, expected {SCHEMA}"),
        ("\udce4", "is not JSON"),
    ],
)
def test_a_file_that_is_no_record(run, tmp_path, capsys, text, said):
    (tmp_path / "record.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert run("report", "record.json", "--to", "out") == 2
    assert f"record.json {said}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_marks_that_are_wrong_write_nothing(run, tmp_path, capsys):
    (tmp_path / "record.json").write_text(json.dumps(batch({"ada.py": [entry()]})))
    (tmp_path / "marks.csv").write_text(f"student,exercise,points,possible,comment\neve\x1b,{NAME},1,,\n")
    assert run("report", "record.json", "--to", "out", "--marks", "marks.csv") == 2
    assert "marks.csv: line 2: there is no student 'eve" in (said := capsys.readouterr().err)
    assert "\x1b" not in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments", [["report"], ["report", "none.json", "--to", "x"], ["collect", "."], ["collect", "none", "--to", "x"]]
)
def test_usage(run, arguments):
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2


def test_a_folder_that_cannot_be_made(run, tmp_path, capsys):
    (tmp_path / "record.json").write_text(json.dumps(batch({"ada.py": [entry()]})))
    assert run("report", "record.json", "--to", "record.json") == 2
    assert "record.json" in capsys.readouterr().err

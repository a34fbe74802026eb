"""What is written for other programs: complete, harmless in a spreadsheet, and never half a file."""

import csv
import io
import json
import os
import re
from pathlib import Path

import fakes
import pytest
from fakes import FULL, OTHER, RIGHT, WRONG, write

from cnn_course.exercises import catalogue
from cnn_course.exercises.catalogue import find, version
from cnn_course.exercises.compare import Verdict
from cnn_course.grading import cli, record


@pytest.fixture
def grader(monkeypatch, tmp_path):
    """A grader that runs nothing, and three files, one of which is broken."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.ipynb", RIGHT, 'check("dark_frame")')
    write(tmp_path / "b.ipynb", WRONG, OTHER)
    (tmp_path / "c.ipynb").write_text("[")
    return fakes.install(monkeypatch)


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_json_has_everything(grader, tmp_path):
    cli.main(["grade", ".", "--seed", "7", "--json", "out.json", "--expect", "convolve,single_one"])
    found = json.loads((tmp_path / "out.json").read_text())
    assert (found["schema"], found["seed"], found["complete"]) == (2, 7, True)
    a, b, c = found["files"]
    assert [file["file"] for file in (a, b, c)] == ["a.ipynb", "b.ipynb", "c.ipynb"]
    assert [file["error"] is None for file in (a, b, c)] == [True, True, False]
    assert "is not JSON" in c["error"]
    statuses = [[(entry["exercise"], entry["status"]) for entry in file["exercises"]] for file in (a, b, c)]
    assert statuses == [
        [("convolve", "passed"), ("dark_frame", "explain"), ("single_one", "missing")],
        [("convolve", "failed"), ("correlate", "not attempted"), ("single_one", "missing")],
        [("convolve", "missing"), ("single_one", "missing")],
    ]
    passed, failed = a["exercises"][0], b["exercises"][0]
    checks = find("convolve").checks
    assert passed["checks"] == [
        {"name": c.name, "points": c.points, "possible": c.points, "passed": True} for c in checks
    ]
    assert [(entry["points"], entry["possible"]) for entry in (passed, failed)] == [(FULL, FULL), (0, FULL)]
    assert [check["points"] for check in failed["checks"]] == [0, *[None] * (len(checks) - 1)], (
        "the others were not carried out"
    )
    assert (failed["verdict"], failed["reason"]) == ("values", "3, expected 1\nin full")
    assert (passed["verdict"], passed["reason"], passed["hint"]) == (None, None, None)


def test_the_hint_to_a_known_mistake_and_a_prediction(notebook, tmp_path):
    path = notebook(FLIPPED, "single_one = 3", 'check("single_one")\ncheck("convolve")')
    assert cli.main(["grade", str(path), "--json", str(tmp_path / "out.json")]) == 0
    entries = json.loads((tmp_path / "out.json").read_text())["files"][0]["exercises"]
    convolve, single_one = sorted(entries, key=lambda entry: entry["exercise"])
    assert convolve["hint"].startswith("The kernel runs forwards")
    assert sum(check["points"] for check in convolve["checks"]) == convolve["points"] == 1
    assert [check["passed"] for check in convolve["checks"]] == [False, True, False, False, False, False, False]
    assert single_one["checks"] == [{"name": "the answer", "points": 0, "possible": 1, "passed": False}]
    assert (single_one["mistake"], single_one["hint"]) == (None, None)


FLIPPED = "def convolve(f, h):\n    return np.convolve(f, h[::-1])"
PREDICTION = find("single_one").mistakes[-1]


@pytest.mark.parametrize(
    ("name", "answer", "known"),
    [
        ("convolve", FLIPPED, lambda mistake: mistake.hint.startswith("The kernel runs forwards")),
        ("single_one", f"single_one = {PREDICTION.answer!r}", lambda mistake: mistake.answer == PREDICTION.answer),
    ],
)
def test_a_mistake_and_an_exercise_are_known_by_more_than_their_words(notebook, tmp_path, name, answer, known):
    (mistake,) = filter(known, find(name).mistakes)
    cli.main(["grade", str(notebook(answer, f'check("{name}")')), "--json", str(tmp_path / "out.json")])
    (entry,) = json.loads((tmp_path / "out.json").read_text())["files"][0]["exercises"]
    assert (entry["mistake"], entry["hint"]) == (mistake.name, mistake.hint)
    assert entry["version"] == version(name)


def test_the_version_of_an_exercise_is_its_file_s(tmp_path, monkeypatch):
    file = Path(catalogue.__file__).with_name("convolve.py")
    copy = tmp_path / "convolve.py"
    monkeypatch.setattr(catalogue, "__file__", str(tmp_path / "__init__.py"))
    before = file.read_bytes()
    copy.write_bytes(before)
    same = version("convolve")
    copy.write_bytes(before.replace(b"\n", b"\r\n"))
    assert version("convolve") == same
    copy.write_bytes(before + b"# a comment\n")
    assert version("convolve") != same


def test_csv_has_a_row_for_each_exercise_and_for_what_is_unreadable(grader, tmp_path):
    cli.main(["grade", ".", "--csv", "out.csv", "--expect", "single_one"])
    table = rows((tmp_path / "out.csv").read_text())
    assert [(row["file"], row["exercise"], row["status"], row["points"], row["possible"]) for row in table] == [
        ("a.ipynb", "convolve", "passed", "7", "7"),
        ("a.ipynb", "dark_frame", "explain", "0", "0"),
        ("a.ipynb", "single_one", "missing", "0", "1"),
        ("b.ipynb", "convolve", "failed", "0", "7"),
        ("b.ipynb", "correlate", "not attempted", "0", "7"),
        ("b.ipynb", "single_one", "missing", "0", "1"),
        ("c.ipynb", "", "unreadable", "", ""),
        ("c.ipynb", "single_one", "missing", "0", "1"),
    ]
    assert table[3]["reason"] == "3, expected 1\nin full"
    assert "model answer" in table[1]["reason"]
    assert "is not JSON" in table[6]["reason"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_holds_no_formulas(grader, tmp_path, monkeypatch, start):
    def judge(name, source):
        result = fakes.result(name, "wrong")
        result.verdict = Verdict("error", f'{start}HYPERLINK("x";"y")')
        return result

    monkeypatch.setattr(grader, "judge", judge)
    path = write(tmp_path / f"{start.strip() or '='}.ipynb", WRONG)
    cli.main(["grade", f"./{path.name}", "--csv", "out.csv"])
    (row,) = rows((tmp_path / "out.csv").read_bytes().decode())
    assert row["file"] == f"'{path.name}"
    assert row["reason"] == f'\'{start}HYPERLINK("x";"y")'


@pytest.mark.parametrize(("option", "read"), [("--json", json.loads), ("--csv", rows)])
def test_standard_output_has_nothing_else(grader, capsys, option, read):
    assert cli.main(["grade", "a.ipynb", "b.ipynb", option, "-"]) == 0
    printed = capsys.readouterr()
    assert len(read(printed.out)) >= 4
    assert printed.out.isascii()
    assert re.search(rf"^  convolve +{FULL}/{FULL}  passed$", printed.err, re.MULTILINE)
    assert "2 files" in printed.err


def test_only_one_can_have_standard_output(grader, capsys):
    assert cli.main(["grade", "a.ipynb", "--csv", "-", "--json", "-"]) == 2
    printed = capsys.readouterr()
    assert "cannot both" in printed.err
    assert (printed.out, grader.graded) == ("", [])


def interrupted(name, source):
    if name == "correlate":
        raise KeyboardInterrupt
    return fakes.result(name, source.rpartition("# ")[2])


def test_an_interrupt_keeps_what_is_done(grader, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(grader, "judge", interrupted)
    assert cli.main(["grade", ".", "--json", "out.json", "--csv", "out.csv"]) == 130
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["complete"] is False
    done = [(file["file"], entry["status"]) for file in found["files"] for entry in file["exercises"]]
    assert done == [("a.ipynb", "passed"), ("a.ipynb", "explain"), ("b.ipynb", "failed")]
    assert len(rows((tmp_path / "out.csv").read_text())) == 3
    assert capsys.readouterr().err.endswith("\nInterrupted.\n")


def test_a_file_is_replaced_in_a_single_step(grader, tmp_path, capsys, monkeypatch):
    (tmp_path / "out.csv").write_text("before")

    def refuse(source, target):
        assert rows(source.read_text())
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(os, "replace", refuse)
    assert cli.main(["grade", "a.ipynb", "--csv", "out.csv"]) == 2
    assert "out.csv: Permission denied" in capsys.readouterr().err
    assert (tmp_path / "out.csv").read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ipynb", "b.ipynb", "c.ipynb", "out.csv"]


def test_nothing_is_left_beside_the_file(grader, tmp_path):
    cli.main(["grade", "a.ipynb", "--csv", "out.csv"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ipynb", "b.ipynb", "c.ipynb", "out.csv"]


def test_of_a_link_the_file_is_replaced(grader, tmp_path):
    (tmp_path / "real.csv").write_text("before")
    try:
        (tmp_path / "out.csv").symlink_to("real.csv")
    except OSError:
        pytest.skip("this system lets nobody make links")
    cli.main(["grade", "a.ipynb", "--csv", "out.csv"])
    assert (tmp_path / "out.csv").is_symlink()
    assert rows((tmp_path / "real.csv").read_text())


@pytest.mark.parametrize("name", ["b.ipynb", "b.py", "none/out.csv", "folder"])
def test_a_place_that_cannot_be_written_is_an_error_before_anything_runs(grader, tmp_path, capsys, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(SystemExit) as ended:
        cli.main(["grade", "a.ipynb", "--csv", name])
    assert ended.value.code == 2
    assert name in capsys.readouterr().err
    assert grader.graded == []


def test_a_name_that_is_no_text_is_written_all_the_same(tmp_path):
    made = record.new_record(0)
    made["files"].append({"file": "b\udce4.ipynb", "error": "-", "exercises": []})
    record.write(tmp_path / "out.csv", record.as_csv(made))
    record.write(tmp_path / "out.json", record.as_json(made))
    assert rows((tmp_path / "out.csv").read_text())[0]["file"] == r"b\udce4.ipynb"
    assert json.loads((tmp_path / "out.json").read_text())["files"][0]["file"] == "b\udce4.ipynb"

"""Marks given by hand come back into the record, or it is said what is wrong with them."""

import json
import re

import pytest
from records import HOSTILE, batch, entry

from cnn_course.exercises.catalogue import find, names
from cnn_course.exercises.exercise import Explain
from cnn_course.grading.reports.gradebook import as_gradebook
from cnn_course.grading.reports.marks import merged, possible
from cnn_course.grading.reports.results import as_results
from cnn_course.grading.reports.safe import as_table

RECORD = batch(
    {
        "ada.ipynb": [entry("convolve"), entry("borrowed_weights", "explain")],
        "bob.ipynb": [entry("borrowed_weights", "explain")],
        "=cyd.ipynb": [],
    }
)
HEADER = "student,exercise,points,possible,comment\n"
MOST = len(find("borrowed_weights").contains)


@pytest.fixture
def marks(tmp_path):
    """A function that merges a table of marks, with a key if there is one."""

    def merge(table, key=None, record=RECORD, encoding="utf-8"):
        (tmp_path / "marks.csv").write_bytes(table.encode(encoding))
        if key is not None:
            (tmp_path / "key.csv").write_text(key)
        return merged(record, tmp_path / "marks.csv")

    return merge


def found(record):
    """Points and comments by students."""
    return {
        file["file"]: [(e["points"], e["possible"], e["comment"]) for e in file["exercises"] if e["status"] == "marked"]
        for file in record["files"]
        if any(e["status"] == "marked" for e in file["exercises"])
    }


def test_every_exercise_in_words_can_be_marked():
    in_words = [find(name) for name in names() if isinstance(find(name), Explain)]
    assert in_words
    assert all(possible(exercise) > 0 for exercise in in_words)


def test_names(marks):
    record = marks(f"{HEADER}ada,borrowed_weights,3.5,{MOST},good\nbob,borrowed_weights,0,{MOST},\n")
    assert found(record) == {"ada.ipynb": [(3.5, MOST, "good")], "bob.ipynb": [(0, MOST, None)]}
    assert [len(file["exercises"]) for file in record["files"]] == [2, 1, 0]
    assert as_gradebook(record).splitlines()[1] == f"ada,7,3.5,10.5,{7 + MOST}"


def test_numbers(marks):
    record = marks(f"{HEADER}2,borrowed_weights,1,,\n", key="number,student\n1,ada\n2,bob\n")
    assert found(record) == {"bob.ipynb": [(1, MOST, None)]}


def test_the_record_is_left_as_it_was(marks):
    before = json.dumps(RECORD)
    assert found(marks(f"{HEADER}ada,borrowed_weights,1,,\n"))
    assert json.dumps(RECORD) == before


def test_what_is_not_marked_yet_stays_so(marks):
    record = marks(f"{HEADER}ada,borrowed_weights, ,,\n")
    assert found(record) == {}
    assert record == RECORD


def test_an_answer_that_the_grader_did_not_find_can_be_marked(marks):
    assert found(marks(f"{HEADER}'=cyd,borrowed_weights,2,,\n")) == {"=cyd.ipynb": [(2, MOST, None)]}


@pytest.mark.parametrize(
    ("table", "encoding"),
    [
        (HEADER + "ada,borrowed_weights,2,,\n", "utf-8-sig"),
        (HEADER.replace(",", ";") + "ada;borrowed_weights;2;;\n", "utf-8"),
        ((HEADER + "ada,borrowed_weights,2,,\n").replace("\n", "\r\n"), "utf-8"),
        ("comment,points,exercise,mine,student,possible\n,2.0,borrowed_weights,x,ada,\n", "utf-8"),
        (HEADER + "ada,borrowed_weights,2\n", "utf-8"),
    ],
)
def test_tables_as_spreadsheets_write_them(marks, table, encoding):
    assert found(marks(table, encoding=encoding)) == {"ada.ipynb": [(2, MOST, None)]}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("eve,borrowed_weights,1,,", "line 2: there is no student 'eve' in the record"),
        ("ada,convolve,1,,", "line 2: 'convolve' is no exercise that is marked by hand"),
        ("ada,nothing,1,,", "line 2: 'nothing' is no exercise that is marked by hand"),
        *(
            (
                f"ada,borrowed_weights,{wrong},,",
                f"of ada for borrowed_weights are {shown}, expected a number from 0 to {MOST}",
            )
            for wrong, shown in [
                (MOST + 1, MOST + 1),
                ("-0.5", "-0.5"),
                ("nan", "nan"),
                ("inf", "inf"),
                ("five", "'five'"),
                ('"2,5"', "'2,5'"),
            ]
        ),
        (
            "ada,borrowed_weights,1,,\nada,borrowed_weights,2,,",
            "line 3: ada and borrowed_weights are in line 2 already",
        ),
    ],
)
def test_what_is_wrong_is_said(marks, row, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        marks(f"{HEADER}{row}\n")


@pytest.mark.parametrize("names", [("1", "ada"), ("ada", "1")])
def test_one_student_under_two_names(marks, names):
    rows = "".join(f"{name},borrowed_weights,1,,\n" for name in names)
    with pytest.raises(ValueError, match="in line 2 already"):
        marks(HEADER + rows, key="number,student\n1,ada\n")


@pytest.mark.parametrize(
    ("table", "encoding", "said"),
    [
        ("student,exercise,comment\n", "utf-8", "has no column points and possible"),
        ("", "utf-8", "has no column"),
        (f"{HEADER}ada,borrowed_weights,1,,höflich\n", "latin-1", "is not text in UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_marks(marks, table, encoding, said):
    with pytest.raises(ValueError, match=said):
        marks(table, encoding=encoding)


def test_hostile_names_and_comments_go_through_a_table_and_back(marks):
    name = HOSTILE.replace("/", "_").replace("\ud800", "").replace("\r", "").strip()
    record = batch({f"c/{name}/x.ipynb": [], "c/b/x.ipynb": []})
    table = as_table([HEADER.strip().split(","), [name, "borrowed_weights", "2", "", HOSTILE.replace("\ud800", "")]])
    made = marks(table, record=record)
    assert list(found(made)) == [f"c/{name}/x.ipynb"]
    comment = json.loads(as_results(made))["students"][0]["exercises"][0]["comment"]
    assert "\x1b" not in comment
    assert "<script>" in comment

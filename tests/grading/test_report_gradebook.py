"""gradebook.csv, in the layouts that learning platforms import."""

import csv
import io

import pytest
from records import batch, entry

from cnn_course.grading.reports.gradebook import as_gradebook

FILES = {
    "ada.ipynb": [entry("convolve", "passed"), entry("dark_frame", "explain")],
    "bob.ipynb": [entry("convolve", "failed", 3), entry("single_one", "missing")],
    "=cmd.ipynb": [],
}


def rows(record, columns="plain"):
    return list(csv.reader(io.StringIO(as_gradebook(record, columns))))


def test_a_row_for_each_student_a_column_for_each_exercise():
    assert rows(batch(FILES, errors={"=cmd.ipynb": "is broken"})) == [
        ["student", "convolve", "single_one", "total", "possible"],
        ["ada", "7", "", "7", "7"],
        ["bob", "3", "0", "3", "8"],
        ["'=cmd", "", "", "0", "0"],
    ]


def test_what_is_marked_by_hand_has_a_column():
    marked = entry("dark_frame", "marked") | {"points": 2.5, "possible": 4}
    record = batch({"ada.ipynb": [marked], "bob.ipynb": [entry("dark_frame", "explain")]})
    assert rows(record) == [
        ["student", "dark_frame", "total", "possible"],
        ["ada", "2.5", "2.5", "4"],
        ["bob", "", "0", "0"],
    ]


def test_canvas_finds_the_columns_that_it_asks_for():
    header, possible, *students = rows(batch(FILES), "canvas")
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "convolve", "single_one"]
    assert possible == ["Points Possible", "", "", "", "", "7", "1"]
    assert students == [
        ["ada", "", "", "ada", "", "7", ""],
        ["bob", "", "", "bob", "", "3", "0"],
        ["'=cmd", "", "", "'=cmd", "", "", ""],
    ]


def test_canvas_gets_the_numbers_that_stand_in_the_names_of_what_it_gave():
    files = {
        "lovelaceada_1815_90001_convolve.ipynb": [entry("convolve", "failed", 3)],
        "lovelaceada_LATE_1815_90002_again-2.ipynb": [entry("correlate", "passed")],
        "boolegeorge_1864_90003_x_1_2_y.ipynb": [entry("convolve", "passed")],
    }
    _, _, *students = rows(batch(files), "canvas")
    assert students == [
        ["lovelaceada (1815)", "1815", "", "", "", "3", "7"],
        ["boolegeorge (1864)", "1864", "", "", "", "7", ""],
    ]


def test_moodle_gets_who_it_is_and_the_grades():
    assert rows(batch(FILES), "moodle") == [
        ["Username", "convolve", "single_one"],
        ["ada", "7", ""],
        ["bob", "3", "0"],
        ["'=cmd", "", ""],
    ]


@pytest.mark.parametrize("columns", ["plain", "canvas", "moodle"])
def test_nobody_and_nothing(columns):
    assert all("convolve" not in row for row in rows(batch({}), columns))

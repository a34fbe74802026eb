"""results.json has everything, and the form that its schema tells."""

import json
from pathlib import Path

import jsonschema
import pytest
from records import batch, entry, hostile

from cnn_course.grading import cli, reports
from cnn_course.grading.reports import results
from cnn_course.grading.reports.results import as_results

SCHEMA = json.loads(Path(reports.__file__).with_name("results.schema.json").read_text(encoding="utf-8"))


def valid(value):
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    return value


def test_the_schema_is_one_and_has_the_version_that_is_written():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["version"]["const"] == results.VERSION


def test_what_is_graded_fits_the_schema(notebook, sandbox, tmp_path):
    path = notebook(
        "def convolve(f, h):\n    return np.convolve(f, h[::-1])",
        "single_one = 3",
        *(f'check("{name}")' for name in ("convolve", "single_one", "borrowed_weights", "correlate")),
    )
    out = tmp_path / "out.json"
    cli.main(["grade", str(path), "--json", str(out), "--expect", "passes"])
    found = valid(json.loads(as_results(json.loads(out.read_text()))))
    (student,) = found["students"]
    statuses = {entry["exercise"]: entry["status"] for entry in student["exercises"]}
    assert statuses == {
        "convolve": "failed",
        "single_one": "failed",
        "borrowed_weights": "explain",
        "correlate": "failed",
        "passes": "missing",
    }


@pytest.mark.parametrize("status", ["passed", "failed", "not attempted", "missing"])
def test_by_students(status):
    record = batch({"c/ada/1.py": [entry("convolve", status)], "c/bob/1.py": []}, errors={"c/bob/1.py": "is broken"})
    found = valid(json.loads(as_results(record)))
    assert (found["seed"], found["complete"]) == (7, True)
    ada, bob = found["students"]
    assert (ada["student"], ada["exercises"][0]["status"], ada["possible"]) == ("ada", status, 7)
    assert bob["files"] == [{"file": "1.py", "error": "is broken"}]


def test_what_else_the_record_says_of_the_batch_is_kept():
    record = batch({"ada.py": [entry()]}) | {"seed": None, "isolation": "limits"}
    found = valid(json.loads(as_results(record)))
    assert (found["seed"], found["isolation"]) == (None, "limits")
    assert set(found) == {"version", "seed", "isolation", "complete", "students"}


def test_hostile_texts_fit_the_schema():
    valid(json.loads(as_results(hostile())))


@pytest.mark.parametrize("key", ["version", "students"])
def test_the_schema_refuses_what_lacks_something(key):
    found = json.loads(as_results(batch({"a.py": [entry()]})))
    del found[key]
    with pytest.raises(jsonschema.ValidationError):
        valid(found)

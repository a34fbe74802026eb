"""What was found out about a batch, for other programs: as JSON, and as CSV for a spreadsheet.

The record is a dictionary, the one that is written as JSON: `new_record` has its form. Of a class it is kept in a
folder, see `results`; then each file has its student, seed and SHA-256 as well.
"""

import csv
import hashlib
import io
import json
import os
import re
from pathlib import Path
from uuid import uuid4

from cnn_course.exercises.catalogue import version
from cnn_course.exercises.diagnose import Advice, advise
from cnn_course.grading.arguments import STANDARD_OUTPUT
from cnn_course.grading.files import NO_EXERCISES
from cnn_course.grading.table import reason

SCHEMA = 2  # grows when a key comes, changes its meaning or goes
HEADER, ENTRIES = "header.json", "files"  # of a folder with results
COLUMNS = ("file", "exercise", "status", "points", "possible", "verdict", "reason", "hint")


def new_record(seed, isolation="limits"):
    """The record of a batch of which nothing is graded yet."""
    return {"schema": SCHEMA, "seed": seed, "isolation": isolation, "complete": False, "files": []}


def recorded(file, record):
    """Enter a file in the record; return an iterator of its results, which enters each before it passes it on."""
    exercises = []
    record["files"].append({"file": str(file.path), "error": file.reason or None, "exercises": exercises})
    return _entered(file.results(record["seed"], record["isolation"]), exercises)


def _entered(results, exercises):
    for result in results:
        exercises.append(_entry(result))
        yield result


def _entry(result):
    exercise = result.exercise
    checks = {check.name: check.points for check in getattr(exercise, "checks", ())}
    checks = checks or dict.fromkeys(result.earned, exercise.points)
    advice = advise(result) if result.status == "failed" else Advice("", None)
    return {
        "exercise": exercise.name,
        "version": version(exercise.name),
        "status": result.status,
        "points": result.points,
        "possible": exercise.points,
        "checks": [
            {"name": name, "points": result.earned.get(name), "possible": possible, "passed": _passed(result, name)}
            for name, possible in checks.items()
        ],
        "verdict": result.verdict.kind if result.verdict else None,
        "reason": reason(result) or None,
        "mistake": advice.mistake.name if advice.mistake else None,
        "hint": advice.words or None,
    }


def _passed(result, name):
    """Whether a check passed, also one without points; None if it was not carried out."""
    if name not in result.earned:
        return None
    return not result.missed(name) if hasattr(result.exercise, "checks") else result.status == "passed"


def load(path):
    """The record in a JSON file, or in a folder with the results of a class.

    Of a folder it has the files in the order of their names, and those alone that are graded. A file without exercises
    counts only where its student has handed in no other.

    Raises
    ------
    ValueError
        If there is no record, or one of another schema.
    """
    path = Path(path)
    record = load_header(path) if path.is_dir() else _checked(path)
    if not path.is_dir():
        return record
    entries = [load_entry(path, file) for file in record["files"]]
    found = [entry for entry in entries if entry]
    active = {entry["student"] for entry in found if entry["error"] != NO_EXERCISES}
    files = [entry for entry in found if entry["error"] != NO_EXERCISES or entry["student"] not in active]
    number, held = record["shards"]
    isolation = ", ".join(sorted({entry["isolation"] for entry in files}))
    complete = len(found) == len(entries) and len(held) == number
    return record | {"isolation": isolation, "complete": complete, "files": files}


def load_header(folder):
    """How the files in a folder with results are graded: their record, with their names alone."""
    if not Path(folder, HEADER).exists():
        raise ValueError(f"load: {folder} holds no results, it has no {HEADER}")
    return _checked(Path(folder, HEADER))


def _checked(path):
    try:
        record = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"load: {path} is not JSON ({error})") from None
    schema = record.get("schema") if isinstance(record, dict) else None
    if schema != SCHEMA or not isinstance(record.get("files"), list):
        raise ValueError(f"load: {path} has schema {schema}, expected {SCHEMA}; grade again")
    return record


def entry_path(folder, file):
    """Where a folder with results keeps those of a file: a name that every system takes."""
    unique = hashlib.sha256(file.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Path(folder, ENTRIES, f"{re.sub(r'[^A-Za-z0-9-]+', '_', file)[:60]}-{unique}.json")


def load_entry(folder, file):
    """The results of a file in a folder, or None where there are none, or what is there is damaged."""
    try:
        entry = json.loads(entry_path(folder, file).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and entry.get("file") == file else None


def as_json(record):
    """The record as JSON."""
    return json.dumps(record, indent=1) + "\n"


def as_csv(record):
    """The record as CSV: a row for each exercise of each file, and one for a file that cannot be read."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    for file in record["files"]:
        rows = [{"status": "unreadable", "reason": file["error"]}] if file["error"] else []
        for row in rows + file["exercises"]:
            table.writerow({key: harmless(value) for key, value in ({"file": file["file"]} | row).items()})
    return text.getvalue()


def harmless(value):
    """A spreadsheet would take what begins like this as a formula, and compute it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def write(path, text):
    """Write a text to a file that replaces the one before in a single step, or to `STANDARD_OUTPUT`."""
    if path == STANDARD_OUTPUT:
        print(text, end="")
        return
    path = path.resolve()  # of a link, its file is replaced
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        unfinished.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise

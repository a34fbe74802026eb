"""Marks that people give to answers in words: written to be filled in, read, checked, and entered in a record."""

import csv
import io
from copy import deepcopy

from cnn_course.exercises.catalogue import find, names, version
from cnn_course.exercises.exercise import Explain
from cnn_course.grading.record import harmless
from cnn_course.grading.reports.safe import number
from cnn_course.grading.reports.students import names_in

COLUMNS = ("student", "exercise", "points", "possible", "comment")
KEY = ("number", "student")  # which number an anonymous student has


def possible(exercise):
    """Points of an answer in words: one for each part of a complete one.

    Examples
    --------
    >>> possible(find("borrowed_weights")) == len(find("borrowed_weights").contains)
    True
    """
    return len(exercise.contains)


def read_table(path, columns):
    """Read a CSV file that has some columns, also as spreadsheets write it: rows as pairs (line, dictionary).

    Raises
    ------
    ValueError
        If it is no CSV file in UTF-8, or lacks a column.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: is not text in UTF-8 ({error}); save it as CSV UTF-8") from None
    first = text.partition("\n")[0]
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ",")
    missing = [column for column in columns if column not in (table.fieldnames or ())]
    if missing:
        raise ValueError(f"{path}: has no column {' and '.join(missing)}, expected {', '.join(columns)}")
    try:
        return [(table.line_num, {column: row[column] or "" for column in columns}) for row in table]
    except csv.Error as error:
        raise ValueError(f"{path}: line {table.line_num}: {error}") from None


def read_key(path):
    """Map numbers to students, as `collect` has written them; nothing where the file is not there."""
    return {row["number"]: _original(row["student"]) for _, row in read_table(path, KEY)} if path.exists() else {}


def _original(text):
    """A text as it was before `harmless`."""
    return text[1:] if text[:1] == "'" and harmless(text[1:]) == text else text


def merged(record, path):
    """Return a record with the marks of a file; rows without points are not marked yet, and leave it as it is.

    Raises
    ------
    ValueError
        If a row names a student or an exercise that is unknown, points out of range, or the same answer again.
    """
    record, key, seen = deepcopy(record), read_key(path.with_name("key.csv")), {}
    students = names_in(record)
    for line, row in read_table(path, COLUMNS):
        where = f"{path}: line {line}"
        student = key.get(row["student"].strip(), _original(row["student"].strip()))
        files = [file for file, name in zip(record["files"], students, strict=True) if name == student]
        if not files:
            raise ValueError(f"{where}: there is no student {row['student']!r} in the record")
        name = row["exercise"].strip()
        if name not in names() or not isinstance(find(name), Explain):
            raise ValueError(f"{where}: {name!r} is no exercise that is marked by hand")
        if (student, name) in seen:
            raise ValueError(f"{where}: {row['student']} and {name} are in line {seen[student, name]} already")
        seen[student, name] = line
        if row["points"].strip():
            points = _points(row["points"], possible(find(name)), f"{where}: points of {row['student']} for {name}")
            _enter(files, name, points, row["comment"].strip())
    return record


def _points(text, most, of):
    try:
        points = float(text)
    except ValueError:
        raise ValueError(f"{of} are {text!r}, expected a number from 0 to {most}") from None
    if not 0 <= points <= most:
        raise ValueError(f"{of} are {number(points)}, expected a number from 0 to {most}")
    return int(points) if points == int(points) else points


def _enter(files, name, points, comment):
    """Enter a mark in the one of a student's files that has the answer, or in the first."""
    having = [file for file in files if any(entry["exercise"] == name for entry in file["exercises"])]
    file = (having or files)[0]
    mark = {
        "exercise": name,
        "version": version(name),
        "status": "marked",
        "points": points,
        "possible": possible(find(name)),
        "checks": [],
        "verdict": None,
        "reason": None,
        "mistake": None,
        "hint": None,
        "comment": comment or None,
    }
    file["exercises"] = [entry for entry in file["exercises"] if entry["exercise"] != name] + [mark]

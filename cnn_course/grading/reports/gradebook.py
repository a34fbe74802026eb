"""Points as a table for spreadsheets and learning platforms: a row for each student, a column for each exercise."""

import re

from cnn_course.grading.reports.safe import as_table, number, plain
from cnn_course.grading.reports.students import by_student, exercises_of

# Canvas names what instructors download after its own number of the student: name, LATE if it was, student, file.
# https://github.com/instructure/canvas-lms/blob/master/lib/content_zipper.rb
DOWNLOADED = re.compile(r"(.+?)_(?:LATE_)?(\d+)_\d+_.*", re.DOTALL)


def as_gradebook(record, columns="plain"):
    """The record as CSV, in one of the layouts `LAYOUTS`; a cell is empty where nothing is to be marked."""
    return as_table(LAYOUTS[columns](record))


def _plain(record):
    students, exercises = _students(record)
    yield "student", *exercises, "total", "possible"
    for student in students:
        yield student.name, *_points(student, exercises), number(student.points), number(student.possible)


def _canvas(record):
    """The columns that Canvas asks for; it finds a student by ID, else by login, else by name.

    https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807
    https://github.com/instructure/canvas-lms/blob/master/lib/gradebook_importer.rb
    There is no total: Canvas computes it, and would take the column for one more assignment.
    """
    ids = {}

    def name(downloaded):
        found = DOWNLOADED.fullmatch(downloaded)
        if not found:
            return downloaded
        student = plain(f"{found[1]} ({found[2]})")
        ids[student] = found[2]
        return student

    students, exercises = _students(record, name)
    yield "Student", "ID", "SIS User ID", "SIS Login ID", "Section", *exercises
    yield "Points Possible", "", "", "", "", *map(number, exercises.values())
    for student in students:
        known = student.name in ids
        who = ids.get(student.name, ""), "", "" if known else student.name, ""
        yield student.name, *who, *_points(student, exercises)


def _moodle(record):
    """A column that says who it is, and one for each grade item: the person who imports it says which is which.

    https://docs.moodle.org/en/Grade_import
    """
    students, exercises = _students(record)
    yield "Username", *exercises
    for student in students:
        yield student.name, *_points(student, exercises)


LAYOUTS = {"plain": _plain, "canvas": _canvas, "moodle": _moodle}


def _students(record, name=str):
    students = by_student(record, name)
    return students, {exercise: possible for exercise, possible in exercises_of(students).items() if possible}


def _points(student, exercises):
    entries = [student.exercises.get(name) for name in exercises]
    return [number(entry["points"]) if entry and entry["possible"] else "" for entry in entries]

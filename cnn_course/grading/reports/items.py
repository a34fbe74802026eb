"""How often each check failed, and each known mistake was made, over all students."""

from collections import Counter

from cnn_course.exercises.catalogue import find, names
from cnn_course.grading.reports.safe import as_table
from cnn_course.grading.reports.students import by_student, exercises_of

COLUMNS = ("exercise", "kind", "item", "count", "of", "share", "hint")


def items(record):
    """Yield a row for each status, check and mistake of each exercise, as a dictionary with the keys `COLUMNS`.

    The share of a status is one of all students who have the exercise; that of a check, of the answers to which it was
    put; that of a mistake, of the answers that were judged.
    """
    students = by_student(record)
    for exercise in exercises_of(students):
        entries = [student.exercises[exercise] for student in students if exercise in student.exercises]
        for status, count in Counter(entry["status"] for entry in entries).items():
            yield _row(exercise, "status", status, count, len(entries))
        checks = {}
        for check in (check for entry in entries for check in entry["checks"]):
            if check["passed"] is not None:
                checks.setdefault(check["name"], []).append(not check["passed"])
        for name, failed in checks.items():
            yield _row(exercise, "check", name, sum(failed), len(failed))
        judged = [entry for entry in entries if entry["status"] in ("passed", "failed")]
        hints = {mistake.name: mistake.hint for mistake in find(exercise).mistakes} if exercise in names() else {}
        for name, count in Counter(entry["mistake"] for entry in judged).most_common():
            if name:
                yield _row(exercise, "mistake", name, count, len(judged), hints.get(name, ""))


def _row(exercise, kind, item, count, of, hint=""):
    return dict(zip(COLUMNS, (exercise, kind, item, count, of, f"{count / of:.3f}", hint), strict=True))


def as_items(record):
    """The rows of `items` as CSV."""
    return as_table([COLUMNS, *(row.values() for row in items(record))])

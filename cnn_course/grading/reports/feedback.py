"""What a student gets to read: a page of Markdown with the points, what failed, and the hints."""

import re

from cnn_course.grading.reports.safe import fenced, markdown, number
from cnn_course.grading.reports.students import by_student

RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")  # names that Windows keeps for itself
LONGEST = 80  # characters of a file's name
STATUS = {"explain": "not marked yet", "marked": "marked by hand"}


def as_feedback(record):
    """Map the names of files, one for each student, to the pages."""
    pages = {}
    for student in by_student(record):
        pages[_file_name(student.name, {name.lower() for name in pages})] = _page(student)
    return pages


def _file_name(student, taken):
    """A name for a file that no student has chosen, and that is not taken yet."""
    stem = re.sub(r"[^\w.@+-]", "_", student)[:LONGEST].strip(".") or "_"
    stem = f"_{stem}" if RESERVED.match(stem) else stem
    name, i = f"{stem}.md", 2
    while name.lower() in taken:  # systems that take large letters for small ones
        name, i = f"{stem}-{i}.md", i + 1
    return name


def _page(student):
    parts = [f"# {markdown(student.name)}", f"**{_of(student.points, student.possible)}**"]
    for file in student.files:
        if file["error"]:
            parts += [f"## {markdown(file['file'])}: unreadable", fenced(file["error"])]
    for entry in student.exercises.values():
        parts += _exercise(entry)
    return "\n\n".join(parts) + "\n"


def _of(points, possible):
    return f"{number(points)} of {number(possible)} points"


def _exercise(entry):
    points = f", {_of(entry['points'], entry['possible'])}" if entry["possible"] else ""
    yield f"## {markdown(entry['exercise'])}: {STATUS.get(entry['status'], entry['status'])}{points}"
    if entry["status"] == "failed" and entry["checks"]:
        yield "\n".join(map(_check, entry["checks"]))
    if entry["reason"] and entry["status"] == "failed":
        yield fenced(entry["reason"])
    for name in ("hint", "comment"):
        if entry.get(name):
            yield f"**{name.capitalize()}:** {markdown(entry[name])}"


def _check(check):
    outcome = {True: "passed", False: "**failed**", None: "not carried out"}[check["passed"]]
    return f"- {markdown(check['name'])}: {outcome}, {number(check['points'] or 0)} of {number(check['possible'])}"

"""Everything that is known of a batch, by students, as JSON: `results.schema.json` has its form."""

import json

from cnn_course.grading.reports.safe import cleaned
from cnn_course.grading.reports.students import by_student

VERSION = 1  # of the schema: grows when a key changes its meaning or goes


def as_results(record):
    """The record by students, with the marks given by hand, as JSON."""
    batch = {key: value for key, value in record.items() if key not in ("schema", "files")}
    students = [
        {
            "student": student.name,
            "points": student.points,
            "possible": student.possible,
            "files": student.files,
            "exercises": [{"comment": None, **entry} for entry in student.exercises.values()],
        }
        for student in by_student(record)
    ]
    return json.dumps({"version": VERSION, **cleaned(batch), "students": students}, indent=1) + "\n"

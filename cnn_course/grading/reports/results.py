"""Everything that is known of a batch, by students, as JSON: `results.schema.json` has its form."""

import json

from cnn_course.grading.reports.students import by_student

VERSION = 1  # of the schema: grows when a key changes its meaning or goes


def as_results(record):
    """The record by students, with the marks given by hand, as JSON."""
    students = by_student(record)
    return (
        json.dumps(
            {
                "version": VERSION,
                "seed": record["seed"],
                "complete": record["complete"],
                "students": [
                    {
                        "student": student.name,
                        "points": student.points,
                        "possible": student.possible,
                        "files": student.files,
                        "exercises": [{"comment": None, **entry} for entry in student.exercises.values()],
                    }
                    for student in students
                ],
            },
            indent=1,
        )
        + "\n"
    )

"""The results of one submission in the form that Gradescope asks of an autograder.

https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

import functools
import json

from cnn_course.grading.record import write
from cnn_course.grading.reports.safe import plain
from cnn_course.grading.reports.students import by_student

UNFINISHED = "The grader did not come to its end, which is no fault of the answers. Please tell your instructor."


def as_gradescope(record):
    """The record as `results.json` of Gradescope; all of its files are taken for those of one student."""
    if not record["complete"]:
        return _failure(UNFINISHED)
    (student,) = by_student(record, lambda name: "") or [None]
    if student is None:
        return _failure("There is no file to be graded.")
    unreadable = [f"{file['file']}: {file['error']}" for file in student.files if file["error"]]
    tests = [test for entry in student.exercises.values() for test in _tests(entry)]
    return _json({"score": student.points, "output": "\n".join(unreadable), "tests": tests})


def _failure(reason):
    return _json({"score": 0, "output": plain(reason), "tests": []})


def _json(results):
    return json.dumps({**results, "stdout_visibility": "hidden"}, indent=1) + "\n"


def _tests(entry):
    """Yield a test for each check; that of an answer in words has no score, as long as nobody has marked it."""
    output = "\n\n".join(filter(None, (entry["reason"], entry["hint"], entry.get("comment"))))
    if not entry["checks"]:
        score = {"score": entry["points"], "max_score": entry["possible"]} if entry["possible"] else {}
        yield {"name": entry["exercise"], "output": output, **score}
    for check in entry["checks"]:
        yield {
            "name": f"{entry['exercise']}: {check['name']}",
            "score": check["points"] or 0,
            "max_score": check["possible"],
            "status": "passed" if check["passed"] else "failed",
            "output": "" if check["passed"] else output,
        }


def always_written(run):
    """Let a command write the file of `--gradescope` before anything else, so that there is one whatever happens."""

    @functools.wraps(run)
    def run_and_write(options):
        if not options.gradescope:
            return run(options)
        write(options.gradescope, _failure(UNFINISHED))
        try:
            return run(options)
        except Exception as error:
            write(options.gradescope, _failure(f"{UNFINISHED}\n\n{type(error).__name__}: {error}"))
            raise

    return run_and_write

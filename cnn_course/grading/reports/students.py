"""Whose the files of a record are, and what they have earned together."""

from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import PurePath

from cnn_course.grading.reports.safe import cleaned, plain

ORDER = ("missing", "explain", "not attempted", "failed", "passed", "marked")  # of several answers the last one counts


@dataclass
class Student:
    """What a student has handed in.

    Attributes
    ----------
    name : str
    files : list of dict
        Name of each file, and why it cannot be read, or None.
    exercises : dict
        Maps names of exercises to their entries in the record, the best one of each.
    """

    name: str
    files: list = field(default_factory=list)
    exercises: dict = field(default_factory=dict)

    @property
    def points(self):
        """Sum of the points earned."""
        return sum(entry["points"] for entry in self.exercises.values())

    @property
    def possible(self):
        """Sum of the points that could be earned."""
        return sum(entry["possible"] for entry in self.exercises.values())


def names_of(paths):
    """Map paths to the names of their students: what follows after the folder that all of them share.

    Examples
    --------
    >>> names_of(["class/ada/a.ipynb", "class/ada/b.py", "class/bob.ipynb"])
    {'class/ada/a.ipynb': 'ada', 'class/ada/b.py': 'ada', 'class/bob.ipynb': 'bob'}
    """
    found = {path: PurePath(path) for path in paths}
    levels = zip(*(path.parent.parts for path in found.values()), strict=False)
    shared = sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, levels))
    inside = {path: found[path].parts[shared:] for path in found}
    return {path: parts[0] if len(parts) > 1 else PurePath(path).stem for path, parts in inside.items()}


def names_in(record):
    """The student of each file of a record: the one whom the file's key "student" names, else that of `names_of`."""
    names = names_of(file["file"] for file in record["files"])
    return [file.get("student", names[file["file"]]) for file in record["files"]]


def by_student(record, name=str):
    """Return the students of a record in its order, all texts harmless; `name` may change names, and so join some."""
    students = {}
    for file, key in zip(record["files"], map(name, names_in(record)), strict=True):
        student = students.setdefault(key, Student(plain(key)))
        student.files.append(cleaned({"file": PurePath(file["file"]).name or file["file"], "error": file["error"]}))
        for entry in cleaned(file["exercises"]):
            best = student.exercises.setdefault(entry["exercise"], entry)
            student.exercises[entry["exercise"]] = max(best, entry, key=_rank)
    return list(students.values())


def _rank(entry):
    return entry["points"], ORDER.index(entry["status"])


def exercises_of(students):
    """Names of all exercises, and the points that each gives, in the order in which they first come."""
    found = {}
    for student in students:
        for name, entry in student.exercises.items():
            found[name] = max(found.get(name, 0), entry["possible"])
    return found

"""Collects the answers in words of many files: a page for each exercise, and a table for the marks."""

import random

from cnn_course.exercises.catalogue import find
from cnn_course.grading.notebook import Unreadable
from cnn_course.grading.record import write
from cnn_course.grading.reports.answers import Answer, read_answers
from cnn_course.grading.reports.marks import COLUMNS, KEY, possible, read_key, read_table
from cnn_course.grading.reports.pages import page
from cnn_course.grading.reports.safe import as_table, plain
from cnn_course.grading.submissions import submissions_in

UNANSWERED = ("0", "no answer")  # points and comment


def notebooks_in(place):
    """Map the notebooks below a folder, at any depth, to their students."""
    found = [submission for submission in submissions_in([place]) if submission.path.suffix == ".ipynb"]
    return {notebook.path: notebook.student for notebook in found if not notebook.path.is_symlink()}


def collect(place, folder, named=False):
    """Write the pages, `marks.csv`, and `key.csv` if students are numbered; return why files cannot be read.

    What is in `marks.csv` and `key.csv` already stays: a second run adds the answers that are new.
    """
    students, unreadable, answers = notebooks_in(place), [], {}
    for path, student in students.items():
        try:
            found = read_answers(path)
        except Unreadable as error:
            unreadable.append(str(error))
            continue
        for name, answer in found.items():
            answers.setdefault(name, {}).setdefault(student, Answer()).add(answer.text, answer.images)
    folder.mkdir(parents=True, exist_ok=True)
    shown = {student: plain(student) for student in students.values()}
    if not named:
        shown = _numbers(folder / "key.csv", set(students.values()))
    rows = []
    for name, given in answers.items():
        pairs = [(shown[student], answer) for student, answer in given.items()]
        pairs.sort(key=lambda pair: (len(pair[0]), pair[0]))  # 2 comes before 10
        write(folder / f"{name}.html", page(name, pairs))
        rows += [(student, name, *_mark(answer, find(name))) for student, answer in pairs]
    _add_marks(folder / "marks.csv", rows)
    return unreadable


def _mark(answer, exercise):
    """Points, possible points and comment, to begin with."""
    return ("", str(possible(exercise)), "") if answer else (UNANSWERED[0], str(possible(exercise)), UNANSWERED[1])


def _numbers(path, students):
    """Number students in an order that says nothing about them, and write down which is whose."""
    numbers = {student: number for number, student in read_key(path).items()}
    new = sorted(students - set(numbers))
    random.SystemRandom().shuffle(new)
    highest = max((int(number) for number in numbers.values() if number.isdecimal()), default=0)
    numbers |= {student: str(number) for number, student in enumerate(new, highest + 1)}
    write(path, as_table([KEY, *((number, student) for student, number in numbers.items())]))
    return numbers


def _add_marks(path, new):
    """Write rows below those that are there; a row that says that nothing was there gives way."""
    old = [row for _, row in read_table(path, COLUMNS)] if path.exists() else []
    old = [tuple(row.values()) for row in old if (row["points"], row["comment"]) != UNANSWERED]
    kept = {row[:2] for row in old}
    write(path, as_table([COLUMNS, *old, *(row for row in new if row[:2] not in kept)]))

"""Collects the answers in words of many files: a page for each exercise, and a table for the marks."""

import random

from cnn_course.exercises.catalogue import find
from cnn_course.grading.files import paths_in
from cnn_course.grading.notebook import Unreadable
from cnn_course.grading.record import write
from cnn_course.grading.reports.answers import read_answers
from cnn_course.grading.reports.marks import COLUMNS, KEY, possible, read_key, read_table
from cnn_course.grading.reports.pages import page
from cnn_course.grading.reports.safe import as_table, plain
from cnn_course.grading.reports.students import names_of


def notebooks_in(place):
    """Paths of the notebooks of a folder and of the folders in it; of a file, its own."""
    folders = [place, *sorted(inside for inside in place.iterdir() if inside.is_dir())] if place.is_dir() else [place]
    found = [path for folder in folders if folder.name[0] != "." or folder == place for path in paths_in(folder)]
    return [path for path in found if path.suffix == ".ipynb"]


def collect(place, folder, named=False):
    """Write the pages, `marks.csv`, and `key.csv` if students are numbered; return why files cannot be read.

    What is in `marks.csv` and `key.csv` already stays: a second run adds the answers that are new.
    """
    paths, unreadable, answers = notebooks_in(place), [], {}
    students = names_of(map(str, paths))
    for path in paths:
        try:
            found = read_answers(path)
        except Unreadable as error:
            unreadable.append(str(error))
            continue
        for name, answer in found.items():
            known = answers.setdefault(name, {}).setdefault(students[str(path)], answer)
            if not known.text:
                answers[name][students[str(path)]] = answer
    folder.mkdir(parents=True, exist_ok=True)
    shown = {student: plain(student) for student in students.values()}
    if not named:
        shown = _numbers(folder / "key.csv", set(students.values()))
    for name, given in answers.items():
        ordered = sorted(given, key=lambda student: (len(shown[student]), shown[student]))
        write(folder / f"{name}.html", page(name, {shown[student]: given[student] for student in ordered}))
    _add_marks(folder / "marks.csv", answers, shown)
    return unreadable


def _numbers(path, students):
    """Number students in an order that says nothing about them, and write down which is whose."""
    numbers = {student: number for number, student in read_key(path).items()}
    new = sorted(students - set(numbers))
    random.SystemRandom().shuffle(new)
    highest = max((int(number) for number in numbers.values()), default=0)
    numbers |= {student: str(number) for number, student in enumerate(new, highest + 1)}
    write(path, as_table([KEY, *((number, student) for student, number in numbers.items())]))
    return numbers


def _add_marks(path, answers, shown):
    old = [row for _, row in read_table(path, COLUMNS)] if path.exists() else []
    rows = {(row["student"], row["exercise"]): tuple(row.values()) for row in old}
    for name, given in answers.items():
        for student in sorted(given, key=lambda student: (len(shown[student]), shown[student])):
            answer = given[student]
            points, comment = ("", "") if answer.text or answer.images else ("0", "no answer")
            row = shown[student], name, points, str(possible(find(name))), comment
            rows.setdefault((shown[student], name), row)
    write(path, as_table([COLUMNS, *rows.values()]))

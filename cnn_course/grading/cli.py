"""The command line: `python -m cnn_course grade my.ipynb`, `watch my.ipynb` and `progress`."""

import argparse
import secrets
import sys
import time
from pathlib import Path

from cnn_course.exercises.catalogue import find, names
from cnn_course.exercises.report import as_text
from cnn_course.grading.grade import grade
from cnn_course.grading.notebook import Unreadable

PAUSE = 0.5  # seconds between two looks at a file


def table(results):
    """A line for each result, and a sum, as text."""
    width = max(len(result.exercise.name) for result in results)
    lines = []
    for result in results:
        reason = result.verdict.text.splitlines()[0] if result.verdict else ""
        points = f"{result.points}/{result.exercise.points}"
        lines.append(f"{result.exercise.name:{width}}  {points:>5}  {result.status:13}  {reason}".rstrip())
    total = sum(result.points for result in results)
    lines.append(f"{'':{width}}  {total}/{sum(result.exercise.points for result in results)} points")
    return "\n".join(lines)


def show_grades(path):
    """Grade a notebook, and print the table and what to do next; return whether all is right."""
    results = grade(path, secrets.randbits(32))
    print(table(results))
    unfinished = [result for result in results if result.status in ("failed", "not attempted")]
    if unfinished:
        attempted = [result for result in unfinished if result.status == "failed"]
        print(f"\nNext, {as_text((attempted or unfinished)[0])}")
    return not unfinished


def run_grade(options):
    """Grade notebooks, one after the other; broken ones do not stop the rest."""
    broken = 0
    for path in options.notebooks:
        if len(options.notebooks) > 1:
            print(f"{path}")
        try:
            show_grades(path)
        except Unreadable as error:
            print(error, file=sys.stderr)
            broken += 1
        if len(options.notebooks) > 1:
            print()
    return 2 if broken else 0


def run_watch(options):
    """Grade a notebook each time that it is saved, until it is all right or Ctrl-C is pressed."""
    path, seen = Path(options.notebook), None
    try:
        while True:
            now = _state(path)
            if now != seen:
                seen = now
                print(f"\n{time.strftime('%H:%M:%S')}  {path}")
                try:
                    if show_grades(path):
                        return 0
                except Unreadable as error:
                    print(error, file=sys.stderr)
                print("\nWaiting for the next save; Ctrl-C ends.", flush=True)
            time.sleep(PAUSE)
    except KeyboardInterrupt:
        print()
        return 0


def _state(path):
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def run_progress(options):
    """Grade all notebooks of a folder, and show how far each chapter is."""
    best = {}
    for path in sorted(Path(options.folder).glob("*.ipynb")):
        try:
            results = grade(path, secrets.randbits(32))
        except Unreadable:  # also a notebook without exercises
            continue
        for result in results:
            best[result.exercise.name] = max(best.get(result.exercise.name, 0), result.points)
    chapters = {}
    for exercise in map(find, names()):
        if exercise.points:
            chapters.setdefault(exercise.chapter, []).append(exercise)
    for chapter, exercises in sorted(chapters.items()):
        print(f"chapter {chapter}")
        for exercise in exercises:
            points, mark = best.get(exercise.name), " "
            if points is not None:
                mark = "x" if points == exercise.points else "-"
            print(f"  [{mark}] {exercise.name:24} {points or 0}/{exercise.points}")
    total = sum(exercise.points for exercises in chapters.values() for exercise in exercises)
    print(f"{sum(best.values())} of {total} points")
    return 0


def main(arguments=None):
    """Carry out a command; return the exit status: 0, or 2 if a file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m cnn_course", description="Exercises of the course.")
    commands = parser.add_subparsers(required=True, metavar="command")
    command = commands.add_parser("grade", help="grade the exercises in notebooks")
    command.add_argument("notebooks", nargs="+", metavar="notebook")
    command.set_defaults(run=run_grade)
    command = commands.add_parser("watch", help="grade a notebook again each time that it is saved")
    command.add_argument("notebook")
    command.set_defaults(run=run_watch)
    command = commands.add_parser("progress", help="show which exercises are solved in the notebooks of a folder")
    command.add_argument("folder", nargs="?", default=".")
    command.set_defaults(run=run_progress)
    options = parser.parse_args(arguments)
    return options.run(options)

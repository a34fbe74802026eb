"""Results as lines of a table, printed as they come.

Text of an answer stands at the end of a line, and never begins one: a table says only what the grader says.
"""

import sys
from collections import Counter

from cnn_course.exercises.report import as_text

WIDTH = 80  # of a reason
STATUSES = ("passed", "failed", "not attempted", "missing", "explain")
NOTES = {
    "missing": "expected, but not in the file",
    "explain": "not judged by the program: compare with the model answer",
}


def one_line(text):
    r"""The first line of a text, without what could steer a terminal, and cut if it is long.

    Examples
    --------
    >>> one_line("raised ValueError: \x1b[2J\nin the line: f(x)")
    'raised ValueError: ?[2J'
    """
    line = printable(text.partition("\n")[0])
    return line if len(line) <= WIDTH else line[: WIDTH - 3] + "..."


def printable(text):
    """A text in which no character moves the cursor."""
    return "".join(character if character.isprintable() else "?" for character in text)


def reason(result):
    """Why a result is what it is, as text of one or more lines; empty where the status says all."""
    return result.verdict.text if result.verdict else NOTES.get(result.status, "")


def show_rows(results, width, indent=""):
    """Print a line for each result as soon as it is there; return the results as a list."""
    shown = []
    for result in results:
        points = f"{result.points}/{result.exercise.points}" if result.exercise.points else ""
        row = f"{result.exercise.name:{width}}  {points:>5}  {result.status:13}  {one_line(reason(result))}"
        print(indent + row.rstrip(), flush=True)
        shown.append(result)
    return shown


def show_table(file, results):
    """Print the results of a file, their sum, and what to do next; return whether nothing is left to do."""
    width = max(map(len, file.names))
    results = show_rows(results, width)
    total, possible = sum(r.points for r in results), sum(r.exercise.points for r in results)
    print(f"{'':{width}}  {f'{total}/{possible}':>5} points")
    unfinished = [result for result in results if result.status in ("failed", "not attempted")]
    if unfinished:
        print(f"\nNext, {as_text(min(unfinished, key=lambda result: result.status != 'failed'))}")
    return all(result.status in ("passed", "explain") for result in results)


def show_unreadable(files):
    """Print why files cannot be graded, on standard error; return how many there are."""
    reasons = [printable(f"{file.path}: {file.reason}") for file in files if file.reason]
    for text in reasons:
        print(text, file=sys.stderr, flush=True)
    return len(reasons)


def count(statuses):
    """How many there are of each status, in words.

    Examples
    --------
    >>> count(["failed", "passed", "failed"])
    '1 passed, 2 failed'
    """
    found = Counter(statuses)
    return ", ".join(f"{found[status]} {status}" for status in STATUSES if found[status])

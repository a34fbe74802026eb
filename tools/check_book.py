"""Check the conventions of the book's chapters that no other tool knows.

    python tools/check_book.py [book]

Every code cell was executed, in order and without an error; the skeleton is there; statements, exercises and solutions
have labels, each label once; exercises are of all three kinds and have solutions; figures have a caption, a
name, alt text and a width that a phone can show; a cell that checks a statement can fail; no cell is longer than twenty
lines.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import nbformat
from statements import EQUATION

LONGEST_CELL = 20  # lines
WIDEST_FIGURE = 5.2 * 72  # points
SHORTEST_ALT = 30  # characters: less is a title, not a description
OPENING = ["Learning goals", "What you need"]
CLOSING = ["Summary", "Exercises", "Further reading"]
KINDS = ["Predict", "Implement", "Explain"]
DIRECTIVE = re.compile(r"^:{3,}\{(prf:(?!proof)\w+|exercise|solution)\}[ ]*(.*)\n((?::\w+:.*\n)*)", re.MULTILINE)
LABEL = re.compile(r"^:label: *(\S+)", re.MULTILINE)
IMAGES = ("image/svg+xml", "image/png")


def check_execution(cells):
    """Counts run from 1 without a gap, and nothing failed."""
    code = [(i, cell) for i, cell in cells if cell.cell_type == "code" and cell.source.strip()]
    for expected, (i, cell) in enumerate(code, start=1):
        if cell.execution_count != expected:
            yield i, f"executed as number {cell.execution_count}, expected {expected}: run `make run`"
        if any(output.output_type == "error" for output in cell.outputs):
            yield i, "ends in an error"


def check_skeleton(cells):
    """Title, orienting figure, goals, needs, four to seven sections, summary, exercises, further reading."""
    if not cells[0][1].source.startswith("# "):
        yield 0, "the first cell must begin with the title"
    if len(cells) < 2 or not _images(cells[1][1]):
        yield 1, "the second cell must draw the orienting figure"
    headings = [line[3:] for _, cell in cells if cell.cell_type == "markdown" for line in _headings(cell)]
    if headings[:2] != OPENING or headings[-3:] != CLOSING:
        yield 0, f"sections must begin with {OPENING} and end with {CLOSING}, got {headings}"
    elif not 4 <= len(headings) - 5 <= 7:
        yield 0, f"a chapter has 4 to 7 sections between goals and summary, got {len(headings) - 5}"


def check_labels(cells):
    """Everything that can be cited has a label, and every exercise its solution."""
    exercises, solved, kinds = {}, set(), set()
    for i, kind, argument, options in _directives(cells):
        label = LABEL.search(options)
        if label is None:
            yield i, f"{{{kind}}} {argument} has no label"
        elif kind == "exercise":
            exercises[label[1]] = i
            kinds.add(argument.partition(":")[0])
        if kind == "solution":
            solved.add(argument.strip())
    for label in exercises.keys() - solved:
        yield exercises[label], f"exercise {label} has no solution"
    for kind in [kind for kind in KINDS if kind not in kinds]:
        yield cells[-1][0], f"no exercise of the kind {kind!r}"


def check_figures(cells):
    """Each figure can be cited, heard, and read on a phone."""
    for i, cell in cells:
        for image in _images(cell):
            mystnb = cell.metadata.get("mystnb", {})
            figure = mystnb.get("figure", {})
            for name in ("caption", "name"):
                if not figure.get(name):
                    yield i, f"the figure has no {name} (metadata mystnb.figure.{name})"
            alt = mystnb.get("image", {}).get("alt", "")
            if len(alt) < SHORTEST_ALT:
                yield i, f"alt text of {len(alt)} characters, expected {SHORTEST_ALT} (metadata mystnb.image.alt)"
            width = re.search(r'<svg[^>]* width="([\d.]+)pt"', image)
            if width is None:
                yield i, "the figure is no SVG: call draw.use_style() first"
            elif float(width[1]) > WIDEST_FIGURE:
                yield i, f"the figure is {width[1]} points wide, at most {WIDEST_FIGURE:g}"


def check_checks(cells):
    """A cell that is said to check a statement can fail: it asserts something, or prints what the tests compare."""
    for i, cell in cells:
        labels = cell.metadata.get("cnn_course", {}).get("checks")
        if labels and "assert " not in cell.source and (_images(cell) or not cell.outputs):
            yield i, f"checks {', '.join(labels)}, but asserts and prints nothing"


def check_length(cells):
    """A reader takes in a cell at one look."""
    for i, cell in cells:
        lines = len(cell.source.splitlines())
        if cell.cell_type == "code" and lines > LONGEST_CELL:
            yield i, f"{lines} lines of code, at most {LONGEST_CELL}"


def check_unique(book):
    """No label twice in the whole book."""
    pages = [(path, _cells(path)) for path in sorted(book.glob("*.ipynb"))]
    for path in sorted(book.glob("*.md")):
        pages.append((path, [(0, nbformat.v4.new_markdown_cell(path.read_text("utf-8")))]))
    labels = [
        (label, path)
        for path, cells in pages
        for _, cell in cells
        if cell.cell_type == "markdown"
        for label in LABEL.findall(cell.source) + EQUATION.findall(cell.source)
    ]
    count = Counter(label for label, _ in labels)
    for label, path in labels:
        if count[label] > 1:
            yield path, 0, f"label {label} stands {count[label]} times"


def _cells(path):
    return list(enumerate(nbformat.read(path, as_version=4).cells))


def _headings(cell):
    return [line for line in cell.source.splitlines() if line.startswith("## ")]


def _directives(cells):
    for i, cell in cells:
        if cell.cell_type == "markdown":
            for kind, argument, options in DIRECTIVE.findall(cell.source):
                yield i, kind, argument, options


def _images(cell):
    outputs = cell.outputs if cell.cell_type == "code" else []
    return ["".join(o.data[kind]) for o in outputs for kind in IMAGES if kind in o.get("data", {})]


def problems(book):
    """Yield (path, cell, message) for whatever breaks a convention."""
    for path in sorted(book.glob("*.ipynb")):
        cells = _cells(path)
        for check in (check_execution, check_skeleton, check_labels, check_figures, check_checks, check_length):
            for cell, message in check(cells):
                yield path, cell, message
    yield from check_unique(book)


def main(book="book"):
    """Print what breaks a convention; the exit status tells whether anything does."""
    found = list(problems(Path(book)))
    for path, cell, message in found:
        print(f"{path}, cell {cell}: {message}", file=sys.stderr)
    print(f"{book}: {len(list(Path(book).glob('*.ipynb')))} chapters checked, {len(found)} problems")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

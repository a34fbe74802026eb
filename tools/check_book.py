"""Check the conventions of the book's chapters that no other tool knows.

    python tools/check_book.py [book]

Every code cell was executed, in order and without an error; the skeleton is there, with both reading times; the core
is short, and so are its cells; statements, exercises and solutions have labels, each label once; exercises are of all
four kinds, serve every learning goal and have solutions, of which none stands in the chapter's code; figures have a
caption, a name, alt text and a width that a phone can show; a cell that checks a statement can fail.
"""

import ast
import re
import sys
from collections import Counter
from pathlib import Path

import nbformat
from reading import TIMES, parts, words
from statements import DIRECTIVE as STATEMENT
from statements import EQUATION

from cnn_course.exercises import find, names
from cnn_course.exercises.source import function_source

LONGEST_CELL = 20  # lines
MOST_WORDS, MOST_STATEMENTS = 5000, 8  # of the core
MOST_ASSERTIONS = 15  # in the cells; more of them stand in tests/book
EXERCISES = range(6, 11)
WIDEST_FIGURE = 5.2 * 72  # points
SHORTEST_ALT = 30  # characters: less is a title, not a description
OPENING = ["Learning goals", "What you need"]
CLOSING = ["Summary", "Exercises", "Further reading"]
KINDS = ["Predict", "Implement", "Explain", "Prove"]
GOAL = re.compile(r"^(\d+)\. ", re.MULTILINE)
ASSERTION = re.compile(r"^ *assert\b", re.MULTILINE)
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
    if not TIMES.search(cells[0][1].source):
        yield 0, "the first cell must state both reading times: see tools/reading.py"
    if len(cells) < 2 or not _images(cells[1][1]):
        yield 1, "the second cell must draw the orienting figure"
    headings = [line[3:] for _, cell in cells if cell.cell_type == "markdown" for line in _headings(cell)]
    if headings[:2] != OPENING or headings[-3:] != CLOSING:
        yield 0, f"sections must begin with {OPENING} and end with {CLOSING}, got {headings}"
    elif not 4 <= len(headings) - 5 <= 7:
        yield 0, f"a chapter has 4 to 7 sections between goals and summary, got {len(headings) - 5}"


def check_core(cells):
    """A reader in a hurry gets through: few words, few numbered statements, few assertions."""
    core = parts([cell for _, cell in cells])["core"]
    if words(core) > MOST_WORDS:
        yield 0, f"the core has {words(core)} words, at most {MOST_WORDS}: put more of it in depth"
    statements = STATEMENT.findall(core)
    if len(statements) > MOST_STATEMENTS:
        yield 0, f"the core has {len(statements)} numbered statements, at most {MOST_STATEMENTS}"
    asserted = sum(len(ASSERTION.findall(cell.source)) for _, cell in cells if cell.cell_type == "code")
    if asserted > MOST_ASSERTIONS:
        yield 0, f"{asserted} assertions, at most {MOST_ASSERTIONS}: move the others to tests/book"


def check_goals(cells):
    """Every learning goal has an exercise, and an exercise serves goals that there are."""
    exercises = _exercises(cells)
    goals = {
        int(number)
        for _, cell in cells
        if cell.cell_type == "markdown" and cell.source.startswith(f"## {OPENING[0]}")
        for number in GOAL.findall(cell.source)
    }
    for i, exercise in exercises:
        if not exercise.goals or not goals.issuperset(exercise.goals):
            yield i, f"exercise {exercise.name} serves the goals {exercise.goals}, expected some of {sorted(goals)}"
    for goal in sorted(goals.difference(*(exercise.goals for _, exercise in exercises))):
        yield 0, f"no exercise for learning goal {goal}"
    if len(exercises) not in EXERCISES:
        yield cells[-1][0], f"{len(exercises)} exercises, expected {EXERCISES[0]} to {EXERCISES[-1]}"


def check_no_solution(cells):
    """Whoever copies from the chapter solves no exercise: neither by the name of a function nor by its body."""
    solutions = {}
    for exercise in map(find, names()):
        if exercise.kind == "Implement":
            for function in (exercise.answer, *exercise.alternatives):
                solutions[_body(ast.parse(function_source(function)).body[0])] = exercise.name
    chosen = {exercise.name for _, exercise in _exercises(cells)}
    for i, cell in cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.FunctionDef):
                    name = node.name if node.name in chosen else solutions.get(_body(node))
                    if name:
                        yield i, f"the function {node.name} gives the solution of exercise {name} away"


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


def _exercises(cells):
    """The exercises that a chapter shows, each with its cell."""
    marked = ((i, cell.metadata.get("cnn_course", {}).get("exercise")) for i, cell in cells)
    return [(i, find(name)) for i, name in marked if name]


def _body(function):
    """What a function does, apart from the names of its arguments and of its variables, and from its docstring."""
    numbers = {}
    body = function.body[isinstance(function.body[0], ast.Expr) and len(function.body) > 1 :]
    for node in (node for statement in [function.args, *body] for node in ast.walk(statement)):
        if isinstance(node, ast.arg):
            node.arg = numbers.setdefault(node.arg, f"v{len(numbers)}")
            node.annotation = None
        elif isinstance(node, ast.Name) and (node.id in numbers or isinstance(node.ctx, ast.Store)):
            node.id = numbers.setdefault(node.id, f"v{len(numbers)}")
    return "; ".join(map(ast.dump, [function.args, *body]))


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
        for check in CHECKS:
            for cell, message in check(cells):
                yield path, cell, message
    yield from check_unique(book)


CHECKS = (
    check_execution,
    check_skeleton,
    check_core,
    check_goals,
    check_no_solution,
    check_labels,
    check_figures,
    check_checks,
    check_length,
)


def main(book="book"):
    """Print what breaks a convention; the exit status tells whether anything does."""
    found = list(problems(Path(book)))
    for path, cell, message in found:
        print(f"{path}, cell {cell}: {message}", file=sys.stderr)
    print(f"{book}: {len(list(Path(book).glob('*.ipynb')))} chapters checked, {len(found)} problems")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

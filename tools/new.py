"""Begin a chapter or an exercise: write its skeleton, and the entries that it needs.

    python tools/new.py chapter 2-1-layers "Convolution layers" [--part "Networks"]
    python tools/new.py exercise blur "a blurred row" --chapter 1-3 [--kind predict]

A chapter is named after its part, its number in it and its subject; it is entered into `_toc.yml`, where `--part` is
the caption of a part that is not there yet. An exercise gets its file in the catalogue, if it is to be implemented a
file for the answers of readers, and a cell in its chapter, which `make generate` fills. What is missing then is said by
`tools/check_book.py` and `tools/check_exercises.py`.

Either everything is written or nothing.
"""

import argparse
import builtins
import keyword
import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from reading import times
from run_notebooks import KERNEL, LANGUAGE

ROOT = Path(__file__).parents[1]
KINDS = ("implement", "predict", "explain", "prove")
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
CHAPTER = re.compile(r"([1-9]|10)-([1-9]\d?)-[a-z][a-z0-9]*(-[a-z0-9]+)*")
PART = re.compile(r"^  - caption: (\w+)", re.MULTILINE)
EXERCISES, END = "## Exercises", "## Further reading"

FIGURE = """import matplotlib.pyplot as plt

from cnn_course import draw

draw.use_style()
figure, ax = plt.subplots(figsize=(draw.WIDTH, 3))"""
NUMPY = """import numpy as np

rng = np.random.default_rng(2026)"""

HEAD = '''"""{sentence}"""

from cnn_course.exercises.exercise import {kind}

exercise = {kind}(
    title="{title}",
    chapter="{chapter}",
    stars=0,
    minutes=0,
    goals=(),
    statement=r"""
    """,
    hints=(),
'''
TAILS = {
    "implement": '''    remark=r"""
    """,
)


@exercise.solution
def {name}(x):
    raise NotImplementedError
''',
    "predict": '''    name="{name}",
    answer=None,
    wrong={{}},
    remark=r"""
    """,
)
''',
    "explain": '''    name="{name}",
    answer=r"""
    """,
    contains=(),
)
''',
}


def chapter(root, name, title, part=""):
    """The files of a new chapter, as a dict of paths and texts."""
    found = CHAPTER.fullmatch(name)
    if not found:
        raise ValueError(f"chapter: {name!r} is no name of a chapter, expected one such as 2-1-layers")
    _check_title("chapter", title)
    number, subject = found[0][: found.end(2)], found[0][found.end(2) + 1 :]
    taken = sorted(path.name for path in root.glob(f"book/{number}-*"))
    if taken:
        raise ValueError(f"chapter: {number} is taken, by {taken[0]}")
    toc = root / "_toc.yml"
    entered = _entered(toc.read_text(encoding="utf-8"), name, int(found[1]), part)
    return {root / f"book/{name}.ipynb": _text(_skeleton(title, subject)), toc: entered}


def _skeleton(title, subject):
    figure = {"caption": "", "name": f"fig-{subject}"}
    cells = [
        new_markdown_cell(f"# {title}"),
        new_code_cell(FIGURE, metadata={"mystnb": {"figure": figure, "image": {"alt": ""}}, "tags": ["hide-input"]}),
        new_markdown_cell("## Learning goals\n\nAfter this chapter you can"),
        new_markdown_cell("## What you need"),
        new_code_cell(NUMPY),
        new_markdown_cell("## Summary"),
        new_markdown_cell(EXERCISES),
        new_markdown_cell(END),
    ]
    cells[0].source += f"\n\n{times(cells)}"
    for i, cell in enumerate(cells):
        cell.id = f"cell-{i:03}"
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": LANGUAGE})


def _entered(toc, name, number, part):
    """The table of contents with a chapter, in the part of its number and in order."""
    parts = {caption[1]: caption.start() for caption in PART.finditer(toc)}
    entry = f"      - file: book/{name}\n"
    later = [start for roman, start in parts.items() if roman not in ROMAN[1 : number + 1]]
    end = min(later, default=len(toc))
    if ROMAN[number] in parts:
        if part:
            raise ValueError(f"chapter: part {ROMAN[number]} is there already, without --part {part!r}")
        others = re.compile(rf"^      - file: book/{number}-(\d+)-.*\n", re.MULTILINE)
        chapters = [c for c in others.finditer(toc, parts[ROMAN[number]], end) if int(c[1]) > int(name.split("-")[1])]
        place = chapters[0].start() if chapters else end
        return toc[:place] + entry + toc[place:]
    if not re.fullmatch(r"\w[\w ,-]*", part):
        raise ValueError(f"chapter: part {ROMAN[number]} is not in _toc.yml; give its caption, --part, got {part!r}")
    head = f"  - caption: {ROMAN[number]} {part}\n    numbered: 1\n    chapters:\n"
    return toc[:end] + head + entry + toc[end:]


def exercise(root, name, title, number, kind="implement"):
    """The files of a new exercise, as a dict of paths and texts."""
    catalogue = root / "cnn_course/exercises/catalogue"
    if not re.fullmatch("[a-z][a-z0-9_]*", name) or keyword.iskeyword(name) or name in dir(builtins):
        raise ValueError(f"exercise: {name!r} is no name for a function of one's own, in small letters")
    _check_title("exercise", title, refused='"\\')
    if not re.fullmatch(r"\d+-\d+", number):
        raise ValueError(f"exercise: {number!r} is no number of a chapter, expected one such as 1-3")
    answers = root / f"tests/exercises/answers/{name}.txt"
    for path in (catalogue / f"{name}.py", answers):
        if path.exists():
            raise ValueError(f"exercise: {name} is taken, there is {path.relative_to(root).as_posix()}")
    sentence = title[0].upper() + title[1:] + ("" if title.endswith(("?", "!")) else ".")
    tail = TAILS["explain" if kind == "prove" else kind]
    values = {"sentence": sentence, "title": title, "chapter": number, "kind": kind.capitalize(), "name": name}
    files = {catalogue / f"{name}.py": (HEAD + tail).format(**values)}
    if kind == "implement":
        files[answers] = ""
    for path in root.glob(f"book/{number}-*.ipynb"):
        files[path] = _with_exercise(path, name)
    return files


def _with_exercise(path, name):
    """The text of a chapter with a cell for an exercise, behind the others."""
    notebook = nbformat.read(path, as_version=4)
    sources = [cell.source.partition("\n")[0] for cell in notebook.cells]
    if EXERCISES not in sources or END not in sources:
        raise ValueError(f"exercise: {path.name} has no sections {EXERCISES!r} and {END!r}")
    cell = new_markdown_cell(metadata={"cnn_course": {"exercise": name}}, id=f"exercise-{name.replace('_', '-')}")
    notebook.cells.insert(sources.index(END), cell)
    return _text(notebook)


def _check_title(function, title, refused=""):
    if not title or title != title.strip() or not title.isprintable() or len(title) > 80 or set(title) & set(refused):
        but = f" without {' and '.join(refused)}" if refused else ""
        raise ValueError(f"{function}: title must be a line of at most 80 characters{but}, got {title!r}")


def _text(notebook):
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1) + "\n"


def write(files):
    """Write all files or, where one cannot be written, none."""
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    try:
        for path, text in files.items():
            path.write_text(text, encoding="utf-8", newline="\n")
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        raise


def main(arguments=None, root=ROOT):
    """Begin what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(dest="what", required=True)
    options = what.add_parser("chapter")
    options.add_argument("name", help="part, number and subject, such as 2-1-layers")
    options.add_argument("title")
    options.add_argument("--part", default="", help="caption of a part that is not there yet")
    options = what.add_parser("exercise")
    options.add_argument("name", help="of the function to write, of the variable or of the question")
    options.add_argument("title", help="a few words, beginning with a small letter")
    options.add_argument("--chapter", required=True, help="such as 1-3")
    options.add_argument("--kind", choices=KINDS, default="implement")
    given = parser.parse_args(arguments)
    try:
        if given.what == "chapter":
            files, then = chapter(root, given.name, given.title, given.part), "tools/check_book.py"
        else:
            files = exercise(root, given.name, given.title, given.chapter, given.kind)
            then = f"tools/check_exercises.py {given.name}"
        write(files)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    for path in files:
        print(f"{path.relative_to(root).as_posix()}: written")
    print(f"What is missing: python {then}")


if __name__ == "__main__":
    sys.exit(main())

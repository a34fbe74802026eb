"""Write what is generated from the catalogue of exercises: notebooks, the blocks in the chapters, the list of all.

    python tools/make_exercises.py [book]

Each exercise gets a notebook in `book/exercises/`. In a chapter, a Markdown cell whose metadata has
`{"cnn_course": {"exercise": name}}` becomes the exercise with its folded solution, and the line with the reading times
is filled. In `book/exercises.md`, the list stands between two comments. What is current is not touched.
"""

import re
import sys
from pathlib import Path

import nbformat
from reading import TIMES, times

from cnn_course.exercises import find, names
from cnn_course.exercises.exercise import Explain
from cnn_course.exercises.notebook import effort, notebook_text
from cnn_course.exercises.source import solution_text

LIST = re.compile(r"(<!-- exercises -->\n).*?(<!-- end -->)", re.DOTALL)
BLOCK = """:::{{exercise}} {kind}: {title}
:label: {label}
:class: {style}

*{effort}*

{statement}

{offer}

:::

{hints}:::{{solution}} {label}
:label: sol-{suffix}
:class: dropdown

{solution}

:::"""


def block(exercise):
    """The exercise and its folded solution, as a chapter shows them."""
    suffix = exercise.name.replace("_", "-")
    return BLOCK.format(
        kind=exercise.kind,
        style=exercise.kind.lower(),
        title=exercise.title,
        label=f"ex-{suffix}",
        suffix=suffix,
        statement=exercise.statement,
        effort=effort(exercise),
        hints=_hints(exercise) if isinstance(exercise, Explain) else "",
        offer=f"Work on it in {_download(exercise, f'{exercise.name}.ipynb')}.",
        solution=solution_text(exercise),
    )


def _hints(exercise):
    """Hints, folded: what only the reader judges has no check that would give them one by one."""
    steps = "\n".join(f"{i}. {hint}" for i, hint in enumerate(exercise.hints, 1))
    return f":::{{admonition}} Hints\n:class: tip dropdown\n\n{steps}\n\n:::\n\n" if steps else ""


def _download(exercise, text):
    return f"{{download}}`{text} <exercises/{exercise.name}.ipynb>`"


def listing(exercises):
    """A table of all exercises, chapter by chapter."""
    rows = ["| chapter | exercise | kind | difficulty, time and points |", "|---|---|---|---|"]
    for exercise in sorted(exercises, key=lambda e: (e.chapter, -e.points, e.name)):
        cells = exercise.chapter, _download(exercise, exercise.title), exercise.kind.lower(), effort(exercise)
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows) + "\n"


def files(book):
    """Yield (path, text) of every file as it should be."""
    exercises = [find(name) for name in names()]
    for exercise in exercises:
        yield book / "exercises" / f"{exercise.name}.ipynb", notebook_text(exercise)
    for path in sorted(book.glob("*.ipynb")):
        chapter = nbformat.read(path, as_version=4)
        for cell in chapter.cells:
            name = cell.metadata.get("cnn_course", {}).get("exercise")
            if name and cell.cell_type == "markdown":
                cell.source = block(find(name))
        chapter.cells[0].source = TIMES.sub(times(chapter.cells), chapter.cells[0].source)
        yield path, nbformat.writes(chapter, indent=1) + "\n"
    page = book / "exercises.md"
    yield page, LIST.sub(lambda found: found[1] + listing(exercises) + found[2], page.read_text(encoding="utf-8"))


def outdated(book):
    """Yield (path, text) of the files that are not as they should be; the text is None for one that should go."""
    expected = dict(files(Path(book)))
    for path in sorted(Path(book).glob("exercises/*.ipynb")):
        if path not in expected:
            yield path, None
    for path, text in expected.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield path, text


def main(book="book"):
    """Write what is not current."""
    for path, text in outdated(book):
        print(f"{path}: {'written' if text else 'removed'}")
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

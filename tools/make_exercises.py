"""Write what is generated from the catalogue of exercises: notebooks, the blocks in the chapters, the list of all.

    python tools/make_exercises.py [book]

Each exercise gets a notebook in `book/exercises/`. In a chapter, a Markdown cell whose metadata has
`{"cnn_course": {"exercise": name}}` becomes the exercise with its folded solution. In `book/exercises.md`, the list
stands between two comments. What is current is not touched.
"""

import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnn_course.exercises import find, names
from cnn_course.exercises.source import solution_text, stub

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
LIST = re.compile(r"(<!-- exercises -->\n).*?(<!-- end -->)", re.DOTALL)
OPENING = """# {kind}: {title}

This notebook needs Python 3.11 or newer and the course's package. In the folder of the course's source code, type

```
python -m pip install . jupyterlab
```

and open this file again with `python -m jupyterlab`."""
IMPORTS = """import numpy as np

from cnn_course.exercises import check, hint, solution"""
CLOSING = """Run the cell above as often as you like. `hint("{name}")` gives a hint, then the next one, and \
`solution("{name}")` shows a solution. `python -m cnn_course grade {name}.ipynb` grades this file."""
EXPLAINING = 'Compare with the model answer: `solution("{name}")`.'
BLOCK = """:::{{exercise}} {kind}: {title}
:label: {label}

{statement}

{offer}

:::

:::{{solution}} {label}
:label: sol-{suffix}
:class: dropdown

{solution}

:::"""


def notebook(exercise):
    """The notebook in which a learner works on an exercise."""
    mark = {"cnn_course": {"exercise": exercise.name}}
    cells = [
        new_markdown_cell(OPENING.format(kind=exercise.kind, title=exercise.title)),
        new_code_cell(IMPORTS),
        new_markdown_cell(f"## Exercise\n\n{exercise.statement}{_worth(exercise)}"),
    ]
    if exercise.kind == "Explain":
        cells += [new_markdown_cell("*Your answer.*"), new_markdown_cell(EXPLAINING.format(name=exercise.name))]
        cells += [new_code_cell("")]
    else:
        cells += [new_code_cell(stub(exercise).rstrip(), metadata=mark), new_code_cell(f'check("{exercise.name}")')]
        cells += [new_markdown_cell(CLOSING.format(name=exercise.name))]
    for i, cell in enumerate(cells):
        cell.id = f"{exercise.name.replace('_', '-')}-{i}"
    return new_notebook(cells=cells, metadata=METADATA)


def _worth(exercise):
    return f"\n\n*{_points(exercise)}.*" if exercise.points else ""


def _points(exercise):
    return f"{exercise.points} point{'s' * (exercise.points != 1)}"


def block(exercise):
    """The exercise and its folded solution, as a chapter shows them."""
    suffix = exercise.name.replace("_", "-")
    worth = f", for {_points(exercise)}" if exercise.points else ""
    return BLOCK.format(
        kind=exercise.kind,
        title=exercise.title,
        label=f"ex-{suffix}",
        suffix=suffix,
        statement=exercise.statement,
        offer=f"Work on it in {_download(exercise, f'{exercise.name}.ipynb')}{worth}.",
        solution=solution_text(exercise),
    )


def _download(exercise, text):
    return f"{{download}}`{text} <exercises/{exercise.name}.ipynb>`"


def listing(exercises):
    """A table of all exercises, chapter by chapter."""
    rows = ["| chapter | exercise | kind | points |", "|---|---|---|---|"]
    for exercise in sorted(exercises, key=lambda e: (e.chapter, -e.points, e.name)):
        cells = exercise.chapter, _download(exercise, exercise.title), exercise.kind.lower(), exercise.points or ""
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows) + "\n"


def files(book):
    """Yield (path, text) of every file as it should be."""
    exercises = [find(name) for name in names()]
    for exercise in exercises:
        yield book / "exercises" / f"{exercise.name}.ipynb", _text(notebook(exercise))
    for path in sorted(book.glob("*.ipynb")):
        chapter = nbformat.read(path, as_version=4)
        for cell in chapter.cells:
            name = cell.metadata.get("cnn_course", {}).get("exercise")
            if name and cell.cell_type == "markdown":
                cell.source = block(find(name))
        yield path, _text(chapter)
    page = book / "exercises.md"
    yield page, LIST.sub(lambda found: found[1] + listing(exercises) + found[2], page.read_text(encoding="utf-8"))


def _text(content):
    return nbformat.writes(content, indent=1) + "\n"


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

"""A small chapter that keeps every convention; the tests break it in one way at a time."""

import check_book
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from reading import times
from run_notebooks import main as run

from cnn_course.exercises.exercise import Explain, Implement, Predict, Prove

FIGURE = {
    "mystnb": {
        "figure": {"caption": "A line.", "name": "fig-line"},
        "image": {"alt": "A straight line from the lower left to the upper right."},
    }
}
DRAW = """import matplotlib.pyplot as plt
from cnn_course import draw
draw.use_style()
figure, ax = plt.subplots()
lines = ax.plot([0, 1])"""
EXERCISE = """:::{{exercise}} {e.kind}: something
:label: ex-{e.name}

Do it.

:::

:::{{solution}} ex-{e.name}
:label: sol-{e.name}
:class: dropdown

Done.

:::"""


def implemented():
    exercise = Implement("double", "1-1", "Double it.", goals=(2,))

    @exercise.solution
    def double(x):
        """Twice the number."""
        y = x + x
        return y

    return exercise


TEXTS = {"title": "something", "chapter": "1-1", "statement": "Do it.", "goals": (1,)}
KINDS = {"size": Predict, "why": Explain, "how": Explain, "claim": Prove, "converse": Prove}
CATALOGUE = {"double": implemented()} | {name: kind(name=name, **TEXTS) for name, kind in KINDS.items()}


def small_chapter():
    headings = ["Learning goals\n\n1. Do something.\n2. Do more.", "What you need", "One?", "Two?", "Three?", "Four?"]
    cells = [new_markdown_cell(f"# Title\n\n{times([])}"), new_code_cell(DRAW, metadata=FIGURE)]
    cells += [new_markdown_cell(f"## {heading}") for heading in headings]
    cells += [
        new_markdown_cell(":::{prf:theorem} A theorem\n:label: thm-one\n\nIt holds.\n\n:::"),
        new_code_cell("print(1 + 1)"),
        new_markdown_cell("## Summary"),
        new_markdown_cell("## Exercises"),
        *(
            new_markdown_cell(EXERCISE.format(e=exercise), metadata={"cnn_course": {"exercise": name}})
            for name, exercise in CATALOGUE.items()
        ),
        new_markdown_cell("## Further reading"),
    ]
    return new_notebook(cells=cells)


@pytest.fixture(scope="session")
def executed_chapter(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "1-1-small.ipynb"
    nbformat.write(small_chapter(), path)
    run([path])
    return path.read_text(encoding="utf-8")


@pytest.fixture
def chapter(executed_chapter, tmp_path, monkeypatch):
    """The path of an executed chapter, alone in its book, with its own catalogue of exercises."""
    monkeypatch.setattr(check_book, "find", CATALOGUE.__getitem__)
    monkeypatch.setattr(check_book, "names", CATALOGUE.keys)
    path = tmp_path / "1-1-small.ipynb"
    path.write_text(executed_chapter, encoding="utf-8")
    return path


@pytest.fixture
def edit(chapter):
    """Change the stored chapter: `edit(function of the notebook)`."""

    def apply(change):
        notebook = nbformat.read(chapter, as_version=4)
        change(notebook)
        nbformat.write(notebook, chapter)

    return apply

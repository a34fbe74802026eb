"""A small chapter that keeps every convention; the tests break it in one way at a time."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from run_notebooks import main as run

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
EXERCISE = """:::{{exercise}} {kind}: something
:label: ex-{kind}

Do it.

:::

:::{{solution}} ex-{kind}
:label: sol-{kind}
:class: dropdown

Done.

:::"""


def small_chapter():
    headings = ["Learning goals", "What you need", "One?", "Two?", "Three?", "Four?"]
    cells = [new_markdown_cell("# Title"), new_code_cell(DRAW, metadata=FIGURE)]
    cells += [new_markdown_cell(f"## {heading}") for heading in headings]
    cells += [
        new_markdown_cell(":::{prf:theorem} A theorem\n:label: thm-one\n\nIt holds.\n\n:::"),
        new_code_cell("print(1 + 1)"),
        new_markdown_cell("## Summary"),
        new_markdown_cell("## Exercises"),
        *(new_markdown_cell(EXERCISE.format(kind=kind)) for kind in ("Predict", "Implement", "Explain")),
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
def chapter(executed_chapter, tmp_path):
    """The path of an executed chapter, alone in its book."""
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

"""The programs in the folded solutions of a chapter run, and their assertions hold, with what they need of the chapter.

All else in the chapter is run by nbval.
"""

import re
from pathlib import Path
from textwrap import indent

import matplotlib.pyplot as plt
import nbformat
import pytest

from cnn_course.grading.execute import execute
from cnn_course.grading.program import Notebook

CHAPTERS = sorted((Path(__file__).parents[2] / "book").glob("*.ipynb"))
SOLUTION = re.compile(r"^:::\{solution\} (\S+)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 600


def run(cells, program):
    """Run a program below the cells of a notebook, but of these only what it needs."""
    notebook = Notebook([*cells, f"def the_program():\n{indent(program, '    ')}"])
    names = {"__name__": "__main__"}
    errors = execute(notebook.needed("the_program"), notebook.text, names, notebook.flags(), SECONDS)
    assert not errors
    names["the_program"]()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_programs_in_solutions_run(path):
    plt.switch_backend("agg")
    cells = nbformat.read(path, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    for cell in cells:
        for _, text in SOLUTION.findall(cell.source):
            for program in PROGRAM.findall(text):
                run(code, program)
    plt.close("all")


def test_what_a_program_needs_is_run_and_nothing_else():
    cells = ["import numpy as np", "a = np.arange(3)", "raise RuntimeError", "a += 1"]
    run(cells, "assert a.sum() == 6")
    with pytest.raises(AssertionError):
        run(cells, "assert a.sum() == 3")
    with pytest.raises(NameError):
        run(cells, "b")

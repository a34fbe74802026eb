"""The programs in the folded solutions of a chapter run, and their assertions hold, after the chapter's own code."""

import re
from pathlib import Path

import matplotlib
import nbformat
import pytest

CHAPTERS = sorted((Path(__file__).parents[2] / "book").glob("*.ipynb"))
SOLUTION = re.compile(r"^:::\{solution\} (\S+)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_programs_in_solutions_run(path):
    matplotlib.use("agg")
    cells = nbformat.read(path, as_version=4).cells
    names = {}
    for cell in cells:
        if cell.cell_type == "code" and "nbval-ignore-output" not in cell.metadata.get("tags", []):
            exec(cell.source, names)
    matplotlib.pyplot.close("all")
    for cell in cells:
        for label, text in SOLUTION.findall(cell.source):
            for program in PROGRAM.findall(text):
                exec(compile(program, label, "exec"), dict(names))

"""Strict nbval, as `make test` runs it, rejects whatever in a chapter is no longer true."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

OTHER_MATPLOTLIB = "--nbval-sanitize-with", Path(__file__).parents[2] / "tools" / "figures.cfg"


def nbval(chapter, *options):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--nbval",
        "--nbval-current-env",
        *options,
        chapter,
    ]
    environ = os.environ | {"PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environ, cwd=chapter.parent, check=False)


def code(notebook, number):
    return [cell for cell in notebook.cells if cell.cell_type == "code"][number]


def changed_output(notebook):
    code(notebook, 1).outputs[0].text = "3\n"


def cleared_output(notebook):
    code(notebook, 1).outputs = []


def changed_figure(notebook):
    code(notebook, 0).source = code(notebook, 0).source.replace("[0, 1]", "[1, 0]")


def raised_exception(notebook):
    code(notebook, 1).source += "\n1 / 0"


def test_an_unchanged_chapter_passes(chapter):
    assert nbval(chapter).returncode == 0


@pytest.mark.parametrize("change", [changed_output, cleared_output, changed_figure, raised_exception])
def test_a_change_is_noticed(chapter, edit, change):
    edit(change)
    result = nbval(chapter)
    assert result.returncode == 1
    assert "1 failed" in result.stdout


def no_figure(notebook):
    code(notebook, 0).source += "\nplt.close(figure)"


@pytest.mark.parametrize(("change", "status"), [(changed_figure, 0), (no_figure, 1), (changed_output, 1)])
def test_with_another_matplotlib_a_figure_must_be_there_but_may_differ(chapter, edit, change, status):
    edit(change)
    assert nbval(chapter, *OTHER_MATPLOTLIB).returncode == status


def test_of_two_figures_the_first_line_that_differs_is_told(pytestconfig):
    left, right = (f"<svg>\n<g>\n<path d={name}/>\n</svg>" for name in ("one", "other"))
    told = pytestconfig.hook.pytest_assertrepr_compare(config=pytestconfig, op="==", left=left, right=right)
    assert told[0] == ["1 lines of the figures differ, first line 3:", "<path d=one/>", "<path d=other/>"]

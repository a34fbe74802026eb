"""Strict nbval, as `make test` runs it, rejects whatever in a chapter is no longer true."""

import subprocess
import sys

import pytest


def nbval(chapter):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--nbval",
        "--nbval-current-env",
        chapter,
    ]
    return subprocess.run(command, capture_output=True, text=True, cwd=chapter.parent, check=False)


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

"""Notebooks with answers to the exercise `convolve`, graded quickly and in a folder that is watched."""

import tempfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from cnn_course.grading import worker
from cnn_course.grading.grade import grade

IMPORTS = "import numpy as np\nfrom cnn_course.exercises import check"


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook of code cells after the usual imports; return its path."""

    def write(*cells):
        path = tmp_path / "answers.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in (IMPORTS, *cells)]), path)
        return path

    return write


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    """The folder in which answers get theirs, and a shorter patience."""
    folder = tmp_path / "sandbox"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(worker, "SECONDS", 1.0)
    return folder


@pytest.fixture
def graded(notebook, sandbox):
    """Grade cells; return the results by the exercises' names."""

    def run(*cells):
        results = grade(notebook(*cells), 0)
        return {result.exercise.name: result for result in results}

    return run

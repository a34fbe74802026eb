"""Notebooks with answers to the exercise `convolve`, graded quickly and in a folder that is watched."""

import atexit
import contextlib
import io
import os
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from levels import legible_python, require
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from cnn_course.exercises.case import Case
from cnn_course.grading import isolation, worker
from cnn_course.grading.grade import grade
from cnn_course.grading.isolation import LEVELS

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
def sandbox(monkeypatch):
    """The folder in which answers get theirs, which every user may enter, and a shorter patience."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-"))
    folder.chmod(0o711)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(worker, "SECONDS", 1.0)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def legible():
    """What `legible_python` yields."""
    with legible_python() as found:
        yield found


@pytest.fixture(params=LEVELS)
def level(request, sandbox, monkeypatch):
    """Name of each level of isolation, if it works here."""
    if request.param == "user" and not LEVELS["user"].lacking():
        python, numpy, libraries = request.getfixturevalue("legible")
        monkeypatch.setattr(isolation, "PYTHON", python)
        monkeypatch.setattr(isolation, "NUMPY", numpy)
        monkeypatch.setenv("LD_LIBRARY_PATH", libraries)
    require(request.param)
    return request.param


@pytest.fixture
def graded(notebook, sandbox):
    """Grade cells; return the results by the exercises' names."""

    def run(*cells, isolation="limits"):
        results = grade(notebook(*cells), 0, isolation)
        return {result.exercise.name: result for result in results}

    return run


@pytest.fixture
def survivors(sandbox):
    """A function that lists the processes that were told of the folder, on systems that show it."""

    def find():
        if not Path("/proc/self/environ").exists():
            return []
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                told = path.read_bytes() + path.with_name("cmdline").read_bytes()
            except OSError:
                continue
            if str(sandbox).encode() in told and path.parent.name != str(os.getpid()):
                found.append(path.parent.name)
        return found

    return find


@pytest.fixture
def attack(graded, sandbox, survivors, level):
    """Grade an answer to `convolve` that must earn nothing, leave nothing behind, and not stop the rest."""

    def run(source):
        started = time.monotonic()
        results = graded(source, 'check("convolve")', 'check("borrowed_weights")', isolation=level)
        assert (results["convolve"].status, results["convolve"].points) == ("failed", 0)
        assert results["convolve"].verdict.text
        assert results["convolve"].verdict.kind != "grader"
        assert results["borrowed_weights"].status == "explain", "the rest goes on"
        assert time.monotonic() - started < 30, "two deaths of a second each, with a wide margin for a busy machine"
        assert list(sandbox.iterdir()) == []
        assert survivors() == []

    return run


class Shell(InteractiveShell):
    """A shell in this process, which takes figures into the notebook for granted."""

    def enable_gui(self, gui=None):
        """Do nothing."""


@pytest.fixture(scope="session")
def jupyter():
    """A function that executes cells as a notebook does, and returns what `check` reports."""

    def execute(cells):
        reports, limit = [], sys.getrecursionlimit()
        patch = pytest.MonkeyPatch()
        patch.setattr(Case, "show", lambda case: reports.append(str(case)))
        shell = Shell(config=Config({"HistoryManager": {"enabled": False}}))
        try:
            with (
                np.printoptions(),
                np.errstate(),
                warnings.catch_warnings(),
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.redirect_stderr(io.StringIO()),
            ):
                for cell in cells:
                    shell.run_cell(cell)
        finally:
            plt.close("all")  # what a notebook sets and leaves open is not for the tests that follow
            sys.setrecursionlimit(limit)
            shell.atexit_operations()
            atexit.unregister(shell.atexit_operations)
            patch.undo()
        return reports

    return execute

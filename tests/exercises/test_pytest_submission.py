"""Grading with pytest: one test for each check, in a process as a class would run it."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

TESTS = Path(__file__).parent


def grade(path, *options):
    command = [sys.executable, "-m", "pytest", "-n0", *options, TESTS, "--submission", path]
    environ = os.environ | {"PYTHONUTF8": "1"}
    return subprocess.run(
        list(map(str, command)), capture_output=True, encoding="utf-8", env=environ, cwd=TESTS.parents[1]
    )


@pytest.fixture
def submission(tmp_path):
    path = tmp_path / "answers.ipynb"
    source = "import numpy as np\ndef convolve(f, h):\n    return np.convolve(f, h[::-1])"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), path)
    return path


def test_each_check_is_a_test(submission):
    done = grade(submission, "-v")
    assert done.returncode == 1
    assert "test_check[convolve: kernels of one value] PASSED" in done.stdout
    assert "test_check[convolve: kernels shorter than the signal] FAILED" in done.stdout
    assert "Hint: The kernel runs forwards" in done.stdout
    assert "6 failed, 1 passed" in done.stdout, "no other test runs"


def test_a_broken_notebook_says_why(tmp_path):
    path = tmp_path / "broken.ipynb"
    path.write_text("[", encoding="utf-8")
    done = grade(path)
    assert done.returncode != 0
    assert "broken.ipynb: is not JSON" in done.stdout

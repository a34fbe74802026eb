"""What all tests share: names for docstring examples, Hypothesis's settings, the option `--submission`, and figures.

Every docstring example may use `np`, as in NumPy's own documentation. Hypothesis draws the same cases on every
machine, replays none from disk, and judges none by its time. `pytest tests/exercises --submission my.ipynb` grades a
notebook, one test for each check. A figure that is not the stored one is told by the first line that differs: pytest's
own comparison of two long texts takes minutes.
"""

from itertools import zip_longest

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

SUBMISSION = "test_submission.py"
LONGEST = 200  # characters of a line of a figure

settings.register_profile(
    "course",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    max_examples=150,
    database=None,
)
settings.load_profile("course")


@pytest.fixture(autouse=True)
def _numpy_in_docstrings(doctest_namespace):
    doctest_namespace["np"] = np


def pytest_addoption(parser):
    """Add the option."""
    parser.addoption("--submission", metavar="NOTEBOOK", help="grade this notebook, and run no other test")


def pytest_ignore_collect(collection_path, config):
    """With a notebook only that one file is collected, and without one all others, but not what only prepares tests."""
    if collection_path.name == "conftest.py":
        return True
    if collection_path.is_file() and (collection_path.name == SUBMISSION) != bool(config.getoption("--submission")):
        return True
    return None


def pytest_assertrepr_compare(left, right):
    """Compare two figures by their lines."""
    if isinstance(left, str) and isinstance(right, str) and left.startswith("<svg") and right.startswith("<svg"):
        lines = list(zip_longest(left.splitlines(), right.splitlines(), fillvalue="(no line)"))
        different = [(i, *pair) for i, pair in enumerate(lines, start=1) if pair[0] != pair[1]]
        i, one, other = different[0]
        return [f"{len(different)} lines of the figures differ, first line {i}:", one[:LONGEST], other[:LONGEST]]
    return None

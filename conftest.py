"""Names that every docstring example may use, as in NumPy's own documentation, and the option `--submission`.

`pytest tests/exercises --submission my.ipynb` grades a notebook, one test for each check.
"""

import numpy as np
import pytest

SUBMISSION = "test_submission.py"


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

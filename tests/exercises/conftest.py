"""`--submission my.ipynb` names the notebook whose answers `test_submission.py` grades."""


def pytest_addoption(parser):
    parser.addoption("--submission", metavar="NOTEBOOK", help="grade this notebook, one test for each check")


def pytest_ignore_collect(collection_path, config):
    """Without a notebook there is nothing to grade."""
    if collection_path.name == "test_submission.py" and not config.getoption("--submission", default=None):
        return True
    return None

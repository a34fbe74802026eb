"""The levels of isolation that are tested here."""

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from cnn_course.grading import isolation
from cnn_course.grading.isolation import LEVELS

TEMPORARY = tempfile.gettempdir()  # before a test has its own


@contextmanager
def legible_python():
    """A copy of Python and NumPy that every user may run, since this one may lie in a private folder.

    Yields the values of `isolation.PYTHON` and `isolation.NUMPY`, and where its shared libraries are.
    """
    library = Path(os.__file__).parent
    with tempfile.TemporaryDirectory(prefix="python-", dir=TEMPORARY) as folder:
        os.chmod(folder, 0o755)
        copied = Path(folder, library.relative_to(sys.base_prefix))
        python = Path(folder, "bin", Path(sys.executable).resolve().name)
        python.parent.mkdir()
        shutil.copy2(sys.executable, python)
        ignored = shutil.ignore_patterns("site-packages", "dist-packages", "test", "config-*")
        shutil.copytree(library, copied, ignore=ignored)
        for shared in library.parent.glob("libpython*"):
            shutil.copy2(shared, copied.parent)
        for package in ("numpy", "numpy.libs"):
            if (original := Path(isolation.NUMPY, package)).exists():
                shutil.copytree(original, copied / "site-packages" / package)
        yield (str(python), *isolation.PYTHON[1:]), str(copied / "site-packages"), str(copied.parent)


@cache
def why_not(name):
    """Why a level does not work here, or an empty text."""
    return LEVELS[name].why_not()


def require(name):
    """Skip a test of a level that does not work here and says why; that bubblewrap was forgotten is a failure."""
    if why := why_not(name):
        (pytest.fail if name == "bubblewrap" and forgotten() else pytest.skip)(f"isolation {name}: {why}")


def forgotten():
    """Whether this is a run for all, on a machine to which bubblewrap could be added."""
    for_all = {"CI", "CNN_COURSE_CI"} & set(os.environ)
    return bool(for_all) and shutil.which("apt-get") is not None and shutil.which("bwrap") is None

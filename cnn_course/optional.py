"""Packages that are not installed with this one, and the error where one is missing."""

from contextlib import contextmanager


@contextmanager
def needs(function, package, extra):
    """Import in here what an extra of this package brings; the error says what to install."""
    try:
        yield
    except ImportError as error:
        raise ImportError(f'{function} needs the package {package}: pip install "cnn_course[{extra}]"') from error

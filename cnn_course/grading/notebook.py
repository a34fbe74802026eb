"""The code in a notebook or script, a file which may be broken in any way."""

import json
import os
import re
import stat
from itertools import pairwise
from pathlib import Path

LARGEST = 64 << 20  # bytes
MOST_CELLS = 2000
LARGEST_CODE = 16 << 20  # characters
CELL = re.compile(r"^# ?%%", re.MULTILINE)  # begins a cell in a script


class Unreadable(ValueError):
    """A file that is no notebook; the message says why."""


def read_code(path):
    """Return the code cells of a file: `code_in` what `read_bytes` returns, with their errors."""
    return code_in(path, read_bytes(path))


def read_bytes(path):
    """Return what is in a file.

    Raises
    ------
    Unreadable
        If it is no regular file, or too large.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a named pipe must not block
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{path}: is not a regular file")
        if status.st_size > LARGEST:
            raise Unreadable(f"{path}: has {status.st_size} bytes, at most {LARGEST} are read; clear its outputs")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST)
    finally:
        os.close(descriptor)


def code_in(path, content):
    """Return the code cells of a file's bytes, each a pair (source, exercise's name in its metadata or None).

    A file that ends in `.py` is a script, whose cells begin with lines `# %%`; any other is a notebook. A Markdown cell
    counts if it is marked with an exercise, and then has the source "".

    Raises
    ------
    Unreadable
        If it is not text, or no notebook of version 4, or has too much code.
    """
    cells = _script(path, content) if Path(path).suffix == ".py" else _notebook(path, content)
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"{path}: has {len(cells)} cells, at most {MOST_CELLS} are read")
    size = sum(len(source) for source, _ in cells)
    if size > LARGEST_CODE:
        raise Unreadable(f"{path}: has {size} characters of code, at most {LARGEST_CODE} are read")
    return cells


def _script(path, content):
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path}: is not text ({error})") from None
    text = text.replace("\r\n", "\n")
    starts = [0, *(match.start() for match in CELL.finditer(text)), len(text)]
    sources = [text[start:end] for start, end in pairwise(starts)]
    return [
        (source, None) for source in sources if source.strip() and not re.match(r"# ?%%.*\[(markdown|raw)\]", source)
    ]


def read_cells(path):
    """Return the cells of a notebook as they are in its file.

    Raises
    ------
    Unreadable
        If it is no regular file, or too large, or not text, or no notebook of version 4.
    """
    return _cells(path, read_bytes(path))


def _notebook(path, content):
    marked = [(cell.get("cell_type") == "code", cell, exercise_of(cell)) for cell in _cells(path, content)]
    return [(source_of(path, cell) if code else "", mark) for code, cell, mark in marked if code or mark]


def _cells(path, content):
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise Unreadable(f"{path}: is nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"{path}: is not JSON ({error})") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Unreadable(f"{path}: is no notebook of version 4, it has no list of cells; save it again with Jupyter")
    return [cell for cell in notebook["cells"] if isinstance(cell, dict)]


def source_of(path, cell):
    """The source of a cell as one text.

    Raises
    ------
    Unreadable
        If it is no text.
    """
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise Unreadable(f"{path}: a cell's source is of type {type(source).__name__}, expected text")
    return source.encode("utf-8", "replace").decode("utf-8")  # lone surrogates


def exercise_of(cell):
    """The exercise's name in the metadata of a cell, or None."""
    metadata = cell.get("metadata")
    course = metadata.get("cnn_course") if isinstance(metadata, dict) else None
    name = course.get("exercise") if isinstance(course, dict) else None
    return name if isinstance(name, str) else None

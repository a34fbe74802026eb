"""The code in a notebook file, which may be broken in any way."""

import json
import os
import stat

LARGEST = 64 << 20  # bytes
MOST_CELLS = 2000


class Unreadable(ValueError):
    """A file that is no notebook; the message says why."""


def read_code(path):
    """Return the code cells of a notebook file, each a pair (source, exercise's name in its metadata or None).

    Raises
    ------
    Unreadable
        If it is no regular file, too large, not JSON, or not a notebook of version 4.
    """
    try:
        notebook = json.loads(_text(path))
    except RecursionError:
        raise Unreadable(f"{path}: is nested too deeply") from None
    except ValueError as error:
        raise error if isinstance(error, Unreadable) else Unreadable(f"{path}: is not JSON ({error})") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Unreadable(f"{path}: is no notebook of version 4, it has no list of cells; save it again with Jupyter")
    cells = notebook["cells"]
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"{path}: has {len(cells)} cells, at most {MOST_CELLS} are read")
    code = [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    return [(_source(path, cell), _exercise(cell)) for cell in code]


def _text(path):
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
            return file.read(LARGEST).decode("utf-8-sig")
    finally:
        os.close(descriptor)


def _source(path, cell):
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise Unreadable(f"{path}: a cell's source is of type {type(source).__name__}, expected text")
    return source.encode("utf-8", "replace").decode("utf-8")  # lone surrogates


def _exercise(cell):
    metadata = cell.get("metadata")
    course = metadata.get("cnn_course") if isinstance(metadata, dict) else None
    name = course.get("exercise") if isinstance(course, dict) else None
    return name if isinstance(name, str) else None

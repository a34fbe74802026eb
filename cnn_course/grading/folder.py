"""A folder that an answer may fill with anything.

As a program, `python folder.py <folder>`, it removes one.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from itertools import count

PATIENCE = 10.0  # seconds


class Folder:
    """A new temporary folder."""

    def __init__(self):
        self.name = tempfile.mkdtemp(prefix="answer-")

    def remove(self):
        """Remove it, however deep, many or locked its contents are; what takes long goes on beside."""
        if not remove(self.name, time.monotonic() + PATIENCE):
            subprocess.Popen([sys.executable, "-I", "-S", __file__, self.name]).returncode = 0  # nobody waits for it


def remove(folder, end=float("inf")):
    """Remove a folder; return whether that was done in time.

    What lies in a folder below is lifted up first, so that no path gets too long.
    """
    names = (os.path.join(folder, f"answer-{i}") for i in count())
    todo, empty = [folder], [folder]
    while todo and time.monotonic() < end:
        inner = todo.pop()
        with contextlib.suppress(OSError):
            os.chmod(inner, 0o700)
            for entry in list(os.scandir(inner)):
                lifted = next(name for name in names if not os.path.lexists(name))
                if _take(entry, lifted):
                    todo.append(lifted)
                    empty.append(lifted)
    while empty and time.monotonic() < end:
        with contextlib.suppress(OSError):
            os.rmdir(empty.pop())
    return not empty


def _take(entry, name):
    """Delete a file, or give a folder another name; return whether it is a folder."""
    with contextlib.suppress(OSError):
        linked = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)  # a junction, on Windows
        if entry.is_dir(follow_symlinks=False) and not linked:
            os.rename(entry.path, name)
            return True
        os.unlink(entry.path)
    return False


if __name__ == "__main__":
    remove(sys.argv[1])

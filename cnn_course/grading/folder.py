"""A folder that an answer may fill with anything."""

import contextlib
import os
import tempfile
from itertools import count


class Folder:
    """A new temporary folder; a context manager that removes it, however deep, many or locked its contents are."""

    def __init__(self):
        self.name = tempfile.mkdtemp(prefix="answer-")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        """Remove it: what lies in a folder below is lifted up, so that no path gets too long."""
        names = (os.path.join(self.name, f"answer-{i}") for i in count())
        todo = [self.name]
        while todo:
            folder = todo.pop()
            with contextlib.suppress(OSError):
                os.chmod(folder, 0o700)
                entries = list(os.scandir(folder))
                for entry in entries:
                    _take(entry, next(name for name in names if not os.path.lexists(name)), todo)
            if folder != self.name:
                with contextlib.suppress(OSError):
                    os.rmdir(folder)
        with contextlib.suppress(OSError):
            os.rmdir(self.name)


def _take(entry, name, folders):
    """Delete a file, or give a folder another name and put it on the list."""
    with contextlib.suppress(OSError):
        linked = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)  # a junction, on Windows
        if entry.is_dir(follow_symlinks=False) and not linked:
            os.rename(entry.path, name)
            folders.append(name)
        else:
            os.unlink(entry.path)

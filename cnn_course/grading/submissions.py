"""The submissions of a class: which files of a folder they are, whose, and with which seed each is graded."""

import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from cnn_course.grading.notebook import Unreadable, read_bytes

DEEPEST = 16  # folders below the one that is graded
SKIPPED = ("__MACOSX", "__pycache__")  # and those whose names begin with a dot
SHORTEST_KEY = 16  # bytes
SEED_BYTES = 6  # a number that every reader of JSON keeps exactly


@dataclass(frozen=True)
class Submission:
    """A file that is to be graded.

    Attributes
    ----------
    path : Path
    file : str
        Its name in the record: the path below the folder that is graded, the same on every machine.
    student : str
        The name of the folder that it lies in, right below the one that is graded, or the file's own without its end.
    """

    path: Path
    file: str
    student: str

    def read(self):
        """Return the bytes of the file, and their SHA-256; raise `Unreadable` where it is no regular file."""
        if self.path.is_symlink():  # to another one's answers, perhaps
            raise Unreadable(f"{self.path}: is a link, which is not followed")
        content = read_bytes(self.path)
        return content, hashlib.sha256(content).hexdigest()


def submissions_in(paths):
    """Submissions below folders, which may be in folders of their own, and single files, in the order of their names.

    Raises
    ------
    ValueError
        If two of them have the same name.
    """
    found = {}
    for path in paths:
        below = _below(path) if path.is_dir() else [path]
        for inside in below:
            relative = inside.relative_to(path) if path.is_dir() else Path(path.name)
            file = unicodedata.normalize("NFC", relative.as_posix())
            student = file.split("/")[0] if "/" in file else Path(file).stem
            if file in found:
                raise ValueError(f"submissions_in: {found[file].path} and {inside} are both called {file}")
            found[file] = Submission(inside, file, student)
    return [found[file] for file in sorted(found)]


def _below(folder):
    """Notebooks and programs at any depth, but not the libraries that somebody has handed in with them."""
    for place, folders, files in os.walk(folder):
        deep = len(Path(place).relative_to(folder).parts) >= DEEPEST
        if deep or "pyvenv.cfg" in files:
            folders.clear()
        folders[:] = [name for name in folders if name[0] != "." and name not in SKIPPED]
        if "pyvenv.cfg" not in files:
            yield from (Path(place, name) for name in files if name[0] != "." and name.endswith((".ipynb", ".py")))


def shard_of(file, number):
    """Which of a number of shards a file belongs to, counted from 1: by its name, whatever other files there are.

    Examples
    --------
    >>> {shard_of(f"{i}.ipynb", 3) for i in range(40)}
    {1, 2, 3}
    """
    return int.from_bytes(hashlib.sha256(_bytes(file)).digest()) % number + 1


def read_key(path):
    """The secret in a file, without white space around it.

    Raises
    ------
    ValueError
        If it is too short to be a secret.
    """
    key = Path(path).read_bytes().strip()
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"read_key: {path} has {len(key)} bytes, a key has at least {SHORTEST_KEY}")
    return key


def seed_of(key, student):
    """Seed of a student's cases, from HMAC-SHA256: without the key nobody can tell it, with it everybody gets the same.

    `Exercise.generator` mixes in the name of each exercise. Since the seed is all that is needed to grade a submission,
    the key stays where the batch was started.

    Examples
    --------
    >>> seed_of(b"a secret of a term", "ada") == seed_of(b"a secret of a term", "ada") != seed_of(b"another", "ada")
    True
    """
    return int.from_bytes(hmac.digest(key, b"student " + _bytes(student), "sha256")[:SEED_BYTES])


def fingerprint(key):
    """What tells one key from another, and nothing else about it."""
    return hmac.digest(key, b"fingerprint", "sha256")[:8].hex()


def _bytes(text):
    return text.encode("utf-8", "surrogatepass")

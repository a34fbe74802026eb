"""Answers in words, as they stand in a notebook: in the cell that is meant for them, and in those that follow."""

import base64
import json
import re
from dataclasses import dataclass, field

from cnn_course.exercises.catalogue import find, names
from cnn_course.exercises.exercise import Explain
from cnn_course.exercises.notebook import STUB, notebook_text
from cnn_course.grading.notebook import exercise_of, read_cells, source_of
from cnn_course.grading.reports.safe import plain

IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")  # none of them runs or loads anything
ASKING = re.compile(r"(\s*(check|hint|solution)\(.*\)\s*)+")
TITLE = re.compile(r"# (Predict|Implement|Explain|Prove): (.+)\n")
BLOCK = ":::{exercise}"  # begins an exercise in a chapter
AFTER = "## Further reading"  # in a chapter, the cell after the last exercise


@dataclass
class Answer:
    """An answer: its text, Markdown as it was written, and pictures, as addresses with their data."""

    text: str = ""
    images: list = field(default_factory=list)

    def __bool__(self):
        return bool(self.text or self.images)

    def add(self, text, images):
        """Add what stands further below."""
        self.text = "\n\n".join(filter(None, (self.text, text)))
        self.images += images


def read_answers(path):
    """Map the exercises in words of a notebook to their answers, empty ones for those that are not answered.

    Raises
    ------
    Unreadable
        If it is no notebook.
    """
    cells = [(source_of(path, cell), exercise_of(cell), cell) for cell in read_cells(path)]
    found, name = {}, None
    for source, mark, cell in cells:
        name = None if source.startswith(AFTER) else mark or _titled(source) or name
        if not _in_words(name):
            continue
        text = _written(source, name, cell.get("cell_type"))
        found.setdefault(name, Answer()).add(text, _images(cell))
    return found


def _in_words(name):
    return name in names() and isinstance(find(name), Explain)


def _titled(source):
    """The exercise whose notebook begins with a cell, or None; it tells what follows where an editor loses marks."""
    title = TITLE.match(source)
    return title and next((e.name for e in map(find, names()) if (e.kind, e.title) == title.groups()), None)


def _written(source, name, kind):
    """What the learner has written in a cell."""
    exercise, source = find(name), source.strip()
    if source in _given(exercise) or _titled(source):
        return ""
    if kind == "code":
        return "" if not source or ASKING.fullmatch(source) else plain(f"```python\n{source}\n```")
    if source.startswith(BLOCK):
        source = source.rpartition("\n:::")[2]
    return plain(source.removeprefix(STUB).strip())


def _given(exercise):
    """The texts of the cells that the learner was given."""
    return {"".join(cell["source"]).strip() for cell in json.loads(notebook_text(exercise))["cells"]}


def _images(cell):
    attachments = cell.get("attachments")
    bundles = attachments.values() if isinstance(attachments, dict) else ()
    pairs = [(kind, bundle.get(kind)) for bundle in bundles if isinstance(bundle, dict) for kind in IMAGES]
    return [address for kind, data in pairs if data and (address := _address(kind, data))]


def _address(kind, data):
    try:
        data = base64.b64decode("".join(data))  # and encoded anew: nothing else can stand in the address
    except (ValueError, TypeError):
        return None
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"

"""Answers in words, as they stand in a notebook: in the cell that is meant for them, and in those that follow."""

import base64
import json
import re
from dataclasses import dataclass, field
from functools import cache

from cnn_course.exercises.catalogue import find, names
from cnn_course.exercises.exercise import Explain
from cnn_course.exercises.notebook import STUB, notebook_text
from cnn_course.grading.notebook import exercise_of, read_cells, source_of
from cnn_course.grading.reports.safe import plain

IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")  # none of them runs or loads anything
ASKING = re.compile(r"(check|hint|solution)\(.*\)|")  # a line of code, or an empty one
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
    titles, in_words = _catalogue(tuple(names()))
    found, given, name = {}, {}, None
    for cell in read_cells(path):
        source = source_of(path, cell)
        titled = titles.get(source.partition("\n")[0])  # tells what follows where an editor has lost the marks
        name = None if source.startswith(AFTER) else exercise_of(cell) or titled or name
        if name not in in_words:
            continue
        if name not in found:
            found[name], given[name] = Answer(), _given(find(name))
        own = not titled and source.strip() not in given[name]
        found[name].add(_written(source.strip(), cell.get("cell_type")) if own else "", _images(cell))
    return found


@cache
def _catalogue(every):
    """A map from the first lines of the notebooks of some exercises to their names, and the names of those in words."""
    exercises = [find(name) for name in every]
    titles = {f"# {exercise.kind}: {exercise.title}": exercise.name for exercise in exercises}
    return titles, {exercise.name for exercise in exercises if isinstance(exercise, Explain)}


def _written(source, kind):
    """What the learner has written in a cell."""
    if kind == "code":
        asking = all(ASKING.fullmatch(line.strip()) for line in source.splitlines())
        return "" if asking else plain(f"```python\n{source}\n```")
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

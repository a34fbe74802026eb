"""The notebook in which a learner works on an exercise."""

import json

from cnn_course.exercises.exercise import Explain
from cnn_course.exercises.source import stub

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
INSTALL = """In the folder of the course's source code, type

```
python -m pip install . jupyterlab
```"""
OPENING = """# {kind}: {title}

This notebook needs Python 3.11 or newer and the course's package. {install}

and open this file again with `python -m jupyterlab`."""
IMPORTS = """import numpy as np

from cnn_course.exercises import check, hint, solution"""
CLOSING = """Run the cell above as often as you like. `hint("{name}")` gives a hint, then the next one, and \
`solution("{name}")` shows a solution. `python -m cnn_course grade {name}.ipynb` grades this file."""
COMPARING = """`hint("{name}")` gives a hint, then the next one. When your answer is written, compare it with the model
answer: `solution("{name}")`."""
STUB = "*Your answer.*"  # where a learner writes in words
HARDEST = 3  # stars


def effort(exercise):
    """What an exercise asks and gives: its difficulty, the time that it takes, and its points.

    Examples
    --------
    >>> from cnn_course.exercises.catalogue import find
    >>> effort(find("conv2d"))
    '★★☆ · 30 minutes · 7 points'
    """
    stars = "★" * exercise.stars + "☆" * (HARDEST - exercise.stars)
    points = f"{exercise.points} point{'s' * (exercise.points != 1)}" if exercise.points else ""
    return " · ".join(part for part in (stars, f"{exercise.minutes} minutes", points) if part)


def notebook_text(exercise):
    r"""The notebook of an exercise, as the text of its file.

    Examples
    --------
    >>> from cnn_course.exercises.catalogue import find
    >>> json.loads(notebook_text(find("convolve")))["cells"][0]["source"][0]
    '# Implement: full convolution in one dimension\n'
    """
    cells = [
        {**cell, "id": f"{exercise.name.replace('_', '-')}-{i}", "source": cell["source"].splitlines(keepends=True)}
        for i, cell in enumerate(_cells(exercise))
    ]
    content = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    # As Jupyter writes it: a file that is saved unchanged keeps its bytes.
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cells(exercise):
    mark = {"cnn_course": {"exercise": exercise.name}}
    yield _markdown(OPENING.format(kind=exercise.kind, title=exercise.title, install=INSTALL))
    yield _code(IMPORTS)
    yield _markdown(f"## Exercise\n\n*{effort(exercise)}*\n\n{exercise.statement}")
    if isinstance(exercise, Explain):
        yield _markdown(STUB, mark)
        yield _markdown(COMPARING.format(name=exercise.name))
        yield _code("")
    else:
        yield _code(stub(exercise).rstrip(), mark)
        yield _code(f'check("{exercise.name}")')
        yield _markdown(CLOSING.format(name=exercise.name))


def _markdown(source, metadata=None):
    return {"cell_type": "markdown", "metadata": metadata or {}, "source": source}


def _code(source, metadata=None):
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata or {},
        "outputs": [],
        "source": source,
    }

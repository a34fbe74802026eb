"""Notebook files that are broken in some way: each ends in a verdict with a reason, soon."""

import json
import os
import re
import time

import pytest
from fakes import FULL

from cnn_course.grading import cli
from cnn_course.grading.grade import exercises_in, grade
from cnn_course.grading.notebook import LARGEST, LARGEST_CODE, MOST_CELLS, Unreadable, read_code

ANSWER = "import numpy as np\ndef convolve(f, h):\n    return np.convolve(f, h)"
PATIENCE = 10  # seconds


def code(source, **metadata):
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def as_notebook(*cells):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


UNREADABLE = {
    "empty": (b"", "not JSON"),
    "no JSON": (b"import numpy as np", "not JSON"),
    "cut off": (json.dumps(as_notebook(code(ANSWER))).encode()[:-20], "not JSON"),
    "not UTF-8": (b'{"cells": ["\xff"]}', "not JSON"),
    "nested deeply": (b"[" * 100_000, "nested too deeply"),
    "nested deeply in a cell": (b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "a list": (b"[]", "no notebook of version 4"),
    "null": (b"null", "no notebook of version 4"),
    "version 3": (b'{"worksheets": [{"cells": []}], "nbformat": 3}', "no notebook of version 4"),
    "a number as source": (json.dumps(as_notebook(code(5))).encode(), "type int"),
    "no exercises": (json.dumps(as_notebook(code("x = 1"))).encode(), "none of the exercises"),
    "too much code": (json.dumps(as_notebook(code("x" * (LARGEST_CODE + 1)))).encode(), f"at most {LARGEST_CODE}"),
    "100,000 cells": (json.dumps(as_notebook(*[code("")] * 100_000)).encode(), f"at most {MOST_CELLS}"),
}


@pytest.mark.parametrize(("content", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_notebook_says_why(tmp_path, content, reason):
    path, started = tmp_path / "broken.ipynb", time.process_time()
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=reason) as error:
        grade(path, 0)
    assert str(path) in str(error.value)
    assert time.process_time() - started < PATIENCE  # of the processor: a busy machine does not matter


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(Unreadable, match="No such file"):
        read_code(tmp_path / "none.ipynb")


def test_a_folder(tmp_path):
    with pytest.raises(Unreadable, match=r"directory|regular"):
        read_code(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe(tmp_path):
    path, started = tmp_path / "pipe.ipynb", time.monotonic()
    os.mkfifo(path)
    with pytest.raises(Unreadable, match="not a regular file"):
        read_code(path)
    assert time.monotonic() - started < PATIENCE


def test_a_file_that_is_too_large(tmp_path):
    path = tmp_path / "large.ipynb"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(Unreadable, match=f"at most {LARGEST}"):
        read_code(path)


STUB = "def convolve(f, h):\n    raise NotImplementedError"
WORKING = {
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(as_notebook(code(ANSWER))).encode(),
    "lines": json.dumps(as_notebook(code(ANSWER.splitlines(keepends=True)))).encode(),
    "30 MB of output": json.dumps(as_notebook(code(ANSWER) | {"outputs": ["x" * (30 << 20)]})).encode(),
    "lost metadata": json.dumps(as_notebook({"cell_type": "code", "source": ANSWER})).encode(),
    "a syntax error elsewhere": json.dumps(as_notebook(code("if"), code(ANSWER), code("def f(:"))).encode(),
    "an error elsewhere": json.dumps(as_notebook(code("x = 1 / 0"), code(ANSWER))).encode(),
    "an endless loop elsewhere": json.dumps(as_notebook(code("while True: pass"), code(ANSWER))).encode(),
    "magics": json.dumps(as_notebook(code("%matplotlib inline\n!ls"), code("%%time\n1"), code(ANSWER))).encode(),
    "cells twice": json.dumps(as_notebook(code(STUB), code(ANSWER), code(ANSWER))).encode(),
    "a stub below": json.dumps(as_notebook(code(ANSWER), code(STUB))).encode(),
    "a wrong answer above": json.dumps(as_notebook(code("def convolve(f, h): return f"), code(ANSWER))).encode(),
    "a lone surrogate": json.dumps(as_notebook(code("'\ud800'"), code(ANSWER))).encode(),
    "odd cells": json.dumps(as_notebook(None, 3, {"cell_type": "code"}, {"metadata": 5}, code(ANSWER))).encode(),
}


@pytest.mark.parametrize("content", WORKING.values(), ids=WORKING)
def test_a_notebook_that_is_odd_is_graded_all_the_same(tmp_path, content):
    path, started = tmp_path / "odd.ipynb", time.monotonic()
    path.write_bytes(content)
    (result,) = grade(path, 0)
    assert (result.exercise.name, result.status) == ("convolve", "passed"), result.verdict
    assert time.monotonic() - started < PATIENCE


BROKEN = {
    "renamed": ("def Convolve(f, h): return f", "has Convolve been renamed"),
    "deleted": ("x = 1", "there is no convolve in the notebook"),
    "a syntax error": ("def convolve(f, h)\n    return f", r"no Python: .*\(line 1\)"),
    "an error while it is defined": ("convolve = 1 / 0", "stops before it is defined: ZeroDivisionError"),
    "%%timeit": ("%%timeit\ndef convolve(f, h): return f", "it begins with %%timeit"),
    "a number": ("convolve = 3", "is no function but of type int"),
    "too few arguments": ("def convolve(f): return f", r"convolve\(f\) does not take 2 arguments"),
    "the course's own": ("from cnn_course import convolve", "none of the course's own functions"),
    "the course's own inside": (
        "def convolve(f, h):\n    from cnn_course.signal import convolve as c\n    return c(f, h)",
        r"uses cnn_course.signal: .* none of the course's own functions",
    ),
    "the course's own in a helper": (
        "import cnn_course as cc\ndef g(f, h): return cc.convolve(f, h)\ndef convolve(f, h): return g(f, h)",
        "uses cnn_course: .* none of the course's own functions",
    ),
}


@pytest.mark.parametrize(("source", "reason"), BROKEN.values(), ids=BROKEN)
def test_an_answer_that_cannot_be_called_says_why(graded, source, reason):
    result = graded(source, 'check("convolve")')["convolve"]
    assert (result.status, result.points, result.verdict.kind) == ("failed", 0, "name")
    assert re.search(reason, result.verdict.text), result.verdict.text


def test_an_error_above_is_told_where_it_shows(graded):
    result = graded("zero = 1 / 0\ndef convolve(f, h): return zero", 'check("convolve")')["convolve"]
    assert "name 'zero' is not defined; the notebook stops before it is defined: ZeroDiv" in result.verdict.text
    assert "in the line: def convolve(f, h): return zero" in result.verdict.text


SCRIPTS = {
    "plain": ANSWER,
    "cells": f"# %% first\nif\n\n# %%\n{ANSWER}\n\n# %% [markdown]\n# Not *Python*\nbut text\n",
    "magics": f"#%%\n%matplotlib inline\n{ANSWER}\n# %%\n%%bash\nls",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script(tmp_path, text):
    path = tmp_path / "script.py"
    path.write_text(text)
    (result,) = grade(path, 0)
    assert (result.exercise.name, result.status) == ("convolve", "passed"), result.verdict


def test_a_script_that_is_no_text(tmp_path):
    path = tmp_path / "script.py"
    path.write_bytes(b"\xff")
    with pytest.raises(Unreadable, match="is not text"):
        read_code(path)


def test_a_markdown_cell_that_is_marked_counts(tmp_path):
    path = tmp_path / "explain.ipynb"
    answer = {
        "cell_type": "markdown",
        "metadata": {"cnn_course": {"exercise": "borrowed_weights"}},
        "source": "Because.",
    }
    path.write_text(json.dumps(as_notebook({"cell_type": "markdown", "metadata": {}, "source": "# Title"}, answer)))
    assert read_code(path) == [("", "borrowed_weights")]
    assert [(result.exercise.name, result.status) for result in grade(path, 0)] == [("borrowed_weights", "explain")]


def test_exercises_are_those_that_are_marked_or_checked():
    cells = [('solution("softmax")\nhint("conv2d")', None), ("x = 1", "convolve"), ("check( 'fold' )", None)]
    assert exercises_in(cells) == ["convolve", "fold"]
    assert exercises_in([("def softmax(z):\n    return z", None), ("single_one = (1, 2)", None)]) == [
        "single_one",
        "softmax",
    ]


def test_a_broken_file_does_not_stop_the_others(tmp_path, notebook, capsys):
    broken = tmp_path / "broken.ipynb"
    broken.write_text("[", encoding="utf-8")
    assert cli.main(["grade", str(broken), str(notebook(ANSWER))]) == 2
    printed = capsys.readouterr()
    assert "broken.ipynb: is not JSON" in printed.err
    assert f"{FULL}/{FULL}  passed" in printed.out

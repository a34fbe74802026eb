"""What runs in a notebook from top to bottom and is right there gets its marks, however untidy the notebook is.

Right answers are written down with habits that people have, executed as Jupyter would with `check` as the judge, and
graded. The marks must be the same.
"""

import textwrap

import nbformat
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from cnn_course.exercises.catalogue import find
from cnn_course.exercises.source import function_source, stub
from cnn_course.grading.grade import grade

NAMES = ("convolve", "softmax", "conv_output_size", "max_pool2d")
IMPORTS = "import numpy as np\nfrom cnn_course.exercises import check, hint"


def indented(source):
    return textwrap.indent(source, "    ")


# From a right answer, its name included, to cells that define it.
DEFINING = {
    "as it is": lambda source, name: [source],
    "%%time above": lambda source, name: ["%%time\n" + source],
    "%%capture above": lambda source, name: ["\n%%capture out\n" + source],
    "%%time and %%capture above": lambda source, name: ["%%time\n%%capture\n" + source],
    "magics in the cell": lambda source, name: [f"%precision 3\n!echo hello\n{source}\n{name}?\n?{name}"],
    "assigned magics": lambda source, name: [f"f = !echo hello\nt = %timeit -o -n 1 -r 1 1 + 1\n{source}"],
    "indented magics": lambda source, name: [f"if True:\n    %precision 3\n    g = !echo hello\n{indented(source)}"],
    "inside of try": lambda source, name: [f"try:\n{indented(source)}\nexcept ImportError:\n    pass"],
    "inside of with": lambda source, name: [f"with np.errstate(all='ignore'):\n{indented(source)}"],
    "inside of a loop": lambda source, name: [f"for k in range(2):\n{indented(source)}"],
    "the whole cell indented": lambda source, name: [indented(source)],
    "pasted with prompts": lambda source, name: [
        "\n".join((">>> " if i == 0 else "... ") + line for i, line in enumerate(source.splitlines()))
    ],
    "a stub above": lambda source, name: [stub(find(name)), source],
    "an attempt that is no Python": lambda source, name: [f"def {name}(x:\n    pass", source],
    "a wrong attempt above": lambda source, name: [f"def {name}(*args):\n    return None", source],
    "another name": lambda source, name: [source.replace(f"def {name}(", "def answer("), f"{name} = answer"],
    "decorated": lambda source, name: [
        "import functools",
        "@functools.lru_cache(None)\ndef nothing():\n    pass",
        source,
    ],
    "globals()": lambda source, name: [source.replace(f"def {name}(", "def answer("), f"globals()['{name}'] = answer"],
    "exec": lambda source, name: [f"exec({source!r})"],
    "exec of a text above": lambda source, name: [f"text = {source!r}", "exec(text)"],
    "with the check in one cell": lambda source, name: [f"{source}\ncheck('{name}')\n{name}??"],
}

# A table of the number 1 that the answer needs, filled in some way; the answer is multiplied by ONES[0].
FILLING = {
    "a list that is extended": ["ONES = []", "ONES.append(1)"],
    "a list changed in a loop": ["ONES = [0, 0]", "for k in range(2):\n    ONES[k] += 1"],
    "a dictionary": ["ONES = {}", "ONES.update({0: 1})", "ONES[1] = 2"],
    "np.add.at": ["ONES = np.zeros(2, dtype=int)", "np.add.at(ONES, [0], 1)"],
    "out=": ["ONES = np.zeros(2, dtype=int)", "np.add(ONES, 1, out=ONES)"],
    "a function that is given it": ["def fill(t):\n    t.append(1)", "ONES = []\nfill(ONES)"],
    "a function of a function": [
        "def fill(t):\n    t.append(1)\ndef call(t):\n    row = t\n    fill(row)",
        "ONES = []\ncall(ONES)",
    ],
    "a global statement": ["def build():\n    global ONES\n    ONES = [1]", "build()"],
    "a function that fills a global": ["ONES = []\ndef fill():\n    ONES.append(1)", "result = fill()"],
    "another name for it": ["ONES = [[0]]", "row = ONES[0]\nrow[0] = 1", "ONES = row"],
    "an alias": ["ONES = other = [0]", "other[0] = 1"],
    "a method": [
        "class Table:\n    def fill(self):\n        self.ones = [1]",
        "t = Table()\nt.fill()",
        "ONES = t.ones",
    ],
    "a decorator": ["ONES = []\ndef one(g):\n    ONES.append(1)\n    return g", "@one\ndef nothing():\n    pass"],
    "del": ["ONES = [7, 1]", "del ONES[0]"],
    "setdefault in a loop": ["ONES = {}", "for k in range(3):\n    ONES.setdefault(k, k + 1)"],
    "%time": ["%time ONES = [1]"],
    "a lambda": ["ONES = []", "add = lambda: ONES.append(1)", "add()"],
    "heapq": ["import heapq", "ONES = []", "heapq.heappush(ONES, 1)"],
    "an import that may fail": [
        "try:\n    import not_there as n\n    ONES = [n.x]\nexcept ImportError:\n    ONES = [1]"
    ],
    "__main__": ["if __name__ == '__main__':\n    ONES = [1]"],
    "defined below": [],
}

# What stands somewhere else in the notebook, and does not matter; {} is the answer's name.
AROUND = {
    "the course's own": "from cnn_course import convolve as course_convolve\nimport cnn_course\ncnn_course.convolve",
    "a plot": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.close()",
    "a constant": "eps = 1e-9\nx = np.arange(4.0)\ny = x[::2]",
    "names of arguments": "f = h = x = size = 3",
    "a string with a magic": 's = """\n%%time\n!ls\n"""',
    "display": "display(3)\nget_ipython().run_line_magic('precision', '3')",
    "a setting": "import sys\nsys.stdout.flush()\nnp.random.seed(0)",
    "a future": "from __future__ import annotations",
    "a shell": "%%bash\necho hello",
    "%%timeit": "%%timeit -n 1 -r 1\nz = 3",
    "await": "import asyncio\nawait asyncio.sleep(0)",
    "a note": "# nothing\n\n",
    "comparing": "try:\n    print({})\nexcept Exception as error:\n    print(error)",
    "history": "3\n",
    "star": "from math import *",
}


def cells_of(name, defining, filling, around):
    source = function_source(find(name).answer)
    head, body = source.split("\n", 1)
    if filling is not None:
        source = f"{head}\n    assert ONES[0] == 1\n{body}"
    above = list(around[::2])
    below = list(around[1::2])
    table = FILLING[filling] if filling else []
    late = ["ONES = [1]"] if filling == "defined below" else []
    cells = [IMPORTS, *above, *table, *DEFINING[defining](source, name), *late, f'check("{name}")', *below]
    cells.append(stub(find(name)))
    return [cell.replace("{}", name) if cell in AROUND.values() else cell for cell in cells]


def assert_same_marks(jupyter, folder, name, cells):
    reports = jupyter(cells)
    points = find(name).points
    assert reports, cells
    assert reports[-1].startswith(f"{name}: PASSED, {points} of {points} points"), (reports, cells)
    path = folder / "untidy.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), path)
    results = {result.exercise.name: result for result in grade(path, 0)}
    assert results[name].status == "passed", (results[name].verdict, cells)


@pytest.mark.parametrize("defining", DEFINING)
def test_ways_to_define_it(jupyter, tmp_path, defining):
    assert_same_marks(jupyter, tmp_path, "convolve", cells_of("convolve", defining, None, []))


@pytest.mark.parametrize("filling", FILLING)
def test_ways_to_fill_a_table(jupyter, tmp_path, filling):
    name = "conv_output_size"
    assert_same_marks(jupyter, tmp_path, name, cells_of(name, "as it is", filling, []))


def test_what_stands_around_does_not_matter(jupyter, tmp_path):
    cells = cells_of("softmax", "as it is", None, list(AROUND.values()))
    assert_same_marks(jupyter, tmp_path, "softmax", cells)


@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # an example takes seconds: it is not made smaller
    suppress_health_check=list(HealthCheck),
)
@given(
    name=st.sampled_from(NAMES),
    defining=st.sampled_from(sorted(DEFINING)),
    filling=st.sampled_from([None, *FILLING]),
    around=st.lists(st.sampled_from(sorted(AROUND)), max_size=4, unique=True),
)
def test_habits_together(jupyter, tmp_path_factory, name, defining, filling, around):
    cells = cells_of(name, defining, filling, [AROUND[key] for key in around])
    assert_same_marks(jupyter, tmp_path_factory.mktemp("habits"), name, cells)

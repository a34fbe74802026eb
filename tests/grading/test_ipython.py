"""What IPython takes for Python after its own transformation is Python after ours, and binds the same names."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from cnn_course.grading.ipython import to_python

LINES = st.sampled_from(
    [
        "x = 1",
        "x = [1,\n     2]",
        "def f(a):",
        "    return a",
        "if x:",
        "    y = 2",
        "    %precision 3",
        "    !ls",
        "else:",
        "%matplotlib inline",
        "%time z = f(3)",
        "%timeit f(3)",
        "!ls -la | grep x",
        "!!ls",
        "!echo a \\\n    b",
        "files = !ls *.py",
        "files = %ls",
        "a, b = !ls",
        "t = %timeit -o f(3)",
        "    w = !ls",
        "x?",
        "?x",
        "x??",
        "np.*?",
        "if x:\n    x.y?",
        "s = '''\n%not a magic\nx?\n'''",
        '"""\n!ls\n"""',
        's = "it\'s # no comment"',
        "# it's a comment?",
        "x = 5 % 3",
        "x = (5\n% 3)",
        "x != 3",
        "x %= 3",
        "x = y = 'a?' + \\\n    'b'",
        "f(a=3)",
        "lambda: 0",
        "",
    ]
)


def bound(source):
    names = set()
    for part in ast.walk(ast.parse(source)):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            names.add(part.id)
        elif isinstance(part, ast.FunctionDef):
            names.add(part.name)
    return names


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=8).map("\n".join))
def test_what_ipython_makes_python_is_python(cell):
    try:
        expected = bound(TransformerManager().transform_cell(cell))
    except SyntaxError:
        return
    source = to_python(cell)
    assert expected <= bound(source) <= expected | {"z"}, "what %time binds is bound here"
    assert source.count("\n") == cell.count("\n"), "every statement stays in its line"


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%capture out --no-stderr\n%%time\n!ls\nx = 1", "\n\n\npass\nx = 1"),
        ("%time x = f(3)", "x = f(3)"),
        ("%time", "pass"),
        ("x = %time f(3)", "x = f(3)"),
        ("if x:\n    !ls \\\n      -la\n    y = 1", "if x:\n    pass\n\n    y = 1"),
        ("    x = 1\n    y = 2", "x = 1\ny = 2"),
        (">>> def f(x):\n...     return x", "def f(x):\n    return x"),
        ("In [3]: x = 1\n   ...: y = 2", "x = 1\ny = 2"),
        ("s = '''\n!ls\n'''", "s = '''\n!ls\n'''"),
    ],
)
def test_examples(cell, python):
    assert to_python(cell) == python


@pytest.mark.parametrize("magic", ["%%bash", "%%timeit -n 3", "%%writefile x.py", "%%html"])
def test_cells_that_are_not_run_in_place(magic):
    with pytest.raises(SyntaxError, match=f"it begins with {magic.split()[0]}"):
        to_python(f"{magic}\nx = 1")

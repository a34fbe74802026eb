"""The part of a notebook that an answer needs, and nothing else."""

import signal
import symtable
import time

import pytest

from cnn_course.grading import effects
from cnn_course.grading.execute import execute
from cnn_course.grading.program import Notebook


def chosen(*cells, name="f"):
    """The numbers of the lines, all cells counted, at which statements begin that the answer needs."""
    return [statement.node.lineno for statement in Notebook(cells).needed(name)]


def run(*cells, name="f", seconds=8.0):
    notebook, names = Notebook(cells), {}
    execute(notebook.needed(name), notebook.text, names, notebook.flags(), seconds)
    return names[name]


def test_functions_imports_and_values_come_along_by_name():
    f = run("import math\nTWO = 2", "def half(x):\n    return x / TWO", "def f(x):\n    return math.sqrt(half(x))")
    assert f(8) == 2


@pytest.mark.parametrize(
    "cell",
    ["raise ValueError", "while True: pass", "x = 1 / 0", "for i in range(3): print(f(i))", "import not_there"],
)
def test_what_is_not_needed_is_not_run(cell):
    assert run(cell, "def f(x):\n    return x + 1", cell)(1) == 2


def test_a_name_takes_the_values_that_it_had_one_after_the_other():
    assert run("k = [0, 0]\nk[1] = 5\nk += [7]", "def f():\n    return k")() == [0, 5, 7]


def test_attributes_that_are_set_belong_to_the_name():
    assert run("class A: pass\na = A()\na.b = 3", "def f():\n    return a.b")() == 3


def test_names_bound_inside_of_blocks():
    assert run("try:\n    import nothing as n\nexcept ImportError:\n    n = 4", "def f():\n    return n")() == 4
    assert run("with memoryview(b'') as a: b = 1\nfor c in range(3): d = c", "def f():\n    return d")() == 2


def test_a_star_import_always_comes_along():
    assert run("from math import *", "def f():\n    return sqrt(4)")() == 2


def test_decorators_come_along():
    assert run("def twice(g): return lambda x: 2 * g(x)", "@twice\ndef f(x):\n    return x")(1) == 2


def test_defaults_and_annotations_come_along():
    assert run("K = 3\nT = int", "def f(x: T = K) -> T:\n    return x")() == 3


def test_the_last_definition_counts():
    assert run("def f(): return 1", "def f(): return 2")() == 2


def test_a_stub_below_an_answer_does_not_hide_it():
    stub = "def f():\n    raise NotImplementedError"
    assert run("def f(): return 1", stub)() == 1
    assert run(stub, "def f(): return 1", stub)() == 1


@pytest.mark.parametrize(
    "answer",
    [
        ["exec('def f(): return 1')"],
        ["text = 'def f(): return 1'", "exec(text)"],
        ["exec('f = lambda: 1')"],
        ["def answer(): return 1", "globals()['f'] = answer"],
    ],
)
def test_a_stub_does_not_hide_an_answer_that_has_the_name_in_a_text(answer):
    stub = "def f():\n    raise NotImplementedError"
    assert run(*answer, stub)() == 1
    assert run(stub, "check('f')", *answer, stub)() == 1


@pytest.mark.parametrize(
    "other", ["exec('k = 1')", "check('f')\nexec('k = 1')", "globals()['k'] = 1", "text = 'f = 1'"]
)
def test_a_stub_below_other_texts_stays(other):
    with pytest.raises(NotImplementedError):
        run(other, "def f():\n    raise NotImplementedError")()


def test_a_stub_alone_stays():
    with pytest.raises(NotImplementedError):
        run("def f():\n    '''Doc.'''\n    raise NotImplementedError('later')")()


def test_an_answer_that_raises_notimplementederror_in_one_case_is_no_stub():
    f = run("def f(x):\n    if x: raise NotImplementedError\n    return 1", "def f(x):\n    raise NotImplementedError")
    assert f(0) == 1


def test_values():
    assert run("a = (1, 2)", "b, c = a", "c = c + 1", name="c") == 3


@pytest.mark.parametrize("magic", ["%matplotlib inline", "!pip list", "  %time x", "%%bash\nls"])
def test_magics_are_left_out(magic):
    assert run(magic, "def f():\n    return 1")() == 1


def test_a_magic_in_the_cell_of_the_answer():
    assert run("%load_ext x\ndef f():\n    return 1")() == 1


def test_a_modulo_that_begins_a_line_of_an_expression_is_no_magic():
    assert run("def f(a, b):\n    return (a\n            % b)")(7, 4) == 3


def test_local_names_are_not_the_notebook_s():
    source = "def f(x):\n    y = [z for z in (x,)]\n    def g(w):\n        return w\n    return g(y[0])"
    assert run("x = y = z = w = g = 1 / 0", source)(1) == 1


def test_global_names_inside_of_local_functions_are():
    assert run("k = 2", "def f(x):\n    def g(y):\n        return y + k\n    return g(x)")(1) == 3


def test_names_that_a_text_mentions_are_not_used():
    assert chosen("danger = 1 / 0", "def f():\n    return 'danger'") == [2]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["x = 1"], "there is no f in the notebook"),
        (["def ff(): pass"], "there is no f in the notebook; has ff been renamed?"),
        (["def f(:\n    pass"], "the cell with f is no Python: invalid syntax (line 1)"),
        (["f = = 3"], "the cell with f is no Python: invalid syntax (line 1)"),
        (["%%timeit\ndef f(): pass"], "the cell with f is no Python: it begins with %%timeit"),
        (["x = 1\n\0"], "there is no f in the notebook"),
    ],
)
def test_a_missing_answer_says_why(cells, reason):
    assert Notebook(cells).missing("f") == reason


@pytest.mark.parametrize(
    "reader",
    [
        "print(f(3))",
        "check('f')",
        "plt.plot(K)",
        "y = [f(k) for k in K]",
        "total = sum(K)\ntotal += 1",
        "n = len(K)\nn -= 1",
        "for step in range(10**9):\n    w = w - f(w)",
        "losses.append(f(3))",
        "print(K[0], K.copy(), np.sum(K))",
        "assert f(3) == np.array(K).sum()",
        "def other(x):\n    out = np.zeros(len(K))\n    out[0] += K[0]\n    return out\nother(3)",
        "import matplotlib.pyplot as plt",
    ],
)
def test_what_only_reads_what_is_needed_is_not_run(reader):
    assert chosen(reader, "K = [1, 2]", "def f(x):\n    return K[0] * x", reader)[:1] == [reader.count("\n") + 2]
    assert len(chosen(reader, "K = [1, 2]", "def f(x):\n    return K[0] * x", reader)) == 2


@pytest.mark.parametrize(
    "changing",
    [
        "K.append(1)",
        "K[0] = 1",
        "del K[0]",
        "K += [1]",
        "for k in range(3):\n    K.append(k)",
        "np.add.at(K, [0], 1)",
        "np.add(K, 1, out=K)",
        "random.shuffle(K)",
        "first, *rest = K\nfirst[0] = 1",
        "for row in K:\n    row.append(1)",
        "for i, row in enumerate(K):\n    row += 1",
        "with K as file:\n    file.data = 1",
        "globals()['K'] = 3",
        "exec('K = 3')",
        "setattr(K, 'x', 1)",
        "K = 3",
        "from other import *",
        "(K := 3)",
        "f.table = [1]",
        "add = K.append\nadd(3)",
    ],
)
def test_what_may_change_what_is_needed_is_run(changing):
    assert chosen("K = [[1], [2]]", "def f(x):\n    return K[0] * x", changing)[-1] >= 4


def test_functions_that_change_globals_are_called():
    fill = "def fill(n):\n    for i in range(n):\n        K[i] = 1"
    assert run("K = {}", fill, "def twice(n):\n    fill(2 * n)", "count = twice(3)", "def f(): return len(K)")() == 6


def test_functions_that_change_their_arguments_are_called_and_others_are_not():
    assert run("def fill(t):\n    t[0] = 5", "K = [1]", "fill(K)", "def f(): return K[0]")() == 5
    assert len(chosen("def show(t):\n    print(t[0])", "K = [1]", "show(K)", "def f(): return K[0]")) == 2


def test_what_fails_is_left_out():
    assert run("K = 1", "K[0] = 1", "K = K + 1", "K = 1 / 0", "def f():\n    return K")() == 2


def test_what_takes_too_long_is_left_out():
    endless = "while True:\n    K.append(1)\n    K.clear()"
    assert run("K = []", endless, "K = [3]", "def f():\n    return K[0]", seconds=1.0)() == 3


def test_what_takes_too_long_is_left_out_where_interrupts_are_ignored():
    """As they are in what a shell runs in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert run("while True:\n    K = 1", "def f():\n    return 3", seconds=1.0)() == 3
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_notebook_counts_up_to_the_last_check_of_the_answer():
    cells = ["k = 1\ndef f():\n    return k", "check('f')", "k = 2\ndef g():\n    return k", "check('g')"]
    assert run(*cells)() == 1
    assert run(*cells, name="g")() == 2


def test_an_answer_or_a_helper_below_the_check_counts_as_well():
    assert run("def f():\n    return 1", "check('f')", "def f():\n    return 2")() == 2
    assert run("def f():\n    return k", "check('f')", "k = 2")() == 2


def test_an_import_of_several_names_is_several_statements():
    assert run("import not_there, math, neither_there as n", "def f():\n    return math.sqrt(4)")() == 2


def test_futures_hold_in_all_cells():
    assert run("from __future__ import annotations", "def f(x: not_there):\n    return x")(3) == 3


def test_await_at_the_top():
    assert run("import asyncio\nK = await asyncio.sleep(0, 3)", "def f():\n    return K")() == 3


ASYNCHRONOUS = """
import contextlib
@contextlib.asynccontextmanager
async def three():
    yield 3
async def numbers():
    yield 1
    yield 2
L = []
"""


def refusing(text, *options, table=symtable.symtable):
    """The symbol table of a text, or an error if that awaits at the top: what Python 3.14 does."""
    compile(text, "notebook", "exec", dont_inherit=True)
    return table(text, *options)


@pytest.mark.parametrize("table", [symtable.symtable, refusing])
@pytest.mark.parametrize(
    "cell",
    [
        "import asyncio\nL = await asyncio.sleep(0, [1, 2])",
        "async for number in numbers():\n    L.append(number)",
        "L = [number async for number in numbers()]",
        "async with three() as number:\n    L = [1, number - 1]",
    ],
)
def test_async_at_the_top(cell, table, monkeypatch):
    monkeypatch.setattr(effects.symtable, "symtable", table)
    assert run(ASYNCHRONOUS, cell, "def f():\n    return L")() == [1, 2]


def test_settings_of_the_process_are_made():
    assert chosen("import sys", "sys.setrecursionlimit(5000)", "def f(): pass") == [1, 2, 3]
    assert chosen("import numpy as np\nnp.seterr(all='raise')", "def f(): return np.pi") == [1, 2, 3]


@pytest.mark.parametrize(
    "cell",
    [
        "x = " + "(" * 150 + ")" * 150,
        "x = " + "-" * 50_000 + "1",
        "x = " + "+".join(["f"] * 50_000),
        "x" + ".y" * 50_000,
        "\n".join("  " * i + "if x:" for i in range(99)) + "  " * 99 + "pass",
        "(" * 100_000,
        "x = 1\n" * 20_000,
        "%%time\n" * 5000,
        "!ls\n" * 5000,
        "'''" * 20_001,
        '\\"""' * 20_001,
        "\\\n" * 20_000,
        "x?\n" * 5000,
        "x = !ls\n" * 5000,
        "def g(x):\n    return f(x)\n" * 3000,
        "\n".join(f"def g{i}(x): return g{i - 1}(x)" for i in range(3000)),
    ],
    ids=range(16),
)
def test_a_long_or_deep_cell_is_taken_apart_soon(cell):
    started = time.monotonic()
    assert run(cell, "def f():\n    return 1")() == 1
    assert time.monotonic() - started < 20, "in proportion to its length, with a wide margin for a busy machine"


def test_an_answer_that_needs_3000_functions():
    cells = [f"def g{i}(x): return g{i - 1}(x) if x else 0" for i in range(1, 3000)]
    started = time.monotonic()
    assert run("def g0(x): return x", *cells, "def f(): return g2999(0)")() == 0
    assert time.monotonic() - started < 20

"""The part of a notebook that an answer needs, and nothing else."""

import pytest

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
    assert run("with open('/dev/null') as a: b = 1\nfor c in range(3): d = c", "def f():\n    return d")() == 2


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

"""Dependencies run one way, only the drawing package needs Matplotlib, and every public name is documented."""

import ast
import inspect
import tokenize
from pathlib import Path

import pytest

import cnn_course

PACKAGE = Path(cnn_course.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
ORDER = (
    "shape",
    "validate",
    "masking",
    "windows",
    "reference",
    "columns",
    "conv",
    "conv_transpose",
    "winograd",
    "activation",
    "linear",
    "loss",
    "norm",
    "pool",
    "signal",
    "sequence",
    "matrix",
    "fourier",
    "filtering",
    "gradcheck",
    "state",
    "layer",
    "layers",
    "containers",
    "inference",
    "optim",
    "schedule",
    "checkpoint",
    "train",
    "data",
    "mnist",
)

INSIDE = {
    "exercises": (
        "outcome",
        "exercise",
        "compare",
        "source",
        "catalogue",
        "submission",
        "examine",
        "diagnose",
        "report",
    ),
    "grading": ("notebook", "program", "channel", "child", "worker", "grade", "cli"),
}

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))


def imported(path):
    """Dotted names of all modules that a file imports, also inside of functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def siblings(path):
    """Names of the package's modules that a file imports."""
    parts = [name.split(".") for name in imported(path)]
    modules = {path.stem for path in PACKAGE.iterdir()}
    return {part[1] for part in parts if part[0] == "cnn_course" and len(part) > 1 and part[1] in modules}


def test_every_module_has_its_place_in_the_order():
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", "__main__", *ORDER}


@pytest.mark.parametrize("folder", INSIDE)
def test_inside_of_a_folder_a_module_imports_only_earlier_ones(folder):
    order = INSIDE[folder]
    assert {path.stem for path in (PACKAGE / folder).iterdir() if path.stem[0] != "_"} == set(order)
    for i, module in enumerate(order):
        paths = [PACKAGE / folder / f"{module}.py"]
        for path in [path for path in paths if path.exists()]:
            parts = [name.split(".") for name in imported(path)]
            used = {part[2] for part in parts if part[:2] == ["cnn_course", folder] and len(part) > 2}
            assert used & set(order) <= set(order[:i]), path


def test_the_exercises_and_the_grader_need_nothing_of_the_course_s_code():
    """An answer's process must not hold what is asked for, and an exercise's solution is complete by itself."""
    for folder, needed in (("exercises", {"exercises"}), ("grading", {"exercises", "grading"})):
        for path in (PACKAGE / folder).rglob("*.py"):
            assert siblings(path) <= needed, path


@pytest.mark.parametrize("module", ORDER)
def test_a_module_imports_only_earlier_ones(module):
    path = PACKAGE / f"{module}.py"
    assert siblings(path) <= set(ORDER[: ORDER.index(module)])
    assert "cnn_course" not in imported(path), "the package imports its modules, not they the package"


def test_the_reference_is_independent():
    assert not siblings(PACKAGE / "reference.py")
    assert not any("reference" in siblings(PACKAGE / f"{module}.py") for module in ORDER)


@every_file
def test_only_drawing_imports_matplotlib(path):
    roots = {name.split(".")[0] for name in imported(path)}
    assert path.is_relative_to(PACKAGE / "draw") or "matplotlib" not in roots


@every_file
def test_a_module_has_at_most_300_lines_of_code(path):
    assert len(lines_of_code(path)) <= 300


def lines_of_code(path):
    """Numbers of the lines that hold more than comments, docstrings and blanks."""
    ignored = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    with path.open("rb") as file:
        tokens = [token for token in tokenize.tokenize(file.readline) if token.type not in ignored][1:]
    lines = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, documented) and ast.get_docstring(node):
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def test_lines_of_code_on_a_small_file(tmp_path):
    path = tmp_path / "small.py"
    path.write_text(
        '"""A module."""\n'
        "\n"
        "# comment\n"
        "x = (\n"
        "    1,  # one\n"
        ")\n"
        "def f():\n"
        '    """Say 1.\n'
        "\n"
        '    Twice."""\n'
        '    return """a\n'
        '    b"""\n',
        encoding="utf-8",
    )
    assert lines_of_code(path) == {4, 5, 6, 7, 11, 12}


def test_public_names_are_complete():
    assert len(cnn_course.__all__) == len(set(cnn_course.__all__))
    public = {
        name for name, value in vars(cnn_course).items() if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert public == set(cnn_course.__all__)


@pytest.mark.parametrize("name", cnn_course.__all__)
def test_every_public_name_has_an_example(name):
    assert "\nExamples\n--------\n>>> " in inspect.cleandoc(getattr(cnn_course, name).__doc__)

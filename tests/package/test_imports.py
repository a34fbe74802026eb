"""Dependencies run one way, only the drawing package needs Matplotlib, and every public name is documented."""

import ast
import importlib
import inspect
import sys
import tokenize
from pathlib import Path

import numpy as np
import pytest
from architecture import ORDER, PACKAGE, file_of, imported, uses

import cnn_course
from cnn_course import nets, zoo

FILES = sorted(PACKAGE.rglob("*.py"))
FACES = ("signals", "functional", "nn", "stability", "training", "data")  # folders whose names are those of the package
SEPARATE = ("nets", "zoo")  # and those whose names one imports from the folder
NAMES = (Path(__file__).parent / "public_names.txt").read_text(encoding="utf-8").split()

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
every_module = pytest.mark.parametrize(
    ("folder", "module"), [(folder, module) for folder, modules in ORDER.items() for module in modules]
)


def test_every_folder_and_module_has_its_place_in_the_order():
    for folder, modules in ORDER.items():
        found = {path for path in file_of(folder, "__init__").parent.iterdir() if path.stem[0] != "_"}
        inside = {path.stem for path in found if path.suffix == ".py" or (path / "__init__.py").exists()}
        assert inside == set(modules) | (set(ORDER) - {"cnn_course"} if folder == "cnn_course" else set()), folder


@every_module
def test_a_module_imports_only_earlier_ones(folder, module):
    folders, modules = list(ORDER), list(ORDER[folder])
    for other, used in uses(file_of(folder, module)):
        if other == folder:
            assert used in modules[: modules.index(module)], "a module imports its folder's modules, not their face"
        else:
            assert other in folders[: folders.index(folder)]
            assert (other, used) != ("cnn_course", "__init__"), "the package imports its modules, not they the package"


def test_a_face_imports_what_is_behind_it():
    for folder in FACES:
        assert {other for other, _ in uses(file_of(folder, "__init__"))} == {folder}
    assert {other for other, _ in uses(PACKAGE / "__init__.py")} == {"cnn_course", *FACES}


def test_uses_reads_every_kind_of_import(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        "import numpy as np\n"
        "from cnn_course import engine, nn as layers\n"
        "from cnn_course.functional import linear, relu\n"
        "from cnn_course.signals.arrays import flip\n"
        "def f():\n"
        "    import cnn_course.data.mnist\n"
    )
    assert uses(path) == {
        ("cnn_course", "engine"),
        ("nn", "__init__"),
        ("functional", "linear"),
        ("functional", "__init__"),
        ("signals", "arrays"),
        ("data", "mnist"),
    }
    path.write_text("from cnn_course import conv2d\n")
    assert uses(path) == {("cnn_course", "__init__")}


def test_the_exercises_and_the_grader_need_nothing_of_the_course_s_code():
    """An answer's process must not hold what is asked for, and an exercise's solution is complete by itself."""
    for folder, needed in (("exercises", {"exercises"}), ("grading", {"exercises", "grading"})):
        for path in (PACKAGE / folder).rglob("*.py"):
            assert {other for other, _ in uses(path)} <= needed, path


def test_the_reference_and_the_figures_are_independent():
    assert not uses(PACKAGE / "reference.py")
    for folder, modules in ORDER.items():
        used = set.union(*(uses(file_of(folder, module)) for module in modules))
        assert ("cnn_course", "reference") not in used
        assert folder == "draw" or "draw" not in {other for other, _ in used}
        assert folder != "draw" or {other for other, _ in used} == {"draw"}


def test_the_input_of_a_convolution_is_seen_by_four_files_and_never_handed_back_up():
    order, calls = [file_of(folder, module) for folder, modules in ORDER.items() for module in modules], []

    def record(frame, event, _):
        caller, callee = (Path(f.f_code.co_filename) for f in (frame.f_back, frame))
        if event == "call" and callee in order and any(isinstance(v, np.ndarray) for v in frame.f_locals.values()):
            calls.append((caller, callee))

    x, weight = np.ones((2, 4, 9, 9)), np.ones((6, 2, 3, 3))
    sys.setprofile(record)
    try:
        cnn_course.conv2d(x, weight, padding=1, groups=2)
    finally:
        sys.setprofile(None)
    files = {str(callee.relative_to(PACKAGE).with_suffix("")) for _, callee in calls}
    assert files == {str(Path("functional", "conv")), "engine", "windows", "validate"}
    assert all(order.index(callee) <= order.index(caller) for caller, callee in calls if caller in order)


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


def public(module):
    return {name for name, value in vars(module).items() if name[0] != "_" and not inspect.ismodule(value)}


def test_no_public_name_has_gone():
    """The list is what readers may have imported: a name is taken from it by decision, and said in the changelog."""
    assert set(cnn_course.__all__) >= set(NAMES)
    assert len(NAMES) > 100


@pytest.mark.parametrize("folder", FACES + SEPARATE)
def test_a_folder_says_its_public_names_and_the_package_has_them(folder):
    face = importlib.import_module(f"cnn_course.{folder}")
    assert public(face) == set(face.__all__)
    assert len(face.__all__) == len(set(face.__all__))
    assert folder in SEPARATE or all(getattr(cnn_course, name) is getattr(face, name) for name in face.__all__)


def test_public_names_are_complete():
    assert len(cnn_course.__all__) == len(set(cnn_course.__all__))
    assert public(cnn_course) == set(cnn_course.__all__)


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module in (cnn_course, nets, zoo) for name in module.__all__]
)
def test_every_public_name_has_an_example(module, name):
    found = getattr(module, name)
    assert "\nExamples\n--------\n>>> " in inspect.cleandoc(found.__doc__)

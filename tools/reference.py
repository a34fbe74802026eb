"""The pages of the book that document the package, one for each folder with public names.

    python tools/reference.py [book]

A page lists the public names module by module, in the order of `ORDER` and of the sources. Sphinx puts the docstrings
in their places when the book is built.
"""

import ast
import importlib
import inspect
import re
import sys
from pathlib import Path

from architecture import ORDER, file_of, first_line, section

import cnn_course

FOLDERS = [folder for folder in ORDER if folder != "grading"]  # whose face is the command line
NOTE = "<!-- written by make generate, from the docstrings -->"


def face_of(folder):
    """The module whose `__all__` lists the public names of a folder."""
    return importlib.import_module("cnn_course" if folder == "cnn_course" else f"cnn_course.{folder}")


def defined(path):
    """Names that a file defines, in their order, with the names in what each returns."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((name.id, set()) for target in targets for name in ast.walk(target) if hasattr(name, "id"))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            returned = [n.returns for n in ast.walk(node) if isinstance(n, ast.FunctionDef) and n.name[0] != "_"]
            words = {word for found in returned if found for word in re.findall(r"\w+", ast.unparse(found))}
            yield node.name, words


def contents(folder):
    """For each module of a folder the full names to document: its public ones, and the classes that these return."""
    face, found = face_of(folder), {}
    modules = {module: dict(defined(file_of(folder, module))) for module in ("__init__", *ORDER[folder])}
    returned = {word for names in modules.values() for name in names if name in face.__all__ for word in names[name]}
    for module, names in modules.items():
        path = face.__name__ if module == "__init__" else f"{face.__name__}.{module}"
        values = vars(importlib.import_module(path))
        found[module] = []
        for name in names:
            if name in face.__all__ and values[name] is getattr(face, name):
                found[module].append(f"{'cnn_course' if name in cnn_course.__all__ else face.__name__}.{name}")
            elif name in returned and inspect.isclass(values.get(name)):
                found[module].append(f"{path}.{name}")
    return {module: names for module, names in found.items() if names}


def entry(name):
    """The directive that documents a name."""
    module, _, last = name.rpartition(".")
    found = getattr(importlib.import_module(module), last)
    if not callable(found):
        return [f".. data:: {last}", f"   :value: {found!r}", "", f"   {_comment(module, last)}"]
    if not inspect.isclass(found):
        return [f".. autofunction:: {name}"]
    if issubclass(found, cnn_course.Layer | tuple) and found is not cnn_course.Layer:
        return [f".. autoclass:: {name}"]  # its methods are those of Layer, or its fields those of the signature
    options = ("members:", "inherited-members:", "member-order: bysource")
    return [f".. autoclass:: {name}", *(f"   :{option}" for option in options)]


def _comment(module, constant):
    """What stands behind a constant in its line, as a sentence: Python keeps no docstring of a number."""
    files = Path(importlib.import_module(module).__file__).parent.glob("*.py")
    found = (re.search(rf"^{constant} = .*  # (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE) for file in files)
    (text,) = (match[1] for match in found if match)
    return f"{text[0].upper()}{text[1:]}."


def page(folder):
    """The page of a folder: what there is, and then all of it."""
    face, found = face_of(folder).__name__, contents(folder)
    lines = [f"# {folder}", "", NOTE, "", first_line(file_of(folder, "__init__")), ""]
    lines += ["```{eval-rst}", f".. module:: {face}", "```", ""]
    for module, names in found.items():
        names = ", ".join(f"`{name.removeprefix('cnn_course.')}`" for name in names)
        lines.append(f"- [{module}](#{section(folder, module)}): {names}" if module != "__init__" else f"- {names}")
    lines.append("")
    for module, names in found.items():
        if module != "__init__":
            lines += [f"({section(folder, module)})=", f"## {module}", "", first_line(file_of(folder, module)), ""]
        lines += ["```{eval-rst}", "\n\n".join("\n".join(entry(name)) for name in names), "```", ""]
    return "\n".join(lines)


def main(book="book"):
    """Write the pages that are not current."""
    for folder in FOLDERS:
        path = Path(book) / "reference" / f"{folder}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != page(folder):
            path.write_text(page(folder), encoding="utf-8", newline="\n")
            print(f"{path}: written")


if __name__ == "__main__":
    main(*sys.argv[1:])

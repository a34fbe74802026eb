"""The folders and modules of the package in order, and the page of the book that shows them.

    python tools/architecture.py [book]

`ORDER` is declared here; the arrows are read from the imports, and `tests/package/test_imports.py` holds them to the
order. The command writes the page.
"""

import ast
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

from statements import with_middle

PACKAGE = Path(__file__).parents[1] / "cnn_course"
ORDER = {
    "cnn_course": ("validate", "shape", "windows", "engine", "reference", "gradcheck"),
    "signals": ("arrays", "sequence", "matrix", "fourier", "filtering"),
    "functional": ("conv", "conv_transpose", "winograd", "fft", "activation", "pool", "norm", "linear", "loss"),
    "nn": ("layer", "base", "linear", "conv", "pool", "activation", "norm", "dropout", "containers", "inference"),
    "training": ("optim", "schedule", "checkpoint", "loop"),
    "data": ("samples", "shapes", "mnist"),
    "draw": ("style", "grid", "lattice", "image", "film"),
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
        "case",
    ),
    "grading": ("notebook", "program", "channel", "child", "worker", "grade", "cli"),
}
ROW, BOX, WIDTH, ROOM = 52, (150, 36), 340, 8  # of the picture, in pixels: it fits a phone
STYLE = (  # in the colour of the text around it: dark on a light page, light on a dark one
    ".architecture{width:100%;max-width:340px;font:15px monospace}"
    ".architecture :is(text,polygon){fill:currentColor;text-anchor:middle}"
    ".architecture :is(rect,path){fill:none;stroke:currentColor;stroke-width:1.5}"
    ".architecture rect{fill:#0072B2;fill-opacity:.14}"
)


def file_of(folder, module):
    """The file of a module, which may be a folder itself."""
    path = (PACKAGE if folder == "cnn_course" else PACKAGE / folder) / module
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imported(path):
    """Dotted names of all that a file imports, also inside of functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def uses(path):
    """The package's modules that a file imports, as pairs (folder, module); a folder's own names are `__init__`."""
    found = set()
    for name in imported(path):
        package, *parts = name.split(".")
        if package == "cnn_course":
            folder = parts.pop(0) if parts and parts[0] in ORDER else "cnn_course"
            found.add((folder, parts[0] if parts and parts[0] in ORDER[folder] else "__init__"))
    return found


def arrows():
    """For each folder the others that its modules import, the nearest first."""
    order = list(ORDER)
    used = {
        folder: {other for module in modules for other, _ in uses(file_of(folder, module)) if other != folder}
        for folder, modules in ORDER.items()
    }
    return {folder: sorted(others, key=order.index, reverse=True) for folder, others in used.items()}


def picture(arrows):
    """The folders from top to bottom as SVG, with an arrow from each to those that it imports."""
    order, (width, height) = list(arrows), BOX
    top = {folder: ROOM + i * ROW for i, folder in enumerate(order)}
    users = {folder: [user for user in order if folder in arrows[user]] for folder in order}
    longest = max((order.index(user) - order.index(f) for f in order for user in users[f]), default=1)
    shapes = []
    for folder in order:
        shapes.append(
            f'<rect x="{ROOM}" y="{top[folder]}" width="{width}" height="{height}" rx="6"/>'
            f'<text x="{ROOM + width / 2:g}" y="{top[folder] + height / 2 + 5:g}">{folder}</text>'
        )
        for out, used in enumerate(arrows[folder]):
            span = order.index(folder) - order.index(used)
            if span == 1:
                x, start, end = ROOM + width / 2, top[folder], top[used] + height + 7
                path = f"M{x:g} {start}V{end}"
            else:  # from the upper half of the right side, around what lies between, to the lower half
                far = [user for user in users[used] if order.index(user) > order.index(used) + 1]
                start = top[folder] + 6 + 5 * out
                end = top[used] + height - 5 - 6 * far.index(folder)
                x, reach = ROOM + width, ROOM + width + 30 + (WIDTH - 2 * ROOM - width - 30) * span / longest * 4 / 3
                path = f"M{x} {start}C{reach:.0f} {start} {reach:.0f} {end} {x + 7} {end}"
            shapes.append(f'<path d="{path}" marker-end="url(#head)"/>')
    said = "; ".join(f"{folder} from {' and '.join(others)}" for folder, others in arrows.items() if others)
    alt = quoteattr(f"A column of boxes, in this order: {', '.join(order)}. What they import: {said}.")
    return (
        f'<svg class="architecture" viewBox="0 0 {WIDTH} {ROW * len(order)}" role="img" aria-label={alt}>\n'
        f"<style>{STYLE}</style>\n"
        '<marker id="head" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" orient="auto"'
        ' markerUnits="userSpaceOnUse"><polygon points="0,0 8,4 0,8"/></marker>\n' + "\n".join(shapes) + "\n</svg>"
    )


def first_line(path):
    """What a module says of itself in one sentence."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).splitlines()[0]


def content():
    """The picture, and a table of modules for each folder."""
    lines = ["```{raw} html", picture(arrows()), "```", ""]
    for folder, modules in ORDER.items():
        lines += [f"## `{folder}`", "", first_line(file_of(folder, "__init__")), ""]
        lines += ["| module | what it holds |", "|---|---|"]
        lines += [f"| `{module}` | {first_line(file_of(folder, module))} |" for module in modules]
        lines.append("")
    return "\n".join(lines) + "\n"


def main(book="book"):
    """Write the page if it is not current."""
    path = Path(book) / "architecture.md"
    text = with_middle(path, content())
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path}: written")


if __name__ == "__main__":
    main(*sys.argv[1:])

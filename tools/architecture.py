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
    "cnn_course": ("types", "validate", "optional", "shape", "windows", "engine", "reference", "gradcheck"),
    "signals": ("arrays", "sequence", "matrix", "fourier", "filtering"),
    "functional": ("pad", "conv", "conv_transpose", "winograd", "fft", "activation", "pool", "norm", "linear", "loss"),
    "nn": (
        "layer",
        "base",
        "linear",
        "conv",
        "pool",
        "blur",
        "activation",
        "norm",
        "dropout",
        "containers",
        "inference",
        "receptive",
        "table",
        "summary",
    ),
    "stability": (
        "lanczos",
        "classical",
        "conv_norm",
        "tangent",
        "jacobian",
        "lipschitz",
        "certificate",
        "attack",
        "shift",
        "deform",
    ),
    "nets": (
        "initial",
        "layers_1998",
        "lenet",
        "resnet",
        "resnet_cifar",
        "vgg",
        "alexnet",
        "nin",
        "auxiliary",
        "googlenet",
    ),
    "training": ("optim", "schedule", "checkpoint", "loop"),
    "data": ("samples", "shapes", "augment", "mnist"),
    "zoo": ("certified", "recipes", "sets", "run", "record", "cli", "imagenet", "classify"),
    "draw": ("style", "grid", "lattice", "image", "maps", "flow", "architecture", "film"),
    "exercises": (
        "outcome",
        "borrowed",
        "exercise",
        "compare",
        "source",
        "notebook",
        "catalogue",
        "submission",
        "examine",
        "diagnose",
        "report",
        "case",
    ),
    "grading": (
        "notebook",
        "ipython",
        "effects",
        "program",
        "execute",
        "channel",
        "child",
        "supervisor",
        "folder",
        "bubblewrap",
        "isolation",
        "worker",
        "grade",
        "files",
        "table",
        "arguments",
        "record",
        "batch",
        "submissions",
        "reports",
        "results",
        "executors",
        "parallel",
        "apart",
        "meter",
        "grade_command",
        "watch",
        "progress",
        "material",
        "cli",
    ),
}
ROW, BOX, WIDTH, ROOM, HEAD = 52, (150, 36), 340, 8, 7  # of the picture, in pixels: it fits a phone
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
    pairs = [(folder, used) for folder in order for used in arrows[folder]]
    span = {(folder, used): order.index(folder) - order.index(used) for folder, used in pairs}
    shapes, port = [], {}  # where an arrow that goes around others leaves or reaches a box, from the top down
    for folder in order:
        around = [pair for pair in pairs if span[pair] > 1]
        ports = [pair for pair in around if pair[0] == folder] + [pair for pair in around[::-1] if pair[1] == folder]
        for i, pair in enumerate(ports, start=1):
            port[folder, pair] = top[folder] + height * i / (len(ports) + 1)
        shapes.append(
            f'<rect x="{ROOM}" y="{top[folder]}" width="{width}" height="{height}" rx="6"/>'
            f'<text x="{ROOM + width / 2:g}" y="{top[folder] + height / 2 + 5:g}">{folder}</text>'
        )
    for folder, used in pairs:
        if span[folder, used] == 1:
            path = f"M{ROOM + width / 2:g} {top[folder]}V{top[used] + height + HEAD}"
        else:
            start, end = (port[box, (folder, used)] for box in (folder, used))
            right = ROOM + width
            reach = right + 30 + (WIDTH - right - 40) * span[folder, used] / max(span.values()) * 4 / 3
            path = f"M{right} {start:.1f}C{reach:.0f} {start:.1f} {reach:.0f} {end:.1f} {right + HEAD} {end:.1f}"
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


def section(folder, module):
    """The target of a module's section in the reference."""
    return f"module-{folder}-{module}"


def content(book=PACKAGE.parent / "book"):
    """The picture, and a table of modules for each folder, with links to the reference."""
    lines = ["```{raw} html", picture(arrows()), "```", ""]
    for folder, modules in ORDER.items():
        reference = book / "reference" / f"{folder}.md"
        documented = reference.read_text(encoding="utf-8") if reference.exists() else ""
        link = f" [Reference](reference/{folder}.md)." if documented else ""
        lines += [f"## `{folder}`", "", first_line(file_of(folder, "__init__")) + link, ""]
        lines += ["| module | what it holds |", "|---|---|"]
        for module in modules:
            target = section(folder, module)
            name = f"[`{module}`](#{target})" if f"({target})=" in documented else f"`{module}`"
            lines.append(f"| {name} | {first_line(file_of(folder, module))} |")
        lines.append("")
    return "\n".join(lines) + "\n"


def main(book="book"):
    """Write the page if it is not current."""
    path = Path(book) / "architecture.md"
    text = with_middle(path, content(Path(book)))
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path}: written")


if __name__ == "__main__":
    main(*sys.argv[1:])

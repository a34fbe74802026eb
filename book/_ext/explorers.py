"""Explorers: figures that a reader can change. The directive `explorer` shows a still picture, which a script replaces.

    :::{explorer} convolution
    :name: explorer-convolution
    :alt: what the still picture shows, in words
    :preset: strided

    The caption: what to try, and what to see.
    :::

The script is `_static/explorers/convolution.mjs` with the modules that it imports, in one file, because a browser loads
no modules from a folder of this machine. The still is `stills/convolution-strided.svg`, or `stills/convolution.svg` if
the preset has none of its own, drawn by `tools/stills.py`. What the script needs of the package is written by
`explorer_data.py`.
"""

import json
import re
from pathlib import Path
from types import MappingProxyType

from docutils import nodes
from docutils.parsers.rst import directives
from explorer_data import DATA
from formulas import engine
from sphinx.directives.patches import Figure

STATIC = Path(__file__).parents[1] / "_static"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+)\.mjs";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function|class|const|let)", re.MULTILINE)


def setup(app):
    app.add_node(stage, html=(visit_stage, lambda translator, node: None))
    app.add_directive("explorer", Explorer)
    app.connect("doctree-resolved", keep_stages)
    app.connect("html-page-context", load_scripts)
    app.connect("build-finished", write, priority=700)  # before the style sheet, which has what scripts name
    for sheet in ["explorers.css", *sorted(path.relative_to(STATIC).as_posix() for path in STATIC.glob("*/*.css"))]:
        app.add_css_file(sheet)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class stage(nodes.General, nodes.Element):
    """Where the script puts the explorer."""


class Explorer(Figure):
    """A figure with a stage in front of its picture."""

    option_spec = MappingProxyType(
        {"name": directives.unchanged, "alt": directives.unchanged_required, "preset": directives.unchanged}
    )

    def run(self):
        name, preset = self.arguments[0], self.options.pop("preset", "")
        if not (STATIC / "explorers" / f"{name}.mjs").exists():
            raise self.error(f"explorer: there is no _static/explorers/{name}.mjs")
        own = f"stills/{name}-{preset}.svg"
        self.arguments[0] = own if (STATIC.parent / own).exists() else f"stills/{name}.svg"
        figure, *rest = super().run()
        figure["classes"].append("explorer")
        figure.insert(0, stage(explorer=name, preset=preset))
        return [figure, *rest]


def visit_stage(translator, node):
    """The script shows it, and hides the picture beside it."""
    translator.body.append(
        f'<div class="explorer-stage" data-explorer="{node["explorer"]}" data-preset="{node["preset"]}" '
        'role="group" aria-label="Explorer" hidden></div>'
    )


def keep_stages(app, doctree, page):
    """Only a page in a browser has a stage."""
    if app.builder.format != "html" or app.builder.name == "epub":
        for node in list(doctree.findall(stage)):
            node.parent.remove(node)


def load_scripts(app, page, template, context, doctree):
    """Load a script on the pages that need it."""
    for name in {node["explorer"] for node in doctree.findall(stage)} if doctree else ():
        app.add_js_file(f"explorers/{name}.js")


def write(app, exception):
    """Write the scripts and their data into the site, in place of the modules."""
    folder = Path(app.outdir) / "_static" / "explorers"
    if exception or not folder.exists():
        return
    modules = sorted(folder.glob("*.mjs"))
    imported = {name for module in modules for name in IMPORT.findall(module.read_text(encoding="utf-8"))}
    for module in modules:
        if module.stem not in imported:
            module.with_suffix(".js").write_text(bundle(module), encoding="utf-8", newline="\n")
    for name, data in DATA.items():
        text = f"courseData({json.dumps(name)}, {json.dumps(data(), separators=(',', ':'))});\n"
        (folder / f"{name}-data.js").write_text(text, encoding="utf-8", newline="\n")
    for module in modules:
        module.unlink()


def bundle(module):
    """Return a module and those that it imports as one script; the names at the top of all of them must differ."""
    parts = {}
    _collect(module, parts)
    text = "(() => {\n" + "\n".join(parts.values()) + "})();\n"
    engine().eval(f"new Function({json.dumps(text)}), 0")  # raises an error where the script cannot be read
    return text


def _collect(module, parts):
    text = module.read_text(encoding="utf-8")
    for name in IMPORT.findall(text):
        if name not in parts:
            _collect(module.with_name(f"{name}.mjs"), parts)
    parts[module.stem] = EXPORT.sub("", IMPORT.sub("", text))

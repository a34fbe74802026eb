"""Sections that a reader may skip are folded: those whose heading begins with "In depth: "."""

from docutils import nodes

IN_DEPTH = "In depth: "


def setup(app):
    app.connect("doctree-resolved", fold)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def fold(app, doctree, page):
    """Put the section's heading into the summary of an HTML element that opens and closes, all else into its body."""
    if app.builder.format != "html":
        return
    for section in doctree.findall(nodes.section):
        if section[0].astext().startswith(IN_DEPTH):
            section.insert(0, _html('<details class="in-depth"><summary>'))
            section.insert(2, _html("</summary>"))
            section.append(_html("</details>"))


def _html(text):
    return nodes.raw("", text, format="html")

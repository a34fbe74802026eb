"""Films get controls: the SVG stands in the page itself, where a script can stop it and step through it."""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from figures import shortened

from cnn_course.draw.style import THEME

# In the page the colours come from the page: what the SVG says of the system's theme would be wrong where a reader has
# chosen the other one. A shadow root keeps the ids and the rules of each film to itself.
COLOURS = "<style>svg{max-width:100%;height:auto;color:var(--pst-color-text-base);--paper:var(--pst-color-background)}"
FILM = """<div class="film" role="group" aria-label="Film" data-frames="{frames}" data-still="{still}" \
data-seconds="{seconds}">
<div role="img" aria-label="{alt}"><template shadowrootmode="open">{svg}</template></div>
</div>"""
MARKS = re.compile(r'<svg data-frames="(\d+)" data-still="(\d+)" data-seconds="([\d.]+)"')


def setup(app):
    app.connect("doctree-resolved", put_in_the_page)
    app.connect("html-page-context", load_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def put_in_the_page(app, doctree, page):
    """Replace the image of each film by the film itself."""
    if app.builder.format != "html":
        return
    for image in list(doctree.findall(nodes.image)):
        if image["uri"].endswith(".svg"):
            svg = Path(app.srcdir, image["uri"]).read_text(encoding="utf-8")
            if marks := MARKS.search(svg):
                image.replace_self(nodes.raw("", film(svg, marks, image.get("alt", "")), format="html"))


def load_script(app, page, template, context, doctree):
    """Load the controls on the pages that have a film."""
    if 'class="film"' in context.get("body", ""):
        app.add_js_file("explorers/film.js")


def film(svg, marks, alt):
    """The film as a part of the page."""
    frames, still, seconds = marks.groups()
    svg = shortened(svg[marks.start() :]).replace(THEME.removesuffix("</style>"), COLOURS)
    return FILM.format(frames=frames, still=still, seconds=seconds, alt=escape(alt, quote=True), svg=svg)

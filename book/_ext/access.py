"""What readers with a keyboard or a screen reader need, and the theme leaves out.

Each entry is a piece of the theme's markup and what stands in its place. A name that differs from the text that one
sees is taken away, so that the text is the name; what scrolls can be reached by the keyboard.
"""

import functools
import re

MENDED = {
    # The button shows "Search Ctrl+K", the folded code "Show code cell source".
    '<button class="btn search-button-field search-button__button pst-js-only" title="Search" aria-label="Search"': (
        '<button class="btn search-button-field search-button__button pst-js-only"'
    ),
    '<summary aria-label="Toggle hidden content">': "<summary>",
    '<div id="pst-primary-sidebar" class=': '<div id="pst-primary-sidebar" role="navigation" aria-label="Book" class=',
    '<div class="pst-scrollable-table-container">': '<div class="pst-scrollable-table-container" tabindex="0">',
    'role="doc-biblioentry"': 'role="listitem"',  # deprecated, and unknown to the list around it
    # Headings that say nothing.
    '<th class="head"><p></p></th>': "<td></td>",
    '<th class="head text-right"><p></p></th>': "<td></td>",
    # Ids that would repeat, as often as there are proofs and exercises; course.css has the style of the first.
    '<div class="proof admonition" id="proof">': '<div class="proof admonition">',
    '-content" id="proof-content">': '-content">',
    '<section id="proof-content">': "<section>",
    '<section id="exercise-content">': "<section>",
    '<section id="solution-content">': "<section>",
    # The icons of the theme switch, whose titles would be its name's rivals.
    'data-mode="light" title="Light"': 'data-mode="light" aria-hidden="true"',
    'data-mode="dark"  title="Dark"': 'data-mode="dark" aria-hidden="true"',
    'data-mode="auto"  title="System Settings"': 'data-mode="auto" aria-hidden="true"',
}
# What folded code shows: a summary holds no paragraphs.
SUMMARY = re.compile(r'<p (class="(?:collapsed|expanded) admonition-title")>(.*?)</p>')


def setup(app):
    app.connect("builder-inited", mend_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mend_pages(app):
    """Change what templates make; there is no event for a finished page."""
    if app.builder.format == "html":
        render = app.builder.templates.render
        app.builder.templates.render = functools.wraps(render)(lambda name, context: mend(render(name, context)))


def mend(markup):
    """Return a page, or a part of one, with each piece replaced."""
    for piece, better in MENDED.items():
        markup = markup.replace(piece, better)
    return SUMMARY.sub(r"<span \1>\2</span>", markup)

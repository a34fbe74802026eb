"""What the style sheet needs of the markup: lines of code that a phone has to break, and the word that begins a proof.

A line that is broken goes on below its own indent. The browser has to be told how large that is; the mark stands inside
of the line, so that copied code has the breaks of the source and no others.
"""

import html
import re

from pygments.formatters import HtmlFormatter
from sphinx.highlighting import PygmentsBridge

FITS = 40  # characters that a phone shows, even inside of a box
TAG = re.compile(r"<[^>]*>")
PROOF = re.compile(r'(<div class="proof admonition"[^>]*>\s*<p>)Proof\.')


def setup(app):
    PygmentsBridge.html_formatter = Formatter
    app.connect("html-page-context", mark_proofs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Formatter(HtmlFormatter):
    """Marks long lines."""

    def _format_lines(self, tokensource):
        for kind, line in super()._format_lines(tokensource):
            yield kind, mark(line)


def mark(line):
    """Return a line of highlighted code, inside of a span with its indent if it is long."""
    text = html.unescape(TAG.sub("", line)).rstrip("\n")
    if len(text) <= FITS:
        return line
    indent = len(text) - len(text.lstrip())
    return f'<span class="long-line" style="--indent: {indent}ch">{line.rstrip()}</span>\n'


def mark_proofs(app, page, template, context, doctree):
    """Mark the word with which a proof begins."""
    if "body" in context:
        context["body"] = PROOF.sub(r'\1<span class="proof-begins">Proof.</span>', context["body"])

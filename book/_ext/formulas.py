"""Formulas become MathML when the site is built, by Temml: a page needs no script to show them.

Temml runs in V8, which comes as a wheel. What it cannot read is a warning, so that the build fails. It runs when a page
is read, in the process that reads it, and the markup is stored with the page: when pages are written, the processes are
copies of one in which V8 may have been started, and there it stands still.
"""

import functools
import html
import re
from pathlib import Path

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

TEMML = Path(__file__).parent / "temml"
OPENING, CLOSING = "([{⟨⌊⌈", ")]}⟩⌋⌉"
# A bracket of \big has no form, and a browser would put the space of a relation around it.
BRACKET = re.compile(rf"<mo((?![^>]*form=)[^>]*)>([{re.escape(OPENING + CLOSING)}])</mo>")
# The level of a script is a matter of style: Temml writes an attribute, too, which checkers know of mstyle alone.
LEVEL = re.compile(r'(<m(?!style)[a-z]+) scriptlevel="(\d)"(?: style="math-depth:\d;")?')
# A formula in a line is one box, from which a browser would separate what stands before and behind it.
FORMULA = r'<span class="math">(?:(?!</span>).)*</math></span>'
TOUCHING = re.compile(rf"([(\[“]*){FORMULA}([.,;:!?)\]%-]*)", re.DOTALL)

logger = logging.getLogger(__name__)


def setup(app):
    app.add_html_math_renderer("temml", (visit_math, None), (visit_math_block, None))
    app.connect("config-inited", choose, priority=900)
    app.connect("builder-inited", add_style)
    app.connect("doctree-read", translate)
    app.connect("html-page-context", keep_together)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def choose(app, config):
    """Let this renderer be the one."""
    config.html_math_renderer = "temml"


def add_style(app):
    """Send Temml's style sheet and its fonts with the site."""
    app.config.html_static_path.append(str(TEMML / "static"))
    app.add_css_file("temml.css", priority=400)


@functools.cache
def engine():
    """V8, in which Temml is loaded."""
    context = MiniRacer()
    context.eval((TEMML / "temml.min.js").read_text(encoding="utf-8"))
    return context


@functools.cache
def render(formula, display=False):
    """Return a formula in TeX as MathML; a ValueError says where it is wrong."""
    options = {"displayMode": display, "wrap": "none", "strict": True, "throwOnError": True}
    try:
        markup = engine().call("temml.renderToString", formula, options)
    except JSEvalException as error:
        raise ValueError(str(error).splitlines()[0]) from None
    return BRACKET.sub(_with_form, LEVEL.sub(r'\1 style="math-depth:\2;"', markup))


def _with_form(found):
    form = "prefix" if found[2] in OPENING else "postfix"
    return f'<mo form="{form}"{found[1]}>{found[2]}</mo>'


def keep_together(app, page, template, context, doctree):
    """Keep the signs that touch a formula in its line."""

    def joined(found):
        return f'<span class="nobreak">{found[0]}</span>' if found[1] or found[2] else found[0]

    if "body" in context:
        context["body"] = TOUCHING.sub(joined, context["body"])


def translate(app, doctree):
    """Store with each formula what a page shows of it."""
    for node in doctree.findall(lambda node: isinstance(node, (nodes.math, nodes.math_block))):
        display = isinstance(node, nodes.math_block)
        formula = in_lines(node.astext()) if display and not node.get("nowrap") else node.astext()
        try:
            node["markup"] = render(formula, display)
        except ValueError as error:
            logger.warning("Temml cannot read %r: %s", formula, error, location=node)
            node["markup"] = html.escape(formula)


def visit_math(self, node):
    """A formula in a line."""
    self.body.append(f'<span class="math">{node["markup"]}</span>')
    raise nodes.SkipNode


def visit_math_block(self, node):
    """A formula of its own, with its number and the link to it."""
    # A wide formula scrolls, also by the keyboard; course.js takes this away from the others.
    self.body.append(self.starttag(node, "div", CLASS="math", tabindex="0"))
    self.body.append(node["markup"])
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def in_lines(text):
    """Put formulas with blank lines between them below each other, and let those with line breaks align."""
    parts = [part for part in text.split("\n\n") if part.strip()]
    parts = [rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts]
    return parts[0] if len(parts) == 1 else r"\begin{aligned}" + r"\\".join(parts) + r"\end{aligned}"

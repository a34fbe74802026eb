"""What the site needs beyond `_config.yml`.

Pages that load nothing from elsewhere and report no script error, and a list of references with the labels that the
text uses.
"""

import html
import re
from pathlib import Path

from docutils import nodes
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle

UNUSED = re.compile("thebe|pagename", re.IGNORECASE)  # scripts
FRONT = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><meta http-equiv="refresh" content="0; url={page}"></head>
<body><p><a href="{page}">{title}</a></p></body>
</html>
"""
LEAST, LONGEST = 60, 300  # characters of a description: less is a line such as the reading times


def setup(app):
    register_plugin("pybtex.style.formatting", "author_year_list", AuthorYearList)
    app.connect("config-inited", complete_configuration, priority=900)
    app.connect("html-page-context", load_scripts, priority=900)
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_front, priority=400)  # before an extension writes it, without a title
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def complete_configuration(app, config):
    """Name the mode in which the theme starts; without it a page reports an invalid one."""
    config.html_context["default_mode"] = "auto"


def load_scripts(app, page, template, context, doctree):
    """Let scripts wait for the text, and leave out those for a server that runs code, and for versions of the site.

    The pages that have no text, the search and the lists, call scripts while they are read. A script is one object for
    all pages.
    """
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if not UNUSED.search(repr(vars(file)))]
    for script in context["script_files"]:
        script.attributes.pop("defer", None)
        if doctree and script.filename:
            script.attributes["defer"] = "defer"


def describe(app, page, template, context, doctree):
    """Say what a page is about, by its first paragraph: to search engines, and where a link to it is shown."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        text = " ".join(paragraph.astext().split())
        if len(text) > LEAST:
            text = text if len(text) <= LONGEST else text[: text.rindex(" ", 0, LONGEST)] + " …"
            title = re.sub("<[^>]*>", "", context["title"])  # with entities, but without marks
            about = f'content="{html.escape(text)}" />'
            context["metatags"] += (
                f'<meta name="description" {about}<meta property="og:description" {about}'
                f'<meta property="og:title" content="{title}" /><meta property="og:type" content="article" />'
                f'<meta property="og:site_name" content="{html.escape(app.config.html_title)}" />'
            )
            break


def write_front(app, exception):
    """Lead from the address of the site to the first page of the book."""
    if not exception and app.builder.name == "html":
        title = html.escape(app.config.html_title or app.config.project)
        front = FRONT.format(title=title, page=f"{app.config.master_doc}.html")
        Path(app.outdir, "index.html").write_text(front, encoding="utf-8", newline="\n")


class AuthorYearLabels(BaseLabelStyle):
    """Labels such as "Burt and Adelson, 1983"."""

    def format_labels(self, entries):
        for entry in entries:
            names = [" ".join(person.last_names).strip("{}") for person in entry.persons["author"]]
            people = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
            yield f"{people}, {entry.fields['year']}"


class AuthorYearList(PlainStyle):
    """The plain list, sorted by author, under these labels."""

    default_label_style = AuthorYearLabels

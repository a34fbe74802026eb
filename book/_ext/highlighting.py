"""Code without the marks of what looks like the code around it: half of all marks of names, brackets and commas."""

import re

# Names, names of modules, punctuation, white space and output, in the classes of Pygments.
PLAIN = re.compile(r'<span class="(?:n|nn|p|w|go)">([^<]*)</span>')


def setup(app):
    app.connect("html-page-context", unmark)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def unmark(app, page, template, context, doctree):
    """Take the marks out of a page."""
    if "body" in context:
        context["body"] = PLAIN.sub(r"\1", context["body"])

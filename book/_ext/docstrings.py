"""How the docstrings are read: which words in the types of arguments are links, and which stars and quotes are code."""

import re

from numpydoc.xref import DEFAULT_LINKS

STAR = re.compile(r"(?:(?<=, )|(?<=shape \())\*(?=[a-z_]+[,)])")  # as in (N, C, *spatial): no emphasis
LINKS = {
    "array_like": "`array_like <https://numpy.org/doc/stable/glossary.html#term-array_like>`__",
    "ndarray": "numpy.ndarray",
    "numpy.random.Generator": ":obj:`numpy.random.Generator`",
    "Parameter": "cnn_course.Parameter",
    "Layer": "cnn_course.Layer",
    "Sequence": "cnn_course.Sequence",
    "InnerProducts": "cnn_course.gradcheck.InnerProducts",
    "ReceptiveField": "cnn_course.shape.ReceptiveField",
    "Summary": "cnn_course.nn.summary.Summary",
    "Film": "cnn_course.draw.film.Film",
    "Case": "cnn_course.exercises.case.Case",
    "cnn_course.Sequence": ":obj:`cnn_course.Sequence`",
}


def setup(app):
    app.connect("config-inited", set_links, priority=400)  # before numpydoc
    app.connect("autodoc-process-docstring", escape_stars, priority=400)
    app.connect("object-description-transform", keep_quotes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def set_links(app, config):
    """Link these words and no others; numpydoc would link `int` and its like to Python's documentation."""
    config.numpydoc_xref_param_type = True
    config.numpydoc_xref_ignore = "all"
    config.numpydoc_xref_aliases = {word: word for word in DEFAULT_LINKS} | LINKS


def escape_stars(app, what, name, obj, options, lines):
    """Shapes in types and text; examples are code."""
    for i, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            lines[i] = STAR.sub(r"\\*", line)


def keep_quotes(app, domain, objtype, content):
    """A value such as 'same' has the quotes that one types."""
    content["support_smartquotes"] = False

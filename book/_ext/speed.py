"""What makes the build fast: pages are read and written on all processors, and nothing is stored or looked up twice.

Nodes lead to the document that they stand in, a document to its settings, these to the whole book. Where a node keeps
another document than the page's own, or stands in a list of the environment, each page is stored with all others.
"""

import functools
import gc
import os

import pybtex.plugin
from sphinx_proof.domain import ProofDomain


def setup(app):
    gc.set_threshold(200_000, 50, 100)  # trees of pages have millions of objects, and are needed until the end
    # For each citation, the entry points of all installed packages would be searched.
    pybtex.plugin.find_plugin = functools.cache(pybtex.plugin.find_plugin)
    ProofDomain.merge_domaindata = lambda domain, pages, data: None  # its list is merged elsewhere
    app.connect("env-before-read-docs", use_all_processors)
    app.connect("doctree-read", own_nodes, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def use_all_processors(app, env, pages):
    """As `sphinx-build -j auto` does; `jupyter-book` has no such option."""
    app.parallel = os.cpu_count() or 1
    # It numbers the sections when all pages have been read, and does not say that it can wait.
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def own_nodes(app, doctree):
    """Let all nodes belong to their page, and the registry of exercises hold nodes that belong to none."""
    for node in doctree.findall():
        node.document = doctree
    for entry in getattr(app.env, "sphinx_exercise_registry", {}).values():
        if entry["docname"] == app.env.docname:
            entry["node"] = entry["node"].deepcopy()
            for node in entry["node"].findall():
                node.document = None

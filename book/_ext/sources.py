"""Below a statement a small line says where it comes from, and which errata of the sources it settles.

It is made of the metadata of the statement's cell, `{"cnn_course": {"covers": {label: [row, ...]}}}`.
"""

import json
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
sys.path.append(str(PROJECT / "tools"))

from statements import DIRECTIVE, origins, read_rows  # noqa: E402


def setup(app):
    app.connect("source-read", add_sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_sources(app, page, content):
    """Add the line to each statement of a notebook that covers something."""
    if not str(app.env.doc2path(page)).endswith(".ipynb"):
        return
    notebook, ledger = json.loads(content[0]), read_rows(PROJECT / "book" / "ledger.csv")
    for cell in notebook["cells"]:
        for label, rows in cell["metadata"].get("cnn_course", {}).get("covers", {}).items():
            cell["source"] = with_line(label, in_words(*origins(rows, ledger)), "".join(cell["source"]))
    content[0] = json.dumps(notebook)


def in_words(places, errata):
    """What the line says."""
    parts = f"Sources: {', '.join(places)}", f"corrected: {', '.join(errata)}"
    return " · ".join(part for part, there in zip(parts, (places, errata), strict=True) if there)


def with_line(label, line, text):
    """The text of a cell with a line at the end of one of its statements."""
    for opening in DIRECTIVE.finditer(text):
        if opening[3] == label:
            fence = opening[0].partition("{")[0]
            end = re.compile(rf"^{fence}$", re.MULTILINE).search(text, opening.end()).start()
            return f"{text[:end].rstrip()}\n\n[{line}]{{.sources}}\n\n{text[end:]}"
    return text

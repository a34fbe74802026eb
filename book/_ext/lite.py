"""Python in the page: with COURSE_LITE in the environment, chapters and exercises can be run in the browser.

JupyterLite stands in the folder `lite` of the site, with the notebooks and the package. Python itself (Pyodide) comes
from its publisher's server when a reader opens a notebook there, and not before.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from docutils import nodes
from downloads import FOLDER, put, wheel_name, without_results
from sphinx.addnodes import download_reference

LITE, CHAPTERS, EXERCISES = "lite", "chapters", "exercises"
OPENING = """Python runs in this page: the first cell of code fetches the package. What you write is kept by the \
browser, and nowhere else."""
INSTALL = "%pip install -q cnn_course[draw,data] tqdm"


def setup(app):
    app.add_config_value("python_in_the_page", bool(os.environ.get("COURSE_LITE")), "html")
    app.connect("doctree-resolved", link_exercises)
    app.connect("html-page-context", link_chapter, priority=910)  # after the theme, which makes the list of buttons
    app.connect("build-finished", write, priority=950)  # after all that looks through the pages of the site
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def address(app, page, folder, name):
    """Where a notebook is opened, as a link from a page."""
    here = app.builder.get_relative_uri(page, LITE).removesuffix(".html")
    return f"{here}/notebooks/index.html?path={folder}/{name}"


def link_exercises(app, doctree, page):
    """Beside the link that downloads an exercise, one that opens it."""
    if not app.config.python_in_the_page or app.builder.name != "html":
        return
    for download in list(doctree.findall(download_reference)):
        place = Path(download["reftarget"])
        if place.parent.name == EXERCISES:
            url = address(app, page, EXERCISES, place.name)
            here = nodes.reference("", "in this browser", refuri=url, internal=False)
            offer = nodes.inline("", "", nodes.Text(", or "), here, classes=["offer"])
            download.parent.insert(download.parent.index(download) + 1, offer)


def link_chapter(app, page, template, context, doctree):
    """A button that opens a chapter."""
    if app.config.python_in_the_page and doctree and app.env.doc2path(page, base=False).endswith(".ipynb"):
        url = address(app, page, CHAPTERS, f"{Path(page).name}.ipynb")
        words = "Run this chapter in the browser"
        button = {"type": "link", "url": url, "tooltip": words, "icon": "fas fa-play", "label": "run-in-the-browser"}
        context["header_buttons"].insert(0, button)


def write(app, exception):
    """Write JupyterLite with the notebooks and the package."""
    if exception or not app.config.python_in_the_page or app.builder.name != "html":
        return
    site, book = Path(app.outdir), Path(app.srcdir, "book")
    with tempfile.TemporaryDirectory() as scratch:
        for folder, place in {CHAPTERS: book, EXERCISES: book / "exercises"}.items():
            Path(scratch, folder).mkdir()
            for file in sorted(place.glob("*.ipynb")):
                put(Path(scratch, folder, file.name), notebook(file))
        options = ["--apps", "notebooks", "--no-unused-shared-packages", "--no-sourcemaps"]
        places = {"--contents": scratch, "--output-dir": site / LITE, "--piplite-wheels": site / FOLDER / wheel_name()}
        options += [str(word) for pair in places.items() for word in pair]
        command = [sys.executable, "-m", "jupyterlite_core", "build", *options]
        subprocess.run(command, cwd=scratch, check=True, stdout=subprocess.DEVNULL)


def notebook(file):
    """The text of a notebook without results, which begins with what it needs in a page."""
    content = without_results(json.loads(file.read_text(encoding="utf-8")))
    first, *others = content["cells"]
    title, _, rest = first["source"].partition("\n")
    is_exercise = file.parent.name == EXERCISES  # there the rest says how to install on one's own machine
    first["source"] = f"{title}\n\n{OPENING}\n{'' if is_exercise else rest}"
    install = {"cell_type": "code", "metadata": {}, "source": INSTALL, "outputs": [], "execution_count": None}
    content["cells"] = [first, install | {"id": "install"}, *others]
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

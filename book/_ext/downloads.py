"""What readers take with them, in the folder `download` of the site: the package as a wheel, and the whole course.

The site's notebooks are copies: they say how to run them, and have no results, which the page shows and a run gives.
A link to what is not there is hidden.
"""

import json
import re
import tomllib
import zipfile
from pathlib import Path

from docutils import nodes
from hatchling.builders.wheel import WheelBuilder
from sphinx.util.docutils import SphinxDirective, SphinxRole

from cnn_course.exercises.notebook import INSTALL

PROJECT = Path(__file__).parents[2]
FOLDER, COURSE = "download", "cnn_course.zip"
EXTRAS = "draw,data,train"
NAME = re.compile(r"[\w.-]+")
PIN = re.compile(r"^(([\w.-]+)==.*\n)((?: +# .*\n)*)", re.MULTILINE)
OFFER = re.compile(r'(<span class="offer" data-file="([^"]*)")( hidden)?>')
README = """Convolutional neural networks: the notebooks of the course, the exercises and the package.

You need Python 3.11 or newer. In this folder type
    python -m pip install -r requirements.txt
    python -m jupyterlab
and open one of the notebooks in chapters or exercises. Without a network, where the libraries are already installed:
    python -m pip install --no-deps {wheel}
"""
IN_COURSE = """In the folder above, where `README.txt` is, type once

```
python -m pip install -r requirements.txt
```"""
FROM_SITE = """Type

```
python -m pip install "cnn_course[{extras}] @ {address}" jupyterlab
```"""
FROM_FILE = """Put `{wheel}`, from the page *Download*, beside this file. There type

```
python -m pip install "./{wheel}[{extras}]" jupyterlab
```"""
OPENING = """This notebook needs Python 3.11 or newer and the course's package. {}

and open this file again with `python -m jupyterlab`. *Run all cells* gives the results."""


def setup(app):
    app.add_role("offer", Offer())
    app.add_directive("install", Install)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Offer(SphinxRole):
    """{offer}`words <file>`: a link to a file in the folder of downloads, if it is there."""

    def run(self):
        words, file = re.fullmatch(r"(.*) <(.*)>", self.text).groups()
        file = f"{FOLDER}/{wheel_name() if file == 'wheel' else file}"
        up = "../" * self.env.docname.count("/")
        link = f'<span class="offer" data-file="{file}" hidden><a href="{up}{file}">{words}</a></span>'
        return [nodes.raw("", link, format="html")], []


class Install(SphinxDirective):
    """The command that installs the package."""

    def run(self):
        command = re.search("```\n(.*)\n```", how_to_install(self.config.html_baseurl))[1]
        return [nodes.literal_block("", command, language="none")]


def project():
    """What `pyproject.toml` says of the package."""
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def wheel_name():
    """The file of the package."""
    return f"cnn_course-{project()['version']}-py3-none-any.whl"


def how_to_install(base):
    """What to type to run one notebook, for a site with an address and for one without."""
    if base:
        return FROM_SITE.format(extras=EXTRAS, address=f"{base.rstrip('/')}/{FOLDER}/{wheel_name()}")
    return FROM_FILE.format(extras=EXTRAS, wheel=wheel_name())


def write(app, exception):
    """Write the folder, and the notebooks of the site."""
    if exception or app.builder.name != "html":
        return
    site, source, install = Path(app.outdir), Path(app.srcdir), how_to_install(app.config.html_baseurl)
    for file in (site / "_sources").rglob("*.ipynb"):
        put(file, notebook(source / file.relative_to(site / "_sources"), install))
    for file in (site / "_downloads").rglob("*.ipynb"):
        put(file, notebook(source / "book" / "exercises" / file.name, install))
    folder = site / FOLDER
    folder.mkdir(exist_ok=True)
    (wheel,) = WheelBuilder(str(PROJECT)).build(directory=str(folder))
    write_course(folder / COURSE, Path(wheel), source / "book")
    offer(site)


def put(file, text):
    """Write a text with the same line ends everywhere."""
    file.write_text(text, encoding="utf-8", newline="\n")


def notebook(file, install):
    """The text of a notebook without results, which begins with how to run it."""
    content = without_results(json.loads(file.read_text(encoding="utf-8")))
    first = content["cells"][0]
    if INSTALL in first["source"]:
        first["source"] = first["source"].replace(INSTALL, install)
    else:
        title, _, rest = first["source"].partition("\n")
        first["source"] = f"{title}\n\n{OPENING.format(install)}\n{rest}"
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def without_results(content):
    """The content of a notebook with each source in one piece, and as if no cell had been run."""
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return content


def write_course(file, wheel, book):
    """Write all notebooks, the package and what both need into one file; the same sources give the same bytes."""
    parts = {
        "README.txt": README.format(wheel=wheel.name),
        "requirements.txt": f"{pins(PROJECT / 'requirements.txt')}./{wheel.name}\n",
        wheel.name: wheel.read_bytes(),
    }
    for folder, place in {"chapters": book, "exercises": book / "exercises"}.items():
        for path in sorted(place.glob("*.ipynb")):
            parts[f"{folder}/{path.name}"] = notebook(path, IN_COURSE)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as course:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(f"{file.stem}/{name}", date_time=(2020, 2, 2, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            course.writestr(entry, content, zipfile.ZIP_DEFLATED)


def pins(requirements):
    """Those pins of all that are needed to run the notebooks; below each pin stand the packages that need it."""
    extras = project()["optional-dependencies"]
    wanted = ["jupyterlab", *project()["dependencies"], *(line for name in EXTRAS.split(",") for line in extras[name])]
    needed, more = set(), {NAME.match(line)[0] for line in wanted}
    found = PIN.findall(requirements.read_text(encoding="utf-8"))
    while more:
        needed |= more
        more = {name for _, name, needing in found if needed.intersection(NAME.findall(needing))} - needed
    return "".join(line for line, name, _ in found if name in needed)


def offer(site):
    """Show the links to what is there, and hide the others."""
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        new = OFFER.sub(lambda found: f"{found[1]}{'' if (site / found[2]).exists() else ' hidden'}>", text)
        if new != text:
            page.write_text(new, encoding="utf-8", newline="\n")

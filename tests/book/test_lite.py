"""Python in the page: links to the notebooks that run in the browser, what these begin with, and what JupyterLite gets.

Whether Python runs there can only be tried where it can be fetched: `tools/try_lite.py`.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from hatchling.builders.wheel import WheelBuilder
from sphinx.addnodes import download_reference

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "book" / "_ext"))

import downloads  # noqa: E402
import lite  # noqa: E402

BOOK = ROOT / "book"
CHAPTER, EXERCISE = BOOK / "1-3-discrete-convolution.ipynb", BOOK / "exercises" / "convolve.ipynb"


def application(site=None, source=None, *, on=True):
    return SimpleNamespace(
        config=SimpleNamespace(python_in_the_page=on),
        builder=SimpleNamespace(name="html", get_relative_uri=lambda page, target: f"../{target}.html"),
        env=SimpleNamespace(doc2path=lambda page, base: f"{page}.{'md' if page.endswith('tracks') else 'ipynb'}"),
        outdir=site,
        srcdir=source,
    )


def paragraph():
    download = download_reference("", "convolve.ipynb", reftarget="exercises/convolve.ipynb")
    return nodes.paragraph("", "", nodes.Text("Work on it in "), download, nodes.Text("."))


@pytest.mark.parametrize("on", [True, False])
def test_an_exercise_can_be_opened_beside_its_download(on):
    page = nodes.document(None, None)
    page += paragraph()
    lite.link_exercises(application(on=on), page, "book/1-3-discrete-convolution")
    assert page.astext() == f"Work on it in convolve.ipynb{', or in this browser' if on else ''}."
    links = [node["refuri"] for node in page.findall(nodes.reference) if "refuri" in node]
    assert links == ["../lite/notebooks/index.html?path=exercises/convolve.ipynb"] * on


@pytest.mark.parametrize(("page", "buttons"), [("book/1-5-fft", ["fas fa-play", "theme"]), ("book/tracks", ["theme"])])
def test_a_chapter_has_a_button_and_another_page_none(page, buttons):
    context = {"header_buttons": [{"icon": "theme"}]}
    lite.link_chapter(application(), page, "page.html", context, nodes.document(None, None))
    assert [button["icon"] for button in context["header_buttons"]] == buttons
    if len(buttons) == 2:
        assert context["header_buttons"][0]["url"] == "../lite/notebooks/index.html?path=chapters/1-5-fft.ipynb"


@pytest.mark.parametrize("file", [CHAPTER, EXERCISE])
def test_a_notebook_begins_with_what_it_needs_in_a_page(file):
    before = json.loads(file.read_text(encoding="utf-8"))["cells"]
    first, install, *others = json.loads(lite.notebook(file))["cells"]
    title, _, rest = first["source"].partition("\n")
    assert title == before[0]["source"][0].strip()
    assert lite.OPENING in rest
    assert "python -m" not in first["source"]
    assert install["source"].startswith("%pip install")
    assert [cell["source"] for cell in others] == ["".join(cell["source"]) for cell in before[1:]]
    assert not any(cell.get("outputs") for cell in others)


def test_jupyterlite_gets_the_notebooks_and_the_package(tmp_path):
    source, site = tmp_path / "source", tmp_path / "site"
    (source / "book" / "exercises").mkdir(parents=True)
    shutil.copy(CHAPTER, source / "book")
    shutil.copy(EXERCISE, source / "book" / "exercises")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(site / downloads.FOLDER))
    lite.write(application(site, source), None)
    files = {file.relative_to(site / "lite" / "files").as_posix() for file in (site / "lite" / "files").rglob("*.*")}
    assert files == {f"chapters/{CHAPTER.name}", f"exercises/{EXERCISE.name}"}
    (index,) = (site / "lite" / "pypi").glob("all.json")
    (release,) = json.loads(index.read_text(encoding="utf-8"))["cnn-course"]["releases"].values()
    assert release[0]["digests"]["sha256"] == hashlib.sha256(Path(wheel).read_bytes()).hexdigest()


def test_without_python_in_the_page_nothing_is_written(tmp_path):
    lite.write(application(tmp_path, tmp_path, on=False), None)
    assert not list(tmp_path.iterdir())

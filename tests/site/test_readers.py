"""What readers do with the site: they search, and take with them what runs elsewhere."""

import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from cnn_course.exercises.catalogue import find
from cnn_course.exercises.source import function_source

ROOT = Path(__file__).parents[2]
RUN = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
for cell in notebook.cells:
    if cell.metadata.get("cnn_course", {}).get("exercise"):
        cell.source = sys.argv[2]
notebook.cells.append(nbformat.v4.new_code_cell("import cnn_course; print(cnn_course.__file__)"))
nbclient.NotebookClient(notebook, timeout=120).execute()
for cell in notebook.cells[-3:]:
    for output in cell.get("outputs", ()):
        print(output.get("text") or output.get("data", {}).get("text/plain", ""))
"""


@pytest.mark.parametrize(
    ("words", "page"), [("transposed convolution", "3-4-transposed"), ("Lipschitz", "2-1-l2-stability")]
)
def test_a_word_leads_to_the_chapter_that_treats_it(visit, words, page):
    results = visit("book/index.html")
    results.keyboard.press("Control+k")
    results.keyboard.type(words)
    results.keyboard.press("Enter")
    results.wait_for_url("**/search.html?q=*")
    results.wait_for_selector("#search-results ul.search li a")
    found = results.eval_on_selector_all("#search-results ul.search li a", "links => links.map(link => link.href)")
    assert any(page in address for address in found[:5]), found[:5]
    results.wait_for_load_state("networkidle")  # the words around what was found


def test_the_page_of_downloads_links_to_what_is_there(visit, site):
    page = visit("book/download.html")
    shown = page.locator(".offer:not([hidden]) a")
    addresses = shown.evaluate_all("links => links.map(link => link.href)")
    assert {address.rpartition(".")[2] for address in addresses} >= {"zip", "whl"}
    for address in addresses:
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("name", ["5-1-lenet", "1-3-discrete-convolution"])
def test_the_button_of_a_chapter_downloads_a_notebook_that_says_how_to_run_it(visit, site, name):
    page = visit(f"book/{name}.html")
    address = page.locator(".dropdown-download-buttons a", has_text=".ipynb").get_attribute("href")
    with urllib.request.urlopen(f"{site}/book/{address}") as answer:
        cells = json.load(answer)["cells"]
    assert "pip install" in cells[0]["source"]
    assert not any(cell.get("outputs") for cell in cells)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of the whole course, unpacked, and the package installed from its wheel alone."""
    folder = tmp_path_factory.mktemp("course")
    with zipfile.ZipFile(ROOT / "_build" / "html" / "download" / "cnn_course.zip") as file:
        file.extractall(folder)
    (course,) = folder.iterdir()
    (wheel,) = course.glob("*.whl")
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps"]
    subprocess.run([*install, "--target", str(folder / "installed"), str(wheel)], check=True)
    return course


def run(course, notebook, answer=""):
    """What the last cells print, with the package of the wheel and the libraries of the environment."""
    path = course / notebook
    variables = os.environ | {"PYTHONPATH": str(course.parent / "installed")}
    command = [sys.executable, "-c", RUN, str(path), answer]
    return subprocess.run(
        command, cwd=path.parent, env=variables, check=True, capture_output=True, encoding="utf-8"
    ).stdout


def test_the_course_holds_all_notebooks(course):
    for folder, place in {"chapters": ROOT / "book", "exercises": ROOT / "book" / "exercises"}.items():
        assert {path.name for path in (course / folder).iterdir()} == {path.name for path in place.glob("*.ipynb")}
    assert (course / "README.txt").read_text(encoding="utf-8").count("\n") <= 8


def test_a_chapter_of_the_course_runs(course):
    assert str(course.parent) in run(course, "chapters/1-3-discrete-convolution.ipynb")


def test_an_exercise_of_the_course_is_checked(course):
    printed = run(course, "exercises/convolve.ipynb", function_source(find("convolve").answer))
    assert str(course.parent) in printed
    assert "7 of 7 points" in printed

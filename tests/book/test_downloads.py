"""What the site offers to take away: notebooks that say how to run them, pins of what they need, links."""

import json
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "book" / "_ext"))

import downloads  # noqa: E402

BASE = "https://example.org/course/"
PINS = """# a comment
alpha==1.0
    # via cnn-course (pyproject.toml)
beta==2.0 ; sys_platform == 'win32'
    # via
    #   alpha
    #   sphinx
gamma==3.0
    # via beta
sphinx==4.0
    # via cnn-course (pyproject.toml)
"""


def chapter(tmp_path):
    file = tmp_path / "chapter.ipynb"
    code = {
        "cell_type": "code",
        "source": ["print(1)"],
        "execution_count": 3,
        "outputs": [{"text": "1"}],
        "metadata": {},
    }
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "\n", "Text."]}, code]
    file.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return file


def test_a_chapter_says_below_its_title_how_to_run_it_and_has_no_results(tmp_path):
    first, code = json.loads(downloads.notebook(chapter(tmp_path), "Type `this`"))["cells"]
    assert first["source"].startswith(
        "# Title\n\nThis notebook needs Python 3.11 or newer and the course's package. Type `this`"
    )
    assert first["source"].endswith("\n\nText.")
    assert (code["source"], code["outputs"], code["execution_count"]) == ("print(1)", [], None)


def test_an_exercise_says_what_holds_for_the_site_in_place_of_the_source_code():
    file = ROOT / "book" / "exercises" / "convolve.ipynb"
    before, after = json.loads(file.read_text(encoding="utf-8")), json.loads(downloads.notebook(file, "Type `this`"))
    assert "".join(before["cells"][0]["source"]).count(downloads.INSTALL) == 1
    text = after["cells"][0]["source"]
    assert "Type `this`" in text
    assert "source code" not in text


@pytest.mark.parametrize("base", ["", BASE, BASE.rstrip("/")])
def test_a_site_with_an_address_gives_it(base):
    text, wheel = downloads.how_to_install(base), downloads.wheel_name()
    assert (f' @ {BASE}download/{wheel}" ' in text) == bool(base)
    assert (f'"./{wheel}[' in text) == (not base)


def test_pins_of_what_is_needed_and_of_what_that_needs(tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text(PINS, encoding="utf-8")
    needs = {"dependencies": ["alpha>=1"], "optional-dependencies": {"draw": [], "data": [], "train": []}}
    monkeypatch.setattr(downloads, "project", lambda: needs)
    assert (
        downloads.pins(tmp_path / "requirements.txt") == "alpha==1.0\nbeta==2.0 ; sys_platform == 'win32'\ngamma==3.0\n"
    )


def test_the_real_pins_have_what_runs_notebooks_and_not_what_builds_the_book():
    names = {line.partition("==")[0] for line in downloads.pins(ROOT / "requirements.txt").splitlines()}
    assert {"numpy", "matplotlib", "scikit-learn", "jupyterlab", "ipykernel"} <= names
    assert not {"sphinx", "jupyter-book", "pytest", "ruff"} & names


def test_the_course_is_one_file_with_the_same_bytes_each_time(tmp_path):
    (tmp_path / "exercises").mkdir()
    chapter(tmp_path)
    wheel = tmp_path / "some.whl"
    wheel.write_bytes(b"package")
    files = [tmp_path / name / "course.zip" for name in ("one", "two")]
    for file in files:
        file.parent.mkdir()
        downloads.write_course(file, wheel, tmp_path)
    assert files[0].read_bytes() == files[1].read_bytes()
    with zipfile.ZipFile(files[0]) as course:
        names = {f"course/{name}" for name in ("README.txt", "requirements.txt", "some.whl", "chapters/chapter.ipynb")}
        assert set(course.namelist()) == names
        assert course.read("course/requirements.txt").decode().endswith("\n./some.whl\n")
        assert "pip install -r requirements.txt" in course.read("course/chapters/chapter.ipynb").decode()


def test_links_to_what_is_not_there_are_hidden(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<span class="offer" data-file="download/a.pdf" hidden>', encoding="utf-8")
    downloads.offer(tmp_path)
    assert "hidden" in page.read_text(encoding="utf-8")
    (tmp_path / "download").mkdir()
    (tmp_path / "download" / "a.pdf").touch()
    downloads.offer(tmp_path)
    assert page.read_text(encoding="utf-8") == '<span class="offer" data-file="download/a.pdf">'
    (tmp_path / "download" / "a.pdf").unlink()
    downloads.offer(tmp_path)
    assert "hidden" in page.read_text(encoding="utf-8")

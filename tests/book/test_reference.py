"""The reference is current, and documents every public name once, where links find it."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from architecture import ORDER, section
from reference import FOLDERS, contents, defined, page

import cnn_course
from cnn_course import draw, exercises

BOOK = Path(__file__).parents[2] / "book"
DIRECTIVE = re.compile(r"^\.\. (?:autofunction|autoclass|data):: (\S+)$", re.MULTILINE)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_page_is_current(folder):
    assert (BOOK / "reference" / f"{folder}.md").read_text(encoding="utf-8") == page(folder), "run make generate"


def test_every_public_name_is_documented_once():
    """Sphinx makes the name after the directive the anchor of the entry."""
    documented = Counter()
    for path in (BOOK / "reference").glob("*.md"):
        names = DIRECTIVE.findall(path.read_text(encoding="utf-8"))
        documented.update(name if "." in name else f"cnn_course.{path.stem}.{name}" for name in names)
    public = {f"cnn_course.{name}" for name in cnn_course.__all__}
    public |= {f"{face.__name__}.{name}" for face in (draw, exercises) for name in face.__all__}
    listed = (BOOK.parent / "tests/package/public_names.txt").read_text(encoding="utf-8").split()
    assert {f"cnn_course.{name}" for name in listed} <= public <= set(documented)
    assert set(documented.values()) == {1}


def test_every_page_is_in_the_book():
    toc = yaml.safe_load((BOOK.parent / "_toc.yml").read_text(encoding="utf-8"))
    (part,) = (part for part in toc["parts"] if part["caption"] == "Reference")
    assert [chapter["file"] for chapter in part["chapters"]] == [f"book/reference/{folder}" for folder in FOLDERS]


def test_what_a_function_returns_is_documented_with_it():
    assert contents("cnn_course")["gradcheck"][0] == "cnn_course.gradcheck.InnerProducts"
    assert "cnn_course.nn.summary.Summary" in contents("nn")["summary"]


def test_names_stand_in_the_order_of_the_source(tmp_path):
    path = tmp_path / "module.py"
    path.write_text("B, A = 1, 2\nclass C:\n    def _hidden(self) -> D: ...\ndef f(x: E) -> list[C] | None: ...\n")
    assert dict(defined(path)) == {"B": set(), "A": set(), "C": set(), "f": {"list", "C", "None"}}
    assert list(dict(defined(path))) == ["B", "A", "C", "f"]


def test_the_page_on_the_package_links_every_module_of_the_reference():
    links = set(re.findall(r"\]\(#(module-\S+)\)", (BOOK / "architecture.md").read_text(encoding="utf-8")))
    assert links == {section(folder, m) for folder in FOLDERS for m in contents(folder) if m in ORDER[folder]}


def test_numpy_s_names_exist():
    """The file stands in for the list that numpy.org has; Sphinx adds `#name` to each page."""
    import numpy as np

    lines = (BOOK / "reference/numpy.inv").read_text(encoding="utf-8").splitlines()[3:]
    assert lines == sorted(lines)
    for line in lines:
        name, _, page = line.split()
        found = np
        for part in name.split(".")[1:]:
            found = getattr(found, part)
        assert page.startswith("reference/")

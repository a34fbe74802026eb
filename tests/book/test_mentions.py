"""Names in inline code become links: the first on a page, and in each entry of the reference."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes

sys.path.append(str(Path(__file__).parents[2] / "book/_ext"))
from mentions import called, link_mentions

TARGETS = called(
    {
        "cnn_course": SimpleNamespace(objtype="module"),
        "cnn_course.data": SimpleNamespace(objtype="module"),
        "cnn_course.flip": SimpleNamespace(objtype="function"),
        "cnn_course.Sequence.flip": SimpleNamespace(objtype="method"),
    }
)


@pytest.fixture
def page():
    return new_document("page")


def paragraph(*codes):
    return nodes.paragraph("", "", *(nodes.literal("", code) for code in codes))


def entry(name, *children):
    signature = addnodes.desc_signature("", "", nodes.literal("", name), ids=[name])
    return addnodes.desc("", signature, addnodes.desc_content("", *children))


def links(page):
    link_mentions(page, TARGETS, "page")
    return [(link.astext(), link["reftarget"]) for link in page.findall(addnodes.pending_xref)]


@pytest.mark.parametrize("code", ["flip", "flip(h)", "cnn_course.flip", 'flip(\n    "x(1)"\n)'])
def test_a_function_is_linked_however_it_is_written(page, code):
    page += paragraph(code)
    assert links(page) == [(code, "cnn_course.flip")]


@pytest.mark.parametrize("code", ["np.flip", "flip h", "flip(h) + 1", "flips", "data", "from cnn_course import flip"])
def test_other_code_is_not(page, code):
    page += paragraph(code)
    assert links(page) == []


def test_methods_and_modules_have_longer_names(page):
    page += paragraph("Sequence.flip", "cnn_course.data", "cnn_course")
    assert [target for _, target in links(page)] == ["cnn_course.Sequence.flip", "cnn_course.data", "cnn_course"]


def test_only_the_first_mention_outside_of_headings_is_linked(page):
    page += nodes.section("", nodes.title("", "", nodes.literal("", "flip")))
    page += nodes.paragraph("", "", nodes.reference("", "", nodes.literal("", "flip(a)"), refuri="elsewhere"))
    page += paragraph("flip(h)", "Sequence.flip")
    page += paragraph("flip")
    assert [text for text, _ in links(page)] == ["flip(h)", "Sequence.flip"]


def test_an_entry_may_name_what_is_beside_it_for_short(page):
    page += entry(
        "cnn_course.Sequence", paragraph("flip"), entry("cnn_course.Sequence.trim", paragraph("flip", "data"))
    )
    assert links(page) == [("flip", "cnn_course.Sequence.flip")] * 2


def test_each_entry_links_for_itself_and_never_to_itself(page):
    page += paragraph("flip")
    page += entry("cnn_course.convolve", paragraph("flip(h)", "flip"))
    page += entry("cnn_course.flip", paragraph("flip(x)", "Sequence.flip"))
    assert [text for text, _ in links(page)] == ["flip", "flip(h)", "Sequence.flip"]

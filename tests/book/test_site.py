"""What the site adds to the chapters: folded depth, controls of films, lines with the sources of statements."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pytest
from docutils import nodes
from docutils.core import publish_parts
from docutils.writers.html5_polyglot import Writer

from cnn_course.draw import film as draw_film
from cnn_course.draw.style import STYLE

BOOK = Path(__file__).parents[2] / "book"
sys.path.append(str(BOOK / "_ext"))

import access  # noqa: E402
import film  # noqa: E402
import in_depth  # noqa: E402
import reading  # noqa: E402
import sources  # noqa: E402


def application(folder, kind="html"):
    return SimpleNamespace(builder=SimpleNamespace(format=kind), srcdir=folder)


def section(title, *children):
    return nodes.section("", nodes.title(text=title), *children)


def deep_page():
    paragraph = nodes.paragraph(text="more")
    page = nodes.document(None, None)
    page += section("Core", nodes.paragraph(text="core"), section("In depth: a proof", paragraph))
    return page


def test_depth_is_folded_below_its_heading():
    page = deep_page()
    in_depth.fold(application("."), page, "page")
    core, deep = page.findall(nodes.section)
    assert [type(node) for node in core.children] == [nodes.title, nodes.paragraph, nodes.section]
    tags = [node.astext() if isinstance(node, nodes.raw) else type(node) for node in deep.children]
    opening = '<details class="in-depth"><summary>'
    assert tags == [opening, nodes.title, "</summary>", nodes.paragraph, "</details>"]


def test_the_site_folds_what_the_reading_times_take_for_depth():
    assert in_depth.IN_DEPTH == reading.IN_DEPTH


def test_other_formats_keep_the_section():
    page = deep_page()
    in_depth.fold(application(".", "latex"), page, "page")
    assert not list(page.findall(nodes.raw))


@pytest.fixture
def pictures(tmp_path):
    """A film and a figure, as files."""
    with plt.rc_context({"backend": "agg", **STYLE}):
        figure, ax = plt.subplots()
        moving = draw_film(figure, [ax.plot([0, i]) for i in range(3)], still=1)
    (tmp_path / "film.svg").write_text(moving._repr_svg_(), encoding="utf-8")
    (tmp_path / "figure.svg").write_text("<svg></svg>", encoding="utf-8")
    return tmp_path


def page_with(*names):
    page = nodes.document(None, None)
    for name in names:
        page += nodes.image(uri=name, alt='A "line" that rises')
    return page


def test_a_film_stands_in_the_page_with_its_controls(pictures):
    page = page_with("film.svg", "figure.svg", "photograph.png")
    film.put_in_the_page(application(pictures), page, "page")
    assert [type(node) for node in page.children] == [nodes.raw, nodes.image, nodes.image]
    text = page[0].astext()
    assert (
        '<div class="film" role="group" aria-label="Film" data-frames="3" data-still="1" data-seconds="0.25">' in text
    )
    assert 'aria-label="A &quot;line&quot; that rises"' in text
    svg = text[text.index("<svg") : text.index("</svg>") + 6]
    ids = [node.get("id", "") for node in ElementTree.fromstring(svg).iter()]
    assert [i for i in ids if i.startswith("frame")] == ["frame0-0", "frame1-0", "frame2-0"]
    assert "prefers-color-scheme" not in svg, "the page has its own way to be dark"
    assert "metadata" not in svg, "HTML does not know its terms"
    assert "var(--pst-color-text-base)" in svg


def cell(source, covers):
    return {"cell_type": "markdown", "metadata": {"cnn_course": {"covers": covers}}, "source": source}


def read(source, covers, suffix=".ipynb"):
    """The source of a page's only cell, as Sphinx will see it."""
    content = [json.dumps({"cells": [cell(source, covers)]})]
    environment = SimpleNamespace(doc2path=lambda page: page + suffix)
    sources.add_sources(SimpleNamespace(env=environment), "page", content)
    return "".join(json.loads(content[0])["cells"][0]["source"])


STATEMENT = ":::{{prf:theorem}} Title\n:label: {}\n\nIt holds.\n\n:::\n"


def test_a_statement_says_where_it_comes_from_at_its_foot():
    before, after = STATEMENT.format("thm-a"), STATEMENT.format("thm-b")
    text = read(before + after + "The end.", {"thm-b": ["L001", "E15"]})
    assert text.startswith(before + ":::{prf:theorem} Title\n:label: thm-b\n\nIt holds.\n\n[Sources: Hofmann ")
    assert text.endswith(" · corrected: {ref}`E15 <erratum-e15>`]{.sources}\n\n:::\nThe end.")


def test_a_statement_with_no_source_but_an_erratum():
    text = read(STATEMENT.format("thm-a"), {"thm-a": ["E15"]})
    assert "\n\n[corrected: {ref}`E15 <erratum-e15>`]{.sources}\n\n:::\n" in text


def test_a_proof_inside_of_a_statement_does_not_end_it():
    inner = "::::{prf:theorem} Title\n:label: thm-a\n\n:::{note}\nInside.\n:::\n\n::::\n"
    assert read(inner, {"thm-a": ["E15"]}).endswith(
        "Inside.\n:::\n\n[corrected: {ref}`E15 <erratum-e15>`]{.sources}\n\n::::\n"
    )


def test_what_is_no_statement_stays_as_it_is():
    text = "$$\nx = 1\n$$ (eq-a)\n"
    assert read(text, {"eq-a": ["E15"]}) == text


def test_a_list_of_references_consists_of_items():
    body = publish_parts(".. [A] One.\n.. [B] Two, see [A]_.\n", writer=Writer())["body"]
    (entries,) = ElementTree.fromstring(f"<body>{access.mend(body)}</body>").iterfind(".//*[@role='list']")
    assert [entry.get("role") for entry in entries] == ["listitem"] * 2

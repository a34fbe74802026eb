"""The printed book: two pages of the site, which refer to each other, become one file."""

import re

import make_pdf
import pytest
from bs4 import BeautifulSoup
from built_site import SITE
from pdf_check import plain
from pdf_pages import PLACES, print_page
from pypdf import PdfReader

CHAPTER, NOTATION = NAMES = ["book/5-5-resnet", "book/notation"]


@pytest.fixture(scope="module")
def made(browser, tmp_path_factory):
    """The file, and what is missing in it."""
    output = tmp_path_factory.mktemp("pdf") / "book.pdf"
    return output, make_pdf.make(browser, SITE, output, NAMES)


@pytest.fixture(scope="module")
def book(made):
    return PdfReader(made[0])


@pytest.fixture(scope="module")
def texts(book):
    return [page.extract_text() for page in book.pages]


@pytest.fixture(scope="module")
def links(book):
    """(number of the sheet, what the link leads to) of all links."""
    return [(i, annotation.get_object()) for i, page in enumerate(book.pages) for annotation in page.get("/Annots", ())]


def bookmarks(outline, depth=0):
    """(depth, bookmark), in their order."""
    for entry in outline:
        if isinstance(entry, list):
            yield from bookmarks(entry, depth + 1)
        else:
            yield depth, entry


def test_nothing_is_missing(made):
    assert made[1] == []


def test_what_is_missing_is_told(made, browser, tmp_path, monkeypatch):
    def without_a_sheet(*arguments):
        writer = complete(*arguments)
        writer.remove_page(len(writer.pages) - 2)
        return writer

    complete = make_pdf.join
    monkeypatch.setattr(make_pdf, "join", without_a_sheet)
    found = make_pdf.make(browser, SITE, tmp_path / "book.pdf", [NOTATION])
    assert any("sheets" in fault for fault in found)
    assert any(fault.startswith(NOTATION) and "is missing" in fault for fault in found)


def test_bookmarks_lead_to_parts_chapters_and_sections(book, texts):
    marks = list(bookmarks(book.outline))
    assert [mark.title for depth, mark in marks if depth == 0] == ["V Case studies", "Back matter"]
    assert [mark.title for depth, mark in marks if depth == 1] == ["20. Residual networks", "Notation"]
    sections = {mark.title for depth, mark in marks if depth == 2}
    assert sections >= {"Learning goals", "Exercises", "Operations", "Conventions"}
    for depth, mark in marks:
        assert depth == 0 or plain(mark.title) in plain(texts[book.get_destination_page_number(mark)])


def test_every_link_leads_to_a_place_in_the_book_or_to_a_site(book, links):
    sheets = {page.indirect_reference.idnum: i for i, page in enumerate(book.pages)}
    inside = [(i, sheets[link["/Dest"][0].idnum]) for i, link in links if "/Dest" in link]
    first, last = (i for i, label in enumerate(book.page_labels) if label in ("1", book.page_labels[-1]))
    notation = next(i for i in range(first, last) if "Back matter" in book.pages[i + 1].extract_text())
    assert any(i < first <= to for i, to in inside)  # from the contents
    assert any(i >= notation > to >= first for i, to in inside)  # from the notation to the chapter
    assert any(first <= i < notation and first <= to < notation for i, to in inside)
    outside = [link["/A"]["/URI"] for _, link in links if "/Dest" not in link]
    assert all(address.startswith("https://") for address in outside)
    assert not any(address.startswith(PLACES) for address in outside)


@pytest.fixture(scope="module")
def chapter(browser):
    """The chapter by itself, as it is after a hundred sheets."""
    return print_page(browser, SITE, CHAPTER, "Part", NAMES, 100)


def test_places_are_on_the_sheets_where_their_numbers_stand(chapter):
    markup = (SITE / f"{CHAPTER}.html").read_text(encoding="utf-8")
    numbered = re.findall(
        r'<(?:div|figure)[^>]* id="([^"]*)">(?:(?!</p>).)*?caption-number">([^<]*)<', markup, re.DOTALL
    )
    assert len(numbered) > 20
    for place, number in numbered:
        sheet, _, _ = chapter.places[place]
        text = "".join(page.extract_text() for page in chapter.pdf.pages[sheet - 100 : sheet - 98])
        assert plain(number) in plain(text)  # the number of a figure is below it


def test_every_sheet_has_its_number_and_its_header(chapter):
    for i, page in enumerate(chapter.pdf.pages):
        text = page.extract_text()
        assert str(101 + i) in text.splitlines()
        assert ("Part" in text[:40]) == (i > 0)
        assert "20. Residual networks" in text[:40]


def test_numbers_of_the_contents_are_those_of_the_sheets(book, texts):
    labels = list(book.page_labels)
    first = labels.index("1")
    assert labels[:first] == ["i", "ii", "iii", "iv", "v"][:first]
    assert labels[first:] == [str(n + 1) for n in range(len(labels) - first)]
    contents = plain("".join(texts[1:first]))
    for _, mark in bookmarks(book.outline):
        if mark.title in ("20. Residual networks", "Operations", "Further reading"):
            assert plain(mark.title + labels[book.get_destination_page_number(mark)]) in contents


def test_what_is_folded_is_open_and_what_draws_figures_is_left_out(chapter):
    text = plain("".join(page.extract_text() for page in chapter.pdf.pages))
    markup = (SITE / f"{CHAPTER}.html").read_text(encoding="utf-8")
    code = BeautifulSoup(markup, "html.parser").select("details.hide pre")
    opened = BeautifulSoup(markup, "html.parser").select(".dropdown > section > p:last-child, .in-depth p:last-child")
    words = [plain(p.get_text()) for p in opened if not p.math]
    assert len(code) > 5
    assert len(words) > 3
    assert not [block for block in code if plain(block.get_text()) in text]
    assert all(paragraph in text for paragraph in words)


def test_the_file_says_what_it_is(book):
    assert book.metadata.title == "Convolutional neural networks"
    assert book.metadata.author
    assert book.root_object["/Lang"] == "en"
    assert [float(side) for side in book.pages[-1].mediabox] == pytest.approx([0, 0, 595, 842], abs=1)


def test_without_a_browser_one_line_says_so(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.argv", ["make_pdf.py"])
    with pytest.raises(SystemExit, match=r"none is on the PATH: chromium.*"):
        make_pdf.main()

"""The e-book: two pages of the site, which refer to each other and of which one has films, become one file."""

import re
import zipfile
from xml.etree import ElementTree

import make_epub
import pytest
from built_site import SITE

CHAPTER, NOTATION = NAMES = ["book/3-2-geometry", "book/notation"]
FILE = "book-3-2-geometry.xhtml"


@pytest.fixture(scope="module")
def files(browser):
    return make_epub.collect(browser, SITE, NAMES)


def test_nothing_is_missing(files):
    assert make_epub.faults(files) == []


@pytest.mark.parametrize(
    ("piece", "broken", "fault"),
    [
        ('id="learning-goals"', "", "#learning-goals leads nowhere"),
        ('id="learning-goals"', 'id="summary"', "the id summary is there twice"),
        ('src="images/', 'src="https://example.org/', "leads nowhere"),
        ("<math", "<merror/><math", "a formula has failed"),
    ],
)
def test_what_is_wrong_is_told(files, piece, broken, fault):
    assert piece in files[FILE]
    found = make_epub.faults(files | {FILE: files[FILE].replace(piece, broken)})
    assert any(text.endswith(fault) for text in found)


def test_all_formulas_pictures_and_numbers_of_the_site_are_there(files):
    for name in NAMES:
        page = (SITE / f"{name}.html").read_text(encoding="utf-8")
        article = page[page.index("<article") : page.index("</article>")]
        chapter = files[f"{make_epub.file_of(name)}.xhtml"]
        assert chapter.count("<math ") + chapter.count("<math>") == len(re.findall(r"<math\b", article)) > 0
        assert chapter.count("<img ") == len(re.findall(r'<img |class="film"', article))
        for kind in ("caption-number", "eqno"):
            numbers = [re.findall(rf'class="{kind}">([^<]*)<', text) for text in (article, chapter)]
            assert numbers[0] == numbers[1]


def test_links_lead_from_one_chapter_to_the_other(files):
    assert f'href="{FILE}' in files["book-notation.xhtml"]
    assert f'href="{FILE}#learning-goals"' in files["contents.xhtml"]


def test_nothing_is_for_a_screen_alone(files):
    assert not re.findall(r"<(?:script|button|template)\b|class=\"headerlink|explorer-stage", files[FILE])
    assert "draw.use_style" not in files[FILE]


def test_a_film_is_its_still_with_all_letters(files):
    films = [name for name in files if "film" in name]
    assert len(films) == files[FILE].count('alt="') - files[FILE].count('src="images/') + len(films) > 0
    for name in films:
        tree = ElementTree.fromstring(files[name])
        frames = {
            element.get("id").split("-")[0] for element in tree.iter() if element.get("id", "").startswith("frame")
        }
        ids = {element.get("id") for element in tree.iter()}
        used = {element.get("{http://www.w3.org/1999/xlink}href", "#")[1:] for element in tree.iter()} - {""}
        assert len(frames) == 1
        assert used <= ids


def test_the_file_begins_with_what_it_is_and_lists_all_that_it_holds(files, tmp_path):
    for name in ("one.epub", "two.epub"):
        make_epub.write(files, tmp_path / name)
    assert (tmp_path / "one.epub").read_bytes() == (tmp_path / "two.epub").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.epub") as book:
        first, *_ = entries = book.infolist()
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert book.read(first) == b"application/epub+zip"
        package = ElementTree.fromstring(book.read("book/book.opf"))
    listed = {item.get("href") for item in package.iter("{http://www.idpf.org/2007/opf}item")}
    assert listed == {entry.filename.removeprefix("book/") for entry in entries[2:]} - {"book.opf"}
    order = [item.get("idref") for item in package.iter("{http://www.idpf.org/2007/opf}itemref")]
    assert order == ["title", "contents", *map(make_epub.file_of, NAMES)]

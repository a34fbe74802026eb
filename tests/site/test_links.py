"""The pages as they are written, without a browser: links lead somewhere, ids are unique, no formula has failed."""

import posixpath
import re
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from built_site import FRONT, PAGES, SITE
from yaml import safe_load

FAILED = {"temml-error", "merror"}  # Temml's class, MathML's element
LINKS = {"href", "src", "srcset", "poster", "data"}
TOC = SITE.parents[1] / "_toc.yml"


class Page(HTMLParser):
    """What stands in a page: its ids in order, its links, and the formulas that failed."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.failed = [], [], []
        self.in_film = False  # whose ids are a matter of its own
        self.in_offer = False  # of a file that is not there, and whose link is hidden
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.in_film |= tag == "template"
        if "id" in attributes and not self.in_film:
            self.ids.append(attributes["id"])
        if tag == "span":
            self.in_offer = attributes.get("class") == "offer" and "hidden" in attributes
        if not self.in_offer:
            self.links += [attributes[name] for name in LINKS & attributes.keys()]
        if FAILED & {tag, *(attributes.get("class") or "").split()}:
            self.failed.append(self.get_starttag_text())

    def handle_endtag(self, tag):
        self.in_film &= tag != "template"
        self.in_offer &= tag != "span"


@cache
def read(name):
    return Page((SITE / name).read_text(encoding="utf-8"))


def test_every_page_of_the_contents_is_there():
    parts = safe_load(TOC.read_text(encoding="utf-8"))["parts"]
    names = [f"{chapter['file']}.html" for part in parts for chapter in part["chapters"]]
    assert not {"search.html", "genindex.html", *names} - set(PAGES)
    assert "url=book/index.html" in (SITE / FRONT).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    page = read(name)
    assert page.links
    broken = [link for link in page.links if not leads_somewhere(name, link)]
    assert not broken


def leads_somewhere(name, link):
    """Whether the link of a page leads to a file of the site, and to a place in it, or is a good one to elsewhere."""
    address = urlsplit(link)
    if address.scheme or address.netloc:
        return address.scheme in ("data", "mailto") or bool(address.scheme == "https" and "." in address.netloc)
    path = posixpath.join("/", posixpath.dirname(name), unquote(address.path)) if address.path else f"/{name}"
    target = posixpath.normpath(path)[1:]
    if not (SITE / target).is_file():
        return False
    place = unquote(address.fragment)
    return place in ("", "top") or not target.endswith(".html") or place in read(target).ids


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique(name):
    ids = read(name).ids
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("name", PAGES)
def test_no_formula_failed(name):
    assert not read(name).failed


@pytest.mark.parametrize("name", PAGES)
def test_no_dollar_is_left_of_a_formula(name):
    """A formula that is not recognised stands in the text as it was written."""
    markup = (SITE / name).read_text(encoding="utf-8")
    text = re.sub(r"<(script|style|pre|code|annotation)\b.*?</\1>", "", markup, flags=re.DOTALL)
    assert not re.findall(r"\$[^$<]{1,80}\$", re.sub(r"<[^>]*>", "", text))

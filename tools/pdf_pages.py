"""The pages of the built site, printed one at a time by a browser: Chromium, or one of its kind.

`printed/page.js` makes a page of the site one for paper. A link to another page of the book gets an address of its own,
below PLACES, which `pdf_join.py` turns into the place itself.
"""

import argparse
import html
import io
import json
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

import yaml
from browser import PROGRAMS, QUIET, program
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

ROOT = Path(__file__).parents[1]
PLACES = "https://book.invalid/"
NOT_PRINTED = "book/download"
SCRIPT = (ROOT / "tools" / "printed" / "page.js").read_text(encoding="utf-8")
STYLE = (ROOT / "tools" / "printed" / "book.css").read_text(encoding="utf-8")
HEADER = "@page {{ @top-left {{ content: {part}; }} @top-right {{ content: {title}; }} }}\n"
BARE = "@page :first { @top-left { content: none; } @top-right { content: none; } }\n"
PAPER = {"width": 605, "height": 1000}  # as wide as the text of book.css is on paper
MINUTES = 10 * 60_000  # milliseconds


def command_line(about, book):
    """What a command that makes a book is told: its pages, the site, and the file to write, `book` by default."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", help="some pages only, such as book/1-5-fft")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--output", type=Path, default=book)
    return parser.parse_args()


@dataclass
class Printed:
    """A page of the site on paper: its part, how many sheets are before it, and what page.js tells of it."""

    name: str
    part: str
    before: int
    facts: dict
    pdf: PdfReader

    @cached_property
    def places(self):
        """Where on paper each id is: (number of the sheet in the book, left, top)."""
        found = self.pdf.named_destinations.items()
        return {
            unquote(name).removeprefix("/"): (
                self.before + self.pdf.get_destination_page_number(place),
                place.left,
                place.top,
            )
            for name, place in found
        }


def contents(root=ROOT):
    """(name of the page, caption of its part), in the order of the book."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    rest = [(entry["file"], part["caption"]) for part in toc["parts"] for entry in part["chapters"]]
    return [(name, part) for name, part in [(toc["root"], ""), *rest] if name != NOT_PRINTED]


@contextmanager
def printer():
    """A browser that prints; without one, a SystemExit says so."""
    path = program()
    if path is None:
        raise SystemExit(f"The book is printed by a browser, and none is on the PATH: {', '.join(PROGRAMS)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


def print_page(browser, site, name, part, pages, before):
    """Print one page of the site, whose first sheet has the number `before` + 1; `pages` are those of the book."""
    return Printed(name, part, before, *_print(browser, site, site / f"{name}.html", pages, before, part))


def print_front(browser, site, markup, pages):
    """Print what comes before the first page; the style is that of the site."""
    file = site / "front-of-the-book.html"
    style = f'<link rel="stylesheet" href="{(site / "_static" / "site.css").as_uri()}">'
    file.write_text(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{style}</head>'
        f'<body><article class="bd-article">{markup}</article></body></html>',
        encoding="utf-8",
    )
    try:
        return Printed("", "", 0, *_print(browser, site, file, pages, 0, None))
    finally:
        file.unlink()


def _print(browser, site, file, pages, before, part):
    with prepared(browser, site, file, pages, before) as (page, facts):
        if part is None:
            style = "@page { @bottom-center { content: counter(page, lower-roman); } }" + BARE.replace("top", "bottom")
        else:
            style = HEADER.format(part=json.dumps(part), title=json.dumps(facts["title"], ensure_ascii=False)) + BARE
        page.add_style_tag(content=style)
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    return facts, PdfReader(io.BytesIO(pdf))


@contextmanager
def prepared(browser, site, file, pages, before=0):
    """A page of the site in the browser, as it is on paper, and what page.js tells of it."""
    context = browser.new_context(color_scheme="light", reduced_motion="reduce", viewport=PAPER)
    page = context.new_page()
    page.emulate_media(media="print")
    page.set_default_timeout(MINUTES)
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(file.as_uri())
    options = {"site": f"{site.as_uri()}/", "pages": pages, "places": PLACES, "before": before, "style": STYLE}
    yield page, page.evaluate(SCRIPT, options)
    context.close()


def title_page(title, author, footer):
    """The first sheet."""
    return (
        f'<section class="title-page"><h1>{html.escape(title)}</h1><p>{html.escape(author)}</p>'
        f'<p class="note">{html.escape(footer)} The code that draws figures is left out: it stands in the notebooks. '
        "Explorers and films are shown by one picture.</p></section>"
    )


def front(title, author, footer, printed):
    """The title page and the contents: parts, chapters and their sections, with the numbers of their pages."""
    lines, last = [], ""
    for page in printed:
        if page.part != last:
            lines.append(f'<div class="part">{html.escape(page.part)}</div>')
            last = page.part
        top = min((heading["level"] for heading in page.facts["headings"]), default=1)
        for heading in page.facts["headings"]:
            kind = {0: "chapter", 1: "topic"}.get(heading["level"] - top)
            if kind:
                address = f"{PLACES}{page.name}#{heading['id']}"
                text, number = html.escape(heading["text"]), page.places[heading["id"]][0] + 1
                lines.append(f'<div class="{kind}"><a href="{address}">{text}</a><span>{number}</span></div>')
    contents = f'<h2>Contents</h2><div class="columns">{"".join(lines)}</div>'
    return f'{title_page(title, author, footer)}<section class="contents">{contents}</section>'

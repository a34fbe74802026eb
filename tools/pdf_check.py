"""What has to be in the printed book: it is looked for in the text of the file, as it was written."""

import re
import unicodedata

PARTS = {"formulas": r"<math\b", "pictures": r'<img\b|class="film"', "numbers": r'class="(?:caption-number|eqno)"'}


def faults(file, opening, pages, site):
    """List what is missing in a book; `file` is its reader, `opening` the number of sheets before the first page."""
    found, all_sheets = [], list(file.pages)
    if len(all_sheets) != opening + sum(len(page.pdf.pages) for page in pages):
        found.append(f"the book has {len(all_sheets)} sheets")
    for page in pages:
        first = opening + page.before
        sheets = [sheet.extract_text() for sheet in all_sheets[first : first + len(page.pdf.pages)]]
        found += [f"{page.name}: {fault}" for fault in faults_of_page(page, plain("".join(sheets)))]
        found += [f"{page.name}: {fault}" for fault in differences(page, site)]
    return found


def faults_of_page(page, text):
    """What the text of a printed page lacks."""
    wanted = [*page.facts["titles"], *page.facts["numbers"], page.facts["last"]]
    missing = [words for words in wanted if plain(words) not in text]
    found = [f"{words!r} is missing" for words in missing]
    if "\N{REPLACEMENT CHARACTER}" in text:
        found.append("a sign has no letter")
    if page.facts["failed"]:
        found.append(f"{page.facts['failed']} formulas have failed")
    found += [f"wider than the paper: {markup}" for markup in page.facts["wide"]]
    lost = [place for place in page.facts["pictures"] if place not in page.places]
    return found + [f"the picture {place} was not printed" for place in lost]


def differences(page, site):
    """Where the printed page has more or fewer of something than the page of the site."""
    markup = (site / f"{page.name}.html").read_text(encoding="utf-8")
    article = markup[markup.index("<article") : markup.index("</article>")]
    for name, pattern in PARTS.items():
        there, here = len(re.findall(pattern, article)), page.facts[name]
        here = here if isinstance(here, int) else len(here)
        if there != here:
            yield f"{here} {name}, and {there} on the site"


def plain(text):
    """A text without what a printer may change: spaces, and the shapes of letters."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))

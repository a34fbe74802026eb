"""Printed pages become one file: links between them, bookmarks, the numbers of the sheets, and what the book is."""

from urllib.parse import unquote, urldefrag

from pdf_pages import PLACES
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, Fit, FloatObject, NameObject, NullObject, TextStringObject


def join(front, pages, title, author):
    """Return the writer of the book; a ValueError names the links that lead nowhere."""
    writer = PdfWriter()
    for page in (front, *pages):
        for sheet in page.pdf.pages:
            writer.add_page(sheet)
    sheets, opening = list(writer.pages), len(front.pdf.pages)
    lead(sheets, opening, {page.name: page for page in pages})
    add_bookmarks(writer, sheets, opening, pages)
    writer.set_page_label(0, opening - 1, style="/r")
    writer.set_page_label(opening, len(sheets) - 1, style="/D", start=1)
    writer.metadata = {"/Title": title, "/Author": author, "/Creator": "cnn_course"}
    writer.root_object[NameObject("/Lang")] = TextStringObject("en")
    writer.root_object[NameObject("/PageMode")] = NameObject("/UseOutlines")
    return writer


def lead(sheets, opening, pages):
    """Let each link that names a place in the book lead there."""
    lost = []
    for sheet in sheets:
        for reference in sheet.get("/Annots", ()):
            link = reference.get_object()
            address = link.get("/A", {}).get("/URI", "")
            if address.startswith(PLACES):
                name, place = map(unquote, urldefrag(address.removeprefix(PLACES)))
                page = pages[name]
                if place and place not in page.places:
                    lost.append(f"{name}#{place}")
                    continue
                number, left, top = page.places[place] if place else (page.before, 0, sheet.mediabox.top)
                at = [NameObject("/XYZ"), FloatObject(left), FloatObject(top), NullObject()]
                link[NameObject("/Dest")] = ArrayObject([sheets[opening + number].indirect_reference, *at])
                del link["/A"]
    if lost:
        raise ValueError(f"links lead to places that were not printed: {', '.join(sorted(set(lost)))}")


def add_bookmarks(writer, sheets, opening, pages):
    """A bookmark for each part, each page of the site, and each of its headings, inside of each other."""

    def add(title, number, top, parent):
        fit = Fit.xyz(left=0, top=top)
        at = sheets[opening + number]
        return writer.add_outline_item(title=title, page_number=at, parent=parent, fit=fit, is_open=False)

    part, mark = "", None
    for page in pages:
        if page.part != part:
            part, mark = page.part, add(page.part, page.before, sheets[0].mediabox.top, None)
        above = [(0, mark)]  # levels and bookmarks that a deeper heading may be inside of
        for heading in page.facts["headings"]:
            while above[-1][0] >= heading["level"]:
                above.pop()
            number, _, top = page.places[heading["id"]]
            above.append((heading["level"], add(heading["text"], number, top, above[-1][1])))

"""Put the printed book and the e-book on the page of downloads of the built site: `make downloads`."""

import shutil
import sys

from make_epub import BOOK as EPUB
from make_pdf import BOOK as PDF
from pdf_pages import ROOT

sys.path.append(str(ROOT / "book" / "_ext"))

from downloads import FOLDER, offer

SITE = ROOT / "_build" / "html"

if __name__ == "__main__":
    for book in (PDF, EPUB):
        shutil.copy(book, SITE / FOLDER)
    offer(SITE)

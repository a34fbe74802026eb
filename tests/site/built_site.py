"""Where the built site is, its pages, and the screens on which they are looked at."""

from pathlib import Path

SITE = Path(__file__).parents[2] / "_build" / "html"
FRONT = "index.html"  # which only leads to the first page of the book
FILES = {path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if not {"_static", "lite"} & {*path.parts}}
PAGES = sorted(FILES - {FRONT})
CHAPTERS = [name for name in PAGES if name.startswith("book/") and name[5].isdigit()]
WIDTHS = {"desktop": 1280, "phone": 390}

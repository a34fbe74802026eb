"""Print the built site as a book: `make pdf`.

Each page is printed by itself, and all are joined, with a title page and the contents before them. What is missing in
the file is told, and is an error.
"""

import sys

import yaml
from pdf_check import faults
from pdf_join import join
from pdf_pages import ROOT, command_line, contents, front, print_front, print_page, printer
from pypdf import PdfReader

BOOK = ROOT / "_build" / "cnn_course.pdf"


def main():
    """Read the command line; without names, print all pages."""
    options = command_line(__doc__, BOOK)
    options.output.parent.mkdir(exist_ok=True)
    with printer() as browser:
        found = make(browser, options.site.resolve(), options.output, options.pages)
    if found:
        sys.exit("\n".join([f"{options.output} is not complete:", *found]))


def make(browser, site, output, only=()):
    """Write the book, or the part of it that `only` names; return what is missing."""
    chosen = [(name, part) for name, part in contents() if name in only or not only]
    names = [name for name, _ in chosen]
    pages, before = [], 0
    for name, part in chosen:
        pages.append(print_page(browser, site, name, part, names, before))
        before += len(pages[-1].pdf.pages)
        print(f"{name}: {len(pages[-1].pdf.pages)} pages", flush=True)
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    title, author = config["title"], config["author"]
    opening = print_front(browser, site, front(title, author, config["html"]["extra_footer"], pages), names)
    join(opening, pages, title, author).write(output)
    file = PdfReader(output)
    print(f"{output} has {len(file.pages)} pages and {output.stat().st_size / 1e6:.1f} MB", flush=True)
    return faults(file, len(opening.pdf.pages), pages, site)


if __name__ == "__main__":
    main()

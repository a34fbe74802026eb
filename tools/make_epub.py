"""Make an e-book, EPUB 3, of the built site: `make epub`.

Its chapters are the pages as they are printed, `printed/page.js`, with the formulas as MathML. What stands in no page,
or leads nowhere, is an error.
"""

import html
import sys
import uuid
import zipfile
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit
from xml.etree import ElementTree

import yaml
from pdf_pages import PLACES, ROOT, command_line, contents, prepared, printer, title_page

BOOK = ROOT / "_build" / "cnn_course.epub"
PRINTED = ROOT / "tools" / "printed"
SCRIPT = (PRINTED / "ebook.js").read_text(encoding="utf-8")
MATHS = "latinmodern-math.woff2"
KINDS = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
}
XHTML = "{http://www.w3.org/1999/xhtml}"
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier><dc:title>{title}</dc:title><dc:language>en</dc:language>
<dc:creator>{author}</dc:creator><dc:rights>{rights}</dc:rights>
<meta property="dcterms:modified">{year}-01-01T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta><meta property="schema:accessMode">visual</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" href="ebook.css"/></head>
<body>
{body}
</body>
</html>
"""


def main():
    """Read the command line; without names, take all pages."""
    options = command_line(__doc__, BOOK)
    with printer() as browser:
        files = collect(browser, options.site.resolve(), options.pages)
    found = faults(files)
    if found:
        sys.exit("\n".join([f"{options.output} is not complete:", *found]))
    write(files, options.output)
    print(f"{options.output} has {options.output.stat().st_size / 1e6:.1f} MB")


def collect(browser, site, only=()):
    """All files of the book by their names; a page of the site is one of them."""
    chosen = [(name, part) for name, part in contents() if name in only or not only]
    names, files, told = [name for name, _ in chosen], {}, []
    for name, part in chosen:
        with prepared(browser, site, site / f"{name}.html", names) as (page, facts):
            made = page.evaluate(SCRIPT, {"places": PLACES})
        markup = made["markup"]
        for i, film in enumerate(made["films"]):
            image = f"images/{file_of(name)}-film-{i}.svg"
            files[image] = film
            markup = markup.replace(f'data-film="{i}"', f'src="{image}"')
        for image in made["images"]:
            files[f"images/{Path(image).name}"] = Path(image).read_bytes()
        files[f"{file_of(name)}.xhtml"] = PAGE.format(title=html.escape(facts["title"]), body=markup)
        told.append((name, part, facts))
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    cover = title_page(config["title"], config["author"], config["html"]["extra_footer"])
    files["title.xhtml"] = PAGE.format(title=html.escape(config["title"]), body=cover)
    files["contents.xhtml"] = PAGE.format(title="Contents", body=navigation(told))
    files["ebook.css"] = (PRINTED / "ebook.css").read_bytes()
    files[MATHS] = (site / "_static" / MATHS).read_bytes()
    files["book.opf"] = package(config, files, [file_of(name) for name in names])
    return files


def file_of(name):
    """A page of the site, as a file without folders."""
    return name.replace("/", "-")


def navigation(told):
    """The contents: parts, chapters and their sections."""
    items, last = "", ""
    for name, part, facts in told:
        if part != last:
            items += f"{'</ol></li>' if last else ''}<li><span>{html.escape(part)}</span><ol>"
            last = part
        first, *rest = facts["headings"]
        inner = "".join(_entry(name, heading) + "</li>" for heading in rest if heading["level"] == first["level"] + 1)
        items += _entry(name, first) + (f"<ol>{inner}</ol>" if inner else "") + "</li>"
    return f'<nav epub:type="toc"><h1>Contents</h1><ol>{items}{"</ol></li>" if last else ""}</ol></nav>'


def _entry(name, heading):
    return f'<li><a href="{file_of(name)}.xhtml#{heading["id"]}">{html.escape(heading["text"])}</a>'


def package(config, files, order):
    """The list of all files, and what the book is."""
    manifest = []
    for i, (name, content) in enumerate(sorted(files.items())):
        has = ["nav"] if name == "contents.xhtml" else []
        if name.endswith(".xhtml"):
            has += [kind for kind, tag in (("mathml", "<math"), ("svg", "<svg")) if tag in content]
        properties = f' properties="{" ".join(has)}"' if has else ""
        identifier = name.removesuffix(".xhtml") if name.endswith(".xhtml") else f"file-{i}"
        kind = KINDS[Path(name).suffix]
        manifest.append(f'<item id="{identifier}" href="{name}" media-type="{kind}"{properties}/>')
    title = config["title"]
    return PACKAGE.format(
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, f"{title}, {config['author']}, {config['copyright']}"),
        title=html.escape(title),
        author=html.escape(config["author"]),
        rights=html.escape(config["html"]["extra_footer"]),
        year=config["copyright"],
        manifest="\n".join(manifest),
        spine="\n".join(f'<itemref idref="{name}"/>' for name in ["title", "contents", *order]),
    )


def faults(files):
    """What is wrong in the files: markup that is no XML, ids that repeat, links to nothing, formulas that failed."""
    found, places = [], {}
    trees = {name: ElementTree.fromstring(text) for name, text in files.items() if name.endswith(".xhtml")}
    for name, tree in trees.items():
        ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
        places[name] = {"", *ids}
        found += [f"{name}: the id {place} is there twice" for place in places[name] if ids.count(place) > 1]
        found += [f"{name}: a formula has failed" for element in tree.iter() if element.tag.endswith("merror")]
    for name, tree in trees.items():
        for element in tree.iter():
            for address in (element.get("href"), element.get("src")):
                if address is None or (element.tag == f"{XHTML}a" and urlsplit(address).scheme in ("https", "mailto")):
                    continue
                file, place = map(unquote, urldefrag(address))
                file = file or name
                if file not in files or place not in places.get(file, {""}):
                    found.append(f"{name}: {address} leads nowhere")
    return found


def write(files, output):
    """Pack the files; the same files give the same bytes."""
    output.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as book:
        put(book, "mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        put(book, "META-INF/container.xml", CONTAINER)
        for name, content in files.items():
            put(book, f"book/{name}", content)


def put(book, name, content, how=zipfile.ZIP_DEFLATED):
    """Pack one file, without the time at which it was made."""
    book.writestr(zipfile.ZipInfo(name, date_time=(2020, 2, 2, 0, 0, 0)), content, how)


if __name__ == "__main__":
    main()

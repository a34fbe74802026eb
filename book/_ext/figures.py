"""Figures that cost a reader little: loaded when they come near, of known size, with photographs as WebP.

A figure's size is known to the browser before it is there, so that the text does not move. Matplotlib puts photographs
into an SVG as PNG, which is several times as large, and six decimals, where a hundredth of a point cannot be seen.
"""

import base64
import io
import re
from pathlib import Path

from PIL import Image

IMAGE = re.compile(r'<img (?=[^>]*src="[./]*_images/([^"]+\.svg)")')
SIZE = re.compile(r'<svg [^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"')
PNG = re.compile(r"data:image/png;base64,\s*([A-Za-z0-9+/=\s]+)")
UNSEEN = re.compile(r' <metadata>.*?</metadata>\n|<!--.*?-->\n?|(?<=\n) +| id="[a-z0-9]+_\d+"', re.DOTALL)
PLACES = re.compile(r'(?<= )(d|x|y)="([^"]*)"')
DECIMALS = re.compile(r"\d+\.\d{3,}")
COMMAND = re.compile(r"\s*([A-Za-z])\s*")  # of a path
LARGE = 30_000  # characters: below, WebP gains little


def setup(app):
    app.connect("html-page-context", mark)
    app.connect("build-finished", compress)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mark(app, page, template, context, doctree):
    """Give each figure its size; and let all but the first wait until they are needed."""
    files = {name: Path(app.srcdir, file) for file, name in app.builder.images.items()}
    count = 0

    def attributes(found):
        nonlocal count
        count += 1
        with files[found[1]].open(encoding="utf-8") as file:
            size = SIZE.search(file.read(2000))
        width, height = (round(float(number) * 4 / 3) for number in size.groups())  # points to pixels
        lazy = 'loading="lazy" ' if count > 1 else ""
        return f'<img width="{width}" height="{height}" {lazy}'

    if "body" in context:
        context["body"] = IMAGE.sub(attributes, context["body"])


def compress(app, exception):
    """Write each figure in fewer characters."""
    if not exception and app.builder.format == "html":
        for file in Path(app.outdir, "_images").glob("*.svg"):
            text = file.read_text(encoding="utf-8")
            smaller = PNG.sub(_as_webp, shortened(text))
            if smaller != text:
                file.write_text(smaller, encoding="utf-8", newline="\n")


def shortened(svg):
    """A figure with what one sees of it, and no more."""
    return PLACES.sub(_shorter, UNSEEN.sub("", svg))


def _shorter(found):
    numbers = DECIMALS.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), found[2])
    return f'{found[1]}="' + COMMAND.sub(r"\1", numbers) + '"'


def _as_webp(found):
    if len(found[1]) < LARGE:
        return found[0]
    buffer = io.BytesIO()
    Image.open(io.BytesIO(base64.b64decode(found[1]))).save(buffer, "WEBP", quality=85)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()

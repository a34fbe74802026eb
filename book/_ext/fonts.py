"""The fonts of formulas and of icons, cut down to the signs that the site shows."""

import io
import re
from pathlib import Path

from fontTools import subset

MATHS = "latinmodern-math.woff2"
ICONS = "vendor/fontawesome/webfonts"
FORMULA = re.compile(r"<math.*?</math>", re.DOTALL)
ITALIC = {*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C), 0x210E}  # a browser shows a letter alone as one of these
PRIVATE = range(0xE000, 0xF900)  # where icons are


def setup(app):
    app.connect("build-finished", cut, priority=900)  # after the style sheet, in which the icons stand
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def cut(app, exception):
    """Cut the fonts, of which the full ones are copied in each build."""
    if exception or app.builder.name != "html":
        return
    static = Path(app.outdir) / "_static"
    pages = [page.read_text(encoding="utf-8") for page in Path(app.outdir).rglob("*.html")]
    formulas = {ord(sign) for page in pages for formula in FORMULA.findall(page) for sign in formula}
    style = (static / "site.css").read_text(encoding="utf-8")
    icons = {ord(sign) for text in [style, *pages] for sign in set(text)}
    keep(static / MATHS, formulas | ITALIC)
    for file in (static / ICONS).glob("*.woff2"):
        keep(file, icons.intersection(PRIVATE))


def keep(file, codes):
    """Leave in a font what these signs need."""
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True, drop_tables=["FFTM"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    with io.BytesIO(file.read_bytes()) as buffer, subset.load_font(buffer, options) as font:
        subsetter.subset(font)
        subset.save_font(font, file, options)

"""What shuts readers out of a page, as axe and a few questions of our own find it, on both screens and in both themes.

axe needs a second for a thousand elements, and most of a chapter's are letters of formulas, words of code, and texts of
the same colours. It looks for faults of structure where formulas and code have become plain text, and for faults of
colour where of texts alike one is left.
"""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from built_site import WIDTHS

INSPECTION = Path(__file__).with_name("inspection.js").read_text(encoding="utf-8")
HEIGHT = 3000  # pixels, so that a page has few screens
COLOURS = ("color-contrast", "link-in-text-block")  # the rules that the theme decides
MORE = ("label-content-name-mismatch", "target-size")  # those that Lighthouse asks for besides axe's own choice
STRUCTURE = {"rules": {rule: {"enabled": rule in MORE} for rule in (*COLOURS, *MORE)}}


def faults(page):
    """All faults of a page that has just been loaded; it is of no more use then."""
    for script in (Axe().axe_script, INSPECTION):
        page.add_script_tag(content=script)
    page.evaluate("inspection.unfold()")
    found = []
    for width in WIDTHS:
        resize(page, width)
        page.evaluate("inspection.walk()")
        found += [f"{width}: {fault}" for fault in page.evaluate("inspection.layout()")]
    page.evaluate("inspection.formulasToText()")
    for theme in ("dark", "light"):
        choose(page, theme)
        page.evaluate("inspection.markSamples()")
    page.evaluate("inspection.codeToText()")
    for width in WIDTHS:
        resize(page, width)
        found += [f"{width}: {fault}" for fault in look(page, STRUCTURE)]
    page.evaluate("inspection.keepSamples()")
    for theme in ("light", "dark"):
        choose(page, theme)
        for width in WIDTHS:
            resize(page, width)
            found += [f"{width}, {theme}: {fault}" for fault in look(page, {"runOnly": COLOURS})]
    return found


def resize(page, width):
    page.set_viewport_size({"width": WIDTHS[width], "height": HEIGHT})
    page.evaluate("inspection.settle()")


def choose(page, theme):
    page.emulate_media(color_scheme=theme)
    page.wait_for_function("(theme) => (document.documentElement.dataset.theme ?? theme) === theme", arg=theme)


def look(page, options):
    return page.evaluate("(options) => inspection.axe(options)", options)

"""What shuts readers out of a page, as axe and a few questions of our own find it, on both screens and in both themes.

axe needs a second for a thousand elements, and most of a chapter's are letters of formulas, words of code, and texts of
the same colours. It looks for faults of structure where formulas and code have become plain text, and for faults of
colour where of texts alike, of one colour and size on boxes of the same colours, the first is left.
"""

from axe_playwright_python.sync_playwright import Axe
from built_site import WIDTHS

TALL = 50_000  # pixels: all of a page is laid out and measured, as it is for a reader who has scrolled through it
UNFOLD = """() => {
  for (const part of document.querySelectorAll("details")) part.open = true;
  for (const part of document.querySelectorAll(".toggle-hidden .toggle-button")) part.click();
}"""
SETTLE = """() => new Promise((done) => {
  const wait = (frames) => (frames ? requestAnimationFrame(() => wait(frames - 1)) : done());
  wait(4);
})"""

# What sticks out to the right and cannot be scrolled to; what scrolls and a keyboard does not reach; ids of scripts, too.
LAYOUT = """() => {
  const faults = [];
  const say = (fault, element) => faults.push(`${fault}: ${element.outerHTML.slice(0, 200)}`);
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth) say(`the page scrolls, ${page.scrollWidth} pixels`, document.body);
  const scrolling = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  for (const element of document.querySelectorAll("article *")) {
    if (element.closest("math, svg") || !element.checkVisibility()) continue;
    if (element.scrollWidth > element.clientWidth + 1 && scrolling(element) && element.tabIndex < 0) say("out of reach", element);
    if (element.getBoundingClientRect().right <= innerWidth + 1) continue;
    let box = element.parentElement;
    while (box && !scrolling(box)) box = box.parentElement;
    if (!box) say("sticks out", element);
  }
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const twice = new Set(ids.filter((id, i) => ids.indexOf(id) < i));
  return [...faults, ...[...twice].map((id) => `more than once: id ${id}`)];
}"""

# Marks the first text, and the first link, of each kind.
MARK = """() => {
  const boxes = new Map([[document.documentElement, ""]]);
  const behind = (element) => {
    if (!boxes.has(element)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity].join().replace("rgba(0, 0, 0, 0),none,1", "");
      boxes.set(element, behind(element.parentElement) + own);
    }
    return boxes.get(element);
  };
  const seen = new Set();
  for (const element of document.body.querySelectorAll("*:not(math *)")) {
    const isLink = element.localName === "a";
    if (!element.matches("a, math") && ![...element.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(element);
    const around = isLink ? getComputedStyle(element.parentElement).color + element.parentElement.localName : "";
    const kind = [isLink, color, fontSize, fontWeight, textDecorationLine, around, behind(element)].join();
    if (!seen.has(kind)) element.dataset.sample = "";
    seen.add(kind);
  }
}"""
TO_TEXT = """() => {
  const article = document.querySelector("article");
  window.samples = article?.cloneNode(true);
  for (const part of document.querySelectorAll("article :is(math, pre)")) part.textContent = part.textContent;
}"""
TO_SAMPLES = """() => {
  if (!window.samples) return;
  for (const part of window.samples.querySelectorAll("*"))
    if (!part.matches(":has([data-sample]), [data-sample], [data-sample] *")) part.remove();
  document.querySelector("article").replaceWith(window.samples);
}"""

# The rules of colour are those that the theme decides; two more than axe's own choice are asked for by Lighthouse.
COLOURS = ("color-contrast", "link-in-text-block")
STRUCTURE = {"rules": dict.fromkeys(COLOURS, {"enabled": False})}
STRUCTURE["rules"] |= dict.fromkeys(("label-content-name-mismatch", "target-size"), {"enabled": True})
AXE = """async (options) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.length} times, ${nodes[0].html.slice(0, 300)} (${nodes[0].failureSummary})`);
}"""


def faults(page):
    """All faults of a page that has just been loaded; it is of no more use then."""
    found = []
    page.evaluate(Axe().axe_script)
    page.evaluate(UNFOLD)
    for width in WIDTHS:
        resize(page, width)
        found += [f"{width}: {fault}" for fault in page.evaluate(LAYOUT)]
    for theme in ("dark", "light"):
        choose(page, theme)
        page.evaluate(MARK)
    page.evaluate(TO_TEXT)
    for width in WIDTHS:
        resize(page, width)
        found += [f"{width}: {fault}" for fault in page.evaluate(AXE, STRUCTURE)]
    page.evaluate(TO_SAMPLES)
    for theme in ("light", "dark"):
        choose(page, theme)
        for width in WIDTHS:
            resize(page, width)
            found += [f"{width}, {theme}: {fault}" for fault in page.evaluate(AXE, {"runOnly": COLOURS})]
    return found


def resize(page, width):
    page.set_viewport_size({"width": WIDTHS[width], "height": TALL})
    page.evaluate(SETTLE)


def choose(page, theme):
    page.emulate_media(color_scheme=theme)
    page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=theme)

"""What is wider than a phone scrolls: its end fades while more is hidden, the keyboard stops there and only there."""

import pytest
from page_faults import HEIGHT, INSPECTION

PAGE = "book/3-2-geometry.html"
SCROLLERS = "div.math, .pst-scrollable-table-container, pre, span.math.wide"
STATE = """(selector) => [...document.querySelectorAll(selector)].filter(inspection.isLaidOut).map((one) => ({
  wide: one.scrollWidth > one.clientWidth,
  high: one.scrollHeight > one.clientHeight && getComputedStyle(one).overflowY !== "hidden",
  stops: one.tabIndex === 0,
  more: one.classList.contains("more"),
  faded: getComputedStyle(one).maskImage !== "none",
  text: one.outerHTML.slice(0, 100),
}))"""


def settle(page):
    page.evaluate("inspection.settle()")


def resize(page, width):
    page.set_viewport_size({"width": width, "height": HEIGHT})
    settle(page)


@pytest.fixture
def phone(visit):
    page = visit(PAGE, width="phone")
    page.add_script_tag(content=INSPECTION)
    resize(page, 390)
    return page


def test_the_keyboard_stops_at_what_scrolls_and_only_there(phone):
    found = []
    for width in (390, 900, 390):
        resize(phone, width)
        found += phone.evaluate(STATE, SCROLLERS)
    assert {one["wide"] for one in found} == {True, False}
    assert not [one for one in found if one["stops"] != (one["wide"] or one["high"])]


def test_an_end_fades_while_more_is_hidden(phone):
    found = phone.evaluate(STATE, SCROLLERS)
    assert not [one for one in found if not one["wide"] == one["more"] == one["faded"]]
    phone.evaluate("for (const one of document.querySelectorAll('.more')) one.scrollLeft = 1e6")
    settle(phone)
    assert not phone.evaluate("document.querySelectorAll('.more').length")


FORMULA = """(width) => {
  const formula = document.querySelector("p span.math");
  formula.querySelector("math").style.cssText = `display: inline-block; width: ${width}px`;
  formula.id = "formula";
  scrollTo(0, 0);
}"""


def test_a_formula_in_a_line_scrolls_where_it_is_too_wide(visit):
    page = visit(PAGE)
    page.add_script_tag(content=INSPECTION)
    page.evaluate(FORMULA, 500)
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_selector("#formula.wide.more")
    (state,) = page.evaluate(STATE, "#formula")
    assert all(state[name] for name in ("wide", "stops", "more", "faded"))
    page.focus("#formula")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('#formula').scrollLeft > 0")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_function("!document.querySelector('#formula').matches('.wide, .more, [tabindex]')")


def test_what_is_not_laid_out_yet_may_scroll(visit):
    """The keyboard must not jump over what the browser has not measured."""
    page = visit(PAGE, width="phone")
    page.add_script_tag(content=INSPECTION)
    settle(page)
    skipped = page.evaluate(
        """() => [...document.querySelectorAll("div.math, pre")]
        .filter((one) => one.checkVisibility() && !inspection.isLaidOut(one)).map((one) => one.tabIndex)"""
    )
    assert set(skipped) == {0}

"""The explorer of convolutions, by mouse, keyboard and touch: its numbers are those of the package."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn_course import conv2d, convolve

PAGES = {"1-3-discrete-convolution": "signal", "3-1-convolutional-layers": "strided"}
PRESETS = Path(__file__).parents[2] / "book" / "_static" / "explorers" / "convolution-presets.mjs"
TITLES = {"signal": "a signal", "image": "an image", "strided": "a layer with two filters"}
OPERATIONS = ("convolution", "correlation")
RULES = ("padding", "stride", "dilation")
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
TURNED = [f"{TIMES}1", f"{TIMES}0", f"{TIMES}{MINUS}1"]  # a row of the edge kernel
LEAST = 44  # pixels that a finger needs


def arrays(preset):
    """Input, weights, bias and rules of a preset."""
    text = PRESETS.read_text(encoding="utf-8")
    chosen = json.loads(text[text.index("= {") + 2 : text.rindex(";")])[preset]
    x, weight, bias = (np.array(chosen[name], dtype=float) for name in ("input", "weight", "bias"))
    return x, weight, bias, {name: chosen[name] for name in ("flip", *RULES)}


def outputs(x, weight, bias, rules):
    """What the package computes."""

    def rows(name, none):  # of a signal there is only one
        return none if x.shape[1] == 1 else rules[name], rules[name]

    kernels = weight[..., ::-1, ::-1] if rules["flip"] else weight
    padding = [(p, p) for p in rows("padding", 0)]
    return conv2d(x[None], kernels, bias, padding=padding, stride=rows("stride", 1), dilation=rows("dilation", 1))[0]


@pytest.fixture
def explore(visit):
    """explore(preset) gives the explorer, on the page that has it."""

    def explore(preset, **options):
        page = next((page for page, start in PAGES.items() if start == preset), "1-3-discrete-convolution")
        explorer = visit(f"book/{page}.html", **options).locator("figure.explorer:has([data-explorer=convolution])")
        explorer.scroll_into_view_if_needed()
        explorer.get_by_label("Example").select_option(label=TITLES[preset])
        return explorer

    return explore


def number(text):
    return float(text.replace(MINUS, "-"))


def shown(explorer):
    """The numbers in the cells of all outputs, None where there is none yet."""
    return [number(text) if text else None for text in explorer.locator(".lattice-output").all_inner_texts()]


def last_step(explorer):
    explorer.get_by_label("Output", exact=True).and_(explorer.locator("input")).press("End")


def choose(explorer, **settings):
    for label, value in settings.items():
        explorer.get_by_label(label.capitalize(), exact=True).select_option(str(value))


def agrees(explorer, x, weight, bias, rules):
    """All outputs, in order, are those of the package."""
    last_step(explorer)
    np.testing.assert_array_equal(shown(explorer), outputs(x, weight, bias, rules).ravel())


@pytest.mark.parametrize(("page", "preset"), PAGES.items())
def test_a_page_begins_with_its_preset(visit, page, preset):
    explorer = visit(f"book/{page}.html").locator("figure.explorer:has([data-explorer=convolution])")
    still = explorer.locator("img")
    assert f"convolution-{preset}" in still.get_attribute("src")
    explorer.scroll_into_view_if_needed()
    expect(still).to_be_hidden()
    assert explorer.get_by_label("Example").input_value() == preset
    numbers, y = shown(explorer), outputs(*arrays(preset)).ravel()
    known = [value for value in numbers if value is not None]
    assert 0 < len(known) < len(numbers) == y.size
    np.testing.assert_array_equal(known, y[: len(known)])


@pytest.mark.parametrize("preset", TITLES)
def test_every_padding_stride_and_dilation(explore, preset):
    explorer = explore(preset)
    x, weight, bias, _ = arrays(preset)
    for operation in OPERATIONS:
        choose(explorer, operation=operation)
        for padding, stride, dilation in [(0, 1, 1), (1, 2, 1), (2, 1, 2), (2, 3, 1), (1, 1, 3), (2, 2, 3)]:
            settings = {"padding": padding, "stride": stride, "dilation": dilation}
            choose(explorer, **settings)
            agrees(explorer, x, weight, bias, {"flip": operation == "convolution"} | settings)


def test_the_signal_is_that_of_convolve(explore):
    explorer = explore("signal")
    last_step(explorer)
    assert shown(explorer) == convolve(np.array([1, 3, 2, 0, 1]), np.array([4, 2, 1])).tolist()


@pytest.mark.parametrize("preset", TITLES)
def test_numbers_that_are_typed_count(explore, preset):
    explorer = explore(preset)
    x, weight, bias, rules = arrays(preset)
    named = preset == "strided"
    x[-1, -1, 2] = -2.5
    field = "Input, channel 2" if named else {"signal": "Signal", "image": "Image"}[preset]
    explorer.get_by_label(f"{field}, row {x.shape[1]}, column 3", exact=True).fill("-2.5")
    if named:
        choose(explorer, filter=1)
        weight[1, 1, 0, 2], bias[1] = 3, 0.25
        explorer.get_by_label("Filter 1, channel 1, row 1, column 3", exact=True).fill("3")
        explorer.get_by_label("Bias of filter 1, row 1, column 1").fill("0,25")
    else:
        weight[0, 0, 0, 2] = -0.5
        explorer.get_by_label("Kernel, row 1, column 3", exact=True).fill(f"{MINUS}0.5")
    agrees(explorer, x, weight, bias, rules)


@pytest.mark.parametrize("preset", TITLES)
def test_the_arithmetic_that_is_written_gives_the_output(explore, preset):
    explorer = explore(preset)
    factor = rf"\(?({MINUS}?[\d.]+)\)?"
    for operation in OPERATIONS:
        choose(explorer, operation=operation)
        for cell in explorer.locator(".lattice-output").all():
            cell.click()
            sums = []
            for channel in explorer.locator(".convolution-terms").all_inner_texts():
                terms, total = channel.split("= ")
                sums.append(sum(number(a) * number(b) for a, b in re.findall(f"{factor}·{factor}", terms)))
                assert number(total) == sums[-1]
            parts = re.split(r" = |\(channels", explorer.locator(".convolution-sum").inner_text().replace("\xa0", " "))
            if preset == "strided":
                bias = explorer.get_by_label(re.compile("^Bias")).and_(explorer.locator("input:visible"))
                sums.append(number(bias.input_value()))
                assert [number(part.strip("()")) for part in parts[1].split(" + ")] == sums
            value = number(cell.inner_text())
            assert sum(sums) == value == number(parts[2 if preset == "strided" else 1])


def window(explorer):
    """The box of the window in the first channel, and the numbers it lies on, from what is drawn."""
    box = explorer.locator(".lattice-window").first.bounding_box()
    fields = explorer.locator(".lattice").first.locator("input")
    inside = []
    for field in fields.all():
        its = field.bounding_box()
        middle = its["x"] + its["width"] / 2, its["y"] + its["height"] / 2
        if box["x"] < middle[0] < box["x"] + box["width"] and box["y"] < middle[1] < box["y"] + box["height"]:
            inside.append(number(field.input_value()))
    return inside


def test_a_click_on_an_output_marks_its_window(explore):
    explorer = explore("image")
    x = arrays("image")[0][0]
    for i, j in [(0, 1), (2, 2), (1, 0)]:
        cell = explorer.get_by_role("button", name=f"Output, row {i + 1}, column {j + 1}")
        cell.click()
        expect(cell).to_have_attribute("aria-current", "true")
        assert explorer.locator("[aria-current=true]").count() == 1
        assert window(explorer) == x[i : i + 3, j : j + 3].ravel().tolist()
        assert len([value for value in shown(explorer) if value is not None]) == 3 * i + j + 1
    assert explorer.locator(".lattice-tap").all_inner_texts() == TURNED[::-1] * 3
    choose(explorer, operation="convolution")
    assert explorer.locator(".lattice-tap").all_inner_texts() == TURNED * 3
    expect(explorer.get_by_text("turned by 180°")).to_be_visible()


def test_the_keyboard_alone(explore):
    explorer = explore("strided")
    page = explorer.page
    chosen = explorer.locator("[aria-current=true]")
    chosen.focus()
    for key, place in [
        ("ArrowRight", "row 2, column 3"),
        ("ArrowUp", "row 1, column 3"),
        ("ArrowUp", "row 1, column 3"),
    ]:
        page.keyboard.press(key)
        expect(chosen).to_have_attribute("aria-label", re.compile(f"^Output 0, {place}:"))
        expect(chosen).to_be_focused()
    page.keyboard.press("Tab")  # past the other cells of this filter
    expect(explorer.get_by_role("button", name="Output 1, row 1, column 1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(explorer.locator(".convolution-sum strong")).to_have_text("output[1, 0, 0]")
    expect(explorer.get_by_label("Filter", exact=True)).to_have_value("1")
    first = explorer.get_by_label("Filter 1, channel 0, row 1, column 1")
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.type("2")  # in place of what is there
    x, weight, bias, rules = arrays("strided")
    weight[1, 0, 1, 0] = 2
    agrees(explorer, x, weight, bias, rules)


def test_a_finger(explore):
    explorer = explore("strided", width="phone")
    page = explorer.page
    explorer.get_by_role("button", name="Output 0, row 3, column 1").tap()
    expect(explorer.locator(".convolution-sum strong")).to_have_text("output[0, 2, 0]")
    explorer.get_by_role("button", name="Next output").tap()
    expect(explorer.locator(".convolution-sum strong")).to_have_text("output[0, 2, 1]")
    explorer.get_by_role("button", name="Previous output").tap()
    expect(explorer.locator(".convolution-sum strong")).to_have_text("output[0, 2, 0]")
    for title in TITLES.values():
        explorer.get_by_label("Example").select_option(label=title)
        choose(explorer, padding=2, stride=1)
        for target in explorer.locator("button, select, .explorer-numbers input").all():
            if target.is_visible():
                box = target.bounding_box()
                assert min(box["width"], box["height"]) >= LEAST - 0.01, target.get_attribute("aria-label")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        for grid in explorer.locator(".lattice").all():
            assert grid.evaluate("(grid) => grid.scrollWidth <= grid.parentElement.clientWidth")


def test_a_kernel_that_does_not_fit_is_told_in_words(explore):
    explorer = explore("image")
    choose(explorer, dilation=3)
    expect(explorer.get_by_role("status").filter(has_text="its 3 taps reach over 7 rows")).to_be_visible()
    for part in (".lattice-output", ".lattice-window", ".convolution-sum", ".player", ".convolution-terms"):
        expect(explorer.locator(part).and_(explorer.locator(":visible"))).to_have_count(0)
    choose(explorer, padding=1)
    expect(explorer.get_by_text("does not fit")).to_have_count(0)
    agrees(explorer, *arrays("image")[:3], {"flip": False, "padding": 1, "stride": 1, "dilation": 3})


def test_what_is_no_number_changes_nothing_and_is_told(explore):
    explorer = explore("signal")
    last_step(explorer)
    before = shown(explorer)
    field = explorer.get_by_label("Kernel, row 1, column 1")
    field.fill("x")
    expect(explorer.get_by_text("holds no number")).to_be_visible()
    assert shown(explorer) == before
    field.fill("4")
    expect(explorer.get_by_text("holds no number")).to_have_count(0)


def test_it_plays_when_told_to(explore):
    explorer = explore("signal")
    line = explorer.locator(".convolution-sum strong")
    expect(line).to_have_text("output[2]")
    explorer.get_by_role("button", name="Play").click()
    expect(line).to_have_text("output[3]")
    explorer.get_by_role("button", name="Pause").click()
    expect(explorer.get_by_role("button", name="Play")).to_be_visible()


def test_a_screen_reader_is_told_the_output(explore):
    explorer = explore("signal")
    explorer.get_by_role("button", name="Output, row 1, column 2").click()
    expect(explorer.locator("[aria-live=polite]")).to_have_text("output[1] is 14")

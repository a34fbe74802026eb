"""The explorer of receptive fields: its numbers are the package's, by mouse, keyboard and touch."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from catalogue import Zeros
from playwright.sync_api import expect
from py_mini_racer import MiniRacer

from cnn_course import conv_output_size, nets, receptive_field, summary

BOOK = Path(__file__).parents[2] / "book"
sys.path.append(str(BOOK / "_ext"))

import explorer_data  # noqa: E402
import explorers  # noqa: E402
import field_data  # noqa: E402

GEOMETRY, VGG = "book/3-2-geometry.html", "book/5-3-vgg.html"
TIMES, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"


@pytest.fixture(scope="module")
def mathematics():
    """call(function, *arguments) calls a function of receptive.mjs."""
    context = MiniRacer()
    text = (BOOK / "_static" / "explorers" / "receptive.mjs").read_text(encoding="utf-8")
    context.eval(explorers.EXPORT.sub("", text))
    return lambda function, *arguments: json.loads(
        context.eval(f"JSON.stringify({function}(...{json.dumps(arguments)}))")
    )


@pytest.fixture(scope="module")
def networks():
    return json.loads(json.dumps(explorer_data.DATA["field"]()))


def _random_layers(rng):
    """Both paddings differ, as they do where a pool rounds up."""
    return [
        {
            "kernel": int(rng.integers(1, 6)),
            "stride": int(rng.integers(1, 4)),
            "padding": rng.integers(0, 4, 2).tolist(),
            "dilation": int(rng.integers(1, 4)),
        }
        for _ in range(rng.integers(1, 7))
    ]


def _numbers(layer):
    """What cnn_course takes by keyword."""
    return {
        "kernel_size": layer["kernel"],
        "stride": layer["stride"],
        "padding": [tuple(layer["padding"])],
        "dilation": layer["dilation"],
    }


@pytest.mark.parametrize("seed", range(30))
def test_levels_of_random_stacks_are_those_of_the_package(mathematics, seed):
    rng = np.random.default_rng(seed)
    side, layers = int(rng.integers(1, 80)), _random_layers(rng)
    levels = mathematics("trace", side, layers)
    assert levels[0] == {"side": side, "size": 1, "jump": 1, "start": 0}
    size = side
    for depth, (layer, level) in enumerate(zip(layers, levels[1:], strict=True), start=1):
        field = receptive_field([_numbers(below) for below in layers[:depth]])
        assert (level["size"], level["jump"], level["start"]) == (field.size, field.stride, field.offset)
        try:
            size = conv_output_size(size, **_numbers(layer)) if size else 0
        except ValueError:
            size = 0
        assert level["side"] == size


@pytest.mark.parametrize("seed", range(10))
def test_what_a_unit_sees_and_the_unit_nearest_to_a_pixel(mathematics, seed):
    """Every pixel is asked whether it lies in the field, and every unit how far its middle is."""
    rng = np.random.default_rng(seed)
    side = int(rng.integers(30, 60))
    level = {
        "side": int(rng.integers(2, 9)),
        "size": int(rng.integers(1, 30)),
        "jump": int(rng.integers(1, 8)),
        "start": int(rng.integers(-20, 5)),
    }
    fields = [level["start"] + unit * level["jump"] + np.arange(level["size"]) for unit in range(level["side"])]
    for unit, pixels in enumerate(fields):
        inside = int(np.isin(pixels, np.arange(side)).sum())
        expected = {"first": int(pixels[0]), "last": int(pixels[-1]), "inside": inside}
        assert mathematics("seen", level, unit, side) == expected
        assert mathematics("middle", level, unit) == pixels.mean()
    for pixel in rng.uniform(-10, side + 10, 10):
        distances = [abs(pixels.mean() - pixel) for pixels in fields]
        assert distances[mathematics("nearest", level, pixel)] == min(distances)
    ends = [end for pixels in fields for end in (-int(pixels[0]), int(pixels[-1]) - side + 1)]
    assert mathematics("overhang", [level], side) == max(0, *ends)


@pytest.mark.parametrize("name", field_data.CASE_STUDIES)
def test_levels_of_the_networks_are_those_of_summary(mathematics, networks, name):
    layers, side = networks[name]["layers"], networks[name]["side"]
    shape = (1 if name == "lenet5" else 3, side, side)
    rows = {row.name: row for row in summary(getattr(nets, name)(rng=Zeros()), shape).rows}
    levels = mathematics("trace", side, layers)[1:]
    for layer, level in zip(layers, levels, strict=True):
        row = rows[layer["name"]]
        assert row.receptive_field == (level["size"],) * 2
        assert (row.output_shape[1:] or (1, 1)) == (level["side"],) * 2
    *_, last = rows.values()
    assert last.receptive_field == (levels[-1]["size"],) * 2  # no other path sees farther


@pytest.fixture
def explore(visit):
    """explore(page, **options) gives the explorer of a chapter, in sight."""

    def explore(page, **options):
        figure = visit(page, **options).locator("figure.explorer:has([data-explorer=field])")
        figure.scroll_into_view_if_needed()
        figure.locator("svg.field-picture").wait_for()
        figure.locator("svg.field-picture").scroll_into_view_if_needed()
        return figure

    return explore


def _table(figure):
    """Units, step, start and field of each layer, as the page shows them."""
    rows = figure.locator(".field-layers tbody tr").all()[1:]
    return [[text.replace(MINUS, "-") for text in row.locator("td").all_inner_texts()] for row in rows]


def _expected_table(side, layers):
    table, size = [], side
    for depth, layer in enumerate(layers, start=1):
        field = receptive_field([_numbers(below) for below in layers[:depth]])
        size = conv_output_size(size, **_numbers(layer))
        table.append([str(number) for number in (size, field.stride, field.offset, field.size)])
    return table


def _sentence(side, layers, row, column):
    """What the page says of a unit of the last of these layers."""
    field = receptive_field([_numbers(layer) for layer in layers])
    ends, inside = [], []
    for unit in (row, column):
        pixels = field.offset + unit * field.stride + np.arange(field.size)
        ends.append(f"{pixels[0]} to {pixels[-1]}")
        inside.append(np.isin(pixels, np.arange(side)).sum())
    where = "all of them in the image."
    if inside != [field.size] * 2:
        where = f"of which {inside[0]} {TIMES} {inside[1]} lie in the image, the others in the padding."
    return (
        f"Unit ({row}, {column}) of layer {len(layers)} sees the rows {ends[0]} and the columns {ends[1]}: "
        f"{field.size} {TIMES} {field.size} pixels, {where}"
    )


def _says(figure, sentence):
    expect(figure.locator(".field-text")).to_have_text(sentence.replace("-", MINUS))


def _pixel(figure, side, row, column):
    """Where the middle of a pixel is, from the corner of the drawing."""
    box = figure.locator("svg .field-image").bounding_box()
    svg = figure.locator("svg.field-picture").bounding_box()
    scale = box["width"] / side
    return {"x": box["x"] - svg["x"] + (column + 0.5) * scale, "y": box["y"] - svg["y"] + (row + 0.5) * scale}


def _lies(figure, kind):
    """First column and row, width and height of a rectangle in the drawing."""
    found = figure.locator(f"svg .field-{kind}")
    return tuple(float(found.get_attribute(name)) for name in ("x", "y", "width", "height"))


def test_the_mouse_chooses_a_unit_of_vgg16(explore, networks):
    figure, side, layers = explore(VGG), networks["vgg16"]["side"], networks["vgg16"]["layers"]
    assert _table(figure) == _expected_table(side, layers)
    pooling = layers[:18]
    middle = _sentence(side, pooling, 3, 3)
    assert f"212 {TIMES} 212 pixels, all of them in the image" in middle
    _says(figure, middle)
    picture = figure.locator("svg.field-picture")
    pixel = 41.5, 177.5  # near the middles of units 1 and 5, at 15.5 + 32 u
    picture.hover(position=_pixel(figure, side, *pixel))
    _says(figure, _sentence(side, pooling, 1, 5))
    assert _lies(figure, "outside") == (15.5 + 5 * 32 - 105.5, 15.5 + 32 - 105.5, 212, 212)
    assert _lies(figure, "inside") == (70, 0, 154, 154)
    figure.locator(".field-text").hover()
    _says(figure, middle)
    picture.click(position=_pixel(figure, side, *pixel))
    figure.locator(".field-text").hover()
    _says(figure, _sentence(side, pooling, 1, 5))
    figure.get_by_role("button", name="features.14").click()
    _says(figure, _sentence(side, layers[:9], *(_nearest_unit(layers[:9], at) for at in (47.5, 175.5))))


def _nearest_unit(layers, pixel):
    """The unit with its middle nearest to this pixel; of two, the latter."""
    field = receptive_field([_numbers(layer) for layer in layers])
    return int(np.floor((pixel - field.offset - (field.size - 1) / 2) / field.stride + 0.5))


def test_only_the_middle_unit_of_the_last_pooling_of_vgg16_sees_no_padding(networks):
    sentences = {(i, j): _sentence(224, networks["vgg16"]["layers"][:18], i, j) for i in range(7) for j in range(7)}
    assert [unit for unit, sentence in sentences.items() if "all of them" in sentence] == [(3, 3)]


@pytest.mark.parametrize("name", field_data.CASE_STUDIES)
def test_the_table_of_each_network(explore, networks, name):
    figure = explore(VGG)
    figure.get_by_label("Network").select_option(name)
    assert _table(figure) == _expected_table(networks[name]["side"], networks[name]["layers"])
    assert figure.get_by_text("Add pooling").is_hidden()


def test_the_keyboard_chooses_layer_and_unit(explore):
    figure = explore(GEOMETRY)
    stack = [{"kernel": 3, "stride": 1, "padding": [1, 1], "dilation": 1}] * 3
    _says(figure, _sentence(15, stack, 7, 7))
    picture = figure.locator("svg.field-picture")
    picture.focus()
    for key in ["ArrowUp"] * 2 + ["ArrowLeft"] * 9 + ["ArrowRight"]:
        picture.press(key)
    _says(figure, _sentence(15, stack, 5, 1))  # it had stopped at 0
    figure.get_by_role("slider", name="Layer").press("ArrowLeft")
    _says(figure, _sentence(15, stack[:2], 5, 1))
    figure.get_by_role("button", name="layer 1").press("Enter")
    _says(figure, _sentence(15, stack[:1], 5, 1))
    expect(figure.locator("[aria-live]")).to_have_text(figure.locator(".field-text").inner_text())
    figure.get_by_role("button", name="Next layer").press("Space")
    _says(figure, _sentence(15, stack[:2], 5, 1))
    arithmetic = figure.locator(".field-arithmetic tr").all_inner_texts()
    assert [re.sub(r"\s+", " ", line).strip() for line in arithmetic] == [
        "step J = 1 · 1 = 1",
        f"start a = {MINUS}1 {MINUS} 1 · 1 = {MINUS}2",
        f"field r = 3 + (3 {MINUS} 1) · 1 = 5",
        f"first row a + uJ = {MINUS}2 + 5 · 1 = 3",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_finger_chooses_layer_and_unit(explore, networks, theme):
    figure = explore(VGG, width="phone", theme=theme)
    side, layers = networks["vgg16"]["side"], networks["vgg16"]["layers"]
    figure.locator("svg.field-picture").tap(position=_pixel(figure, side, 210, 10))
    _says(figure, _sentence(side, layers[:18], 6, 0))
    figure.get_by_role("button", name="features.0").tap()
    _says(figure, _sentence(side, layers[:1], *(_nearest_unit(layers[:1], pixel) for pixel in (207.5, 15.5))))
    figure.get_by_role("button", name="Next layer").tap()
    _says(figure, _sentence(side, layers[:2], *(_nearest_unit(layers[:2], pixel) for pixel in (207.5, 15.5))))
    for control in figure.locator("button:visible, select:visible").all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    assert figure.page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_stack_of_ones_own(explore):
    figure, side = explore(GEOMETRY), 41
    stack = [{"kernel": 3, "stride": 1, "padding": [1, 1], "dilation": 1} for _ in range(3)]
    pool = {"kernel": 2, "stride": 2, "padding": [0, 0], "dilation": 1}

    def agrees(layers):
        assert _table(figure) == _expected_table(side, layers)

    figure.get_by_label("Side of the image").fill(str(side))
    agrees(stack)
    figure.get_by_label("Stride").fill("2")  # of the last layer: the field stays
    stack[2]["stride"] = 2
    agrees(stack)
    assert _table(figure)[2][3] == "7"
    figure.get_by_label("Stride").fill("1")
    figure.get_by_role("button", name="layer 1").click()
    figure.get_by_label("Stride").fill("2")
    stack[2]["stride"], stack[0]["stride"] = 1, 2
    agrees(stack)
    assert _table(figure)[2][3] == "11"
    figure.get_by_role("button", name="Add pooling").click()
    stack.insert(1, dict(pool))
    agrees(stack)
    figure.get_by_label("Padding").fill("3")  # more than half of a window is refused
    stack[1]["padding"] = [1, 1]
    agrees(stack)
    figure.get_by_label("Kernel").fill("4")
    figure.get_by_label("Dilation").fill("2")
    stack[1] |= {"kernel": 4, "dilation": 2}
    agrees(stack)
    figure.get_by_role("button", name="Add convolution").click()
    stack.insert(2, {"kernel": 3, "stride": 1, "padding": [1, 1], "dilation": 1})
    agrees(stack)
    figure.get_by_role("button", name="layer 1").click()
    figure.get_by_role("button", name="Remove layer").click()
    agrees(stack[1:])
    _says(figure, _sentence(side, stack[1:2], *[_nearest_unit(stack[1:2], (side - 1) / 2)] * 2))
    figure.get_by_label("Network").select_option("lenet5")
    figure.get_by_label("Network").select_option("stack")
    agrees(stack[1:])  # it is kept


def test_a_stack_in_which_a_window_does_not_fit(explore):
    figure = explore(GEOMETRY)
    for _ in range(3):
        figure.get_by_role("button", name="Add pooling").click()
    figure.get_by_label("Kernel").fill("5")
    assert [row[0] for row in _table(figure)] == ["15", "15", "15", "7", "3", "none"]
    _says(
        figure,
        "Layer 6 has no unit: its window reaches over 5 positions, and below it there are 3, with the padding. "
        "Enlarge the image, or change a layer.",
    )
    assert figure.locator("svg .field-inside").is_hidden()
    figure.get_by_role("button", name="layer 5").click()
    assert figure.locator("svg .field-inside").is_visible()

"""The explorer of geometries: its sizes and matrices are the package's, by mouse, by keyboard and by touch."""

import functools
import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from cnn_course import conv1d, conv_output_size, conv_transpose1d, conv_transpose_output_size

SIZES = Path(__file__).parents[2] / "book" / "_static" / "explorers" / "sizes.mjs"
CONVOLUTION, TRANSPOSED = "book/3-2-geometry.html", "book/3-4-transposed-convolution.html"
LABELS = {"i": "input", "k": "kernel k", "s": "stride s", "p": "padding p", "d": "dilation d", "a": "output padding a"}
SUBSCRIPTS = "₀₁₂₃₄"


def geometries(transposed):
    """All of them, small enough to be computed in seconds."""
    ranges = (range(1, 7), range(1, 6), range(1, 5), range(4), range(1, 4), range(4) if transposed else [0])
    return [dict(zip("ikspda", numbers, strict=True), transposed=transposed) for numbers in product(*ranges)]


def package_size(geometry):
    """The number of outputs, or None where the package refuses."""
    i, k, a = (geometry[name] for name in "ika")
    numbers = {"stride": geometry["s"], "padding": geometry["p"], "dilation": geometry["d"]}
    try:
        if geometry["transposed"]:
            return conv_transpose_output_size(i, k, **numbers, output_padding=a)
        return conv_output_size(i, k, **numbers)
    except ValueError:
        return None


def package_matrix(geometry):
    """Where each weight stands: the images of unit vectors under a kernel whose tap r is r + 1, less 1."""
    return _package_matrix(**geometry)


@functools.cache
def _package_matrix(i, k, s, p, d, a, transposed):
    unit, weight = np.eye(i)[:, None], np.arange(1.0, k + 1)[None, None]
    numbers = {"stride": s, "padding": p, "dilation": d}
    if transposed:
        return conv_transpose1d(unit, weight, **numbers, output_padding=a)[:, 0].T.astype(int) - 1
    return conv1d(unit, weight, **numbers)[:, 0].T.astype(int) - 1


@pytest.fixture(scope="module")
def compute():
    """compute(expression, geometries) evaluates an expression of g and of sizes.mjs for each of them."""
    engine = MiniRacer()
    engine.eval(SIZES.read_text(encoding="utf-8").replace("export ", ""))

    def compute(expression, given):
        return json.loads(engine.eval(f"JSON.stringify({json.dumps(given)}.map((g) => ({expression})))"))

    return compute


@pytest.fixture(scope="module", params=[False, True], ids=["convolution", "transposed"])
def possible(request):
    return [geometry for geometry in geometries(request.param) if package_size(geometry)]


@pytest.mark.parametrize("transposed", [False, True])
def test_sizes_and_what_is_impossible(compute, transposed):
    given = geometries(transposed)
    found = compute("problem(g) ? null : outputs(g)", given)
    assert found == [package_size(geometry) for geometry in given]
    assert None in found


def test_matrices(compute, possible):
    found = compute("matrix(g).map((row) => row.map((tap) => tap ?? -1))", possible)
    for geometry, entries in zip(possible, found, strict=True):
        assert np.array_equal(entries, package_matrix(geometry)), geometry


def test_an_output_reads_what_stands_in_its_row(compute, possible):
    found = compute(
        "[...Array(outputs(g)).keys()].map((o) => reads(g, o).map(({ input, tap }) => [input, tap]))", possible
    )
    for geometry, pairs in zip(possible, found, strict=True):
        entries = package_matrix(geometry)
        for output, read in enumerate(pairs):
            inputs = {input_: tap for input_, tap in read if 0 <= input_ < geometry["i"]}
            assert inputs == {j: r for j, r in enumerate(entries[output]) if r >= 0}, geometry
            assert geometry["transposed"] or [tap for _, tap in read] == list(range(geometry["k"]))


def test_the_transpose(compute, possible):
    """Both ways; with an output padding of s or more the convolution has rows that nothing corresponds to."""
    found = compute("matrix(transpose(g)).map((row) => row.map((tap) => tap ?? -1))", possible)
    for geometry, entries in zip(possible, found, strict=True):
        assert np.array_equal(entries[: geometry["i"]], package_matrix(geometry).T), geometry
        assert len(entries) == geometry["i"] or geometry["a"] >= geometry["s"], geometry


def test_what_is_left_over_is_the_output_padding(compute):
    given = [geometry for geometry in geometries(False) if package_size(geometry)]
    for geometry, behind in zip(given, compute("sides(g).behind", given), strict=True):
        back = {**geometry, "transposed": True, "i": package_size(geometry), "a": behind}
        assert package_size(back) == geometry["i"], geometry


def test_positions_that_nothing_reads(compute):
    """The padded row as an input without padding: columns of zeros."""
    given = [geometry for geometry in geometries(False) if package_size(geometry)]
    for geometry, found in zip(given, compute("unconnected(g)", given), strict=True):
        p = geometry["p"]
        entries = package_matrix({**geometry, "i": geometry["i"] + 2 * p, "p": 0})
        assert [t + p for t in found] == list(np.flatnonzero((entries < 0).all(axis=0))), geometry


class Explorer:
    """The explorer on a page, as a reader sees it."""

    def __init__(self, page):
        self.page = page
        self.figure = page.locator("figure.explorer", has=page.locator("[data-explorer=geometry]"))
        self.figure.scroll_into_view_if_needed()
        self.rows = self.figure.locator(".geometry-rows")
        self.rows.wait_for()

    def slider(self, name):
        return self.figure.get_by_label(LABELS[name], exact=True)

    def set(self, **numbers):
        for name, number in numbers.items():
            self.slider(name).fill(str(number))

    @property
    def geometry(self):
        """What the controls say."""
        layer = self.figure.get_by_label("layer").input_value()
        numbers = {name: int(self.slider(name).input_value()) for name in LABELS}
        return {**numbers, "transposed": layer == "true", "a": numbers["a"] if layer == "true" else 0}

    def matrix(self, place=0):
        """The taps that a matrix shows, and the numbers of its marked row or column."""
        picture = self.figure.locator(".geometry-below svg").nth(place)
        entries = picture.locator("text:not(.index)").evaluate_all(
            "(all) => all.map((e) => [+e.getAttribute('y'), +e.getAttribute('x'), e.textContent])"
        )
        rows, columns = (
            int(number)
            for number in picture.evaluate(
                "(e) => [e.viewBox.baseVal.height / 28 - 1, e.viewBox.baseVal.width / 28 - 1]"
            )
        )
        found = np.full((rows, columns), -1)
        for y, x, name in entries:
            found[int(y // 28) - 1, int(x // 28) - 1] = SUBSCRIPTS.index(name[1])
        return found, picture.locator(".index.marked").all_text_contents()

    def sum(self):
        return self.figure.locator(".geometry-sum").inner_text()

    def agrees(self, output):
        """Whether the matrices, the sum and the formula are the package's."""
        geometry, (entries, marked) = self.geometry, self.matrix()
        expected = package_matrix(geometry)
        np.testing.assert_array_equal(entries, expected)
        assert marked == [str(output)]
        terms = [f"w{SUBSCRIPTS[r]} · input {j}" for j, r in enumerate(expected[output]) if r >= 0]
        shown = self.sum().removeprefix(f"output {output} = ").split(" + ")
        assert sorted(term for term in shown if "input" in term) == sorted(terms)
        assert all(term.endswith(" · 0") or term == "0" for term in shown if "input" not in term)
        assert f"={package_size(geometry)}" in "".join(self.figure.locator(".geometry-formula").inner_text().split())
        if geometry["transposed"]:
            other, column = self.matrix(1)
            np.testing.assert_array_equal(other[: geometry["i"]], expected.T)
            assert column == marked

    def point(self, output):
        """Where an output stands, in pixels of the drawing."""
        cell = self.rows.locator("rect.output").nth(output)
        box, rows = cell.bounding_box(), self.rows.bounding_box()
        return {"x": box["x"] + box["width"] / 2 - rows["x"], "y": box["y"] + box["height"] / 2 - rows["y"]}


def test_mouse(visit):
    explorer = Explorer(visit(CONVOLUTION))
    explorer.agrees(1)
    explorer.rows.click(position=explorer.point(3))
    explorer.agrees(3)
    explorer.figure.locator(".geometry-below svg").first.click(position={"x": 60, "y": 28 * 3.5})
    explorer.agrees(2)
    explorer.figure.get_by_label("Next output").click()
    explorer.agrees(3)
    explorer.figure.get_by_label("layer").select_option("transposed convolution")
    assert explorer.geometry == {"i": 4, "k": 3, "s": 2, "p": 1, "d": 1, "a": 1, "transposed": True}
    explorer.agrees(3)
    explorer.figure.locator(".geometry-below svg").nth(1).click(position={"x": 28 * 6.5, "y": 60})
    explorer.agrees(5)
    explorer.figure.get_by_label("layer").select_option("convolution")
    assert explorer.geometry == {"i": 8, "k": 3, "s": 2, "p": 1, "d": 1, "a": 0, "transposed": False}


def test_keyboard(visit):
    explorer = Explorer(visit(TRANSPOSED, theme="dark"))
    explorer.agrees(3)
    explorer.rows.click(position=explorer.point(6))
    explorer.page.keyboard.press("ArrowLeft")
    explorer.agrees(5)
    explorer.slider("k").press("ArrowRight")
    explorer.slider("d").press("ArrowRight")
    assert (explorer.geometry["k"], explorer.geometry["d"]) == (4, 2)
    explorer.agrees(5)
    explorer.figure.get_by_label("layer").press("c")
    explorer.agrees(3)  # the convolution has no output 5
    explorer.slider("p").press("Home")
    explorer.agrees(package_size(explorer.geometry) - 1)


def test_touch(visit):
    explorer = Explorer(visit(CONVOLUTION, width="phone"))
    explorer.rows.tap(position=explorer.point(0))
    explorer.agrees(0)
    explorer.figure.get_by_label("Next output").tap()
    explorer.agrees(1)
    explorer.set(p=0)
    assert "No output reads the input 7." in explorer.figure.inner_text()
    explorer.set(i=16, k=1, s=1)
    explorer.rows.tap(position=explorer.point(11))
    explorer.agrees(11)
    assert explorer.page.evaluate("document.documentElement.scrollWidth") == 390
    for control in explorer.figure.locator("button:visible, select:visible, input:visible").all():
        assert control.bounding_box()["height"] >= 44 or control.get_attribute("aria-label") == "Output"


IMPOSSIBLE = {
    CONVOLUTION: ({"i": 2, "k": 2, "p": 0, "d": 3}, "+ 1 = 4 positions"),
    TRANSPOSED: ({"s": 1, "d": 2, "a": 2}, "a = 2 and max(s, d) = 2"),
}


@pytest.mark.parametrize("page", IMPOSSIBLE)
def test_random_geometries(visit, page):
    """Sliders move what they have to: the input to what the drawing has room for, and nothing else."""
    explorer, rng = Explorer(visit(page)), np.random.default_rng(29)
    ranges = {"k": (1, 6), "s": (1, 5), "p": (0, 5), "d": (1, 4)} | ({"a": (0, 4)} if page == TRANSPOSED else {})
    drawn = [{name: int(rng.integers(*ends)) for name, ends in ranges.items()} for _ in range(8)]
    impossible, rule = IMPOSSIBLE[page]
    for numbers in (*drawn, impossible):
        explorer.set(**{"i": int(explorer.slider("i").get_attribute("max")) // 2, **numbers})
        assert explorer.geometry == explorer.geometry | numbers
        size = package_size(explorer.geometry)
        assert (explorer.figure.locator(".geometry-problem").inner_text() == "") == (size is not None)
        assert explorer.figure.locator(".geometry-below").is_visible() == (size is not None)
        if size:
            output = int(rng.integers(size))
            explorer.rows.click(position=explorer.point(output))
            explorer.agrees(output)
    assert rule in explorer.figure.locator(".geometry-problem").inner_text()

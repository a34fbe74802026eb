"""Draw a digit: what the page computes is what the package computes, and every way to draw changes it."""

import functools
import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
from py_mini_racer import MiniRacer

import cnn_course as C
from cnn_course.zoo import pretrained

EXPLORERS = Path(__file__).parents[2] / "book" / "_static" / "explorers"
PAGE = "book/5-1-lenet.html"
PLAIN, CERTIFIED = "lenet5-mnist", "lenet5-mnist-certified"
SHOWN = {"C1": "relu1", "S2": "pool1", "C3": "relu2", "S4": "pool2", "C5": "relu3", "F6": "relu4"}
FIRST = 41  # of the sample: the digit at the start
SEVEN = [(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]  # corners, in parts of the paper's width
rng = np.random.default_rng(2026)


# The modules of the mathematics, by themselves.


@functools.cache
def engine():
    context = MiniRacer()
    for module in ("network", "drawing", "certificate"):
        context.eval(re.sub("^export ", "", (EXPLORERS / f"{module}.mjs").read_text(encoding="utf-8"), flags=re.M))
    return context


def script(expression, **values):
    """The value of an expression in the names of the values: arrays become lists there, and what comes back, too."""
    names, texts = (
        ", ".join(values),
        ", ".join(json.dumps(v.tolist() if hasattr(v, "tolist") else v) for v in values.values()),
    )
    plain = "(key, value) => ArrayBuffer.isView(value) ? Array.from(value) : value"
    return json.loads(engine().eval(f"JSON.stringify((({names}) => {expression})({texts}), {plain})"))


def layer(name, x, **numbers):
    """The output of a function of network.mjs for one image."""
    y = script(f"{name}({{shape, data}}, numbers)", shape=list(x.shape), data=x.ravel(), numbers=numbers)
    return np.reshape(y["data"], y["shape"])


@pytest.mark.parametrize(("stride", "padding", "kernel"), [(1, 0, 3), (1, 2, 5), (2, 2, 5), (3, 1, 4), (2, 0, 1)])
def test_conv2d(stride, padding, kernel):
    x, weight, bias = (rng.standard_normal(shape) for shape in ((3, 11, 13), (5, 3, kernel, kernel), (5,)))
    y = layer(
        "conv2d", x, weight=weight.ravel().tolist(), bias=bias.tolist(), kernel=kernel, stride=stride, padding=padding
    )
    np.testing.assert_allclose(y, C.conv2d(x[None], weight, bias, stride=stride, padding=padding)[0], atol=1e-12)


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (3, 1)])
def test_max_pool2d(kernel, stride):
    x = rng.standard_normal((3, 11, 13))
    assert (
        layer("maxPool2d", x, kernel=kernel, stride=stride) == C.max_pool2d(x[None], kernel, stride=stride)[0]
    ).all()


def test_linear_relu_and_softmax():
    x, weight, bias = rng.standard_normal(17), rng.standard_normal((5, 17)), rng.standard_normal(5)
    y = layer("linear", x, weight=weight.ravel().tolist(), bias=bias.tolist())
    np.testing.assert_allclose(y, weight @ x + bias, atol=1e-12)
    assert (layer("relu", x) == C.relu(x)).all()
    logits = 1000 + 10 * y  # whose exponentials are no numbers
    np.testing.assert_allclose(script("softmax(logits)", logits=logits), C.softmax(logits[None])[0], atol=1e-12)


def test_the_radius_is_never_rounded_up():
    for radius in (*10 ** rng.uniform(-6, 4, 200), 1.0, 0.1, 0.0):
        text = script("atMost(radius)", radius=radius)
        assert radius * 0.99 - 1e-12 <= float(text) <= radius * (1 + 1e-12)


@pytest.mark.parametrize("size", [0.02, 0.7, 2.3])
def test_changes_have_the_size_that_is_told(size):
    image = C.mnist_sample()[0][FIRST].ravel().astype(np.float64)
    places = [*np.flatnonzero((image > 0) & (image < 0.9))[:5].tolist(), *range(9)]  # some have ink, and room for more
    for moved in (
        script("spread(x, size)", x=image, size=size),
        script("speck(x, size, at)", x=image, size=size, at=places),
    ):
        assert np.linalg.norm(moved - image) == pytest.approx(size)
        assert min(moved) >= 0
        assert max(moved) <= 1


def test_the_form_is_that_of_mnist():
    """A digit of MNIST that is enlarged five times and moved gets its own form and place back."""
    images = C.mnist_sample()[0][:, 0].astype(np.float64)
    for image in images[::3]:
        rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
        cut = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        if max(cut.shape) != 20:
            continue
        ink = np.zeros((140, 140))
        large = cut.repeat(5, axis=0).repeat(5, axis=1)
        top, left = (rng.integers(141 - side) for side in large.shape)
        ink[top : top + large.shape[0], left : left + large.shape[1]] = large
        np.testing.assert_allclose(script("toMnist(ink)", ink=ink.ravel()), image.ravel(), atol=1e-12)


def test_the_form_of_a_small_drawing_and_of_none():
    image = np.reshape(script("toMnist(inkOf(strokes))", strokes=[[[20.0, 30.0], [32.0, 30.0]]]), (28, 28))
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    assert (columns[0], columns[-1]) == (4, 23)  # 24 pixels become 20, around the pixel 14
    assert len(rows) == 10  # and 12 become 10
    assert not any(script("toMnist(inkOf([]))"))


# The page.


@pytest.fixture
def explorer(visit):
    def open_explorer(network=PLAIN, **options):
        page = visit(PAGE, **options)
        page.locator("#explorer-digit").scroll_into_view_if_needed()
        page.locator(".digit-answer").wait_for()
        if network != PLAIN:
            page.get_by_label("Network").select_option(network)
            page.locator(".digit-layers", has_not_text="S2").wait_for()  # which the certified network does not have
        return page

    return open_explorer


def drawn(page):
    """Wait until what has been done is drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def probabilities(page):
    drawn(page)
    return np.array(
        page.eval_on_selector_all(
            ".digit-bar", "all => all.map((bar) => Number(bar.style.getPropertyValue('--share')))"
        )
    )


def answer(page):
    drawn(page)
    return page.locator(".digit-answer > :first-child").text_content()


def pictures(page, selector):
    """The pictures of canvases, from 0 to 1."""
    return [
        np.reshape(data["alpha"], (data["height"], data["width"])) / 255
        for data in page.eval_on_selector_all(
            f"{selector} canvas",
            """all => all.map((canvas) => {
              const { width, height, data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              return { width, height, alpha: Array.from(data).filter((value, at) => at % 4 === 3) };
            })""",
        )
    ]


TAKE_ALL = """async () => {
  const results = [], frame = () => new Promise(requestAnimationFrame);
  for (let k = 0; k < 100; k++) {
    document.querySelectorAll(".digit-samples button")[Math.floor(k / 10)].click();
    await frame();
    await frame();
    const title = document.querySelector(".digit-certificate b"), bars = [...document.querySelectorAll(".digit-bar")];
    results.push({
      probabilities: bars.map((bar) => Number(bar.style.getPropertyValue("--share"))),
      answer: Number(document.querySelector(".digit-answer > :first-child").textContent),
      exact: Number(title.dataset.exact),
      shown: Number(title.textContent.split("=")[1]),
    });
  }
  return results;
}"""


@pytest.mark.parametrize("name", [PLAIN, CERTIFIED])
def test_it_reads_all_digits_as_the_package_does(explorer, name):
    images, network = C.mnist_sample()[0], pretrained(name)
    expected = C.softmax(network(images))
    logits = C.linearize(network, images.astype(np.float64)).output
    radii = C.certified_radius(logits, C.lipschitz_bound(network, (1, 28, 28)))
    results = explorer(name).evaluate(TAKE_ALL)
    np.testing.assert_allclose([result["probabilities"] for result in results], expected, atol=1e-5)
    assert [result["answer"] for result in results] == expected.argmax(axis=1).tolist()
    np.testing.assert_allclose([result["exact"] for result in results], radii, rtol=1e-6)
    assert all(0.99 * radius < result["shown"] <= radius for result, radius in zip(results, radii, strict=True))


@pytest.mark.parametrize("name", [PLAIN, CERTIFIED])
def test_every_map(explorer, name):
    page, y = explorer(name), C.mnist_sample()[0][FIRST : FIRST + 1]
    outputs = {}
    for key, each in pretrained(name).children.items():
        y = outputs[key] = each(y)
    rows = page.locator(".digit-layers > div")
    titles = [rows.nth(k).locator("b").text_content() for k in range(rows.count())]
    assert titles == [title for title, key in SHOWN.items() if key in outputs]
    for k, title in enumerate(titles):
        expected = outputs[SHOWN[title]][0]
        shown = pictures(page, f".digit-layers > div:nth-child({k + 1})")
        if expected.ndim == 1:
            expected = expected[None]
            shown = [np.concatenate([picture.ravel() for picture in shown])]
        np.testing.assert_allclose(np.stack(shown), expected / expected.max(), atol=0.6 / 255)
    np.testing.assert_allclose(pictures(page, ".digit-input")[0], C.mnist_sample()[0][FIRST, 0], atol=0.6 / 255)


def check(page, name=PLAIN):
    """What is shown is what the package says of the input that is shown, up to the 8 bits of its pixels."""
    image = pictures(page, ".digit-input")[0].astype(np.float32)
    expected = C.softmax(pretrained(name)(image[None, None]))[0]
    np.testing.assert_allclose(probabilities(page), expected, atol=0.02)


def points(page, corners, steps=8):
    """The way from corner to corner, on the screen."""
    page.locator(".digit-paper").scroll_into_view_if_needed()
    box = page.locator(".digit-paper").bounding_box()
    way = [np.array(corners[0])]
    for a, b in itertools.pairwise(corners):
        way += [np.array(a) + (np.array(b) - a) * k / steps for k in range(1, steps + 1)]
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in way]


def test_the_mouse_draws(explorer):
    page = explorer()
    assert answer(page) == "4"
    first, *rest = points(page, SEVEN)
    page.mouse.move(*first)
    drawn(page)
    assert answer(page) == "4"  # no button has been pressed
    page.mouse.down()
    for point in rest:
        page.mouse.move(*point)
    page.mouse.up()
    assert answer(page) == "7"
    check(page)
    before = probabilities(page)
    page.mouse.move(*first)
    assert (probabilities(page) == before).all()  # nor is it any more

    (x0, y0), (x1, y1) = points(page, [(0.3, 0.5), (0.75, 0.5)], steps=1)
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move(x1, y1)
    page.mouse.up()
    assert (probabilities(page) != before).any()
    page.get_by_role("button", name="Undo").click()
    assert (probabilities(page) == before).all()
    page.get_by_role("button", name="Clear").click()
    drawn(page)
    assert not pictures(page, ".digit-input")[0].any()
    check(page)


def test_a_finger_draws_and_moves_no_page(explorer):
    page = explorer(CERTIFIED, width="phone", theme="dark")
    way, touch = points(page, SEVEN), page.context.new_cdp_session(page)
    before, scrolled = answer(page), page.evaluate("scrollY")

    def send(kind, *touched):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in touched]})

    send("touchStart", way[0])
    for point in way[1:]:
        send("touchMove", point)
    send("touchEnd")
    assert before == "4"
    assert answer(page) == "7"
    check(page, CERTIFIED)
    assert page.evaluate("scrollY") == scrolled
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Take a 3 of MNIST").tap()
    assert answer(page) == "3"


def test_the_keyboard_draws(explorer):
    page = explorer()
    page.get_by_role("button", name="Clear").focus()
    page.keyboard.press("Enter")
    blank = probabilities(page)
    page.locator(".digit-paper").focus()
    page.keyboard.press("ArrowUp")
    assert (probabilities(page) == blank).all()  # the pen is not down
    page.keyboard.press("Space")
    scrolled = page.evaluate("scrollY")
    for _ in range(16):
        page.keyboard.press("ArrowDown")
    assert answer(page) == "1"
    check(page)
    before = probabilities(page)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    assert (probabilities(page) == before).all()
    assert page.evaluate("scrollY") == scrolled
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Enter")
    assert (probabilities(page) == blank).all()


def test_a_screen_reader_is_told(explorer):
    page = explorer()
    page.get_by_role("button", name="Take a 8 of MNIST").click()
    page.locator(".explorer-stage [aria-live]", has_text="The network says 8, with").wait_for(state="attached")

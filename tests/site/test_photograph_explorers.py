"""Filters on photographs: what the pages compute is what the package computes, by mouse, keyboard and finger."""

import base64
import functools
import io
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from py_mini_racer import MiniRacer

import cnn_course as C

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "book" / "_ext"))
import explorer_data  # noqa: E402

FRONT, CHAPTER = "book/index.html", "book/1-3-discrete-convolution.html"
SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
KERNELS = {  # by the name in the sweep
    "vertical edges": SOBEL,
    "horizontal edges": SOBEL.T,
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "blur": np.outer([1, 2, 1], [1, 2, 1]) / 16,
}
FAINT = 45
rng = np.random.default_rng(1911)


# The module of the mathematics, by itself.


@functools.cache
def engine():
    context = MiniRacer()
    text = (ROOT / "book" / "_static" / "explorers" / "filters.mjs").read_text(encoding="utf-8")
    context.eval(re.sub("^export ", "", text, flags=re.MULTILINE))
    return context


def script(expression, **values):
    """The value of an expression in the names of the values: an array with three axes is an image there."""
    texts = [json.dumps(as_image(v) if np.ndim(v) == 3 else v.tolist() if np.ndim(v) else v) for v in values.values()]
    plain = "(key, value) => ArrayBuffer.isView(value) ? Array.from(value) : value"
    call = f"(({', '.join(values)}) => {expression})({', '.join(texts)})"
    found = json.loads(engine().eval(f"JSON.stringify({call}, {plain})"))
    if not isinstance(found, dict):
        return np.array(found)
    return np.reshape(found["planes"], (len(found["planes"]), found["rows"], found["columns"]))


def as_image(planes):
    return {"rows": planes.shape[1], "columns": planes.shape[2], "planes": planes.reshape(len(planes), -1).tolist()}


@pytest.mark.parametrize("mode", ["valid", "same"])
@pytest.mark.parametrize("size", [(1, 1), (3, 3), (5, 3), (1, 7), (7, 5)])
@pytest.mark.parametrize("colours", [1, 3])
def test_correlation_with_any_odd_kernel(mode, size, colours):
    image, kernel = rng.standard_normal((colours, 11, 13)), rng.standard_normal(size)
    found = script("correlate(image, kernel, mode)", image=image, kernel=kernel, mode=mode)
    padding = tuple((m - 1) // 2 for m in size) if mode == "same" else 0
    weight = np.tile(kernel, (colours, 1, 1, 1))
    np.testing.assert_allclose(found, C.conv2d(image[None], weight, padding=padding, groups=colours)[0], atol=1e-12)
    for plane, result in zip(image, found, strict=True):
        np.testing.assert_allclose(result, C.correlate(plane, kernel, mode), atol=1e-12)


def test_a_kernel_larger_than_the_image_has_no_windows():
    found = script("correlate(image, kernel)", image=np.ones((1, 3, 7)), kernel=np.ones((5, 5)))
    assert found.shape == (1, 0, 3)


@pytest.mark.parametrize("mode", ["valid", "same"])
def test_a_separable_kernel_in_two_passes(mode):
    image, column, row = rng.standard_normal((3, 17, 13)), rng.standard_normal(5), rng.standard_normal(7)
    found = script("separable(image, column, row, mode)", image=image, column=column, row=row, mode=mode)
    for plane, result in zip(image, found, strict=True):
        np.testing.assert_allclose(result, C.correlate(plane, np.outer(column, row), mode), atol=1e-12)


@pytest.mark.parametrize("sigma", [1, 2.5, 6])
def test_the_bell(sigma):
    bell = script("gaussian(sigma)", sigma=sigma)
    t = np.arange(len(bell)) - len(bell) // 2
    assert t[-1] >= 3 * sigma > t[-1] - 1
    np.testing.assert_allclose(bell.sum(), 1, rtol=1e-14)
    np.testing.assert_allclose(np.log(bell / bell[t == 0]), -(t**2) / (2 * sigma**2), atol=1e-12)


def test_the_size_of_the_gradient_and_grey():
    across, down = rng.standard_normal((2, 3, 5, 7))
    np.testing.assert_allclose(script("magnitude(a, b)", a=across, b=down), np.sqrt(across**2 + down**2), rtol=1e-14)
    np.testing.assert_allclose(
        script("toGray(image)", image=across)[0], C.to_gray(across.transpose(1, 2, 0)), atol=1e-12
    )


def test_pixels():
    values = np.array([-3.0, -1, -0.5, 0, 0.5, 1, 3]).reshape(1, 1, 7)
    for shown, expected in {
        "brightness": [0, 0, 0, 0, 128, 255, 255],  # halves go to the even number
        "middle": [0, 0, 64, 128, 191, 255, 255],
        "absolute": [255, 255, 128, 0, 128, 255, 255],
    }.items():
        for white in (1, 10):
            bytes_ = script("toPixels(image, shown, white)", image=white * values, shown=shown, white=white).reshape(
                7, 4
            )
            assert bytes_[:, :3].T.tolist() == 3 * [expected]
            assert (bytes_[:, 3] == 255).all()
    image = rng.integers(0, 256, (3, 5, 7))
    assert (
        script("toPixels(image, 'brightness', 255)", image=image).reshape(5, 7, 4)[..., :3] == image.transpose(1, 2, 0)
    ).all()
    back = script("fromPixels(toPixels(image, 'brightness', 255), 5, 7)", image=image)
    np.testing.assert_allclose(255 * back, image, atol=1e-12)


@pytest.mark.parametrize("name", script("Object.keys(KERNELS)").tolist())
def test_what_keeps_plain_areas_is_shown_as_it_is(name):
    shown = str(script(f"showing(KERNELS.{name}.kernel, KERNELS.{name}.divisor)"))
    plain = script(f"correlate(image, KERNELS.{name}.kernel)", image=np.ones((1, 3, 3))) / script(
        f"KERNELS.{name}.divisor"
    )
    assert shown == {0: "middle", 1: "brightness"}[round(float(plain.item()), 9)]


# The pages.


def come_near(page, figure):
    """Scroll to an explorer until it is there: what lies above it is measured on the way, and moves it."""
    page.wait_for_function(
        """(name) => {
            const figure = document.querySelector(name);
            figure.scrollIntoView();
            return !figure.querySelector(".explorer-stage").hidden;
        }""",
        arg=figure,
    )


def bytes_of(canvas):
    """The pixels of a canvas, (rows, columns, 4)."""
    width, height, data = canvas.evaluate(
        """(canvas) => {
            const { width, height } = canvas;
            const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
            copy.drawImage(canvas, 0, 0);
            return [width, height, [...copy.getImageData(0, 0, width, height).data]];
        }"""
    )
    return np.reshape(data, (height, width, 4))


def levels(values, shown):
    """The greys that show values from 0 to 1."""
    return {"brightness": values, "middle": 0.5 + values / 2, "absolute": abs(values)}[shown].clip(0, 1) * 255


def number(text):
    return float(text.replace("−", "-"))  # noqa: RUF001


class Sweep:
    def __init__(self, page):
        self.page = page
        self.stage = page.locator("#explorer-sweep .explorer-stage")
        come_near(page, "#explorer-sweep")
        self.input, self.output = self.stage.locator(".sweep-picture").all()
        self.range = self.stage.get_by_label("Position", exact=True)

    @property
    def step(self):
        return int(self.range.input_value()) - 1

    def check(self, kernel="vertical edges"):
        """The window, the kernel, the sum and the written part are those of the package."""
        photo, step = explorer_data.dahlia(), self.step
        row, column = divmod(step, 50)
        window = [number(text) for text in self.stage.locator(".sweep-cells.input span").all_inner_texts()]
        weights = [number(text) for text in self.stage.locator(".sweep-cells.kernel span").all_inner_texts()]
        y = C.correlate(photo, KERNELS[kernel], "valid")
        assert (window == photo[row : row + 3, column : column + 3].ravel()).all()
        np.testing.assert_allclose(np.array(weights) / (16 if kernel == "blur" else 1), KERNELS[kernel].ravel())
        assert abs(number(self.stage.locator(".sweep-number").inner_text()) - y[row, column]) <= 0.0501  # one digit
        drawn = bytes_of(self.output.locator("canvas"))[1:-1, 1:-1].reshape(-1, 4)
        assert (drawn[: step + 1, 3] == 255).all()
        assert (drawn[step + 1 :, 3] == FAINT).all()
        expected = levels(y.ravel() / 255, "middle" if "edges" in kernel else "brightness")
        assert abs(drawn[: step + 1, 0] - expected[: step + 1]).max(initial=0) <= 0.5 + 1e-9


@pytest.fixture
def sweep(visit):
    return lambda **options: Sweep(visit(FRONT, **options))


def test_the_sweep_with_the_mouse(sweep):
    it = sweep()
    assert (bytes_of(it.input.locator("canvas"))[..., 0] == explorer_data.dahlia()).all()
    it.check()
    box = it.input.bounding_box()
    pixel = box["width"] / 52
    it.input.click(position={"x": 30.5 * pixel, "y": 12.5 * pixel})
    assert it.step == 11 * 50 + 29  # its middle is where the click was
    it.check()
    it.output.click(position={"x": 0.5 * pixel, "y": 51.5 * pixel})  # outside of all windows: the nearest
    assert it.step == 49 * 50
    it.output.hover(position={"x": 20.5 * pixel, "y": 20.5 * pixel})
    assert it.step == 49 * 50
    it.page.mouse.down()
    it.output.hover(position={"x": 25.5 * pixel, "y": 22.5 * pixel})
    it.page.mouse.up()
    assert it.step == 21 * 50 + 24
    it.stage.get_by_role("button", name="Next position").click()
    assert it.step == 21 * 50 + 25
    for name in KERNELS:
        it.stage.get_by_role("combobox", name="Kernel").select_option(name)
        it.check(name)


def test_the_sweep_with_the_keyboard(sweep):
    it = sweep()
    it.input.focus()
    row, column = divmod(it.step, 50)
    for key, change in {"ArrowRight": 1, "ArrowDown": 50, "ArrowLeft": -1, "ArrowUp": -50}.items():
        before = it.step
        it.page.keyboard.press(key)
        assert it.step - before == change
        it.check()
    for _ in range(column + 2):
        it.page.keyboard.press("ArrowLeft")
    assert it.step == 50 * row  # it does not leave the picture
    expect(it.stage.locator("[aria-live]")).to_have_text(re.compile(rf"Row {row + 1}, column 1: −?\d+"))  # noqa: RUF001
    it.range.focus()
    it.page.keyboard.press("End")
    assert it.step == 2499
    it.check()


def test_the_sweep_with_a_finger(sweep):
    it = sweep(width="phone", theme="dark")
    pixel = it.output.bounding_box()["width"] / 52
    it.output.tap(position={"x": 40.5 * pixel, "y": 8.5 * pixel})
    assert it.step == 7 * 50 + 39
    it.check()
    assert it.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert min(control.bounding_box()["height"] for control in it.stage.locator("button, select").all()) >= 44


def test_the_sweep_runs_by_itself_in_sight_and_not_with_less_motion(visit):
    page = visit(FRONT)
    it = Sweep(page)
    play = it.stage.locator(".player button").first
    expect(play).to_have_text("Play")
    page.emulate_media(reduced_motion="no-preference")
    page.reload()
    it = Sweep(page)
    expect(play).to_have_text("Pause")
    start = it.step
    page.wait_for_function("start => document.querySelector('.player input').value > start + 5", arg=start)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.evaluate("document.querySelector('#explorer-sweep').style.marginTop = '5000px'; scrollTo(0, 0)")
    expect(play).to_have_text("Play")
    page.evaluate("document.querySelector('#explorer-sweep').style.marginTop = ''")
    expect(play).to_have_text("Pause")
    play.click()
    expect(play).to_have_text("Play")
    stopped = it.step
    it.check()
    it.stage.get_by_label("Speed").select_option("slow")
    play.click()
    page.wait_for_function(
        "stopped => Number(document.querySelector('.player input').value) === stopped + 2", arg=stopped
    )


class Photograph:
    def __init__(self, page):
        self.page = page
        self.stage = page.locator("#explorer-photograph .explorer-stage")
        come_near(page, "#explorer-photograph")
        self.note = self.stage.locator("p[role=status]")
        self.canvases = [self.stage.locator(f"canvas.{kind}") for kind in ("before", "after")]
        self.kernel, self.show, self.border = (
            self.stage.get_by_role("combobox", name=label) for label in ("Kernel", "Show", "Border")
        )

    def button(self, name):
        return self.stage.get_by_role("button", name=name)

    def check(self, kernel, shown, mode="valid"):
        """The second canvas is what the package makes of the first one, within the rounding of the first to bytes."""
        before, after = (bytes_of(canvas) for canvas in self.canvases)
        rows, columns = before.shape[:2]
        border = [(m - 1) // 2 if mode == "valid" else 0 for m in kernel.shape]
        inside = after[border[0] : rows - border[0], border[1] : columns - border[1]]
        assert (inside[..., 3] == 255).all()
        assert after[..., 3].sum() == inside[..., 3].sum()  # nothing else is drawn
        for plane in range(3):
            y = C.correlate(before[..., plane] / 255, kernel, mode)
            error = 0.5 * abs(kernel).sum() / (2 if shown == "middle" else 1) + 0.5
            assert abs(inside[..., plane] - levels(y, shown)).max() <= error + 1e-9


@pytest.fixture
def photograph(visit):
    return lambda **options: Photograph(visit(CHAPTER, **options))


def test_the_photographs(photograph):
    it = photograph()
    for button, name in (("Dahlia", "flower"), ("Pagoda", "china")):
        it.button(button).click()
        expect(it.button(button)).to_have_attribute("aria-pressed", "true")
        expected = 255 * C.to_gray(explorer_data.reduced(name))
        assert abs(bytes_of(it.canvases[0])[..., 0] - expected).mean() < 3  # the picture is compressed
    it.check(SOBEL, "middle")


def test_kernels_of_the_list(photograph):
    it = photograph()
    bell = np.exp(-(np.arange(-9, 10) ** 2) / 18)
    it.kernel.select_option("blur: Gaussian")
    deviation = it.stage.get_by_label("Standard deviation")
    deviation.fill("3")
    expect(it.stage).to_contain_text("38 multiplications for a pixel, in place of 361")
    it.check(np.outer(bell, bell) / bell.sum() ** 2, "brightness")
    for name, kernel, shown in (
        ("identity", np.ones((1, 1)), "brightness"),
        ("blur: the mean", np.ones((3, 3)) / 9, "brightness"),
        ("Laplacian", np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]), "middle"),
        ("emboss", np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]), "brightness"),
    ):
        it.kernel.select_option(name)
        if name != "identity":
            it.check(kernel, shown)
        assert it.show.input_value() == shown
    it.show.select_option(label="absolute value, 0 black, ±1 white")
    it.check(kernel, "absolute")
    it.border.select_option("same: zeros outside")
    it.check(kernel, "absolute", "same")
    it.stage.get_by_label("Each colour by itself").check()
    assert np.ptp(bytes_of(it.canvases[0])[..., :3], axis=-1).max() > 50
    it.check(kernel, "absolute", "same")
    learned = C.zoo.pretrained("lenet5-mnist").children["conv1"].weight.data[explorer_data.LEARNED, 0]
    it.kernel.select_option("learned by LeNet-5")
    it.check(learned.round(2), "middle", "same")


def test_the_size_of_the_gradient(photograph):
    it = photograph()
    it.kernel.select_option("size of the gradient")
    expect(it.stage).to_contain_text("no kernel does it")
    before, after = (bytes_of(canvas)[..., 0] for canvas in it.canvases)
    expected = np.hypot(*(C.correlate(before / 255, kernel, "valid") for kernel in (SOBEL, SOBEL.T)))
    # Each response is off by at most half a byte times 8, the sum of the weights' sizes.
    assert abs(after[1:-1, 1:-1] - levels(expected, "absolute")).max() <= 4 * 2**0.5 + 0.5


def test_a_kernel_of_the_reader(photograph):
    it = photograph()
    it.kernel.select_option("identity")
    it.page.get_by_label("Kernel, row 1, column 1").focus()
    for value in ("2", "0,5", "-1"):
        it.page.keyboard.type(value)
        it.page.keyboard.press("ArrowRight")
    assert it.kernel.locator("option:checked").inner_text() == "your own numbers"
    kernel = np.array([[2, 0.5, -1], [0, 1, 0], [0, 0, 0]])
    it.check(kernel, "brightness")
    divisor = it.stage.get_by_label("Divisor, row 1, column 1")
    divisor.fill("4")
    it.check(kernel / 4, "brightness")
    divisor.fill("0")
    expect(it.note).to_have_text("Nothing can be divided by 0.")
    it.check(kernel / 4, "brightness")


def png(shape):
    """A random picture in a file: its bytes are exact."""
    image = rng.integers(0, 256, shape).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(image).save(file, "png")
    return image, {"name": "own.png", "mimeType": "image/png", "buffer": file.getvalue()}


def test_a_file_of_the_reader(photograph):
    it = photograph()
    image, file = png((61, 83, 3))
    it.stage.get_by_label("Each colour by itself").check()
    with it.page.expect_file_chooser() as chooser:
        it.button("A picture of yours").click()
    chooser.value.set_files(file)
    expect(it.button("A picture of yours")).to_have_attribute("aria-pressed", "true")
    assert (bytes_of(it.canvases[0])[..., :3] == image).all()
    it.check(SOBEL, "middle")
    files = it.stage.locator("input[type=file]")
    files.set_input_files(png((300, 500, 3))[1])  # is made smaller
    expect(it.stage).to_contain_text("before, 96 × 160")  # noqa: RUF001
    files.set_input_files(png((5, 3, 3))[1])
    it.kernel.select_option("blur: Gaussian")
    expect(it.stage).to_contain_text("the kernel is larger than the picture")
    assert not bytes_of(it.canvases[1]).any()
    files.set_input_files({"name": "own.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(it.note).to_have_text("The browser cannot read own.png as a picture.")


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_dropped_and_pasted(photograph, event):
    it = photograph()
    image, file = png((31, 47))
    it.stage.evaluate(
        """(stage, [event, name, bytes]) => {
            const data = new DataTransfer();
            const array = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
            data.items.add(new File([array], name, { type: "image/png" }));
            const options = { bubbles: true, cancelable: true };
            stage.dispatchEvent(event === "drop" ? new DragEvent("drop", { ...options, dataTransfer: data })
                : new ClipboardEvent("paste", { ...options, clipboardData: data }));
        }""",
        [event, file["name"], base64.b64encode(file["buffer"]).decode()],
    )
    expect(it.stage).to_contain_text("before, 31 × 47")  # noqa: RUF001
    assert abs(bytes_of(it.canvases[0])[..., 0] - image.astype(int)).max() <= 1


def test_the_photograph_with_a_finger(photograph):
    it = photograph(width="phone", theme="dark")
    it.button("Dahlia").tap()
    expect(it.button("Dahlia")).to_have_attribute("aria-pressed", "true")
    it.check(SOBEL, "middle")
    upper, lower = (canvas.bounding_box() for canvas in it.canvases)
    assert lower["y"] > upper["y"] + upper["height"]
    assert it.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for control in it.stage.locator("button, select, .explorer-numbers input").all():
        assert min(control.bounding_box()[side] for side in ("width", "height")) >= 44


# The camera: that of the browser shows a test picture.


def test_the_camera(photograph):
    it = photograph()
    it.button("Camera").click()
    expect(it.button("Stop the camera")).to_have_attribute("aria-pressed", "true", timeout=20_000)
    frames = "() => document.querySelector('canvas.before').toDataURL()"
    first = it.page.evaluate(frames)
    it.page.wait_for_function(f"first => ({frames})() !== first", arg=first)  # it moves
    it.button("Stop the camera").click()
    expect(it.button("Camera")).to_be_visible()
    it.check(SOBEL, "middle")
    stopped = it.page.evaluate(frames)
    it.page.wait_for_timeout(300)
    assert it.page.evaluate(frames) == stopped


@pytest.mark.parametrize("why", ["another photograph", "the page is hidden", "scrolled away"])
def test_the_camera_is_turned_off(photograph, why):
    it = photograph()
    it.page.evaluate(
        """() => {
            const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (wish) => (window.given = await ask(wish));
        }"""
    )
    it.button("Camera").click()
    expect(it.button("Stop the camera")).to_be_visible(timeout=20_000)
    live = "() => window.given.getTracks().some((track) => track.readyState === 'live')"
    assert it.page.evaluate(live)
    if why == "another photograph":
        it.button("Dahlia").click()
    elif why == "scrolled away":
        it.page.evaluate("scrollTo(0, 0)")
    else:
        it.page.evaluate(
            """() => {
                Object.defineProperty(document, "hidden", { value: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    it.page.wait_for_function(f"() => !({live})()")
    assert it.button("Camera").count() == 1


def test_where_there_is_no_camera(visit):
    page = visit(CHAPTER)
    it = Photograph(page)
    it.page.evaluate("""() => {
            navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('Permission denied'));
        }""")
    it.button("Camera").click()
    expect(it.note).to_have_text("There is no picture from a camera: Permission denied.")
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined })")
    page.reload()
    expect(Photograph(page).button("Camera: only with https or on localhost")).to_be_disabled()

"""The built site in a real browser: it is served on this machine, and every page is watched."""

import os

import pytest
from browser import PROGRAMS, QUIET, program, served
from built_site import SITE, WIDTHS
from playwright.sync_api import sync_playwright

CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # one that shows a test picture


@pytest.fixture(scope="session")
def site():
    """The address of the site."""
    if not (SITE / "index.html").exists():
        pytest.fail("the site has not been built: run make book")
    with served(SITE) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    path = program()
    if path is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)(f"no browser on the PATH: none of {', '.join(PROGRAMS)}")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=QUIET + CAMERA)
        yield running
        running.close()


@pytest.fixture
def visit(site, browser):
    """visit("book/1-5-fft.html", theme="dark", width="phone") gives a page; its errors and outside requests fail."""
    contexts, complaints = [], []

    def visit(name, *, theme="light", width="desktop", **options):
        context = browser.new_context(
            viewport={"width": WIDTHS[width], "height": 900},
            color_scheme=theme,
            has_touch=width == "phone",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on(
            "console",
            lambda message: (
                None  # the theme tells what it does
                if message.type in ("log", "info")
                else complaints.append(f"{name}: console: {message.text}")
            ),
        )
        page.on("pageerror", lambda error: complaints.append(f"{name}: script: {error}"))
        page.on("requestfailed", lambda request: complaints.append(f"{name}: not loaded: {request.url}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((site, "data:", "blob:"))
                else complaints.append(f"{name}: outside request: {request.url}")
            ),
        )
        page.goto(f"{site}/{name}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)

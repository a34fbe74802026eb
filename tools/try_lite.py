"""Solve an exercise in the browser, as a reader of the site that `make lite` has built; fail if it is not marked right.

    python tools/try_lite.py [SITE]

Python for the page is fetched from the network, so that this is a step of the publishing workflow and no test.
"""

import sys
from pathlib import Path

from browser import QUIET, program, served
from playwright.sync_api import sync_playwright

from cnn_course.exercises.catalogue import find
from cnn_course.exercises.source import solution_text

EXERCISE = "convolve"
PATIENCE = 300_000  # milliseconds, for the download of Python, NumPy and Matplotlib


def solve(page, address):
    """Open the notebook, write the solution in the exercise's cell, and run all cells; return what `check` says."""
    page.goto(f"{address}/lite/notebooks/index.html?path=exercises/{EXERCISE}.ipynb")
    page.get_by_text("raise NotImplementedError").click(timeout=PATIENCE)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(solution_code())
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    found = page.get_by_text(f"{EXERCISE}: ").first
    found.wait_for(timeout=PATIENCE)
    return found.inner_text()


def solution_code():
    """The solution as a program, without the remark that follows it."""
    return solution_text(find(EXERCISE)).split("```python\n")[1].split("```")[0]


def main(site="_build/html"):
    """Serve the site to a browser, and compare what the page says with what is right."""
    if not Path(site, "lite").is_dir():
        sys.exit(f"{site} has no folder lite: run make lite")
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=QUIET)
        said = solve(browser.new_page(), address)
        browser.close()
    print(said)
    points = find(EXERCISE).points
    return f"{points} of {points} points" not in said


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Every page in a browser: faults that shut readers out, and what a chapter weighs.

The fixture `visit` also fails where a page says something in the console, or asks for something from elsewhere.
"""

import gzip

import pytest
from built_site import CHAPTERS, PAGES, SITE
from page_faults import faults

MOST = 600_000  # bytes of a chapter, compressed, before the reader scrolls
COMPRESSED = (".woff2", ".png", ".webp")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shuts_nobody_out(name, visit):
    found = faults(visit(name))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_light(name, visit, site):
    requests = visit(name).evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    files = {name} | {address.removeprefix(f"{site}/").split("?")[0] for address in requests if "data:" not in address}
    weights = {file: weight(file) for file in files}
    assert sum(weights.values()) <= MOST, weights


def weight(file):
    """The bytes that a server sends which compresses texts."""
    content = (SITE / file).read_bytes()
    return len(content if file.endswith(COMPRESSED) else gzip.compress(content, 6))

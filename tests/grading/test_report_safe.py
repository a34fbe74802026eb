"""Whatever stands in names, reasons and hints: every format can still be read, and says only what it says."""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from records import HOSTILE, batch, entry, hostile

from cnn_course.grading.reports.chart import as_chart
from cnn_course.grading.reports.feedback import as_feedback
from cnn_course.grading.reports.gradebook import LAYOUTS, as_gradebook
from cnn_course.grading.reports.gradescope import as_gradescope
from cnn_course.grading.reports.items import as_items
from cnn_course.grading.reports.junit import as_junit
from cnn_course.grading.reports.results import as_results
from cnn_course.grading.reports.safe import fenced, markdown, plain

ALLOWED = {"heading", "paragraph", "inline", "strong", "bullet_list", "list_item", "text", "code_inline", "fence"}


def tables(record):
    texts = [as_items(record), *(as_gradebook(record, columns) for columns in LAYOUTS)]
    return [list(csv.reader(io.StringIO(text, newline=""), strict=True)) for text in texts]


def kinds_of_markdown(text):
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        for inner in [token, *(token.children or [])]:
            yield inner.type.removesuffix("_open").removesuffix("_close")


def inspect(record):
    """Read every format as its readers do, and look for what should not be there."""
    for text in (as_junit(record), as_chart(record)):
        ElementTree.fromstring(text)
    for text in (as_results(record), as_gradescope(record)):
        told = list(strings(json.loads(text)))
        assert all(plain(one) == one for one in told)
    for rows in tables(record):
        assert len({len(row) for row in rows}) == 1
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    for page in as_feedback(record).values():
        assert set(kinds_of_markdown(page)) <= ALLOWED
        assert plain(page) == page


def strings(value):
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)


def test_hostile_texts():
    inspect(hostile())


def test_the_inspection_finds_what_is_not_safe(monkeypatch):
    """The negative control: each protection, taken away, is missed."""
    for name, unsafe in (
        ("students.plain", str),
        ("students.cleaned", lambda value: value),
        ("safe.harmless", lambda value: value),
        ("feedback.markdown", str),
        ("feedback.fenced", str),
        ("chart.escape", str),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"cnn_course.grading.reports.{name}", unsafe)
            with pytest.raises((AssertionError, ElementTree.ParseError, UnicodeEncodeError)):
                inspect(hostile())


anything = st.text(st.characters(exclude_categories=()), max_size=60)


@settings(max_examples=60, deadline=None)
@given(anything, anything, anything)
def test_any_text(name, reason, hint):
    answer = entry("convolve", "failed", 3, reason=reason, hint=hint, mistake=hint)
    marked = entry("dark_frame", "marked", comment=hint, reason=None) | {"points": 2, "possible": 4}
    inspect(batch({f"{name.replace('/', '_')}.ipynb": [answer, marked], "b.py": []}, errors={"b.py": reason}))


def test_code_and_everything_else_is_shown_as_it_is():
    text = "put `f[i] * h[j]` at <out> [i + j], *not* _there_ | `` ` &amp; #1"
    tokens = [token for block in MarkdownIt().parse(f"x {markdown(text)}") for token in block.children or []]
    assert "".join(token.content for token in tokens) == "x " + text.replace("`f[i] * h[j]`", "f[i] * h[j]")
    assert [token.content for token in tokens if token.type == "code_inline"] == ["f[i] * h[j]"]


@pytest.mark.parametrize("text", ["plain", "```", "a\n`````text\nb", HOSTILE, ""])
def test_a_block_of_code_cannot_be_ended(text):
    (token,) = MarkdownIt().parse(fenced(plain(text)))
    assert (token.type, token.content) == ("fence", f"{plain(text)}\n")

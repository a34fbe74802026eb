"""Texts that may hold anything, made harmless for what reads them: a terminal, a spreadsheet, Markdown."""

import csv
import io
import re

from cnn_course.grading.record import harmless
from cnn_course.grading.table import printable

SPECIAL = re.compile(r"([\\`*_{\[\]<#|~$&])")  # begins something in a line of Markdown
FENCE = re.compile(r"`{3,}")


def plain(text):
    r"""A text without control characters, line ends and tabs aside: nothing steers a terminal, and XML may hold it.

    Examples
    --------
    >>> plain("one\r\ntwo\x1b[2J")
    'one\ntwo?[2J'
    """
    lines = text.replace("\r\n", "\n").expandtabs(4).split("\n")
    return "\n".join(map(printable, lines))


def cleaned(value):
    """A value of a record in which every text is `plain`."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: cleaned(inner) for key, inner in value.items()}
    return [cleaned(inner) for inner in value] if isinstance(value, list) else value


def markdown(text):
    r"""A text as a part of a line of Markdown that shows it as it is; what stands between backticks stays code.

    Examples
    --------
    >>> print(markdown("<b> in `f[i]`"))
    \<b> in `f[i]`
    """
    parts = re.split(r"((?<!`)`[^`]+`(?!`))", " ".join(text.split()))
    return "".join(part if i % 2 else SPECIAL.sub(r"\\\1", part) for i, part in enumerate(parts))


def fenced(text):
    """A text of several lines as a block of code of Markdown, which it cannot end."""
    fence = "`" * (1 + max(map(len, FENCE.findall(text)), default=2))
    return f"{fence}text\n{text}\n{fence}"


def as_table(rows):
    """Rows of values as CSV, in which no text is a formula; None is an empty cell."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([harmless(value) for value in row] for row in rows)
    return text.getvalue()


def number(points):
    """Points without a needless fraction, or an empty text for None."""
    return "" if points is None else f"{points:g}"

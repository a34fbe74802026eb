"""Long lines of code know their indent, and what is copied of them is the source."""

import html
import re
import sys
from pathlib import Path

from pygments import highlight
from pygments.lexers import PythonLexer

sys.path.append(str(Path(__file__).parents[2] / "book/_ext"))

import typography

CODE = '''def convolve(f, h):
    """Two lines of a docstring, of which the first one is long
    and the second one is not."""
    for i in range(len(f)):
        out[i : i + len(h)] += f[i] * h  # <- one copy of the kernel
    return out
'''


def test_long_lines_are_marked_with_their_indent():
    markup = highlight(CODE, PythonLexer(), typography.Formatter())
    assert html.unescape(re.sub("<[^>]*>", "", markup)) == CODE + "\n"
    lines = re.findall(r'^<span class="long-line" style="--indent: (\d+)ch">(.*)</span>$', markup, re.MULTILINE)
    texts = [(int(indent), html.unescape(re.sub("<[^>]*>", "", line))) for indent, line in lines]
    long = [line for line in CODE.splitlines() if len(line) > typography.FITS]
    assert texts == [(len(line) - len(line.lstrip()), line) for line in long]
    assert len(long) == 2
    assert all(line.count("<span") == line.count("</span") for _, line in lines)


def test_the_word_that_begins_a_proof_is_marked():
    context = {"body": '<div class="proof admonition" id="proof">\n<p>Proof. By induction.</p></div><p>Proof.</p>'}
    typography.mark_proofs(None, "page", "page.html", context, None)
    assert context["body"].count("proof-begins") == 1
    assert '<p><span class="proof-begins">Proof.</span> By induction.' in context["body"]

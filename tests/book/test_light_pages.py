"""What the site leaves out of its pages: scripts for formulas and icons, rules of style, signs of fonts, PNG."""

import base64
import io
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pydata_sphinx_theme
import pytest
import tinycss2
from docutils import nodes
from fontTools.ttLib import TTFont
from PIL import Image
from pygments.styles import get_style_by_name
from pygments.token import Token

BOOK = Path(__file__).parents[2] / "book"
sys.path.append(str(BOOK / "_ext"))

import access  # noqa: E402
import figures  # noqa: E402
import fonts  # noqa: E402
import formulas  # noqa: E402
import highlighting  # noqa: E402
import scripts  # noqa: E402
import styles  # noqa: E402


def words(markup):
    return "".join(ElementTree.fromstring(re.sub("<annotation.*</annotation>", "", markup)).itertext())


@pytest.mark.parametrize("display", [False, True])
def test_a_formula_becomes_mathml(display):
    markup = formulas.render(r"\frac{a}{b} \le 2", display)
    assert "<mfrac>" in markup
    assert words(markup) == "ab≤2"
    assert ('display="block' in markup) == display


@pytest.mark.parametrize(("formula", "message"), [(r"\nosuch", "nosuch"), ("{a", "Expected")])
def test_what_is_no_formula_is_an_error(formula, message):
    with pytest.raises(ValueError, match=message):
        formulas.render(formula)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("a = b", "a = b"),
        (r"a &= b \\ c &= d", r"\begin{split}a &= b \\ c &= d\end{split}"),
        ("a = b\n\nc = d", r"\begin{aligned}a = b\\c = d\end{aligned}"),
    ],
)
def test_lines_of_formulas(text, formula):
    assert formulas.in_lines(text) == formula
    formulas.render(formula, display=True)


def test_the_markup_of_a_formula_is_stored_with_its_page():
    page = nodes.document(None, None)
    page += [nodes.math("", "a^2"), nodes.math_block("", r"a &= b \\ c &= d"), nodes.math_block("", "a", nowrap=True)]
    formulas.translate(None, page)
    assert [node["markup"] for node in page] == [
        formulas.render("a^2"),
        formulas.render(r"\begin{split}a &= b \\ c &= d\end{split}", display=True),
        formulas.render("a", display=True),
    ]


def test_code_that_looks_like_the_code_around_it_has_no_marks():
    context = {
        "body": '<span class="n">x</span> <span class="o">=</span> <span class="nb">f</span><span class="p">()</span>'
    }
    highlighting.unmark(None, "page", "page.html", context, None)
    assert context["body"] == 'x <span class="o">=</span> <span class="nb">f</span>()'


def test_what_loses_its_marks_has_no_colour_of_its_own():
    for name in ("a11y-high-contrast-light", "a11y-high-contrast-dark"):  # the theme's
        colours = dict(get_style_by_name(name))
        for kind in (Token.Name, Token.Name.Namespace, Token.Punctuation, Token.Text.Whitespace, Token.Generic.Output):
            assert colours[kind]["color"] in (None, colours[Token.Text]["color"])


def test_the_level_of_a_script_is_a_matter_of_style():
    markup = formulas.render(r"x^{\frac{1}{p}} + e^{a_0}")
    assert "scriptlevel" not in markup
    assert '<mn style="math-depth:2;">1</mn>' in markup


def rules(css):
    return tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".here{a:b}.gone{a:b}", ".here{a:b}\n"),
        (".here,.gone{a:b}", ".here{a:b}\n"),
        (".here .gone{a:b}", ""),
        (".here:not(.gone){a:b}", ".here:not(.gone){a:b}\n"),
        ("p:hover>#name{a:b}", "p:hover>#name{a:b}\n"),
        ("table::before{a:b}", ""),
        ("@media print{.here{a:b}.gone{a:b}}", "@media print{.here{a:b}\n}\n"),
        ("@media print{.gone{a:b}}", ""),
        ("@font-face{font-family:x}", "@font-face{font-family:x}\n"),
    ],
)
def test_a_rule_stays_if_a_page_may_need_it(css, kept):
    assert styles.needed(rules(css), {"p", "here", "name"}) == kept


def test_what_a_selector_can_be_about_stands_in_tags_and_in_scripts(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "a.js").write_text('element.classList.add("set-later")', encoding="utf-8")
    (tmp_path / "page.html").write_text('<p class="one two" id="three">four</p>', encoding="utf-8")
    names = styles.used_names(tmp_path)
    assert {"p", "one", "two", "three", "set-later"} <= names
    assert "four" not in names


def test_addresses_in_a_style_sheet_are_those_from_the_folder_above(tmp_path):
    (tmp_path / "in").mkdir()
    css = '.a{b:url("../fonts/x.woff2");c:url(y.png);d:url(data:image/png;base64,AA==)}'
    (tmp_path / "in" / "a.css").write_text(css, encoding="utf-8")
    text = styles.needed(styles.read(tmp_path, "in/a.css"), {"a"})
    assert re.findall(r"url\(([^)]*)\)", text) == ["fonts/x.woff2", "in/y.png", "data:image/png;base64,AA=="]


def test_the_font_of_formulas_keeps_their_signs_and_the_italic_letters(tmp_path):
    file = tmp_path / fonts.MATHS
    file.write_bytes((BOOK / "_ext" / "temml" / "static" / fonts.MATHS).read_bytes())
    full = file.stat().st_size
    fonts.keep(file, {ord("∑"), *fonts.ITALIC})
    with TTFont(file) as font:
        signs = set(font.getBestCmap())
        assert "MATH" in font
    assert {ord("∑"), 0x1D465} <= signs
    assert ord("∏") not in signs
    assert file.stat().st_size < full / 3


def photograph(side):
    buffer = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<svg viewBox="0 0 72 36"><image href="data:image/png;base64,\n{data}"/></svg>'


@pytest.mark.parametrize(("side", "kind"), [(8, "PNG"), (200, "WEBP")])
def test_large_photographs_are_sent_as_webp(tmp_path, side, kind):
    (tmp_path / "_images").mkdir()
    file = tmp_path / "_images" / "a.svg"
    file.write_text(photograph(side), encoding="utf-8")
    figures.compress(SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html")), None)
    (data,) = re.findall(r"base64,\s*([^\"]*)", file.read_text(encoding="utf-8"))
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (picture.format, picture.size) == (kind, (side, side))


def test_a_figure_keeps_what_one_sees_of_it():
    path = '<path id="frame0-0" d="M 1.234567 2 \nL 3.10049 -4.999999 \nz\n"/>'
    use = '<use x="0.126" y="7" transform="scale(0.015625)"/>'
    head = '<svg id="film"><!-- 5 -->\n <metadata>\n  who\n </metadata>\n'
    svg = f'{head} <g id="patch_1">\n  {path}\n  {use}\n </g>\n</svg>'
    kept = '<svg id="film"><g>\n<path id="frame0-0" d="M1.23 2L3.1 -5z"/>\n'
    kept += '<use x="0.13" y="7" transform="scale(0.015625)"/>\n</g>\n</svg>'
    assert figures.shortened(svg) == kept


def test_figures_have_their_size_and_wait(tmp_path):
    (tmp_path / "a.svg").write_text(photograph(2), encoding="utf-8")
    application = SimpleNamespace(srcdir=tmp_path, builder=SimpleNamespace(images={"a.svg": "1.svg"}))
    context = {"body": '<img alt="one" src="../_images/1.svg" /><img alt="two" src="../_images/1.svg" />'}
    figures.mark(application, "page", "page.html", context, nodes.document(None, None))
    first, second = re.findall("<img [^>]*>", context["body"])
    assert first == '<img width="96" height="48" alt="one" src="../_images/1.svg" />'
    assert second == '<img width="96" height="48" loading="lazy" alt="two" src="../_images/1.svg" />'


def test_scripts_keep_their_messages_to_themselves():
    text = 'console.log("a", 1);console.error("b");' + scripts.LOOP
    assert scripts.quiet(text) == 'void("a", 1);console.error("b");0'


def test_what_folded_code_shows_is_no_paragraph():
    markup = '<p class="collapsed admonition-title">Show</p>\n<p class="expanded admonition-title">Hide</p><p>text</p>'
    better = '<span class="collapsed admonition-title">Show</span>\n<span class="expanded admonition-title">Hide</span>'
    assert access.mend(markup) == better + "<p>text</p>"


def test_the_theme_still_writes_what_is_mended():
    """A theme that is renewed may write other markup: then what is mended here must be looked at again."""
    theme = Path(pydata_sphinx_theme.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in theme.rglob("*") if path.suffix in (".py", ".html", ".js")]
    assert any('<div class="pst-scrollable-table-container">' in text for text in texts)
    assert any('<div id="pst-primary-sidebar" class=' in text for text in texts)
    assert any('data-mode="dark"  title="' in text for text in texts)
    assert any(scripts.LOOP in text for text in texts)
    better = access.mend("".join(access.MENDED))
    assert not [piece for piece in access.MENDED if piece in better]

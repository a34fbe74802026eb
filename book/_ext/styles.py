"""One style sheet for the whole site, without the rules that no page needs.

The theme and its extensions bring many style sheets, most of whose rules are for what this site does not have. A rule
stays if every class, name and kind of element in one of its selectors occurs in a page, or in a script, which may set
it. `layout.html` links to the one sheet.
"""

import posixpath
import re
from pathlib import Path

import tinycss2

THEME = ("basic.css", "styles/pydata-sphinx-theme.css")  # which the theme loads before all others
UNUSED = ("fontawesome.js", "*.map", "*thebe*", "*.ttf")
OLDER = re.compile(r',\s*url\([^)]*\.ttf\)\s*format\("truetype"\)')  # every browser reads the other format
NESTED = ("media", "supports")
NAME = re.compile(r"[\w-]+")


def setup(app):
    app.connect("html-page-context", collect, priority=950)
    app.connect("build-finished", write, priority=800)  # after the theme has written the colours of code
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def collect(app, page, template, context, doctree):
    """Take the style sheets, which are the same for all pages, out of this one, and remember them."""
    app.builder.sheets = [str(sheet.filename).removeprefix("_static/") for sheet in context["css_files"]]
    context["css_files"] = []


def write(app, exception):
    """Write the style sheet, if a page has been written."""
    sheets = getattr(app.builder, "sheets", None)
    if exception or not sheets:
        return
    static = Path(app.outdir) / "_static"
    for pattern in UNUSED:
        for file in static.rglob(pattern):
            file.unlink()
    names = used_names(Path(app.outdir))
    text = "".join(needed(read(static, sheet), names) for sheet in [*THEME, *sheets])
    (static / "site.css").write_text(OLDER.sub("", text), encoding="utf-8", newline="\n")
    for sheet in [*THEME, *sheets]:  # each build copies them again
        (static / sheet).unlink()


def used_names(site):
    """All words in the tags of pages and in scripts: what a selector can be about."""
    names = set()
    for page in site.rglob("*.html"):
        for tag in re.findall(r"<[a-z][^>]*>", page.read_text(encoding="utf-8")):
            names.update(NAME.findall(tag))
    for script in (site / "_static").rglob("*.js"):
        names.update(NAME.findall(script.read_text(encoding="utf-8")))
    return names


def read(static, sheet):
    """The rules of a style sheet, with addresses as they are from the folder above."""
    folder = posixpath.dirname(sheet)

    def moved(address):
        return f"url({posixpath.normpath(posixpath.join(folder, address[1]))})"

    text = (static / sheet).read_text(encoding="utf-8")
    text = re.sub(r"url\([\"']?(?!data:|https?:|/|#)([^)\"']+)[\"']?\)", moved, text)
    return tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)


def needed(rules, names):
    """The text of those rules that a page may need."""
    text = ""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [part for part in _split(rule.prelude) if _names(part) <= names]
            if selectors:
                text += ",".join(map(tinycss2.serialize, selectors)) + f"{{{tinycss2.serialize(rule.content)}}}\n"
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED:
            inner = needed(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), names)
            if inner:
                text += f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}\n"
        elif rule.type == "at-rule" and rule.lower_at_keyword != "charset":
            text += rule.serialize() + "\n"
        elif rule.type == "error":
            raise ValueError(f"style sheet: {rule.message}")
    return text


def _split(tokens):
    """The selectors of a rule, which commas separate."""
    parts = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _names(selector):
    """The classes, names and kinds of element that must occur; what is in brackets, as in :not(), need not."""
    names, before = set(), ""
    for token in selector:
        if token.type == "hash" or (token.type == "ident" and before != ":"):
            names.add(token.value)
        before = token.value if token.type == "literal" else ""
    return names

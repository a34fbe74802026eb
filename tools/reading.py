"""How long a chapter takes to read: its core, and with everything in depth.

A section whose heading begins with `### In depth: ` is not needed for the rest: the site folds it. It lasts until the
next heading of its level or a higher one. The exercises have minutes of their own and are not counted.
"""

import re

WORDS_A_MINUTE = 110  # of mathematics, its figures and its code
DISPLAYED = 10  # words that a displayed formula counts; one in a line of text counts as one
IN_DEPTH = "In depth: "
HEADING = re.compile(r"^(#{1,6}) (.*)$")
FENCE = re.compile(r"^(```|~~~)")
TIMES = re.compile(r"^\*Core: \d+ minutes\. With everything in depth: \d+ minutes\.\*$", re.MULTILINE)
NO_PROSE = re.compile(r"^(:{3,}.*|:\w+:.*)$", re.MULTILINE)  # fences and options of directives
DISPLAY = re.compile(r"\$\$.*?\$\$", re.DOTALL)
INLINE = re.compile(r"\$[^$]+\$")


def parts(cells):
    """The Markdown of a chapter as a dict of three texts: "core", "depth" and "exercises"."""
    lines, part, level = {"core": [], "depth": [], "exercises": []}, "core", 0
    for cell in cells:
        if cell.cell_type != "markdown":
            continue
        fenced = False
        for line in cell.source.splitlines():
            fenced ^= bool(FENCE.match(line))
            heading = None if fenced else HEADING.match(line)
            if heading and (part == "core" or len(heading[1]) <= level):
                level, title = len(heading[1]), heading[2]
                part = "exercises" if title == "Exercises" else "depth" if title.startswith(IN_DEPTH) else "core"
            lines[part].append(line)
        lines[part].append("")
    return {part: "\n".join(text) for part, text in lines.items()}


def words(text):
    """Number of words of a Markdown text."""
    text = DISPLAY.sub(" word" * DISPLAYED, NO_PROSE.sub("", text))
    return len(INLINE.sub("word", text).split())


def times(cells):
    """The line that states both reading times."""
    text = parts(cells)
    core = words(text["core"])
    minutes = [max(1, round(n / WORDS_A_MINUTE)) for n in (core, core + words(text["depth"]))]
    return f"*Core: {minutes[0]} minutes. With everything in depth: {minutes[1]} minutes.*"

"""Cells as Python: what IPython adds to the language is taken out, and every statement stays in its line."""

import re

IN_PLACE = ("time", "capture", "prun")  # cell magics that run the cell as if they were not there
PYLAB = "; ".join(f"from numpy{part} import *" for part in ("", ".fft", ".random", ".linalg"))
PYLAB += "; import numpy, numpy as np, matplotlib, matplotlib.pyplot as plt"

CELL_MAGIC = re.compile(r"\s*%%(\w+)(?!\w*\?).*\n?")
PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.|In \[\d+\]:|\.{3,}:)(?: |$)", re.MULTILINE)
INDENTED = re.compile(r"(?:[ \t]*\n)*([ \t]+)(?=\S)")
COMMAND = re.compile(r"([ \t]*)([%!?,;/](?:[^\\\n]|\\.|\\\Z)*)", re.DOTALL)
REST = re.compile(r"(?:[^\\\n]|\\.|\\\Z)*", re.DOTALL)
TIMED = re.compile(r"%(?:time|prun)[ \t]+(?!-)(.*)", re.DOTALL)
TOKEN = re.compile(
    r"""
    (?P<text> \#[^\n]* | (?P<quote>\"{3}|'{3})(?:[^\\]|\\.)*?(?:(?P=quote)|\Z)
        | "(?:[^"\\\n]|\\.)*"? | '(?:[^'\\\n]|\\.)*'? | \\\n )
    | (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<end>\n) | (?P<help>\?)
    | (?P<command>(?<![=<>!+\-*/%&|^@:])=[ \t]*(?=!(?!=)|%\w))
    | [^\#"'\\()\[\]{}\n=?]+ | .
    """,
    re.VERBOSE | re.DOTALL,
)


def to_python(cell):
    r"""Return the source of a cell as Python; what is Python already is returned as it is.

    Magics and commands of the shell become `pass`, or None where they are assigned; what `%time` measures is run.

    Raises
    ------
    SyntaxError
        If the cell begins with a magic that does not run it as Python, or not in the notebook's namespace.

    Examples
    --------
    >>> to_python("%%time\nfiles = !ls\nif files:\n    %matplotlib inline\nnp.zeros?")
    '\nfiles = None\nif files:\n    pass\npass'
    """
    at = 0
    while magic := CELL_MAGIC.match(cell, at):
        if magic[1] not in IN_PLACE:
            raise SyntaxError(f"it begins with %%{magic[1]}")
        at = magic.end()
    lines, cell = cell.count("\n", 0, at), cell[at:]
    if PROMPT.match(cell.lstrip()):
        cell = PROMPT.sub("", cell)
    if indented := INDENTED.match(cell):
        cell = re.sub(f"^{indented[1]}", "", cell, flags=re.MULTILINE)
    parts, at = ["\n" * lines], 0
    while at < len(cell):
        if command := COMMAND.match(cell, at):
            parts += [command[1], _plain(command[2], "pass")]
            at = command.end()
        else:
            at = _logical_line(cell, at, parts)
    return "".join(parts)


def _plain(command, otherwise):
    """What remains of a command: the Python in it, or something that does nothing, in as many lines."""
    if command.startswith("%pylab"):
        return PYLAB
    timed = TIMED.match(command)
    return timed[1] if timed else otherwise + "\n" * command.count("\n")


def _logical_line(cell, start, parts):
    """Append a line, to the end of all its brackets and quotes; return where the next one begins."""
    at, depth = start, 0
    helped = False
    while at < len(cell):
        token = TOKEN.match(cell, at)
        at = token.end()
        if token["command"] is not None:
            command = REST.match(cell, at)
            parts += [cell[start:at], _plain(command[0], "None")]
            return command.end()
        depth = max(0, depth + (token["open"] is not None) - (token["close"] is not None))
        helped = helped or token["help"] is not None
        if token["end"] and not depth:
            break
    line = cell[start:at]
    if helped:
        indent = line[: len(line) - len(line.lstrip())]
        line = f"{indent}pass" + "\n" * line.count("\n")
    parts.append(line)
    return at

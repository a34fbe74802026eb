"""A result in words: as plain text, and as HTML that reads on a light and on a dark page."""

import re
from html import escape
from textwrap import fill

from cnn_course.exercises.compare import show
from cnn_course.exercises.diagnose import advise

WIDTH = 88  # of a hint in plain text
STATUS = {
    "passed": "PASSED",
    "failed": "FAILED",
    "not attempted": "not attempted",
    "missing": "missing",
    "explain": "for you to judge",
}
NEXT = {
    "Implement, not attempted": "Not attempted yet: replace `raise NotImplementedError`, and run the cell.",
    "Predict, not attempted": "Not attempted yet: assign your answer to the name, and run the cell.",
    "Implement, passed": "Everything that was tried here is right. Grading tries the same things, with other numbers.",
    "Predict, passed": "This is the answer.",
    "Explain, explain": "Write your answer down, then compare it with the model answer.",
    "Prove, explain": "Write your proof down, then compare it with the model proof.",
}
EDGES = {"passed": "#2a9d5c", "failed": "#c8553d"}  # seen on white and on black
EDGE = "#8a8a8a"


def rows(result):
    """The checks of a result, a triple (mark, name, points) each."""
    checks = getattr(result.exercise, "checks", ()) if result.earned else ()
    return [
        (_mark(result, check), check.name, f"{result.earned.get(check.name, 0)}/{check.points}") for check in checks
    ]


def _mark(result, check):
    if check.name not in result.earned:
        return "not run"
    return "FAILED" if result.missed(check.name) else "passed"


def explain(result):
    """What was found and what to do about it: paragraphs, each a pair of its role and its text.

    The roles are "case" (the call that shows it), "found" (what is wrong with it), "hint" and "next".
    """
    if result.status != "failed":
        return [("next", NEXT[f"{result.exercise.kind}, {result.status}"])]
    advice, failed, _ = advise(result)
    paragraphs = [("found", failed.verdict.text if failed else result.verdict.text)]
    if failed and failed.check:
        arguments = zip(result.exercise.parameters, failed.args, strict=True)
        call = [f"{name} = {_indented(show(arg), len(name) + 3)}" for name, arg in arguments]
        paragraphs.insert(0, ("case", "\n".join([f"{failed.check.name}:", *call])))
    return [*paragraphs, *([("hint", advice)] if advice else [])]


def _indented(text, width):
    return text.replace("\n", "\n" + " " * width)


def headline(result):
    """Status and points, in a line."""
    return f"{STATUS[result.status]}, {result.points} of {result.exercise.points} points"


def as_text(result):
    """The whole report as plain text."""
    table = [f"  {mark:8}{points:>5}  {name}" for mark, name, points in rows(result)]
    return "\n".join([f"{result.exercise.name}: {headline(result)}", *table, "", body(result)])


def body(result):
    """The paragraphs of `explain` as plain text."""
    paragraphs = [fill(f"Hint: {text}", WIDTH) if role == "hint" else text for role, text in explain(result)]
    return "\n\n".join(paragraphs)


def as_html(result):
    """The same report as HTML, in the colours of the page around it."""
    edge = EDGES.get(result.status, EDGE)
    table = "".join(
        f'<tr><td style="text-align:left">{_strong(mark, mark == "FAILED")}</td><td>{points}</td>'
        f'<td style="text-align:left">{escape(name)}</td></tr>'
        for mark, name, points in rows(result)
    )
    paragraphs = "".join(_paragraph(role, text) for role, text in explain(result))
    return (
        f'<div style="border-left:6px solid {edge};padding-left:1em;overflow-x:auto">'
        f"<p><strong>{escape(result.exercise.name)}: {headline(result)}</strong></p>"
        f"{f'<table>{table}</table>' if table else ''}{paragraphs}</div>"
    )


def _strong(text, strong):
    return f"<strong>{escape(text)}</strong>" if strong else escape(text)


def _paragraph(role, text):
    if role in ("case", "found"):  # an answer's words are in it
        return f'<pre style="white-space:pre-wrap;font-family:monospace;margin:0.8em 0">{escape(text)}</pre>'
    words = code(escape(text))
    if role == "next":
        return f"<p>{words}</p>"
    return f'<p style="border:1px solid {EDGE};padding:0.5em;margin:0.8em 0"><strong>Hint:</strong> {words}</p>'


def code(text):
    """Put what stands between backticks into code elements of HTML."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)

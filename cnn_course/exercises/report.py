"""A result in words: as plain text, and as HTML that reads on a light and on a dark page."""

from html import escape
from textwrap import fill

from cnn_course.exercises.compare import show
from cnn_course.exercises.diagnose import describe, recognise, resembles

WIDTH = 88  # of a hint in plain text
NEXT = {
    "Implement, not attempted": "Not attempted yet: replace `raise NotImplementedError`, and run the cell.",
    "Predict, not attempted": "Not attempted yet: assign your answer to the name, and run the cell.",
    "Implement, passed": "Everything that was tried here is right. A grader draws other cases, and may have more.",
    "Predict, passed": "This is the answer.",
    "Explain, explain": "Write your answer down, then compare it with the model answer.",
}


def advise(result):
    """Return what to do about a failed result: the hint to its mistake, or what its failures have in common."""
    mistake = recognise(result)
    if mistake:
        return mistake.hint
    near, common = resembles(result), describe(result)
    hint = f'In "{near[0].name}" the results are those of one known mistake. {near[1].hint}' if near else ""
    return " ".join(filter(None, (common, hint)))


def rows(result):
    """The checks of a result, a triple (mark, name, points) each."""
    checks = getattr(result.exercise, "checks", ()) if result.earned else ()
    return [
        (_mark(result, check), check.name, f"{result.earned.get(check.name, 0)}/{check.points}") for check in checks
    ]


def _mark(result, check):
    if check.name not in result.earned:
        return "not run"
    failed = any(trial.verdict for trial in result.trials if trial.check is check)
    return "failed" if failed or result.earned[check.name] < check.points else "passed"


def explain(result):
    """What is wrong first, with the call that shows it, and what to do about it, as paragraphs."""
    if result.status != "failed":
        return [NEXT[f"{result.exercise.kind}, {result.status}"]]
    paragraphs = [result.verdict.text]
    if result.failed and result.failed.check:
        arguments = zip(result.exercise.parameters, result.failed.args, strict=True)
        call = [f"{name} = {_indented(show(arg), len(name) + 3)}" for name, arg in arguments]
        paragraphs.insert(0, "\n".join([f"{result.failed.check.name}:", *call]))
    advice = advise(result)
    return [*paragraphs, *([f"Hint: {advice}"] if advice else [])]


def _indented(text, width):
    return text.replace("\n", "\n" + " " * width)


def as_text(result):
    """The whole report as plain text."""
    head = f"{result.exercise.name}: {result.points} of {result.exercise.points} points"
    table = [f"  {mark:8}{points:>5}  {name}" for mark, name, points in rows(result)]
    paragraphs = [fill(text, WIDTH) if text.startswith("Hint: ") else text for text in explain(result)]
    return "\n".join([head, *table, "", "\n\n".join(paragraphs)])


def as_html(result):
    """The same report as HTML, in the colours of the page around it."""
    table = "".join(
        f'<tr><td style="text-align:left">{escape(mark)}</td><td>{points}</td>'
        f'<td style="text-align:left">{escape(name)}</td></tr>'
        for mark, name, points in rows(result)
    )
    body = "".join(
        f"<p>{escape(text)}</p>" if "\n" not in text else f'<pre style="white-space:pre-wrap">{escape(text)}</pre>'
        for text in explain(result)
    )
    edge = {"passed": "#2a9d5c", "failed": "#c8553d"}.get(result.status, "#8a8a8a")
    return (
        f'<div style="border-left:4px solid {edge};padding-left:1em;overflow-x:auto">'
        f"<p><strong>{escape(result.exercise.name)}</strong>: {result.points} of {result.exercise.points} points</p>"
        f"{f'<table>{table}</table>' if table else ''}{body}</div>"
    )

"""A page for each exercise in words, with all answers to it: it needs no script and no network, and runs nothing."""

from html import escape

from cnn_course.exercises.catalogue import find
from cnn_course.exercises.notebook import effort
from cnn_course.grading.reports.marks import possible

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 17px/1.5 serif; max-width: 56em; margin: auto; padding: 1em }}
pre {{ font: 15px/1.5 monospace; white-space: pre-wrap; overflow-wrap: anywhere; border-left: 4px solid #0072B2;
  padding-left: 1em }}
pre.course {{ font: inherit; border: 0; padding: 0 }}
img {{ max-width: 100% }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{effort}. {count}</p>
<pre class="course">{statement}</pre>
<h2>A complete answer</h2>
<p>A point for each; {possible} in all.</p>
<ol>
{contains}
</ol>
<details><summary>The model answer</summary><pre class="course">{answer}</pre></details>
{answers}
</body>
</html>
"""


def page(name, answers):
    """The page of an exercise; `answers` are pairs of a student, or a number, and an answer."""
    exercise = find(name)
    written = [(student, answer) for student, answer in answers if answer]
    without = [student for student, answer in answers if not answer]
    count = f"{len(written)} of {len(answers)} have answered{', not ' if without else ''}{', '.join(without)}."
    return PAGE.format(
        title=escape(f"{exercise.kind}: {exercise.title}"),
        effort=escape(effort(exercise)),
        count=escape(count),
        statement=escape(exercise.statement),
        possible=possible(exercise),
        contains="\n".join(f"<li>{escape(part)}</li>" for part in exercise.contains),
        answer=escape(exercise.answer),
        answers="\n".join(_section(student, answer) for student, answer in written),
    )


def _section(student, answer):
    images = "".join(f'<p><img src="{escape(image)}" alt="a picture in the answer"></p>\n' for image in answer.images)
    return f"<h2>{escape(student)}</h2>\n<pre>{escape(answer.text)}</pre>\n{images}"

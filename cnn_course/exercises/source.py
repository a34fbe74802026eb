"""The source of a solution: as it is, and as the stub that a learner begins with."""

import ast
import inspect
import textwrap


def function_source(function):
    """The source of a function without its decorators."""
    text = textwrap.dedent(inspect.getsource(function))
    lines = text.splitlines()
    return "\n".join(lines[ast.parse(text).body[0].lineno - 1 :]) + "\n"


def stub(exercise):
    """What a learner begins with: signature and docstring, or a variable."""
    if exercise.kind == "Predict":
        return f"{exercise.name} = None  # your answer\n"
    text = function_source(exercise.answer)
    docstring = ast.parse(text).body[0].body[0]
    return "\n".join([*text.splitlines()[: docstring.end_lineno], "    raise NotImplementedError", ""])


def solution_text(exercise):
    """The solution, what a complete answer in words contains, and the remark to it, as Markdown."""
    if exercise.kind == "Implement":
        parts = [f"```python\n{function_source(exercise.answer)}```"]
    elif exercise.kind == "Predict":
        parts = [f"`{exercise.name} = {exercise.answer!r}`"]
    else:
        items = "\n".join(f"- {item}" for item in exercise.contains)
        parts = [exercise.answer, f"A complete answer\n\n{items}"]
    return "\n\n".join([*parts, exercise.remark] if exercise.remark else parts)

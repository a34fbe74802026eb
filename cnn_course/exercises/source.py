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
    """The solution and the remark to it, as Markdown."""
    parts = {
        "Implement": lambda: f"```python\n{function_source(exercise.answer)}```",
        "Predict": lambda: f"`{exercise.name} = {exercise.answer!r}`",
        "Explain": lambda: exercise.answer,
    }
    return "\n\n".join(part for part in (parts[exercise.kind](), exercise.remark) if part)

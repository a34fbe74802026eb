"""Each convention, once broken, is reported by name; the unbroken chapter and the book itself pass."""

from pathlib import Path

import pytest
from check_book import main, problems
from nbformat.v4 import new_markdown_cell, new_output
from reading import parts, words


def messages(chapter):
    return [message for _, _, message in problems(chapter.parent)]


def test_a_chapter_that_keeps_the_conventions_passes(chapter):
    assert messages(chapter) == []


def test_the_book_passes():
    assert main(Path(__file__).parents[2] / "book") is False


def test_what_is_in_depth_does_not_count_as_core(chapter, edit):
    def deepen(notebook):
        depth = "### In depth: more\n\n" + "word " * 5001 + "\n\n" + "\n".join(theorem(i) for i in range(8))
        notebook.cells.insert(8, new_markdown_cell(f"{depth}\n### The core again"))

    edit(deepen)
    assert messages(chapter) == []


def test_a_comment_in_a_block_of_code_is_no_heading():
    source = "### In depth: a program\n\n```\n# a comment\n```\n\nstill in depth\n\n## Core\n\nagain"
    found = parts([new_markdown_cell(source)])
    assert "still in depth" in found["depth"]
    assert found["core"].split() == ["##", "Core", "again"]


def test_formulas_and_directives_are_no_long_words():
    assert words("For $x > 0$ we have\n\n$$\ny = 2 x .\n$$\n") == 4 + 10
    assert words(":::{prf:lemma} A title\n:label: lem-one\n\nIt holds.\n\n:::") == 2


def code(notebook, number):
    return [cell for cell in notebook.cells if cell.cell_type == "code"][number]


def never_executed(notebook):
    code(notebook, 1).execution_count = None


def executed_out_of_order(notebook):
    code(notebook, 1).execution_count = 7


def ends_in_error(notebook):
    code(notebook, 1).outputs = [new_output("error", ename="ValueError", evalue="no", traceback=[])]


def no_title(notebook):
    notebook.cells[0].source = "Title"


def no_orienting_figure(notebook):
    code(notebook, 0).outputs = []


def no_summary(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.source != "## Summary"]


def three_sections(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.source != "## Two?"]


def theorem_without_label(notebook):
    replace(notebook, ":label: thm-one\n", "")


def exercise_without_solution(notebook):
    replace(notebook, "{solution} ex-size", "{solution} ex-why")


def no_exercise_to_explain(notebook):
    replace(notebook, "Explain: something", "Describe: something")


def no_exercise_to_prove(notebook):
    replace(notebook, "Prove: something", "Show: something")


def no_reading_times(notebook):
    replace(notebook, "With everything in depth", "In all")


def long_core(notebook):
    notebook.cells.insert(8, new_markdown_cell("word " * 5001))


def many_statements(notebook):
    notebook.cells.insert(8, new_markdown_cell("\n".join(theorem(i) for i in range(8))))


def many_assertions(notebook):
    code(notebook, 1).source = "\n".join(["assert True"] * 16)


def goal_without_exercise(notebook):
    replace(notebook, "2. Do more.", "2. Do more.\n3. Do all.")


def exercise_without_goal(notebook):
    replace(notebook, "1. Do something.\n2. Do more.", "2. Do more.")


def few_exercises(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("cnn_course", {}).get("exercise") != "how"]


def solution_by_name(notebook):
    code(notebook, 1).source = "def double(x):\n    return 2 * x"


def solution_in_other_words(notebook):
    code(notebook, 1).source = "def twice(number):\n    result = number + number\n    return result"


def theorem(i):
    return f":::{{prf:theorem}} Another\n:label: thm-{i}\n\nIt holds.\n\n:::\n"


def label_twice(notebook):
    notebook.cells.append(new_markdown_cell(":::{prf:lemma} Again\n:label: thm-one\n\nIt holds.\n\n:::"))


def equation_twice(notebook):
    for _ in range(2):
        notebook.cells.append(new_markdown_cell("$$\n1 = 1\n$$ (eq-one)"))


def figure_as_a_check(notebook):
    code(notebook, 0).metadata["cnn_course"] = {"checks": ["thm-one"]}


def definition_as_a_check(notebook):
    cell = code(notebook, 1)
    cell.source, cell.outputs, cell.metadata["cnn_course"] = "x = 1", [], {"checks": ["thm-one", "thm-two"]}


def figure_without_caption(notebook):
    code(notebook, 0).metadata["mystnb"]["figure"]["caption"] = ""


def figure_without_name(notebook):
    del code(notebook, 0).metadata["mystnb"]["figure"]["name"]


def figure_without_alt_text(notebook):
    code(notebook, 0).metadata["mystnb"]["image"]["alt"] = "A line"


def figure_too_wide(notebook):
    output = next(o for o in code(notebook, 0).outputs if "image/svg+xml" in o.get("data", {}))
    output.data["image/svg+xml"] = output.data["image/svg+xml"].replace('width="360pt"', 'width="720pt"')


def figure_in_pixels(notebook):
    output = next(o for o in code(notebook, 0).outputs if "image/svg+xml" in o.get("data", {}))
    output.data = {"image/png": "iVBORw0KGgo="}


def long_cell(notebook):
    code(notebook, 1).source = "\n".join(["x = 1"] * 21)


def replace(notebook, old, new):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(old, new)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (never_executed, "executed as number None, expected 2"),
        (executed_out_of_order, "executed as number 7, expected 2"),
        (ends_in_error, "ends in an error"),
        (no_title, "must begin with the title"),
        (no_orienting_figure, "must draw the orienting figure"),
        (no_summary, "sections must begin with"),
        (three_sections, "4 to 7 sections between goals and summary, got 3"),
        (theorem_without_label, "{prf:theorem} A theorem has no label"),
        (exercise_without_solution, "exercise ex-size has no solution"),
        (no_exercise_to_explain, "no exercise of the kind 'Explain'"),
        (no_exercise_to_prove, "no exercise of the kind 'Prove'"),
        (no_reading_times, "must state both reading times"),
        (long_core, "words, at most 5000"),
        (many_statements, "the core has 9 numbered statements, at most 8"),
        (many_assertions, "16 assertions, at most 15"),
        (goal_without_exercise, "no exercise for learning goal 3"),
        (exercise_without_goal, "exercise size serves the goals (1,), expected some of [2]"),
        (few_exercises, "5 exercises, expected 6 to 10"),
        (solution_by_name, "the function double gives the solution of exercise double away"),
        (solution_in_other_words, "the function twice gives the solution of exercise double away"),
        (label_twice, "label thm-one stands 2 times"),
        (equation_twice, "label eq-one stands 2 times"),
        (figure_as_a_check, "checks thm-one, but asserts and prints nothing"),
        (definition_as_a_check, "checks thm-one, thm-two, but asserts and prints nothing"),
        (figure_without_caption, "the figure has no caption"),
        (figure_without_name, "the figure has no name"),
        (figure_without_alt_text, "alt text of 6 characters, expected 30"),
        (figure_too_wide, "the figure is 720 points wide, at most 374"),
        (figure_in_pixels, "the figure is no SVG"),
        (long_cell, "21 lines of code, at most 20"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_convention_is_reported(chapter, edit, change, expected):
    edit(change)
    assert any(expected in message for message in messages(chapter)), messages(chapter)
    assert main(chapter.parent) is True

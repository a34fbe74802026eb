"""On a small book: what is written, what is left as it is, and that a notebook works as a learner gets it."""

import json
from inspect import cleandoc
from types import SimpleNamespace

import make_exercises
import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnn_course.exercises.examine import examine
from cnn_course.exercises.exercise import Explain, Implement, Predict
from cnn_course.exercises.notebook import notebook_text
from cnn_course.exercises.submission import Here


def implement():
    task = r"Double \1 all numbers."
    exercise = Implement("twice as much", "1-4", task, remark="It is linear.", stars=2, minutes=20)

    @exercise.solution
    def twice_as_much(x, times=1):
        r"""Double a number.

        >>> twice_as_much(3)
        6
        """
        secret = 2
        return secret * x

    @exercise.check("any number", points=3)
    def any_number(rng):
        yield int(rng.integers(3, 9)), 1

    return exercise


WHY = {"hints": ("Think.", "Think again."), "answer": "Because.", "contains": ("says because",)}
EXERCISES = {
    "twice_as_much": implement(),
    "size": Predict("size", "1-3", "What size?", name="size", answer=(3, 4), stars=1, minutes=5),
    "why": Explain("why", "1-3", "Why?", name="why", stars=3, minutes=15, **WHY),
}
PAGE = "# All\n\n<!-- exercises -->\nold\n<!-- end -->\n\nThe end.\n"


@pytest.fixture(autouse=True)
def _small_catalogue(monkeypatch):
    monkeypatch.setattr(make_exercises, "names", lambda: sorted(EXERCISES))
    monkeypatch.setattr(make_exercises, "find", EXERCISES.__getitem__)


@pytest.fixture
def book(tmp_path):
    """A book as it was before anything was generated."""
    chapter = new_notebook(
        cells=[
            new_markdown_cell("# A chapter"),
            new_markdown_cell("old", metadata={"cnn_course": {"exercise": "twice_as_much"}}),
            new_code_cell("x = 1", metadata={"cnn_course": {"exercise": "size"}}),
        ]
    )
    (tmp_path / "1-3-small.ipynb").write_text(nbformat.writes(chapter, indent=1) + "\n", encoding="utf-8")
    (tmp_path / "exercises.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "notes.md").write_text("old", encoding="utf-8")
    return tmp_path


def state(book):
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in book.rglob("*") if path.is_file()}


def read(book, name):
    return nbformat.read(book / "exercises" / f"{name}.ipynb", as_version=4)


def test_everything_is_written_and_named(book, capsys):
    make_exercises.main(str(book))
    written = {"1-3-small.ipynb", "exercises.md", *(f"exercises/{name}.ipynb" for name in EXERCISES)}
    assert set(capsys.readouterr().out.splitlines()) == {f"{book / name}: written" for name in written}
    assert {str(path.relative_to(book)) for path in state(book)} == written | {"notes.md"}
    for name in EXERCISES:
        nbformat.validate(read(book, name))


def test_what_is_current_is_not_touched(book, capsys):
    make_exercises.main(book)
    before = state(book)
    capsys.readouterr()
    make_exercises.main(book)
    assert state(book) == before
    assert capsys.readouterr().out == ""
    assert list(make_exercises.outdated(book)) == []


def test_only_what_is_not_current_is_written(book, capsys):
    make_exercises.main(book)
    before = state(book)
    path = book / "exercises" / "why.ipynb"
    path.write_text("{}", encoding="utf-8")
    capsys.readouterr()
    make_exercises.main(book)
    assert capsys.readouterr().out == f"{path}: written\n"
    after = state(book)
    assert after.pop(path)[0] == before.pop(path)[0]
    assert after == before


def test_a_stale_notebook_is_removed(book, capsys):
    make_exercises.main(book)
    stale = book / "exercises" / "gone.ipynb"
    stale.write_text("{}", encoding="utf-8")
    (book / "exercises" / ".ipynb_checkpoints").mkdir()
    capsys.readouterr()
    make_exercises.main(book)
    assert capsys.readouterr().out == f"{stale}: removed\n"
    assert not stale.exists()
    assert (book / "exercises" / ".ipynb_checkpoints").exists()


BLOCK = [
    "{exercise} Implement: twice as much\n:label: ex-twice-as-much\n:class: implement\n\n",
    "*★★☆ · 20 minutes · 3 points*\n\nDouble \\1 all numbers.\n",
    "{download}`twice_as_much.ipynb <exercises/twice_as_much.ipynb>`.\n\n:::\n\n:::",
    "{solution} ex-twice-as-much\n:label: sol-twice-as-much\n:class: dropdown\n",
    "    secret = 2\n    return secret * x\n```\n\nIt is linear.\n\n:::",
]


def test_a_marked_cell_of_a_chapter_becomes_the_exercise(book):
    before = json.loads((book / "1-3-small.ipynb").read_text(encoding="utf-8"))
    make_exercises.main(book)
    after = json.loads((book / "1-3-small.ipynb").read_text(encoding="utf-8"))
    text = "".join(after["cells"][1].pop("source"))
    places = [text.find(part) for part in BLOCK]
    assert -1 not in places
    assert places == sorted(places)
    assert before["cells"][1].pop("source") == ["old"]
    assert after == before


def test_an_unknown_exercise_in_a_chapter_is_an_error(book, monkeypatch):
    monkeypatch.setattr(make_exercises, "find", {n: e for n, e in EXERCISES.items() if n != "why"}.__getitem__)
    with pytest.raises(KeyError):
        make_exercises.main(book)
    assert not (book / "exercises").exists()


EFFORTS = {
    "size": "| ★☆☆ · 5 minutes · 1 point |",
    "why": "| ★★★ · 15 minutes |",
    "twice_as_much": "| ★★☆ · 20 minutes · 3 points |",
}


def test_the_list_stands_between_the_comments(book):
    make_exercises.main(book)
    text = (book / "exercises.md").read_text(encoding="utf-8")
    start, end = PAGE.split("old\n")
    assert text.startswith(start)
    assert text.endswith(end)
    rows = text.removeprefix(start).removesuffix(end).splitlines()[2:]
    assert [row.count("|") for row in rows] == [5, 5, 5]
    for row, name in zip(rows, ("size", "why", "twice_as_much"), strict=True):  # chapter by chapter
        assert f"{name}.ipynb" in row
        assert EXERCISES[name].title in row
        assert row.endswith(EFFORTS[name])


def answers(notebook):
    """The namespace of a notebook after its marked cells have run."""
    names = {"np": np}
    for cell in notebook.cells:
        if cell.cell_type == "code" and "cnn_course" in cell.metadata:
            exec(compile(cell.source, "<cell>", "exec"), names)
    return names


@pytest.mark.parametrize("name", ["twice_as_much", "size"])
def test_a_generated_notebook_is_not_attempted(book, name):
    make_exercises.main(book)
    notebook = read(book, name)
    result = examine(EXERCISES[name], Here(answers(notebook)), np.random.default_rng(0))
    assert (result.status, result.points) == ("not attempted", 0)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.metadata.get("cnn_course") for cell in code] == [None, {"exercise": name}, None]
    assert code[2].source == f'check("{name}")'
    assert f"{EXERCISES[name].points} point" in notebook.cells[2].source


def test_a_stub_has_signature_and_docstring_and_no_more(book):
    make_exercises.main(book)
    text = (book / "exercises" / "twice_as_much.ipynb").read_text(encoding="utf-8")
    assert "secret" not in text
    assert "It is linear" not in text
    function = answers(read(book, "twice_as_much"))["twice_as_much"]
    assert cleandoc(function.__doc__) == cleandoc(EXERCISES["twice_as_much"].answer.__doc__)
    assert function.__defaults__ == (1,)


def test_an_explanation_has_room_for_the_answer(book):
    make_exercises.main(book)
    sources = [cell.source for cell in read(book, "why").cells]
    assert sources[2:] == [
        "## Exercise\n\n*★★★ · 15 minutes*\n\nWhy?",
        "*Your answer.*",
        '`hint("why")` gives a hint, then the next one. When your answer is written, compare it with the model\n'
        'answer: `solution("why")`.',
        "",
    ]


def test_hints_and_the_list_of_a_complete_answer_are_folded_in_the_chapter():
    text = make_exercises.block(EXERCISES["why"])
    assert (
        ":::{admonition} Hints\n:class: tip dropdown\n\n1. Think.\n2. Think again.\n\n:::\n\n:::{solution} ex-why\n"
        in text
    )
    assert text.endswith(":class: dropdown\n\nBecause.\n\nA complete answer\n\n- says because\n\n:::")


def test_the_reading_times_of_a_chapter_are_filled(book):
    path = book / "1-3-small.ipynb"
    chapter = nbformat.read(path, as_version=4)
    chapter.cells[0].source = "# A chapter\n\n*Core: 0 minutes. With everything in depth: 0 minutes.*"
    chapter.cells.append(new_markdown_cell("word " * 440 + "\n\n### In depth: more\n\n" + "word " * 220))
    nbformat.write(chapter, path)
    make_exercises.main(book)
    text = nbformat.read(path, as_version=4).cells[0].source
    assert text.endswith("*Core: 4 minutes. With everything in depth: 6 minutes.*")


def test_a_notebook_is_as_jupyter_saves_it():
    exercise = Predict("la taille, précisément", "1-3", "Combien?", name="taille", answer=3)
    text = notebook_text(exercise)
    assert text == nbformat.writes(nbformat.reads(text, as_version=4), indent=1) + "\n"


def test_a_notebook_tells_what_it_needs(book):
    make_exercises.main(book)
    cells = read(book, "size").cells
    assert cells[0].source.startswith("# Predict: size\n\nThis notebook needs Python")
    run = []
    exec(cells[1].source, {"__builtins__": {"__import__": lambda name, *_: run.append(name) or anything}})
    assert run == ["numpy", "cnn_course.exercises"]


anything = SimpleNamespace(check=None, hint=None, solution=None)

"""Answers in words are found where learners write them, and shown on pages that run nothing."""

import base64
import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from records import HOSTILE

from cnn_course.__main__ import OTHERS
from cnn_course.exercises.catalogue import find
from cnn_course.exercises.notebook import notebook_text
from cnn_course.grading import cli
from cnn_course.grading.files import read
from cnn_course.grading.reports.answers import Answer, read_answers
from cnn_course.grading.reports.collect import notebooks_in
from cnn_course.grading.reports.marks import possible
from cnn_course.grading.reports.pages import page

NAME, OTHER = "borrowed_weights", "autocorrelation"  # one to explain, one to prove
BOOK = Path(__file__).parents[2] / "book"
PIXEL = base64.b64encode(b"\x89PNG not really").decode()


def of(*names):
    """The cells of the notebooks of exercises, one after the other."""
    return [cell for name in names for cell in json.loads(notebook_text(find(name)))["cells"]]


def meant(cells, name=NAME):
    (cell,) = [cell for cell in cells if cell["metadata"].get("cnn_course", {}).get("exercise") == name]
    return cell


def markdown(source, **more):
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def code(source):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def save(path, cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def answered(path, text, name=NAME):
    cells = of(name)
    meant(cells, name)["source"] = text
    return save(path, cells)


@pytest.fixture
def text_of(tmp_path):
    """The text that is found in cells."""

    def read(cells, name=NAME):
        return read_answers(save(tmp_path / "a.ipynb", cells))[name].text

    return read


@pytest.mark.parametrize("name", [NAME, OTHER])
def test_a_notebook_that_nobody_has_touched_has_no_answer(text_of, name):
    assert text_of(of(name), name) == ""


@pytest.mark.parametrize("source", ["Turn them.", "*Your answer.*\n\nTurn them.", "*Your answer.* Turn them.\n\n"])
def test_in_the_cell_that_is_meant_for_it(text_of, source):
    cells = of(NAME)
    meant(cells)["source"] = source.splitlines(keepends=True)
    assert text_of(cells) == "Turn them."


def test_in_cells_below_it_with_code(text_of):
    cells = of(NAME)
    place = cells.index(meant(cells)) + 1
    cells[place:place] = [markdown("## My answer"), code("flip(h)"), code('hint("borrowed_weights")'), markdown("So.")]
    cells[-1] = code('solution("borrowed_weights")\n')
    cells.append(markdown("And more."))
    assert text_of(cells) == "## My answer\n\n```python\nflip(h)\n```\n\nSo.\n\nAnd more."


def test_only_questions_to_the_course_are_left_out(text_of):
    """Also a long cell that is nearly one of them comes to an end."""
    cells = of(NAME)
    questions = 'hint("borrowed_weights")\n\n  \n' * 60
    cells += [code(questions), code(f"{questions}x = 1")]
    assert text_of(cells) == f"```python\n{questions}x = 1\n```"


def test_several_exercises_in_one_notebook(text_of):
    cells = of(NAME, "convolve", OTHER)
    meant(cells)["source"] = "First."
    meant(cells, OTHER)["source"] = "Second."
    assert (text_of(cells), text_of(cells, OTHER)) == ("First.", "Second.")


@pytest.mark.parametrize("name", [NAME, OTHER])
def test_in_a_notebook_that_has_lost_its_marks(text_of, name):
    cells = of(name)
    meant(cells, name)["source"] = "Turn them."
    for cell in cells:
        cell["metadata"] = {}
    assert text_of(cells, name) == "Turn them."


def test_in_a_chapter(text_of):
    cells = json.loads((BOOK / "1-3-discrete-convolution.ipynb").read_text(encoding="utf-8"))["cells"]
    assert {text_of(cells, name) for name in (NAME, OTHER, "dark_frame")} == {""}
    place = cells.index(meant(cells))
    cells.insert(place + 1, markdown("Turn them."))
    cells[place]["source"] = [*cells[place]["source"], "\n\nRight here."]
    meant(cells, OTHER)["source"] += ["\n\nLast."]
    assert (text_of(cells), text_of(cells, OTHER)) == ("Right here.\n\nTurn them.", "Last.")


def test_every_chapter_is_a_notebook_without_answers():
    chapters = sorted(BOOK.glob("?-?-*.ipynb"))
    assert chapters
    for path in chapters:
        assert {answer.text for answer in read_answers(path).values()} <= {""}, path


def test_pictures_that_are_attached(tmp_path):
    cells = of(NAME)
    good = {"image/png": PIXEL[:4] + "\n" + PIXEL[4:]}
    evil = {"image/svg+xml": PIXEL, "text/html": PIXEL, "image/gif": 'x" onerror="alert(1)', "image/jpeg": 5}
    meant(cells)["attachments"] = {"a.png": good, "b": evil, "c": "text", "d": {"image/png": [PIXEL]}}
    cells.append(markdown("x", attachments=[]))
    found = read_answers(save(tmp_path / "a.ipynb", cells))[NAME]
    assert found.images == [f"data:image/png;base64,{PIXEL}"] * 2


def test_a_notebook_is_graded_as_before(tmp_path):
    path = answered(tmp_path / "a.ipynb", "Turn them.")
    assert read(path).names == (NAME,)


class Page(HTMLParser):
    """What a browser would see."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_data(self, data):
        self.words += data


SAFE = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "h1",
    "h2",
    "p",
    "pre",
    "ol",
    "li",
    "details",
    "summary",
    "img",
}


@pytest.fixture
def collect(tmp_path):
    """Run the command; return its exit status and the folder that it writes."""

    def run(*options):
        return cli.main(
            ["collect", str(tmp_path / "in"), "--to", str(tmp_path / "out"), *options], OTHERS
        ), tmp_path / "out"

    return run


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_page_for_each_exercise_a_table_and_a_key(tmp_path, collect):
    for name in ("amy", "ben"):
        answered(tmp_path / "in" / name / "weights.ipynb", f"Turn them, says {name[::-1]}.")
    answered(tmp_path / "in" / "cyd" / "weights.ipynb", "*Your answer.*")
    answered(tmp_path / "in" / "cyd" / "proof.ipynb", "$a[-u] = a[u]$", OTHER)
    status, out = collect()
    assert status == 0
    assert {path.name for path in out.iterdir()} == {f"{NAME}.html", f"{OTHER}.html", "marks.csv", "key.csv"}
    numbers = {row["student"]: row["number"] for row in table(out / "key.csv")}
    assert sorted(numbers) == ["amy", "ben", "cyd"]
    assert sorted(numbers.values()) == ["1", "2", "3"]
    most = str(possible(find(NAME)))
    assert {(row["student"], row["points"], row["possible"], row["comment"]) for row in table(out / "marks.csv")} == {
        (numbers["amy"], "", most, ""),
        (numbers["ben"], "", most, ""),
        (numbers["cyd"], "0", most, "no answer"),
        (numbers["cyd"], "", str(possible(find(OTHER))), ""),
    }
    page = Page((out / f"{NAME}.html").read_text(encoding="utf-8"))
    assert not re.search(r"\b(amy|ben|cyd)\b", page.words)
    assert "says neb." in page.words
    assert f"2 of 3 have answered, not {numbers['cyd']}." in page.words
    for part in (*find(NAME).contains, find(NAME).answer, find(NAME).statement):
        assert part in page.words


def test_which_notebooks_are_whose(tmp_path):
    for name in ("ada.ipynb", "bob/1.ipynb", "bob/week/deep/2.ipynb", ".git/x.ipynb", "bob/.ipynb_checkpoints/1.ipynb"):
        answered(tmp_path / name, "Turn them.")
    (tmp_path / "ada.py").write_text("")
    found = notebooks_in(tmp_path)
    assert {path.relative_to(tmp_path).as_posix(): student for path, student in found.items()} == {
        "ada.ipynb": "ada",
        "bob/1.ipynb": "bob",
        "bob/week/deep/2.ipynb": "bob",
    }
    assert notebooks_in(tmp_path / "ada.ipynb") == {tmp_path / "ada.ipynb": "ada"}


def test_nobody_hands_in_a_link_to_another_one_s_answers(tmp_path):
    answered(tmp_path / "ada.ipynb", "Turn them.")
    try:
        (tmp_path / "bob.ipynb").symlink_to("ada.ipynb")
    except OSError:
        pytest.skip("this system lets nobody make links")
    assert list(notebooks_in(tmp_path)) == [tmp_path / "ada.ipynb"]


def test_numbers_say_nothing_about_names(tmp_path, collect):
    names = [f"student{i:02}" for i in range(20)]
    for name in names:
        answered(tmp_path / "in" / f"{name}.ipynb", "Turn them.")
    _, out = collect()
    numbers = {row["student"]: int(row["number"]) for row in table(out / "key.csv")}
    assert [numbers[name] for name in names] != list(range(1, 21)), "one of 20! orders"


def test_with_names(tmp_path, collect):
    answered(tmp_path / "in" / "=ada.ipynb", "Turn them.")
    status, out = collect("--named")
    assert status == 0
    assert not (out / "key.csv").exists()
    assert table(out / "marks.csv")[0]["student"] == "'=ada"
    assert "=ada" in Page((out / f"{NAME}.html").read_text(encoding="utf-8")).words


def test_a_second_run_keeps_marks_and_numbers(tmp_path, collect):
    answered(tmp_path / "in" / "ada.ipynb", "Turn them.")
    _, out = collect()
    marks = (out / "marks.csv").read_text().replace(f"{NAME},,", f"{NAME},4,").replace(",\n", ',"good, but"\n')
    (out / "marks.csv").write_text(marks)
    answered(tmp_path / "in" / "aaa.ipynb", "Late.")
    collect()
    assert [(row["number"], row["student"]) for row in table(out / "key.csv")] == [("1", "ada"), ("2", "aaa")]
    rows = [(row["student"], row["points"], row["comment"]) for row in table(out / "marks.csv")]
    assert rows == [("1", "4", "good, but"), ("2", "", "")]


def test_an_answer_that_comes_late_replaces_the_row_that_says_that_there_is_none(tmp_path, collect):
    answered(tmp_path / "in" / "ada.ipynb", "")
    _, out = collect()
    assert [(row["points"], row["comment"]) for row in table(out / "marks.csv")] == [("0", "no answer")]
    answered(tmp_path / "in" / "ada.ipynb", "Turn them.")
    collect()
    assert [(row["points"], row["comment"]) for row in table(out / "marks.csv")] == [("", "")]


def test_what_a_student_writes_in_two_notebooks_is_shown_together(tmp_path, collect):
    answered(tmp_path / "in" / "ada" / "1.ipynb", "Turn them.")
    answered(tmp_path / "in" / "ada" / "2.ipynb", "All of them.")
    answered(tmp_path / "in" / "bob" / "1.ipynb", "No.")
    _, out = collect()
    assert "Turn them.\n\nAll of them." in Page((out / f"{NAME}.html").read_text(encoding="utf-8")).words
    assert len(table(out / "marks.csv")) == 2


def test_students_whose_names_look_the_same_are_all_on_the_page():
    text = page(NAME, [("a?", Answer("One.")), ("a?", Answer("Two."))])
    assert "One." in text
    assert "Two." in text


def test_a_broken_notebook_stops_nothing(tmp_path, collect, capsys):
    answered(tmp_path / "in" / "ada.ipynb", "Turn them.")
    (tmp_path / "in" / "bob.ipynb").write_text("[")
    (tmp_path / "in" / "cyd.ipynb").write_text('{"cells": [{"cell_type": "markdown", "source": 5}]}')
    status, out = collect()
    assert status == 2
    assert (out / f"{NAME}.html").exists()
    said = capsys.readouterr().err
    assert "bob.ipynb: is not JSON" in said
    assert "cyd.ipynb: a cell's source is of type int" in said


def test_hostile_answers_and_names(tmp_path, collect):
    name = HOSTILE.replace("/", "_").replace("\x00", "").replace("\ud800", "")[:120]
    try:
        answered(tmp_path / "in" / f"{name}.ipynb", HOSTILE.encode("utf-8", "replace").decode())
    except OSError:
        pytest.skip("this system has no files of such names")
    cells = of(NAME)
    meant(cells)["attachments"] = {'"><script>': {"image/png": PIXEL}}
    save(tmp_path / "in" / "b.ipynb", [*cells, code("</pre><script>alert(2)</script>")])
    _, out = collect("--named")
    text = (out / f"{NAME}.html").read_text(encoding="utf-8")
    page = Page(text)
    assert set(page.tags) == SAFE
    assert not any(key.startswith("on") for key, _ in page.attributes)
    assert all(value.startswith("data:image/png;base64,") for key, value in page.attributes if key in ("src", "href"))
    assert all(shown in page.words for shown in ("<script>alert(1)</script>", "<script>alert(1)<_script>"))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", text)
    assert all(not row["student"].startswith("=") for row in table(out / "marks.csv"))

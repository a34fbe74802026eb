"""`tools/new.py` begins chapters and exercises: all that they need, entered where it belongs, or nothing."""

import importlib.util
from collections import Counter

import check_exercises
import nbformat
import new
import pytest
import yaml
from check_book import problems
from make_exercises import TIMES, times
from nbformat.v4 import new_markdown_cell, new_notebook
from run_notebooks import main as run

TOC = """format: jb-book
root: book/index
parts:
  - caption: I Theory
    chapters:
      - file: book/1-1-maps
      - file: book/1-3-fft
  - caption: Exercises
    chapters:
      - file: book/exercises
  - caption: Back matter
    chapters:
      - file: book/notation
"""


@pytest.fixture
def root(tmp_path):
    """A small course: a chapter, and an exercise."""
    for folder in ("book", "cnn_course/exercises/catalogue", "tests/exercises/answers"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "_toc.yml").write_text(TOC, encoding="utf-8")
    cells = [new_markdown_cell(source) for source in ("# Maps", "## Exercises\n\nTry.", "## Further reading")]
    nbformat.write(new_notebook(cells=cells), tmp_path / "book/1-1-maps.ipynb")
    (tmp_path / "cnn_course/exercises/catalogue/taken.py").write_text("exercise = None\n", encoding="utf-8")
    return tmp_path


def content(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def parts(root):
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [(part["caption"], [chapter["file"][5:] for chapter in part["chapters"]]) for part in toc["parts"]]


@pytest.mark.parametrize(
    ("name", "place"), [("1-2-shifts", 1), ("1-4-matrices", 2), ("1-10-more", 2)], ids=["between", "last", "two digits"]
)
def test_a_chapter_is_entered_in_order(root, name, place):
    before = parts(root)
    new.main(["chapter", name, "A title"], root)
    before[0][1].insert(place, name)
    assert parts(root) == before


def test_a_new_part_stands_behind_those_before_it(root):
    new.main(["chapter", "3-1-training", "Training", "--part", "Training, losses"], root)
    new.main(["chapter", "2-1-layers", "Layers", "--part", "Networks"], root)
    assert [caption for caption, _ in parts(root)] == [
        *("I Theory", "II Networks", "III Training, losses", "Exercises", "Back matter")
    ]
    assert dict(parts(root))["II Networks"] == ["2-1-layers"]


def test_a_chapter_lacks_what_only_its_author_knows(root):
    new.main(["chapter", "1-2-shifts", "Shifts"], root)
    path = root / "book/1-2-shifts.ipynb"
    (root / "book/1-1-maps.ipynb").unlink()
    run([path])
    text = path.read_text(encoding="utf-8")
    cells = nbformat.reads(text, as_version=4).cells
    assert nbformat.writes(nbformat.reads(text, as_version=4), indent=1) + "\n" == text
    assert TIMES.search(cells[0].source)[0] == times(cells)
    missing = [message for _, _, message in problems(root / "book")]
    assert missing == [
        "a chapter has 4 to 7 sections between goals and summary, got 0",
        "0 exercises, expected 6 to 10",
        *(f"no exercise of the kind {kind!r}" for kind in ("Predict", "Implement", "Explain", "Prove")),
        "the figure has no caption (metadata mystnb.figure.caption)",
        "alt text of 0 characters, expected 30 (metadata mystnb.image.alt)",
    ]


def report(monkeypatch, root, name):
    """What `check_exercises` says of an exercise of the small course."""
    path = root / f"cnn_course/exercises/catalogue/{name}.py"
    spec = importlib.util.spec_from_file_location(f"begun_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(check_exercises, "find", {name: module.exercise}.__getitem__)
    monkeypatch.setattr(check_exercises, "names", lambda: [name])
    return check_exercises.report(name, 1)[1]


FOR_ALL = ["needs a statement", "has 0 stars and takes 0 minutes, expected 1 to 3 stars and some minutes"]
IN_WORDS = ["needs a model answer, and a list of what a complete one contains"]
MISSING = {
    "implement": [
        "has no hint for everybody",
        "has 0 wrong solutions, expected at least 5",
        "has no check: see @exercise.check",
        "has a solution without a docstring, which is all that the stub shows",
    ],
    "predict": ["has no answer", "has no wrong answer"],
    "explain": IN_WORDS,
    "prove": IN_WORDS,
}


@pytest.mark.parametrize("kind", new.KINDS)
@pytest.mark.parametrize("title", ["a blurred row", "why 'same' blurs?"])
def test_an_exercise_says_what_it_lacks(monkeypatch, root, kind, title):
    assert set(MISSING) == set(new.KINDS)
    new.main(["exercise", "blur", title, "--chapter", "1-1", "--kind", kind], root)
    assert report(monkeypatch, root, "blur") == FOR_ALL + MISSING[kind]
    assert (root / "tests/exercises/answers/blur.txt").exists() == (kind == "implement")


def test_an_exercise_has_a_cell_behind_the_others_of_its_chapter(root, capsys):
    for name in ("blur", "sharpen_it"):
        new.main(["exercise", name, name, "--chapter", "1-1"], root)
    assert "cnn_course/exercises/catalogue/sharpen_it.py: written\n" in capsys.readouterr().out
    cells = nbformat.read(root / "book/1-1-maps.ipynb", as_version=4).cells
    marks = [cell.metadata.get("cnn_course", {}).get("exercise") for cell in cells]
    assert marks == [None, None, "blur", "sharpen_it", None]
    assert Counter(cell.id for cell in cells).most_common(1)[0][1] == 1


def test_an_exercise_may_come_before_its_chapter(root):
    before = content(root)
    new.main(["exercise", "blur", "a blurred row", "--chapter", "4-3", "--kind", "predict"], root)
    assert {path.name for path in content(root).keys() - before.keys()} == {"blur.py"}


REFUSED = [
    ("chapter 1-1-other T", "1-1 is taken, by 1-1-maps.ipynb"),
    ("chapter 1-2 T", "is no name of a chapter"),
    ("chapter 1-2-Two T", "is no name of a chapter"),
    ("chapter ../1-2-two T", "is no name of a chapter"),
    ("chapter 11-2-two T --part P", "is no name of a chapter"),
    ("chapter 1-2-two ", "title must be a line"),
    ("chapter 2-1-layers T", "part II is not in _toc.yml; give its caption"),
    ("chapter 2-1-layers T --part a:b", "part II is not in _toc.yml; give its caption"),
    ("chapter 1-2-two T --part P", "part I is there already"),
    ("exercise taken t --chapter 1-1", "taken is taken, there is cnn_course/exercises/catalogue/taken.py"),
    ("exercise 2d t --chapter 1-1", "is no name for a function"),
    ("exercise Blur t --chapter 1-1", "is no name for a function"),
    ("exercise lambda t --chapter 1-1", "is no name for a function"),
    ("exercise sum t --chapter 1-1", "is no name for a function"),
    ("exercise ../x t --chapter 1-1", "is no name for a function"),
    ("exercise blur t --chapter one", "is no number of a chapter"),
    ('exercise blur t" --chapter 1-1', "title must be a line"),
    ("exercise blur t\n --chapter 1-1", "title must be a line"),
    ("exercise blur t --chapter 1-1 --kind draw", "invalid choice"),
    ("exercise blur t --chapter 1-5", "1-5-none.ipynb has no sections"),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_does_not_fit_is_refused_and_nothing_is_written(root, capsys, arguments, message):
    nbformat.write(new_notebook(), root / "book/1-5-none.ipynb")
    before = content(root)
    with pytest.raises(SystemExit):
        new.main(arguments.split(" "), root)
    assert message in capsys.readouterr().err
    assert content(root) == before


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_what_is_half_written_is_taken_back(root, monkeypatch, error):
    before, real = content(root), new.Path.write_text

    def write_text(path, *args, **options):
        real(path, *args, **options)
        if path.suffix == ".ipynb":
            raise error("the disk is full")

    monkeypatch.setattr(new.Path, "write_text", write_text)
    with pytest.raises((SystemExit, KeyboardInterrupt)):
        new.main(["exercise", "blur", "a blurred row", "--chapter", "1-1"], root)
    assert content(root) == before

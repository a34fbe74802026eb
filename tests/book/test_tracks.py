"""The two tracks, and what the front page says of them: all that is named exists, and the minutes add up."""

import re
from collections import Counter
from pathlib import Path

import pytest
import tracks
import yaml
from nbformat import read
from reading import times

from cnn_course.exercises import find, names

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book/tracks.md").read_text(encoding="utf-8")
FRONT = (ROOT / "book/index.md").read_text(encoding="utf-8")
LABELS = {name.replace("_", "-"): find(name) for name in names()}
CHAPTERS = sorted(path.stem for path in (ROOT / "book").glob("[1-9]-*.ipynb"))
WORDS = "one two three four five six seven eight nine ten eleven twelve"
NUMBERS = {word: number for number, word in enumerate(WORDS.split(), 1)}


def rows(track):
    """The rows of a track's table, as lists of cells."""
    lines = re.search(rf"<!-- {track} -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)[1].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def read_in(row):
    """Chapters and their minutes."""
    return [(page, int(minutes)) for page, minutes in re.findall(r"\{doc\}`[^<]*<([^>]*)>` (\d+)", row[1])]


def done_in(row):
    """Exercises, with the titles and minutes that the page states."""
    found = re.findall(r"\{ref\}`([^<]*) <ex-([^>]*)>` (\d+)", row[2])
    return [(LABELS[label], title, int(minutes)) for title, label, minutes in found]


def minutes(row):
    return sum(m for _, m in read_in(row)) + sum(m for *_, m in done_in(row))


@pytest.fixture(scope="module")
def reading_times():
    """Both times of each chapter, from its words."""
    lines = {page: times(read(ROOT / f"book/{page}.ipynb", as_version=4).cells) for page in CHAPTERS}
    return {page: [int(number) for number in re.findall(r"\d+", line)] for page, line in lines.items()}


def test_the_pages_are_current():
    assert [path.name for path, _ in tracks.outdated(ROOT / "book")] == [], "run `make generate`"


@pytest.mark.parametrize(("track", "depth"), [("weekend", 0), ("term", 1)])
def test_minutes_are_those_of_chapters_and_exercises_and_add_up(track, depth, reading_times):
    assert rows(track)
    for row in rows(track):
        assert row[1].count("{doc}`") - row[1].count("comparing-networks") == len(read_in(row)) > 0
        assert row[2].count("{ref}`") == len(done_in(row)) > 0
        assert [m for _, m in read_in(row)] == [reading_times[page][depth] for page, _ in read_in(row)]
        assert [(t, m) for _, t, m in done_in(row)] == [(e.title, e.minutes) for e, *_ in done_in(row)]
        assert abs(float(row[3]) - minutes(row) / 60) <= 0.05 + 1e-9


@pytest.mark.parametrize("track", ["weekend", "term"])
def test_an_exercise_is_done_once_and_its_chapter_has_been_read(track):
    read_so_far, done = set(), set()
    for row in rows(track):
        read_so_far |= {"-".join(page.split("-")[:2]) for page, _ in read_in(row)}
        for exercise, *_ in done_in(row):
            assert exercise.chapter in read_so_far
            assert exercise.name not in done
            done.add(exercise.name)


def test_the_term_covers_all_chapters_in_the_order_of_the_book():
    assert [page for row in rows("term") for page, _ in read_in(row)] == CHAPTERS
    assert [row[0] for row in rows("term")] == [str(week) for week in range(1, 13)]


def test_a_week_of_the_term_has_exercises_of_several_kinds():
    assert all(len({exercise.kind for exercise, *_ in done_in(row)}) > 1 for row in rows("term"))


def about(number, word):
    """Whether a number is what a text calls *about four*."""
    return abs(number - NUMBERS[word]) < 0.25


def test_what_the_texts_say_in_words():
    weekend, term = rows("weekend"), rows("term")
    hours = [sum(map(minutes, track)) / 60 for track in (weekend, term)]
    for text in (PAGE, FRONT):
        assert about(hours[0], re.search(r"in about (\w+) hours", text)[1])
        assert about(hours[1] / len(term), re.search(r"about (\w+) hours a week", text)[1])
        assert NUMBERS[re.search(r"(\w+) weeks", text)[1]] == len(term)
    pages = [page for row in weekend for page, _ in read_in(row)]
    assert NUMBERS[re.search(r"cores? of (\w+) chapters", FRONT)[1]] == len(pages)
    assert NUMBERS[re.search(r"core of (\w+) chapters", PAGE)[1]] == len(pages)
    exercises = [exercise for row in weekend for exercise, *_ in done_in(row)]
    assert "and sixteen short exercises" in FRONT
    assert len(exercises) == 16
    assert Counter(e.chapter for e in exercises) == {"-".join(page.split("-")[:2]): 2 for page in pages}
    assert int(re.search(r"(\d+) exercises and a project", FRONT)[1]) == sum(len(done_in(row)) for row in term)


def test_the_front_page_states_the_times_of_the_parts(reading_times):
    stated = re.findall(r"\[(\d+) chapters · core (\d+) h (\d+) min\]", FRONT)
    cores = [[t[0] for page, t in reading_times.items() if page.startswith(part)] for part in "12345"]
    assert [(int(n), 60 * int(h) + int(m)) for n, h, m in stated] == [(len(part), sum(part)) for part in cores]
    n, hours = map(int, re.search(r"\[(\d+) exercises · (\d+) hours\]", FRONT).groups())
    assert n == len(LABELS)
    assert abs(hours - sum(exercise.minutes for exercise in LABELS.values()) / 60) <= 0.5


def name(author):
    """An author of a citation, who is a person or an entity."""
    parts = ("given-names", "name-particle", "family-names", "name-suffix", "name")
    return " ".join(author[part] for part in parts if part in author)


def test_the_front_page_has_the_citation():
    citation, site = (yaml.safe_load((ROOT / name).read_text("utf-8")) for name in ("CITATION.cff", "_config.yml"))
    authors = [name(author) for author in citation["authors"]]
    year = str(citation["date-released"].year if "date-released" in citation else site["copyright"])
    sentence = f"{', '.join(authors)}: *{citation['title']}*, version {citation['version']}, {year}"
    assert sentence in FRONT
    fields = dict(re.findall(r"^  (\w+) += \{(.*?)\},?$", FRONT, re.MULTILINE))
    entries = [f"{{{name(a)}}}" if "name" in a else name(a) for a in citation["authors"]]  # braces keep an entity whole
    expected = {"author": " and ".join(entries), "title": citation["title"], "version": citation["version"]}
    assert fields == expected | {"year": year} | ({"url": citation["url"]} if "url" in citation else {})


def test_the_programs_of_the_page_run():
    for program in re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        exec(compile(program, "tracks.md", "exec"), {})


@pytest.mark.parametrize("arguments", re.findall(r"`python -m cnn_course (train [^`]*)`", PAGE))
def test_the_project_repeats_a_run_that_is_recorded(arguments):
    from cnn_course.zoo import recorded_run

    network, data, seed = re.fullmatch(r"train (\w+) --data (\w+) --seed (\d)", arguments).groups()
    assert recorded_run(f"{network}-{data}", seed=int(seed))

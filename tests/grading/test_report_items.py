"""items.csv and items.svg: how often each check fails, and each mistake is made."""

import csv
import io
import xml.etree.ElementTree as ElementTree

from records import batch, entry, hostile

from cnn_course.exercises.catalogue import find
from cnn_course.grading.reports.chart import MOST, as_chart
from cnn_course.grading.reports.items import as_items

MISTAKE = find("convolve").mistakes[0]
WRONG = entry("convolve", "failed", 3, mistake=MISTAKE.name)
SVG = "{http://www.w3.org/2000/svg}"


def files(*entries):
    return batch({f"s{i}.ipynb": [made] for i, made in enumerate(entries)})


def rows(record, kind):
    table = csv.DictReader(io.StringIO(as_items(record)))
    return {row["item"]: (row["count"], row["of"], row["share"]) for row in table if row["kind"] == kind}


def test_counts():
    left_out = entry("convolve", "failed", 3)
    left_out["checks"][-1] |= {"points": None, "passed": None}
    record = files(WRONG, WRONG, left_out, entry(), entry(status="not attempted"))
    checks = [check.name for check in find("convolve").checks]
    assert rows(record, "status") == {
        "failed": ("3", "5", "0.600"),
        "passed": ("1", "5", "0.200"),
        "not attempted": ("1", "5", "0.200"),
    }
    failed = rows(record, "check")
    assert list(failed) == checks
    assert [failed[name] for name in checks] == [
        ("3", "4", "0.750"),
        ("0", "4", "0.000"),
        ("0", "4", "0.000"),
        *[("3", "4", "0.750")] * 3,
        ("2", "3", "0.667"),
    ]
    assert rows(record, "mistake") == {MISTAKE.name: ("2", "4", "0.500")}


def test_a_mistake_comes_with_its_hint():
    table = csv.DictReader(io.StringIO(as_items(files(WRONG))))
    (row,) = [row for row in table if row["kind"] == "mistake"]
    assert row["hint"] == MISTAKE.hint


def test_a_student_who_hands_in_twice_counts_once():
    record = batch({"c/a/1.py": [WRONG], "c/a/2.py": [WRONG], "c/b/1.py": [entry()]})
    assert rows(record, "mistake") == {MISTAKE.name: ("1", "2", "0.500")}


def test_an_exercise_that_is_no_longer_in_the_catalogue_is_counted_too():
    record = files({**WRONG, "exercise": "gone"})
    assert rows(record, "mistake") == {MISTAKE.name: ("1", "1", "1.000")}


def bars(record):
    return [float(bar.get("width")) for bar in ElementTree.fromstring(as_chart(record)).iter(f"{SVG}rect")]


def test_the_chart_has_bars_in_proportion_the_longest_first():
    lengths = bars(files(WRONG, entry("convolve", "failed", 3), entry(), entry()))
    assert len(lengths) == 6
    assert lengths == sorted(lengths, reverse=True)
    assert round(lengths[0] / lengths[-1], 2) == 2, "half of the answers fail the checks, a quarter makes the mistake"


def test_the_chart_says_in_words_what_it_shows():
    chart = ElementTree.fromstring(as_chart(files(WRONG, entry())))
    title = chart.find(f"{SVG}title").text
    assert chart.get("role") == "img"
    assert f"“{find('convolve').checks[0].name}” fails, 1 of 2" in title
    assert f"“{MISTAKE.name.replace('_', ' ')}” is the mistake, 1 of 2" in title


def test_the_chart_is_not_endless_and_stays_inside_of_its_edges():
    names = ("convolve", "correlate", "softmax", "max_pool2d", "conv1d", "conv2d")
    record = batch({"a.py": [entry(name, "failed", 0) for name in names]})
    chart = ElementTree.fromstring(as_chart(record))
    assert len(bars(record)) == MOST
    assert all(float(text.get("y")) <= float(chart.get("height")) for text in chart.iter(f"{SVG}text"))


def test_nothing_failed():
    assert bars(files(entry())) == []
    assert "Nothing failed" in as_chart(files(entry()))


def test_hostile_texts_are_shown_as_text():
    chart = ElementTree.fromstring(as_chart(hostile()))
    assert not list(chart.iter(f"{SVG}script"))
    assert "<script>" in chart.find(f"{SVG}title").text

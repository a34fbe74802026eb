"""The page on the package is current, and its picture shows the imports."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from architecture import ORDER, arrows, content, picture
from statements import with_middle

PAGE = Path(__file__).parents[2] / "book" / "architecture.md"


def test_the_page_is_current():
    assert PAGE.read_text("utf-8") == with_middle(PAGE, content()), "run make generate"


def test_the_picture_has_a_box_for_each_folder_and_an_arrow_for_each_import():
    svg = ElementTree.fromstring(picture({"low": [], "middle": ["low"], "high": ["middle", "low"], "apart": []}))
    assert [text.text for text in svg.iter("text")] == ["low", "middle", "high", "apart"]
    assert len(list(svg.iter("rect"))) == 4
    assert len([path for path in svg.iter("path") if path.get("marker-end")]) == 3
    assert "middle from low; high from middle and low." in svg.get("aria-label")


def test_arrows_end_and_begin_at_their_own_boxes():
    svg = ElementTree.fromstring(picture({"low": [], "middle": ["low"], "high": ["low"]}))
    boxes = [(float(box.get("y")), float(box.get("y")) + float(box.get("height"))) for box in svg.iter("rect")]
    neighbour, around = (path.get("d") for path in svg.iter("path"))
    start, end = (float(number) for number in neighbour.removeprefix("M").split(" ")[1].split("V"))
    assert start == boxes[1][0]
    assert boxes[0][1] < end < boxes[1][0]
    numbers = [float(number) for number in around.removeprefix("M").replace("C", " ").split()]
    assert boxes[2][0] < numbers[1] < boxes[2][1]
    assert boxes[0][0] < numbers[-1] < boxes[0][1]


def test_the_arrows_of_the_package():
    found = arrows()
    assert list(found) == list(ORDER)
    assert found["functional"][:1] == ["signals"]
    assert found["draw"] == found["exercises"] == []
    assert found["grading"] == ["exercises"]

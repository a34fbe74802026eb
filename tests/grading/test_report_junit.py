"""junit.xml: one suite for each student, numbers that agree, and nothing that its readers do not know."""

import xml.etree.ElementTree as ElementTree

import pytest
from records import batch, entry, hostile

from cnn_course.grading.reports.junit import as_junit

KNOWN = {  # the elements of Jenkins's junit-10.xsd that are used, their attributes, and what may stand in them
    "testsuites": ({"tests", "failures", "errors", "time"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time"}, {"testcase"}),
    "testcase": ({"classname", "name", "time"}, {"failure", "error", "skipped"}),
    "failure": ({"message", "type"}, set()),
    "error": ({"message", "type"}, set()),
    "skipped": ({"message"}, set()),
}


def read(record):
    """Parse, and check what all of them share."""
    root = ElementTree.fromstring(as_junit(record))
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, inside = KNOWN[element.tag]
        assert set(element.keys()) <= attributes
        assert {child.tag for child in element} <= inside
        if element.tag.startswith("testsuite"):
            cases = list(element.iter("testcase"))
            counted = {"tests": len(cases)}
            counted |= {f"{kind}s": len(list(element.iter(kind))) for kind in ("failure", "error")}
            if element.tag == "testsuite":
                counted["skipped"] = len(list(element.iter("skipped")))
            assert {key: int(element.get(key)) for key in counted} == counted
        if element.tag == "testcase":
            assert len(element) <= 1
    return root


def outcomes(root, exercise="convolve"):
    cases = [case for case in root.iter("testcase") if case.get("classname").endswith(f".{exercise}")]
    return [case[0].tag if len(case) else "passed" for case in cases]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (entry("convolve", "passed"), ["passed"] * 7),
        (entry("convolve", "failed", 3), ["failure", "passed", "passed", *["failure"] * 4]),
        (entry("convolve", "not attempted"), ["failure"] * 7),
        (entry("convolve", "missing", reason="expected, but not in the file"), ["failure"] * 7),
        (entry("convolve", "missing", checks=[]), ["failure"]),
        (entry("convolve", "failed", verdict="grader", checks=[]), ["error"]),
        (entry("convolve", "explain", checks=[]), ["skipped"]),
        (entry("convolve", "marked", checks=[]), ["passed"]),
    ],
)
def test_each_check_has_its_outcome(made, expected):
    assert outcomes(read(batch({"ada.ipynb": [made]}))) == expected


def test_an_answer_that_fails_never_looks_right():
    """All checks that were carried out have passed, and yet something is wrong: it changes from call to call."""
    made = entry("convolve", "passed") | {"status": "failed", "reason": "the same call gives another result later"}
    root = read(batch({"ada.ipynb": [made]}))
    assert set(outcomes(root)) == {"failure"}
    assert root.find(".//failure").get("message") == made["reason"]


def test_checks_that_were_not_carried_out_are_skipped():
    made = entry("convolve", "failed", 3)
    made["checks"][-1] |= {"points": None, "passed": None}
    assert outcomes(read(batch({"ada.ipynb": [made]})))[-1] == "skipped"


def test_suites_are_students_and_an_unreadable_file_is_an_error():
    root = read(batch({"ada.ipynb": [entry()], "bob.ipynb": []}, errors={"bob.ipynb": "is not JSON"}))
    assert [suite.get("name") for suite in root] == ["ada", "bob"]
    (error,) = root.iter("error")
    assert error.get("message") == "is not JSON"


def test_hostile_texts():
    suite = read(hostile())[0]
    assert "<script>alert(1)</script>" in suite.find(".//failure").text, "it is shown, as text"

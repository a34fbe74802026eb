"""Results as JUnit XML, which CI systems read: a suite for each student, a case for each check.

The elements and attributes are those of the schema of Jenkins, which GitLab and the common actions of GitHub read too:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

import xml.etree.ElementTree as ElementTree

from cnn_course.grading.reports.students import by_student

OUTCOMES = ("failure", "error", "skipped")
UNDONE = ("failed", "not attempted", "missing")


def as_junit(record):
    """The record as JUnit XML."""
    suites = [_suite(student) for student in by_student(record)]
    root = ElementTree.Element("testsuites", _counts(case for suite in suites for case in suite))
    root.extend(suites)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _counts(cases):
    """How many cases there are, and of each outcome but `skipped`, which only suites have."""
    tags = [[element.tag for element in case] for case in cases]
    failures, errors = (sum(outcome in tag for tag in tags) for outcome in OUTCOMES[:2])
    return {"tests": str(len(tags)), "failures": str(failures), "errors": str(errors), "time": "0"}


def _suite(student):
    cases = [_case(student, file["file"], "can be read", "error", file["error"]) for file in _unreadable(student)]
    for entry in student.exercises.values():
        cases += [_case(student, entry["exercise"], *case) for case in _cases(entry)]
    skipped = sum(case.find("skipped") is not None for case in cases)
    suite = ElementTree.Element("testsuite", {"name": student.name, **_counts(cases), "skipped": str(skipped)})
    suite.extend(cases)
    return suite


def _unreadable(student):
    return [file for file in student.files if file["error"]]


def _cases(entry):
    """Yield (name, outcome or None, text) of each check, or of the whole answer where it has none."""
    checks = entry["checks"] or [{"name": "the answer", "passed": None}]
    text = "\n\n".join(filter(None, (entry["reason"] or entry["status"], entry["hint"])))
    alone = entry["status"] in UNDONE and not any(check["passed"] is False for check in checks)
    wrong = "error" if entry["verdict"] == "grader" else "failure"
    left_out = "for a person to judge" if entry["status"] == "explain" else "not carried out"
    for check in checks:
        if entry["status"] in ("passed", "marked") or (check["passed"] and not alone):
            yield check["name"], None, ""
        elif check["passed"] is False or alone:
            yield check["name"], wrong, text
        else:
            yield check["name"], "skipped", left_out


def _case(student, exercise, name, outcome, text):
    case = ElementTree.Element("testcase", {"classname": f"{student.name}.{exercise}", "name": name, "time": "0"})
    if outcome:
        element = ElementTree.SubElement(case, outcome, {"message": text.partition("\n")[0]})
        if outcome != "skipped":
            element.set("type", outcome)
            element.text = text
    return case

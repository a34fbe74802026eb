"""Each student gets a page of his or her own, and reads nothing of the others."""

import re

import pytest
from records import batch, entry

from cnn_course.exercises.catalogue import find
from cnn_course.grading.reports.feedback import as_feedback

HINT = find("convolve").mistakes[0].hint


def test_points_what_failed_and_the_hint():
    (page,) = as_feedback(batch({"ada.ipynb": [entry("convolve", "failed", 3, hint="Look at `f[i]`.")]})).values()
    assert page.startswith("# ada\n\n**3 of 7 points**\n\n## convolve: failed, 3 of 7 points\n")
    checks = find("convolve").checks
    assert f"- {checks[1].name}: passed, 1 of 1\n" in page
    assert f"- {checks[-1].name}: **failed**, 0 of 1\n" in page
    assert "```text\n3, expected 1\nin full\n```" in page
    assert page.endswith("**Hint:** Look at `f[i]`.\n")


def test_what_nobody_has_judged_and_what_somebody_has():
    marked = entry("borrowed_weights", "marked", comment="Good, but 2?") | {"points": 4.5, "possible": 5}
    record = batch({"ada.ipynb": [entry("dark_frame", "explain"), marked]})
    (page,) = as_feedback(record).values()
    assert "## dark\\_frame: not marked yet\n" in page
    assert "## borrowed\\_weights: marked by hand, 4.5 of 5 points\n\n**Comment:** Good, but 2?\n" in page


def test_an_unreadable_file():
    (page,) = as_feedback(batch({"c/ada.ipynb": []}, errors={"c/ada.ipynb": "is not JSON"})).values()
    assert "## ada.ipynb: unreadable\n\n```text\nis not JSON\n```" in page


def test_nothing_of_other_students():
    secrets = {name: f"only-{name}" for name in ("lovelace", "boole", "noether")}
    files = {f"class/{n}/x.py": [entry("convolve", "failed", 3, reason=s, hint=s)] for n, s in secrets.items()}
    pages = as_feedback(batch(files, errors={"class/noether/x.py": secrets["noether"]}))
    for name, secret in secrets.items():
        assert set(re.findall(r"only-\w+", pages[f"{name}.md"])) == {secret}
        assert not any(other in pages[f"{name}.md"] for other in secrets if other != name)
        assert "class" not in pages[f"{name}.md"], "nor of the folders of whoever graded"


@pytest.mark.parametrize(
    ("students", "names"),
    [
        (["ada", "Ada"], ["ada.md", "Ada-2.md"]),
        (["a b", "a_b", "a?b"], ["a_b.md", "a_b-2.md", "a_b-3.md"]),
        (["..", "x"], ["_.md", "x.md"]),
        (["=1+1", ".hidden"], ["_1+1.md", "hidden.md"]),
        (["CON", "nul.x"], ["_CON.md", "_nul.x.md"]),
        (["Zoë@uni.example", "x" * 300], ["Zoë@uni.example.md", f"{'x' * 80}.md"]),
    ],
)
def test_no_name_of_a_file_is_the_student_s_to_choose(students, names):
    files = {f"c/{student}/x.ipynb": [entry()] for student in students}
    assert list(as_feedback(batch(files))) == names

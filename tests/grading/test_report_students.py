"""Files find their students, and of several answers to an exercise the best one counts."""

import pytest
from records import batch, entry

from cnn_course.grading.reports.students import by_student, exercises_of, names_of


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["ada.ipynb", "bob.py"], ["ada", "bob"]),
        (["class/ada.ipynb"], ["ada"]),
        (["/x/class/ada.v2.ipynb", "/x/class/bob.ipynb"], ["ada.v2", "bob"]),
        (["class/ada/1.ipynb", "class/ada/2.ipynb", "class/bob/1.ipynb"], ["ada", "ada", "bob"]),
        (["class/ada/week/1.ipynb", "class/bob/1.ipynb"], ["ada", "bob"]),
        (["class/ada/1.ipynb", "class/bob.ipynb"], ["ada", "bob"]),
        (["ada/1.ipynb", "bob/1.ipynb"], ["ada", "bob"]),
        (["../ada/1.ipynb", "../adam/1.ipynb"], ["ada", "adam"]),
        ([], []),
    ],
)
def test_a_student_is_what_follows_after_the_shared_folder(paths, names):
    assert list(names_of(paths).items()) == list(zip(paths, names, strict=True))


def test_of_several_answers_the_best_counts():
    files = {
        "c/ada/old.ipynb": [entry("convolve", "failed", 3), entry("correlate", "missing")],
        "c/ada/new.ipynb": [entry("convolve", "failed", 1), entry("correlate", "not attempted")],
        "c/bob/x.ipynb": [entry("convolve", "passed")],
    }
    ada, bob = by_student(batch(files))
    assert [(name, e["points"], e["status"]) for name, e in ada.exercises.items()] == [
        ("convolve", 3, "failed"),
        ("correlate", 0, "not attempted"),
    ]
    assert (ada.points, ada.possible, bob.points) == (3, 14, 7)
    assert [file["file"] for file in ada.files] == ["old.ipynb", "new.ipynb"]
    assert exercises_of([bob, ada]) == {"convolve": 7, "correlate": 7}


def test_students_whose_names_look_the_same_stay_apart():
    names = ["a\x01.ipynb", "a\x02.ipynb"]
    students = by_student(batch({names[0]: [entry()], names[1]: [entry(status="failed")]}))
    assert [(student.name, student.points) for student in students] == [("a?", 7), ("a?", 0)]

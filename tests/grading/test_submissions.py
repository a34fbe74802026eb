"""Which files are the submissions of a class, whose they are, and which cases their students get."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from cnn_course.exercises.catalogue import find, names
from cnn_course.grading.notebook import Unreadable
from cnn_course.grading.submissions import fingerprint, read_key, seed_of, shard_of, submissions_in

KEY = b"the secret of a term"
EVERY_INDEX = ("mirror_index",)  # asks for each index of a row, whose length is drawn


@pytest.fixture
def folder(tmp_path):
    """Write empty files, and return the folder."""

    def write(*names):
        for name in names:
            path = tmp_path / "submissions" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        return tmp_path / "submissions"

    return write


def found(folder):
    return [(submission.file, submission.student) for submission in submissions_in([folder])]


def test_files_by_themselves_and_in_folders_of_their_students(folder):
    place = folder(
        "bea.ipynb",  # collected by hand
        "doeada_12345_678_answers.ipynb",  # as Canvas names them
        "Ada Doe_5_assignsubmission_file/answers.ipynb",  # Moodle, in folders
        "cid/ps1/answers.ipynb",  # nbgrader
        "cid/ps1/more.py",
    )
    assert found(place) == [
        ("Ada Doe_5_assignsubmission_file/answers.ipynb", "Ada Doe_5_assignsubmission_file"),
        ("bea.ipynb", "bea"),
        ("cid/ps1/answers.ipynb", "cid"),
        ("cid/ps1/more.py", "cid"),
        ("doeada_12345_678_answers.ipynb", "doeada_12345_678_answers"),
    ]


def test_what_is_left_out(folder):
    place = folder(
        "ada/answers.ipynb",
        "ada/.ipynb_checkpoints/answers.ipynb",
        "ada/__pycache__/answers.py",
        "__MACOSX/ada/answers.ipynb",
        "ada/._answers.ipynb",
        "ada/answers.zip",
        "ada/venv/pyvenv.cfg",
        "ada/venv/lib/module.py",
        "ada/" + 16 * "a/" + "deep.ipynb",
    )
    assert found(place) == [("ada/answers.ipynb", "ada")]


def test_a_path_may_be_a_file_or_nothing(folder, tmp_path):
    place = folder("ada/answers.ipynb")
    (one,) = submissions_in([place / "ada/answers.ipynb"])
    assert (one.file, one.student) == ("answers.ipynb", "answers")
    (gone,) = submissions_in([tmp_path / "gone.ipynb"])
    with pytest.raises(Unreadable, match="No such file"):
        gone.read()


def test_two_of_the_same_name_are_an_error(folder):
    place = folder("one/answers.ipynb", "two/answers.ipynb")
    with pytest.raises(ValueError, match=r"submissions_in: .*one.answers.ipynb and .*two.*both called answers.ipynb"):
        submissions_in([place / "one", place / "two"])


def test_a_link_is_not_followed(folder):
    place = folder("ada/answers.ipynb")
    (place / "bea").mkdir()
    try:
        (place / "bea/answers.ipynb").symlink_to(place / "ada/answers.ipynb")
        (place / "cid").symlink_to(place / "ada", target_is_directory=True)
    except OSError:
        pytest.skip("this system lets nobody make links")
    ada, bea = submissions_in([place])
    assert ada.read()[0] == b""
    with pytest.raises(Unreadable, match="is a link"):
        bea.read()


def test_a_name_is_the_same_on_systems_that_decompose_letters():
    one, other = (submissions_in([Path(f"{name}.ipynb")])[0] for name in ("Jos\u00e9", "Jose\u0301"))
    assert (one.file, one.student) == (other.file, other.student)


def test_shards_are_a_partition_that_other_files_do_not_change():
    files = [f"student{i}/answers.ipynb" for i in range(400)]
    counts = Counter(shard_of(file, 4) for file in files)
    assert set(counts) == {1, 2, 3, 4}
    # Binomial with mean 100 and deviation 8.7: five of them.
    assert all(abs(count - 100) < 44 for count in counts.values())
    assert {shard_of(file, 1) for file in files} == {1}


def test_a_key_is_long_enough_and_its_line_end_is_not_part_of_it(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(KEY + b"\r\n")
    assert read_key(path) == KEY
    path.write_bytes(15 * b"x" + b"\n")
    with pytest.raises(ValueError, match="has 15 bytes, a key has at least 16"):
        read_key(path)


def test_seeds_are_of_a_key_and_a_student():
    seeds = {seed_of(key, f"student{i}") for key in (KEY, KEY + b"!") for i in range(100)}
    assert len(seeds) == 200
    assert max(seeds) < 2**53, "every reader of JSON keeps them exactly"
    assert fingerprint(KEY) != fingerprint(KEY + b"!")
    assert seed_of(KEY, "b\udce4") != seed_of(KEY, "b"), "a name that is no text has a seed, too"


@pytest.mark.parametrize("name", [name for name in names() if find(name).kind == "Implement"])
def test_cases_of_students_differ_and_are_of_the_same_kind(name):
    exercise = find(name)
    drawn = [_cases(exercise, seed_of(KEY, student)) for student in ("ada", "bea", "cid")]
    kinds = [[(check, [_kind(arg) for arg in args]) for check, args in cases] for cases in drawn]
    if name in EVERY_INDEX:
        kinds = [{(check, *kind) for check, kind in student} for student in kinds]
    assert kinds[0] == kinds[1] == kinds[2]
    values = {repr([args for _, args in cases]) for cases in drawn}
    assert len(values) == 3 or not drawn[0], "nobody has the cases of another"


def _cases(exercise, seed):
    rng = exercise.generator(seed)
    return [(check.name, args) for check in exercise.checks if check.cases for args in check.cases(rng)]


def _kind(arg):
    if isinstance(arg, tuple):
        return tuple(map(_kind, arg))
    return (type(arg).__name__, arg.ndim, arg.dtype.kind) if isinstance(arg, np.ndarray) else type(arg).__name__


@pytest.mark.skipif(os.name != "posix", reason="pipes of this kind are not there elsewhere")
def test_a_named_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "ada.ipynb")
    (pipe,) = submissions_in([tmp_path])
    with pytest.raises(Unreadable, match="not a regular file"):
        pipe.read()

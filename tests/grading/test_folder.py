"""Folders that are hard to remove are gone all the same, and what they point to stays."""

import os
import time

import pytest

from cnn_course.grading import folder
from cnn_course.grading.folder import Folder


@pytest.fixture
def filled(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return Folder()


def test_folders_one_in_the_other(filled):
    before = os.getcwd()
    try:
        os.chdir(filled.name)
        for _ in range(1100):
            os.mkdir("a")
            os.chdir("a")
    finally:
        os.chdir(before)
    filled.remove()
    assert not os.path.exists(filled.name)


def test_what_a_link_points_to_stays(filled, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    os.symlink(kept, os.path.join(filled.name, "link"))
    os.symlink("/nowhere", os.path.join(filled.name, "broken"))
    filled.remove()
    assert not os.path.exists(filled.name)
    assert (kept / "file").exists()


def test_names_that_are_taken(filled):
    for name in ("answer-0", "answer-1/answer-0", "answer-2"):
        os.makedirs(os.path.join(filled.name, name, "inner"))
    filled.remove()
    assert not os.path.exists(filled.name)


def test_locked_folders(filled):
    inner = os.path.join(filled.name, "locked", "inner")
    os.makedirs(inner)
    os.chmod(inner, 0)
    os.chmod(os.path.dirname(inner), 0)
    filled.remove()
    assert not os.path.exists(filled.name)


def test_what_takes_long_is_removed_beside(filled, monkeypatch):
    monkeypatch.setattr(folder, "PATIENCE", 0.0)
    os.makedirs(os.path.join(filled.name, "a", "b"))
    filled.remove()
    end = time.monotonic() + 30
    while os.path.exists(filled.name) and time.monotonic() < end:
        time.sleep(0.05)
    assert not os.path.exists(filled.name)

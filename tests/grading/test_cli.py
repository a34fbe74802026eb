"""The command line as a process: answers that really run, consoles, pipes and Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from fakes import FULL

from cnn_course.grading import cli

GOOD = "def convolve(f, h):\n    return np.convolve(f, h)"
FLIPPED = "def convolve(f, h):\n    return np.convolve(f, h[::-1])"
ENDLESS = "import time\ndef convolve(f, h):\n    time.sleep(60)"
COMMAND = [sys.executable, "-m", "cnn_course"]


def run(*arguments, **options):
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, **options)


def test_grade_a_mistake(notebook, capsys):
    assert cli.main(["grade", str(notebook(FLIPPED, 'check("convolve")\ncheck("correlate")'))]) == 0
    printed = capsys.readouterr().out
    assert re.search(rf"^convolve +1/{FULL}  failed", printed, re.MULTILINE)
    assert "there is no correlate in the notebook" in printed
    assert f"\nNext, convolve: FAILED, 1 of {FULL} points" in printed
    assert "Hint: The kernel runs forwards" in printed


def test_a_batch_with_the_same_seed_is_the_same(notebook, tmp_path):
    path = notebook(FLIPPED)
    path.rename(tmp_path / "first.ipynb")
    notebook(GOOD)
    done = [run("grade", ".", "--seed", 5, "--json", "-", cwd=tmp_path) for _ in range(2)]
    assert [process.returncode for process in done] == [0, 0]
    assert done[0].stdout == done[1].stdout
    files = json.loads(done[0].stdout)["files"]
    assert [(file["file"], file["exercises"][0]["points"]) for file in files] == [
        ("answers.ipynb", FULL),
        ("first.ipynb", 1),
    ]


def test_letters_that_a_console_lacks(tmp_path, notebook):
    notebook(GOOD).rename(tmp_path / "Ωω.ipynb")
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    done = run("grade", "Ωω.ipynb", "Ω.ipynb", cwd=tmp_path, env=environment)
    assert done.returncode == 2
    assert f"{FULL}/{FULL}  passed" in done.stdout
    assert r"\u03a9\u03c9.ipynb" in done.stdout
    assert r"\u03a9.ipynb: No such file" in done.stderr


@pytest.mark.parametrize("arguments", [["solution", "convolve"], ["progress"], ["grade", "answers.ipynb"]])
def test_a_reader_that_has_gone(tmp_path, notebook, arguments):
    notebook(GOOD)
    reading, writing = os.pipe()
    os.close(reading)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    options = {"stderr": subprocess.PIPE, "text": True, "cwd": tmp_path, "env": environment}
    done = subprocess.run([*COMMAND, *arguments], stdout=writing, **options)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are not sent elsewhere")
@pytest.mark.parametrize(
    ("arguments", "status", "last"),
    [
        (["grade", "answers.ipynb", "--json", "out.json"], 130, "Interrupted."),
        (["watch", "answers.ipynb"], 0, "No longer watching."),
    ],
)
def test_ctrl_c_is_one_line(tmp_path, notebook, arguments, status, last):
    notebook(ENDLESS)
    with subprocess.Popen([*COMMAND, *arguments], stdout=-1, stderr=-1, text=True, cwd=tmp_path) as process:
        while not process.stdout.readline().startswith("seed "):
            pass
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == status
    assert (out + err).split("\n") == ["", last, ""]
    assert ("--json" not in arguments) or not json.loads((tmp_path / "out.json").read_text())["complete"]


@pytest.mark.parametrize("arguments", [[], ["mark"], ["grade"], ["watch"], ["hint"], ["init"]])
def test_usage(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m cnn_course" in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["grade"], ["watch"], ["progress"], ["init"], ["hint"], ["solution"]])
def test_help_has_the_exit_statuses(command, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(re.search(rf"^  {status} +\w", text, re.MULTILINE) for status in (0, 1, 2, 130))

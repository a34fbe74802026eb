"""What each level of isolation stops and what it does not: the table of the page for instructors, tried out."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from levels import forgotten, require

from cnn_course.grading import bubblewrap, child, cli, isolation, worker
from cnn_course.grading.folder import Folder
from cnn_course.grading.isolation import LEVELS, choose
from cnn_course.grading.worker import Worker

ORDER = ("bubblewrap", "user", "limits")
ALL, NONE = {"bubblewrap", "user", "limits"}, set()
ANOTHER, BOX = {"bubblewrap", "user"}, {"bubblewrap"}
DEEDS = {  # what an answer tries, the levels that stop it, and its source, which sets `told` to True if it succeeds
    "to read a file that every user may read": (BOX, "told = open(PUBLIC).read() == 'public'"),
    "to read a private file of yours": (ANOTHER, "told = open(PRIVATE).read() == 'private'"),
    "to change a file of yours": (ANOTHER, "told = open(PRIVATE, 'a').write('') == 0"),
    "to look into the folder of another answer": (ANOTHER, "told = os.listdir(OTHER) == ['secret']"),
    "to write where every user may write, as in /tmp": (BOX, "told = open(COMMON + '/left', 'w').write('x') == 1"),
    "to connect to a server, here or on the network": (
        BOX,
        "import socket\ntold = socket.create_connection(('127.0.0.1', PORT), 1) is not None",
    ),
    "to see which programs run": (BOX, "told = len(open(f'/proc/{GRADER}/cmdline').read()) > 0"),
    "to read the environment of the grader, as its tokens": (
        ANOTHER,
        "told = len(open(f'/proc/{GRADER}/environ').read()) >= 0",
    ),
    "to end the grader or another program of yours": (ANOTHER, "told = os.kill(GRADER, 0) is None"),
    "to fill the disk": (
        BOX,
        "for i in range(3):\n    with open(str(i), 'wb') as file: file.write(bytes(1 << 24))\ntold = True",
    ),
    "to get the rights of root by sudo or the like": (
        ALL,
        "told = not any(line.split() == ['NoNewPrivs:', '1'] for line in open('/proc/self/status'))",
    ),
    "to take more memory than a process may have": (ALL, "import mmap\ntold = len(mmap.mmap(-1, MEMORY)) > 0"),
    "to take as much memory in each of several processes": (
        NONE,
        "import mmap\nheld = mmap.mmap(-1, MEMORY // 2)\nprocess = os.fork()\nif not process:\n"
        "    os._exit(len(mmap.mmap(-1, MEMORY // 4)) == 0)\ntold = os.waitstatus_to_exitcode(os.wait()[1]) == 0",
    ),
}
linux = pytest.mark.skipif(sys.platform != "linux", reason="the deeds are those of a program on Linux")


def as_markdown():
    """The table, as the page for instructors shows it."""
    rows = [("What an answer may try", *ORDER), ("---",) * (1 + len(ORDER))]
    rows += [
        (deed, *("stopped" if name in levels else "**possible**" for name in ORDER))
        for deed, (levels, _) in DEEDS.items()
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@pytest.fixture
def world(monkeypatch):
    """What lies around an answer, by the names that its source has for it; an answer may take its time."""
    for limit in ("LOADING", "TOTAL"):
        monkeypatch.setattr(worker, limit, 100.0)
    with contextlib.ExitStack() as stack:
        common = stack.enter_context(tempfile.TemporaryDirectory(dir=os.path.dirname(tempfile.gettempdir())))
        os.chmod(common, 0o777)
        for name, mode in (("public", 0o644), ("private", 0o600)):
            path = Path(common, name)
            path.write_text(name)
            path.chmod(mode)
        other = Folder()
        stack.callback(other.remove)
        Path(other.name, "secret").touch()
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        yield {
            "PUBLIC": f"{common}/public",
            "PRIVATE": f"{common}/private",
            "OTHER": other.name,
            "COMMON": common,
            "PORT": server.getsockname()[1],
            "GRADER": os.getpid(),
            "MEMORY": isolation.MEMORY,
        }


def tell(level, world, source):
    """Run the source of a deed on a level; return whether it came through, or the error that it met."""
    head = "".join(f"{name} = {value!r}\n" for name, value in world.items())
    body = "\n".join(f"    {line}" for line in source.splitlines())
    text = f"import os\n{head}try:\n{body}\nexcept (OSError, MemoryError): told = False"
    with Worker([text], "told", LEVELS[level]) as answer:
        outcome = answer.value("told")
    assert outcome.error is outcome.stopped is None, outcome
    return outcome.value


@linux
@pytest.mark.parametrize("deed", DEEDS)
def test_a_level_stops_what_the_table_says_and_nothing_else(level, world, deed):
    levels, source = DEEDS[deed]
    assert tell(level, world, source) is (level not in levels)


SEARCH = """
import sys
found = []
for folder, _, names in os.walk("/"):
    if folder.startswith("/proc"):
        continue
    found += [os.path.join(folder, name) for name in names if "cnn_course" in folder.split("/") and ".py" in name]
wanted = {os.path.join(COURSE, name + ".py") for name in MODULES}
more = sorted(set(found) - wanted)
if more:
    raise ImportError(str(more[:5]))
told = set(found) == wanted
"""


def test_the_sandbox_has_of_the_course_what_an_answer_s_process_imports_and_nothing_else(sandbox, world):
    require("bubblewrap")
    course = {"COURSE": str(bubblewrap.COURSE), "MODULES": ("grading/child", *child.MODULES)}
    assert tell("bubblewrap", world | course, SEARCH) is True


IMPORT = """
import subprocess, sys
told = subprocess.run([sys.executable, "-c", "import cnn_course.exercises.catalogue.convolve"]).returncode == 0
"""


@pytest.mark.parametrize(("name", "told"), [("bubblewrap", False), ("limits", True)])
def test_a_program_that_an_answer_starts_can_import_a_solution_only_without_a_sandbox(sandbox, world, name, told):
    require(name)
    assert tell(name, world, IMPORT) is told


@linux
def test_a_sandbox_does_not_hold_memory_beside_the_folder(sandbox, world):
    require("bubblewrap")
    source = "told = not any(os.access(p, os.W_OK) for p in ('/', '/dev', '/tmp', '/usr', COURSE, '/proc/sys/kernel'))"
    assert tell("bubblewrap", world | {"COURSE": str(bubblewrap.COURSE)}, source) is True
    full = "for i in range(3):\n    with open(f'/dev/shm/{i}', 'wb') as file: file.write(bytes(1 << 24))\ntold = True"
    assert tell("bubblewrap", world, full) is False
    inner = "import subprocess\ntold = subprocess.run(['unshare', '--user', 'true']).returncode == 0"
    assert tell("bubblewrap", world, inner) is False, "in namespaces of its own it could mount more"


@pytest.mark.parametrize("level", ["user"], indirect=True)
def test_two_answers_of_another_user_are_two_users(level, world):
    one, another = (Worker(["import os\ntold = os.getuid()"], "told", LEVELS["user"]) for _ in range(2))
    with one, another:
        users = {one.value("told").value, another.value("told").value}
    assert len(users) == 2
    assert users <= set(child.USERS)


def fake(tmp_path, monkeypatch, error):
    """Put a bwrap on the path that fails with an error, or none at all."""
    monkeypatch.setenv("PATH", str(tmp_path))
    if error is not None:
        program = tmp_path / "bwrap"
        program.write_text(f"#!/bin/sh\necho '{error}' >&2\nexit 1\n")
        program.chmod(0o755)


WORDS = {  # what bubblewrap says, and a part of the reason that is given
    None: "not installed",
    "bwrap: setting up uid map: Permission denied": "AppArmor forbids user namespaces",
    "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted": "AppArmor forbids",
    "bwrap: Failed to make / slave: Permission denied": "apparmor=unconfined",
    "bwrap: No permissions to create new namespace, likely because the kernel does not allow it": "make namespaces",
    "bwrap: Creating new namespace failed: Operation not permitted": "make namespaces",
    "bwrap: Can'\\''t mount proc on /newroot/proc: Operation not permitted": "/proc",
    "bwrap: Unknown option --disable-userns": "older than 0.8",
    "bwrap: something new": "bwrap: something new",
    "": "it says nothing",
}


@linux
@pytest.mark.parametrize(("error", "words"), WORDS.items())
def test_why_bubblewrap_does_not_work_is_said_in_plain_words(tmp_path, sandbox, monkeypatch, capsys, error, words):
    fake(tmp_path, monkeypatch, error)
    assert words in LEVELS["bubblewrap"].why_not()
    with pytest.raises(ValueError, match="--isolation bubblewrap does not work here: "):
        choose("bubblewrap")
    assert choose("auto").name != "bubblewrap"
    assert cli.main(["grade", "no file.ipynb", "--isolation", "bubblewrap"]) == 2
    assert words in capsys.readouterr().err


@linux
def test_a_kernel_without_user_namespaces(tmp_path):
    """The real program on a real refusal; only root can make one."""
    require("bubblewrap")
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("only root can forbid user namespaces")
    why = "from cnn_course.grading.isolation import LEVELS; print(LEVELS['bubblewrap'].why_not())"
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh", sys.executable, "-c", why]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "does not let this user make namespaces" in done.stdout


def test_another_user_needs_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert LEVELS["user"].why_not() == "only root can start a process as another user"


def test_elsewhere_there_is_no_bubblewrap(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert LEVELS["bubblewrap"].why_not() == "bubblewrap is a program for Linux"


def test_a_trial_that_does_not_end(sandbox, monkeypatch):
    monkeypatch.setattr(isolation, "PATIENCE", 0.001)
    assert LEVELS["limits"].why_not() == "a trial has not ended after 0.001 s"
    assert list(sandbox.iterdir()) == []


def test_the_limits_always_work(sandbox):
    assert choose("limits").name == "limits"
    assert list(sandbox.iterdir()) == []


def test_the_level_is_printed_and_recorded(notebook, level, capsys, tmp_path):
    path = notebook("def convolve(f, h): return np.convolve(f, h)")
    out = tmp_path / "out.json"
    assert cli.main(["grade", str(path), "--isolation", level, "--seed", "5", "--json", str(out)]) == 0
    assert capsys.readouterr().out.startswith(f"seed 5, isolation {level}\n")
    record = json.loads(out.read_text())
    assert record["isolation"] == level
    assert record["files"][0]["exercises"][0]["status"] == "passed"


def test_a_sandbox_that_was_forgotten_is_seen(tmp_path, monkeypatch):
    for name in ("apt-get", "bwrap"):
        program = tmp_path / name
        program.touch()
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CNN_COURSE_CI", "true")
    assert not forgotten()
    (tmp_path / "bwrap").unlink()
    assert forgotten()
    for name in ("CI", "CNN_COURSE_CI"):
        monkeypatch.delenv(name, raising=False)
    assert not forgotten()

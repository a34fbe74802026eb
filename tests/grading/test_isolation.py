"""What each level of isolation stops and what it does not: the table of the page for instructors, tried out."""

import contextlib
import os
import socket
import sys
import tempfile
from pathlib import Path

import pytest

from cnn_course.grading import isolation
from cnn_course.grading.folder import Folder
from cnn_course.grading.isolation import LEVELS
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
def world():
    """What lies around an answer, by the names that its source has for it."""
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
    with Worker([text], "told", LEVELS[level]) as worker:
        outcome = worker.value("told")
    assert outcome.error is outcome.stopped is None, outcome
    return outcome.value


@linux
@pytest.mark.parametrize("deed", DEEDS)
def test_a_level_stops_what_the_table_says_and_nothing_else(level, world, deed):
    levels, source = DEEDS[deed]
    assert tell(level, world, source) is (level not in levels)

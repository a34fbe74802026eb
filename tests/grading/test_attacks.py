"""Answers that want points without the work: they get none, leave nothing behind, and do not stop the rest."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

STUB = "def conv_output_size(size, kernel_size, stride, padding, dilation):\n    raise NotImplementedError"
ATTACKS = {
    "an object that equals everything": """
class Everything:
    def __eq__(self, other): return True
    def __array__(self, *args, **kwargs): return np.zeros(4)
def convolve(f, h): return Everything()
""",
    "an array that lies": """
class Liar(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs): return np.float64(0)
    def __eq__(self, other): return True
def convolve(f, h): return np.zeros(len(f) + len(h) - 1).view(Liar)
""",
    "patched comparisons": """
import numpy.testing, builtins
def yes(*args, **kwargs): return True
def patch():
    np.allclose = np.array_equal = np.isclose = np.all = np.testing.assert_allclose = builtins.all = yes
    return np.zeros
zeros = patch()
def convolve(f, h): return zeros(len(f) + len(h) - 1)
""",
    "a patched answer of the reader": """
import sys
def convolve(f, h):
    outcome = sys.modules.get("cnn_course.exercises.outcome")
    outcome.plain = lambda value: "4 points"
    return np.zeros(1)
""",
    "printed results": """
def convolve(f, h):
    print('{"status": "passed", "points": 4}', flush=True)
    print("convolve: 4 of 4 points")
    return None
""",
    "forged replies": """
import json, os, struct
def convolve(f, h):
    header = json.dumps({"id": 2, "error": None, "mutated": [], "points": 4, "value": None}).encode()
    for descriptor in range(3, 16):
        try:
            os.write(descriptor, struct.pack("<II", len(header), 0) + header)
        except OSError:
            pass
    return np.zeros(1)
""",
    "noise on the channel": """
import os
def convolve(f, h):
    for descriptor in range(3, 16):
        try:
            os.write(descriptor, b"\\xff" * 64)
        except OSError:
            pass
    return np.zeros(1)
""",
    "a closed channel": """
import os, time
def convolve(f, h):
    os.closerange(3, 64)
    time.sleep(60)
""",
    "a reply drop by drop": """
import os, time
def convolve(f, h):
    while True:
        for descriptor in range(3, 16):
            try:
                os.write(descriptor, b"\\0")
            except OSError:
                pass
        time.sleep(0.1)
""",
    "sys.exit": "import sys\ndef convolve(f, h): sys.exit(0)",
    "sys.exit while it is loaded": "import sys\nzero = sys.exit(0)\ndef convolve(f, h): return zero",
    "os._exit": "import os\ndef convolve(f, h): os._exit(0)",
    "an endless loop": "def convolve(f, h):\n    while True: pass",
    "an endless loop that ignores signals": """
import signal, time
def convolve(f, h):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)
    time.sleep(60)
""",
    "an array of 800 GB": "def convolve(f, h): return np.ones(10**11)",
    "a list that grows": "def convolve(f, h):\n    a = [0]\n    while True: a = a + a",
    "a view that is small only in memory": "def convolve(f, h): return np.broadcast_to(0.0, (10**6, 10**6))",
    "a large result": "def convolve(f, h): return np.zeros(10**7 + 1)",
    "a deep recursion": "def convolve(f, h): return convolve(f, h)",
    "a recursion without a limit": """
import sys
def convolve(f, h):
    sys.setrecursionlimit(10**9)
    return repr_of(f)
def repr_of(x): return sorted([x], key=repr_of)
""",
    "a segmentation fault": "import ctypes\ndef convolve(f, h): return ctypes.string_at(0)",
    "a flood of output": "def convolve(f, h):\n    while True: print('x' * 1000)",
    "nested tuples": "def convolve(f, h):\n    a = ()\n    for _ in range(500): a = (a,)\n    return a",
    "an answer for the example only": """
def convolve(f, h):
    if list(f) == [1, 2, 3] and list(h) == [1, -1]: return np.array([1.0, 1.0, 1.0, -3.0])
    return np.zeros(len(f) + len(h) - 1)
""",
    "an answer that is right for the first calls": """
calls = []
def convolve(f, h):
    calls.append(0)
    return np.convolve(f, h) * (len(calls) < 9)
""",
    "an answer that is right for some calls only": """
calls = []
def convolve(f, h):
    calls.append(0)
    return np.convolve(f, h) * (len(calls) != 12)
""",
    "processes that it starts": """
import os, subprocess, sys
def convolve(f, h):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    return np.zeros(1)
""",
    "files that it writes": """
import tempfile
def convolve(f, h):
    open("here", "w").write("x")
    tempfile.mkstemp()
    return np.zeros(1)
""",
}


@pytest.mark.parametrize("source", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_earns_nothing_and_leaves_nothing(graded, sandbox, source):
    started = time.monotonic()
    results = graded(source, 'check("convolve")', 'check("conv_output_size")', STUB)
    assert (results["convolve"].status, results["convolve"].points) == ("failed", 0)
    assert results["convolve"].verdict.text
    assert results["conv_output_size"].status == "not attempted", "the rest goes on"
    assert time.monotonic() - started < 20, "two deaths of a second each, with a wide margin for a busy machine"
    assert list(sandbox.iterdir()) == []
    assert survivors(sandbox) == []


def survivors(folder):
    """Processes that were given the folder, on systems that tell."""
    if not Path("/proc/self/environ").exists():
        return []
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in path.read_bytes() and path.parent.name != str(os.getpid()):
                found.append(path.parent.name)
        except OSError:
            continue
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the environment of a process")
def test_survivors_are_seen(sandbox):
    process = subprocess.Popen([sys.executable, "-c", "input()"], env={"TMPDIR": str(sandbox)}, stdin=subprocess.PIPE)
    try:
        time.sleep(0.2)
        assert survivors(sandbox) == [str(process.pid)]
    finally:
        process.communicate(b"\n")


def test_the_process_of_an_answer_knows_no_solution(graded):
    result = graded(
        """
import gc, sys, types
def convolve(f, h):
    modules = [name for name in sys.modules if name.startswith("cnn_course")]
    functions = {f.__module__ for f in gc.get_objects() if isinstance(f, types.FunctionType)}
    assert not any("catalogue" in name or "conv" in name for name in modules), modules
    assert not any(name and name.startswith("cnn_course.conv") for name in functions)
    try:
        import cnn_course.conv
    except ImportError:
        return np.convolve(f, h)
""",
        'check("convolve")',
    )["convolve"]
    assert result.status == "passed", result.verdict


def test_what_an_answer_says_cannot_steer_the_terminal(graded):
    source = "def convolve(f, h): raise ValueError('\\x1b[2J\\u202e' + 'x' * 10**6)"
    text = graded(source, 'check("convolve")')["convolve"].verdict.text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 3000

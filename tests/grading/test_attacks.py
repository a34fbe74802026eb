"""Answers that want points without the work: they get none, leave nothing behind, and do not stop the rest."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
    "daemons": """
import os, time
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)
    os.wait()
def convolve(f, h):
    daemon()
    return np.zeros(1)
""",
    "daemons that hide": """
import os, subprocess, sys
def convolve(f, h):
    program = "import os, time; os.chdir('/'); os.setsid(); os.fork() and os._exit(0); time.sleep(60)  # hidden answer"
    subprocess.Popen([sys.executable, "-c", program], env={}).wait()
    return np.zeros(1)
""",
    "many processes": """
import os, time
def convolve(f, h):
    for _ in range(100):
        if os.fork() == 0:
            time.sleep(60)
    time.sleep(60)
""",
    "a parent that is killed": """
import os, signal, time
def convolve(f, h):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
""",
    "a parent that is killed by a daemon": """
import os, signal, time
def convolve(f, h):
    if os.fork() == 0:
        os.setsid()
        parent = os.getppid()
        os.kill(int(open(f"/proc/{parent}/stat").read().rpartition(")")[2].split()[1]), signal.SIGKILL)
        time.sleep(60)
    time.sleep(60)
""",
    "a parent that is stopped": """
import os, signal
def convolve(f, h):
    os.kill(os.getppid(), signal.SIGSTOP)
    os._exit(0)
""",
    "an answer that stops": """
import os, signal
def convolve(f, h): os.kill(os.getpid(), signal.SIGSTOP)
""",
    "a group that is killed": "import os, signal\ndef convolve(f, h): os.killpg(0, signal.SIGKILL)",
    "folders one in the other": """
import os
def convolve(f, h):
    for _ in range(1100 * (os.path.basename(os.getcwd()) != "a")):
        os.mkdir("a")
        os.chdir("a")
    return np.zeros(1)
""",
    "folders that are locked": """
import os
def convolve(f, h):
    os.makedirs("a/b")
    open("a/b/c", "w").close()
    os.symlink("/", "a/root")
    os.chmod("a/b", 0)
    os.chmod("a", 0)
    return np.zeros(1)
""",
    "large results again and again": """
def convolve(f, h): return tuple(np.zeros(10**6) for _ in range(8))
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
    results = graded(source, 'check("convolve")', 'check("why_no_flip")')
    assert (results["convolve"].status, results["convolve"].points) == ("failed", 0)
    assert results["convolve"].verdict.text
    assert results["convolve"].verdict.kind != "grader"
    assert results["why_no_flip"].status == "explain", "the rest goes on"
    assert time.monotonic() - started < 30, "two deaths of a second each, with a wide margin for a busy machine"
    assert list(sandbox.iterdir()) == []
    assert survivors(sandbox) == []


def test_right_answers_beside_attacks_are_graded(graded):
    size = "def conv_output_size(size, kernel_size, stride, padding, dilation):\n    raise NotImplementedError"
    right = "def relu_backward(upstream, z):\n    return upstream * (z > 0)"
    killing = "import os, signal\ndef convolve(f, h): os.kill(os.getppid(), signal.SIGKILL)"
    names = ("convolve", "conv_output_size", "relu_backward")
    results = graded(killing, size, right, *(f'check("{name}")' for name in names))
    assert [results[name].status for name in names] == ["failed", "not attempted", "passed"]


def survivors(folder):
    """Processes that were given the folder, on systems that tell."""
    if not Path("/proc/self/environ").exists():
        return []
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            mine = path.parent.name == str(os.getpid())
            marked = str(folder).encode() in path.read_bytes()
            if (marked or b"hidden answer" in path.with_name("cmdline").read_bytes()) and not mine:
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
    assert not any(hasattr(sys.modules[name], "__file__") for name in modules), modules
    assert not any(name and name.startswith("cnn_course.conv") for name in functions)
    try:
        __import__("cnn_course.conv").conv.convolve(f, h)
    except (ImportError, AttributeError):
        return np.convolve(f, h)
""",
        'check("convolve")',
    )["convolve"]
    assert result.status == "passed", result.verdict


def test_an_answer_is_at_home_in_its_folder(graded):
    result = graded(
        """
import os, pathlib, sys, tempfile
def convolve(f, h):
    here = os.getcwd()
    assert {str(pathlib.Path.home()), tempfile.gettempdir(), os.path.expanduser("~")} == {here}
    assert os.readlink(f"/proc/{os.getppid()}/cwd") == here
    assert sys.flags.isolated
    told = [*os.environ.values(), *sys.argv, pathlib.Path(f"/proc/{os.getppid()}/cmdline").read_text()]
    told.append(pathlib.Path(f"/proc/{os.getppid()}/environ").read_text())
    assert not any("answers.ipynb" in text or os.path.dirname(os.path.dirname(here)) + "/a" in text for text in told)
    return np.convolve(f, h)
""",
        'check("convolve")',
    )["convolve"]
    assert result.status == "passed", result.verdict


FORGED = {
    "changed arguments that there are not": {"mutated": [99, -1, True, "x", None]},
    "arguments as a number": {"mutated": 3},
    "an error that is no text": {"error": {"a": [1]}, "message": 5, "line": None},
    "nothing": {},
    "a whole number that is too large": {"value": 10**400},
    "another identity": {"id": [[]]},
}


@pytest.mark.parametrize("reply", FORGED.values(), ids=FORGED)
def test_a_forged_reply_is_judged_like_any_other(graded, reply):
    source = f"""
import json, struct, sys, time
def convolve(f, h):
    frame = sys._getframe()
    while "outgoing" not in frame.f_locals:
        frame = frame.f_back
    right = np.convolve(f, h)
    reply = {{"id": frame.f_locals["request"]["id"], "value": {{"array": ["<f8", [len(right)]]}}, **{reply!r}}}
    header = json.dumps(reply).encode()
    frame.f_locals["outgoing"].write(struct.pack("<II", len(header), right.nbytes) + header + right.tobytes())
    frame.f_locals["outgoing"].flush()
    time.sleep(9)
"""
    result = graded(source, 'check("convolve")')["convolve"]
    assert (result.status, result.points) == ("failed", 0)
    assert result.verdict.kind != "grader", result.verdict
    assert not any(trial.got.mutated for trial in result.trials)
    assert "TypeError" not in result.verdict.text, "it was a reply that came"


def test_when_the_grader_itself_fails_the_rest_goes_on(graded, monkeypatch):
    def examine(exercise, *_):
        raise RecursionError("\x1b[2J deep") if exercise.name == "convolve" else AssertionError("why")

    monkeypatch.setattr("cnn_course.grading.grade.examine", examine)
    results = graded('check("convolve")\ncheck("softmax")')
    assert [result.verdict.kind for result in results.values()] == ["grader", "grader"]
    assert "the grader itself failed" in results["convolve"].verdict.text
    assert "RecursionError: ?[2J deep" in results["convolve"].verdict.text
    assert results["softmax"].status == "failed"


def test_what_an_answer_says_cannot_steer_the_terminal(graded):
    source = "def convolve(f, h): raise ValueError('\\x1b[2J\\u202e' + 'x' * 10**6)"
    text = graded(source, 'check("convolve")')["convolve"].verdict.text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 3000

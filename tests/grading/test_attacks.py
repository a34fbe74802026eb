"""Answers that want points without the work: they get none, and do not stop the rest."""

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
    "large results again and again": """
def convolve(f, h): return tuple(np.zeros(10**4) for _ in range(8))
""",
}


@pytest.mark.parametrize("source", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_earns_nothing(attack, source):
    attack(source)


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

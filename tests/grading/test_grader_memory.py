"""The memory that the grader itself needs, whatever answers send to it."""

import subprocess
import sys

import pytest

MOST = 48  # MiB more than for a right answer: results of up to 4 MiB for each exercise, and copies of one
RIGHT = "def convolve(f, h): return np.convolve(f, h)"
FLOODS = {
    "text without end": "def convolve(f, h):\n    while True: print('x' * 10**6)",
    "text of an error": "def convolve(f, h): raise ValueError('x' * 2**28)",
    "the largest result": "def convolve(f, h): return np.zeros(2**19 - 16)",
    "the largest result of one byte each": "def convolve(f, h): return np.ones(2**22 - 100, bool)",
    "a result that is too large": "def convolve(f, h): return np.zeros(2**22)",
    "many results": "def convolve(f, h): return tuple(np.zeros(2**10) for _ in range(16))",
    "a result that claims to be large": "def convolve(f, h): return np.zeros((0, 2**60))",
    "bytes without end on the channel": """
def convolve(f, h):
    import sys
    frame = sys._getframe()
    while "outgoing" not in frame.f_locals: frame = frame.f_back
    while True: frame.f_locals["outgoing"].write(b'\\xff\\xff\\x00\\x00\\x00\\x00\\x40\\x00' + bytes(2**22 + 2**16 - 1))
""",
}
MEASURE = """
import re, sys
from pathlib import Path
from cnn_course.grading.grade import grade_cells
names = ("convolve", "correlate", "separate", "circle_norm", "softmax", "score_map")[: int(sys.argv[2])]
cells = [(f"import numpy as np\\n{sys.argv[1].replace('convolve', name)}\\ncheck({name!r})", None) for name in names]
results = list(grade_cells(cells, 0))
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(*(result.status for result in results), int(peak) // 1024)
"""


def measure(source, exercises=1):
    """Grade an answer to a number of exercises in a new process; return the statuses, and its largest memory in MiB."""
    command = [sys.executable, "-c", MEASURE, source, str(exercises)]
    *statuses, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return statuses, int(peak)


@pytest.fixture(scope="module")
def usual():
    """The memory for a right answer."""
    (status,), peak = measure(RIGHT)
    assert status == "passed"
    return peak


linux = pytest.mark.skipif(sys.platform != "linux", reason="the largest memory of a process is told by Linux")


@linux
@pytest.mark.parametrize("source", FLOODS.values(), ids=FLOODS)
def test_no_answer_fills_the_memory_of_the_grader(usual, source):
    (status,), peak = measure(source)
    assert status == "failed"
    assert peak < usual + MOST


@linux
def test_the_results_of_all_exercises_of_a_file_fit_together(usual):
    statuses, peak = measure("def convolve(*args): return np.zeros(2**14)", 6)
    assert statuses == ["failed"] * 6
    assert peak < usual + MOST

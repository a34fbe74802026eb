"""Answers that start processes, write files, or turn against the processes around them: nothing of it stays."""

import ctypes
import os
import subprocess
import sys
import time

import pytest

from cnn_course.grading import supervisor
from cnn_course.grading.worker import Worker

posix = pytest.mark.skipif(os.name != "posix", reason="with the means of POSIX")

LEAVING = {
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
    program = "import os, time; os.chdir('/'); os.setsid(); os.fork() and os._exit(0); time.sleep(60) #" + os.getcwd()
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
    "a tree of processes": """
import os, time
def convolve(f, h):
    for _ in range(8):
        os.fork()
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
    "files that it writes": """
import tempfile
def convolve(f, h):
    open("here", "w").write("x")
    tempfile.mkstemp()
    return np.zeros(1)
""",
}


@posix
@pytest.mark.parametrize("source", LEAVING.values(), ids=LEAVING)
def test_nothing_is_left(attack, source):
    attack(source)


def test_right_answers_beside_attacks_are_graded(graded):
    size = "def conv_output_size(size, kernel_size, stride, padding, dilation):\n    raise NotImplementedError"
    right = "def relu_backward(upstream, z):\n    return upstream * (z > 0)"
    killing = "import os, signal\ndef convolve(f, h): os.kill(os.getppid(), signal.SIGKILL)"
    names = ("convolve", "conv_output_size", "relu_backward")
    results = graded(killing, size, right, *(f'check("{name}")' for name in names))
    assert [results[name].status for name in names] == ["failed", "not attempted", "passed"]


def test_the_folder_goes_even_if_the_grader_fails(sandbox, monkeypatch):
    def fail(_):
        raise OSError

    monkeypatch.setattr(Worker, "_kill", fail)
    with pytest.raises(OSError), Worker([], "convolve"):  # noqa: PT011
        pass
    assert list(sandbox.iterdir()) == []


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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the environment of a process")
def test_survivors_are_seen(sandbox, survivors):
    process = subprocess.Popen([sys.executable, "-c", "input()"], env={"TMPDIR": str(sandbox)}, stdin=subprocess.PIPE)
    try:
        time.sleep(0.2)
        assert survivors() == [str(process.pid)]
    finally:
        process.communicate(b"\n")


def test_a_child_of_an_answer_does_not_go_on(graded, tmp_path):
    """On every platform: a child that writes on and on has stopped when the marks are there."""
    path = tmp_path / "written"
    child = f"import time\nfor _ in range(600):\n    print(1, file=open({str(path)!r}, 'a'))\n    time.sleep(0.1)"
    answer = f"""
import os, subprocess, sys, time
def convolve(f, h):
    subprocess.Popen([sys.executable, "-c", {child!r}])
    while not os.path.exists({str(path)!r}):
        time.sleep(0.05)
    return np.convolve(f, h)
"""
    graded(answer, 'check("convolve")')
    size = path.stat().st_size
    time.sleep(0.5)
    assert path.stat().st_size == size > 0


class Kernel32:
    """The functions of Windows that make a job, and what they were asked for."""

    def __init__(self, **failing):
        self.asked = []
        for name, value in {"CreateJobObjectW": 7, "GetCurrentProcess": 2**64 - 1, "GetLastError": 5}.items():
            setattr(self, name, self.function(name, failing.get(name, value)))
        for name in ("SetInformationJobObject", "AssignProcessToJobObject"):
            setattr(self, name, self.function(name, failing.get(name, 1)))

    def function(self, name, value):
        def call(*args):
            self.asked.append((name, *(getattr(arg, "value", arg) for arg in args)))
            return value

        return call


def test_the_process_and_its_children_are_in_a_job_that_ends_with_it():
    kernel32 = Kernel32()
    supervisor.enter_job(kernel32)
    calls = {name: args for name, *args in kernel32.asked}
    assert next(iter(calls)) == "CreateJobObjectW"
    assert list(calls)[-1] == "AssignProcessToJobObject"
    assert calls["AssignProcessToJobObject"] == [7, 2 ** (8 * ctypes.sizeof(ctypes.c_void_p)) - 1]
    job, kind, limits, size = calls["SetInformationJobObject"]
    assert (job, kind, limits._obj.flags) == (7, 9, 0x2000)
    assert size == ctypes.sizeof(limits._obj)


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) < 8, reason="the numbers are those of 64 bits")
def test_the_limits_of_a_job_lie_where_windows_looks_for_them():
    fields = ("flags", "working_set", "processes", "affinity", "classes", "transfers", "memory")
    assert [getattr(supervisor.JobLimits, name).offset for name in fields] == [16, 24, 40, 48, 56, 64, 112]
    assert ctypes.sizeof(supervisor.JobLimits) == 144


@pytest.mark.parametrize("name", ["SetInformationJobObject", "AssignProcessToJobObject"])
def test_without_a_job_nothing_runs(name):
    with pytest.raises(OSError, match="cannot be put into a job: error 5"):
        supervisor.enter_job(Kernel32(**{name: 0}))


KERNELS = {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "AVX2"}


@pytest.mark.parametrize(("variable", "value"), KERNELS.items())
def test_an_answer_computes_with_the_kernels_that_the_grader_is_told_to_use(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with Worker([f"import os\ntold = float(os.environ.get({variable!r}) == {value!r})"], "told") as worker:
        assert worker.value("told").value == 1.0


@posix
def test_the_end_waits_until_killed_processes_are_gone(monkeypatch):
    sent, answers = [], [[7], [7], [7], [7], [7], [7], []]
    monkeypatch.setattr(os, "kill", lambda process, number: sent.append((process, number.name)))
    supervisor.end(lambda: answers.pop(0))
    assert sent == [(7, "SIGSTOP"), (7, "SIGKILL")]
    assert not answers


@posix
def test_the_end_does_not_wait_for_ever(monkeypatch):
    monkeypatch.setattr(os, "kill", lambda *_: None)
    monkeypatch.setattr(supervisor, "DYING", 0.1)
    supervisor.end(lambda: [7])

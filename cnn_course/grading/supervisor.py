"""The process between the grader and an answer: an answer's parent, which ends whatever the answer leaves running.

    python supervisor.py <command to start the answer> ...

It ends with the answer, or when it is told to by SIGTERM, or when the grader is gone; its exit code is the answer's,
128 + the number of the signal that ended it, or `CROWDED`. Processes that leave their session or whose parent ends
come back to it where the platform has that (Linux). On Windows it is in a job, with whatever comes from it, and the
system ends all of a job when its owner ends.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

CROWDED = 99
MOST_PROCESSES = 32  # the kernel's own limit counts all processes of a user, and none of root's
PAUSE = 0.05  # seconds
DYING = 1.0  # seconds that killed processes get; one that waits for a disk may take longer
ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER
JOB_LIMITS, KILL_ON_JOB_CLOSE = 9, 0x2000  # JobObjectExtendedLimitInformation, and what to limit


class JobLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of Windows, of which only `flags` is set here."""

    _fields_ = (
        ("times", ctypes.c_int64 * 2),
        ("flags", ctypes.c_uint32),
        ("working_set", ctypes.c_size_t * 2),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("classes", ctypes.c_uint32 * 2),
        ("transfers", ctypes.c_uint64 * 6),
        ("memory", ctypes.c_size_t * 4),
    )


def enter_job(kernel32):
    """Put this process into a new job, on Windows; the job's handle stays open until this process ends."""
    kernel32.CreateJobObjectW.restype = kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel32.CreateJobObjectW(None, None))
    limits = JobLimits(flags=KILL_ON_JOB_CLOSE)
    size = ctypes.c_uint32(ctypes.sizeof(limits))
    this = ctypes.c_void_p(kernel32.GetCurrentProcess())
    if not (
        kernel32.SetInformationJobObject(job, JOB_LIMITS, ctypes.byref(limits), size)
        and kernel32.AssignProcessToJobObject(job, this)
    ):
        raise OSError(f"the answer's process cannot be put into a job: error {kernel32.GetLastError()}")


def descendants(ancestor):
    """Numbers of all living processes that come from one, on POSIX."""
    children = {}
    for number, parent in _processes():
        children.setdefault(parent, []).append(number)
    found, stack = [], [ancestor]
    while stack:
        new = children.get(stack.pop(), [])
        found += new
        stack += new
    return found


def _processes():
    """Pairs of the number of a process and of its parent."""
    if not os.path.exists("/proc/self/stat"):
        with subprocess.Popen(["ps", "-A", "-o", "pid=,ppid=,stat="], stdout=subprocess.PIPE, text=True) as lister:
            rows = [(int(pid), int(parent), state) for pid, parent, state in map(str.split, lister.stdout)]
        return [(pid, parent) for pid, parent, state in rows if pid != lister.pid and not state.startswith("Z")]
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = Path("/proc", name, "stat").read_text("latin-1").rpartition(")")[2].split()[:2]
                if state not in "ZX":
                    found.append((int(name), int(parent)))
    return found


def given(folder):
    """Numbers of the processes that were started with a folder in their environment, on Linux."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if os.fsencode(folder) in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def end(find):
    """End all processes that a function finds, on POSIX: first stop them, so that none starts another one meanwhile."""
    for number in (signal.SIGSTOP, signal.SIGKILL):
        seen = set()
        while new := set(find()) - seen:
            for process in new:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process, number)
            seen |= new
    last = time.monotonic() + DYING
    while find() and time.monotonic() < last:  # a killed process still needs the processor to end
        time.sleep(PAUSE / 10)


def supervise(answer, grader):
    """Wait until the answer ends, or the grader; return the exit code."""
    while os.getppid() == grader:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == answer:
                    code = os.waitstatus_to_exitcode(ended[1])
                    return code if code >= 0 else 128 - code
        if len(descendants(os.getpid())) > MOST_PROCESSES:
            return CROWDED
        time.sleep(PAUSE)
    return 0


def main():
    """Start the answer."""
    grader = os.getppid()
    if os.name != "posix":
        enter_job(ctypes.windll.kernel32)
        sys.exit(subprocess.run(sys.argv[1:], stdin=0, stdout=1, stderr=2).returncode)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1)
    try:
        try:
            answer = subprocess.Popen(sys.argv[1:], start_new_session=True)
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):  # the channel is the answer's alone
                os.dup2(null, descriptor)
            answer.returncode = supervise(answer.pid, grader)
            sys.exit(answer.returncode)
        finally:  # a signal that comes at this moment must not prevent the end
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
    finally:
        end(lambda: descendants(os.getpid()))


if __name__ == "__main__":
    main()

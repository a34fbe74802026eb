"""A submission whose answers run in a process of their own, under limits.

An answer gets a folder that is deleted afterwards, `SECONDS` for a call and `TOTAL` for all, `MEMORY`, and `OUTPUT`
bytes to print. Memory is limited where the platform can (Linux), the clock everywhere. This keeps accidents and simple
tricks away from the grader; against an answer that attacks the machine, its files or its network, use a sandbox.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from cnn_course.exercises.outcome import Outcome
from cnn_course.grading.channel import receive, send

SECONDS, LOADING, TOTAL = 2.0, 10.0, 30.0
MEMORY = 2 << 30  # bytes of address space, of which NumPy itself takes a part
OUTPUT = 1 << 20  # bytes
KEPT = ("PATH", "HOME", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG")  # of the environment


class Stopped(Exception):
    """A request that was not answered; the kind of its end, and a message."""


class Worker:
    """The answers of a program, as a submission that `examine` takes; a context manager.

    Parameters
    ----------
    source : str
        Python source that defines the answers.
    """

    def __init__(self, source):
        self.source, self.process, self.asked = source, None, 0
        self.started = time.monotonic()
        self.folder = tempfile.TemporaryDirectory(prefix="answer-", ignore_cleanup_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._kill()
        self.folder.cleanup()

    def find(self, name, arguments):
        """Make sure that there is a function of a name which takes that many arguments, else raise `LookupError`."""
        try:
            reply, _ = self._ask({"find": name, "arguments": arguments})
        except Stopped as stop:
            raise LookupError(f"the definition of {name} does not come to its end ({stop.args[1]})") from None
        if reply.get("reason") is not None:
            raise LookupError(_clean(reply["reason"]))

    def call(self, name, args):
        """Call a function; return an `Outcome`."""
        try:
            return self._outcome({"call": name}, args)
        except LookupError as error:  # the program was loaded again, after a call that ended it
            return Outcome(stopped="died", message=str(error))

    def value(self, name):
        """The value of a variable, as an `Outcome`."""
        return self._outcome({"get": name})

    def _outcome(self, request, value=None):
        try:
            reply, value = self._ask(request, value)
        except Stopped as stop:
            return Outcome(stopped=stop.args[0], message=stop.args[1])
        if reply.get("too_large"):
            return Outcome(stopped="reply", message="it is too large")
        error = _clean(reply["error"]) if reply.get("error") is not None else None
        if error == "MemoryError":
            return Outcome(stopped="memory")
        mutated = reply.get("mutated")
        mutated = tuple(i for i in mutated if type(i) is int) if isinstance(mutated, list) else ()
        message, line = _clean(reply.get("message")), _clean(reply.get("line"))
        return Outcome(value, error=error, message=message, line=line, mutated=mutated)

    def _ask(self, request, value=None):
        """Send a request to the process, which is started if there is none; return its reply."""
        if self.process is None:
            self._start()
            reply, _ = self._exchange({"load": self.source}, None, LOADING)
            if reply.get("reason") is not None:
                raise LookupError(f"the notebook stops before it is defined: {_clean(reply['reason'])}")
        return self._exchange(request, value, SECONDS)

    def _start(self):
        command = [sys.executable, "-E", "-P", "-B", str(Path(__file__).with_name("child.py")), str(MEMORY)]
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        environment |= {"TMPDIR": self.folder.name, "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder.name,
            env=environment,
            start_new_session=os.name == "posix",
        )
        self.printed = 0
        self.requests, self.replies = queue.SimpleQueue(), queue.SimpleQueue()
        for work in (_talk, _drain):
            threading.Thread(target=work, args=(self, self.process), daemon=True).start()

    def _exchange(self, request, value, seconds):
        seconds = max(0.0, min(seconds, self.started + TOTAL - time.monotonic()))
        self.asked += 1
        self.requests.put((request | {"id": self.asked}, value))
        try:
            reply = self.replies.get(timeout=seconds)
        except queue.Empty:
            reply = Stopped("time", f"after {seconds:.0f} s")
        if not isinstance(reply, Stopped) and reply[0].get("id") != self.asked:
            reply = Stopped("reply", "it answers another question")
        if isinstance(reply, Stopped):
            self._kill()
            raise reply
        return reply

    def _kill(self):
        """End the process and everything in its group."""
        process, self.process = self.process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
        process.wait()
        self.requests.put(None)


def _talk(worker, process):
    """In a thread of its own, because a process may neither read nor write: pass requests on, and fetch replies."""
    requests, replies = worker.requests, worker.replies
    while request := requests.get():
        try:
            send(process.stdin, *request)
            replies.put(receive(process.stdout))
        except (OSError, EOFError):
            replies.put(_end(worker, process))
        except ValueError as error:
            replies.put(Stopped("reply", _clean(str(error))))
    with contextlib.suppress(OSError):
        process.stdout.close()
        process.stdin.close()


def _end(worker, process):
    """Why a process does not talk any more."""
    try:
        code = process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return Stopped("reply", "it has closed its channel")
    if worker.printed > OUTPUT:
        return Stopped("output", f"more than {OUTPUT >> 20} MiB")
    names = {-number: number.name for number in signal.Signals} if os.name == "posix" else {}
    return Stopped("died", names.get(code, f"exit code {code}"))


def _drain(worker, process):
    """Count what is printed and throw it away; too much ends the process."""
    with process.stderr:
        while chunk := process.stderr.read1(1 << 16):
            worker.printed += len(chunk)
            if worker.printed > OUTPUT:
                process.kill()
                return


def _clean(text):
    """Text of an answer, without what could steer a terminal or fill it."""
    text = text if isinstance(text, str) else repr(text)
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text[:2000])

"""A submission whose answers run in a process of their own, under limits.

An answer gets a folder that is deleted afterwards and is also its home, `SECONDS` for a call and `TOTAL` for all,
`isolation.MEMORY` for each process, `OUTPUT` bytes to print and `MOST_REPLY` bytes to return in all calls, so that the
grader needs little memory of its own. Memory is limited where the platform can (Linux), the clock everywhere. Its
parent is a `supervisor`, which ends what it leaves running.

This keeps accidents and simple tricks away from the grader. What else an answer can do, to files, to the network and to
other processes, if it looks for them, is a matter of the level of isolation.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
import time

import numpy as np

from cnn_course.exercises.outcome import Outcome
from cnn_course.grading import supervisor
from cnn_course.grading.channel import MOST_REPLY, receive, send
from cnn_course.grading.folder import Folder
from cnn_course.grading.isolation import LEVELS

SECONDS, LOADING, TOTAL = 2.0, 12.0, 30.0
OUTPUT = 1 << 20  # bytes
GRACE = 2.0  # seconds for the supervisor to clear up


class Stopped(Exception):
    """A request that was not answered; the kind of its end, and a message."""


class Worker:
    """The answers of a program, as a submission that `examine` takes; a context manager.

    Parameters
    ----------
    cells : list of str
        Sources of the notebook's code cells.
    name : str
        Of the answer.
    level : Level
        Of isolation.
    """

    def __init__(self, cells, name, level=LEVELS["limits"]):
        self.cells = np.frombuffer(json.dumps(cells).encode(), np.uint8)
        self.name, self.level, self.process, self.asked, self.received = name, level, None, 0, 0
        self.started = time.monotonic()
        self.folder = Folder()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._kill()
        finally:
            self.folder.remove()

    def find(self, name, arguments):
        """Make sure that there is a function of a name which takes that many arguments, else raise `LookupError`."""
        try:
            reply, _ = self._ask({"find": name, "arguments": arguments})
        except Stopped as stop:
            raise LookupError(f"the definition of {name} does not come to its end ({stop.args[1]})") from None
        if reply.get("reason") is not None:
            raise LookupError(clean(reply["reason"]))

    def call(self, name, args):
        """Call a function; return an `Outcome`."""
        try:
            return self._outcome({"call": name}, args, len(args))
        except LookupError as error:  # the program was loaded again, after a call that ended it
            return Outcome(stopped="died", message=str(error))

    def first_call(self, name, args):
        """Call a function as the first one of a new process; return an `Outcome`."""
        self._kill()
        return self.call(name, args)

    def value(self, name):
        """The value of a variable, as an `Outcome`."""
        return self._outcome({"get": name})

    def _outcome(self, request, value=None, arguments=0):
        try:
            reply, value = self._ask(request, value)
        except Stopped as stop:
            return Outcome(stopped=stop.args[0], message=stop.args[1])
        if reply.get("too_large"):
            return Outcome(stopped="reply", message="it is too large")
        error = clean(reply["error"]) if reply.get("error") is not None else None
        if error == "MemoryError":
            return Outcome(stopped="memory")
        mutated = reply.get("mutated")
        mutated = {i for i in mutated if type(i) is int} if isinstance(mutated, list) else set()
        message, line = clean(reply.get("message")), clean(reply.get("line"))
        return Outcome(value, error=error, message=message, line=line, mutated=tuple(mutated & set(range(arguments))))

    def _ask(self, request, value=None):
        """Send a request to the process, which is started if there is none; return its reply."""
        if self.process is None:
            self._start()
            reply, _ = self._exchange({"load": self.name, "seconds": 0.8 * LOADING}, self.cells, LOADING)
            if reply.get("reason") is not None:
                raise LookupError(clean(reply["reason"]))
        return self._exchange(request, value, SECONDS)

    def _start(self):
        pipe = subprocess.PIPE
        self.process = self.level.start(self.folder.name, stdin=pipe, stdout=pipe, stderr=pipe)
        self.requests, self.replies = queue.SimpleQueue(), queue.SimpleQueue()
        self.end = threading.Thread(target=self.process.wait, daemon=True)
        talk = threading.Thread(target=_talk, args=(self.process, self.end, self.requests, self.replies), daemon=True)
        drain = threading.Thread(target=_drain, args=(self.process, self.replies), daemon=True)
        for thread in (self.end, talk, drain):
            thread.start()

    def _exchange(self, request, value, seconds):
        left = max(0.0, self.started + TOTAL - time.monotonic())
        self.asked += 1
        self.requests.put((request | {"id": self.asked}, value))
        try:
            reply = self.replies.get(timeout=min(seconds, left))
        except queue.Empty:
            calls, limit = ("a call", seconds) if seconds < left else ("all calls together", TOTAL)
            reply = Stopped("time", f"{calls} may take {limit:.0f} s")
        if not isinstance(reply, Stopped) and reply[0].get("id") != self.asked:
            reply = Stopped("reply", "it answers another question")
        if not isinstance(reply, Stopped):
            self.received += _size(reply[1])
            if self.received > MOST_REPLY:
                reply = Stopped("reply", "all results together are too large")
        if isinstance(reply, Stopped):
            self._kill()
            raise reply
        return reply

    def _kill(self):
        """End the supervisor and everything that comes from it."""
        process, self.process = self.process, None
        if process is None:
            return
        if os.name == "posix":
            process.terminate()
            process.send_signal(signal.SIGCONT)  # an answer may have stopped it
            self.end.join(GRACE)
            if process.returncode is None or process.returncode < 0:  # it could not do its work
                supervisor.end(lambda: supervisor.given(self.folder.name))
        else:
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
        process.kill()
        self.end.join()
        self.requests.put(None)


def _size(value):
    if isinstance(value, tuple):
        return sum(map(_size, value))
    return getattr(value, "nbytes", 8)


def _talk(process, end, requests, replies):
    """In a thread of its own, because a process may neither read nor write: pass requests on, and fetch replies."""
    while request := requests.get():
        try:
            send(process.stdin, *request)
            replies.put(receive(process.stdout, MOST_REPLY))
        except (OSError, EOFError):
            replies.put(_why(process, end))
        except Exception as error:
            replies.put(Stopped("reply", clean(str(error))))
    with contextlib.suppress(OSError):
        process.stdout.close()
        process.stdin.close()


def _why(process, end):
    """Why a process does not talk any more."""
    end.join(GRACE)
    code = process.returncode
    if code is None:
        return Stopped("reply", "it has closed its channel")
    if code == supervisor.CROWDED:
        return Stopped("died", f"more than {supervisor.MOST_PROCESSES} processes")
    names = {number.value: number.name for number in signal.Signals}
    return Stopped("died", names.get(code - 128 if code > 128 else -code, f"exit code {code}"))


def _drain(process, replies):
    """Count what is printed and throw it away; too much ends the process."""
    printed = 0
    with process.stderr:
        while chunk := process.stderr.read1(1 << 16):
            printed += len(chunk)
            if printed > OUTPUT:
                replies.put(Stopped("output", f"more than {OUTPUT >> 20} MiB"))
                return


def clean(text):
    """Text of an answer, without what could steer a terminal or fill it."""
    text = text if isinstance(text, str) else repr(text)
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text[:2000])

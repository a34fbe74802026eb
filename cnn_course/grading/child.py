"""The process in which an answer runs. It is started by `worker`, and knows nothing but what it is sent.

    python child.py <bytes of memory>

Requests: {"load": source}, {"find": name, "arguments": number}, {"call": name} with the arguments as value,
{"get": name}. Its messages go through what were its standard input and output; what an answer prints goes elsewhere.
"""

import linecache
import os
import sys
from pathlib import Path
from types import ModuleType

SECONDS = 60  # of processor time, so that nothing runs on if the grader itself is killed
LARGEST_FILE = 1 << 24


def limit(memory):
    """Limit what this process can take, where the platform can."""
    try:
        import resource
    except ImportError:  # Windows; the grader's own clock remains
        return
    for name, value in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", SECONDS),
        ("RLIMIT_FSIZE", LARGEST_FILE),
        ("RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (ValueError, OSError):  # macOS refuses some
            continue


def take_channel():
    """Return the streams to the grader; from now on what is printed goes to the standard error."""
    channel = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return channel


def helpers():
    """Import the few modules that are needed without the package around them, which holds what is asked for."""
    folder = Path(__file__).resolve().parents[1]
    packages = []
    for name in ("cnn_course", "cnn_course.exercises", "cnn_course.grading"):
        package = sys.modules[name] = ModuleType(name)
        package.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        packages.append(package)
    import cnn_course.exercises.submission as submission
    import cnn_course.grading.channel as channel

    for package in packages:
        package.__path__ = []
    return submission, channel


class Server:
    """Carries out requests on the answers loaded."""

    def __init__(self, submission):
        self.here = submission.Here({"__name__": "answer"})

    def load(self, source):
        """Run a program; its functions and variables are the answers."""
        lines = source.splitlines(keepends=True)
        linecache.cache["<answer>"] = len(source), None, lines, "<answer>"  # so that errors can show their line
        try:
            exec(compile(source, "<answer>", "exec"), self.here.names)
        except (Exception, SystemExit) as error:
            own = isinstance(error, ImportError) and str(error.name).startswith("cnn_course")
            advice = " (an answer may use NumPy, but none of the course's own functions)" if own else ""
            return {"reason": f"{type(error).__name__}: {error}{advice}"}, None
        return {"reason": None}, None

    def find(self, name, arguments):
        """Say why a function cannot be called, or None."""
        try:
            self.here.find(name, arguments)
        except LookupError as error:
            return {"reason": str(error)}, None
        return {"reason": None}, None

    def call(self, name, args):
        """Call a function."""
        return _split(self.here.call(name, args))

    def get(self, name):
        """The value of a variable."""
        return _split(self.here.value(name))

    def answer(self, request, value):
        """Carry out one request; return a message and a value."""
        if "load" in request:
            return self.load(request["load"])
        if "find" in request:
            return self.find(request["find"], request["arguments"])
        return self.call(request["call"], value) if "call" in request else self.get(request["get"])


def _split(outcome):
    facts = {"error": outcome.error, "message": outcome.message[:4000], "line": outcome.line[:1000]}
    return facts | {"mutated": list(outcome.mutated)}, outcome.value


def main():
    """Answer requests until the grader hangs up."""
    incoming, outgoing = take_channel()
    submission, channel = helpers()
    limit(int(sys.argv[1]))
    server = Server(submission)
    while True:
        try:
            request, value = channel.receive(incoming)
        except EOFError:
            return
        message, value = server.answer(request, value)
        try:
            channel.send(outgoing, message | {"id": request["id"]}, value)
        except ValueError:
            channel.send(outgoing, message | {"id": request["id"], "too_large": True})


if __name__ == "__main__":
    main()

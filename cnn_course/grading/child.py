"""The process in which an answer runs. It is started by `supervisor`, and knows nothing but what it is sent.

    python child.py <bytes of memory> <folder of NumPy> [user]

With `user` it becomes another user, for which it must be root, before it runs anything of an answer.

Requests: {"load": name, "seconds": number} with the notebook's cells as value, the bytes of a list in JSON;
{"find": name, "arguments": number}, {"call": name} with the arguments as value, {"get": name}. Its messages go through
what were its standard input and output; what an answer prints goes elsewhere.
"""

import builtins
import ctypes
import json
import os
import re
import signal
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace

SECONDS = 60  # of processor time, so that nothing runs on if the grader itself is killed
LARGEST_FILE = 1 << 24
DIE_WITH_PARENT, DUMPABLE, NO_NEW_RIGHTS = 1, 4, 38  # PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS
USERS = range(61184, 65520)  # users that nobody is: systemd too gives them to services for as long as they run
THREADS = 64  # of such a user; the limit of all other users would count what they run elsewhere
MODULES = (  # of the course: these that are imported here, and those that they import
    "exercises/borrowed",
    "exercises/outcome",
    "exercises/submission",
    "grading/channel",
    "grading/effects",
    "grading/execute",
    "grading/ipython",
    "grading/program",
)


def change_user(numpy):
    """Become a user with no rights but to the folder of the answer; no two answers that run have the same one."""
    user = USERS[os.getppid() % len(USERS)]
    os.chown(".", user, user)
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    if sys.platform == "linux":  # the system takes a process that was root for one that nobody may look into
        ctypes.CDLL(None).prctl(DUMPABLE, 1)
    for folder in (os.environ["HOME"], os.path.dirname(os.__file__), numpy):
        os.listdir(folder)  # what the answer imports must be legible for this user
    if not os.access(sys.executable, os.X_OK):
        raise PermissionError(13, "Permission denied", sys.executable)
    import resource

    resource.setrlimit(resource.RLIMIT_NPROC, (THREADS, THREADS))


def limit(memory):
    """Limit what this process can take, where the platform can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        ctypes.CDLL(None).prctl(NO_NEW_RIGHTS, 1, 0, 0, 0)  # as `sudo` gives them
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
    from cnn_course.exercises import borrowed, submission
    from cnn_course.grading import channel, execute, program

    for name in [name for name in sys.modules if name.startswith("cnn_course")]:
        del sys.modules[name]
    return SimpleNamespace(borrowed=borrowed, submission=submission, channel=channel, execute=execute, program=program)


class Course:
    """Imports of the course give names that refuse to work, so that a notebook may import what its answer leaves out.

    `check`, `hint` and `solution` do nothing.
    """

    def __init__(self, advice):
        self.advice = advice

    def find_spec(self, name, path=None, target=None):
        """Of any module of the course."""
        return ModuleSpec(name, self, is_package=True) if name.split(".")[0] == "cnn_course" else None

    def create_module(self, spec):
        """As usual."""

    def exec_module(self, module):
        """Put nothing into the module but a function that makes up its names."""

        def made_up(name):
            if name.startswith("__"):
                raise AttributeError(name)

            def refuse(*args, **kwargs):
                if module.__name__ != "cnn_course.exercises":
                    raise ImportError(f"{module.__name__}.{name} is used: {self.advice}")

            refuse.__module__, refuse.__name__ = module.__name__, name
            return refuse

        module.__getattr__ = made_up


class Notebook:
    """What IPython calls a shell: an object for everything that a notebook may ask of it, which does nothing."""

    def __init__(self, names):
        self.user_ns = names

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


class Server:
    """Carries out requests on the answers loaded."""

    def __init__(self, helpers):
        self.helpers, self.errors = helpers, {}
        module = sys.modules["__main__"] = ModuleType("__main__")  # as in a notebook
        self.here = helpers.submission.Learner(vars(module))
        builtins.display = lambda *args, **kwargs: None
        shell = Notebook(self.here.names)
        builtins.get_ipython = lambda: shell
        sys.meta_path.insert(0, Course(helpers.borrowed.ADVICE))

    def load(self, name, seconds, cells):
        """Run what an answer needs of a notebook."""
        notebook, names = self.helpers.program.Notebook(json.loads(cells.tobytes())), self.here.names
        statements = notebook.needed(name)
        self.errors = self.helpers.execute.execute(statements, notebook.text, names, notebook.flags(), seconds)
        if name in names:
            return {"reason": None}, None
        if name in self.errors:
            return {"reason": f"the notebook stops before it is defined: {self._error(name)}"}, None
        return {"reason": notebook.missing(name)}, None

    def _error(self, name):
        error = self.errors[name]
        return f"{type(error).__name__}: {error}"

    def find(self, name, arguments):
        """Say why a function cannot be called, or None."""
        try:
            self.here.find(name, arguments)
        except LookupError as error:
            return {"reason": str(error)}, None
        return {"reason": None}, None

    def call(self, name, args):
        """Call a function."""
        outcome = self.here.call(name, args)
        message = outcome.message
        missing = re.match(r"name '(\w+)'", message) if outcome.error == "NameError" else None
        if missing and missing[1] in self.errors:
            message += f"; the notebook stops before it is defined: {self._error(missing[1])}"
        return _split(outcome, message)

    def get(self, name):
        """The value of a variable."""
        outcome = self.here.value(name)
        return _split(outcome, outcome.message)

    def answer(self, request, value):
        """Carry out one request; return a message and a value."""
        if "load" in request:
            return self.load(request["load"], request["seconds"], value)
        if "find" in request:
            return self.find(request["find"], request["arguments"])
        return self.call(request["call"], value) if "call" in request else self.get(request["get"])


def _split(outcome, message):
    facts = {"error": outcome.error, "message": message[:4000], "line": outcome.line[:1000]}
    return facts | {"mutated": list(outcome.mutated)}, outcome.value


def main():
    """Answer requests until the grader hangs up."""
    incoming, outgoing = take_channel()
    if sys.argv[2] not in sys.path:  # NumPy may be where an isolated Python does not look
        sys.path.append(sys.argv[2])
    modules = helpers()
    receive, send, most = modules.channel.receive, modules.channel.send, modules.channel.MOST_REPLY
    if sys.argv[3:] == ["user"]:
        change_user(sys.argv[2])
    limit(int(sys.argv[1]))
    server = Server(modules)
    while True:
        try:
            request, value = receive(incoming)
        except EOFError:
            return
        message, value = server.answer(request, value)
        try:
            send(outgoing, message | {"id": request["id"]}, value, most)
        except ValueError:
            send(outgoing, message | {"id": request["id"], "too_large": True})


if __name__ == "__main__":
    main()

"""How far an answer is kept from the machine: three levels, and which of them work here.

`bubblewrap` runs it in a sandbox (`bubblewrap.py`). `user` runs it as another user, where the grader is root
(`child.change_user`). `limits` has neither: the answer is a process of the same user, whose time, memory, output and
number of processes are limited, as they are on every level (`worker`, `child.limit`, `supervisor`).
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from cnn_course.grading import bubblewrap
from cnn_course.grading.folder import Folder

MEMORY = 2 << 30  # bytes of address space, of which NumPy itself takes a part
NUMPY = str(Path(np.__file__).parents[1])  # its folder
PYTHON = (sys.executable, "-I", "-B", "-X", "utf8")
KERNELS = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")  # choose the code for a processor: the solution's
KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG", *KERNELS)  # of the environment
HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP")
PATIENCE = 30  # seconds for a trial


@dataclass(frozen=True)
class Level:
    """A level of isolation.

    Attributes
    ----------
    name : str
    lacking : function
        Says what the machine lacks for it, as far as that can be seen without a trial; else an empty text.
    command : function
        Of the command that starts an answer, and of the answer's folder: the command to be run in its place.
    explain : function
        Says why a trial has failed, by the errors that it printed.
    """

    name: str
    lacking: Callable
    command: Callable
    explain: Callable

    def start(self, folder, **pipes):
        """Start the process of an answer, below a supervisor; return its `Popen`."""
        here = Path(__file__)
        answer = [*PYTHON, str(here.with_name("child.py")), str(MEMORY), NUMPY]
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        environment |= dict.fromkeys(HOMES, folder) | {"MPLBACKEND": "agg"}
        return subprocess.Popen(
            [*PYTHON, "-S", str(here.with_name("supervisor.py")), *self.command(answer, folder)],
            cwd=folder,
            env=environment,
            start_new_session=os.name == "posix",
            **pipes,
        )

    def why_not(self):
        """Why it does not work here, in plain words, or an empty text: found out by starting a process without work."""
        if lacking := self.lacking():
            return lacking
        folder = Folder()
        try:
            with self.start(folder.name, stdin=-3, stdout=-3, stderr=-1) as trial:  # DEVNULL, DEVNULL, PIPE
                try:
                    _, errors = trial.communicate(timeout=PATIENCE)
                except subprocess.TimeoutExpired:
                    trial.terminate()
                    return f"a trial has not ended after {PATIENCE} s"
        finally:
            folder.remove()
        return self.explain(errors.decode(errors="replace")) if trial.returncode else ""


def _not_root():
    return "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "only root can start a process as another user"


def _last(errors):
    return errors.strip().rpartition("\n")[2] or "it says nothing"


def _illegible(errors):
    return f"another user cannot run Python here, or has no access to NumPy or the temporary folder ({_last(errors)})"


LEVELS = {
    level.name: level
    for level in (  # the strongest one first
        Level("bubblewrap", bubblewrap.lacking, bubblewrap.command, bubblewrap.explain),
        Level("user", _not_root, lambda answer, folder: [*answer, "user"], _illegible),
        Level("limits", lambda: "", lambda answer, folder: answer, _last),
    )
}
AUTO = "auto"


@cache
def choose(name):
    """The level of a name, or for `AUTO` the strongest one that works here.

    Raises
    ------
    ValueError
        If it does not work here; says why.
    """
    for level in LEVELS.values() if name == AUTO else [LEVELS[name]]:
        if not (why := level.why_not()):
            return level
    raise ValueError(f"--isolation {name} does not work here: {why}")

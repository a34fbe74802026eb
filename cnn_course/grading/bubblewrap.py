"""The command that runs an answer in a sandbox of bubblewrap, on Linux, and why it does not work where it does not.

The sandbox has namespaces of its own: no network, no processes but its own, and files that are read-only, of the
system, of Python and of NumPy. The folder of the answer is memory of a limited size. Of the course it holds the
modules alone that `child` imports: no solution, no test and no other answer.
"""

import os
import shutil
import sys
from pathlib import Path

import numpy as np

from cnn_course.grading import child

COURSE = Path(__file__).parents[1]
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/nix/store", "/gnu/store")
LIBRARIES = ("/etc/ld.so.cache", "/etc/alternatives")  # say where libraries are
PREFIX = ("bin", "lib", "lib64", "pyvenv.cfg")  # what Python needs of where it is installed
HOME = 1 << 25  # bytes of the answer's folder, and as many of shared memory
NOBODY = "65534"
REASONS = (  # what bubblewrap says, and what it means
    ("setting up uid map", "AppArmor forbids user namespaces (Ubuntu); allow them to /usr/bin/bwrap by a profile"),
    ("RTM_NEWADDR", "AppArmor forbids what bubblewrap does in its user namespace (Ubuntu); allow it by a profile"),
    ("make / slave", "AppArmor forbids mounts, as in a container of Docker; start it with apparmor=unconfined"),
    ("namespace", "the kernel or the container (seccomp, as in Docker) does not let this user make namespaces"),
    ("mount proc", "the container hides parts of /proc; Docker shows them with systempaths=unconfined"),
    ("--disable-userns", "this bubblewrap is older than 0.8"),
)


def lacking():
    """What the machine lacks, or an empty text."""
    if sys.platform != "linux":
        return "bubblewrap is a program for Linux"
    return "" if shutil.which("bwrap") else "bubblewrap is not installed (Debian, Ubuntu: apt install bubblewrap)"


def command(answer, folder):
    """The command that runs another one, `answer`, in a sandbox with a folder."""
    python = {sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parents[1])}
    shown = [*SYSTEM, *LIBRARIES, *(os.path.join(prefix, part) for prefix in sorted(python) for part in PREFIX)]
    shown.append(str(Path(np.__file__).parents[1]))
    hidden = {str(COURSE), *(os.path.join(path, "cnn_course") for path in sys.path if os.path.isabs(path))}
    hidden = sorted(path for path in hidden if os.path.isdir(path))
    modules = [str(COURSE / f"{name}.py") for name in ("grading/child", *child.MODULES)]
    return [
        *("bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--uid", NOBODY, "--gid", NOBODY),
        *("--cap-drop", "ALL", "--die-with-parent"),
        *(word for path in shown for word in _shown(path)),
        *(word for path in hidden for word in ("--tmpfs", path)),
        *(word for path in modules for word in ("--ro-bind", path, path)),
        *(word for path in hidden for word in ("--remount-ro", path)),
        *("--proc", "/proc", "--dev", "/dev", "--size", str(HOME), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"),
        *("--size", str(HOME), "--tmpfs", folder, "--chdir", folder, "--remount-ro", "/", "--", *answer),
    ]


def _shown(path):
    """A link stays one, so that what is hidden of a folder is hidden on all ways to it."""
    return ("--symlink", os.readlink(path), path) if os.path.islink(path) else ("--ro-bind-try", path, path)


def explain(errors):
    """What the errors mean that bubblewrap has printed, in plain words where they are known."""
    last = errors.strip().rpartition("\n")[2] or "it says nothing"
    return next((f"{meaning} [{last}]" for sign, meaning in REASONS if sign in errors), last)

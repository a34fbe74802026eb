"""`python -m cnn_course`: see `cnn_course.grading.cli`, and the modules of `OTHERS`."""

import errno
import os
import sys
from importlib import import_module

from cnn_course.grading.cli import main


def _of(module_name, command):
    """A command of a module of `cnn_course`, which is imported if it is chosen."""

    def add(parser):
        module = import_module(f"cnn_course.{module_name}")
        getattr(module, f"add_{command}")(parser)

    return add


OTHERS = {
    "report": ("write what a class and its learning platform read", _of("grading.reports.commands", "report")),
    "collect": ("collect the answers in words, to be marked by hand", _of("grading.reports.commands", "collect")),
    "train": ("train a network as the recorded ones were", _of("zoo.cli", "train")),
    "evaluate": ("test a recorded network anew", _of("zoo.cli", "evaluate")),
    "classify": ("name what is on a photograph", _of("zoo.classify", "classify")),
}


def run():
    """Carry out the command on the command line; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a console may lack letters, as that of Windows does
    try:
        try:
            return main(others=OTHERS)
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.errno != (errno.EPIPE if os.name == "posix" else errno.EINVAL):
            raise
        # Whoever reads has enough, as `head` does. What is left is thrown away, without a message at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(run())

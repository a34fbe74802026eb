"""`python -m cnn_course`: see `cnn_course.grading.cli` and `cnn_course.zoo.cli`."""

import errno
import os
import sys

from cnn_course.grading.cli import main


def _of_the_zoo(command):
    """A command of `cnn_course.zoo`, which is imported if it is chosen."""

    def add(parser):
        from cnn_course.zoo import cli

        getattr(cli, f"add_{command}")(parser)

    return add


OTHERS = {
    "train": ("train a network as the recorded ones were", _of_the_zoo("train")),
    "evaluate": ("test a recorded network anew", _of_the_zoo("evaluate")),
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

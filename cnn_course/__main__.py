"""`python -m cnn_course`: see `cnn_course.grading.cli`."""

import errno
import os
import sys

from cnn_course.grading.cli import main


def run():
    """Carry out the command on the command line; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a console may lack letters, as that of Windows does
    try:
        try:
            return main()
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

"""A submission graded in a process that serves no other: what kills it does not kill a worker of a cluster.

As a program it reads a pickled task from the standard input, and writes the entry of the record to the standard output.
"""

import json
import os
import pickle
import subprocess
import sys

from cnn_course.grading.folder import Folder
from cnn_course.grading.parallel import Died, grade_submission


def grade_apart(file, content, seed, terms):
    """Do what `grade_submission` does, in a new process; raise `Died` if it does not come to its end."""
    folder = Folder()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cnn_course.grading.apart"],
            input=pickle.dumps((file, content, seed, terms)),
            capture_output=True,
            env=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder.name),
        )
    finally:
        folder.remove()
    if done.returncode == 1:  # an error of Python, whose last line says which
        raise RuntimeError(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    if done.returncode:
        raise Died
    return json.loads(done.stdout)


if __name__ == "__main__":
    print(json.dumps(grade_submission(*pickle.load(sys.stdin.buffer))))

"""How long grading takes: one exercise of one submission, and of a hundred.

    python benchmarks/grading.py [folder with the programs of nbgrader and otter-grader]

The same correct answer to `convolve` is graded by this course's grader, by nbgrader and by otter-grader, where they are
installed, each with the same number of random cases.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

MANY, FEW = 100, 5  # submissions: ours, and those of the slower graders
ANSWER = "import numpy as np\n\ndef convolve(f, h):\n    return np.convolve(f, h)"
TEST = """rng = np.random.default_rng()
for n in range(1, 10):
    f, h = rng.standard_normal(n), rng.standard_normal(n + 1)
    assert np.allclose(convolve(f, h), np.convolve(f, h))"""
OTTER_TEST = """OK_FORMAT = True
case = {{"code": {code!r}, "hidden": False, "locked": False}}
suite = {{"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}}
test = {{"name": "convolve", "points": 4, "suites": [suite]}}
"""


def notebook(path, *cells):
    """Write a notebook of code cells, given as source or as (source, metadata of nbgrader)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pairs = [(cell, {}) if isinstance(cell, str) else cell for cell in cells]
    made = [new_code_cell(source, metadata={"nbgrader": about} if about else {}) for source, about in pairs]
    nbformat.write(new_notebook(cells=made), path)


def seconds(*command, cwd):
    """Run a command; return the time it took."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ["PATH"]])  # their programs call others
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), cwd=cwd, check=True, capture_output=True, env=os.environ | {"PATH": path})
    return time.perf_counter() - start


def ours(folder, count):
    """The grader of the course, from the command line."""
    paths = [folder / f"{i}.ipynb" for i in range(count)]
    for path in paths:
        notebook(path, ANSWER, 'check("convolve")')
    return seconds(sys.executable, "-m", "cnn_course", "grade", *paths, cwd=folder)


def nbgrader(program, folder, count):
    """The command `nbgrader autograde`."""
    about = {"schema_version": 3, "task": False, "locked": False}
    solution = (ANSWER, about | {"grade": False, "solution": True, "grade_id": "answer"})
    test = (TEST, about | {"grade": True, "solution": False, "locked": True, "grade_id": "test", "points": 4})
    notebook(folder / "source/a/convolve.ipynb", solution, test)
    seconds(program, "generate_assignment", "a", cwd=folder)
    for i in range(count):
        notebook(folder / f"submitted/student{i}/a/convolve.ipynb", solution, test)
    return seconds(program, "autograde", "a", cwd=folder)


def otter(program, folder, count):
    """The command `otter run`, once for each submission, without a container."""
    code = "".join(f"{'... ' if line[0] == ' ' else '>>> '}{line}\n" for line in TEST.splitlines())
    (folder / "tests").mkdir()
    (folder / "tests/convolve.py").write_text(OTTER_TEST.format(code=code))
    seconds(program, "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment", cwd=folder)
    total = 0.0
    for i in range(count):
        notebook(folder / f"{i}.ipynb", ANSWER)
        total += seconds(program, "run", f"{i}.ipynb", "-a", "autograder.zip", cwd=folder)
    return total


def main(programs=None):
    """Print seconds a submission, cold and in a batch."""
    rows = [("cnn_course", ours, MANY)]
    for name, grade in (("nbgrader", nbgrader), ("otter", otter)):
        program = shutil.which(name, path=programs)
        if program:
            rows.append((name, lambda folder, count, g=grade, p=program: g(p, folder, count), FEW))
    for name, grade, count in rows:
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
            cold, batch = grade(Path(one), 1), grade(Path(many), count)
        print(f"{name:12} one submission {cold:6.2f} s   each of {count:3} {batch / count:6.2f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])

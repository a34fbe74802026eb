"""A class that does not exist, graded in every way: interrupted and resumed, on a cluster, in shards.

    python benchmarks/classroom.py [number of submissions] [seed of the class]

The submissions are right, wrong in the ways that the catalogue knows, not attempted, broken, or hostile. Each way of
grading must give the same results, to the byte; what it took is printed.
"""

import inspect
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cnn_course.exercises import find
from cnn_course.exercises.source import function_source, stub

WRITE, PREDICT = "convolve", "single_one"
BROKEN = {
    "an empty file": b"",
    "half a notebook": b'{"cells": [{"cell_type": "code", "source": "def convolve(f, h):',
    "a photograph": b"\x89PNG\r\n\x1a\n\x00\xff\xfe",
    "deeply nested": b"[" * 60_000,
    "no list of cells": b'{"cells": 5}',
    "a notebook without exercises": b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
}
KILLER = """
import os, signal
def parent(number):
    with open(f"/proc/{number}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])
def convolve(f, h):
    os.kill(parent(os.getppid()), signal.SIGKILL)
"""
HOSTILE = {
    "kills the grader's process": KILLER,
    "never ends": "def convolve(f, h):\n    while True: pass",
    "leaves": "import os\ndef convolve(f, h): os._exit(0)",
    "takes all memory": "def convolve(f, h): return np.ones(10**12)",
    "floods": "def convolve(f, h):\n    while True: print('x' * 1000)",
    "equals everything": """
class Everything:
    def __eq__(self, other): return True
def convolve(f, h): return Everything()
""",
    "speaks to the terminal": "def convolve(f, h): raise ValueError('\\x1b[2J\\n=1+1,100/100')",
}


def answers():
    """Sources of answers to the exercise to write, by what they are."""
    exercise = find(WRITE)
    solved = re.sub(rf"\b{WRITE}\b", "right", function_source(exercise.answer))
    found = {"right": function_source(exercise.answer), "not attempted": stub(exercise)}
    for made in [*exercise.alternatives, *(mistake.answer for mistake in exercise.mistakes)]:
        if set(inspect.getclosurevars(made).globals) <= {"np", WRITE}:
            text = re.sub(rf"\b{WRITE}\b", "right", function_source(made))
            found[made.__name__] = solved + text.replace(f"def {made.__name__}(", f"def {WRITE}(", 1)
    return found


def predictions():
    """Answers to the exercise to predict."""
    exercise = find(PREDICT)
    return [exercise.answer, *exercise.wrong, None]


def notebook(*cells):
    """Bytes of a notebook."""
    made = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def make(folder, count, seed=0, hostile=HOSTILE):
    """Write submissions to a folder, files and folders; return the names of the hostile ones, by what they are.

    One in twelve is broken, and one in twenty hostile, but each kind of these occurs, and a right and a wrong answer.
    """
    rng = random.Random(seed)
    kinds = [("broken", kind) for kind in BROKEN] + [("hostile", kind) for kind in hostile]
    kinds += [("broken", rng.choice(list(BROKEN))) for _ in range(count // 12 - len(BROKEN))]
    kinds += [("hostile", rng.choice(list(hostile))) for _ in range(count // 20 - len(hostile))]
    known = answers()
    kinds += [("answer", "right"), ("answer", "not_flipped")]
    kinds += [("answer", rng.choice(["right", *known])) for _ in range(count - len(kinds))]
    rng.shuffle(kinds)
    found = {}
    for number, (sort, kind) in enumerate(kinds):
        student = f"student{number:04}"
        file = f"{student}.ipynb" if number % 2 else f"{student}/ps1/answers.ipynb"
        if sort == "broken":
            content = BROKEN[kind]
        else:
            source = hostile[kind] if sort == "hostile" else known[kind]
            rest = f"{PREDICT} = {rng.choice(predictions())!r}", f'check("{WRITE}")\ncheck("{PREDICT}")'
            content = notebook("import numpy as np", source, *rest)
            if sort == "hostile":
                found.setdefault(kind, []).append(file)
        path = Path(folder, file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return found


def command(*arguments):
    """The command line of the grader."""
    return [sys.executable, "-m", "cnn_course", *map(str, arguments)]


def contents(folder):
    """Everything in a folder with results."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(Path(folder).rglob("*.json"))}


def graded(folder):
    """How many submissions have results in a folder."""
    return len(list(Path(folder, "files").glob("*.json")))


def grade(submissions, out, *options):
    """Grade a class; return the seconds that it took."""
    start = time.perf_counter()
    done = subprocess.run(command("grade", submissions, "--out", out, *options), capture_output=True, text=True)
    if done.returncode not in (0, 2):
        raise RuntimeError(done.stderr)
    return time.perf_counter() - start


def main(count=300, seed=0):
    """Grade a class in every way, and say what it took."""
    rng = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="class-"))
    submissions, key = folder / "submissions", folder / "term.key"
    hostile = make(submissions, count, seed)
    key.write_text("a key of nobody's term")
    options = ["--key", key, "--expect", f"{WRITE},{PREDICT}"]
    print(f"{count} submissions, {sum(map(len, hostile.values()))} of them hostile")

    seconds = grade(submissions, folder / "whole", *options, "--jobs", 2)
    whole = contents(folder / "whole")
    print(f"two processes: {seconds:.0f} s, {60 * count / seconds:.0f} submissions a minute")

    out, kills = folder / "killed", 0
    while graded(out) < count or kills == 0:
        process = subprocess.Popen(
            command("grade", submissions, "--out", out, *options, "--jobs", 2),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(rng.uniform(0.05, 0.6) * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
            print(f"killed with {graded(out)} graded")
    grade(submissions, out, *options, "--jobs", 2)
    print(f"killed {kills} times and resumed: {'the same' if contents(out) == whole else 'DIFFERENT'}")

    parts = [folder / f"part{i}" for i in range(1, 5)]
    for i, part in enumerate(parts, 1):
        grade(submissions, part, *options, "--jobs", 2, "--shard", f"{i}/4")
    subprocess.run(command("merge", folder / "merged", *parts), capture_output=True)
    print(f"four shards, merged: {'the same' if contents(folder / 'merged') == whole else 'DIFFERENT'}")

    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="ERROR") as cluster:
        seconds = grade(submissions, folder / "dask", *options, "--scheduler", cluster.scheduler_address)
    same = "the same" if contents(folder / "dask") == whole else "DIFFERENT"
    print(f"a cluster of Dask with two workers: {seconds:.0f} s, {same}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""A class graded by processes and by a cluster: killed at any moment, stopped, with answers that kill the grader."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import pytest
from classroom import HOSTILE, command, contents, graded, make, notebook

from cnn_course.grading import record
from cnn_course.grading.submissions import shard_of, submissions_in

COUNT = 14
QUICK = ("kills the grader's process", "leaves", "equals everything", "speaks to the terminal")
# In a sandbox no answer reaches the process that grades it.
OPTIONS = ("--key", "term.key", "--expect", "convolve,single_one", "--isolation", "limits")
DIED = "the process that graded it has died"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of this kind are not sent elsewhere")


class Class:
    """A class, and the results of an undisturbed run."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "temporary").mkdir()
        self.environment = os.environ | {"TMPDIR": str(folder / "temporary")}
        kinds = {kind: HOSTILE[kind] for kind in QUICK if kind != "kills the grader's process" or _has_proc()}
        self.hostile = make(folder / "class", COUNT, seed=3, hostile=kinds)
        (folder / "term.key").write_text("a key of nobody's term")
        assert self.grade("whole").returncode == 2, "some cannot be read"
        self.whole = contents(folder / "whole")
        self.files = [submission.file for submission in submissions_in([folder / "class"])]

    def start(self, out, *options):
        arguments = command("grade", "class", "--out", out, *OPTIONS, *(options or ("--jobs", 2)))
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(arguments, cwd=self.folder, env=self.environment, start_new_session=True, **streams)

    def grade(self, out, *options):
        with self.start(out, *options) as process:
            process.out, process.err = process.communicate(timeout=600)
        return process

    def processes(self):
        """Numbers of those that were told of this class, by its temporary folder."""
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                told = path.read_bytes()
            except OSError:
                continue
            if os.fsencode(self.folder) in told:
                found.append(path.parent.name)
        return found

    def wait_until_alone(self):
        """What was started ends by itself, soon after the grader."""
        end = time.monotonic() + 30
        while self.processes():
            assert time.monotonic() < end, "something is left running"
            time.sleep(0.05)


def _has_proc():
    return Path("/proc/self/stat").exists()


@pytest.fixture(scope="module")
def of_class(tmp_path_factory):
    return Class(tmp_path_factory.mktemp("class"))


def test_each_submission_has_its_row(of_class):
    found = record.load(of_class.folder / "whole")
    assert found["complete"]
    files = {file["file"]: file for file in found["files"]}
    assert len(files) == COUNT
    killers = of_class.hostile.get("kills the grader's process", [])
    for file in chain.from_iterable(of_class.hostile.values()):
        answer = next((e for e in files[file]["exercises"] if e["exercise"] == "convolve"), {"points": 0})
        assert answer["points"] == 0
    for file, entry in files.items():
        assert entry["error"] or [e["exercise"] for e in entry["exercises"]] == ["convolve", "single_one"]
        assert (DIED in (entry["error"] or "")) == (file in killers)
        assert "grader" not in [e["verdict"] for e in entry["exercises"]]
    assert any(e["points"] == e["possible"] for entry in files.values() for e in entry["exercises"])
    assert any(e["status"] == "failed" and e["hint"] for entry in files.values() for e in entry["exercises"])
    assert list((of_class.folder / "temporary").iterdir()) == []


@pytest.mark.parametrize("after", [1, COUNT // 2])
def test_killed_and_resumed_it_is_the_same(of_class, after):
    out = of_class.folder / f"killed{after}"
    with of_class.start(out.name) as process:
        while graded(out) < after:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    found = contents(out)
    assert found.items() <= of_class.whole.items(), "what is there is whole"
    of_class.wait_until_alone()
    done = of_class.grade(out.name)
    assert contents(out) == of_class.whole
    assert f"{COUNT} submissions, of which" in done.out
    assert list(out.rglob(".*")) == []


def test_ctrl_c_keeps_what_is_done(of_class):
    out = of_class.folder / "stopped"
    with of_class.start(out.name, "--jobs", "2", "--json", "all.json") as process:
        while graded(out) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.endswith("\nInterrupted.\n")
    assert "Traceback" not in err
    kept = json.loads((of_class.folder / "all.json").read_text())
    assert not kept["complete"]
    assert len(kept["files"]) == graded(out) >= 2
    of_class.wait_until_alone()
    of_class.grade(out.name)
    assert contents(out) == of_class.whole


def test_shards_and_their_merge_are_the_same(of_class):
    for i in range(1, 5):
        of_class.grade(f"part{i}", "--jobs", "2", "--shard", f"{i}/4")
    parts = [of_class.folder / f"part{i}" for i in range(1, 5)]
    subprocess.run(command("merge", of_class.folder / "merged", *parts), check=False, capture_output=True)
    assert contents(of_class.folder / "merged") == of_class.whole


def test_a_cluster_of_dask_gives_the_same(of_class):
    pytest.importorskip("distributed")
    program = (
        "from distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:\n"
        "        print(cluster.scheduler_address, flush=True)\n"
        "        input()\n"
    )
    (of_class.folder / "cluster.py").write_text(program)
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen([sys.executable, "cluster.py"], cwd=of_class.folder, **streams) as cluster:
        done = of_class.grade("dask", "--scheduler", cluster.stdout.readline().strip(), "--shard", "1/2")
        cluster.communicate("\n", timeout=120)
    found = contents(of_class.folder / "dask")
    assert found.pop(record.HEADER)
    assert found.items() <= of_class.whole.items(), done.err
    assert COUNT / 4 < len(found) == sum(shard_of(file, 2) == 1 for file in of_class.files)


def test_a_private_catalogue_reaches_the_processes(of_class, tmp_path):
    (tmp_path / "private").mkdir()
    (tmp_path / "private/thrice.py").write_text(
        "from cnn_course.exercises.exercise import Implement\n"
        'exercise = Implement("three times", "1-3", "Multiply by 3.")\n'
        "@exercise.solution\n"
        "def thrice(x):\n"
        "    return 3 * x\n"
        '@exercise.check("any number", points=2)\n'
        "def any_number(rng):\n"
        "    yield (int(rng.integers(3, 9)),)\n"
    )
    (tmp_path / "class").mkdir()
    (tmp_path / "class/ada.ipynb").write_bytes(notebook("def thrice(x): return x + x + x", 'check("thrice")'))
    arguments = command("grade", "class", "--out", "out", "--catalogue", "private", "--jobs", 1, "--expect", "thrice")
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (file,) = record.load(tmp_path / "out")["files"]
    assert [(e["exercise"], e["points"]) for e in file["exercises"]] == [("thrice", 2)]

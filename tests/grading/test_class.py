"""A class: graded by any executor, resumed, in shards, with a reason for whatever goes wrong. Nothing really runs."""

import csv
import json
import re
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from threading import Timer

import fakes
import pytest
from classroom import contents
from fakes import FULL, OTHER, RIGHT, TODO, WRONG, write

from cnn_course.exercises.catalogue import digest
from cnn_course.exercises.compare import Verdict
from cnn_course.grading import cli, executors, parallel, record, results
from cnn_course.grading.parallel import Terms, grade_class
from cnn_course.grading.submissions import seed_of, submissions_in

KEY = "the secret of a term"


@pytest.fixture
def grader(monkeypatch, tmp_path):
    """A grader that runs nothing, in threads, and four submissions."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class/cid").mkdir(parents=True)
    write(tmp_path / "class/ada.ipynb", RIGHT)
    write(tmp_path / "class/bea.ipynb", WRONG, OTHER)
    write(tmp_path / "class/cid/answers.ipynb", TODO)
    (tmp_path / "class/dot.ipynb").write_text("[")
    (tmp_path / "key").write_text(KEY)
    monkeypatch.setattr(executors, "processes", ThreadPoolExecutor)
    return fakes.install(monkeypatch)


def grade(*options, out="out"):
    return cli.main(["grade", "class", "--out", out, *options])


def statuses(found):
    return {file["file"]: [entry["status"] for entry in file["exercises"]] for file in found["files"]}


def test_the_record_of_a_class(grader, tmp_path, capsys):
    assert grade("--seed", "7", "--expect", "convolve", "--json", "all.json", "--csv", "all.csv") == 2
    found = record.load(tmp_path / "out")
    assert (found["seed"], found["key"], found["complete"]) == (7, None, True)
    assert statuses(found) == {
        "ada.ipynb": ["passed"],
        "bea.ipynb": ["failed", "not attempted"],
        "cid/answers.ipynb": ["not attempted"],
        "dot.ipynb": ["missing"],
    }
    assert [(file["student"], file["seed"]) for file in found["files"]] == [
        (s, 7) for s in ("ada", "bea", "cid", "dot")
    ]
    assert "is not JSON" in found["files"][3]["error"]
    assert record.load(tmp_path / "all.json") == found
    printed = capsys.readouterr()
    assert re.search(rf"^ada.ipynb +{FULL}/{FULL}  1 passed$", printed.out, re.MULTILINE)
    assert "4/4, 1 failure" in printed.err
    assert len(list(csv.DictReader((tmp_path / "all.csv").read_text().splitlines(keepends=True)))) == 6


def test_standard_output_has_nothing_else(grader, capsys):
    grade("--seed", "7", "--json", "-")
    assert len(json.loads(capsys.readouterr().out)["files"]) == 4


def test_an_entry_is_that_of_the_file_by_itself(grader, tmp_path):
    grade("--seed", "7")
    cli.main(["grade", "class/bea.ipynb", "--seed", "7", "--json", "one.json"])
    (alone,) = record.load(tmp_path / "one.json")["files"]
    (of_class,) = (file for file in record.load(tmp_path / "out")["files"] if file["student"] == "bea")
    assert alone["exercises"] == of_class["exercises"]


def test_what_is_there_is_not_graded_again(grader, tmp_path):
    grade("--seed", "7")
    before, asked = contents(tmp_path / "out"), len(grader.graded)
    grade("--seed", "7")
    assert (contents(tmp_path / "out"), len(grader.graded)) == (before, asked)
    grade()
    assert len(grader.graded) == asked, "without a seed it is that of the results"
    grade("--seed", "7", "--regrade")
    assert (contents(tmp_path / "out"), len(grader.graded)) == (before, 2 * asked)


def test_what_has_changed_is_graded_again(grader, tmp_path):
    grade("--seed", "7")
    grader.graded.clear()
    write(tmp_path / "class/bea.ipynb", RIGHT)
    grade("--seed", "7")
    assert grader.graded == [("convolve", 7)]
    assert statuses(record.load(tmp_path / "out"))["bea.ipynb"] == ["passed"]


@pytest.mark.parametrize("damage", ["", "[", "{}", "[" * 60_000])
def test_a_damaged_result_is_made_again(grader, tmp_path, damage):
    grade("--seed", "7")
    before = contents(tmp_path / "out")
    record.entry_path(tmp_path / "out", "ada.ipynb").write_text(damage)
    assert record.load(tmp_path / "out")["complete"] is False
    grade("--seed", "7")
    assert contents(tmp_path / "out") == before


def test_other_exercises_or_expectations_are_graded_again(grader, tmp_path, monkeypatch):
    grade("--seed", "7")
    grader.graded.clear()
    grade("--seed", "7", "--expect", "correlate")
    assert len({seed for _, seed in grader.graded}) == 1
    assert statuses(record.load(tmp_path / "out"))["ada.ipynb"] == ["passed", "missing"]
    assert statuses(record.load(tmp_path / "out"))["bea.ipynb"] == ["failed", "not attempted"]
    assert [name for name, _ in grader.graded] == ["convolve", "convolve"], "bea has what is expected"
    grader.graded.clear()
    monkeypatch.setattr(results, "digest", lambda *chosen: digest(*chosen)[::-1] if "correlate" in chosen else "")
    grade("--seed", "7", "--expect", "correlate")
    assert len(grader.graded) == 4


def test_a_result_for_which_the_grader_is_to_blame_is_not_kept(grader, tmp_path, monkeypatch):
    def judge(name, source):
        result = fakes.result(name, "wrong")
        result.verdict = Verdict("grader", "no more processes")
        return result

    with monkeypatch.context() as patch:
        patch.setattr(grader, "judge", judge)
        grade("--seed", "7")
    grade("--seed", "7")
    assert statuses(record.load(tmp_path / "out"))["ada.ipynb"] == ["passed"]


@pytest.mark.parametrize(("options", "term"), [(["--seed", "8"], "seed"), (["--key", "key"], "seed")])
def test_other_cases_are_not_mixed_in(grader, tmp_path, capsys, options, term):
    grade("--seed", "7")
    before = contents(tmp_path / "out")
    assert grade(*options) == 2
    assert f"has results of the {term} 7" in capsys.readouterr().err
    assert contents(tmp_path / "out") == before
    grade(*options, "--regrade")
    assert all(file["seed"] != 7 for file in record.load(tmp_path / "out")["files"])


def test_each_student_has_a_seed_of_the_key(grader, tmp_path):
    grade("--key", "key")
    found = record.load(tmp_path / "out")
    assert {file["student"]: file["seed"] for file in found["files"]} == {
        student: seed_of(KEY.encode(), student) for student in ("ada", "bea", "cid", "dot")
    }
    assert found["seed"] is None
    assert KEY not in (tmp_path / "out" / record.HEADER).read_text()
    (tmp_path / "key").write_text("another secret of a term")
    assert grade("--key", "key") == 2
    (tmp_path / "key").write_text("short")
    assert grade("--key", "key", out="other") == 2


def test_shards_and_their_merge_are_the_whole(grader, tmp_path, capsys):
    grade("--key", "key")
    for shard in ("1/3", "2/3", "3/3"):
        grade("--key", "key", "--shard", shard, out=f"part{shard[0]}")
    sizes = [len(record.load(tmp_path / f"part{i}")["files"]) for i in (1, 2, 3)]
    assert sum(sizes) == 4
    assert not record.load(tmp_path / "part1")["complete"]
    assert cli.main(["merge", "some", "part1", "part3"]) == 2
    assert "shards [1, 3] of 3" in capsys.readouterr().out
    assert record.load(tmp_path / "some")["complete"] is False
    assert cli.main(["merge", "all", "some", "part2", "part3"]) == 2, "one cannot be read"
    assert contents(tmp_path / "all") == contents(tmp_path / "out")
    assert cli.main(["merge", "all", "part1"]) == 2
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("first", "second", "complaint"),
    [
        (["--seed", "1"], ["--seed", "2"], "differ in seed: 1 and 2"),
        (["--seed", "1"], ["--key", "key"], "differ in seed: 1 and None"),
        (["--seed", "1"], ["--seed", "1", "--expect", "correlate"], "differ in expect"),
        (["--seed", "1", "--shard", "1/2"], ["--seed", "1", "--shard", "1/3"], "one of 2 shards"),
    ],
)
def test_what_was_graded_otherwise_is_not_merged(grader, tmp_path, capsys, first, second, complaint):
    grade(*first, out="one")
    grade(*second, out="two")
    assert cli.main(["merge", "all", "one", "two"]) == 2
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "all").exists()


def test_other_exercises_and_other_results_are_not_merged(grader, tmp_path, capsys, monkeypatch):
    grade("--seed", "1", out="one")
    grade("--seed", "1", out="two")
    path = record.entry_path("two", "ada.ipynb")
    path.write_text(path.read_text().replace(f'"points": {FULL}', f'"points": {FULL + 1}'))
    assert cli.main(["merge", "all", "one", "two"]) == 2
    assert "two has other results of ada.ipynb" in capsys.readouterr().err
    monkeypatch.setattr(results, "digest", lambda *chosen: "other")
    grade("--seed", "1", out="three")
    assert cli.main(["merge", "all", "one", "three"]) == 2
    assert "differ in catalogue" in capsys.readouterr().err
    assert cli.main(["merge", "all", "one", "class"]) == 2
    assert "class" in capsys.readouterr().err


def test_a_file_without_exercises_counts_where_there_is_no_other(grader, tmp_path):
    write(tmp_path / "class/cid/plots.ipynb", "x = 1")
    write(tmp_path / "class/eva.ipynb", "x = 1")
    grade("--seed", "7")
    found = record.load(tmp_path / "out")
    assert [file["file"] for file in found["files"]] == [
        "ada.ipynb",
        "bea.ipynb",
        "cid/answers.ipynb",
        "dot.ipynb",
        "eva.ipynb",
    ]
    assert "none of the exercises" in found["files"][4]["error"]
    assert found["complete"]


def test_a_submission_that_is_gone_does_not_count(grader, tmp_path):
    grade("--seed", "7")
    (tmp_path / "class/bea.ipynb").unlink()
    grade("--seed", "7")
    assert "bea.ipynb" not in statuses(record.load(tmp_path / "out"))


def test_an_interrupt_keeps_what_is_done(grader, tmp_path, monkeypatch, capsys):
    entered, original = [], results.enter
    with monkeypatch.context() as patch:
        patch.setattr(results, "enter", lambda *arguments: enter_or_stop(original, entered, *arguments))
        assert grade("--seed", "7", "--json", "all.json") == 130
    found = record.load(tmp_path / "all.json")
    assert found["complete"] is False
    assert len(found["files"]) == 2
    grader.graded.clear()
    grade("--seed", "7")
    assert len(record.load(tmp_path / "out")["files"]) == 4
    grade("--seed", "7", out="undisturbed")
    assert contents(tmp_path / "out") == contents(tmp_path / "undisturbed")


def enter_or_stop(original, entered, *arguments):
    if len(entered) == 2:
        raise KeyboardInterrupt
    entered.append(original(*arguments))
    return entered[-1]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--jobs", "0"], "1 or more"),
        (["--shard", "0/2"], "is no shard"),
        (["--shard", "3/2"], "is no shard"),
        (["--shard", "2"], "is no shard"),
        (["--seed", "1", "--key", "key"], "not allowed with"),
        (["--jobs", "1", "--scheduler", "x"], "not allowed with"),
        (["--expect", "convolv"], "do you mean 'convolve'"),
        (["--catalogue", "none"], "no such folder"),
    ],
)
def test_wrong_options_are_said_before_anything_runs(grader, capsys, options, says):
    with pytest.raises(SystemExit) as ended:
        grade(*options)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
    assert grader.graded == []


@pytest.mark.parametrize("option", [["--jobs", "2"], ["--key", "key"], ["--shard", "1/2"], ["--regrade"]])
def test_options_of_a_class_need_a_folder_for_its_results(grader, capsys, option):
    with pytest.raises(SystemExit) as ended:
        cli.main(["grade", "class", *option])
    assert ended.value.code == 2
    assert f"{option[0]} is for a class" in capsys.readouterr().err


class Deadly:
    """Makes executors whose process dies of some submissions, and with it all others that it has."""

    def __init__(self, deadly, breaks):
        self.deadly, self.breaks = deadly, breaks

    @contextmanager
    def __call__(self):
        self.given, self.broken = [], False
        yield self

    def submit(self, function, file, *rest):
        if self.broken:
            raise BrokenProcessPool
        future = Future()
        self.given.append(future)
        if file in self.deadly:
            self.broken = self.breaks
            for each in self.given:
                settle(each.set_exception, BrokenProcessPool() if self.breaks else KilledWorker())
        else:
            Timer(0.05, settle, (future.set_result, function(file, *rest))).start()
        return future


def settle(how, value):
    with suppress(InvalidStateError):  # it is settled
        how(value)


class KilledWorker(Exception):
    """As Dask's."""


@pytest.mark.parametrize("breaks", [True, False])
def test_a_process_that_dies_costs_one_submission_and_no_other(grader, tmp_path, breaks):
    for i in range(8):
        write(tmp_path / f"class/student{i}.ipynb", RIGHT)
    submissions = {s: (s.read()[1], 0) for s in submissions_in([tmp_path / "class"])}
    found = []
    executor = Deadly({"student3.ipynb", "student7.ipynb"}, breaks)
    grade_class(submissions, Terms(catalogue=digest()), executor, 3, lambda s, entry: found.append((s.file, entry)))
    assert sorted(file for file, _ in found) == [s.file for s in submissions], "each once"
    found = dict(found)
    died = {file for file, entry in found.items() if isinstance(entry, str)}
    assert died == executor.deadly
    assert all("has died" in found[file] for file in died)
    assert found["student4.ipynb"]["exercises"][0]["status"] == "passed"


def test_a_process_of_its_own_that_dies_costs_its_submission(grader, tmp_path):
    def die(file, *rest):
        if file == "bea.ipynb":
            raise parallel.Died
        return parallel.grade_submission(file, *rest)

    submissions = {s: (s.read()[1], 0) for s in submissions_in([tmp_path / "class"])}
    found, executor = {}, lambda: ThreadPoolExecutor(1)
    terms = Terms(catalogue=digest())
    grade_class(submissions, terms, executor, 3, lambda s, entry: found.update({s.file: entry}), die)
    assert [file for file, entry in found.items() if isinstance(entry, str)] == ["bea.ipynb"]
    assert len(found) == 4


def test_what_goes_wrong_in_a_worker_is_a_row_with_its_reason(grader, tmp_path, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr(parallel, "set_private", lambda texts: 1 / 0)
        assert grade("--seed", "7") == 2
    found = record.load(tmp_path / "out")
    assert {file["error"] for file in found["files"]} == {"it could not be graded: ZeroDivisionError: division by zero"}
    grade("--seed", "7")
    assert statuses(record.load(tmp_path / "out"))["ada.ipynb"] == ["passed"], "and it is tried again"


def test_a_worker_with_other_exercises_grades_nothing(grader, tmp_path, monkeypatch):
    monkeypatch.setattr("cnn_course.grading.parallel.digest", lambda: str(len(grader.graded)) + "!")
    monkeypatch.setattr("cnn_course.grading.grade_command.digest", lambda: "other")
    grade("--seed", "7")
    assert all("has other exercises" in file["error"] for file in record.load(tmp_path / "out")["files"])
    assert grader.graded == []


def test_an_answer_cannot_change_the_submission_of_another(grader, tmp_path, monkeypatch):
    for i in range(20):
        write(tmp_path / f"class/student{i:02}.ipynb", WRONG)

    def forge(name, source):
        write(tmp_path / "class/student19.ipynb", RIGHT)
        return fakes.result(name, source.rpartition("# ")[2])

    monkeypatch.setattr(grader, "judge", forge)
    grade("--seed", "7", "--jobs", "1")
    (last,) = (file for file in record.load(tmp_path / "out")["files"] if file["student"] == "student19")
    assert last["error"] == "it was changed while the class was graded"


def test_names_of_results_are_taken_by_every_system():
    names = ["a/b.ipynb", "a_b.ipynb", "A_b.ipynb", "CON.ipynb", 200 * "x" + ".ipynb", "Ωω.py", "b\udce4.py", "..py"]
    paths = [record.entry_path("out", name).name for name in names]
    assert len({path.lower() for path in paths}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,60}-[0-9a-f]{16}\.json", path) for path in paths)


def test_load_says_what_is_no_record(tmp_path):
    (tmp_path / "old.json").write_text('{"schema": 0, "files": []}')
    with pytest.raises(ValueError, match=rf"load: {re.escape(str(tmp_path))} holds no results, it has no header.json"):
        record.load(tmp_path)
    with pytest.raises(ValueError, match=rf"load: .*old.json has schema 0, expected {record.SCHEMA}"):
        record.load(tmp_path / "old.json")

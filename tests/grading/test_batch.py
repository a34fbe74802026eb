"""Grading of one file and of many: what is printed, when, and with which seed."""

import io
import re

import fakes
import pytest
from fakes import FULL, OTHER, OTHERS, RIGHT, TODO, WRONG, write

from cnn_course.exercises.catalogue import find, names
from cnn_course.exercises.compare import Verdict
from cnn_course.grading import cli


@pytest.fixture
def grader(monkeypatch, tmp_path):
    """A grader that runs nothing, and an empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return fakes.install(monkeypatch)


def lines(text, pattern):
    return re.findall(rf"^{pattern}$", text, re.MULTILINE)


def test_one_file_has_a_table_and_what_comes_next(grader, tmp_path, capsys):
    write(tmp_path / "a.ipynb", WRONG, OTHER)
    assert cli.main(["grade", "a.ipynb"]) == 0
    printed = capsys.readouterr().out
    assert lines(printed, rf"convolve +0/{FULL}  failed +3, expected 1")
    assert lines(printed, rf"correlate +0/{OTHERS}  not attempted")
    assert lines(printed, rf" +0/{FULL + OTHERS} points")
    assert f"\n\nNext, convolve: FAILED, 0 of {FULL} points" in printed


def test_what_failed_comes_next_before_what_was_not_attempted(grader, tmp_path, capsys):
    write(tmp_path / "a.ipynb", OTHER, WRONG)
    cli.main(["grade", "a.ipynb"])
    assert "\n\nNext, convolve" in capsys.readouterr().out


def test_where_all_is_right_nothing_is_next(grader, tmp_path, capsys):
    write(tmp_path / "a.ipynb", RIGHT)
    cli.main(["grade", "a.ipynb"])
    printed = capsys.readouterr().out
    assert lines(printed, rf" +{FULL}/{FULL} points")
    assert "Next" not in printed


def test_many_files_have_a_line_for_each_exercise_and_a_summary(grader, tmp_path, capsys):
    write(tmp_path / "a.ipynb", RIGHT)
    write(tmp_path / "b.ipynb", WRONG, OTHER)
    (tmp_path / "c.ipynb").write_text("[")
    assert cli.main(["grade", "a.ipynb", "b.ipynb", "c.ipynb", "d.ipynb"]) == 2
    printed = capsys.readouterr()
    first, second, last = (part.splitlines() for part in printed.out.split("\n\n")[1:])
    assert [first[0], second[0]] == ["a.ipynb", "b.ipynb"]
    assert re.fullmatch(f"  convolve +{FULL}/{FULL}  passed", first[1])
    assert [line.split()[0] for line in second[1:]] == ["convolve", "correlate"]
    assert [line.split()[:2] for line in last] == [
        ["a.ipynb", f"{FULL}/{FULL}"],
        ["b.ipynb", f"0/{FULL + OTHERS}"],
        ["c.ipynb", "0/0"],
        ["d.ipynb", "0/0"],
        ["4", "files"],
    ]
    assert last[1].endswith("  1 failed, 1 not attempted")
    assert "unreadable: is not JSON" in last[2]
    assert "unreadable: No such file" in last[3]
    assert last[4].endswith(f"{FULL}/{2 * FULL + OTHERS}  1 passed, 1 failed, 1 not attempted, 2 unreadable")
    assert "c.ipynb: is not JSON" in printed.err
    assert "d.ipynb: No such file" in printed.err


@pytest.mark.parametrize("paths", [["gone.ipynb"], ["gone.ipynb", "a.ipynb"]])
def test_a_path_that_is_not_there_is_said_and_the_rest_is_graded(grader, tmp_path, capsys, paths):
    write(tmp_path / "a.ipynb", RIGHT)
    assert cli.main(["grade", *paths]) == 2
    assert "gone.ipynb: No such file" in capsys.readouterr().err
    assert len(grader.graded) == len(paths) - 1


def test_a_folder_stands_for_its_files_with_exercises(grader, tmp_path, capsys):
    folder = tmp_path / "answers"
    folder.mkdir()
    for name in ("b.ipynb", "a.ipynb", "._a.ipynb", "a.txt"):
        write(folder / name, RIGHT)
    write(folder / "plots.ipynb", "x = 1")
    (folder / "broken.ipynb").write_text("[")
    (folder / "deep.ipynb").mkdir()
    assert cli.main(["grade", "answers", "answers/a.ipynb"]) == 2
    printed = capsys.readouterr()
    last = printed.out.split("\n\n")[-1].splitlines()
    assert [re.split(r"[\\/ ]", line)[1] for line in last[:-1]] == ["a.ipynb", "b.ipynb", "broken.ipynb", "deep.ipynb"]
    assert len(grader.graded) == 2, "each file once"
    assert "plots.ipynb" not in printed.err


def test_a_folder_without_exercises_says_so(grader, tmp_path, capsys):
    assert cli.main(["grade", str(tmp_path)]) == 2
    assert "holds no file with exercises" in capsys.readouterr().err


def test_a_file_without_exercises_says_so(grader, tmp_path, capsys):
    write(tmp_path / "plots.ipynb", "x = 1")
    assert cli.main(["grade", "plots.ipynb"]) == 2
    assert "plots.ipynb: has none of the exercises" in capsys.readouterr().err


def test_all_files_are_read_before_an_answer_runs(grader, tmp_path, capsys, monkeypatch):
    write(tmp_path / "a.ipynb", RIGHT)
    second = write(tmp_path / "b.ipynb", WRONG)

    def forge(name, source):
        write(second, RIGHT)
        return fakes.result(name, source.rpartition("# ")[2])

    monkeypatch.setattr(grader, "judge", forge)
    cli.main(["grade", "a.ipynb", "b.ipynb"])
    assert lines(capsys.readouterr().out, rf"b.ipynb +0/{FULL}  1 failed")


def test_one_seed_for_all_files_which_is_printed(grader, tmp_path, capsys):
    for name in ("a.ipynb", "b.ipynb"):
        write(tmp_path / name, RIGHT, OTHER)
    seeds = []
    for _ in range(2):
        cli.main(["grade", "a.ipynb", "b.ipynb"])
        seeds += [int(seed) for seed in lines(capsys.readouterr().out, r"seed (\d+), isolation \w+")]
    first, second = seeds
    assert first != second
    assert [seed for _, seed in grader.graded] == [first] * 4 + [second] * 4
    cli.main(["grade", "a.ipynb", "--seed", str(first)])
    assert grader.graded[-1][1] == first
    assert lines(capsys.readouterr().out, rf"seed {first}, isolation \w+")


@pytest.mark.parametrize("paths", [["a.ipynb"], ["a.ipynb", "b.ipynb"]])
def test_a_line_is_there_as_soon_as_its_result(grader, tmp_path, monkeypatch, paths):
    write(tmp_path / "a.ipynb", RIGHT, OTHER)
    write(tmp_path / "b.ipynb", RIGHT)
    written, before = io.BytesIO(), {}
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="utf-8"))

    def judge(name, source):
        before.setdefault(name, written.getvalue().decode())
        return fakes.result(name, "right")

    monkeypatch.setattr(grader, "judge", judge)
    cli.main(["grade", *paths])
    assert "seed " in before["convolve"]
    assert re.search(f"convolve +{FULL}/{FULL}  passed", before["correlate"])


@pytest.mark.parametrize("paths", [["a.ipynb"], ["a.ipynb", "b.ipynb"]])
@pytest.mark.parametrize("forged", ["3\nconvolve   7/7  passed", "3\rconvolve   7/7  passed", "3\x1b[1Gconvolve", "\n"])
def test_what_an_answer_says_forges_no_line(grader, tmp_path, capsys, monkeypatch, paths, forged):
    for name in paths:
        write(tmp_path / name, WRONG)

    def judge(name, source):
        result = fakes.result(name, "wrong")
        result.verdict = Verdict("error", forged)
        return result

    monkeypatch.setattr(grader, "judge", judge)
    cli.main(["grade", *paths])
    table = capsys.readouterr().out.split("Next, ")[0]
    assert f"{FULL}/{FULL}" not in re.sub(f"^ *convolve +0/{FULL}  failed .*$", "", table, flags=re.MULTILINE)
    assert not set(table) & {"\r", "\x1b"}


def test_a_name_of_a_file_is_one_line(grader, tmp_path, capsys):
    name = "a\nconvolve  9.ipynb"
    try:
        write(tmp_path / name, RIGHT)
    except OSError:
        pytest.skip("this system has no such names")
    cli.main(["grade", name, "gone\n.ipynb"])
    printed = capsys.readouterr()
    assert printed.out.count("a?convolve  9.ipynb") == 2
    assert "gone?.ipynb: No such file" in printed.err


def test_a_long_reason_is_cut(grader, tmp_path, capsys, monkeypatch):
    write(tmp_path / "a.ipynb", WRONG)

    def judge(name, source):
        result = fakes.result(name, "wrong")
        result.verdict = Verdict("error", "raised ValueError: " + 2000 * "x")
        return result

    monkeypatch.setattr(grader, "judge", judge)
    cli.main(["grade", "a.ipynb"])
    (row,) = lines(capsys.readouterr().out, "convolve .*")
    assert "raised ValueError" in row
    assert row.endswith("x...")
    assert len(row) < 120


def test_an_explanation_says_how_it_is_judged(grader, tmp_path, capsys):
    write(tmp_path / "a.ipynb", RIGHT, 'check("dark_frame")')
    cli.main(["grade", "a.ipynb"])
    printed = capsys.readouterr().out
    assert lines(printed, r"dark_frame +explain +not judged by the program: compare with the model answer")
    assert lines(printed, rf" +{FULL}/{FULL} points")
    assert "Next" not in printed


def test_expected_exercises_that_a_file_lacks_are_missing(grader, tmp_path, capsys):
    write(tmp_path / "a.ipynb", RIGHT)
    write(tmp_path / "b.ipynb", "x = 1")
    (tmp_path / "c.ipynb").write_text("[")
    assert cli.main(["grade", ".", "--expect", "correlate,convolve"]) == 2
    printed = capsys.readouterr().out
    assert len(lines(printed, rf"  correlate +0/{OTHERS}  missing  .*")) == 3
    assert lines(printed, rf"a.ipynb +{FULL}/{FULL + OTHERS}  1 passed, 1 missing")
    assert lines(printed, rf"b.ipynb +0/{FULL + OTHERS}  2 missing")
    assert lines(printed, rf"c.ipynb +0/{FULL + OTHERS}  2 missing, unreadable: is not JSON.*")
    assert lines(printed, rf"3 files +{FULL}/{3 * (FULL + OTHERS)}  1 passed, 5 missing, 1 unreadable")


def test_a_single_file_with_nothing_but_what_is_missing(grader, tmp_path, capsys):
    write(tmp_path / "b.ipynb", "x = 1")
    assert cli.main(["grade", "b.ipynb", "--expect", "convolve"]) == 0
    assert lines(capsys.readouterr().out, rf"convolve +0/{FULL}  missing .*")


def test_a_chapter_is_expected_with_all_of_its_points(grader, tmp_path, capsys):
    write(tmp_path / "a.ipynb", RIGHT)
    cli.main(["grade", "a.ipynb", "--expect", "1-3,convolve,dark_frame"])
    rows = lines(capsys.readouterr().out, r"(\w+) +(?:\d+/\d+)? +(?:missing|passed)\b.*")
    points = {name for name in names() if find(name).chapter == "1-3" and find(name).points}
    assert sorted(rows) == sorted(points | {"convolve", "dark_frame"}), (
        "each once, and of the explanations only the one named"
    )


@pytest.mark.parametrize(("name", "near"), [("convolv", "'convolve'"), ("1-33", "'1-3'"), ("convolve,", "")])
def test_an_unknown_expectation_is_an_error_before_anything_runs(grader, tmp_path, capsys, name, near):
    write(tmp_path / "a.ipynb", RIGHT)
    with pytest.raises(SystemExit) as ended:
        cli.main(["grade", "a.ipynb", "--expect", name])
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert "there is no exercise" in printed.err
    assert near in printed.err
    assert (printed.out, grader.graded) == ("", [])


@pytest.mark.parametrize("seed", ["-1", "x", "1.5", "²"])
def test_a_seed_is_a_whole_number(grader, capsys, seed):
    with pytest.raises(SystemExit) as ended:
        cli.main(["grade", "a.ipynb", f"--seed={seed}"])
    assert ended.value.code == 2
    assert "is not a whole number" in capsys.readouterr().err


def test_what_is_to_do_is_no_failure(grader, tmp_path, capsys):
    write(tmp_path / "a.ipynb", TODO)
    assert cli.main(["grade", "a.ipynb"]) == 0
    assert f"Next, convolve: not attempted, 0 of {FULL} points\n\nNot attempted yet" in capsys.readouterr().out

"""A session beside an editor, which saves, replaces and removes files while the grader sleeps."""

import re

import fakes
import pytest
from fakes import OTHER, RIGHT, TODO, WRONG, write

from cnn_course.grading import cli, watch


@pytest.fixture
def grader(monkeypatch):
    return fakes.install(monkeypatch)


@pytest.fixture
def session(monkeypatch, capsys):
    """Watch a place; at each pause one of the actions is carried out, and after the last one Ctrl-C is pressed."""

    def run(place, *actions):
        left = iter(actions)

        def pause(_):
            action = next(left, None)
            if action is None:
                raise KeyboardInterrupt
            action()

        monkeypatch.setattr(watch.time, "sleep", pause)
        assert cli.main(["watch", str(place)]) == 0
        assert next(left, None) is None
        return capsys.readouterr()

    return run


def nothing():
    pass


def statuses(printed):
    return re.findall(r"^\w+ +(?:./.)? +(passed|failed|not attempted|explain)", printed.out, re.MULTILINE)


def test_a_file_is_graded_at_once_and_at_every_save(grader, session, tmp_path):
    path = write(tmp_path / "a.ipynb", TODO)
    printed = session(
        path, lambda: write(path, WRONG), nothing, lambda: path.write_text("["), lambda: write(path, RIGHT)
    )
    assert statuses(printed) == ["not attempted", "failed", "passed"]
    assert "a.ipynb: is not JSON" in printed.err
    assert printed.out.count("Next, convolve") == 2


def test_when_all_is_right_it_says_so_and_goes_on(grader, session, tmp_path):
    path = write(tmp_path / "a.ipynb", RIGHT, 'check("dark_frame")')
    printed = session(path, lambda: write(path, WRONG))
    assert statuses(printed) == ["passed", "explain", "failed"]
    assert printed.out.count("All of this is right.") == 1


def test_the_cases_stay_until_all_is_right(grader, session, tmp_path):
    path = write(tmp_path / "a.ipynb", WRONG, OTHER)
    saves = [
        lambda: write(path, RIGHT, OTHER),
        lambda: write(path, RIGHT, f"{OTHER}  # right"),
        lambda: write(path, RIGHT),
    ]
    printed = session(path, *saves)
    seeds = [seed for name, seed in grader.graded if name == "convolve"]
    assert len(set(seeds[:3])) == 1
    assert seeds[3] != seeds[2]
    assert re.findall(r"^seed (\d+)$", printed.out, re.MULTILINE) == [str(seed) for seed in seeds]


def test_of_a_folder_only_what_is_saved_or_new_is_graded(grader, session, tmp_path):
    first, second = write(tmp_path / "a.ipynb", WRONG), write(tmp_path / "b.ipynb", OTHER)
    write(tmp_path / "plots.ipynb", "x = 1")
    saves = [
        nothing,
        lambda: write(second, f"{OTHER}  # right"),
        lambda: write(tmp_path / "plots.ipynb", "x = 12"),
        lambda: write(tmp_path / "new.ipynb", RIGHT),
        lambda: write(first, f"{WRONG} "),
    ]
    printed = session(tmp_path, *saves)
    assert [name for name, _ in grader.graded] == ["correlate", "convolve", "convolve"]
    assert "plots.ipynb" not in printed.out + printed.err


def test_each_file_has_a_seed_of_its_own(grader, session, tmp_path):
    session(tmp_path, lambda: [write(tmp_path / name, WRONG) for name in ("a.ipynb", "b.ipynb")])
    assert len({seed for _, seed in grader.graded}) == 2


@pytest.mark.parametrize("folder", [False, True])
def test_a_file_may_be_away_for_a_moment(grader, session, tmp_path, folder):
    path = write(tmp_path / "a.ipynb", WRONG)
    printed = session(tmp_path if folder else path, path.unlink, nothing, lambda: write(path, RIGHT))
    assert statuses(printed)[-1] == "passed"
    assert printed.err == ""


def test_a_file_that_goes_while_it_is_looked_at(grader, session, tmp_path, monkeypatch):
    path, read = write(tmp_path / "a.ipynb", WRONG), watch.read

    def late(place):
        monkeypatch.setattr(watch, "read", read)
        path.unlink()
        return read(place)

    monkeypatch.setattr(watch, "read", late)
    printed = session(path, lambda: write(path, RIGHT))
    assert (statuses(printed), printed.err) == (["passed"], "")


def test_a_file_without_exercises_says_so(grader, session, tmp_path):
    assert "has none of the exercises" in session(write(tmp_path / "a.ipynb", "x = 1")).err


@pytest.mark.parametrize("when", ["asleep", "at work"])
def test_ctrl_c_is_one_line(grader, session, tmp_path, monkeypatch, when):
    path = write(tmp_path / "a.ipynb", WRONG)
    if when == "at work":

        def interrupt(name, source):
            raise KeyboardInterrupt

        monkeypatch.setattr(grader, "judge", interrupt)
    printed = session(path)
    assert printed.out.endswith("\nNo longer watching.\n")
    assert printed.err == ""


def test_what_is_not_there_is_an_error(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(watch.time, "sleep", lambda _: pytest.fail("watches nothing"))
    with pytest.raises(SystemExit) as ended:
        cli.main(["watch", str(tmp_path / "gone.ipynb")])
    assert ended.value.code == 2
    assert "there is no such file" in capsys.readouterr().err

"""`tools/matrix.py` runs what it says, and says what it did not run."""

import json
import os
import re
import sys
from pathlib import Path

import matrix
import pytest

ROOT = Path(__file__).parents[2]
WORKFLOW = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _logs(monkeypatch, tmp_path):
    monkeypatch.setattr(matrix, "LOGS", tmp_path)


def fixed(*lines, status=0):
    """Combinations of one name, which prints these lines."""
    program = f"import sys; print(*{lines}, sep='\\n'); sys.exit({status})"
    return lambda: {"some": lambda name: ("as it is", sys.executable, {}, {"tests": ["-c", program]})}


@pytest.mark.parametrize(("status", "verdict"), [(0, "passed"), (1, "FAILED"), (5, "FAILED")])
def test_a_line_and_the_exit_status_tell_what_failed(monkeypatch, capfd, tmp_path, status, verdict):
    monkeypatch.setattr(matrix, "versions", fixed("one", "two", status=status))
    assert matrix.main([]) is bool(status)
    out, err = capfd.readouterr()
    assert out == f"some         tests {verdict} (as it is)\n"
    assert (tmp_path / "some.log").read_text(encoding="utf-8").split() == ["one", "two"]
    assert err.split() == (["one", "two"] if status else [])


@pytest.mark.parametrize("names", [[], ["3.11-oldest"]])
def test_a_python_that_is_not_there_is_reported_and_fails_if_it_was_asked_for(monkeypatch, capsys, names):
    monkeypatch.setattr(matrix, "UV", [sys.executable, "-c", "raise SystemExit(1)"])
    assert matrix.main(names) is bool(names)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == (1 if names else len(matrix.PYTHONS) * len(matrix.INSTALL))
    assert lines[0] == "3.11-oldest  not run: there is no Python 3.11 on the PATH"


def test_an_environment_that_cannot_be_made_fails(monkeypatch, capsys):
    refuses_to_install = "import sys; print(1); sys.exit('python' not in sys.argv[1:2])"
    monkeypatch.setattr(matrix, "UV", [sys.executable, "-c", refuses_to_install])
    assert matrix.main(["3.11-newest"]) is True
    assert capsys.readouterr().out == "3.11-newest  FAILED: cannot be installed\n"


def test_an_unknown_name_is_an_error(capsys):
    with pytest.raises(SystemExit):
        matrix.main(["2.7-oldest"])
    assert "there is no 2.7-oldest; known are 3.11-oldest" in capsys.readouterr().err


def test_the_least_setting_takes_effect_and_the_same_kernels_are_not_run_twice(capsys, monkeypatch):
    own = json.loads(matrix.output([sys.executable, "-c", matrix.KERNELS]))[0].removeprefix("openblas ").split()[0]
    monkeypatch.setattr(matrix, "CORES", ("Prescott", own))  # what an unknown core means depends on OpenBLAS
    settings = matrix.kernels()
    blas, features = json.loads(matrix.output([sys.executable, "-c", matrix.KERNELS], settings["least"].args[0]))
    assert not features
    assert not blas.startswith("openblas") or blas.endswith("x 1")
    settings["plain"]("plain")
    with pytest.raises(LookupError, match="the same kernels as plain"):
        settings[own]("again")


def test_what_a_processor_cannot_run_is_reported(monkeypatch):
    monkeypatch.setattr(matrix, "output", lambda command, variables=None: "")
    with pytest.raises(LookupError, match="this processor cannot"):
        matrix.setting({}, {}, "SkylakeX")


def test_the_variables_of_a_setting_reach_the_steps(monkeypatch):
    show = ["-c", "import os; assert os.environ['OPENBLAS_NUM_THREADS'] == '1' and 'PATH' in os.environ"]
    assert "PATH" in os.environ
    known = {"some": lambda name: ("", sys.executable, {"OPENBLAS_NUM_THREADS": "1"}, {"tests": show})}
    monkeypatch.setattr(matrix, "kernels", lambda: known)
    assert matrix.main(["--kernels"]) is False


def test_the_workflow_runs_known_combinations_of_the_oldest_and_the_newest_python():
    named = re.findall(r"\d\.\d+-\w+", WORKFLOW)
    assert set(named) <= set(matrix.versions())
    assert {name.partition("-")[0] for name in named} >= {matrix.PYTHONS[0], matrix.PYTHONS[-1]}


def test_the_workflow_runs_the_readme_s_commands_on_windows():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.search(r"On Windows, in PowerShell:\n\n```\n(.*?)```", readme, re.DOTALL)[1].splitlines()
    windows = WORKFLOW.partition("  windows:\n")[2].partition("\n\n")[0]
    # There the Python of the job has the name `python`; `py` could be another one.
    assert [re.sub("^python ", "py ", line) for line in re.findall(r"- run: (.*)", windows)] == commands

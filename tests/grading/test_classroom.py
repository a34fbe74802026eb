"""The template for GitHub Classroom: its commands are those of the course, and do what its README says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

TEMPLATE = Path(__file__).parents[2] / "templates" / "classroom"
WORKFLOW = yaml.safe_load((TEMPLATE / ".github" / "workflows" / "grade.yml").read_text(encoding="utf-8"))
STEPS = WORKFLOW["jobs"]["grade"]["steps"]
COMMANDS = [step for step in STEPS if "pip install" not in step.get("run", "pip install")]
RIGHT = "import numpy as np\ndef convolve(f, h):\n    return np.convolve(f, h)\n"
WRONG = "import numpy as np\ndef convolve(f, h):\n    return np.convolve(f, h[::-1])\n"


def test_it_reads_and_may_do_no_more():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert WORKFLOW[True] == {"push": None, "workflow_dispatch": None}, "YAML takes `on` for true"
    assert all(("uses" in step) != ("run" in step) for step in STEPS)
    assert all(step["uses"].startswith("actions/") for step in STEPS if "uses" in step)
    assert sum("python -m cnn_course" in step["run"] for step in COMMANDS) == 2


def test_the_readme_names_what_is_there():
    readme = (TEMPLATE / "README.md").read_text(encoding="utf-8")
    assert set(WORKFLOW["env"]) == {"COURSE", "EXERCISES"}
    assert all(f"`{name}`" in readme for name in [*WORKFLOW["env"], ".github/workflows/grade.yml", "report/junit.xml"])


@pytest.mark.skipif(os.name != "posix", reason="the workflow runs in a shell of Linux")
@pytest.mark.parametrize(
    ("files", "right", "shown"),
    [
        ({"a.py": RIGHT}, True, ["## convolve: passed, 7 of 7 points"]),
        ({"a.py": WRONG}, False, ["## convolve: failed, 1 of 7 points", "**Hint:** The kernel runs forwards"]),
        ({"a.py": RIGHT, "b.py": "single_one = 3\n"}, False, ["convolve: passed", "single_one: failed, 0 of 1 points"]),
        ({"a.ipynb": "["}, False, ["a.ipynb: unreadable", "is not JSON"]),
        ({}, False, ["holds no file with exercises of the course"]),
    ],
)
def test_its_commands(tmp_path, files, right, shown):
    folder, summary = tmp_path / "repository", tmp_path / "summary.md"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "EXERCISES": "convolve",
        "GITHUB_REPOSITORY": "class/weeks-ada",
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    statuses = []
    for step in COMMANDS:
        done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=folder, env=environment, capture_output=True)
        statuses.append(done.returncode)
        assert done.returncode == 0 or step is COMMANDS[-1] or step.get("continue-on-error"), done.stderr
    assert (statuses[-1] == 0) is right
    page = summary.read_text(encoding="utf-8")
    assert page.startswith("# class/weeks-ada\n")
    assert all(words.replace("_", "\\_") in page for words in shown)

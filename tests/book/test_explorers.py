"""The scripts of explorers: modules are joined, in the order in which they need one another."""

import re
import sys
from pathlib import Path

import pytest
from py_mini_racer import JSEvalException

BOOK = Path(__file__).parents[2] / "book"
sys.path.append(str(BOOK / "_ext"))

import explorers  # noqa: E402
import formulas  # noqa: E402

MODULES = {
    "one": (
        'import { two } from "./two.mjs";\nimport { three } from "./three.mjs";\n\n'
        "export const one = two() + three;\nresult = one;\n"
    ),
    "two": 'import { three } from "./three.mjs";\n\nexport function two() {\n  return 2 * three;\n}\n',
    "three": "export const three = 3;\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in MODULES.items():
        (tmp_path / f"{name}.mjs").write_text(text)
    return tmp_path


def test_modules_become_one_script(folder):
    script = explorers.bundle(folder / "one.mjs")
    assert not re.search("import|export", script)
    assert formulas.engine().eval(f"var result; {script} result") == 9


@pytest.mark.parametrize("fault", ["const three = 4;\n", "let a = ;\n", 'import { four as one } from "./four.mjs"\n'])
def test_a_script_that_cannot_be_read_stops_the_build(folder, fault):
    with (folder / "one.mjs").open("a") as file:
        file.write(fault)
    with pytest.raises(JSEvalException, match="SyntaxError"):
        explorers.bundle(folder / "one.mjs")


@pytest.mark.parametrize("module", sorted((BOOK / "_static" / "explorers").glob("*.mjs")), ids=lambda path: path.stem)
def test_every_script_can_be_read(module):
    assert "import {" not in explorers.bundle(module)

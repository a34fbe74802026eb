"""The still pictures of the explorers are those that `tools/stills.py` draws."""

import re
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from stills import STILLS

from cnn_course.draw import to_svg
from cnn_course.draw.style import STYLE

ROOT = Path(__file__).parents[2]
PINNED = re.search(r"^matplotlib==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)[1]


@pytest.mark.skipif(mpl.__version__ != PINNED, reason="each Matplotlib draws in its own way")
@pytest.mark.parametrize("name", STILLS)
def test_a_still_is_current(name):
    with mpl.rc_context(STYLE):
        drawn = to_svg(STILLS[name]())
    plt.close()
    assert drawn == (ROOT / "book" / "stills" / f"{name}.svg").read_text("utf-8"), "run make generate"


def test_there_are_no_others():
    assert {path.stem for path in (ROOT / "book" / "stills").glob("*.svg")} == set(STILLS)

"""The page on notation: its names exist, and its conventions are those of the package."""

import re
from pathlib import Path

import numpy as np
import pytest

import cnn_course
from cnn_course import Sequence, conv2d

PAGE = (Path(__file__).parents[2] / "book/notation.md").read_text(encoding="utf-8")
ARGUMENTS = {"x", "weight", "bias", "grad_output"}
AXES = {
    "position, channel": "wc",
    "channel, position": "cw",
    "height, width, channel": "hwc",
    "width, height, depth": "whc",
    "position, channel, example": "wcn",
    "batch, channel, height, width": "nchw",
    "in, out": "io",
    "out, in": "oi",
    "height, width, in, out": "hwio",
    "out, in, height, width": "oihw",
}


def rows(heading):
    """Cells of the tables below a heading, row by row."""
    text = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def code(cell):
    return [re.match(r"[\w.]+", name)[0] for name in re.findall(r"`([^`]+)`", cell)]


def names():
    return [
        name for heading in ("Operations", "Arrays") for row in rows(heading)[1:] for name in code(" ".join(row[2:]))
    ]


def test_there_are_names():
    assert {"convolve", "correlate", "Sequence.flip", "np.vdot", "weight"} <= set(names())


@pytest.mark.parametrize("name", [name for name in names() if name not in ARGUMENTS])
def test_a_name_in_code_exists(name):
    owner = np if name.startswith("np.") else cnn_course
    for part in name.removeprefix("np.").split("."):
        owner = getattr(owner, part)


def conventions():
    """For each convention what the columns say, by their headings."""
    head, *body = rows("Conventions")
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in body}


@pytest.mark.checks("rem-conventions")
def test_all_sources_are_listed_and_cited():
    bibliography = (Path(__file__).parents[2] / "book/references.bib").read_text(encoding="utf-8")
    keys = re.findall(r"\{cite:t\}`(\w+)`", " ".join(next(iter(conventions().values()))))
    assert keys == ["cheng", "hofmann", "wichmann2018", "bulletnotes", "chen2019"]
    assert all(f"{{{key}," in bibliography for key in keys)


@pytest.mark.checks("rem-conventions")
@pytest.mark.parametrize("row", ["an image's axes", "a filter bank's axes"])
def test_every_order_of_axes_is_known(row):
    assert set(conventions()[row].values()) - {""} <= set(AXES)


@pytest.mark.checks("rem-conventions")
def test_a_layer_in_the_convention_of_the_notes():
    """Height, width, channel and height, width, in, out: computed there, and here after exchanging the axes."""
    column = "{cite:t}`wichmann2018`"
    image_axes = AXES[conventions()["an image's axes"][column]]
    bank_axes = AXES[conventions()["a filter bank's axes"][column]]
    rng = np.random.default_rng(0)
    image, bank = rng.standard_normal((7, 6, 2)), rng.standard_normal((3, 2, 2, 5))  # h w c, h w i o
    theirs = np.array(
        [[np.einsum("abi,abio->o", image[i : i + 3, j : j + 2], bank) for j in range(5)] for i in range(5)]
    )
    x = np.einsum(f"{image_axes}->chw", image)[None]
    y = conv2d(x, np.einsum(f"{bank_axes}->oihw", bank))[0]
    np.testing.assert_allclose(np.einsum(f"chw->{image_axes}", y), theirs, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(np.einsum(f"oihw->{bank_axes}", np.einsum(f"{bank_axes}->oihw", bank)), bank)


@pytest.mark.checks("rem-conventions")
def test_directions_of_a_shift_and_first_indices():
    shifts, first = conventions()["a shift by $+1$ moves"], conventions()["first index"]
    impulse = Sequence([1])
    assert impulse.shift(1)[1] == 1
    assert shifts["here"] == "right"
    moved_by_hofmann = Sequence([impulse[t + 1] for t in range(-3, 4)], start=-3)  # f(t + 1)
    assert moved_by_hofmann[-1] == 1
    assert shifts["{cite:t}`hofmann`"] == "left"
    assert first["here"] == "0"
    assert impulse.start == (0,)

"""A film shows each of its frames once a turn, and one of them to those who do not want motion."""

import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pytest

from cnn_course.draw import film
from cnn_course.draw.style import STYLE


def small_film(still=1):
    with plt.rc_context({"backend": "agg", **STYLE}):
        figure, ax = plt.subplots()
        frames = [[*ax.plot([0, height]), ax.text(0, 0, str(height))] for height in range(12)]
        return film(figure, frames, still=still, seconds=0.5)._repr_svg_()


@pytest.fixture(scope="module")
def svg():
    return small_film()


def test_the_picture_says_that_it_is_a_film(svg):
    assert re.search(r'<svg data-frames="12" data-still="1" data-seconds="0.5"', svg)


def test_all_artists_of_a_frame_are_named_once(svg):
    ids = [node.get("id", "") for node in ElementTree.fromstring(svg).iter()]
    assert sorted(i for i in ids if i.startswith("frame")) == sorted(f"frame{i}-{j}" for i in range(12) for j in (0, 1))


def test_the_frames_take_turns(svg):
    assert "animation:film 6s step-end infinite" in svg
    assert float(re.search(r"\{0%\{opacity:1\}([\d.]+)%\{opacity:0\}\}", svg)[1]) == pytest.approx(100 / 12, abs=1e-3)
    assert re.findall(r"\[id\^=frame(\d+)-\]\{animation-delay:([\d.]+)s\}", svg) == [
        (str(i), f"{i / 2:g}") for i in range(12)
    ]


@pytest.mark.parametrize("still", [1, 10])
def test_without_motion_one_frame_is_seen(still):
    (rule,) = re.findall(r"@media print,\(prefers-reduced-motion:reduce\)\{(.*?\}\})", small_film(still))
    assert rule == f"[id^=frame]{{animation:none}}[id^=frame{still}-]{{opacity:1}}}}"


def test_the_same_film_has_the_same_bytes(svg):
    assert small_film() == svg


def test_the_figure_is_not_shown_besides(svg):
    assert not plt.get_fignums()

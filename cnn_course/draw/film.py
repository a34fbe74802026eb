"""A figure whose parts are shown one after the other: a film of SVG and CSS. The site adds controls to it."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from cnn_course.draw.style import to_svg


class Film:
    """An SVG that a notebook shows as a picture."""

    def __init__(self, svg: str, frames: int) -> None:
        self.svg, self.frames = svg, frames

    def __repr__(self) -> str:
        return f"<Film of {self.frames} frames>"

    def _repr_svg_(self):
        return self.svg


def film(figure: Figure, frames: Sequence[Sequence[Artist]], *, still: int, seconds: float = 0.25) -> Film:
    """Show some artists of a figure frame by frame, over and over, and all others throughout.

    Whoever asks the system for less motion, or prints the page, sees a single frame. The figure is closed.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    frames : list of lists of matplotlib.artist.Artist
        The artists of each frame, all of them drawn in `figure`.
    still : int
        The frame that stands for the film where nothing moves.
    seconds : float, default 0.25
        Duration of a frame.

    Returns
    -------
    Film

    Examples
    --------
    >>> figure, ax = plt.subplots()
    >>> film(figure, [ax.plot([0, 1]), ax.plot([1, 0])], still=0)
    <Film of 2 frames>
    """
    for i, artists in enumerate(frames):
        for j, artist in enumerate(artists):
            artist.set_gid(f"frame{i}-{j}")
    svg = to_svg(figure)
    plt.close(figure)
    n = len(frames)
    calm = f"[id^=frame]{{animation:none}}[id^=frame{still}-]{{opacity:1}}"
    rules = [
        f"[id^=frame]{{opacity:0;animation:film {n * seconds:g}s step-end infinite}}",
        f"@keyframes film{{0%{{opacity:1}}{100 / n:.4g}%{{opacity:0}}}}",
        *(f"[id^=frame{i}-]{{animation-delay:{i * seconds:g}s}}" for i in range(n)),
        f"@media print,(prefers-reduced-motion:reduce){{{calm}}}",
    ]
    marks = f'<svg data-frames="{n}" data-still="{still}" data-seconds="{seconds:g}"'
    return Film(svg.replace("<svg", marks, 1).replace("</style>", "".join(rules) + "</style>", 1), n)

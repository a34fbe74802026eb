"""Sequences on the integers as stems."""

from typing import Any, Protocol

from matplotlib.axes import Axes


class Indexed(Protocol):
    """A sequence, whatever its class."""

    def __getitem__(self, u: int, /) -> Any:
        """The value at a lattice point."""


def stems(
    sequence: Indexed,
    *,
    ax: Axes,
    color: str,
    lags: range,
    title: str = "",
    marker: str = "o",
    offset: float = 0.0,
    label: str | None = None,
) -> Axes:
    """Draw a sequence on Z over a range of lattice points, zeros outside its box included.

    Parameters
    ----------
    sequence : cnn_course.Sequence
        One-dimensional.
    ax : matplotlib.axes.Axes
    color : str
    lags : range
        The lattice points to show.
    title, label : str, optional
    marker : str, default 'o'
        Tells two sequences in one plot apart without their colours.
    offset : float, default 0
        Sideways displacement, for two sequences in one plot.

    Returns
    -------
    matplotlib.axes.Axes
    """
    values = [sequence[u] for u in lags]
    ax.vlines([u + offset for u in lags], 0, values, color=color, linewidth=1.5)
    ax.plot([u + offset for u in lags], values, marker, color=color, markersize=5, label=label)
    ax.axhline(0, color=ax.spines["left"].get_edgecolor(), linewidth=0.8)
    ax.margins(y=0.15)
    ax.set_title(title)
    ax.set_xticks([u for u in lags if u % 2 == 0])
    return ax

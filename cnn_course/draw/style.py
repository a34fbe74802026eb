"""One look for every figure: the palette, the sizes, and SVG that follows the reader's light or dark theme."""

import io
import sys

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

# Okabe and Ito's colours: told apart by colour-blind readers, and at least 3:1 against white and near-black.
INPUT = "#0072B2"  # what goes in
KERNEL = "#D55E00"  # the weights
OUTPUT = "#009E73"  # what comes out

WIDTH = 5.0  # inches; at the width of a phone, 10-point letters are still 10 pixels high

# Stand-ins that no data has: in the SVG they become the text and page colours of the reader's theme.
INK, PAPER = "#0b0c0d", "#f9f8f7"
THEME = (
    "<style>svg{color:#1c1c1c;--paper:#ffffff}"
    "@media(prefers-color-scheme:dark){svg{color:#e8e8e8;--paper:#121212}}</style>"
)

STYLE = {
    "figure.figsize": (WIDTH, 3.0),
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10,
    "legend.frameon": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "image.cmap": "gray",
    "image.interpolation": "none",
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "cnn_course",
}


def use_style() -> None:
    """Set Matplotlib's defaults, and, inside a notebook, show figures as the SVG of `to_svg`."""
    plt.rcParams.update(STYLE)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    shell.run_line_magic("matplotlib", "inline")
    formatters = shell.display_formatter.formatters
    formatters["image/png"].pop(Figure, None)
    formatters["image/svg+xml"].for_type(Figure, to_svg)


def to_svg(figure: Figure) -> str:
    """Return a figure as SVG text: the same bytes for the same figure, and colours that follow the theme.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    str

    Examples
    --------
    >>> with plt.rc_context(STYLE):
    ...     "var(--paper)" in to_svg(plt.figure())
    True
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    start = svg.index("<svg")
    head = svg.index(">", start) + 1
    return svg[start:head] + THEME + svg[head:].replace(INK, "currentColor").replace(PAPER, "var(--paper)")

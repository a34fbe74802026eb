"""Images, and the responses of filters."""

import numpy as np
from matplotlib.axes import Axes


def image(array: np.ndarray, *, ax: Axes, title: str = "", limit: float | None = None) -> Axes:
    """Show a grey or colour image without axes.

    Parameters
    ----------
    array : ndarray, shape (H, W) or (H, W, 3)
        From 0, black, to 1, white; values beyond are shown as one or the other.
    ax : matplotlib.axes.Axes
    title : str, optional
    limit : float, optional
        Show signed values instead: 0 as middle grey, `limit` and more as white, `-limit` and less as black.

    Returns
    -------
    matplotlib.axes.Axes
    """
    low, high = (0.0, 1.0) if limit is None else (-limit, limit)
    # The last bits of a response differ from one processor to another, and a zero must have one and the same grey.
    ax.imshow(array.clip(low, high).round(6), vmin=low, vmax=high)
    ax.set_title(title)
    ax.axis("off")
    return ax

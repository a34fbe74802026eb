"""Draw the still pictures of the explorers, for where no script runs: on paper, and before it has loaded.

Each function draws, with the package's own figures, what its explorer shows at the start.
"""

from functools import partial
from pathlib import Path

import still_convolution
import still_digit
import still_field
import still_geometry
import still_photograph

from cnn_course.draw import to_svg, use_style

STILLS = {f"convolution-{name}": partial(still_convolution.preset, name) for name in ("signal", "image", "strided")}
STILLS |= {"digit": still_digit.digit, "field": still_field.field}
STILLS |= {"photograph": still_photograph.photograph, "sweep": still_photograph.sweep}
STILLS |= {"geometry": still_geometry.convolution, "geometry-transposed": still_geometry.transposed}


def main():
    """Write each of them into its file."""
    use_style()
    for name, draw in STILLS.items():
        path = Path("book", "stills", f"{name}.svg")
        path.write_text(to_svg(draw()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

"""Every figure of the course: functions that take arrays and an `ax`, return it, and never compute a result."""

from importlib.util import find_spec

if find_spec("matplotlib") is None:
    raise ImportError('cnn_course.draw needs the package Matplotlib: pip install "cnn_course[draw]"')

from cnn_course.draw.architecture import architecture
from cnn_course.draw.film import film
from cnn_course.draw.grid import grid
from cnn_course.draw.image import image
from cnn_course.draw.lattice import stems
from cnn_course.draw.maps import maps
from cnn_course.draw.style import INPUT, KERNEL, OUTPUT, WIDTH, to_svg, use_style

__all__ = [
    "INPUT",
    "KERNEL",
    "OUTPUT",
    "WIDTH",
    "architecture",
    "film",
    "grid",
    "image",
    "maps",
    "stems",
    "to_svg",
    "use_style",
]

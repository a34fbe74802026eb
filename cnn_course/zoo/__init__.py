"""Networks trained for real: the recipes, the command that follows them, and the runs that travel with the package."""

from cnn_course.zoo.recipes import Recipe, recipe
from cnn_course.zoo.record import pretrained, recorded_run
from cnn_course.zoo.run import train

__all__ = [
    "Recipe",
    "pretrained",
    "recipe",
    "recorded_run",
    "train",
]

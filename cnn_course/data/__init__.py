"""Images to look at, to learn from and to be tested with: real ones, and drawn ones."""

from cnn_course.data.mnist import mnist
from cnn_course.data.samples import digits, photograph, to_gray
from cnn_course.data.shapes import shapes

__all__ = [
    "digits",
    "mnist",
    "photograph",
    "shapes",
    "to_gray",
]

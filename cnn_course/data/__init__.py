"""Images to look at, to learn from and to be tested with: real ones, and drawn ones."""

from cnn_course.data.augment import random_shifts
from cnn_course.data.mnist import mnist, mnist_sample
from cnn_course.data.samples import digits, photograph, to_gray
from cnn_course.data.shapes import shapes

__all__ = [
    "digits",
    "mnist",
    "mnist_sample",
    "photograph",
    "random_shifts",
    "shapes",
    "to_gray",
]

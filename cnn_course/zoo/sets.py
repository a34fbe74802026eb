"""The data sets of the recipes, and their split."""

import numpy as np

from cnn_course.data.mnist import mnist
from cnn_course.data.samples import digits
from cnn_course.validate import check_choice

TRAINING_DIGITS = 1440  # of 1797


def _digits(folder):
    """Each pixel becomes a square of 3 x 3, and a border of 2 pixels is added: 2 + 3 * 8 + 2 = 28."""
    images, labels = digits()
    return _split(np.pad(images.repeat(3, axis=2).repeat(3, axis=3), ((0, 0), (0, 0), (2, 2), (2, 2))), labels)


def _digits8(folder):
    """As they are, the grey value in each of three channels."""
    images, labels = digits()
    return _split(images.repeat(3, axis=1), labels)


def _split(images, labels):
    return images[:TRAINING_DIGITS], labels[:TRAINING_DIGITS], images[TRAINING_DIGITS:], labels[TRAINING_DIGITS:]


SETS = {"mnist": mnist, "digits": _digits, "digits8": _digits8}


def load_set(name, folder=None):
    """Training images and labels, test images and labels; the folder is that of `mnist`."""
    check_choice("load_set", "name", name, SETS)
    return SETS[name](folder)

"""Optimisers, schedules of the learning rate, checkpoints, and the loop that trains a network."""

from cnn_course.training.checkpoint import load, save
from cnn_course.training.loop import evaluate, fit
from cnn_course.training.optim import SGD, Adam
from cnn_course.training.schedule import constant, cosine_decay, one_cycle, step_decay

__all__ = [
    "SGD",
    "Adam",
    "constant",
    "cosine_decay",
    "evaluate",
    "fit",
    "load",
    "one_cycle",
    "save",
    "step_decay",
]

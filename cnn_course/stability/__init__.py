"""How far the output of a network can move when its input moves: norms, certificates, attacks, shifts and warps."""

from cnn_course.stability.lanczos import operator_norm

__all__ = ["operator_norm"]

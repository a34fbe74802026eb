"""How far the output of a network can move when its input moves: norms, certificates, attacks, shifts and warps."""

from cnn_course.stability.conv_norm import circular_norm, symbol_norm
from cnn_course.stability.lanczos import operator_norm

__all__ = ["circular_norm", "operator_norm", "symbol_norm"]

"""Convolutional neural networks in pure NumPy: the package that the course runs on.

Arrays are laid out (N, C, *spatial), weights (O, C / groups, *kernel). The vocabulary is PyTorch's.
"""

from cnn_course.conv import conv1d, conv1d_backward, conv2d, conv2d_backward, conv3d, conv3d_backward
from cnn_course.conv_transpose import (
    conv_transpose1d,
    conv_transpose1d_backward,
    conv_transpose2d,
    conv_transpose2d_backward,
    conv_transpose3d,
    conv_transpose3d_backward,
)
from cnn_course.data import photograph, to_gray
from cnn_course.gradcheck import adjoint_check, gradient_check
from cnn_course.pool import (
    avg_pool1d,
    avg_pool1d_backward,
    avg_pool2d,
    avg_pool2d_backward,
    avg_pool3d,
    avg_pool3d_backward,
    max_pool1d,
    max_pool1d_backward,
    max_pool2d,
    max_pool2d_backward,
    max_pool3d,
    max_pool3d_backward,
)
from cnn_course.sequence import Sequence
from cnn_course.shape import (
    conv_output_size,
    conv_transpose_output_size,
    full_padding,
    receptive_field,
    same_padding,
)
from cnn_course.signal import (
    convolve,
    correlate,
    equivariance_defect,
    flip,
    impulse,
    impulse_response,
    invariance_defect,
    linearity_defect,
    shift,
)
from cnn_course.windows import fold, sliding_windows, unfold

__all__ = [
    "Sequence",
    "adjoint_check",
    "avg_pool1d",
    "avg_pool1d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "avg_pool3d",
    "avg_pool3d_backward",
    "conv1d",
    "conv1d_backward",
    "conv2d",
    "conv2d_backward",
    "conv3d",
    "conv3d_backward",
    "conv_output_size",
    "conv_transpose1d",
    "conv_transpose1d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "conv_transpose3d",
    "conv_transpose3d_backward",
    "conv_transpose_output_size",
    "convolve",
    "correlate",
    "equivariance_defect",
    "flip",
    "fold",
    "full_padding",
    "gradient_check",
    "impulse",
    "impulse_response",
    "invariance_defect",
    "linearity_defect",
    "max_pool1d",
    "max_pool1d_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "max_pool3d",
    "max_pool3d_backward",
    "photograph",
    "receptive_field",
    "same_padding",
    "shift",
    "sliding_windows",
    "to_gray",
    "unfold",
]

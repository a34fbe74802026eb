"""Part I: convolution of plain arrays and of sequences, its matrices, and its fast forms."""

from cnn_course.signals.arrays import (
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
from cnn_course.signals.filtering import fast_convolve
from cnn_course.signals.fourier import (
    circular_convolve,
    fft_convolve,
    fft_correlate,
    next_fast_length,
    overlap_add,
    singular_values,
    transfer_function,
)
from cnn_course.signals.matrix import circulant, circulant_matrix, convolution_matrix, is_toeplitz, matrix_of, toeplitz
from cnn_course.signals.sequence import Sequence

__all__ = [
    "Sequence",
    "circulant",
    "circulant_matrix",
    "circular_convolve",
    "convolution_matrix",
    "convolve",
    "correlate",
    "equivariance_defect",
    "fast_convolve",
    "fft_convolve",
    "fft_correlate",
    "flip",
    "impulse",
    "impulse_response",
    "invariance_defect",
    "is_toeplitz",
    "linearity_defect",
    "matrix_of",
    "next_fast_length",
    "overlap_add",
    "shift",
    "singular_values",
    "toeplitz",
    "transfer_function",
]

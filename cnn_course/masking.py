"""Zeros where a mask is False: what the gradients of ReLU and of a maximum have in common."""

import numpy as np


def masked(values, mask):
    """Return `values` where `mask` is True, and 0 elsewhere, in the dtype of `values`.

    A product with the mask is many times as fast as a choice, whose branches a processor cannot predict. But infinity
    or NaN times 0 is NaN, so where there are any the choice it is.
    """
    return values * mask if np.isfinite(values).all() else np.where(mask, values, values.dtype.type(0))

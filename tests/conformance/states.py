"""Networks whose state has no zeros and ones left that would hide a mistake."""

import numpy as np


def disturb(network, rng):
    """Draw biases, batch norms and running statistics anew, in place; return the network in evaluation mode."""
    for name, array in network.named_arrays().items():
        if name.endswith("running_var"):
            array[...] = rng.uniform(0.5, 2, array.shape)
        elif array.ndim == 1:
            array += 0.2 * rng.standard_normal(array.shape)
    return network.eval()


def relative_error(ours, theirs):
    """Largest difference, relative to the largest number."""
    assert ours.shape == theirs.shape
    return np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs))

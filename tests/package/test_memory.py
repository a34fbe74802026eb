"""The peak of memory stays near what a function reads and returns: no columns, and a maximum's masks in blocks."""

import tracemalloc

import numpy as np
import pytest

from cnn_course import Conv2d, Residual, conv2d, conv2d_backward, freeze, max_pool2d_backward


def peak(program):
    """Largest number of bytes that NumPy held at once during a call, beyond what it held before."""
    tracemalloc.start()
    try:
        program()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("channels", "outputs", "size"), [(3, 64, 224), (64, 64, 224), (128, 128, 112)])
def test_a_layer_of_vgg(channels, outputs, size):
    x = np.ones((1, channels, size, size), dtype=np.float32)
    weight = np.ones((outputs, channels, 3, 3), dtype=np.float32)
    output = x.nbytes // channels * outputs

    forward = peak(lambda: conv2d(x, weight, padding=1))
    assert output < forward < 2.5 * (x.nbytes + output + weight.nbytes) - x.nbytes - weight.nbytes

    # the columns alone are nine inputs; here a padded input, its gradient, and blocks of columns must do
    grad = np.ones((1, outputs, size, size), dtype=np.float32)
    assert peak(lambda: conv2d_backward(grad, x, weight, padding=1)) < 2.5 * (x.nbytes + grad.nbytes + weight.nbytes)


@pytest.mark.parametrize("shape", [(1, 64, 224, 224), (64, 1, 224, 224)])
def test_the_gradient_of_a_maximum(shape):
    x, grad = np.ones(shape, dtype=np.float32), np.ones((*shape[:2], 112, 112), dtype=np.float32)
    assert x.nbytes < peak(lambda: max_pool2d_backward(grad, x, 2)) < 1.25 * x.nbytes


def test_a_frozen_block_holds_its_output_and_nothing_else():
    block = freeze(Residual(Conv2d(64, 64, 1, rng=np.random.default_rng(0))))
    x = np.ones((1, 64, 56, 56), dtype=np.float32)
    assert x.nbytes <= peak(lambda: block(x)) < 1.25 * x.nbytes


def test_winograd_holds_two_of_its_arrays_at_a_time():
    layer = freeze(Conv2d(64, 64, 3, padding=1, rng=np.random.default_rng(0)))
    x = np.ones((1, 64, 56, 56), dtype=np.float32)
    layer(x)
    transformed = 36 / 16 * x.nbytes  # 6 x 6 numbers for 4 x 4 outputs; the same number of channels on either side
    assert peak(lambda: layer(x)) < 2.25 * x.nbytes + 2 * transformed  # the padded input, the output

"""The peak of memory stays near what a function reads and returns: no columns, and a maximum's masks in blocks."""

import tracemalloc

import numpy as np
import pytest

from cnn_course import Conv2d, Linear, Residual, conv2d, conv2d_backward, freeze, load, max_pool2d_backward, save
from cnn_course.functional import winograd


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


def test_winograd_pads_what_a_block_reads_and_not_the_whole_image():
    layer = freeze(Conv2d(64, 64, 3, padding=1, rng=np.random.default_rng(0)))
    x = np.ones((1, 64, 224, 224), dtype=np.float32)
    layer(x)
    assert x.nbytes < peak(lambda: layer(x)) < x.nbytes + 4 * winograd.BLOCK_BYTES  # the output, as large as the input


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_a_file_of_weights_is_never_held_beside_its_arrays(suffix, tmp_path):
    """A file is read and written array by array, never as a whole beside them."""
    path, weight = tmp_path / f"x{suffix}", np.ones((10_000, 1000), dtype=np.float32)
    arrays = {"0.weight": weight, "1.weight": weight[:2000].copy()}
    size = sum(array.nbytes for array in arrays.values())
    assert peak(lambda: save(path, arrays)) < (0.4 if suffix == ".npz" else 1.1) * size  # NumPy writes 16 MiB at a time
    assert size < peak(lambda: load(path)) < 1.1 * size


def test_weights_of_the_right_precision_are_copied_once_into_a_network():
    layer = Linear(1000, 1000, rng=np.random.default_rng(0))
    state = layer.state_dict()
    assert peak(lambda: layer.load_state_dict(state)) < 0.1 * layer.weight.data.nbytes

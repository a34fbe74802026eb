"""Layers on numbers so small that the arithmetic can be followed in the test."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import (
    avg_pool1d,
    avg_pool1d_backward,
    avg_pool2d,
    conv1d,
    conv1d_backward,
    conv2d,
    conv2d_backward,
    conv_transpose1d,
    conv_transpose2d,
    max_pool1d,
    max_pool1d_backward,
    max_pool2d_backward,
    max_pool3d,
)


def signal(*values):
    """One image with one channel."""
    return np.array([[values]], dtype=np.float64)


def image(*rows):
    return np.array([[rows]], dtype=np.float64)


def test_conv1d_does_not_flip_its_weight():
    y = conv1d(signal(1, 2, 3, 4), signal(100, 10, 1))
    assert_array_equal(y, signal(123, 234))


def test_conv1d_stride_dilation_and_uneven_padding():
    # padded: 0 0 1 2 3 4 5 6 0
    y = conv1d(signal(1, 2, 3, 4, 5, 6), signal(100, 10, 1), stride=2, dilation=2, padding=((2, 1),))
    assert_array_equal(y, signal(0 + 10 * 1 + 3, 100 * 1 + 10 * 3 + 5, 100 * 3 + 10 * 5 + 0))


def test_conv1d_adds_channels_within_a_group_and_the_bias():
    x = np.array([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]])
    weight = np.array([[[1.0], [10.0]], [[100.0], [1000.0]]])
    one_pixel_each = [[1 + 10 * 3 + 0.5, 2 + 10 * 4 + 0.5], [100 * 5 + 1000 * 7 - 0.5, 100 * 6 + 1000 * 8 - 0.5]]
    assert_array_equal(conv1d(x, weight, np.array([0.5, -0.5]), groups=2), [one_pixel_each])


def test_conv1d_same_padding_of_an_even_kernel_adds_the_odd_zero_at_the_end():
    assert_array_equal(conv1d(signal(1, 2, 3), signal(10, 1), padding="same"), signal(12, 23, 30))


def test_conv2d_padding_1_stride_2():
    x = image([2, 2, 3, 3, 3], [0, 1, 3, 0, 3], [2, 3, 0, 1, 3], [3, 3, 2, 1, 2], [3, 3, 0, 2, 3])
    weight = image([2, 0, 1], [1, 0, 0], [0, 1, 1])
    y = conv2d(x, weight, padding=1, stride=2)
    top_left = 1 * 0 + (1 * 0 + 1 * 1)  # the weight's first row lies in the padding
    centre = (2 * 1 + 1 * 0) + 1 * 3 + (1 * 2 + 1 * 1)  # on the rows (1, 3, 0), (3, 0, 1) and (3, 2, 1)
    assert_array_equal(y, image([top_left, 5, 6], [7, centre, 3], [3, 10, 4]))


def test_conv2d_with_images_channels_filters_and_bias():
    x = np.linspace(-0.1, 0.5, 96).reshape(2, 3, 4, 4)
    weight = np.linspace(-0.2, 0.3, 144).reshape(3, 3, 4, 4)
    y = conv2d(x, weight, np.linspace(-0.1, 0.2, 3), stride=2, padding=1)
    expected = [
        [
            [[-0.08759809, -0.10987781], [-0.18387192, -0.2109216]],
            [[0.21027089, 0.21661097], [0.22847626, 0.23004637]],
            [[0.50813986, 0.54309974], [0.64082444, 0.67101435]],
        ],
        [
            [[-0.98053589, -1.03143541], [-1.19128892, -1.24695841]],
            [[0.69108355, 0.66880383], [0.59480972, 0.56776003]],
            [[2.36270298, 2.36904306], [2.38090835, 2.38247847]],
        ],
    ]
    assert_allclose(y, expected, rtol=0, atol=1e-8)  # the values, of a well-known exercise, have 8 decimals


def test_conv1d_backward():
    # y = (3 * 1 + 5 * 2, 3 * 2 + 5 * 4)
    grad_x, grad_weight, grad_bias = conv1d_backward(signal(1, 10), signal(1, 2, 4), signal(3, 5))
    assert_array_equal(grad_x, signal(3 * 1, 5 * 1 + 3 * 10, 5 * 10))
    assert_array_equal(grad_weight, signal(1 * 1 + 2 * 10, 2 * 1 + 4 * 10))
    assert_array_equal(grad_bias, [11])


def test_conv2d_backward_sums_the_weight_over_images_and_not_the_input():
    x, weight = np.array([[[[1.0, 2.0]]], [[[3.0, 4.0]]]]), np.array([[[[5.0]]], [[[7.0]]]])
    grad = np.array([[[[1.0, 0.0]], [[0.0, 10.0]]], [[[100.0, 0.0]], [[0.0, 1000.0]]]])
    grad_x, grad_weight, grad_bias = conv2d_backward(grad, x, weight)
    assert_array_equal(grad_x, [[[[5 * 1, 7 * 10]]], [[[5 * 100, 7 * 1000]]]])
    assert_array_equal(grad_weight, [[[[1 * 1 + 100 * 3]]], [[[10 * 2 + 1000 * 4]]]])
    assert_array_equal(grad_bias, [1 + 100, 10 + 1000])


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({}, (1, 10, 100 + 2, 20, 200)),
        ({"output_padding": 1}, (1, 10, 100 + 2, 20, 200, 0)),
        ({"padding": 1}, (10, 100 + 2, 20)),
        ({"padding": ((1, 0),)}, (10, 100 + 2, 20, 200)),
        ({"dilation": 2}, (1, 0, 10 + 2, 0, 100 + 20, 0, 200)),
    ],
)
def test_conv_transpose1d_with_stride_2_adds_copies_of_the_kernel_2_apart(numbers, expected):
    z = conv_transpose1d(signal(1, 2), signal(1, 10, 100), stride=2, **numbers)
    assert_array_equal(z, signal(*expected))


def test_conv_transpose1d_leads_from_the_first_axis_of_the_weight_to_the_second():
    x, weight = np.array([[[1.0], [10.0]]]), np.array([[[2.0], [3.0], [5.0]], [[7.0], [11.0], [13.0]]])
    z = conv_transpose1d(x, weight, np.array([0.1, 0.2, 0.3]))
    assert_array_equal(z[0, :, 0], [2 + 70 + 0.1, 3 + 110 + 0.2, 5 + 130 + 0.3])


def test_conv_transpose2d_whose_copies_do_not_overlap_is_the_kronecker_product():
    x, weight = image([1, 2], [3, 4]), image([1, 10, 100], [5, 50, 500])
    assert_array_equal(conv_transpose2d(x, weight, stride=(2, 3))[0, 0], np.kron(x[0, 0], weight[0, 0]))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"kernel_size": 2}, (4, 9)),  # the stride is the kernel's size; the last element is left over
        ({"kernel_size": 2, "stride": 1}, (4, 4, 9, 9)),
        ({"kernel_size": 2, "stride": 1, "dilation": 2}, (2, 9, 7)),
        ({"kernel_size": 3, "stride": 2, "padding": 1}, (4, 9, 9)),
    ],
)
def test_max_pool1d(numbers, expected):
    assert_array_equal(max_pool1d(signal(1, 4, 2, 9, 7), **numbers), signal(*expected))


def test_max_pool_padding_never_beats_a_negative_number():
    assert_array_equal(max_pool1d(signal(-5, -3), 2, stride=1, padding=1), signal(-5, -3, -3))


def test_max_pool_takes_each_channel_of_each_image_alone():
    x = np.arange(16.0).reshape(2, 2, 1, 2, 2)
    assert_array_equal(max_pool3d(x, (1, 2, 2)).ravel(), [3, 7, 11, 15])


def test_max_pool_backward_adds_up_where_windows_share_their_maximum():
    grad_x = max_pool1d_backward(signal(1, 10, 100), signal(1, 4, 2, 3), 2, stride=1)
    assert_array_equal(grad_x, signal(0, 1 + 10, 0, 100))


def test_max_pool_backward_sends_a_tie_to_the_first_element_in_row_major_order():
    grad_x = max_pool2d_backward(image([5]), image([1, 7, 7], [7, 7, 1]), (2, 3))
    assert_array_equal(grad_x, image([0, 5, 0], [0, 0, 0]))


def test_max_pool_backward_of_a_constant_image():
    grad_x = max_pool2d_backward(image([1, 10], [100, 1000]), np.ones((1, 1, 3, 3)), 2, stride=1)
    assert_array_equal(grad_x, image([1, 10, 0], [100, 1000, 0], [0, 0, 0]))


@pytest.mark.parametrize(
    ("count_include_pad", "means", "gradients"),
    [
        (True, (2 / 2, 6 / 2, 13 / 2, 9 / 2), (2 / 2 + 4 / 2, 4 / 2 + 6 / 2, 6 / 2 + 8 / 2)),
        (False, (2 / 1, 6 / 2, 13 / 2, 9 / 1), (2 / 1 + 4 / 2, 4 / 2 + 6 / 2, 6 / 2 + 8 / 1)),
    ],
)
def test_avg_pool1d_with_and_without_its_padding(count_include_pad, means, gradients):
    x, numbers = signal(2, 4, 9), {"stride": 1, "padding": 1, "count_include_pad": count_include_pad}
    assert_array_equal(avg_pool1d(x, 2, **numbers), signal(*means))
    assert_array_equal(avg_pool1d_backward(signal(2, 4, 6, 8), x, 2, **numbers), signal(*gradients))


def test_avg_pool_counts_the_padding_unless_it_is_told_not_to():
    assert_array_equal(avg_pool1d(signal(2, 4), 2, padding=1), signal(2 / 2, 4 / 2))


def test_avg_pool2d():
    y = avg_pool2d(image([1, 2, 3], [4, 5, 6]), 2, stride=1)
    assert_array_equal(y, image([(1 + 2 + 4 + 5) / 4, (2 + 3 + 5 + 6) / 4]))

"""Layers that pool: the largest or the mean of each window, or of each channel."""

from cnn_course import functional as F
from cnn_course.nn.base import FunctionLayer


class _MaxPool(FunctionLayer):
    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
        self.numbers = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
        self.numbers |= {"dilation": dilation, "ceil_mode": ceil_mode}


class MaxPool1d(_MaxPool):
    """Max-pooling of sequences, `max_pool1d`, with its arguments.

    Examples
    --------
    >>> MaxPool1d(2)(np.array([[[1.0, 3.0, 2.0, 0.0]]]))
    array([[[3., 2.]]])
    """

    function, gradient = staticmethod(F.max_pool1d), staticmethod(F.max_pool1d_backward)


class MaxPool2d(_MaxPool):
    """Max-pooling of images, `max_pool2d`, with its arguments.

    Examples
    --------
    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """

    function, gradient = staticmethod(F.max_pool2d), staticmethod(F.max_pool2d_backward)


class MaxPool3d(_MaxPool):
    """Max-pooling of volumes, `max_pool3d`, with its arguments.

    Examples
    --------
    >>> MaxPool3d(2)(np.arange(8.0).reshape(1, 1, 2, 2, 2)).ravel()
    array([7.])
    """

    function, gradient = staticmethod(F.max_pool3d), staticmethod(F.max_pool3d_backward)


class _AvgPool(FunctionLayer):
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        self.numbers = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
        self.numbers |= {"ceil_mode": ceil_mode, "count_include_pad": count_include_pad}


class AvgPool1d(_AvgPool):
    """Average pooling of sequences, `avg_pool1d`, with its arguments.

    Examples
    --------
    >>> AvgPool1d(2)(np.array([[[1.0, 3.0, 2.0, 0.0]]]))
    array([[[2., 1.]]])
    """

    function, gradient = staticmethod(F.avg_pool1d), staticmethod(F.avg_pool1d_backward)


class AvgPool2d(_AvgPool):
    """Average pooling of images, `avg_pool2d`, with its arguments.

    Examples
    --------
    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """

    function, gradient = staticmethod(F.avg_pool2d), staticmethod(F.avg_pool2d_backward)


class AvgPool3d(_AvgPool):
    """Average pooling of volumes, `avg_pool3d`, with its arguments.

    Examples
    --------
    >>> AvgPool3d(2)(np.arange(8.0).reshape(1, 1, 2, 2, 2)).ravel()
    array([3.5])
    """

    function, gradient = staticmethod(F.avg_pool3d), staticmethod(F.avg_pool3d_backward)


class GlobalAvgPool(FunctionLayer):
    """Mean of each channel, `global_avg_pool`.

    Examples
    --------
    >>> GlobalAvgPool()(np.arange(8.0).reshape(1, 2, 2, 2)).ravel()
    array([1.5, 5.5])
    """

    function, gradient = staticmethod(F.global_avg_pool), staticmethod(F.global_avg_pool_backward)

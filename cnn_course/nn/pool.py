"""Layers that pool: the largest or the mean of each window, or of each channel.

What follows the padding is given by keyword: by position, PyTorch's max-pooling would take `return_indices` for the
fifth.
"""

from cnn_course import functional as F
from cnn_course.functional.pool import pool_geometry
from cnn_course.nn.base import FunctionLayer, as_written
from cnn_course.shape import Geometry
from cnn_course.types import Ints, Padding
from cnn_course.validate import entries, flag


class _Pool(FunctionLayer):
    """What both kinds share: windows, which begin one after the other where no stride is given."""

    def _set_window(self, kernel_size, stride, padding, dilation=1):
        """Check the numbers of the window, and keep them: one for all axes stays one, as in PyTorch."""
        geometry = pool_geometry(type(self).__name__, self.ndim, kernel_size, stride, padding, dilation)
        geometry.check_padding()
        self.kernel_size = _as_given(kernel_size, geometry.kernel_size)
        self.stride = _as_given(kernel_size if stride is None else stride, geometry.stride)
        self.padding = _as_given(padding, as_written(padding, geometry))
        return geometry

    @property
    def geometry(self) -> Geometry:
        """How the windows lie on the input, by the attributes, without what `ceil_mode` adds."""
        numbers = (getattr(self, name, 1) for name in ("kernel_size", "stride", "padding", "dilation"))
        return pool_geometry(type(self).__name__, self.ndim, *numbers)  # an average pool has no dilation

    def windows_on(self, size: tuple[int, ...]) -> Geometry:
        """How the windows lie on an input of a spatial size, with what `ceil_mode` adds."""
        return self.geometry.rounded_up(size) if self.ceil_mode else self.geometry


def _as_given(value, checked):
    """One number where one was given; else what was checked, a word or an entry for each axis."""
    return checked if isinstance(checked, str) or entries(value) is not None else checked[0]


class _MaxPool(_Pool):
    arguments = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")

    def __init__(
        self,
        kernel_size: Ints,
        stride: Ints | None = None,
        padding: Padding = 0,
        *,
        dilation: Ints = 1,
        ceil_mode: bool = False,
    ) -> None:
        geometry = self._set_window(kernel_size, stride, padding, dilation)
        self.dilation = _as_given(dilation, geometry.dilation)
        self.ceil_mode = flag(type(self).__name__, "ceil_mode", ceil_mode)


class MaxPool1d(_MaxPool):
    """Max-pooling of sequences, `max_pool1d`, with its arguments.

    Examples
    --------
    >>> MaxPool1d(2)(np.array([[[1.0, 3.0, 2.0, 0.0]]]))
    array([[[3., 2.]]])
    """

    ndim, function, gradient = 1, staticmethod(F.max_pool1d), staticmethod(F.max_pool1d_backward)


class MaxPool2d(_MaxPool):
    """Max-pooling of images, `max_pool2d`, with its arguments.

    Examples
    --------
    >>> MaxPool2d(2)
    MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """

    ndim, function, gradient = 2, staticmethod(F.max_pool2d), staticmethod(F.max_pool2d_backward)


class MaxPool3d(_MaxPool):
    """Max-pooling of volumes, `max_pool3d`, with its arguments.

    Examples
    --------
    >>> MaxPool3d(2)(np.arange(8.0).reshape(1, 1, 2, 2, 2)).ravel()
    array([7.])
    """

    ndim, function, gradient = 3, staticmethod(F.max_pool3d), staticmethod(F.max_pool3d_backward)


class _AvgPool(_Pool):
    arguments = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad")

    def __init__(
        self,
        kernel_size: Ints,
        stride: Ints | None = None,
        padding: Padding = 0,
        *,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self._set_window(kernel_size, stride, padding)
        self.ceil_mode = flag(type(self).__name__, "ceil_mode", ceil_mode)
        self.count_include_pad = flag(type(self).__name__, "count_include_pad", count_include_pad)


class AvgPool1d(_AvgPool):
    """Average pooling of sequences, `avg_pool1d`, with its arguments.

    Examples
    --------
    >>> AvgPool1d(2)(np.array([[[1.0, 3.0, 2.0, 0.0]]]))
    array([[[2., 1.]]])
    """

    ndim, function, gradient = 1, staticmethod(F.avg_pool1d), staticmethod(F.avg_pool1d_backward)


class AvgPool2d(_AvgPool):
    """Average pooling of images, `avg_pool2d`, with its arguments.

    Examples
    --------
    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """

    ndim, function, gradient = 2, staticmethod(F.avg_pool2d), staticmethod(F.avg_pool2d_backward)


class AvgPool3d(_AvgPool):
    """Average pooling of volumes, `avg_pool3d`, with its arguments.

    Examples
    --------
    >>> AvgPool3d(2)(np.arange(8.0).reshape(1, 1, 2, 2, 2)).ravel()
    array([3.5])
    """

    ndim, function, gradient = 3, staticmethod(F.avg_pool3d), staticmethod(F.avg_pool3d_backward)


class GlobalAvgPool(FunctionLayer):
    """Mean of each channel, `global_avg_pool`.

    Examples
    --------
    >>> GlobalAvgPool()(np.arange(8.0).reshape(1, 2, 2, 2)).ravel()
    array([1.5, 5.5])
    """

    function, gradient = staticmethod(F.global_avg_pool), staticmethod(F.global_avg_pool_backward)

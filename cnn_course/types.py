"""The types that the signatures of the package name, beside those of NumPy."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

Ints: TypeAlias = int | Sequence[int]  # one number for all axes, or one for each
Widths: TypeAlias = int | Sequence[int | Sequence[int]]  # for all sides, for each axis, or before and after it
Padding: TypeAlias = Widths | Literal["valid", "same", "full"]
PadMode: TypeAlias = Literal["constant", "reflect", "replicate", "circular"]
PaddingMode: TypeAlias = Literal["zeros", "reflect", "replicate", "circular"]
Pairs: TypeAlias = tuple[tuple[int, int], ...]  # before and after, on each axis
Mode: TypeAlias = Literal["full", "same", "valid"]
ArrayMap: TypeAlias = Callable[[np.ndarray], ArrayLike]
Bounds: TypeAlias = tuple[float, float]  # the smallest and the largest value
InputGrad: TypeAlias = np.ndarray | Any  # None where it is not needed, which a caller knows and need not ask
Loss: TypeAlias = tuple[Callable[..., ArrayLike], Callable[..., np.ndarray]]  # and its backward function

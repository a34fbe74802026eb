r"""A certificate of a network: a Lipschitz constant with its proof, layer by layer, and what follows for a class.

Constants multiply where maps follow each other, and biases never matter.
"""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.nn.containers import Sequential
from cnn_course.nn.layer import Layer
from cnn_course.nn.table import Table
from cnn_course.stability.lipschitz import constant_of
from cnn_course.stability.tangent import check_network
from cnn_course.types import Ints
from cnn_course.validate import as_floats, as_input_shape, check_finite, number


def lipschitz_bound(network: Layer, input_shape: Ints) -> float:
    r"""A Lipschitz constant of a network or a layer, in the norm of l2: the one of its `certificate`.

    Parameters
    ----------
    network, input_shape
        As for `certificate`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As `certificate`.

    Examples
    --------
    >>> from cnn_course.nn import MaxPool2d
    >>> lipschitz_bound(MaxPool2d(3, 2), (1, 9, 9))
    2.0
    """
    return _certificate("lipschitz_bound", network, input_shape).lipschitz


def certificate(network: Layer, input_shape: Ints) -> "Certificate":
    r"""Prove a Lipschitz constant of a network in evaluation mode, layer by layer.

    .. math:: \lVert f(x) - f(x') \rVert_2 \le L\, \lVert x - x' \rVert_2 \quad \text{for all } x, x' .

    Parameters
    ----------
    network : Layer
        Of layers of this package, not yet frozen. Its mode does not matter.
    input_shape : int or tuple of int
        Shape of one input, without the axis of the images: (C, H, W).

    Returns
    -------
    Certificate
        Its `lipschitz` is L, its `rows` are the constants of the layers. In a terminal and in a notebook it is shown
        as a table.

    Raises
    ------
    ValueError
        If `network` is no `Layer`, holds a layer of which nothing is known or one that has no finite constant, or the
        shape is not of integers from 1 on or does not fit.

    Notes
    -----
    The constants are these.

    - `Linear`: the largest singular value. Convolutions and transposed ones, with zeros in the padding: `symbol_norm`.
    - Convolutions in a circle: `circular_norm`, times :math:`\sqrt{m}` where windows are visited up to m times; on an
      axis whose size the stride does not divide, with stride 1. With another padding: `symbol_norm`, times the norm of
      the padding, which is :math:`\sqrt{m}` if one value is copied to m positions, itself included. On a circle, the
      smaller of the two.
    - Max-pooling: :math:`\sqrt{q}`, where q is the largest number of windows that hold one position. Two maxima differ
      at most by the largest difference in their window, whose square is at most the sum of the squares; each position
      counts in at most q such sums. An impulse at that position attains it.
    - Average pooling and `BlurPool2d`: the norm, as the product of the norms of the matrices on each axis.
      `GlobalAvgPool`: :math:`1 / \sqrt{L}` with L positions.
    - Batch normalisation: the largest :math:`|\gamma| / \sqrt{\sigma^2 + \varepsilon}`, by the running statistics.
    - ReLU and tanh 1, the sigmoid 1/4. Softmax 1/2: the rows of its Jacobian :math:`\operatorname{diag}(p) - p p^T`
      have sums of moduli :math:`2 p_i (1 - p_i) \le 1/2`.
    - Local response normalisation, for k > 0: :math:`k^{-\beta} (1 + 2 \sqrt{n}\, (\beta / (\beta + 1))^{\beta + 1})`
      for windows of n channels. Its Jacobian is a diagonal matrix, with entries of at most :math:`k^{-\beta}`, minus a
      matrix whose row c stands on the window of c. With t for :math:`\alpha / n` times the sum of the window's squares,
      the norm of this row is at most :math:`2 \beta t (k + t)^{-\beta - 1}`, which is largest at
      :math:`t = k / \beta`. At most n rows have an entry for the same channel, so that the norm of the matrix is at
      most :math:`\sqrt{n}` times that of a row.
    - Dropout, `Flatten`, `Identity`: 1.
    - Layers one after the other: the product. `Residual`: the sum of both ways. `Concat`: the root of the sum of the
      squares of all branches.

    All is computed in float64 with the parameters as they are stored, and every constant that rounding may have made
    too small is raised by 1e-9 of itself. The promise is about exact arithmetic: outputs in float32 have errors of
    their own.

    Examples
    --------
    >>> from cnn_course.nn import AvgPool2d, Conv2d, Flatten, ReLU, Sequential
    >>> conv = Conv2d(1, 1, 3, rng=np.random.default_rng(0))
    >>> conv.weight.data[:] = 1 / 9
    >>> certificate(Sequential(conv, ReLU(), AvgPool2d(2), Flatten()), (1, 8, 8))
    name   layer      output     constant
    0      Conv2d     1 x 6 x 6    1.0003
    1      ReLU       1 x 6 x 6    1.0000
    2      AvgPool2d  1 x 3 x 3    0.5000
    3      Flatten    9            1.0000
    total                          0.5002
    """
    return _certificate("certificate", network, input_shape)


def certified_radius(logits: ArrayLike, lipschitz: float) -> np.ndarray:
    r"""How far each input can be moved, in l2, before another class can have the largest logit.

    .. math:: r = \frac{z_{(1)} - z_{(2)}}{\sqrt{2}\, L} ,

    from the two largest logits z, of the outputs of a map with the Lipschitz constant L.

    Parameters
    ----------
    logits : array_like of float, shape (N, classes)
        At least two classes.
    lipschitz : float
        A number that is proved, such as `lipschitz_bound`, and not estimated.

    Returns
    -------
    ndarray of float64, shape (N,)
        No move by less than it changes the class. It is 0 where two classes tie.

    Raises
    ------
    ValueError
        If `logits` is not of floats, not finite, or has another shape, or `lipschitz` is below 0 or no number.

    Notes
    -----
    The difference :math:`z_i - z_j` is the inner product of f with :math:`e_i - e_j`, whose norm is :math:`\sqrt{2}`. A
    move by less than r therefore changes it by less than the margin. Dividing by L alone would promise more than is
    true: for :math:`f(x) = (x, -x) / \sqrt{2}` the constant is 1, and at x = 1 the margin is :math:`\sqrt{2}`, but at
    the distance 1 the classes tie.

    References
    ----------
    Tsuzuku, Sato and Sugiyama (2018), *Lipschitz-margin training*.

    Examples
    --------
    >>> certified_radius(np.array([[0.0, 3.0, 1.0], [2.0, 2.0, 1.0]]), lipschitz=2.0).round(3)
    array([0.707, 0.   ])
    """
    name = "certified_radius"
    (logits,) = as_floats(name, logits=logits)
    if logits.ndim != 2 or logits.shape[1] < 2:
        raise ValueError(f"{name}: logits must have shape (N, classes) with at least 2 classes, got {logits.shape}")
    check_finite(name, "logits", logits)
    lipschitz = number(name, "lipschitz", lipschitz)
    largest = np.sort(logits.astype(np.float64), axis=1)[:, -2:]
    margin = largest[:, 1] - largest[:, 0]
    return np.where(margin > 0, margin / (sqrt(2) * lipschitz) if lipschitz else np.inf, 0.0)


@dataclass(frozen=True)
class CertificateRow:
    """What a certificate says of one layer."""

    name: str
    layer: str
    output_shape: tuple[int, ...]
    constant: float

    def cells(self) -> tuple[str, ...]:
        """The row in words."""
        return self.name, self.layer, " x ".join(map(str, self.output_shape)), _shown(self.constant)


@dataclass(frozen=True, repr=False)
class Certificate(Table):
    """The table that `certificate` makes: the constant of each layer, and that of the network."""

    rows: tuple[CertificateRow, ...]
    lipschitz: float
    head = ("name", "layer", "output", "constant")

    def cells(self) -> list[tuple[str, ...]]:
        """The table in words, without its head: a row for each layer, containers after their layers, and the total."""
        return [*(row.cells() for row in self.rows), ("total", "", "", _shown(self.lipschitz))]


def _shown(constant):
    """Rounded up, as a bound must be."""
    return f"{ceil(constant * 1e4 - 1e-4) / 1e4:.4f}" if constant < 1e6 else f"{constant:.4e}"


def _certificate(function, network, input_shape):
    check_network(function, network)
    shape = as_input_shape(function, input_shape)
    rows = []

    def below(name, layer, shape):
        """The constant of a layer and the shape of its output; its row comes after those of the layers in it."""

        def deeper(key, child, shape):
            return below(f"{name}.{key}" if name else key, child, shape)

        constant, shape = constant_of(layer, shape, deeper)
        if not constant < np.inf:
            raise ValueError(f"{function}: network must have finite constants, got {constant} of {layer!r}")
        if name or not isinstance(layer, Sequential):
            rows.append(CertificateRow(name, type(layer).__name__, shape, constant))
        return constant, shape

    constant, _ = below("", network, shape)
    return Certificate(tuple(rows), constant)

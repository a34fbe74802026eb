"""LeNet-5: as it is built today, and as it was in 1998."""

import numpy as np
from numpy.typing import DTypeLike

from cnn_course.nets.initial import as_classes
from cnn_course.nets.layers_1998 import ScaledTanh, SquaredDistance, Subsampling2d, TableConv2d
from cnn_course.nn import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential

C3_TABLE = (  # which maps of S2 feed each map of C3: table I of the paper
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    (0, 1, 2, 3, 4, 5),
)


def lenet5(num_classes: int = 10, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return LeNet-5 as it is built today, for grey images of 28 x 28.

    Every map of the second convolution sees all maps of the first; activations are ReLU, pools are max-pools, and the
    output is logits. Images of 28 x 28 are padded to the 32 x 32 of the paper by the first convolution.

    Parameters
    ----------
    num_classes : int, default 10
    rng : numpy.random.Generator
        Draws the weights, as the layers do.
    dtype : dtype, default float32

    Returns
    -------
    Sequential
        From (N, 1, 28, 28) to (N, num_classes), with 156 + 2,416 + 48,120 + 10,164 + 850 = 61,706 parameters for ten
        classes.

    Raises
    ------
    ValueError
        If `num_classes` is below 1, or `rng` is no generator.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), *Gradient-based learning applied to document recognition*.

    Examples
    --------
    >>> network = lenet5(rng=np.random.default_rng(0))
    >>> network(np.zeros((2, 1, 28, 28), np.float32)).shape
    (2, 10)
    >>> sum(parameter.data.size for _, parameter in network.named_parameters())
    61706
    """
    classes, drawn = as_classes("lenet5", num_classes, rng), {"rng": rng, "dtype": dtype}
    return Sequential(
        {
            "conv1": Conv2d(1, 6, 5, padding=2, **drawn),
            "relu1": ReLU(),
            "pool1": MaxPool2d(2),
            "conv2": Conv2d(6, 16, 5, **drawn),
            "relu2": ReLU(),
            "pool2": MaxPool2d(2),
            "flatten": Flatten(),
            "fc1": Linear(16 * 5 * 5, 120, **drawn),
            "relu3": ReLU(),
            "fc2": Linear(120, 84, **drawn),
            "relu4": ReLU(),
            "fc3": Linear(84, classes, **drawn),
        }
    )


def lenet5_1998(num_classes: int = 10, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Sequential:
    """Return LeNet-5 as the paper describes it, for grey images of 32 x 32.

    Its sub-sampling is learned, a table says which maps of S2 feed each map of C3, every layer up to F6 squashes what
    it gives out, and the outputs are squared distances from fixed codes: the smallest is the class.

    Parameters
    ----------
    num_classes : int, default 10
    rng : numpy.random.Generator
        Draws the weights, evenly between plus and minus 2.4 / (number of inputs of a unit), and the codes.
    dtype : dtype, default float32

    Returns
    -------
    Sequential
        From (N, 1, 32, 32) to (N, num_classes).

    Raises
    ------
    ValueError
        If `num_classes` is below 1, or `rng` is no generator.

    Notes
    -----
    The 60,000 parameters are all that is learned: C1 has 6 (25 + 1) = 156; S2 has 6 x 2 = 12; C3 has a kernel of 25 for
    each of its table's 60 links, and 16 biases, 1,516; S4 has 16 x 2 = 32; C5 has 120 (16 x 25 + 1) = 48,120; F6 has
    84 (120 + 1) = 10,164. The 840 entries of the codes are fixed, and not counted.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), *Gradient-based learning applied to document recognition*, section II.B
    and appendix A.

    Examples
    --------
    >>> network = lenet5_1998(rng=np.random.default_rng(0))
    >>> network(np.zeros((2, 1, 32, 32), np.float32)).shape
    (2, 10)
    >>> sum(parameter.data.size for _, parameter in network.named_parameters())
    60000
    """
    classes, drawn = as_classes("lenet5_1998", num_classes, rng), {"rng": rng, "dtype": dtype}
    layers = {
        "c1": Conv2d(1, 6, 5, **drawn),
        "squash1": ScaledTanh(),
        "s2": Subsampling2d(6, **drawn),
        "squash2": ScaledTanh(),
        "c3": TableConv2d(C3_TABLE, 5, **drawn),
        "squash3": ScaledTanh(),
        "s4": Subsampling2d(16, **drawn),
        "squash4": ScaledTanh(),
        "c5": Conv2d(16, 120, 5, **drawn),
        "squash5": ScaledTanh(),
        "flatten": Flatten(),
        "f6": Linear(120, 84, **drawn),
        "squash6": ScaledTanh(),
        "output": SquaredDistance(84, classes, **drawn),
    }
    inputs = {"c1": 25, "s2": 4, "c3": layers["c3"].fan_in, "s4": 4, "c5": 16 * 25, "f6": 120}  # of one unit
    for name, count in inputs.items():
        weight = layers[name].weight.data
        weight[...] = rng.uniform(-2.4, 2.4, weight.shape) / count
        layers[name].bias.data[...] = 0
    return Sequential(layers)

"""The parameters of a small convolutional network, layer by layer."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="the parameters of a network",
    chapter="3-1",
    stars=2,
    minutes=25,
    goals=(6, 7),
    statement=r"""
    A network takes square images with `channels` channels and `size` rows and columns. It begins with convolutional
    layers, given by `layers`, a tuple of tuples `(filters, kernel, stride, groups)`: the number of filters, the number
    of rows and of columns of a kernel, the stride, and the number of groups. With `groups` $= g$ the channels are cut
    into $g$ equal shares, and each filter reads one share only, so that it is $C / g$ channels deep; $g$ divides the
    numbers of channels and of filters. There are no zeros at the border, every kernel fits on the maps that it meets,
    and on an axis with $n$ positions $\lfloor (n - k) / s \rfloor + 1$ remain. At the end the maps are flattened, and a
    dense layer has `classes` outputs. All layers have biases.

    Write `network_parameters(channels, size, layers, classes)`. It returns a list, the number of
    parameters of each convolutional layer and of the dense layer, in this order. `layers` may be empty.
    """,
    hints=(
        "What does a layer have to know of the one before it, and what of the image?",
        "Go through the layers with two numbers, the channels and the size of the maps as they are now. Count first, "
        "then bring both up to date.",
        "How many numbers does the dense layer read?",
    ),
    remark=r"""
    The size of the image only matters for the dense layer: the counts of the convolutions are the same for every
    size. Try it on the network of the chapter, and double the size of its image. Where groups are used, a filter is
    less deep, but there are as many filters and as many biases as before.
    """,
)


@exercise.solution
def network_parameters(channels, size, layers, classes):
    """Parameters of each convolution and of the dense layer of a network.

    >>> network_parameters(3, 39, ((10, 3, 1, 1), (20, 5, 2, 1)), 10)
    [280, 5020, 57810]
    >>> network_parameters(4, 6, ((8, 3, 1, 2),), 2)
    [152, 258]
    """
    counts = []
    for filters, kernel, stride, groups in layers:
        counts.append(filters * (channels // groups * kernel**2 + 1))
        channels, size = filters, (size - kernel) // stride + 1
    counts.append(classes * (channels * size**2 + 1))
    return counts


def depths(channels, layers):
    """The number of input channels of each layer."""
    return [channels, *(filters for filters, *_ in layers)][:-1] if layers else []


def last(channels, size, layers):
    """Channels and size of the maps before the dense layer."""
    for filters, kernel, stride, _ in layers:
        channels, size = filters, (size - kernel) // stride + 1
    return channels, size


@exercise.check("the example", points=0)
def example(rng):
    yield 3, 39, ((10, 3, 1, 1), (20, 5, 2, 1)), 10


@exercise.check("a dense layer alone", points=1)
def dense_alone(rng):
    yield 1, int(rng.integers(3, 6)), (), 2
    yield 3, int(rng.integers(3, 6)), (), int(rng.integers(3, 6))


@exercise.check("one convolution", points=2)
def one_layer(rng):
    yield 1, 5, ((2, 2, 1, 1),), 2
    yield 3, 8, ((int(rng.integers(4, 9)), 3, 1, 1),), 3
    yield 2, 7, ((3, 5, 1, 1),), int(rng.integers(3, 6))


@exercise.check("several convolutions", points=1)
def several(rng):
    yield 1, 9, ((2, 3, 1, 1), (4, 2, 1, 1)), 3
    yield 3, 12, ((5, 3, 1, 1), (7, 4, 1, 1), (2, 3, 1, 1)), int(rng.integers(3, 6))


@exercise.check("strides", points=1)
def strides(rng):
    yield 2, 9, ((3, 3, 2, 1),), 2
    yield 1, 12, ((4, 3, 2, 1), (3, 2, 1, 1)), 3
    yield 3, 20, ((4, 4, 3, 1), (6, 3, 2, 1)), int(rng.integers(3, 6))


@exercise.check("groups", points=1)
def groups(rng):
    yield 4, 6, ((8, 3, 1, 2),), 2
    yield 3, 6, ((3, 2, 1, 3),), 2
    yield 3, 11, ((6, 3, 1, 1), (12, 3, 2, 3)), int(rng.integers(3, 6))


@exercise.alternative
def as_an_array(channels, size, layers, classes):
    found = last(channels, size, layers)
    convolutions = [
        filters * depth // groups * kernel * kernel + filters
        for depth, (filters, kernel, _, groups) in zip(depths(channels, layers), layers, strict=True)
    ]
    return np.array([*convolutions, (found[0] * found[1] * found[1] + 1) * classes])


def counted(channels, size, layers, classes, convolution, dense=None):
    """The counts, with another rule for a convolution, and perhaps for what the dense layer reads."""
    pairs = zip(depths(channels, layers), layers, strict=True)
    numbers = [convolution(depth, *layer) for depth, layer in pairs]
    maps, side = last(channels, size, layers)
    inputs = maps * side**2 if dense is None else dense
    return [*numbers, classes * (inputs + 1)]


@exercise.wrong("The biases are missing: one for each filter, and one for each output of the dense layer.")
def no_biases(channels, size, layers, classes):
    counts = network_parameters(channels, size, layers, classes)
    biases = [*(layer[0] for layer in layers), classes]
    return [count - bias for count, bias in zip(counts, biases, strict=True)]


@exercise.wrong("The biases of the convolutions are missing, one for each filter.")
def no_biases_of_convolutions(channels, size, layers, classes):
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o * (c // g) * k * k)


@exercise.wrong("The convolutions are right. The biases of the dense layer are missing, one for each of its outputs.")
def no_bias_of_the_dense_layer(channels, size, layers, classes):
    counts = network_parameters(channels, size, layers, classes)
    counts[-1] -= classes
    return counts


@exercise.wrong("Each convolution has one bias here. It has one for each filter.")
def one_bias_for_a_layer(channels, size, layers, classes):
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o * (c // g) * k * k + 1)


@exercise.wrong(
    "There is a bias for each kernel. The bias comes once to the sum over all channels: one for each filter."
)
def bias_for_each_kernel(channels, size, layers, classes):
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o * (c // g) * (k * k + 1))


@exercise.wrong("A kernel has k rows and k columns, and k times k weights.")
def kernel_not_squared(channels, size, layers, classes):
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o * (c // g * k + 1))


@exercise.wrong("The filters have one kernel each, whatever the number of channels. A filter is as deep as its share.")
def filters_without_depth(channels, size, layers, classes):
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o * (k * k + 1))


@exercise.wrong("The groups change nothing here. Each filter reads one share of the channels only: it is C / g deep.")
def groups_ignored(channels, size, layers, classes):
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o * (c * k * k + 1))


@exercise.wrong(
    "With groups the number of filters has been divided, too, so that only those of one group are counted, perhaps "
    "with all biases. There are g groups, each with its filters."
)
def filters_of_one_group(channels, size, layers, classes):
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o // g * (c // g) * k * k + o)


@exercise.wrong("With groups everything has been divided by g, the biases as well. Only the depth of a filter is.")
def biases_divided(channels, size, layers, classes):
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o * (c * k * k + 1) // g)


@exercise.wrong(
    "All convolutions have been given the depth of the image. From the second one on, a layer has as many input "
    "channels as the layer before has filters."
)
def depth_of_the_image(channels, size, layers, classes):
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o * (channels // g * k * k + 1))


@exercise.wrong("The convolutions are right. The dense layer reads maps of the size of the image; they have shrunk.")
def size_of_the_image(channels, size, layers, classes):
    maps = last(channels, size, layers)[0]
    return counted(
        channels, size, layers, classes, lambda c, o, k, s, g: o * (c // g * k * k + 1), dense=maps * size**2
    )


@exercise.wrong(
    "The convolutions are right. The dense layer has one input for each map. Flattened, a map is as many numbers as it "
    "has pixels."
)
def one_input_for_a_map(channels, size, layers, classes):
    maps = last(channels, size, layers)[0]
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o * (c // g * k * k + 1), dense=maps)


@exercise.wrong(
    "The convolutions are right. The dense layer has one input for each position, as for a single map. Every channel "
    "has all the positions."
)
def one_map(channels, size, layers, classes):
    side = last(channels, size, layers)[1]
    return counted(channels, size, layers, classes, lambda c, o, k, s, g: o * (c // g * k * k + 1), dense=side**2)


@exercise.wrong(
    "The strides change nothing here: the maps before the dense layer are too large. With stride s only every s-th "
    "position remains, (n - k) // s + 1 of them."
)
def strides_ignored(channels, size, layers, classes):
    return network_parameters(channels, size, [(o, k, 1, g) for o, k, _, g in layers], classes)


@exercise.wrong(
    "The maps are smaller by one row and column for each layer: on n positions a window of k has n - k + 1."
)
def one_position_less(channels, size, layers, classes):
    maps, side = channels, size
    for filters, kernel, stride, _ in layers:
        maps, side = filters, (side - kernel) // stride
    return counted(
        channels, size, layers, classes, lambda c, o, k, s, g: o * (c // g * k * k + 1), dense=maps * side**2
    )


@exercise.wrong(
    "The dense layer is missing, or all numbers have been added up. Asked for is one number for each convolution, and "
    "a last one for the dense layer."
)
def dense_layer_missing(channels, size, layers, classes):
    return network_parameters(channels, size, layers, classes)[:-1]

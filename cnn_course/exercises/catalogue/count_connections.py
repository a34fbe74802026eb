"""Units, parameters and connections of the layers of a network like LeNet-5."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="units, parameters and connections",
    chapter="5-1",
    stars=2,
    minutes=25,
    goals=(1, 2),
    statement=r"""
    A network like the LeNet-5 of 1998 reads one grey image with `height` rows and `width` columns. Its layers are the
    tuple `layers`. Each of them is a pair `(size, fed)`:

    - if `fed` is a tuple of numbers, the layer is a convolution with windows of `size` $\times$ `size`, stride 1, no
      padding and biases. It has one map for each entry of `fed`, which says how many maps of the layer before feed it.
    - if `fed` is the empty tuple, the layer is a sub-sampling of 1998: each map is cut into blocks of `size` $\times$
      `size`, the four or more numbers of a block are added, and a coefficient and a bias for each map are learned. Rows
      and columns that do not fill a block are left out.

    Write `count_connections(height, width, layers)`. It returns a list with a tuple
    `(units, parameters, connections)` for each layer, whole numbers. A unit is one number that the layer gives out. A
    connection is one use of a weight or of a bias by a unit, also if units share the weight. Every window fits.
    """,
    hints=(
        "Carry three numbers from layer to layer: how many maps there are, and their height and width.",
        "First bring the sizes up to date, then count: the positions are those of the output.",
        "How many connections has one unit? In a convolution this depends on its map, in a sub-sampling on the block.",
    ),
    remark=r"""
    A convolution has as many connections as parameters times positions. In a sub-sampling the one coefficient is used
    for each number of the block, so that the two counts are not even proportional to each other: $r^2 + 1$ uses of 2
    parameters. Try the layers of LeNet-5, with `fed` for C3 from its table.
    """,
)


@exercise.solution
def count_connections(height, width, layers):
    """Units, parameters and connections of each layer.

    >>> count_connections(8, 10, ((3, (1, 1)), (2, ()), (2, (2, 1, 2))))
    [(96, 20, 960), (24, 4, 120), (18, 23, 138)]
    """
    maps, counts = 1, []
    for size, fed in layers:
        if fed:
            maps, height, width = len(fed), height - size + 1, width - size + 1
            parameters = sum(fed) * size**2 + maps
            connections = parameters * height * width
        else:
            height, width = height // size, width // size
            parameters = 2 * maps
            connections = maps * height * width * (size**2 + 1)
        counts.append((maps * height * width, parameters, connections))
    return counts


@exercise.check("the example", points=0)
def example(rng):
    yield 8, 10, ((3, (1, 1)), (2, ()), (2, (2, 1, 2)))


@exercise.check("one convolution", points=1)
def one_convolution(rng):
    yield 6, 6, ((3, (1, 1)),)
    yield int(rng.integers(7, 12)), 13, ((4, (1, 1, 1)),)


@exercise.check("one sub-sampling", points=1)
def one_subsampling(rng):
    yield 6, 6, ((2, ()),)
    yield 9, int(rng.integers(4, 7)) * 3, ((3, ()),)


@exercise.check("a convolution and a sub-sampling", points=1)
def two_layers(rng):
    yield 9, 11, ((2, (1, 1, 1)), (2, ()))
    yield 12, int(rng.integers(5, 8)) * 2, ((3, (1, 1, 1, 1)), (2, ()))


@exercise.check("all maps feed all", points=1)
def full(rng):
    yield 10, 12, ((3, (1, 1)), (3, (2, 2, 2)))
    yield 14, 14, ((5, (1, 1, 1)), (2, ()), (int(rng.integers(2, 5)), (3, 3, 3, 3, 3)))


@exercise.check("a table", points=1)
def table(rng):
    yield 10, 12, ((3, (1, 1, 1)), (3, (2, 3, 1, 1)))
    yield int(rng.integers(16, 20)), 16, ((5, (1, 1, 1, 1)), (2, ()), (3, (4, 2, 3, 3, 2)), (2, ()))


@exercise.check("blocks that are not filled", points=1)
def not_filled(rng):
    yield 7, 9, ((2, ()),)
    yield 11, 3 * int(rng.integers(3, 6)) + 2, ((2, (1, 1)), (3, ()))


@exercise.alternative
def unit_by_unit(height, width, layers):
    maps, counts = 1, []
    for size, fed in layers:
        if len(fed) > 0:
            height, width, maps = height + 1 - size, width + 1 - size, len(fed)
            one_of_each = [many * size * size + 1 for many in fed]
            parameters = sum(one_of_each)
        else:
            height, width = int(np.floor(height / size)), int(np.floor(width / size))
            one_of_each = [size * size + 1] * maps
            parameters = maps + maps
        connections = sum(one for one in one_of_each for _ in range(height * width))
        counts.append((maps * height * width, parameters, connections))
    return counts


def counted(height, width, layers, convolution, subsampling):
    """The counts, with other rules for (fed, size, positions) and (maps, size, positions)."""
    maps, counts = 1, []
    for size, fed in layers:
        if fed:
            maps, height, width = len(fed), height - size + 1, width - size + 1
            pair = convolution(fed, size, height * width)
        else:
            height, width = height // size, width // size
            pair = subsampling(maps, size, height * width)
        counts.append((maps * height * width, *pair))
    return counts


def right_convolution(fed, size, positions):
    parameters = sum(fed) * size**2 + len(fed)
    return parameters, parameters * positions


def right_subsampling(maps, size, positions):
    return 2 * maps, maps * positions * (size**2 + 1)


@exercise.wrong("In the sub-sampling the two parameters have been multiplied by the positions. A unit uses its "
                "coefficient once for each number of its block, and its bias once.")  # fmt: skip
def two_connections_for_a_block(height, width, layers):
    return counted(height, width, layers, right_convolution, lambda o, r, p: (2 * o, 2 * o * p))


@exercise.wrong("The sub-sampling has been counted as a convolution of one map with itself, with a weight for each "
                "number of a block. All numbers of a block share one coefficient.")  # fmt: skip
def a_weight_for_each_number(height, width, layers):
    def subsampling(maps, size, positions):
        return maps * (size**2 + 1), maps * positions * (size**2 + 1)

    return counted(height, width, layers, right_convolution, subsampling)


@exercise.wrong("The sub-sampling learns nothing here, as max-pooling does. That of 1998 has a coefficient and a bias "
                "for each map.")  # fmt: skip
def nothing_is_learned(height, width, layers):
    def subsampling(maps, size, positions):
        return 0, maps * positions * size**2

    return counted(height, width, layers, right_convolution, subsampling)


@exercise.wrong("In the sub-sampling the biases are missing from the connections: a unit uses its bias once.")
def no_bias_in_the_blocks(height, width, layers):
    return counted(height, width, layers, right_convolution, lambda o, r, p: (2 * o, o * p * r**2))


@exercise.wrong("In the convolutions the biases are missing from the connections: these are the products only.")
def products_only(height, width, layers):
    def convolution(fed, size, positions):
        return sum(fed) * size**2 + len(fed), sum(fed) * size**2 * positions

    return counted(height, width, layers, convolution, right_subsampling)


@exercise.wrong("The biases of the convolutions are missing, both from parameters and from connections.")
def no_biases(height, width, layers):
    def convolution(fed, size, positions):
        return sum(fed) * size**2, sum(fed) * size**2 * positions

    return counted(height, width, layers, convolution, right_subsampling)


@exercise.wrong("A bias has been added for each kernel. It comes once to the sum over all maps that feed a map.")
def a_bias_for_each_kernel(height, width, layers):
    def convolution(fed, size, positions):
        parameters = sum(fed) * (size**2 + 1)
        return parameters, parameters * positions

    return counted(height, width, layers, convolution, right_subsampling)


@exercise.wrong("Every map reads all maps of the layer before here. How many feed it is said by its entry of `fed`.")
def all_maps(height, width, layers):
    before = 1

    def convolution(fed, size, positions):
        nonlocal before
        parameters = len(fed) * (before * size**2 + 1)
        before = len(fed)
        return parameters, parameters * positions

    return counted(height, width, layers, convolution, right_subsampling)


@exercise.wrong("A whole convolution has one bias here. Each of its maps has its own.")
def one_bias_for_a_convolution(height, width, layers):
    def convolution(fed, size, positions):
        parameters = sum(fed) * size**2 + 1
        return parameters, parameters * positions

    return counted(height, width, layers, convolution, right_subsampling)


@exercise.wrong("In the convolutions the length of `fed` has been taken for its entries. The "
                "length is the number of maps, an entry says how many feed one.")  # fmt: skip
def length_for_entries(height, width, layers):
    def convolution(fed, size, positions):
        parameters = len(fed) * (len(fed) * size**2 + 1)
        return parameters, parameters * positions

    return counted(height, width, layers, convolution, right_subsampling)


@exercise.wrong("The sub-sampling has nothing, because `fed` is empty there. It has as many maps as the layer before: "
                "carry their number along.")  # fmt: skip
def maps_from_the_empty_tuple(height, width, layers):
    counts = count_connections(height, width, layers)
    return [count if fed else (0, 0, 0) for count, (_, fed) in zip(counts, layers, strict=True)]


@exercise.wrong("Connections and parameters are the same number here. A shared parameter counts once for each unit "
                "that uses it.")  # fmt: skip
def sharing_forgotten(height, width, layers):
    return [(units, parameters, parameters) for units, parameters, _ in count_connections(height, width, layers)]


@exercise.wrong("The layers have been counted with the sizes that they read. Units and positions are those of the "
                "output.")  # fmt: skip
def sizes_of_the_input(height, width, layers):
    maps, counts = 1, []
    for size, fed in layers:
        maps = len(fed) or maps
        pair = right_convolution(fed, size, height * width) if fed else right_subsampling(maps, size, height * width)
        counts.append((maps * height * width, *pair))
        height, width = (height - size + 1, width - size + 1) if fed else (height // size, width // size)
    return counts


@exercise.wrong("The sub-samplings are too large by a row or column where the block is not filled: what is left over "
                "is left out.")  # fmt: skip
def rounded_up(height, width, layers):
    maps, counts = 1, []
    for size, fed in layers:
        if fed:
            maps, height, width = len(fed), height - size + 1, width - size + 1
        else:
            height, width = -(-height // size), -(-width // size)
        positions = height * width
        pair = right_convolution(fed, size, positions) if fed else right_subsampling(maps, size, positions)
        counts.append((maps * positions, *pair))
    return counts

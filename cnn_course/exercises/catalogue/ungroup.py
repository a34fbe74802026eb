"""The weight of an ordinary convolution that does what a grouped one does."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="a grouped layer without groups",
    chapter="5-2",
    stars=2,
    minutes=20,
    goals=(4,),
    statement=r"""
    A program for a small device knows no groups. To run AlexNet on it, each grouped convolution must become an ordinary
    one that gives the same outputs.

    Write `ungroup(weight, groups)`. The array `weight` has the shape $(O, C / G, k_H, k_W)$, with $G$ = `groups`, a
    whole number that divides $O$; the layer has $C$ input channels. The first $O / G$ filters read the first $C / G$
    input channels, the next ones the next channels, and so on. The result is the weight of an ordinary layer with the
    same outputs for every input, an array of floats of the shape $(O, C, k_H, k_W)$. The numbers of `weight` may be
    integers, and the array must not be changed.
    """,
    hints=(
        "How many input channels are there? The second axis of `weight` shows those of one group.",
        "Begin with zeros, and copy each block of filters to the channels that it reads.",
        "Filter o belongs to the group q = o // (O / G), and reads the channels q C / G to (q + 1) C / G - 1.",
    ),
    remark=r"""
    The result is block diagonal in its first two axes, and the share $1 - \frac1G$ of its numbers is 0. The work grows
    by the factor $G$, which is what groups save. Trained further, the ordinary layer would in general not keep its
    zeros: its gradient need not be 0 there.
    """,
)


@exercise.solution
def ungroup(weight, groups):
    """Weight (O, C, kH, kW) of the ordinary layer that does the same as a layer with groups.

    >>> ungroup(np.array([[1.0], [2.0], [3.0], [4.0]]).reshape(4, 1, 1, 1), 2)[:, :, 0, 0]
    array([[1., 0.],
           [2., 0.],
           [0., 3.],
           [0., 4.]])
    """
    filters, share, *kernel = weight.shape
    full = np.zeros((filters, share * groups, *kernel))
    rows = filters // groups
    for q in range(groups):
        block = weight[q * rows : (q + 1) * rows]
        full[q * rows : (q + 1) * rows, q * share : (q + 1) * share] = block
    return full


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[1.0], [2.0], [3.0], [4.0]]).reshape(4, 1, 1, 1), 2


@exercise.check("two groups", points=2)
def two_groups(rng):
    yield whole(rng, 4, 3, 2, 3), 2
    yield whole(rng, 6, 2, 1, 1), 2


@exercise.check("three groups, four and one", points=2)
def more_groups(rng):
    yield whole(rng, 6, 2, 2, 1), 3
    yield whole(rng, 3, 1, 2, 2), 3
    yield whole(rng, 8, 1, 1, 3), 4
    yield whole(rng, 2, 3, 1, 2), 1


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (1.0, 2.0**20, 2.0**-20):
        yield fractions(rng, 4, 3, 2, 2, size=size), 2


@exercise.check("integers, and an array that stays as it is", points=1)
def integers(rng):
    yield rng.permutation(np.arange(1, 25)).reshape(4, 3, 1, 2), 2


@exercise.alternative
def by_the_filter(weight, groups):
    filters, share = weight.shape[:2]
    full = np.zeros((filters, share * groups, *weight.shape[2:]), np.float32)
    for o in range(filters):
        q = o * groups // filters
        full[o, q * share : (q + 1) * share] = weight[o]
    return full


@exercise.alternative
def by_a_mask(weight, groups):
    filters, share = weight.shape[:2]
    same = np.arange(filters)[:, None] // (filters // groups) == np.arange(share * groups) // share
    return np.tile(weight, (1, groups, 1, 1)) * same[:, :, None, None].astype(float)


def placed(weight, groups, group_of, columns_of):
    """The kernels of filter o in the columns that a rule gives, from the number of its group."""
    filters, share, *kernel = weight.shape
    full = np.zeros((filters, share * groups, *kernel))
    for o in range(filters):
        q = group_of(o, filters // groups, groups)
        full[o, columns_of(q, share, groups)] = weight[o]
    return full


def in_blocks(o, rows, groups):
    return o // rows


def adjacent(q, share, groups):
    return slice(q * share, (q + 1) * share)


@exercise.wrong(
    "Every filter reads all channels, with its weights repeated for each group. The filters of a group read their own "
    "channels only; the weights for the others are 0."
)
def repeated(weight, groups):
    return np.tile(weight, (1, groups, 1, 1)).astype(float)


@exercise.wrong(
    "The weights are repeated for all channels and divided by the number of groups. That is a mean over the groups. "
    "A filter reads its own group with its full weights, and nothing of the others."
)
def mean_of_groups(weight, groups):
    return np.tile(weight, (1, groups, 1, 1)) / groups


@exercise.wrong(
    "All filters read the channels of the first group. The blocks stand on the diagonal: each group of filters is "
    "moved on by C / G channels."
)
def all_in_the_first_group(weight, groups):
    return placed(weight, groups, lambda o, rows, groups: 0, adjacent)


@exercise.wrong(
    "The filters are dealt to the groups in turn, by o modulo G. The first O / G filters make the first group: divide, "
    "do not take the remainder."
)
def filters_in_turn(weight, groups):
    return placed(weight, groups, lambda o, rows, groups: o % groups, adjacent)


@exercise.wrong(
    "The filters are right, but their channels are not adjacent: every G-th one is read. A group reads C / G channels "
    "that lie side by side."
)
def channels_in_turn(weight, groups):
    return placed(weight, groups, in_blocks, lambda q, share, groups: slice(q, None, groups))


@exercise.wrong(
    "The blocks move down by C / G rows. The rows are the filters: they move by O / G, and only the columns, the input "
    "channels, by C / G."
)
def rows_by_channels(weight, groups):
    filters, share, *kernel = weight.shape
    full = np.zeros((filters, share * groups, *kernel))
    for q in range(groups):
        block = weight[q * share : (q + 1) * share]
        full[q * share : (q + 1) * share, q * share : (q + 1) * share] = block
    return full


@exercise.wrong(
    "The blocks move to the right by O / G columns. The columns are the input channels: they move by C / G, and only "
    "the rows, the filters, by O / G."
)
def columns_by_filters(weight, groups):
    filters, share, *kernel = weight.shape
    full = np.zeros((filters, share * groups, *kernel))
    for o in range(filters):
        begin = o // (filters // groups) * (filters // groups)
        full[o, begin : begin + share] = weight[o][: max(share * groups - begin, 0)]
    return full


@exercise.wrong("The blocks stand on the other diagonal: the first filters read the last channels.")
def other_diagonal(weight, groups):
    return placed(weight, groups, lambda o, rows, groups: groups - 1 - o // rows, adjacent)


@exercise.wrong(
    "The first group is right, and the filters of all the others are missing: their blocks have not been copied."
)
def first_block_only(weight, groups):
    full = ungroup(weight, groups)
    full[len(weight) // groups :] = 0
    return full


@exercise.wrong(
    "The result has C / G channels, as the grouped weight has. The ordinary layer reads all C channels of the input, G "
    "times as many."
)
def not_widened(weight, groups):
    return weight.astype(float)


@exercise.wrong(
    "The numbers are right, in the wrong shape: filters and input channels have changed places. The filters come first."
)
def axes_exchanged(weight, groups):
    return ungroup(weight, groups).swapaxes(0, 1)

"""The formulas for sizes count windows, as walking does, and transposed sizes are the inverse images of the count."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_course import conv_output_size, conv_transpose_output_size, full_padding, same_padding

axes = st.fixed_dictionaries(
    {
        "kernel_size": st.integers(1, 5),
        "stride": st.integers(1, 5),
        "padding": st.tuples(st.integers(0, 4), st.integers(0, 4)),
        "dilation": st.integers(1, 4),
    }
)


def walk(size, axis):
    """Count the windows whose every tap lies on the padded input."""
    positions = set(range(size + sum(axis["padding"])))
    taps = [v * axis["dilation"] for v in range(axis["kernel_size"])]
    return sum(all(u + v in positions for v in taps) for u in range(0, len(positions), axis["stride"]))


def in_one_dimension(axis):
    return axis | {"padding": (axis["padding"],)}


@given(st.lists(st.tuples(st.integers(1, 30), axes), min_size=1, max_size=3))
def test_output_size_is_the_number_of_windows(sizes_and_axes):
    counts = tuple(walk(size, axis) for size, axis in sizes_and_axes)
    sizes = tuple(size for size, _ in sizes_and_axes)
    numbers = {name: tuple(axis[name] for _, axis in sizes_and_axes) for name in sizes_and_axes[0][1]}
    if 0 in counts:
        with pytest.raises(ValueError, match="the kernel is larger than the padded input"):
            conv_output_size(sizes, **numbers)
    else:
        assert conv_output_size(sizes, **numbers) == counts


@given(axis=axes, count=st.integers(1, 6))
def test_output_paddings_reach_exactly_the_sizes_with_that_many_windows(axis, count):
    sizes = {size for size in range(1, 60) if walk(size, axis) == count}  # 5 * 5 + 4 * 4 + 1 + 4 at the most
    reached = set()
    for output_padding in range(axis["stride"]):
        with suppress(ValueError):  # an output that would be empty
            reached.add(conv_transpose_output_size(count, **in_one_dimension(axis), output_padding=output_padding))
    assert reached == sizes


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_same_keeps_the_size_and_full_adds_the_extent_less_one(size, kernel_size, dilation):
    numbers = {"kernel_size": kernel_size, "dilation": dilation}
    extent = dilation * (kernel_size - 1) + 1

    ((before, after),) = same_padding(**numbers)
    assert 0 <= after - before <= 1
    assert conv_output_size(size, padding="same", **numbers) == size
    assert conv_output_size(size, padding=((before, after),), **numbers) == size

    assert conv_output_size(size, padding="full", **numbers) == size + extent - 1
    assert conv_output_size(size, padding=full_padding(**numbers), **numbers) == size + extent - 1


def test_same_and_full_padding_axis_by_axis():
    assert same_padding((3, 4, 2), dilation=(1, 1, 5)) == ((1, 1), (1, 2), (2, 3))
    assert full_padding((3, 4, 2), dilation=(1, 1, 5)) == ((2, 2), (3, 3), (5, 5))


@pytest.mark.parametrize(
    ("size", "numbers", "expected"),
    [
        (224, {"kernel_size": 7, "stride": 2, "padding": 3}, 112),  # the first layers of ResNet ...
        (112, {"kernel_size": 3, "stride": 2, "padding": 1}, 56),
        (227, {"kernel_size": 11, "stride": 4}, 55),  # ... and of AlexNet
        (55, {"kernel_size": 3, "stride": 2}, 27),
        (32, {"kernel_size": 5}, 28),  # LeNet
        (7, {"kernel_size": 3, "dilation": 3}, 1),
        ((5, 6), {"kernel_size": (3, 2), "stride": (1, 2), "padding": ((1, 0), 2)}, (4, 5)),
        (5, {"kernel_size": (3, 2)}, (3, 4)),
        ((8,), {"kernel_size": 3}, (6,)),
    ],
)
def test_sizes_by_hand(size, numbers, expected):
    assert conv_output_size(size, **numbers) == expected


@pytest.mark.parametrize(
    ("size", "numbers", "expected"),
    [
        (112, {"kernel_size": 7, "stride": 2, "padding": 3, "output_padding": 1}, 224),
        (4, {"kernel_size": 4, "stride": 2, "padding": 1}, 8),  # the generator of DCGAN
        (1, {"kernel_size": 4}, 4),
        ((2, 3), {"kernel_size": (3, 2), "stride": (3, 1), "output_padding": (2, 0), "dilation": (2, 1)}, (10, 4)),
        ((4,), {"kernel_size": 2, "padding": "full"}, (3,)),
    ],
)
def test_transposed_sizes_by_hand(size, numbers, expected):
    assert conv_transpose_output_size(size, **numbers) == expected

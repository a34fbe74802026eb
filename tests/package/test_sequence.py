"""A `Sequence` knows where it lies on the lattice, and reads as zero everywhere else."""

import numpy as np
import pytest

from cnn_course import Sequence


def on(sequence, points):
    return [sequence[u] for u in points]


def test_values_stand_from_start_to_stop():
    f = Sequence([5, 6, 7], start=-1)
    assert (f.start, f.stop) == ((-1,), (2,))
    assert on(f, range(-3, 4)) == [0, 0, 5, 6, 7, 0, 0]


def test_two_dimensions():
    f = Sequence([[1, 2, 3], [4, 5, 6]], start=(-1, 4))
    assert (f.start, f.stop) == ((-1, 4), (1, 7))
    assert (f[-1, 4], f[-1, 6], f[0, 5]) == (1, 3, 5)
    assert (f[1, 5], f[0, 3], f[0, 7], f[-2, 4]) == (0, 0, 0, 0)


def test_one_start_stands_for_every_axis():
    assert Sequence([[1, 2]], start=3).start == (3, 3)
    assert Sequence([[1, 2]]).start == (0, 0)


def test_entries_are_python_numbers():
    assert type(Sequence(np.array([1.5]))[0]) is float


def test_shift_moves_the_box():
    f = Sequence([1, 2], start=3)
    moved = f.shift(-5)
    assert moved.start == (-2,)
    assert on(moved, range(-9, 9)) == on(f, range(-4, 14))
    assert Sequence([[1]], start=(1, 2)).shift((10, -10)).start == (11, -8)


@pytest.mark.parametrize("start", [-4, 0, 3])
def test_flip_reflects_at_the_origin(start):
    f = Sequence([1, 2, 3], start)
    points = range(-9, 10)
    assert on(f.flip(), points) == on(f, [-u for u in points])
    assert f.flip().flip() == f


def test_convolve_by_its_definition():
    f, h = Sequence([1, 2], start=-3), Sequence([1, 10, 100], start=5)
    y, points = f.convolve(h), range(-10, 11)
    assert on(y, range(1, 7)) == [0, 1, 12, 120, 200, 0]
    assert on(y, points) == [sum(f[t] * h[u - t] for t in points) for u in points]


def test_correlate_by_its_definition():
    f, h = Sequence([3, 0, 5], start=2), Sequence([1, 2], start=-4)
    y, points = f.correlate(h), range(-12, 13)
    assert on(y, range(4, 10)) == [0, 6, 3, 10, 5, 0]
    assert on(y, points) == [sum(h[t] * f[u + t] for t in points) for u in points]


def test_correlate_with_an_impulse_at_the_origin_changes_nothing():
    f = Sequence([[1, 2], [3, 4]], start=(-7, 2))
    assert f.correlate(Sequence([[1]])) == f == f.convolve(Sequence([[1]]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Sequence([1, 2]), Sequence([0, 1, 2, 0, 0], start=-1)),
        (Sequence([0, 0]), Sequence([0], start=7)),
        (Sequence([[0, 0], [0, 5]]), Sequence([[5]], start=1)),
        (Sequence([1, 0, 2]), Sequence([1.0, 0.0, 2.0])),
    ],
)
def test_equal_as_functions(one, other):
    assert one == other
    assert (one != other) is False


@pytest.mark.parametrize(
    "other", [Sequence([1, 2], start=1), Sequence([1, 3]), Sequence([1, 2, 3]), Sequence([[1, 2]]), [1, 2], None]
)
def test_not_equal(other):
    assert Sequence([1, 2]) != other


def test_trim_keeps_zeros_inside_the_support():
    f = Sequence([0, 1, 0, 2, 0, 0], start=-2).trim()
    assert (f.values.tolist(), f.start) == ([1, 0, 2], (-1,))
    g = Sequence([[0, 0, 0], [0, 3, 0], [0, 0, 0]], start=(5, -5)).trim()
    assert (g.values.tolist(), g.start) == ([[3]], (6, -4))


def test_a_sequence_is_no_key_of_a_dictionary():
    with pytest.raises(TypeError, match="unhashable"):
        hash(Sequence([1]))


@pytest.mark.parametrize(
    "sequence", [Sequence([1, 2], start=-3), Sequence([[1.5], [2.5]], start=(0, 4)), Sequence([1j])]
)
def test_repr_can_be_evaluated(sequence):
    assert eval(repr(sequence)) == sequence

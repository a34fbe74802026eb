"""The position that a mirror at both ends leads to."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="between two mirrors",
    chapter="3-2",
    stars=2,
    minutes=20,
    goals=(2,),
    statement=r"""
    With the padding mode *reflect* a row of $n$ values is mirrored at its last value, which is not repeated: behind
    $a, b, c$ follow $b$ and $a$. The package allows fewer than $n$ such values on a side. But a mirror at *both* ends
    has no end. Behind $a$ the row goes on with $b, c, b, a$, and so on for ever, and before the row it is the same:

    $$ \dots, a, b, c, b, a, b, c, b, a, b, c, \dots $$

    Write `mirror_index(i, n)`. For any integer `i`, also below 0 and far away, it returns the index from 0 to $n - 1$
    of the value that stands at position `i`. Inside, for $0 \le i < n$, this is `i` itself. A row of one value goes on
    with this value.
    """,
    hints=(
        "Write the indices for n = 3 from position -4 to position 8 in a row. After how many positions do they repeat?",
        "The remainder `%` leads every position into the first period, also positions below 0. What does it do for n = "
        "1?",
        "The first n positions of a period run upwards. Along the others, each step up is a step down in the row.",
    ),
    remark=r"""
    The indices repeat after $2(n - 1)$ positions: up and down again, with both ends once. With $n = 1$ the period would
    be 0, and needs a line of its own. The sequence is the same to the left as to the right, so that $\lvert i \rvert$
    can take the place of $i$ from the start. An image that is continued in this way has no jump at its border, and
    is periodic with the period $2(n - 1)$: this is how a fast Fourier transform can be used without wrapping one side
    onto the other.
    """,
)


@exercise.solution
def mirror_index(i, n):
    """Index, from 0 to n - 1, of the value at position i of a row between two mirrors; an int.

    >>> [mirror_index(i, 3) for i in (-2, -1, 0, 1, 2, 3, 4, 5)]
    [2, 1, 0, 1, 2, 1, 0, 1]
    """
    if n == 1:
        return 0
    i = i % (2 * (n - 1))
    return i if i < n else 2 * (n - 1) - i


@exercise.check("the example", points=0)
def example(rng):
    yield from ((i, 3) for i in (-2, -1, 0, 1, 2, 3, 4, 5))


@exercise.check("the row and behind it", points=1)
def behind(rng):
    n = int(rng.integers(4, 9))
    yield from ((i, n) for i in range(2 * n - 1))


@exercise.check("before the row", points=1)
def before(rng):
    n = int(rng.integers(4, 9))
    yield from ((-i, n) for i in range(1, n))


@exercise.check("far away", points=1)
def far_away(rng):
    n = int(rng.integers(4, 9))
    for turns in (1, 2, 7):
        yield from ((sign * (2 * (n - 1) * turns + i), n) for i in (0, 1, n - 1, n) for sign in (1, -1))


@exercise.check("short rows", points=1)
def short(rng):
    yield from ((i, 2) for i in range(-3, 6))
    yield from ((i, 1) for i in (0, 1, -1, 8, -5))


@exercise.alternative
def by_walking(i, n):
    index, step = 0, 1
    for _ in range(abs(i)):
        if n == 1:
            return 0
        if not 0 <= index + step < n:
            step = -step
        index += step
    return index


@exercise.alternative
def by_reflecting_again_and_again(i, n):
    while n > 1 and not 0 <= i < n:
        i = -i if i < 0 else 2 * (n - 1) - i
    return i if n > 1 else 0


@exercise.alternative
def from_a_table(i, n):
    period = list(range(n)) + list(range(n - 2, 0, -1))
    return period[i % len(period)]


@exercise.alternative
def with_an_absolute_value(i, n):
    return (n - 1) - abs((n - 1) - abs(i) % max(2 * (n - 1), 1))


@exercise.alternative
def with_numbers_of_numpy(i, n):
    padded = np.pad(np.arange(n), abs(i), mode="reflect") if n > 1 else np.zeros(2 * abs(i) + 1, int)
    return padded[i + abs(i)]


@exercise.wrong(
    "The values at the ends are repeated: behind a, b, c follows c. That is another mode, symmetric, whose mirror "
    "stands between two positions. Here it stands on the last one."
)
def ends_repeated(i, n):
    i = i % (2 * n)
    return i if i < n else 2 * n - 1 - i


@exercise.wrong(
    "The row is reflected once, and no more. Further away the result lies outside of 0 to n - 1: there is a mirror at "
    "the other end, too, and the pattern repeats."
)
def one_reflection(i, n):
    if n == 1:
        return 0
    return -i if i < 0 else i if i < n else 2 * (n - 1) - i


@exercise.wrong(
    "Behind its end the row begins again from the front: this is the mode circular. A mirror turns the order round: "
    "behind c follows b."
)
def circular(i, n):
    return i % n


@exercise.wrong(
    "Beyond the border the last value is repeated for ever: this is the mode replicate. In a mirror one sees the "
    "values before it, in the opposite order."
)
def replicated(i, n):
    return min(max(i, 0), n - 1)


@exercise.wrong(
    "Right but for a row of one value, where the period 2 (n - 1) is 0 and the remainder an error. This value "
    "continues itself: treat n = 1 by itself."
)
def one_value_is_an_error(i, n):
    i = i % (2 * (n - 1))
    return i if i < n else 2 * (n - 1) - i


@exercise.wrong(
    "The period is taken as 2 n. Up and down again are 2 n steps only if both ends are visited twice; here the mirror "
    "stands on them, and each is visited once."
)
def period_too_long(i, n):
    i = i % (2 * n)
    return i if i < n else 2 * n - i - (i == n)


@exercise.wrong(
    "The period is taken as 2 n - 1: one of the two ends is visited once, and the other one twice. In the row a, b, c, "
    "b, a, b, c each of them stands once in a period."
)
def one_end_repeated(i, n):
    i = i % (2 * n - 1)
    return i if i < n else 2 * n - 2 - i + (i == 2 * n - 1)


@exercise.wrong(
    "The position in the period is returned as it is, and reaches up to 2 n - 3. In its second half one walks back "
    "through the row: the index falls there."
)
def second_half_forgotten(i, n):
    return i % max(2 * (n - 1), 1)


@exercise.wrong(
    "Within n positions of the first value all is right. Beyond, the index is too large, up to 2 n - 3: in the second "
    "half of a period one walks back through the row, and the index falls."
)
def second_half_forgotten_on_both_sides(i, n):
    return abs(i) % max(2 * (n - 1), 1)


@exercise.wrong(
    "Near the row all is right. Further away the result stays at the end that it has reached, but there is a second "
    "mirror, and the row turns round again."
)
def clipped_after_one_reflection(i, n):
    return max(n - 1 - abs(n - 1 - abs(i)), 0)


@exercise.wrong(
    "On the way back the index is one too large: it begins with n - 1 once more, but the mirror stands on n - 1, and "
    "the next value behind it is that of n - 2."
)
def one_too_large_on_the_way_back(i, n):
    if n == 1:
        return 0
    i = i % (2 * (n - 1))
    return i if i < n else 2 * n - 1 - i


@exercise.wrong(
    "Positions before the row are led to the wrong side: one step to the left of the first value stands the second "
    "one, not the last but one. Only the absolute value of i matters."
)
def left_like_negative_indices(i, n):
    if n == 1:
        return 0
    if i < 0:
        i = n - 1 + abs(i)
    return mirror_index(i, n)


@exercise.wrong(
    "Positions behind the row are right, and those before it are continued by the first value again and again. There "
    "is a mirror at this end as well."
)
def no_mirror_in_front(i, n):
    return mirror_index(max(i, 0), n)


@exercise.wrong(
    "The indices are right, but they are floats, as `/`, `np.floor` and some functions of NumPy make them. An index is "
    "an integer: `//` and `%` keep it one."
)
def floats(i, n):
    return float(mirror_index(i, n))

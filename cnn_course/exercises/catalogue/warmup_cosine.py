"""A learning rate that warms up and comes down."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="a warm-up and a cosine",
    chapter="4-3",
    stars=1,
    minutes=20,
    goals=(3,),
    statement=r"""
    Write `warmup_cosine(step, total_steps, warmup, start, top, end)`: the learning rate for the step
    number $t$ = `step`, counted from 0. With $T$ = `total_steps` and $T_0$ = `warmup`, whole
    numbers with $0 \le T_0 < T$, it

    - grows along a straight line from `start` at $t = 0$ to `top` at $t = T_0$;
    - falls from there to `end` at $t = T$, along half a period of a cosine: with $\varphi = (t - T_0) / (T - T_0)$ it
      is

      $$ \text{end} + (\text{top} - \text{end})\, \frac{1 + \cos(\pi \varphi)}{2} ; $$

    - stays at `end` for all later steps.

    With `warmup` 0 it begins at the top. The three rates are numbers that may be in any order. Return a float.
    """,
    hints=(
        "Three cases, in this order: before T_0, up to T, and later.",
        "Where the cases meet, both formulas must give the same number. Try t = T_0 and t = T.",
        "With T_0 = 0 no step is in the first case: compare before you divide.",
    ),
    remark=r"""
    The cosine begins and ends flat, so that the rate leaves its maximum and reaches its end without a bend. Stop a run
    early and the low rates of the end never come: a schedule has to know the length of the run in advance.
    """,
)


@exercise.solution
def warmup_cosine(step, total_steps, warmup, start, top, end):
    """Learning rate of a step: a straight line up, half a cosine down, then constant.

    >>> [round(float(warmup_cosine(t, 6, 2, 0.1, 0.5, 0.0)), 3) for t in range(8)]
    [0.1, 0.3, 0.5, 0.427, 0.25, 0.073, 0.0, 0.0]
    """
    if step < warmup:
        return start + (top - start) * step / warmup
    phase = min(1, (step - warmup) / (total_steps - warmup))
    return end + (top - end) * (1 + np.cos(np.pi * phase)) / 2


def rates(rng):
    """Three different rates, start, top and end, in rising or any order, all multiples of 1/16."""
    start, end = rng.permutation([2, 5, 7])[:2] / 16
    return float(start), float(rng.integers(12, 16) / 16), float(end)


@exercise.check("the example", points=0)
def example(rng):
    yield from ((t, 6, 2, 0.1, 0.5, 0.0) for t in range(8))


@exercise.check("the way up", points=1)
def up(rng):
    start, top, end = rates(rng)
    yield from ((t, 12, 4, start, top, end) for t in range(4))


@exercise.check("the top", points=1)
def at_the_top(rng):
    yield 4, 12, 4, *rates(rng)
    yield 5, 16, 5, *rates(rng)


@exercise.check("the way down", points=2)
def down(rng):
    start, top, end = rates(rng)
    yield from ((t, 12, 4, start, top, end) for t in (6, 5, 8, 11))
    start, top, end = rates(rng)
    yield from ((t, 9, 2, start, top, end) for t in (3, 7))


@exercise.check("the last step, and those after it", points=1)
def at_the_end(rng):
    start, top, end = rates(rng)
    yield from ((t, 12, 4, start, top, end) for t in (12, 13, 20, 30))


@exercise.check("no warm-up", points=1)
def no_warmup(rng):
    start, top, end = rates(rng)
    yield from ((t, 8, 0, start, top, end) for t in (0, 3, 8, 9))


@exercise.check("a top below the start and the end", points=1)
def upside_down(rng):
    start, top, end = rates(rng)
    yield from ((t, 10, 5, top, start / 16, end) for t in (1, 5, 7, 11))


@exercise.alternative
def with_numpy(step, total_steps, warmup, start, top, end):
    if warmup and step <= warmup:
        return np.interp(step, [0, warmup], [start, top])
    phase = np.clip((step - warmup) / (total_steps - warmup), 0, 1)
    return (top + end) / 2 + (top - end) / 2 * np.cos(np.pi * phase)


@exercise.alternative
def from_a_table(step, total_steps, warmup, start, top, end):
    table = [start + (top - start) * t / warmup for t in range(warmup)]
    for t in range(total_steps - warmup + 1):
        table.append(end + (top - end) * np.cos(np.pi * t / (total_steps - warmup) / 2) ** 2)
    return table[min(step, total_steps)]


@exercise.alternative
def three_cases(step, total_steps, warmup, start, top, end):
    if step >= total_steps:
        return float(end)
    if step >= warmup:
        phi = (step - warmup) / (total_steps - warmup)
        return end + 0.5 * (top - end) * (1 + np.cos(np.pi * phi))
    return (1 - step / warmup) * start + step / warmup * top


def phase_of(step, total_steps, warmup):
    """How far a step is on the way down, from 0 to 1."""
    return min(1, (step - warmup) / (total_steps - warmup))


def along_a_cosine(phase, top, end):
    """The way down."""
    return end + (top - end) * (1 + np.cos(np.pi * phase)) / 2


@exercise.wrong(
    "After the last step the rate rises again, along the second half of the cosine's period. From t = T on it stays at "
    "`end`."
)
def rises_again(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return along_a_cosine((step - warmup) / (total_steps - warmup), top, end)


@exercise.wrong(
    "On the way down the phase is t / T, counted from the beginning of the run. The cosine begins at the end of the "
    "warm-up: at t = T_0 the phase is 0. As it is, the rate jumps there."
)
def phase_from_the_beginning(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return along_a_cosine(min(1, step / total_steps), top, end)


@exercise.wrong(
    "On the way down the phase is t / T, counted from the beginning of the run, and it grows beyond 1. The cosine "
    "begins at the end of the warm-up, with the phase 0, and ends with the run: from t = T on the rate stays at `end`."
)
def phase_from_the_beginning_and_on(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return along_a_cosine(step / total_steps, top, end)


@exercise.wrong(
    "The way down takes T steps, and so ends at T_0 + T. T counts all steps, those of the warm-up included: T - T_0 "
    "are left."
)
def warmup_not_counted(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return along_a_cosine(min(1, (step - warmup) / total_steps), top, end)


@exercise.wrong("The rate falls to 0 and not to `end`: stretch the cosine between `top` and `end`.")
def falls_to_zero(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return along_a_cosine(phase_of(step, total_steps, warmup), top, 0)


@exercise.wrong("The warm-up begins at 0 and not at `start`: at t = 0 the rate is `start`.")
def grows_from_zero(step, total_steps, warmup, start, top, end):
    return warmup_cosine(step, total_steps, warmup, 0.0, top, end)


@exercise.wrong(
    "The warm-up is one step ahead, with (t + 1) / T_0. Steps are counted from 0: at t = 0 the rate is still `start`."
)
def one_step_ahead(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return start + (top - start) * (step + 1) / warmup
    return warmup_cosine(step, total_steps, warmup, start, top, end)


@exercise.wrong("The way down is a straight line. It is half a period of a cosine, which begins and ends flat.")
def straight_down(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return top + (end - top) * phase_of(step, total_steps, warmup)


@exercise.wrong(
    "The way down is a quarter of a period, cos(pi phi / 2): it begins flat, but ends with its steepest slope. Half a "
    "period, (1 + cos(pi phi)) / 2, is flat at both ends."
)
def quarter_of_a_period(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return end + (top - end) * np.cos(np.pi * phase_of(step, total_steps, warmup) / 2)


@exercise.wrong(
    "A whole period of the cosine: the rate is at `end` in the middle of the way down and back at the top at its end. "
    "The phase is multiplied by pi, not by 2 pi."
)
def whole_period(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return along_a_cosine(2 * phase_of(step, total_steps, warmup), top, end)


@exercise.wrong("The angle is in degrees, or not multiplied by pi: `np.cos` takes radians, and half a period is pi.")
def without_pi(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return end + (top - end) * (1 + np.cos(phase_of(step, total_steps, warmup))) / 2


@exercise.wrong("The angle is 180 degrees, but `np.cos` takes radians: half a period is pi.")
def in_degrees(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return end + (top - end) * (1 + np.cos(180 * phase_of(step, total_steps, warmup))) / 2


@exercise.wrong(
    "The cosine is added to `end` without being halved: it goes from 2 to 0, so that the rate at the top is too large."
)
def not_halved(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return end + (top - end) * (1 + np.cos(np.pi * phase_of(step, total_steps, warmup)))


@exercise.wrong(
    "The cosine goes from `top` down by all of `top`, and `end` is only a lower bound: with `max` the rate has a bend. "
    "Stretch the cosine between `top` and `end`."
)
def end_as_a_bound(step, total_steps, warmup, start, top, end):
    if step < warmup:
        return warmup_cosine(step, total_steps, warmup, start, top, end)
    return max(end, along_a_cosine(phase_of(step, total_steps, warmup), top, 0))


@exercise.wrong(
    "After the last step the rate is 0. It stays at `end`, which need not be 0: a run may be longer than planned."
)
def zero_afterwards(step, total_steps, warmup, start, top, end):
    return warmup_cosine(step, total_steps, warmup, start, top, end) if step <= total_steps else 0.0


@exercise.wrong("The rate comes down to `start` and not to `end`, two numbers that may differ.")
def back_to_the_start(step, total_steps, warmup, start, top, end):
    return warmup_cosine(step, total_steps, warmup, start, top, start)


@exercise.wrong("There is no warm-up: before T_0 the rate is `top` already. It grows from `start` to `top` there.")
def no_way_up(step, total_steps, warmup, start, top, end):
    return top if step < warmup else warmup_cosine(step, total_steps, warmup, start, top, end)


@exercise.wrong(
    "The rate is cut off at `start` from below or at `top` from above, so that a top below the others does not come "
    "out. The three rates may be in any order.",
    fails=("a top below the start and the end",),
)
def cut_off_at_the_top(step, total_steps, warmup, start, top, end):
    if top < start:
        return top
    return warmup_cosine(step, total_steps, warmup, start, top, end)

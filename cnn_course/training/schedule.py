"""Schedules: the learning rate as a function of the number of steps made so far.

`fit` calls its `schedule` with one number, 0 before the first step; fix the others with `functools.partial`.
"""

import math

from cnn_course.validate import integer, number


def constant(step: int, *, base: float) -> float:
    """The same learning rate at every step.

    Parameters
    ----------
    step : int
        Number of steps made so far.
    base : float
        The learning rate.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `step` is no integer or is negative, or `base` is no finite number of at least 0.

    Examples
    --------
    >>> constant(100, base=0.1)
    0.1
    """
    integer("constant", "step", step, minimum=0)
    return number("constant", "base", base)


def step_decay(step: int, *, base: float, every: int, factor: float = 0.1) -> float:
    r"""A learning rate that falls by a factor at regular intervals.

    .. math:: \eta(t) = \eta_0\, \gamma^{\lfloor t / T \rfloor} .

    Parameters
    ----------
    step : int
        Number t of steps made so far.
    base : float
        The learning rate :math:`\eta_0` at the start.
    every : int
        Number T of steps between two falls.
    factor : float, default 0.1
        The factor :math:`\gamma`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `step` is negative, `every` is below 1, or `base` or `factor` is no finite number of at least 0, or together
        they exceed what a float can hold.

    Examples
    --------
    >>> [step_decay(t, base=0.8, every=2, factor=0.5) for t in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """
    step = integer("step_decay", "step", step, minimum=0)
    base, factor = number("step_decay", "base", base), number("step_decay", "factor", factor)
    try:
        return base * factor ** (step // integer("step_decay", "every", every, minimum=1))
    except OverflowError:
        raise ValueError(f"step_decay: factor={factor} makes the rate at step={step} more than a float holds") from None


def cosine_decay(step: int, *, base: float, total_steps: int) -> float:
    r"""A learning rate that falls to 0 along half a period of the cosine.

    .. math:: \eta(t) = \tfrac12\, \eta_0\, (1 + \cos(\pi\, t / T)) \quad\text{for } t \le T, \text{ and then } 0.

    Parameters
    ----------
    step : int
        Number t of steps made so far.
    base : float
        The learning rate :math:`\eta_0` at the start.
    total_steps : int
        Number T of steps in all.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `step` is negative, `total_steps` is below 1, or `base` is no finite number of at least 0.

    References
    ----------
    Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017, equation (5), without restarts.

    Examples
    --------
    >>> [round(cosine_decay(t, base=0.1, total_steps=4), 4) for t in range(5)]
    [0.1, 0.0854, 0.05, 0.0146, 0.0]
    """
    step = integer("cosine_decay", "step", step, minimum=0)
    total_steps = integer("cosine_decay", "total_steps", total_steps, minimum=1)
    base = number("cosine_decay", "base", base)
    return base * (1 + math.cos(math.pi * (min(step, total_steps) / total_steps))) / 2


def one_cycle(step: int, *, peak: float, rise: int, total_steps: int) -> float:
    r"""A learning rate that rises to its peak on a straight line, and falls to 0 on another.

    .. math:: \eta(t) = \eta_{\max} \min\Bigl( \frac{t + 1}{R}, \frac{T - t}{T - R + 1} \Bigr)
        \quad\text{for } t \le T, \text{ and then } 0.

    The step R - 1 has the peak, and no step before T the rate 0.

    Parameters
    ----------
    step : int
        Number t of steps made so far.
    peak : float
        The largest rate :math:`\eta_{\max}`.
    rise : int
        Number R of steps of the rise, the one at the peak included.
    total_steps : int
        Number T of steps in all.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `step` is negative, `rise` is below 1 or above `total_steps`, or `peak` is no finite number of at least 0.

    References
    ----------
    Smith, A disciplined approach to neural network hyper-parameters, 2018, section 4.1, where the fall ends in a
    steeper one. The momentum stays as it is here.

    Examples
    --------
    >>> [round(one_cycle(t, peak=0.6, rise=2, total_steps=4), 4) for t in range(5)]
    [0.3, 0.6, 0.4, 0.2, 0.0]
    """
    step = integer("one_cycle", "step", step, minimum=0)
    total_steps = integer("one_cycle", "total_steps", total_steps, minimum=1)
    rise = integer("one_cycle", "rise", rise, minimum=1)
    if rise > total_steps:
        raise ValueError(f"one_cycle: rise must be at most total_steps, got rise={rise} and total_steps={total_steps}")
    step = min(step, total_steps)
    return number("one_cycle", "peak", peak) * min((step + 1) / rise, (total_steps - step) / (total_steps - rise + 1))

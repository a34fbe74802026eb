"""Time several programs for the same result, in turns, in one process."""

import gc
import os
import time
from dataclasses import dataclass

import numpy as np

THREADS = int(os.environ.get("OMP_NUM_THREADS", "1"))


def clock():
    """Seconds: with one thread those of its own work, so that other programs do not count; with more, of the wall."""
    return time.thread_time() if THREADS == 1 else time.perf_counter()


@dataclass(frozen=True)
class Row:
    """One line of a table: the median time of each contender, in seconds, and its ratio to the first one's."""

    suite: str
    name: str
    seconds: dict
    ratios: dict  # medians of the ratios within a round


def side_by_side(suite, name, contenders, *, rounds=11, tolerance=None):
    """Run all contenders once a round, and return a `Row`; `ours` is compared with each of the others.

    With a tolerance, their results, an array or a tuple of arrays, are compared first, relative to the largest number.
    """
    results = {key: program() for key, program in contenders.items()}
    if tolerance is not None:
        for key, result in results.items():
            error = max(_relative_error(*pair) for pair in zip(_arrays(results["ours"]), _arrays(result), strict=True))
            if not error <= tolerance:
                raise ValueError(f"{suite}, {name}: ours and {key} differ by {error:.1e}, expected {tolerance:.0e}")
    del results
    times = {key: [] for key in contenders}
    gc.disable()
    for _ in range(rounds):
        for key, program in contenders.items():
            if THREADS > 1:
                time.sleep(0.15)  # NumPy's BLAS threads spin for up to 0.1 s more: they would slow down the next one
            start = clock()
            program()
            times[key].append(clock() - start)
    gc.enable()
    ours = np.array(times["ours"])
    return Row(
        suite,
        name,
        {key: float(np.median(value)) for key, value in times.items()},
        {key: float(np.median(ours / np.array(value))) for key, value in times.items() if key != "ours"},
    )


def _arrays(result):
    return [np.asarray(array) for array in (result if isinstance(result, tuple) else (result,))]


def _relative_error(ours, other):
    return np.max(np.abs(ours - other)) / np.max(np.abs(other))

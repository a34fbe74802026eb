"""How far a long run is, on standard error: a line that is written over, or off a terminal one now and then."""

import sys
import time

WIDTH = 30  # of the bar
PAUSES = {True: 0.2, False: 30.0}  # seconds between two lines on a terminal, and elsewhere


class Meter:
    """Counts what is done of a total, and how much of it went wrong."""

    def __init__(self, total):
        self.total, self.done, self.failures = total, 0, 0
        self.terminal = sys.stderr.isatty()
        self.started = self.shown = time.monotonic()

    def count(self, failed):
        """One more is done."""
        self.done += 1
        self.failures += bool(failed)
        last = self.done == self.total
        if last or time.monotonic() - self.shown >= PAUSES[self.terminal]:
            self.shown = time.monotonic()
            start, end = ("\r", "\n" if last else "") if self.terminal else ("", "\n")
            print(start + self.line(self.shown - self.started), end=end, file=sys.stderr, flush=True)

    def line(self, elapsed):
        """What is shown after a number of seconds.

        Examples
        --------
        >>> meter = Meter(300)
        >>> meter.done, meter.failures = 75, 2
        >>> meter.line(30.0)
        '[#######                       ]  75/300, 2 failures, 1:30 left '
        """
        bar = "#" * (WIDTH * self.done // self.total)
        left = elapsed / self.done * (self.total - self.done)
        time_left = f"{left // 60:.0f}:{left % 60:02.0f} left" if self.done < self.total else f"in {elapsed:.0f} s"
        failures = f"{self.failures} failure{'s' * (self.failures != 1)}"
        return f"[{bar:{WIDTH}}] {self.done:{len(str(self.total))}}/{self.total}, {failures}, {time_left} "

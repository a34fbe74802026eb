"""The learning rate of the recipes for plain and residual networks on the small digits.

    python tools/choose_rate.py 20 10
    python tools/choose_rate.py 56 0

trains both networks of that depth with that seed at each rate of a grid, and prints what they reach. No test image is
looked at. The first line is the choice: the rate with the smallest mean of the two validation losses. The second tells
whether another depth asks for another rate.
"""

import sys
from dataclasses import replace
from pathlib import Path

from cnn_course import load
from cnn_course.zoo import recipe, train
from cnn_course.zoo.sets import load_set

RATES = (0.03, 0.1, 0.3)


def main(depth, seed):
    """Print a line for each network and rate."""
    data = load_set("digits8")
    for rate in RATES:
        for kind in ("plain", "resnet"):
            chosen = replace(recipe(f"{kind}{depth}-digits8"), peak=rate)
            path = train(chosen, data, seed=int(seed), folder=Path("runs", f"{chosen.name}-{seed}-{rate}"))
            last = load(path)[1]["history"][-1]
            print(
                f"{kind:>6}{depth}  rate {rate:<4}  training loss {last['training_loss']:.4f}  "
                f"error {100 * last['training_error']:5.2f} %  validation loss {last['validation_loss']:.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main(*sys.argv[1:])

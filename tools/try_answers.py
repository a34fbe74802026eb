"""Try answers to the exercises, and show what a learner would read.

    python tools/try_answers.py [--draws 1] [--brief] file.py ...

A file is named after an exercise and holds any number of answers, each below a line `# %% its name`. Comments below
that line say what is wrong with it. With several draws, the points that an answer gets in each are shown.
"""

import argparse
import re
import sys
from pathlib import Path

from cnn_course.exercises import find
from cnn_course.exercises.diagnose import recognise
from cnn_course.exercises.examine import examine
from cnn_course.exercises.report import as_text
from cnn_course.exercises.submission import Here

TITLE = re.compile(r"^# %% *(.*)$", re.MULTILINE)


def answers(path):
    """Names and sources of the answers in a file, in its order."""
    _, *parts = TITLE.split(Path(path).read_text(encoding="utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))


def tried(exercise, source, seed):
    """The result of an answer, given as the source of a cell."""
    names = {"__name__": "answer"}
    exec(compile("import numpy as np\n" + source, "<answer>", "exec"), names)
    return examine(exercise, Here(names), exercise.generator(seed))


def main(arguments=None):
    """Try all answers of some files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--draws", type=int, default=1, help="draws of the random cases (1)")
    parser.add_argument("--brief", action="store_true", help="a line for each answer: points, mistake recognised")
    options = parser.parse_args(arguments)
    for path in options.files:
        exercise = find(Path(path).stem)
        for name, source in answers(path).items():
            results = [tried(exercise, source, seed) for seed in range(options.draws)]
            points = sorted({result.points for result in results})
            known = recognise(results[0]) if results[0].status == "failed" else None
            print(f"{exercise.name}/{name}: {points} of {exercise.points}, {known.name if known else '-'}")
            if not options.brief:
                comments = [line for line in source.splitlines() if line.startswith("# ")]
                print("\n".join([*comments, "", as_text(results[0]), ""]))


if __name__ == "__main__":
    sys.exit(main())

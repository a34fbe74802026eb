"""What a learner asks for: hints, a solution, notebooks to begin with."""

import sys

from cnn_course.exercises.notebook import notebook_text
from cnn_course.exercises.source import solution_text


def show_hint(exercise, number):
    """Print a hint; return whether there is one of that number, counted from 1."""
    hints = exercise.hints
    if not 1 <= number <= len(hints):
        print(f"{exercise.name} has hints 1 to {len(hints)}, not {number}", file=sys.stderr)
        return False
    print(f"Hint {number} of {len(hints)}: {hints[number - 1]}")
    return True


def show_solution(exercise):
    """Print a solution, with the remark to it."""
    print(solution_text(exercise))


def write_notebooks(exercises, folder):
    """Write the notebooks of exercises to a folder; return whether all were written, for none is overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = 0
    for exercise in exercises:
        path = folder / f"{exercise.name}.ipynb"
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(notebook_text(exercise))
            print(path)
        except FileExistsError:
            print(f"{path}: is there already, and is left as it is", file=sys.stderr)
            kept += 1
    return not kept

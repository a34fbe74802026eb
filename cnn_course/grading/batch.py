"""Grading of many files with one seed: a line for each exercise as it comes, then a line for each file."""

from cnn_course.grading.record import recorded
from cnn_course.grading.table import count, one_line, printable, show_rows, show_table


def grade_batch(files, record):
    """Grade files, print what is found, and enter it as it comes in a record (see `new_record`)."""
    width = max((len(name) for file in files for name in file.names), default=0)
    print(f"seed {record['seed']}, isolation {record['isolation']}", flush=True)
    for file in files:
        results = recorded(file, record)
        if not file.names:
            continue
        if len(files) == 1:
            show_table(file, results)
        else:
            print(f"\n{printable(str(file.path))}", flush=True)
            show_rows(results, width, "  ")
    record["complete"] = True
    if len(files) > 1:
        print(f"\n{summary(record['files'])}")


def summary(files):
    """Points and statuses of each file of a record, and of all together, as lines of text."""
    rows = [
        (printable(file["file"]), file["exercises"], file["error"] and f"unreadable: {one_line(file['error'])}")
        for file in files
    ]
    unreadable = sum(file["error"] is not None for file in files)
    every = [exercise for file in files for exercise in file["exercises"]]
    rows.append((f"{len(files)} files", every, unreadable and f"{unreadable} unreadable"))
    width = max(len(name) for name, _, _ in rows)
    return "\n".join(f"{name:{width}}  {_sum(exercises, note)}" for name, exercises, note in rows)


def _sum(exercises, note):
    points, possible = (sum(exercise[key] for exercise in exercises) for key in ("points", "possible"))
    parts = filter(None, [count(exercise["status"] for exercise in exercises), note])
    return f"{f'{points}/{possible}':>7}  {', '.join(parts)}"

"""A session beside an editor: what is saved is graded, until Ctrl-C is pressed."""

import secrets
import time

from cnn_course.grading.files import NO_EXERCISES, paths_in, read
from cnn_course.grading.table import printable, show_table, show_unreadable

PAUSE = 0.5  # seconds between two looks at the files


def watch(place):
    """Grade a file now and at each save; of a folder each file that is saved or new.

    A file keeps its seed until all of its exercises pass, so that a learner meets the same cases again; then it gets a
    new one, so that what passed by luck does not stay so.
    """
    seen = {path: _state(path) for path in paths_in(place)} if place.is_dir() else {}
    seeds = {}
    print(f"Watching {printable(str(place))}; Ctrl-C ends.", flush=True)
    while True:
        for path in paths_in(place):
            state = _state(path)
            if state in (None, seen.get(path)):  # an editor that replaces a file removes it for a moment
                continue
            file = read(path)
            if file.reason and _state(path) != state:  # it is being written
                continue
            seen[path] = state
            if file.reason != NO_EXERCISES or path == place:
                _show(file, seeds)
        time.sleep(PAUSE)


def _show(file, seeds):
    print(f"\n{time.strftime('%H:%M:%S')}  {printable(str(file.path))}", flush=True)
    if file.reason:
        show_unreadable([file])
    else:
        seed = seeds.setdefault(file.path, secrets.randbits(32))
        print(f"seed {seed}", flush=True)
        if show_table(file, file.results(seed)):
            del seeds[file.path]
            print("\nAll of this is right.")
    print("\nWaiting for the next save; Ctrl-C ends.", flush=True)


def _state(path):
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size

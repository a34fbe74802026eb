"""Where the submissions of a class are graded: processes of this machine, or a cluster of Dask.

Each is a context manager that makes a `concurrent.futures.Executor`.
"""

import contextlib
import errno
import os
import signal
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children, get_context, parent_process

from cnn_course.grading.folder import Folder

MOST_PROCESSES = 61  # that an executor can have on Windows


def processors():
    """How many processors this process may use."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, MOST_PROCESSES)


@contextlib.contextmanager
def processes(jobs):
    """A number of processes of this machine, which end with this one, in whatever way it ends.

    They are started anew, not forked, so that it is the same on every platform. When the block is left by an error, or
    by Ctrl-C, what they do is not waited for.
    """
    folder, others = Folder(), set(active_children())
    executor = ProcessPoolExecutor(jobs, get_context("spawn"), _prepare, (folder.name,))
    try:
        yield executor
        executor.shutdown()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - others:
            process.terminate()
        executor.shutdown()
        folder.remove()


def _prepare(folder):
    """In a new process: Ctrl-C is for its parent, and answers get their folders where the parent removes them."""
    signal.signal(signal.SIGINT, lambda *_: None)
    tempfile.tempdir = folder
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent():
    parent_process().join()
    os._exit(1)


@contextlib.contextmanager
def dask(address):
    """The workers of a Dask cluster, which have this package, by the address of its scheduler."""
    from distributed import Client  # an extra

    try:
        connected = Client(address, set_as_default=False)
    except (OSError, ValueError) as error:
        raise OSError(errno.ECONNREFUSED, f"is no scheduler that answers ({error})", address) from error
    with connected as client:
        yield client.get_executor(pure=False)  # not pure: what is graded again is run again

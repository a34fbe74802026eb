"""Grading of a class on several processors or machines: a submission is the unit of work, and none stops the others."""

from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, wait
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from cnn_course.exercises.catalogue import digest, set_private
from cnn_course.grading.files import File, read
from cnn_course.grading.isolation import choose
from cnn_course.grading.notebook import Unreadable
from cnn_course.grading.record import new_record, recorded
from cnn_course.grading.worker import clean

PATIENCE = 0.5  # seconds between two looks, in which Ctrl-C is heard on every platform
DIED = "the process that graded it has died, and it graded nothing else"


class Died(Exception):
    """The process of a submission did not come to its end, and served no other one."""


@dataclass(frozen=True)
class Terms:
    """How all submissions are graded: what a worker on any machine is told.

    Attributes
    ----------
    expected : tuple of str
        Names of exercises.
    private : dict
        The private catalogue, as `set_private` takes it.
    catalogue : str
        The `digest` of all exercises, which the worker must have.
    isolation : str
        Name of a level, which must work where the worker is.
    """

    expected: tuple = ()
    private: dict = field(default_factory=dict)
    catalogue: str = ""
    isolation: str = "limits"


def grade_submission(file, content, seed, terms):
    """Grade a submission, anywhere; return its entry of the record.

    Parameters
    ----------
    file : str
        Its name.
    content : bytes
    seed : int
    terms : Terms

    Raises
    ------
    ValueError
        If the exercises here are not those of `terms`, or the level of isolation does not work here.
    """
    set_private(terms.private)
    if digest() != terms.catalogue:
        raise ValueError("grade_submission: this machine has other exercises, those of another version of the course")
    choose(terms.isolation)
    return _entry(read(PurePosixPath(file), terms.expected, content), seed, terms)


def _entry(file, seed, terms):
    record = new_record(seed, terms.isolation)
    for _ in recorded(file, record):
        pass
    return record["files"][0]


def grade_class(submissions, terms, executor, most, enter, grade=grade_submission):
    """Grade submissions with the help of an executor.

    Where a process dies, those submissions that it may have died of are graded again, one at a time: then it is known
    which one it was.

    Parameters
    ----------
    submissions : dict
        Maps each `Submission` to the SHA-256 of its content, or None, and its seed.
    terms : Terms
    executor : callable
        Makes a context manager with a `concurrent.futures.Executor` of any kind, again where one has broken.
    most : int
        How many submissions are handed to it at a time.
    enter : callable
        Is called with a submission and its entry of the record, or why there is none.
    grade : callable
        Does what `grade_submission` does, where the executor runs it.
    """
    ready, suspects = deque(submissions), deque()
    while ready or suspects:
        queue, together = (suspects, 1) if suspects else (ready, most)
        with executor() as workers:
            lost = _grade_some(workers, queue, together, submissions, terms, enter, grade)
        if together > 1:
            suspects.extend(lost)
            continue
        for submission in lost:
            enter(submission, DIED)


def _grade_some(workers, queue, most, submissions, terms, enter, grade):
    """Grade a queue, until it is empty or the executor breaks; return those whose processes have died."""
    running, lost, broken = {}, [], False
    while running or (queue and not broken):
        while queue and len(running) < most and not broken:
            submission = queue.popleft()
            before, seed = submissions[submission]
            try:
                content, now = submission.read()
            except Unreadable as error:
                enter(submission, _unreadable(submission, error, seed, terms))
                continue
            if now != before:  # by an answer, perhaps
                enter(submission, "it was changed while the class was graded")
                continue
            try:
                running[workers.submit(grade, submission.file, content, seed, terms)] = submission
            except BrokenExecutor:
                queue.appendleft(submission)
                broken = True
        for future in wait(running, PATIENCE, FIRST_COMPLETED).done:
            submission = running.pop(future)
            error = CancelledError() if future.cancelled() else future.exception()
            broken = broken or isinstance(error, BrokenExecutor)
            if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":  # that of Dask
                lost.append(submission)
            elif isinstance(error, Died):
                enter(submission, DIED)
            elif error:
                enter(submission, clean(f"it could not be graded: {type(error).__name__}: {error}"))
            else:
                enter(submission, future.result())
    return lost


def _unreadable(submission, error, seed, terms):
    reason = str(error).removeprefix(f"{submission.path}: ")
    return _entry(File(PurePosixPath(submission.file), reason=reason, missing=terms.expected), seed, terms)

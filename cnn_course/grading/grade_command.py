"""The commands `grade` and `merge`: for a learner's own files, and for a class."""

import contextlib
import secrets
import sys
from argparse import ArgumentTypeError
from pathlib import Path

from cnn_course.exercises.catalogue import digest, read_folder, set_private
from cnn_course.grading import arguments, executors, results
from cnn_course.grading.apart import grade_apart
from cnn_course.grading.batch import grade_batch, summary
from cnn_course.grading.files import read_all
from cnn_course.grading.isolation import AUTO, LEVELS, choose
from cnn_course.grading.meter import Meter
from cnn_course.grading.notebook import Unreadable
from cnn_course.grading.parallel import Terms, grade_class
from cnn_course.grading.record import as_csv, as_json, load, new_record, write
from cnn_course.grading.reports.gradescope import always_written, as_gradescope
from cnn_course.grading.submissions import fingerprint, read_key, seed_of, shard_of, submissions_in
from cnn_course.grading.table import printable, show_unreadable

GRADING = """A folder stands for its notebooks (*.ipynb) and programs (*.py) with exercises; with --expect,
for all of them. All files are read before any answer is run, and all are put to the same cases.

With --out a class is graded: folders below the folder are looked through as well, a student's name
is that of the folder right below it, or the file's own, and each submission has a file of results,
so that a run which was interrupted goes on where it was."""
MERGING = """The folders have results of the same exercises, seed or key. A submission may be in several of them,
with the same results. The first folder named is made."""
WAITING = 256  # submissions that a cluster has at a time; more would only take memory


def add_grade(parser):
    """Give the command `grade` its arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="file_or_folder")
    cases = parser.add_mutually_exclusive_group()
    cases.add_argument("--seed", type=arguments.seed, help="of the cases: repeats a run")
    cases.add_argument("--key", type=Path, metavar="FILE", help="a secret: each student gets cases of his own")
    parser.add_argument(
        "--expect",
        default="",
        metavar="NAME[,NAME...]",
        help="exercises that every file should have, also chapters such as 1-3; those that it lacks are 'missing'",
    )
    parser.add_argument(
        "--isolation",
        choices=(AUTO, *LEVELS),
        default=AUTO,
        help="how far answers are kept from this machine; auto is the first of the others that works here",
    )
    parser.add_argument("--catalogue", type=arguments.folder, metavar="FOLDER", help="exercises of your own")
    parser.add_argument("--json", type=arguments.output, metavar="FILE", help="write everything; - is standard output")
    parser.add_argument("--csv", type=arguments.output, metavar="FILE", help="write a table; - is standard output")
    parser.add_argument(
        "--gradescope", type=arguments.file, metavar="FILE", help="write results.json of Gradescope, of one student"
    )
    group = parser.add_argument_group("a class")
    group.add_argument("--out", type=Path, metavar="FOLDER", help="of the results; what is there is not graded again")
    group.add_argument("--regrade", action="store_true", help="grade again all the same")
    where = group.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=arguments.positive, metavar="N", help="processes, as many as processors")
    where.add_argument("--scheduler", type=arguments.scheduler, metavar="ADDRESS", help="of a cluster of Dask")
    group.add_argument("--shard", type=arguments.shard, metavar="I/N", help="grade only part I of N, from 1/N to N/N")
    parser.set_defaults(run=run_grade, error=parser.error)


def add_merge(parser):
    """Give the command `merge` its arguments."""
    parser.add_argument("out", type=Path)
    parser.add_argument("parts", nargs="+", type=arguments.folder, metavar="part")
    parser.set_defaults(run=run_merge)


@always_written
def run_grade(options):
    """Grade the files of a learner, or with --out a class."""
    if options.json == options.csv == arguments.STANDARD_OUTPUT:
        print("--json and --csv cannot both go to standard output", file=sys.stderr)
        return 2
    for name in ("key", "regrade", "jobs", "scheduler", "shard"):
        if getattr(options, name) and options.out is None:
            options.error(f"--{name} is for a class, whose results need a folder: --out")
    try:
        private = read_folder(options.catalogue) if options.catalogue else {}
        set_private(private)
        expected = arguments.expected(options.expect) if options.expect else []
    except ArgumentTypeError as error:
        options.error(f"argument --expect: {error}")
    except ValueError as error:
        options.error(f"argument --catalogue: {error}")
    try:
        isolation = choose(options.isolation).name
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if options.out:
        return _grade_class(options, Terms(tuple(expected), private, digest(), isolation))
    return _grade_files(options, expected, isolation)


def _grade_files(options, expected, isolation):
    files = read_all(options.paths, expected)
    unreadable = show_unreadable(files)
    record = new_record(secrets.randbits(32) if options.seed is None else options.seed, isolation)
    try:
        with _printing(options):
            grade_batch(files, record)
    finally:
        _write(options, record)
    return 2 if unreadable else 0


def _grade_class(options, terms):
    folder = options.out
    try:
        key = read_key(options.key) if options.key else None
        seed = None if key else _seed(options)
        shard = options.shard or (1, 1)
        submissions = {s: _content(s) for s in submissions_in(options.paths) if shard_of(s.file, shard[1]) == shard[0]}
        seeds = {s: seed_of(key, s.student) if key else seed for s in submissions}
        header = results.new_header(seed, key and fingerprint(key), terms.expected, shard)
        todo = results.begin(folder, header, submissions, seeds, options.regrade)
    except ValueError as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    with _printing(options):
        print(f"key {header['key']}" if key else f"seed {seed}", f"isolation {terms.isolation}", sep=", ")
        print(f"{len(submissions)} submissions, of which {len(submissions) - len(todo)} are graded", flush=True)
    meter = Meter(len(todo))

    def enter(submission, found):
        entry = results.enter(folder, submission, submissions[submission], seeds[submission], terms.isolation, found)
        meter.count(entry["error"])

    try:
        grade_class({s: (submissions[s], seeds[s]) for s in todo}, terms, enter=enter, **_where(options))
    finally:
        record = load(folder)
        _write(options, record)
    with _printing(options):
        return _show(record)


def _content(submission):
    try:
        return submission.read()[1]
    except Unreadable:  # which is said when its turn comes
        return None


def _printing(options):
    """What is printed gives way to what is written to standard output."""
    away = arguments.STANDARD_OUTPUT in (options.json, options.csv)
    return contextlib.redirect_stdout(sys.stderr if away else sys.stdout)


def _seed(options):
    """The one that is asked for, or that of the results that are there, or a new one."""
    before = None if options.regrade else results.seed_in(options.out)
    if options.seed is not None:
        return options.seed
    return secrets.randbits(32) if before is None else before


def _where(options):
    """What makes an executor, how many submissions it is given at a time, and what it calls."""
    if options.scheduler:
        return {"executor": lambda: executors.dask(options.scheduler), "most": WAITING, "grade": grade_apart}
    jobs = options.jobs or executors.processors()
    return {"executor": lambda: executors.processes(jobs), "most": jobs + 2}  # so that none waits for the next one


def _write(options, record):
    for output, form in ((options.json, as_json), (options.csv, as_csv), (options.gradescope, as_gradescope)):
        if output:
            write(output, form(record))


def _show(record):
    print(summary(record["files"]))
    if not record["complete"]:
        number, held = record["shards"]
        print(f"not complete: shards {held} of {number}" if len(held) < number else "not complete")
    return 2 if any(file["error"] for file in record["files"]) else 0


def run_merge(options):
    """Join folders with results."""
    try:
        record = results.merge(options.out, options.parts)
    except ValueError as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    return _show(record)

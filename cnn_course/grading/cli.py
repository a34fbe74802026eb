"""The command line, `python -m cnn_course`: its commands, and what each does."""

import argparse
import contextlib
import secrets
import sys
from pathlib import Path

from cnn_course.grading import arguments
from cnn_course.grading.batch import grade_batch
from cnn_course.grading.files import NO_EXERCISES, paths_in, read, read_all
from cnn_course.grading.material import show_hint, show_solution, write_notebooks
from cnn_course.grading.progress import show_progress
from cnn_course.grading.record import as_csv, as_json, new_record, write
from cnn_course.grading.reports.gradescope import always_written, as_gradescope
from cnn_course.grading.table import show_unreadable
from cnn_course.grading.watch import watch

STATUSES = """exit status:
  0    done, whatever the points
  1    nobody reads what is printed any more
  2    the command is wrong, a file cannot be read or written, or there is no such hint
  130  ended by Ctrl-C; the results until then are written to the files of --json and --csv"""
GRADING = """A folder stands for its notebooks (*.ipynb) and programs (*.py) with exercises; with --expect,
for all of them. All files are read before any answer is run, and all are put to the same cases."""
WATCHING = """A file is graded now and each time that it is saved; of a folder, each file that is saved or new.
The cases stay the same until all is right, so that you can work on one that fails. Then it says so,
and goes on: the next save is put to other cases. Ctrl-C ends."""


@always_written
def run_grade(options):
    """Grade files, with one seed for all."""
    if options.json == options.csv == arguments.STANDARD_OUTPUT:
        print("--json and --csv cannot both go to standard output", file=sys.stderr)
        return 2
    files = read_all(options.paths, options.expect)
    unreadable = show_unreadable(files)
    record = new_record(options.seed)
    shown = sys.stderr if arguments.STANDARD_OUTPUT in (options.json, options.csv) else sys.stdout
    try:
        with contextlib.redirect_stdout(shown):
            grade_batch(files, record)
    finally:
        forms = (options.json, as_json), (options.csv, as_csv), (options.gradescope, as_gradescope)
        for output, form in forms:
            if output:
                write(output, form(record))
    return 2 if unreadable else 0


def run_watch(options):
    """Grade what is saved, until Ctrl-C is pressed."""
    try:
        watch(options.path)
    except KeyboardInterrupt:
        print("\nNo longer watching.")
        return 0


def run_progress(options):
    """Show how far each chapter is."""
    files = [read(path) for path in paths_in(options.folder)]
    unreadable = show_unreadable(file for file in files if file.reason != NO_EXERCISES)
    show_progress(files)
    return 2 if unreadable else 0


def run_hint(options):
    """Show a hint."""
    return 0 if show_hint(options.exercise, options.number) else 2


def run_solution(options):
    """Show a solution."""
    show_solution(options.exercise)
    return 0


def run_init(options):
    """Write notebooks to begin with."""
    chosen = [exercise for group in options.exercises for exercise in group]
    return 0 if write_notebooks(chosen, options.folder) else 2


class _Later(argparse.ArgumentParser):
    """A command that gets its description and arguments when it is chosen, by `add`, which may import what it needs."""

    def __init__(self, *, add=None, **options):
        super().__init__(**options)
        self.add = add

    def parse_known_args(self, *arguments):
        if self.add:
            self.add(self)
        return super().parse_known_args(*arguments)


def _parser(others):
    parser = _command(argparse.ArgumentParser, prog="python -m cnn_course", description="The commands of the course.")
    commands = parser.add_subparsers(required=True, metavar="command", parser_class=_Later)

    command = _command(commands.add_parser, "grade", help="grade the exercises in files", description=GRADING)
    command.add_argument("paths", nargs="+", type=Path, metavar="file_or_folder")
    command.add_argument(
        "--seed", type=arguments.seed, default=secrets.randbits(32), help="of the cases: repeats a run"
    )
    command.add_argument(
        "--expect",
        type=arguments.expected,
        default=[],
        metavar="NAME[,NAME...]",
        help="exercises that every file should have, also chapters such as 1-3; those that it lacks are 'missing'",
    )
    command.add_argument("--json", type=arguments.output, metavar="FILE", help="write everything; - is standard output")
    command.add_argument("--csv", type=arguments.output, metavar="FILE", help="write a table; - is standard output")
    command.add_argument(
        "--gradescope", type=arguments.file, metavar="FILE", help="write results.json of Gradescope, of one student"
    )
    command.set_defaults(run=run_grade)

    command = _command(commands.add_parser, "watch", help="grade what is saved, again and again", description=WATCHING)
    command.add_argument("path", type=arguments.existing, metavar="file_or_folder")
    command.set_defaults(run=run_watch)

    command = _command(commands.add_parser, "progress", help="show which exercises the files of a folder solve")
    command.add_argument("folder", nargs="?", type=arguments.folder, default=Path())
    command.set_defaults(run=run_progress)

    command = _command(commands.add_parser, "init", help="write notebooks to begin with; none is overwritten")
    command.add_argument(
        "exercises", nargs="+", type=arguments.exercises, metavar="name", help="an exercise, or a chapter such as 1-3"
    )
    command.add_argument("--folder", type=Path, default=Path(), help="where to; made if it is not there")
    command.set_defaults(run=run_init)

    command = _command(commands.add_parser, "hint", help="show a hint to an exercise")
    command.add_argument("exercise", type=arguments.exercise, metavar="name")
    command.add_argument("number", nargs="?", type=int, default=1, help="2 for the second hint, which says more")
    command.set_defaults(run=run_hint)

    command = _command(commands.add_parser, "solution", help="show a solution of an exercise")
    command.add_argument("exercise", type=arguments.exercise, metavar="name")
    command.set_defaults(run=run_solution)

    for name, (says, add) in others.items():
        _command(commands.add_parser, name, help=says, add=add)
    return parser


def _command(make, *name, **options):
    """A parser whose help has its lines as they are, and the exit statuses."""
    return make(*name, epilog=STATUSES, formatter_class=argparse.RawDescriptionHelpFormatter, **options)


def main(arguments=None, others=None):
    """Carry out a command; return the exit status. `others` maps more commands to their help and `add` of `_Later`."""
    try:
        options = _parser(others or {}).parse_args(arguments)
        return options.run(options)
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    except OSError as error:
        if error.filename is None:  # not of a file: standard output was closed
            raise
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2

"""The commands `report` and `collect` of `python -m cnn_course`."""

import sys
from pathlib import Path

from cnn_course.grading import arguments
from cnn_course.grading.record import load, write
from cnn_course.grading.reports.chart import as_chart
from cnn_course.grading.reports.collect import collect
from cnn_course.grading.reports.feedback import as_feedback
from cnn_course.grading.reports.gradebook import LAYOUTS, as_gradebook
from cnn_course.grading.reports.items import as_items
from cnn_course.grading.reports.junit import as_junit
from cnn_course.grading.reports.marks import merged
from cnn_course.grading.reports.results import as_results
from cnn_course.grading.table import printable

REPORT = """RECORD is what `grade` has written, by --json or --out. The folder gets gradebook.csv, feedback/ with a page
for each student, items.csv and items.svg (what fails how often), junit.xml, and results.json with everything. A
student is what the files have after the folder that all of them share: the name of a file, or of a folder."""
COLLECT = """Answers to the exercises that no program judges. Each exercise gets a page with all answers to it; students
are numbered, and key.csv says who is who. Fill in the column `points` of marks.csv, and give it to `report --marks`.
A second run keeps what is in both, and adds what is new."""


def write_reports(record, folder, columns="plain"):
    """Write all reports of a record to a folder."""
    (folder / "feedback").mkdir(parents=True, exist_ok=True)
    write(folder / "results.json", as_results(record))
    write(folder / "junit.xml", as_junit(record))
    write(folder / "gradebook.csv", as_gradebook(record, columns))
    write(folder / "items.csv", as_items(record))
    write(folder / "items.svg", as_chart(record))
    for name, page in as_feedback(record).items():
        write(folder / "feedback" / name, page)


def run_report(options):
    """Write the reports of a record, with the marks given by hand if there are any."""
    record = load(options.record)
    if options.student is not None:
        record["files"] = [{**file, "student": options.student} for file in record["files"]]
    if options.marks:
        record = merged(record, options.marks)
    write_reports(record, options.to, options.columns)
    if not record["complete"]:
        print(f"{options.record}: the batch was not finished, and neither is what was written", file=sys.stderr)


def run_collect(options):
    """Collect the answers in words."""
    unreadable = collect(options.submissions, options.to, options.named)
    for text in unreadable:
        print(printable(text), file=sys.stderr)
    return 2 if unreadable else 0


def _said(run):
    """Let a command say what is wrong with what it was given."""

    def run_and_say(options):
        try:
            return run(options) or 0
        except ValueError as error:
            print(printable(str(error)), file=sys.stderr)
            return 2

    return run_and_say


def add_report(parser):
    """Give the command `report` its arguments."""
    parser.description = REPORT
    parser.add_argument("record", type=arguments.existing, metavar="RECORD")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="made if it is not there")
    parser.add_argument("--columns", choices=LAYOUTS, default="plain", help="of gradebook.csv: whose import reads it")
    parser.add_argument("--marks", type=arguments.existing, metavar="FILE", help="marks.csv of `collect`, filled in")
    parser.add_argument("--student", metavar="NAME", help="whose all of the files are")
    parser.set_defaults(run=_said(run_report))


def add_collect(parser):
    """Give the command `collect` its arguments."""
    parser.description = COLLECT
    parser.add_argument("submissions", type=arguments.existing, metavar="SUBMISSIONS")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="made if it is not there")
    parser.add_argument("--named", action="store_true", help="show names instead of numbers")
    parser.set_defaults(run=_said(run_collect))

"""Which statement of the book is checked where, and what the sources' errata have become.

    python tools/statements.py [book]

A statement is a labelled directive of sphinx-proof, or a labelled equation. A code cell names the statements that it
checks in its metadata, `{"cnn_course": {"checks": [label, ...]}}`, a test in a marker, `@pytest.mark.checks(label)`.
A Markdown cell names what its statements deliver, `{"cnn_course": {"covers": {label: [row or erratum, ...]}}}`: rows of
`book/ledger.csv` and entries of `book/errata.csv`. The command writes the two pages that show this; `problems` finds
the gaps.
"""

import csv
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

FINISHED = ()  # parts of the ledger whose rows and errata must all be covered
DIRECTIVE = re.compile(r"^:{3,}\{prf:(?!proof)(\w+)\} *(.*)\n(?::\w+:.*\n)*?:label: *(\S+)", re.MULTILINE)
EQUATION = re.compile(r"^(?:\$\$|\\end\{\w+\*?\}) *\((eq-[\w-]+)\)", re.MULTILINE)
MARKER = re.compile(r"^@pytest\.mark\.checks\(([^)]*)\)", re.MULTILINE)
BETWEEN = "<!-- {} -->\n"


@dataclass
class Statement:
    """A statement of the book, what it delivers and what checks it."""

    label: str
    kind: str
    title: str
    chapter: Path
    covers: list = field(default_factory=list)
    checks: list = field(default_factory=list)


def collect(book, tests):
    """Return the statements by label, and the checks that name none, as pairs (place, label)."""
    statements, named = {}, []
    for path in sorted(book.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            course = cell.metadata.get("cnn_course", {})
            if cell.cell_type == "markdown":
                found = [(label, kind, title) for kind, title, label in DIRECTIVE.findall(cell.source)]
                found += [(label, "equation", "") for label in EQUATION.findall(cell.source)]
                for label, kind, title in found:
                    statements[label] = Statement(label, kind, title.strip(), path)
                for label, rows in course.get("covers", {}).items():
                    if label in statements:
                        statements[label].covers += rows
                    else:
                        named.append((f"{path.name}: covers", label))
            else:
                place = f"{path.name}: cell [{cell.execution_count}]"
                named += [(place, label) for label in course.get("checks", [])]
    for path in sorted(tests.rglob("test_*.py")):
        for labels in MARKER.findall(path.read_text(encoding="utf-8")):
            named += [(path.name, label) for label in re.findall(r"[\w-]+", labels)]
    for place, label in named:
        if label in statements:
            statements[label].checks.append(place)
    return statements, [(place, label) for place, label in named if label not in statements]


def read_rows(path):
    """The rows of a table by their first column."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {next(iter(row.values())): row for row in rows}


def problems(book, tests, finished=FINISHED):
    """Yield what is missing, a sentence each."""
    statements, lost = collect(book, tests)
    rows = read_rows(book / "ledger.csv") | read_rows(book / "errata.csv")
    for place, label in lost:
        yield f"{place} names {label}, which is no statement"
    covered = set()
    for statement in statements.values():
        where = f"{statement.chapter.name}: {statement.label}"
        if not statement.checks:
            yield f"{where} has no check"
        for row in statement.covers:
            covered.add(row)
            if row not in rows:
                yield f"{where} covers {row}, which is neither in ledger.csv nor in errata.csv"
    for name, row in rows.items():
        if row["part"] in finished and name not in covered:
            yield f"{name} of the part {row['part']} is covered by no statement"


def checked_page(book, statements):
    """What is checked: a table for each chapter."""
    lines = []
    for path in sorted({statement.chapter for statement in statements.values()}):
        lines += [f"## {_title(path)}\n", "| statement | from the sources | check |", "|---|---|---|"]
        for s in statements.values():
            if s.chapter == path:
                checks = ", ".join(dict.fromkeys(place.removeprefix(f"{path.name}: ") for place in s.checks))
                lines.append(f"| {_reference(s)} | {', '.join(s.covers)} | {checks} |")
        lines.append("")
    return "\n".join(lines) + "\n"


def errata_page(book, statements):
    """The errata that have been treated, each with its correction and where it is shown."""
    lines = []
    for name, row in read_rows(book / "errata.csv").items():
        shown = [_reference(s) for s in statements.values() if name in s.covers]
        if shown:
            source = f"{{cite:t}}`{row['source']}`, {row['where']}"
            lines.append(
                f"**{name}**. {source}. {row['says']} *Rather:* {row['correct']} *Shown:* {', '.join(shown)}.\n"
            )
    return "\n".join(lines) + "\n"


def _reference(statement):
    if statement.kind == "equation":
        return f"{{eq}}`{statement.label}`"
    return f"{{prf:ref}}`{statement.label}`: {statement.title}"


def _title(path):
    return nbformat.read(path, as_version=4).cells[0].source.splitlines()[0].removeprefix("# ")


def pages(book, tests):
    """Yield (path, text) of the two pages as they should be: what stands between their two comments is replaced."""
    statements, _ = collect(book, tests)
    for name, content in (("what-is-checked", checked_page), ("errata", errata_page)):
        path = book / f"{name}.md"
        before, _, rest = path.read_text(encoding="utf-8").partition(BETWEEN.format("generated"))
        after = rest.partition(BETWEEN.format("end"))[2]
        middle = content(book, statements)
        yield path, before + BETWEEN.format("generated") + middle + BETWEEN.format("end") + after


def main(book="book", tests="tests"):
    """Write the pages that are not current, and print what is missing; the exit status tells whether anything is."""
    book, tests = Path(book), Path(tests)
    for path, text in pages(book, tests):
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"{path}: written")
    found = list(problems(book, tests))
    print("\n".join(found) or "Every statement has a check.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

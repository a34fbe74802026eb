"""Which statement of the book is checked where, and what the sources' errata have become.

    python tools/statements.py [book]

A statement is a labelled directive of sphinx-proof, or a labelled equation. A code cell names the statements that it
checks in its metadata, `{"cnn_course": {"checks": [label, ...]}}`, a test in a marker, `@pytest.mark.checks(label)`.
What a statement delivers, rows of `book/ledger.csv` and entries of `book/errata.csv`, stands in the metadata of its
Markdown cell, `{"cnn_course": {"covers": {label: [row, ...]}}}`, or on a page in a comment, `<!-- covers label: row
-->`. The command writes the two pages that show this; `problems` finds the gaps.
"""

import csv
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

FINISHED = ("theory", "stability", "layers", "backprop", "case studies")
DIRECTIVE = re.compile(r"^:{3,}\{prf:(?!proof)(\w+)\} *(.*)\n(?::\w+:.*\n)*?:label: *(\S+)", re.MULTILINE)
EQUATION = re.compile(r"^ *(?:\$\$|\\end\{\w+\*?\}) *\((eq-[\w-]+)\)", re.MULTILINE)
COMMENT = re.compile(r"<!-- covers ([\w-]+): ([^>]*) -->")
MARKER = re.compile(r"^@pytest\.mark\.checks\(([^)]*)\)", re.MULTILINE)
AUTHORS = {
    "cheng": "Cheng",
    "hofmann": "Hofmann",
    "wichmann2018": "Wichmann",
    "bulletnotes": "bullet notes,",
    "chen2019": "Chen",
}
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
    for path in sorted(book.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        statements |= _statements(path, text)
        for label, rows in COMMENT.findall(text):
            statements[label].covers += rows.split()
    for path in sorted(book.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            course = cell.metadata.get("cnn_course", {})
            if cell.cell_type == "markdown":
                statements |= _statements(path, cell.source)
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


def _statements(path, text):
    found = [(label, kind, title.strip()) for kind, title, label in DIRECTIVE.findall(text)]
    found += [(label, "equation", "") for label in EQUATION.findall(text)]
    return {label: Statement(label, kind, title, path) for label, kind, title in found}


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
    lines, ledger = [], read_rows(book / "ledger.csv")
    for path in sorted({statement.chapter for statement in statements.values()}):
        lines += [f"## {_title(path)}\n", "| statement | from the sources | check |", "|---|---|---|"]
        for s in statements.values():
            if s.chapter == path:
                checks = ", ".join(dict.fromkeys(place.removeprefix(f"{path.name}: cell ") for place in s.checks))
                places, errata = origins(s.covers, ledger)
                lines.append(f"| {_reference(s)} | {'; '.join(places + errata)} | {checks} |")
        lines.append("")
    return "\n".join(lines) + "\n"


def errata_page(book, statements):
    """The errata that have been treated, each with its correction and where it is shown."""
    lines = []
    for name, row in read_rows(book / "errata.csv").items():
        shown = [_reference(s) for s in statements.values() if name in s.covers]
        if shown:
            source = f"{{cite:t}}`{row['source']}`, {row['where']}"
            where = f"({_target(name)})=\n**{name}**. {source}."
            lines.append(f"{where} {row['says']} *Rather:* {row['correct']} *Shown:* {', '.join(shown)}.\n")
    return "\n".join(lines) + "\n"


def origins(rows, ledger):
    """The places in the sources that rows of the ledger come from, and links to the errata among them."""
    places = [part for row in rows if row in ledger for part in ledger[row]["sources"].split("; ")]
    for key, name in AUTHORS.items():
        places = [re.sub(rf"^{key}\b", name, place) for place in places]
    errata = [f"{{ref}}`{name} <{_target(name)}>`" for name in rows if name not in ledger]
    return list(dict.fromkeys(places)), errata


def _target(erratum):
    return f"erratum-{erratum.lower()}"


def _reference(statement):
    if statement.kind == "equation":
        return f"Equation {{eq}}`{statement.label}`"
    return f"{{prf:ref}}`{statement.label}`: {statement.title}"


def _title(path):
    text = path.read_text(encoding="utf-8")
    text = nbformat.reads(text, as_version=4).cells[0].source if path.suffix == ".ipynb" else text
    return text.splitlines()[0].removeprefix("# ")


def with_middle(path, middle):
    """The text of a page with `middle` in the place of what stands between its two comments."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BETWEEN.format("generated"))
    after = rest.partition(BETWEEN.format("end"))[2]
    return before + BETWEEN.format("generated") + middle + BETWEEN.format("end") + after


def pages(book, tests):
    """Yield (path, text) of the two pages as they should be."""
    statements, _ = collect(book, tests)
    for name, content in (("what-is-checked", checked_page), ("errata", errata_page)):
        path = book / f"{name}.md"
        yield path, with_middle(path, content(book, statements))


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

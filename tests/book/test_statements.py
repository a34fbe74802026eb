"""Every statement has a check, every row of the sources its statement; and each gap is found."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from statements import collect, pages, problems

ROOT = Path(__file__).parents[2]
THEOREM = ":::{prf:theorem} Sums\n:label: thm-sums\n\nIt holds that\n\n$$\n1 + 1 = 2 .\n$$ (eq-two)\n\n:::"
REMARK = "::::{prf:remark}\n:class: dropdown\n:label: rem-note\n\nNote.\n\n::::\n\n:::{prf:proof}\n\nSo.\n\n:::"
MARKS = "<!-- generated -->\n<!-- end -->\n"


def test_the_book_has_no_gap():
    assert list(problems(ROOT / "book", ROOT / "tests")) == []


def test_the_pages_are_current():
    changed = [str(path) for path, text in pages(ROOT / "book", ROOT / "tests") if path.read_text("utf-8") != text]
    assert changed == [], "run `make generate`"


@pytest.fixture
def small(tmp_path):
    """A book with three statements, all checked, and its two tables; returns (book, tests, notebook)."""
    book, tests = tmp_path / "book", tmp_path / "tests"
    book.mkdir(), tests.mkdir()
    covers = {"cnn_course": {"covers": {"thm-sums": ["L001", "E01"]}}}
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Sums"),
            new_markdown_cell(THEOREM, metadata=covers),
            new_code_cell("assert 1 + 1 == 2", metadata={"cnn_course": {"checks": ["thm-sums", "eq-two"]}}),
            new_markdown_cell(REMARK),
        ]
    )
    notebook.cells[2].execution_count = 1
    nbformat.write(notebook, book / "1-1-sums.ipynb")
    (tests / "test_note.py").write_text(
        'import pytest\n@pytest.mark.checks("rem-note")\ndef test_note(): pass\n', encoding="utf-8"
    )
    (book / "ledger.csv").write_text(
        "row,part,kind,statement,sources\nL001,theory,theorem,One and one.,hofmann 1\n", encoding="utf-8"
    )
    (book / "errata.csv").write_text(
        "id,part,source,where,says,correct\nE01,theory,hofmann,section 1,It says three.,It is two.\n", encoding="utf-8"
    )
    for name in ("what-is-checked", "errata"):
        (book / f"{name}.md").write_text(f"# Page\n\n{MARKS}\nAfter.\n", encoding="utf-8")
    return book, tests, notebook


def gaps(small, finished=("theory",)):
    book, tests, notebook = small
    nbformat.write(notebook, book / "1-1-sums.ipynb")
    return list(problems(book, tests, finished))


def test_a_complete_book_has_no_gap(small):
    assert gaps(small) == []


def test_what_is_collected(small):
    statements, lost = collect(*small[:2])
    assert {s.label: (s.kind, s.title) for s in statements.values()} == {
        "thm-sums": ("theorem", "Sums"),
        "eq-two": ("equation", ""),
        "rem-note": ("remark", ""),
    }
    assert statements["thm-sums"].covers == ["L001", "E01"]
    assert statements["thm-sums"].checks == ["1-1-sums.ipynb: cell [1]"]
    assert statements["rem-note"].checks == ["test_note.py"]
    assert lost == []


@pytest.mark.parametrize("label", ["thm-sums", "eq-two"])
def test_a_statement_without_a_check(small, label):
    small[2].cells[2].metadata["cnn_course"]["checks"].remove(label)
    assert gaps(small) == [f"1-1-sums.ipynb: {label} has no check"]


def test_a_remark_without_a_check(small):
    (small[1] / "test_note.py").write_text("", encoding="utf-8")
    assert gaps(small) == ["1-1-sums.ipynb: rem-note has no check"]


def test_a_check_of_nothing(small):
    small[2].cells[2].metadata["cnn_course"]["checks"].append("thm-lost")
    assert gaps(small) == ["1-1-sums.ipynb: cell [1] names thm-lost, which is no statement"]


def test_a_marker_of_nothing(small):
    (small[1] / "test_more.py").write_text('@pytest.mark.checks("thm-lost", "thm-sums")', encoding="utf-8")
    assert gaps(small) == ["test_more.py names thm-lost, which is no statement"]


@pytest.mark.parametrize("row", ["L001", "E01"])
def test_a_row_that_nothing_covers(small, row):
    small[2].cells[1].metadata["cnn_course"]["covers"]["thm-sums"].remove(row)
    assert gaps(small) == [f"{row} of the part theory is covered by no statement"]
    assert gaps(small, finished=("layers",)) == [], "only finished parts are complete"


def test_a_row_that_does_not_exist(small):
    small[2].cells[1].metadata["cnn_course"]["covers"]["eq-two"] = ["L999"]
    assert gaps(small) == ["1-1-sums.ipynb: eq-two covers L999, which is neither in ledger.csv nor in errata.csv"]


def test_a_row_covered_by_nothing_that_exists(small):
    small[2].cells[1].metadata["cnn_course"]["covers"]["thm-lost"] = ["L001"]
    assert gaps(small) == ["1-1-sums.ipynb: covers names thm-lost, which is no statement"]


def test_a_page_has_statements_too(small):
    book, tests, _ = small
    (book / "notation.md").write_text(
        "# Notation\n\n:::{prf:remark} Signs\n:label: rem-signs\n\n+\n\n:::\n", encoding="utf-8"
    )
    assert gaps(small) == ["notation.md: rem-signs has no check"]
    (tests / "test_signs.py").write_text('@pytest.mark.checks("rem-signs")\ndef test_signs(): pass\n', encoding="utf-8")
    with (book / "notation.md").open("a", encoding="utf-8") as page:
        page.write("\n<!-- covers rem-signs: L001 L002 -->\n")
    assert gaps(small) == ["notation.md: rem-signs covers L002, which is neither in ledger.csv nor in errata.csv"]
    assert "## Notation" in dict(pages(book, tests))[book / "what-is-checked.md"]


def test_an_equation_in_a_list_is_a_statement(small):
    small[2].cells[3].source += "\n\n1. One.\n\n   $$\n   1 < 2\n   $$ (eq-less)\n"
    assert gaps(small) == ["1-1-sums.ipynb: eq-less has no check"]


def test_the_pages(small):
    book, tests, _ = small
    text = {path.name: text for path, text in pages(book, tests)}
    assert "## Sums" in text["what-is-checked.md"]
    assert "| {prf:ref}`thm-sums`: Sums | Hofmann 1; {ref}`E01 <erratum-e01>` | [1] |" in text["what-is-checked.md"]
    assert "| Equation {eq}`eq-two` |  | [1] |" in text["what-is-checked.md"]
    erratum = "**E01**. {cite:t}`hofmann`, section 1. It says three. *Rather:* It is two. *Shown:* {prf:ref}`thm-sums`"
    assert f"(erratum-e01)=\n{erratum}" in text["errata.md"]
    for page in text.values():
        assert page.startswith("# Page\n")
        assert page.endswith("<!-- end -->\n\nAfter.\n")
    for path, page in pages(book, tests):
        path.write_text(page, encoding="utf-8")
    assert all(path.read_text(encoding="utf-8") == page for path, page in pages(book, tests)), (
        "a second time nothing changes"
    )

"""Executing a chapter in place changes no byte where nothing changed, and loses nothing where something fails."""

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from run_notebooks import MEASURED, main


def test_a_second_run_changes_no_byte(chapter):
    before = chapter.read_bytes()
    main([chapter])
    assert chapter.read_bytes() == before


def test_a_changed_source_changes_its_output(chapter, edit):
    edit(lambda notebook: notebook.cells[9].update(source="print(1 + 2)"))
    main([chapter])
    assert nbformat.read(chapter, as_version=4).cells[9].outputs[0].text == "3\n"


def test_a_failing_cell_leaves_the_file_as_it_was(chapter, edit):
    edit(lambda notebook: notebook.cells[9].update(source="1 / 0"))
    before = chapter.read_bytes()
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        main([chapter])
    assert chapter.read_bytes() == before
    assert list(chapter.parent.iterdir()) == [chapter]


def test_a_measurement_is_kept_until_its_output_is_cleared(chapter, edit):
    def measure(notebook):
        notebook.cells[9].metadata["tags"] = [MEASURED]
        notebook.cells[9].source = "import time; print(time.perf_counter_ns())"

    edit(measure)
    main([chapter])
    first = chapter.read_bytes()
    main([chapter])
    assert chapter.read_bytes() == first
    edit(lambda notebook: notebook.cells[9].update(outputs=[]))
    main([chapter])
    assert nbformat.read(chapter, as_version=4).cells[9].outputs
    assert chapter.read_bytes() != first

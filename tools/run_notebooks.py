"""Execute notebooks in place, so that running them again changes no byte.

    python tools/run_notebooks.py book/*.ipynb

Times, and whatever else differs from run to run, are not recorded. A cell tagged `nbval-ignore-output` prints
measurements of the machine: it keeps the output it has, and to measure anew one clears that output first. A notebook
is replaced only when all its cells have run.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

LANGUAGE = {"name": "python"}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
MEASURED = "nbval-ignore-output"


def execute(notebook, folder):
    """Run all cells of a notebook in a folder; the outputs replace the stored ones."""
    before = [(cell.source, cell.get("outputs", [])) for cell in notebook.cells]
    notebook.metadata = nbformat.NotebookNode(kernelspec=KERNEL, language_info=LANGUAGE)
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name=KERNEL["name"],
        record_timing=False,
        coalesce_streams=True,  # else what a slow cell prints is stored in pieces, which differ from run to run
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    notebook.metadata.language_info = LANGUAGE
    for cell, (_, outputs) in zip(notebook.cells, before, strict=True):
        cell.metadata.pop("execution", None)
        if MEASURED in cell.metadata.get("tags", []) and outputs:
            cell.outputs = outputs
    return notebook


def main(paths):
    """Execute each notebook, and replace its file if a byte has changed."""
    for path in map(Path, paths):
        stored = path.read_text(encoding="utf-8")
        notebook = execute(nbformat.reads(stored, as_version=4), path.parent)
        nbformat.validate(notebook)
        text = nbformat.writes(notebook, indent=1) + "\n"
        if text != stored:
            new = path.with_suffix(".new")
            new.write_text(text, encoding="utf-8", newline="\n")
            new.replace(path)
        print(f"{path}: {'unchanged' if text == stored else 'written'}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The scripts of the theme and its extensions, without what a reader should not have.

They say nothing in the console; and what scrolls is found by `course.js`, which does not lay out the whole page for it.
"""

from pathlib import Path

# The theme's loop over all blocks, at the end of its script: it asks each for its width, as often as a page changes.
LOOP = '"complete"===document.readyState?O():window.addEventListener("load",O)'


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(app, exception):
    """Change the scripts of the site."""
    if not exception and app.builder.format == "html":
        for script in Path(app.outdir, "_static").rglob("*.js"):
            text = script.read_text(encoding="utf-8")
            if (better := quiet(text)) != text:
                script.write_text(better, encoding="utf-8", newline="\n")


def quiet(text):
    """Return a script that prints no messages, but for warnings and errors, and is without the loop."""
    return text.replace("console.log(", "void(").replace(LOOP, "0")

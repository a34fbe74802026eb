"""Predictions can be answered on the page: the script and what the catalogue knows of its exercises."""

from explorer_data import DATA
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

from cnn_course.exercises import find, names


def setup(app):
    DATA["predict"] = predictions
    app.connect("html-page-context", load_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def predictions():
    """Answers, the wrong ones with their hints, and the hints for everybody, by name."""
    exercises = [exercise for exercise in map(find, names()) if exercise.kind == "Predict"]
    return {
        exercise.name: {"answer": exercise.answer, "wrong": list(exercise.wrong.items()), "hints": exercise.hints}
        for exercise in exercises
    }


def load_script(app, page, template, context, doctree):
    """Load the script on the pages that have a prediction."""
    kinds = exercise_node, exercise_enumerable_node
    if doctree and any("predict" in node["classes"] for kind in kinds for node in doctree.findall(kind)):
        app.add_js_file("explorers/predict.js")

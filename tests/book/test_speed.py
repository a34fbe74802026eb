"""A page is stored with what belongs to it, and not with the whole book."""

import pickle
import sys
from pathlib import Path
from types import SimpleNamespace

from docutils import nodes

sys.path.append(str(Path(__file__).parents[2] / "book" / "_ext"))

import speed


def document(*children, **attributes):
    page = nodes.document(None, None, **attributes)
    page += children
    return page


def test_a_page_leads_to_no_other_page():
    whole_book = document(nodes.paragraph(text="everything " * 100))
    entry = nodes.paragraph(text="an entry")
    page = document(entry)
    entry.document = whole_book
    before = len(pickle.dumps(page))
    speed.own_nodes(SimpleNamespace(env=SimpleNamespace()), page)
    assert entry.document is page
    assert len(pickle.dumps(page)) < before - 1000


def test_the_registry_of_exercises_leads_to_no_page():
    exercise, other = nodes.paragraph(text="an exercise"), nodes.paragraph(text="another page's")
    page = document(exercise, nodes.paragraph(text="long " * 1000))
    registry = {"ex-one": {"docname": "page", "node": exercise}, "ex-two": {"docname": "other", "node": other}}
    environment = SimpleNamespace(docname="page", sphinx_exercise_registry=registry)
    speed.own_nodes(SimpleNamespace(env=environment), page)
    kept = registry["ex-one"]["node"]
    assert (kept.astext(), kept.parent, kept.document) == ("an exercise", None, None)
    assert exercise.parent is page
    assert registry["ex-two"]["node"] is other

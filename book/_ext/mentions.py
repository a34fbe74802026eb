"""Inline code that names something of the reference becomes a link to its entry.

So it is in chapters, in other pages and in docstrings, where single backticks are inline code. A page links a name
where it first mentions it, headings apart, and so does each entry of the reference; an entry does not link to itself.
`np.add` is looked up in `numpy.inv`.
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.ext.intersphinx import InventoryAdapter
from sphinx.transforms.post_transforms import SphinxPostTransform

NAME = re.compile(r"([A-Za-z_][\w.]*)(\(.*\))?", re.DOTALL)  # of a function, also as it is called
NO_LINK_INSIDE = (nodes.title, nodes.rubric, nodes.reference, addnodes.pending_xref, addnodes.desc_signature)


def setup(app):
    app.add_post_transform(LinkMentions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class LinkMentions(SphinxPostTransform):
    default_priority = 5  # before references are resolved

    def run(self, **kwargs):
        inventory = InventoryAdapter(self.env).main_inventory
        of_numpy = (name for kind, names in inventory.items() if kind.startswith("py:") for name in names)
        targets = {name.replace("numpy", "np", 1): name for name in of_numpy}
        targets |= called(self.env.get_domain("py").objects)
        link_mentions(self.document, targets, self.env.docname)


def called(objects):
    """What entries are called in a text, and their full names: `conv2d` or `cnn_course.conv2d`, `draw.film`.

    Modules have their full names alone: `data` is more often the name of something else.
    """
    targets = {name: name for name in objects}
    for name, entry in objects.items():
        if entry.objtype != "module":
            targets[name.partition(".")[2]] = name
    return targets


def link_mentions(document, targets, docname):
    """Turn the first mention of each target into a reference that Sphinx resolves afterwards."""
    linked = {}  # names by the page or entry that links them
    for literal in list(document.findall(nodes.literal)):
        match, around = NAME.fullmatch(literal.astext()), list(_ancestors(literal))
        if not match or any(isinstance(node, NO_LINK_INSIDE) for node in around):
            continue
        entries = [node for node in around if isinstance(node, addnodes.desc)]
        documented = [name for entry in entries for name in _documented(entry)]
        name = next((targets[name] for name in _readings(match[1], documented) if name in targets), None)
        seen = linked.setdefault(id(entries[0] if entries else document), set())
        if not name or name in seen or name in documented:
            continue
        seen.add(name)
        reference = addnodes.pending_xref(
            "", refdomain="py", reftype="obj", reftarget=name, refdoc=docname, refexplicit=True, refwarn=True
        )
        literal.replace_self(reference)
        reference += literal


def _ancestors(node):
    while node.parent is not None:
        node = node.parent
        yield node


def _documented(entry):
    """The full names that an entry documents, without those of the entries inside."""
    return [
        name
        for signature in entry.children
        if isinstance(signature, addnodes.desc_signature)
        for name in signature["ids"]
    ]


def _readings(name, documented):
    """What a name may mean where these entries are: first a name of the same class or folder, then any."""
    for entry in documented:
        parts = entry.split(".")
        yield from (".".join([*parts[:n], name]) for n in range(len(parts), 1, -1))
    yield name

"""What the site needs beyond `_config.yml`.

Pages that load nothing from elsewhere and report no script error, and a list of references with the labels that the
text uses, which a screen reader reads as a list.
"""

from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle


def setup(app):
    register_plugin("pybtex.style.formatting", "author_year_list", AuthorYearList)
    app.connect("config-inited", complete_configuration, priority=900)
    app.connect("html-page-context", drop_live_code_scripts, priority=900)
    app.connect("html-page-context", make_items_of_references, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def complete_configuration(app, config):
    """Name the mode in which the theme starts; without it a page reports an invalid one."""
    config.html_context["default_mode"] = "auto"


def drop_live_code_scripts(app, page, template, context, doctree):
    """Leave out Thebe, which would run code on a server that the site does not have."""
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if "thebe" not in repr(vars(file)).lower()]


def make_items_of_references(app, page, template, context, doctree):
    """Call an entry of the references an item of their list, in place of the deprecated role that docutils gives it."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


class AuthorYearLabels(BaseLabelStyle):
    """Labels such as "Burt and Adelson, 1983"."""

    def format_labels(self, entries):
        for entry in entries:
            names = [" ".join(person.last_names).strip("{}") for person in entry.persons["author"]]
            people = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
            yield f"{people}, {entry.fields['year']}"


class AuthorYearList(PlainStyle):
    """The plain list, sorted by author, under these labels."""

    default_label_style = AuthorYearLabels

"""What the site needs beyond `_config.yml`: pages that load nothing from elsewhere and report no script error."""


def setup(app):
    app.connect("config-inited", complete_configuration, priority=900)
    app.connect("html-page-context", drop_live_code_scripts, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def complete_configuration(app, config):
    """Name the mode in which the theme starts; without it a page reports an invalid one."""
    config.html_context["default_mode"] = "auto"


def drop_live_code_scripts(app, page, template, context, doctree):
    """Leave out Thebe, which would run code on a server that the site does not have."""
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if "thebe" not in repr(vars(file)).lower()]

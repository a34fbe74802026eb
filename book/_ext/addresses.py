"""What follows from the two addresses that a fork sets in `_config.yml`: of its repository, and of its site.

With the `url` of `repository` each chapter has buttons that open it on Binder and on Colab, and each page links to its
source. With the `baseurl` of `html` the site has a sitemap, and its pages name their addresses. The page that stands in
for one that is missing, 404.html, is always there; its links begin at the root of the server, because nobody knows in
which folder the missing page was looked for.
"""

import html
from pathlib import Path
from urllib.parse import urlsplit

BUTTONS = ("use_repository_button", "use_edit_page_button", "use_issues_button")
LAUNCH = {
    "notebook_interface": "jupyterlab",
    "binderhub_url": "https://mybinder.org",
    "colab_url": "https://colab.research.google.com",
}
URL = "  <url><loc>{}</loc></url>\n"
SITEMAP = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{}</urlset>
"""


def setup(app):
    app.connect("config-inited", add_buttons, priority=900)
    app.connect("html-page-context", tell_address, priority=910)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_buttons(app, config):
    """Let the theme show its buttons if there is a repository to which they can lead."""
    options = config.html_theme_options
    if options["repository_url"]:
        options.update(dict.fromkeys(BUTTONS, True), launch_buttons=LAUNCH)


def root(config):
    """The address of the site, with a slash at its end, or nothing."""
    return config.html_baseurl.rstrip("/") + "/" if config.html_baseurl else ""


def tell_address(app, page, template, context, doctree):
    """Tell those who show a link to a page where it is."""
    if doctree and root(app.config):
        address = root(app.config) + app.builder.get_target_uri(page)
        context["metatags"] += f'<meta property="og:url" content="{html.escape(address)}" />'


def write(app, exception):
    """Write the files that stand beside the pages."""
    if exception or app.builder.name != "html":
        return
    site, address = Path(app.outdir), root(app.config)
    path = urlsplit(address).path or "/"
    home = path + app.builder.get_target_uri(app.config.root_doc)
    page = app.builder.templates.render("404.html", {"title": app.config.html_title, "root": path, "home": home})
    _write(site / "404.html", page)
    if address:
        pages = "".join(URL.format(address + app.builder.get_target_uri(page)) for page in sorted(app.env.found_docs))
        _write(site / "sitemap.xml", SITEMAP.format(pages))
        _write(site / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {address}sitemap.xml\n")


def _write(file, text):
    file.write_text(text, encoding="utf-8", newline="\n")

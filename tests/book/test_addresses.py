"""What a fork gets when it says where its repository and its site are, and that nothing of it is there before."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import yaml
from docutils import nodes
from jinja2 import Environment, FileSystemLoader

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "book/_ext"))

import addresses  # noqa: E402
import course  # noqa: E402

TEMPLATES = Environment(loader=FileSystemLoader(ROOT / "book/_templates"), autoescape=True)
PAGES = {"book/index", "book/tracks"}


def application(folder, baseurl):
    builder = SimpleNamespace(
        name="html",
        get_target_uri=lambda page: f"{page}.html",
        templates=SimpleNamespace(render=lambda name, context: TEMPLATES.get_template(name).render(context)),
    )
    config = SimpleNamespace(html_baseurl=baseurl, root_doc="book/index", html_title="Nets & filters")
    return SimpleNamespace(builder=builder, config=config, outdir=folder, env=SimpleNamespace(found_docs=PAGES))


@pytest.mark.parametrize("url", ["", "https://github.com/you/your-course"])
def test_buttons_appear_with_a_repository(url):
    config = SimpleNamespace(html_theme_options={"repository_url": url, "use_issues_button": False})
    addresses.add_buttons(None, config)
    options = config.html_theme_options
    assert options["use_issues_button"] == bool(url)
    assert ("launch_buttons" in options) == bool(url)


def test_the_addresses_reach_the_theme():
    site = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert site["sphinx"]["recursive_update"] is True, "or Jupyter Book forgets the repository"
    assert {"url", "branch"} <= site["repository"].keys()
    assert "baseurl" in site["html"]


def test_without_an_address_there_is_only_the_page_for_missing_ones(tmp_path):
    addresses.write(application(tmp_path, ""), None)
    assert [file.name for file in tmp_path.iterdir()] == ["404.html"]
    assert 'href="/book/index.html"' in (tmp_path / "404.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("baseurl", ["https://you.github.io/your-course", "https://you.github.io/your-course/"])
def test_an_address_gives_a_sitemap_and_leads_back_into_its_folder(tmp_path, baseurl):
    addresses.write(application(tmp_path, baseurl), None)
    sitemap = ElementTree.fromstring((tmp_path / "sitemap.xml").read_bytes())
    expected = [f"https://you.github.io/your-course/{page}.html" for page in sorted(PAGES)]
    assert [place.text for place in sitemap.iterfind("{*}url/{*}loc")] == expected
    assert "Sitemap: https://you.github.io/your-course/sitemap.xml\n" in (tmp_path / "robots.txt").read_text()
    text = (tmp_path / "404.html").read_text(encoding="utf-8")
    assert re.findall('(?:href|action|src)="([^"]*)"', text) == [
        "/your-course/book/index.html",
        "/your-course/search.html",
    ]
    assert "Nets &amp; filters" in text


def page_about(text):
    page = nodes.document(None, None)
    page += [nodes.paragraph(text="*Core: 5 minutes.*"), nodes.paragraph(text=text)]
    return page


def tags(text, baseurl):
    """The names and contents of the tags that describe a page."""
    context = {"metatags": "", "title": "Filters &amp; <em>nets</em>"}
    for tell in (course.describe, addresses.tell_address):
        tell(application(".", baseurl), "book/tracks", "page.html", context, page_about(text))
    return dict(re.findall('<meta (?:name|property)="([^"]*)" content="([^"]*)" />', context["metatags"]))


def test_a_page_says_what_it_is_about_and_where_it_is():
    text = 'A kernel is "small", and slides over a photograph, pixel by pixel, row by row.'
    found = tags(text, "https://example.org/course")
    assert found["description"] == found["og:description"] == text.replace('"', "&quot;")
    assert found["og:title"] == "Filters &amp; nets"
    assert found["og:site_name"] == "Nets &amp; filters"
    assert found["og:url"] == "https://example.org/course/book/tracks.html"
    assert "og:url" not in tags(text, "")


def test_a_long_description_ends_with_a_word():
    found = tags("convolution " * 40, "")["description"]
    assert found == "convolution " * 24 + "convolution …"

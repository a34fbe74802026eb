"""The package, the citation and the site name the same title, authors, version and addresses."""

import copy
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def read():
    """The three files in which they stand."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation, site = (yaml.safe_load((ROOT / name).read_text("utf-8")) for name in ("CITATION.cff", "_config.yml"))
    return {"pyproject.toml": package, "CITATION.cff": citation, "_config.yml": site}


def name(author):
    """An author of a citation, who is a person or an entity."""
    parts = ("given-names", "name-particle", "family-names", "name-suffix", "name")
    return " ".join(author[part] for part in parts if part in author)


def facts(files):
    """What is said in more than one place: by its name, a dict of places and what they say, None for nothing."""
    package, citation, site = files.values()
    urls, html = package.get("urls", {}), site["html"]
    authors = [author["name"] for author in package["authors"]]
    return {
        "title": {
            "CITATION.cff": citation["title"],
            "_config.yml": site["title"],
            "its logo": site["sphinx"]["config"]["html_theme_options"]["logo"]["text"],
        },
        "summary": {"pyproject.toml": package["description"], "CITATION.cff": citation["abstract"]},
        "authors": {
            "pyproject.toml": ", ".join(authors),
            "CITATION.cff": ", ".join(map(name, citation["authors"])),
            "_config.yml": site["author"],
        },
        "version": {"pyproject.toml": package["version"], "CITATION.cff": citation["version"]},
        "license": {"pyproject.toml": package["license"], "CITATION.cff": citation["license"]},
        "repository": {
            "pyproject.toml": urls.get("Repository"),
            "CITATION.cff": citation.get("repository-code"),
            "_config.yml": site["repository"]["url"] or None,
        },
        "site": {
            "pyproject.toml": urls.get("Documentation"),
            "CITATION.cff": citation.get("url"),
            "_config.yml": html["baseurl"] or None,
        },
    }


def contradictions(files):
    return [fact for fact, said in facts(files).items() if len(set(said.values())) > 1]


def test_the_files_agree():
    assert contradictions(read()) == [], "see CONTRIBUTING.md, To make it yours"


CHANGES = [
    ("title", "CITATION.cff", {"title": "Another"}),
    ("title", "_config.yml", {"title": "Another"}),
    ("summary", "pyproject.toml", {"description": "Another"}),
    ("authors", "pyproject.toml", {"authors": [{"name": "Ada Lovelace"}]}),
    ("authors", "CITATION.cff", {"authors": [{"given-names": "Ada", "family-names": "Lovelace"}]}),
    ("authors", "_config.yml", {"author": "Ada Lovelace"}),
    ("version", "CITATION.cff", {"version": "0.0.9"}),
    ("license", "CITATION.cff", {"license": "Apache-2.0"}),
    ("repository", "pyproject.toml", {"urls": {"Repository": "https://example.org/code"}}),
    ("repository", "CITATION.cff", {"repository-code": "https://example.org/code"}),
    ("repository", "_config.yml", {"repository": {"url": "https://example.org/code"}}),
    ("site", "pyproject.toml", {"urls": {"Documentation": "https://example.org"}}),
    ("site", "CITATION.cff", {"url": "https://example.org"}),
    ("site", "_config.yml", {"html": {"baseurl": "https://example.org"}}),
]


def put(change, content):
    """Make a change in the content of a file; other entries of the same table stay."""
    for key, value in change.items():
        content[key] = content.get(key, {}) | value if isinstance(value, dict) else value


@pytest.mark.parametrize(("fact", "file", "change"), CHANGES)
def test_what_a_fork_changes_in_one_file_only_is_found(fact, file, change):
    files = copy.deepcopy(read())
    put(change, files[file])
    assert contradictions(files) == [fact]


def test_a_fork_that_changes_all_files_has_no_contradiction():
    files = copy.deepcopy(read())
    for fact in ("authors", "repository", "site"):
        for _, file, change in [row for row in CHANGES if row[0] == fact]:
            put(change, files[file])
    assert contradictions(files) == []
    assert facts(files)["authors"]["CITATION.cff"] == "Ada Lovelace"


def test_the_citation_has_what_the_format_requires():
    citation = read()["CITATION.cff"]
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] in ("software", "dataset")
    assert isinstance(citation["version"], str)
    assert isinstance(citation.get("date-released", date.today()), date)
    assert citation["message"]
    assert all(map(name, citation["authors"]))

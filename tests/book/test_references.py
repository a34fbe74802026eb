"""The reading list and the lecture notes: what the bibliography says of them is what the publishers' records say."""

import re
from pathlib import Path

import pytest
from pybtex.database import parse_file

BOOK = Path(__file__).parents[2] / "book"
PAGE = (BOOK / "references.md").read_text(encoding="utf-8")
ENTRIES = parse_file(str(BOOK / "references.bib"), "bibtex").entries
NIPS, ICLR = "Advances in Neural Information Processing Systems", "International Conference on Learning Representations"
CVPR = "IEEE Conference on Computer Vision and Pattern Recognition"

# From the records of the publishers and of arXiv: authors, title, and all that is printed of the place.
READING_LIST = {
    "lecun1989b": (
        "LeCun Boser Denker Henderson Howard Hubbard Jackel",
        "Backpropagation applied to handwritten zip code recognition",
        {"journal": "Neural Computation", "volume": "1", "number": "4", "pages": "541--551", "year": "1989"},
    ),
    "lecun1998": (
        "LeCun Bottou Bengio Haffner",
        "Gradient-based learning applied to document recognition",
        {"journal": "Proceedings of the IEEE", "volume": "86", "number": "11", "pages": "2278--2324", "year": "1998"},
    ),
    "krizhevsky2012": (
        "Krizhevsky Sutskever Hinton",
        "ImageNet classification with deep convolutional neural networks",
        {
            **{"booktitle": NIPS, "volume": "25", "pages": "1097--1105", "year": "2012"},
            "note": "Reprinted in Communications of the ACM 60(6), 84--90, 2017",
        },
    ),
    "simonyan2015": (
        "Simonyan Zisserman",
        "Very deep convolutional networks for large-scale image recognition",
        {"booktitle": ICLR, "year": "2015", "eprint": "1409.1556"},
    ),
    "arora2014": (
        "Arora Bhaskara Ge Ma",
        "Provable bounds for learning some deep representations",
        {
            "booktitle": "Proceedings of the 31st International Conference on Machine Learning",
            **{"series": "Proceedings of Machine Learning Research", "volume": "32", "number": "1"},
            **{"pages": "584--592", "year": "2014", "eprint": "1310.6343"},
        },
    ),
    "szegedy2015": (
        "Szegedy Liu Jia Sermanet Reed Anguelov Erhan Vanhoucke Rabinovich",
        "Going deeper with convolutions",
        {"booktitle": CVPR, "pages": "1--9", "year": "2015", "eprint": "1409.4842"},
    ),
    "lin2014": ("Lin Chen Yan", "Network in network", {"booktitle": ICLR, "year": "2014", "eprint": "1312.4400"}),
    "vasconcelos2017": (
        "Vasconcelos Vasconcelos",
        "Convolutional neural network committees for melanoma classification with classical and expert knowledge based "
        "image transforms data augmentation",
        {"year": "2017", "eprint": "1702.07025"},
    ),
    "he2016": (
        "He Zhang Ren Sun",
        "Deep residual learning for image recognition",
        {"booktitle": CVPR, "pages": "770--778", "year": "2016", "eprint": "1512.03385"},
    ),
}
NOTES = {  # what the title page says: on the page of the book, and in the bibliography
    "cheng": (["Xiuyuan Cheng", "Zuoming Dai", "Tianyu Wang"],) * 2,
    "hofmann": (["Thomas Hofmann", "Yao Zhang"],) * 2,
    "wichmann2018": (["Kristian Wichmann", "18 February 2018"], ["Kristian Wichmann", "February 18", "2018"]),
    "bulletnotes": (["no author"], ["Anonymous"]),
    "chen2019": (
        ["Changyou Chen", "University at Buffalo", "7 March 2019"],
        ["Changyou Chen", "University at Buffalo", "March 7", "2019"],
    ),
}


def remark(label):
    """The text of a remark of the page."""
    return re.search(rf":label: {label}\n(.*?)\n:::", PAGE, re.DOTALL)[1]


def cited(text):
    return re.findall(r"\{cite:t\}`([^`]+)`", text)


@pytest.mark.checks("rem-reading-list")
@pytest.mark.parametrize("key", READING_LIST)
def test_a_paper_of_the_reading_list_is_the_right_one(key):
    authors, title, place = READING_LIST[key]
    entry = ENTRIES[key]
    found = dict(entry.fields)
    assert [person.last_names for person in entry.persons["author"]] == [[name] for name in authors.split()]
    assert re.sub(r"[{}]", "", found.pop("title")) == title
    found = {name: value for name, value in found.items() if name.lower() not in ("archiveprefix", "doi", "url")}
    assert found == place


@pytest.mark.checks("rem-reading-list")
def test_the_page_lists_the_nine_papers_and_no_other():
    rows = [line for line in remark("rem-reading-list").splitlines() if line.startswith("- ")]
    assert [cited(row) for row in rows] == [[key] for key in READING_LIST]
    module = [row for row in rows if "inception module" in row]
    assert [cited(row) for row in module] == [["szegedy2015"]]


def test_five_of_them_stood_on_arxiv_in_the_year_before_their_conference():
    both = [ENTRIES[key].fields for key in READING_LIST if {"booktitle", "eprint"} <= set(ENTRIES[key].fields)]
    assert [int(fields["year"]) - (2000 + int(fields["eprint"][:2])) for fields in both] == [1] * 5


@pytest.mark.checks("rem-lecture-notes")
def test_the_lecture_notes_have_their_lecturers_and_scribes_on_the_page_and_in_the_bibliography():
    lines = [line for line in remark("rem-lecture-notes").splitlines() if line.startswith("- ")]
    assert [cited(line) for line in lines] == [[key] for key in NOTES]
    for line, (key, (words, printed)) in zip(lines, NOTES.items(), strict=True):
        (author,) = ENTRIES[key].persons["author"]
        name = " ".join(author.first_names + author.last_names).strip("{}")
        entry = f"{name} {ENTRIES[key].fields['note']} {ENTRIES[key].fields['year']}"
        assert [word for word in words if word not in line] == []
        assert [word for word in printed if word not in entry] == []


def test_no_work_stands_twice():
    works = [
        (str(entry.persons["author"][0]), re.sub(r"\W", "", entry.fields["title"]).lower())
        for entry in ENTRIES.values()
    ]
    assert sorted(works) == sorted(set(works))

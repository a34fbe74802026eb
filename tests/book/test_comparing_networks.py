"""The page that compares the networks is what they and the record of the measurements say, and so are its sentences."""

import json

import comparing
import pytest
from catalogue import NETWORKS

from cnn_course import nets


@pytest.fixture(scope="module")
def counts():
    return {name: comparing.counted(name) for name in NETWORKS}


@pytest.fixture(scope="module")
def record():
    return json.loads(comparing.RECORD.read_text(encoding="utf-8"))


def test_the_page_is_made_from_the_networks_and_the_record(counts, record):
    assert comparing.PAGE.read_text(encoding="utf-8") == comparing.page(counts, record)


def test_every_network_is_compared():
    """But for the variants with batch norm of VGG, and the plain twins for small images."""
    made = {getattr(make, "func", make).__name__ for make, _ in NETWORKS.values()}
    functions = {name for name in nets.__all__ if name.islower() and name != "auxiliary_loss"}
    assert functions - made == {"vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn", "plain_cifar"}


def test_the_sentences_on_counts(counts, record):
    numbers = comparing.numbers_of(counts, record["networks"])
    for name in ("LeNet-5", "AlexNet", "VGG-16"):
        assert numbers["share"][name] > 85
    for name in ("GoogLeNet", "ResNet-50"):
        assert numbers["share"][name] < 16
    assert all(numbers["work_share"][name] < 1 for name in ("VGG-16", "GoogLeNet", "ResNet-50"))  # "below 1"
    assert 9 < 152 / 16 < 10  # "nearly ten times as many layers"
    assert counts["ResNet-50"]["parameters"] == counts["ResNet-50 v1"]["parameters"]
    of_vgg = numbers["of_vgg"]
    assert of_vgg["parameters"] < of_vgg["work"] < 100 < of_vgg["activations"]


def test_the_sentences_on_measurements(counts, record):
    networks = record["networks"]
    numbers = comparing.numbers_of(counts, networks)
    speed = numbers["speed"]
    largest = [f"VGG-{depth}" for depth in (11, 13, 16, 19)]
    slowest_of_them = min(speed[name] for name in largest)
    assert all(speed[name] < slowest_of_them for name in NETWORKS if name not in largest)
    assert slowest_of_them > 0.75 * speed["VGG-16"]  # on the line, as far as the eye can tell
    assert 2 * speed["LeNet-5"] < speed["ResNet-110 for CIFAR"] < speed["AlexNet"] < speed["VGG-16"]
    assert 1.25 * numbers["longer"]["AlexNet"] < numbers["times_work"]["AlexNet"]
    assert numbers["peak"]["VGG-16"] < 50
    assert numbers["peak"]["ResNet-50"] < 50
    assert [name for name in NETWORKS if "PyTorch" not in networks[name]["time"]] == ["LeNet-5 of 1998"]


@pytest.mark.parametrize("name", ["VGG-16", "ResNet-50"])
def test_a_forward_pass_holds_no_more_than_pytorch_s(record, name):
    held = record["networks"][name]["memory"]
    assert held["ours"] <= held["PyTorch"]


def test_the_sentences_on_published_errors(counts, record):
    numbers = comparing.numbers_of(counts, record["networks"])
    error = numbers["error"]
    assert error["plain-34"] > error["plain-18"] > error["ResNet-18"] > error["ResNet-34"]
    assert numbers["winner"] > numbers["successor"]
    assert numbers["factor"] > 8

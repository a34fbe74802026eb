"""What pyzmq says on Windows, wherever a notebook is run, is no error there."""

import asyncio

import pytest
import zmq.asyncio


@pytest.fixture
def loop(monkeypatch):
    """An event loop that pyzmq takes for the one of Windows."""
    loop = asyncio.SelectorEventLoop()
    monkeypatch.setattr(asyncio, "ProactorEventLoop", asyncio.SelectorEventLoop, raising=False)
    yield loop
    loop.close()


def test_the_warning_is_no_error(loop):
    zmq.asyncio._get_selector_windows(loop)


def test_it_is_the_warning_that_pyzmq_gives(loop):
    with pytest.warns(RuntimeWarning, match="^Proactor event loop does not implement add_reader"):
        zmq.asyncio._get_selector_windows(loop)

"""The browser of this machine, Chromium or one of its kind, which prints the book and tries out the site."""

import functools
import shutil
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
QUIET = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


def program():
    """Path of the browser; None if there is none on the PATH."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class _Silent(SimpleHTTPRequestHandler):
    """Serves without a line for each request."""

    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def served(folder):
    """Serve a folder on this machine, and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Silent, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

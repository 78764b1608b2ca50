"""What looks at a page as a whole waits until there is one."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread, Timer

import pytest

from tests.browser.anblick import overhang

BREIT = '<!doctype html><html lang="de"><title>Breit</title><div style="width: 3000px">Breit</div></html>'


class Langsam(BaseHTTPRequestHandler):
    """/ has a link to /breit, whose answer begins at once and comes when the test lets it."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        if self.path == "/breit":
            self.wfile.flush()
            self.server.weiter.wait(30)
        self.wfile.write(BREIT.encode() if self.path == "/breit" else b'<!doctype html><a href="/breit">Weiter</a>')

    def log_message(self, *args):
        """Say nothing: the address is all it would tell."""


@pytest.fixture
def langsam():
    with ThreadingHTTPServer(("127.0.0.1", 0), Langsam) as server:
        server.weiter = Event()
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.weiter.set()
        server.shutdown()


@pytest.fixture
def begonnen(page, langsam):
    """The page just after the tap: the answer has begun, nothing of it is there; the rest comes in a moment."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"http://127.0.0.1:{langsam.server_port}")
    page.get_by_role("link").click()
    assert page.evaluate("document.documentElement") is None
    Timer(0.3, langsam.weiter.set).start()
    return page


def test_a_page_just_reached_is_waited_for(begonnen):
    assert overhang(begonnen) > 1000


def test_axe_waits_for_the_page_too(begonnen, pruefe):
    with pytest.raises(AssertionError, match="landmark-one-main"):
        pruefe(begonnen)

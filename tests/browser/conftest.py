"""Debian's Chromium for the browser tests: where it is missing they skip, all with the same one line."""

import os
import shutil

import pytest
from playwright.sync_api import expect

from tests.conftest import PASSWORT

FEHLT = "Chromium fehlt (apt-get install chromium): die Browser-Tests werden übersprungen."

expect.set_options(timeout=30_000)  # a busy machine checks an upload for longer than Playwright's five seconds


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    pfad = shutil.which("chromium")
    if pfad is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, aber Chromium fehlt.", pytrace=False)
        pytest.skip(FEHLT)
    schalter = ["--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    schalter += ["--disable-component-update", "--disable-sync", "--no-sandbox"]
    return {**browser_type_launch_args, "executable_path": pfad, "args": schalter}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "de-CH", "timezone_id": "Europe/Zurich", "reduced_motion": "reduce"}


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts[:-1] or "page" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session", autouse=True)
def _django_beside_the_browser():
    """Playwright runs a loop of its own in this thread, which Django would take for an asynchronous view."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture
def adresse(live_server):
    """The address of the running portal (localhost, as cookies and Referer expect it)."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def anmelden(page, adresse):
    """Log a person in through the page, as he would."""

    def enter(person):
        page.goto(f"{adresse}/konto/anmelden/")
        page.get_by_label("E-Mail-Adresse").fill(person.login)
        page.get_by_label("Passwort", exact=True).fill(PASSWORT)
        page.get_by_role("button", name="Anmelden", exact=True).click()
        page.wait_for_url(f"{adresse}/")

    return enter


@pytest.fixture
def pruefe():
    """Return a check of one page: axe finds nothing (WCAG 2.2 AA and best practice), nothing was blocked by the CSP."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    regeln = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

    def check(page):
        funde = axe.run(page, options={"runOnly": regeln}).response["violations"]
        assert [(fund["id"], [knoten["html"] for knoten in fund["nodes"]]) for fund in funde] == []

    return check


@pytest.fixture
def gemeldet(page):
    """What the browser's console says from here on; a refused style or script turns up in it."""
    zeilen: list[str] = []
    page.on("console", lambda nachricht: zeilen.append(nachricht.text))
    page.on("pageerror", lambda fehler: zeilen.append(str(fehler)))
    return zeilen


@pytest.fixture(scope="session")
def base_url():
    """Instead of the one of pytest-base-url, whose form the newest pytest warns of; we use live_server's address."""

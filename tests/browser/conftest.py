"""Debian's Chromium for the browser tests: where it is missing they skip, all with the same one line."""

import os
from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.anblick import settle
from tests.chromium import find_chromium

FEHLT = "Chromium fehlt (apt-get install chromium-headless-shell): die Browser-Tests werden übersprungen."

expect.set_options(timeout=30_000)  # a busy machine checks an upload for longer than Playwright's five seconds


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, django_db_setup):
    """The database is there first and goes last: while a browser is open its lines hold sessions that forbid dropping it."""
    pfad = find_chromium()
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
    """Give the browser a person's session. The login's own form is walked by tests of its own (test_mitglieder).

    enter(person, pfad): opens that page right away, if one is given.
    """

    def enter(person, pfad=""):
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        wert = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": wert, "url": adresse}])
        if pfad:
            page.goto(adresse + pfad)

    return enter


@pytest.fixture
def open_still(page, anmelden):
    """Return what opens a page as a person and then stops its clock: «within three seconds» without those of a busy machine.

    The page's time goes on by page.clock.run_for alone.
    """

    def open_page(person, pfad):
        page.clock.install()
        anmelden(person, pfad)
        page.clock.pause_at(timezone.now() + timedelta(minutes=1))

    return open_page


@pytest.fixture
def pruefe():
    """Return a check of one page: axe finds nothing (WCAG 2.2 AA and best practice), nothing was blocked by the CSP."""
    # No frames: a mail in its preview is a closed box (sandbox), axe's knocking at it would only fill the console.
    # Only what is wrong is told in full: writing down what is right takes axe longer than looking.
    stufen = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    regeln = {"runOnly": stufen, "iframes": False, "resultTypes": ["violations"]}

    def check(page):
        settle(page)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        funde = page.evaluate("regeln => axe.run(regeln).then(ergebnis => ergebnis.violations)", regeln)
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

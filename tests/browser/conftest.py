"""Debian's Chromium for the browser tests: where it is missing they skip, all with the same one line."""

import os
import shutil

import pytest

FEHLT = "Chromium fehlt (apt-get install chromium): die Browser-Tests werden übersprungen."


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
    return {**browser_context_args, "locale": "de-CH", "timezone_id": "Europe/Zurich"}


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts[:-1] or "page" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")

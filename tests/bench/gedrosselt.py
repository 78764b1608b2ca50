"""The meeting page over a slow mobile line: 400 ms round trip, 400 kbit/s, nothing in the browser's store."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Iterator

from .messung import Zahl
from .seiten import server

LAEUFE = 5
LEITUNG = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
# Readable: the text is painted in its style. Chromium tells when it first painted, and styles block painting.
LESBAR = """() => new Promise(fertig => {
  const gemalt = performance.getEntriesByName("first-contentful-paint")[0];
  if (gemalt) return fertig(gemalt.startTime / 1000);
  new PerformanceObserver((liste, beobachter) => {
    const [eintrag] = liste.getEntriesByName("first-contentful-paint");
    if (eintrag) { beobachter.disconnect(); fertig(eintrag.startTime / 1000); }
  }).observe({ type: "paint", buffered: true });
})"""


def messen() -> Iterator[Zahl]:
    """Yield the seconds until the large meeting page is readable (median)."""
    pfad = shutil.which("chromium")
    if pfad is None:
        print("  Chromium fehlt (apt-get install chromium): nicht gemessen.")
        return
    from playwright.sync_api import sync_playwright

    with server(40) as gross, sync_playwright() as spiel:
        browser = spiel.chromium.launch(executable_path=pfad, args=["--no-sandbox", "--disable-dev-shm-usage"])
        zeiten = []
        for _ in range(LAEUFE):
            kontext = browser.new_context(viewport={"width": 375, "height": 812})
            kontext.add_cookies(
                [{"name": "sessionid", "value": gross.schluessel[0], "domain": "localhost", "path": "/"}]
            )
            seite = kontext.new_page()
            leitung = kontext.new_cdp_session(seite)
            leitung.send("Network.enable")
            leitung.send("Network.emulateNetworkConditions", LEITUNG)
            antwort = seite.goto(f"http://localhost:{gross.port}{gross.sitzung}", wait_until="domcontentloaded")
            if antwort is None or antwort.status != 200:
                raise RuntimeError("Die Seite der Sitzung ist nicht gekommen.")
            zeiten.append(seite.evaluate(LESBAR))
            kontext.close()
        browser.close()
    yield Zahl("Sitzung lesbar bei 400 ms und 400 kbit/s", statistics.median(zeiten), hoechstens=2.5, einheit="s")

"""The meeting page and the ballot over a slow mobile line: 400 ms round trip, 400 kbit/s, nothing in the browser's store."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from tests.chromium import find_chromium

from .abstimmen import oeffne, saal
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
    """Yield the seconds until the large meeting page is readable, and until the ballot can be given (medians)."""
    pfad = find_chromium()
    if pfad is None:
        print("  Chromium fehlt (apt-get install chromium-headless-shell): nicht gemessen.")
        return
    with server(40) as gross:
        wert = lade(pfad, gross.port, gross.schluessel[0], gross.sitzung)
    yield Zahl("Sitzung lesbar bei 400 ms und 400 kbit/s", wert, hoechstens=2.5, einheit="s")
    with saal() as raum:
        oeffne(raum, raum.votes[0][0])
        wert = lade(pfad, raum.port, raum.sessions[0], f"/abstimmungen/{raum.votes[0][1]}/", 'input[name="wahl"]')
    yield Zahl("Stimmkarte brauchbar bei 400 ms und 400 kbit/s", wert, hoechstens=2.5, einheit="s")


def lade(pfad: str, port: int, session: str, adresse: str, braucht: str = "h1") -> float:
    """Return the seconds until a page is painted and the element it needs is there (median of LAEUFE, nothing stored)."""
    from playwright.sync_api import sync_playwright

    zeiten = []
    with sync_playwright() as spiel:
        browser = spiel.chromium.launch(executable_path=pfad, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for _ in range(LAEUFE):
            kontext = browser.new_context(viewport={"width": 375, "height": 812})
            kontext.add_cookies([{"name": "sessionid", "value": session, "domain": "localhost", "path": "/"}])
            seite = kontext.new_page()
            leitung = kontext.new_cdp_session(seite)
            leitung.send("Network.enable")
            leitung.send("Network.emulateNetworkConditions", LEITUNG)
            antwort = seite.goto(f"http://localhost:{port}{adresse}", wait_until="domcontentloaded")
            if antwort is None or antwort.status != 200 or not seite.locator(braucht).count():
                raise RuntimeError(f"Die Seite ist nicht gekommen: {adresse}")
            zeiten.append(seite.evaluate(LESBAR))
            kontext.close()
        browser.close()
    return statistics.median(zeiten)

"""How long a dossier of 200 pages takes beside its floor, in the same run: `python -m tests.bench mappe`.

Floor: a fresh process that imports WeasyPrint, renders the same own pages once and copies the same papers with
pikepdf, without stamps, bookmarks, jumps or printed page numbers. Ours: konferenz.mappe.build_mappe as the portal
calls it, its child process included. Interleaved, median of the runs.
"""

from __future__ import annotations

import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .messung import Zahl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

BODEN = """
import io, json, os, sys
aufgabe = json.loads(sys.stdin.read())
import weasyprint, pikepdf
from pathlib import Path
class Nur(weasyprint.urls.URLFetcher):
    def fetch(self, url, headers=None):
        return weasyprint.urls.URLFetcherResponse(url, Path(aufgabe["assets"][url[6:]]).read_bytes(), {"Content-Type": "text/css"})
eigene = weasyprint.HTML(string=aufgabe["html"], base_url="asset:/", url_fetcher=Nur()).write_pdf(pdf_tags=True)
mappe = pikepdf.open(io.BytesIO(eigene))
for pfad in aufgabe["pfade"]:
    with pikepdf.open(pfad) as quelle:
        mappe.pages.extend(quelle.pages)
mappe.save(aufgabe["ziel"])
os._exit(0)  # as ours: without the interpreter's tear-down
"""


VORLAGE = "pdf/sitzungsmappe.html"  # the portal's own cover, agenda and contents


@dataclass(frozen=True)
class Messung:
    """Medians in seconds, and how many pages and bytes the dossier has."""

    seiten: int
    bytes: int
    mappe_s: float
    boden_s: float

    @property
    def faktor(self) -> float:
        return self.mappe_s / self.boden_s


def make_papiere(ordner: Path, seiten: int, stueck: int = 9) -> list[Path]:
    """Write papers of together `seiten` pages of running text, embedded fonts included, as an office would print them."""
    import weasyprint

    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    absatz = (
        "<p>Die Sozialregionen nehmen Kenntnis vom Stand der Umsetzung und melden ihre Zahlen bis Ende Jahr.</p>" * 16
    )
    je_papier = seiten // stueck
    pfade = []
    for nummer in range(stueck):
        html = "".join(
            f"<section style='break-after: page'><h2>Abschnitt {n + 1}</h2>{absatz}</section>" for n in range(je_papier)
        )
        pfad = ordner / f"papier-{nummer}.pdf"
        weasyprint.HTML(string=f"<title>Papier {nummer}</title><h1>Papier {nummer}</h1>{html}").write_pdf(pfad)
        pfade.append(pfad)
    return pfade


def make_context(papiere: list[Path]) -> dict[str, object]:
    """Return what the cover and an agenda of 15 items print."""
    beginn = datetime(2026, 12, 10, 13, 0, tzinfo=UTC)
    return {
        "stand": datetime(2026, 12, 3, 7, 0, tzinfo=UTC),
        "briefkopf": {"name": "Verband", "adresse": "", "telefon": "", "email": ""},
        "sitzung": {
            "titel": "4. ordentliche Sitzung 2026",
            "titel_dativ": "4. ordentlichen Sitzung 2026",
            "nummer": "4/2026",
            "beginn": beginn,
            "ende": beginn,
            "ort": "Landhaus Solothurn",
            "form": "vor_ort",
            "form_text": "vor Ort",
        },
        "traktanden": [
            {
                "position": nummer,
                "titel": f"Geschäft der Sozialregionen {nummer}",
                "art": "information",
                "art_text": "Information",
                "von": beginn,
                "bis": beginn,
                "referent": "Präsidium Thal-Gäu",
                "zusammenfassung": "Die Geschäftsstelle fasst in zwei Sätzen zusammen, worum es geht. " * 3,
                "papiere": [
                    {"titel": papier.stem, "angaben": "PDF, 22 Seiten", "folgt": False}
                    for papier in papiere[nummer - 1 : nummer]
                ],
            }
            for nummer in range(1, 16)
        ],
    }


def measure(seiten: int = 200, laeufe: int = 5) -> Messung:
    """Build the dossier and its floor alternately and return the medians."""
    import django

    django.setup()
    from konferenz import mappe, pdf

    with tempfile.TemporaryDirectory() as name:
        ordner = Path(name)
        papiere = make_papiere(ordner, seiten - 2)
        teile = []
        for nummer, papier in enumerate(papiere, 1):
            teile += [
                mappe.Teil(f"{nummer} Traktandum {nummer}"),
                mappe.Teil(papier.stem, 2, papier, f"Trakt. {nummer}"),
            ]
        context = make_context(papiere)
        html = pdf.render_html(VORLAGE, {**context, "verzeichnis": mappe.make_verzeichnis(teile)})
        aufgabe = json.dumps(
            {
                "html": html,
                "assets": pdf.print_assets(),
                "pfade": [str(papier) for papier in papiere],
                "ziel": str(ordner / "boden.pdf"),
            }
        )
        zeiten: dict[str, list[float]] = {"mappe": [], "boden": []}
        for lauf in range(laeufe + 1):
            beginn = time.perf_counter()
            subprocess.run(
                [sys.executable, "-I", "-c", BODEN], input=aufgabe, text=True, check=True, capture_output=True
            )
            mitte = time.perf_counter()
            fertig = mappe.build_mappe(VORLAGE, context, teile)
            ende = time.perf_counter()
            if lauf:  # the first warms the caches of disk and fonts
                zeiten["boden"].append(mitte - beginn)
                zeiten["mappe"].append(ende - mitte)
        return Messung(
            fertig.seiten, len(fertig.inhalt), statistics.median(zeiten["mappe"]), statistics.median(zeiten["boden"])
        )


def messen() -> Iterator[Zahl]:
    """Yield the figure of the report."""
    messung = measure()
    name = f"Mappe, {messung.seiten} Seiten, {messung.bytes / 1e6:.1f} MB"
    yield Zahl(name, messung.mappe_s, messung.boden_s, 1.5, einheit="s", boden_name="nackt gesetzt und gebunden")

"""The meeting's own PDFs: the agenda, the dossier of agenda and papers, and the sheets for a meeting on paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from konferenz.dateien import path_of
from konferenz.mappe import Teil, build_mappe
from konferenz.models import Datei
from konferenz.pdf import render_pdf
from mitglieder.models import Sozialregion

from .models import Traktandum
from .queries.druck import Listenzeile
from .queries.paket import Inhalt, angaben, dossier_inhalt, titel_dativ
from .queries.praesenzjahr import Praesenzjahr


@dataclass(frozen=True)
class Dossier:
    """A finished dossier. defekte: uuid of a file that could not be merged -> sentence (then inhalt is of no use)."""

    inhalt: bytes
    seiten: int
    defekte: dict[str, str]


def make_traktandenliste(inhalt: Inhalt, *, stand: datetime) -> bytes:
    """Return the agenda as PDF on the letterhead: what the wide circle may read, so nothing confidential.

    inhalt: of queries.paket.load_inhalt.  stand: when it was made.  Raises PdfError.
    """
    return render_pdf("pdf/traktandenliste.html", _context(dossier_inhalt(inhalt, ()), stand))


def make_dossier(inhalt: Inhalt, ausgelassen: Iterable[str], *, stand: datetime) -> Dossier:
    """Return cover, agenda and all PDF papers that are not confidential as one PDF with bookmarks and page stamps.

    ausgelassen: uuids of papers that are left out and named as «folgt».  Raises PdfError.
    """
    roh = dossier_inhalt(inhalt, ausgelassen)
    papiere: dict[int, list[dict[str, Any]]] = {t["position"]: [] for t in roh["traktanden"]}
    for fassung in roh["fassungen"]:
        if fassung["typ"] == Datei.Typ.PDF:
            papiere[fassung["traktandum"]].append(fassung)
    teile: list[Teil] = []
    for traktandum in roh["traktanden"]:
        nr = traktandum["position"]
        if papiere[nr]:
            teile.append(Teil(titel=f"{nr} {traktandum['titel']}"))
        teile += [
            Teil(titel=f["titel"], ebene=2, pfad=path_of(UUID(f["datei"])), stempel=f"Traktandum {nr}")
            for f in papiere[nr]
        ]
    mappe = build_mappe("pdf/sitzungsmappe.html", _context(roh, stand), teile)
    defekte = {
        str(teil.pfad.name): f"«{teil.titel}» lässt sich nicht öffnen; bitte nochmals hochladen."
        for teil in mappe.ausgelassen
        if teil.pfad is not None
    }
    return Dossier(mappe.inhalt, mappe.seiten, defekte)


def _context(roh: Inhalt, stand: datetime) -> dict[str, Any]:
    sitzung = roh["sitzung"] | {name: datetime.fromisoformat(roh["sitzung"][name]) for name in ("beginn", "ende")}
    sitzung["titel_dativ"] = titel_dativ(roh["sitzung"]["titel"])
    papiere: dict[int, list[dict[str, Any]]] = {}
    for fassung in roh["fassungen"] + [f | {"folgt": True} for f in roh["ausgelassen"]]:
        papiere.setdefault(fassung["traktandum"], []).append({"folgt": False} | fassung | {"angaben": angaben(fassung)})
    return {
        "sitzung": sitzung,
        "briefkopf": roh["absender"],
        "stand": stand,
        "traktanden": [
            t
            | {
                "von": datetime.fromisoformat(t["von"]),
                "bis": datetime.fromisoformat(t["bis"]),
                "papiere": papiere.get(t["position"], []),
            }
            for t in roh["traktanden"]
        ],
    }


def make_praesenznachweis(region: Sozialregion, praesenz: Praesenzjahr, *, stand: datetime) -> bytes:
    """Return the evidence of a region's attendance in a year: dates, persons, times, no amounts (R37).

    praesenz: of queries.praesenzjahr.load_praesenzjahr for the region's seat alone.  stand: when it was made.  Raises PdfError.
    """
    return render_pdf(
        "pdf/praesenznachweis.html",
        {"region": region, "praesenz": praesenz, "zeile": praesenz.zeilen[0], "stand": stand},
    )


def make_praesenzliste(kopf: dict[str, Any], zeilen: Iterable[Listenzeile], *, stand: datetime) -> bytes:
    """Return the sheet to sign: every seat with its member, its substitute and a place for the name's sign. Raises PdfError.

    kopf, zeilen: of queries.druck.  stand: when it was made.
    """
    return render_pdf("pdf/praesenzliste.html", {"sitzung": kopf, "zeilen": list(zeilen), "stand": stand})


def make_zaehlblatt(
    kopf: dict[str, Any], entscheide: Iterable[Traktandum], mehr: Iterable[tuple[int, int]], *, stand: datetime
) -> bytes:
    """Return one sheet per decision to count votes on, with the two-thirds table; one empty sheet where there is none.

    kopf, entscheide, mehr: of queries.druck.  stand: when it was made.  Raises PdfError.
    """
    blaetter: list[tuple[int | None, str]] = [(t.position, t.titel) for t in entscheide]
    tabelle = list(mehr)
    return render_pdf(
        "pdf/zaehlblatt.html", {"sitzung": kopf, "blaetter": blaetter or [(None, "")], "mehr": tabelle, "stand": stand}
    )

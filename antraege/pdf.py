"""The record of a vote as a PDF, laid out from nothing but the record itself: the same record gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from antraege.queries.ergebnis import read_sitze
from antraege.rules import ausgang_wort, ergebnis_satz
from konferenz.pdf import Anhang, render_pdf
from konferenz.rules import Auszaehlung, Mehrheit

ANHANG = "abstimmungsprotokoll.json"
KOPF = {"name": "Sozialpräsidienkonferenz", "adresse": "", "telefon": "", "email": ""}
_ZEITEN = ("eroeffnet", "geschlossen", "nacherfasst")


def make_abstimmungsprotokoll(huelle: str, *, journal: Mapping[str, Any]) -> bytes:
    """Return the record as PDF/A-3a and PDF/UA-1 with the machine-readable one attached inside.

    huelle: of schritte.protokoll.make_huelle, full or public.  journal: the entry of the close (seq, hash), printed as
    the head of the journal at that moment.  The letterhead is fixed, not the office's setting: an address that changes
    must not change an old record. Raises PdfError.
    """
    datei = json.loads(huelle)
    protokoll = json.loads(datei["protokoll"])
    protokoll |= {name: _zeit(protokoll[name]) for name in _ZEITEN}
    protokoll["sitzung"] |= {"beginn": _zeit(protokoll["sitzung"]["beginn"])}
    zahlen = Auszaehlung(**{name: protokoll[name] for name in ("anwesend", "ja", "nein", "enthaltung")})
    mehrheit = Mehrheit(protokoll["mehrheit"])
    is_voll = protokoll["fassung"] == "voll"
    kontext = {
        "briefkopf": KOPF,
        "stand": protokoll["geschlossen"],
        "p": protokoll,
        "zahlen": zahlen,
        "wort": ausgang_wort(mehrheit, zahlen),
        "satz": ergebnis_satz(mehrheit, zahlen),
        "is_voll": is_voll,
        "is_verbindlich": mehrheit is not Mehrheit.KONSULTATIV,
        "sitze": _sitze(datei["protokoll"], protokoll) if is_voll else (),
        "sha256": datei["sha256"],
        "journal": journal,
        "anhang": ANHANG,
    }
    anhang = Anhang(ANHANG, huelle.encode(), "Das Abstimmungsprotokoll zum Nachzählen", protokoll["geschlossen"])
    return render_pdf("pdf/abstimmungsprotokoll.html", kontext, anhaenge=[anhang])


def _sitze(text: str, protokoll: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"stimme": sitz, "zeit": None if protokoll["nacherfasst"] else _zeit(zeile["zeit"])}
        for sitz, zeile in zip(read_sitze(text), protokoll["stimmen"], strict=True)
    ]


def _zeit(wert: str | None) -> datetime | None:
    return datetime.fromisoformat(wert) if wert else None

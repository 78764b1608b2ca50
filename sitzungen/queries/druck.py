"""What the sheets for a meeting on paper are made from: seats to sign, decisions to count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from konferenz.rules import noetige_ja
from sitzungen.models import Sitzung, Teilnahme, Traktandum

from .diskussion import sitz_kurz
from .paket import titel_dativ
from .praesenz import load_lage


@dataclass(frozen=True)
class Listenzeile:
    """One seat on the sheet to sign. stand: what was announced, in words."""

    nr: int
    sitz: str
    is_stimmberechtigt: bool
    mitglied: str
    zusatz: str
    vertretung: str
    stand: str


def load_kopf(sitzung: Sitzung) -> dict[str, Any]:
    """Return what pdf/_sitzungsangaben.html shows of a meeting (no query); never the video link."""
    return {
        "kennung": sitzung.kennung,
        "nummer": sitzung.nummer,
        "titel": sitzung.titel,
        "titel_dativ": titel_dativ(sitzung.titel),
        "beginn": sitzung.beginn_at,
        "ende": sitzung.ende_at,
        "ort": sitzung.ort,
        "form": sitzung.form,
        "form_text": sitzung.get_form_display(),
    }


def list_sitze(sitzung: Sitzung) -> list[Listenzeile]:
    """Return all seats in seat order with holder and named substitute (the queries of load_lage)."""
    zeilen = []
    for nr, zeile in enumerate(load_lage(sitzung), start=1):
        mandat = zeile.mandat
        zeilen.append(
            Listenzeile(
                nr=nr,
                sitz=sitz_kurz(zeile.sitz),
                is_stimmberechtigt=zeile.sitz.stimmberechtigt,
                mitglied=mandat.person.name if mandat else "vakant",
                zusatz="designiert, ohne Stimme" if mandat and mandat.status == mandat.Status.DESIGNIERT else "",
                vertretung=zeile.vertretung.name if zeile.vertretung else "",
                stand="entschuldigt" if zeile.antwort == Teilnahme.Antwort.ENTSCHULDIGT else "",
            )
        )
    return zeilen


def list_entscheide(sitzung: Sitzung) -> list[Traktandum]:
    """Return the items that are decided, in the agenda's order (one query)."""
    return list(sitzung.traktanden.filter(art=Traktandum.Art.ENTSCHEID).order_by("position"))


def make_mehrtabelle(stimmsitze: int) -> list[tuple[int, int]]:
    """Return for each number of voting seats present, from all to one, how many yes votes an Antrag needs."""
    return [(anwesend, noetige_ja(anwesend)) for anwesend in range(stimmsitze, 0, -1)]

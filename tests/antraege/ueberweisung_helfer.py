"""Decided motions and their reports, for the tests that take them to the board."""

from __future__ import annotations

from datetime import timedelta

from antraege.actions import bericht as deeds
from antraege.models import Antrag, Bericht
from antraege.pdf_bericht import make_bericht
from antraege.queries.bericht import load_inhalt
from antraege.rules.bericht import FELDER, bericht_dateiname
from antraege.views.protokoll import make_oeffentliche_huelle
from konferenz.dateien import store_bytes
from sitzungen.models import Sitzung

from .abschluss import close_with

UNTERSCHRIFTEN = {
    "unterschrift_vorsitz": "Vera Vorsitz, Präsidentin",
    "unterschrift_geschaeftsfuehrung": "Gero Führung, Geschäftsführer",
}


def decide(vote, *, ja=10, nein=3, enthaltung=1, schliessen=True) -> Antrag:
    """Close an open vote on a motion and its meeting; return the motion."""
    close_with(vote, ja=ja, nein=nein, enthaltung=enthaltung)
    if schliessen:
        close_meeting(vote.sitzung)
    return Antrag.objects.get(pk=vote.antragsfassung.antrag_id)


def close_meeting(sitzung: Sitzung) -> None:
    Sitzung.objects.filter(pk=sitzung.pk).update(
        status="geschlossen", aktuell=None, beendet_at=sitzung.beginn_at + timedelta(hours=2)
    )


def texte(bericht: Bericht, **anders: str) -> dict[str, str]:
    """Return the texts of a report with signatures, and what is to be different."""
    return {feld: getattr(bericht, feld) for feld in FELDER} | UNTERSCHRIFTEN | anders


def prepare(antrag: Antrag, *, actor, now, **anders: str) -> Bericht:
    """Return a report with signatures, not released."""
    bericht = deeds.create_bericht(antrag.pk, actor=actor, now=now)
    return deeds.save_bericht(bericht.pk, texte(bericht, **anders), stand=bericht.stand, actor=actor, now=now)


def render(bericht: Bericht, *, now, is_entwurf: bool = False) -> bytes:
    inhalt = load_inhalt(bericht)
    return make_bericht(inhalt, make_oeffentliche_huelle(inhalt.abstimmung), stand=now, is_entwurf=is_entwurf)


def store(bericht: Bericht, inhalt: bytes = b"%PDF-1.7 Bericht"):
    """Return a stored file in the place of the report's PDF."""
    return store_bytes(bericht_dateiname(art=bericht.art, kennung=bericht.antrag.kennung), "pdf", inhalt)

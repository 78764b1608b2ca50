"""Motions on their way: submitted, on an agenda, at the board, answered."""

from __future__ import annotations

from datetime import date, timedelta

from antraege.models import Antrag, Antragsbeilage
from konferenz.dateien import store_bytes
from tests.conftest import make_datei, make_sitzung, make_traktandum, pdf_bytes

from .zeilen import write_abstimmung, write_antrag, write_bericht, write_entscheid


def make_eingereicht(person, *, nr=4, now, **felder):
    """Return a motion submitted by a person, with its first version."""
    return write_antrag(person, nr=nr, at=now, **felder)


def attach(antrag, titel="Berechnung", *, now):
    """Attach a file to a submitted motion."""
    return Antragsbeilage.objects.create(
        antrag=antrag,
        datei=make_datei(f"{titel}.pdf"),
        titel=titel,
        position=antrag.beilagen.count() + 1,
        von=antrag.eingereicht_von,
        created_at=now,
    )


def papier(name="Antrag 2026-4.pdf"):
    """Return a motion's paper, on disk."""
    return store_bytes(name, "pdf", pdf_bytes(), seiten=1)


def make_mitgeteilt(antrag, person, *, now, ergebnis="geaendert", mit_datei=True):
    """Let a motion be voted in an earlier meeting, handed to the board, decided there and told; return the decision."""
    sitzung = make_sitzung(3, beginn_at=now - timedelta(days=90), status="geschlossen")
    punkt = make_traktandum(sitzung, art="entscheid", angekuendigt_at=sitzung.versandt_at)
    schluss = sitzung.beginn_at + timedelta(minutes=3)
    vote = write_abstimmung(
        antrag, punkt, ja=10, nein=3, at=sitzung.beginn_at, geschlossen_at=schluss, eroeffnet_von=person, person=person
    )
    bericht = write_bericht(
        antrag,
        vote,
        created_at=now - timedelta(days=85),
        frei_at=now - timedelta(days=80),
        at=now - timedelta(days=79),
        person=person,
        datei="Bericht.pdf",
    )
    entscheid = write_entscheid(
        bericht,
        ergebnis=ergebnis,
        beschlossen_on=date(2026, 11, 3),
        text="Die Pauschale wird ab 2028 angepasst.",
        referenz="VSEG 12/2026",
        datei=make_datei("Entscheid.pdf") if mit_datei else None,
        erfasst_at=now - timedelta(days=20),
        mitgeteilt_at=now - timedelta(days=19),
        person=person,
    )
    Antrag.objects.filter(pk=antrag.pk).update(traktandum=punkt)
    antrag.refresh_from_db()
    return entscheid

"""Motions that have come so far, as rows: for the tests that read them (the deeds themselves have tests of their own)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from antraege.models import Abstimmung, Antrag, Bericht, Vorstandsentscheid
from konferenz.rules import noetige_ja
from sitzungen.models import Sitzung, Thema
from tests.conftest import make_sitzung, make_traktandum

from .zeilen import write_abstimmung, write_antrag, write_bericht, write_entscheid

EINGEREICHT = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
SITZUNG = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
UEBERWIESEN = datetime(2026, 9, 24, 8, 0, tzinfo=UTC)  # 63 days before the tests' now


def past_sitzung(geschaeftsstelle) -> Sitzung:
    """Return the closed meeting of September 2026 with one decision on it."""
    sitzung = Sitzung.objects.filter(kennung="2026-3").first()
    if sitzung is None:
        sitzung = make_sitzung(3, beginn_at=SITZUNG, status="geschlossen")
        make_traktandum(sitzung, "Anträge der Mitglieder", art="entscheid", angekuendigt_at=sitzung.versandt_at)
    return sitzung


def make_antrag(
    nr: int, *, status: str, person, sitz: str = "SRTG", thema: int = 4, titel: str = "", **fields
) -> Antrag:
    """Return a submitted motion of 2026 with its first version. traktandum: the item it stands on."""
    return write_antrag(
        person,
        nr=nr,
        at=EINGEREICHT,
        sitz=sitz,
        fassung={
            "text": f"Der VSEG-Vorstand sei zu ersuchen, das Begehren {nr} zu prüfen.",
            "ausgangslage": "Die Kosten steigen.",
        },
        titel=titel or f"Begehren {nr}",
        thema=Thema.objects.get(nr=thema),
        created_at=EINGEREICHT - timedelta(days=4),
        traktandiert_at=EINGEREICHT + timedelta(days=7) if fields.get("traktandum") else None,
        status=status,
        **fields,
    )


def vote_on(antrag: Antrag, sitzung: Sitzung, *, ja: int, nein: int, anwesend: int = 14, person) -> Abstimmung:
    """Let the meeting have voted on the latest version of a motion; put the motion where that leaves it."""
    traktandum = sitzung.traktanden.get()
    status = "verabschiedet" if ja >= noetige_ja(anwesend) else "nicht_zustande_gekommen"
    Antrag.objects.filter(pk=antrag.pk).update(
        traktandum=traktandum, status=status, traktandiert_at=SITZUNG - timedelta(days=20)
    )
    antrag.refresh_from_db()
    return write_abstimmung(
        antrag,
        traktandum,
        ja=ja,
        nein=nein,
        anwesend=anwesend,
        at=SITZUNG,
        person=person,
        frage="Soll der Antrag verabschiedet werden?",
        geschlossen_at=SITZUNG + timedelta(minutes=3),
        protokoll='{"stimmen":[{"als":"inhaber","name":"Nora Geheim","sitz":"Olten","wahl":"ja","weg":"selbst"}]}',
        protokoll_sha256="a" * 64,
    )


def hand_over(vote: Abstimmung, *, person, at: datetime = UEBERWIESEN, status: str = "ueberwiesen") -> Bericht:
    """Return the report on a vote; handed over, the motion lies with the board."""
    return write_bericht(
        vote.antragsfassung.antrag,
        vote,
        status=status,
        created_at=at - timedelta(days=5),
        frei_at=at - timedelta(days=2),
        at=at,
        person=person,
        datei="Bericht und Antrag.pdf",
    )


def decide(bericht: Bericht, *, person, ergebnis: str = "geaendert", told: bool = True) -> Vorstandsentscheid:
    """Return the board's decision on a report, told or only recorded."""
    return write_entscheid(
        bericht,
        ergebnis=ergebnis,
        beschlossen_on=date(2026, 11, 3),
        text="Mit einer Frist bis 2028.",
        erfasst_at=datetime(2026, 11, 4, 9, tzinfo=UTC),
        mitgeteilt_at=datetime(2026, 11, 5, 9, tzinfo=UTC) if told else None,
        person=person,
    )

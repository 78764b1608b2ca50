"""Rows of a motion, its vote, report and decision, as the deeds leave them; the helpers beside tell what happened when."""

from __future__ import annotations

from antraege.models import Abstimmung, Antrag, Antragsfassung, Bericht, Vorstandsentscheid
from konferenz.rules import noetige_ja
from mitglieder.models import Sitz
from sitzungen.models import Thema
from tests.conftest import make_datei

TEXT = "Der VSEG-Vorstand sei zu ersuchen, die Fallpauschale der Teuerung anzupassen."


def write_antrag(von, *, nr, at, sitz="SRTG", fassung=None, **felder) -> Antrag:
    """Write a motion of 2026, submitted at a moment, and its first version (fassung: what of that is different)."""
    antrag = Antrag.objects.create(
        **{
            "jahr": 2026,
            "nr": nr,
            "kennung": f"2026-{nr}",
            "titel": "Teuerung der Fallpauschale",
            "thema": Thema.objects.get(nr=4),
            "sitz": Sitz.objects.get(sozialregion__kuerzel=sitz),
            "eingereicht_von": von,
            "eingereicht_at": at,
            "status": Antrag.Status.EINGEREICHT,
            "created_at": at,
        }
        | felder
    )
    worte = {"text": TEXT} | (fassung or {})
    Antragsfassung.objects.create(antrag=antrag, nr=1, von=von, created_at=antrag.created_at, **worte)
    return antrag


def write_abstimmung(antrag, punkt, *, ja, nein, anwesend=14, at, person, **felder) -> Abstimmung:
    """Write the closed vote of two thirds on the newest version of a motion, at an item; who is left abstained."""
    noetig = noetige_ja(anwesend)
    return Abstimmung.objects.create(
        **{
            "sitzung": punkt.sitzung,
            "traktandum": punkt,
            "antragsfassung": antrag.fassungen.order_by("-nr")[0],
            "nr": punkt.sitzung.abstimmungen.count() + 1,
            "frage": "Soll der Antrag zuhanden des VSEG-Vorstands verabschiedet werden?",
            "mehrheit": "zweidrittel",
            "status": "geschlossen",
            "eroeffnet_at": at,
            "geschlossen_at": at,
            "anwesend": anwesend,
            "noetig": noetig,
            "ja": ja,
            "nein": nein,
            "enthaltung": anwesend - ja - nein,
            "angenommen": ja >= noetig,
            "protokoll": '{"stimmen":[]}',
            "protokoll_sha256": "0" * 64,
            "created_at": at,
            "created_von": person,
        }
        | felder
    )


def write_bericht(antrag, vote, *, status="ueberwiesen", created_at, frei_at, at, person, datei) -> Bericht:
    """Write the report on a vote. frei_at, at: released and handed over; at the board, the motion is ueberwiesen.

    datei: name of its PDF.
    """
    felder = {}
    if status != "entwurf":
        felder |= {"freigegeben_at": frei_at, "freigegeben_von": person}
    if status == "ueberwiesen":
        felder |= {"ueberwiesen_at": at, "ueberwiesen_von": person, "datei": make_datei(datei)}
        Antrag.objects.filter(pk=antrag.pk).update(status="ueberwiesen")
        antrag.status = "ueberwiesen"
    return Bericht.objects.create(
        antrag=antrag,
        abstimmung=vote,
        art="antrag" if vote.angenommen else "information",
        status=status,
        created_at=created_at,
        created_von=person,
        **felder,
    )


def write_entscheid(bericht, *, erfasst_at, mitgeteilt_at=None, person, **felder) -> Vorstandsentscheid:
    """Write the board's decision on a report; told (mitgeteilt_at), the motion is beantwortet."""
    mitgeteilt = {}
    if mitgeteilt_at is not None:
        mitgeteilt = {"status": "mitgeteilt", "mitgeteilt_at": mitgeteilt_at, "mitgeteilt_von": person}
        Antrag.objects.filter(pk=bericht.antrag_id).update(status="beantwortet")
        bericht.antrag.status = "beantwortet"
    return Vorstandsentscheid.objects.create(
        **{"bericht": bericht, "erfasst_at": erfasst_at, "erfasst_von": person} | mitgeteilt | felder
    )

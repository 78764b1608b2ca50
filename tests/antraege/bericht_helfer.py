"""Motions at the board without the long way there: rows as the deeds leave them."""

from __future__ import annotations

import json
from datetime import timedelta

from antraege.models import Abstimmung, Antrag, Antragsbeilage, Bericht, Vorstandsentscheid
from antraege.schritte.protokoll import sha256
from konferenz import triggers
from konferenz.rules import noetige_ja
from mitglieder.models import Person
from sitzungen.models import Sitzung
from tests.conftest import make_datei, make_sitzung, make_traktandum

from .zeilen import write_abstimmung, write_antrag, write_bericht, write_entscheid


def make_beschlossen(
    von: Person, *, nr: int = 1, ja: int = 10, anwesend: int = 14, sitzung: Sitzung | None = None, namentlich=False
) -> tuple[Antrag, Abstimmung]:
    """Return a motion (of Thal-Gäu, written by von) and its closed vote, in a meeting that is over."""
    sitzung = sitzung or make_sitzung(nr, status="geschlossen")
    punkt = make_traktandum(sitzung, art="entscheid", angekuendigt_at=sitzung.versandt_at, ausgang="beschlossen")
    angenommen = ja >= noetige_ja(anwesend)
    zeit = sitzung.beginn_at + timedelta(minutes=30)
    antrag = write_antrag(
        von,
        nr=nr,
        at=sitzung.beginn_at - timedelta(days=30),
        titel=f"Teuerung der Fallpauschale {nr}",
        traktandum=punkt,
        traktandiert_at=sitzung.beginn_at - timedelta(days=20),
        status="verabschiedet" if angenommen else "nicht_zustande_gekommen",
        created_at=sitzung.beginn_at - timedelta(days=40),
    )
    stimme = {"name": "Petra Muster", "als": "inhaber", "wahl": "ja", "weg": "selbst", "sitz": "Sozialregion Thal-Gäu"}
    protokoll = json.dumps({"stimmen": [stimme]})
    vote = write_abstimmung(
        antrag,
        punkt,
        ja=ja,
        nein=anwesend - ja,
        anwesend=anwesend,
        at=zeit,
        person=von,
        is_namentlich=namentlich,
        protokoll=protokoll,
        protokoll_sha256=sha256(protokoll),
    )
    return antrag, vote


def make_beilage(antrag: Antrag, titel: str, *, am, mit: Bericht | None = None) -> Antragsbeilage:
    """Return a file attached to a motion and handed over with a report, past the triggers that hold both."""
    with triggers.without_triggers():
        beilage = Antragsbeilage.objects.create(
            antrag=antrag,
            datei=make_datei(f"{titel}.pdf"),
            titel=titel,
            position=antrag.beilagen.count() + 1,
            von=antrag.eingereicht_von,
            created_at=am,
        )
        if mit is not None:
            mit.beilagen.add(beilage)
    return beilage


def make_bericht(antrag: Antrag, vote: Abstimmung, *, actor: Person, status: str = "ueberwiesen", am=None) -> Bericht:
    """Return the report on a vote; handed over (am: when) it sets the motion ueberwiesen."""
    zeit = am or vote.geschlossen_at + timedelta(days=3)
    return write_bericht(
        antrag,
        vote,
        status=status,
        created_at=vote.geschlossen_at,
        frei_at=zeit - timedelta(days=1),
        at=zeit,
        person=actor,
        datei=f"Bericht und Antrag {antrag.kennung}.pdf",
    )


def make_ueberwiesen(von: Person, actor: Person, *, nr: int = 1, am=None, **vote) -> Bericht:
    """Return a report the board has, with its motion and vote."""
    return make_bericht(*make_beschlossen(von, nr=nr, **vote), actor=actor, am=am)


def make_entscheid(bericht: Bericht, actor: Person, *, status: str = "mitgeteilt", **felder) -> Vorstandsentscheid:
    """Return the board's decision on a report; told, it sets the motion beantwortet."""
    am = bericht.ueberwiesen_at + timedelta(days=10)
    werte = {
        "ergebnis": "geaendert" if bericht.art == "antrag" else "zur_kenntnis",
        "beschlossen_on": am.date(),
        "text": "Der Vorstand verlangt die Anpassung ab 2028.",
        "referenz": "Vorstand 5/2026, Traktandum 3",
        "stand": 1,
        "status": status,
        **felder,
    }
    return write_entscheid(
        bericht, erfasst_at=am, mitgeteilt_at=am if status == "mitgeteilt" else None, person=actor, **werte
    )

"""A running meeting with fourteen voting seats present, and votes on it."""

from __future__ import annotations

import pytest

from antraege.actions import abstimmung as deeds
from antraege.models import Antrag, Antragsfassung
from konferenz.rules import Mehrheit
from mitglieder.models import Sitz
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme
from tests.conftest import make_mandat, make_person, make_sitzung, make_traktandum


def seat(sitzung: Sitzung, sitz: Sitz, person, *, als: str = "inhaber") -> Anwesenheit:
    """Let a person sit on a seat of a running meeting."""
    teilnahme, _ = Teilnahme.objects.get_or_create(sitzung=sitzung, sitz=sitz)
    return Anwesenheit.objects.create(
        sitzung=sitzung,
        teilnahme=teilnahme,
        person=person,
        als=als,
        von_at=sitzung.beginn_at,
        weg="leitung",
        erfasst_von=person,
        erfasst_at=sitzung.beginn_at,
    )


def make_saal(anwesend: int = 14) -> Sitzung:
    """Return a running meeting on an announced decision, with so many voting seats present."""
    sitzung = make_sitzung(status="laufend")
    sitzung.aktuell = make_traktandum(sitzung, art="entscheid", angekuendigt_at=sitzung.versandt_at)
    sitzung.save(update_fields=["aktuell"])
    for nr, sitz in enumerate(Sitz.objects.stimmberechtigt().order_by("reihenfolge")):
        person = make_person(f"Sitz{nr:02}", email=f"sitz{nr:02}@portal.test")
        make_mandat(person, sitz)
        if nr < anwesend:
            seat(sitzung, sitz, person)
    return sitzung


def make_antrag(sitzung: Sitzung, *, status: str = "traktandiert", nr: int = 1) -> Antragsfassung:
    """Return the first version of a motion on the current item."""
    sitz = Sitz.objects.get(sozialregion__kuerzel="SRTG")
    person = sitz.mandate.first().person
    antrag = Antrag.objects.create(
        jahr=2026,
        nr=nr,
        kennung=f"2026-{nr}",
        titel="Teuerung der Fallpauschale",
        sitz=sitz,
        eingereicht_von=person,
        eingereicht_at=sitzung.beginn_at,
        traktandum=sitzung.aktuell,
        status=status,
        created_at=sitzung.beginn_at,
    )
    text = "Der VSEG-Vorstand sei zu ersuchen, die Fallpauschale der Teuerung anzupassen."
    return Antragsfassung.objects.create(antrag=antrag, nr=1, text=text, von=person, created_at=sitzung.beginn_at)


@pytest.fixture
def saal(db):
    return make_saal()


@pytest.fixture
def offene(geschaeftsstelle):
    """Return a function that opens a vote on the current item of a meeting for everybody present."""

    def open_vote(
        sitzung, *, antrag=True, fassung=None, mehrheit=Mehrheit.ZWEIDRITTEL, now=None, dauer=None, namentlich=False
    ):
        now = now or sitzung.beginn_at
        fassung = fassung or (make_antrag(sitzung) if antrag else None)
        vote = deeds.prepare_abstimmung(
            sitzung.pk,
            traktandum_pk=sitzung.aktuell_id,
            frage="Wird der Antrag verabschiedet?",
            mehrheit=mehrheit,
            fassung_pk=fassung.pk if fassung else None,
            namentlich=namentlich,
            actor=geschaeftsstelle,
            now=now,
        )
        sitze = list(
            Anwesenheit.objects.filter(
                sitzung=sitzung, bis_at__isnull=True, teilnahme__sitz__stimmberechtigt=True
            ).values_list("teilnahme__sitz_id", flat=True)
        )
        return deeds.open_abstimmung(vote.pk, sitze=sitze, dauer=dauer, actor=geschaeftsstelle, now=now)

    return open_vote

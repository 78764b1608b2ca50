"""A motion at one instant, with real threads: withdrawn while its vote opens, written by two, submitted twice."""

from __future__ import annotations

from functools import partial

import pytest

from antraege.actions import abstimmung as votes
from antraege.actions import antrag as deeds
from antraege.actions import entwurf as drafts
from antraege.models import Abstimmung, Antrag
from antraege.schritte.abstimmung import AbstimmungError
from antraege.schritte.antrag import AntragError
from konferenz import journal
from konferenz.rules import Mehrheit
from mitglieder.models import Sitz
from tests import gleichzeitig

from .conftest import make_antrag, make_saal
from .entwurf_helfer import make_entwurf, typed

pytestmark = pytest.mark.django_db(transaction=True)
at_one_moment = partial(gleichzeitig.at_one_moment, abgewiesen=(AbstimmungError, AntragError))


def test_a_motion_is_withdrawn_or_voted_on_never_both(geschaeftsstelle):
    """Twelve rounds: who came second is told why; no vote is ever open on a motion that is withdrawn."""
    saal = make_saal(3)
    sitze = list(saal.anwesenheiten.values_list("teilnahme__sitz_id", flat=True))
    autorin = Sitz.objects.get(sozialregion__kuerzel="SRTG").mandate.get().person
    gewonnen = set()
    for runde in range(1, 13):
        fassung = make_antrag(saal, nr=runde)
        vote = votes.prepare_abstimmung(
            saal.pk,
            traktandum_pk=saal.aktuell_id,
            frage="Verabschieden?",
            mehrheit=Mehrheit.ZWEIDRITTEL,
            fassung_pk=fassung.pk,
            actor=geschaeftsstelle,
            now=saal.beginn_at,
        )
        oeffnen = partial(votes.open_abstimmung, vote.pk, sitze=sitze, actor=geschaeftsstelle, now=saal.beginn_at)
        zurueck = partial(deeds.withdraw_antrag, fassung.antrag_id, actor=autorin, now=saal.beginn_at)

        taten = [oeffnen, zurueck] if runde % 2 else [zurueck, oeffnen]
        ergebnisse = at_one_moment(*taten)

        vote.refresh_from_db()
        antrag = Antrag.objects.get(pk=fassung.antrag_id)
        [absage] = [e for e in ergebnisse if isinstance(e, Exception)]
        gewonnen.add(vote.status)
        if vote.status == Abstimmung.Status.OFFEN:
            assert antrag.status == "traktandiert"
            assert "gerade abgestimmt" in str(absage)
            votes.close_abstimmung(vote.pk, actor=None, now=saal.beginn_at)
        else:
            assert (antrag.status, vote.status) == ("zurueckgezogen", "abgebrochen")
    assert gewonnen <= {"offen", "abgebrochen"}
    assert journal.verify() is None


def test_two_who_save_the_same_draft_at_once_leave_one_text_and_one_told(geschaeftsstelle, praesidium, now):
    for runde in range(5):
        entwurf = make_entwurf(praesidium, now=now)
        eingaben = [typed(entwurf, text=f"Von {wer} {runde}") for wer in ("mir", "dir")]
        personen = [praesidium, geschaeftsstelle]

        ergebnisse = at_one_moment(
            *(
                partial(drafts.save_entwurf, entwurf.pk, e, actor=p, now=now)
                for e, p in zip(eingaben, personen, strict=True)
            )
        )

        [absage] = [e for e in ergebnisse if isinstance(e, Exception)]
        assert "Ihr Text ist nicht verloren" in str(absage)
        assert entwurf.fassungen.get().text == eingaben[1 - ergebnisse.index(absage)].werte["text"]


def test_submitted_twice_at_once_has_one_number(praesidium, now):
    for runde in range(1, 5):
        entwurf = make_entwurf(praesidium, now=now)
        tat = partial(drafts.submit_entwurf, entwurf.pk, typed(entwurf), actor=praesidium, now=now)

        ergebnisse = at_one_moment(tat, tat)

        assert [e for e in ergebnisse if e == []] == [[]]
        entwurf.refresh_from_db()
        assert entwurf.nr == runde


def test_motions_of_two_members_submitted_at_once_have_two_numbers(praesidium, berater, now):
    erster, zweiter = make_entwurf(praesidium, now=now), make_entwurf(berater, now=now)

    at_one_moment(
        partial(drafts.submit_entwurf, erster.pk, typed(erster), actor=praesidium, now=now),
        partial(drafts.submit_entwurf, zweiter.pk, typed(zweiter), actor=berater, now=now),
    )

    assert sorted(Antrag.objects.values_list("nr", flat=True)) == [1, 2]

"""A motion taken down at the desk: only on an announced decision, reworded until its vote opens."""

from __future__ import annotations

import pytest

from antraege.actions import antrag as deeds
from antraege.models import Abstimmung, Antrag
from antraege.queries.entwurf import Eingabe
from antraege.schritte.abstimmung import AbstimmungError
from antraege.schritte.antrag import AntragError
from mitglieder.models import Sitz
from sitzungen.models import Traktandum

from .conftest import make_antrag

pytestmark = pytest.mark.django_db


def submit(saal, actor, **anders):
    werte = {
        "titel": "Teuerung",
        "text": "Der VSEG-Vorstand sei zu ersuchen.",
        "sitz_pk": Sitz.objects.get(art="vorsitz").pk,
    }
    return deeds.submit_am_pult(saal.aktuell_id, **(werte | anders), actor=actor, now=saal.beginn_at)


def revise(antrag, actor, **werte):
    """Reword a motion as who has the newest state before him."""
    antrag.refresh_from_db()
    return deeds.revise_antrag(antrag.pk, Eingabe(werte, antrag.stand, {}), actor=actor, now=antrag.created_at)


def test_motion_is_numbered_and_on_the_agenda(saal, geschaeftsstelle):
    fassung = submit(saal, geschaeftsstelle)
    zweite = submit(saal, geschaeftsstelle, titel="Zweite Teuerung")

    assert (fassung.antrag.kennung, fassung.antrag.status, fassung.nr) == ("2026-1", "traktandiert", 1)
    assert zweite.antrag.nummer == "2/2026"


@pytest.mark.parametrize(
    ("anders", "satz", "feld"),
    [
        ({"titel": "  "}, "Titel", "titel"),
        ({"text": " "}, "Text des Antrags", "text"),
        ({"text": "x" * 5001}, "länger als 5000", "text"),
        ({"sitz_pk": 0}, "von welchem Sitz", "sitz"),
    ],
)
def test_what_is_missing_is_said_at_its_field(saal, geschaeftsstelle, anders, satz, feld):
    with pytest.raises(AbstimmungError, match=satz) as error:
        submit(saal, geschaeftsstelle, **anders)

    assert error.value.feld == feld
    assert Antrag.objects.count() == 0


@pytest.mark.parametrize(
    ("feld", "wert", "satz"),
    [("art", "information", "Art Entscheid"), ("angekuendigt_at", None, "angekündigtes Traktandum")],
)
def test_only_an_announced_decision_takes_a_motion(saal, geschaeftsstelle, feld, wert, satz):
    Traktandum.objects.filter(pk=saal.aktuell_id).update(**{feld: wert})

    with pytest.raises(AbstimmungError, match=satz):
        submit(saal, geschaeftsstelle)


def test_rewording_keeps_each_version_and_moves_the_prepared_vote(saal, geschaeftsstelle, offene):
    fassung = make_antrag(saal)
    vote = Abstimmung.objects.create(
        sitzung=saal,
        traktandum=saal.aktuell,
        antragsfassung=fassung,
        nr=1,
        frage="Verabschieden?",
        mehrheit="zweidrittel",
        created_at=saal.beginn_at,
        created_von=geschaeftsstelle,
    )

    neu = revise(fassung.antrag, geschaeftsstelle, text="Neu gefasst.")
    gleich = revise(fassung.antrag, geschaeftsstelle, text="Neu gefasst.")

    vote.refresh_from_db()
    assert (neu.nr, gleich.pk, vote.antragsfassung_id) == (2, neu.pk, neu.pk)
    assert list(fassung.antrag.fassungen.values_list("nr", flat=True)) == [1, 2]


def test_wording_stands_once_the_vote_is_open(saal, geschaeftsstelle, offene):
    vote = offene(saal)

    with pytest.raises(AntragError, match="Wortlaut steht fest"):
        revise(vote.antragsfassung.antrag, geschaeftsstelle, text="Anders.")

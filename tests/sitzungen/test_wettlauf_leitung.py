"""Two at the desk at the same instant: one of them does it, nothing happens twice."""

from datetime import UTC, datetime

import pytest

from konferenz.models import Journaleintrag
from mitglieder.models import Sitz
from sitzungen.actions import diskussion, leitung
from sitzungen.models import Diskussionswunsch, Sitzung
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_sitzung, make_traktandum
from tests.gleichzeitig import at_one_moment

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 12, 10, 13, 2, tzinfo=UTC)
RUNDEN = 5


@pytest.fixture
def heutige(vorsitz):
    sitzung = make_sitzung(4, status="versandt")
    for titel in ("Lagebild", "Benchmark", "Suchthilfe"):
        make_traktandum(sitzung, titel, angekuendigt_at=sitzung.versandt_at)
    return sitzung


def together(*taten):
    """Do all at the same instant; return each one's result or refusal."""
    ergebnisse = at_one_moment(*taten, abgewiesen=SaalError)
    return [str(e) if isinstance(e, SaalError) else e for e in ergebnisse]


def arten(art):
    return Journaleintrag.objects.filter(art=art).count()


def test_a_meeting_is_opened_once(heutige, vorsitz):
    ergebnisse = together(*[lambda: leitung.start_sitzung(heutige.pk, actor=vorsitz, now=NOW)] * 4)

    assert sorted(isinstance(e, Sitzung) for e in ergebnisse) == [False, False, False, True]
    assert {e for e in ergebnisse if isinstance(e, str)} == {"Die Sitzung läuft bereits."}
    assert (arten("sitzung.eroeffnet"), Sitzung.objects.get().live) == (1, 1)


def test_next_pressed_twice_goes_on_by_one(heutige, vorsitz):
    leitung.start_sitzung(heutige.pk, actor=vorsitz, now=NOW)
    for position in (2, 3) * RUNDEN:
        ziel = heutige.traktanden.get(position=position)
        vorher = arten("traktandum.aufgerufen")

        together(*[lambda ziel=ziel: leitung.go_to(ziel.pk, actor=vorsitz, now=NOW)] * 3)

        assert Sitzung.objects.get().aktuell == ziel
        assert arten("traktandum.aufgerufen") == vorher + 1


def test_one_wish_of_two_devices(heutige, vorsitz):
    punkt, sitz = heutige.traktanden.get(position=1), Sitz.objects.get(art="vorsitz")
    for _ in range(RUNDEN):
        together(*[lambda: diskussion.request_diskussion(punkt.pk, sitz=sitz.pk, actor=vorsitz, now=NOW)] * 3)
        assert Diskussionswunsch.objects.count() == 1

        together(*[lambda: diskussion.withdraw_diskussion(punkt.pk, actor=vorsitz, now=NOW)] * 3)
        assert not Diskussionswunsch.objects.exists()

    assert (arten("diskussion.verlangt"), arten("diskussion.zurueckgezogen")) == (RUNDEN, RUNDEN)


def test_the_close_against_an_outcome(heutige, vorsitz):
    leitung.start_sitzung(heutige.pk, actor=vorsitz, now=NOW)
    punkt = heutige.traktanden.get(position=1)

    _, notiert = together(
        lambda: leitung.end_sitzung(heutige.pk, bestaetigt=True, actor=vorsitz, now=NOW),
        lambda: leitung.set_ausgang(punkt.pk, ausgang="zur_kenntnis", actor=vorsitz, now=NOW),
    )

    punkt.refresh_from_db()
    assert Sitzung.objects.get().status == "geschlossen"
    assert (punkt.ausgang == "zur_kenntnis") is (notiert is None)

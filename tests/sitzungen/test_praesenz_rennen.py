"""Two at one instant: real threads, each with a connection of its own, fifty rounds."""

from functools import partial

import pytest

from mitglieder.models import Sitz
from sitzungen.actions.praesenz import Sammelanmeldung, check_in, check_in_all, check_out
from sitzungen.models import Anwesenheit
from sitzungen.schritte.praesenz import SitzBesetzt
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_antwort, make_mandat, make_person, make_vertretung
from tests.sitzungen.saal import at_one_moment, minutes_after, sitz_of

pytestmark = pytest.mark.django_db(transaction=True)
RUNDEN = 50


@pytest.fixture
def tat(laufende, geschaeftsstelle):
    """A tap: check a person in for a seat."""

    def check(sitz, person, now):
        return check_in(laufende.pk, sitz.pk, person.pk, actor=geschaeftsstelle, now=now)

    return check


def offene(sitzung):
    return list(Anwesenheit.objects.filter(sitzung=sitzung, bis_at__isnull=True))


def test_holder_and_substitute_at_the_same_instant_leave_one(laufende, tat, praesidium, geschaeftsstelle):
    """Each round anew; exactly one holds the seat, the other is told who."""
    sitz, ersatz = sitz_of("SRTG"), make_person("Ersatz")
    make_vertretung(laufende, sitz, ersatz)
    gewinner = set()
    for runde in range(RUNDEN):
        now = minutes_after(laufende, runde)
        ergebnisse = at_one_moment(*(partial(tat, sitz, person, now) for person in (praesidium, ersatz)))

        [sitzt] = offene(laufende)
        [refusal] = [e for e in ergebnisse if isinstance(e, SaalError)]
        assert [e.pk for e in ergebnisse if isinstance(e, Anwesenheit)] == [sitzt.pk]
        assert isinstance(refusal, SitzBesetzt)
        assert f" {sitzt.person.name}" in str(refusal)
        gewinner.add(sitzt.person_id)
        check_out(laufende.pk, sitz.pk, actor=geschaeftsstelle, now=now)
    assert gewinner <= {praesidium.pk, ersatz.pk}
    assert Anwesenheit.objects.count() == RUNDEN


def test_one_person_from_two_devices_for_two_seats_takes_one(laufende, tat, praesidium, geschaeftsstelle):
    sitze = [sitz_of("SRTG"), sitz_of("SRO")]
    make_mandat(praesidium, sitze[1])
    for runde in range(RUNDEN):
        now = minutes_after(laufende, runde)
        ergebnisse = at_one_moment(*(partial(tat, sitz, praesidium, now) for sitz in sitze))

        [sitzt] = offene(laufende)
        [refusal] = [e for e in ergebnisse if isinstance(e, SaalError)]
        assert "Niemand ist auf zwei Plätzen zugleich" in str(refusal)
        check_out(laufende.pk, sitzt.teilnahme.sitz_id, actor=geschaeftsstelle, now=now)


def test_the_same_tap_from_four_devices_is_one(laufende, tat, vorsitz):
    sitz, now = Sitz.objects.get(art="vorsitz"), minutes_after(laufende, 1)

    ergebnisse = at_one_moment(*[partial(tat, sitz, vorsitz, now)] * 4)

    assert {e.pk for e in ergebnisse} == {a.pk for a in offene(laufende)}
    laufende.refresh_from_db()
    assert laufende.live == 1


def test_all_at_once_against_single_taps_checks_each_in_once(laufende, tat, praesidium, vorsitz, geschaeftsstelle):
    """«Alle Angemeldeten» on one tablet, two single taps on others: everybody is there exactly once."""
    sitze = [sitz_of("SRTG"), Sitz.objects.get(art="vorsitz")]
    for sitz in sitze:
        make_antwort(laufende, sitz)
    for runde in range(RUNDEN):
        now = minutes_after(laufende, runde)
        alle, *einzelne = at_one_moment(
            lambda now=now: check_in_all(laufende.pk, actor=geschaeftsstelle, now=now),
            partial(tat, sitze[0], praesidium, now),
            partial(tat, sitze[1], vorsitz, now),
        )

        assert isinstance(alle, Sammelanmeldung)
        assert {e.pk for e in einzelne} == {a.pk for a in offene(laufende)}
        assert {a.person_id for a in offene(laufende)} == {praesidium.pk, vorsitz.pk}
        for sitz in sitze:
            check_out(laufende.pk, sitz.pk, actor=geschaeftsstelle, now=now)
    assert Anwesenheit.objects.count() == 2 * RUNDEN

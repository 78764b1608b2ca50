"""Two answers at one instant: real threads, each with a connection of its own."""

from datetime import timedelta
from functools import partial

import pytest

from konferenz.models import Journaleintrag
from mitglieder.models import Person
from sitzungen.actions.stellvertretung import reply_vertretung
from sitzungen.models import Teilnahme
from sitzungen.rules.antwort import SATZ_DOPPELT
from sitzungen.schritte.saal import SaalError
from sitzungen.schritte.vertretung import SATZ_EBEN_ERFASST, Ersatzwahl
from tests.conftest import make_mandat, make_person, make_sitzung
from tests.sitzungen.saal import at_one_moment

from .antwort_helfer import antworte, arten, benenne, liste, mails, sitz_of, zeile

pytestmark = pytest.mark.django_db(transaction=True)
RUNDEN = 20


@pytest.fixture
def bald(now):
    return make_sitzung(terminankuendigung_at=now - timedelta(days=30))


@pytest.fixture
def zweite(db):
    person = make_person("Olten")
    make_mandat(person, sitz_of("SRO"))
    return person


def test_two_seats_name_the_same_person_at_one_instant_and_one_wins(bald, praesidium, zweite, fremde, now):
    """Each round anew: exactly one seat has the substitute, the other reads why not."""
    sitze = {sitz_of(): praesidium, sitz_of("SRO"): zweite}
    for sitz in sitze:
        liste(sitz, fremde)
    for runde in range(RUNDEN):
        at = now + timedelta(minutes=runde)
        taten = [
            partial(antworte, bald, sitz, wer, "vertreten", ersatz=Ersatzwahl(person=fremde.pk), now=at)
            for sitz, wer in sitze.items()
        ]
        ergebnisse = at_one_moment(*taten)

        [refusal] = [e for e in ergebnisse if isinstance(e, SaalError)]
        assert (str(refusal), [e for e in ergebnisse if e is True]) == (SATZ_DOPPELT, [True])
        assert Teilnahme.objects.vertreten().count() == 1
        Teilnahme.objects.all().delete()


def test_two_seats_name_the_same_new_person_and_one_is_written(bald, praesidium, zweite, now):
    ergebnisse = at_one_moment(
        partial(benenne, bald, sitz_of(), praesidium, now=now), partial(benenne, bald, sitz_of("SRO"), zweite, now=now)
    )

    assert [str(e) for e in ergebnisse if isinstance(e, SaalError)] == [SATZ_DOPPELT]
    assert Person.objects.get(email="regula.muster@gemeinde.test").login == "regula.muster@gemeinde.test"
    assert len(mails("vertretung_anfrage")) == 1


def test_same_new_person_for_two_meetings_at_one_instant_is_one_person(praesidium, zweite, now):
    for runde in range(RUNDEN):
        sitzungen = [
            make_sitzung(nr, beginn_at=now + timedelta(days=nr + 20), terminankuendigung_at=now)
            for nr in (2 * runde + 1, 2 * runde + 2)
        ]
        email = f"regula{runde}@gemeinde.test"
        taten = [
            partial(benenne, sitzung, sitz, wer, now=now, email=email)
            for sitzung, sitz, wer in zip(sitzungen, (sitz_of(), sitz_of("SRO")), (praesidium, zweite), strict=True)
        ]
        refusals = [e for e in at_one_moment(*taten) if isinstance(e, SaalError)]

        assert {str(e) for e in refusals} <= {SATZ_EBEN_ERFASST}
        assert Person.objects.get(email=email).login == email


def test_two_devices_one_answer_is_written_once_and_two_answers_one_after_the_other(bald, praesidium, now):
    sitz = sitz_of()
    assert sorted(at_one_moment(*[partial(antworte, bald, sitz, praesidium, now=now)] * 4)) == [
        False,
        False,
        False,
        True,
    ]
    assert arten() == ["antwort.zugesagt"]

    at_one_moment(
        partial(antworte, bald, sitz, praesidium, "entschuldigt", now=now),
        partial(benenne, bald, sitz, praesidium, now=now),
    )

    letzte = Journaleintrag.objects.filter(art__startswith="antwort.").latest("seq").art
    row = zeile(bald, sitz)
    assert f"antwort.{row.antwort}" == letzte
    assert (row.vertretung is not None) == (row.antwort == "vertreten")


def test_holder_comes_after_all_while_the_substitute_accepts(bald, praesidium, now):
    sitz = sitz_of()
    for runde in range(RUNDEN):
        at = now + timedelta(hours=runde)
        benenne(bald, sitz, praesidium, now=at)
        person = zeile(bald, sitz).vertretung
        at_one_moment(
            partial(antworte, bald, sitz, praesidium, now=at + timedelta(minutes=1)),
            partial(reply_vertretung, bald.pk, sitz.pk, zusage=True, actor=person, now=at + timedelta(minutes=1)),
        )

        row = zeile(bald, sitz)
        assert (row.antwort, row.vertretung, row.vertretung_stand) == ("zugesagt", None, "")
    assert len(mails("vertretung_beendet")) == RUNDEN

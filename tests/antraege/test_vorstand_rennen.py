"""The board's decision at one instant, on the database the suite runs on: one wins, the other is told and loses nothing."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import connections

from antraege.actions import entscheid as deeds
from antraege.actions.entscheid import Angaben, EntscheidError, EntscheidVeraltet
from antraege.actions.erinnerung import remind_bericht
from antraege.models import Antrag, Bericht, Vorstandsentscheid
from antraege.schritte.antrag import AntragError
from konferenz import journal
from konferenz.models import Journaleintrag, Sendung
from tests import gleichzeitig
from tests.conftest import make_sitzung

from .bericht_helfer import make_entscheid, make_ueberwiesen

pytestmark = pytest.mark.django_db(transaction=True)
JETZT = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)
at_one_moment = partial(gleichzeitig.at_one_moment, abgewiesen=AntragError)


@pytest.fixture
def make(praesidium, vorsitz, geschaeftsstelle):
    """Return a function that makes a report the board has, a fresh one each round."""
    sitzung = make_sitzung(1, status="geschlossen")
    return lambda nr: make_ueberwiesen(praesidium, vorsitz, nr=nr, sitzung=sitzung)


def record(bericht, person, text):
    angaben = Angaben("geaendert", date(2026, 12, 18), text)
    return deeds.record_entscheid(bericht.pk, angaben, stand=0, actor=person, now=JETZT)


def test_entered_twice_at_once_one_wins_and_the_other_is_told(make, geschaeftsstelle, vorstand):
    for nr in range(1, 11):
        bericht = make(nr)

        ergebnisse = at_one_moment(
            partial(record, bericht, geschaeftsstelle, "Vom Büro."), partial(record, bericht, vorstand, "Vom Vorstand.")
        )

        [verweigert] = [e for e in ergebnisse if isinstance(e, Exception)]
        [entscheid] = Vorstandsentscheid.objects.filter(bericht=bericht)
        assert isinstance(verweigert, EntscheidVeraltet)
        assert verweigert.entscheid.text == entscheid.text  # the other sees what stands now
        assert entscheid.stand == 1
    assert Journaleintrag.objects.filter(art="entscheid.erfasst").count() == 10
    assert journal.verify() is None


def test_told_twice_at_once_is_told_once(make, geschaeftsstelle, vorstand):
    for nr in range(1, 11):
        bericht = make(nr)
        make_entscheid(bericht, geschaeftsstelle, status="entwurf", beschlossen_on=date(2026, 12, 18))
        tell = partial(deeds.tell_entscheid, bericht.pk, stand=1, now=JETZT)

        ergebnisse = at_one_moment(partial(tell, actor=geschaeftsstelle), partial(tell, actor=vorstand))

        assert sorted(isinstance(e, EntscheidError) for e in ergebnisse) == [False, True]
        assert Antrag.objects.get(kennung=f"2026-{nr}").status == "beantwortet"
    assert Journaleintrag.objects.filter(art="entscheid.mitgeteilt").count() == 10
    assert Sendung.objects.count() == 10 * 2  # the motion's author and the chair
    assert journal.verify() is None


def test_changed_while_it_is_told_what_was_previewed_is_told_or_nothing(make, geschaeftsstelle, vorstand):
    for nr in range(1, 11):
        bericht = make(nr)
        make_entscheid(bericht, geschaeftsstelle, status="entwurf", beschlossen_on=date(2026, 12, 18))
        aendern = partial(
            deeds.record_entscheid,
            bericht.pk,
            Angaben("angenommen", date(2026, 12, 18), "Doch ganz."),
            stand=1,
            actor=vorstand,
            now=JETZT,
        )

        ergebnisse = at_one_moment(
            partial(deeds.tell_entscheid, bericht.pk, stand=1, actor=geschaeftsstelle, now=JETZT), aendern
        )

        entscheid = Vorstandsentscheid.objects.get(bericht=bericht)
        assert sum(isinstance(e, EntscheidError) for e in ergebnisse) == 1
        assert (entscheid.status, entscheid.ergebnis) in {("mitgeteilt", "geaendert"), ("entwurf", "angenommen")}


def test_reminded_by_three_workers_at_once_is_reminded_once(make, geschaeftsstelle):
    spaet = JETZT + timedelta(days=60)
    for nr in range(1, 6):
        bericht = make(nr)

        ergebnisse = at_one_moment(*[partial(remind_bericht, bericht.pk, now=spaet)] * 3)

        assert sorted(ergebnisse) == [0, 0, 1]
        assert Bericht.objects.get(pk=bericht.pk).erinnert_at == spaet
    assert Sendung.objects.count() == 5


def test_a_reminder_that_waited_for_the_telling_is_not_sent(make, geschaeftsstelle, monkeypatch):
    bericht, spaet, erinnert = make(1), JETZT + timedelta(days=60), []
    make_entscheid(bericht, geschaeftsstelle, status="entwurf", beschlossen_on=date(2026, 12, 18))

    def remind():
        try:
            erinnert.append(remind_bericht(bericht.pk, now=spaet))
        finally:
            connections.close_all()

    thread, mail = threading.Thread(target=remind), deeds._mail

    def mail_while_somebody_waits(*args, **kwargs):
        thread.start()
        thread.join(0.7)  # it stands before the lock of the report
        return mail(*args, **kwargs)

    monkeypatch.setattr(deeds, "_mail", mail_while_somebody_waits)

    deeds.tell_entscheid(bericht.pk, stand=1, actor=geschaeftsstelle, now=JETZT)

    thread.join(60)
    assert erinnert == [0]
    assert Bericht.objects.get().erinnert_at is None

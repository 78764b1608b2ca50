"""Votes with a closing time close by themselves: due is a query, run any number of times."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from antraege import tasks
from antraege.actions import abstimmung as deeds
from antraege.models import Abstimmung
from antraege.queries.pult import list_abstimmungen
from konferenz.models import Journaleintrag
from konferenz.rules import Mehrheit
from sitzungen.models import Teilnahme

pytestmark = pytest.mark.django_db


def test_vote_closes_at_its_time_and_only_once(saal, offene):
    jetzt = timezone.now()
    faellig = offene(saal, now=jetzt - timedelta(minutes=5), dauer=timedelta(minutes=5))

    assert [tasks.close_abstimmungen(), tasks.close_abstimmungen()] == [1, 0]
    faellig.refresh_from_db()
    assert (faellig.status, faellig.geschlossen_von, faellig.angenommen) == ("geschlossen", None, False)
    assert not Teilnahme.objects.filter(gesperrt_durch__isnull=False).exists()
    eintrag = Journaleintrag.objects.filter(art="abstimmung.geschlossen").get()
    assert eintrag.akteur is None


def test_vote_before_its_time_and_without_one_stays_open(saal, offene):
    jetzt = timezone.now()
    offene(saal, now=jetzt, dauer=timedelta(minutes=5))
    offene(saal, now=jetzt, antrag=False, mehrheit=Mehrheit.KONSULTATIV)

    assert tasks.close_abstimmungen() == 0
    assert Abstimmung.objects.filter(status="offen").count() == 2


def test_one_that_cannot_close_holds_up_no_other(saal, offene, monkeypatch):
    jetzt = timezone.now()
    kaputt = offene(saal, now=jetzt - timedelta(minutes=5), dauer=timedelta(minutes=1))
    gut = offene(
        saal,
        now=jetzt - timedelta(minutes=5),
        dauer=timedelta(minutes=1),
        antrag=False,
        mehrheit=Mehrheit.KONSULTATIV,
    )

    def fails(pk, *, now):
        if pk == kaputt.pk:
            raise ValueError("kaputt")
        return deeds.close_if_due(pk, now=now)

    monkeypatch.setattr(tasks, "close_if_due", fails)

    assert tasks.close_abstimmungen() == 1
    gut.refresh_from_db()
    assert gut.is_geschlossen


def test_desk_still_shows_the_vote_afterwards(saal, offene, umfang_of, geschaeftsstelle):
    offene(saal, now=timezone.now() - timedelta(minutes=5), dauer=timedelta(minutes=1))
    tasks.close_abstimmungen()

    assert [a.status for a in list_abstimmungen(saal, umfang_of(geschaeftsstelle))] == ["geschlossen"]

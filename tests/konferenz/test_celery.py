"""Waking: after the commit, never in the way, and the timetable of beat."""

import os
import threading
import time

import pytest
from django.db import transaction

from konferenz import celery
from konferenz.models import Herzschlag


@pytest.fixture
def published(monkeypatch):
    """What would be published, and a broker that is as slow as the test wants."""
    calls, broker = [], threading.Event()
    broker.set()

    def send_task(name, **options):
        broker.wait(60)
        calls.append((name, options))

    monkeypatch.setattr(celery.app, "send_task", send_task)
    calls_broker = type("Broker", (), {"calls": calls, "gate": broker})()
    yield calls_broker
    broker.set()
    wait_for(lambda: not celery._wecker._wish.is_set())


def wait_for(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_wake_publishes_after_the_commit_only(published):
    with transaction.atomic():
        celery.wake()
        time.sleep(0.05)
        inside = list(published.calls)
    wait_for(lambda: published.calls)

    assert (inside, published.calls) == ([], [("konferenz.tasks.sweep", {"expires": 600, "retry": False})])


@pytest.mark.django_db(transaction=True)
def test_a_deed_undone_wakes_nobody(published):
    with transaction.atomic():
        celery.wake()
        transaction.set_rollback(True)
    time.sleep(0.05)

    assert published.calls == []


@pytest.mark.django_db(transaction=True)
def test_a_silent_broker_holds_nobody_and_wishes_melt_into_one(published):
    published.gate.clear()
    for _ in range(50):
        with transaction.atomic():
            celery.wake()
    meanwhile = list(published.calls)
    published.gate.set()
    wait_for(lambda: published.calls and not celery._wecker._wish.is_set())

    assert meanwhile == []  # all fifty were answered before the broker was
    assert 1 <= len(published.calls) <= 2


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_refuses_is_logged_only(published, monkeypatch, caplog):
    def refuse(name, **options):
        raise ConnectionError("refused")

    monkeypatch.setattr(celery.app, "send_task", refuse)
    celery.wake()
    wait_for(lambda: caplog.records)

    assert [r.getMessage() for r in caplog.records] == [
        "Wecken nicht möglich (refused); der nächste Durchgang holt es nach."
    ]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kein fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_a_waker_of_its_own(published):
    celery.wake_now()
    wait_for(lambda: published.calls)
    child = os.fork()
    if child == 0:
        fresh = celery._wecker._thread is None and not celery._wecker._wish.is_set()
        os._exit(0 if fresh else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_timetable():
    plan = {name: (entry["task"], str(entry["schedule"])) for name, entry in celery.app.conf.beat_schedule.items()}

    assert plan == {
        "sweep": ("konferenz.tasks.sweep", "30.0"),
        "dispatch_versand": ("sitzungen.tasks.dispatch_versand", "60.0"),
        "close_abstimmungen": ("antraege.tasks.close_abstimmungen", "2.0"),
        "check_unterlagen": ("sitzungen.tasks.check_unterlagen", "<crontab: 15 4 * * * (m/h/dM/MY/d)>"),
        "remind_vorstand": ("antraege.tasks.remind_vorstand", "<crontab: 10 8 * * * (m/h/dM/MY/d)>"),
        "ask_verteiler": ("mitglieder.tasks.ask_verteiler", "<crontab: 5 8 * * * (m/h/dM/MY/d)>"),
    }
    assert str(celery.app.conf.timezone) == "Europe/Zurich"


def test_no_message_is_worth_keeping_less_than_clocks_may_differ():
    limits = celery.app.conf

    assert limits.task_soft_time_limit < limits.task_time_limit < 900
    assert celery.MESSAGE_SECONDS >= 600


def test_beat_notes_that_it_lives(db, monkeypatch):
    from django.db import connection

    monkeypatch.setattr(connection, "close", lambda: None)
    Herzschlag.objects.all().delete()  # real processes of other tests may have left theirs in this database
    celery._note_heartbeat()

    assert list(Herzschlag.objects.values_list("name", flat=True)) == ["beat"]

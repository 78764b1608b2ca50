"""The health command turns red for each fault alone, and /healthz tells nothing but whether."""

import shutil
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from konferenz import gesundheit, journal, triggers
from konferenz.actions.herzschlag import note_herzschlag
from konferenz.models import Herzschlag, Sendung

JETZT = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


class Platz(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def gesund(db):
    for name in ("beat", "worker"):
        note_herzschlag(name, now=JETZT - timedelta(seconds=50))
    with transaction.atomic():
        journal.append(art="probe", akteur=None, objekt=None, nutzlast={}, now=JETZT)


def test_all_is_well(gesund):
    assert gesundheit.befunde(now=JETZT) == []


def test_a_silent_beat_is_told(gesund):
    Herzschlag.objects.filter(name="beat").update(zeit=JETZT - timedelta(minutes=3))

    assert gesundheit.befunde(now=JETZT) == [
        "Der Taktgeber (beat) hat sich zuletzt am 3. Dezember 2026, 09.57 Uhr gemeldet."
    ]


def test_a_missing_worker_is_told(gesund):
    Herzschlag.objects.filter(name="worker").delete()

    assert gesundheit.befunde(now=JETZT) == ["Der Arbeiter (worker) hat sich noch nie gemeldet."]


def test_mails_that_wait_are_told(gesund, enqueue):
    enqueue(faellig_at=JETZT - timedelta(minutes=11))
    enqueue(faellig_at=JETZT - timedelta(minutes=9))
    enqueue(faellig_at=JETZT - timedelta(minutes=30))
    Sendung.objects.filter(faellig_at=JETZT - timedelta(minutes=30)).update(angehalten=True)

    assert gesundheit.befunde(now=JETZT) == [
        "Eine E-Mail wartet seit mehr als zehn Minuten im Postausgang, die älteste seit dem 3. Dezember 2026, 09.49 Uhr."
    ]


def test_a_full_disk_is_told(gesund, monkeypatch, settings):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Platz(1000, 951, 49))

    saetze = gesundheit.befunde(now=JETZT)

    assert f"Unter {settings.MEDIA_ROOT} sind weniger als 5 Prozent des Speicherplatzes frei." in saetze
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Platz(1000, 950, 50))
    assert gesundheit.befunde(now=JETZT) == []


def test_a_broken_chain_is_told(gesund):
    with triggers.without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE konferenz_journaleintrag SET art = 'anders'")

    assert gesundheit.befunde(now=JETZT) == [
        "Die Kette des Journals ist gebrochen. Eintrag 1 wurde verändert: Die Spalte «art» widerspricht dem Text."
    ]


def test_missing_triggers_are_told(gesund):
    triggers.drop_triggers()

    (satz,) = gesundheit.befunde(now=JETZT)

    triggers.create_triggers()
    assert satz.startswith("Es fehlen Sperren der Datenbank: ")
    assert "konferenz_journaleintrag_delete, " in satz


def test_missing_migrations_are_told(gesund):
    rows = MigrationRecorder.Migration.objects.filter(app="konferenz")
    last = rows.latest("pk")
    last.delete()

    assert gesundheit.befunde(now=JETZT) == [
        f"Es fehlen Migrationen: konferenz.{last.name}. «manage.py migrate» holt sie nach."
    ]


def test_the_command_fails_with_a_line_each(db, capsys):
    Herzschlag.objects.all().delete()  # real processes of other tests may have left theirs in this database
    with pytest.raises(CommandError) as error:
        call_command("check_health")

    assert (str(error.value).splitlines(), error.value.returncode) == (
        ["Der Taktgeber (beat) hat sich noch nie gemeldet.", "Der Arbeiter (worker) hat sich noch nie gemeldet."],
        1,
    )


def test_healthz_needs_no_login_and_asks_the_database_once(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_healthz_turns_red_without_a_database(client, db, monkeypatch):
    def refuse():
        raise OperationalError("connection refused on 10.0.0.5")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content.decode()) == (503, "gestört\n")

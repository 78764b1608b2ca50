"""Is the machinery alive? Each check answers with German sentences about what is wrong; none means all is well."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.formats import date_format

from . import journal, triggers
from .models import Herzschlag, Sendung

STILLE = timedelta(minutes=2)  # beat and worker speak every 30 seconds
STAU = timedelta(minutes=10)
PLATZ_PROZENT = 5
_NAMEN = {"beat": "Der Taktgeber (beat)", "worker": "Der Arbeiter (worker)"}


def is_database_reachable() -> bool:
    """Return whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def befunde(*, now: datetime) -> list[str]:
    """Return one German sentence for each thing that is wrong at now; an empty list means all is well.

    Looks at: database, migrations, heartbeats of beat and worker, mails waiting for more than ten minutes, free
    disk space, the journal's chain and the triggers that guard it.
    """
    if not is_database_reachable():
        return ["Die Datenbank ist nicht erreichbar."]
    missing = _missing_migrations()
    if missing:
        # The tables are not those of this version: nothing else can be asked.
        return [f"Es fehlen Migrationen: {', '.join(missing)}. «manage.py migrate» holt sie nach.", *_platz()]
    return [*_herzschlaege(now), *_postausgang(now), *_platz(), *_journal()]


def _missing_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    return [f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def _herzschlaege(now: datetime) -> Iterator[str]:
    zeiten = dict(Herzschlag.objects.values_list("name", "zeit"))
    for name, wer in _NAMEN.items():
        if name not in zeiten:
            yield f"{wer} hat sich noch nie gemeldet."
        elif now - zeiten[name] > STILLE:
            yield f"{wer} hat sich zuletzt am {_moment(zeiten[name])} gemeldet."


def _postausgang(now: datetime) -> Iterator[str]:
    wartend = Sendung.objects.filter(
        status__in=[Sendung.Status.BEREIT, Sendung.Status.BEANSPRUCHT, Sendung.Status.IN_UEBERGABE],
        angehalten=False,
        faellig_at__lt=now - STAU,
    ).order_by("faellig_at")
    count = wartend.count()
    if count:
        erste = wartend[0]
        wie_viele = "Eine E-Mail wartet" if count == 1 else f"{count} E-Mails warten"
        yield f"{wie_viele} seit mehr als zehn Minuten im Postausgang, die älteste seit dem {_moment(erste.faellig_at)}."


def _platz() -> Iterator[str]:
    ordner = {Path(settings.MEDIA_ROOT)}
    if connection.vendor == "sqlite":
        ordner.add(Path(connection.settings_dict["NAME"]).parent)
    for pfad in sorted(ordner):
        vorhanden = next((p for p in (pfad, *pfad.parents) if p.exists()), Path("/"))
        platz = shutil.disk_usage(vorhanden)
        if platz.free * 100 < platz.total * PLATZ_PROZENT:
            yield f"Unter {pfad} sind weniger als {PLATZ_PROZENT} Prozent des Speicherplatzes frei."


def _journal() -> Iterator[str]:
    befund = journal.verify()
    if befund:
        yield f"Die Kette des Journals ist gebrochen. {befund.satz}"
    fehlend = triggers.missing_triggers()
    if fehlend:
        yield f"Es fehlen Sperren der Datenbank: {', '.join(fehlend)}. «manage.py migrate» legt sie an."


def _moment(zeit: datetime) -> str:
    return date_format(timezone.localtime(zeit), r"j. F Y, H.i \U\h\r")

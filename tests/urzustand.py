"""The database as the migrations left it: kept from one run to the next, brought back after a test that really committed.

Migrating takes ten seconds of a processor, for each process of a run and each worker a test starts: on SQLite the file is
kept in var/ under the hash of all migrations. Between tests Django would empty every table one by one, write rights and
master data again and make the triggers anew: a copy taken once takes the place of that. Numbers go on from where they were.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from django.db import connection

from konferenz import triggers

ROOT = Path(__file__).resolve().parents[1]
APPS = ("konferenz", "mitglieder", "sitzungen", "antraege")

GEDULD = 30.0  # seconds; a worker a test left behind may still hold the one write lock of SQLite


def vorlage() -> Path:
    """Return where a migrated SQLite file of this very state of the code is kept, or is to be kept."""
    summe = hashlib.sha256()
    dateien = [pfad for app in APPS for pfad in sorted((ROOT / app).rglob("*.py")) if _is_schema(pfad)]
    for pfad in [*dateien, *sorted(ROOT.glob("*/daten/*")), *sorted(ROOT.glob("requirements*.txt"))]:
        summe.update(pfad.read_bytes())
    return ROOT / "var" / f"test-vorlage-{summe.hexdigest()[:16]}.sqlite3"


def _is_schema(pfad: Path) -> bool:
    return "migrations" in pfad.parts or pfad.stem in {"stammdaten", "triggers"}


@contextmanager
def migrated(ziel: Path) -> Iterator[None]:
    """Lay the kept file at ziel before the body migrates it, or keep what the body made; one process after the other."""
    quelle = vorlage()
    quelle.parent.mkdir(exist_ok=True)
    with quelle.with_suffix(".lock").open("w") as schloss:
        fcntl.flock(schloss, fcntl.LOCK_EX)
        remove(ziel)
        if quelle.exists():
            shutil.copyfile(quelle, ziel)
            fcntl.flock(schloss, fcntl.LOCK_UN)
            yield
            return
        yield
        for alt in quelle.parent.glob("test-vorlage-*.sqlite3"):
            alt.unlink()
        neu = quelle.with_suffix(f".{os.getpid()}")
        with sqlite3.connect(ziel) as von, sqlite3.connect(neu) as nach:
            von.backup(nach)
        nach.close()
        von.close()
        neu.rename(quelle)


def remove(datei: Path) -> None:
    """Delete an SQLite file with what lies beside it."""
    for endung in ("", "-wal", "-shm"):
        datei.with_name(datei.name + endung).unlink(missing_ok=True)


class Urzustand(Protocol):
    """A copy of the fresh test database."""

    def restore(self) -> None:
        """Bring every table back to what it held; triggers refuse nothing meanwhile and stand afterwards."""


def take() -> Urzustand:
    """Copy the test database, which must be fresh from the migrations."""
    return _Postgres() if connection.vendor == "postgresql" else _Sqlite()


class _Sqlite:
    """The whole file, pages and all, with its triggers."""

    def __init__(self) -> None:
        self._kopie = sqlite3.connect(":memory:", check_same_thread=False)
        connection.ensure_connection()
        connection.connection.backup(self._kopie)

    def restore(self) -> None:
        connection.ensure_connection()
        ende = time.monotonic() + GEDULD

        def mahne(*_: int) -> None:
            if time.monotonic() > ende:
                raise TimeoutError("Jemand hält die Testdatenbank: Ein Test hat etwas Laufendes hinterlassen.")

        self._kopie.backup(connection.connection, progress=mahne)


class _Postgres:
    """Each table that holds rows, in a schema of its own."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA urzustand")
            tabellen = [t for t in connection.introspection.table_names(cursor) if t != "django_migrations"]
            for tabelle in tabellen:
                cursor.execute(f'CREATE TABLE urzustand."{tabelle}" AS TABLE public."{tabelle}"')
            self._anzahl = self._count(cursor)
        self._sql = "".join(
            f'DELETE FROM public."{t}"; INSERT INTO public."{t}" SELECT * FROM urzustand."{t}";' for t in tabellen
        )

    def restore(self) -> None:
        with connection.cursor() as cursor:
            # replica: neither triggers nor foreign keys ask, as while a copy of a whole database is read in
            cursor.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {self._sql} COMMIT")
            anzahl = self._count(cursor)
        if anzahl != self._anzahl:  # a test dropped some
            triggers.create_triggers()

    def _count(self, cursor) -> int:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
        return cursor.fetchone()[0]

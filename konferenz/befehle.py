"""Statements written by hand on a hot path: PostgreSQL plans each once a connection, and the first takes BEGIN along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

Befehl = tuple[str, Sequence[Any]]
"""A statement and the values that travel beside it."""


def prepared_cursor() -> AbstractContextManager[CursorWrapper]:
    """Return a cursor for statements that stay the same and differ in their values only.

    On PostgreSQL the values travel beside the statement, which is prepared (settings: prepare_threshold); the ORM's own
    cursor writes them into its text, which the server reads and plans anew each time: a quarter of what a ballot costs there.
    SQLite keeps its statements anyway; where statements are written down, the plain cursor writes their text.
    """
    if not _is_prepared():
        return cast("AbstractContextManager[CursorWrapper]", connection.cursor())
    from django.db.backends.postgresql.base import ServerBindingCursor

    verbindung: Any = connection
    verbindung.ensure_connection()
    make_cursor: Any = ServerBindingCursor  # the stubs do not know what it is made of
    with verbindung.wrap_database_errors:
        cursor = make_cursor(verbindung.connection)
    return cast("AbstractContextManager[CursorWrapper]", verbindung.make_cursor(cursor))


def fetch_one(sql: str, werte: Sequence[Any]) -> tuple[Any, ...] | None:
    """Return the one row of such a statement, or None; the first of a transaction waits once for BEGIN and its answer."""
    with prepared_cursor() as cursor:
        with _with_begin():
            cursor.execute(sql, werte)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def update_befehl(objekt: models.Model, felder: Sequence[str]) -> Befehl:
    """Return the statement that writes these fields of an object's row, which is there and locked: what save() would send."""
    meta = objekt._meta
    spalten = [cast("models.Field[Any, Any]", meta.get_field(name)) for name in felder]
    gleich = ", ".join(f"{feld.column} = %s" for feld in spalten)
    werte = [feld.get_db_prep_save(getattr(objekt, feld.attname), connection) for feld in spalten]
    sql = f"UPDATE {meta.db_table} SET {gleich} WHERE {meta.pk.column} = %s"  # noqa: S608  # names of table and columns
    return sql, [*werte, objekt.pk]


def run_together(*befehle: Befehl) -> None:
    """Run such statements one after the other on one journey: locks in the house's order, writes nobody asks back about."""
    with _one_journey():
        for sql, werte in befehle:
            with prepared_cursor() as cursor:
                cursor.execute(sql, werte)


def fetch_all(sql: str, werte: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return all rows of such a statement."""
    with prepared_cursor() as cursor:
        cursor.execute(sql, werte)
        return cast("list[tuple[Any, ...]]", cursor.fetchall())


def as_uuid(wert: UUID | str) -> UUID:
    """Return the UUID of a column; SQLite has 32 digits for it."""
    return wert if isinstance(wert, UUID) else UUID(wert)


def as_zeit(wert: datetime | None) -> datetime | None:
    """Return the time of a column, in UTC; SQLite does not say so."""
    return wert if wert is None or wert.tzinfo else wert.replace(tzinfo=UTC)


def _is_prepared() -> bool:
    return connection.vendor == "postgresql" and not connection.queries_logged


def _with_begin() -> AbstractContextManager[None]:
    """Send one statement together with the BEGIN that is due before it; change nothing where none is due."""
    verbindung: Any = connection
    # not inside a transaction that has to begin, or one that has begun (0: none has)
    is_due = _is_prepared() and not verbindung.get_autocommit() and not verbindung.connection.info.transaction_status
    return _one_journey() if is_due else nullcontext()


@contextmanager
def _one_journey() -> Iterator[None]:
    """Send everything at once and wait for the answers at the end, where the first error is raised."""
    if not _is_prepared():
        yield
        return
    verbindung: Any = connection
    with verbindung.wrap_database_errors, verbindung.connection.pipeline():
        yield

"""Triggers the database keeps by itself: created after every migrate, from the list in settings.

On SQLite every table rebuild drops triggers silently, and stumbles over those that ask the table: one pre_migrate
receiver takes them away before, one post_migrate receiver makes them anew each time.
settings.TRIGGERS holds dotted names of sequences of Trigger; each floor of the house adds its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils.module_loading import import_string

_FUNKTION = """
CREATE OR REPLACE FUNCTION konferenz_verboten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
END $$
"""


@dataclass(frozen=True)
class Trigger:
    """A deed the database refuses by itself, whoever asks; it answers with IntegrityError.

    ereignis: "UPDATE", "DELETE", "INSERT" or "TRUNCATE" (the last exists on PostgreSQL only).
    wenn: a condition in SQL over OLD and NEW that both databases understand; empty means always.
    existiert: a SELECT over NEW or OLD; the deed is refused where it finds a row (what a condition on the row cannot ask).
    meldung: the German sentence of the error, without quotes.
    """

    name: str
    tabelle: str
    ereignis: str
    meldung: str
    wenn: str = ""
    existiert: str = ""

    def sql(self, vendor: str) -> str | None:
        """Return the statement that creates it on "sqlite" or "postgresql"; None where it has no meaning."""
        when = f"WHEN ({self.wenn})" if self.wenn else ""
        if self.existiert:
            return self._sql_existiert(vendor)
        if vendor == "postgresql":
            each = "STATEMENT" if self.ereignis == "TRUNCATE" else "ROW"
            return (
                f'CREATE TRIGGER "{self.name}" BEFORE {self.ereignis} ON "{self.tabelle}" '
                f"FOR EACH {each} {when} EXECUTE FUNCTION konferenz_verboten('{self.meldung}')"
            )
        if self.ereignis == "TRUNCATE":
            return None
        return (
            f'CREATE TRIGGER "{self.name}" BEFORE {self.ereignis} ON "{self.tabelle}" FOR EACH ROW {when} '
            f"BEGIN SELECT RAISE(ABORT, '{self.meldung}'); END"
        )

    def _sql_existiert(self, vendor: str) -> str:
        """Return the statement of a trigger that asks another table: PostgreSQL wants it in a function of its own."""
        if vendor != "postgresql":
            return (
                f'CREATE TRIGGER "{self.name}" BEFORE {self.ereignis} ON "{self.tabelle}" FOR EACH ROW '
                f"WHEN EXISTS ({self.existiert}) BEGIN SELECT RAISE(ABORT, '{self.meldung}'); END"
            )
        zeile = "OLD" if self.ereignis == "DELETE" else "NEW"
        return (
            f'CREATE OR REPLACE FUNCTION "{self.name}_pruefe"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
            f"IF EXISTS ({self.existiert}) THEN RAISE EXCEPTION USING MESSAGE = '{self.meldung}', "
            f"ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {zeile}; END $$; "
            f'CREATE TRIGGER "{self.name}" BEFORE {self.ereignis} ON "{self.tabelle}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{self.name}_pruefe"()'
        )


def append_only(tabelle: str, meldung: str) -> list[Trigger]:
    """Return the triggers of a table whose rows are written once and stay."""
    return [Trigger(f"{tabelle}_{e.lower()}", tabelle, e, meldung) for e in ("UPDATE", "DELETE", "TRUNCATE")]


JOURNAL: Sequence[Trigger] = [
    *append_only("konferenz_journaleintrag", "Das Journal wird nur fortgeschrieben."),
    Trigger(
        "konferenz_journalkopf_update",
        "konferenz_journalkopf",
        "UPDATE",
        "Der Kopf des Journals rückt nur um eins vor.",
        wenn="NEW.seq <> OLD.seq + 1 OR NEW.id <> OLD.id",
    ),
    Trigger("konferenz_journalkopf_delete", "konferenz_journalkopf", "DELETE", "Der Kopf des Journals bleibt."),
    Trigger("konferenz_journalkopf_truncate", "konferenz_journalkopf", "TRUNCATE", "Der Kopf des Journals bleibt."),
]


def all_triggers() -> list[Trigger]:
    """Return the triggers of every floor, in the order of settings.TRIGGERS."""
    return [trigger for name in settings.TRIGGERS for trigger in import_string(name)]


def create_triggers(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """(Re)create every trigger whose table exists, all in one transaction, so that none is missing in between.

    Receiver of post_migrate (kwargs).
    """
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute(_FUNKTION)
        for trigger in all_triggers():
            sql = trigger.sql(connection.vendor)
            if sql and trigger.tabelle in tables:
                cursor.execute(_drop(trigger, connection.vendor))
                cursor.execute(sql)


def drop_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Remove every trigger: only for the flush between transactional tests and for a restore."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for trigger in all_triggers():
            if trigger.tabelle in tables:
                cursor.execute(_drop(trigger, connection.vendor))


def make_room(using: str = DEFAULT_DB_ALIAS, plan: Sequence[Any] = (), **kwargs: Any) -> None:
    """Remove every trigger on SQLite before migrations rebuild tables: one that asks a rebuilt table stops its renaming.

    Receiver of pre_migrate (plan: what is about to be done, kwargs). create_triggers makes them anew after the last
    migration; after one that failed, check_health names them as missing until the next.
    """
    connection = connections[using]
    if connection.vendor != "sqlite" or not plan:
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():  # also those of the version before, which may have had others
            cursor.execute(f'DROP TRIGGER "{name}"')


@contextmanager
def without_triggers(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Run a block without any trigger and create them again after it, whatever happened."""
    drop_triggers(using)
    try:
        yield
    finally:
        create_triggers(using)


def missing_triggers(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the names of triggers that should exist and do not, sorted."""
    connection = connections[using]
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return sorted(t.name for t in all_triggers() if t.sql(connection.vendor) and t.name not in present)


def _drop(trigger: Trigger, vendor: str) -> str:
    table = f' ON "{trigger.tabelle}"' if vendor == "postgresql" else ""
    return f'DROP TRIGGER IF EXISTS "{trigger.name}"{table}'

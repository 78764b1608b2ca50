"""From when until when somebody holds something: what a beginning and an end must be, whatever is held."""

from __future__ import annotations

from datetime import date

from mitglieder.models import Funktion, Mandat, Mitgliedschaft, Person, Stellvertretung

from .fehler import MitgliederError


def check_beginn(person: Person, *, von: date, bis: date | None) -> None:
    """Raise MitgliederError where nothing can begin: the person is deactivated, or the end is not after the beginning."""
    if not person.is_active:
        raise MitgliederError(f"{person.name} ist deaktiviert.", "person")
    if bis is not None:
        check_ende(von, bis)


def check_ende(von: date, bis: date) -> None:
    """Raise MitgliederError unless the end (the first day without it) lies after the beginning."""
    if bis <= von:
        raise MitgliederError("Das Ende muss nach dem Beginn liegen.", "bis")


def set_ende(zeile: Mandat | Stellvertretung | Mitgliedschaft | Funktion, bis: date) -> None:
    """Write the end of a row, as checked by check_ende."""
    zeile.bis = bis
    zeile.save(update_fields=["bis"])

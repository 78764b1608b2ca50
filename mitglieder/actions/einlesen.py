"""Importing people from a table: all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from konferenz import journal
from konferenz.tabelle import Zeile
from mitglieder.models import Person, Sitz
from mitglieder.schritte.einlesen import Bericht, Einlesen
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.person import akteur


@transaction.atomic(durable=True)
def import_mitglieder(
    zeilen: Sequence[Zeile],
    *,
    actor: Person | None,
    now: datetime,
    dry_run: bool = False,
    erwartet: str = "",
    is_demo: bool = False,
) -> Bericht:
    """Do what the rows say and return what was done; with one error, or as a dry run, nothing is kept.

    A preview is the same run, rolled back: what it shows is what happens. erwartet: the preview's digest; another
    outcome by now is refused. Locks all seats and people. Raises MitgliederError where the stock changed since the preview.
    """
    list(Sitz.objects.select_for_update(of=("self",)).order_by("pk"))
    list(Person.objects.aktiv().select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    bericht = Einlesen(actor=actor, now=now, is_demo=is_demo).run(zeilen)
    if bericht.fehler or dry_run:
        transaction.set_rollback(True)
        return bericht
    if erwartet and bericht.digest != erwartet:
        raise MitgliederError(
            "Seit der Vorschau hat sich der Bestand geändert. Bitte prüfen Sie die Vorschau nochmals."
        )
    journal.append(
        art="mitglieder.eingelesen",
        akteur=akteur(actor),
        objekt=None,
        nutzlast={wort: bericht.count(name) for wort, name in ERGEBNISSE.items()},
        now=now,
    )
    return bericht


ERGEBNISSE = {"neu": "neu", "geaendert": "geändert", "unveraendert": "unverändert"}

"""The dispatch by hand: the same deed the tick does each minute."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from konferenz.rules import ZUERICH
from sitzungen.takt import dispatch_versand


class Command(BaseCommand):
    help = (
        "Schreibt die fälligen Einladungen, bereitet Sitzungsmappen vor, mahnt und schliesst ab, "
        "genau wie der Takt jede Minute. Exit 1, wenn ein Versand aufgehalten ist."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now",
            metavar="ISO",
            help="tut, was zu diesem Zeitpunkt fällig ist, z. B. 2026-12-03T08:00 (ohne Zone: Zürich); ohne Angabe: jetzt",
        )
        parser.add_argument("--dry-run", action="store_true", help="zeigt nur, was geschrieben würde")

    def handle(self, *args: Any, **options: Any) -> None:
        bericht = dispatch_versand(now=_moment(options["now"]), dry_run=options["dry_run"])
        for zeile in bericht.zeilen:
            self.stdout.write(zeile)
        if not bericht.zeilen:
            self.stdout.write("Nichts ist fällig.")
        if bericht.is_fehler:
            raise CommandError("Ein Versand ist aufgehalten.")


def _moment(text: str | None) -> datetime:
    if not text:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"«{text}» ist kein Zeitpunkt (erwartet: 2026-12-03T08:00).") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZUERICH)

"""manage.py check_health: one line per fault, and an exit code a monitor understands."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from konferenz.gesundheit import befunde


class Command(BaseCommand):
    help = (
        "Prüft Datenbank, Migrationen, Taktgeber, Arbeiter, Postausgang (10 Minuten), Speicherplatz (5 Prozent) "
        "und die Kette des Journals. Endet mit Fehler und einer Zeile je Mangel."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        mangel = befunde(now=timezone.now())
        if mangel:
            raise CommandError("\n".join(mangel), returncode=1)
        self.stdout.write("Alles in Ordnung.")

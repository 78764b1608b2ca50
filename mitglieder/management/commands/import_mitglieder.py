"""manage.py import_mitglieder: people, seats and lists from a table, all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from konferenz.tabelle import MAX_BYTES, TabelleError, read_tabelle
from mitglieder.actions import MitgliederError
from mitglieder.actions.einlesen import import_mitglieder
from mitglieder.schritte.einlesen import Bericht
from mitglieder.schritte.importzeile import rows_of


class Command(BaseCommand):
    help = (
        "Liest Personen, Sitze, Stellvertretungen, Leitgremien, Vorstand und Geschäftsstelle aus einer Tabelle "
        "(.csv in UTF-8 oder Windows-1252, mit «;» oder «,»; .xlsx). Alles oder nichts. Siehe docs/import.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("datei", metavar="DATEI", type=Path, help="die Tabelle (höchstens 2 MB)")
        parser.add_argument("--dry-run", action="store_true", help="zeigt nur, was geschähe; speichert nichts")

    def handle(self, *args: Any, datei: Path, dry_run: bool, **options: Any) -> None:
        try:
            with datei.open("rb") as stream:
                zeilen = rows_of(read_tabelle(stream.read(MAX_BYTES + 1), datei.name))
        except OSError as error:
            raise CommandError(f"{datei} lässt sich nicht öffnen: {error.strerror}.", returncode=1) from error
        except (TabelleError, MitgliederError) as error:
            raise CommandError(str(error), returncode=1) from error
        bericht = import_mitglieder(zeilen, actor=None, now=timezone.now(), dry_run=dry_run)
        self._show(bericht)
        if bericht.fehler:
            raise CommandError("Es ist nichts gespeichert worden. Bitte berichtigen Sie die Datei.", returncode=1)
        self.stdout.write("Probelauf: Es ist nichts gespeichert worden." if dry_run else "Gespeichert.")

    def _show(self, bericht: Bericht) -> None:
        for eintrag in bericht.eintraege:
            if eintrag.ergebnis != "unverändert":
                self.stdout.write(f"  Zeile {eintrag.zeile}: {eintrag.ergebnis}: {eintrag.name}, {eintrag.text}")
        for warnung in bericht.warnungen:
            self.stdout.write(f"  Hinweis: {warnung}")
        for fehler in bericht.fehler:
            self.stderr.write(f"  {fehler}")
        self.stdout.write(
            f"{bericht.count('neu')} neu, {bericht.count('geändert')} geändert, "
            f"{bericht.count('unverändert')} unverändert, {len(bericht.fehler)} Fehler."
        )
        ohne, vakant = bericht.sitze_ohne_wahl, bericht.sitze_vakant
        self.stdout.write(f"Sitze ohne Wahlbeschluss (designiert, ohne Stimme): {len(ohne)}. {'; '.join(ohne)}".strip())
        self.stdout.write(f"Vakante Sitze: {len(vakant)}. {'; '.join(vakant)}".strip())

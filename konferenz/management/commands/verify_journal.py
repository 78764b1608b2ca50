"""manage.py verify_journal: is the chain of the journal whole, and do the records say what it says?"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from konferenz import journal
from konferenz.models import Journaleintrag


class Command(BaseCommand):
    help = (
        "Prüft die Hash-Kette des Journals und jede geschlossene Abstimmung (Stimmen, Protokoll, Ergebnis). "
        "Nennt das Erste, was nicht stimmt, und endet dann mit Fehler."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            metavar="HASH",
            help="ein früher notierter Hash (Protokoll, Bericht, Mail): Er muss in der Kette vorkommen.",
        )
        parser.add_argument(
            "--export",
            metavar="DATEI",
            help="schreibt alle Einträge als JSON-Zeilen (seq, text, prev, hash), auch bei einer schadhaften Kette.",
        )

    def handle(self, *args: Any, head: str | None = None, export: str | None = None, **options: Any) -> None:
        if export:
            _export(Path(export))
        befund = journal.verify(head.strip().lower() if head else None)
        if befund is not None:
            raise CommandError(f"Das Journal ist nicht in Ordnung. {befund.satz}", returncode=1)
        for name in settings.PRUEFER:
            befund = import_string(name)()
            if befund is not None:
                raise CommandError(f"Die Aufzeichnungen widersprechen dem Journal. {befund.satz}", returncode=1)
        last = Journaleintrag.objects.order_by("-seq").first()
        self.stdout.write(f"Das Journal ist in Ordnung: {last.seq if last else 0} Einträge.")
        if last:
            self.stdout.write(f"Letzter Hash: {last.hash}")


def _export(path: Path) -> None:
    """Write the file beside its place first, so that a broken run leaves no half file under the name."""
    part = path.with_name(path.name + ".teil")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in journal.export())
        part.replace(path)
    except OSError as error:
        raise CommandError(f"Der Export nach {path} ist nicht möglich: {error.strerror}.") from error

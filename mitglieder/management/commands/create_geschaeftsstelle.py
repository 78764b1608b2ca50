"""manage.py create_geschaeftsstelle: the first login on an empty server, and the way back in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from konferenz.adressen import site_url
from mitglieder.actions import MitgliederError
from mitglieder.actions.zugang import create_geschaeftsstelle
from mitglieder.rules import EINLADUNG_TAGE


class Command(BaseCommand):
    help = (
        "Legt eine Person der Geschäftsstelle an (oder findet sie unter dieser Adresse) und lädt sie ein: "
        f"Der Link steht hier und in einer Mail, gilt einmal und {EINLADUNG_TAGE} Tage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="geschäftliche Adresse; sie ist zugleich die Anmeldung.")
        parser.add_argument("--vorname", default="", help="Vorname")
        parser.add_argument("--nachname", default="Geschäftsstelle", help="Nachname (Vorgabe: Geschäftsstelle)")

    def handle(self, *args: Any, email: str, vorname: str, nachname: str, **options: Any) -> None:
        try:
            link = create_geschaeftsstelle(email, vorname=vorname, nachname=nachname, now=timezone.now())
        except MitgliederError as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(f"{link.person.name} ({link.person.login}) gehört zur Geschäftsstelle.")
        self.stdout.write("Öffnen Sie diesen Link, um den Zugang einzurichten:")
        self.stdout.write(site_url(link.path))
        self.stdout.write("Danach führt die Seite «Einrichten» weiter.")

"""`manage.py demo`: the portal with invented people, its main job run before your eyes."""

from __future__ import annotations

import logging
import os
import socket
import time
import warnings
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from konferenz import demo


class Command(BaseCommand):
    help = (
        "Lädt erfundene Personen und Sitzungen, versendet die fälligen Unterlagen an einen Mailserver im selben Prozess "
        "und zeigt das Portal auf http://localhost:8000. DEMO_ONCE=1 hört nach der Zusammenfassung auf; "
        "Rückgabewert ungleich 0, wenn nicht jede Mail genau einmal ankam."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--load-only", action="store_true", help="nur die Daten laden, nichts versenden, nichts zeigen"
        )
        parser.add_argument(
            "--now",
            metavar="ISO",
            help="Zeitpunkt, an dem fällig ist, was fällig ist (ISO 8601, z. B. 2026-12-03T08:00+01:00)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        _hush()
        if not settings.DEMO_MODE:
            raise CommandError("Die Demo braucht DEMO_MODE=1; «make demo» setzt es.")
        now = _moment(options["now"])
        once = os.environ.get("DEMO_ONCE") == "1" or options["load_only"]
        port = int(os.environ.get("PORT", "8000"))
        if not once:
            _require_port(port)
            if "SITE_URL" not in os.environ:
                settings.SITE_URL = f"http://localhost:{port}"
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        try:
            demo.check_database()
        except demo.DemoError as error:
            raise CommandError(str(error)) from error
        self.say("Erfundene Personen, Sitzungen und Unterlagen werden angelegt …")
        demo.load(now=now or timezone.now(), say=self.say)
        if options["load_only"]:
            self.say("Daten geladen.")
            return
        senke = demo.start_senke()
        self.say("Der Versand läuft …")
        seconds = demo.run(now=now, say=self.say)
        bericht = demo.report(seconds)
        self._summary(bericht, time.monotonic() - started)
        if bericht.fehler:
            raise CommandError("Nicht alles ist so angekommen, wie es soll:\n" + "\n".join(bericht.fehler))
        if once:
            senke.stop()
            return
        self.say(f"\nDas Portal läuft auf {settings.SITE_URL} (beenden mit Ctrl-C).")
        try:
            demo.serve(port)
        except KeyboardInterrupt:
            self.say("\nBeendet. Ein zweiter Start führt mit denselben Daten weiter.")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _summary(self, bericht: demo.Bericht, seconds: float) -> None:
        breite = max(len(was) for was, _ in bericht.zeilen) + 2
        self.say("")
        for was, wert in [*bericht.zeilen, ("Alles zusammen", f"{seconds:.1f} Sekunden")]:
            self.say(f"  {was:<{breite}}{wert}")
        self.say("\nAnmelden:")
        logins = demo.logins()
        wer = max((len(login.wer) for login in logins), default=0) + 2
        weite = max((len(login.login) for login in logins), default=0) + 2
        for login in logins:
            weg = f"Passwort {login.passwort}" if login.passwort else "Code per Mail, im Postausgang zu lesen"
            self.say(f"  {login.wer:<{wer}}{login.login:<{weite}}{weg}")
        self.say(
            f"\nZu sehen:\n  {settings.SITE_URL}/                Übersicht\n  {settings.SITE_URL}/postausgang/    alle Mails, wie sie ankommen"
        )


def _hush() -> None:
    """Keep the summary in sight: only what goes wrong is logged."""
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("celery.beat").setLevel(logging.WARNING)
    for name in ("kombu", "django.request"):  # memory:// names no host; a page not found is no fault
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message="No directory at")  # whitenoise: the demo serves from the sources


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"«{text}» ist kein Zeitpunkt (ISO 8601, z. B. 2026-12-03T08:00+01:00).")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _require_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"Port {port} ist belegt. Mit PORT={port + 1} geht es auf einem anderen.") from error

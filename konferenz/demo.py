"""The demo: loads invented data, runs the main job at once, tells what happened.

Each app brings its part as a module named in settings.DEMO, from the ground up. A part has

    find_foreign() -> str                 a German sentence when the database holds rows the demo did not make, else ""
    load(*, now, say) -> None             make its data; what is there already stays
and may have
    due_now(*, now) -> None               bring forward what is not due yet, as the office would
    run(*, now) -> None                   do now what the clock would do at now (with --now only)
    is_done() -> bool                     whether everything that was due has left
    report() -> Bericht                   what happened, and whether it is as it should be
    logins() -> list[Login]               who may log in with which password
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from types import ModuleType

from django.conf import settings
from django.db import connection
from django.utils import timezone

from . import eingebettet, postausgang, smtp
from .actions.uebergabe import deliver_sendung
from .celery import app, wake_now
from .models import Sendung
from .nachricht import AnhangSpeicher
from .senke import Senke

GEDULD_SECONDS = 180
"""Longer than any dispatch of the demo takes; then it says what is still open."""

TAKT_SECONDS = 2


class DemoError(Exception):
    """The demo cannot run here; the text is for the person at the terminal."""


@dataclass(frozen=True)
class Login:
    """A way into the demo. passwort: empty where a mailed code is used."""

    wer: str
    login: str
    passwort: str = ""


@dataclass(frozen=True)
class Bericht:
    """What a part tells at the end: lines of (what, how much), and what is not as it should be."""

    zeilen: list[tuple[str, str]] = field(default_factory=list)
    fehler: list[str] = field(default_factory=list)


Say = Callable[[str], None]


def parts() -> list[ModuleType]:
    """Return the apps' parts, from the ground up."""
    return [import_module(name) for name in settings.DEMO]


def check_database() -> None:
    """Refuse a database with rows the demo did not make. Raises DemoError."""
    for part in parts():
        satz = part.find_foreign()
        if satz:
            raise DemoError(f"{satz} Die Demo rührt diese Datenbank nicht an.")


def start_senke() -> Senke:
    """Start the mail server of the demo and have every mail of this process handed to it."""
    senke = Senke(postausgang.keep)
    port = senke.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return senke


def load(*, now: datetime, say: Say) -> None:
    """Load each app's data."""
    for part in parts():
        part.load(now=now, say=say)


def run(*, now: datetime | None, say: Say) -> float:
    """Run the main job: worker and beat in this process, until everything due has left; return the seconds it took.

    now: a moment given by hand; then the dispatch is done as of that moment and the mails are handed over here.
    """
    started = time.monotonic()
    moment = now or timezone.now()
    for part in parts():
        if hasattr(part, "due_now"):
            part.due_now(now=moment)
    if now is not None:
        for part in parts():
            if hasattr(part, "run"):
                part.run(now=now)
        _deliver_here(now)
    eingebettet.start_worker_and_beat()
    _send_tasks()
    _wait(say)
    return time.monotonic() - started


def _send_tasks() -> None:
    """Ask the worker now for what beat asks of it each minute."""
    for name in settings.DEMO_TASKS:
        app.send_task(name)
    wake_now()


def _deliver_here(now: datetime) -> None:
    """Hand over what is due at a moment given by hand, one mail after the other."""
    speicher = AnhangSpeicher()
    with smtp.Versender() as versender:
        while deliver_sendung(versender=versender, speicher=speicher, now=now) is not None:
            pass


def _wait(say: Say) -> None:
    until = time.monotonic() + GEDULD_SECONDS
    letzte = -1
    nochmals = time.monotonic() + TAKT_SECONDS
    while time.monotonic() < until:
        offen = Sendung.objects.filter(status__in=_OFFEN, faellig_at__lte=timezone.now()).count()
        fertig = all(part.is_done() for part in parts() if hasattr(part, "is_done"))
        if fertig and not offen:
            return
        if not offen and time.monotonic() > nochmals:
            _send_tasks()  # the tick closes a dispatch whose last mail has left
            nochmals = time.monotonic() + TAKT_SECONDS
        if offen and offen != letzte and (letzte < 0 or letzte - offen >= 50):
            say(f"  noch {offen} Mails …")
            letzte = offen
        time.sleep(0.2)
    say("  Die Zeit ist abgelaufen; der Bericht nennt, was offen ist.")


_OFFEN = [Sendung.Status.BEREIT, Sendung.Status.BEANSPRUCHT, Sendung.Status.IN_UEBERGABE]


def report(seconds: float) -> Bericht:
    """Return what happened: each part's lines, then the seconds; and everything that is not as it should be."""
    zeilen: list[tuple[str, str]] = []
    fehler: list[str] = []
    for part in parts():
        if hasattr(part, "report"):
            bericht = part.report()
            zeilen += bericht.zeilen
            fehler += bericht.fehler
    zeilen.append(("Vom Auslösen bis zum Abschluss", f"{seconds:.1f} Sekunden"))
    return Bericht(zeilen, fehler)


def logins() -> list[Login]:
    """Return who may log in."""
    return [login for part in parts() if hasattr(part, "logins") for login in part.logins()]


def serve(port: int) -> None:
    """Serve the portal from this very process until it is interrupted: worker, beat and mail server live in it.

    Django's threaded server, not gunicorn: a forked child would have neither the threads nor the broker memory://.
    """
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler, get_internal_wsgi_application

    class Handler(WSGIRequestHandler):
        """Silent: the terminal keeps the summary in sight."""

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name there)
            """Say nothing."""

    connection.close()
    with ThreadedWSGIServer(("127.0.0.1", port), Handler) as server:
        server.daemon_threads = True
        server.set_app(get_internal_wsgi_application())
        server.serve_forever()

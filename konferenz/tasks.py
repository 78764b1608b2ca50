"""What Celery calls: entrances that read the clock and call one action each time."""

from __future__ import annotations

import logging
import time

from celery import shared_task
from django.db import connection
from django.utils import timezone

from . import smtp
from .actions.herzschlag import note_herzschlag
from .actions.uebergabe import deliver_sendung, free_expired
from .celery import wake_now
from .models import Sendung
from .nachricht import AnhangSpeicher

log = logging.getLogger(__name__)
# One run ends well before Celery's limit for a task, so that the limit never cuts a hand-over.
SWEEP_SECONDS = 120
_MANY = 20


@shared_task(name="konferenz.tasks.sweep")
def sweep() -> int:
    """Deliver what is due, one mail after the other over one connection; return how many the server accepted.

    Safe to run any number of times at once: each row is claimed by one of them. Stops where the mail server is
    away; beat calls again. A second run is asked for where much is waiting, so that a recipient whose server
    hangs does not hold the others.
    """
    started = beat = time.monotonic()
    accepted = 0
    try:
        note_herzschlag("worker", now=timezone.now())
        free_expired(now=timezone.now())
        if Sendung.objects.due(timezone.now())[_MANY : _MANY + 1].exists():
            wake_now()
        speicher = AnhangSpeicher()
        with smtp.Versender() as versender:
            while True:
                if time.monotonic() - started > SWEEP_SECONDS:
                    wake_now()
                    break
                ergebnis = deliver_sendung(versender=versender, speicher=speicher, now=timezone.now())
                if ergebnis is None:
                    break
                accepted += isinstance(ergebnis, smtp.Angenommen)
                if isinstance(ergebnis, smtp.ServerFehlt):
                    log.error("Der Mailserver ist nicht erreichbar: %s", ergebnis.meldung)
                    break
                if time.monotonic() - beat > 15:
                    beat = time.monotonic()
                    note_herzschlag("worker", now=timezone.now())
    finally:
        if not connection.in_atomic_block:
            connection.close()
    return accepted

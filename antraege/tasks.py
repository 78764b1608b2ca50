"""What Celery calls: entrances that read the clock and call one action each time."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import connection
from django.utils import timezone

from antraege.actions.abstimmung import close_if_due
from antraege.actions.erinnerung import remind_bericht
from antraege.models import Abstimmung
from antraege.queries.vorstand import list_ueberfaellige

log = logging.getLogger(__name__)


@shared_task(name="antraege.tasks.close_abstimmungen")
def close_abstimmungen() -> int:
    """Close the votes whose time has come, every two seconds; return how many this call closed.

    Safe to run any number of times at once. One that cannot be closed holds up no other.
    """
    now = timezone.now()
    geschlossen = 0
    try:
        for pk in Abstimmung.objects.closing_due(now).values_list("pk", flat=True):
            try:
                geschlossen += close_if_due(pk, now=now)
            except Exception:
                log.exception(
                    "Die Abstimmung %s schliesst nicht von selbst; der nächste Durchgang versucht es wieder.", pk
                )
    finally:
        if not connection.in_atomic_block:
            connection.close()
    return geschlossen


@shared_task(name="antraege.tasks.remind_vorstand")
def remind_vorstand() -> int:
    """Remind the office of each report the board has had for too long, once; return how many this call told of.

    Safe to run any number of times at once; a day that was missed is made up for the next day.
    """
    now = timezone.now()
    try:
        return sum(remind_bericht(pk, now=now) > 0 for pk in list_ueberfaellige(now))
    finally:
        if not connection.in_atomic_block:
            connection.close()

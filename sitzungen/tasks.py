"""What Celery calls: entrances that read the clock and call one action each time."""

from __future__ import annotations

from celery import shared_task
from django.db import connection
from django.utils import timezone

from . import takt


@shared_task(name="sitzungen.tasks.dispatch_versand")
def dispatch_versand() -> int:
    """Do what is due, each minute; return how many dispatches were written. Safe to run any number of times at once."""
    try:
        return len(takt.dispatch_versand(now=timezone.now()).versande)
    finally:
        _close()


@shared_task(name="sitzungen.tasks.check_unterlagen")
def check_unterlagen() -> int:
    """Each night open the papers of meetings not yet sent and look at the addresses; return how many defects there are."""
    try:
        return takt.check_unterlagen(now=timezone.now())
    finally:
        _close()


def _close() -> None:
    if not connection.in_atomic_block:
        connection.close()

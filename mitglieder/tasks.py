"""What Celery calls: entrances that read the clock and call one action each time."""

from __future__ import annotations

from celery import shared_task
from django.db import connection
from django.utils import timezone

from .actions import gremium as actions
from .queries.verteiler import list_faellige


@shared_task(name="mitglieder.tasks.ask_verteiler")
def ask_verteiler() -> int:
    """Ask each region whose Verteiler is due for its confirmation; return how many. Safe to run at once and again."""
    now = timezone.now()
    try:
        return sum(actions.ask_verteiler_yearly(gremium.pk, now=now) for gremium in list_faellige(now))
    finally:
        if not connection.in_atomic_block:
            connection.close()

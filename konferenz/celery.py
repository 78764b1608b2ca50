"""Celery: it only wakes the work; the tables are the truth (architektur.md, section 4).

Requests never publish: a silent broker would hold them for many seconds. wake() leaves word with a daemon thread
of the process, which publishes; where that fails, the sweep that beat starts every 30 seconds finds the row.
"""

from __future__ import annotations

import logging
import os
import threading
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_embedded_init, beat_init, before_task_publish, worker_ready
from django.db import transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "konferenz.settings")
log = logging.getLogger(__name__)

SWEEP = "konferenz.tasks.sweep"
# A message older than this is of no use to anybody. Long enough that clocks minutes apart lose none of them.
MESSAGE_SECONDS = 600

app = Celery("konferenz")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# The ground knows the tasks of the apps above by name only. Two beats do no harm: what is due is a query.
app.conf.beat_schedule = {
    "sweep": {"task": SWEEP, "schedule": 30.0, "options": {"expires": MESSAGE_SECONDS}},
    "dispatch_versand": {
        "task": "sitzungen.tasks.dispatch_versand",
        "schedule": 60.0,
        "options": {"expires": MESSAGE_SECONDS},
    },
    # So a vote closes within five seconds of its time, on a busy machine too.
    "close_abstimmungen": {
        "task": "antraege.tasks.close_abstimmungen",
        "schedule": 2.0,
        "options": {"expires": MESSAGE_SECONDS},
    },
    # After 03.00, so that no switch of the clock leaves a night out or runs one twice.
    "check_unterlagen": {"task": "sitzungen.tasks.check_unterlagen", "schedule": crontab(hour=4, minute=15)},
    "ask_verteiler": {"task": "mitglieder.tasks.ask_verteiler", "schedule": crontab(hour=8, minute=5)},
    "remind_vorstand": {"task": "antraege.tasks.remind_vorstand", "schedule": crontab(hour=8, minute=10)},
}


class _Wecker:
    """Publishes at most one sweep for any number of wishes that came in while it was busy."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin anew, in a child that was just forked too."""
        self._wish = threading.Event()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        """Note the wish and return at once."""
        self._wish.set()
        with self._guard:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while self._wish.wait():
            self._wish.clear()
            try:
                app.send_task(SWEEP, expires=MESSAGE_SECONDS, retry=False)
            except Exception as error:  # noqa: BLE001  (whatever the broker does: the sweep finds the row)
                log.warning("Wecken nicht möglich (%s); der nächste Durchgang holt es nach.", error)


_wecker = _Wecker()
# A forked child (gunicorn, celery) has no thread and perhaps a held lock: it gets its own.
os.register_at_fork(after_in_child=_wecker.reset)


def wake() -> None:
    """Have a worker look at the outbox soon after the running transaction is committed; never blocks, never fails."""
    transaction.on_commit(_wecker.ask, robust=True)


def wake_now() -> None:
    """As wake(), for where no transaction is open: a worker that asks for another pair of hands."""
    _wecker.ask()


@worker_ready.connect
def sweep_at_start(**kwargs: Any) -> None:
    """A worker that starts takes up what its predecessor left, without waiting for beat."""
    _wecker.ask()


@beat_init.connect
@beat_embedded_init.connect
def note_beat(**kwargs: Any) -> None:
    """From now on this process tells the database that beat is alive, each time it publishes the sweep."""
    before_task_publish.connect(_note_heartbeat, sender=SWEEP, dispatch_uid="konferenz.beat", weak=False)
    # also at once: the first sweep is 30 seconds ahead
    _note_heartbeat()


def _note_heartbeat(**kwargs: Any) -> None:
    from django.db import connection
    from django.utils import timezone

    from .actions.herzschlag import note_herzschlag

    try:
        note_herzschlag("beat", now=timezone.now())
    except Exception as error:  # noqa: BLE001  (a database that is away must not stop the clock)
        log.warning("Herzschlag nicht notiert: %s", error)
    finally:
        connection.close()

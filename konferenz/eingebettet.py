"""A worker and a beat inside the running process: for the demo, which needs no service beside it.

The broker memory:// belongs to one process, so exactly one web process may use this (runserver --noreload). What a
kill takes with it stands in the tables and is taken up by the next start.
"""

from __future__ import annotations

import threading
import warnings
from typing import Any

from celery.beat import Scheduler, Service
from celery.exceptions import SecurityWarning
from celery.signals import worker_ready

from .celery import app, note_beat


def start_worker_and_beat() -> None:
    """Start both as daemon threads and return once the worker listens. Call once per process, after migrate.

    The worker takes up at once what the tables hold. Raises RuntimeError where it is not there within 20 seconds.
    """
    # It is about services of the system; here it would only frighten.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    ready = threading.Event()

    def note_ready(**kwargs: Any) -> None:
        ready.set()

    worker_ready.connect(note_ready)
    threading.Thread(target=_run_worker, name="worker", daemon=True).start()
    if not ready.wait(20):
        raise RuntimeError("Der eingebettete Arbeiter startet nicht.")
    worker_ready.disconnect(note_ready)
    # In memory: what is due is a query, so beat has nothing to remember.
    beat = Service(app, max_interval=1, scheduler_cls=Scheduler)
    threading.Thread(target=beat.start, name="beat", daemon=True).start()
    note_beat()


def _run_worker() -> None:
    app.Worker(
        pool="threads",
        concurrency=2,
        without_heartbeat=True,
        without_gossip=True,
        without_mingle=True,
        quiet=True,
        loglevel="WARNING",
        redirect_stdouts=False,
    ).start()

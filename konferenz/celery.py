"""Celery: it only wakes the work; the tables are the truth (architektur.md, section 4)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "konferenz.settings")

app = Celery("konferenz")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def wake() -> None:
    """Ask a worker to look at the outbox once the running transaction is committed."""

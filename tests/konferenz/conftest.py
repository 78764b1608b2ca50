"""The outbox with a mail sink behind it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from konferenz import schritte, smtp
from konferenz.nachricht import AnhangSpeicher
from tests.smtp_senke import running_senke

FRUEHER = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.fixture
def senke(settings):
    settings.DEFAULT_FROM_EMAIL = "Sozialpräsidienkonferenz <konferenz@vseg.example>"
    settings.ENVELOPE_FROM = "rueck@vseg.example"
    with running_senke(settings) as senke:
        yield senke


@pytest.fixture
def enqueue(db):
    """Put a mail into the outbox, as an action of any app would."""
    number = itertools.count(1)

    def enqueue(adresse="anna@example.ch", builder="build_einfach", **overrides):
        werte = {
            "schluessel": f"probe:{next(number)}",
            "an_adresse": adresse,
            "an_name": "Anna Müller",
            "betreff": "Einladung zur Sitzung 3/2026",
            "builder": f"tests.bauer.{builder}" if builder else "",
            "faellig_at": FRUEHER,
            "now": FRUEHER,
        }
        with transaction.atomic():
            return schritte.enqueue_sendung(**werte | overrides)

    return enqueue


@pytest.fixture
def deliver(senke):
    """Deliver what is due, as one run of a worker does; the results in the order of delivery."""
    from konferenz.actions.uebergabe import deliver_sendung

    def deliver(now=None, uhr=timezone.now):
        speicher = AnhangSpeicher()
        with smtp.Versender() as versender:
            run = iter(
                lambda: deliver_sendung(versender=versender, speicher=speicher, now=now or timezone.now(), uhr=uhr),
                None,
            )
            return list(run)

    return deliver

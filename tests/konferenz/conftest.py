"""The outbox with a mail sink behind it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from konferenz import schritte, smtp
from konferenz.nachricht import AnhangSpeicher
from tests.smtp_senke import TestSenke

FRUEHER = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.fixture
def senke(settings):
    senke = TestSenke()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", senke.start(), 1
    settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "", False, False
    settings.DEFAULT_FROM_EMAIL = "Sozialpräsidienkonferenz <konferenz@vseg.example>"
    settings.ENVELOPE_FROM = "rueck@vseg.example"
    yield senke
    senke.stop()


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
    from konferenz import actions

    def deliver(now=None, uhr=timezone.now):
        speicher = AnhangSpeicher()
        with smtp.Versender() as versender:
            run = iter(
                lambda: actions.deliver_sendung(
                    versender=versender, speicher=speicher, now=now or timezone.now(), uhr=uhr
                ),
                None,
            )
            return list(run)

    return deliver

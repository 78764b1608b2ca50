"""Django's mail backend: every mail of a library (accounts) becomes a row of the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from .actions.sendung import enqueue_mail


class OutboxBackend(BaseEmailBackend):
    """Write a Sendung per recipient instead of sending; a worker is woken at once."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Return how many messages were taken into the outbox."""
        for message in email_messages:
            enqueue_mail(message, now=timezone.now())
        return len(email_messages)

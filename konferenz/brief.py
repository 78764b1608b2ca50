"""A letter of the portal: two templates and one context -> one message, from the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from .einstellungen import absender as load_absender
from .models import Sendung


def build_brief(
    sendung: Sendung, vorlage: str, context: Mapping[str, Any], *, absender: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """Return the letter of a row of the outbox to its recipient (see make_brief)."""
    mail = make_brief(vorlage, context, name=sendung.an_name, betreff=sendung.betreff, absender=absender)
    mail.to = [sendung.an_adresse]
    return mail


def make_brief(
    vorlage: str,
    context: Mapping[str, Any],
    *,
    name: str,
    betreff: str,
    absender: Mapping[str, str] | None = None,
) -> EmailMultiAlternatives:
    """Return a letter without a recipient (a preview shows it before there is one), as text and as HTML; Reply-To the office.

    vorlage: name of both templates in templates/mails/; beside context they get name, betreff and absender.
    name: in the greeting.  absender: who writes, where the caller has read it already (einstellungen.absender).
    """
    von = load_absender() if absender is None else absender
    alles = {"name": name, "betreff": betreff, "absender": von, **context}
    mail = EmailMultiAlternatives(
        subject=betreff,
        body=render_to_string(f"mails/{vorlage}.body.txt", alles),
        reply_to=[von["email"]] if von["email"] else [],
    )
    mail.attach_alternative(render_to_string(f"mails/{vorlage}.body.html", alles), "text/html")
    return mail
